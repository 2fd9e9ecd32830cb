//! Corners in which two mechanisms meet: each case is a scenario and what comes
//! of it, worked out by hand.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use std::fmt::Write;
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, run};

include!("common/scenarios.rs");

/// When each thread ended and how, in µs, then what failed.
fn check(file: &str, expect: Expect) {
    let run = run_file(file);
    let mut out = String::new();
    for thread in &run.threads {
        let end = thread
            .ended_ns
            .map_or("-".to_owned(), |ns| (ns as f64 / 1e3).to_string());
        writeln!(out, "{} {end} {}", thread.name, thread.ended.phrase()).unwrap();
    }
    for failure in &run.outcome.failures {
        writeln!(
            out,
            "{}: {} {}",
            failure.at_ns / 1_000,
            failure.who.name(),
            failure.how.phrase()
        )
        .unwrap();
    }
    let metrics = &run.metrics;
    let memory: Vec<u64> = run.processes.iter().map(|p| p.memory_bytes >> 20).collect();
    writeln!(
        out,
        "lost {} steals {} MiB {memory:?}",
        metrics.lost_updates, metrics.steals
    )
    .unwrap();
    expect.assert_eq(&out);
}

#[test]
fn an_exception_in_an_event_loop_in_a_pool_s_task_fails_the_task_not_the_worker() {
    check(
        r#"{"name":"a7","machine":{"cores":2},"pools":[{"name":"q","kind":"threads","workers":1}],"processes":[{"name":"p","threads":[ {"name":"m","program":[{"submit":{"pool":"q","task":[{"run-loop":[[{"await":"1 ms"},"exit"]]}]}},{"gather":"q"},"unit"]}]}]}"#,
        expect![[r#"
            p m 1000 completed
            p q-1 1000 was cut off at the end of its interpreter
            lost 0 steals 0 MiB [0]
        "#]],
    );
}

#[test]
fn a_forced_switch_is_over_when_nobody_is_left_who_asked_for_it() {
    check(
        r#"{"name":"a4","machine":{"cores":2},"until":"1 s","objects":[{"name":"x"}],"processes":[{"name":"p","gil":{"kind":"switch-interval"},"threads":[ {"name":"t1","program":[{"compute":"20 ms"},"unit"]}, {"name":"t2","program":[{"load":"x"}]}]}], "faults":[{"kind":"exception","process":"p","thread":"t2","when":{"at":"3 ms"}}]}"#,
        expect![[r#"
            p t1 20000 completed
            p t2 5000 ended by an exception
            5000: thread 2 of process 1 ended by an exception
            lost 0 steals 0 MiB [0]
        "#]],
    );
}

#[test]
fn and_when_the_one_who_asked_is_cut_off() {
    check(
        r#"{"name":"c1","machine":{"cores":2},"until":"200 ms","costs":"cpython-linux","processes":[{"name":"p","gil":{"kind":"switch-interval"},"threads":[ {"name":"t1","program":[{"compute":"20 ms"},"unit"]}, {"name":"t2","arrival":"1 ms","program":[{"compute":"1 ms"}],"periodic":{"period":"100 ms","deadline":"3000 us","abort-on-miss":true}}]}]}"#,
        expect![[r#"
            p t1 20001.5 completed
            p t2 - was stopped
            lost 0 steals 0 MiB [13]
        "#]],
    );
}

#[test]
fn native_code_lets_go_of_the_gil() {
    check(
        r#"{"name":"a2","machine":{"cores":2},"processes":[{"name":"p","gil":{"kind":"switch-interval"},"threads":[ {"name":"t1","program":[{"compute":"1 ms"},{"native":"50 ms"}]}, {"name":"t2","program":[{"compute":"10 ms"}]}]}]}"#,
        expect![[r#"
            p t1 51000 completed
            p t2 11000 completed
            lost 0 steals 0 MiB [0]
        "#]],
    );
}

#[test]
fn inheritance_where_small_numbers_are_urgent() {
    check(
        r#"{"name":"a1","machine":{"cores":1,"policy":{"kind":"priority","order":"low-first"}},"until":"1 s", "processes":[{"name":"p","threads":[ {"name":"low","sched":{"priority":30},"program":[{"lock":"L"},{"compute":"10 ms"},{"unlock":"L"}]}, {"name":"mid","arrival":"2 ms","sched":{"priority":20},"program":[{"compute":"50 ms"}]}, {"name":"high","arrival":"1 ms","sched":{"priority":10},"program":[{"lock":"L"},{"compute":"1 ms"},{"unlock":"L"}]}]}], "locks":[{"name":"L","protocol":"inherit","order":"priority"}]}"#,
        expect![[r#"
            p low 10000 completed
            p mid 61000 completed
            p high 11000 completed
            lost 0 steals 0 MiB [0]
        "#]],
    );
}

#[test]
fn joining_a_process_that_will_begin_anew_waits_for_its_last_end() {
    check(
        r#"{"name":"a8","machine":{"cores":2},"until":"100 ms","processes":[ {"name":"s","supervision":{"max-restarts":1,"back-off":"10 ms"},"threads":[{"name":"m","program":[{"compute":"5 ms"},"segfault"]}]}, {"name":"j1","threads":[{"name":"m","program":[{"join-process":"s"},"unit"]}]}, {"name":"j2","threads":[{"name":"m","program":[{"sleep":"7 ms"},{"join-process":"s"},"unit"]}]}]}"#,
        expect![[r#"
            s m 20000 crashed with an invalid memory access
            j1 m 20000 completed
            j2 m 20000 completed
            5000: thread 1 of process 1 crashed with an invalid memory access
            5000: process 1 crashed with an invalid memory access
            20000: thread 1 of process 1 crashed with an invalid memory access
            20000: process 1 crashed with an invalid memory access
            lost 0 steals 0 MiB [0, 0, 0]
        "#]],
    );
}

#[test]
fn a_crash_leaves_no_deadlock_behind() {
    check(
        r#"{"name":"b2","machine":{"cores":2},"locks":[{"name":"L"}],"processes":[{"name":"p","threads":[ {"name":"a","program":[{"lock":"L"},{"compute":"5 ms"},"segfault"]}, {"name":"b","arrival":"1 ms","program":[{"lock":"L"},"unit"]}]}]}"#,
        expect![[r#"
            p a 5000 crashed with an invalid memory access
            p b 5000 was taken down
            5000: thread 1 of process 1 crashed with an invalid memory access
            5000: process 1 crashed with an invalid memory access
            5000: thread 2 of process 1 was taken down
            lost 0 steals 0 MiB [0]
        "#]],
    );
}

#[test]
fn a_fork_does_not_count_what_it_shares_nor_what_its_parent_lost() {
    check(
        r#"{"name":"a5","machine":{"cores":1},"objects":[{"name":"x"},{"name":"big"}],"processes":[ {"name":"p","threads":[{"name":"m","program":[{"alloc":{"object":"big","bytes":104857600}},{"load":"x"},{"start-thread":"w"},{"join-thread":"w"},{"add":1},{"store":"x"},{"start-process":"c"},{"join-process":"c"}]},{"name":"w","program":[{"load":"x"},{"add":1},{"store":"x"}]}]}, {"name":"c","threads":[{"name":"m","program":[{"touch":"big"}]}]}]}"#,
        expect![[r#"
            p m 0 completed
            p w 0 completed
            c m 0 completed
            lost 1 steals 0 MiB [100, 100]
        "#]],
    );
}

#[test]
fn two_locks_waited_for_in_vain() {
    check(
        r#"{"name":"a6","machine":{"cores":2},"locks":[{"name":"A"},{"name":"B"}],"processes":[{"name":"p","threads":[ {"name":"h","program":[{"lock":"A"},{"lock":"B"},{"compute":"50 ms"},{"unlock":"B"},{"unlock":"A"}]}, {"name":"t","arrival":"1 ms","program":[{"lock-for":{"lock":"A","time":"1 ms"}},{"lock-for":{"lock":"B","time":"1 ms"}},{"unlock":"B"},{"unlock":"A"},"unit"]}]}]}"#,
        expect![[r#"
            p h 50000 completed
            p t 3000 completed
            lost 0 steals 0 MiB [0]
        "#]],
    );
}

#[test]
fn who_ran_long_ago_is_cold() {
    check(
        r#"{"name":"b5","machine":{"cores":2,"policy":{"kind":"fifo"},"queues":{"kind":"per-core","hot":"20 ms"}},"processes":[{"name":"p","threads":[ {"name":"A","affinity":[0],"arrival":"2 ms","program":[{"compute":"90 ms"}]}, {"name":"B","affinity":[1],"arrival":"2 ms","program":[{"compute":"53 ms"}]}, {"name":"S","program":[{"compute":"1 ms"},{"sleep":"50 ms"},{"compute":"5 ms"}]}]}]}"#,
        expect![[r#"
            p A 92000 completed
            p B 55000 completed
            p S 60000 completed
            lost 0 steals 1 MiB [0]
        "#]],
    );
}
