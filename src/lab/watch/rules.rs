//! The rules: what follows from what was seen of a process. They are those of
//! an operating system, and of the simulator: a thread that crashes takes its
//! process down, an exception only its thread, and nothing crosses to another
//! process.

use super::{START_LIMIT_NS, Watch};
use crate::experiment::{Ended, Failure, FaultKind, Medium, Subject, Trigger};
use crate::lab::telemetry::{Head, State};

impl Watch {
    /// Threads that have ended by themselves, and what follows for the others.
    pub(super) fn note_ended_threads(&mut self, index: usize, now_ns: u64) {
        let Some(head) = self.processes[index].head.clone() else {
            return;
        };
        for (thread, seen) in head.threads.iter().enumerate() {
            if self.processes[index].threads[thread].ended.is_some() {
                continue;
            }
            let at_ns = u64::from(seen.ended_us) * 1_000;
            let how = match seen.state {
                State::Completed => {
                    self.processes[index].threads[thread].ended = Some(Ended::Completed);
                    continue;
                }
                State::Stopped => Ended::Stopped,
                State::Exception => Ended::Exception,
                State::Trapped => Ended::Segfault,
                _ => continue,
            };
            self.processes[index].threads[thread].ended = Some(how);
            let who = thread_subject(index, thread);
            if how == Ended::Stopped {
                continue;
            }
            let failure = self.record.add(Failure {
                at_ns,
                who,
                how,
                cause: None,
                medium: None,
                fault: seen.fault,
            });
            if how == Ended::Segfault {
                self.say(who, how, head.note.as_deref());
                self.end(
                    index,
                    how,
                    now_ns.max(at_ns),
                    Some((failure, Medium::SharedHeap)),
                    None,
                );
            } else if head.threads.len() == 1 {
                self.end(index, how, at_ns, Some((failure, Medium::MainThread)), None);
            }
        }
    }

    /// Kills that are due.
    pub(super) fn note_kill(&mut self, index: usize, now_ns: u64) {
        let process = &self.processes[index];
        if process.ended.is_some() || process.all_threads_ended() {
            return;
        }
        let units: u64 = process
            .head
            .iter()
            .flat_map(|head| &head.threads)
            .map(|t| u64::from(t.units))
            .sum();
        let due = self.faults.iter().position(|fault| {
            fault.kind == FaultKind::Kill
                && usize::from(fault.process) == index
                && match fault.when {
                    Trigger::Units(count) => units >= u64::from(count),
                    Trigger::TimeUs(us) => now_ns >= u64::from(us) * 1_000,
                }
        });
        if due.is_some() {
            self.end(index, Ended::Killed, now_ns, None, due);
        }
    }

    /// A process whose threads have all ended has done its work.
    pub(super) fn note_completion(&mut self, index: usize, passed_ns: u64) {
        let patience_ns = self.patience_ns;
        let process = &mut self.processes[index];
        if process.ended.is_none()
            && process.all_threads_ended()
            && let Some(head) = &process.head
        {
            if head.is_open {
                process.open_ns += passed_ns;
                if process.open_ns < patience_ns {
                    return;
                }
                self.messages.push(format!(
                    "Process {} had done its units, but did not finish within {} s",
                    index + 1,
                    patience_ns / 1_000_000_000
                ));
            }
            let last = head.threads.iter().map(|thread| thread.ended_us).max();
            let at_ns = u64::from(last.unwrap_or(0)) * 1_000;
            process.ended = Some((Ended::Completed, at_ns));
        }
    }

