//! The list of failures, kept in the order in which they were noticed and told
//! in the order in which they happened.

use crate::experiment::Failure;

#[derive(Debug, Default)]
pub(super) struct Record(Vec<Failure>);

impl Record {
    /// Adds a failure; a cause must have been added before its effects and be
    /// no later. Returns the index by which effects name it.
    pub(super) fn add(&mut self, failure: Failure) -> usize {
        self.0.push(failure);
        self.0.len() - 1
    }

    /// All failures by time, with their causes' indices in that order. The sort
    /// is stable, so a cause stays before effects of the same moment.
    pub(super) fn in_order(&self) -> Vec<Failure> {
        let mut order: Vec<usize> = (0..self.0.len()).collect();
        order.sort_by_key(|&index| self.0[index].at_ns);
        let mut place = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            place[old] = new;
        }
        let told = |&old: &usize| Failure {
            cause: self.0[old].cause.map(|cause| place[cause]),
            ..self.0[old]
        };
        order.iter().map(told).collect()
    }
}
