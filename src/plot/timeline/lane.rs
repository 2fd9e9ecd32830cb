//! Draws one lane, in as much detail as it has pixels.

use super::crowd::{Piece, Pyramid, Sums, Times};
use super::look::{Looks, PILE, inset, state_fill};
use super::pen::Pen;
use super::rows::{process_name, short_name};
use super::scale::Scale;
use super::{CHARACTER, Row, RowKind, TimelineRequest};
use crate::plot::{Align, Fill, Ink};
use crate::sim::{Span, State};

/// Spans narrower than this are drawn together with their neighbours, px.
const WIDE: f64 = 1.5;
/// How strong what is not picked out or not found remains.
const FAINT: f64 = 0.25;
/// Sums that a folded process's lane may take, so that one of thousands of
/// threads is drawn as fast as one of ten: its columns get wider.
const FOLDED_WORK: usize = 6_000;

/// The empty lane with its name.
pub(super) fn ground(pen: &mut Pen, request: &TimelineRequest<'_>, row: Row) {
    let run = request.run;
    let y = pen.y(row);
    let middle = y + row.h / 2.0;
    let found = |thread: usize| request.found.is_none_or(|found| found[thread]);
    let (name, ink) = match row.kind {
        RowKind::Cores => return heading(pen, middle, "Cores: who runs".to_owned()),
        RowKind::Gils => return heading(pen, middle, "GIL: who holds it".to_owned()),
        RowKind::Process(process) => {
            let words = if request.rows.processes() == 1 {
                "▾ Threads: what each does".to_owned()
            } else {
                format!("▾ {}", process_name(run, process))
            };
            return heading(pen, middle, words);
        }
        RowKind::Folded(process) => (format!("▸ {}", process_name(run, process)), Ink::Text),
        RowKind::Core(core) => {
            let name = format!("core {}", core + 1);
            let named = row.h >= 11.0 || core.is_multiple_of(8);
            (if named { name } else { String::new() }, Ink::Text)
        }
        RowKind::Gil(process) => (format!("GIL {}", process_name(run, process)), Ink::Text),
        RowKind::Thread(thread) => {
            let ink = if found(thread) { Ink::Text } else { Ink::Muted };
            (short_name(run, thread), ink)
        }
    };
    let Scale { left, right, .. } = pen.scale;
    pen.area(left, y, right - left, row.h, Fill::solid(Ink::Lane));
    let picked = matches!(row.kind, RowKind::Thread(id) if request.picked == Some(id as u32));
    let searched = request.found.is_some() && matches!(row.kind, RowKind::Thread(id) if found(id));
    if picked || searched {
        // A bar beside the name, so that it does not hang on colour.
        let width = if picked { 4.0 } else { 2.0 };
        pen.area(
            left - width - 1.0,
            y,
            width,
            row.h,
            Fill::solid(Ink::Playhead),
        );
    }
    if !name.is_empty() {
        let room = ((left - 12.0) / CHARACTER) as usize;
        pen.words(left - 8.0, middle, shortened(name, room), ink, Align::End);
    }
}

fn heading(pen: &mut Pen, y: f64, words: String) {
    pen.words(2.0, y, words, Ink::Muted, Align::Start);
}

/// A name in at most `room` characters: its end tells more than its middle.
fn shortened(name: String, room: usize) -> String {
    let length = name.chars().count();
    if length <= room {
        return name;
    }
    let tail = room.saturating_sub(1) / 2;
    let head = room.saturating_sub(1 + tail);
    let characters: Vec<char> = name.chars().collect();
    let (head, tail) = (&characters[..head], &characters[length - tail..]);
    head.iter().chain(&['…']).chain(tail).collect()
}

/// What lies in the lane.
pub(super) fn draw(pen: &mut Pen, request: &TimelineRequest<'_>, looks: &Looks, row: Row) {
    let lanes = request.lanes;
    match row.kind {
        RowKind::Cores | RowKind::Gils | RowKind::Process(_) => {}
        RowKind::Core(core) => {
            let pyramid = lanes.core_pyramid(core);
            who(pen, request, looks, row, &lanes.cores[core], pyramid);
        }
        RowKind::Gil(process) => {
            let pyramid = lanes.gil_pyramid(process);
            who(pen, request, looks, row, &lanes.gils[process], pyramid);
        }
        RowKind::Thread(thread) => {
            let strength = match request.found {
                Some(found) if !found[thread] => FAINT,
                _ => 1.0,
            };
            let lane = &lanes.threads[thread];
            let running = looks.thread(thread as u32);
            let sums = lanes.thread_sums(thread);
            states(pen, row, lane, sums, running, strength);
        }
        RowKind::Folded(process) => folded(pen, request, row, process, looks.process(process)),
    }
}

/// Part of a lane in view.
enum Part {
    /// One span, wide enough to be seen.
    One(usize),
    /// The spans of a pixel column, which begins at this position.
    Many(usize, usize, f64),
}

