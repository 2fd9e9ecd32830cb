//! Ops: what a thread that is on a core does next.

use super::entity::{Burn, Context, Wait};
use super::{Engine, NONE};
use crate::experiment::Ended;
use crate::experiment::scenario::GilSpec;
use crate::sim::plan::Op;
use crate::sim::policy::Arrival;
use crate::sim::trace::State;

/// How many ops a look at the coming CPU burst takes in at the most.
const LOOK_AHEAD: usize = 4096;

impl Engine<'_> {
    /// Lets a thread that is on a core go on from its next op until it has to
    /// compute, to wait, or ends.
    pub(super) fn advance(&mut self, id: u32) {
        loop {
            self.handled += 1;
            let plan = self.plan;
            if self.threads[id as usize].marked && !plan.faults_at_units && self.strike(id) {
                return;
            }
            let thread = &mut self.threads[id as usize];
            let op = plan.ops[thread.context.pc as usize];
            if uses_heap(op) && !self.acquire_for_heap(id) {
                return;
            }
            let thread = &mut self.threads[id as usize];
            thread.context.pc += 1;
            let gone = match op {
                Op::End => self.end_of_program(id),
                Op::NextTask => self.next_task(id),
                Op::Compute(ns) => self.compute(id, ns, Burn::Bytecode),
                Op::Call(ns) => self.compute(id, ns, Burn::Call),
                Op::Instruction(ns) => self.compute(id, ns, Burn::Instruction),
                Op::Native(ns) => {
                    self.let_go(id);
                    self.compute(id, ns, Burn::Native)
                }
                Op::Release(ns) => {
                    self.let_go(id);
                    self.compute(id, ns, Burn::Native)
                }
                Op::Sleep(ns) => {
                    self.wait_for_time(id, State::WaitTimer, ns);
                    true
                }
                Op::Io { device, ns } => {
                    self.request(id, device, ns);
                    true
                }
                Op::Yield => {
                    self.give_way(id);
                    true
                }
                Op::Ready => {
                    let process = thread.process as usize;
                    self.processes[process].ready = Some(self.now);
                    false
                }
                Op::Begin => thread.marked && self.strike(id),
                Op::Unit => self.complete_unit(id),
                Op::Repeat { to, times, depth } => {
                    let rounds = &mut thread.context.rounds[usize::from(depth)];
                    if *rounds == 0 {
                        *rounds = times;
                    }
                    *rounds -= 1;
                    if *rounds > 0 {
                        thread.context.pc = to;
                    }
                    false
                }
                Op::Lock(lock) => self.lock(id, lock, None),
                Op::LockFor { lock, ns } => self.lock(id, lock, Some(ns)),
                Op::Unlock(lock) => self.unlock_op(id, lock),
                Op::Acquire(semaphore) => self.acquire_semaphore(id, semaphore),
                Op::Post(semaphore) => self.post(id, semaphore),
                Op::Wait { condition, lock } => self.wait_condition(id, condition, lock),
                Op::Notify(condition) => self.notify(id, condition, 1),
                Op::NotifyAll(condition) => self.notify(id, condition, usize::MAX),
                Op::Barrier(barrier) => self.arrive(id, barrier),
                Op::Send { channel, bytes } => self.send(id, channel, bytes),
                Op::Receive(channel) => self.receive(id, channel),
                Op::Load(object) => self.load(id, object),
                Op::Add(change) => {
                    let register = &mut thread.context.register;
                    *register = register.wrapping_add(change);
                    false
                }
                Op::Store(object) => self.store(id, object),
                Op::Alloc { object, bytes } => self.alloc(id, object, bytes),
                Op::Free(object) => self.free(id, object),
                Op::CountLoad(object) => self.count_load(id, object),
                Op::CountStore { object, change } => self.count_store(id, object, change),
                Op::Touch(object) => self.touch(id, object),
                Op::Corrupt(object) => self.corrupt(id, object),
                Op::StartThread(other) => {
                    self.create(other, id);
                    false
                }
                Op::JoinThread(other) => self.join_thread(id, other),
                Op::StartProcess(process) => {
                    self.start_process(id, process);
                    false
                }
                Op::JoinProcess(process) => self.join_process(id, process),
                Op::KillProcess(process) => self.kill_from_inside(id, process),
                Op::KillThread(other) => self.refuse_kill(other),
                Op::RunLoop(tasks) => self.run_loop(id, tasks),
                Op::Await(ns) => self.await_time(id, ns),
                Op::Submit(submission) => self.submit(id, submission),
                Op::Gather(pool) => self.gather(id, pool),
                Op::TakeTask(pool) => self.take_task(id, pool),
                Op::Raise => {
                    self.raise(id, None);
                    true
                }
                Op::Exit => {
                    self.exit(id);
                    true
                }
                Op::ExitProcess(status) => {
                    self.exit_process(id, status);
                    true
                }
                Op::Segfault => {
                    self.segfault(id, None);
                    true
                }
                Op::Hang => {
                    self.hang(id, None);
                    true
                }
            };
            if gone {
                return;
            }
            if self.handled >= self.op_limit {
                // Stays where it is until the run is cut.
                let core = self.threads[id as usize].core;
                self.cores[usize::from(core)].done_at = self.now;
                return self.set_core_timer(core);
            }
        }
    }

    /// The running thread computes for `ns`, once it has the GIL if it needs
    /// it. `false`: there is nothing to compute.
    pub(super) fn compute(&mut self, id: u32, ns: u64, burn: Burn) -> bool {
        if ns == 0 {
            return false;
        }
        let ns = if burn == Burn::Native {
            ns
        } else {
            self.slowed(id, ns)
        };
        let thread = &mut self.threads[id as usize];
        (thread.remaining, thread.done, thread.burn) = (ns, 0, burn);
        if self.acquire(id) {
            self.burn(id);
        }
        true
    }

    /// How long `ns` of bytecode takes in the thread's interpreter.
    fn slowed(&self, id: u32, ns: u64) -> u64 {
        let process = self.threads[id as usize].process as usize;
        let GilSpec::FreeThreaded {
            overhead_permille,
            contention_permille,
        } = self.plan.processes[process].gil
        else {
            return ns;
        };
        let mut slowed = u128::from(ns) * u128::from(overhead_permille) / 1000;
        if self.processes[process].alive > 1 && self.runs_beside_others(id) {
            slowed = slowed * u128::from(contention_permille) / 1000;
        }
        u64::try_from(slowed).unwrap_or(u64::MAX / 4).max(1)
    }

    /// Whether another thread of the same process is on a core or ready.
    fn runs_beside_others(&self, id: u32) -> bool {
        let process = self.threads[id as usize].process;
        let plan = &self.plan.processes[process as usize];
        (plan.first_thread..plan.end_thread).any(|other| {
            let state = self.threads[other as usize].state;
            other != id && matches!(state, State::Running | State::Ready)
        })
    }

    /// The running thread waits for `ns`, and for the time it takes to wake
    /// up.
    pub(super) fn wait_for_time(&mut self, id: u32, state: State, ns: u64) {
        self.let_go(id);
        self.block(id, state);
        let over = self.now + ns + self.latency(self.plan.costs.wake_latency_ns);
        self.wake_at(id, over);
    }

    /// The running thread waits until another wakes it.
    pub(super) fn wait_for(&mut self, id: u32, state: State, wait: Wait) {
        self.let_go(id);
        self.threads[id as usize].wait = wait;
        self.block(id, state);
    }

    fn give_way(&mut self, id: u32) {
        self.let_go(id);
        self.requeue(id, Arrival::Yielded);
    }

    fn end_of_program(&mut self, id: u32) -> bool {
        let thread = &mut self.threads[id as usize];
        if thread.context.back != NONE {
            return self.end_of_task(id);
        }
        if thread.event_loop != NONE {
            return self.end_of_loop_task(id);
        }
        if self.plan.threads[id as usize].periodic.is_some() {
            return self.end_of_job(id);
        }
        self.finish(id, Ended::Completed);
        true
    }

    fn complete_unit(&mut self, id: u32) -> bool {
        let thread = &mut self.threads[id as usize];
        thread.units += 1;
        let process = thread.process as usize;
        let marked = thread.marked;
        self.processes[process].units += 1;
        if self.recording {
            self.trace.units.push(self.now);
            self.trace.unit_threads.push(id);
        }
        marked && self.strike(id)
    }

    /// How long the thread will compute before it next waits, as far as can be
    /// told from its program: what textbook policies are said to know.
    pub(super) fn burst_of(&self, id: u32) -> u64 {
        let thread = &self.threads[id as usize];
        let mut burst = thread.remaining;
        let mut context = thread.context;
        for _ in 0..LOOK_AHEAD {
            match self.plan.ops[context.pc as usize] {
                Op::Compute(ns)
                | Op::Call(ns)
                | Op::Instruction(ns)
                | Op::Native(ns)
                | Op::Release(ns) => {
                    burst = burst.saturating_add(ns);
                }
                Op::Repeat { to, times, depth } => {
                    let rounds = &mut context.rounds[usize::from(depth)];
                    if *rounds == 0 {
                        *rounds = times;
                    }
                    *rounds -= 1;
                    if *rounds > 0 {
                        context.pc = to;
                        continue;
                    }
                }
                op if may_wait(op) => break,
                _ => {}
            }
            context = Context {
                pc: context.pc + 1,
                ..context
            };
        }
        burst
    }
}

/// Whether an op reads or writes objects, which takes the GIL.
fn uses_heap(op: Op) -> bool {
    matches!(
        op,
        Op::Load(_)
            | Op::Store(_)
            | Op::Alloc { .. }
            | Op::Free(_)
            | Op::CountLoad(_)
            | Op::CountStore { .. }
            | Op::Touch(_)
            | Op::Corrupt(_)
    )
}

/// Whether a CPU burst ends at this op.
fn may_wait(op: Op) -> bool {
    matches!(
        op,
        Op::End
            | Op::Sleep(_)
            | Op::Io { .. }
            | Op::Acquire(_)
            | Op::Wait { .. }
            | Op::Barrier(_)
            | Op::Receive(_)
            | Op::JoinThread(_)
            | Op::JoinProcess(_)
            | Op::RunLoop(_)
            | Op::Await(_)
            | Op::Gather(_)
            | Op::TakeTask(_)
            | Op::Raise
            | Op::Exit
            | Op::ExitProcess(_)
            | Op::Segfault
            | Op::Hang
    )
}
