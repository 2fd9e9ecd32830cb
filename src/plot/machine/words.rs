//! The picture of the machine in words.

use super::super::{count, instant};
use super::scene::{Actor, ChipKind, Life, Scene, Troupe};
use crate::experiment::Ended;
use crate::sim::State;
use std::collections::BTreeMap;

/// The sign for a thread's state, and the word for it.
fn sign(state: State) -> (&'static str, &'static str) {
    match state {
        State::New => ("○", "not started"),
        State::Ready => ("Q", "in the run queue"),
        State::Running => ("▶", "on a core"),
        State::WaitGil => ("G", "waits for the GIL"),
        State::WaitIo => ("I", "waits for I/O"),
        State::WaitJoin => ("J", "waits for an end"),
        State::WaitLock => ("L", "waits for a lock"),
        State::WaitChannel => ("M", "waits for a message"),
        State::WaitTimer => ("Z", "sleeps"),
        State::Ended => ("✓", "done"),
    }
}

/// What the signs mean that the threads of `scene` wear.
#[must_use]
pub fn glyphs(scene: &Scene) -> Vec<(&'static str, &'static str)> {
    let mut found = BTreeMap::new();
    for actor in scene.actors() {
        if actor.has_failed() {
            found.insert(State::COUNT, ("✕", "failed"));
        } else {
            found.insert(actor.state as usize, sign(actor.state));
        }
    }
    found.into_values().collect()
}

impl Actor {
    /// The sign for what it does.
    #[must_use]
    pub fn glyph(&self) -> &'static str {
        if self.has_failed() {
            return "✕";
        }
        sign(self.state).0
    }

    /// What it does, in a word or two.
    #[must_use]
    pub fn brief(&self) -> String {
        match (self.ended, self.state) {
            (Some(Ended::Completed) | None, State::WaitLock | State::WaitChannel)
                if !self.awaits.is_empty() =>
            {
                self.awaits.clone()
            }
            (Some(Ended::Completed), State::Ended) => "done".to_owned(),
            (Some(how), _) => fate(how).to_owned(),
            // The wire to its core tells more.
            (None, State::Running) => String::new(),
            (None, State::Ready) => "ready".to_owned(),
            (None, State::WaitGil) => "wants GIL".to_owned(),
            (None, State::WaitIo) => "I/O".to_owned(),
            (None, State::WaitJoin) => "joins".to_owned(),
            (None, State::WaitLock) => "lock".to_owned(),
            (None, State::WaitChannel) => "message".to_owned(),
            (None, state) => sign(state).1.to_owned(),
        }
    }

    /// Who it is and what it does, in full.
    #[must_use]
    pub fn label(&self) -> String {
        let does = match (self.ended, self.state) {
            (None | Some(Ended::Completed), State::Ended) => "done".to_owned(),
            (Some(how), _) => how.phrase().to_owned(),
            (None, State::Running) => match self.core {
                Some(core) => format!("running on core {}", core + 1),
                None => "running".to_owned(),
            },
            (None, State::Ready) => "ready, in the run queue".to_owned(),
            (None, state) => state.label().to_owned(),
        };
        match self.awaits.as_str() {
            "" => format!("{}, {does}", self.name),
            awaits => format!("{}, {does}: {awaits}", self.name),
        }
    }
}

/// How something ended, in a word or two.
fn fate(how: Ended) -> &'static str {
    match how {
        Ended::Completed => "done",
        Ended::NeverStarted => "never started",
        Ended::Exception => "exception",
        Ended::Segfault => "crashed",
        Ended::Killed => "killed",
        Ended::Hung => "hung",
        Ended::TakenDown => "taken down",
        Ended::Stopped => "stopped",
        Ended::Deadlocked => "deadlocked",
        Ended::Stuck => "stuck",
        Ended::CutOff => "cut off",
        Ended::OutOfMemory => "out of memory",
        Ended::Corrupted => "broke its heap",
        Ended::Exited => "exited",
    }
}

impl Troupe {
    /// How far it is, in a word or two; nothing for one that lives.
    #[must_use]
    pub fn status(&self) -> &'static str {
        match self.life {
            Life::NotStarted => "not started",
            Life::Alive => "",
            Life::Done => "done",
            Life::Failed(how) => fate(how),
        }
    }
}

impl Scene {
    /// All threads that are shown.
    pub fn actors(&self) -> impl Iterator<Item = &Actor> {
        self.processes.iter().flat_map(|process| &process.threads)
    }

    /// How many threads are in `state`, those that are only counted too.
    fn in_state(&self, state: State) -> usize {
        let shown = self.actors().filter(|actor| actor.state == state).count();
        shown + self.more_threads[state as usize]
    }

    /// What there is to see, in one line.
    #[must_use]
    pub fn summary(&self) -> String {
        let at = instant(self.at);
        let failed = self.actors().filter(|actor| actor.has_failed()).count();
        if self.over {
            return match failed {
                0 => format!("the run is over: all done at {at}"),
                1 => format!("the run is over at {at}: 1 thread failed"),
                _ => format!("the run is over at {at}: {failed} threads failed"),
            };
        }
        let busy = self.cores.iter().flatten().count();
        let mut parts = vec![format!(
            "{busy} of {} busy",
            number(self.cores.len(), "core")
        )];
        for (state, does) in [
            (State::WaitGil, "waiting for a GIL"),
            (State::Ready, "in the run queue"),
            (State::WaitLock, "waiting for a lock"),
            (State::WaitChannel, "waiting for a message"),
            (State::WaitIo, "waiting for I/O"),
        ] {
            match self.in_state(state) {
                0 => {}
                threads => parts.push(format!("{threads} {does}")),
            }
        }
        if failed > 0 {
            parts.push(format!("{failed} failed"));
        }
        format!("at {at}: {}", parts.join(", "))
    }

