//! Blocking waits: of a timer, and for a file from the network.

use super::count::span_ns;
use crate::lab::crew::{Crew, Team};
use crate::lab::routine::question;
use crate::lab::telemetry::State;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};
use std::sync::Barrier;

/// What can be asked: that the threads share out waits evenly. Each does its
/// own one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// How many waits in all.
    pub waits: u32,
    /// For what.
    pub what: For,
}

/// What a thread waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum For {
    /// That so many µs have passed.
    Us(u32),
    /// A small file of the page's own site.
    File,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Waits that ended well.
    pub done: u32,
    /// From the beginning of the first wait to the end of the last, ns.
    pub took_ns: u64,
    /// The shortest of them, ns.
    pub shortest_ns: u64,
    /// Lengths of the files in bytes: the smallest and the largest.
    pub bytes: Option<(u64, u64)>,
    /// Why a wait ended badly, the first reason.
    pub trouble: Option<String>,
}

question!(Wait, Ask, Answer);

/// What one thread found.
#[derive(Debug, Default)]
struct Waited {
    span: (u64, u64),
    each_ns: Vec<u64>,
    bytes: Vec<u64>,
    trouble: Option<String>,
}

/// Lets all threads wait.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let threads = crew.team.threads() as u32;
    let start = Barrier::new(crew.team.threads());
    let waited = crew.team.all(|index| {
        let line = crew.area.thread(index as u16);
        let share = ask.waits / threads + u32::from((index as u32) < ask.waits % threads);
        start.wait();
        line.set_state(State::Waiting);
        let begun = crew.host.now_ns();
        let mut waited = Waited::default();
        for _ in 0..share {
            let from = crew.host.now_ns();
            match ask.what {
                For::Us(us) => crew.host.wait(us),
                For::File => match crew.host.fetch() {
                    Ok(bytes) => waited.bytes.push(bytes),
                    Err(why) => {
                        waited.trouble = Some(why);
                        break;
                    }
                },
            }
            waited.each_ns.push(crew.host.now_ns().saturating_sub(from));
            line.beat();
        }
        waited.span = (begun, crew.host.now_ns());
        line.set_state(State::Completed);
        waited
    });
    let all = || waited.iter().flatten();
    let bytes = || all().flat_map(|waited| waited.bytes.iter().copied());
    Answer {
        done: all().map(|waited| waited.each_ns.len() as u32).sum(),
        took_ns: span_ns(all().map(|waited| waited.span)),
        shortest_ns: all()
            .flat_map(|waited| waited.each_ns.iter().copied())
            .min()
            .unwrap_or(0),
        bytes: bytes().min().zip(bytes().max()),
        trouble: all().find_map(|waited| waited.trouble.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    fn wait(threads: usize, waits: u32, what: For) -> Answer {
        with_crew(threads, |crew| answer(&Ask { waits, what }, crew))
    }

    #[test]
    fn waits_are_shared_out_and_those_of_threads_overlap() {
        let (one, four) = (wait(1, 10, For::Us(20_000)), wait(4, 10, For::Us(20_000)));
        assert_eq!((one.done, four.done), (10, 10));
        assert!(one.took_ns >= 10 * one.shortest_ns);
        // Three at most one after the other, where there were ten.
        assert!(four.took_ns < one.took_ns, "{four:?} {one:?}");
    }

    #[test]
    fn where_there_is_no_network_it_says_so() {
        let answer = wait(2, 4, For::File);
        assert_eq!((answer.done, answer.bytes), (0, None));
        assert_eq!(answer.trouble.as_deref(), Some("there is no network here"));
    }
}
