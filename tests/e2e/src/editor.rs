//! The editor of the Program tab, as a visitor uses it.

use crate::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::ops::Range;
use timeslice::app::program::ProgramError;
use timeslice::app::{Action, State, headline, link};

/// The editor's element, in JavaScript.
const EDITOR: &str = "document.querySelector('scenario-editor')";

impl Page {
    /// Go to the Program tab, and wait until its editor is more than the plain
    /// field.
    pub async fn open_editor(&self) -> Result<()> {
        self.show_tab("program").await?;
        self.wait_for(&format!("'ready' in {EDITOR}.dataset")).await
    }

    /// The value of a property of the editor's element, or of something in it.
    pub async fn of_editor(&self, expression: &str) -> Result<Value> {
        self.eval(&format!("{EDITOR}.{expression}")).await
    }

    /// Wait until that is truthy.
    pub async fn wait_for_editor(&self, expression: &str) -> Result<()> {
        self.wait_for(&format!("{EDITOR}?.{expression}")).await
    }

    /// The editor's text.
    pub async fn editor_text(&self) -> Result<String> {
        let text = self.of_editor("text").await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Put the focus into the editor and select these bytes of its text.
    pub async fn select(&self, range: Range<usize>) -> Result<()> {
        let text = self.editor_text().await?;
        let units = |byte: usize| text[..byte].encode_utf16().count();
        let (from, to) = (units(range.start), units(range.end));
        self.of_editor(&format!("select({from}, {to})")).await?;
        Ok(())
    }

    /// What is selected in the editor.
    pub async fn selected(&self) -> Result<String> {
        let text = self
            .of_editor(
                "view.state.sliceDoc(...((it) => [it.from, it.to])(\
                 document.querySelector('scenario-editor').view.state.selection.main))",
            )
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// Wait until the page runs `text`: it stands in the editor without a
    /// complaint, in the address, and in the words around the picture, which
    /// the page's core tells here, too.
    pub async fn runs(&self, text: &str) -> Result<()> {
        let state = written(&[text]);
        ensure!(state.program_errors().is_empty(), "{text} is no program");
        self.wait_for(&format!(
            "({EDITOR}.text ?? {EDITOR}.querySelector('textarea').value) === {}",
            Value::from(text)
        ))
        .await?;
        self.wait_until_idle().await?;
        let (_, sentence) = headline(&state);
        self.wait_for_text("headline", &sentence).await?;
        let errors = Self::expression("program-errors");
        self.wait_for(&format!("{errors}.textContent === ''"))
            .await?;
        let picture = Self::expression("timeline");
        let sentence = Value::from(sentence);
        self.wait_for(&format!("{picture}.ariaLabel.endsWith({sentence})"))
            .await?;
        let fragment = link::write(&state);
        let packed = fragment.split('&').find(|pair| pair.starts_with("p="));
        let packed = Value::from(packed.context("a link has its program")?);
        self.wait_for(&format!(
            "location.hash.slice(1).split('&').includes({packed})"
        ))
        .await
        .context("the program is not in the address")
    }

    /// Wait until the page complains about the first mistake of `text`, which
    /// stands in the editor, while it goes on showing the run of `good`.
    /// Returns the mistake as the page's core tells it.
    pub async fn complains(&self, good: &str, text: &str) -> Result<ProgramError> {
        let state = written(&[good, text]);
        let error = state.program_errors().first();
        let error = error.with_context(|| format!("{text} is right"))?.clone();
        for part in [
            "the picture still shows the last good run".to_owned(),
            format!("Line {}, column {}: ", error.line, error.column),
            error.message.clone(),
        ] {
            self.wait_for_text("program-errors", &part).await?;
        }
        self.wait_until_idle().await?;
        let (_, sentence) = headline(&written(&[good]));
        let shown = self.text("headline").await?;
        ensure!(shown == sentence, "it says {shown:?}");
        Ok(error)
    }
}

/// The page's core after these texts have been written, one after the other.
fn written(texts: &[&str]) -> State {
    let mut state = State::open("v=1");
    for &text in texts {
        drop(state.reduce(Action::Write(text.to_owned())));
        // It is run with the next frame.
        drop(state.reduce(Action::Frame(0.0)));
    }
    state
}
