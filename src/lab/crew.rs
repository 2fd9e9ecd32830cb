//! The threads of one process, as routines see them: natively scoped threads
//! (in tests), in a browser the workers that share an instance's memory.

use super::telemetry::Area;

/// Threads that all run the same work.
pub trait Team {
    /// How many there are, at least 1.
    fn threads(&self) -> usize;

    /// Runs `work(index)` on every thread at once and returns what each
    /// answered, by index; `None` for a thread that trapped. Does not return
    /// while one of them hangs.
    fn all<R: Send>(&self, work: impl Fn(usize) -> R + Sync) -> Vec<Option<R>>;

    /// One thread does `before`, hands `task` to another, does `after` without
    /// looking for work meanwhile, and waits until the task is done. There must
    /// be at least 2 threads, or `after` must not wait for the task.
    fn hand(
        &self,
        before: impl FnOnce() + Send,
        task: impl FnOnce() + Send,
        after: impl FnOnce() + Send,
    );
}

/// A process at a routine's disposal.
#[derive(Debug)]
pub struct Crew<'a, T, H> {
    /// Its threads.
    pub team: &'a T,
    /// Its telemetry, which the page can read while a routine runs.
    pub area: &'a Area,
    /// Where it runs.
    pub host: &'a H,
}

/// By hand: a derive would ask it of the team and the host.
impl<T, H> Copy for Crew<'_, T, H> {}

impl<T, H> Clone for Crew<'_, T, H> {
    fn clone(&self) -> Self {
        *self
    }
}

#[cfg(test)]
pub(crate) mod native {
    //! Real threads of this machine, for tests of routines.

    use super::{Crew, Team};
    use crate::lab::telemetry::Area;
    use crate::lab::work::Host;
    use std::time::{Duration, Instant};

    /// So many scoped threads.
    pub(crate) struct NativeTeam(pub(crate) usize);

    impl Team for NativeTeam {
        fn threads(&self) -> usize {
            self.0
        }

        fn all<R: Send>(&self, work: impl Fn(usize) -> R + Sync) -> Vec<Option<R>> {
            let work = &work;
            std::thread::scope(|scope| {
                let started: Vec<_> = (0..self.0)
                    .map(|index| scope.spawn(move || work(index)))
                    .collect();
                started
                    .into_iter()
                    .map(|thread| thread.join().ok())
                    .collect()
            })
        }

        fn hand(
            &self,
            before: impl FnOnce() + Send,
            task: impl FnOnce() + Send,
            after: impl FnOnce() + Send,
        ) {
            std::thread::scope(|scope| {
                before();
                scope.spawn(task);
                after();
            });
        }
    }

    /// This machine.
    #[derive(Debug, Clone)]
    pub(crate) struct NativeHost(Instant);

    impl Host for NativeHost {
        fn now_ns(&self) -> u64 {
            u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
        }
        fn wait(&self, us: u32) {
            std::thread::sleep(Duration::from_micros(u64::from(us)));
        }
        fn memory_bytes(&self) -> u64 {
            1 << 20
        }
        fn report(&self, _area: &Area, _urgent: bool) {}
        fn crash(&self) -> ! {
            panic!("a crash")
        }
    }

    /// Runs `body` with a process of `threads` native threads.
    pub(crate) fn with_crew<R>(
        threads: usize,
        body: impl FnOnce(Crew<'_, NativeTeam, NativeHost>) -> R,
    ) -> R {
        let area = Area::new(&vec![0; threads]);
        body(Crew {
            team: &NativeTeam(threads),
            area: &area,
            host: &NativeHost(Instant::now()),
        })
    }
}
