//! A small register interpreter and the program it runs: an interpreter's
//! dispatch loop, with a poll point at each backward jump, where CPython has
//! them.

use std::hint::black_box;

/// The program adds up the lengths of the Collatz sequences of the numbers
/// below this: about 50 µs on a laptop of 2024.
const BELOW: u64 = 180;

/// Their sum.
pub(super) const CHECKSUM: u64 = 7_117;

/// Names a register.
type Register = usize;

/// Names an instruction.
type Address = usize;

#[derive(Debug, Clone, Copy)]
enum Op {
    /// Puts a constant into a register.
    Set(Register, u64),
    /// Copies the second register into the first.
    Copy(Register, Register),
    /// Adds a constant.
    Add(Register, u64),
    /// Multiplies by a constant.
    Mul(Register, u64),
    /// Halves, rounding down.
    Halve(Register),
    /// Jumps if the register is odd.
    JumpIfOdd(Register, Address),
    /// Jumps if the register equals a constant.
    JumpIfEqual(Register, u64, Address),
    /// Jumps.
    Jump(Address),
    /// Ends the program; the register is its result.
    Return(Register),
}

/// One thread's interpreter.
#[derive(Debug)]
pub(super) struct Machine {
    program: Vec<Op>,
}

impl Machine {
    pub(super) fn new() -> Self {
        const NUMBER: Register = 0;
        const TERM: Register = 1;
        const LENGTH: Register = 2;
        Self {
            program: vec![
                Op::Set(LENGTH, 0),
                Op::Set(NUMBER, 1),
                // 2: the next number
                Op::Copy(TERM, NUMBER),
                // 3: the next term
                Op::JumpIfEqual(TERM, 1, 11),
                Op::Add(LENGTH, 1),
                Op::JumpIfOdd(TERM, 8),
                Op::Halve(TERM),
                Op::Jump(3),
                // 8: an odd term
                Op::Mul(TERM, 3),
                Op::Add(TERM, 1),
                Op::Jump(3),
                // 11: the sequence is complete
                Op::Add(NUMBER, 1),
                Op::JumpIfEqual(NUMBER, BELOW, 14),
                Op::Jump(2),
                Op::Return(LENGTH),
            ],
        }
    }

    /// Runs the program and returns its result.
    #[inline(never)]
    pub(super) fn run(&self, mut poll: impl FnMut()) -> u64 {
        // Opaque, so that it is interpreted and not compiled into this code.
        let program = black_box(self.program.as_slice());
        let mut registers = [0_u64; 4];
        let mut at = 0;
        loop {
            let next = match program[at] {
                Op::Set(r, value) => {
                    registers[r] = value;
                    at + 1
                }
                Op::Copy(to, from) => {
                    registers[to] = registers[from];
                    at + 1
                }
                Op::Add(r, value) => {
                    registers[r] = registers[r].wrapping_add(value);
                    at + 1
                }
                Op::Mul(r, value) => {
                    registers[r] = registers[r].wrapping_mul(value);
                    at + 1
                }
                Op::Halve(r) => {
                    registers[r] /= 2;
                    at + 1
                }
                Op::JumpIfOdd(r, target) if registers[r] % 2 == 1 => target,
                Op::JumpIfEqual(r, value, target) if registers[r] == value => target,
                Op::Jump(target) => target,
                Op::JumpIfOdd(..) | Op::JumpIfEqual(..) => at + 1,
                Op::Return(r) => return registers[r],
            };
            if next <= at {
                poll();
            }
            at = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn collatz_length(mut term: u64) -> u64 {
        let mut length = 0;
        while term != 1 {
            term = if term % 2 == 1 {
                3 * term + 1
            } else {
                term / 2
            };
            length += 1;
        }
        length
    }

    #[test]
    fn computes_what_a_direct_loop_computes() {
        assert_eq!((1..BELOW).map(collatz_length).sum::<u64>(), CHECKSUM);
        assert_eq!(Machine::new().run(|| {}), CHECKSUM);
    }

    #[test]
    fn polls_at_each_backward_jump() {
        let mut polls = 0;
        Machine::new().run(|| polls += 1);
        // One for each term, and one for each number but the last.
        assert_eq!(polls, CHECKSUM + BELOW - 2);
    }
}