    /// Everything that is to be seen, in sentences.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        let mut said = Vec::new();
        let mut idle = Vec::new();
        for (core, who) in self.cores.iter().enumerate() {
            match who {
                Some((_, name)) => said.push(format!("Core {} runs {name}.", core + 1)),
                None => idle.push((core + 1).to_string()),
            }
        }
        match idle.len() {
            0 => {}
            1 => said.push(format!("Core {} is idle.", idle[0])),
            _ => said.push(format!("Cores {} are idle.", list(&idle))),
        }
        for process in &self.processes {
            self.say_gils(process, &mut said);
        }
        self.say_states(&mut said);
        for queue in self.queues.iter().filter(|queue| !queue.threads.is_empty()) {
            said.push(format!("{}.", queue.said()));
        }
        for process in &self.processes {
            say_process(process, &mut said);
        }
        for chip in &self.shared {
            said.push(format!("In shared memory: {}.", chip.text));
        }
        for flight in &self.flights {
            let name = |id: u32| {
                let mut actors = self.actors();
                let actor = actors.find(|actor| actor.thread == id);
                actor.map_or("a thread", |actor| &actor.name)
            };
            let how = if flight.copy {
                format!("as a copy of {}", super::super::size(flight.bytes))
            } else {
                "by reference".to_owned()
            };
            let (from, to) = (name(flight.from), name(flight.to));
            said.push(format!("A message goes from {from} to {to}, {how}."));
        }
        said.extend(self.rest());
        said
    }

    fn say_gils(&self, process: &Troupe, said: &mut Vec<String>) {
        let several = process.gils.len() > 1;
        for (number, gil) in process.gils.iter().enumerate() {
            let which = if several {
                format!("GIL {} of {}", number + 1, process.name)
            } else {
                format!("The GIL of {}", process.name)
            };
            let holder = gil.holder.and_then(|id| {
                let mut actors = self.actors();
                actors.find(|actor| actor.thread == id)
            });
            match holder {
                Some(actor) if gil.asked => {
                    let name = &actor.name;
                    said.push(format!(
                        "{which} is with {name}, which was asked to let go."
                    ));
                }
                Some(actor) => said.push(format!("{which} is with {}.", actor.name)),
                None if gil.holder.is_some() => {
                    said.push(format!("{which} is with its main thread."));
                }
                None if process.life == Life::Alive => said.push(format!("{which} is free.")),
                None => {}
            }
        }
    }

    fn say_states(&self, said: &mut Vec<String>) {
        for (state, does) in [
            (State::Ready, "Ready, without a core"),
            (State::WaitGil, "Waiting for the GIL"),
            (State::WaitIo, "Waiting for I/O"),
            (State::WaitTimer, "Sleeping"),
            (State::WaitLock, "Waiting for a lock"),
            (State::WaitChannel, "Waiting for a message"),
            (State::WaitJoin, "Waiting for others to end"),
            (State::New, "Not started"),
            (State::Ended, "Done"),
        ] {
            let is = |actor: &&Actor| actor.state == state && !actor.has_failed();
            let names: Vec<_> = self.actors().filter(is).map(described).collect();
            if !names.is_empty() {
                said.push(format!("{does}: {}.", list(&names)));
            }
        }
        for actor in self.actors().filter(|actor| actor.has_failed()) {
            let how = actor.ended.map_or("failed", Ended::phrase);
            said.push(format!("{} {how}.", actor.name));
        }
    }

    /// What is not drawn.
    #[must_use]
    pub fn rest(&self) -> Option<String> {
        let threads: usize = self.more_threads.iter().sum();
        if threads == 0 {
            return None;
        }
        let states = State::ALL.into_iter();
        let states = states.filter_map(|state| match self.more_threads[state as usize] {
            0 => None,
            many => Some(format!("{} {}", count(many as u64), state.label())),
        });
        let states: Vec<_> = states.collect();
        let of = match self.more_processes {
            0 => String::new(),
            many => format!("{} with ", number_of_processes(many)),
        };
        let threads = number(threads, "thread");
        Some(format!("Not drawn: {of}{threads}: {}.", states.join(", ")))
    }
}

/// A thread, and what exactly it waits for.
fn described(actor: &Actor) -> String {
    match actor.awaits.as_str() {
        "" => actor.name.clone(),
        awaits => format!("{} ({awaits})", actor.name),
    }
}

fn say_process(process: &Troupe, said: &mut Vec<String>) {
    let name = &process.name;
    match process.life {
        Life::NotStarted => said.push(format!("Process {name} has not started.")),
        Life::Done => {}
        Life::Failed(how) => said.push(format!("Process {name} {}.", how.phrase())),
        Life::Alive if process.damage.is_some() => {
            said.push(format!("The heap of {name} is damaged."));
        }
        Life::Alive => {}
    }
    if let (Life::Alive, Some(memory)) = (process.life, process.memory.first()) {
        said.push(format!("Memory of {name}: {memory}."));
    }
    for chip in &process.chips {
        let what = match chip.kind {
            ChipKind::Object | ChipKind::Freed | ChipKind::Damaged => "Object",
            ChipKind::Free | ChipKind::Held => "Lock",
        };
        said.push(format!("{what} in {name}: {}.", chip.text));
    }
}

/// "1 core", "4 cores".
fn number(many: usize, what: &str) -> String {
    let plural = if many == 1 { "" } else { "s" };
    format!("{} {what}{plural}", count(many as u64))
}

fn number_of_processes(many: usize) -> String {
    match many {
        1 => "1 process".to_owned(),
        _ => format!("{} processes", count(many as u64)),
    }
}

/// "A", "A and B", "A, B and C".
fn list(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
