//! Which arrows are drawn, and what is said of those that are not.

use super::*;

/// Kinds of arrows, told apart by their colour.
const KINDS: [(&str, Ink); 5] = [
    ("message", Ink::ChannelWait),
    ("wake", Ink::Text),
    ("join", Ink::JoinWait),
    ("turn", Ink::GilWait),
    ("cause", Ink::Danger),
];

/// How many heads of arrows of each kind there are, in words.
fn arrows(timeline: &Timeline) -> String {
    let count = |ink: Ink| {
        let head = |shape: &&Shape| matches!(shape, Shape::Line { points, ink: of, dashed: false, .. } if *of == ink && matches!(points.len(), 3 | 4));
        timeline.picture.shapes.iter().filter(head).count()
    };
    let kinds = KINDS.map(|(name, ink)| (name, count(ink)));
    let found = kinds.iter().filter(|(_, number)| *number > 0);
    let words: Vec<String> = found
        .map(|(name, number)| format!("{number} {name}"))
        .collect();
    words.join(", ")
}

fn check(drawing: &Drawing, change: impl Fn(&mut TimelineRequest<'_>), expected: &str) {
    let mut request = drawing.request();
    change(&mut request);
    let timeline = timeline(&request);
    let left_out = timeline.left_out.words(request.arrows == ArrowChoice::All);
    let words = left_out.map_or(String::new(), |words| format!(" ({words})"));
    assert_eq!(format!("{}{words}", arrows(&timeline)), expected);
}

/// A parent that starts two others, which take turns with a lock.
fn family(rounds: u32) -> Drawing {
    let steps = format!(
        r#"{{"repeat": {{"times": {rounds}, "steps": [{{"lock": "l"}}, {{"compute": "1 ms"}}, {{"unlock": "l"}}, {{"compute": "200 us"}}]}}}}"#
    );
    Drawing::scenario(&format!(
        r#"{{"machine": {{"cores": 3}}, "locks": [{{"name": "l"}}], "processes": [{{"name": "p", "threads": [
            {{"name": "main", "program": [{{"start-thread": "a"}}, {{"start-thread": "b"}}, {{"join-thread": "a"}}, {{"join-thread": "b"}}]}},
            {{"name": "a", "program": [{steps}]}}, {{"name": "b", "program": [{steps}]}}]}}]}}"#
    ))
}

#[test]
fn wakes_and_joins_of_all_or_of_one_thread_or_none() {
    let drawing = family(5);
    let wakes = drawing.run.trace.wakes.len();
    assert_eq!(wakes, 13, "{:?}", drawing.run.trace.wakes);
    check(&drawing, |_| (), "11 wake, 2 join");
    check(&drawing, |r| r.arrows = ArrowChoice::None, "");
    check(&drawing, |r| r.arrows = ArrowChoice::Picked, "");
    for (picked, hovered, expected) in [
        (Some(0), None, "2 wake, 2 join"),
        (None, Some(0), "2 wake, 2 join"),
        (Some(1), None, "10 wake, 1 join"),
        (Some(1), Some(1), "10 wake, 1 join"),
        // Each arrow once, though it concerns both.
        (Some(1), Some(2), "11 wake, 2 join"),
    ] {
        let pick = |request: &mut TimelineRequest<'_>| {
            request.arrows = ArrowChoice::Picked;
            (request.picked, request.hovered) = (picked, hovered);
        };
        check(&drawing, pick, expected);
    }
}

#[test]
fn too_many_arrows_are_told_and_not_drawn() {
    let drawing = family(2_000);
    check(
        &drawing,
        |_| (),
        " (4,003 wakes here: zoom in or pick a thread)",
    );
    let one = |request: &mut TimelineRequest<'_>| {
        request.arrows = ArrowChoice::Picked;
        request.picked = Some(1);
    };
    check(&drawing, one, " (4,001 wakes here: zoom in)");
    let first = |request: &mut TimelineRequest<'_>| {
        one(request);
        request.picked = Some(0);
    };
    check(&drawing, first, "2 wake, 2 join");
    let end = drawing.run.trace.end;
    let zoomed = |request: &mut TimelineRequest<'_>| {
        one(request);
        request.window = Window::whole(end).zoomed(0.002, end / 2, end);
    };
    check(&drawing, zoomed, "8 wake");
    let nothing = |request: &mut TimelineRequest<'_>| request.arrows = ArrowChoice::None;
    check(&drawing, nothing, "");
}

