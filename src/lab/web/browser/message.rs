//! Messages between processes.

use super::browser_question;
use crate::lab::crew::Crew;
use crate::lab::web::host::WebHost;
use crate::lab::web::team::WebTeam;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::lab::web) enum Ask {
    /// TODO
    Placeholder,
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::lab::web) struct Answer {}

browser_question!(Message, Ask, Answer);

/// Answers.
///
/// # Errors
/// What the browser throws.
pub(super) async fn answer(
    ask: Ask,
    more: JsValue,
    crew: Crew<'static, WebTeam, WebHost>,
) -> Result<Answer, JsValue> {
    let _ = (ask, more, crew);
    Ok(Answer {})
}
