//! Heaps: damage, use after free, reference counts, MemoryError, leaks.

#![cfg(not(target_arch = "wasm32"))]

use expect_test::{Expect, expect};
use timeslice::experiment::Subject;
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, Run, run};

include!("common/scenarios.rs");
include!("common/describe.rs");

/// Runs a scenario file on two cores at no costs. `file` lacks the outermost
/// braces.
fn run_on_two(file: &str) -> Run {
    run_file(&format!(r#"{{"machine": {{"cores": 2}}, {file}}}"#))
}

fn check(file: &str, expect: Expect) {
    expect.assert_eq(&describe(&run_on_two(file)));
}

/// A process under a GIL of this kind, with these threads.
fn process(gil: &str, threads: &str) -> String {
    format!(
        r#""costs": {{"instruction-ns": 100, "gil-offer-ns": 500}}, "objects": [{{"name": "x", "bytes": 1000, "references": 3}}],
            "processes": [{{"name": "app", "gil": {{"kind": {gil}}}, "threads": [{threads}]}}]"#
    )
}

#[test]
fn damage_stays_in_its_heap() {
    let file = |shared: bool| {
        format!(
            r#""objects": [{{"name": "x", "shared": {shared}}}, {{"name": "y"}}], "processes": [
                {{"name": "app", "threads": [
                    {{"name": "vandal", "program": [{{"sleep": "1 ms"}}, {{"corrupt": "x"}}, {{"sleep": "8 ms"}}]}},
                    {{"name": "careful", "program": [{{"sleep": "2 ms"}}, {{"touch": "y"}}, {{"sleep": "5 ms"}}]}},
                    {{"name": "victim", "program": [{{"sleep": "3 ms"}}, {{"touch": "x"}}]}}]}},
                {{"name": "other", "threads": [
                    {{"name": "main", "program": [{{"sleep": "4 ms"}}, {{"load": "x"}}, "unit"]}}]}}]"#
        )
    };
    check(
        &file(false),
        expect![[r#"
        #0 1000: app vandal damaged its heap
        #1 3000: app victim crashed with an invalid memory access because of #0 through the shared heap
        #2 3000: app crashed with an invalid memory access because of #1 through the shared heap
        #3 3000: app vandal was taken down because of #2 through the shared heap
        #4 3000: app careful was taken down because of #2 through the shared heap
        app crashed with an invalid memory access at 3000, status -11
          app vandal was taken down at 3000
          app careful was taken down at 3000
          app victim crashed with an invalid memory access at 3000
        other completed at 4000, status 0
          other main completed at 4000
    "#]],
    );
    check(
        &file(true),
        expect![[r#"
            #0 1000: app vandal damaged its heap
            #1 3000: app victim crashed with an invalid memory access because of #0 through the shared heap
            #2 3000: app crashed with an invalid memory access because of #1 through the shared heap
            #3 3000: app vandal was taken down because of #2 through the shared heap
            #4 3000: app careful was taken down because of #2 through the shared heap
            #5 4000: other main crashed with an invalid memory access because of #0 through shared or copied memory
            #6 4000: other crashed with an invalid memory access because of #5 through the shared heap
            app crashed with an invalid memory access at 3000, status -11
              app vandal was taken down at 3000
              app careful was taken down at 3000
              app victim crashed with an invalid memory access at 3000
            other crashed with an invalid memory access at 4000, status -11
              other main crashed with an invalid memory access at 4000
        "#]],
    );
}

#[test]
fn a_fork_copies_damage() {
    let file = |corrupt_at: &str| {
        format!(
            r#""objects": [{{"name": "x", "bytes": 4096}}], "processes": [
                {{"name": "app", "threads": [
                    {{"name": "main", "program": [{{"sleep": "2 ms"}}, {{"start-process": "child"}},
                        {{"join-process": "child"}}]}},
                    {{"name": "vandal", "program": [{{"sleep": "{corrupt_at}"}}, {{"corrupt": "x"}}]}}]}},
                {{"name": "child", "start": {{"fork": {{}}}}, "threads": [
                    {{"name": "main", "program": [{{"sleep": "2 ms"}}, {{"touch": "x"}}, "unit"]}}]}}]"#
        )
    };
    let before = run_on_two(&file("1 ms"));
    assert_eq!(
        (before.threads[2].units, before.processes[1].status),
        (0, -11)
    );
    let after = run_on_two(&file("3 ms"));
    assert_eq!((after.threads[2].units, after.processes[1].status), (1, 0));
    // Reading a page that the fork shares copies it, for CPython counts
    // references.
    assert_eq!(after.processes[1].copied_bytes, 4096);
}

#[test]
fn what_was_freed_must_not_be_used() {
    let file = process(
        r#""none""#,
        r#"{"name": "main", "program": [{"alloc": {"object": "x", "bytes": 50}}, {"free": "x"}, {"sleep": "5 ms"}]},
           {"name": "late", "program": [{"sleep": "1 ms"}, {"touch": "x"}, "unit"]}"#,
    );
    assert_eq!(run_on_two(&file).metrics.uses_after_free, 1);
    check(
        &file,
        expect![[r#"
        #0 1000: app late crashed with an invalid memory access
        #1 1000: app crashed with an invalid memory access because of #0 through the shared heap
        #2 1000: app main was taken down because of #1 through the shared heap
        app crashed with an invalid memory access at 1000, status -11
          app main was taken down at 1000
          app late crashed with an invalid memory access at 1000
    "#]],
    );
}

/// Two threads that do `step` at the same time, then, one after the other,
/// `then`. The object starts with three references: the heap's own, and one for
/// each thread.
fn race(gil: &str, step: &str, then: &str) -> Run {
    let program = |wait: &str| {
        format!(r#"[{{"compute": "1 us"}}, {{"{step}": "x"}}, {{"sleep": "{wait}"}}, {then}]"#)
    };
    run_on_two(&process(
        gil,
        &format!(
            r#"{{"name": "a", "program": {}}}, {{"name": "b", "program": {}}}"#,
            program("1 ms"),
            program("2 ms")
        ),
    ))
}

/// References at the end, lost updates, uses after free, bytes leaked.
fn counts(run: &Run) -> (i64, u64, u64, u64) {
    let metrics = &run.metrics;
    let uses = metrics.uses_after_free;
    (
        run.objects[0].references,
        metrics.lost_updates,
        uses,
        metrics.leaked_bytes,
    )
}

const ATOMIC: [&str; 3] = [
    r#""switch-interval", "interval": "1 us", "poll": "10 ns""#,
    r#""tick", "check": "100 ns""#,
    r#""free-threaded", "overhead-permille": 1000"#,
];

#[test]
fn a_lost_increment_frees_an_object_in_use() {
    // Each takes one reference and drops two, b later than a; a last touch by
    // b is for the reference of the heap's own.
    let then = r#"{"decref": "x"}, {"decref": "x"}, {"touch": "x"}, "unit""#;
    let run = race(r#""none""#, "incref", then);
    assert_eq!(counts(&run), (0, 1, 1, 0), "{}", describe(&run));
    assert_eq!(run.processes[0].status, -11);
    for gil in ATOMIC {
        let run = race(gil, "incref", then);
        assert_eq!(counts(&run), (1, 0, 0, 0), "{gil}\n{}", describe(&run));
        assert_eq!((run.threads[0].units, run.threads[1].units), (1, 1));
    }
}

#[test]
fn a_lost_decrement_is_a_leak() {
    // Each drops its own; b drops that of the heap.
    let then = r#""unit""#;
    let last = r#"{"name": "last", "program": [{"sleep": "9 ms"}, {"decref": "x"}]}"#;
    let run = |gil: &str| {
        let program = |wait: &str| {
            format!(r#"[{{"compute": "1 us"}}, {{"decref": "x"}}, {{"sleep": "{wait}"}}, {then}]"#)
        };
        run_on_two(&process(
            gil,
            &format!(
                r#"{{"name": "a", "program": {}}}, {{"name": "b", "program": {}}}, {last}"#,
                program("1 ms"),
                program("2 ms")
            ),
        ))
    };
    assert_eq!(counts(&run(r#""none""#)), (1, 1, 0, 1000));
    for gil in ATOMIC {
        let run = run(gil);
        assert_eq!(counts(&run), (0, 0, 0, 0), "{gil}");
        assert!(run.objects[0].freed);
    }
}

/// What is lost of twice 500 additions to a number.
fn lost(gil: &str, inside: &str) -> u64 {
    let run = run_on_two(&process(
        gil,
        &format!(
            r#"{{"name": "adder", "count": 2, "program": [{{"repeat": {{"times": 500, "steps": [
                {{"load": "x"}}, {inside} {{"add": 1}}, {{"store": "x"}}, {{"compute": "200 ns"}}]}}}}]}}"#
        ),
    ));
    assert_eq!(
        run.objects[0].value,
        1_000 - run.metrics.lost_updates as i64
    );
    run.metrics.lost_updates
}

#[test]
fn updates_are_lost_where_a_thread_can_be_interrupted_inside() {
    let interval = r#""switch-interval", "interval": "2 us", "poll": "10 ns""#;
    assert_eq!(lost(interval, ""), 0, "3.11 has no poll point inside");
    assert!(
        lost(interval, r#"{"compute": "100 ns"},"#) > 100,
        "but after a call"
    );
    assert!(lost(r#""tick", "check": "150 ns""#, "") > 100, "2.7 has");
    assert!(lost(r#""none""#, "") > 400);
    // Reference counts are atomic without a GIL, numbers are not.
    assert!(lost(r#""free-threaded", "overhead-permille": 1000"#, "") > 400);
}

#[test]
fn memory_error_is_an_exception() {
    let file = |steps: &str, fault: &str| {
        format!(
            r#""objects": [{{"name": "x"}}, {{"name": "y"}}], "faults": [{fault}], "processes": [
                {{"name": "app", "heap-limit": 1000, "threads": [
                    {{"name": "main", "program": [{{"sleep": "3 ms"}}, "unit"]}},
                    {{"name": "eater", "program": [{steps}, "unit"]}}]}}]"#
        )
    };
    let alloc = |object: &str, bytes: u32| {
        format!(r#"{{"alloc": {{"object": "{object}", "bytes": {bytes}}}}}"#)
    };
    let two = format!(
        r#"{}, {{"sleep": "1 ms"}}, {}"#,
        alloc("x", 600),
        alloc("y", 600)
    );
    check(
        &file(&two, ""),
        expect![[r#"
        #0 1000: app eater ran out of memory
        app completed at 3000, status 0
          app main completed at 3000
          app eater ran out of memory at 1000
    "#]],
    );
    let freed = format!(
        r#"{}, {{"free": "x"}}, {}"#,
        alloc("x", 600),
        alloc("y", 600)
    );
    assert_eq!(run_on_two(&file(&freed, "")).threads[1].units, 1);
    // Put in on purpose: the next allocation fails, whatever its size.
    let fault = r#"{"kind": "out-of-memory", "process": "app", "thread": "eater", "when": {"at": "500 us"}}"#;
    let small = format!(
        r#"{}, {{"sleep": "1 ms"}}, "unit", {}"#,
        alloc("x", 1),
        alloc("y", 1)
    );
    let run = run_on_two(&file(&small, fault));
    assert_eq!(run.threads[1].units, 1);
    assert_eq!(run.outcome.failures.len(), 1);
    // In the main thread it ends the process with status 1.
    let main = format!(
        r#""objects": [{{"name": "x"}}], "processes": [{{"name": "app", "heap-limit": 10,
            "threads": [{{"name": "main", "program": [{}]}}]}}]"#,
        alloc("x", 11)
    );
    assert_eq!(run_on_two(&main).processes[0].status, 1);
}

#[test]
fn what_a_dead_thread_held_is_leaked() {
    let file = |end: &str, fault: &str| {
        format!(
            r#""objects": [{{"name": "x"}}], "faults": [{fault}], "processes": [{{"name": "app", "threads": [
                {{"name": "main", "program": [{{"sleep": "3 ms"}}]}},
                {{"name": "owner", "program": [{{"alloc": {{"object": "x", "bytes": 600}}}}, {{"sleep": "1 ms"}},
                    {end}]}}]}}]"#
        )
    };
    let vanish =
        r#"{"kind": "vanish", "process": "app", "thread": "owner", "when": {"at": "500 us"}}"#;
    let leaked = |file: &str| run_on_two(file).metrics.leaked_bytes;
    // An exception unwinds, and drops what its thread referred to.
    assert_eq!(leaked(&file(r#""raise""#, "")), 0);
    assert_eq!(leaked(&file(r#"{"free": "x"}"#, vanish)), 600);
    assert_eq!(leaked(&file(r#"{"free": "x"}, "raise""#, "")), 0);
    assert_eq!(leaked(&file(r#"{"free": "x"}"#, "")), 0);
    // When the process ends, the operating system takes everything back.
    assert_eq!(leaked(&file(r#""segfault""#, "")), 0);
    // A name that is given to other bytes leaves the old ones behind.
    let twice = r#"{"alloc": {"object": "x", "bytes": 5}}, {"free": "x"}"#;
    assert_eq!(leaked(&file(twice, "")), 600);
}
