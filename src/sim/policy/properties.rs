//! What holds of every policy, whatever the jobs and whatever happens.

use super::drive::{Job, Setting, drive};
use super::{AnyPolicy, Arrival, NOBODY, Policy, Task};
use crate::experiment::scenario::{Level, Ns, OrderBy, PolicySpec, PriorityOrder, SliceTimer, Tie};
use proptest::prelude::*;

const THREADS: u32 = 12;

/// All policies, with small parameters so that much happens.
fn policies() -> Vec<PolicySpec> {
    let rr = |timer| PolicySpec::RoundRobin {
        slice: Ns(3),
        timer,
    };
    let priority = |preemptive, ageing, order| PolicySpec::Priority {
        preemptive,
        ageing,
        order,
    };
    let mlfq = |boost, stay_after_io, io_bump| PolicySpec::Mlfq {
        levels: [(2, 2), (3, 1), (5, 1)]
            .map(|(quantum, allotment)| Level {
                quantum: Ns(quantum),
                allotment,
            })
            .to_vec(),
        boost,
        stay_after_io,
        io_bump,
    };
    vec![
        PolicySpec::Fifo,
        PolicySpec::Sjf,
        PolicySpec::Srtf,
        priority(true, None, PriorityOrder::HighFirst),
        priority(true, Some(Ns(4)), PriorityOrder::LowFirst),
        priority(false, Some(Ns(4)), PriorityOrder::HighFirst),
        PolicySpec::Hrrn,
        rr(SliceTimer::Own),
        rr(SliceTimer::Global),
        mlfq(None, false, false),
        mlfq(Some(Ns(11)), true, false),
        mlfq(Some(Ns(7)), false, true),
        PolicySpec::Lottery {
            quantum: Ns(3),
            draws: vec![5, 1],
        },
        PolicySpec::Stride { quantum: Ns(3) },
        PolicySpec::Edf,
        PolicySpec::Rm,
        PolicySpec::Dm,
        PolicySpec::Llf { quantum: Ns(2) },
    ]
}

fn job() -> impl Strategy<Value = Job> {
    let work = (0u64..20, 1u64..15, 0u64..5, 1u64..6);
    (work, -2i32..3, 1u32..5, 1u64..30).prop_map(|(work, priority, tickets, deadline)| {
        let (arrival, burst, io_every, io_time) = work;
        Job::new(arrival, burst)
            .io(io_every, io_time)
            .priority(priority)
            .tickets(tickets)
            .deadline(arrival + deadline)
            .relative_deadline(deadline)
            .period(deadline + 1)
    })
}

