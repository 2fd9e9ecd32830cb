//! Cache warmth: a thread that has run on a core for a while is warm there and
//! gets on faster, as long as its working set stays in that core's cache. The
//! model is that of OSTEP's `multi.py`.

use super::Engine;

/// What one core's cache holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Warmth {
    /// Who is warm, the one that became so first at the front: it is the first
    /// to be driven out.
    warm: Vec<u32>,
    /// Who is getting warm, and how much cold time is left until then.
    warming: Vec<(u32, u64)>,
}

impl Engine<'_> {
    /// Finds out from when on a thread just given `core` is warm there.
    pub(super) fn find_warmth(&mut self, core: u16, id: u32) {
        let Some(cache) = self.plan.machine.cache else {
            return;
        };
        let warmth = &mut self.warmth[usize::from(core)];
        let slot = &mut self.cores[usize::from(core)];
        if warmth.warm.contains(&id) {
            slot.warm_at = slot.run_from;
            return;
        }
        let left = match warmth.warming.iter().find(|(thread, _)| *thread == id) {
            Some(&(_, left)) => left,
            None => {
                warmth.warming.push((id, cache.warm_up.0));
                cache.warm_up.0
            }
        };
        let fits = self.plan.threads[id as usize].working_set <= cache.size;
        slot.warm_at = if fits { slot.run_from + left } else { u64::MAX };
        if left == 0 {
            self.warm_up(core, id, 0);
        }
    }

    /// When the running thread will have done `work` if it goes on from where
    /// it is settled.
    pub(super) fn time_for(&self, core: u16, work: u64) -> u64 {
        let slot = &self.cores[usize::from(core)];
        let Some(cache) = self.plan.machine.cache else {
            return slot.settled + work;
        };
        let cold = slot.warm_at.saturating_sub(slot.settled);
        if work <= cold {
            return slot.settled + work;
        }
        slot.settled + cold + (work - cold).div_ceil(u64::from(cache.warm_rate.max(1)))
    }

    /// What the running thread has done from `from`, up to where it was
    /// settled, to `to`.
    pub(super) fn work_done(&mut self, core: u16, from: u64, to: u64) -> u64 {
        let Some(cache) = self.plan.machine.cache else {
            return to - from;
        };
        let slot = &mut self.cores[usize::from(core)];
        let cold = slot.warm_at.clamp(from, to) - from;
        let warm = to - from - cold;
        slot.warm += warm;
        let id = slot.running;
        if cold > 0 {
            self.warm_up(core, id, cold);
        }
        cold + warm * u64::from(cache.warm_rate.max(1))
    }

    /// A thread has run cold for `cold` ns; it may be warm now, and drive
    /// others out of the cache. One that does not fit drives out all of them,
    /// and must begin anew.
    fn warm_up(&mut self, core: u16, id: u32, cold: u64) {
        let Some(cache) = self.plan.machine.cache else {
            return;
        };
        let warmth = &mut self.warmth[usize::from(core)];
        let Some(place) = warmth.warming.iter().position(|(thread, _)| *thread == id) else {
            return;
        };
        let left = &mut warmth.warming[place].1;
        if *left > cold {
            *left -= cold;
            return;
        }
        let over = cold - *left;
        // Who was driven out needs a moment at the least to get back in.
        let anew = cache.warm_up.0.max(1);
        warmth.warming.remove(place);
        warmth.warm.push(id);
        let set = |id: u32| self.plan.threads[id as usize].working_set;
        let mut size = warmth
            .warm
            .iter()
            .map(|&id| set(id))
            .fold(0, u64::saturating_add);
        while size > cache.size {
            let out = warmth.warm.remove(0);
            size = size.saturating_sub(set(out));
            let left = if out == id { anew - over % anew } else { anew };
            warmth.warming.push((out, left));
        }
    }
}
