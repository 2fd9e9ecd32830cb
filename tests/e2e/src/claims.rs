//! The lab's trials of claims, as a visitor starts them.

use crate::page::Page;
use anyhow::{Context, Result};
use std::time::Duration;
use timeslice::lab::findings::Findings;
use timeslice::lab::trial::PYTHON;

/// How long a trial may take on a busy machine.
const TRIAL: Duration = Duration::from_secs(120);

/// What came of a trial.
#[derive(Debug)]
pub enum Tried {
    /// It was measured.
    Done {
        /// Whether the claim holds.
        holds: bool,
        /// The verdict in words.
        verdict: String,
        /// What was found.
        findings: Box<Findings>,
    },
    /// It was not, and this is why.
    Failed(String),
}

/// What shows how far the trial of this id is.
fn arm(id: &str) -> String {
    match id.ends_with(PYTHON) {
        true => "measured-in-python".to_owned(),
        false => format!("lesson-{id}"),
    }
}

impl Page {
    /// Begin a claim's trial, and wait until the page says that it runs or what
    /// came of it.
    pub async fn begin_claim(&self, id: &str) -> Result<()> {
        // By script: beneath whatever else is on the page, and as often as asked.
        let button = Self::expression(&format!("try-{id}"));
        self.open_lesson(id.strip_suffix(PYTHON).unwrap_or(id))
            .await?;
        self.wait_for(&button).await?;
        self.eval(&format!("void {button}.click()")).await?;
        // What cannot be measured at all may be over before this is asked.
        let busy = format!("{}.dataset.busy === 'true'", Self::expression("page"));
        let lesson = Self::expression(&arm(id));
        self.wait_for(&format!("{busy} || {lesson}.dataset.status !== 'none'"))
            .await
    }

    /// Open a claim's lesson, unless it is open.
    pub async fn open_lesson(&self, id: &str) -> Result<()> {
        self.show_tab("lessons").await?;
        let is = async |testid: &str| -> Result<bool> {
            let found = format!("{} !== null", Self::expression(testid));
            Ok(self.eval(&found).await? == true)
        };
        let text = Self::expression("lesson-text");
        let this = format!("{text}?.closest('[data-testid=lesson-{id}]')");
        if self.eval(&format!("!!{this}")).await? == true {
            return Ok(());
        }
        // By script, as above.
        let click = async |testid: &str| {
            let button = Self::expression(testid);
            self.wait_for(&button).await?;
            self.eval(&format!("void {button}.click()")).await
        };
        if is("all-lessons").await? {
            click("all-lessons").await?;
        }
        click(&format!("open-{id}")).await?;
        self.wait_for(&this).await
    }

    /// Try a claim, and wait for what comes of it.
    pub async fn try_claim(&self, id: &str) -> Result<Tried> {
        self.begin_claim(id).await?;
        self.claim_result(id).await
    }

    /// Wait for what comes of a claim's trial that has begun.
    pub async fn claim_result(&self, id: &str) -> Result<Tried> {
        let page = Self::expression("page");
        self.wait_for_within(TRIAL, &format!("{page}.dataset.busy === 'false'"))
            .await
            .with_context(|| format!("{id} does not end"))?;
        let status = self.attribute(&arm(id), "data-status").await?;
        if status != "done" {
            return Ok(Tried::Failed(self.content(&format!("trouble-{id}")).await?));
        }
        let verdict = format!("verdict-{id}");
        let json = self.content(&format!("findings-{id}")).await?;
        let findings = serde_json::from_str(&json);
        Ok(Tried::Done {
            holds: self.attribute(&verdict, "data-holds").await? == "true",
            verdict: self.content(&verdict).await?,
            findings: Box::new(
                findings.with_context(|| format!("the findings on {id} can't be read: {json}"))?,
            ),
        })
    }

    /// The text of an element, seen or not.
    pub async fn content(&self, testid: &str) -> Result<String> {
        self.reveal(testid).await?;
        let element = Self::expression(testid);
        self.wait_for(&element).await?;
        let text = self.eval(&format!("{element}.textContent")).await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }
}