fn setting() -> impl Strategy<Value = Setting> {
    (1u16..4, any::<bool>(), any::<bool>()).prop_map(|(cores, expired_first, by_id)| Setting {
        cores,
        tie: if expired_first {
            Tie::ExpiredFirst
        } else {
            Tie::ArrivalFirst
        },
        equal_keys: if by_id { OrderBy::Id } else { OrderBy::Queue },
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Each job gets its burst, on one core at a time; and a core that could
    /// work does, unless a draw keeps it empty.
    #[test]
    fn work_is_conserved(jobs in prop::collection::vec(job(), 0..8), setting in setting()) {
        for policy in policies() {
            let run = drive(&policy, &jobs, setting);
            for (thread, job) in (0..).zip(&jobs) {
                let mut stretches: Vec<_> = (run.stretches.iter().flatten())
                    .filter(|stretch| stretch.0 == thread)
                    .map(|&(_, from, to)| (from, to))
                    .collect();
                stretches.sort_unstable();
                let ran: u64 = stretches.iter().map(|(from, to)| to - from).sum();
                prop_assert_eq!(ran, job.burst, "{:?}", policy);
                prop_assert!(stretches.is_sorted_by(|one, next| one.1 <= next.0));
                prop_assert_eq!(stretches.last().map(|last| last.1), Some(run.done[thread as usize]));
                prop_assert!(run.first_run[thread as usize] >= job.arrival);
            }
            if !matches!(policy, PolicySpec::Lottery { .. }) {
                prop_assert_eq!(run.wasted, 0, "{:?}", policy);
            }
        }
    }
}

/// Where a thread is, as the test knows it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Place {
    Away,
    Ready,
    Running,
}

/// Does to a policy what an engine may, in any order, and knows who should be
/// where.
struct Model {
    policy: AnyPolicy,
    tasks: Vec<Task>,
    places: Vec<Place>,
    now: u64,
    /// Whether the policy may refuse to hand out a ready thread.
    may_refuse: bool,
}

impl Model {
    fn new(spec: &PolicySpec, setting: Setting) -> Self {
        Self {
            policy: AnyPolicy::new(spec, setting.options()),
            tasks: (0..THREADS).map(|_| Task::default()).collect(),
            places: vec![Place::Away; THREADS as usize],
            now: 0,
            may_refuse: matches!(spec, PolicySpec::Lottery { .. }),
        }
    }

    fn pass(&mut self, time: u64) {
        for _ in 0..time {
            self.now += 1;
            for thread in 0..THREADS {
                if self.places[thread as usize] == Place::Running {
                    let task = &mut self.tasks[thread as usize];
                    task.ran += 1;
                    task.burst_left = task.burst_left.saturating_sub(1);
                    (self.policy).charge(&mut self.tasks, thread, 1, self.now);
                }
            }
            if self.policy.next_timer() == Some(self.now) {
                self.policy.on_timer(&mut self.tasks, self.now);
                assert_ne!(self.policy.next_timer(), Some(self.now));
            }
        }
    }

    fn enqueue(&mut self, thread: u32, why: Arrival) {
        (self.policy).enqueue(&mut self.tasks, thread, why, self.now);
        self.places[thread as usize] = Place::Ready;
    }

    fn pick(&mut self) -> Option<u32> {
        let peeked = self.policy.peek(&mut self.tasks, self.now);
        let picked = self.policy.pick(&mut self.tasks, self.now);
        assert_eq!(peeked, picked);
        if let Some(thread) = picked {
            assert_eq!(self.places[thread as usize], Place::Ready);
            self.places[thread as usize] = Place::Running;
        } else {
            assert!(self.may_refuse || self.count(Place::Ready) == 0);
        }
        picked
    }

    fn count(&self, place: Place) -> usize {
        self.places.iter().filter(|&&other| other == place).count()
    }

    /// One of the things that can be done to `thread` where it is.
    fn step(&mut self, thread: u32, what: u8, number: u64) {
        let index = thread as usize;
        match (self.places[index], what) {
            (_, 0) => {
                self.pick();
            }
            (_, 1) => self.pass(number),
            (Place::Away, _) => {
                let task = &mut self.tasks[index];
                task.burst_left = number;
                task.deadline = self.now + number;
                task.priority = number as i32 - 5;
                task.ready_since = self.now;
                let why = match what {
                    2 | 3 => Arrival::New,
                    4 => Arrival::Woken { io: true },
                    5 => Arrival::Woken { io: false },
                    _ => Arrival::Migrated,
                };
                self.enqueue(thread, why);
            }
            (Place::Ready, _) => {
                self.policy.remove(&mut self.tasks, thread, self.now);
                self.places[index] = Place::Away;
                if what == 2 {
                    self.tasks[index].priority += 1;
                    self.enqueue(thread, Arrival::Reprioritised);
                }
            }
            (Place::Running, 2) => self.enqueue(thread, Arrival::Yielded),
            (Place::Running, 3 | 4) => {
                let _ = self.policy.slice(&self.tasks, thread, self.now);
                if self.policy.expire(&mut self.tasks, thread, self.now) {
                    self.enqueue(thread, Arrival::Expired);
                }
            }
            (Place::Running, 5) => {
                let ready = self.policy.peek(&mut self.tasks, self.now);
                if let Some(ready) = ready
                    && (self.policy).preempts(&self.tasks, ready, thread, self.now)
                {
                    assert!(!(self.policy).preempts(&self.tasks, thread, ready, self.now));
                    self.enqueue(thread, Arrival::Preempted);
                    assert_eq!(self.pick(), Some(ready), "the better one runs");
                }
            }
            (Place::Running, 6) => self.enqueue(thread, Arrival::Preempted),
            (Place::Running, _) => {
                self.policy.block(&mut self.tasks, thread, self.now);
                self.places[index] = Place::Away;
            }
        }
        assert_eq!(self.policy.len(), self.count(Place::Ready));
    }

    /// In the end everyone comes out, once.
    fn drain(&mut self) {
        for thread in 0..THREADS {
            if self.places[thread as usize] == Place::Running {
                self.policy.block(&mut self.tasks, thread, self.now);
                self.places[thread as usize] = Place::Away;
            }
        }
        while self.count(Place::Ready) > 0 {
            if let Some(thread) = self.pick() {
                self.policy.block(&mut self.tasks, thread, self.now);
                self.places[thread as usize] = Place::Away;
            } else {
                let next = self.policy.next_timer().expect("someone is ready");
                self.pass(next - self.now);
            }
        }
        assert_eq!(self.policy.len(), 0);
        assert_eq!(self.pick(), None);
        for task in &self.tasks {
            assert_eq!((task.slot, task.queued), (NOBODY, false));
            assert_eq!((task.prev, task.next), (NOBODY, NOBODY));
        }
    }
}

proptest! {
    /// Nobody is lost or doubled by any sequence of operations, `len` is
    /// right, and `peek` tells what `pick` does.
    #[test]
    fn nobody_is_lost(
        steps in prop::collection::vec((0..THREADS, 0u8..8, 1u64..10), 0..120),
        setting in setting(),
    ) {
        for policy in policies() {
            let mut model = Model::new(&policy, setting);
            for &(thread, what, number) in &steps {
                model.step(thread, what, number);
            }
            model.drain();
        }
    }
}
