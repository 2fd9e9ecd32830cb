//! A thread that takes a lock and memory, and gives neither back.
//!
//! The first thread is the holder, the last one a bystander that needs no lock,
//! and all between want the holder's lock. The telemetry says who has it, who
//! waits for it, and how much memory there is.

use crate::lab::crew::{Crew, Team};
use crate::lab::routine::question;
use crate::lab::telemetry::{Area, State};
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};
use std::hint::black_box;
use std::mem::ManuallyDrop;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

/// While a thread waits for something other than the lock, it looks so often,
/// µs.
const LOOK_US: u32 = 500;

/// What can be asked. Needs at least three threads.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    /// How the holder ends.
    pub ending: Ending,
    /// Bytes that the holder allocates, and after it the bystander.
    pub bytes: u32,
    /// Whether the bystander stops when it is told to. If not, it goes on until
    /// its process ends.
    pub heeds_stop: bool,
}

/// How a thread with a lock ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ending {
    /// It gives back the lock and the memory.
    GivesBack,
    /// It waits for something that never comes.
    Parks,
    /// It makes an invalid memory access.
    Traps,
}

/// What comes back: only if the holder gives back what it has.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Threads that got the lock, one after the other.
    pub had_lock: u32,
    /// Bytes of memory of the whole process in the end.
    pub memory_bytes: u64,
}

question!(Hold, Ask, Answer);

/// How far the holder is.
mod stage {
    /// It has the lock.
    pub(super) const HAS_LOCK: u32 = 1;
    /// It ends now.
    pub(super) const ENDS: u32 = 2;
}

/// Lets the holder take the lock, and the others wait for it.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let threads = crew.team.threads();
    let scene = Scene {
        ask,
        area: crew.area,
        host: crew.host,
        lock: Mutex::new(0),
        stage: AtomicU32::new(0),
    };
    crew.team.all(|index| {
        let end = match index {
            0 => scene.hold(),
            last if last + 1 == threads => scene.stand_by(last),
            waiter => scene.want(waiter),
        };
        let at_us = u32::try_from(crew.host.now_ns() / 1_000).unwrap_or(u32::MAX);
        crew.area.thread(index as u16).end(end, at_us);
    });
    let had_lock = scene.lock.into_inner();
    Answer {
        had_lock: had_lock.unwrap_or_else(PoisonError::into_inner),
        memory_bytes: crew.host.memory_bytes(),
    }
}

/// What the threads share.
struct Scene<'a, H> {
    ask: &'a Ask,
    area: &'a Area,
    host: &'a H,
    /// Counts those who had it.
    lock: Mutex<u32>,
    stage: AtomicU32,
}

impl<H: Host> Scene<'_, H> {
    /// The holder. Comes back only if it gives back what it has.
    fn hold(&self) -> State {
        let line = self.area.thread(0);
        line.set_state(State::Computing);
        // Nothing runs the end of a scope when a trap ends a thread. Natively
        // something would, so it is left to nobody.
        let mut guard = ManuallyDrop::new(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
        **guard += 1;
        line.set_locks(1);
        self.stage.store(stage::HAS_LOCK, Ordering::Release);
        let memory = self.allocate();
        match self.ask.ending {
            Ending::GivesBack => {
                drop(memory);
                line.set_locks(0);
                drop(ManuallyDrop::into_inner(guard));
                self.stage.store(stage::ENDS, Ordering::Release);
            }
            Ending::Parks => {
                line.set_state(State::Waiting);
                self.stage.store(stage::ENDS, Ordering::Release);
                loop {
                    thread::park();
                }
            }
            Ending::Traps => {
                line.set_fault(0);
                self.stage.store(stage::ENDS, Ordering::Release);
                self.host.crash();
            }
        }
        State::Completed
    }

    /// A thread that wants the lock.
    fn want(&self, index: usize) -> State {
        let line = self.area.thread(index as u16);
        line.set_state(State::Waiting);
        self.await_stage(stage::HAS_LOCK);
        line.set_state(State::WaitingForLock);
        let mut had_lock = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        *had_lock += 1;
        State::Completed
    }

    /// The thread that needs no lock: when the holder has ended, it allocates
    /// as much as the holder did, frees it again, and goes on.
    fn stand_by(&self, index: usize) -> State {
        let line = self.area.thread(index as u16);
        line.set_state(State::Waiting);
        self.await_stage(stage::ENDS);
        drop(self.allocate());
        line.set_state(State::Computing);
        if self.ask.ending == Ending::GivesBack {
            return State::Completed;
        }
        while !(self.ask.heeds_stop && self.area.is_stopped()) {
            line.beat();
            self.host.wait(LOOK_US);
        }
        State::Stopped
    }

    fn await_stage(&self, stage: u32) {
        while self.stage.load(Ordering::Acquire) < stage {
            self.host.wait(LOOK_US);
        }
    }

    /// Memory that is in use, all of it.
    fn allocate(&self) -> Vec<u8> {
        let memory = black_box(vec![1; self.ask.bytes as usize]);
        self.area.set_memory(self.host.memory_bytes());
        memory
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;
    use crate::lab::deadlock::{Deadlock, Watchdog};
    use crate::lab::telemetry::{Head, ThreadHead};
    use std::sync::mpsc;
    use std::time::Duration;

    fn ask(ending: Ending) -> Ask {
        Ask {
            ending,
            bytes: 1 << 16,
            heeds_stop: true,
        }
    }

    #[test]
    fn a_lock_that_is_given_back_goes_round() {
        let answer = with_crew(4, |crew| answer(&ask(Ending::GivesBack), crew));
        assert_eq!(answer.had_lock, 3);
    }

    /// Threads that nobody can end, watched until they have stopped to move.
    /// Then tells them to stop, and returns what the watchdog found and how
    /// they are a while later. They go with the tests' process.
    fn watch(ending: Ending) -> (Deadlock, Vec<ThreadHead>) {
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            with_crew(4, |crew| {
                thread::scope(|scope| {
                    let area = crew.area;
                    scope.spawn(move || {
                        let look = || Head::read(area.layout(), &area.copy());
                        let mut watchdog = Watchdog::new(300_000_000);
                        let found = (0..).find_map(|tick: u64| {
                            thread::sleep(Duration::from_millis(10));
                            watchdog.look(&look()?, tick * 10_000_000)
                        });
                        area.stop();
                        thread::sleep(Duration::from_millis(100));
                        let told = found.zip(look());
                        sender.send(told.map(|(found, head)| (found, head.threads)))
                    });
                    answer(&ask(ending), crew);
                });
            });
        });
        let told = receiver.recv_timeout(Duration::from_secs(60));
        told.expect("the watchdog reports").expect("it is an area")
    }

    #[test]
    fn nobody_gives_back_the_lock_of_a_thread_that_parks() {
        let (found, threads) = watch(Ending::Parks);
        assert_eq!((found.holders, found.waiters), (vec![0], vec![1, 2]));
        // Told to stop, only the bystander did.
        let states: Vec<State> = threads.iter().map(|thread| thread.state).collect();
        use State::{Stopped, Waiting, WaitingForLock};
        let expected = [Waiting, WaitingForLock, WaitingForLock, Stopped];
        assert_eq!(states, expected);
    }

    #[test]
    fn nor_that_of_a_thread_that_crashes() {
        let (found, threads) = watch(Ending::Traps);
        assert_eq!((found.holders, found.waiters), (vec![0], vec![1, 2]));
        assert_eq!(threads[0].fault, Some(0));
    }
}
