//! What things cost on this machine, as probes have measured it: the cost
//! profile "this browser". Kept from visit to visit as JSON.

use super::findings::{Figure, Summary, Unit};
use super::measurement::Environment;
use crate::experiment::{Costs, json};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Version of what is kept. Raised when a probe's name comes to mean something
/// else: an old entry is then measured again rather than misread.
pub const VERSION: u32 = 1;

/// What all probes found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probes {
    /// When, ms since 1970.
    pub taken_ms: f64,
    /// Where.
    pub environment: Environment,
    /// What each probe found, in the order they ran. A figure's name is the
    /// probe's id and says what it is: "instance start".
    pub figures: Vec<Figure>,
    /// What could not be measured here: the probe's id, and why.
    pub unavailable: Vec<(String, String)>,
}

/// As it is kept.
#[derive(Debug, Serialize, Deserialize)]
struct Kept<P> {
    version: u32,
    probes: P,
}

/// The version alone: the rest of another version may look different.
#[derive(Debug, Deserialize)]
struct KeptVersion {
    version: u32,
}

/// Why what was kept is of no use.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Unusable {
    /// It is damaged, or something else.
    #[error("it cannot be read ({0})")]
    Broken(String),
    /// An older or newer page has written it.
    #[error("another version of this page has written it (version {0}, not {VERSION})")]
    Version(u32),
    /// It was measured elsewhere.
    #[error("it was measured in another browser ({0})")]
    OtherBrowser(String),
    /// Other things can be measured now than then.
    #[error("the page {} then", if *.0 { "had shared memory" } else { "had no shared memory" })]
    OtherIsolation(bool),
}

impl Probes {
    /// Nothing yet.
    #[must_use]
    pub fn new(taken_ms: f64, environment: Environment) -> Self {
        Self {
            taken_ms,
            environment,
            figures: Vec::new(),
            unavailable: Vec::new(),
        }
    }

    /// Adds samples under the probe's id. None are left out.
    pub fn add(&mut self, id: impl Into<String>, unit: Unit, samples: &[f64]) {
        if let Some(summary) = Summary::of(samples) {
            self.figures.push(Figure {
                name: id.into(),
                summary,
                unit,
            });
        }
    }

    /// Notes why a probe has no figure.
    pub fn lack(&mut self, id: impl Into<String>, why: impl Into<String>) {
        self.unavailable.push((id.into(), why.into()));
    }

    /// The median of the probe of this id, if it has run.
    #[must_use]
    pub fn median(&self, id: &str) -> Option<f64> {
        let figure = self.figures.iter().find(|figure| figure.name == id)?;
        Some(figure.summary.median)
    }

    /// What the simulator is to charge. What no probe measures is zero: the
    /// switch of a core from one thread to another, which a page cannot see.
    #[must_use]
    pub fn costs(&self) -> Costs {
        // Saturates at 0.
        let whole = |id: &str| self.median(id).map_or(0, |value| value.round() as u64);
        let parent = whole("instance start, parent");
        // A browser knows one way to start a process.
        let child = whole("instance start").saturating_sub(parent);
        // A message is copied on both ways of its round trip, and packed and
        // unpacked on each, which cannot be told apart; what even the smallest
        // message takes is not the copy's.
        let packing = whole("message, 8 MiB, clone").saturating_sub(whole("message, 64 B, clone"));
        let per_mib = packing / (8 * 2 * 2);
        Costs {
            process_start_parent_ns: parent,
            process_start_child_ns: child,
            forkserver_child_ns: child,
            spawn_child_ns: child,
            thread_start_ns: whole("thread start"),
            threads_start_together: true,
            gil_handoff_ns: whole("gil hand-off"),
            pickle_ns_per_mib: per_mib,
            unpickle_ns_per_mib: per_mib,
            wake_latency_ns: whole("wake-up latency"),
            wake_jitter_ns: whole("wake-up jitter"),
            process_bytes: whole("memory per instance"),
            thread_bytes: whole("memory per thread"),
            ..Costs::IDEAL
        }
    }

