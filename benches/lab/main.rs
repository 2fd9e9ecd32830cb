//! How fast the lab's kernels are natively: `cargo xtask bench lab` compares
//! them with the same in web assembly.
//!
//! Prints JSON: for each kernel its key and the time of one block, ns. The
//! kernels take turns, so that a busy machine slows all of them alike; what
//! counts is the median over the rounds. Arguments: `--rounds N`.

use cpu_time::ProcessTime;
use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;
use timeslice::experiment::Kernel;
use timeslice::lab::kernel::Workload;

/// Each sample is over so many seconds of work.
const SAMPLE_S: f64 = 0.02;

fn main() {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = env::args().skip(1).collect();
    let rounds = arguments
        .iter()
        .skip_while(|argument| *argument != "--rounds")
        .nth(1)
        .and_then(|number| number.parse().ok())
        .unwrap_or(31);
    let mut kernels: Vec<_> = Kernel::ALL.map(Timed::new).into();
    for _ in 0..rounds {
        for kernel in &mut kernels {
            kernel.sample();
        }
    }
    let found: BTreeMap<_, _> = kernels.iter_mut().map(Timed::found).collect();
    println!("{}", serde_json::json!(found));
}

/// A kernel and its samples.
struct Timed {
    kernel: Kernel,
    workload: Workload,
    /// Blocks of one sample.
    blocks: u32,
    samples: Vec<f64>,
}

impl Timed {
    fn new(kernel: Kernel) -> Self {
        let mut timed = Self {
            kernel,
            workload: Workload::new(kernel),
            blocks: 1,
            samples: Vec::new(),
        };
        while f64::from(timed.blocks) * timed.block_s() < SAMPLE_S {
            timed.blocks *= 2;
        }
        timed
    }

    fn sample(&mut self) {
        let block_s = self.block_s();
        self.samples.push(1e9 * block_s);
    }

    /// What a block takes of a processor's time, s: what other programs get
    /// meanwhile does not count.
    fn block_s(&mut self) -> f64 {
        let start = ProcessTime::now();
        for _ in 0..self.blocks {
            let right = self.workload.block(|| {});
            assert!(black_box(right), "{} computes wrongly", self.kernel.key());
        }
        start.elapsed().as_secs_f64() / f64::from(self.blocks)
    }

    fn found(&mut self) -> (&'static str, f64) {
        self.samples.sort_by(f64::total_cmp);
        let middle = self.samples.len() / 2;
        let median = self.samples.get(middle).copied().unwrap_or(f64::NAN);
        (self.kernel.key(), median)
    }
}
