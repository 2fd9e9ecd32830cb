//! What may not be run at all ([`Invalid`]) and what can be run but will not
//! do what it seems to ([`Warning`]).

use super::{Experiment, Fault, Field, MAX_FAULTS, Subject, Trigger};
use thiserror::Error;

/// Why an experiment cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Invalid {
    /// A number lies outside its range.
    #[error("{} is {value}, but must be from {} to {}{}", .field.spec().label, .field.spec().min,
            .field.spec().max, unit_suffix(*.field))]
    OutOfRange {
        /// Which number.
        field: Field,
        /// What it was.
        value: u32,
    },
    /// More faults than [`MAX_FAULTS`].
    #[error("There are {count} faults, but at most {MAX_FAULTS} are allowed")]
    TooManyFaults {
        /// How many there were.
        count: usize,
    },
}

fn unit_suffix(field: Field) -> String {
    match field.spec().unit {
        "" => String::new(),
        unit => format!(" {unit}"),
    }
}

/// Why an experiment will not do what it seems to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Warning {
    /// A fault names a process or thread that the experiment does not have.
    #[error("The fault \"{fault}\" does nothing: there is no {missing}")]
    FaultWithoutTarget {
        /// The fault as a sentence.
        fault: String,
        /// What is missing: "process 3" or "thread 2 in process 1".
        missing: String,
    },
    /// A fault waits for more units than its target is dealt.
    #[error("The fault \"{fault}\" never strikes: {target} has only {share} units to do")]
    FaultNeverDue {
        /// The fault as a phrase.
        fault: String,
        /// Whom it would strike: "process 1" or "thread 2 of process 1".
        target: String,
        /// The units dealt to that.
        share: u32,
    },
    /// Some threads get no work.
    #[error("{idle} of {workers} threads get no work: there are only {units} units")]
    IdleThreads {
        /// Threads without work.
        idle: u32,
        /// All threads.
        workers: u32,
        /// Units to deal out.
        units: u32,
    },
}

impl Experiment {
    /// Checks every rule and returns all that is broken, not only the first.
    ///
    /// # Errors
    /// One [`Invalid`] for each broken rule.
    pub fn validate(&self) -> Result<(), Vec<Invalid>> {
        let mut broken: Vec<Invalid> = Field::ALL
            .into_iter()
            .filter_map(|field| check_range(field, field.get(self)).err())
            .collect();
        if self.faults.len() > MAX_FAULTS {
            broken.push(Invalid::TooManyFaults {
                count: self.faults.len(),
            });
        }
        if broken.is_empty() {
            Ok(())
        } else {
            Err(broken)
        }
    }

    /// What the visitor should know before running this.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        for fault in &self.faults {
            let missing = if fault.process >= self.processes {
                format!("process {}", fault.process + 1)
            } else if fault.kind.hits_thread() && fault.thread >= self.threads {
                format!(
                    "thread {} in process {}",
                    fault.thread + 1,
                    fault.process + 1
                )
            } else {
                warnings.extend(self.never_due(fault));
                continue;
            };
            warnings.push(Warning::FaultWithoutTarget {
                fault: fault.describe(),
                missing,
            });
        }
        if self.units < self.workers() {
            warnings.push(Warning::IdleThreads {
                idle: self.workers() - self.units,
                workers: self.workers(),
                units: self.units,
            });
        }
        warnings
    }
}

impl Experiment {
    /// The warning that an existing target of `fault` has too little to do.
    fn never_due(&self, fault: &Fault) -> Option<Warning> {
        let Trigger::Units(units) = fault.when else {
            return None;
        };
        let (target, share) = if fault.kind.hits_thread() {
            let target = Subject::Thread(fault.process, fault.thread);
            (target, self.share(fault.process, fault.thread))
        } else {
            let shares = (0..self.threads).map(|thread| self.share(fault.process, thread));
            (Subject::Process(fault.process), shares.sum())
        };
        (units > share).then(|| Warning::FaultNeverDue {
            fault: fault.describe(),
            target: target.name(),
            share,
        })
    }
}

/// Whether `value` may be put into `field`.
///
/// # Errors
/// [`Invalid::OutOfRange`] if it lies outside the field's range.
pub(super) fn check_range(field: Field, value: u32) -> Result<(), Invalid> {
    let spec = field.spec();
    if (spec.min..=spec.max).contains(&value) {
        Ok(())
    } else {
        Err(Invalid::OutOfRange { field, value })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::FaultKind;
    use expect_test::{Expect, expect};

    fn check(change: impl FnOnce(&mut Experiment), expect: Expect) {
        let mut experiment = Experiment::default();
        change(&mut experiment);
        let mut said = String::new();
        for invalid in experiment.validate().err().unwrap_or_default() {
            said += &format!("error: {invalid}\n");
        }
        for warning in experiment.warnings() {
            said += &format!("warning: {warning}\n");
        }
        expect.assert_eq(&said);
    }

    #[test]
    fn says_what_is_wrong_and_what_would_be_right() {
        check(|_| {}, expect![[""]]);
        check(
            |e| {
                e.cores = 0;
                e.slice_us = 99;
                e.processes = 65;
            },
            expect![[r#"
                error: Cores is 0, but must be from 1 to 64
                error: Processes is 65, but must be from 1 to 64
                error: Time slice is 99, but must be from 100 to 100000 µs
            "#]],
        );
        check(
            |e| {
                e.faults = vec![Fault {
                    kind: FaultKind::Segfault,
                    process: 0,
                    thread: 1,
                    when: Trigger::Units(101),
                }];
            },
            expect![[r#"
                warning: The fault "segfault in process 1, thread 2, after 101 units" never strikes: thread 2 of process 1 has only 100 units to do
            "#]],
        );
        check(
            |e| {
                e.units = 2;
                e.faults = vec![
                    Fault {
                        kind: FaultKind::Segfault,
                        process: 0,
                        thread: 7,
                        when: Trigger::Units(3),
                    },
                    Fault {
                        kind: FaultKind::Kill,
                        process: 2,
                        thread: 0,
                        when: Trigger::TimeUs(5_000),
                    },
                ];
            },
            expect![[r#"
                warning: The fault "segfault in process 1, thread 8, after 3 units" does nothing: there is no thread 8 in process 1
                warning: The fault "kill process 3 at 5 ms" does nothing: there is no process 3
                warning: 2 of 4 threads get no work: there are only 2 units
            "#]],
        );
    }
}
