//! What all threads' time goes to, over time.

use super::{Dash, Figure, Line, Look, Quantity, Scale, Weave, edges, part, scale, spread};
use crate::plot::{Ink, Window};
use crate::sim::{Run, State};

/// What a thread's time can go to, in the order in which it is stacked.
const KINDS: [(&str, Ink, Weave, &[State]); 8] = [
    ("running", Ink::Hue(0), Weave::Solid, &[State::Running]),
    (
        "waiting for the GIL",
        Ink::GilWait,
        Weave::Rising,
        &[State::WaitGil],
    ),
    (
        "ready, no core free",
        Ink::Ready,
        Weave::Falling,
        &[State::Ready],
    ),
    (
        "waiting for a lock",
        Ink::Hue(3),
        Weave::Crossed,
        &[State::WaitLock],
    ),
    (
        "waiting for I/O",
        Ink::Hue(2),
        Weave::Dotted,
        &[State::WaitIo],
    ),
    (
        "waiting for a message",
        Ink::Hue(5),
        Weave::Level,
        &[State::WaitChannel],
    ),
    (
        "sleeping or joining",
        Ink::Main,
        Weave::Dotted,
        &[State::WaitTimer, State::WaitJoin],
    ),
    (
        "not started or ended",
        Ink::Main,
        Weave::Faint,
        &[State::New, State::Ended],
    ),
];

/// The last of [`KINDS`]: what remains of a thread's time.
const REST: usize = KINDS.len() - 1;

/// Stacks the share of the worker threads' time in each state, in `bins` bins
/// over `window` (all of the run without one), and lays the share of the cores
/// that run something over it. The shares of a bin add up to 1.
#[must_use]
pub fn utilisation(run: &Run, window: Option<Window>, bins: usize) -> Figure {
    let trace = &run.trace;
    let window = part(trace, window);
    let xs = edges(window, bins.max(1));
    let bins = xs.len() - 1;
    let bin_ns = window.length() as f64 / bins as f64;
    let is_worker = |thread: u32| trace.threads[thread as usize].worker.is_some();
    let workers = trace.threads.iter().filter(|name| name.worker.is_some());
    let all = (workers.count() as f64 * bin_ns).max(1.0);
    let mut shares = vec![vec![0.0; bins]; KINDS.len()];
    let mut cores = vec![0.0; bins];
    let cores_all = (f64::from(trace.cores) * bin_ns).max(1.0);
    for span in &trace.spans {
        let mine = kind(span.state);
        let counts = is_worker(span.thread) && mine != REST;
        if span.state != State::Running && !counts {
            continue;
        }
        spread(span.start, span.end, &xs, |bin, ns| {
            if counts {
                shares[mine][bin] += ns / all;
            }
            if span.state == State::Running {
                cores[bin] += ns / cores_all;
            }
        });
    }
    for bin in 0..bins {
        let known: f64 = shares[..REST].iter().map(|shares| shares[bin]).sum();
        shares[REST][bin] = (1.0 - known).max(0.0);
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / bins as f64;
    let title = title(
        &shares.iter().map(|shares| mean(shares)).collect::<Vec<_>>(),
        mean(&cores),
    );
    let stacked = KINDS.into_iter().zip(shares);
    let seen = stacked.filter(|(_, shares)| shares.iter().any(|&share| share > 1e-9));
    let mut lines: Vec<_> = seen
        .map(|((label, ink, weave, _), shares)| Line {
            label: label.to_owned(),
            ink,
            look: Look::Stack(weave),
            values: held(shares),
        })
        .collect();
    lines.push(Line {
        label: "cores at work".to_owned(),
        ink: Ink::Text,
        look: Look::Steps(Dash::Dashed),
        values: held(cores),
    });
    Figure {
        title,
        x: Scale {
            name: "Time since the start",
            quantity: Quantity::Time,
            from: window.from as f64,
            to: window.to as f64,
        },
        y: Scale {
            name: "Share, %",
            quantity: Quantity::Share,
            from: 0.0,
            to: 1.0,
        },
        xs,
        lines,
        note: format!(
            "Areas: the worker threads' time. Broken line: the {} cores; switching from one \
             thread to another counts as work.",
            trace.cores
        ),
        ..Figure::default()
    }
}

/// Which of [`KINDS`] a state belongs to.
fn kind(state: State) -> usize {
    let found = KINDS.iter().position(|kind| kind.3.contains(&state));
    found.unwrap_or(REST)
}

/// Values of bins, with the last one again at the end of the last bin.
pub(super) fn held(values: Vec<f64>) -> Vec<Option<f64>> {
    let last = values.last().copied();
    values.into_iter().chain(last).map(Some).collect()
}

fn title(means: &[f64], cores: f64) -> String {
    let running = scale::share(means[0]);
    let mut waits: Vec<_> = (1..REST).filter(|&kind| means[kind] >= 0.005).collect();
    waits.sort_by(|&a, &b| means[b].total_cmp(&means[a]));
    let most = waits.first().map_or_else(String::new, |&kind| {
        format!(", {} {}", scale::share(means[kind]), KINDS[kind].0)
    });
    format!(
        "Threads spend {running} of their time running{most}; cores are at work {} of theirs.",
        scale::share(cores)
    )
}
