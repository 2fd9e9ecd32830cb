//! A picture in which a thread's height tells its state: every thread has a
//! column inside its process, and moves up and down in it, from band to band.

use super::layout::{
    CHARACTER, damaged, heap, lay_out_cores, lay_out_gils, lay_out_parcels, token, wall,
};
use super::picture::{Band, Machine, Rect, Wire};
use super::scene::{Life, Scene};
use super::stage::Stage;
use crate::sim::State;

const TITLE: f64 = 19.0;
const PAD: f64 = 6.0;
const GAP: f64 = 10.0;
const ROW: f64 = 26.0;
const TOKEN: f64 = 21.0;
/// One line of things on a heap.
const LINE: f64 = 20.0;
/// Columns are at least so wide, so that a finger meets a thread; and at most.
const COLUMN: (f64, f64) = (27.0, 190.0);
/// Processes have at least so much room inside.
const LEAST: f64 = 92.0;
/// Room for wires between the processes and the cores.
const WIRES: f64 = 17.0;

/// In which band a thread stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// Not started or ended.
    Off,
    /// Waiting for something else than a GIL or a core.
    Wait,
    /// Waiting for a GIL.
    Gil,
    /// In the run queue.
    Queue,
    /// On a core.
    Core,
}

impl Place {
    fn of(state: State) -> Self {
        match state {
            State::New | State::Ended => Self::Off,
            State::Running => Self::Core,
            State::Ready => Self::Queue,
            State::WaitGil => Self::Gil,
            State::WaitIo
            | State::WaitJoin
            | State::WaitLock
            | State::WaitChannel
            | State::WaitTimer => Self::Wait,
        }
    }

    fn label(self, short: bool) -> &'static str {
        match (self, short) {
            (Self::Off, false) => "new, ended",
            (Self::Off, true) => "end",
            (Self::Wait, false) => "waiting",
            (Self::Wait, true) => "wait",
            (Self::Gil, false) => "for the GIL",
            (Self::Gil, true) => "GIL",
            (Self::Queue, false) => "run queue",
            (Self::Queue, true) => "queue",
            (Self::Core, false) => "on a core",
            (Self::Core, true) => "core",
        }
    }
}

/// Lays out `scene`, if there is room for it.
pub(super) fn lay_out(scene: &Scene, stage: &Stage, machine: &mut Machine) -> bool {
    let processes = scene.processes.len() as f64;
    let threads = scene.actors().count();
    let short = machine.width < 560.0;
    let left = if short { 42.0 } else { 78.0 };
    let walls = processes * 2.0 * PAD + (processes - 1.0) * GAP;
    let room = machine.width - left - walls;
    let more = scene.processes.iter().any(|process| process.more > 0);
    if threads == 0 || more {
        return false;
    }
    let counts: Vec<_> = scene.processes.iter().map(|it| it.threads.len()).collect();
    let columns = columns(&counts, room);
    if columns.iter().any(|&column| column < COLUMN.0) {
        return false;
    }
    let has_gil = scene.processes.iter().any(|it| !it.gils.is_empty());
    let places = [
        Place::Off,
        Place::Wait,
        Place::Gil,
        Place::Queue,
        Place::Core,
    ];
    let places: Vec<_> = places
        .into_iter()
        .filter(|&place| (place != Place::Wait || stage.waits) && (place != Place::Gil || has_gil))
        .collect();

    let mut top = 0.0;
    if stage.names.shared {
        let rect = Rect::new(left, 0.0, machine.width - left, LINE + 5.0);
        let shared = heap(None, rect, 1, &[], &scene.shared);
        machine.heaps.push(shared);
        top = LINE + 5.0 + GAP;
    }
    let narrowest = columns.iter().zip(&counts);
    let narrowest = narrowest.map(|(column, &count)| column * count as f64);
    let lines = lines(stage, narrowest.fold(f64::INFINITY, f64::min));
    let heap_height = lines as f64 * LINE + 3.0;
    let first = top + TITLE + heap_height + 7.0;
    for (index, &place) in places.iter().enumerate() {
        machine.bands.push(Band {
            rect: Rect::new(0.0, first + index as f64 * ROW, machine.width, ROW),
            label: place.label(short),
            queue: place == Place::Queue,
        });
    }
    let bottom = first + places.len() as f64 * ROW + 4.0;
    let mut x = left;
    for (index, process) in scene.processes.iter().enumerate() {
        let column = columns[index];
        let width = counts[index] as f64 * column + 2.0 * PAD;
        let rect = Rect::new(x, top, width, bottom - top);
        let memory = &process.memory;
        let inner = Rect::new(x + PAD, top + TITLE, width - 2.0 * PAD, heap_height);
        let mut its = heap(Some(process.process), inner, lines, memory, &process.chips);
        its.alive = process.life == Life::Alive;
        its.damaged |= process.damage.is_some();
        machine.heaps.push(its);
        for (number, actor) in process.threads.iter().enumerate() {
            let place = Place::of(actor.state);
            let row = places.iter().position(|&it| it == place).unwrap_or(0);
            let rect = Rect::new(
                x + PAD + number as f64 * column + 2.0,
                first + row as f64 * ROW + (ROW - TOKEN) / 2.0,
                column - 4.0,
                TOKEN,
            );
            machine
                .tokens
                .push(token(scene, (index, number), actor, rect, true));
        }
        let origin = process.damage.and_then(|(id, _)| {
            let mut tokens = machine.tokens.iter();
            Some(tokens.find(|token| token.thread == id)?.rect)
        });
        let mut its_wall = wall(scene, index, rect);
        its_wall.damage = damaged(process, rect, origin);
        machine.walls.push(its_wall);
        x += width + GAP;
    }
    let last = lay_out_cores(scene, stage, machine, (left, bottom + WIRES));
    wire(scene, machine, bottom);
    let rects: Vec<_> = machine.walls.iter().map(|wall| wall.rect).collect();
    lay_out_gils(scene, machine, (34.0, 15.0), |process, number| {
        let rect: Rect = rects[process];
        let x = rect.x + rect.w - 40.0 - number as f64 * 38.0;
        (x, rect.y + 3.0)
    });
    lay_out_parcels(scene, machine);
    machine.height = last + 2.0;
    true
}

