//! Where everything of a [`Scene`] stands. What full pictures and those of many
//! threads have in common; `full` and `tiles` have the rest.

use super::super::size;
use super::picture::{GilToken, Heap, Line, LineChip, Machine, Parcel, Rect, Slot, Token, Wall};
use super::queue::Queue;
use super::scene::{Actor, Chip, ChipKind, Flight, Gil, Life, Scene, Troupe};
use super::stage::Stage;
use super::{full, tiles};
use crate::plot::Ink;

/// Cores beyond this many rows of slots are only counted.
const CORE_ROWS: usize = 2;
const SLOT_HEIGHT: f64 = 32.0;
const SLOT_GAP: f64 = 5.0;
/// Height of a run queue below the core or the cores that take from it.
const LINE_UP: f64 = 20.0;
/// Threads at least so wide carry a GIL, on narrower ones it stands at the edge.
const ROOM_FOR_GIL: f64 = 80.0;
/// About how wide a character of a thread's name is, in a wide font.
const LETTER: f64 = 8.0;
/// In bands, where their place tells it as well, narrower threads have no sign.
const ROOM_FOR_GLYPH: f64 = 44.0;
/// Threads that are narrower are called by their number.
const ROOM_FOR_NAME: f64 = 32.0;
/// About how wide a character of small text is.
pub(super) const CHARACTER: f64 = 6.1;

/// Lays out `scene` for a picture `width` wide. Its height depends on the stage
/// alone, so that nothing below it moves while the run plays.
#[must_use]
pub fn machine(scene: &Scene, stage: &Stage, width: f64) -> Machine {
    let mut machine = Machine {
        width,
        ..Machine::default()
    };
    if !full::lay_out(scene, stage, &mut machine) {
        tiles::lay_out(scene, stage, &mut machine);
    }
    machine
}

/// The colour of a thread, as in the timeline: of one process alone the threads
/// are told apart by hue; of several, the processes are.
pub(super) fn hue(scene: &Scene, process: usize, thread: usize) -> u8 {
    let several = scene.processes.len() + scene.more_processes > 1;
    let hue = if several { process } else { thread };
    (hue % usize::from(Ink::HUES)) as u8
}

pub(super) fn wall(scene: &Scene, index: usize, rect: Rect) -> Wall {
    let troupe = &scene.processes[index];
    let several = scene.processes.len() + scene.more_processes > 1;
    Wall {
        process: troupe.process,
        rect,
        title: troupe.name.clone(),
        status: troupe.status().to_owned(),
        life: troupe.life,
        hue: several.then(|| hue(scene, index, 0)),
        damage: None,
    }
}

/// The part of a process's inside to which damage has spread from `origin`.
pub(super) fn damaged(troupe: &Troupe, inside: Rect, origin: Option<Rect>) -> Option<Rect> {
    let (_, spread) = troupe.damage?;
    let middle = origin.map_or(inside.x + inside.w / 2.0, |rect| rect.centre().0);
    let left = middle - (middle - inside.x) * spread;
    let right = middle + (inside.right() - middle) * spread;
    Some(Rect {
        x: left,
        w: right - left,
        ..inside
    })
}

/// A heap with as much on it as there is room for.
pub(super) fn heap(
    process: Option<u32>,
    rect: Rect,
    lines: usize,
    memory: &[String],
    chips: &[Chip],
) -> Heap {
    // The rest of each line is its last chip's that does not fit any more.
    let width = |text: &str| text.chars().count() as f64 * CHARACTER + 15.0;
    let room = rect.w - 12.0;
    let mut memory = memory.iter().filter(|text| 44.0 + width(text) < room);
    let memory = memory.next().map_or("", String::as_str);
    let (mut x, mut line, mut shown) = (44.0 + width(memory), 0, 0);
    for chip in chips {
        let width = width(&chip.text).min(room);
        if x + width > room {
            (x, line) = (0.0, line + 1);
        }
        if line >= lines {
            break;
        }
        x += width;
        shown += 1;
    }
    Heap {
        process,
        rect,
        memory: memory.to_owned(),
        chips: chips[..shown].to_vec(),
        more: chips.len() - shown,
        alive: true,
        damaged: chips.iter().any(|chip| chip.kind == ChipKind::Damaged),
    }
}

