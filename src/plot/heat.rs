//! A heat map of speed-ups: processes down, threads across, each cell with what
//! was measured and what was predicted.

use super::text::ratio;
use super::{Align, Fill, Ink, Pattern, Picture, Shape};

/// Room for the labels left of and above the cells.
const LEFT: f64 = 34.0;
const TOP: f64 = 34.0;
/// A cell is at most so large; a smaller picture has smaller cells.
const WIDEST: f64 = 132.0;
const HEIGHT: f64 = 58.0;
const GAP: f64 = 3.0;
const LABEL: f64 = 12.0;
/// A cell narrower than this has no room for the predicted value's sign.
const ROOMY: f64 = 74.0;

/// The strongest and the weakest colour of a cell: text must be readable on
/// both.
const STRONG: f64 = 0.5;
const WEAK: f64 = 0.06;

/// What to draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Heat<'a> {
    /// Width of the whole.
    pub width: f64,
    /// Processes, a row each.
    pub processes: &'a [u16],
    /// Threads in each, a column each.
    pub threads: &'a [u16],
    /// The cells, row by row.
    pub cells: &'a [HeatCell],
}

/// What a cell shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HeatCell {
    /// Not measured yet; with what is predicted.
    Awaited(Option<f64>),
    /// It cannot be run here.
    Refused,
    /// A speed-up.
    Measured {
        /// Measured.
        measured: f64,
        /// Predicted.
        predicted: Option<f64>,
    },
}

/// The colour of a speed-up: none at 1, stronger the more it is above or below;
/// `most` is the largest of the map.
#[must_use]
fn colour(speed_up: f64, most: f64) -> Fill {
    let (ink, strength) = if speed_up >= 1.0 {
        let share = (speed_up - 1.0) / (most - 1.0).max(0.5);
        (Ink::Faster, share)
    } else {
        // Half as fast is as bad as it looks.
        (Ink::Slower, (1.0 - speed_up) / 0.5)
    };
    Fill {
        ink,
        alpha: WEAK + (STRONG - WEAK) * strength.clamp(0.0, 1.0),
        pattern: Pattern::Solid,
    }
}

/// Lays out the map.
#[must_use]
pub fn heat(request: &Heat<'_>) -> Picture {
    let &Heat {
        width,
        processes,
        threads,
        cells,
    } = request;
    let columns = threads.len().max(1);
    let cell_width = ((width - LEFT) / columns as f64).clamp(1.0, WIDEST);
    let text = |x: f64, y: f64, text: String, ink, size, align| Shape::Text {
        x,
        y,
        text,
        ink,
        size,
        align,
    };
    let x = |column: usize| LEFT + column as f64 * cell_width;
    let y = |row: usize| TOP + row as f64 * HEIGHT;
    let mut shapes = vec![
        text(
            LEFT,
            LABEL / 2.0 + 2.0,
            "threads in each process →".to_owned(),
            Ink::Muted,
            LABEL,
            Align::Start,
        ),
        text(
            2.0,
            TOP - LABEL / 2.0 - 2.0,
            "proc. ↓".to_owned(),
            Ink::Muted,
            LABEL - 2.0,
            Align::Start,
        ),
    ];
    for (column, count) in threads.iter().enumerate() {
        let middle = x(column) + (cell_width - GAP) / 2.0;
        let label = count.to_string();
        let at = TOP - LABEL / 2.0 - 2.0;
        // The first one leaves room for the other axis's name.
        shapes.push(text(middle, at, label, Ink::Text, LABEL, Align::Middle));
    }
    for (row, count) in processes.iter().enumerate() {
        let middle = y(row) + (HEIGHT - GAP) / 2.0;
        let label = count.to_string();
        shapes.push(text(
            LEFT - 10.0,
            middle,
            label,
            Ink::Text,
            LABEL,
            Align::End,
        ));
    }
    let most = cells.iter().filter_map(|cell| match cell {
        HeatCell::Measured { measured, .. } => Some(*measured),
        _ => None,
    });
    let most = most.fold(1.0, f64::max);
    for (index, cell) in cells.iter().enumerate() {
        let (row, column) = (index / columns, index % columns);
        let place = [x(column), y(row), cell_width - GAP, HEIGHT - GAP];
        draw(&mut shapes, place, cell, most);
    }
    Picture {
        width,
        height: TOP + processes.len() as f64 * HEIGHT,
        shapes,
    }
}

