//! Every command as it is called, with what it prints and its exit status.

use expect_test::{Expect, expect};
use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

/// Two threads of 3 ms and 6 ms, on one core.
const JOBS: &str = "name,arrival,burst\nA,0,3\nB,1,6\n";
const EXPERIMENT: &str =
    r#"{"experiment": {"cores": 4, "threads": 2, "units": 20, "profile": "ideal"}}"#;
const DEADLOCK: &str = r#"{
    "name": "Crossed",
    "processes": [{"name": "p", "threads": [
        {"name": "a", "program": [{"lock": "x"}, {"sleep": "1 ms"}, {"lock": "y"}]},
        {"name": "b", "program": [{"lock": "y"}, {"sleep": "1 ms"}, {"lock": "x"}]}
    ]}],
    "locks": [{"name": "x"}, {"name": "y"}]
}"#;

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A file in a folder of this test alone.
fn file(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(name);
    fs::write(&path, text).expect("the folder can be written");
    path.display().to_string()
}

fn timeslice(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_timeslice"));
    command.args(args).current_dir(root());
    command
}

fn call(args: &[&str], input: &str) -> Output {
    let mut child = timeslice(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    // It need not read what it does not want.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

/// What it prints, after it has ended with status 0 and said nothing else.
fn printed(args: &[&str], input: &str) -> String {
    let output = call(args, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*said), (Some(0), ""), "{args:?}");
    String::from_utf8(output.stdout).expect("it prints text")
}

fn check(args: &[&str], input: &str, expect: Expect) {
    expect.assert_eq(&printed(args, input));
}

/// It ends with `status`, prints nothing and says what is wrong.
fn check_error(args: &[&str], input: &str, status: i32, expect: Expect) {
    let output = call(args, input);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{args:?}: {said}");
    expect.assert_eq(&said.replace(env!("CARGO_TARGET_TMPDIR"), "TMP"));
}

#[test]
fn run_prints_a_table() {
    check(
        &["run", "-"],
        JOBS,
        expect![[r#"
        finished after 9 ms

        run time                       9 ms
        CPU time                       9 ms
        use of the cores              100 %
        cores busy at a time           1.00
        turnaround, mean             5.5 ms
        turnaround, median             3 ms
        turnaround, 95 %               8 ms
        turnaround, longest            8 ms
        response, mean                 1 ms
        response, longest              2 ms
        waiting for a core, mean       1 ms
        waiting for a core, longest    2 ms
        fairness of CPU time (Jain)    0.90
        context switches                  1

        thread  ended      created  turnaround  response   CPU  ready
        jobs A  completed        0        3 ms         0  3 ms      0
        jobs B  completed     1 ms        8 ms      2 ms  6 ms   2 ms
    "#]],
    );
}

#[test]
fn run_says_what_did_not_finish() {
    let args = ["run", "-", "--until", "4 ms"];
    let text = printed(&args, JOBS);
    expect!["did not finish by 4 ms: 1 of 2 threads had not ended"]
        .assert_eq(text.lines().next().expect("a line"));
    let text = printed(&["run", "-", "--max-events", "3"], JOBS);
    expect![
        "did not finish by 0: 2 of 2 threads had not ended; the budget of 3 events was used up"
    ]
    .assert_eq(text.lines().next().expect("a line"));
    let text = printed(&["run", "-"], DEADLOCK);
    expect!["stuck at 1 ms: 2 of 2 threads wait for ever, in a deadlock"]
        .assert_eq(text.lines().nth(1).expect("a line"));
}

#[test]
fn run_prints_json() {
    let text = printed(&["run", "scenarios/lost-update.json", "--json"], "");
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["verdict"], "finished");
    assert_eq!(value["cut"], false);
    assert!(value["metrics"]["lost_updates"].as_u64() > Some(0));
    assert!(value["threads"][0]["time_in"]["running"].is_u64());
}

#[test]
fn every_example_runs() {
    let mut paths: Vec<PathBuf> = vec![root().join("scenarios")];
    while let Some(path) = paths.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("the folder can be read");
            paths.extend(entries.map(|entry| entry.expect("an entry").path()));
            continue;
        }
        let path = path.display().to_string();
        let text = printed(&["run", &path, "--cores", "2", "--until", "100 ms"], "");
        assert!(text.contains("run time"), "{path}");
    }
}