pub(super) fn token(
    scene: &Scene,
    place: (usize, usize),
    actor: &Actor,
    rect: Rect,
    roomy: bool,
) -> Token {
    let (process, thread) = place;
    let brief = actor.brief();
    let name = name_for(&scene.processes[process], actor, rect.w);
    let taken = name.chars().count() as f64 * LETTER + 30.0;
    let holds = |gil: &Gil| gil.holder == Some(actor.thread);
    let carries = rect.w >= ROOM_FOR_GIL && scene.processes[process].gils.iter().any(holds);
    let taken = taken + if carries { 40.0 } else { 0.0 };
    let wanted = brief.chars().count().min(7) as f64 * CHARACTER;
    let room = roomy && wanted > 0.0 && taken + wanted < rect.w;
    Token {
        thread: actor.thread,
        process: scene.processes[process].process,
        rect,
        name,
        glyph: if room || (roomy && rect.w < ROOM_FOR_GLYPH) {
            ""
        } else {
            actor.glyph()
        },
        brief: if room { brief } else { String::new() },
        label: actor.label(),
        hue: hue(scene, process, thread),
        state: actor.state,
        failed: actor.has_failed(),
        carries,
    }
}

/// A thread's name as far as there is room for it: without the word that all
/// threads of its process begin with ("philosopher"), without the T of a number,
/// or without its middle, for names often differ at the end.
fn name_for(troupe: &Troupe, actor: &Actor, width: f64) -> String {
    let mut name = actor.short.as_str();
    let number = name.strip_prefix('T').unwrap_or_default();
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    if width < ROOM_FOR_NAME && is_number {
        return number.to_owned();
    }
    let edges = if width < 60.0 { 18.0 } else { 26.0 };
    let fits = (((width - edges) / LETTER) as usize).max(2);
    if name.chars().count() > fits
        && let Some((word, rest)) = name.split_once(' ')
        && troupe.threads.len() > 1
    {
        let mut others = troupe.threads.iter();
        let same = |it: &Actor| it.short.split_once(' ').is_some_and(|(it, _)| it == word);
        if others.all(same) {
            name = rest;
        }
    }
    let count = name.chars().count();
    match name.chars().last() {
        Some(last) if count > fits => {
            let kept: String = name.chars().take(fits.saturating_sub(2)).collect();
            format!("{kept}…{last}")
        }
        _ => name.to_owned(),
    }
}

/// Puts the cores into a strip at the bottom, from `top` on and right of
/// `left`, with the run queues below them; returns the lower edge.
pub(super) fn lay_out_cores(
    scene: &Scene,
    stage: &Stage,
    machine: &mut Machine,
    (left, top): (f64, f64),
) -> f64 {
    // The room is kept while nobody is ready, so that nothing jumps.
    let each = stage.queues && scene.queues.iter().any(|queue| queue.core.is_some());
    let pitch = SLOT_HEIGHT + SLOT_GAP + if each { LINE_UP } else { 0.0 };
    let room = machine.width - left;
    let cores = scene.cores.len();
    let name = |who: &Option<(u32, String)>| {
        let name = who.as_ref().map_or(4, |(_, name)| name.chars().count());
        name as f64
    };
    let longest = scene.cores.iter().map(name).fold(7.0, f64::max);
    let least = (longest.min(9.0) * CHARACTER + 12.0).min(room);
    let fit = (((room + SLOT_GAP) / (least + SLOT_GAP)) as usize).max(1);
    let rows = cores.div_ceil(fit).clamp(1, CORE_ROWS);
    let a_row = cores.min(fit * rows).div_ceil(rows).max(1);
    let shown = cores.min(a_row * rows);
    let width = ((room + SLOT_GAP) / a_row as f64 - SLOT_GAP).min(150.0);
    for (core, who) in scene.cores[..shown].iter().enumerate() {
        let (row, column) = (core / a_row, core % a_row);
        let rect = Rect::new(
            left + column as f64 * (width + SLOT_GAP),
            top + row as f64 * pitch,
            width,
            SLOT_HEIGHT,
        );
        let thread = who.as_ref().map(|(id, _)| *id);
        machine.slots.push(Slot {
            core,
            rect,
            thread,
            name: who.as_ref().map_or("idle", |(_, name)| name).to_owned(),
            hue: thread.and_then(|id| hue_of(scene, id)),
        });
    }
    let busy = scene.cores[shown..].iter().flatten().count();
    machine.more_cores = (cores - shown, busy);
    let bottom = top + rows as f64 * pitch - SLOT_GAP;
    if stage.queues && scene.awaited {
        return bottom + 3.0 + LINE_UP;
    }
    if !stage.queues || scene.queues.is_empty() {
        return bottom;
    }
    if each {
        let below = |queue: &Queue| {
            let slot = machine.slots.get(usize::from(queue.core?))?;
            let rect = Rect {
                y: slot.rect.y + SLOT_HEIGHT,
                h: LINE_UP,
                ..slot.rect
            };
            Some(line(scene, queue, rect, ""))
        };
        machine.lines = scene.queues.iter().filter_map(below).collect();
        return bottom;
    }
    let rect = Rect::new(left, bottom + 3.0, room, LINE_UP);
    let label = match scene.queues[0].order {
        "" => "queue, next first:".to_owned(),
        order => format!("queue, next first, by {order}:"),
    };
    let label = match room < 420.0 {
        true => "next:",
        false => &label,
    };
    let lines = scene.queues.iter().take(1);
    machine.lines = lines.map(|queue| line(scene, queue, rect, label)).collect();
    bottom + 3.0 + LINE_UP
}