/// Goes through the part of a lane that is in view.
fn walk<P: Piece>(lane: &[P], scale: Scale, mut visit: impl FnMut(Part)) {
    let window = scale.window;
    let mut at = lane.partition_point(|piece| piece.end() <= window.from);
    let mut free = scale.left.floor();
    while at < lane.len() && lane[at].start() < window.to {
        let (start, end) = (scale.x(lane[at].start()), scale.x(lane[at].end()));
        if end - start >= WIDE {
            visit(Part::One(at));
            free = end.floor();
            at += 1;
            continue;
        }
        let column = start.floor().max(free);
        let until = scale.time(column + 1.0);
        let next = gallop(lane, at, until).max(at + 1);
        visit(if next == at + 1 {
            Part::One(at)
        } else {
            Part::Many(at, next, column)
        });
        free = column + 1.0;
        at = next;
    }
}

/// The first piece from `from` on that ends behind `until`: close by, more often
/// than not.
fn gallop(lane: &[impl Piece], from: usize, until: u64) -> usize {
    let mut step = 1;
    while from + step < lane.len() && lane[from + step].end() <= until {
        step *= 2;
    }
    let (low, high) = (from + step / 2, (from + step).min(lane.len()));
    low + lane[low..high].partition_point(|piece| piece.end() <= until)
}

/// Where a span lies, as far as it is in view: not narrower than a pixel.
fn extent(scale: Scale, piece: &impl Piece) -> (f64, f64) {
    let left = scale.x(piece.start()).max(scale.left);
    let right = scale.x(piece.end()).min(scale.right);
    (left.min(scale.right - 1.0), (right - left).max(1.0))
}

/// A lane of who had something: a core, a GIL.
fn who<P: Piece>(
    pen: &mut Pen,
    request: &TimelineRequest<'_>,
    looks: &Looks,
    row: Row,
    lane: &[P],
    pyramid: &Pyramid,
) {
    let (scale, y) = (pen.scale, pen.y(row));
    let column_ns = scale.window.length() as f64 / (scale.right - scale.left);
    let is_out = |thread: u32| {
        request.picked.is_some_and(|picked| picked != thread)
            || request.found.is_some_and(|found| !found[thread as usize])
    };
    let fill = |thread: u32| {
        let fill = looks.thread(thread);
        let strength = if is_out(thread) { FAINT } else { 1.0 };
        Fill {
            alpha: fill.alpha * strength,
            ..fill
        }
    };
    let mut last = Pile::default();
    walk(lane, scale, |part| match part {
        Part::One(index) => {
            pen.work += 1;
            let thread = lane[index].thread();
            let (x, w) = extent(scale, &lane[index]);
            let fill = fill(thread);
            pen.area(x, y, w, row.h, fill);
            if row.h >= 11.0 && w > 24.0 {
                let full = request.run.trace.name(thread);
                let fits = |name: &String| name.chars().count() as f64 * CHARACTER + 6.0 < w;
                let short = || short_name(request.run, thread as usize);
                let name = Some(full)
                    .filter(fits)
                    .or_else(|| Some(short()).filter(fits));
                // On a pale shade the ground shows through.
                let ink = match fill.alpha > 0.7 {
                    true => Ink::OnColour,
                    false => Ink::Text,
                };
                if let Some(name) = name {
                    pen.words(x + w / 2.0, y + row.h / 2.0, name, ink, Align::Middle);
                }
            }
        }
        Part::Many(from, to, x) => {
            let most = pyramid.between(lane, from, to, &mut pen.work);
            let whole = column_ns.max(most.busy as f64);
            let top = (most.busy as f64 / whole * row.h).round().max(1.0);
            let own = (most.time as f64 / whole * row.h).round().clamp(1.0, top);
            let heights = [own as u8, (top - own) as u8, 0, 0, 0, 0, 0, 0];
            let fill = fill(most.thread);
            // Above who had most, paler: the others, all together.
            let looks = [1.0, 0.45].map(|strength| Fill {
                alpha: fill.alpha * strength,
                ..fill
            });
            last.add(
                pen,
                x,
                1.0,
                heights,
                most.thread,
                |pen, layer, height, below| {
                    pen.area(x, y + row.h - below - height, 1.0, height, looks[layer]);
                },
            );
        }
    });
}

