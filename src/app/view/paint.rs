//! The one painter: draws a [`Picture`] on a canvas, in the colours that the
//! page's design tokens give to each [`Ink`].

use crate::plot::{Align, Colour, Fill, Ink, Pattern, Picture, Raster, Shape};
use std::collections::BTreeMap;
use std::f64::consts::TAU;
use wasm_bindgen::JsCast;
use wasm_bindgen::JsValue;
use web_sys::{CanvasRenderingContext2d, CssStyleDeclaration, HtmlCanvasElement, ImageData};

/// In which theme's colours a canvas is painted: paper wants them light, and may
/// not wait for another picture (see `www/print.css`).
const PAINTED: &str = "data-painted";

/// Stripes are this far apart, px.
const HATCH: f64 = 6.0;

/// Draws `picture` and makes the canvas as large as it is. Does nothing where
/// the browser gives no drawing context.
pub(super) fn paint(canvas: &HtmlCanvasElement, picture: &Picture) {
    if let Some(mut painter) = Painter::of(canvas, picture) {
        painter
            .context
            .clear_rect(0.0, 0.0, picture.width, picture.height);
        for shape in &picture.shapes {
            painter.draw(shape);
        }
    }
}

/// As [`paint`], for a picture that begins with very many areas: those are drawn
/// into `raster` first and go to the browser as one image.
pub(super) fn paint_areas(canvas: &HtmlCanvasElement, picture: &Picture, raster: &mut Raster) {
    let Some(mut painter) = Painter::of(canvas, picture) else {
        return;
    };
    let scale = f64::from(canvas.width()) / picture.width.max(1.0);
    raster.reset(picture.width, picture.height, scale);
    let is_area = |shape: &&Shape| matches!(shape, Shape::Rect { .. });
    let areas = picture.shapes.iter().take_while(is_area).count();
    let mut colours: Vec<(Ink, Colour)> = Vec::new();
    for shape in &picture.shapes[..areas] {
        if let Shape::Rect { x, y, w, h, fill } = *shape {
            let known = colours.iter().find(|known| known.0 == fill.ink);
            let colour = known.map(|known| known.1).unwrap_or_else(|| {
                let colour = colour(&painter.ink(fill.ink));
                colours.push((fill.ink, colour));
                colour
            });
            raster.fill([x, y, w, h], fill, colour);
        }
    }
    painter.put(raster);
    for shape in &picture.shapes[areas..] {
        painter.draw(shape);
    }
}

/// A colour as the design tokens write it: "#2f62c9". Black for any other.
fn colour(token: &str) -> Colour {
    let digits = token.trim().trim_start_matches('#');
    let number = u32::from_str_radix(digits, 16).unwrap_or(0);
    let [_, red, green, blue] = number.to_be_bytes();
    [red, green, blue]
}

struct Painter {
    context: CanvasRenderingContext2d,
    computed: CssStyleDeclaration,
    inks: BTreeMap<String, String>,
    /// The page's font.
    family: Option<String>,
    /// The text settings that the context has now.
    text: Option<(u64, Align)>,
}

impl Painter {
    /// A painter for a canvas, which becomes as large as the picture.
    fn of(canvas: &HtmlCanvasElement, picture: &Picture) -> Option<Self> {
        let window = web_sys::window()?;
        let scale = window.device_pixel_ratio();
        let width = (picture.width * scale).round() as u32;
        let height = (picture.height * scale).round() as u32;
        if (canvas.width(), canvas.height()) != (width, height) {
            canvas.set_width(width);
            canvas.set_height(height);
            // A property that the browser refuses leaves the size as it was.
            let style = canvas.style();
            drop(style.set_property("height", &format!("{}px", picture.height)));
        }
        let context = canvas.get_context("2d").ok().flatten()?;
        let context: CanvasRenderingContext2d = context.dyn_into().ok()?;
        let computed = window.get_computed_style(canvas).ok().flatten()?;
        let theme = computed.get_property_value("color-scheme").ok();
        if theme != canvas.get_attribute(PAINTED) {
            // The name is valid, so this cannot fail.
            drop(canvas.set_attribute(PAINTED, theme.as_deref().unwrap_or_default()));
        }
        // A zero scale would be refused; then nothing is to be seen anyway.
        drop(context.set_transform(scale, 0.0, 0.0, scale, 0.0, 0.0));
        Some(Self {
            context,
            computed,
            inks: BTreeMap::new(),
            family: None,
            text: None,
        })
    }

