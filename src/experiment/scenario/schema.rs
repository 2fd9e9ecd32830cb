//! The JSON Schema of a scenario file, for editors and other programs.

use super::Scenario;
use serde_json::Value;

/// The schema of a scenario as a file states it, made from the types.
#[must_use]
pub fn schema() -> Value {
    let mut schema = schemars::schema_for!(Scenario);
    schema.insert("title".to_owned(), "Timeslice scenario".into());
    schema.to_value()
}
