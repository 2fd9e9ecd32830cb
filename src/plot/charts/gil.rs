//! How much of the threads' time is waiting for the GIL.

use super::utilisation::held;
use super::{Dash, Figure, Line, Look, Quantity, Scale, Table, Weave, edges, part, scale, spread};
use crate::plot::{Ink, Window, duration};
use crate::sim::{Run, State};

/// The share of the living worker threads' time that is waiting for the GIL,
/// in `bins` bins over `window` (all of the run without one), the share of time
/// for which a GIL is held, and a table by thread. `None`: nobody had a GIL.
#[must_use]
pub fn gil_wait(run: &Run, window: Option<Window>, bins: usize) -> Option<Figure> {
    let trace = &run.trace;
    if trace.holds.is_empty() {
        return None;
    }
    let window = part(trace, window);
    let xs = edges(window, bins.max(1));
    let bins = xs.len() - 1;
    let (mut waiting, mut alive, mut holding) = (vec![0.0; bins], vec![0.0; bins], vec![0.0; bins]);
    for span in &trace.spans {
        let is_worker = trace.threads[span.thread as usize].worker.is_some();
        if !is_worker || matches!(span.state, State::New | State::Ended) {
            continue;
        }
        spread(span.start, span.end, &xs, |bin, ns| {
            alive[bin] += ns;
            if span.state == State::WaitGil {
                waiting[bin] += ns;
            }
        });
    }
    for hold in &trace.holds {
        spread(hold.start, hold.end, &xs, |bin, ns| holding[bin] += ns);
    }
    let mut with_gil: Vec<_> = trace.holds.iter().map(process_of(run)).collect();
    with_gil.sort_unstable();
    with_gil.dedup();
    let bin_ns = window.length() as f64 / bins as f64 * with_gil.len() as f64;
    let of_all = waiting.iter().sum::<f64>() / alive.iter().sum::<f64>().max(1.0);
    let share = |(part, whole): (&f64, &f64)| if *whole > 0.0 { part / whole } else { 0.0 };
    let waits: Vec<_> = waiting.iter().zip(&alive).map(share).collect();
    let holds = holding.iter().map(|ns| (ns / bin_ns).min(1.0)).collect();
    let gils = match with_gil.len() {
        1 => "the GIL is held".to_owned(),
        _ => "the GILs are held, on average".to_owned(),
    };
    Some(Figure {
        title: format!(
            "{} of the threads' time is waiting for the GIL.",
            scale::share(of_all)
        ),
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
        lines: vec![
            Line {
                label: "of the threads' time, waiting for the GIL".to_owned(),
                ink: Ink::GilWait,
                look: Look::Area(Weave::Rising),
                values: held(waits),
            },
            Line {
                label: format!("of the time, {gils}"),
                ink: Ink::Predicted,
                look: Look::Steps(Dash::Dashed),
                values: held(holds),
            },
        ],
        more: Some(by_thread(run)),
        ..Figure::default()
    })
}

fn process_of(run: &Run) -> impl Fn(&crate::sim::Hold) -> u32 {
    |hold| run.trace.threads[hold.thread as usize].process
}

/// Each worker thread's time in the whole run.
fn by_thread(run: &Run) -> Table {
    let workers = run.threads.iter().enumerate().filter(|(index, _)| {
        let name = run.trace.threads.get(*index);
        name.is_some_and(|name| name.worker.is_some())
    });
    let row = |(index, thread): (usize, &crate::sim::ThreadReport)| {
        let wait = thread.time_in[State::WaitGil as usize];
        let outside = thread.time_in[State::New as usize] + thread.time_in[State::Ended as usize];
        let alive = thread.time_in.iter().sum::<u64>() - outside;
        let part = wait as f64 / alive.max(1) as f64;
        vec![
            run.trace.name(index as u32),
            duration(alive),
            duration(wait),
            scale::share(part),
        ]
    };
    Table {
        caption: "Waiting for the GIL by thread, in the whole run".to_owned(),
        head: ["Thread", "Lives for", "Waits for the GIL", "Share"]
            .map(str::to_owned)
            .to_vec(),
        rows: workers.map(row).collect(),
    }
}
