//! Jobs from a table: a header, then a line for each job.
//!
//! Columns, in any order: `burst`, and if wanted `name`, `arrival`, `priority`,
//! `tickets`, `deadline`, `period`. A time is a number with a unit (`5 ms`), or
//! a number in the unit of its column (`burst_us`), or else in ms. An empty
//! cell means the default. Lines that begin with `#` are comments.

use crate::experiment::scenario::{Job, MAX_FILE_BYTES, Ns, Scenario, processes_of};
use csv::{Position, ReaderBuilder, StringRecord, Trim};
use std::str::FromStr;
use thiserror::Error;

/// The most jobs in a file.
pub const MAX_JOBS: usize = 100_000;

/// Why a table cannot be read. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CsvError {
    /// It is longer than [`MAX_FILE_BYTES`].
    #[error("the file has {bytes} bytes; at most {MAX_FILE_BYTES} are read")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// It has more lines than [`MAX_JOBS`].
    #[error("there are more than {MAX_JOBS} jobs")]
    TooManyJobs,
    /// There is no job in it.
    #[error("there are no jobs; write a header such as name,arrival,burst and a line for each")]
    NoJobs,
    /// A column has a name that means nothing here.
    #[error(
        "line {line}, column {column}: \"{name}\" is no column; there are name, arrival, burst, \
         priority, tickets, deadline and period; a time's unit may follow it, as in burst_us"
    )]
    NoSuchColumn {
        /// The header's line.
        line: u64,
        /// Which column.
        column: usize,
        /// Its name.
        name: String,
    },
    /// Two columns mean the same.
    #[error("line {line}, column {column}: there is a second column {name}")]
    ColumnTwice {
        /// The header's line.
        line: u64,
        /// Which column.
        column: usize,
        /// What it means.
        name: &'static str,
    },
    /// Without it there are no jobs.
    #[error("line {line}: there is no column burst")]
    NoBurst {
        /// The header's line.
        line: u64,
    },
    /// A line has too few or too many cells.
    #[error("line {line}: there are {found} cells, but {expected} columns")]
    Cells {
        /// Which line.
        line: u64,
        /// Cells in it.
        found: u64,
        /// Columns in the header.
        expected: u64,
    },
    /// A cell is not what its column wants.
    #[error("line {line}, column {column} ({name}): \"{value}\" is no {expected}")]
    Cell {
        /// Which line.
        line: u64,
        /// Which column.
        column: usize,
        /// What the column means.
        name: &'static str,
        /// What stands there.
        value: String,
        /// What should.
        expected: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    Name,
    Arrival,
    Burst,
    Priority,
    Tickets,
    Deadline,
    Period,
}

const COLUMNS: [(&str, Meaning); 7] = [
    ("name", Meaning::Name),
    ("arrival", Meaning::Arrival),
    ("burst", Meaning::Burst),
    ("priority", Meaning::Priority),
    ("tickets", Meaning::Tickets),
    ("deadline", Meaning::Deadline),
    ("period", Meaning::Period),
];

const UNITS: [&str; 5] = ["ns", "us", "µs", "ms", "s"];

struct Column {
    name: &'static str,
    meaning: Meaning,
    /// Of a number without one.
    unit: &'static str,
}

/// Reads a table of jobs: a scenario with one process and a thread for each
/// job. Its machine is the default one.
///
/// # Errors
/// The first cell that makes no sense, with its line and column.
pub fn read(text: &str) -> Result<Scenario, CsvError> {
    Ok(Scenario {
        processes: processes_of(jobs(text)?),
        ..Scenario::default()
    })
}

/// The jobs of a table, in its order.
///
/// # Errors
/// The first cell that makes no sense, with its line and column.
pub fn jobs(text: &str) -> Result<Vec<Job>, CsvError> {
    if text.len() > MAX_FILE_BYTES {
        return Err(CsvError::TooLong { bytes: text.len() });
    }
    // A spreadsheet's mark of UTF-8.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ReaderBuilder::new()
        .trim(Trim::All)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let header = reader
        .headers()
        .map_err(|error| cells(text, &error))?
        .clone();
    let columns = columns(line_at(text, header.position()), &header)?;
    let mut jobs = Vec::new();
    for record in reader.records() {
        if jobs.len() == MAX_JOBS {
            return Err(CsvError::TooManyJobs);
        }
        let record = record.map_err(|error| cells(text, &error))?;
        jobs.push(job(text, &columns, &record)?);
    }
    if jobs.is_empty() {
        return Err(CsvError::NoJobs);
    }
    Ok(jobs)
}

