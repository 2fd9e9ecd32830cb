//! Putting a failure into what is shown: into whom, which, when.

mod kinds;

pub use kinds::{Injection, Moment, Strike, Target};

use super::fault_text::{with_fault, without_fault};
use super::program::{Written, with_costs, written};
use super::{Action, State};
use crate::app::english::{inject as text, story};
use crate::experiment::scenario::{InjectedFault, InjectedKind, InjectedWhen, Ns, Scenario};
use crate::experiment::{Fault, MAX_FAULTS, Trigger};
use crate::plot::duration;
use crate::sim::{Limits, MAX_EVENTS, Rewind, View};

impl State {
    /// The name of a target: "P1 T2", "P1".
    #[must_use]
    pub fn target_name(&self, target: Target) -> String {
        let run = &self.predicted.run;
        match target {
            Target::Thread(id) if (id as usize) < run.trace.threads.len() => run.trace.name(id),
            Target::Thread(_) => text::NOBODY.to_owned(),
            Target::Process(process) if run.trace.names.is_empty() => {
                story::short_process(process as usize)
            }
            Target::Process(process) => {
                let report = run.processes.get(process as usize);
                report.map_or_else(|| text::NOBODY.to_owned(), |report| report.name.clone())
            }
        }
    }

    /// When an injection would strike: "half-way", "at 210 ms". Of [`Moment::UnitsDone`] looks into the run, which may take as
    /// long as predicting it.
    #[must_use]
    pub fn moment_name(&self, target: Target, moment: Moment) -> String {
        match moment {
            Moment::HalfWay => text::HALF_WAY.to_owned(),
            Moment::Playhead => text::at(&duration(self.playhead)),
            Moment::UnitsDone => text::after_units(self.units_by_then(target)),
        }
    }

    /// Whom it strikes: a kill strikes the process of the thread that was
    /// picked.
    #[must_use]
    pub fn struck(&self, target: Target, strike: Strike) -> Target {
        match target {
            Target::Thread(id) if strike == Strike::KillProcess => {
                let threads = &self.predicted.run.trace.threads;
                let name = threads.get(id as usize);
                name.map_or(target, |name| Target::Process(name.process))
            }
            target => target,
        }
    }

    /// Why `injection` cannot be put in, if it cannot.
    #[must_use]
    pub fn refusal(&self, injection: Injection) -> Option<String> {
        let Injection {
            target,
            strike,
            moment,
        } = injection;
        let target = self.struck(target, strike);
        let trace = &self.predicted.run.trace;
        let name = self.target_name(target);
        let (process, worker) = match target {
            Target::Process(process) => (process, None),
            Target::Thread(id) => {
                let thread = trace.threads.get(id as usize)?;
                (thread.process, thread.worker)
            }
        };
        let is_program = self.program.is_some();
        if strike == Strike::KillThread {
            return Some(text::NO_KILL_ALONE.to_owned());
        }
        if !is_program && process == 0 {
            return Some(text::PARENT.to_owned());
        }
        if strike != Strike::KillProcess && worker.is_none() {
            return Some(match target {
                Target::Process(_) => text::choose_thread(&name),
                Target::Thread(_) => text::choose_worker(&name),
            });
        }
        if self.faults_set().len() >= MAX_FAULTS {
            return Some(text::too_many(MAX_FAULTS));
        }
        if moment != Moment::HalfWay && self.playhead >= self.end_of(target) {
            return Some(text::too_late(&duration(self.playhead), &name));
        }
        let broken = self
            .program
            .as_ref()
            .is_some_and(|program| !program.errors.is_empty());
        broken.then(|| text::PROGRAM_IS_WRONG.to_owned())
    }

    /// What puts `injection` in.
    ///
    /// # Errors
    /// Why it cannot be, as [`State::refusal`] says it.
    pub fn inject(&self, injection: Injection) -> Result<Action, String> {
        if let Some(reason) = self.refusal(injection) {
            return Err(reason);
        }
        let injection = Injection {
            target: self.struck(injection.target, injection.strike),
            ..injection
        };
        match self.scenario() {
            Some(scenario) => self.inject_into(scenario, injection),
            None => self.inject_fault(injection).map(Action::AddFault),
        }
    }