    /// As JSON, with a version.
    #[must_use]
    pub fn to_json(&self) -> String {
        let kept = Kept {
            version: VERSION,
            probes: self,
        };
        // Plain data: it cannot fail.
        serde_json::to_string_pretty(&kept).unwrap_or_default()
    }

    /// Reads what [`Probes::to_json`] wrote. With `here`, only what was
    /// measured in such an environment is of use.
    ///
    /// # Errors
    /// Why it is of no use.
    pub fn from_json(text: &str, here: Option<&Environment>) -> Result<Self, Unusable> {
        let broken = |error: json::Unreadable| Unusable::Broken(error.to_string());
        let KeptVersion { version } = json::from_str(text).map_err(broken)?;
        if version != VERSION {
            return Err(Unusable::Version(version));
        }
        let Kept::<Self> { probes, .. } = json::from_str(text).map_err(broken)?;
        let there = &probes.environment;
        match here {
            Some(here) if here.user_agent != there.user_agent => {
                Err(Unusable::OtherBrowser(there.user_agent.clone()))
            }
            Some(here) if here.isolated != there.isolated => {
                Err(Unusable::OtherIsolation(there.isolated))
            }
            _ => Ok(probes),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment {
        Environment {
            isolated: true,
            threads_unavailable: None,
            processes_unavailable: None,
            cores: 2,
            timer_resolution_ns: 5_000,
            user_agent: "browser".to_owned(),
        }
    }

    fn probes() -> Probes {
        let mut probes = Probes::new(1e12, environment());
        probes.add("instance start", Unit::Ns, &[9e6, 11e6, 10e6]);
        probes.add("instance start, parent", Unit::Ns, &[2e6]);
        probes.add("message, 64 B, clone", Unit::Ns, &[1e5]);
        probes.add("message, 8 MiB, clone", Unit::Ns, &[3.3e6]);
        probes.add("memory per thread", Unit::Bytes, &[65_536.0]);
        probes.lack("kill latency", "it is not watched here");
        probes
    }

    #[test]
    fn costs_are_the_medians_and_what_was_not_measured_is_free() {
        let expected = Costs {
            process_start_parent_ns: 2_000_000,
            process_start_child_ns: 8_000_000,
            forkserver_child_ns: 8_000_000,
            spawn_child_ns: 8_000_000,
            threads_start_together: true,
            // 3.2 ms for 8 MiB there and back, packed and unpacked.
            pickle_ns_per_mib: 100_000,
            unpickle_ns_per_mib: 100_000,
            thread_bytes: 65_536,
            ..Costs::IDEAL
        };
        assert_eq!(probes().costs(), expected);
    }

    #[test]
    fn what_is_kept_comes_back_in_the_same_browser_only() {
        let kept = probes().to_json();
        let here = environment();
        assert_eq!(Probes::from_json(&kept, None), Ok(probes()));
        assert_eq!(Probes::from_json(&kept, Some(&here)), Ok(probes()));
        let other = Environment {
            user_agent: "another".to_owned(),
            ..here.clone()
        };
        assert_eq!(
            Probes::from_json(&kept, Some(&other)),
            Err(Unusable::OtherBrowser("browser".to_owned()))
        );
        let plain = Environment {
            isolated: false,
            ..here
        };
        assert_eq!(
            Probes::from_json(&kept, Some(&plain)),
            Err(Unusable::OtherIsolation(true))
        );
    }

    #[test]
    fn what_is_old_or_broken_is_not_misread() {
        let old = probes().to_json().replacen("1", "0", 1);
        assert_eq!(Probes::from_json(&old, None), Err(Unusable::Version(0)));
        for text in ["", "{}", "[1]", "{\"version\": 1, \"probes\": {}}"] {
            let read = Probes::from_json(text, None);
            assert!(matches!(read, Err(Unusable::Broken(_))), "{text}: {read:?}");
        }
    }
}
