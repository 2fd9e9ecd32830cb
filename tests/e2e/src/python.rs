//! Python programs, as a visitor runs them.

use crate::page::Page;
use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;
use timeslice::app::python::PythonAction;
use timeslice::app::{Action, State, link};
use timeslice::lab::measurement::Measurement;

/// How long a run may take on a busy machine: loading the interpreter, running the
/// program alone, starting processes, and some seconds of work.
const RUN: Duration = Duration::from_secs(90);

/// What the tab says, in JavaScript.
const TOLD: &str = "((part) => { \
    const text = (testid) => part.querySelector(`[data-testid=${testid}]`)?.textContent ?? null; \
    const panels = [...part.querySelectorAll('[data-testid^=said-]')]; \
    return { \
        status: part.dataset.status, \
        refusal: text('python-run-refusal'), \
        results: text('python-results'), \
        mistakes: text('python-errors') ?? '', \
        said: Object.fromEntries(panels.map((it) => [it.dataset.testid.slice(5), it.textContent])), \
    }; })";

/// Presses the button, and notes when the run is over: it may be sooner than a
/// driver can ask whether it has begun.
const START: &str = "((part) => { \
    self.pythonIsOver = false; \
    new MutationObserver((_, observer) => { \
        if (part.dataset.status === 'running') return; \
        self.pythonIsOver = true; \
        observer.disconnect(); \
    }).observe(part, { attributes: true, attributeFilter: ['data-status'] }); \
    part.querySelector('[data-testid=python-run]').click(); })";

/// What came of a run of a program.
#[derive(Debug, Deserialize)]
pub struct PythonRun {
    /// What the lab is: `done`, `refused`, or `idle` if it was stopped early.
    pub status: String,
    /// Why nothing was measured.
    pub refusal: Option<String>,
    /// What `result()` gave, alone and in each process.
    pub results: Option<String>,
    /// The exceptions, by line.
    pub mistakes: String,
    /// What each worker has said: `alone`, `p0t1`.
    pub said: BTreeMap<String, String>,
    /// What was measured, if anything.
    #[serde(skip)]
    pub measurement: Option<Measurement>,
}

impl PythonRun {
    /// What was measured.
    pub fn measured(&self) -> Result<&Measurement> {
        let measured = self.measurement.as_ref();
        measured.with_context(|| format!("nothing was measured: {self:?}"))
    }

    /// What a worker has said.
    #[must_use]
    pub fn said_by(&self, worker: &str) -> &str {
        self.said.get(worker).map_or("", String::as_str)
    }

    /// How everything ended and how many units it did, in one line: who is taken
    /// down or stopped may be anywhere in its work.
    pub fn ends(&self) -> Result<String> {
        use timeslice::experiment::Ended::{Stopped, TakenDown};
        let outcome = &self.measured()?.outcome;
        let processes = outcome.processes.iter().map(|process| {
            let threads = process.threads.iter().map(|thread| match thread.ended {
                TakenDown | Stopped => format!("{:?}", thread.ended),
                ended => format!("{ended:?} {}/{}", thread.units, thread.planned),
            });
            let threads = threads.collect::<Vec<_>>().join(", ");
            format!("{:?} ({threads})", process.ended)
        });
        Ok(processes.collect::<Vec<_>>().join("; "))
    }
}

/// The link of a program in a layout: `procs=2&threads=2&gil=off&units=40`.
#[must_use]
pub fn python_link(layout: &str, text: &str) -> String {
    let mut state = State::open(&format!("v=1&left=python&right=measure&{layout}"));
    drop(state.reduce(Action::Python(PythonAction::Write(text.to_owned()))));
    link::write(&state)
}

impl Page {
    /// Show a program in a layout, by its link. The page is opened if it is not
    /// open, and else stays.
    pub async fn open_python(&self, layout: &str, text: &str) -> Result<()> {
        let fragment = python_link(layout, text);
        ensure!(
            State::open(&fragment).python.text.as_ref() == text,
            "the program is too long for a link"
        );
        let page = Self::expression("page");
        if self.eval(&format!("{page} === null")).await? == true {
            self.open_experiment(&fragment).await?;
        } else {
            let hash = Value::from(format!("#{fragment}"));
            self.eval(&format!("void (location.hash = {hash})")).await?;
        }
        self.shows_python(layout, text).await
    }

    /// Wait until the tab shows this program in this layout.
    pub async fn shows_python(&self, layout: &str, text: &str) -> Result<()> {
        let experiment = State::open(&format!("v=1&{layout}")).experiment;
        let text = Value::from(text);
        let value = |testid: &str| format!("{}?.value", Self::expression(testid));
        let gil = Self::expression("python-layout [data-testid=gil]");
        let number =
            |field: &str| value(&format!("python-layout [data-testid=field-{field}-number]"));
        self.wait_for(&format!(
            "{} === {text} && {} === '{}' && {} === '{}' && {} === '{}' && {gil}.checked === {}",
            value("python-text"),
            number("procs"),
            experiment.processes,
            number("threads"),
            experiment.threads,
            number("units"),
            experiment.units,
            experiment.gil,
        ))
        .await?;
        self.wait_until_idle().await
    }

    /// Run what the tab shows, and wait for what comes of it.
    pub async fn run_python(&self) -> Result<PythonRun> {
        self.start_python().await?;
        self.python_result().await
    }

    /// Show a program in a layout, and run it.
    pub async fn python(&self, layout: &str, text: &str) -> Result<PythonRun> {
        self.open_python(layout, text).await?;
        self.run_python().await
    }

    /// Press the button.
    pub async fn start_python(&self) -> Result<()> {
        let part = Self::expression("python");
        self.eval(&format!("void {START}({part})")).await?;
        Ok(())
    }

    /// Press it again, which stops what runs.
    pub async fn stop_python(&self) -> Result<()> {
        let button = Self::expression("python-run");
        self.eval(&format!("void {button}.click()")).await?;
        Ok(())
    }

    /// Wait for what comes of a run that has begun.
    pub async fn python_result(&self) -> Result<PythonRun> {
        self.wait_for_within(RUN, "self.pythonIsOver").await?;
        self.wait_until_idle().await?;
        let mut run = self.python_says().await?;
        if run.status == "done" {
            run.measurement = Some(self.measurement().await?);
        }
        Ok(run)
    }

    /// What the tab says now.
    pub async fn python_says(&self) -> Result<PythonRun> {
        let part = Self::expression("python");
        let told = self.eval(&format!("{TOLD}({part})")).await?;
        serde_json::from_value(told).context("the Python tab can't be read")
    }

    /// Wait until the page counts no web workers.
    pub async fn wait_until_no_workers_counted(&self) -> Result<()> {
        let page = Self::expression("page");
        self.wait_for(&format!("{page}.dataset.workers === '0'"))
            .await
    }
}
