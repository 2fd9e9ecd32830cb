//! A watchdog over the locks of a process: finds the threads that wait for a
//! lock they will never get, and says because of whom.
//!
//! Pure: it is told the time and what was seen. It cannot look into the future,
//! so it goes by silence: nobody who has a lock or waits for one has given a
//! sign of life for a while. Threads that need no lock may go on meanwhile.

use super::telemetry::{Head, State};
use crate::experiment::{Ended, Failure, Medium, Subject};

/// Watches one process.
#[derive(Debug)]
pub struct Watchdog {
    patience_ns: u64,
    /// The last signs of life of each thread, and since when they are the same.
    seen: Vec<(Signs, u64)>,
}

/// What changes while a thread gets on: its state, its beat, its units, its
/// locks.
type Signs = (State, u32, u32, u32);

/// Threads that wait for ever. Threads are counted from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadlock {
    /// Who has a lock. Who is in both lists is a part of a circle.
    pub holders: Vec<usize>,
    /// Who waits for one.
    pub waiters: Vec<usize>,
    /// Holders that a trap has ended.
    pub trapped: Vec<usize>,
    /// When the last of them gave a sign of life, ns: as good as when it began.
    pub since_ns: u64,
}

impl Watchdog {
    /// Takes `patience_ns` without a sign of life for a deadlock.
    #[must_use]
    pub fn new(patience_ns: u64) -> Self {
        Self {
            patience_ns,
            seen: Vec::new(),
        }
    }

    /// Draws the conclusion from what is seen now.
    pub fn look(&mut self, head: &Head, now_ns: u64) -> Option<Deadlock> {
        let signs = head
            .threads
            .iter()
            .map(|thread| (thread.state, thread.beat, thread.units, thread.locks));
        for (index, signs) in signs.enumerate() {
            match self.seen.get_mut(index) {
                Some((before, _)) if *before == signs => {}
                Some(seen) => *seen = (signs, now_ns),
                None => self.seen.push((signs, now_ns)),
            }
        }
        let has_lock = |&index: &usize| head.threads[index].locks > 0;
        let waits = |&index: &usize| head.threads[index].state == State::WaitingForLock;
        let is_trapped = |&index: &usize| head.threads[index].state == State::Trapped;
        let all = 0..head.threads.len();
        let holders: Vec<usize> = all.clone().filter(has_lock).collect();
        let waiters: Vec<usize> = all.filter(waits).collect();
        let concerned = holders.iter().chain(&waiters);
        let since_ns = concerned.map(|&index| self.seen[index].1).max()?;
        let is_dead = !waiters.is_empty() && now_ns.saturating_sub(since_ns) >= self.patience_ns;
        is_dead.then(|| Deadlock {
            trapped: holders.iter().copied().filter(is_trapped).collect(),
            holders,
            waiters,
            since_ns,
        })
    }
}

impl Deadlock {
    /// As failures, causes before effects, to stand behind `before` others in a
    /// list: who kept the lock, and who is deadlocked because of that.
    #[must_use]
    pub fn failures(&self, process: u16, before: usize) -> Vec<Failure> {
        let failure = |thread: usize, how, cause: Option<usize>| Failure {
            at_ns: self.since_ns,
            // Both are limited to 64.
            who: Subject::Thread(process, thread as u16),
            how,
            cause,
            medium: cause.map(|_| Medium::Lock),
            fault: None,
        };
        let culprits = self.holders.iter().filter(|it| !self.waiters.contains(it));
        let mut failures: Vec<Failure> = culprits
            .map(|&thread| {
                let trapped = self.trapped.contains(&thread);
                let how = if trapped {
                    Ended::Segfault
                } else {
                    Ended::Stuck
                };
                failure(thread, how, None)
            })
            .collect();
        let cause = (!failures.is_empty()).then_some(before);
        let waiting = self.waiters.iter();
        failures.extend(waiting.map(|&thread| failure(thread, Ended::Deadlocked, cause)));
        failures
    }

