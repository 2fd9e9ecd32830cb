//! How fast the lab's kernels are natively: `cargo xtask bench lab` compares
//! them with the same in web assembly.
//!
//! Prints a line for each kernel: its key, a tab, and the time of one block, ns,
//! found in the very way in which the page finds it, but on a processor's clock: what
//! other programs get meanwhile does not count. The kernels take turns, so that
//! a busy machine slows all of them alike.

use cpu_time::ProcessTime;
use std::collections::BTreeMap;
use timeslice::experiment::{Experiment, Kernel};
use timeslice::lab::calibrate::{quartiles, time_blocks};
use timeslice::lab::telemetry::Area;
use timeslice::lab::work::Host;

/// How often each kernel is timed.
const ROUNDS: usize = 3;

fn main() {
    let host = Native(ProcessTime::now());
    let mut samples = BTreeMap::<_, Vec<f64>>::new();
    for _ in 0..ROUNDS {
        for kernel in Kernel::ALL {
            let experiment = Experiment {
                kernel,
                gil: false,
                ..Experiment::default()
            };
            let found = time_blocks(&experiment, &host);
            samples.entry(kernel.key()).or_default().extend(found);
        }
    }
    for (key, mut samples) in samples {
        let [_, median, _] = quartiles(&mut samples);
        println!("{key}\t{median}");
    }
}

/// One thread of this machine.
#[derive(Debug, Clone, Copy)]
struct Native(ProcessTime);

impl Host for Native {
    fn now_ns(&self) -> u64 {
        u64::try_from(self.0.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn wait(&self, _us: u32) {
        unreachable!("blocks do not wait")
    }

    fn memory_bytes(&self) -> u64 {
        0
    }

    fn report(&self, _area: &Area, _urgent: bool) {}

    fn crash(&self) -> ! {
        unreachable!("nothing crashes on purpose here")
    }
}