/// The one thing that can be wrong with a table as such: it is read from text
/// in memory, so there is no I/O that could fail, and all of it is UTF-8.
fn cells(text: &str, error: &csv::Error) -> CsvError {
    let line = line_at(text, error.position());
    let (found, expected) = match error.kind() {
        csv::ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => (*len, *expected_len),
        _ => (0, 0),
    };
    CsvError::Cells {
        line,
        found,
        expected,
    }
}

/// The line a record stands in. The position that `csv` gives is where the last
/// record ended, which is before blank lines and comments.
fn line_at(text: &str, position: Option<&Position>) -> u64 {
    let Some(position) = position else {
        return 1;
    };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.get(start..).unwrap_or_default();
    let skipped = rest
        .lines()
        .take_while(|line| line.is_empty() || line.starts_with('#'));
    position.line() + skipped.count() as u64
}

fn columns(line: u64, header: &StringRecord) -> Result<Vec<Column>, CsvError> {
    let mut columns: Vec<Column> = Vec::new();
    for (at, title) in header.iter().enumerate() {
        let Some(column) = column(title) else {
            return Err(CsvError::NoSuchColumn {
                line,
                column: at + 1,
                name: title.to_owned(),
            });
        };
        if columns.iter().any(|other| other.meaning == column.meaning) {
            return Err(CsvError::ColumnTwice {
                line,
                column: at + 1,
                name: column.name,
            });
        }
        columns.push(column);
    }
    if !columns
        .iter()
        .any(|column| column.meaning == Meaning::Burst)
    {
        return Err(CsvError::NoBurst { line });
    }
    Ok(columns)
}

/// `burst`, `Burst_us`, `burst (us)`.
fn column(title: &str) -> Option<Column> {
    let title = title.to_lowercase();
    let end = title
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(title.len());
    let (word, rest) = title.split_at(end);
    let &(name, meaning) = COLUMNS.iter().find(|(name, _)| *name == word)?;
    let rest = rest.trim_matches([' ', '_', '(', ')', '[', ']']);
    let unit = match (rest, meaning) {
        ("", _) => "ms",
        (_, Meaning::Name | Meaning::Priority | Meaning::Tickets) => return None,
        (unit, _) => UNITS.into_iter().find(|known| *known == unit)?,
    };
    Some(Column {
        name,
        meaning,
        unit,
    })
}

fn job(text: &str, columns: &[Column], record: &StringRecord) -> Result<Job, CsvError> {
    let mut job = Job {
        name: None,
        arrival: Ns(0),
        burst: Ns(0),
        priority: 0,
        tickets: 1,
        deadline: None,
        period: None,
    };
    for (at, (column, cell)) in columns.iter().zip(record).enumerate() {
        let wrong = |expected: String| CsvError::Cell {
            line: line_at(text, record.position()),
            column: at + 1,
            name: column.name,
            value: cell.to_owned(),
            expected,
        };
        if cell.is_empty() {
            if column.meaning == Meaning::Burst {
                return Err(wrong("time; every job needs a burst".to_owned()));
            }
            continue;
        }
        let time = || {
            time(cell, column.unit).ok_or_else(|| {
                wrong(format!(
                    "time such as 5 or 5 {}, at most {}",
                    column.unit,
                    Ns::MAX
                ))
            })
        };
        match column.meaning {
            Meaning::Name => job.name = Some(cell.to_owned()),
            Meaning::Arrival => job.arrival = time()?,
            Meaning::Burst => job.burst = time()?,
            Meaning::Deadline => job.deadline = Some(time()?),
            Meaning::Period => job.period = Some(time()?),
            Meaning::Priority => {
                job.priority = cell.parse().map_err(|_| wrong("whole number".to_owned()))?;
            }
            Meaning::Tickets => {
                let tickets = cell.parse().ok().filter(|&tickets| tickets > 0);
                job.tickets =
                    tickets.ok_or_else(|| wrong("whole number of at least 1".to_owned()))?;
            }
        }
    }
    Ok(job)
}

