//! Programs: what a thread does, step by step.

use super::Ns;
use serde::{Deserialize, Deserializer, Serialize, de};
use std::fmt;

/// The steps themselves, or the name of a program of the scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Program {
    /// A name in [`Scenario::programs`](super::Scenario::programs).
    Named(String),
    /// The steps.
    Steps(Vec<Step>),
}

impl Default for Program {
    fn default() -> Self {
        Self::Steps(Vec::new())
    }
}

/// By hand, because a derived `untagged` loses the path of an error inside.
impl<'de> Deserialize<'de> for Program {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Program;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of steps, or the name of a program")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Program, E> {
                Ok(Program::Named(name.to_owned()))
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, steps: A) -> Result<Program, A::Error> {
                let steps = de::value::SeqAccessDeserializer::new(steps);
                Deserialize::deserialize(steps).map(Program::Steps)
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// One step. Steps that name no time take none by themselves, but may wait.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(not(target_arch = "wasm32"), derive(schemars::JsonSchema))]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Step {
    /// Run bytecode; needs the GIL where there is one, and may be made to hand
    /// it over at poll points.
    Compute(Ns),
    /// Run a C function that keeps the GIL and has no poll point.
    Call(Ns),
    /// Run a C function that releases the GIL around its work (hashing,
    /// compression, a short system call) and takes it again after.
    Release(Ns),
    /// Run outside any interpreter.
    Native(Ns),
    /// Wait for the timer.
    Sleep(Ns),
    /// Wait for a device's service.
    Io {
        /// Which device; without one, service begins at once.
        #[serde(default)]
        device: Option<String>,
        /// How long the service takes.
        time: Ns,
    },
    /// Go to the back of the run queue.
    Yield,
    /// One unit of work is complete.
    Unit,
    /// The process is ready for work: its start is over.
    Ready,
    /// Do steps again and again.
    Repeat {
        /// How often, at least 1.
        times: u32,
        /// What.
        steps: Vec<Step>,
    },
    /// Take a lock; waits until it can.
    Lock(String),
    /// Take a lock, but wait no longer than this; goes on without it then.
    LockFor {
        /// Which lock.
        lock: String,
        /// How long.
        time: Ns,
    },
    /// Give a lock back. Giving back one that the thread does not hold is an
    /// exception, except after a `lock-for` that timed out, when nothing
    /// happens.
    Unlock(String),
    /// Take one from a semaphore; waits until there is one.
    Acquire(String),
    /// Give one to a semaphore.
    Post(String),
    /// Give back a lock, wait to be notified, take the lock again.
    Wait {
        /// The condition.
        condition: String,
        /// The lock, which the thread holds.
        lock: String,
    },
    /// Wake one waiter of a condition.
    Notify(String),
    /// Wake all waiters of a condition.
    NotifyAll(String),
    /// Wait until all parties have come.
    Barrier(String),
    /// Put a message into a channel; waits while it is full.
    Send {
        /// Which channel.
        channel: String,
        /// Size of the message.
        #[serde(default)]
        bytes: u64,
    },
    /// Take a message from a channel; waits while it is empty. If its last
    /// sender has ended, the end of the stream is an exception.
    Receive(String),
    /// Read an object into the thread's register. From a load to the next
    /// store nobody can take the GIL away, unless there is a `compute` or a
    /// `call` in between, or the GIL is of kind tick.
    Load(String),
    /// Add to the thread's register.
    Add(i64),
    /// Write the thread's register to an object.
    Store(String),
    /// Allocate bytes under a name; MemoryError if the heap's limit is passed.
    Alloc {
        /// The object.
        object: String,
        /// How large it is.
        bytes: u64,
    },
    /// Free an object's bytes.
    Free(String),
    /// Take a reference: load the count, add 1, store it. Not atomic, unless a
    /// GIL keeps others out or the interpreter is free-threaded.
    Incref(String),
    /// Drop a reference; at 0 the object is freed.
    Decref(String),
    /// Read an object. If it was freed: a use after free. If it is damaged:
    /// the thread crashes.
    Touch(String),
    /// Write nonsense over an object: every thread that touches it in this
    /// heap crashes.
    Corrupt(String),
    /// Start a thread of the same process.
    StartThread(String),
    /// Wait until a thread of the same process has ended.
    JoinThread(String),
    /// Start a process.
    StartProcess(String),
    /// Wait until a process has ended.
    JoinProcess(String),
    /// Kill a process.
    KillProcess(String),
    /// Ask for a thread of the same process to be killed: refused, for there
    /// is no such operation.
    KillThread(String),
    /// Run tasks in an event loop (asyncio) until all have ended: one thread,
    /// one ready queue, no preemption.
    RunLoop(Vec<Program>),
    /// In a task: let other tasks run for this long.
    Await(Ns),
    /// Hand tasks to a pool.
    Submit {
        /// Which pool.
        pool: String,
        /// What each task does.
        task: Program,
        /// How many tasks.
        #[serde(default = "one")]
        count: u32,
        /// Size of each task's arguments and of its result.
        #[serde(default)]
        bytes: u64,
    },
    /// Wait until all tasks handed to a pool by this thread or task are done or
    /// have failed. Failed ones are counted; their exceptions are not raised
    /// here. For a task that was lost with its worker it waits for ever.
    Gather(String),
    /// Raise an exception that nobody catches. In a pool's task it is the
    /// task's; in a task of an event loop it ends the loop and its thread.
    Raise,
    /// End the thread (`sys.exit`). A pool's task fails.
    Exit,
    /// End the process at once with a status (`os._exit`).
    ExitProcess(i32),
    /// An invalid memory access.
    Segfault,
    /// Loop for ever without a poll point.
    Hang,
}

fn one() -> u32 {
    1
}
