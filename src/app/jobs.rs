//! The job list of a text as a table. An edit changes only its place in the
//! text, so that what the visitor wrote around it stays.

use super::program::outline::{Node, Part, outline};
use crate::app::english::jobs as text;
use crate::experiment::scenario::{Ns, POLICIES, PolicyInfo};
use serde_json::Value;
use std::ops::Range;

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// What the job is called.
    Name,
    /// When it arrives.
    Arrival,
    /// How long it computes.
    Burst,
    /// How urgent it is.
    Priority,
    /// Its tickets in a lottery.
    Tickets,
    /// By when after its arrival it should be done.
    Deadline,
    /// Its period.
    Period,
}

impl Column {
    /// All of them, in the order of the table.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Arrival,
        Self::Burst,
        Self::Priority,
        Self::Tickets,
        Self::Deadline,
        Self::Period,
    ];

    /// Its name in the text.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Arrival => "arrival",
            Self::Burst => "burst",
            Self::Priority => "priority",
            Self::Tickets => "tickets",
            Self::Deadline => "deadline",
            Self::Period => "period",
        }
    }

    /// Its heading on the page.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Name => text::NAME,
            Self::Arrival => text::ARRIVAL,
            Self::Burst => text::BURST,
            Self::Priority => text::PRIORITY,
            Self::Tickets => text::TICKETS,
            Self::Deadline => text::DEADLINE,
            Self::Period => text::PERIOD,
        }
    }

    /// Whether a policy looks at it. All look at arrivals; the first three are
    /// always shown.
    fn matters_to(self, policy: &str) -> bool {
        match self {
            Self::Name | Self::Arrival | Self::Burst => true,
            Self::Priority => matches!(policy, "priority" | "sched-fifo" | "sched-rr"),
            Self::Tickets => matches!(policy, "lottery" | "stride"),
            Self::Deadline => matches!(policy, "edf" | "dm" | "llf" | "sched-deadline"),
            Self::Period => policy == "rm",
        }
    }
}

/// A cell of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What stands in it; empty: the default.
    pub text: String,
    /// What is wrong with it.
    pub error: Option<String>,
}

/// The job list of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jobs {
    /// The columns that matter to the policy, or have something in them.
    pub columns: Vec<Column>,
    /// A row for each job, with a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// The policy's `kind`; empty if it is not known.
    pub policy: String,
    /// The policy's slice or quantum, if it has one.
    pub slice: Option<Cell>,
    /// How many cores there are.
    pub cores: String,
}

/// Why an entry does not fit into the table.
pub type Refusal = String;

/// The table of `text`, if it has a list of jobs.
#[must_use]
pub fn jobs(text: &str) -> Option<Jobs> {
    let root = outline(text);
    let list = root.get("jobs")?;
    if text.get(list.range.start..=list.range.start) != Some("[") {
        return None;
    }
    let policy_node = root.at(&[key("machine"), key("policy")]);
    let kind = policy_node.and_then(|node| node.get("kind")?.text());
    // The default of a file is round robin with 4 ms.
    let policy = match (policy_node, kind) {
        (None, _) => "rr".to_owned(),
        (Some(_), kind) => kind.unwrap_or_default().to_owned(),
    };
    let items = list.items();
    let is_used = |column: Column| items.iter().any(|job| job.member(column.key()).is_some());
    let columns: Vec<Column> = Column::ALL
        .into_iter()
        .filter(|column| column.matters_to(&policy) || is_used(*column))
        .collect();
    let rows = items.iter().map(|job| {
        let cell = |column: &Column| {
            let text = shown(text, job.get(column.key()));
            let error = entered(*column, &text).err();
            Cell { text, error }
        };
        columns.iter().map(cell).collect()
    });
    let slice = slice_key(&policy).map(|name| {
        let written = policy_node.and_then(|node| node.get(name));
        let text = match policy_node {
            None => "4 ms".to_owned(),
            Some(_) => shown(text, written),
        };
        let error = entered(Column::Period, &text).err();
        Cell { text, error }
    });
    let cores = root.at(&[key("machine"), key("cores")]);
    let cores = cores.map_or_else(
        || "1".to_owned(),
        |node| text[node.range.clone()].to_owned(),
    );
    Some(Jobs {
        rows: rows.collect(),
        columns,
        policy,
        slice,
        cores,
    })
}

