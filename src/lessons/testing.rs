//! Findings as a trial might have made them.

use crate::lab::findings::{Findings, Unit};
use crate::lab::measurement::Environment;

/// A machine with two cores where everything can be had.
pub(super) fn environment() -> Environment {
    Environment {
        isolated: true,
        threads_unavailable: None,
        processes_unavailable: None,
        cores: 2,
        timer_resolution_ns: 5_000,
        user_agent: "test".to_owned(),
    }
}

/// Findings with one sample for each name.
pub(super) fn findings(claim: &str, figures: &[(&str, Unit, f64)]) -> Findings {
    let mut found = Findings::new(claim, environment());
    for &(name, unit, value) in figures {
        found.add(name, unit, &[value]);
    }
    found
}