/// A run queue with as many threads as there is room for.
fn line(scene: &Scene, queue: &Queue, rect: Rect, label: &str) -> Line {
    let width = |text: &str| text.chars().count() as f64 * CHARACTER;
    let mut room = rect.w
        - if label.is_empty() {
            0.0
        } else {
            width(label) + 8.0
        };
    let waiting = queue.threads.len();
    let more = |left: usize| match left {
        0 => 0.0,
        left => width(&format!("+{left}")) + 6.0,
    };
    let mut chips = Vec::new();
    for (place, queued) in queue.threads.iter().enumerate() {
        let text = match queued.key.as_str() {
            "" => queued.name.clone(),
            key => format!("{} {key}", queued.name),
        };
        let taken = width(&text) + 16.0;
        if taken + more(waiting - place - 1) > room {
            break;
        }
        room -= taken;
        chips.push(LineChip {
            thread: queued.thread,
            text,
            hue: hue_of(scene, queued.thread),
        });
    }
    Line {
        core: queue.core,
        rect,
        label: label.to_owned(),
        more: waiting - chips.len(),
        said: queue.said(),
        chips,
    }
}

/// The colour of a thread that is shown.
fn hue_of(scene: &Scene, id: u32) -> Option<u8> {
    let mut processes = scene.processes.iter().enumerate();
    processes.find_map(|(process, troupe)| {
        let thread = troupe.threads.iter().position(|it| it.thread == id)?;
        Some(hue(scene, process, thread))
    })
}

/// Puts GILs to their holders, or where `post` says that those of a process
/// stand when nobody holds them.
pub(super) fn lay_out_gils(
    scene: &Scene,
    machine: &mut Machine,
    (width, height): (f64, f64),
    post: impl Fn(usize, usize) -> (f64, f64),
) {
    for (index, troupe) in scene.processes.iter().enumerate() {
        // Before a process has begun there is no GIL, and it goes with it.
        let gils = troupe.gils.iter().filter(|_| troupe.life == Life::Alive);
        for (number, gil) in gils.enumerate() {
            let holder = gil.holder.and_then(|id| {
                let mut tokens = machine.tokens.iter();
                tokens.find(|token| token.thread == id)
            });
            let (x, y) = match holder {
                Some(token) if token.carries => {
                    (token.rect.right() - width - 4.0, token.rect.y + 3.0)
                }
                // As much of the thread's name as can be is left to be seen.
                Some(token) => {
                    let x = token.rect.right() - width + 4.0;
                    (x, token.rect.y - height + 4.0)
                }
                None => post(index, number),
            };
            let text = if troupe.gils.len() > 1 {
                format!("GIL {}", number + 1)
            } else {
                "GIL".to_owned()
            };
            machine.gils.push(GilToken {
                process: troupe.process,
                number,
                rect: Rect::new(x, y, width, height),
                text: if gil.asked { format!("{text}!") } else { text },
                held: gil.holder.is_some(),
                asked: gil.asked,
            });
        }
    }
}

/// Puts messages on their way from thread to thread.
pub(super) fn lay_out_parcels(scene: &Scene, machine: &mut Machine) {
    let place = |id: u32| {
        let mut tokens = machine.tokens.iter();
        let token = tokens.find(|token| token.thread == id)?;
        Some(token.rect.centre())
    };
    let parcel = |flight: &Flight| {
        let way = [place(flight.from)?, place(flight.to)?];
        let [(x, y), (to_x, to_y)] = way;
        let progress = flight.progress;
        // It leaves and comes gently, on a low arc.
        let share = progress * progress * (3.0 - 2.0 * progress);
        let arc = 14.0 * (1.0 - (2.0 * share - 1.0).powi(2));
        Some(Parcel {
            number: flight.number,
            at: (x + (to_x - x) * share, y + (to_y - y) * share - arc),
            way,
            text: if flight.copy {
                size(flight.bytes)
            } else {
                "ref".to_owned()
            },
            copy: flight.copy,
        })
    };
    let parcels = scene.flights.iter().filter_map(parcel).collect();
    machine.parcels = parcels;
}
