//! The whole run at a glance, for the strip that shows where a window lies.

use crate::plot::Lanes;
use crate::sim::Span;

/// The share of the cores that are in use, in each of `bins` equal parts of a
/// run that ends at `end`. Empty for an empty run.
#[must_use]
pub fn load(lanes: &Lanes, end: u64, bins: usize) -> Vec<f64> {
    if end == 0 || lanes.cores.is_empty() {
        return Vec::new();
    }
    let edge = |bin: usize| (u128::from(end) * bin as u128 / bins as u128) as u64;
    let busy = |bin: usize| {
        let (from, to) = (edge(bin), edge(bin + 1));
        let on_core = |(core, lane): (usize, &Vec<Span>)| {
            let first = lane.partition_point(|piece| piece.end <= from);
            let last = first + lane[first..].partition_point(|piece| piece.start < to);
            let pyramid = lanes.core_pyramid(core);
            let busy = pyramid.between(lane, first, last, &mut 0).busy;
            let inside = &lane[first..last];
            let before = inside
                .first()
                .map_or(0, |piece| from.saturating_sub(piece.start));
            let behind = inside
                .last()
                .map_or(0, |piece| piece.end.saturating_sub(to));
            busy - before - behind
        };
        let busy: u64 = lanes.cores.iter().enumerate().map(on_core).sum();
        let room = (to - from).max(1) as f64 * lanes.cores.len() as f64;
        busy as f64 / room
    };
    (0..bins).map(busy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{State, ThreadName, Trace};

    #[test]
    fn a_core_that_is_used_half_of_the_time_is_half_loaded() {
        let name = ThreadName {
            process: 0,
            worker: Some(0),
        };
        let span = |start, end| Span {
            start,
            end,
            thread: 0,
            core: 0,
            state: State::Running,
        };
        let trace = Trace {
            cores: 2,
            threads: vec![name],
            spans: vec![span(0, 100), span(150, 250)],
            end: 400,
            ..Trace::default()
        };
        let load = load(&Lanes::of(&trace), 400, 4);
        assert_eq!(load, [0.5, 0.25, 0.25, 0.0]);
        assert!(super::load(&Lanes::default(), 0, 4).is_empty());
    }
}
