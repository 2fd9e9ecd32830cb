//! What it takes to reach another thread of the same process: to wake it, to
//! hand it a task, a pointer or a word. And a thread that does nothing but say
//! that it lives, for the page to kill.
//!
//! Every sample is the mean of many rounds, so the clock's resolution (5 µs to
//! 100 µs in a browser) does not show: what it cuts off at one end of a round
//! it cuts off on average at the other, too.

mod exchange;
pub(crate) mod read;
mod wake;

use crate::lab::crew::{Crew, Team};
use crate::lab::findings::Checks;
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Two threads change a word in turns, each watching it all the time.
    PingPongSpinning(Batch),
    /// Two threads change a word in turns, each blocked until it is woken.
    PingPongBlocking(Batch),
    /// Two threads hand so many bytes of memory to and fro: a pointer to them,
    /// through a channel.
    Pass {
        /// How much.
        bytes: u32,
        /// How often.
        batch: Batch,
    },
    /// One thread wakes another that is blocked.
    Wake(Batch),
    /// A task goes to a free thread of the pool, until it starts.
    HandOff(Batch),
    /// All threads do nothing, once, and that is waited for.
    All(Batch),
    /// A thread sleeps, and wakes later than asked: by how much.
    Late {
        /// How long it means to sleep, µs.
        us: u32,
        /// How often.
        samples: u32,
    },
    /// One thread fills so many bytes, and another reads them where they are.
    Read {
        /// How much.
        bytes: u32,
        /// How often.
        samples: u32,
    },
    /// Give signs of life, with their time, for so many ms.
    Live {
        /// For how long.
        ms: u32,
    },
}

/// How often something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Times for each sample.
    pub rounds: u32,
    /// Samples.
    pub samples: u32,
}

/// What comes back.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked for, ns each: for whatever goes to and fro, there and
    /// back; for what is handed or woken, one way. Empty where it needs more
    /// threads than there are.
    pub each_ns: Vec<f64>,
    /// Whether what arrived is what was sent.
    pub checks: Checks,
}

question!(Signal, Ask, Answer);

/// Answers.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    match *ask {
        Ask::PingPongSpinning(batch) => exchange::spinning(batch, crew),
        Ask::PingPongBlocking(batch) => exchange::blocking(batch, crew),
        Ask::Pass { bytes, batch } => exchange::pass(bytes, batch, crew),
        Ask::Wake(batch) => wake::wake(batch, crew),
        Ask::HandOff(batch) => wake::hand_off(batch, crew),
        Ask::All(batch) => wake::all(batch, crew),
        Ask::Late { us, samples } => wake::late(us, samples, crew),
        Ask::Read { bytes, samples } => read::in_place(bytes, samples, crew),
        Ask::Live { ms } => live(ms, crew),
    }
}

/// Gives signs of life. Nothing but time or a kill ends it: it does not look
/// at the stop flag.
fn live<T: Team, H: Host>(ms: u32, crew: Crew<'_, T, H>) -> Answer {
    let line = crew.area.thread(0);
    let from = crew.host.now_ns();
    loop {
        let now = crew.host.now_ns();
        // 71 minutes fit.
        line.beat_at((now / 1_000) as u32);
        crew.host.report(crew.area, false);
        if now.saturating_sub(from) >= u64::from(ms) * 1_000_000 {
            return Answer::default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    const BATCH: Batch = Batch {
        rounds: 50,
        samples: 3,
    };

    #[test]
    fn whatever_goes_to_and_fro_arrives_and_takes_time() {
        let asks = [
            Ask::PingPongSpinning(BATCH),
            Ask::PingPongBlocking(BATCH),
            Ask::Pass {
                bytes: 65_536,
                batch: BATCH,
            },
            Ask::Wake(BATCH),
            Ask::HandOff(BATCH),
            Ask::All(BATCH),
            Ask::Read {
                bytes: 65_536,
                samples: 3,
            },
        ];
        for ask in asks {
            let answer = with_crew(3, |crew| answer(&ask, crew));
            assert_eq!(answer.each_ns.len(), 3, "{ask:?}");
            assert!(answer.each_ns.iter().all(|&ns| ns > 0.0), "{ask:?}");
            assert!(answer.checks.right > 0, "{ask:?}");
            assert_eq!(answer.checks.wrong, 0, "{ask:?}");
        }
    }

    #[test]
    fn one_thread_has_nobody_to_reach() {
        for ask in [
            Ask::PingPongSpinning(BATCH),
            Ask::PingPongBlocking(BATCH),
            Ask::Pass {
                bytes: 64,
                batch: BATCH,
            },
            Ask::Wake(BATCH),
            Ask::HandOff(BATCH),
            Ask::Read {
                bytes: 64,
                samples: 3,
            },
        ] {
            let answer = with_crew(1, |crew| answer(&ask, crew));
            assert_eq!(answer, Answer::default(), "{ask:?}");
        }
    }

    #[test]
    fn a_sleeper_wakes_no_earlier_than_asked() {
        let ask = Ask::Late {
            us: 500,
            samples: 4,
        };
        let answer = with_crew(1, |crew| answer(&ask, crew));
        assert_eq!((answer.each_ns.len(), answer.checks.right), (4, 4));
        assert!(answer.each_ns.iter().all(|&ns| ns >= 0.0), "{answer:?}");
    }

    #[test]
    fn the_living_leave_the_time_of_their_last_sign() {
        with_crew(1, |crew| {
            answer(&Ask::Live { ms: 5 }, crew);
            let words = crew.area.copy();
            let head = crate::lab::telemetry::Head::read(crew.area.layout(), &words).unwrap();
            assert!(head.threads[0].ended_us >= 5_000 && head.threads[0].beat > 0);
        });
    }
}