#[test]
fn turns_of_the_gil_are_found_by_thread_too() {
    let drawing = Drawing::experiment("cores=4&threads=3&units=12");
    let threads: Vec<usize> = drawing.rows.threads().collect();
    let turns = drawing.run.trace.holds.len() - 1;
    let links = |thread: Option<usize>| {
        let number = |cause: crate::sim::Cause| {
            let wakes = drawing.run.trace.wakes.iter();
            let of = wakes.filter(|wake| {
                let ends = [wake.by, wake.thread];
                let is_its = thread.is_none_or(|it| ends.contains(&(it as u32)));
                let inside = |id: &u32| drawing.run.trace.threads[*id as usize].process == 1;
                wake.cause == cause && is_its && ends.iter().all(inside)
            });
            of.count()
        };
        let (starts, joins) = (
            number(crate::sim::Cause::Start),
            number(crate::sim::Cause::Join),
        );
        match joins {
            0 => format!("{starts} wake, "),
            joins => format!("{starts} wake, {joins} join, "),
        }
    };
    // The main thread has no lane: its arrows begin at the process's heading.
    assert!(links(None).starts_with("3 wake, "));
    check(&drawing, |_| (), &format!("{}{turns} turn", links(None)));
    let of = |thread: usize| {
        let holds = &drawing.run.trace.holds;
        let pairs = holds.windows(2).filter(|pair| {
            let thread = thread as u32;
            pair[0].thread == thread || pair[1].thread == thread
        });
        pairs.count()
    };
    for thread in threads {
        let pick = |request: &mut TimelineRequest<'_>| {
            request.arrows = ArrowChoice::Picked;
            request.picked = Some(thread as u32);
        };
        let links = links(Some(thread));
        check(&drawing, pick, &format!("{links}{} turn", of(thread)));
    }
}

/// Whatever is chosen, and however many there are.
#[test]
fn a_failures_cause_is_never_left_out() {
    let drawing =
        Drawing::experiment("procs=1&threads=64&units=20000&gil=off&fault=segfault.0.1.u30");
    let caused = drawing.run.outcome.failures.iter();
    let caused = caused.filter(|failure| failure.cause.is_some()).count();
    assert!(caused >= 64, "{caused}");
    for arrows in ArrowChoice::ALL {
        let mut request = drawing.request();
        request.arrows = arrows;
        let timeline = timeline(&request);
        let tip = |shape: &&Shape| matches!(shape, Shape::Line { points, ink: Ink::Danger, .. } if points.len() == 4);
        let drawn = timeline.picture.shapes.iter().filter(tip).count();
        assert_eq!(drawn, caused, "{arrows:?}");
    }
}

/// What a frame does with a million links does not hang on their number.
#[test]
fn arrows_are_looked_up_and_not_searched_for() {
    let mut drawing = Drawing::long(64_000);
    let wake = |n: u64| crate::sim::Wake {
        at: n,
        thread: (n % 64) as u32,
        by: ((n + 1) % 64) as u32,
        cause: crate::sim::Cause::Lock,
    };
    drawing.run.trace.wakes = (0..1_000_000).map(wake).collect();
    drawing.lanes = Lanes::of(&drawing.run.trace);
    let request = TimelineRequest {
        arrows: ArrowChoice::Picked,
        picked: Some(5),
        ..drawing.request()
    };
    assert_eq!(timeline(&request).left_out.wakes, 31_250);
    let window = Window {
        from: 500_000,
        to: 500_639,
    };
    let zoomed = TimelineRequest { window, ..request };
    assert_eq!(arrows(&timeline(&zoomed)), "20 wake");
    // The index is made by the first; from there on a frame is quick.
    let begin = std::time::Instant::now();
    for step in 0..20 {
        let from = step * 40_000;
        let to = from + 700;
        let window = Window { from, to };
        assert_eq!(
            timeline(&TimelineRequest { window, ..request })
                .left_out
                .wakes,
            0
        );
    }
    assert!(begin.elapsed().as_millis() < 2_000);
}

#[test]
fn a_point_is_a_threads() {
    let drawing = Drawing::experiment("cores=1&threads=2&units=4");
    let request = drawing.request();
    let middle = |row: &Row| AXIS + row.y + row.h / 2.0;
    let found: Vec<String> = drawing
        .rows
        .rows
        .iter()
        .map(|row| {
            let thread = thread_at(&request, hit(&request, 100.0, middle(row)));
            let name = thread.map_or("nobody".to_owned(), |t| drawing.run.trace.name(t));
            format!("{:?}: {name}", row.kind)
        })
        .collect();
    expect![[r#"
        Cores: nobody
        Core(0): P1 T1
        Gils: nobody
        Gil(1): P1 T1
        Process(1): nobody
        Thread(2): P1 T1
        Thread(3): P1 T2"#]]
    .assert_eq(&found.join("\n"));
}
