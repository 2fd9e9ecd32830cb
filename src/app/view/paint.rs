//! The one painter: draws a [`Picture`] on a canvas, in the colours that the
//! page's design tokens give to each [`Ink`].

use crate::plot::{Align, Fill, Ink, Pattern, Picture, Shape};
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement};

/// Stripes are this far apart, px.
const HATCH: f64 = 6.0;

/// Draws `picture` and makes the canvas as large as it is. Does nothing where
/// the browser gives no drawing context.
pub(super) fn paint(canvas: &HtmlCanvasElement, picture: &Picture) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let scale = window.device_pixel_ratio();
    let (width, height) = (picture.width * scale, picture.height * scale);
    canvas.set_width(width.round() as u32);
    canvas.set_height(height.round() as u32);
    let style = canvas.style();
    // A property that the browser refuses leaves the size as it was.
    drop(style.set_property("height", &format!("{}px", picture.height)));
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|c| c.dyn_into::<CanvasRenderingContext2d>().ok()) else {
        return;
    };
    let Ok(Some(computed)) = window.get_computed_style(canvas) else {
        return;
    };
    let mut painter = Painter {
        context,
        computed,
        inks: BTreeMap::new(),
    };
    // A zero scale would be refused; then nothing is to be seen anyway.
    drop(painter.context.scale(scale, scale));
    painter
        .context
        .clear_rect(0.0, 0.0, picture.width, picture.height);
    for shape in &picture.shapes {
        painter.draw(shape);
    }
}

struct Painter {
    context: CanvasRenderingContext2d,
    computed: CssStyleDeclaration,
    inks: BTreeMap<String, String>,
}

impl Painter {
    fn ink(&mut self, ink: Ink) -> String {
        let token = token(ink);
        let computed = &self.computed;
        let colour = self
            .inks
            .entry(token)
            .or_insert_with_key(|token| computed.get_property_value(token).unwrap_or_default());
        colour.clone()
    }

    fn draw(&mut self, shape: &Shape) {
        match shape {
            Shape::Rect { x, y, w, h, fill } => self.rect([*x, *y, *w, *h], *fill),
            Shape::Line {
                points,
                ink,
                width,
                dashed,
            } => self.line(points, *ink, *width, *dashed),
            Shape::Dot { x, y, r, ink } => {
                let colour = self.ink(*ink);
                self.context.set_fill_style_str(&colour);
                self.context.begin_path();
                // Refuses negative radii only.
                drop(self.context.arc(*x, *y, *r, 0.0, TAU));
                self.context.fill();
            }
            Shape::Text {
                x,
                y,
                text,
                ink,
                size,
                align,
            } => {
                let colour = self.ink(*ink);
                let family = self.computed.get_property_value("font-family");
                let family = family.unwrap_or_else(|_| "sans-serif".to_owned());
                self.context.set_fill_style_str(&colour);
                self.context.set_font(&format!("{size}px {family}"));
                self.context.set_text_baseline("middle");
                self.context.set_text_align(match align {
                    Align::Start => "left",
                    Align::Middle => "center",
                    Align::End => "right",
                });
                // Refuses nothing; the result is a formality of the binding.
                drop(self.context.fill_text(text, *x, *y));
            }
        }
    }

    fn rect(&mut self, [x, y, w, h]: [f64; 4], fill: Fill) {
        let colour = self.ink(fill.ink);
        self.context.set_global_alpha(fill.alpha);
        match fill.pattern {
            Pattern::Solid => {
                self.context.set_fill_style_str(&colour);
                self.context.fill_rect(x, y, w, h);
            }
            Pattern::Hatch => {
                self.context.save();
                self.context.begin_path();
                self.context.rect(x, y, w, h);
                self.context.clip();
                self.context.set_fill_style_str(&colour);
                self.context.set_global_alpha(fill.alpha * 0.18);
                self.context.fill_rect(x, y, w, h);
                self.context.set_global_alpha(fill.alpha);
                self.context.set_stroke_style_str(&colour);
                self.context.set_line_width(1.5);
                self.context.begin_path();
                // Stripes lie on one grid, so that neighbours join up.
                let mut at = ((x - h) / HATCH).floor() * HATCH;
                while at < x + w {
                    self.context.move_to(at, y + h);
                    self.context.line_to(at + h, y);
                    at += HATCH;
                }
                self.context.stroke();
                self.context.restore();
            }
        }
        self.context.set_global_alpha(1.0);
    }

    fn line(&mut self, points: &[(f64, f64)], ink: Ink, width: f64, dashed: bool) {
        let colour = self.ink(ink);
        self.context.set_stroke_style_str(&colour);
        self.context.set_line_width(width);
        self.context.set_line_join("round");
        let dashes = js_sys::Array::new();
        if dashed {
            dashes.push(&JsValue::from_f64(5.0));
            dashes.push(&JsValue::from_f64(4.0));
        }
        // Refuses negative lengths only.
        drop(self.context.set_line_dash(&dashes));
        self.context.begin_path();
        for (index, &(x, y)) in points.iter().enumerate() {
            if index == 0 {
                self.context.move_to(x, y);
            } else {
                self.context.line_to(x, y);
            }
        }
        self.context.stroke();
    }
}

/// The design token that says what an ink looks like.
pub(super) fn token(ink: Ink) -> String {
    let name = match ink {
        Ink::Lane => "lane",
        Ink::Grid => "grid",
        Ink::Text => "text",
        Ink::Muted => "muted",
        Ink::OnColour => "on-colour",
        Ink::Hue(hue) => return format!("--hue-{}", hue % Ink::HUES),
        Ink::Main => "main",
        Ink::Ready => "ready",
        Ink::GilWait => "gil-wait",
        Ink::Wait => "wait",
        Ink::Danger => "danger",
        Ink::Playhead => "playhead",
        Ink::Predicted => "predicted",
        Ink::Measured => "measured",
        Ink::Faster => "faster",
        Ink::Slower => "slower",
    };
    format!("--{name}")
}
