//! Saying what is being done, why, and how long it took.

use anyhow::{Context, Result};
use std::time::{Duration, Instant};

/// Say that a step has nothing to do.
pub(crate) fn present(what: &str, detail: &str) {
    println!("  ok  {what}: {detail}");
}

/// Say what is being done and why, do it, and say how long it took.
pub(crate) fn working<T>(what: &str, why: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("  ..  {what}: {why}");
    let start = Instant::now();
    let result = work().with_context(|| format!("{what} did not work"))?;
    println!("  ok  {what}: done in {}", seconds(start.elapsed()));
    Ok(result)
}

/// A heading before a group of steps.
pub(crate) fn heading(text: &str) {
    println!("\n{text}");
}

/// A duration as people say it.
pub(crate) fn seconds(duration: Duration) -> String {
    let whole = duration.as_secs();
    if whole < 60 {
        format!("{:.1} s", duration.as_secs_f64())
    } else {
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use std::time::Duration;

    #[test]
    fn long_times_are_given_in_minutes() {
        assert_eq!(seconds(Duration::from_millis(1_250)), "1.2 s");
        assert_eq!(seconds(Duration::from_secs(125)), "2 min 5 s");
    }
}
