//! What the exporters write, on small runs and on every example.

use super::{chrome, compare, csv, gantt_svg, gantt_text, summary};
use crate::experiment::scenario::import::Format;
use crate::sim::{Cause, Limits, Overrides, Run, State, run_document};
use expect_test::{Expect, expect};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const MAX_EVENTS: u64 = 100_000_000;

fn run(name: &str, text: &str) -> Run {
    let document = Format::guess(name, text).read(text, 2).expect(name);
    let (overrides, limits) = (Overrides::default(), Limits::default());
    run_document(document, &overrides, limits).expect(name)
}

/// Every file under `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder can be read") {
        let path = entry.expect("the entry can be read").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Name and run of every example, and of an experiment.
fn examples() -> Vec<(String, Run)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut runs: Vec<(String, Run)> = files(Path::new(folder))
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).expect("an example is text");
            let name = path.display().to_string();
            let run = run(&name, &text);
            (name, run)
        })
        .collect();
    let text = r#"{"experiment": {"units": 30, "processes": 2, "threads": 2, "faults": []}}"#;
    runs.push(("experiment".to_owned(), run("", text)));
    runs
}

fn written(write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a Vec takes everything");
    String::from_utf8(out).expect("it is text")
}

fn check(
    text: &str,
    write: impl FnOnce(&mut Vec<u8>, &Run) -> std::io::Result<()>,
    expect: Expect,
) {
    let run = run("", text);
    expect.assert_eq(&written(|out| write(out, &run)));
}

/// Two threads that hand a message over, one of which then fails.
const PAIR: &str = r#"{
    "name": "A <pair>",
    "processes": [{"name": "p", "threads": [
        {"name": "a", "program": [{"compute": "1.5 us"}, {"send": {"channel": "c", "bytes": 64}}, "unit"]},
        {"name": "b", "program": [{"receive": "c"}, {"compute": "1 us"}, "raise"]}
    ]}],
    "channels": [{"name": "c", "capacity": 1, "transport": {"kind": "by-reference"}}]
}"#;

