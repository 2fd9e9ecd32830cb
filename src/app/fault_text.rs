//! Puts a fault into the text of a program, or takes one out, and leaves the
//! rest of the text as its writer left it.

use crate::experiment::scenario::InjectedFault;
use serde_json::Value;
use std::ops::Range;

/// `text` with `fault` behind the faults it has. `None`: `text` is not an
/// object in JSON.
#[must_use]
pub(super) fn with_fault(text: &str, fault: &InjectedFault) -> Option<String> {
    let fault = spaced(&serde_json::to_value(fault).ok()?);
    let (members, object_end) = parts(text, text.find('{')?)?;
    let own_lines = text.contains('\n');
    if let Some(list) = member(text, &members, "faults") {
        let (faults, end) = parts(text, list.start)?;
        let Some(last) = faults.last() else {
            return Some(spliced(text, list.start + 1..end, &fault));
        };
        let apart = if text[list.start..end].contains('\n') {
            format!(",\n    {fault}")
        } else {
            format!(", {fault}")
        };
        return Some(spliced(text, last.end..last.end, &apart));
    }
    let comma = if members.is_empty() { "" } else { "," };
    let at = members.last().map_or(object_end, |last| last.end);
    let written = if own_lines {
        format!("{comma}\n  \"faults\": [\n    {fault}\n  ]")
    } else {
        format!("{comma} \"faults\": [{fault}]")
    };
    Some(spliced(text, at..at, &written))
}

/// `text` without its fault number `index`. `None`: it has no such fault.
#[must_use]
pub(super) fn without_fault(text: &str, index: usize) -> Option<String> {
    let (members, _) = parts(text, text.find('{')?)?;
    let list = member(text, &members, "faults")?;
    let (faults, _) = parts(text, list.start)?;
    let fault = faults.get(index)?;
    // With the comma that parts it from its neighbour.
    let cut = match (index.checked_sub(1), faults.get(index + 1)) {
        (Some(before), _) => faults[before].end..fault.end,
        (None, Some(next)) => fault.start..next.start,
        (None, None) => fault.clone(),
    };
    Some(spliced(text, cut, ""))
}

/// On one line, with the spaces that people write.
fn spaced(value: &Value) -> String {
    let Some(members) = value.as_object() else {
        return value.to_string();
    };
    let member = |(key, value): (&String, &Value)| format!("\"{key}\": {}", spaced(value));
    let members: Vec<_> = members
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(member)
        .collect();
    format!("{{ {} }}", members.join(", "))
}

fn spliced(text: &str, place: Range<usize>, new: &str) -> String {
    format!("{}{new}{}", &text[..place.start], &text[place.end..])
}

/// The value of the member named `key`.
fn member(text: &str, members: &[Range<usize>], key: &str) -> Option<Range<usize>> {
    members.iter().find_map(|range| {
        let part = &text[range.clone()];
        let name_end = end_of_string(part)?;
        let name: String = serde_json::from_str(&part[..name_end]).ok()?;
        let colon = name_end + part[name_end..].find(':')?;
        let value = colon + 1 + part[colon + 1..].find(|c: char| !c.is_whitespace())?;
        (name == key).then(|| range.start + value..range.end)
    })
}

/// Where the text that begins at the start of `part` ends, behind its quote.
fn end_of_string(part: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in part.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// What lies between the bracket at `open` and the one that closes it, parted
/// at its commas, without the space around; and where that one is.
fn parts(text: &str, open: usize) -> Option<(Vec<Range<usize>>, usize)> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let (mut depth, mut from, mut at) = (0_usize, open + 1, open);
    let mut push = |range: Range<usize>| {
        let inner = &text[range.clone()];
        let start = range.start + inner.len() - inner.trim_start().len();
        let part = start..start + inner.trim().len();
        if !part.is_empty() {
            parts.push(part);
        }
    };
    while at < bytes.len() {
        match bytes[at] {
            b'"' => at += end_of_string(&text[at..])? - 1,
            b'{' | b'[' => depth += 1,
            b',' if depth == 1 => {
                push(from..at);
                from = at + 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    push(from..at);
                    return Some((parts, at));
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests;
