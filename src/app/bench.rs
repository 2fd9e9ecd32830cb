//! What the page knows of the lab's trials, probes and sweeps.

use super::Effect;
use crate::experiment::Costs;
use crate::lab::findings::Findings;
use crate::lab::grid::Grid;
use crate::lab::measurement::Environment;
use crate::lab::probes::Probes;
use crate::lab::trial::{Doing, Happened, Report, Step, Trouble};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Trials, probes and sweeps: what runs, and what has come of those that ran.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bench {
    /// What runs now.
    pub running: Option<Running>,
    /// What each claim's last trial found, by its id.
    pub trials: BTreeMap<String, Result<Rc<Findings>, Trouble>>,
    /// What things cost on this machine.
    pub probes: Option<Rc<Probes>>,
    /// Why what an earlier visit kept of its probes is not used, as a sentence.
    pub ignored: Option<String>,
    /// The last sweep, whole or in part.
    pub grid: Option<Rc<Grid>>,
    /// Why the last probes or sweep came to nothing.
    pub trouble: Option<Trouble>,
}

/// What runs now.
#[derive(Debug, Clone, PartialEq)]
pub struct Running {
    /// What.
    pub doing: Doing,
    /// How far it is; `None`: it has not begun.
    pub step: Option<Step>,
    /// The page is hidden, so it waits.
    pub paused: bool,
}

impl Bench {
    /// The visitor wants this to be done. Only one thing is done at a time.
    pub(super) fn begin(&mut self, doing: Doing) -> Vec<Effect> {
        if self.running.is_some() {
            return Vec::new();
        }
        self.trouble = None;
        self.running = Some(Running {
            doing: doing.clone(),
            step: None,
            paused: false,
        });
        vec![Effect::Begin(doing)]
    }

    /// The visitor wants no more of it.
    pub(super) fn stop(&self) -> Vec<Effect> {
        self.running.iter().map(|_| Effect::StopDoing).collect()
    }

    /// What the probes found, as a file.
    pub(super) fn export(&self) -> Vec<Effect> {
        let text = self.probes.iter().map(|probes| probes.to_json());
        text.map(|text| Effect::Download {
            name: "timeslice-this-browser.json",
            text,
        })
        .collect()
    }

    /// Forgets what the probes found, here and in the browser.
    pub(super) fn forget(&mut self) -> Vec<Effect> {
        self.probes = None;
        self.ignored = None;
        vec![Effect::ForgetProbes]
    }

    /// What an earlier visit kept. It is of use only in the same browser, and
    /// only until the probes have run again.
    pub(super) fn kept(&mut self, text: &str, environment: Option<&Environment>) {
        if self.probes.is_some() {
            return;
        }
        match Probes::from_json(text, environment) {
            Ok(probes) => self.probes = Some(Rc::new(probes)),
            Err(why) => {
                self.ignored = Some(format!(
                    "What an earlier visit measured of this browser is not used: {why}."
                ));
            }
        }
    }

    /// This happened in the lab.
    pub(super) fn happened(&mut self, happened: Happened) -> Vec<Effect> {
        let mut effects = Vec::new();
        match happened {
            Happened::Step(step) => {
                if let Some(running) = &mut self.running {
                    running.step = Some(step);
                    running.paused = false;
                }
            }
            Happened::Part(report) => self.keep(report),
            Happened::Paused => {
                if let Some(running) = &mut self.running {
                    running.paused = true;
                }
            }
            Happened::Done(report) => {
                self.running = None;
                if let Report::Probes(probes) = &report {
                    self.ignored = None;
                    effects.push(Effect::KeepProbes(probes.to_json()));
                }
                self.keep(report);
            }
            Happened::Failed(trouble) => match self.running.take().map(|running| running.doing) {
                Some(Doing::Trial(id)) => drop(self.trials.insert(id, Err(trouble))),
                _ => self.trouble = Some(trouble),
            },
            Happened::Stopped => self.running = None,
        }
        effects
    }

    fn keep(&mut self, report: Report) {
        match report {
            Report::Findings(findings) => {
                let id = findings.claim.clone();
                self.trials.insert(id, Ok(Rc::new(*findings)));
            }
            Report::Probes(probes) => self.probes = Some(Rc::new(*probes)),
            Report::Grid(grid) => self.grid = Some(Rc::new(*grid)),
        }
    }

    /// What the probes say things cost here.
    #[must_use]
    pub fn costs(&self) -> Option<Costs> {
        self.probes.as_ref().map(|probes| probes.costs())
    }
}
