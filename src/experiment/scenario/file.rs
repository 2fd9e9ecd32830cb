//! Reading a file: a scenario, a slider experiment, or a plain list of jobs.

use super::{CostsSpec, Machine, Ns, ProcessSpec, Program, Scenario, Sched, Step, ThreadSpec};
use crate::experiment::{Experiment, json};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest file that is read. It bounds the memory a file can ask for; the
/// depth of brackets is bounded by the reader (128).
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// What a file describes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Document {
    /// A scenario, or a list of jobs turned into one.
    Scenario(Box<Scenario>),
    /// The sliders of the page: `{"experiment": {...}}`.
    Experiment(Box<Experiment>),
}

/// Why a file cannot be read. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FileError {
    /// It is longer than [`MAX_FILE_BYTES`].
    #[error("the file has {bytes} bytes; at most {MAX_FILE_BYTES} are read")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// It is not JSON, or its brackets are nested too deeply.
    #[error("line {line}, column {column}: {reason}")]
    Syntax {
        /// Where.
        line: usize,
        /// Where in the line.
        column: usize,
        /// What was found or expected.
        reason: String,
    },
    /// A value is not what must stand there.
    #[error("{path} (line {line}, column {column}): {reason}")]
    Value {
        /// The way to it: `processes[0].threads[2].program[3].lock`.
        path: String,
        /// Where it ends.
        line: usize,
        /// Where in the line.
        column: usize,
        /// The value and what was expected.
        reason: String,
    },
}

/// Reads a file. What it says is not checked any further: see
/// [`Scenario::validate`] and [`Experiment::validate`].
///
/// # Errors
/// Where the text is no JSON, or where a value is not what must stand there.
#[inline] // compiled where it is used, for size: see `core/src/lib.rs`
pub fn read(text: &str) -> Result<Document, FileError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(FileError::TooLong { bytes: text.len() });
    }
    // The form is told by the keys of the outermost object; guessing from what
    // fails would blame the wrong form.
    let tree = json::tree(text).map_err(FileError::of)?;
    if tree.has("experiment") {
        let file: ExperimentFile = tree.read(text).map_err(FileError::of)?;
        return Ok(Document::Experiment(Box::new(file.experiment)));
    }
    let scenario = if tree.has("jobs") {
        tree.read::<JobsFile>(text).map(JobsFile::into_scenario)
    } else {
        tree.read(text)
    };
    Ok(Document::Scenario(Box::new(
        scenario.map_err(FileError::of)?,
    )))
}

/// Reads JSON as a `T`, so that an error names its path.
pub(super) fn read_as<T: DeserializeOwned>(text: &str) -> Result<T, FileError> {
    json::from_str(text).map_err(FileError::of)
}

impl FileError {
    fn of(error: json::Unreadable) -> Self {
        let json::Unreadable {
            path,
            line,
            column,
            reason,
        } = error;
        match path {
            Some(path) => Self::Value {
                path: if path.is_empty() {
                    "the file".to_owned()
                } else {
                    path
                },
                line,
                column,
                reason,
            },
            None => Self::Syntax {
                line,
                column,
                reason,
            },
        }
    }
}

/// `{"experiment": {...}}`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExperimentFile {
    experiment: Experiment,
}

/// `{"jobs": [...]}`: the form of textbook exercises.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct JobsFile {
    name: String,
    about: String,
    machine: Machine,
    costs: CostsSpec,
    seed: u32,
    until: Option<Ns>,
    jobs: Vec<Job>,
}

/// A job of a textbook exercise: it arrives, computes and ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Job {
    /// Its name; by default J1, J2...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it arrives.
    #[serde(default, skip_serializing_if = "is_default")]
    pub arrival: Ns,
    /// How long it computes.
    pub burst: Ns,
    /// Its priority.
    #[serde(default, skip_serializing_if = "is_default")]
    pub priority: i32,
    /// Its lottery tickets.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub tickets: u32,
    /// By when after its arrival it should be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Ns>,
    /// Its period, for rate monotonic scheduling.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Ns>,
}

