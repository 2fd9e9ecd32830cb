//! What a unit of work computes: blocks of fixed work, some tens of
//! microseconds each, whose result is known and checked every time. Speed
//! without right results is no result.
//!
//! Portable: the same source runs natively (in tests and benchmarks) and in
//! wasm. What is computed with floats gives the same bits on both.

mod bytecode;
mod mandelbrot;
mod matrix;
mod sha256;
mod sieve;
mod sort;

use crate::experiment::Kernel;

/// A thread's own copy of a kernel: its program or buffer.
#[derive(Debug)]
pub struct Workload(Inner);

#[derive(Debug)]
enum Inner {
    Bytecode(bytecode::Machine),
    Sieve(sieve::Sieve),
    Mandelbrot,
    Matrix(matrix::Matrices),
    Sha256(sha256::Message),
    Sort(sort::Numbers),
}

impl Workload {
    /// Prepares `kernel`; allocates all that its blocks need.
    #[must_use]
    pub fn new(kernel: Kernel) -> Self {
        Self(match kernel {
            Kernel::Bytecode => Inner::Bytecode(bytecode::Machine::new()),
            Kernel::Sieve => Inner::Sieve(sieve::Sieve::new()),
            Kernel::Mandelbrot => Inner::Mandelbrot,
            Kernel::Matrix => Inner::Matrix(matrix::Matrices::new()),
            Kernel::Sha256 => Inner::Sha256(sha256::Message::new()),
            Kernel::Sort => Inner::Sort(sort::Numbers::new()),
        })
    }

    /// Computes one block and says whether its result was right.
    ///
    /// `poll` is called at each point at which the thread may hand over the
    /// GIL: by the interpreter at each backward jump, by the others (which
    /// stand for calls into C that keep the GIL) only once, at the end.
    #[inline]
    #[must_use]
    pub fn block(&mut self, mut poll: impl FnMut()) -> bool {
        let right = match &mut self.0 {
            Inner::Bytecode(machine) => return machine.run(poll) == bytecode::CHECKSUM,
            Inner::Sieve(sieve) => sieve.count() == sieve::PRIMES,
            Inner::Mandelbrot => mandelbrot::draw() == mandelbrot::CHECKSUM,
            Inner::Matrix(matrices) => matrices.multiply() == matrix::CHECKSUM,
            Inner::Sha256(message) => message.hash() == sha256::CHECKSUM,
            Inner::Sort(numbers) => numbers.sort() == sort::CHECKSUM,
        };
        poll();
        right
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
    fn the_interpreter_polls_often_and_native_code_once() {
        let polls = |kernel| {
            let mut polls = 0;
            assert!(Workload::new(kernel).block(|| polls += 1));
            polls
        };
        for kernel in Kernel::ALL {
            let often = kernel == Kernel::Bytecode;
            assert_eq!(polls(kernel) > 1_000, often, "{}", kernel.key());
            assert_eq!(polls(kernel) == 1, !often, "{}", kernel.key());
        }
    }
}