#[test]
fn options_take_the_place_of_what_is_written() {
    let gantt = |more: &[&str]| {
        let mut args = vec!["run", "-", "--gantt", "-", "--width", "40"];
        args.extend(more);
        let text = printed(&args, "name,burst\nA,4\nB,2\n");
        let rows = text.lines().filter(|line| line.starts_with("core "));
        rows.collect::<Vec<_>>().join("\n")
    };
    expect!["core 1 |AAAAAAAAAAAAAAAAAAAABBBBBBBBBB|"].assert_eq(&gantt(&["--policy", "fifo"]));
    expect!["core 1 |BBBBBBBBBBAAAAAAAAAAAAAAAAAAAA|"].assert_eq(&gantt(&["--policy", "sjf"]));
    expect!["core 1 |AAAAABBBBBAAAAABBBBBAAAAAAAAAA|"]
        .assert_eq(&gantt(&["--policy", r#"{"kind": "rr", "slice": "1 ms"}"#]));
    expect![[r#"
        core 1 |AAAAAAAAAAAAAAAAAAAA|
        core 2 |BBBBBBBBBB··········|"#]]
    .assert_eq(&gantt(&["--cores", "2"]));
    let seed = |seed| {
        printed(
            &["run", "-", "--json", "--policy", "lottery", "--seed", seed],
            JOBS,
        )
    };
    assert_eq!(seed("1"), seed("1"));
    // An experiment knows policies by name, and any with its parameters.
    for policy in [
        "mlfq",
        "rr",
        "llf",
        r#"{"kind": "stride", "quantum": "1 ms"}"#,
    ] {
        printed(&["run", "-", "--policy", policy], EXPERIMENT);
    }
}

#[test]
fn traces_and_charts_are_written_in_the_form_their_name_tells() {
    let input = file("traced.csv", JOBS);
    for (name, begins) in [
        ("t.json", "{\"displayTimeUnit\""),
        ("t.csv", "kind,start_ns"),
    ] {
        let path = file(name, "");
        printed(&["run", &input, "--trace", &path], "");
        let text = fs::read_to_string(&path).expect("it was written");
        assert!(text.starts_with(begins), "{name}: {text}");
    }
    for (name, begins) in [("g.svg", "<svg "), ("g.txt", "      ")] {
        let path = file(name, "");
        printed(&["run", &input, "--gantt", &path], "");
        let text = fs::read_to_string(&path).expect("it was written");
        assert!(text.starts_with(begins), "{name}: {text}");
    }
    let trace = printed(
        &["run", &input, "--trace", "-", "--trace-format", "csv"],
        "",
    );
    assert!(trace.starts_with("kind,") && !trace.contains("run time"));
    let svg = printed(
        &["run", &input, "--gantt", "-", "--gantt-format", "svg"],
        "",
    );
    assert!(svg.ends_with("</svg>\n"));
}

#[test]
fn the_form_of_standard_input_is_guessed_or_given() {
    let rt_app = fs::read_to_string(root().join("scenarios/rt-app.json")).expect("an example");
    let guessed = printed(&["run", "-", "--until", "50 ms"], &rt_app);
    let given = printed(
        &["run", "-", "--until", "50 ms", "--format", "rt-app"],
        &rt_app,
    );
    assert_eq!(guessed, given);
    assert!(guessed.contains("rt-app video"));
    assert!(printed(&["run", "-"], EXPERIMENT).contains("P1 T2"));
}

#[test]
fn compare_says_how_two_runs_differ() {
    let one = file("one.json", EXPERIMENT);
    let two = file(
        "two.json",
        &EXPERIMENT.replace("\"units\"", "\"gil\": false, \"units\""),
    );
    let text = printed(&["compare", &one, &two], "");
    let words: Vec<&str> = text.lines().filter(|line| line.starts_with("- ")).collect();
    expect![[r#"
        - B finishes 2.00× sooner
        - in the thread that ends last: 10 ms less waiting for the GIL
        - use of the cores rises from 25 % to 50 %
        - mean turnaround falls from 17.5 ms to 10 ms
        - GIL wait falls from 15 ms to 0"#]]
    .assert_eq(&words.join("\n"));
    let text = printed(&["compare", "-", &two, "--json"], EXPERIMENT);
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value["a"]["figures"]["end_ns"], 20_000_000);
    assert_eq!(value["b"]["figures"]["end_ns"], 10_000_000);
    assert_eq!(value["differences"][0], "B finishes 2.00× sooner");
}

#[test]
fn sweep_prints_a_table_in_order() {
    check(
        &[
            "sweep",
            "-",
            "--set",
            "experiment.threads=1,2,4",
            "--set",
            "experiment.gil=true,false",
        ],
        EXPERIMENT,
        expect![[r#"
            experiment.threads  experiment.gil  ended     run time  speed-up  cores used     throughput  turnaround  GIL wait  switches
            1                   true            finished     20 ms     1.00×        25 %  1,000 units/s       20 ms         0         2
            1                   false           finished     20 ms     1.00×        25 %  1,000 units/s       20 ms         0         2
            2                   true            finished     20 ms     1.00×        25 %  1,000 units/s     17.5 ms     15 ms         4
            2                   false           finished     10 ms     2.00×        50 %  2,000 units/s       10 ms         0         4
            4                   true            finished     20 ms     1.00×        25 %  1,000 units/s     12.5 ms     30 ms         4
            4                   false           finished      5 ms     4.00×       100 %  4,000 units/s        5 ms         0         4
        "#]],
    );
}

#[test]
fn sweep_prints_csv_and_json() {
    let policies = r#"machine.policy={"kind":"fifo"},{"kind":"sjf"}"#;
    let jobs = r#"{"jobs": [{"burst": "4 ms"}, {"burst": "2 ms"}]}"#;
    let text = printed(&["sweep", "-", "--set", policies, "--csv"], jobs);
    let lines: Vec<Vec<&str>> = text
        .lines()
        .map(|line| line.split(',').take(3).collect())
        .collect();
    assert_eq!(lines[0], ["machine.policy", "verdict", "end_ns"]);
    assert_eq!(
        lines[1],
        [r#""{""kind"":""fifo""}""#, "finished", "6000000"]
    );
    let text = printed(
        &["sweep", "-", "--set", "machine.cores=1..3:2", "--json"],
        jobs,
    );
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(value[1]["set"]["machine.cores"], 3);
    assert_eq!(value[1]["figures"]["end_ns"], 4_000_000);
    // A table of jobs and a task set have paths, too: those of a scenario.
    let text = printed(
        &[
            "sweep",
            "-",
            "--set",
            "processes[0].threads[1].arrival=1 ms..3 ms:1 ms",
        ],
        JOBS,
    );
    assert_eq!(text.lines().count(), 4, "{text}");
}

#[test]
fn policies_lists_each_with_its_parameters() {
    let text = printed(&["policies"], "");
    for line in ["fifo ", "rr ", "  slice ", "eevdf ", "llf "] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line}");
    }
    let text = printed(&["policies", "--json"], "");
    let all: Vec<serde_json::Value> = serde_json::from_str(&text).expect("JSON");
    assert_eq!(all.len(), 18);
}

#[test]
fn schema_is_that_of_the_documentation() {
    let kept = fs::read_to_string(root().join("docs/scenario.schema.json")).expect("a file");
    assert!(printed(&["schema"], "") == kept);
}

#[test]
fn wrong_usage_ends_with_2() {
    assert_eq!(call(&[], "").status.code(), Some(2));
    assert_eq!(call(&["run"], "").status.code(), Some(2));
    assert_eq!(call(&["--help"], "").status.code(), Some(0));
    check_error(
        &["run", "-", "--until", "5 m"],
        JOBS,
        2,
        expect![[r#"
        error: invalid value '5 m' for '--until <TIME>': "5 m" is no time; write a whole number of ns, or a number with a unit (ns, us, ms, s) such as "5 ms", at most 1000000 s

        For more information, try '--help'.
    "#]],
    );
    check_error(
        &["run", "-", "--policy", "fair"],
        JOBS,
        2,
        expect![[r#"
        timeslice: --policy fair: there is no such policy; there are fifo, sjf, srtf, priority, hrrn, rr, mlfq, lottery, stride, cfs, eevdf, sched-fifo, sched-rr, sched-deadline, edf, rm, dm, llf
    "#]],
    );
    check_error(
        &["run", "-", "--policy", r#"{"kind": "rr"}"#],
        JOBS,
        2,
        expect![[r#"
            timeslice: --policy {"kind": "rr"}: missing field `slice` at line 1 column 14
        "#]],
    );
    check_error(
        &["run", "-", "--json", "--trace", "-"],
        JOBS,
        2,
        expect![[r#"
            timeslice: only one of --json, --trace - and --gantt - can go to standard output
        "#]],
    );
    check_error(
        &["sweep", "-", "--set", "machine.cores"],
        JOBS,
        2,
        expect![[r#"
            timeslice: --set machine.cores: write PATH=FROM..TO[:STEP] or PATH=A,B,C
        "#]],
    );
    check_error(
        &["sweep", "-", "--set", "machine[=1"],
        JOBS,
        2,
        expect![[r#"
            timeslice: --set: "machine[" is no path: a bracket is never closed; write one such as processes[0].threads[2].arrival
        "#]],
    );
    check_error(
        &[
            "sweep",
            "-",
            "--set",
            "seed=1..1000",
            "--set",
            "until=1..1000",
        ],
        JOBS,
        2,
        expect![[r#"
            timeslice: --set: there are more than 100000 combinations
        "#]],
    );
    check_error(
        &["compare", "-", "-"],
        JOBS,
        2,
        expect![[r#"
        timeslice: only one of the two files can be standard input
    "#]],
    );
}

#[test]
fn bad_input_ends_with_3_and_says_where_and_what() {
    let bad = |text: &str, expect| check_error(&["run", "-"], text, 3, expect);
    bad(
        "{\n  \"name\": ,\n}",
        expect![[r#"
        timeslice: standard input: line 2, column 11: expected value
    "#]],
    );
    bad(
        r#"{"machine": {"cores": -1}}"#,
        expect![[r#"
        timeslice: standard input: machine.cores (line 1, column 24): invalid value: integer `-1`, expected u16
    "#]],
    );
    bad(
        r#"{"machine": {"cores": 300, "policy": {"kind": "rr", "slice": 0}}}"#,
        expect![[r#"
            timeslice: standard input:
              machine.cores: is 300, but must be from 1 to 256
              machine.policy.slice: is 0 ns, but must be from 1 ns to 1000000 s
              processes: is a list of 0, but must be one of 1 to 65535
        "#]],
    );
    bad(
        r#"{"experiment": {"cores": 99}}"#,
        expect![[r#"
            timeslice: standard input: experiment: Cores is 99, but must be from 1 to 64
        "#]],
    );
    bad(
        r#"{"experiment": {"profile": "this-browser"}}"#,
        expect![[r#"
            timeslice: standard input: the costs are "this-browser", which only the page can measure; write "ideal" or "cpython-linux"
        "#]],
    );
    bad(
        "name,burst\nA,soon\n",
        expect![[r#"
        timeslice: standard input: line 2, column 2 (burst): "soon" is no time such as 5 or 5 ms, at most 1000000 s
    "#]],
    );
    bad(
        "",
        expect![[r#"
        timeslice: standard input: line 1: there is no column burst
    "#]],
    );
    let path = file("bad.json", "{\"tasks\": {\"a\": {\"dance\": 1}}}");
    check_error(
        &["run", &path],
        "",
        3,
        expect![[r#"
        timeslice: TMP/bad.json: tasks.a.dance: is not supported; supported are instance, loop, delay, phases and the events lock, unlock, wait, signal, broad, sync, sleep, runtime, run, timer, suspend, resume, yield, barrier, sem_post, sem_wait
    "#]],
    );
    let path = file("latin1.csv", "");
    fs::write(&path, b"name,burst\nM\xfcller,1\n").expect("it can be written");
    check_error(
        &["run", &path],
        "",
        3,
        expect![[r#"
        timeslice: TMP/latin1.csv: the file is not UTF-8 text; the first wrong byte is at 12
    "#]],
    );
    check_error(
        &["run", "-", "--cores", "0"],
        JOBS,
        3,
        expect![[r#"
        timeslice: standard input: machine.cores: is 0, but must be from 1 to 256
    "#]],
    );
    check_error(
        &["run", "-", "--policy", "sched-rr"],
        EXPERIMENT,
        3,
        expect![[r#"
            timeslice: standard input: machine.policy: the threads of an experiment have no real-time priority, run time or period; write a scenario
        "#]],
    );
}

#[test]
fn a_sweep_names_the_setting_that_is_wrong() {
    let bad = |set: &str, input: &str, expect| {
        check_error(&["sweep", "-", "--set", set], input, 3, expect)
    };
    bad(
        "machine.kores=1,2",
        JOBS,
        expect![[r#"
        timeslice: standard input: --set machine.kores=1: machine.kores: unknown field `kores`, expected one of `cores`, `policy`, `queues`, `tie`, `equal-keys`, `preemption`, `cache`
    "#]],
    );
    bad(
        "processes[3].name=a,b",
        JOBS,
        expect![[r#"
        timeslice: standard input: --set processes[3].name=a: processes: there is no entry 3; the list has 1
    "#]],
    );
    bad(
        "machine.cores=0..2",
        JOBS,
        expect![[r#"
        timeslice: standard input: --set machine.cores=0: machine.cores: is 0, but must be from 1 to 256
    "#]],
    );
    bad(
        "machine.cores=one",
        JOBS,
        expect![[r#"
        timeslice: standard input: --set machine.cores=one: machine.cores: invalid type: string "one", expected u16
    "#]],
    );
    bad(
        "experiment.cores=64,65",
        EXPERIMENT,
        expect![[r#"
            timeslice: standard input: --set experiment.cores=65: experiment: Cores is 65, but must be from 1 to 64
        "#]],
    );
    bad(
        "experiment.cores.x=1",
        EXPERIMENT,
        expect![[r#"
        timeslice: standard input: --set experiment.cores.x=1: experiment.cores: is 4, but the path goes on as if it were an object
    "#]],
    );
}

#[test]
fn what_cannot_be_read_or_written_ends_with_4() {
    check_error(
        &["run", "no/such/file.json"],
        "",
        4,
        expect![[r#"
        timeslice: no/such/file.json: No such file or directory (os error 2)
    "#]],
    );
    check_error(
        &["run", "."],
        "",
        4,
        expect![[r#"
        timeslice: .: Is a directory (os error 21)
    "#]],
    );
    check_error(
        &["run", "-", "--trace", "no/such/t.json"],
        JOBS,
        4,
        expect![[r#"
            timeslice: no/such/t.json: No such file or directory (os error 2)
        "#]],
    );
    check_error(
        &["compare", "-", "no/such/file.json"],
        JOBS,
        4,
        expect![[r#"
            timeslice: no/such/file.json: No such file or directory (os error 2)
        "#]],
    );
}

#[test]
fn fail_on_ends_with_1() {
    let jobs = r#"{"processes": [{"name": "p", "threads": [{"program": [{"compute": "3 ms"}],
        "periodic": {"period": "2 ms"}}]}], "until": "10 ms"}"#;
    check_error(
        &["run", "-", "--fail-on", "cut,deadlock"],
        DEADLOCK,
        1,
        expect![[r#"
            timeslice: --fail-on: the run has a deadlock
        "#]],
    );
    check_error(
        &["run", "-", "--fail-on", "stuck"],
        DEADLOCK,
        1,
        expect![[r#"
            timeslice: --fail-on: the run has threads that wait for ever
        "#]],
    );
    check_error(
        &["run", "-", "--fail-on", "deadline-miss"],
        jobs,
        1,
        expect![[r#"
            timeslice: --fail-on: the run has missed deadlines
        "#]],
    );
    check_error(
        &["run", "-", "--fail-on", "cut"],
        jobs,
        1,
        expect![[r#"
        timeslice: --fail-on: the run has not come to its end
    "#]],
    );
    printed(
        &[
            "run",
            "-",
            "--fail-on",
            "stuck,deadlock,deadline-miss,failure,cut,lost-update,leak",
        ],
        JOBS,
    );
}

#[test]
fn a_reader_that_goes_away_ends_it_quietly() {
    let text = r#"{"processes": [{"name": "p", "threads": [{"count": 4, "program": [
        {"repeat": {"times": 20000, "steps": [{"compute": "1 us"}, {"sleep": "1 us"}]}}]}]}]}"#;
    let path = file("long.json", text);
    for more in [
        &["--trace", "-"][..],
        &["--trace", "-", "--trace-format", "csv"],
        &["--gantt", "-", "--gantt-format", "svg"],
    ] {
        let mut args = vec!["run", path.as_str()];
        args.extend(more);
        let mut child = timeslice(&args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut stdout = child.stdout.take().expect("it is piped");
        let mut some = [0; 10];
        stdout.read_exact(&mut some).expect("it prints something");
        drop(stdout);
        let output = child.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*said), (Some(0), ""), "{more:?}");
    }
}

/// Each command in a `console` block of the documentation prints what stands
/// below it. `UPDATE_EXPECT=1` writes it anew.
#[cfg(unix)]
#[test]
fn the_documentation_shows_what_is_printed() {
    let path = root().join("docs/cli.md");
    let kept = fs::read_to_string(&path).expect("there is documentation");
    let bin = PathBuf::from(env!("CARGO_BIN_EXE_timeslice"));
    let folder = bin.parent().expect("it lies in a folder").display();
    let mut fresh = String::new();
    let mut blocks = kept.split("```console\n$ ");
    fresh.push_str(blocks.next().unwrap_or_default());
    let mut commands = 0;
    for block in blocks {
        let (command, rest) = block.split_once('\n').expect("a command is a line");
        let (_, after) = rest.split_once("```").expect("a block ends");
        let output = Command::new("sh")
            .args(["-c", &format!("PATH=\"{folder}:$PATH\"; {command}")])
            .current_dir(root())
            .output()
            .expect("there is a shell");
        let printed = [output.stdout, output.stderr].concat();
        let printed = String::from_utf8(printed).expect("it prints text");
        fresh.push_str(&format!("```console\n$ {command}\n{printed}```{after}"));
        commands += 1;
    }
    assert!(commands >= 8, "{commands}");
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &fresh).expect("it can be written");
    }
    assert!(
        fresh == kept || std::env::var_os("UPDATE_EXPECT").is_some(),
        "docs/cli.md is out of date: run UPDATE_EXPECT=1 cargo test -p timeslice-cli"
    );
}
