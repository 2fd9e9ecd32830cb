//! `timeslice compare`: two runs and how they differ.

use crate::args::CompareArgs;
use crate::error::Failure;
use crate::input::Input;
use crate::output;
use serde_json::json;
use std::path::Path;
use timeslice::export::compare;
use timeslice::export::summary::{Verdict, figures_json};

pub(crate) fn compare(args: &CompareArgs) -> Result<(), Failure> {
    if args.a == Path::new("-") && args.b == Path::new("-") {
        let message = "only one of the two files can be standard input";
        return Err(Failure::Usage(message.to_owned()));
    }
    let a = Input::read(&args.a, &args.options)?;
    let b = Input::read(&args.b, &args.options)?;
    let (first, second) = rayon::join(
        || a.run(&args.options, false),
        || b.run(&args.options, false),
    );
    let (first, second) = (first?, second?);
    if args.json {
        let side = |input: &Input, run| {
            json!({
                "file": input.name,
                "name": input.title(),
                "verdict": Verdict::of(run).word(),
                "figures": figures_json(run),
            })
        };
        let both = json!({
            "a": side(&a, &first),
            "b": side(&b, &second),
            "differences": compare::in_words(&first, &second),
        });
        return output::to_stdout(|out| output::json(out, &both));
    }
    output::to_stdout(|mut out| {
        let sides = [(a.name.as_str(), &first), (b.name.as_str(), &second)];
        compare::write(&mut out, sides, args.options.max_events)
    })
}
