//! The experiment as a URL fragment: `#v=1&procs=4&gil=off`.
//!
//! Only what differs from the default is written, so links stay short and
//! readable, and can be typed. Reading is lenient: a value that makes no sense
//! is reported and ignored, the rest counts.

use super::validate::check_range;
use super::{Experiment, Fault, Field, Kernel, MAX_FAULTS, PolicyKind, Profile, VERSION};
use form_urlencoded::{Serializer, parse};
use thiserror::Error;

/// What was found in a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The experiment: `base` with every value that made sense. Always valid
    /// if `base` was.
    pub experiment: Experiment,
    /// What made no sense, in order of appearance.
    pub problems: Vec<Problem>,
}

/// Something in a fragment that made no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// A version this page does not know.
    #[error(
        "The link is of version {0}, but this page reads version {VERSION}: nothing of it was used"
    )]
    Version(String),
    /// A name nobody knows.
    #[error("The link sets \"{0}\", which this page does not know: it was ignored")]
    UnknownKey(String),
    /// A value that cannot be read.
    #[error("The link sets {key} to \"{value}\", but it must be {expected}: it was ignored")]
    BadValue {
        /// Name in the link.
        key: String,
        /// What stood there.
        value: String,
        /// What may stand there.
        expected: String,
    },
    /// More faults than allowed.
    #[error("The link has more than {MAX_FAULTS} faults: the rest was ignored")]
    TooManyFaults,
}

/// Writes `experiment` as a fragment, without the `#`. Always begins with the
/// version.
#[must_use]
pub fn to_fragment(experiment: &Experiment) -> String {
    let default = Experiment::default();
    let mut out = Serializer::new(String::new());
    out.append_pair("v", &VERSION.to_string());
    for field in Field::ALL {
        let value = field.get(experiment);
        if value != field.get(&default) {
            out.append_pair(field.spec().key, &value.to_string());
        }
    }
    if experiment.gil != default.gil {
        out.append_pair("gil", if experiment.gil { "on" } else { "off" });
    }
    if experiment.policy != default.policy {
        out.append_pair("policy", experiment.policy.key());
    }
    if experiment.kernel != default.kernel {
        out.append_pair("kernel", experiment.kernel.key());
    }
    if experiment.profile != default.profile {
        out.append_pair("costs", experiment.profile.key());
    }
    for fault in &experiment.faults {
        out.append_pair("fault", &fault.to_string());
    }
    out.finish()
}

/// Reads a fragment, with or without the `#`. What it does not set stays at
/// the default, so that a link means the same everywhere.
#[must_use]
pub fn from_fragment(fragment: &str) -> Decoded {
    let mut experiment = Experiment::default();
    let mut problems = Vec::new();
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    for (key, value) in parse(fragment.as_bytes()) {
        if key == "v" {
            if value != VERSION.to_string() {
                return Decoded {
                    experiment: Experiment::default(),
                    problems: vec![Problem::Version(value.into_owned())],
                };
            }
        } else if let Err(problem) = read_pair(&mut experiment, &key, &value) {
            problems.push(problem);
        }
    }
    Decoded {
        experiment,
        problems,
    }
}

fn read_pair(experiment: &mut Experiment, key: &str, value: &str) -> Result<(), Problem> {
    let bad = |expected: String| Problem::BadValue {
        key: key.to_owned(),
        value: value.to_owned(),
        expected,
    };
    if let Some(field) = Field::from_key(key) {
        let spec = field.spec();
        let number = value
            .parse()
            .ok()
            .filter(|&number| check_range(field, number).is_ok())
            .ok_or_else(|| bad(format!("a whole number from {} to {}", spec.min, spec.max)))?;
        field.set(experiment, number);
        return Ok(());
    }
    match key {
        "gil" => {
            experiment.gil = match value {
                "on" => true,
                "off" => false,
                _ => return Err(bad("on or off".to_owned())),
            }
        }
        "policy" => {
            experiment.policy = one_of(&PolicyKind::ALL, PolicyKind::key, value).map_err(bad)?;
        }
        "kernel" => experiment.kernel = one_of(&Kernel::ALL, Kernel::key, value).map_err(bad)?,
        "costs" => experiment.profile = one_of(&Profile::ALL, Profile::key, value).map_err(bad)?,
        "fault" => {
            let fault: Fault = value
                .parse()
                .map_err(|_| bad("kind.process.thread.when, as in segfault.0.1.u20".to_owned()))?;
            if experiment.faults.len() == MAX_FAULTS {
                return Err(Problem::TooManyFaults);
            }
            experiment.faults.push(fault);
        }
        "" => {}
        _ => return Err(Problem::UnknownKey(key.to_owned())),
    }
    Ok(())
}