    fn inject_fault(&self, injection: Injection) -> Result<Fault, String> {
        let Injection {
            target,
            strike,
            moment,
        } = injection;
        let nobody = || text::NO_THREAD.to_owned();
        let (process, thread) = match target {
            Target::Process(process) => (process, 0),
            Target::Thread(id) => {
                let threads = &self.predicted.run.trace.threads;
                let name = threads.get(id as usize).ok_or_else(nobody)?;
                (name.process, name.worker.unwrap_or(0))
            }
        };
        let process = process.checked_sub(1).ok_or_else(nobody)? as u16;
        let kind = strike.kind().ok_or(text::NO_KILL_ALONE)?;
        let experiment = &self.experiment;
        let when = match moment {
            Moment::Playhead => {
                Trigger::TimeUs(u32::try_from(self.playhead / 1_000).unwrap_or(u32::MAX))
            }
            Moment::UnitsDone => Trigger::Units(self.units_by_then(target)),
            Moment::HalfWay if kind.hits_thread() => {
                Trigger::Units(experiment.share(process, thread) / 2)
            }
            Moment::HalfWay => {
                let threads = 0..experiment.threads;
                let all: u32 = threads
                    .map(|thread| experiment.share(process, thread))
                    .sum();
                Trigger::Units(all / 2)
            }
        };
        let thread = if kind.hits_thread() { thread } else { 0 };
        Ok(Fault {
            kind,
            process,
            thread,
            when,
        })
    }

    /// Writes a fault into the program's text; where the text has no place for
    /// one (a list of jobs), writes the whole program anew.
    fn inject_into(&self, scenario: &Scenario, injection: Injection) -> Result<Action, String> {
        let fault = self.injected(injection)?;
        let mut changed = scenario.clone();
        changed.faults.push(fault.clone());
        if let Err(errors) = changed.validate() {
            let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
            return Err(said.join(". "));
        }
        let edited = self
            .program
            .as_ref()
            .and_then(|program| with_fault(&program.text, &fault))
            .filter(|text| is_of(text, &changed));
        match edited.map_or_else(|| serde_json::to_string_pretty(&changed), Ok) {
            Ok(text) => Ok(Action::Write(text)),
            Err(error) => Err(error.to_string()),
        }
    }

    fn injected(&self, injection: Injection) -> Result<InjectedFault, String> {
        let Injection {
            target,
            strike,
            moment,
        } = injection;
        let run = &self.predicted.run;
        let kind = match strike {
            Strike::Exception => InjectedKind::Exception,
            Strike::Segfault => InjectedKind::Segfault,
            Strike::Hang => InjectedKind::Hang,
            Strike::KillProcess => InjectedKind::KillProcess,
            Strike::KillThread => return Err(text::NO_KILL_ALONE.to_owned()),
        };
        let (process, thread) = match target {
            Target::Process(process) => (process, None),
            Target::Thread(id) => {
                let name = run.trace.threads.get(id as usize);
                let process = name.map_or(0, |name| name.process);
                let full = run.trace.name(id);
                let own = self.target_name(Target::Process(process));
                let short = full.strip_prefix(&own).map_or(&*full, str::trim_start);
                (process, Some(short.to_owned()))
            }
        };
        let at = match moment {
            Moment::HalfWay => {
                let begun = self.begin_of(target);
                begun + self.end_of(target).saturating_sub(begun) / 2
            }
            Moment::Playhead | Moment::UnitsDone => self.playhead,
        };
        Ok(InjectedFault {
            kind,
            process: self.target_name(Target::Process(process)),
            thread: thread.filter(|_| strike != Strike::KillProcess),
            when: match moment {
                Moment::UnitsDone => InjectedWhen::Units(self.units_by_then(target)),
                Moment::HalfWay | Moment::Playhead => InjectedWhen::At(Ns(at)),
            },
        })
    }