#[test]
fn chrome_json_of_a_pair() {
    check(
        PAIR,
        |out, run| chrome::write(out, run, "A <pair>"),
        expect![[r#"
            {"displayTimeUnit":"ns","otherData":{"name":"A <pair>"},"traceEvents":[
            {"ph":"M","pid":1,"tid":0,"name":"process_name","args":{"name":"p"}},
            {"ph":"M","pid":1,"tid":0,"name":"process_sort_index","args":{"sort_index":1}},
            {"ph":"M","pid":1,"tid":1,"name":"thread_name","args":{"name":"a"}},
            {"ph":"M","pid":1,"tid":1,"name":"thread_sort_index","args":{"sort_index":1}},
            {"ph":"M","pid":1,"tid":2,"name":"thread_name","args":{"name":"b"}},
            {"ph":"M","pid":1,"tid":2,"name":"thread_sort_index","args":{"sort_index":2}},
            {"ph":"M","pid":2,"tid":10000001,"name":"process_name","args":{"name":"Cores"}},
            {"ph":"M","pid":2,"tid":10000001,"name":"process_sort_index","args":{"sort_index":2}},
            {"ph":"M","pid":2,"tid":10000001,"name":"thread_name","args":{"name":"core 1"}},
            {"ph":"M","pid":2,"tid":10000001,"name":"thread_sort_index","args":{"sort_index":10000001}},
            {"ph":"M","pid":4,"tid":30000001,"name":"process_name","args":{"name":"Units"}},
            {"ph":"M","pid":4,"tid":30000001,"name":"process_sort_index","args":{"sort_index":4}},
            {"ph":"M","pid":4,"tid":30000001,"name":"thread_name","args":{"name":"units of work"}},
            {"ph":"M","pid":4,"tid":30000001,"name":"thread_sort_index","args":{"sort_index":30000001}},
            {"ph":"B","pid":1,"tid":1,"ts":0,"cat":"state","name":"running"},
            {"ph":"E","pid":1,"tid":1,"ts":1.500,"cat":"state","name":"running"},
            {"ph":"B","pid":1,"tid":2,"ts":0,"cat":"state","name":"ready"},
            {"ph":"E","pid":1,"tid":2,"ts":1.500,"cat":"state","name":"ready"},
            {"ph":"B","pid":1,"tid":2,"ts":1.500,"cat":"state","name":"running"},
            {"ph":"E","pid":1,"tid":2,"ts":2.500,"cat":"state","name":"running"},
            {"ph":"B","pid":2,"tid":10000001,"ts":0,"cat":"core","name":"p a"},
            {"ph":"E","pid":2,"tid":10000001,"ts":1.500,"cat":"core","name":"p a"},
            {"ph":"B","pid":2,"tid":10000001,"ts":1.500,"cat":"core","name":"p b"},
            {"ph":"E","pid":2,"tid":10000001,"ts":2.500,"cat":"core","name":"p b"},
            {"ph":"s","pid":1,"tid":1,"ts":1.500,"id":0,"cat":"message","name":"message","args":{"bytes":64}},
            {"ph":"f","pid":1,"tid":2,"ts":1.500,"id":0,"cat":"message","name":"message","bp":"e","args":{"bytes":64}},
            {"ph":"i","pid":1,"tid":2,"ts":2.500,"s":"t","name":"p b ended by an exception"},
            {"ph":"i","pid":4,"tid":30000001,"ts":1.500,"s":"t","name":"unit 1"},
            {"ph":"i","pid":1,"tid":1,"ts":1.500,"s":"t","name":"completed"}
            ]}
        "#]],
    );
}

#[test]
fn csv_of_a_pair() {
    check(
        PAIR,
        csv::write,
        expect![[r#"
        kind,start_ns,end_ns,process,thread,state,core,to,bytes
        state,0,1500,p,a,running,0,,
        state,0,1500,p,b,ready,,,
        state,1500,2500,p,b,running,0,,
        message,1500,,p,a,,,p b,64
        unit,1500,,,,,,,
        failure,2500,,p,b,ended by an exception,,,
    "#]],
    );
}

#[test]
fn summary_of_a_pair() {
    check(
        PAIR,
        |out, run| summary::write(out, run, "A <pair>", MAX_EVENTS),
        expect![[r#"
            A <pair>
            finished after 2.5 µs; 1 of 2 threads did not complete

            run time                                2.5 µs
            CPU time                                2.5 µs
            use of the cores                         100 %
            cores busy at a time                      1.00
            units of work                                1
            throughput                     400,000 units/s
            turnaround, mean                          2 µs
            turnaround, median                      1.5 µs
            turnaround, 95 %                        2.5 µs
            turnaround, longest                     2.5 µs
            response, mean                          750 ns
            response, longest                       1.5 µs
            waiting for a core, mean                750 ns
            waiting for a core, longest             1.5 µs
            fairness of CPU time (Jain)               1.00
            context switches                             1
            messages                                     1
            message volume                            64 B
            failures                                     1
            threads that did not complete                1

            thread  ended      created  turnaround  response     CPU   ready  units
            p a     completed        0      1.5 µs         0  1.5 µs       0      1
            p b     exception        0      2.5 µs    1.5 µs    1 µs  1.5 µs      0

            failures
              2.5 µs: p b ended by an exception
        "#]],
    );
}

const JOBS: &str = "name,arrival,burst\nA,0,3\nB,1,6\nC,2,2\nD,12,1";

#[test]
fn a_gantt_chart_of_jobs() {
    check(
        JOBS,
        |out, run| gantt_text::write(out, run, 60),
        expect![[r#"
                    0         5 ms      10 ms
                    |         |         |
            core 1 |AAAAAABBBBBBBBCCCCBBBB··DD|

            one column is 500 µs: who has most of it; · nobody
            A jobs A  B jobs B  C jobs C  D jobs D
        "#]],
    );
}

#[test]
fn a_gantt_chart_with_gils() {
    let text = r#"{"experiment": {"cores": 2, "threads": 2, "units": 20, "profile": "ideal"}}"#;
    check(
        text,
        |out, run| gantt_text::write(out, run, 60),
        expect![[r#"
                    0         5 ms      10 ms     15 ms
                    |         |         |         |
            core 1 |AAAAAAAAAA··········AAAAAAAAAA··········|
            core 2 |··········BBBBBBBBBB··········BBBBBBBBBB|
            GIL P1 |AAAAAAAAAABBBBBBBBBBAAAAAAAAAABBBBBBBBBB|

            one column is 500 µs: who has most of it; · nobody
            A P1 T1  B P1 T2  C parent  D P1 main
        "#]],
    );
}

#[test]
fn what_did_not_finish_says_so() {
    for (text, expect) in [
        (
            r#"{"jobs": [{"burst": "2 ms"}, {"burst": "9 ms"}], "until": "4 ms", "machine": {"policy": {"kind": "fifo"}}}"#,
            expect!["did not finish by 4 ms: 1 of 2 threads had not ended"],
        ),
        (
            r#"{"processes": [{"name": "p", "threads": [{"program": [{"receive": "c"}]}, {"program": [{"sleep": "1 ms"}, {"receive": "c"}]}]}],
                "channels": [{"name": "c", "capacity": 1, "transport": {"kind": "by-reference"}}]}"#,
            expect!["finished after 1 ms; 2 of 2 threads did not complete"],
        ),
        (
            r#"{"jobs": [{"burst": "2 ms"}]}"#,
            expect!["finished after 2 ms"],
        ),
    ] {
        expect.assert_eq(&summary::verdict(&run("", text), MAX_EVENTS));
    }
    let text = r#"{"experiment": {}}"#;
    let document = Format::Json.read(text, 1).expect("valid");
    let limits = Limits {
        max_events: 100,
        trace: false,
    };
    let run = run_document(document, &Overrides::default(), limits).expect("valid");
    expect!["did not finish by 19.1 ms: 4 of 4 threads had not ended; the budget of 100 events was used up"].assert_eq(&summary::verdict(&run, 100));
}

#[test]
fn a_difference_is_said_in_words() {
    let one = run(
        "",
        r#"{"experiment": {"cores": 2, "threads": 2, "profile": "ideal"}}"#,
    );
    let two = run(
        "",
        r#"{"experiment": {"cores": 2, "threads": 2, "profile": "ideal", "gil": false}}"#,
    );
    expect![[r#"
        B finishes 2.00× sooner
        in the thread that ends last: 200 ms less waiting for the GIL
        use of the cores rises from 50 % to 100 %
        mean turnaround falls from 398 ms to 200 ms
        GIL wait falls from 395 ms to 0"#]]
    .assert_eq(&compare::in_words(&one, &two).join("\n"));
    assert_eq!(
        compare::in_words(&one, &one),
        ["A and B finish at the same time"]
    );
}

/// A time of the format, µs with a point, in ns.
fn ns(event: &Value, key: &str) -> u64 {
    (event[key].as_f64().expect("µs") * 1_000.0).round() as u64
}

#[test]
fn chrome_json_parses_and_its_spans_are_the_threads_lives() {
    for (name, run) in examples() {
        let text = written(|out| chrome::write(out, &run, &name));
        let trace: Value = serde_json::from_str(&text).expect(&name);
        let events = trace["traceEvents"].as_array().expect("a list");
        let mut lanes: BTreeMap<(u64, u64), Vec<(u64, u64)>> = BTreeMap::new();
        let bounds = events
            .iter()
            .filter(|event| event["ph"] == "B" || event["ph"] == "E");
        let bounds: Vec<_> = bounds.collect();
        for pair in bounds.chunks(2) {
            let [begin, end] = pair else {
                panic!("{name}: a span without end");
            };
            assert_eq!((&begin["ph"], &end["ph"]), (&"B".into(), &"E".into()));
            let number = |key: &str| {
                assert_eq!(begin[key], end[key], "{name}: {key}");
                begin[key].as_u64().expect("a number")
            };
            let lane = lanes.entry((number("pid"), number("tid"))).or_default();
            assert_eq!(begin["name"], end["name"]);
            lane.push((ns(begin, "ts"), ns(end, "ts")));
        }
        for lane in lanes.values_mut() {
            lane.sort_unstable();
            let apart = lane.windows(2).all(|pair| pair[0].1 <= pair[1].0);
            assert!(apart, "{name}: spans of a lane overlap");
        }
        for (id, thread) in run.threads.iter().enumerate() {
            let pid = u64::from(thread.process) + 1;
            let spans = lanes.get(&(pid, id as u64 + 1));
            let drawn: u64 = spans.map_or(0, |lane| lane.iter().map(|span| span.1 - span.0).sum());
            let accounted: u64 = thread.time_in.iter().sum();
            let idle = thread.time_in[State::New as usize] + thread.time_in[State::Ended as usize];
            assert_eq!(drawn, accounted - idle, "{name}: {}", thread.name);
            if let Some(lived) = thread.turnaround_ns() {
                assert_eq!(drawn, lived, "{name}: {}", thread.name);
            }
        }
        let cores = run.processes.len() as u64 + 1;
        for (core, &busy) in run.metrics.core_busy_ns.iter().enumerate() {
            let spans = lanes.get(&(cores, 10_000_001 + core as u64));
            let drawn: u64 = spans.map_or(0, |lane| lane.iter().map(|span| span.1 - span.0).sum());
            assert_eq!(drawn, busy, "{name}: core {core}");
        }
        let flows = |kind: &str| events.iter().filter(|event| event["ph"] == kind).count();
        let wakes = run.trace.wakes.iter();
        let wakes = wakes.filter(|wake| wake.cause != Cause::Message).count();
        let arrows = run.trace.messages.len() + wakes;
        assert_eq!((flows("s"), flows("f")), (arrows, arrows), "{name}");
        let id = |kind: &str| -> Vec<u64> {
            let of_kind = events.iter().filter(|event| event["ph"] == kind);
            of_kind
                .map(|event| event["id"].as_u64().expect(&name))
                .collect()
        };
        let numbers: Vec<u64> = (0..arrows as u64).collect();
        assert_eq!((id("s"), id("f")), (numbers.clone(), numbers), "{name}");
        let named = events
            .iter()
            .filter(|event| event["name"] == "thread_name")
            .count();
        assert!(
            named >= run.threads.len() + usize::from(run.trace.cores),
            "{name}"
        );
    }
}

#[test]
fn csv_has_a_line_for_everything() {
    for (name, run) in examples() {
        let text = written(|out| csv::write(out, &run));
        let mut table = ::csv::Reader::from_reader(text.as_bytes());
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for record in table.records() {
            let kind = record.expect(&name)[0].to_owned();
            *counts.entry(kind).or_default() += 1;
        }
        let count = |kind: &str| counts.get(kind).copied().unwrap_or(0);
        let trace = &run.trace;
        assert_eq!(count("state"), trace.spans.len(), "{name}");
        assert_eq!(count("gil"), trace.holds.len(), "{name}");
        assert_eq!(count("message"), trace.messages.len(), "{name}");
        assert_eq!(count("wake"), trace.wakes.len(), "{name}");
        assert_eq!(count("unit"), trace.units.len(), "{name}");
        assert_eq!(count("failure"), run.outcome.failures.len(), "{name}");
    }
}

/// Enough of a parser for what the exporter writes: every element is closed in
/// its order.
fn assert_well_formed(svg: &str, name: &str) {
    let mut open = Vec::new();
    let mut rest = svg;
    while let Some(at) = rest.find('<') {
        let end = rest[at..].find('>').expect("a tag ends") + at;
        let tag = &rest[at + 1..end];
        let word = tag.trim_start_matches('/').split([' ', '/']).next();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), word, "{name}");
        } else if !tag.ends_with('/') {
            open.extend(word);
        }
        rest = &rest[end + 1..];
    }
    assert!(open.is_empty(), "{name}: {open:?}");
}

#[test]
fn svg_is_well_formed_and_names_every_thread_it_draws() {
    for (name, run) in examples() {
        let svg = written(|out| gantt_svg::write(out, &run, &name, 800, MAX_EVENTS));
        assert_well_formed(&svg, &name);
        assert!(svg.contains("<title id=\"ts-title\">") && svg.contains("<desc"));
        assert!(svg.contains("prefers-color-scheme:dark"), "{name}");
        for span in &run.trace.spans {
            let long = (span.end - span.start) * 50 > run.trace.end;
            let worker = run.trace.threads[span.thread as usize].worker.is_some();
            if span.state == State::Running && long && worker {
                let title = format!("<title>{}", run.trace.name(span.thread));
                assert!(svg.contains(&title), "{name}: {title}");
            }
        }
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{name}");
    }
}

#[test]
fn svg_escapes_what_names_contain_and_stays_bounded() {
    let text = r#"{"processes": [{"name": "<&\u0001>", "threads": [{"name": "\"x\"", "count": 3, "program": [
        {"repeat": {"times": 20000, "steps": [{"compute": "1 us"}, {"sleep": "1 us"}]}}]}]}]}"#;
    let run = run("", text);
    assert!(run.trace.spans.len() > 100_000);
    let svg = written(|out| gantt_svg::write(out, &run, "<&>", 600, MAX_EVENTS));
    assert_well_formed(&svg, "names");
    assert!(svg.contains("&lt;&amp;\u{fffd}&gt;") && !svg.contains('\u{1}'));
    assert!(svg.lines().count() < 5 * 600, "{}", svg.lines().count());
}

#[test]
fn nothing_at_all_can_be_exported() {
    let empty = run(
        "",
        r#"{"processes": [{"name": "p", "threads": [{"program": []}]}]}"#,
    );
    assert_eq!(empty.end_ns, 0);
    written(|out| chrome::write(out, &empty, ""));
    written(|out| csv::write(out, &empty));
    written(|out| gantt_text::write(out, &empty, 0));
    written(|out| gantt_svg::write(out, &empty, "", 0, MAX_EVENTS));
    written(|out| summary::write(out, &empty, "", MAX_EVENTS));
    assert_eq!(compare::in_words(&empty, &empty).len(), 1);
}

#[test]
fn the_thread_that_ends_last_accounts_for_all_of_the_time() {
    for text in [
        r#"{"experiment": {}}"#,
        r#"{"experiment": {"processes": 4, "threads": 1}}"#,
        r#"{"experiment": {"processes": 3, "threads": 3, "cores": 2, "io_us": 300}}"#,
        r#"{"experiment": {"threads": 1, "policy": "fifo"}}"#,
    ] {
        let run = run("", text);
        let last = compare::LastThread::of(&run).expect("it finishes");
        let sum: u64 = last.parts().iter().map(|(_, time)| time).sum();
        assert_eq!(sum, run.end_ns, "{text}: {last:?}");
    }
}

#[test]
fn the_difference_is_traced_to_what_makes_it() {
    let check = |a: &str, b: &str, expect: Expect| {
        let of = |text: &str| run("", &format!(r#"{{"experiment": {{{text}}}}}"#));
        let words = compare::in_words(&of(a), &of(b));
        expect.assert_eq(&words[..2].join("\n"));
    };
    check(
        "",
        r#""processes": 4, "threads": 1"#,
        expect![[r#"
        B finishes 3.61× sooner
        in the thread that ends last: 305 ms less waiting for the GIL, 5.55 ms more before it starts"#]],
    );
    check(
        r#""processes": 4, "threads": 1"#,
        "",
        expect![[r#"
        B finishes 3.61× later
        in the thread that ends last: 305 ms more waiting for the GIL, 5.55 ms less before it starts"#]],
    );
    check(
        r#""threads": 1"#,
        r#""threads": 4, "gil": false"#,
        expect![[r#"
            B finishes 3.83× sooner
            in the thread that ends last: 302 ms less on a core"#]],
    );
    check(
        r#""io_us": 1000, "threads": 1"#,
        r#""io_us": 1000"#,
        expect![[r#"
            B finishes 1.79× sooner
            in the thread that ends last: 318 ms less waiting for I/O, 302 ms less on a core, 252 ms more waiting for the GIL"#]],
    );
    check(
        r#""gil": false, "cores": 1"#,
        r#""gil": false, "cores": 4"#,
        expect![[r#"
            B finishes 3.83× sooner
            in the thread that ends last: 300 ms less waiting for a core"#]],
    );
    // Not the same work.
    check(
        r#""threads": 1"#,
        r#""threads": 1, "faults": [{"kind": "exception", "process": 0, "when": {"units": 30}}]"#,
        expect![[r#"
            B finishes 11.46× sooner, with 30 units of work done instead of 400
            in the thread that ends last: 370 ms less on a core"#]],
    );
}
