//! How threads and their states look.

use crate::plot::{Fill, Ink, Pattern};
use crate::sim::{Run, State};

/// How each thread looks while it runs.
pub(super) struct Looks {
    fills: Vec<Fill>,
    /// Processes in front of the first that has a hue of its own.
    hidden: usize,
}

/// Threads of the same hue get weaker one by one.
const SHADES: [f64; 4] = [1.0, 0.8, 0.62, 0.48];

impl Looks {
    /// Of one process alone the threads are told apart by hue; of several, the
    /// processes are.
    pub(super) fn of(run: &Run, processes: usize) -> Self {
        let hidden = usize::from(run.trace.names.is_empty());
        let fill = |name: &crate::sim::ThreadName| {
            let Some(worker) = name.worker else {
                return Fill::solid(Ink::Main);
            };
            let worker = usize::from(worker);
            let (hue, shade) = if processes == 1 {
                (worker, worker / usize::from(Ink::HUES))
            } else {
                ((name.process as usize).saturating_sub(hidden), worker)
            };
            Fill {
                alpha: SHADES[shade % SHADES.len()],
                ..Fill::solid(hue_of(hue))
            }
        };
        Self {
            fills: run.trace.threads.iter().map(fill).collect(),
            hidden,
        }
    }

    pub(super) fn thread(&self, thread: u32) -> Fill {
        self.fills[thread as usize]
    }

    pub(super) fn process(&self, process: usize) -> Fill {
        Fill::solid(hue_of(process.saturating_sub(self.hidden)))
    }
}

fn hue_of(number: usize) -> Ink {
    Ink::Hue((number % usize::from(Ink::HUES)) as u8)
}

/// How a thread in `state` is filled in its lane; `running` is its own look.
/// `None`: it is not there. Each has a pattern of its own.
#[must_use]
pub fn state_fill(state: State, running: Fill) -> Option<Fill> {
    let (ink, pattern) = match state {
        State::New | State::Ended => return None,
        State::Running => return Some(running),
        State::Ready => (Ink::Ready, Pattern::Solid),
        State::WaitGil => (Ink::GilWait, Pattern::Hatch),
        State::WaitLock => (Ink::LockWait, Pattern::Cross),
        State::WaitChannel => (Ink::ChannelWait, Pattern::Bars),
        State::WaitIo => (Ink::Wait, Pattern::Dots),
        State::WaitTimer => (Ink::Sleep, Pattern::Rows),
        State::WaitJoin => (Ink::JoinWait, Pattern::Back),
    };
    Some(Fill {
        ink,
        alpha: 1.0,
        pattern,
    })
}

/// How far a state's area stays from the edges of its lane, as a share of the
/// lane's height: who runs fills the lane, who could run is a thin bar.
pub(super) fn inset(state: State) -> f64 {
    match state {
        State::Running => 0.0,
        State::Ready => 0.34,
        _ => 0.14,
    }
}

/// The order in which the states of a column are piled up, from the ground.
pub(super) const PILE: [State; 8] = [
    State::Running,
    State::Ready,
    State::WaitGil,
    State::WaitLock,
    State::WaitChannel,
    State::WaitIo,
    State::WaitTimer,
    State::WaitJoin,
];