    /// The faults that are set, in words, and what removes each.
    #[must_use]
    pub fn faults_set(&self) -> Vec<(String, Action)> {
        let Some(program) = &self.program else {
            let faults = self.experiment.faults.iter().enumerate();
            return faults
                .map(|(index, fault)| (fault.describe(), Action::RemoveFault(index)))
                .collect();
        };
        let scenario = &*program.scenario;
        let remove = |index: usize| {
            let mut changed = scenario.clone();
            changed.faults.remove(index);
            let text = without_fault(&program.text, index).filter(|text| is_of(text, &changed));
            let text = text.or_else(|| serde_json::to_string_pretty(&changed).ok());
            Action::Write(text.unwrap_or_default())
        };
        let faults = scenario.faults.iter().enumerate();
        faults
            .map(|(index, fault)| (describe(fault), remove(index)))
            .collect()
    }

    /// Who a fault's target is in the run, by the threads' lanes.
    fn lanes_of(&self, target: Target) -> impl Iterator<Item = u32> {
        let threads = &self.predicted.run.trace.threads;
        (0..threads.len() as u32).filter(move |&id| match target {
            Target::Thread(thread) => thread == id,
            Target::Process(process) => threads[id as usize].process == process,
        })
    }

    fn begin_of(&self, target: Target) -> u64 {
        let lanes = &self.predicted.lanes.threads;
        let first = self
            .lanes_of(target)
            .filter_map(|id| lanes[id as usize].first());
        first.map(|span| span.start).min().unwrap_or(0)
    }

    fn end_of(&self, target: Target) -> u64 {
        let lanes = &self.predicted.lanes.threads;
        let last = self
            .lanes_of(target)
            .filter_map(|id| lanes[id as usize].last());
        last.map(|span| span.end).max().unwrap_or(0)
    }

    /// Units the target has done when the playhead is where it is.
    fn units_by_then(&self, target: Target) -> u32 {
        let view = self.view_at_playhead();
        let units = |view: &View| {
            let of = self.lanes_of(target);
            of.filter_map(|id| view.threads.get(id as usize))
                .map(|thread| thread.units)
                .sum()
        };
        view.as_ref().map_or(0, units)
    }

    fn view_at_playhead(&self) -> Option<View> {
        let limits = Limits {
            max_events: MAX_EVENTS,
            trace: false,
        };
        let mut rewind = match self.scenario() {
            Some(scenario) => {
                Rewind::scenario(&with_costs(scenario, self.this_browser), limits)
                    .ok()?
                    .1
            }
            None => {
                Rewind::experiment(&self.experiment, &self.costs(), MAX_EVENTS)
                    .ok()?
                    .1
            }
        };
        Some(rewind.at(self.playhead))
    }
}

/// Whether `text` says `scenario`.
fn is_of(text: &str, scenario: &Scenario) -> bool {
    matches!(written(text), Written::Program(program) if *program.scenario == *scenario)
}

/// A program's fault in a few words.
fn describe(fault: &InjectedFault) -> String {
    let what = match fault.kind {
        InjectedKind::Exception => text::A_EXCEPTION,
        InjectedKind::Segfault => text::A_SEGFAULT,
        InjectedKind::KillProcess => text::A_KILL,
        InjectedKind::KillThread => text::A_KILL_ALONE,
        InjectedKind::Hang => text::A_HANG,
        InjectedKind::OutOfMemory => text::A_OUT_OF_MEMORY,
        InjectedKind::Vanish => text::A_VANISH,
    };
    let who = match (&fault.thread, fault.kind) {
        (_, InjectedKind::KillProcess) => text::of_process(&fault.process),
        (Some(thread), _) => text::in_thread(&fault.process, thread),
        (None, _) => text::in_main_thread(&fault.process),
    };
    let when = match fault.when {
        InjectedWhen::At(at) => text::at(&duration(at.0)),
        InjectedWhen::Units(units) => text::after_units(units),
        InjectedWhen::RandomWithin(ns) => text::at_random(&duration(ns.0)),
    };
    text::fault(what, &who, &when)
}

#[cfg(test)]
mod tests;
