//! Taking times and making sense of them.

use cpu_time::ProcessTime;
use std::hint::black_box;

/// How many seconds of a processor's time `what` takes: what other processes
/// get meanwhile does not count. Nothing here uses two threads or waits.
pub(crate) fn seconds<T>(what: impl FnOnce() -> T) -> f64 {
    let start = ProcessTime::now();
    black_box(what());
    start.elapsed().as_secs_f64()
}

/// The one in the middle.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The least of them.
pub(crate) fn least(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(f64::INFINITY, f64::min)
}
