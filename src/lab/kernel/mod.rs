//! What a unit of work computes: blocks of fixed work, some tens of
//! microseconds each, whose result is known and checked every time. Speed
//! without right results is no result.
//!
//! Portable: the same source runs natively (in tests) and in wasm.

mod bytecode;
mod sieve;

use crate::experiment::Kernel;

/// A thread's own copy of a kernel: its program or buffer.
#[derive(Debug)]
pub struct Workload(Inner);

#[derive(Debug)]
enum Inner {
    Bytecode(bytecode::Machine),
    Sieve(sieve::Sieve),
}

impl Workload {
    /// Prepares `kernel`; allocates all that its blocks need.
    #[must_use]
    pub fn new(kernel: Kernel) -> Self {
        Self(match kernel {
            Kernel::Bytecode => Inner::Bytecode(bytecode::Machine::new()),
            Kernel::Sieve => Inner::Sieve(sieve::Sieve::new()),
        })
    }

    /// Computes one block and says whether its result was right.
    ///
    /// `poll` is called at each point at which the thread may hand over the
    /// GIL: by the interpreter at each backward jump, by the sieve (which
    /// stands for a call into C that keeps the GIL) only once, at the end.
    #[inline]
    #[must_use]
    pub fn block(&mut self, mut poll: impl FnMut()) -> bool {
        match &mut self.0 {
            Inner::Bytecode(machine) => machine.run(poll) == bytecode::CHECKSUM,
            Inner::Sieve(sieve) => {
                let right = sieve.count() == sieve::PRIMES;
                poll();
                right
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_block_is_right_however_often_it_runs() {
        for kernel in Kernel::ALL {
            let mut workload = Workload::new(kernel);
            for _ in 0..20 {
                assert!(workload.block(|| {}), "{}", kernel.key());
            }
        }
    }

    #[test]
    fn the_interpreter_polls_often_and_the_sieve_once() {
        let polls = |kernel| {
            let mut polls = 0;
            assert!(Workload::new(kernel).block(|| polls += 1));
            polls
        };
        assert!(polls(Kernel::Bytecode) > 1_000);
        assert_eq!(polls(Kernel::Sieve), 1);
    }
}
