use crate::experiment::scenario::{Document, read};
use expect_test::{Expect, expect};

/// What is said of a scenario given as JSON.
fn check(json: &str, expect: Expect) {
    let said = match read(json) {
        Err(error) => error.to_string(),
        Ok(Document::Experiment(_)) => "an experiment".to_owned(),
        Ok(Document::Scenario(scenario)) => {
            let errors = scenario.validate().err().unwrap_or_default();
            let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
            lines.join("\n")
        }
    };
    expect.assert_eq(&said);
}

/// The same of a scenario with one process and thread beside the given parts.
fn check_with(parts: &str, program: &str, expect: Expect) {
    let json = format!(
        r#"{{{parts} "processes": [{{"name": "p", "threads": [{{"program": {program}}}]}}]}}"#
    );
    check(&json, expect);
}

#[test]
fn names_must_lead_somewhere() {
    for (program, expect) in [
        (
            r#""work""#,
            expect![[
                r#"processes[0].threads[0].program: there is no program "work", there are none"#
            ]],
        ),
        (
            r#"[{"lock": "a"}, {"unlock": "m"}]"#,
            expect![[
                r#"processes[0].threads[0].program[0].lock: there is no lock "a", there is only "m""#
            ]],
        ),
        (
            r#"[{"lock-for": {"lock": "a", "time": 1}}]"#,
            expect![[
                r#"processes[0].threads[0].program[0].lock-for.lock: there is no lock "a", there is only "m""#
            ]],
        ),
        (
            r#"[{"acquire": "a"}, {"post": "s"}]"#,
            expect![[
                r#"processes[0].threads[0].program[0].acquire: there is no semaphore "a", there is only "s""#
            ]],
        ),
        (
            r#"[{"wait": {"condition": "a", "lock": "m"}}, {"wait": {"condition": "c", "lock": "b"}}]"#,
            expect![[r#"
                processes[0].threads[0].program[0].wait.condition: there is no condition "a", there are "c", "d"
                processes[0].threads[0].program[1].wait.lock: there is no lock "b", there is only "m""#]],
        ),
        (
            r#"[{"notify": "a"}, {"notify-all": "b"}]"#,
            expect![[r#"
            processes[0].threads[0].program[0].notify: there is no condition "a", there are "c", "d"
            processes[0].threads[0].program[1].notify-all: there is no condition "b", there are "c", "d""#]],
        ),
        (
            r#"[{"barrier": "a"}]"#,
            expect![[
                r#"processes[0].threads[0].program[0].barrier: there is no barrier "a", there are none"#
            ]],
        ),
        (
            r#"[{"send": {"channel": "a"}}, {"receive": "b"}]"#,
            expect![[r#"
                processes[0].threads[0].program[0].send.channel: there is no channel "a", there are none
                processes[0].threads[0].program[1].receive: there is no channel "b", there are none"#]],
        ),
        (
            r#"[{"io": {"device": "a", "time": 1}}]"#,
            expect![[
                r#"processes[0].threads[0].program[0].io.device: there is no device "a", there are none"#
            ]],
        ),
        (
            r#"[{"load": "a"}, {"store": "b"}, {"alloc": {"object": "c", "bytes": 1}}, {"free": "d"}]"#,
            expect![[r#"
                processes[0].threads[0].program[0].load: there is no object "a", there are none
                processes[0].threads[0].program[1].store: there is no object "b", there are none
                processes[0].threads[0].program[2].alloc.object: there is no object "c", there are none
                processes[0].threads[0].program[3].free: there is no object "d", there are none"#]],
        ),
        (
            r#"[{"incref": "a"}, {"decref": "b"}, {"touch": "c"}, {"corrupt": "d"}]"#,
            expect![[r#"
                processes[0].threads[0].program[0].incref: there is no object "a", there are none
                processes[0].threads[0].program[1].decref: there is no object "b", there are none
                processes[0].threads[0].program[2].touch: there is no object "c", there are none
                processes[0].threads[0].program[3].corrupt: there is no object "d", there are none"#]],
        ),
        (
            r#"[{"start-thread": "a"}, {"join-thread": "b"}, {"kill-thread": "c"}]"#,
            expect![[r#"
                processes[0].threads[0].program[0].start-thread: there is no thread of process "p" named "a", there is only "T1"
                processes[0].threads[0].program[1].join-thread: there is no thread of process "p" named "b", there is only "T1"
                processes[0].threads[0].program[2].kill-thread: there is no thread of process "p" named "c", there is only "T1""#]],
        ),
        (
            r#"[{"start-process": "a"}, {"join-process": "b"}, {"kill-process": "p"}]"#,
            expect![[r#"
                processes[0].threads[0].program[0].start-process: there is no process "a", there is only "p"
                processes[0].threads[0].program[1].join-process: there is no process "b", there is only "p""#]],
        ),
        (
            r#"[{"submit": {"pool": "a", "task": []}}, {"gather": "b"}]"#,
            expect![[r#"
                processes[0].threads[0].program[0].submit.pool: there is no pool "a", there are none
                processes[0].threads[0].program[1].gather: there is no pool "b", there are none"#]],
        ),
        (
            r#"[{"repeat": {"times": 2, "steps": [{"run-loop": [[{"lock": "x"}]]}]}}]"#,
            expect![[
                r#"processes[0].threads[0].program[0].repeat.steps[0].run-loop[0][0].lock: there is no lock "x", there is only "m""#
            ]],
        ),
        (
            r#"[{"start-thread": "T1"}, {"join-thread": "T1"}]"#,
            expect![[
                r#"processes[0].threads[0].program[0].start-thread: "T1" is the main thread, which begins with its process; start another"#
            ]],
        ),
    ] {
        check_with(
            r#""locks": [{"name": "m"}], "semaphores": [{"name": "s", "count": 1}],
               "conditions": ["c", "d"],"#,
            program,
            expect,
        );
    }
    check_with(
        r#""faults": [{"kind": "hang", "process": "q", "when": {"at": 0}},
                      {"kind": "hang", "process": "p", "thread": "T2", "when": {"at": 0}}],"#,
        "[]",
        expect![[r#"
            faults[0].process: there is no process "q", there is only "p"
            faults[1].thread: there is no thread of process "p" named "T2", there is only "T1""#]],
    );
}

#[test]
fn names_are_given_once() {
    check_with(
        r#""locks": [{"name": "a"}, {"name": ""}, {"name": "a"}], "conditions": ["c", "c"],
           "programs": {"": []},"#,
        "[]",
        expect![[r#"
            locks[1].name: the name is empty; give it one
            locks[2].name: the name "a" is already that of locks[0]; give each its own
            conditions[1]: the name "c" is already that of conditions[0]; give each its own
            programs: the name is empty; give it one"#]],
    );
    check(
        r#"{"processes": [{"name": "p", "threads": [{"name": "T2"}, {}, {"name": "w", "count": 3},
             {"name": "w3"}, {"name": "w4"}, {"program": [{"join-thread": "w2"}, {"join-thread": "w"}, {"join-thread": "w5"}]}]},
           {"name": "p", "threads": [{}]}, {"threads": []}]}"#,
        expect![[r#"
            processes[1].name: the name "p" is already that of processes[0]; give each its own
            processes[2].name: the name is empty; give it one
            processes[0].threads[1].name: the name "T2" is already that of processes[0].threads[0]; give each its own
            processes[0].threads[3].name: the name "w3" is already that of processes[0].threads[2]; give each its own
            processes[2].threads: is missing: a process needs at least one thread
            processes[0].threads[5].program[2].join-thread: there is no thread of process "p" named "w5", there are "T2", "T6", "w", "w3", "w4""#]],
    );
    check(
        "{}",
        expect!["processes: is a list of 0, but must be one of 1 to 65535"],
    );
}

#[test]
fn programs_are_finite() {
    check_with(
        r#""programs": {"a": [{"submit": {"pool": "x", "task": "b"}}], "b": [{"run-loop": ["c", "a"]}],
            "c": "c", "d": "a"}, "pools": [{"name": "x", "kind": "threads", "workers": 1}],"#,
        r#""a""#,
        expect![[r#"
            programs.a: the program contains itself: a -> b -> a; programs may not be cyclic
            programs.c: the program contains itself: c -> c; programs may not be cyclic"#]],
    );
    // Each program contains the one before it ten times over.
    let bomb: Vec<String> = (1..9)
        .map(|n| {
            let tasks = vec![format!("\"p{}\"", n - 1); 10].join(",");
            format!(r#""p{n}": [{{"run-loop": [{tasks}]}}]"#)
        })
        .collect();
    let bomb = format!(r#""programs": {{"p0": ["yield"], {}}},"#, bomb.join(","));
    check_with(
        &bomb,
        r#""p8""#,
        expect![[r#"
        processes[0].threads[0].program: is nested too deeply, but must be at most 16 levels of repeat, run-loop, submit and names
        programs: is 234567900 steps in all, with the programs that are named written out, but must be at most 1000000"#]],
    );
    // A chain far longer than the stack is deep.
    let chain: Vec<String> = (0..50_000)
        .map(|n| format!(r#""p{n:06}": "p{:06}""#, n + 1))
        .collect();
    let chain = format!(r#""programs": {{{}, "p050000": []}},"#, chain.join(","));
    let json = format!(
        r#"{{{chain} "processes": [{{"name": "p", "threads": [{{"program": "p000000"}}]}}]}}"#
    );
    let Ok(Document::Scenario(scenario)) = read(&json) else {
        panic!("it can be read");
    };
    let errors = scenario.validate().expect_err("it is too deep");
    assert_eq!(errors.len(), super::MAX_ERRORS);
    let nested = |depth: usize| {
        let open = r#"[{"repeat": {"times": 1, "steps": "#;
        format!("{}[]{}", open.repeat(depth), "}}]".repeat(depth))
    };
    check_with("", &nested(4), expect![[""]]);
    check_with(
        "",
        &nested(5),
        expect![
            "processes[0].threads[0].program[0].repeat.steps[0].repeat.steps[0].repeat.steps[0].repeat.steps[0].repeat: is the 5th repeat inside another, but must be at most the 4th"
        ],
    );
    check_with(
        "",
        &nested(17),
        expect![
            "processes[0].threads[0].program: is nested too deeply, but must be at most 16 levels of repeat, run-loop, submit and names"
        ],
    );
}

#[test]
fn numbers_have_ranges() {
    for (machine, expect) in [
        (
            r#"{"cores": 0}"#,
            expect!["machine.cores: is 0, but must be from 1 to 256"],
        ),
        (
            r#"{"cores": 257}"#,
            expect!["machine.cores: is 257, but must be from 1 to 256"],
        ),
        (
            r#"{"policy": {"kind": "rr", "slice": 0}}"#,
            expect!["machine.policy.slice: is 0 ns, but must be from 1 ns to 1000000 s"],
        ),
        (
            r#"{"policy": {"kind": "mlfq", "levels": []}}"#,
            expect!["machine.policy.levels: is a list of 0, but must be one of 1 to 32"],
        ),
        (
            r#"{"policy": {"kind": "mlfq", "levels": [{"quantum": 0, "allotment": 0}], "boost": 0}}"#,
            expect![[r#"
                machine.policy.levels[0].quantum: is 0 ns, but must be from 1 ns to 1000000 s
                machine.policy.levels[0].allotment: is 0, but must be at least 1
                machine.policy.boost: is 0 ns, but must be from 1 ns to 1000000 s"#]],
        ),
        (
            r#"{"policy": {"kind": "lottery", "quantum": 0}}"#,
            expect!["machine.policy.quantum: is 0 ns, but must be from 1 ns to 1000000 s"],
        ),
        (
            r#"{"policy": {"kind": "priority", "ageing": 0}}"#,
            expect!["machine.policy.ageing: is 0 ns, but must be from 1 ns to 1000000 s"],
        ),
        (
            r#"{"policy": {"kind": "sched-fifo"}}"#,
            expect!["processes[0].threads[0].sched.priority: is 0, but must be from 1 to 99"],
        ),
        (
            r#"{"policy": {"kind": "sched-deadline"}}"#,
            expect![[r#"
            processes[0].threads[0].sched.runtime: is missing: the deadline class needs a runtime and a period
            processes[0].threads[0].sched.period: is missing: the deadline class needs a runtime and a period"#]],
        ),
        (
            r#"{"preemption": {"kind": "tick", "period": 0}}"#,
            expect!["machine.preemption.period: is 0 ns, but must be from 1 ns to 1000000 s"],
        ),
        (
            r#"{"cache": {"size": 1, "warm-up": 0, "warm-rate": 0}}"#,
            expect!["machine.cache.warm-rate: is 0, but must be at least 1"],
        ),
        (
            r#"{"queues": {"kind": "per-core", "balance": 0}}"#,
            expect!["machine.queues.balance: is 0 ns, but must be from 1 ns to 1000000 s"],
        ),
    ] {
        check_with(&format!(r#""machine": {machine},"#), "[]", expect);
    }
    check_with(
        r#""channels": [{"name": "c", "capacity": 0, "transport": {"kind": "by-reference"}}],
           "barriers": [{"name": "b", "parties": 0}], "devices": [{"name": "d", "parallel": 0}],
           "objects": [{"name": "o", "references": -1, "bytes": 2000000000000}],
           "pools": [{"name": "w", "kind": "executor", "workers": 0,
                      "gil": {"kind": "switch-interval", "interval": "999 ns", "poll": 0}}],
           "costs": {"context-switch-ns": 18446744073709551615, "process-start-parent-ns": 0,
             "process-start-child-ns": 0, "thread-start-ns": 0, "threads-start-together": false,
             "gil-handoff-ns": 0, "wake-latency-ns": 0, "wake-jitter-ns": 0, "process-bytes": 0,
             "thread-bytes": 0},"#,
        r#"[{"repeat": {"times": 0, "steps": []}}, {"submit": {"pool": "w", "task": [], "count": 0}}]"#,
        expect![[r#"
            costs.context-switch-ns: is 18446744073709551615 ns, but must be from 0 ns to 1000000 s
            channels[0].capacity: is 0, but must be at least 1
            barriers[0].parties: is 0, but must be at least 1
            devices[0].parallel: is 0, but must be at least 1
            objects[0].references: is -1, but must be from 0 to 9223372036854775807
            objects[0].bytes: is 2000000000000, but must be from 0 to 1099511627776
            pools[0].workers: is 0, but must be from 1 to 65535
            pools[0].gil.interval: is 999 ns, but must be from 1 us to 1000000 s
            pools[0].gil.poll: is 0 ns, but must be from 1 ns to 1000000 s
            processes[0].threads[0].program[0].repeat.times: is 0, but must be at least 1
            processes[0].threads[0].program[1].submit.count: is 0, but must be from 1 to 1000000"#]],
    );
    for (thread, expect) in [
        (
            r#"{"sched": {"nice": 20, "tickets": 0}}"#,
            expect![[r#"
            processes[0].threads[0].sched.nice: is 20, but must be from -20 to 19
            processes[0].threads[0].sched.tickets: is 0, but must be at least 1"#]],
        ),
        (
            r#"{"sched": {"tickets": 4294967295}, "count": 2}"#,
            expect!["processes: is 8589934590 tickets in all, but must be at most 4294967295"],
        ),
        (
            r#"{"count": 1000001}"#,
            expect!["processes: is 1000001 threads in all, but must be at most 1000000"],
        ),
        (
            r#"{"sched": {"class": "rr", "priority": 100}}"#,
            expect!["processes[0].threads[0].sched.priority: is 100, but must be from 1 to 99"],
        ),
        (
            r#"{"sched": {"class": "deadline", "runtime": "5 ms", "deadline": "4 ms", "period": "3 ms"}}"#,
            expect![[r#"
                processes[0].threads[0].sched.deadline: is 4 ms, but must be at most the period, 3 ms
                processes[0].threads[0].sched.runtime: is 5 ms, but must be at most the deadline, 4 ms"#]],
        ),
        (
            r#"{"sched": {"class": "deadline", "runtime": "1 ms", "deadline": "4 ms", "period": "10 ms"}}"#,
            expect![[""]],
        ),
        (
            r#"{"periodic": {"period": 0, "deadline": 0}}"#,
            expect![[r#"
                processes[0].threads[0].periodic.period: is 0 ns, but must be from 1 ns to 1000000 s
                processes[0].threads[0].periodic.deadline: is 0 ns, but must be from 1 ns to 1000000 s"#]],
        ),
        (
            r#"{"interpreter": 1}"#,
            expect![
                "processes[0].threads[0].interpreter: is 1, but must be 0, unless the GIL is of kind per-interpreter"
            ],
        ),
        (
            r#"{"affinity": [0]}"#,
            expect![[
                r#"processes[0].threads[0].affinity: affinity needs queues of kind per-core; set machine.queues to {"kind": "per-core"}"#
            ]],
        ),
    ] {
        let json = format!(r#"{{"processes": [{{"name": "p", "threads": [{thread}]}}]}}"#);
        check(&json, expect);
    }
    check(
        r#"{"machine": {"cores": 2, "queues": {"kind": "per-core"}}, "processes": [{"name": "p",
            "gil": {"kind": "per-interpreter", "interpreters": 2},
            "threads": [{"affinity": []}, {"affinity": [1, 2]}, {"interpreter": 1}, {"interpreter": 2}]}]}"#,
        expect![[r#"
            processes[0].threads[0].affinity: is a list of 0, but must be one of 1 to 2
            processes[0].threads[1].affinity[1]: is 2, but must be below the machine's number of cores, 2
            processes[0].threads[3].interpreter: is 2, but must be below the 2 interpreters of the process"#]],
    );
    check(
        r#"{"processes": [{"name": "p", "gil": {"kind": "per-interpreter", "interpreters": 0}, "threads": [{}]},
            {"name": "q", "gil": {"kind": "free-threaded", "overhead-permille": 0, "contention-permille": 10}, "threads": [{}]},
            {"name": "r", "gil": {"kind": "tick", "check": 0}, "threads": [{}]}]}"#,
        expect![[r#"
            processes[0].gil.interpreters: is 0, but must be at least 1
            processes[1].gil.overhead-permille: is 0, but must be from 1 to 100000
            processes[1].gil.contention-permille: is 10, but must be from 1000 to 100000
            processes[2].gil.check: is 0 ns, but must be from 1 ns to 1000000 s"#]],
    );
}

#[test]
fn steps_stand_where_they_can() {
    check_with(
        "",
        r#"[{"await": 1}, {"run-loop": [[{"await": 1}, {"run-loop": []}]]}]"#,
        expect![[r#"
            processes[0].threads[0].program[0].await: await stands outside the tasks of a run-loop; use sleep there
            processes[0].threads[0].program[1].run-loop[0][1].run-loop: a task of a run-loop cannot run a loop itself; put its tasks into the outer run-loop"#]],
    );
    // The same program is right in a task and wrong outside.
    check_with(
        r#""programs": {"nap": [{"await": 1}], "unused": [{"await": 1}, {"lock": "x"}, {"join-thread": "y"}]},"#,
        r#"[{"run-loop": ["nap"]}]"#,
        expect![[r#"programs.unused[1].lock: there is no lock "x", there are none"#]],
    );
    check_with(
        r#""programs": {"nap": [{"await": 1}]},"#,
        r#""nap""#,
        expect![
            "programs.nap[0].await: await stands outside the tasks of a run-loop; use sleep there"
        ],
    );
    check_with(
        r#""pools": [{"name": "w", "kind": "executor", "workers": 1}, {"name": "t", "kind": "threads", "workers": 1}],
           "channels": [{"name": "c", "capacity": 1, "transport": {"kind": "by-reference"}},
                        {"name": "d", "capacity": 1, "transport": {"kind": "serialised"}}],"#,
        r#"[{"submit": {"pool": "t", "task": [{"send": {"channel": "c"}}, {"join-thread": "T1"}]}},
            {"submit": {"pool": "w", "task": [{"send": {"channel": "d"}}, {"receive": "c"}, {"join-thread": "T1"}]}},
            {"receive": "c"}, {"receive": "d"}]"#,
        expect![[r#"
            processes[0].threads[0].program[1].submit.task[2].join-thread: a worker process of a pool has no thread "T1"; only threads of the same process can be named
            channels[0].transport: a message passed by reference cannot leave its process, but process "p" and pool "w" use the channel; set transport to {"kind": "serialised"}"#]],
    );
}
