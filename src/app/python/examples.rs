//! Programs to begin with.

use crate::app::english::python as text;
use crate::experiment::Experiment;

/// A program that comes with the page.
#[derive(Debug, PartialEq, Eq)]
pub struct Example {
    /// Its name in links and for tests.
    pub key: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it shows, in a few words.
    pub about: &'static str,
    /// Its text.
    pub text: &'static str,
    /// Units that take a second or two on one thread.
    units: u32,
    needs: Needs,
}

/// What an example needs of the layout to show what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Nothing.
    Any,
    /// Threads that share its globals.
    Threads,
    /// The same, and no GIL.
    FreeThreads,
}

/// Units of those that compute all the time, some 2 ms each: enough that starting the
/// interpreter, about 0.1 s, does not hide what threads and processes gain.
const LONG: u32 = 600;

/// All of them, in the order of the page. The first one is there from the
/// beginning.
pub static EXAMPLES: [Example; 9] = [
    Example {
        key: "count",
        name: text::COUNT,
        about: text::COUNT_ABOUT,
        text: include_str!("examples/count.py"),
        units: LONG,
        needs: Needs::Any,
    },
    Example {
        key: "primes",
        name: text::PRIMES,
        about: text::PRIMES_ABOUT,
        text: include_str!("examples/primes.py"),
        units: LONG,
        needs: Needs::Any,
    },
    Example {
        key: "strings",
        name: text::STRINGS,
        about: text::STRINGS_ABOUT,
        text: include_str!("examples/strings.py"),
        units: LONG,
        needs: Needs::Any,
    },
    Example {
        key: "counter",
        name: text::COUNTER,
        about: text::COUNTER_ABOUT,
        text: include_str!("examples/counter.py"),
        units: 100,
        needs: Needs::FreeThreads,
    },
    Example {
        key: "counter-lock",
        name: text::COUNTER_LOCK,
        about: text::COUNTER_LOCK_ABOUT,
        text: include_str!("examples/counter_lock.py"),
        units: 100,
        needs: Needs::Threads,
    },
    Example {
        key: "waiting",
        name: text::WAITING,
        about: text::WAITING_ABOUT,
        text: include_str!("examples/waiting.py"),
        units: 200,
        needs: Needs::Any,
    },
    Example {
        key: "exception",
        name: text::EXCEPTION,
        about: text::EXCEPTION_ABOUT,
        text: include_str!("examples/exception.py"),
        units: 100,
        needs: Needs::Any,
    },
    Example {
        key: "crash",
        name: text::CRASH,
        about: text::CRASH_ABOUT,
        text: include_str!("examples/crash.py"),
        units: 100,
        needs: Needs::Any,
    },
    Example {
        key: "endless",
        name: text::ENDLESS,
        about: text::ENDLESS_ABOUT,
        text: include_str!("examples/endless.py"),
        units: 100,
        needs: Needs::Any,
    },
];

/// The example of this key.
#[must_use]
pub fn example(key: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.key == key)
}

/// The example that this is the text of, unchanged.
#[must_use]
pub fn example_of(text: &str) -> Option<&'static Example> {
    EXAMPLES.iter().find(|example| example.text == text)
}

impl Example {
    /// Sets what it needs; the rest stays as the visitor has it.
    pub(super) fn lay_out(&self, experiment: &mut Experiment) {
        experiment.units = self.units;
        match self.needs {
            Needs::Any => {}
            Needs::Threads => experiment.threads = experiment.threads.max(2),
            Needs::FreeThreads => {
                experiment.threads = experiment.threads.max(2);
                experiment.gil = false;
            }
        }
    }
}
