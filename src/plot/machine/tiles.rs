//! A picture of many threads: each process a tile, each thread a small token
//! with a sign for its state.

use super::layout::{damaged, heap, lay_out_cores, lay_out_gils, lay_out_parcels, token, wall};
use super::picture::{Machine, Rect};
use super::scene::{Life, Scene};
use super::stage::Stage;

const TITLE: f64 = 19.0;
const PAD: f64 = 5.0;
const GAP: f64 = 7.0;
/// From one token to the next: of few threads, and of many.
const STEPS: [(f64, f64); 2] = [(42.0, 26.0), (31.0, 22.0)];
const MANY: usize = 32;
/// Where a picture is narrower, a quarter of that is many.
const NARROW: f64 = 560.0;
const HEAP: f64 = 7.0;
const UNDER_HEAP: f64 = 4.0;

/// Lays out `scene`.
pub(super) fn lay_out(scene: &Scene, stage: &Stage, machine: &mut Machine) {
    machine.compact = true;
    let width = machine.width;
    let many = if width < NARROW { MANY / 4 } else { MANY };
    let step = STEPS[usize::from(scene.actors().count() > many)];
    let mut top = 0.0;
    if stage.names.shared {
        let rect = Rect::new(0.0, 0.0, width, 26.0);
        machine.heaps.push(heap(None, rect, 1, &[], &scene.shared));
        top = 26.0 + GAP;
    }
    let most = scene.processes.iter().map(|it| it.threads.len()).max();
    let most = most.unwrap_or(1).max(1);
    let room = (((width - 2.0 * PAD) / step.0) as usize).max(1);
    // About as wide as high; one process alone takes all the room there is.
    let columns = match scene.processes.len() {
        1 => room,
        _ => ((most as f64).sqrt().ceil() as usize).clamp(2, room.max(2)),
    };
    let columns = columns.min(most.max(2)).min(room.max(1));
    let tile_width = columns as f64 * step.0 + 2.0 * PAD;
    let (mut x, mut y, mut row_height) = (0.0, top, 0.0_f64);
    for (index, process) in scene.processes.iter().enumerate() {
        let rows = process.threads.len().div_ceil(columns).max(1) as f64;
        let height = TITLE + HEAP + UNDER_HEAP + rows * step.1 + PAD;
        if x > 0.0 && x + tile_width > width {
            (x, y, row_height) = (0.0, y + row_height + GAP, 0.0);
        }
        row_height = row_height.max(height);
        let rect = Rect::new(x, y, tile_width, height);
        let inner = Rect::new(x + PAD, y + TITLE, tile_width - 2.0 * PAD, HEAP);
        let mut its = heap(Some(process.process), inner, 0, &[], &[]);
        its.alive = process.life == Life::Alive;
        its.damaged = process.damage.is_some();
        machine.heaps.push(its);
        for (number, actor) in process.threads.iter().enumerate() {
            let (row, column) = (number / columns, number % columns);
            let rect = Rect::new(
                x + PAD + column as f64 * step.0 + 1.0,
                y + TITLE + HEAP + UNDER_HEAP + row as f64 * step.1 + 1.0,
                step.0 - 2.0,
                step.1 - 2.0,
            );
            machine
                .tokens
                .push(token(scene, (index, number), actor, rect, false));
        }
        let origin = process.damage.and_then(|(id, _)| {
            let mut tokens = machine.tokens.iter();
            Some(tokens.find(|token| token.thread == id)?.rect)
        });
        let mut its_wall = wall(scene, index, rect);
        // The wall and the signs tell the rest.
        if !matches!(process.life, Life::Failed(_)) {
            its_wall.status.clear();
        }
        its_wall.damage = damaged(process, rect, origin);
        machine.walls.push(its_wall);
        x += tile_width + GAP;
    }
    let last = lay_out_cores(scene, stage, machine, (0.0, y + row_height + GAP));
    let rects: Vec<_> = machine.walls.iter().map(|wall| wall.rect).collect();
    lay_out_gils(scene, machine, (24.0, 12.0), |process, number| {
        let rect: Rect = rects[process];
        (rect.x + rect.w - 28.0 - number as f64 * 26.0, rect.y + 2.0)
    });
    lay_out_parcels(scene, machine);
    machine.height = last + 2.0;
}
