use super::super::Lanes;
use super::*;
use crate::experiment::scenario::{Document, Scenario, read};
use crate::experiment::{Costs, from_fragment};
use crate::sim::{Limits, Rewind, Run, State, run_experiment};
use expect_test::{Expect, expect};

const LIMITS: Limits = Limits {
    max_events: 100_000,
    trace: true,
};

/// A run with everything that is known of it.
struct Shown {
    run: Run,
    lanes: Lanes,
    stage: Stage,
    rewind: Rewind,
}

impl Shown {
    fn experiment(fragment: &str) -> Self {
        let experiment = from_fragment(fragment).experiment;
        let costs = Costs::IDEAL;
        let run = run_experiment(&experiment, &costs, LIMITS).expect("valid");
        let rewind = Rewind::experiment(&experiment, &costs, LIMITS.max_events);
        Self::new(run, rewind.expect("valid").1, MachineNames::default())
    }

    fn scenario(text: &str) -> Self {
        let Ok(Document::Scenario(scenario)) = read(text) else {
            panic!("a scenario");
        };
        let scenario: Scenario = *scenario;
        let (run, rewind) = Rewind::scenario(&scenario, LIMITS).expect("valid");
        Self::new(run, rewind, MachineNames::of(&scenario))
    }

    fn new(run: Run, rewind: Rewind, names: MachineNames) -> Self {
        let lanes = Lanes::of(&run.trace);
        let stage = Stage::of(&run, &lanes, names);
        Self {
            run,
            lanes,
            stage,
            rewind,
        }
    }

    fn at(&mut self, at: u64) -> Scene {
        let view = self.rewind.at(at);
        self.look(at, Some(&view))
    }

    fn look(&self, at: u64, view: Option<&crate::sim::View>) -> Scene {
        scene(&MachineRequest {
            run: &self.run,
            lanes: &self.lanes,
            stage: &self.stage,
            at,
            view,
            awaited: true,
        })
    }

    fn lay_out(&mut self, at: u64, width: f64) -> Machine {
        let scene = self.at(at);
        machine(&scene, &self.stage, width)
    }
}

/// What is said of a run at an instant, ms.
fn check(mut shown: Shown, ms: u64, expected: &Expect) {
    let scene = shown.at(ms * 1_000_000);
    let said = scene.sentences().join("\n");
    expected.assert_eq(&format!("{}\n{said}", scene.summary()));
}

#[test]
fn nothing_jumps_when_more_is_known() {
    for fragment in [
        "v=1",
        "cores=2&procs=2&threads=3",
        "procs=4&threads=1&gil=off",
    ] {
        let mut shown = Shown::experiment(fragment);
        for ms in [1, 7, 40] {
            let at = ms * 1_000_000;
            for width in [360.0, 700.0] {
                let height = |scene: &Scene| machine(scene, &shown.stage, width).height;
                let before = height(&shown.look(at, None));
                let scene = shown.at(at);
                let after = machine(&scene, &shown.stage, width).height;
                assert!((before - after).abs() < 0.1, "{fragment} {ms} {width}");
            }
        }
    }
}

