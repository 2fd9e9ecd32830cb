//! Who had a lock when: a strip for each thread, darker where it had it for more
//! of the time.

use super::axis::ticks;
use super::text::duration;
use super::{Align, Fill, Ink, Pattern, Picture, Shape};

/// Room for the names.
const LEFT: f64 = 52.0;
const ROW: f64 = 13.0;
const GAP: f64 = 3.0;
/// Room for the times below.
const BELOW: f64 = 18.0;
const LABEL: f64 = 11.0;
/// Shades that are told apart; the lightest is still seen.
const SHADES: f64 = 8.0;
const LIGHTEST: f64 = 0.3;

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct HoldsRequest<'a> {
    /// Width of the whole.
    pub width: f64,
    /// A row for each thread.
    pub rows: &'a [HoldsRow],
    /// The time at the right edge, ns.
    pub end: u64,
}

/// When one thread had the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldsRow {
    /// Its name.
    pub name: String,
    /// Its number, for its colour.
    pub thread: usize,
    /// From when to when, ns, in order.
    pub held: Vec<(u64, u64)>,
}

/// Lays out the strips.
#[must_use]
pub fn holds(request: &HoldsRequest<'_>) -> Picture {
    let &HoldsRequest { width, rows, end } = request;
    let columns = (width - LEFT).max(1.0).floor() as usize;
    let mut shapes = Vec::new();
    let bottom = rows.len() as f64 * (ROW + GAP);
    for tick in ticks(end as f64, (columns / 70).max(1)) {
        let x = LEFT + tick / end.max(1) as f64 * columns as f64;
        shapes.push(Shape::Line {
            points: vec![(x, 0.0), (x, bottom)],
            ink: Ink::Grid,
            width: 1.0,
            dashed: false,
        });
        // One at the right edge would be cut off.
        let align = match x + 24.0 > width {
            true => Align::End,
            false if tick == 0.0 => Align::Start,
            false => Align::Middle,
        };
        shapes.push(Shape::Text {
            x,
            y: bottom + BELOW / 2.0,
            text: duration(tick as u64),
            ink: Ink::Muted,
            size: LABEL,
            align,
        });
    }
    for (index, row) in rows.iter().enumerate() {
        let y = index as f64 * (ROW + GAP);
        shapes.push(Shape::Text {
            x: LEFT - 6.0,
            y: y + ROW / 2.0,
            text: row.name.clone(),
            ink: Ink::Text,
            size: LABEL,
            align: Align::End,
        });
        let rect = |x, w, fill| Shape::Rect {
            x,
            y,
            w,
            h: ROW,
            fill,
        };
        shapes.push(rect(LEFT, columns as f64, Fill::solid(Ink::Lane)));
        let ink = Ink::Hue((row.thread % usize::from(Ink::HUES)) as u8);
        for (from, to, shade) in stretches(&row.held, end, columns) {
            let fill = Fill {
                ink,
                alpha: LIGHTEST + (1.0 - LIGHTEST) * f64::from(shade) / SHADES,
                pattern: Pattern::Solid,
            };
            shapes.push(rect(LEFT + from as f64, (to - from) as f64, fill));
        }
    }
    Picture {
        width,
        height: bottom + BELOW,
        shapes,
    }
}

/// Columns of one shade, from 1 to [`SHADES`], next to each other: from where to
/// before where.
fn stretches(held: &[(u64, u64)], end: u64, columns: usize) -> Vec<(usize, usize, u8)> {
    let mut shares = vec![0.0_f64; columns];
    let scale = columns as f64 / end.max(1) as f64;
    for &(from, until) in held {
        let (from, until) = (from as f64 * scale, until.min(end) as f64 * scale);
        let last = (until.ceil() as usize).min(columns);
        let first = (from as usize).min(last);
        for (column, share) in shares.iter_mut().enumerate().take(last).skip(first) {
            let inside = until.min(column as f64 + 1.0) - from.max(column as f64);
            *share += inside.max(0.0);
        }
    }
    let mut found: Vec<(usize, usize, u8)> = Vec::new();
    for (column, share) in shares.into_iter().enumerate() {
        if share <= 0.0 {
            continue;
        }
        let shade = (share * SHADES).round().clamp(1.0, SHADES) as u8;
        match found.last_mut() {
            Some((_, to, same)) if *to == column && *same == shade => *to += 1,
            _ => found.push((column, column + 1, shade)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_as_dark_as_the_lock_was_held_in_it() {
        let check = |held: &[(u64, u64)], expected: &[(usize, usize, u8)]| {
            assert_eq!(stretches(held, 100, 10), expected, "{held:?}");
        };
        check(&[], &[]);
        check(&[(0, 100)], &[(0, 10, 8)]);
        check(&[(0, 15), (30, 40)], &[(0, 1, 8), (1, 2, 4), (3, 4, 8)]);
        // Short ones add up, and the shortest is seen.
        check(&[(20, 22), (24, 26), (28, 30)], &[(2, 3, 5)]);
        check(&[(50, 50), (70, 71)], &[(7, 8, 1)]);
        // What lies behind the end is not drawn.
        check(&[(90, 400), (500, 600)], &[(9, 10, 8)]);
    }

    #[test]
    fn all_stays_inside_however_narrow_and_nothing_is_no_end() {
        let row = |thread| HoldsRow {
            name: format!("T{}", thread + 1),
            thread,
            held: vec![(thread as u64 * 10, 40)],
        };
        let rows = [row(0), row(1), row(9)];
        for (width, end) in [(60.0, 50), (340.0, 50), (1_000.0, 0)] {
            let picture = holds(&HoldsRequest {
                width,
                rows: &rows,
                end,
            });
            let mut names = 0;
            for shape in &picture.shapes {
                match shape {
                    Shape::Rect { x, y, w, h, .. } => {
                        assert!(*x >= 0.0 && x + w <= width + 1e-9, "{width}");
                        assert!(*y >= 0.0 && y + h <= picture.height, "{width}");
                    }
                    Shape::Text { text, .. } if text.starts_with('T') => names += 1,
                    _ => {}
                }
            }
            assert_eq!(names, rows.len());
        }
    }
}