fn time(cell: &str, unit: &str) -> Option<Ns> {
    Ns::from_str(cell)
        .or_else(|_| Ns::from_str(&format!("{cell} {unit}")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::experiment::scenario::{Program, Step};
    use expect_test::{Expect, expect};
    use std::fmt::Write;

    fn check(text: &str, expect: Expect) {
        let mut said = String::new();
        match read(text) {
            Err(error) => said = error.to_string(),
            Ok(scenario) => {
                for thread in &scenario.processes[0].threads {
                    let Program::Steps(steps) = &thread.program else {
                        panic!("steps are written out");
                    };
                    let [Step::Compute(burst)] = steps.as_slice() else {
                        panic!("a job is one burst");
                    };
                    let (name, at, sched) = (&thread.name, thread.arrival, thread.sched);
                    write!(
                        said,
                        "{name} at {at} for {burst}, priority {}",
                        sched.priority
                    )
                    .expect("memory");
                    writeln!(
                        said,
                        ", tickets {}, deadline {:?}, period {:?}",
                        sched.tickets, sched.deadline, sched.period
                    )
                    .expect("memory");
                }
            }
        }
        expect.assert_eq(&said);
    }

    #[test]
    fn reads_jobs_in_any_order_of_columns_and_unit() {
        check(
            "burst\n5\n7 us\n",
            expect![[r#"
            J1 at 0 ns for 5 ms, priority 0, tickets 1, deadline None, period None
            J2 at 0 ns for 7 us, priority 0, tickets 1, deadline None, period None
        "#]],
        );
        check(
            "\u{feff}Priority, burst_us ,arrival (s),name\n# a comment\n3,250,0.5,A\n,1.5 ms,,\n",
            expect![[r#"
                A at 500 ms for 250 us, priority 3, tickets 1, deadline None, period None
                J2 at 0 ns for 1500 us, priority 0, tickets 1, deadline None, period None
            "#]],
        );
        check(
            "name,arrival,burst,tickets,deadline,period\r\n\"a, b\",0,1,5,10,20 ms\r\n",
            expect![[r#"
                a, b at 0 ns for 1 ms, priority 0, tickets 5, deadline Some(Ns(10000000)), period Some(Ns(20000000))
            "#]],
        );
    }

    #[test]
    fn says_where_a_table_is_wrong() {
        check("", expect!["line 1: there is no column burst"]);
        check("arrival\n0\n", expect!["line 1: there is no column burst"]);
        check(
            "burst\n",
            expect![
                "there are no jobs; write a header such as name,arrival,burst and a line for each"
            ],
        );
        check(
            "burst,duration\n",
            expect![[
                r#"line 1, column 2: "duration" is no column; there are name, arrival, burst, priority, tickets, deadline and period; a time's unit may follow it, as in burst_us"#
            ]],
        );
        check(
            "burst,priority_ms\n",
            expect![[
                r#"line 1, column 2: "priority_ms" is no column; there are name, arrival, burst, priority, tickets, deadline and period; a time's unit may follow it, as in burst_us"#
            ]],
        );
        check(
            "burst,name,burst_ms\n",
            expect!["line 1, column 3: there is a second column burst"],
        );
        check(
            "arrival,burst\n0,1\n\n0,1,2\n",
            expect!["line 4: there are 3 cells, but 2 columns"],
        );
        check(
            "arrival,burst\n0,1\n1,soon\n",
            expect![[
                r#"line 3, column 2 (burst): "soon" is no time such as 5 or 5 ms, at most 1000000 s"#
            ]],
        );
        check(
            "arrival,burst\n\n# no\n-1,1\n",
            expect![[
                r#"line 4, column 1 (arrival): "-1" is no time such as 5 or 5 ms, at most 1000000 s"#
            ]],
        );
        check(
            "arrival,burst\n0,\n",
            expect![[r#"line 2, column 2 (burst): "" is no time; every job needs a burst"#]],
        );
        check(
            "burst,tickets\n1,0\n",
            expect![[r#"line 2, column 2 (tickets): "0" is no whole number of at least 1"#]],
        );
        check(
            "burst,priority\n1,high\n",
            expect![[r#"line 2, column 2 (priority): "high" is no whole number"#]],
        );
        check(
            "burst_s\n99999999999\n",
            expect![[
                r#"line 2, column 1 (burst): "99999999999" is no time such as 5 or 5 s, at most 1000000 s"#
            ]],
        );
    }
}
