//! Trials of pools of processes.

use crate::experiment::{Experiment, Failure, Subject};
use crate::lab::findings::{Findings, Unit};
use crate::lab::pool::Worker;
use crate::lab::routine::heap;
use crate::lab::trial::Trouble;
use crate::lab::web::pool::{Fate, Ran, Workers};
use crate::lab::web::session::Session;

/// How many tasks there are, of about 10 ms each.
const TASKS: u32 = 16;

/// One process and the pool take turns so often. The best of each counts: what
/// else the machine does can only slow them down, and rarely all the time.
const ROUNDS: u32 = 10;

/// Processes of the pool of which two are lost.
const LOSING: u16 = 4;

/// Tries one claim of this family.
pub(super) async fn run(
    claim: &str,
    session: &Session,
    found: &mut Findings,
) -> Result<(), Trouble> {
    match claim {
        "W1" => way_round(session, found).await,
        "M1" => multiprocessing(session, found).await,
        _ => Err(Trouble::Unavailable(format!("{claim} is not of pools"))),
    }
}

/// W1: the same tasks, done by one process and by a pool of as many as there
/// are cores; and beside it threads under a GIL.
async fn way_round(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    let cores = u16::try_from(session.environment().cores).unwrap_or(u16::MAX);
    let processes = cores.clamp(2, 4);
    session.plan(2 * ROUNDS + 2);
    session.step(format!("Starting {processes} processes"));
    let mut workers = Workers::start(session, processes).await?;
    compare(session, found, &mut workers, processes).await?;
    drop(workers);

    match session.needs_threads() {
        Ok(()) => {
            session.step(format!("{processes} threads under a GIL"));
            let experiment = Experiment {
                processes: 1,
                threads: processes,
                gil: true,
                units: 300,
                ..Experiment::default()
            };
            found
                .runs
                .push(session.run("threads under a GIL", experiment).await?);
        }
        Err(why) => found
            .notes
            .push(format!("Threads under a GIL are not beside it. {why}")),
    }
    Ok(())
}

/// M1: a pool's speed, what it survives, and what it takes.
async fn multiprocessing(session: &Session, found: &mut Findings) -> Result<(), Trouble> {
    session.plan(2 * ROUNDS + 3);
    session.step(format!("Starting {LOSING} processes"));
    let mut workers = Workers::start(session, LOSING).await?;
    found.add("start", Unit::Ns, &[workers.start_ns as f64]);
    compare(session, found, &mut workers, LOSING).await?;

    session.step("Adding up their memory");
    let mut bytes = 0;
    for (index, guest) in workers.alive().enumerate() {
        bytes += guest.ask(heap::Ask::Load).await?.memory_bytes;
        let name = format!("memory, {}", count(index + 1));
        found.add(name, Unit::Bytes, &[bytes as f64]);
    }

    session.step("One process crashes, another is killed");
    let ran = workers.run(session, LOSING, TASKS, lose_two).await?;
    count_checks(found, &ran);
    let number = |n: usize| [n as f64];
    found.add("wall, two lost", Unit::Ns, &[ran.wall_ns as f64]);
    found.add("tasks done", Unit::Count, &number(ran.pool.done().len()));
    found.add("tasks lost", Unit::Count, &number(ran.pool.lost().len()));
    found.add("done again", Unit::Count, &number(ran.pool.done_again()));
    found.add("survivors", Unit::Count, &number(workers.alive().count()));
    for &(at_ns, worker, how) in &ran.ended {
        found.failures.push(Failure {
            at_ns,
            who: Subject::Process(worker),
            how,
            cause: None,
            medium: None,
            fault: None,
        });
    }
    for &(task, worker) in ran.pool.lost() {
        let mut done = ran.pool.done().iter();
        if let Some(&(_, by)) = done.find(|&&(done, _)| done == task) {
            found.notes.push(format!(
                "Task {} was lost with process {} and done again by process {}.",
                task + 1,
                worker + 1,
                by + 1
            ));
        }
    }
    Ok(())
}

/// The second process's second task makes it crash, and the third is killed
/// during its second.
fn lose_two(worker: Worker, nth: usize) -> Fate {
    match (worker, nth) {
        (1, 2) => Fate::Crash,
        (2, 2) => Fate::Kill,
        _ => Fate::Done,
    }
}

/// Gives the tasks to one process and to all of them, in turns.
async fn compare(
    session: &Session,
    found: &mut Findings,
    workers: &mut Workers,
    processes: u16,
) -> Result<(), Trouble> {
    let (mut ones, mut pools, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let (mut computing, mut hand_over) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        session.step("One process does all tasks");
        let one = workers.run(session, 1, TASKS, |_, _| Fate::Done).await?;
        session.step(format!("A pool of {processes} does them"));
        let pool = workers
            .run(session, processes, TASKS, |_, _| Fate::Done)
            .await?;
        count_checks(found, &one);
        count_checks(found, &pool);
        ones.push(one.wall_ns as f64);
        pools.push(pool.wall_ns as f64);
        ratios.push(one.wall_ns as f64 / pool.wall_ns.max(1) as f64);
        // Of one process alone: nothing else is in its way.
        computing.extend(one.computing_ns);
        hand_over.extend(one.hand_over_ns);
    }
    found.add("tasks", Unit::Count, &[f64::from(TASKS)]);
    found.add("processes", Unit::Count, &[f64::from(processes)]);
    found.add("wall, one process", Unit::Ns, &ones);
    found.add("wall, pool", Unit::Ns, &pools);
    found.add("speed-up, each round", Unit::Times, &ratios);
    found.add("task", Unit::Ns, &computing);
    found.add("hand-over", Unit::Ns, &hand_over);
    found.notes.push(
        "The processes were started before; their start is in no time here, neither measured \
         nor predicted."
            .to_owned(),
    );
    Ok(())
}

fn count_checks(found: &mut Findings, ran: &Ran) {
    found.checks.right += ran.checks.right;
    found.checks.wrong += ran.checks.wrong;
}

fn count(processes: usize) -> String {
    match processes {
        1 => "1 process".to_owned(),
        n => format!("{n} processes"),
    }
}
