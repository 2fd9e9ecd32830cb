//! Exercises that come with the page.

/// All of them; a seed is a place in this list, from 1, again and again.
pub(super) const BOOK: [&str; 4] = [
    include_str!("../../../scenarios/exercises/convoy.json"),
    include_str!("../../../scenarios/exercises/shortest-first.json"),
    include_str!("../../../scenarios/exercises/response-time.json"),
    include_str!("../../../scenarios/exercises/two-cores.json"),
];

pub(super) fn text(seed: u32) -> &'static str {
    BOOK[(seed.wrapping_sub(1) as usize) % BOOK.len()]
}