/// The choice whose key is `value`, or the list of what it could have been.
fn one_of<T: Copy>(all: &[T], key: fn(T) -> &'static str, value: &str) -> Result<T, String> {
    all.iter()
        .copied()
        .find(|&choice| key(choice) == value)
        .ok_or_else(|| {
            let keys: Vec<_> = all.iter().map(|&choice| key(choice)).collect();
            keys.join(" or ")
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::{FaultKind, Trigger};
    use expect_test::{Expect, expect};
    use proptest::prelude::*;

    fn check(fragment: &str, expect: Expect) {
        let decoded = from_fragment(fragment);
        let mut said = format!("{}\n", to_fragment(&decoded.experiment));
        for problem in &decoded.problems {
            said += &format!("{problem}\n");
        }
        expect.assert_eq(&said);
        assert_eq!(decoded.experiment.validate(), Ok(()));
    }

    #[test]
    fn reads_what_makes_sense_and_reports_the_rest() {
        check("", expect![["v=1\n"]]);
        check(
            "#v=1&procs=4&threads=1&gil=off",
            expect![["v=1&procs=4&threads=1&gil=off\n"]],
        );
        check(
            "procs=65&threads=two&gil=maybe&kernel=x&colour=red&cores=8",
            expect![[r#"
                v=1&cores=8
                The link sets procs to "65", but it must be a whole number from 1 to 64: it was ignored
                The link sets threads to "two", but it must be a whole number from 1 to 64: it was ignored
                The link sets gil to "maybe", but it must be on or off: it was ignored
                The link sets kernel to "x", but it must be bytecode or sieve or mandelbrot or matrix or sha256 or sort: it was ignored
                The link sets "colour", which this page does not know: it was ignored
            "#]],
        );
        check(
            "v=7&procs=4",
            expect![[r#"
                v=1
                The link is of version 7, but this page reads version 1: nothing of it was used
            "#]],
        );
        check(
            "fault=segfault.0.1.u20&fault=kill.1.0.t5000&fault=boom&%ff=%zz",
            expect![[r#"
                v=1&fault=segfault.0.1.u20&fault=kill.1.0.t5000
                The link sets fault to "boom", but it must be kind.process.thread.when, as in segfault.0.1.u20: it was ignored
                The link sets "�", which this page does not know: it was ignored
            "#]],
        );
    }

    fn any_experiment() -> impl Strategy<Value = Experiment> {
        let numbers = Field::ALL.map(|field| (field.spec().min..=field.spec().max).boxed());
        let fault = (
            0..4_usize,
            0..64_u16,
            0..64_u16,
            any::<bool>(),
            any::<u32>(),
        )
            .prop_map(|(kind, process, thread, timed, when)| Fault {
                kind: FaultKind::ALL[kind],
                process,
                thread,
                when: if timed {
                    Trigger::TimeUs(when)
                } else {
                    Trigger::Units(when)
                },
            });
        let faults = prop::collection::vec(fault, 0..=MAX_FAULTS);
        (
            Vec::from(numbers),
            any::<bool>(),
            0..PolicyKind::ALL.len(),
            0..Kernel::ALL.len(),
            0..Profile::ALL.len(),
            faults,
        )
            .prop_map(|(numbers, gil, policy, kernel, profile, faults)| {
                let mut experiment = Experiment {
                    gil,
                    policy: PolicyKind::ALL[policy],
                    kernel: Kernel::ALL[kernel],
                    profile: Profile::ALL[profile],
                    faults,
                    ..Experiment::default()
                };
                for (field, number) in Field::ALL.into_iter().zip(numbers) {
                    field.set(&mut experiment, number);
                }
                experiment
            })
    }

    proptest! {
        #[test]
        fn every_valid_experiment_survives_the_round_trip(experiment in any_experiment()) {
            let decoded = from_fragment(&to_fragment(&experiment));
            prop_assert_eq!(decoded.problems, []);
            prop_assert_eq!(decoded.experiment, experiment);
        }

        #[test]
        fn no_fragment_yields_an_invalid_experiment(fragment in ".{0,200}") {
            let decoded = from_fragment(&fragment);
            prop_assert_eq!(decoded.experiment.validate(), Ok(()));
        }
    }
}