#[test]
fn one_thread_runs_with_the_gil_and_the_others_queue_for_it() {
    let shown = Shown::experiment("v=1");
    check(
        shown,
        7,
        &expect![[r#"
        at 7.000 ms: 1 of 4 cores busy, 3 waiting for a GIL
        Core 4 runs P1 T4.
        Cores 1, 2 and 3 are idle.
        The GIL of P1 is with P1 T4.
        Waiting for the GIL: P1 T1, P1 T2 and P1 T3."#]],
    );
}

#[test]
fn a_crash_ends_at_the_wall_of_its_process() {
    let shown = Shown::experiment("procs=2&threads=2&gil=off&fault=segfault.0.1.u30");
    check(
        shown,
        60,
        &expect![[r#"
        at 60.000 ms: 2 of 4 cores busy, 2 failed
        Core 3 runs P2 T1.
        Core 4 runs P2 T2.
        Cores 1 and 2 are idle.
        P1 T1 was taken down.
        P1 T2 crashed with an invalid memory access.
        Process P1 crashed with an invalid memory access."#]],
    );
}

#[test]
fn a_dead_owner_keeps_its_lock_and_its_memory() {
    let text = include_str!("../../../scenarios/claims/thread-dies-with-lock.json");
    check(
        Shown::scenario(text),
        150,
        &expect![[r#"
        at 150.000 ms: 0 of 2 cores busy, 2 waiting for a lock, 1 failed
        Cores 1 and 2 are idle.
        The GIL of parent is free.
        The GIL of first is free.
        Sleeping: parent main.
        Waiting for a lock: first waiter1 (guard, held by holder) and first waiter2 (guard, held by holder).
        Waiting for others to end: first main (the end of first waiter1).
        Not started: second main, second holder, second waiter1 and second waiter2.
        first holder was killed.
        Object in parent: buffer = 0.
        Lock in parent: guard: free.
        Memory of first: 4 MiB, 4 MiB leaked.
        Object in first: buffer, 1 ref.
        Lock in first: guard: holder, who is gone.
        Process second has not started."#]],
    );
}

#[test]
fn a_circle_of_waiting_is_seen_at_the_end_of_the_run() {
    let text = include_str!("../../../scenarios/dining-philosophers.json");
    check(
        Shown::scenario(text),
        1_000,
        &expect![[r#"
        the run is over at 1,000.000 ms: 5 threads failed
        Cores 1, 2, 3, 4 and 5 are idle.
        table philosopher A is deadlocked.
        table philosopher B is deadlocked.
        table philosopher C is deadlocked.
        table philosopher D is deadlocked.
        table philosopher E is deadlocked.
        Lock in table: fork 1: philosopher A.
        Lock in table: fork 2: philosopher B.
        Lock in table: fork 3: philosopher C.
        Lock in table: fork 4: philosopher D.
        Lock in table: fork 5: philosopher E."#]],
    );
}

#[test]
fn what_is_not_drawn_is_counted() {
    let mut shown = Shown::experiment("procs=28&threads=8&units=2240&cores=64");
    let scene = shown.at(2_000_000);
    assert_eq!(scene.actors().count(), 64);
    let rest = scene.rest().expect("more than fits");
    expect!["Not drawn: 20 processes with 160 threads: 20 running, 140 waiting for the GIL."]
        .assert_eq(&rest);
}

#[test]
fn every_thread_stands_inside_the_wall_of_its_process() {
    let fragments = [
        "v=1",
        "procs=4&threads=4",
        "units=200&cpu=500&io=5000",
        "procs=16&threads=4&cores=16&units=640",
        "procs=2&threads=2&gil=off&fault=segfault.0.1.u30",
    ];
    for fragment in fragments {
        let mut shown = Shown::experiment(fragment);
        let end = shown.run.trace.end;
        for width in [330.0, 480.0, 700.0, 1_200.0] {
            let mut heights = Vec::new();
            for part in 0..=10 {
                let machine = shown.lay_out(end * part / 10, width);
                heights.push(machine.height);
                for token in &machine.tokens {
                    let mut walls = machine.walls.iter();
                    let wall = walls.find(|wall| wall.process == token.process);
                    let (wall, it) = (wall.expect("a wall").rect, token.rect);
                    let inside = it.x >= wall.x
                        && it.y >= wall.y
                        && it.x + it.w <= wall.x + wall.w
                        && it.y + it.h <= wall.y + wall.h;
                    assert!(inside, "{fragment} at {width}: {token:?}");
                    assert!(wall.x + wall.w <= width + 0.1, "{fragment} at {width}");
                }
                for damage in machine.walls.iter().filter_map(|wall| wall.damage) {
                    assert!(damage.x + damage.w <= width, "{fragment} at {width}");
                }
            }
            heights.dedup();
            assert_eq!(heights.len(), 1, "{fragment} at {width}: nothing jumps");
        }
    }
}

#[test]
fn the_gil_moves_with_its_holder_and_running_threads_have_a_wire() {
    let mut shown = Shown::experiment("v=1");
    let mut places = Vec::new();
    for ms in [7, 12, 17] {
        let machine = shown.lay_out(ms * 1_000_000, 700.0);
        let running: Vec<_> = machine
            .tokens
            .iter()
            .filter(|token| token.state == State::Running)
            .collect();
        assert_eq!((running.len(), machine.wires.len()), (1, 1));
        assert_eq!(machine.wires[0].thread, running[0].thread);
        let gil = &machine.gils[0];
        let (x, y) = gil.rect.centre();
        let on = running[0].rect;
        assert!((on.x..on.x + on.w).contains(&x) && (on.y..on.y + on.h).contains(&y));
        places.push(gil.rect.x as i32);
    }
    places.dedup();
    assert!(places.len() > 1, "it was handed over: {places:?}");
}

#[test]
fn the_picture_without_a_second_simulation_has_all_but_details() {
    let mut shown = Shown::experiment("procs=2&threads=3&units=90&io=500&cpu=700");
    let end = shown.run.trace.end;
    for part in 0..=20 {
        let at = end * part / 20;
        let (with, without) = (shown.at(at), shown.look(at, None));
        let states = |scene: &Scene| scene.actors().map(|it| it.state).collect::<Vec<_>>();
        assert_eq!(states(&with), states(&without));
        assert_eq!(with.cores, without.cores);
        let holders = |scene: &Scene| {
            let gils = scene.processes.iter().flat_map(|it| &it.gils);
            gils.map(|gil| gil.holder).collect::<Vec<_>>()
        };
        assert_eq!(holders(&with), holders(&without), "at {at} ns");
    }
}

#[test]
fn messages_fly_by_reference_inside_a_process() {
    let text = include_str!("../../../scenarios/producer-consumer.json");
    let mut shown = Shown::scenario(text);
    let message = shown.run.trace.messages[5];
    let scene = shown.at(message.at);
    let flight = scene.flights.iter().find(|it| it.number == 5);
    let flight = flight.expect("on its way");
    assert!(!flight.copy && (flight.progress - 1.0).abs() < 1e-9);
    let machine = shown.lay_out(message.at, 700.0);
    let parcel = machine.parcels.iter().find(|it| it.number == 5);
    let parcel = parcel.expect("drawn");
    assert_eq!(parcel.text, "ref");
    let (x, _) = parcel.way[1];
    assert!((parcel.at.0 - x).abs() < 0.1, "it has come");
}

#[test]
fn names_are_cut_where_they_tell_least() {
    let text = include_str!("../../../scenarios/dining-philosophers.json");
    let mut shown = Shown::scenario(text);
    let names = |machine: Machine| {
        let names = machine.tokens.iter().map(|token| token.name.clone());
        names.collect::<Vec<_>>().join(", ")
    };
    expect!["A, B, C, D, E"].assert_eq(&names(shown.lay_out(0, 700.0)));
    expect!["philosopher A, philosopher B, philosopher C, philosopher D, philosopher E"]
        .assert_eq(&names(shown.lay_out(0, 1_400.0)));
}

#[test]
fn run_queues_stand_in_their_order_below_the_cores() {
    let mut shown = Shown::experiment("cores=2&threads=8&gil=off&units=80&slice=1000");
    let at = 3_500_000;
    let scene = shown.at(at);
    let queue = &scene.queues[0];
    assert_eq!((queue.core, queue.threads.len()), (None, 6));
    let said = scene.sentences();
    assert!(said.contains(&format!("{}.", queue.said())), "{said:?}");
    let fits = |machine: &Machine| (machine.lines[0].chips.len(), machine.lines[0].more);
    assert_eq!(fits(&shown.lay_out(at, 900.0)), (6, 0));
    let narrow = shown.lay_out(at, 330.0);
    assert_eq!(narrow.lines[0].label, "next:");
    assert!(
        fits(&narrow).1 > 0 && fits(&narrow).0 > 0,
        "{:?}",
        fits(&narrow)
    );
    // Nobody waits for a core here, so no room is kept for that.
    let mut calm = Shown::experiment("cores=4&threads=4&gil=off&units=40");
    assert_eq!(calm.lay_out(1_000_000, 700.0).lines, []);
}

#[test]
fn every_core_has_its_own_queue_where_the_policy_has_it_so() {
    let mut shown = Shown::scenario(
        r#"{"machine": {"cores": 2, "policy": {"kind": "cfs"}, "queues": {"kind": "per-core"}},
            "processes": [{"name": "p", "threads": [{"count": 6, "name": "t", "program": [{"compute": "30 ms"}]}]}]}"#,
    );
    let machine = shown.lay_out(10_000_000, 900.0);
    let places: Vec<_> = machine.lines.iter().map(|line| line.core).collect();
    assert_eq!(places, [Some(0), Some(1)]);
    for (line, slot) in machine.lines.iter().zip(&machine.slots) {
        assert!(
            line.rect.y >= slot.rect.y + slot.rect.h && (line.rect.x - slot.rect.x).abs() < 0.1
        );
        assert_eq!(line.chips.len() + line.more, 2);
        assert!(line.said.contains("by vruntime"), "{}", line.said);
    }
}