fn draw(shapes: &mut Vec<Shape>, [x, y, w, h]: [f64; 4], cell: &HeatCell, most: f64) {
    let rect = |fill| Shape::Rect { x, y, w, h, fill };
    let line = |at: f64, text: String, ink, size| Shape::Text {
        x: x + w / 2.0,
        y: y + h * at,
        text,
        ink,
        size,
        align: Align::Middle,
    };
    let predicted = |value: f64| {
        let sign = if w >= ROOMY { "predicted " } else { "" };
        line(
            0.72,
            format!("{sign}{}", ratio(value)),
            Ink::Text,
            LABEL - 1.0,
        )
    };
    shapes.push(rect(Fill::solid(Ink::Lane)));
    match *cell {
        HeatCell::Awaited(value) => {
            shapes.push(line(0.34, "…".to_owned(), Ink::Muted, LABEL + 4.0));
            shapes.extend(value.map(predicted));
        }
        HeatCell::Refused => {
            shapes.push(rect(Fill {
                ink: Ink::Grid,
                alpha: 1.0,
                pattern: Pattern::Hatch,
            }));
            shapes.push(line(0.5, "not run".to_owned(), Ink::Text, LABEL));
        }
        HeatCell::Measured {
            measured,
            predicted: value,
        } => {
            shapes.push(rect(colour(measured, most)));
            shapes.push(line(0.34, ratio(measured), Ink::Text, LABEL + 4.0));
            shapes.extend(value.map(predicted));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CELLS: [HeatCell; 4] = [
        HeatCell::Measured {
            measured: 0.93,
            predicted: Some(0.95),
        },
        HeatCell::Measured {
            measured: 1.9,
            predicted: None,
        },
        HeatCell::Refused,
        HeatCell::Awaited(Some(1.5)),
    ];

    fn picture(width: f64) -> Picture {
        heat(&Heat {
            width,
            processes: &[1, 2],
            threads: &[1, 2],
            cells: &CELLS,
        })
    }

    fn texts(picture: &Picture) -> Vec<&str> {
        let text = |shape: &'_ Shape| matches!(shape, Shape::Text { .. });
        let texts = picture.shapes.iter().filter(|shape| text(shape));
        texts
            .map(|shape| match shape {
                Shape::Text { text, .. } => text.as_str(),
                _ => "",
            })
            .collect()
    }

    #[test]
    fn every_cell_prints_its_value_with_the_predicted_one() {
        let picture = picture(400.0);
        let said = texts(&picture);
        for expected in [
            "0.93×",
            "predicted 0.95×",
            "1.90×",
            "not run",
            "predicted 1.50×",
        ] {
            assert!(said.contains(&expected), "{expected} in {said:?}");
        }
        for label in ["threads in each process →", "proc. ↓", "1", "2"] {
            assert!(said.contains(&label), "{label}");
        }
    }

    #[test]
    fn all_stays_inside_however_narrow() {
        for width in [120.0, 390.0, 2_000.0] {
            let picture = picture(width);
            for shape in &picture.shapes {
                if let Shape::Rect { x, y, w, h, .. } = *shape {
                    assert!(x >= 0.0 && x + w <= width + 1e-9, "{width}");
                    assert!(y >= 0.0 && y + h <= picture.height + 1e-9, "{width}");
                }
            }
        }
    }

    #[test]
    fn faster_and_slower_differ_and_more_is_stronger_but_never_hides_the_text() {
        assert_eq!(colour(0.8, 2.0).ink, Ink::Slower);
        assert_eq!(colour(1.5, 2.0).ink, Ink::Faster);
        assert!(colour(1.9, 2.0).alpha > colour(1.2, 2.0).alpha);
        assert!(colour(0.5, 2.0).alpha > colour(0.9, 2.0).alpha);
        for speed_up in [0.0, 0.5, 1.0, 2.0, 64.0] {
            let alpha = colour(speed_up, 2.0).alpha;
            assert!((WEAK..=STRONG).contains(&alpha), "{speed_up}");
        }
        // A map without any speed-up does not paint noise in full strength.
        assert!(colour(1.02, 1.02).alpha < 0.1);
    }
}
