use super::*;
use crate::experiment::scenario::{Document, read};
use crate::experiment::{Costs, from_fragment};
use crate::sim::{Limits, Run, run, run_experiment};
use expect_test::{Expect, expect};

fn ran(fragment: &str) -> Run {
    let experiment = from_fragment(fragment).experiment;
    run_experiment(&experiment, &Costs::IDEAL, Limits::default()).expect("valid")
}

fn written(file: &str) -> Run {
    // Beside the package that compiles this.
    let path = format!("{}/../scenarios/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("it is there");
    let Ok(Document::Scenario(scenario)) = read(&text) else {
        panic!("{file} is no scenario");
    };
    run(&scenario, Limits::default()).expect("valid")
}

/// The whole figure as its table, title first.
fn check(figure: &Figure, expected: Expect) {
    let table = figure.table();
    let mut text = format!("{}\n{}\n", figure.title, table.head.join(" | "));
    for row in &table.rows {
        text += &format!("{}\n", row.join(" | "));
    }
    for row in figure.more.iter().flat_map(|more| &more.rows) {
        text += &format!("+ {}\n", row.join(" | "));
    }
    expected.assert_eq(&text);
}

#[test]
fn throughput_shows_bins_of_the_run() {
    let run = ran("threads=2&cores=2&units=80&gil=off");
    let outcome = &run.outcome;
    let points = Rates::points(&outcome.throughput, outcome.wall_ns);
    let predicted = Rates::predicted(points, outcome.units_per_second());
    let measured = Rates::measured(vec![(10_000_000, 1_900.0)], 1_890.0);
    check(
        &throughput(&[predicted, measured], None, run.trace.end),
        expect![[r#"
        Predicted 2,000 units/s on average, measured 1,890 units/s.
        Time since the start | predicted, these settings | measured
        5 ms | 1,800 units/s | –
        10 ms | – | 1,900 units/s
        15 ms | 2,000 units/s | –
        25 ms | 2,000 units/s | –
        35 ms | 2,200 units/s | –
    "#]],
    );
}

#[test]
fn a_window_counts_again_and_in_its_own_place() {
    let run = ran("threads=2&cores=2&units=80&gil=off");
    let window = Window {
        from: 10_000_000,
        to: 20_000_000,
    };
    let points = units_between(&run.trace.units, window);
    assert!(
        points
            .iter()
            .all(|&(at, _)| window.from < at && at < window.to)
    );
    let step = window.length() as f64 / 1e9 / points.len() as f64;
    let units: f64 = points.iter().map(|point| point.1 * step).sum();
    let direct = run
        .trace
        .units
        .iter()
        .filter(|&&at| (window.from..=window.to).contains(&at));
    assert!((units - direct.count() as f64).abs() < 1e-6);
    assert!(
        units_between(&[], window)
            .iter()
            .all(|point| point.1 <= 0.0)
    );
}

#[test]
fn utilisation_of_threads_under_a_gil() {
    check(
        &utilisation(&ran("threads=2&cores=2&units=20"), None, 4),
        expect![[r#"
        Threads spend 50 % of their time running, 38 % waiting for the GIL; cores are at work 50 % of theirs.
        Time since the start | running | waiting for the GIL | not started or ended | cores at work
        0 ms to 5 ms | 50 % | 50 % | 0 % | 50 %
        5 ms to 10 ms | 50 % | 50 % | 0 % | 50 %
        10 ms to 15 ms | 50 % | 50 % | 0 % | 50 %
        15 ms to 20 ms | 50 % | 0 % | 50 % | 50 %
    "#]],
    );
}

#[test]
fn utilisation_of_waits() {
    let run = ran("threads=2&cores=1&units=8&cpu=1000&io=1000");
    check(
        &utilisation(&run, None, 4),
        expect![[r#"
        Threads spend 44 % of their time running, 44 % waiting for I/O; cores are at work 89 % of theirs.
        Time since the start | running | ready, no core free | waiting for I/O | not started or ended | cores at work
        0 ms to 2.25 ms | 50 % | 22 % | 28 % | 0 % | 100 %
        2.25 ms to 4.5 ms | 50 % | 0 % | 50 % | 0 % | 100 %
        4.5 ms to 6.75 ms | 50 % | 0 % | 50 % | 0 % | 100 %
        6.75 ms to 9 ms | 28 % | 0 % | 50 % | 22 % | 56 %
    "#]],
    );
}

#[test]
fn the_shares_of_each_bin_add_up_to_1() {
    let runs = [
        ran(""),
        ran("procs=4&threads=1"),
        ran("units=200&cpu=500&io=5000"),
        ran("procs=2&threads=2&fault=segfault.0.1.u30"),
        written("dining-philosophers.json"),
        written("priority-inversion.json"),
        written("producer-consumer.json"),
        Run::default(),
    ];
    for run in &runs {
        let end = run.trace.end;
        let middle = Window {
            from: end / 3,
            to: end / 2 + 100,
        };
        for (window, bins) in [(None, 1), (None, 97), (Some(middle), 13)] {
            let figure = utilisation(run, window, bins);
            assert_eq!(figure.xs.len(), bins + 1);
            for bin in 0..bins {
                let stack = figure
                    .lines
                    .iter()
                    .filter(|line| matches!(line.look, Look::Stack(_)));
                let sum: f64 = stack.map(|line| line.values[bin].expect("known")).sum();
                assert!((sum - 1.0).abs() < 1e-6, "{sum} in bin {bin}");
            }
            let shares = figure
                .lines
                .iter()
                .flat_map(|line| line.values.iter().flatten());
            assert!(
                shares
                    .copied()
                    .all(|share| (-1e-9..=1.0 + 1e-6).contains(&share))
            );
        }
    }
}

#[test]
fn stacks_stand_on_what_is_shown_below_them() {
    let figure = utilisation(&ran("threads=2&cores=2&units=20"), None, 4);
    let tops = |figure: &Figure| {
        let heights = figure.heights();
        let stacks = figure.lines.iter().zip(heights);
        let stacks = stacks.filter(|(line, _)| matches!(line.look, Look::Stack(_)));
        stacks.map(|(_, heights)| heights[0]).collect::<Vec<_>>()
    };
    assert_eq!(tops(&figure).last().copied().flatten(), Some(1.0));
    let first = figure.lines[0].values[0];
    let rest = figure.without(|line| line.label == "running");
    let top = tops(&rest).last().copied().flatten().expect("known");
    assert!((top + first.expect("known") - 1.0).abs() < 1e-9);
}

#[test]
fn gil_wait_by_time_and_by_thread() {
    check(
        &gil_wait(&ran("threads=4&cores=4&units=80"), None, 4).expect("there is a GIL"),
        expect![[r#"
            70 % of the threads' time is waiting for the GIL.
            Time since the start | of the threads' time, waiting for the GIL | of the time, the GIL is held
            0 ms to 20 ms | 75 % | 100 %
            20 ms to 40 ms | 75 % | 100 %
            40 ms to 60 ms | 71 % | 100 %
            60 ms to 80 ms | 43 % | 100 %
            + P1 T1 | 50 ms | 30 ms | 60 %
            + P1 T2 | 75 ms | 55 ms | 73 %
            + P1 T3 | 80 ms | 60 ms | 75 %
            + P1 T4 | 60 ms | 40 ms | 67 %
        "#]],
    );
    assert_eq!(gil_wait(&ran("gil=off"), None, 4), None);
}

#[test]
fn gil_wait_agrees_with_the_accounts() {
    for run in [
        ran(""),
        ran("procs=2&threads=3"),
        written("dining-philosophers.json"),
    ] {
        let Some(figure) = gil_wait(&run, None, 50) else {
            continue;
        };
        let time_in = run.metrics.time_in;
        let waits = time_in[crate::sim::State::WaitGil as usize] as f64;
        let alive = time_in[1..time_in.len() - 1].iter().sum::<u64>() as f64;
        let said = format!("{} of", scale::share(waits / alive));
        assert!(
            figure.title.starts_with(&said),
            "{} but {said}",
            figure.title
        );
    }
}

#[test]
fn latency_of_units_and_threads() {
    let run = ran("threads=2&cores=2&units=20");
    let figure = latency(&run).expect("there are units");
    expect![[r#"
        Half of the units take at most 1 ms, 95 % at most 6 ms; the longest 6 ms.
        [(1000000.0, "p50"), (6000000.0, "p95"), (6000000.0, "max")]
        Some(Table { caption: "Percentiles", head: ["Of", "How many", "p50", "p95", "max"], rows: [["units", "20", "1 ms", "6 ms", "6 ms"], ["threads", "2", "15 ms", "20 ms", "20 ms"]] })"#]].assert_eq(&format!("{}\n{:?}\n{:?}", figure.title, figure.marks, figure.more));
}

#[test]
fn percentiles_are_those_of_the_times_themselves() {
    for run in [
        ran(""),
        ran("units=200&cpu=500&io=5000"),
        written("mlfq-gaming.json"),
    ] {
        let mut times = unit_times(&run);
        assert_eq!(times.len(), run.trace.units.len());
        times.sort_unstable();
        for p in [1, 50, 95, 100] {
            let mark = latency::percentile(&times, p);
            let within = times.iter().filter(|&&time| time <= mark).count();
            let below = times.iter().filter(|&&time| time < mark).count();
            assert!(within * 100 >= p * times.len() && below * 100 <= p * times.len());
        }
        let figure = latency(&run);
        for line in figure.iter().flat_map(|figure| &figure.lines) {
            let (_, bins) = line.values.split_last().expect("bins");
            let sum: f64 = bins.iter().flatten().sum();
            assert!((sum - 1.0).abs() < 1e-9);
        }
    }
    // One thread's units follow each other: they fill its time.
    let alone = ran("threads=1&units=50");
    assert_eq!(unit_times(&alone), vec![1_000_000; 50]);
    assert_eq!(latency(&Run::default()), None);
    assert_eq!(latency::percentile(&[], 50), 0);
}

#[test]
fn jobs_count_instead_of_threads_where_there_are_any() {
    let run = ran("threads=3&cores=1&units=3&cpu=1000&gil=off");
    let mut turnarounds = turnarounds(&run);
    turnarounds.sort_unstable();
    assert_eq!(turnarounds.last(), Some(&run.metrics.turnaround.max));
    assert_eq!(turnarounds.len(), 3);
}

#[test]
fn amdahl_by_the_book() {
    for (serial, workers, expected) in [
        (0.0, 8.0, 8.0),
        (1.0, 8.0, 1.0),
        (0.5, 2.0, 4.0 / 3.0),
        (0.1, 10.0, 1.0 / 0.19),
        (0.05, 1e12, 20.0),
    ] {
        assert!((amdahl(serial, workers) - expected).abs() < 1e-6);
    }
}

fn curve(fragment: &str) -> (f64, Figure) {
    let experiment = from_fragment(fragment).experiment;
    let run = |workers| {
        let experiment = with_workers(&experiment, workers);
        run_experiment(&experiment, &Costs::IDEAL, Limits::default()).expect("valid")
    };
    let serial = serial_share(&experiment, &run(1));
    let all = counts(&experiment).into_iter();
    let points = all.filter_map(|workers| Point::of(workers, &run(workers)));
    let request = SpeedUp {
        points: points.collect(),
        serial,
        measured: Some(1.5),
        experiment,
    };
    (serial, speed_up(&request).expect("there is one worker"))
}

#[test]
fn threads_share_the_gil_and_processes_do_not() {
    for (fragment, serial, speed) in [
        ("threads=4", 1.0, "4 threads are 1.00× as fast as 1."),
        (
            "threads=4&gil=off",
            0.0,
            "4 threads are 4.00× as fast as 1.",
        ),
        (
            "procs=4&threads=1",
            0.0,
            "4 processes are 4.00× as fast as 1.",
        ),
        // A unit holds the GIL for 1 ms of 4.
        (
            "threads=1&cpu=1000&io=3000",
            0.25,
            "1 thread is 1.00× as fast as 1.",
        ),
        (
            "threads=2&cpu=1000&io=3000&units=400",
            0.25,
            "2 threads are 2.00× as fast as 1.",
        ),
    ] {
        let (found, figure) = curve(fragment);
        assert!((found - serial).abs() < 1e-3, "{fragment}: {found}");
        assert_eq!(figure.title, speed, "{fragment}");
    }
}

#[test]
fn the_speed_up_curve() {
    let (_, figure) = curve("procs=4&threads=1&cores=4");
    check(
        &figure,
        expect![[r#"
            4 processes are 4.00× as fast as 1.
            Processes | ideal | simulated | Amdahl's law, 0 % serial | measured
            1 | 1.00× | 1.00× | 1.00× | –
            2 | 2.00× | 2.00× | 2.00× | –
            3 | 3.00× | 2.99× | 3.00× | –
            4 | 4.00× | 4.00× | 4.00× | 1.50×
            5 | 5.00× | 3.85× | 5.00× | –
            6 | 6.00× | 3.96× | 6.00× | –
            7 | 7.00× | 3.96× | 7.00× | –
            8 | 8.00× | 4.00× | 8.00× | –
        "#]],
    );
}

#[test]
fn few_runs_make_a_curve() {
    for (fragment, expected) in [
        ("threads=4", vec![1, 2, 3, 4, 5, 6, 7, 8]),
        (
            "threads=1&procs=64",
            vec![1, 2, 3, 4, 5, 6, 7, 8, 13, 23, 38, 64],
        ),
    ] {
        assert_eq!(counts(&from_fragment(fragment).experiment), expected);
    }
}

#[test]
fn reading_finds_the_bin_or_the_nearest_point() {
    let figure = utilisation(&ran("threads=2&cores=2&units=20"), None, 4);
    let (place, said) = figure.read(12_000_000.0).expect("bins");
    assert_eq!(place, "10 ms to 15 ms");
    assert_eq!(said.len(), figure.lines.len());
    let (_, figure) = curve("threads=4");
    let (place, said) = figure.read(3.6).expect("points");
    assert_eq!(place, "Threads: 4");
    assert_eq!(said[0], ("ideal", "4.00×".to_owned()));
    assert_eq!(said[3], ("measured", "1.50×".to_owned()));
    assert_eq!(Figure::default().read(1.0), None);
}

#[test]
fn ticks_are_round_also_where_the_axis_does_not_begin_at_0() {
    let labels = |quantity, from, to, most| {
        let scale = Scale {
            name: "",
            quantity,
            from,
            to,
        };
        let ticks = scale.ticks(most).into_iter();
        ticks.map(|(_, label)| label).collect::<Vec<_>>().join(" ")
    };
    expect![[r#"
        0 ms 100 ms 200 ms 300 ms 400 ms
        15 ms 20 ms 25 ms 30 ms
        500 µs 1 ms 2 ms 5 ms 10 ms
        100 ns 1 µs 10 µs 100 µs 1 ms 10 ms 100 ms 1 s
        1 2 3 4 5 6 7 8
        1 11 22 33 44 55
        0 50 100
        0 1 2 3 4"#]]
    .assert_eq(
        &[
            labels(Quantity::Time, 0.0, 409e6, 5),
            labels(Quantity::Time, 13e6, 31e6, 4),
            labels(Quantity::LogTime, 5.5, 7.3, 6),
            labels(Quantity::LogTime, 2.0, 9.3, 6),
            labels(Quantity::Count, 1.0, 8.0, 8),
            labels(Quantity::Count, 1.0, 64.0, 6),
            labels(Quantity::Share, 0.0, 1.0, 4),
            labels(Quantity::Times, 0.0, 4.2, 5),
        ]
        .join("\n"),
    );
}