fn one() -> u32 {
    1
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "what is written is given by reference"
)]
fn is_one(value: &u32) -> bool {
    *value == 1
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// The processes of a list of jobs: one, with a thread for each job.
#[must_use]
pub fn processes_of(jobs: Vec<Job>) -> Vec<ProcessSpec> {
    let threads = jobs.into_iter().enumerate().map(|(index, job)| ThreadSpec {
        name: job.name.unwrap_or_else(|| format!("J{}", index + 1)),
        arrival: job.arrival,
        program: Program::Steps(vec![Step::Compute(job.burst)]),
        sched: Sched {
            priority: job.priority,
            tickets: job.tickets,
            deadline: job.deadline,
            period: job.period,
            ..Sched::default()
        },
        ..ThreadSpec::default()
    });
    vec![ProcessSpec {
        name: "jobs".to_owned(),
        threads: threads.collect(),
        ..ProcessSpec::default()
    }]
}

impl JobsFile {
    fn into_scenario(self) -> Scenario {
        Scenario {
            name: self.name,
            about: self.about,
            machine: self.machine,
            costs: self.costs,
            seed: self.seed,
            until: self.until,
            processes: processes_of(self.jobs),
            ..Scenario::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expect: Expect) {
        let said = match read(text) {
            Ok(Document::Scenario(scenario)) => {
                serde_json::to_string(&scenario.processes).expect("it can be written")
            }
            Ok(Document::Experiment(experiment)) => format!("{experiment:?}"),
            Err(error) => error.to_string(),
        };
        expect.assert_eq(&said);
    }

    #[test]
    fn names_line_and_column_of_bad_syntax() {
        check("", expect!["line 1, column 0: EOF while parsing a value"]);
        check(
            "{\n  \"name\": ,\n}",
            expect!["line 2, column 11: expected value"],
        );
        check("{} x", expect!["line 1, column 4: trailing characters"]);
        check(
            "[1]",
            expect!["the file (line 1, column 1): invalid type: sequence, expected a map"],
        );
        check(
            &"[".repeat(100_000),
            expect!["line 1, column 128: recursion limit exceeded"],
        );
        let depth = 200;
        let (open, close) = (r#"[{"repeat": {"times": 1, "steps": "#, "}}]");
        check(
            &format!(
                r#"{{"programs": {{"p": {}[]{}}}}}"#,
                open.repeat(depth),
                close.repeat(depth)
            ),
            expect!["line 1, column 1426: recursion limit exceeded"],
        );
    }

    #[test]
    fn names_path_value_and_expectation() {
        for (text, expect) in [
            (
                r#"{"nmae": "x"}"#,
                expect![
                    "nmae (line 1, column 7): unknown field `nmae`, expected one of `name`, `about`, `machine`, `costs`, `seed`, `until`, `processes`, `programs`, `locks`, `semaphores`, `conditions`, `channels`, `barriers`, `devices`, `objects`, `pools`, `faults`"
                ],
            ),
            (
                r#"{"machine": {"cores": -1}}"#,
                expect![
                    "machine.cores (line 1, column 24): invalid value: integer `-1`, expected u16"
                ],
            ),
            (
                r#"{"machine": {"cores": 4, "cores": 4}}"#,
                expect!["machine.cores (line 1, column 32): duplicate field `cores`"],
            ),
            (
                r#"{"machine": {"policy": {"kind": "rr", "slice": "4 m"}}}"#,
                expect![[
                    r#"machine.policy.slice (line 1, column 52): "4 m" is no time; write a whole number of ns, or a number with a unit (ns, us, ms, s) such as "5 ms", at most 1000000 s"#
                ]],
            ),
            (
                r#"{"machine": {"policy": {"slice": "4 m", "kind": "rr"}}}"#,
                expect![[
                    r#"machine.policy.slice (line 1, column 38): "4 m" is no time; write a whole number of ns, or a number with a unit (ns, us, ms, s) such as "5 ms", at most 1000000 s"#
                ]],
            ),
            (
                r#"{"machine": {"policy": {"kind": "rr"}}}"#,
                expect!["machine.policy (line 1, column 37): missing field `slice`"],
            ),
            (
                r#"{"machine": {"policy": {"slice": "4 ms"}}}"#,
                expect!["machine.policy (line 1, column 40): missing field `kind`"],
            ),
            (
                r#"{"machine": {"policy": {"kind": "fifo", "slice": "4 ms"}}}"#,
                expect![
                    "machine.policy.slice (line 1, column 47): unknown field `slice`, this kind has no fields"
                ],
            ),
            (
                r#"{"machine": {"policy": {"slice": "4 ms", "kind": "fifo"}}}"#,
                expect![
                    "machine.policy.slice (line 1, column 31): unknown field `slice`, this kind has no fields"
                ],
            ),
            (
                r#"{"machine": {"policy": "fifo"}}"#,
                expect![[
                    r#"machine.policy (line 1, column 29): invalid type: string "fifo", expected an object with a `kind`"#
                ]],
            ),
            (
                r#"{"machine": {"policy": {"kind": "fair"}}}"#,
                expect![
                    "machine.policy.kind (line 1, column 38): unknown variant `fair`, expected one of `fifo`, `sjf`, `srtf`, `priority`, `hrrn`, `rr`, `mlfq`, `lottery`, `stride`, `cfs`, `eevdf`, `sched-fifo`, `sched-rr`, `sched-deadline`, `edf`, `rm`, `dm`, `llf`"
                ],
            ),
            (
                r#"{"machine": {"policy": {"kind": "mlfq", "levels": [{"quantum": "1 ms"}, {"quantum": -1}]}}}"#,
                expect![[
                    r#"machine.policy.levels[1].quantum (line 1, column 86): invalid type: integer `-1`, expected a time: a whole number of ns, or a text such as "5 ms""#
                ]],
            ),
            (
                r#"{"costs": "free"}"#,
                expect![
                    "costs (line 1, column 16): unknown variant `free`, expected one of `ideal`, `cpython-linux`, `this-browser`"
                ],
            ),
            (
                r#"{"costs": {"context-switch-ns": "5"}}"#,
                expect![[
                    r#"costs.context-switch-ns (line 1, column 35): invalid type: string "5", expected u64"#
                ]],
            ),
            (
                r#"{"processes": [{"threads": [{}, {"program": [{"compute": "1 ms"}, {"lock": 3}]}]}]}"#,
                expect![
                    "processes[0].threads[1].program[1].lock (line 1, column 76): invalid type: integer `3`, expected a string"
                ],
            ),
            (
                r#"{"processes": [{"threads": [{"program": [{"repeat": {"times": 2, "steps": [{"sleep": true}]}}]}]}]}"#,
                expect![[
                    r#"processes[0].threads[0].program[0].repeat.steps[0].sleep (line 1, column 89): invalid type: boolean `true`, expected a time: a whole number of ns, or a text such as "5 ms""#
                ]],
            ),
            (
                r#"{"programs": {"p": {"compute": 1}}}"#,
                expect![
                    "programs.p (line 1, column 20): invalid type: map, expected a list of steps, or the name of a program"
                ],
            ),
            (
                r#"{"programs": {"p": ["wat"]}}"#,
                expect![
                    "programs.p[0] (line 1, column 25): unknown variant `wat`, expected one of `compute`, `call`, `release`, `native`, `sleep`, `io`, `yield`, `unit`, `ready`, `repeat`, `lock`, `lock-for`, `unlock`, `acquire`, `post`, `wait`, `notify`, `notify-all`, `barrier`, `send`, `receive`, `load`, `add`, `store`, `alloc`, `free`, `incref`, `decref`, `touch`, `corrupt`, `start-thread`, `join-thread`, `start-process`, `join-process`, `kill-process`, `kill-thread`, `run-loop`, `await`, `submit`, `gather`, `raise`, `exit`, `exit-process`, `segfault`, `hang`"
                ],
            ),
            (
                r#"{"channels": [{"name": "c", "capacity": 1, "transport": {"kind": "by-reference", "pack": 1}}]}"#,
                expect![
                    "channels[0].transport.pack (line 1, column 87): unknown field `pack`, this kind has no fields"
                ],
            ),
            (
                r#"{"faults": [{"kind": "hang", "process": "p", "when": {"at": "soon"}}]}"#,
                expect![[
                    r#"faults[0].when.at (line 1, column 66): "soon" is no time; write a whole number of ns, or a number with a unit (ns, us, ms, s) such as "5 ms", at most 1000000 s"#
                ]],
            ),
            (
                r#"{"experiment": {"cores": 2, "thread": 3}}"#,
                expect![
                    "experiment.thread (line 1, column 36): unknown field `thread`, expected one of `cores`, `processes`, `threads`, `gil`, `switch_interval_us`, `policy`, `slice_us`, `kernel`, `units`, `cpu_us`, `io_us`, `profile`, `faults`, `seed`"
                ],
            ),
            (
                r#"{"experiment": {}, "name": "x"}"#,
                expect!["name (line 1, column 25): unknown field `name`, expected `experiment`"],
            ),
            (
                r#"{"jobs": [{"burst": "1 ms"}, {"arrival": 0}]}"#,
                expect!["jobs[1] (line 1, column 43): missing field `burst`"],
            ),
        ] {
            check(text, expect);
        }
    }

    #[test]
    fn reads_each_form() {
        check(
            r#"{"experiment": {"cores": 2, "threads": 3}}"#,
            expect![
                "Experiment { cores: 2, processes: 1, threads: 3, gil: true, switch_interval_us: 5000, policy: RoundRobin, slice_us: 4000, kernel: Bytecode, units: 400, cpu_us: 1000, io_us: 0, profile: CPythonLinux, faults: [], seed: 1 }"
            ],
        );
        check(
            r#"{"jobs": [{"burst": "10 ms"}, {"name": "late", "arrival": "2 ms", "burst": 5, "priority": 3}],
                "machine": {"cores": 2}}"#,
            expect![[
                r#"[{"name":"jobs","arrival":"0 ns","gil":{"kind":"none"},"start":{"fork":{"parent-bytes":0}},"heap-limit":null,"daemon":false,"supervision":null,"threads":[{"name":"J1","count":0,"program":[{"compute":"10 ms"}],"arrival":"0 ns","daemon":false,"interpreter":0,"sched":{"class":null,"nice":0,"priority":0,"tickets":1,"runtime":null,"deadline":null,"period":null},"periodic":null,"affinity":null,"working-set":0},{"name":"late","count":0,"program":[{"compute":"5 ns"}],"arrival":"2 ms","daemon":false,"interpreter":0,"sched":{"class":null,"nice":0,"priority":3,"tickets":1,"runtime":null,"deadline":null,"period":null},"periodic":null,"affinity":null,"working-set":0}]}]"#
            ]],
        );
        check(
            r#"{"machine": {"policy": {"slice": "4 ms", "timer": "global", "kind": "rr"}},
                "processes": [{"name": "p", "gil": {"kind": "switch-interval"}, "threads": [{"program": "x"}]}]}"#,
            expect![[
                r#"[{"name":"p","arrival":"0 ns","gil":{"kind":"switch-interval","interval":"5 ms","poll":"1 us"},"start":{"fork":{"parent-bytes":0}},"heap-limit":null,"daemon":false,"supervision":null,"threads":[{"name":"","count":0,"program":"x","arrival":"0 ns","daemon":false,"interpreter":0,"sched":{"class":null,"nice":0,"priority":0,"tickets":1,"runtime":null,"deadline":null,"period":null},"periodic":null,"affinity":null,"working-set":0}]}]"#
            ]],
        );
    }
}
