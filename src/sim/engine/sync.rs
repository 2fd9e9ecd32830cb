//! Semaphores, conditions, barriers and devices.

use super::entity::Wait;
use super::{Engine, Owner, class};
use crate::sim::trace::{Cause, State};
use std::collections::VecDeque;

/// A counting semaphore.
#[derive(Debug, Clone)]
pub(super) struct Semaphore {
    count: u32,
    waiters: VecDeque<u32>,
}

impl Semaphore {
    pub(super) fn new(count: u32) -> Self {
        Self {
            count,
            waiters: VecDeque::new(),
        }
    }

    pub(super) fn forget(&mut self, id: u32) {
        self.waiters.retain(|&waiter| waiter != id);
    }
}

/// A condition variable.
#[derive(Debug, Clone, Default)]
pub(super) struct Condition {
    waiters: VecDeque<u32>,
}

impl Condition {
    pub(super) fn forget(&mut self, id: u32) {
        self.waiters.retain(|&waiter| waiter != id);
    }
}

/// A barrier.
#[derive(Debug, Clone, Default)]
pub(super) struct Barrier {
    waiters: VecDeque<u32>,
}

impl Barrier {
    pub(super) fn forget(&mut self, id: u32) {
        self.waiters.retain(|&waiter| waiter != id);
    }
}

/// A device that serves some requests at a time.
#[derive(Debug, Clone, Default)]
pub(super) struct Device {
    busy: u32,
    /// Who waits for service, and how long that will take.
    queue: VecDeque<(u32, u64)>,
}

impl Engine<'_> {
    pub(super) fn acquire_semaphore(&mut self, id: u32, number: u32) -> bool {
        let semaphore = &mut self.semaphores[number as usize];
        if semaphore.count > 0 {
            semaphore.count -= 1;
            return false;
        }
        semaphore.waiters.push_back(id);
        self.wait_for(id, State::WaitLock, Wait::Semaphore(number));
        true
    }

    pub(super) fn post(&mut self, id: u32, number: u32) -> bool {
        let semaphore = &mut self.semaphores[number as usize];
        match semaphore.waiters.pop_front() {
            None => semaphore.count = semaphore.count.saturating_add(1),
            Some(next) => {
                self.threads[next as usize].wait = Wait::Nothing;
                self.wake(next, id, Cause::Semaphore);
            }
        }
        false
    }

    /// Gives back the lock and waits to be notified. To wait without holding
    /// the lock is an exception.
    pub(super) fn wait_condition(&mut self, id: u32, number: u32, lock: u32) -> bool {
        let Some(held) = self.held_lock(id, lock) else {
            self.raise(id, None);
            return true;
        };
        let condition = number;
        self.conditions[number as usize].waiters.push_back(id);
        self.wait_for(
            id,
            State::WaitLock,
            Wait::Condition {
                condition,
                lock: held,
            },
        );
        self.unlock(id, held);
        true
    }

    pub(super) fn notify(&mut self, id: u32, number: u32, most: usize) -> bool {
        let waiting = self.conditions[number as usize].waiters.len();
        for _ in 0..most.min(waiting) {
            let condition = &mut self.conditions[number as usize];
            if let Some(next) = condition.waiters.pop_front()
                && let Wait::Condition { lock, .. } = self.threads[next as usize].wait
            {
                self.relock(next, lock, id);
            }
        }
        false
    }

    pub(super) fn arrive(&mut self, id: u32, number: u32) -> bool {
        let parties = self.plan.barriers[number as usize] as usize;
        let barrier = &mut self.barriers[number as usize];
        if barrier.waiters.len() + 1 < parties {
            barrier.waiters.push_back(id);
            self.wait_for(id, State::WaitLock, Wait::Barrier(number));
            return true;
        }
        while let Some(next) = self.barriers[number as usize].waiters.pop_front() {
            self.threads[next as usize].wait = Wait::Nothing;
            self.wake(next, id, Cause::Barrier);
        }
        false
    }

    /// The running thread waits for `ns` of service by a device, or for that
    /// long if it is nothing in particular.
    pub(super) fn request(&mut self, id: u32, device: u16, ns: u64) {
        if device == u16::MAX {
            return self.wait_for_time(id, State::WaitIo, ns);
        }
        let number = u32::from(device);
        self.wait_for(id, State::WaitIo, Wait::Device(number));
        let parallel = self.plan.devices[number as usize];
        let state = &mut self.devices[number as usize];
        if state.busy < parallel {
            state.busy += 1;
            self.set(Owner::Thread(id), self.now + ns, class::WAKE);
        } else {
            state.queue.push_back((id, ns));
        }
    }

    /// A device has served a thread: the next in its queue follows.
    pub(super) fn device_done(&mut self, _id: u32, number: u32) {
        let device = &mut self.devices[number as usize];
        match device.queue.pop_front() {
            None => device.busy -= 1,
            Some((next, ns)) => self.set(Owner::Thread(next), self.now + ns, class::WAKE),
        }
    }

    /// A thread that waits for a device ends. A service that has begun is
    /// given up.
    pub(super) fn leave_device(&mut self, id: u32, number: u32) {
        let device = &mut self.devices[number as usize];
        let queued = device.queue.len();
        device.queue.retain(|&(waiter, _)| waiter != id);
        if device.queue.len() == queued {
            self.device_done(id, number);
        }
    }
}