/// How wide the columns of each process are, of which there are `counts`. A
/// process of few threads gets more than its share, for its heap and its name.
fn columns(counts: &[usize], room: f64) -> Vec<f64> {
    let threads: usize = counts.iter().sum();
    let fair = room / threads.max(1) as f64;
    let least = LEAST.min(room / counts.len().max(1) as f64);
    let is_small = |count: usize| count as f64 * fair < least;
    let (small, others) = counts
        .iter()
        .copied()
        .partition::<Vec<usize>, _>(|&count| is_small(count));
    let others: usize = others.into_iter().sum();
    let rest = (room - small.len() as f64 * least) / others.max(1) as f64;
    let of = |&count: &usize| match is_small(count) {
        true => least / count.max(1) as f64,
        false => rest.min(COLUMN.1),
    };
    counts.iter().map(of).collect()
}

/// How many lines a heap has that is `width` wide, for what may lie on it; at
/// most three.
fn lines(stage: &Stage, width: f64) -> usize {
    let goods = stage.goods.iter();
    let goods = goods.map(|&chars| chars as f64 * CHARACTER + 19.0);
    let all = 60.0 + goods.sum::<f64>();
    (all / (width - 12.0).max(1.0)).ceil().clamp(1.0, 3.0) as usize
}

/// From every thread that runs to its core.
fn wire(scene: &Scene, machine: &mut Machine, bottom: f64) {
    let of = |core: usize| {
        let slot = machine.slots.get(core)?;
        let (id, _) = scene.cores.get(core)?.as_ref()?;
        let mut tokens = machine.tokens.iter();
        let from = match tokens.find(|token| token.thread == *id) {
            Some(token) => (token.rect.centre().0, token.rect.y + token.rect.h),
            // A thread that is not shown works at the wall of its process.
            None => {
                let process = scene.hosts.get(core).copied().flatten()?;
                let mut walls = machine.walls.iter();
                let wall = walls.find(|wall| wall.process == process)?;
                (wall.rect.x + 14.0, bottom)
            }
        };
        Some(Wire {
            thread: *id,
            core,
            from,
            to: (slot.rect.centre().0, slot.rect.y),
            hue: slot.hue,
        })
    };
    let wires = (0..machine.slots.len()).filter_map(of).collect();
    machine.wires = wires;
}
