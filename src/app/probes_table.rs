//! What things cost in this browser, by group.

use super::amount::date;
use super::details::{FigureRow, figure_row};
use crate::app::english::probes as text;
use crate::lab::findings::Unit;
use crate::lab::probes::Probes;

/// What probes measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Starting,
    Memory,
    Messages,
    Threads,
    Work,
    Clock,
}

const KINDS: [(Kind, &str); 6] = [
    (Kind::Starting, text::STARTING),
    (Kind::Memory, text::MEMORY),
    (Kind::Messages, text::MESSAGES),
    (Kind::Threads, text::THREADS),
    (Kind::Work, text::WORK),
    (Kind::Clock, text::CLOCK),
];

/// Words in the ids of probes, and what they tell; the first that is found
/// decides.
const WORDS: [(&str, Kind); 16] = [
    ("memory", Kind::Memory),
    ("timer", Kind::Clock),
    ("clock", Kind::Clock),
    ("message", Kind::Messages),
    ("round trip", Kind::Messages),
    ("clone", Kind::Messages),
    ("transfer", Kind::Messages),
    ("start", Kind::Starting),
    ("kill", Kind::Starting),
    ("kernel", Kind::Work),
    ("unit", Kind::Work),
    ("work", Kind::Work),
    ("lock", Kind::Threads),
    ("wake", Kind::Threads),
    ("hand-off", Kind::Threads),
    ("ping-pong", Kind::Threads),
];

/// What a probe is about, by its id. What no word tells is work between
/// threads.
fn kind(id: &str, unit: Option<Unit>) -> Kind {
    if unit == Some(Unit::Bytes) {
        return Kind::Memory;
    }
    let told = WORDS.iter().find(|(word, _)| id.contains(word));
    told.map_or(Kind::Threads, |&(_, kind)| kind)
}

/// Probes of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// About what.
    pub name: &'static str,
    /// What was measured.
    pub figures: Vec<FigureRow>,
    /// What could not be measured, and why.
    pub unavailable: Vec<(String, String)>,
}

/// All that the probes found, by group. No group is empty.
#[must_use]
pub fn groups(probes: &Probes) -> Vec<Group> {
    let group = |(of, name)| Group {
        name,
        figures: probes
            .figures
            .iter()
            .filter(|figure| kind(&figure.name, Some(figure.unit)) == of)
            .map(figure_row)
            .collect(),
        unavailable: probes
            .unavailable
            .iter()
            .filter(|(id, _)| kind(id, None) == of)
            .cloned()
            .collect(),
    };
    let groups = KINDS.into_iter().map(group);
    groups
        .filter(|group| !group.figures.is_empty() || !group.unavailable.is_empty())
        .collect()
}

/// When and with what the probes were measured, in one sentence.
#[must_use]
pub fn measured_on(probes: &Probes) -> String {
    text::measured_on(
        &date(probes.taken_ms),
        &browser(&probes.environment.user_agent),
    )
}

/// A browser's name and version, as far as its user agent tells.
#[must_use]
pub fn browser(user_agent: &str) -> String {
    // The first that is found decides: Edge and Opera call themselves Chrome,
    // too, and all of them Safari.
    const NAMES: [(&str, &str); 7] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", text::HEADLESS_CHROME),
        ("Chromium/", "Chromium"),
        ("Chrome/", "Chrome"),
        ("Version/", "Safari"),
    ];
    let of = |&(mark, name): &(&str, &str)| {
        let version = user_agent.split(mark).nth(1)?;
        let end = version.find(|c: char| !c.is_ascii_digit() && c != '.');
        let mut version = &version[..end.unwrap_or(version.len())];
        // Browsers freeze the parts that would tell their visitors apart.
        while let Some(shorter) = version.strip_suffix(".0") {
            version = shorter;
        }
        Some(format!("{name} {version}"))
    };
    NAMES
        .iter()
        .find_map(of)
        .unwrap_or_else(|| text::UNKNOWN_BROWSER.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::bench::tests::environment;
    use super::*;
    use crate::lab::findings::{Figure, Summary};

    fn probes() -> Probes {
        let figure = |name: &str, unit| Figure {
            name: name.to_owned(),
            summary: Summary::of(&[1e6, 2e6, 3e6]).unwrap(),
            unit,
        };
        Probes {
            taken_ms: 20_513.0 * 86_400e3,
            environment: environment(),
            figures: vec![
                figure("instance start", Unit::Ns),
                figure("lock, contended", Unit::Ns),
                figure("message, 64 B, clone", Unit::Ns),
                figure("memory per thread", Unit::Bytes),
                figure("timer resolution", Unit::Ns),
                figure("something new", Unit::Count),
            ],
            unavailable: vec![("thread start".to_owned(), "no shared memory".to_owned())],
        }
    }

    #[test]
    fn every_probe_is_in_one_group() {
        let groups = groups(&probes());
        let names: Vec<_> = groups.iter().map(|group| group.name).collect();
        assert_eq!(
            names,
            [
                "Starting and ending",
                "Memory",
                "Messages",
                "Threads and locks",
                "Clock"
            ]
        );
        let figures: usize = groups.iter().map(|group| group.figures.len()).sum();
        assert_eq!(figures, probes().figures.len());
        assert_eq!(groups[0].unavailable[0].1, "no shared memory");
        assert_eq!(groups[0].figures[0].median, "2 ms");
    }

    #[test]
    fn probes_are_told_by_their_ids() {
        let told = [
            ("instance start, parent", Kind::Starting),
            ("empty worker start", Kind::Starting),
            ("kill latency", Kind::Starting),
            ("memory per thread", Kind::Memory),
            ("message, 8 MiB, transfer", Kind::Messages),
            ("lock, contended", Kind::Threads),
            ("atomics ping-pong", Kind::Threads),
            ("rayon hand-off", Kind::Threads),
            ("wake-up latency", Kind::Threads),
            ("kernel block, bytecode", Kind::Work),
            ("timer resolution", Kind::Clock),
        ];
        for (id, of) in told {
            assert_eq!(kind(id, Some(Unit::Ns)), of, "{id}");
        }
    }

    #[test]
    fn browsers_are_named_as_people_know_them() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)";
        let said = [
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
            &format!("{chrome} Chrome/142.0.0.0 Safari/537.36"),
            &format!("{chrome} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.3595.53"),
            &format!("{chrome} Version/18.1 Safari/605.1.15"),
            "a browser",
        ]
        .map(browser);
        assert_eq!(
            said,
            [
                "Firefox 140",
                "Chrome 142",
                "Edge 142.0.3595.53",
                "Safari 18.1",
                "an unknown browser"
            ]
        );
        let said = measured_on(&probes());
        assert_eq!(
            said,
            "Measured on 2026-03-01 00:00 UTC with an unknown browser."
        );
    }
}
