use super::*;
use crate::experiment::{Ended, ProcessOutcome, ThreadOutcome};
use expect_test::{Expect, expect};

fn check(write: impl FnOnce(&Output), expect: Expect) {
    let output = Output::new(&[2, 1]);
    write(&output);
    let told = output
        .plan()
        .read(&output.copy())
        .expect("it is of that plan");
    let threads: Vec<_> = told
        .threads
        .iter()
        .map(|said| {
            let end = |text: &str| match text.chars().next_back() {
                Some(last) if text.len() > 60 => format!("{} bytes, {last} last", text.len()),
                _ => text.to_owned(),
            };
            (
                end(&said.text),
                said.lost,
                said.raised
                    .as_ref()
                    .map(|raised| (end(&raised.traceback), raised.line, raised.unit)),
            )
        })
        .collect();
    expect.assert_eq(&format!("{threads:?} {:?}", told.result));
}

#[test]
fn what_threads_say_can_be_read_at_any_time() {
    check(|_| {}, expect![[r#"[("", 0, None), ("", 0, None)] None"#]]);
    check(
        |output| {
            output.voice(0).say("one ");
            output.voice(1).say("zwei: ü");
            output.voice(0).say("two\n");
            output.set_result("3");
        },
        expect![[r#"[("one two\n", 0, None), ("zwei: ü", 0, None)] Some("3")"#]],
    );
    check(
        |output| {
            output.voice(1).say("before");
            output
                .voice(1)
                .raise("Traceback\nValueError: no", Some(7), Some(0));
            output.set_result("");
        },
        expect![[
            r#"[("", 0, None), ("before", 0, Some(("Traceback\nValueError: no", Some(7), Some(0))))] Some("")"#
        ]],
    );
}

#[test]
fn what_is_too_long_is_cut_but_an_exception_is_kept() {
    check(
        |output| {
            for _ in 0..2_000 {
                output.voice(0).say("0123456789");
            }
            output.voice(0).raise("ValueError: no", None, None);
            output.voice(1).raise(&"é".repeat(16_384), Some(1), None);
        },
        expect![[
            r#"[("16370 bytes, 9 last", 3630, Some(("ValueError: no", None, None))), ("", 0, Some(("8192 bytes, é last", Some(1), None)))] None"#
        ]],
    );
}

#[test]
fn units_that_one_thread_alone_had_not_done_are_counted() {
    let thread = |units, planned| ThreadOutcome {
        planned,
        units,
        wrong: 0,
        ended: Ended::Stopped,
        gil_wait_ns: 0,
    };
    let process = |threads| ProcessOutcome {
        ready_ns: None,
        ended_ns: 0,
        ended: Ended::Stopped,
        gil_switches: 0,
        memory_bytes: 0,
        threads,
    };
    // Of 0 to 2 the first two are done, of 3 to 5 all, of 6 and 7 the first.
    let outcome = Outcome {
        processes: vec![
            process(vec![thread(2, 3), thread(3, 3)]),
            process(vec![thread(1, 2)]),
        ],
        ..Outcome::default()
    };
    assert_eq!(uncompared(&outcome, &[1; 8]), 0);
    assert_eq!(uncompared(&outcome, &[1; 5]), 2, "5 and 6");
    assert_eq!(uncompared(&outcome, &[1, 0, 0, 1, 1]), 3, "1, 5 and 6");
    assert_eq!(uncompared(&outcome, &[]), 6);
}

#[test]
fn every_unit_is_dealt_once() {
    let experiment = Experiment {
        processes: 3,
        threads: 2,
        units: 17,
        ..Experiment::default()
    };
    let mut dealt = Vec::new();
    for index in 0..3 {
        let task = Task {
            experiment: experiment.clone(),
            source: String::new(),
            index,
            origin_ms: 0.0,
            page_reads_memory: true,
            expected: Vec::new(),
        };
        assert_eq!(task.workers(), 3);
        for (first, units) in task.first_units().into_iter().zip(task.planned()) {
            dealt.extend(first..first + units);
        }
    }
    dealt.sort_unstable();
    assert_eq!(dealt, (0..17).collect::<Vec<_>>());
}

#[test]
fn fingerprints_are_those_of_the_standard() {
    // From the RFC's test vectors.
    assert_eq!(fingerprint(""), 0x811C_9DC5);
    assert_eq!(fingerprint("a"), 0xE40C_292C);
    assert_eq!(fingerprint("foobar"), 0xBF9C_F968);
}

#[test]
fn results_are_read_by_thread() {
    let output = Output::new(&[2, 1]);
    output.voice(0).set_result_of(1, 5);
    output.voice(1).set_result_of(0, 6);
    output.voice(1).set_result_of(1, 7);
    let words = output.copy();
    assert_eq!(output.plan().results(&words, 0, 2), [0, 5]);
    assert_eq!(output.plan().results(&words, 1, 9), [6]);
}

#[test]
fn what_was_raised_is_said_in_a_line() {
    let calls =
        "Traceback (most recent call last):\n  File \"program.py\", line 2, in work\n    f()\n";
    for (traceback, expected) in [
        (format!("{calls}ValueError: no\n"), "ValueError: no"),
        (
            format!("{calls}ValueError: no\nthe note\n"),
            "ValueError: no",
        ),
        (
            format!(
                "{calls}KeyError: 3\n\nDuring handling of the above exception, another exception occurred:\n\n{calls}ValueError: b\n"
            ),
            "ValueError: b",
        ),
        (
            format!(
                "{calls}ExceptionGroup: g (1 sub-exception)\n  +-+--- 1 ---\n    | KeyError: 3\n"
            ),
            "ExceptionGroup: g (1 sub-exception)",
        ),
        (
            "  File \"program.py\", line 2\n    1 +\n      ^\nSyntaxError: invalid syntax\n"
                .to_owned(),
            "SyntaxError: invalid syntax",
        ),
        ("NameError: no work\n".to_owned(), "NameError: no work"),
        (String::new(), ""),
    ] {
        let raised = Raised {
            traceback,
            line: None,
            unit: None,
        };
        assert_eq!(raised.what(), expected, "{}", raised.traceback);
    }
}