/// A thread's lane.
fn states(pen: &mut Pen, row: Row, lane: &[Span], sums: &Sums, running: Fill, strength: f64) {
    let (scale, y) = (pen.scale, pen.y(row));
    let column_ns = scale.window.length() as f64 / (scale.right - scale.left);
    let look = |state| {
        let fill = state_fill(state, running)?;
        Some(Fill {
            alpha: fill.alpha * strength,
            ..fill
        })
    };
    let mut last = Pile::default();
    walk(lane, scale, |part| match part {
        Part::One(index) => {
            pen.work += 1;
            let state = lane[index].state;
            if let Some(fill) = look(state) {
                let (x, w) = extent(scale, &lane[index]);
                let away = row.h * inset(state);
                pen.area(x, y + away, w, row.h - 2.0 * away, fill);
            }
        }
        Part::Many(from, to, x) => {
            let times = sums.between(lane, from, to, &mut pen.work);
            pile(pen, &mut last, (x, y, 1.0, row.h), &times, column_ns, look);
        }
    });
}

/// The lane of a process: the states of all its threads, piled up.
fn folded(pen: &mut Pen, request: &TimelineRequest<'_>, row: Row, process: usize, running: Fill) {
    let names = &request.run.trace.threads;
    let first = names.partition_point(|name| (name.process as usize) < process);
    let end = names.partition_point(|name| name.process as usize <= process);
    let threads: Vec<usize> = (first..end)
        .filter(|&id| request.rows.is_shown(id))
        .collect();
    let (scale, y) = (pen.scale, pen.y(row));
    let width = scale.right - scale.left;
    let columns = (FOLDED_WORK / threads.len().max(1)).clamp(24, (width / 2.0).max(24.0) as usize);
    let step = width / columns as f64;
    let mut last = Pile::default();
    for column in 0..columns {
        let x = scale.left + column as f64 * step;
        let (from, to) = (scale.time(x), scale.time(x + step));
        let mut times = Times::default();
        for &thread in &threads {
            let lane = &request.lanes.threads[thread];
            let sums = request.lanes.thread_sums(thread);
            let inside = within(lane, sums, from, to, &mut pen.work);
            for (sum, time) in times.iter_mut().zip(inside) {
                *sum += time;
            }
        }
        let whole = (to - from).max(1) as f64 * threads.len() as f64;
        let look = |state| state_fill(state, running);
        pile(pen, &mut last, (x, y, step, row.h), &times, whole, look);
    }
}

/// Time in each state from one instant to another.
fn within(lane: &[Span], sums: &Sums, from: u64, to: u64, work: &mut usize) -> Times {
    let first = lane.partition_point(|span| span.end <= from);
    let end = first + lane[first..].partition_point(|span| span.start < to);
    let mut times = sums.between(lane, first, end, work);
    if let Some(span) = lane[first..end].first() {
        times[span.state as usize] -= from.saturating_sub(span.start);
    }
    if let Some(span) = lane[first..end].last() {
        times[span.state as usize] -= span.end.saturating_sub(to);
    }
    times
}

/// The column that was drawn last: an equal one beside it makes it wider, which
/// saves most of the areas of a steady stretch.
#[derive(Default)]
struct Pile {
    end: f64,
    heights: [u8; PILE.len()],
    thread: u32,
    /// How many areas it took, and how many there were then.
    areas: (usize, usize),
}

impl Pile {
    fn add(
        &mut self,
        pen: &mut Pen,
        x: f64,
        w: f64,
        heights: [u8; PILE.len()],
        thread: u32,
        mut area: impl FnMut(&mut Pen, usize, f64, f64),
    ) {
        let same = self.heights == heights && self.thread == thread;
        if same && (self.end - x).abs() < 0.01 && self.areas.1 == pen.areas() {
            pen.widen(self.areas.0, w);
            self.end = x + w;
            return;
        }
        let before = pen.areas();
        let mut below = 0.0;
        for (state, &height) in heights.iter().enumerate() {
            if height > 0 {
                area(pen, state, f64::from(height), below);
                below += f64::from(height);
            }
        }
        *self = Self {
            end: x + w,
            heights,
            thread,
            areas: (pen.areas() - before, pen.areas()),
        };
    }
}

/// Draws a column: each state as high as its share of `whole`.
fn pile(
    pen: &mut Pen,
    last: &mut Pile,
    (x, y, w, h): (f64, f64, f64, f64),
    times: &Times,
    whole: f64,
    look: impl Fn(State) -> Option<Fill>,
) {
    let total: u64 = PILE.iter().map(|&state| times[state as usize]).sum();
    // Spans that reach into the next column count here as a whole.
    let whole = whole.max(total as f64);
    let mut heights = [0; PILE.len()];
    let (mut sum, mut drawn) = (0, 0_u8);
    for (height, &state) in heights.iter_mut().zip(&PILE) {
        let time = times[state as usize];
        sum += time;
        let top = (sum as f64 / whole * h).round() as u8;
        // Whoever ran at all is seen to have run.
        let least = u8::from(state == State::Running && time > 0);
        *height = top.saturating_sub(drawn).max(least);
        drawn += *height;
    }
    last.add(pen, x, w, heights, 0, |pen, index, height, below| {
        if let Some(fill) = look(PILE[index]) {
            pen.area(x, y + h - below - height, w, height, fill);
        }
    });
}
