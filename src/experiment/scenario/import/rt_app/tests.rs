use super::read;
use expect_test::{Expect, expect};

/// The threads of a task set and all they name, or what is wrong with it.
fn check(text: &str, expect: Expect) {
    let said = match read(text, 4) {
        Err(error) => error.to_string(),
        Ok(scenario) => {
            assert_eq!(scenario.validate(), Ok(()), "{text}");
            let json = |value: serde_json::Result<String>| value.expect("it can be written");
            let mut said = String::new();
            for thread in &scenario.processes[0].threads {
                said += &format!(
                    "{} x{} at {}: {}\n  {}\n",
                    thread.name,
                    thread.count,
                    thread.arrival,
                    json(serde_json::to_string(&thread.program)),
                    json(serde_json::to_string(&(
                        thread.sched,
                        thread.periodic,
                        &thread.affinity
                    ))),
                );
            }
            for lock in &scenario.locks {
                said += &format!("lock {} {:?}\n", lock.name, lock.protocol);
            }
            for barrier in &scenario.barriers {
                said += &format!("barrier {} for {}\n", barrier.name, barrier.parties);
            }
            said += &format!("conditions {:?}\n", scenario.conditions);
            said
        }
    };
    expect.assert_eq(&said);
}

/// One task in a run of two seconds.
fn check_task(task: &str, expect: Expect) {
    check(
        &format!(r#"{{"tasks": {{"t": {task}}}, "global": {{"duration": 2}}}}"#),
        expect,
    );
}

#[test]
fn takes_tasks_over() {
    check_task(
        r#"{"run": 1000, "sleep": 5000}"#,
        expect![[r#"
        t x1 at 0 ns: [{"repeat":{"times":4294967295,"steps":[{"native":"1 ms"},{"sleep":"5 ms"}]}}]
          [{"class":"normal","nice":0,"priority":0,"tickets":1,"runtime":null,"deadline":null,"period":null},null,null]
        conditions []
    "#]],
    );
    check_task(
        r#"{"instance": 3, "delay": 10, "loop": 2, "policy": "SCHED_FIFO", "priority": 20,
            "cpus": [0, 2], "phases": {"a": {"loop": 4, "run": 1, "run": 2}, "b": {"yield": ""}}}"#,
        expect![[r#"
            t x3 at 10 us: [{"repeat":{"times":2,"steps":[{"repeat":{"times":4,"steps":[{"native":"1 us"},{"native":"2 us"}]}},"yield"]}}]
              [{"class":"fifo","nice":0,"priority":20,"tickets":1,"runtime":null,"deadline":null,"period":null},null,[0,2]]
            conditions []
        "#]],
    );
    check_task(
        r#"{"policy": "SCHED_DEADLINE", "dl-runtime": 2000, "dl-period": 10000, "dl-deadline": 8000,
            "runtime0": 1500, /* then wait */ "timer0": {"ref": "unique", "period": 10000}}"#,
        expect![[r#"
            t x1 at 0 ns: [{"native":"1500 us"}]
              [{"class":"deadline","nice":0,"priority":0,"tickets":1,"runtime":"2 ms","deadline":"8 ms","period":"10 ms"},{"period":"10 ms","deadline":null,"phase":"0 ns","abort-on-miss":false},null]
            conditions []
        "#]],
    );
    check(
        r#"{
            // Two that meet.
            "tasks": {
                "a": {"instance": 2, "loop": 1, "lock": "m", "wait": {"ref": "c", "mutex": "m"}, "unlock": "m", "barrier": "b"},
                "b": {"loop": 1, "sync": {"ref": "c", "mutex": "m"}, "suspend": "", "barrier": "b"},
                "c": {"loop": 1, "priority": 5, "resume": "b", "signal": "c", "broad": "c", "sem_post": "s", "sem_wait": "s"},
                "none": {"instance": 0, "run": 1}
            },
            "global": {"duration": 1, "pi_enabled": true, "default_policy": "SCHED_OTHER", "calibration": "CPU0"}
        }"#,
        expect![[r#"
            a x2 at 0 ns: [{"lock":"m"},{"wait":{"condition":"c","lock":"m"}},{"unlock":"m"},{"barrier":"b"}]
              [{"class":"normal","nice":0,"priority":0,"tickets":1,"runtime":null,"deadline":null,"period":null},null,null]
            b x1 at 0 ns: [{"lock":"m"},{"notify":"c"},{"wait":{"condition":"c","lock":"m"}},{"unlock":"m"},{"lock":"b"},{"wait":{"condition":"b","lock":"b"}},{"unlock":"b"},{"barrier":"b"}]
              [{"class":"normal","nice":0,"priority":0,"tickets":1,"runtime":null,"deadline":null,"period":null},null,null]
            c x1 at 0 ns: [{"lock":"b"},{"notify-all":"b"},{"unlock":"b"},{"notify":"c"},{"notify-all":"c"},{"post":"s"},{"acquire":"s"}]
              [{"class":"normal","nice":5,"priority":0,"tickets":1,"runtime":null,"deadline":null,"period":null},null,null]
            lock b Inherit
            lock m Inherit
            barrier b for 3
            conditions ["b", "c"]
        "#]],
    );
}

#[test]
fn names_what_it_cannot_take_over() {
    check(
        "{",
        expect!["line 1, column 1: EOF while parsing an object"],
    );
    check("[]", expect!["the file: is a list, but must be an object"]);
    check(
        "{}",
        expect!["tasks: is missing: an object with a task for each key"],
    );
    check(
        r#"{"tasks": {}, "globals": {}}"#,
        expect!["globals: is not supported; supported are tasks, global and resources"],
    );
    check(
        r#"{"tasks": {"t": {"run": 1}}}"#,
        expect!["global.duration: is missing: a task loops for ever, so the run needs an end"],
    );
    check(
        r#"{"tasks": {"t": {"run": 1}}, "global": {"speed": 1}}"#,
        expect![
            "global.speed: is not supported; supported are duration, default_policy and pi_enabled; skipped are calibration, lock_pages, logdir, log_basename, log_size, ftrace, gnuplot, io_device, mem_buffer_size, cumulative_slack"
        ],
    );
    for (task, expect) in [
        ("{}", expect!["tasks.t: is missing: a task needs events"]),
        (
            r#"{"run": "1"}"#,
            expect![[
                r#"tasks.t.run: is "1", but must be a whole number of µs from 0 to 1000000000000"#
            ]],
        ),
        (
            r#"{"run": -1}"#,
            expect!["tasks.t.run: is -1, but must be a whole number of µs from 0 to 1000000000000"],
        ),
        (
            r#"{"mem": 1000}"#,
            expect![
                "tasks.t.mem: is not supported; supported are instance, loop, delay, phases and the events lock, unlock, wait, signal, broad, sync, sleep, runtime, run, timer, suspend, resume, yield, barrier, sem_post, sem_wait"
            ],
        ),
        (
            r#"{"runner": 1000}"#,
            expect![
                "tasks.t.runner: is not supported; supported are instance, loop, delay, phases and the events lock, unlock, wait, signal, broad, sync, sleep, runtime, run, timer, suspend, resume, yield, barrier, sem_post, sem_wait"
            ],
        ),
        (
            r#"{"fork": "t"}"#,
            expect![
                "tasks.t.fork: is not supported; supported are instance, loop, delay, phases and the events lock, unlock, wait, signal, broad, sync, sleep, runtime, run, timer, suspend, resume, yield, barrier, sem_post, sem_wait"
            ],
        ),
        (
            r#"{"loop": 0, "run": 1}"#,
            expect!["tasks.t.loop: is 0, but must be -1 (for ever) or a whole number from 1"],
        ),
        (
            r#"{"policy": "SCHED_BATCH", "run": 1}"#,
            expect![[
                r#"tasks.t.policy: is "SCHED_BATCH", but must be one of SCHED_OTHER, SCHED_IDLE, SCHED_RR, SCHED_FIFO, SCHED_DEADLINE"#
            ]],
        ),
        (
            r#"{"policy": "SCHED_RR", "priority": 0, "run": 1}"#,
            expect!["tasks.t.priority: is 0, but must be from 1 to 99 in this policy"],
        ),
        (
            r#"{"priority": 30, "run": 1}"#,
            expect![
                "tasks.t.priority: is 30, but must be a nice value from -20 to 19 in this policy"
            ],
        ),
        (
            r#"{"cpus": [0, 1000], "run": 1}"#,
            expect!["tasks.t.cpus[1]: is 1000, but must be a whole number from 0 to 255"],
        ),
        (
            r#"{"wait": {"ref": "c"}}"#,
            expect!["tasks.t.wait: is missing: a wait needs ref, the condition, and mutex"],
        ),
        (
            r#"{"phases": {"p": {"run": 1, "cpus": [1]}}}"#,
            expect![
                "tasks.t.phases.p.cpus: is not supported; supported are policies and cpus of whole tasks only"
            ],
        ),
        (
            r#"{"run": 1, "phases": {"p": {"run": 1}}}"#,
            expect![
                "tasks.t.phases: is not supported; supported are either phases or events in a task, not both"
            ],
        ),
        (
            r#"{"timer": {"ref": "unique", "period": 9}, "run": 1}"#,
            expect![
                "tasks.t.run: is not supported; supported are timers only as the last event of the only phase of a task that loops for ever; anything else has no counterpart here"
            ],
        ),
        (
            r#"{"loop": 3, "run": 1, "timer": {"ref": "unique", "period": 9}}"#,
            expect![
                "tasks.t: is not supported; supported are timers only as the last event of the only phase of a task that loops for ever; anything else has no counterpart here"
            ],
        ),
        (
            r#"{"run": 1, "timer": {"ref": "tick", "period": 9}}"#,
            expect![[r#"tasks.t.timer.ref: is "tick", but must be "unique", a timer of its own"#]],
        ),
        (
            r#"{"run": 1, "timer": {"ref": "unique"}}"#,
            expect!["tasks.t.timer: is missing: a timer needs a period"],
        ),
    ] {
        check_task(task, expect);
    }
}
