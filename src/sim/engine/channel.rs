//! Channels: bounded queues of messages, by reference or serialised.

use super::entity::Wait;
use super::{Engine, NONE};
use crate::experiment::Medium;
use crate::experiment::scenario::Transport;
use crate::sim::engine::entity::Burn;
use crate::sim::trace::{Cause, Message, State};
use std::collections::VecDeque;

/// A channel's state.
#[derive(Debug, Clone, Default)]
pub(super) struct Channel {
    /// Sizes and senders of the messages in it.
    messages: VecDeque<(u64, u32)>,
    senders_waiting: VecDeque<u32>,
    receivers_waiting: VecDeque<u32>,
    /// Threads that may still send: those that have not ended.
    senders: u32,
    /// The failure that ended the last of them, if it was one.
    cause: Option<usize>,
}

impl Channel {
    pub(super) fn with_senders(senders: u32) -> Self {
        Self {
            senders,
            ..Self::default()
        }
    }

    pub(super) fn forget(&mut self, id: u32) {
        self.senders_waiting.retain(|&waiter| waiter != id);
        self.receivers_waiting.retain(|&waiter| waiter != id);
    }
}

const MIB: u128 = 1024 * 1024;

impl Engine<'_> {
    /// Puts a message into a channel, once there is room. Packing was paid for
    /// by an op before. Whether the thread waits.
    pub(super) fn send(&mut self, id: u32, number: u32, bytes: u64) -> bool {
        let capacity = self.plan.channels[number as usize].capacity as usize;
        let channel = &mut self.channels[number as usize];
        if channel.messages.len() >= capacity {
            channel.senders_waiting.push_back(id);
            let wait = Wait::Send {
                channel: number,
                bytes,
            };
            self.wait_for(id, State::WaitChannel, wait);
            return true;
        }
        self.put(id, number, bytes);
        false
    }

    fn put(&mut self, id: u32, number: u32, bytes: u64) {
        self.counts.messages += 1;
        self.counts.message_bytes += bytes;
        let channel = &mut self.channels[number as usize];
        match channel.receivers_waiting.pop_front() {
            Some(receiver) => {
                self.threads[receiver as usize].wait = Wait::Nothing;
                self.hand_over(id, receiver, number, bytes);
                self.wake(receiver, id, Cause::Message);
            }
            None => channel.messages.push_back((bytes, id)),
        }
    }

    /// A receiver has a message: it will unpack it when it next runs.
    fn hand_over(&mut self, from: u32, to: u32, number: u32, bytes: u64) {
        if self.recording {
            self.trace.messages.push(Message {
                at: self.now,
                from,
                to,
                bytes,
            });
        }
        let ns = self.unpacking(number, bytes);
        let thread = &mut self.threads[to as usize];
        (thread.remaining, thread.done, thread.burn) = (ns, 0, Burn::Bytecode);
    }

    fn unpacking(&self, number: u32, bytes: u64) -> u64 {
        match self.plan.channels[number as usize].transport {
            Transport::ByReference => 0,
            Transport::Serialised {
                per_message,
                unpack_per_mib,
                ..
            } => {
                let copying = u128::from(bytes) * u128::from(unpack_per_mib.0) / MIB;
                per_message.0 + u64::try_from(copying).unwrap_or(u64::MAX / 4)
            }
        }
    }

    /// Takes a message, once there is one. Whether the thread is gone.
    pub(super) fn receive(&mut self, id: u32, number: u32) -> bool {
        let channel = &mut self.channels[number as usize];
        let Some((bytes, from)) = channel.messages.pop_front() else {
            if channel.senders == 0 {
                let cause = channel.cause;
                self.raise_because(id, cause, Medium::Channel);
                return true;
            }
            channel.receivers_waiting.push_back(id);
            self.wait_for(id, State::WaitChannel, Wait::Receive(number));
            return true;
        };
        if let Some(sender) = channel.senders_waiting.pop_front()
            && let Wait::Send { bytes, .. } = self.threads[sender as usize].wait
        {
            self.threads[sender as usize].wait = Wait::Nothing;
            self.put(sender, number, bytes);
            self.wake(sender, id, Cause::Room);
        }
        let ns = self.unpacking(number, bytes);
        self.hand_over(from, id, number, bytes);
        self.threads[id as usize].remaining = 0;
        self.compute(id, ns, Burn::Bytecode)
    }

    /// A thread begins: what it may send, it may send again.
    pub(super) fn meet_channels(&mut self, id: u32) {
        let restarted = self.processes[self.thread(id).process as usize].restarts > 0;
        if !restarted {
            return;
        }
        for channel in 0..self.channels.len() {
            if self.plan.channels[channel]
                .senders
                .binary_search(&id)
                .is_ok()
            {
                self.channels[channel].senders += 1;
            }
        }
    }

    /// A thread has ended: if it was the last that could send on a channel, its
    /// receivers learn of the end.
    pub(super) fn leave_channels(&mut self, id: u32) {
        for number in 0..self.channels.len() {
            if self.plan.channels[number]
                .senders
                .binary_search(&id)
                .is_err()
            {
                continue;
            }
            let cause = self.failure_of(id);
            let channel = &mut self.channels[number];
            channel.senders = channel.senders.saturating_sub(1);
            channel.cause = cause;
            if channel.senders > 0
                || self.processes[self.threads[id as usize].process as usize].restarting
            {
                continue;
            }
            while let Some(receiver) = self.channels[number].receivers_waiting.pop_front() {
                // It looks again, and finds the end of the stream.
                let thread = &mut self.threads[receiver as usize];
                thread.wait = Wait::Nothing;
                thread.context.pc -= 1;
                self.wake(receiver, id, Cause::Closed);
            }
        }
    }

    /// How many threads may send on each channel.
    pub(super) fn count_senders(&mut self) {
        for (channel, plan) in self.channels.iter_mut().zip(&self.plan.channels) {
            *channel = Channel::with_senders(plan.senders.len() as u32);
        }
        debug_assert!(self.threads.len() < NONE as usize);
    }
}
