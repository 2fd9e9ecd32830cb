//! One step of the page: what is done changes the state, is remembered for
//! undo, and is written into the address.

use super::history::{Moment, Snapshot};
use super::{Action, Effect, State};
use std::rc::Rc;

impl State {
    /// Changes the state and says what is to be done.
    #[must_use]
    pub fn reduce(&mut self, action: Action) -> Vec<Effect> {
        let moment = Moment::of(&action);
        let before = (moment != Moment::Passing).then(|| Snapshot::of(self));
        if before.is_some() {
            self.address.forget_arrival();
        }
        let memory = Rc::clone(&self.memory);
        let showed_verdicts = self.shows_verdicts();
        let mut effects = self.apply(action);
        effects.extend(self.memory_news(&memory));
        effects.extend(self.load_python());
        if !showed_verdicts {
            effects.extend(self.simulate_later());
        }
        if let Some(before) = before {
            // Undo and redo have moved in what is remembered.
            self.remember(before, moment);
        }
        // Not at each frame of a playback: the address says where it stands
        // when it stands.
        if self.playing.is_none() || moment != Moment::Passing {
            let news = self.address_news().map(Effect::WriteFragment);
            effects.splice(0..0, news);
        }
        effects
    }
}
