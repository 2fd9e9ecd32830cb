//! `timeslice policies` and `timeslice schema`.

use crate::args::PoliciesArgs;
use crate::error::Failure;
use crate::output;
use serde_json::{Value, json};
use timeslice::experiment::scenario::{self, POLICIES, PolicyInfo, PolicyParameter};

pub(crate) fn policies(args: &PoliciesArgs) -> Result<(), Failure> {
    if args.json {
        let value = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
        let parameter = |parameter: &PolicyParameter| {
            json!({
                "name": parameter.key,
                "required": parameter.default.is_none(),
                "default": parameter.default.map(value),
                "usual": value(parameter.usual),
                "about": parameter.about,
            })
        };
        let policy = |info: &PolicyInfo| {
            let parameters: Vec<Value> = info.parameters.iter().map(parameter).collect();
            json!({"kind": info.kind, "about": info.about, "parameters": parameters})
        };
        let all: Vec<Value> = POLICIES.iter().map(policy).collect();
        return output::to_stdout(|out| output::json(out, &all));
    }
    output::to_stdout(|out| {
        for info in POLICIES {
            writeln!(out, "{:<15} {}", info.kind, info.about)?;
            for parameter in info.parameters {
                let default = match parameter.default {
                    Some("null") => "none".to_owned(),
                    Some(default) => default.to_owned(),
                    None => format!("required; --policy {} takes {}", info.kind, parameter.usual),
                };
                writeln!(
                    out,
                    "  {:<15} {} [{default}]",
                    parameter.key, parameter.about
                )?;
            }
        }
        Ok(())
    })
}

pub(crate) fn schema() -> Result<(), Failure> {
    output::to_stdout(|out| output::json(out, &scenario::schema()))
}