/// `text` with `value` in a cell; an empty one takes it out.
///
/// # Errors
/// What the column wants, if `value` is not it.
pub fn with_cell(text: &str, row: usize, column: Column, value: &str) -> Result<String, Refusal> {
    let written = entered(column, value)?;
    let root = outline(text);
    let job = root.get("jobs").and_then(|list| list.items().get(row));
    let job = job.ok_or_else(|| text::NO_JOB.to_owned())?;
    Ok(match written {
        Some(json) => with_member(text, job, column.key(), &json),
        None => without_member(text, job, column.key()),
    })
}

/// `text` with one more job, 1 ms long, that arrives with the last.
#[must_use]
pub fn with_job(text: &str) -> String {
    let root = outline(text);
    let Some(list) = root.get("jobs") else {
        return text.to_owned();
    };
    let items = list.items();
    let taken = |name: &str| {
        items
            .iter()
            .any(|job| job.get("name").and_then(Node::text) == Some(name))
    };
    // The letters of the textbooks, then numbers.
    let letters = ('A'..='Z').map(|letter| letter.to_string());
    let numbers = (items.len() + 1..).map(|number| format!("J{number}"));
    let name = letters
        .chain(numbers)
        .find(|name| !taken(name))
        .unwrap_or_default();
    let arrival = items.last().and_then(|job| job.get("arrival"));
    let arrival = arrival.map_or("\"0 ms\"", |node| &text[node.range.clone()]);
    let job = format!(r#"{{ "name": "{name}", "arrival": {arrival}, "burst": "1 ms" }}"#);
    match items.last() {
        Some(last) => {
            let indent = indent_of(text, last.range.start);
            spliced(
                text,
                last.range.end..last.range.end,
                &format!(",{indent}{job}"),
            )
        }
        None => spliced(text, list.range.clone(), &format!("[\n    {job}\n  ]")),
    }
}

/// `text` without a job.
#[must_use]
pub fn without_job(text: &str, row: usize) -> String {
    let root = outline(text);
    let items = root.get("jobs").map_or(&[][..], Node::items);
    let Some(job) = items.get(row) else {
        return text.to_owned();
    };
    // With the comma, before it or after it.
    let range = match (row.checked_sub(1), items.get(row + 1)) {
        (Some(previous), _) => items[previous].range.end..job.range.end,
        (None, Some(next)) => job.range.start..next.range.start,
        (None, None) => job.range.clone(),
    };
    spliced(text, range, "")
}

/// `text` with the policy of this `kind`, with its usual parameters.
#[must_use]
pub fn with_policy(text: &str, kind: &str) -> String {
    let Some(info) = PolicyInfo::of(kind) else {
        return text.to_owned();
    };
    let mut policy = format!(r#"{{ "kind": "{kind}""#);
    for parameter in info
        .parameters
        .iter()
        .filter(|parameter| parameter.default.is_none())
    {
        policy.push_str(&format!(r#", "{}": {}"#, parameter.key, parameter.usual));
    }
    policy.push_str(" }");
    with_machine(text, "policy", &policy)
}

/// `text` with another slice or quantum.
///
/// # Errors
/// What is wrong with it.
pub fn with_slice(text: &str, value: &str) -> Result<String, Refusal> {
    let written = entered(Column::Burst, value)?.unwrap_or_else(|| "\"4 ms\"".to_owned());
    let root = outline(text);
    let Some(policy) = root.at(&[key("machine"), key("policy")]) else {
        let policy = format!(r#"{{ "kind": "rr", "slice": {written} }}"#);
        return Ok(with_machine(text, "policy", &policy));
    };
    let kind = policy.get("kind").and_then(Node::text).unwrap_or_default();
    Ok(match slice_key(kind) {
        Some(name) => with_member(text, policy, name, &written),
        None => text.to_owned(),
    })
}

/// `text` with so many cores.
///
/// # Errors
/// What is wrong with the number.
pub fn with_cores(text: &str, value: &str) -> Result<String, Refusal> {
    match value.trim().parse::<u16>() {
        Ok(cores @ 1..=256) => Ok(with_machine(text, "cores", &cores.to_string())),
        _ => Err(text::no_cores(value)),
    }
}

/// The policies a job list can choose from, with what they do.
pub fn policies() -> impl Iterator<Item = &'static PolicyInfo> {
    // Deadline servers need more than a job says.
    POLICIES.iter().filter(|info| info.kind != "sched-deadline")
}

fn slice_key(policy: &str) -> Option<&'static str> {
    let info = PolicyInfo::of(policy)?;
    let found = info
        .parameters
        .iter()
        .find(|p| matches!(p.key, "slice" | "quantum"));
    found.map(|parameter| parameter.key)
}

fn key(name: &str) -> Part {
    Part::Key(name.to_owned())
}

/// A value as a cell shows it: a text without quotes, a number as it stands.
fn shown(text: &str, node: Option<&Node>) -> String {
    match node {
        None => String::new(),
        Some(node) => match node.text() {
            Some(content) => content.to_owned(),
            // A plain number is in ns.
            None => match text[node.range.clone()].parse::<u64>() {
                Ok(number) => number.to_string(),
                Err(_) => text[node.range.clone()].to_owned(),
            },
        },
    }
}

/// What to write for an entry, as JSON; `None`: nothing, the default holds.
fn entered(column: Column, value: &str) -> Result<Option<String>, Refusal> {
    let value = value.trim();
    let quoted = |text: &str| Value::from(text).to_string();
    match column {
        _ if value.is_empty() && column == Column::Burst => Err(text::NO_BURST.to_owned()),
        _ if value.is_empty() => Ok(None),
        Column::Name => Ok(Some(quoted(value))),
        Column::Priority => match value.parse::<i32>() {
            Ok(number) => Ok(Some(number.to_string())),
            Err(_) => Err(text::no_number(value)),
        },
        Column::Tickets => match value.parse::<u32>() {
            Ok(number) if number > 0 => Ok(Some(number.to_string())),
            _ => Err(text::no_tickets(value)),
        },
        _ => {
            // As in a table of jobs, a number without a unit is in ms.
            let with_unit = match value.parse::<f64>() {
                Ok(_) => format!("{value} ms"),
                Err(_) => value.to_owned(),
            };
            match with_unit.parse::<Ns>() {
                Ok(_) => Ok(Some(quoted(&with_unit))),
                Err(_) => Err(text::no_time(value)),
            }
        }
    }
}

fn with_machine(text: &str, name: &str, json: &str) -> String {
    let root = outline(text);
    match root.get("machine") {
        Some(machine) => with_member(text, machine, name, json),
        None => with_member(
            text,
            &root,
            "machine",
            &format!(r#"{{ "{name}": {json} }}"#),
        ),
    }
}

/// `text` with another value in the object `node`, or with one more.
fn with_member(text: &str, node: &Node, name: &str, json: &str) -> String {
    match node.member(name) {
        Some(member) => match &member.value {
            Some(value) => spliced(text, value.range.clone(), json),
            None => spliced(text, member.key.clone(), &format!(r#""{name}": {json}"#)),
        },
        None => match node.members().last() {
            Some(last) => {
                let end = last
                    .value
                    .as_ref()
                    .map_or(last.key.end, |value| value.range.end);
                let one_line = !text[node.range.clone()].contains('\n');
                let gap = if one_line {
                    " ".to_owned()
                } else {
                    indent_of(text, last.key.start)
                };
                spliced(text, end..end, &format!(",{gap}\"{name}\": {json}"))
            }
            None => spliced(
                text,
                node.range.clone(),
                &format!(r#"{{ "{name}": {json} }}"#),
            ),
        },
    }
}

fn without_member(text: &str, node: &Node, name: &str) -> String {
    let members = node.members();
    let Some(at) = members.iter().position(|member| member.name == name) else {
        return text.to_owned();
    };
    let end_of = |at: usize| {
        let member = &members[at];
        member
            .value
            .as_ref()
            .map_or(member.key.end, |value| value.range.end)
    };
    let range = match (at.checked_sub(1), members.get(at + 1)) {
        (Some(previous), _) => end_of(previous)..end_of(at),
        (None, Some(next)) => members[at].key.start..next.key.start,
        (None, None) => members[at].key.start..end_of(at),
    };
    spliced(text, range, "")
}

/// The line break and the blanks before the byte `at`, or one blank.
fn indent_of(text: &str, at: usize) -> String {
    let before = &text[..at];
    let start = before.trim_end_matches([' ', '\t', '\n', '\r']).len();
    match &before[start..] {
        "" => " ".to_owned(),
        gap => gap.to_owned(),
    }
}

fn spliced(text: &str, range: Range<usize>, with: &str) -> String {
    format!("{}{with}{}", &text[..range.start], &text[range.end..])
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
