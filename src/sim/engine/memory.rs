//! Heaps: objects with values, reference counts and bytes; what races, frees
//! and damage do to them.

use super::{Engine, NONE};
use crate::experiment::Ended;
use crate::experiment::scenario::GilSpec;
use crate::sim::plan::Plan;

/// An object in one process's heap, or in shared memory.
#[derive(Debug, Clone)]
pub(in crate::sim) struct Object {
    pub(in crate::sim) value: i64,
    pub(in crate::sim) references: i64,
    /// References there would be if no update had been lost.
    pub(in crate::sim) true_references: i64,
    pub(in crate::sim) bytes: u64,
    pub(in crate::sim) freed: bool,
    /// Damaged by this failure or, without one recorded, by a step.
    damaged: Option<Option<usize>>,
    /// Its page is still its parent's: the first write copies it.
    borrowed: bool,
    /// What `value` would be if every change that was stored had been kept.
    pub(in crate::sim) true_value: i64,
    /// Bytes given to it by [`Engine::alloc`] and not freed.
    allocated: u64,
    /// The thread that did so.
    owner: u32,
}

impl Object {
    /// Whether touching it crashes, because something has damaged it.
    pub(in crate::sim) fn is_damaged(&self) -> bool {
        self.damaged.is_some()
    }
}

/// All objects: first one of each in shared memory, then those of each
/// process's heap.
pub(super) fn table(plan: &Plan) -> Vec<Object> {
    (0..=plan.processes.len())
        .flat_map(|_| &plan.objects)
        .map(|object| Object {
            value: object.value,
            references: object.references,
            true_references: object.references,
            bytes: object.bytes,
            freed: false,
            damaged: None,
            borrowed: false,
            true_value: object.value,
            allocated: 0,
            owner: NONE,
        })
        .collect()
}