    /// Puts an image over the whole canvas.
    fn put(&self, raster: &Raster) {
        let pixels = raster.pixels();
        // Copied: an image must not lie in memory that threads share.
        let bytes = js_sys::Uint8ClampedArray::new_with_length(pixels.len() as u32);
        bytes.copy_from(pixels);
        let image = ImageData::new_with_js_u8_clamped_array(&bytes, raster.width() as u32);
        if let Ok(image) = image {
            // Refuses images without data only.
            drop(self.context.put_image_data(&image, 0.0, 0.0));
        }
    }

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
                self.context.set_fill_style_str(&colour);
                self.prepare_text(*size, *align);
                // Refuses nothing; the result is a formality of the binding.
                drop(self.context.fill_text(text, *x, *y));
            }
        }
    }

    /// Setting a font costs more than writing with it.
    fn prepare_text(&mut self, size: f64, align: Align) {
        let wanted = Some((size.to_bits(), align));
        if self.text == wanted {
            return;
        }
        self.text = wanted;
        let computed = &self.computed;
        let family = self.family.get_or_insert_with(|| {
            let family = computed.get_property_value("font-family");
            family.unwrap_or_else(|_| "sans-serif".to_owned())
        });
        self.context.set_font(&format!("{size}px {family}"));
        self.context.set_text_baseline("middle");
        self.context.set_text_align(match align {
            Align::Start => "left",
            Align::Middle => "center",
            Align::End => "right",
        });
    }

    fn rect(&mut self, [x, y, w, h]: [f64; 4], fill: Fill) {
        let colour = self.ink(fill.ink);
        self.context.set_global_alpha(fill.alpha);
        match fill.pattern {
            Pattern::Solid => {
                self.context.set_fill_style_str(&colour);
                self.context.fill_rect(x, y, w, h);
            }
            pattern => {
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
                self.stripes([x, y, w, h], pattern);
                self.context.stroke();
                self.context.restore();
            }
        }
        self.context.set_global_alpha(1.0);
    }

    /// The lines of a pattern. They lie on one grid, so that neighbours join up.
    fn stripes(&self, [x, y, w, h]: [f64; 4], pattern: Pattern) {
        let line = |x0: f64, y0: f64, x1: f64, y1: f64| {
            self.context.move_to(x0, y0);
            self.context.line_to(x1, y1);
        };
        let grid = |from: f64, to: f64, step: f64| {
            let first = (from / step).floor() as i64;
            (first..=(to / step) as i64).map(move |number| number as f64 * step)
        };
        if matches!(pattern, Pattern::Hatch | Pattern::Cross) {
            grid(x - h, x + w, HATCH).for_each(|at| line(at, y + h, at + h, y));
        }
        if matches!(pattern, Pattern::Back | Pattern::Cross) {
            grid(x - h, x + w, HATCH).for_each(|at| line(at, y, at + h, y + h));
        }
        match pattern {
            Pattern::Bars => grid(x, x + w, HATCH - 2.0).for_each(|at| line(at, y, at, y + h)),
            Pattern::Rows => grid(y, y + h, HATCH - 2.0).for_each(|at| line(x, at, x + w, at)),
            Pattern::Dots => {
                for row in grid(y, y + h, HATCH - 2.0) {
                    grid(x, x + w, HATCH - 2.0).for_each(|at| line(at, row, at + 1.5, row));
                }
            }
            Pattern::Solid | Pattern::Hatch | Pattern::Back | Pattern::Cross => {}
        }
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
        Ink::LockWait => "lock-wait",
        Ink::ChannelWait => "channel-wait",
        Ink::Sleep => "sleep",
        Ink::JoinWait => "join-wait",
        Ink::Danger => "danger",
        Ink::Playhead => "playhead",
        Ink::Predicted => "predicted",
        Ink::Measured => "measured",
        Ink::Faster => "faster",
        Ink::Slower => "slower",
    };
    format!("--{name}")
}
