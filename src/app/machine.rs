//! What the picture of the machine needs beside the prediction.

use super::State;
use super::program::with_costs;
use super::state::LIMITS;
use crate::plot::MachineNames;
use crate::sim::Rewind;

/// Runs of more events are not gone back in: that takes a second simulation,
/// with snapshots, and is to stay a matter of one frame or two.
pub const MAX_REWIND_EVENTS: u64 = 60_000;

impl State {
    /// The run that is shown, to look at as it was at any moment: for heaps,
    /// locks, and what exactly threads wait for. Takes about as long as a
    /// prediction. `None`: the run is too long for that.
    #[must_use]
    pub fn rewind(&self) -> Option<Rewind> {
        if self.stale || !self.can_rewind() {
            return None;
        }
        match self.scenario() {
            Some(scenario) => {
                let scenario = with_costs(scenario, self.this_browser);
                Some(Rewind::scenario(&scenario, LIMITS).ok()?.1)
            }
            None => {
                let costs = self.costs();
                let made = Rewind::experiment(&self.experiment, &costs, LIMITS.max_events);
                Some(made.ok()?.1)
            }
        }
    }

    /// Whether the run that is shown is short enough for [`State::rewind`].
    #[must_use]
    pub fn can_rewind(&self) -> bool {
        self.predicted.run.events <= MAX_REWIND_EVENTS
    }

    /// What the things are called that the picture of the machine shows.
    #[must_use]
    pub fn machine_names(&self) -> MachineNames {
        self.scenario()
            .map_or_else(MachineNames::default, MachineNames::of)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Action;

    #[test]
    fn a_run_can_be_looked_at_again_as_it_was() {
        let mut state = State::open("v=1");
        let view = state.rewind().expect("short").at(state.playhead);
        assert_eq!(view.at, state.playhead);

        let program = include_str!("../../scenarios/claims/thread-dies-with-lock.json");
        drop(state.reduce(Action::Write(program.to_owned())));
        assert!(state.rewind().is_none(), "not predicted yet");
        drop(state.reduce(Action::Frame(0.0)));
        let view = state.rewind().expect("short").at(150_000_000);
        assert_eq!(view.heaps[1].leaked, 4 << 20, "of the process `first`");
        assert_eq!(state.machine_names().locks, ["guard"]);
    }

    #[test]
    fn a_long_run_is_not_simulated_again() {
        let state = State::open("cores=2&procs=2&threads=4&units=20000&slice=100&gil=off");
        assert!(state.predicted.run.events > MAX_REWIND_EVENTS);
        assert!(state.rewind().is_none());
    }
}
