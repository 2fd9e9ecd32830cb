//! TODO.

use crate::lab::crew::{Crew, Team};
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// TODO
    Placeholder,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {}

question!(Signal, Ask, Answer);

/// Answers.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let _ = (ask, crew.team.threads());
    Answer {}
}
