mod figures;

use super::*;
use crate::experiment::{Costs, from_fragment};
use crate::sim::{self, Limits, Run};
use std::collections::BTreeSet;

const LIMITS: Limits = Limits {
    max_events: sim::MAX_EVENTS,
    trace: true,
};

/// What the page shows for a picture of a lesson.
fn run(guide: &Guide, shown: Shown) -> Run {
    let place = format!("{} {shown:?}", guide.id);
    let (_, scene) = guide.scene(shown).expect("there is such a picture");
    if let Scene::Sliders(fragment) = scene {
        let decoded = from_fragment(fragment);
        assert_eq!(decoded.problems, [], "{place}");
        assert_eq!(decoded.experiment.validate(), Ok(()), "{place}");
        sim::run_experiment(&decoded.experiment, &Costs::CPYTHON_LINUX, LIMITS).expect("valid")
    } else {
        let scenario = guide.scenario(shown).expect("it has a scenario");
        assert!(!scenario.name.is_empty());
        sim::run(&scenario, LIMITS).unwrap_or_else(|errors| panic!("{place}: {errors:?}"))
    }
}

#[test]
fn every_claim_has_one_guide_and_every_guide_a_claim() {
    let ids: Vec<_> = path().map(|guide| guide.id).collect();
    let unique: BTreeSet<_> = ids.iter().copied().collect();
    let claims: BTreeSet<_> = claims::all().map(|claim| claim.id).collect();
    assert_eq!(unique, claims);
    assert_eq!(ids.len(), unique.len());
    assert_eq!(
        neighbours("P1").1.map(|guide| guide.id),
        Some("P2"),
        "the path begins there"
    );
    assert!(neighbours("P1").0.is_none());
    let last = ids[ids.len() - 1];
    assert!(neighbours(last).1.is_none());
    assert_eq!(
        neighbours(last).0.map(|guide| guide.id),
        Some(ids[ids.len() - 2])
    );
    let none = neighbours("Z9");
    assert!(none.0.is_none() && none.1.is_none());
}

#[test]
fn every_guide_is_whole() {
    for guide in path() {
        let id = guide.id;
        assert_eq!(guide.claim().id, id);
        let words = guide.title.split_whitespace().count();
        assert!((1..=5).contains(&words), "{id}: {}", guide.title);
        assert!((2..=3).contains(&guide.text.len()), "{id}");
        let sentences: usize = guide
            .text
            .iter()
            .map(|p| p.matches(['.', ':', '?']).count())
            .sum();
        assert!(sentences >= 4, "{id}: {sentences}");
        for text in guide
            .text
            .iter()
            .copied()
            .chain(guide.steps.iter().map(|s| s.look))
        {
            assert!(text.ends_with(['.', '?']), "{id}: {text}");
            assert_eq!(
                text.matches("[[").count(),
                text.matches("]]").count(),
                "{id}"
            );
            assert!(!text.contains("  "), "{id}: {text}");
        }
        assert!(!guide.views.is_empty(), "{id}");
        assert!((1..=4).contains(&guide.steps.len()), "{id}");
        assert!(!guide.sources.is_empty(), "{id}");
        for source in guide.sources {
            assert!(source.url.starts_with("https://"), "{id}: {source:?}");
        }
    }
}

#[test]
fn every_picture_can_be_run() {
    for guide in path() {
        let views = (0..guide.views.len()).map(Shown::View);
        for shown in views.chain((0..guide.steps.len()).map(Shown::Step)) {
            let run = run(guide, shown);
            assert!(
                run.end_ns > 0 && run.events < sim::MAX_EVENTS,
                "{} {shown:?}",
                guide.id
            );
        }
        assert!(guide.scene(Shown::Step(guide.steps.len())).is_none());
        assert!(guide.scenario(Shown::View(guide.views.len())).is_none());
    }
}

fn ms(run: &Run) -> f64 {
    run.outcome.wall_ns as f64 / 1e6
}

fn lost(run: &Run) -> usize {
    run.outcome.threads_lost()
}

fn mib(run: &Run) -> u64 {
    let bytes = run
        .outcome
        .processes
        .iter()
        .map(|process| process.memory_bytes);
    bytes.sum::<u64>() >> 20
}

fn x(run: &Run, process: u32) -> i64 {
    let of = |report: &&sim::ObjectReport| report.process.is_none_or(|owner| owner == process);
    run.objects.iter().find(of).map_or(0, |report| report.value)
}

fn cold(run: &Run) -> u64 {
    let metrics = &run.metrics;
    metrics.core_busy_ns.iter().sum::<u64>() - metrics.core_warm_ns.iter().sum::<u64>()
}

fn ended(run: &Run, name: &str) -> u64 {
    let thread = run.threads.iter().find(|thread| thread.name.contains(name));
    let turnaround = thread.and_then(sim::ThreadReport::turnaround_ns);
    turnaround.expect("there is such a thread, and it ended")
}

