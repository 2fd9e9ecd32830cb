//! The names of functions.

use anyhow::Result;
use wasmparser::{Name, NameSectionReader};

/// By the functions' numbers, without the compiler's marks of crates
/// (`timeslice[699e8fb59c00d621]::app` is `timeslice::app`).
pub(super) fn of_functions(section: NameSectionReader<'_>) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for part in section {
        let Name::Function(functions) = part? else {
            continue;
        };
        for naming in functions {
            let naming = naming?;
            let index = naming.index as usize;
            if names.len() <= index {
                names.resize(index + 1, String::new());
            }
            names[index] = without_marks(naming.name);
        }
    }
    Ok(names)
}

fn without_marks(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(open) = rest.find('[') {
        plain.push_str(&rest[..open]);
        let mark = rest.get(open + 1..open + 18).unwrap_or_default();
        let is_mark = mark.ends_with(']') && mark[..16].bytes().all(|b| b.is_ascii_hexdigit());
        let length = if is_mark { 18 } else { 1 };
        if !is_mark {
            plain.push('[');
        }
        rest = &rest[open + length..];
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use super::without_marks;

    #[test]
    fn marks_of_crates_are_left_out_and_slices_kept() {
        assert_eq!(
            without_marks("<[timeslice[699e8fb59c00d621]::app::State]>::sort"),
            "<[timeslice::app::State]>::sort"
        );
        assert_eq!(without_marks("a[b"), "a[b");
    }
}