    /// In a sentence: who keeps the lock, and who waits for it.
    #[must_use]
    pub fn sentence(&self) -> String {
        let waiters = names(&self.waiters);
        let wait = if self.waiters.len() == 1 {
            "waits"
        } else {
            "wait"
        };
        let holders = names(&self.holders);
        let many = self.holders.len() > 1;
        match self.holders.first() {
            None => format!("{waiters} {wait} for a lock that nobody is known to have"),
            Some(holder) if self.waiters.contains(holder) => {
                format!("{waiters} {wait} for each other's locks")
            }
            Some(holder) if self.trapped.contains(holder) => {
                format!("{holders} crashed with a lock, and {waiters} {wait} for it for ever")
            }
            Some(_) => format!(
                "{holders} {} a lock and never {} it back, and {waiters} {wait} for it for ever",
                if many { "have" } else { "has" },
                if many { "give" } else { "gives" },
            ),
        }
    }
}

/// "thread 1", "threads 2 and 3", "threads 2, 3 and 4".
fn names(threads: &[usize]) -> String {
    let numbers: Vec<String> = threads.iter().map(|it| (it + 1).to_string()).collect();
    match numbers.split_last() {
        None => "no thread".to_owned(),
        Some((one, [])) => format!("thread {one}"),
        Some((last, others)) => format!("threads {} and {last}", others.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::telemetry::{Area, State};

    const PATIENCE: u64 = 1_000;

    /// Looks every 100 ns at threads that do this, and says what was found.
    fn watch(threads: u16, mut each: impl FnMut(&Area, u64)) -> Option<Deadlock> {
        let area = Area::new(&vec![0; usize::from(threads)]);
        let mut watchdog = Watchdog::new(PATIENCE);
        (0..30).map(|tick| tick * 100).find_map(|now| {
            each(&area, now);
            watchdog.look(&Head::read(area.layout(), &area.copy())?, now)
        })
    }

    fn set(area: &Area, thread: u16, state: State, locks: u32) {
        area.thread(thread).set_state(state);
        area.thread(thread).set_locks(locks);
    }

    #[test]
    fn a_lock_that_is_never_given_back_is_found_though_another_thread_goes_on() {
        let found = watch(4, |area, now| {
            set(area, 0, State::Waiting, 1);
            set(area, 1, State::Computing, 0);
            area.thread(1).beat();
            if now >= 200 {
                set(area, 2, State::WaitingForLock, 0);
                set(area, 3, State::WaitingForLock, 0);
            }
        })
        .unwrap();
        assert_eq!((found.holders.len(), found.since_ns), (1, 200));
        assert_eq!(
            found.sentence(),
            "thread 1 has a lock and never gives it back, and threads 3 and 4 wait for it for ever"
        );
        let failures = found.failures(1, 5);
        assert_eq!(failures[0].how, Ended::Stuck);
        let waiter = failures[2];
        assert_eq!(waiter.who, Subject::Thread(1, 3));
        assert_eq!((waiter.how, waiter.cause), (Ended::Deadlocked, Some(5)));
    }

    #[test]
    fn a_holder_that_goes_on_will_give_it_back() {
        let found = watch(2, |area, _| {
            set(area, 0, State::Computing, 1);
            area.thread(0).beat();
            set(area, 1, State::WaitingForLock, 0);
        });
        assert_eq!(found, None);
        let nobody_waits = watch(2, |area, _| set(area, 0, State::Waiting, 1));
        assert_eq!(nobody_waits, None);
    }

    #[test]
    fn a_trap_and_a_circle_are_told_as_such() {
        let trap = watch(2, |area, _| {
            set(area, 0, State::Trapped, 1);
            set(area, 1, State::WaitingForLock, 0);
        })
        .unwrap();
        assert_eq!(trap.failures(0, 0)[0].how, Ended::Segfault);
        let sentence = trap.sentence();
        assert!(
            sentence.starts_with("thread 1 crashed with a lock"),
            "{sentence}"
        );

        let circle = watch(2, |area, _| {
            set(area, 0, State::WaitingForLock, 1);
            set(area, 1, State::WaitingForLock, 1);
        })
        .unwrap();
        assert_eq!(
            circle.sentence(),
            "threads 1 and 2 wait for each other's locks"
        );
        let failures = circle.failures(0, 0);
        assert!(failures.iter().all(|it| it.how == Ended::Deadlocked));
        assert!(failures.iter().all(|it| it.cause.is_none()));
    }
}