/// A step's number, and whether it shows what its sentence says: of the run of
/// the lesson's views and its own.
type Check = (&'static str, usize, fn(&[Run], &Run) -> bool);

const CHECKS: &[Check] = &[
    ("P1", 0, |_, run| {
        run.processes.len() == 1 && x(run, 0) == 42
    }),
    ("P1", 1, |views, run| {
        x(&views[0], 0) == 1 && x(run, 0) == 42
    }),
    ("P2", 0, |views, run| {
        (3.5..4.3).contains(&(ms(run) / ms(&views[2])))
    }),
    ("P2", 1, |views, run| ms(run) >= ms(&views[2])),
    ("P3", 0, |views, run| {
        lost(run) == 2 && (ms(run) - ms(&views[1])).abs() < 0.01
    }),
    ("P3", 1, |views, run| {
        lost(run) == 1 && (ms(run) - ms(&views[1])).abs() < 0.01
    }),
    ("P3", 2, |_, run| lost(run) == 4),
    ("P4", 0, |views, run| {
        let killed = |run: &Run| run.outcome.failures[0].at_ns;
        killed(run) < killed(&views[0]) && (ms(run) - ms(&views[0])).abs() < 0.01
    }),
    ("P4", 1, |_, run| {
        lost(run) == 1 && run.outcome.failures[0].at_ns == 50_000_000
    }),
    ("P5", 0, |views, run| {
        (0.45..0.55).contains(&(ms(run) / ms(&views[0])))
    }),
    ("P5", 1, |views, run| ms(run) >= ms(&views[0])),
    ("P6", 0, |_, run| mib(run) > 800),
    ("P6", 1, |_, run| (13..=14).contains(&mib(run))),
    ("P7", 0, |_, run| ms(run) > 11.0),
    ("P7", 1, |_, run| (5.0..14.0).contains(&ms(run))),
    ("P8", 0, |views, run| {
        (1.7..2.5).contains(&(ms(run) / ms(&views[0])))
    }),
    ("P8", 1, |views, run| ms(run) < 1.2 * ms(&views[0])),
    ("P9", 0, |views, run| {
        run.metrics.memory_peak_bytes == views[3].metrics.memory_peak_bytes
            && cold(run) < cold(&views[3])
            && run.metrics.context_switches < views[3].metrics.context_switches
    }),
    ("P9", 1, |_, run| ms(run) > 114.0),
    ("T1", 0, |_, run| (13..=14).contains(&mib(run))),
    ("T1", 1, |_, run| mib(run) > 800),
    ("T2", 0, |_, run| (11.0..13.0).contains(&ms(run))),
    ("T2", 1, |views, run| ms(run) > 5.0 * ms(&views[1])),
    ("T3", 0, |views, run| (ms(run) - ms(&views[0])).abs() < 0.01),
    ("T3", 1, |views, run| {
        (7.0..9.0).contains(&(ms(&views[2]) / ms(run)))
    }),
    ("T4", 0, |views, run| {
        (0.7..1.01).contains(&(ms(run) / ms(&views[2])))
    }),
    ("T4", 1, |_, run| ms(run) >= 200.0),
    ("T4", 2, |views, run| {
        (0.95..1.1).contains(&(ms(run) / ms(&views[0])))
    }),
    ("T5", 0, |views, run| {
        views[0].metrics.lost_updates > 300 && run.metrics.lost_updates == 0
    }),
    ("T5", 1, |_, run| run.metrics.lost_updates == 0),
    ("T6", 0, |_, run| lost(run) == 1),
    ("T6", 1, |_, run| lost(run) == 4),
    ("T6", 2, |_, run| lost(run) == 1),
    ("T7", 0, |views, run| {
        (0.95..1.1).contains(&(ms(run) / ms(&views[0])))
    }),
    ("T7", 1, |views, run| {
        (10.0..16.0).contains(&(ms(&views[0]) / ms(run)))
    }),
    ("T7", 2, |views, run| {
        (0.45..0.55).contains(&(ms(run) / ms(&views[0])))
    }),
    ("T8", 0, |views, run| ms(run) > 1.1 * ms(&views[0])),
    ("T8", 1, |views, run| {
        (0.99..1.02).contains(&(ms(run) / ms(&views[0])))
    }),
    // 400 units of 1 ms and a wait of 4 ms: 2 s one after the other.
    ("T8", 2, |_, run| ms(run) < 700.0),
    ("T9", 0, |views, run| lost(run) == 1 && lost(&views[1]) > 1),
    ("T9", 1, |views, run| {
        lost(run) >= 3 && run.end_ns >= views[1].end_ns
    }),
    ("G1", 0, |_, run| (80.0..90.0).contains(&ms(run))),
    ("G1", 1, |_, run| (80.0..90.0).contains(&ms(run))),
    ("G1", 2, |_, run| {
        run.trace.holds.is_empty() && ms(run) < 30.0
    }),
    ("G2", 0, |views, run| {
        views[1].metrics.leaked_bytes > 0 && run.metrics.leaked_bytes == 0
    }),
    ("G2", 1, |views, run| {
        run.metrics.lost_updates == 0 && ms(run) > 2.0 * ms(&views[2])
    }),
    ("G2", 2, |views, run| {
        run.metrics.lost_updates == 0 && (1.0..1.2).contains(&(ms(run) / ms(&views[2])))
    }),
    ("W1", 0, |_, run| ms(run) > 4.0),
    ("W1", 1, |views, run| ms(run) >= 0.99 * ms(&views[1])),
    ("W2", 0, |views, run| {
        ms(run) < 1.5 * ms(&views[1]) && run.outcome.units_done() == 400
    }),
    ("W2", 1, |_, run| ms(run) > 50.0),
    ("W3", 0, |_, run| ms(run) > 10.0),
    ("W3", 1, |views, run| ms(run) > ms(&views[2])),
    ("W3", 2, |views, run| ms(run) > ms(&views[0])),
    ("W4", 0, |_, run| {
        ms(run) > 45.0 && run.outcome.units_done() == 400
    }),
    ("W4", 1, |_, run| {
        ms(run) < 30.0 && run.outcome.units_done() == 400
    }),
    ("W5", 0, |views, run| ms(run) > ms(&views[0])),
    ("W5", 1, |views, run| {
        ms(run) > ms(&views[2]) && 2.0 * ms(run) < ms(&views[1])
    }),
    ("M1", 0, |views, run| {
        (1.7..2.2).contains(&(ms(run) / ms(&views[1])))
    }),
    ("M1", 1, |_, run| {
        run.metrics.tasks_failed > 1 && run.metrics.restarts == 0
    }),
    ("X1", 0, |views, run| ms(run) > 1.8 * ms(&views[1])),
    ("X1", 1, |views, run| {
        (1.8..2.2).contains(&(ms(run) / ms(&views[1])))
    }),
    ("X2", 0, |_, run| ms(run) / 30.0 > 20.0),
    ("X2", 1, |views, run| ms(run) < 1.05 * ms(&views[0])),
    ("X3", 0, |views, run| {
        ended(run, "high") * 3 < ended(&views[0], "high")
    }),
    ("X3", 1, |views, run| {
        ended(run, "high") <= ended(&views[1], "high") + 1_000_000
    }),
    ("X4", 0, |views, run| {
        views[0].deadlocks.len() == 1 && run.deadlocks.is_empty() && lost(run) == 0
    }),
    ("X5", 0, |_, run| {
        run.metrics.tasks_done == 12 && run.metrics.tasks_failed == 0
    }),
    ("X5", 1, |views, run| {
        run.metrics.tasks_done < views[0].metrics.tasks_done / 2
    }),
    ("X6", 0, |_, run| {
        run.metrics.restarts == 0 && run.outcome.units_done() <= 25
    }),
    ("X6", 1, |views, run| {
        run.end_ns > views[2].end_ns && run.metrics.restarts == views[2].metrics.restarts
    }),
    ("X7", 0, |views, run| ms(run) <= ms(&views[1])),
    ("X7", 1, |views, run| {
        cold(run) < cold(&views[0]) && ms(run) < ms(&views[1])
    }),
    ("X8", 0, |views, run| {
        run.metrics.turnaround.mean < views[0].metrics.turnaround.mean / 2
    }),
    ("X8", 1, |views, run| {
        run.metrics.turnaround.mean != views[1].metrics.turnaround.mean
    }),
    ("X9", 0, |_, run| {
        let cpu = run
            .threads
            .iter()
            .map(|thread| thread.cpu_ns() as f64 / run.end_ns as f64);
        cpu.into_iter()
            .all(|share| (share - 1.0 / 3.0).abs() < 0.01)
    }),
    ("X9", 1, |_, run| {
        run.threads
            .iter()
            .all(|t| t.cpu_ns() as f64 > 0.99 * run.end_ns as f64)
    }),
    ("X9", 2, |views, run| {
        let pairs = run.threads.iter().zip(&views[0].threads);
        pairs.into_iter().all(|(new, old)| {
            let share = |cpu: u64| cpu as f64 / run.end_ns as f64;
            (share(new.cpu_ns()) - share(old.cpu_ns())).abs() < 0.02
        })
    }),
    ("X10", 0, |views, run| {
        views[1].metrics.deadline_misses > 0 && run.metrics.deadline_misses == 0
    }),
    ("X10", 1, |_, run| run.metrics.deadline_misses > 0),
];

#[test]
fn every_step_shows_what_it_says() {
    let steps = path().flat_map(|guide| (0..guide.steps.len()).map(|step| (guide.id, step)));
    let checked = CHECKS.iter().map(|&(id, step, _)| (id, step));
    assert_eq!(
        steps.collect::<BTreeSet<_>>(),
        checked.collect::<BTreeSet<_>>()
    );
    let mut wrong = Vec::new();
    for &(id, step, check) in CHECKS {
        let guide = find(id).expect("there is such a lesson");
        let views: Vec<_> = (0..guide.views.len())
            .map(|view| run(guide, Shown::View(view)))
            .collect();
        let own = run(guide, Shown::Step(step));
        if !check(&views, &own) {
            let walls: Vec<_> = views.iter().map(ms).collect();
            wrong.push(format!(
                "{id} {step}: {} ms, lost {}, turnaround {}, of views {walls:?}",
                ms(&own),
                lost(&own),
                own.metrics.turnaround.mean
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
