//! A deadlock: who waits for whom, in a circle.

use crate::plot::{Align, Fill, Ink, Picture, Shape};
use std::f64::consts::TAU;

const BOX: f64 = 22.0;
const TEXT: f64 = 11.0;
/// A name longer than this is cut.
const MAX_NAME: usize = 16;

/// What to draw.
#[derive(Debug, Clone, Copy)]
pub struct CircleRequest<'a> {
    /// Who waits, each for the next, the last for the first; and what for, if
    /// that is known: "fork 2".
    pub waits: &'a [(String, Option<String>)],
    /// Width of the whole.
    pub width: f64,
}

/// Lays out the circle, clockwise from the top.
#[must_use]
pub fn circle(request: &CircleRequest<'_>) -> Picture {
    let CircleRequest { waits, width } = *request;
    let count = waits.len().max(1);
    let cut = |text: &str| match text.chars().count() {
        0..=MAX_NAME => text.to_owned(),
        _ => text.chars().take(MAX_NAME - 1).chain(['…']).collect(),
    };
    let names: Vec<String> = waits.iter().map(|(name, _)| cut(name)).collect();
    let longest = names.iter().map(|name| name.chars().count()).max();
    let wide = 14.0 + 6.2 * longest.unwrap_or(0) as f64;
    // Room for what lies between two of them.
    let tall = (26.0 * count as f64).clamp(70.0, 240.0);
    let height = 2.0 * tall + BOX + 8.0;
    let (cx, cy) = (width / 2.0, height / 2.0);
    let (rx, ry) = (((width - wide) / 2.0 - 6.0).clamp(10.0, 150.0), tall - 4.0);
    let place = |at: f64| {
        let angle = at / count as f64 * TAU - TAU / 4.0;
        (cx + rx * angle.cos(), cy + ry * angle.sin())
    };
    let mut shapes = Vec::new();
    for (index, wait) in waits.iter().enumerate() {
        // On the ellipse, from one box to before the next.
        let points: Vec<(f64, f64)> = (0..=12)
            .map(|step| place(index as f64 + f64::from(step) / 12.0))
            .collect();
        shapes.push(line(points.clone(), false));
        let (x, y) = place(index as f64 + 0.5);
        let (bx, by) = place(index as f64 + 0.48);
        let (dx, dy) = (x - bx, y - by);
        let length = dx.hypot(dy).max(1e-6);
        let (ux, uy) = (dx / length * 7.0, dy / length * 7.0);
        let tip = place(index as f64 + 0.32);
        shapes.push(line(
            vec![
                (tip.0 - ux - uy * 0.7, tip.1 - uy + ux * 0.7),
                tip,
                (tip.0 - ux + uy * 0.7, tip.1 - uy - ux * 0.7),
            ],
            false,
        ));
        if let Some(what) = &wait.1 {
            let what = cut(what);
            let long = 6.0 * what.chars().count() as f64 + 8.0;
            let x = x.clamp(long / 2.0, (width - long / 2.0).max(long / 2.0));
            shapes.push(Shape::Rect {
                x: x - long / 2.0,
                y: y - 8.0,
                w: long,
                h: 16.0,
                fill: Fill::solid(Ink::Lane),
            });
            shapes.push(text(x, y, what, Ink::Text));
        }
    }
    for (index, name) in names.into_iter().enumerate() {
        let (x, y) = place(index as f64);
        let (left, top) = (x - wide / 2.0, y - BOX / 2.0);
        shapes.push(Shape::Rect {
            x: left,
            y: top,
            w: wide,
            h: BOX,
            fill: Fill::solid(Ink::Danger),
        });
        shapes.push(text(x, y, name, Ink::OnColour));
    }
    Picture {
        width,
        height,
        shapes,
    }
}

fn line(points: Vec<(f64, f64)>, dashed: bool) -> Shape {
    Shape::Line {
        points,
        ink: Ink::Danger,
        width: 1.5,
        dashed,
    }
}

fn text(x: f64, y: f64, text: String, ink: Ink) -> Shape {
    Shape::Text {
        x,
        y,
        text,
        ink,
        size: TEXT,
        align: Align::Middle,
    }
}
