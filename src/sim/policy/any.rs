//! Any one of the policies, told apart by a `match` rather than through a
//! table of pointers: the engine's inner loop calls them all the time.
//!
//! Of the calls made for every slice, round robin's are inlined: it is what the
//! page simulates by default, and does less than a call costs.

use super::dm::Dm;
use super::edf::Edf;
use super::fifo::Fifo;
use super::hrrn::Hrrn;
use super::linux::Linux;
use super::llf::Llf;
use super::lottery::Lottery;
use super::mlfq::Mlfq;
use super::priority::Priority;
use super::rm::Rm;
use super::round_robin::RoundRobin;
use super::sjf::Sjf;
use super::srtf::Srtf;
use super::stride::Stride;
use super::{Arrival, Options, Policy, Tasks};
use crate::experiment::scenario::PolicySpec;

/// Defines the enum, and passes every call on.
macro_rules! any_policy {
    ($($variant:ident),* $(,)?) => {
        /// A policy of a kind chosen at run time.
        #[derive(Debug, Clone)]
        pub(crate) enum AnyPolicy {
            $(#[doc = concat!("See [`", stringify!($variant), "`].")] $variant($variant),)*
        }

        /// The calls that are made for every slice, for policies other than
        /// round robin: out of the way of those that are inlined.
        impl AnyPolicy {
            #[inline(never)]
            fn enqueue_by_kind(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
                match self {
                    $(Self::$variant(policy) => policy.enqueue(tasks, thread, why, now),)*
                }
            }

            #[inline(never)]
            fn pick_by_kind(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
                match self {
                    $(Self::$variant(policy) => policy.pick(tasks, now),)*
                }
            }

            #[inline(never)]
            fn len_by_kind(&self) -> usize {
                match self {
                    $(Self::$variant(policy) => policy.len(),)*
                }
            }

            #[inline(never)]
            fn charge_by_kind(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, now: u64) {
                match self {
                    $(Self::$variant(policy) => policy.charge(tasks, thread, ran, now),)*
                }
            }

            #[inline(never)]
            fn slice_by_kind(&mut self, tasks: &Tasks, thread: u32, now: u64) -> Option<u64> {
                match self {
                    $(Self::$variant(policy) => policy.slice(tasks, thread, now),)*
                }
            }

            #[inline(never)]
            fn expire_by_kind(&mut self, tasks: &mut Tasks, thread: u32, now: u64) -> bool {
                match self {
                    $(Self::$variant(policy) => policy.expire(tasks, thread, now),)*
                }
            }

            #[inline(never)]
            fn slices_alone_by_kind(&self) -> bool {
                match self {
                    $(Self::$variant(policy) => policy.slices_alone(),)*
                }
            }
        }

        impl Policy for AnyPolicy {
            #[inline(always)]
            fn enqueue(&mut self, tasks: &mut Tasks, thread: u32, why: Arrival, now: u64) {
                match self {
                    Self::RoundRobin(policy) => policy.enqueue(tasks, thread, why, now),
                    _ => self.enqueue_by_kind(tasks, thread, why, now),
                }
            }

            #[inline(always)]
            fn pick(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
                match self {
                    Self::RoundRobin(policy) => policy.pick(tasks, now),
                    _ => self.pick_by_kind(tasks, now),
                }
            }

            #[inline]
            fn peek(&mut self, tasks: &mut Tasks, now: u64) -> Option<u32> {
                match self {
                    $(Self::$variant(policy) => policy.peek(tasks, now),)*
                }
            }

            #[inline]
            fn remove(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
                match self {
                    $(Self::$variant(policy) => policy.remove(tasks, thread, now),)*
                }
            }

            #[inline(always)]
            fn len(&self) -> usize {
                match self {
                    Self::RoundRobin(policy) => policy.len(),
                    _ => self.len_by_kind(),
                }
            }

            #[inline(always)]
            fn charge(&mut self, tasks: &mut Tasks, thread: u32, ran: u64, now: u64) {
                match self {
                    Self::RoundRobin(policy) => policy.charge(tasks, thread, ran, now),
                    _ => self.charge_by_kind(tasks, thread, ran, now),
                }
            }

            #[inline]
            fn block(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
                match self {
                    $(Self::$variant(policy) => policy.block(tasks, thread, now),)*
                }
            }

            #[inline]
            fn forget(&mut self, tasks: &mut Tasks, thread: u32, now: u64) {
                match self {
                    $(Self::$variant(policy) => policy.forget(tasks, thread, now),)*
                }
            }

            #[inline(always)]
            fn slice(&mut self, tasks: &Tasks, thread: u32, now: u64) -> Option<u64> {
                match self {
                    Self::RoundRobin(policy) => policy.slice(tasks, thread, now),
                    _ => self.slice_by_kind(tasks, thread, now),
                }
            }

            #[inline(always)]
            fn expire(&mut self, tasks: &mut Tasks, thread: u32, now: u64) -> bool {
                match self {
                    Self::RoundRobin(policy) => policy.expire(tasks, thread, now),
                    _ => self.expire_by_kind(tasks, thread, now),
                }
            }

            #[inline(always)]
            fn slices_alone(&self) -> bool {
                match self {
                    Self::RoundRobin(policy) => policy.slices_alone(),
                    _ => self.slices_alone_by_kind(),
                }
            }

            #[inline]
            fn preempts(&self, tasks: &Tasks, ready: u32, running: u32, now: u64) -> bool {
                match self {
                    $(Self::$variant(policy) => policy.preempts(tasks, ready, running, now),)*
                }
            }

            #[inline]
            fn is_preemptive(&self) -> bool {
                match self {
                    $(Self::$variant(policy) => policy.is_preemptive(),)*
                }
            }

            #[inline]
            fn heeds_priority(&self) -> bool {
                match self {
                    $(Self::$variant(policy) => policy.heeds_priority(),)*
                }
            }

            #[inline]
            fn next_timer(&self) -> Option<u64> {
                match self {
                    $(Self::$variant(policy) => policy.next_timer(),)*
                }
            }

            #[inline]
            fn on_timer(&mut self, tasks: &mut Tasks, now: u64) {
                match self {
                    $(Self::$variant(policy) => policy.on_timer(tasks, now),)*
                }
            }

            #[inline]
            fn timer_changed(&mut self) -> bool {
                match self {
                    $(Self::$variant(policy) => policy.timer_changed(),)*
                }
            }
        }
    };
}

any_policy! {
    Fifo, RoundRobin, Sjf, Srtf, Priority, Hrrn, Mlfq, Lottery, Stride, Edf, Rm, Dm, Llf, Linux,
}

impl AnyPolicy {
    /// The policy that `spec` describes.
    pub(crate) fn new(spec: &PolicySpec, options: Options) -> Self {
        match spec {
            PolicySpec::Fifo => Self::Fifo(Fifo::default()),
            PolicySpec::RoundRobin { slice, timer } => {
                Self::RoundRobin(RoundRobin::new(slice.0, *timer, options.tie))
            }
            PolicySpec::Sjf => Self::Sjf(Sjf::new(options)),
            PolicySpec::Srtf => Self::Srtf(Srtf::new(options)),
            PolicySpec::Priority {
                preemptive,
                ageing,
                order,
            } => Self::Priority(Priority::new(
                *preemptive,
                ageing.map(|ns| ns.0),
                *order,
                options,
            )),
            PolicySpec::Hrrn => Self::Hrrn(Hrrn::new(options)),
            PolicySpec::Mlfq {
                levels,
                boost,
                stay_after_io,
                io_bump,
            } => Self::Mlfq(Mlfq::new(
                levels,
                boost.map(|ns| ns.0),
                *stay_after_io,
                *io_bump,
            )),
            PolicySpec::Lottery { quantum, draws } => {
                Self::Lottery(Lottery::new(quantum.0, draws, options))
            }
            PolicySpec::Stride { quantum } => Self::Stride(Stride::new(quantum.0, options)),
            PolicySpec::Edf => Self::Edf(Edf::new(options)),
            PolicySpec::Rm => Self::Rm(Rm::new(options)),
            PolicySpec::Dm => Self::Dm(Dm::new(options)),
            PolicySpec::Llf { quantum } => Self::Llf(Llf::new(quantum.0, options)),
            PolicySpec::Cfs
            | PolicySpec::Eevdf { .. }
            | PolicySpec::SchedFifo
            | PolicySpec::SchedRr { .. }
            | PolicySpec::SchedDeadline => Self::Linux(Linux::new(spec, options)),
        }
    }
}
