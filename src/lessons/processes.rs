//! Lessons on what processes are.

use super::{Lesson, threads};
use crate::claims::Verdict;
use crate::claims::text::{count, verdict};
use crate::lab::findings::Findings;

pub(super) const LESSONS: &[Lesson] = &[
    Lesson {
        id: "P1",
        about: "Two processes write different numbers to the same address, then each reads its \
                own again. It holds if each finds what it wrote.",
        judge: judge_memory,
        compare: |_, _| Vec::new(),
    },
    Lesson {
        id: "P3",
        about: "One of three processes makes a real invalid memory access; beside it the same \
                without. It holds if that process alone fails, and the others finish with every \
                result right.",
        judge: threads::judge_process,
        compare: threads::compare_crash,
    },
];

fn judge_memory(found: &Findings) -> Option<Verdict> {
    // They are words of 32 bits.
    let read = |what: &str, who: &str| {
        let value = found.median(&format!("{what}, {who}"))?;
        Some(value as u32)
    };
    let same_address = read("address", "first")? == read("address", "second")?;
    let kept = |who| Some(read("wrote", who)? == read("read", who)?);
    let both = kept("first")? && kept("second")?;
    let facts = format!(
        "both wrote to address {:#x}; the first read {} and the second {}",
        read("address", "first")?,
        read("read", "first")?,
        read("read", "second")?,
    );
    let figures = vec![
        count("read by the first", read("read", "first")?),
        count("read by the second", read("read", "second")?),
    ];
    Some(verdict(both && same_address, facts, figures))
}

#[cfg(test)]
mod tests {
    use super::super::find;
    use super::super::testing::findings;
    use crate::lab::findings::Unit;

    fn read(first: f64, second: f64) -> bool {
        let found = findings(
            "P1",
            &[
                ("address, first", Unit::Count, 1024.0),
                ("address, second", Unit::Count, 1024.0),
                ("wrote, first", Unit::Count, 111.0),
                ("wrote, second", Unit::Count, 222.0),
                ("read, first", Unit::Count, first),
                ("read, second", Unit::Count, second),
            ],
        );
        find("P1").unwrap().judge(&found).holds
    }

    #[test]
    fn one_memory_would_turn_the_verdict() {
        assert!(read(111.0, 222.0));
        assert!(!read(222.0, 222.0));
        let nothing = findings("P1", &[]);
        assert!(!find("P1").unwrap().judge(&nothing).holds);
    }
}
