//! Every claim's verdict, as people read it; and what turns it round.

#![cfg(not(target_arch = "wasm32"))]

#[path = "common/decisive.rs"]
mod decisive;

use decisive::DECISIVE;
use expect_test::expect;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use timeslice::claims::{self, Arm, Claim, Verdict};
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, run};

fn verdict(claim: &Claim, arms: &[Arm]) -> Verdict {
    claim
        .verdict_on(arms)
        .unwrap_or_else(|errors| panic!("{}: {errors:?}", claim.id))
}

#[test]
fn every_claim_of_the_table_is_there_once() {
    let ids: Vec<&str> = claims::all().map(|claim| claim.id).collect();
    expect!["P1 P2 P3 P4 P5 P6 P7 P8 P9 T1 T2 T3 T4 T5 T6 T7 T8 T9 G1 G2 W1 W2 W3 W4 W5 M1 X1 X2 X3 X4 X5 X6 X7 X8 X9 X10"]
        .assert_eq(&ids.join(" "));
    for id in ids {
        assert_eq!(claims::find(id).map(|claim| claim.id), Some(id));
    }
}

#[test]
fn every_claim_holds_and_reads_well() {
    let mut text = String::new();
    for claim in claims::all() {
        let verdict = verdict(claim, &claim.arms());
        assert!(verdict.holds, "{}: {}", claim.id, verdict.text);
        assert!(!verdict.figures.is_empty(), "{}", claim.id);
        for figure in &verdict.figures {
            assert!(figure.value.is_finite(), "{}: {}", claim.id, figure.label);
        }
        writeln!(text, "{} {}", claim.id, claim.sentence).expect("a text can be written");
        writeln!(text, "   {}", verdict.text).expect("a text can be written");
    }
    expect![[r#"
        P1 Processes have separate memory.
           Holds: x is 42 in the process that wrote it and 1 in its parent, for the write copied 4 KiB; the threads share one x, 42.
        P2 Processes run concurrently and independently.
           Holds: in the same time as one, 2 processes do 1.97 times as much and 4 processes do 3.84 times as much.
        P3 One process failing leaves the others alone.
           Holds: 1 process failed and 30 units of work are lost; 3 others finished, no later than without the failure.
        P4 A process can be interrupted and killed.
           Holds: killed after 45.7 ms, the process ended at once, where it would have run until 105 ms; the others ended no later than without that.
        P5 Each process has a GIL of its own, so processes run Python in parallel.
           Holds: 4 processes finish 3.77 times as fast as one, with up to 4 GILs held at once; as many threads 0.99 times as fast.
        P6 Processes are heavyweight.
           Holds: one more process takes 21.0 MiB, 1345 times as much as one more thread (16 KiB).
        P7 Processes are slow to create.
           Holds: a thread begins after 120 µs, a process after 5.30 ms by fork (29.3 ms with 400 MiB touched), 54.0 ms by forkserver, 150 ms by spawn.
        P8 Communication between processes is complex and slower.
           Holds: 64 B there and back take 272 µs between processes and 106 µs between threads; 64 KiB there and back take 597 µs between processes and 106 µs between threads; 8 MiB there and back take 41.9 ms between processes and 106 µs between threads.
        P9 More processes use more resources.
           Holds: from 1 process to 8 processes, memory goes from 13.0 MiB to 104 MiB, switches from 0 to 62 and time with a cold cache from 1.00 ms to 64.1 ms; 8 threads take 13.1 MiB.
        T1 Threads are light.
           Holds: one more thread takes 16 KiB, the process 21.0 MiB.
        T2 Threads are fast to create.
           Holds: 40 threads are at work after 4.68 ms, 117 µs each; 40 processes take 115 ms, 2.86 ms each.
        T3 Communication between threads is fast and easy.
           Holds: there and back, 64 B take 106 µs and 8 MiB 106 µs; between processes 8 MiB take 41.9 ms.
        T4 Threads are good for I/O-bound work.
           Holds: 40 waits take 802 ms one after the other and 24.8 ms in 40 threads, 32.3 times as fast.
        T5 Threads share one heap, so they can overwrite each other's changes.
           Holds: of 1000 updates 400 were lost without a lock and 0 with one, which took 140 ms instead of 101 ms.
        T6 One thread crashing takes its whole process with it.
           Holds: one thread crashed after 46.2 ms and took 3 siblings with it; 45 units of work are lost, and 1 other process finished.
        T7 There is one GIL per process, so its threads do not run Python in parallel.
           Holds: on 4 cores 2 threads run 0.99 times as fast as one and 4 threads 0.99 times; without a GIL 3.98 times.
        T8 Threads do not suit CPU-bound work (under a GIL).
           Holds: 1 thread takes 400 ms; 2, 4, 8 threads take up to 1.01 times that, and 1.19 times with a short switch interval; 4 processes take 114 ms.
        T9 A thread cannot be killed alone; a dead one leaks and can deadlock the rest.
           Holds: 1 request to kill a thread was refused; the death of one deadlocked 2 others and leaked 4 MiB; ending its process freed all, and another did the work.
        G1 The GIL is a mutex: one thread runs bytecode at a time.
           Holds: 4 threads took a GIL 57 times, with never more than 1 at the same instant.
        G2 The GIL is needed because reference counts are not thread-safe.
           Holds: in the runs without a lock freed memory was used once, 1 MiB leaked and the count was 80 off; with a GIL 0 of 3 runs went wrong; with atomic counts it was 0 off.
        W1 A way round: a pool of processes for CPU-bound work.
           Holds: 32 tasks take 800 ms one after the other and 218 ms in a pool of 4, 3.67 times as fast.
        W2 A way round: asyncio for I/O-bound work.
           Holds: 40 waits take 802 ms one after the other and 20.3 ms in an event loop of 1 thread, 39.5 times as fast.
        W3 A way round: processes instead of threads.
           Holds: 4 threads finish 0.99 times as fast as one, 4 processes 3.52 times.
        W4 A way round: threads for I/O-bound work.
           Holds: 40 waits take 802 ms one after the other, 24.8 ms in as many threads, 102 ms in a pool of 8 and 20.3 ms in an event loop.
        W5 A way round: a Python without a GIL.
           Holds: compared with one thread under a GIL, 4 threads are 0.99 times as fast under it, 3.70 times without it, and 1.19 times if they share hot objects.
        M1 Multiprocessing: several processes on several cores, with what speaks for processes and against them.
           Holds: a pool of 4 is 3.58 times as fast, and a kill costs 1 of 32 tasks; but it takes 65.1 MiB, 5.00 times as much memory, yields its first result 17.9 ms later and burns 55.3 ms more CPU time.
        X1 Interpreters with a GIL each run in parallel inside one process.
           Holds: 4 threads take 405 ms with one GIL and 101 ms with a GIL each, 4.03 times as fast, in 13.1 MiB and 13.1 MiB.
        X2 The convoy effect: one thread that computes makes one that answers requests wait.
           Holds: a request takes 1.08 ms alone, 6.20 ms beside a thread that computes, and 1.70 ms with a short switch interval.
        X3 Priority inversion: a middling thread delays an urgent one, unless priority is inherited.
           Holds: the urgent thread is done after 60.5 ms without inheritance and 10.5 ms with it.
        X4 A deadlock is a circle of waiting; an order of locks prevents it.
           Holds: after 2.00 ms each of these waits for the next: philosopher E, philosopher A, philosopher B, philosopher C, philosopher D, philosopher E; with forks in order 5 philosophers finish.
        X5 A worker that dies breaks a ProcessPoolExecutor; multiprocessing.Pool replaces it and loses its task.
           Holds: in the executor 6 tasks were done and 7 failed; in the other pool 12 tasks were done and 1 lost, after 1 restart.
        X6 A supervisor restarts what failed, and gives up on what keeps failing.
           Holds: the process that crashed once completed after 1 restart, with 25 units of work done twice; not supervised, it crashed with an invalid memory access; the one that always crashes was given up after 3 restarts.
        X7 A thread that stays on its core keeps its cache warm.
           Holds: free threads move 60 times and run 228 ms with a cold cache, pinned ones 0 times and 16.5 ms, 1.25 times as fast.
        X8 First come, first served makes short jobs wait behind a long one.
           Holds: the mean turnaround is 112 ms under FIFO, 45.8 ms under round robin and 33.3 ms under SRTF.
        X9 Under CFS a step of nice is worth about 1.25 times the CPU time.
           Holds: the threads get 69.7 %, 22.8 %, 7.5 % of the core; 5 steps of nice are worth 3.06 times and 3.05 times.
        X10 EDF meets every deadline up to a full core; rate monotonic does not.
           Holds: with 97 % of the core in use, 0 of 122 jobs were late under EDF and 10 of 122 under RM.
    "#]].assert_eq(&text);
}

#[test]
fn every_scenario_is_short_named_and_can_be_a_file() {
    let mut names = BTreeSet::new();
    let mut events = 0;
    for (name, scenario) in claims::all_scenarios() {
        let json = serde_json::to_string(&scenario).expect("it can be written");
        let Ok(Document::Scenario(again)) = read(&json) else {
            panic!("{name}: it can be read again");
        };
        assert_eq!(*again, scenario, "{name}");
        let run = run(&scenario, Limits::default()).expect("it is valid");
        assert!(!run.cut || scenario.until.is_some(), "{name}");
        events += run.events;
        assert!(names.insert(name.clone()), "{name} twice");
    }
    assert!(names.len() >= 100, "{}", names.len());
    assert!(events < 300_000, "{events} events in all");
}

#[test]
fn the_wrong_number_of_runs_is_no_proof() {
    for claim in claims::all() {
        assert!(!claim.judge(&[]).holds, "{}", claim.id);
    }
}

#[test]
fn every_verdict_turns_when_what_decides_it_is_changed() {
    let mut text = String::new();
    for claim in claims::all() {
        let mut turned = 0;
        for (_, why, change) in DECISIVE.iter().filter(|(id, ..)| *id == claim.id) {
            let mut arms = claim.arms();
            change(&mut arms);
            let verdict = verdict(claim, &arms);
            assert!(!verdict.holds, "{}, {why}: {}", claim.id, verdict.text);
            let facts = verdict.text.strip_prefix("Does not hold here: ");
            let facts = facts.expect("that is how it begins");
            writeln!(text, "{} {why}: {facts}", claim.id).expect("a text can be written");
            turned += 1;
        }
        assert!(turned > 0, "nothing turns {}", claim.id);
    }
    expect![[r#"
        P1 the object is in shared memory: x is 42 in the process that wrote it and 42 in its parent; the threads share one x, 42.
        P2 one core: in the same time as one, 2 processes do 1.00 times as much and 4 processes do 1.00 times as much.
        P3 no failure: no process failed and 0 units of work are lost; 4 others finished, no later than without the failure.
        P3 they are threads of one process: 1 process failed and 45 units of work are lost; no other finished, no later than without the failure.
        P3 the others wait for a message of the one that fails: 2 processes failed and 30 units of work are lost; 2 others finished, no later than without the failure.
        P4 nobody is killed: no process was killed.
        P5 one core: 4 processes finish 0.98 times as fast as one, with up to 4 GILs held at once; as many threads 1.00 times as fast.
        P5 no GIL: 4 processes finish 3.77 times as fast as one, with up to no GIL held at once; as many threads 4.02 times as fast.
        P6 a process is as light as a thread: one more process takes 16 KiB, 1.00 times as much as one more thread (16 KiB).
        P7 starting costs nothing: a thread begins after no time, a process after no time by fork (no time with 400 MiB touched), no time by forkserver, no time by spawn.
        P7 a thread costs as much as a fork: a thread begins after 5.30 ms, a process after 5.30 ms by fork (29.3 ms with 400 MiB touched), 54.0 ms by forkserver, 150 ms by spawn.
        P8 packing and copying cost nothing: 64 B there and back take 106 µs between processes and 106 µs between threads; 64 KiB there and back take 106 µs between processes and 106 µs between threads; 8 MiB there and back take 106 µs between processes and 106 µs between threads.
        P9 processes weigh nothing: from 1 process to 8 processes, memory goes from 0 B to 0 B, switches from 0 to 62 and time with a cold cache from 1.00 ms to 64.1 ms; 8 threads take 0 B.
        P9 a core for each: from 1 process to 8 processes, memory goes from 13.0 MiB to 104 MiB, switches from 0 to 0 and time with a cold cache from 1.00 ms to 8.01 ms; 8 threads take 13.1 MiB.
        T1 a thread has a heap of its own: one more thread takes 13 MiB, the process 34 MiB.
        T2 starting a thread takes 2 ms: 40 threads are at work after 80.0 ms, 2.00 ms each; 40 processes take 115 ms, 2.86 ms each.
        T3 messages are packed: there and back, 64 B take 272 µs and 8 MiB 41.9 ms; between processes 8 MiB take 41.9 ms.
        T4 computing instead of waiting: 40 waits take 800 ms one after the other and 810 ms in 40 threads, 0.99 times as fast.
        T5 a lock: of 1000 updates 0 were lost without a lock and 0 with one, which took 140 ms instead of 140 ms.
        T5 no poll point between load and store: of 1000 updates 0 were lost without a lock and 0 with one, which took 20.0 ms instead of 20.0 ms.
        T6 an exception instead: no thread crashed its process.
        T7 no GIL: on 4 cores 2 threads run 2.00 times as fast as one and 4 threads 3.98 times; without a GIL 3.98 times.
        T7 one core: on 1 core 2 threads run 0.99 times as fast as one and 4 threads 0.99 times; without a GIL 1.00 times.
        T8 no GIL: 1 thread takes 400 ms; 2, 4, 8 threads take up to 0.50 times that, and 0.25 times with a short switch interval; 4 processes take 114 ms.
        T8 the work is done in C without the GIL: 1 thread takes 400 ms; 2, 4, 8 threads take up to 0.50 times that, and 0.25 times with a short switch interval; 4 processes take 114 ms.
        T9 the thread does not die: 1 request to kill a thread was refused; the death of one deadlocked no other and leaked 0 B; no process had to be ended for the work to be done.
        T9 it dies without the lock: 1 request to kill a thread was refused; the death of one deadlocked no other and leaked 0 B; no process had to be ended for the work to be done.
        T9 nobody asks for a kill: no request to kill a thread was refused; the death of one deadlocked 2 others and leaked 4 MiB; ending its process freed all, and another did the work.
        G1 a GIL for each of two interpreters: 4 threads took a GIL 49 times, with never more than 2 at the same instant.
        G1 no GIL: no thread took a GIL 0 times, with never more than 0 at the same instant.
        G2 no lock where there was one: in the runs without a lock freed memory was used once, 1 MiB leaked and the count was 80 off; with a GIL 3 of 3 runs went wrong; with atomic counts it was 80 off.
        G2 a GIL from the start: in the runs without a lock no freed memory was used, 0 B leaked and the count was 0 off; with a GIL 0 of 3 runs went wrong; with atomic counts it was 0 off.
        G2 atomic counts from the start: in the runs without a lock no freed memory was used, 0 B leaked and the count was 0 off; with a GIL 0 of 3 runs went wrong; with atomic counts it was 0 off.
        W1 a pool of threads: 32 tasks take 800 ms one after the other and 821 ms in a pool of 4, 0.97 times as fast.
        W1 one core: 32 tasks take 800 ms one after the other and 833 ms in a pool of 4, 0.96 times as fast.
        W2 a wait that blocks the loop: 40 waits take 802 ms one after the other and 803 ms in an event loop of 1 thread, 1.00 times as fast.
        W2 computing instead of waiting: 40 waits take 800 ms one after the other and 800 ms in an event loop of 1 thread, 1.00 times as fast.
        W3 one core: 4 threads finish 0.99 times as fast as one, 4 processes 0.95 times.
        W3 no GIL: 4 threads finish 3.98 times as fast as one, 4 processes 3.52 times.
        W4 computing instead of waiting: 40 waits take 800 ms one after the other, 810 ms in as many threads, 811 ms in a pool of 8 and 800 ms in an event loop.
        W5 hot objects: compared with one thread under a GIL, 4 threads are 0.99 times as fast under it, 1.19 times without it, and 1.19 times if they share hot objects.
        W5 one core: compared with one thread under a GIL, 4 threads are 0.99 times as fast under it, 0.93 times without it, and 0.30 times if they share hot objects.
        M1 a pool of threads: a pool of 4 is 0.97 times as fast, and a kill costs 1 of 32 tasks; but it takes 13.1 MiB, 1.00 times as much memory, yields its first result 47.1 ms later and burns 11.8 ms more CPU time.
        M1 an executor, which the kill breaks: a pool of 4 is 3.58 times as fast, and a kill costs 20 of 32 tasks; but it takes 65.1 MiB, 5.00 times as much memory, yields its first result 17.9 ms later and burns 55.3 ms more CPU time.
        M1 processes without costs: a pool of 4 is 3.91 times as fast, and a kill costs 1 of 32 tasks; but it takes 0 B, 1.00 times as much memory, yields its first result 1.06 ms later and burns 11.3 ms more CPU time.
        X1 all in one interpreter: 4 threads take 405 ms with one GIL and 405 ms with a GIL each, 1.00 times as fast, in 13.1 MiB and 13.1 MiB.
        X2 no GIL: a request takes 1.08 ms alone, 1.08 ms beside a thread that computes, and 1.08 ms with a short switch interval.
        X2 the usual interval: a request takes 1.08 ms alone, 6.20 ms beside a thread that computes, and 6.20 ms with a short switch interval.
        X3 inheritance in both: the urgent thread is done after 10.5 ms without inheritance and 10.5 ms with it.
        X3 nobody in the middle: the urgent thread is done after 10.5 ms without inheritance and 10.5 ms with it.
        X4 forks in order in both: no circle of waiting closed; with forks in order 5 philosophers finish.
        X5 an exception instead: in the executor 12 tasks were done and 1 failed; in the other pool 12 tasks were done and 0 lost, after no restart.
        X6 no restart allowed: the process that crashed once crashed with an invalid memory access after no restart, with 0 units of work done twice; not supervised, it crashed with an invalid memory access; the one that always crashes was given up after no restart.
        X7 no caches: free threads move 0 times and run 801 ms with a cold cache, pinned ones 0 times and 801 ms, 1.00 times as fast.
        X8 the long job comes last: the mean turnaround is 29.2 ms under FIFO, 35.8 ms under round robin and 29.2 ms under SRTF.
        X9 all equally nice: the threads get 33.3 %, 33.3 %, 33.3 % of the core; 5 steps of nice are worth 1.00 times and 1.00 times.
        X9 round robin: the threads get 33.3 %, 33.3 %, 33.3 % of the core; 5 steps of nice are worth 1.00 times and 1.00 times.
        X10 less to do: with 69 % of the core in use, 0 of 122 jobs were late under EDF and 0 of 122 under RM.
        X10 more to do than there is time: with 100 % of the core in use, 112 of 122 jobs were late under EDF and 49 of 122 under RM.
    "#]].assert_eq(&text);
}