impl Engine<'_> {
    /// The object that a thread means by index `object` of the plan.
    fn object_of(&self, id: u32, object: u32) -> usize {
        if self.plan.objects[object as usize].shared {
            return object as usize;
        }
        (self.thread(id).process as usize + 1) * self.plan.objects.len() + object as usize
    }

    /// Writing to a page that a fork shares copies it; so does reading in
    /// CPython, for it counts references.
    fn own(&mut self, id: u32, number: usize) {
        let object = &mut self.objects[number];
        if std::mem::take(&mut object.borrowed) {
            let bytes = object.bytes;
            let process = self.thread(id).process as usize;
            self.processes[process].copied_bytes += bytes;
        }
    }

    /// What touching an object does to a thread: if it is damaged, or its
    /// memory now someone else's, it crashes. Whether it is gone.
    fn stumble(&mut self, id: u32, number: usize) -> bool {
        let object = &self.objects[number];
        if let Some(cause) = object.damaged {
            self.crash_on_damage(id, cause);
            return true;
        }
        if object.freed {
            self.counts.uses_after_free += 1;
            self.crash_on_damage(id, None);
            return true;
        }
        false
    }

    pub(super) fn load(&mut self, id: u32, object: u32) -> bool {
        let number = self.object_of(id, object);
        if self.stumble(id, number) {
            return true;
        }
        self.own(id, number);
        let value = self.objects[number].value;
        let context = &mut self.threads[id as usize].context;
        context.register = value;
        context.loaded = value;
        false
    }

    pub(super) fn store(&mut self, id: u32, object: u32) -> bool {
        let number = self.object_of(id, object);
        if self.stumble(id, number) {
            return true;
        }
        self.own(id, number);
        let context = &mut self.threads[id as usize].context;
        let change = context.register.wrapping_sub(context.loaded);
        context.loaded = context.register;
        let object = &mut self.objects[number];
        object.value = context.register;
        object.true_value = object.true_value.wrapping_add(change);
        false
    }

    /// Allocates an object's bytes; MemoryError beyond the heap's limit.
    /// Whether the thread is gone.
    pub(super) fn alloc(&mut self, id: u32, object: u32, bytes: u64) -> bool {
        let number = self.object_of(id, object);
        let process = self.thread(id).process as usize;
        let limit = self.plan.processes[process].heap_limit;
        let heap = &mut self.processes[process];
        if heap.heap_bytes.saturating_add(bytes) > limit {
            self.raise_memory_error(id, None);
            return true;
        }
        heap.heap_bytes += bytes;
        // Pages it shares with its parent are not its own.
        let own = heap.heap_bytes.saturating_sub(heap.inherited_bytes);
        heap.heap_peak = heap.heap_peak.max(own);
        let object = &mut self.objects[number];
        if !object.freed && object.allocated > 0 {
            // The name is given to new bytes; nothing refers to the old.
            heap.leaked_bytes += object.allocated;
        }
        object.allocated = bytes;
        object.owner = id;
        object.bytes = bytes;
        object.freed = false;
        object.damaged = None;
        object.references = 1;
        object.true_references = 1;
        false
    }

    pub(super) fn free(&mut self, id: u32, object: u32) -> bool {
        let number = self.object_of(id, object);
        if self.stumble(id, number) {
            return true;
        }
        self.release_bytes(id, number);
        false
    }

    fn release_bytes(&mut self, id: u32, number: usize) {
        let process = self.thread(id).process as usize;
        let object = &mut self.objects[number];
        object.freed = true;
        let bytes = std::mem::take(&mut object.allocated);
        let heap = &mut self.processes[process].heap_bytes;
        *heap = heap.saturating_sub(bytes);
    }

    /// Half of taking or dropping a reference: reads the count.
    pub(super) fn count_load(&mut self, id: u32, object: u32) -> bool {
        let number = self.object_of(id, object);
        if self.stumble(id, number) {
            return true;
        }
        self.own(id, number);
        self.threads[id as usize].context.count = self.objects[number].references;
        false
    }

    /// The other half: writes it back. At 0 the object is freed, whoever still
    /// means to use it.
    pub(super) fn count_store(&mut self, id: u32, object: u32, change: i8) -> bool {
        let number = self.object_of(id, object);
        let process = self.thread(id).process as usize;
        let atomic = matches!(
            self.plan.processes[process].gil,
            GilSpec::FreeThreaded { .. }
        );
        let loaded = self.thread(id).context.count;
        if self.objects[number].freed {
            return self.stumble(id, number);
        }
        let object = &mut self.objects[number];
        let base = if atomic { object.references } else { loaded };
        object.references = base + i64::from(change);
        object.true_references += i64::from(change);
        if object.references <= 0 && change < 0 {
            self.release_bytes(id, number);
        }
        false
    }

    pub(super) fn touch(&mut self, id: u32, object: u32) -> bool {
        let number = self.object_of(id, object);
        if self.stumble(id, number) {
            return true;
        }
        self.own(id, number);
        false
    }

    pub(super) fn corrupt(&mut self, id: u32, object: u32) -> bool {
        let number = self.object_of(id, object);
        if self.stumble(id, number) {
            return true;
        }
        let cause = self.fail_thread(id, Ended::Corrupted, None, None, None);
        self.objects[number].damaged = Some(Some(cause));
        false
    }

    /// A fork's heap is its parent's as it is, shared page by page.
    pub(super) fn fork_objects(&mut self, parent: u32, child: u32) {
        let count = self.plan.objects.len();
        for object in 0..count {
            if !self.plan.objects[object].shared {
                let original = &self.objects[(parent as usize + 1) * count + object];
                let copy = Object {
                    borrowed: true,
                    // What the parent lost or leaked is the parent's.
                    true_value: original.value,
                    true_references: original.references,
                    owner: NONE,
                    ..original.clone()
                };
                self.objects[(child as usize + 1) * count + object] = copy;
            }
        }
        let bytes = self.processes[parent as usize].heap_bytes;
        let heap = &mut self.processes[child as usize];
        heap.heap_bytes = bytes;
        heap.inherited_bytes = bytes;
    }

    /// A process that begins anew has a new heap.
    pub(super) fn reset_objects(&mut self, process: u32) {
        let count = self.plan.objects.len();
        let first = (process as usize + 1) * count;
        let fresh = table(self.plan);
        self.objects[first..first + count].clone_from_slice(&fresh[..count]);
    }

    /// By how much objects differ from what all changes stored in them add up
    /// to: lost updates, of values and of reference counts.
    pub(in crate::sim) fn lost_updates(&self) -> u64 {
        let lost = |object: &Object| {
            let references = object.true_references.abs_diff(object.references);
            let value = object.true_value.abs_diff(object.value);
            value.saturating_add(references)
        };
        self.objects.iter().map(lost).fold(0, u64::saturating_add)
    }

    /// Bytes whose count says that someone refers to them, though nobody does;
    /// and those whose owner failed while its process went on.
    pub(in crate::sim) fn leaked_objects(&self, process: u32) -> u64 {
        let count = self.plan.objects.len();
        let first = (process as usize + 1) * count;
        let miscounted = |object: &Object| object.true_references <= 0 && object.references > 0;
        self.objects[first..first + count]
            .iter()
            .filter(|&object| !object.freed && (miscounted(object) || self.is_orphan(object)))
            .map(|object| object.bytes)
            .sum()
    }

    /// Whether the thread that allocated an object's bytes failed before its
    /// process ended.
    fn is_orphan(&self, object: &Object) -> bool {
        if object.owner == NONE || object.allocated == 0 {
            return false;
        }
        let owner = self.thread(object.owner);
        let process = &self.processes[owner.process as usize];
        // An exception unwinds, and drops what its thread referred to.
        owner.ended.is_some_and(|(how, at)| {
            how == Ended::Killed && process.ended.is_none_or(|(_, ended)| at < ended)
        })
    }

    /// An object's value, in shared memory or in a process's heap.
    pub(in crate::sim) fn object(&self, process: u32, object: u32) -> &Object {
        let shared = self.plan.objects[object as usize].shared;
        let block = if shared { 0 } else { process as usize + 1 };
        &self.objects[block * self.plan.objects.len() + object as usize]
    }
}
