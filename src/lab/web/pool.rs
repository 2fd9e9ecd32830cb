//! A pool of processes: the page hands out tasks, one message each, to whoever
//! has answered the last one.

use super::guest::Guest;
use super::pause;
use super::session::Session;
use crate::experiment::{Ended, Kernel};
use crate::lab::calibrate::quartiles;
use crate::lab::findings::Checks;
use crate::lab::pool::{Pool, Task, Worker};
use crate::lab::routine::speed;
use crate::lab::routine::task::{Answer, Ask};
use crate::lab::trial::Trouble;
use futures_util::StreamExt;
use futures_util::future::{Either, join_all, select};
use futures_util::stream::FuturesUnordered;
use std::rc::Rc;
use wasm_bindgen_futures::JsFuture;

/// What a task computes: what Python would.
const KERNEL: Kernel = Kernel::Bytecode;

/// About what one unit of a task takes, ns, and how many make a task.
const UNIT_NS: f64 = 1e6;
const UNITS: u32 = 10;

/// What becomes of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is done.
    Done,
    /// Half-way through, its process makes an invalid memory access.
    Crash,
    /// After a third of its time, the page kills its process.
    Kill,
}

/// Processes of one thread each, some of which may have ended.
pub(super) struct Workers {
    guests: Vec<Option<Rc<Guest>>>,
    blocks_per_unit: u32,
    /// From asking for the first process until all were ready, ns.
    pub(super) start_ns: u64,
}

/// What came of a list of tasks.
pub(super) struct Ran {
    /// From the first question until all was done, ns.
    pub(super) wall_ns: u64,
    /// Who did what.
    pub(super) pool: Pool,
    /// Units, and whether they were right.
    pub(super) checks: Checks,
    /// What each task took its process, ns.
    pub(super) computing_ns: Vec<f64>,
    /// What it took on top of that from the question to the answer, ns.
    pub(super) hand_over_ns: Vec<f64>,
    /// Who ended: when, ns since the beginning, and how.
    pub(super) ended: Vec<(u64, Worker, Ended)>,
}

/// What came of one task.
enum Came {
    Answer(Answer),
    Crashed,
    Killed,
    Trouble(Trouble),
}

impl Workers {
    /// Starts them side by side, and finds out what work takes.
    pub(super) async fn start(session: &Session, count: u16) -> Result<Self, Trouble> {
        let from = session.now_ns();
        let names: Vec<String> = (1..=count).map(|number| format!("pool {number}")).collect();
        let starts = names.iter().map(|name| session.guest(name, 1));
        let guests: Result<Vec<Guest>, Trouble> = join_all(starts).await.into_iter().collect();
        let start_ns = session.now_ns() - from;
        let guests = guests?;

        let first = guests.first();
        let first = first.ok_or_else(|| Trouble::Unusable("a pool needs workers".to_owned()))?;
        let mut blocks = first.ask(speed::Ask::Block(KERNEL)).await?.block_ns;
        let [_, block_ns, _] = quartiles(&mut blocks);
        let workers = Self {
            // Saturates, and is at least 1.
            blocks_per_unit: (UNIT_NS / block_ns.max(1.0)).round().max(1.0) as u32,
            guests: guests.into_iter().map(Rc::new).map(Some).collect(),
            start_ns,
        };
        // The engine compiles hot code again, better: not while we measure.
        let warm_up = workers.guests.iter().flatten();
        for answer in join_all(warm_up.map(|guest| guest.ask(workers.task()))).await {
            answer?;
        }
        Ok(workers)
    }

    /// Those that have not ended.
    pub(super) fn alive(&self) -> impl Iterator<Item = &Guest> {
        self.guests.iter().flatten().map(Rc::as_ref)
    }

    /// Hands `tasks` to the first `workers` of them and waits until all are
    /// done. `fate` says what becomes of a worker's n-th task, counted from 1.
    pub(super) async fn run(
        &mut self,
        session: &Session,
        workers: u16,
        tasks: Task,
        fate: impl Fn(Worker, usize) -> Fate,
    ) -> Result<Ran, Trouble> {
        let mut ran = Ran {
            wall_ns: 0,
            pool: Pool::new(workers, tasks),
            checks: Checks::default(),
            computing_ns: Vec::new(),
            hand_over_ns: Vec::new(),
            ended: Vec::new(),
        };
        let mut given = vec![0_usize; usize::from(workers)];
        let mut under_way = FuturesUnordered::new();
        let from = session.now_ns();
        loop {
            while let Some((worker, _)) = ran.pool.hand_out() {
                let Some(guest) = self.guests.get(usize::from(worker)).cloned().flatten() else {
                    ran.pool.ended(worker);
                    continue;
                };
                let nth = &mut given[usize::from(worker)];
                *nth += 1;
                let (fate, task, crash) = (fate(worker, *nth), self.task(), self.crash());
                under_way.push(async move {
                    let asked_ns = session.now_ns();
                    let came = give(&guest, fate, task, crash).await;
                    (worker, asked_ns, came)
                });
            }
            let Some((worker, asked_ns, came)) = under_way.next().await else {
                break;
            };
            let now_ns = session.now_ns();
            let how = match came {
                Came::Answer(answer) => {
                    let computing = answer.ended_ns.saturating_sub(answer.began_ns);
                    let round_trip = now_ns - asked_ns;
                    ran.computing_ns.push(computing as f64);
                    ran.hand_over_ns
                        .push(round_trip.saturating_sub(computing) as f64);
                    ran.checks.right += answer.right;
                    ran.checks.wrong += answer.wrong;
                    ran.pool.answered(worker);
                    continue;
                }
                Came::Crashed => Ended::Segfault,
                Came::Killed => Ended::Killed,
                Came::Trouble(trouble) => return Err(trouble),
            };
            // Nothing else holds it: its worker is ended here.
            self.guests[usize::from(worker)] = None;
            ran.pool.ended(worker);
            ran.ended.push((now_ns - from, worker, how));
        }
        ran.wall_ns = session.now_ns() - from;
        if ran.pool.done().len() < tasks as usize {
            return Err(Trouble::Ended(
                "no process is left for the tasks".to_owned(),
            ));
        }
        Ok(ran)
    }

    fn task(&self) -> Ask {
        Ask::Units {
            kernel: KERNEL,
            blocks_per_unit: self.blocks_per_unit,
            units: UNITS,
            telemetry: false,
        }
    }

    /// A task that ends half-way.
    fn crash(&self) -> Ask {
        Ask::Crash {
            kernel: KERNEL,
            blocks: self.blocks_per_unit * UNITS / 2,
        }
    }
}

/// Gives a process a task and waits for what comes of it.
async fn give(guest: &Guest, fate: Fate, task: Ask, crash: Ask) -> Came {
    let done = |answer| match answer {
        Ok(answer) => Came::Answer(answer),
        Err(trouble) => Came::Trouble(trouble),
    };
    match fate {
        Fate::Done => done(guest.ask(task).await),
        Fate::Crash => match guest.ask(crash).await {
            Err(Trouble::Ended(_)) => Came::Crashed,
            answer => done(answer),
        },
        Fate::Kill => {
            let answer = Box::pin(guest.ask(task));
            let due = JsFuture::from(pause((UNIT_NS / 1e6) as u32 * UNITS / 3));
            match select(answer, due).await {
                Either::Left((answer, _)) => done(answer),
                Either::Right(_) => Came::Killed,
            }
        }
    }
}