    /// Threads that compute without a sign of life. Those that wait for the
    /// lock or for I/O have a right to be silent.
    pub(super) fn note_silence(&mut self, index: usize, now_ns: u64, passed_ns: u64) {
        let patience_ns = self.patience_ns;
        let process = &mut self.processes[index];
        let (None, Some(head)) = (process.ended, &process.head) else {
            return;
        };
        let mut hung = None;
        for (thread, seen) in head.threads.iter().enumerate() {
            let watched = &mut process.threads[thread];
            let sign = Some((seen.state, seen.beat, seen.units));
            if watched.sign == sign && seen.state == State::Computing {
                watched.silent_ns += passed_ns;
            } else {
                watched.silent_ns = 0;
            }
            watched.sign = sign;
            if watched.silent_ns >= patience_ns && watched.ended.is_none() {
                watched.ended = Some(Ended::Hung);
                hung = Some((thread, seen.fault));
                break;
            }
        }
        if let Some((thread, fault)) = hung {
            let who = thread_subject(index, thread);
            let failure = self.record.add(Failure {
                at_ns: now_ns,
                who,
                how: Ended::Hung,
                cause: None,
                medium: None,
                fault,
            });
            let why = format!("no sign of life for {} s", patience_ns / 1_000_000_000);
            self.say(who, Ended::Hung, Some(&why));
            self.end(
                index,
                Ended::Hung,
                now_ns,
                Some((failure, Medium::Watchdog)),
                None,
            );
        }
    }

    /// Processes that cannot start or go on.
    pub(super) fn note_broken(&mut self, index: usize, now_ns: u64) {
        let process = &self.processes[index];
        if process.ended.is_some() {
            return;
        }
        let who = Subject::Process(index as u16);
        let has_begun = |head: &Head| head.threads.iter().any(|t| t.state != State::New);
        if process.head.as_ref().is_some_and(has_begun) {
            if let Some(why) = process.broken.clone() {
                self.say(who, Ended::Segfault, Some(&why));
                self.end(index, Ended::Segfault, now_ns, None, None);
            }
            return;
        }
        let late = now_ns.saturating_sub(process.started_ns) >= START_LIMIT_NS;
        let limit = || {
            format!(
                "its worker was not ready within {} s",
                START_LIMIT_NS / 1_000_000_000
            )
        };
        let Some(why) = process.broken.clone().or_else(|| late.then(limit)) else {
            return;
        };
        self.say(who, Ended::NeverStarted, Some(&why));
        self.record.add(Failure {
            at_ns: now_ns,
            who,
            how: Ended::NeverStarted,
            cause: None,
            medium: None,
            fault: None,
        });
        let process = &mut self.processes[index];
        process.ended = Some((Ended::NeverStarted, now_ns));
        for thread in &mut process.threads {
            thread.ended = Some(Ended::NeverStarted);
        }
    }

    /// Ends a process, and takes down with it what has not ended in it.
    fn end(
        &mut self,
        index: usize,
        how: Ended,
        at_ns: u64,
        cause: Option<(usize, Medium)>,
        fault: Option<usize>,
    ) {
        let process = &mut self.processes[index];
        if process.ended.is_some() {
            return;
        }
        process.ended = Some((how, at_ns));
        let failure = self.record.add(Failure {
            at_ns,
            who: Subject::Process(index as u16),
            how,
            cause: cause.map(|(cause, _)| cause),
            medium: cause.map(|(_, medium)| medium),
            fault,
        });
        // A sibling that was seen to be done is not taken down, even if its
        // turn in the list comes after the one that failed.
        let head = process.head.as_ref();
        for (thread, watched) in process.threads.iter_mut().enumerate() {
            let state = head.map(|head| head.threads[thread].state);
            if watched.ended.is_none() && state == Some(State::Completed) {
                watched.ended = Some(Ended::Completed);
            }
            if watched.ended.is_none() {
                watched.ended = Some(Ended::TakenDown);
                self.record.add(Failure {
                    at_ns,
                    who: thread_subject(index, thread),
                    how: Ended::TakenDown,
                    cause: Some(failure),
                    medium: Some(Medium::SharedHeap),
                    fault: None,
                });
            }
        }
    }

    fn say(&mut self, who: Subject, how: Ended, why: Option<&str>) {
        let mut name = who.name();
        name[..1].make_ascii_uppercase();
        let why = why.map(|why| format!(": {why}")).unwrap_or_default();
        self.messages.push(format!("{name} {}{why}", how.phrase()));
    }
}

fn thread_subject(process: usize, thread: usize) -> Subject {
    // Both are limited to 64.
    Subject::Thread(process as u16, thread as u16)
}
