//! The lab, as a visitor runs it.

use crate::browser::Browser;
use crate::page::{FRAME, Page};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};
use timeslice::lab::measurement::Measurement;

/// How long a run may take: calibration, starting workers on a busy machine,
/// and some seconds of work.
const RUN: Duration = Duration::from_secs(60);

impl Page {
    /// What the lab is doing: `idle`, `running`, `refused` or `done`.
    pub async fn lab_status(&self) -> Result<String> {
        self.attribute("lab", "data-status").await
    }

    /// Open an experiment, run it for real, and return what was measured.
    pub async fn measure(&self, fragment: &str) -> Result<Measurement> {
        self.open_experiment(fragment).await?;
        self.run_lab().await
    }

    /// Run what is set up, and return what was measured.
    pub async fn run_lab(&self) -> Result<Measurement> {
        self.start_lab().await?;
        self.wait_for_lab("dataset.status !== 'running'").await?;
        let status = self.lab_status().await?;
        ensure!(
            status == "done",
            "the lab is {status}: {}",
            self.text("lab").await?
        );
        self.measurement().await
    }

    /// Press the button, and wait until the lab runs.
    pub async fn start_lab(&self) -> Result<()> {
        self.click("run").await?;
        self.wait_for_lab("dataset.status === 'running'").await
    }

    /// The measurement on show.
    pub async fn measurement(&self) -> Result<Measurement> {
        self.reveal("measurement-json").await?;
        let element = Self::expression("measurement-json");
        self.wait_for(&element).await?;
        let json = self.eval(&format!("{element}.textContent")).await?;
        let json = json.as_str().context("a measurement is text")?;
        serde_json::from_str(json).context("the page's measurement can't be read")
    }

    /// Wait until something of the lab's element is so.
    pub async fn wait_for_lab(&self, what: &str) -> Result<()> {
        self.reveal("lab").await?;
        let lab = Self::expression("lab");
        self.wait_for_within(RUN, &format!("{lab}.{what}")).await
    }

    /// How many web workers the page counts as running, those of thread pools
    /// included.
    pub async fn counted_workers(&self) -> Result<usize> {
        let count = self.attribute("page", "data-workers").await?;
        count.parse().context("a number of workers")
    }

    /// How many web workers the browser is running, workers of workers
    /// included. Only Chromium can tell.
    pub async fn workers(&self) -> Result<usize> {
        ensure!(
            self.browser() == Browser::Chromium,
            "only Chromium can tell how many workers it runs"
        );
        let targets = self.driver().cdp().target().get_targets().await?;
        Ok(targets
            .iter()
            .filter(|target| target.r#type == "worker")
            .count())
    }

    /// Wait until the browser runs no web workers. Ending takes a moment: the
    /// browser asks a worker that is in the middle of something, and ends it by
    /// force only after a while.
    pub async fn wait_until_no_workers(&self) -> Result<()> {
        let deadline = Instant::now() + RUN;
        loop {
            match self.workers().await? {
                0 => return Ok(()),
                left => ensure!(Instant::now() < deadline, "{left} workers are left"),
            }
            tokio::time::sleep(FRAME).await;
        }
    }
}
