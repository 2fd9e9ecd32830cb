//! How fast a kernel runs here.

use crate::experiment::{Experiment, Kernel};
use crate::lab::calibrate::time_blocks;
use crate::lab::crew::{Crew, Team};
use crate::lab::routine::question;
use crate::lab::work::Host;
use serde::{Deserialize, Serialize};

/// What can be asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Ask {
    /// Compute blocks of this kernel on one thread, until the engine has
    /// compiled them as well as it will, and then time them.
    Block(Kernel),
}

/// What comes back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Time of a block, ns; each sample is the mean of many.
    pub block_ns: Vec<f64>,
}

question!(Speed, Ask, Answer);

/// Answers, on the calling thread.
pub(super) fn answer<T: Team, H: Host>(ask: &Ask, crew: Crew<'_, T, H>) -> Answer {
    let Ask::Block(kernel) = *ask;
    let experiment = Experiment {
        kernel,
        gil: false,
        ..Experiment::default()
    };
    Answer {
        block_ns: time_blocks(&experiment, crew.host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::crew::native::with_crew;

    #[test]
    fn a_block_of_every_kernel_takes_time() {
        for kernel in Kernel::ALL {
            let answer = with_crew(1, |crew| answer(&Ask::Block(kernel), crew));
            assert!(answer.block_ns.len() > 1, "{answer:?}");
            assert!(answer.block_ns.iter().all(|&ns| ns > 0.0), "{answer:?}");
        }
    }
}
