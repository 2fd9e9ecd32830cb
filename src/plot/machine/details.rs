//! What only a second simulation can tell: what exactly threads wait for, and
//! what lies on heaps.

use super::scene::{Chip, ChipKind, MachineRequest};
use crate::sim::{Awaited, State, View};

/// What exactly a thread waits for, where a second simulation has told.
pub(super) fn awaits(request: &MachineRequest<'_>, id: u32, state: State) -> String {
    let Some(view) = request.view else {
        return String::new();
    };
    let Some(thread) = view.threads.get(id as usize) else {
        return String::new();
    };
    if thread.state != state {
        return String::new();
    }
    let names = &request.stage.names;
    let named = |list: &[String], index: u32| list.get(index as usize).cloned();
    let trace = &request.run.trace;
    let text = match thread.waits_for {
        Some(Awaited::Lock(lock)) => named(&names.locks, lock).map(|name| {
            let waits = |it: &&crate::sim::LockView| it.lock == lock && it.waiters.contains(&id);
            let held = view.locks.iter().find(waits);
            match held.and_then(|it| it.owner) {
                Some(owner) => format!("{name}, held by {}", short(request, owner)),
                None => name,
            }
        }),
        Some(Awaited::Semaphore(it)) => named(&names.semaphores, it),
        Some(Awaited::Condition(it)) => named(&names.conditions, it),
        Some(Awaited::Barrier(it)) => named(&names.barriers, it),
        Some(Awaited::Room(it)) => named(&names.channels, it).map(|name| format!("room in {name}")),
        Some(Awaited::Message(it)) => named(&names.channels, it),
        Some(Awaited::Device(it)) => named(&names.devices, it),
        Some(Awaited::Results(it)) => {
            named(&names.pools, it).map(|name| format!("results of {name}"))
        }
        Some(Awaited::Task(it)) => named(&names.pools, it).map(|name| format!("a task of {name}")),
        Some(Awaited::Thread(it)) => Some(format!("the end of {}", trace.name(it))),
        Some(Awaited::Process(it)) => {
            let report = request.run.processes.get(it as usize);
            report.map(|report| format!("the end of {}", report.name))
        }
        Some(Awaited::LoopTask) => Some("a task of its event loop".to_owned()),
        Some(Awaited::Release) => Some("its next release".to_owned()),
        Some(Awaited::Gil) | None => None,
    };
    text.unwrap_or_default()
}

/// A thread's name within its process.
fn short(request: &MachineRequest<'_>, id: u32) -> String {
    let run = request.run;
    let name = run.trace.name(id);
    let process = run.trace.threads[id as usize].process as usize;
    let report = run.processes.get(process);
    let short = report.and_then(|it| name.strip_prefix(&it.name).map(str::trim_start));
    match short {
        Some(short) if !short.is_empty() => short.to_owned(),
        _ => name,
    }
}

/// What lies on a process's heap, or in shared memory.
pub(super) fn chips(request: &MachineRequest<'_>, view: &View, process: Option<u32>) -> Vec<Chip> {
    let names = &request.stage.names;
    let damaged = |name: &String| {
        let heap = process.and_then(|process| view.heaps.get(process as usize));
        heap.is_some_and(|heap| {
            let mut damaged = heap.damaged.iter();
            damaged.any(|&it| names.objects.get(it as usize) == Some(name))
        })
    };
    let objects = view.objects.iter().filter(|it| it.process == process);
    let objects = objects.map(|object| {
        let (kind, text) = if object.freed {
            (ChipKind::Freed, format!("{} freed", object.name))
        } else if damaged(&object.name) {
            (ChipKind::Damaged, format!("{} damaged", object.name))
        } else {
            let value = match (object.value, object.references) {
                (0, 1..) => String::new(),
                (value, _) => format!(" = {value}"),
            };
            let references = match object.references {
                0 => String::new(),
                1 => ", 1 ref".to_owned(),
                count => format!(", {count} refs"),
            };
            let text = format!("{}{value}{references}", object.name);
            (ChipKind::Object, text)
        };
        Chip { text, kind }
    });
    // An object or a lock is listed for every process, used or not: of those
    // in the way of nobody, only the locks that someone has to do with.
    let locks = view.locks.iter().filter(|it| it.process == process);
    let locks = locks.filter_map(|lock| {
        let name = names.locks.get(lock.lock as usize)?;
        let (kind, text) = match lock.owner {
            Some(owner) if view.threads[owner as usize].state == State::Ended => {
                let owner = short(request, owner);
                (ChipKind::Held, format!("{name}: {owner}, who is gone"))
            }
            Some(owner) => (ChipKind::Held, format!("{name}: {}", short(request, owner))),
            None if lock.taken => (ChipKind::Held, format!("{name}: taken, by nobody here")),
            None => (ChipKind::Free, format!("{name}: free")),
        };
        Some(Chip { text, kind })
    });
    objects.chain(locks).collect()
}
