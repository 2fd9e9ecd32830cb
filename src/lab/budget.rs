//! How many web workers the page may run: all of them are counted, those of
//! thread pools included, and what would be too many is not started.

use super::plan::MAX_WORKERS;
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::fmt;
use std::rc::Rc;
use thiserror::Error;

/// More workers than the page may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error, Serialize, Deserialize)]
#[error(
    "{wanted} more web workers beside the {alive} that run would be over the limit of {MAX_WORKERS}"
)]
pub struct OverBudget {
    /// Asked for.
    pub wanted: u32,
    /// Running already.
    pub alive: u32,
}

/// The workers that are alive, as the page counts them: from just before one is
/// asked for until it was told to end.
#[derive(Default, Clone)]
pub struct Budget(Rc<Inner>);

/// Is told how many are alive.
type Listener = Rc<dyn Fn(u32)>;

#[derive(Default)]
struct Inner {
    alive: Cell<u32>,
    most: Cell<u32>,
    on_change: Cell<Option<Listener>>,
}

/// A part of the budget, given back when it is dropped.
#[derive(Debug)]
pub struct Share {
    budget: Budget,
    workers: u32,
}

impl Budget {
    /// Takes a part of it for so many workers.
    ///
    /// # Errors
    /// If that is more than is left.
    pub fn take(&self, workers: u32) -> Result<Share, OverBudget> {
        let alive = self.alive();
        let sum = alive.saturating_add(workers);
        if sum > MAX_WORKERS {
            return Err(OverBudget {
                wanted: workers,
                alive,
            });
        }
        self.set(sum);
        Ok(Share {
            budget: self.clone(),
            workers,
        })
    }

    /// Workers alive now.
    #[must_use]
    pub fn alive(&self) -> u32 {
        self.0.alive.get()
    }

    /// The most that ever were.
    #[must_use]
    pub fn most(&self) -> u32 {
        self.0.most.get()
    }

    /// Tells `listener` their number whenever it changes. There is one listener
    /// at a time.
    pub fn on_change(&self, listener: impl Fn(u32) + 'static) {
        self.0.on_change.set(Some(Rc::new(listener)));
    }

    fn set(&self, alive: u32) {
        self.0.alive.set(alive);
        self.0.most.set(self.most().max(alive));
        // Put back before it is called: it may look here itself.
        if let Some(listener) = self.0.on_change.take() {
            self.0.on_change.set(Some(Rc::clone(&listener)));
            listener(alive);
        }
    }
}

impl fmt::Debug for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Budget({} alive)", self.alive())
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        let alive = self.budget.alive();
        self.budget.set(alive.saturating_sub(self.workers));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    #[test]
    fn what_is_taken_comes_back_and_never_exceeds_the_limit() {
        let budget = Budget::default();
        let told = Rc::new(RefCell::new(Vec::new()));
        budget.on_change({
            let told = Rc::clone(&told);
            move |alive| told.borrow_mut().push(alive)
        });
        let first = budget.take(MAX_WORKERS - 3).unwrap();
        let second = budget.take(3).unwrap();
        assert_eq!(
            budget.take(1).unwrap_err(),
            OverBudget {
                wanted: 1,
                alive: MAX_WORKERS
            }
        );
        assert_eq!(budget.take(u32::MAX).unwrap_err().alive, MAX_WORKERS);
        drop(first);
        assert_eq!(budget.alive(), 3);
        drop(second);
        assert_eq!((budget.alive(), budget.most()), (0, MAX_WORKERS));
        assert_eq!(*told.borrow(), [29, 32, 3, 0]);
        drop(budget.take(MAX_WORKERS).unwrap());
    }

    #[test]
    fn a_refusal_says_what_was_asked_and_what_runs() {
        let refusal = OverBudget {
            wanted: 5,
            alive: 30,
        };
        assert_eq!(
            refusal.to_string(),
            "5 more web workers beside the 30 that run would be over the limit of 32"
        );
    }
}
