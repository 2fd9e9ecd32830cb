//! A Gantt chart as a picture of its own: cores, GILs and threads as lanes.
//!
//! It needs nothing else: colours are the page's design tokens, written into
//! it, light and dark. A thread is told by its name and by one of 28 looks
//! (colour and pattern), never by colour alone; every piece says what it is when
//! pointed at.

use super::names::Names;
use super::summary::verdict;
use crate::plot::{Lanes, duration};
use crate::sim::{Run, Span, State};
use std::collections::BTreeSet;
use std::fmt;
use std::io::{self, Write};

/// The page's colours.
const TOKENS: &str = include_str!("../../www/tokens.css");
/// Tokens that the picture uses.
const USED: [&str; 16] = [
    "surface", "lane", "grid", "text", "muted", "danger", "ready", "wait", "gil-wait", "hue-0",
    "hue-1", "hue-2", "hue-3", "hue-4", "hue-5", "hue-6",
];
const HUES: u32 = 7;
const PATTERNS: u32 = 4;
/// The most lanes for threads and for GILs.
const MAX_THREADS: usize = 64;
const MAX_GILS: usize = 16;

const RIGHT: f64 = 12.0;
const TOP: f64 = 30.0;
const LANE: f64 = 18.0;
const GAP: f64 = 4.0;
const HEADING: f64 = 24.0;
const FOOT: f64 = 30.0;
/// Width of a letter of the labels, roughly.
const LETTER: f64 = 6.6;

/// Writes a picture of `run`, whose trace must have been kept, `width` pixels
/// wide (at least 320).
///
/// # Errors
/// What `out` reports.
pub fn write<W: Write>(
    out: &mut W,
    run: &Run,
    title: &str,
    width: u32,
    max_events: u64,
) -> io::Result<()> {
    let names = Names::of(run);
    let lanes = Lanes::of(&run.trace);
    let chart = Chart::of(run, names, &lanes, f64::from(width.max(320)));
    chart.head(out, title, &verdict(run, max_events))?;
    chart.axis(out)?;
    let mut y = TOP;
    for group in &chart.groups {
        text(out, (8.0, y + HEADING - 8.0), "h", group.heading)?;
        y += HEADING;
        for row in &group.rows {
            chart.row(out, y, row)?;
            y += LANE + GAP;
        }
        if group.left_out > 0 {
            let words = format!("and {} more, not drawn", group.left_out);
            text(out, (8.0, y + 12.0), "m", &words)?;
            y += LANE + GAP;
        }
    }
    chart.failures(out)?;
    text(
        out,
        (8.0, y + 18.0),
        "m",
        "In the threads' lanes: full height runs; half height waits for a core; striped waits for \
         the GIL; a line waits for something else; a cross marks a failure.",
    )?;
    writeln!(out, "</svg>")
}

/// Text in XML.
struct Xml<'t>(&'t str);

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                // XML knows no other control characters.
                c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {
                    f.write_str("\u{fffd}")?
                }
                '\u{fffe}' | '\u{ffff}' => f.write_str("\u{fffd}")?,
                c => write!(f, "{c}")?,
            }
        }
        Ok(())
    }
}

fn text<W: Write>(out: &mut W, (x, y): (f64, f64), class: &str, text: &str) -> io::Result<()> {
    writeln!(
        out,
        r#"<text class="{class}" x="{x:.1}" y="{y:.1}">{}</text>"#,
        Xml(text)
    )
}

/// What a lane shows.
enum Lane<'l> {
    Core(&'l [Span]),
    Gil(&'l [crate::sim::Hold]),
    Thread(u32, &'l [Span]),
}

struct Row<'l> {
    label: String,
    lane: Lane<'l>,
}

struct Group<'l> {
    heading: &'static str,
    rows: Vec<Row<'l>>,
    left_out: usize,
}

/// Part of a lane, in time.
#[derive(Clone, Copy)]
struct Piece {
    start: u64,
    end: u64,
    thread: u32,
    state: State,
}

struct Chart<'r> {
    run: &'r Run,
    names: Names<'r>,
    groups: Vec<Group<'r>>,
    width: f64,
    left: f64,
    height: f64,
    end: f64,
}

impl<'r> Chart<'r> {
    fn of(run: &'r Run, names: Names<'r>, lanes: &'r Lanes, width: f64) -> Self {
        let cores = lanes.cores.iter().enumerate().map(|(core, lane)| Row {
            label: format!("core {}", core + 1),
            lane: Lane::Core(lane),
        });
        let gils: Vec<_> = lanes
            .gils
            .iter()
            .enumerate()
            .filter(|(_, lane)| !lane.is_empty())
            .collect();
        let threads: Vec<u32> = names
            .shown()
            .filter(|&id| !lanes.threads[id as usize].is_empty())
            .collect();
        let mut groups = vec![Group {
            heading: "Cores: who runs",
            rows: cores.collect(),
            left_out: 0,
        }];
        if !gils.is_empty() {
            let row = |&(process, lane): &(usize, &'r Vec<_>)| Row {
                label: names.process(process).to_owned(),
                lane: Lane::Gil(lane),
            };
            groups.push(Group {
                heading: "GIL: who holds it",
                rows: gils.iter().take(MAX_GILS).map(row).collect(),
                left_out: gils.len().saturating_sub(MAX_GILS),
            });
        }
        let row = |&id: &u32| Row {
            label: names.thread(id),
            lane: Lane::Thread(id, &lanes.threads[id as usize]),
        };
        groups.push(Group {
            heading: "Threads: what each does",
            rows: threads.iter().take(MAX_THREADS).map(row).collect(),
            left_out: threads.len().saturating_sub(MAX_THREADS),
        });
        let labels = groups.iter().flat_map(|group| &group.rows);
        let longest = labels
            .map(|row| row.label.chars().count())
            .max()
            .unwrap_or(0);
        let rows: usize = groups
            .iter()
            .map(|group| group.rows.len() + usize::from(group.left_out > 0))
            .sum();
        let height = TOP + groups.len() as f64 * HEADING + rows as f64 * (LANE + GAP) + FOOT;
        Self {
            run,
            names,
            groups,
            width,
            left: (longest as f64 * LETTER + 16.0).min(width / 3.0),
            height,
            end: run.trace.end.max(1) as f64,
        }
    }

    fn x(&self, time: u64) -> f64 {
        self.left + time as f64 / self.end * (self.width - self.left - RIGHT)
    }

    fn head<W: Write>(&self, out: &mut W, title: &str, verdict: &str) -> io::Result<()> {
        let (width, height) = (self.width, self.height);
        writeln!(
            out,
            r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img" aria-labelledby="ts-title ts-desc">"#
        )?;
        let title = if title.is_empty() { "Schedule" } else { title };
        writeln!(out, r#"<title id="ts-title">{}</title>"#, Xml(title))?;
        let cores = self.run.trace.cores;
        let threads = self.names.shown().count();
        writeln!(
            out,
            r#"<desc id="ts-desc">Gantt chart of {threads} threads on {cores} cores: {}.</desc>"#,
            Xml(verdict)
        )?;
        writeln!(out, "<style>")?;
        writeln!(
            out,
            "svg{{{}font:11px system-ui,sans-serif}}",
            colours(":root {")
        )?;
        let dark = colours(":root[data-theme=\"dark\"] {");
        writeln!(out, "@media (prefers-color-scheme:dark){{svg{{{dark}}}}}")?;
        writeln!(
            out,
            "text{{fill:var(--text)}}.m,.a{{fill:var(--muted)}}.h{{font-weight:600}}\
             .e{{text-anchor:end}}.n{{text-anchor:middle;fill:var(--surface);pointer-events:none;\
             paint-order:stroke}}.b{{fill:var(--surface)}}.l{{fill:var(--lane)}}\
             .g{{stroke:var(--grid)}}.r{{fill:var(--ready)}}.w{{fill:var(--wait)}}\
             .q{{fill:url(#ts-gil)}}.x{{stroke:var(--danger);stroke-width:2.5;fill:none}}"
        )?;
        let looks = self.looks();
        for &(hue, pattern) in &looks {
            writeln!(out, ".t{hue}-{pattern}{{fill:{}}}", Look(hue, pattern))?;
        }
        writeln!(out, "</style>\n<defs>")?;
        writeln!(
            out,
            r#"<pattern id="ts-gil" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="5" height="5" style="fill:var(--lane)"/><rect width="2.5" height="5" style="fill:var(--gil-wait)"/></pattern>"#
        )?;
        for (hue, pattern) in looks.into_iter().filter(|look| look.1 > 0) {
            let mark = match pattern {
                1 => r#"<path d="M0 8L8 0"/>"#,
                2 => r#"<path d="M0 4H8"/>"#,
                _ => r#"<path d="M0 0L8 8M0 8L8 0"/>"#,
            };
            writeln!(
                out,
                r#"<pattern id="ts-{hue}-{pattern}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" style="fill:var(--hue-{hue})"/><g style="stroke:var(--surface);stroke-width:1.5">{mark}</g></pattern>"#
            )?;
        }
        writeln!(out, "</defs>")?;
        writeln!(
            out,
            r#"<rect class="b" width="{width}" height="{height}"/>"#
        )
    }

    /// The looks of all threads that ever run.
    fn looks(&self) -> BTreeSet<(u32, u32)> {
        let threads = self.run.threads.iter().enumerate();
        threads
            .filter(|(_, thread)| thread.first_run_ns.is_some())
            .map(|(id, _)| look(id as u32))
            .collect()
    }

    fn axis<W: Write>(&self, out: &mut W) -> io::Result<()> {
        let bottom = self.height - FOOT;
        let most = ((self.width - self.left) / 90.0).clamp(1.0, 12.0);
        let step = nice(self.end / most);
        let mut time = 0.0;
        while time <= self.end {
            let x = self.x(time as u64);
            writeln!(out, r#"<path class="g" d="M{x:.1} {TOP}V{bottom:.1}"/>"#)?;
            // A label that would leave the picture is left out.
            if x + 24.0 < self.width {
                let label = if time > 0.0 {
                    duration(time as u64)
                } else {
                    "0".to_owned()
                };
                text(out, (x + 2.0, TOP - 6.0), "a", &label)?;
            }
            time += step;
        }
        Ok(())
    }

    fn row<W: Write>(&self, out: &mut W, y: f64, row: &Row<'_>) -> io::Result<()> {
        let (left, width) = (self.left, self.width - self.left - RIGHT);
        let fits = ((self.left - 12.0) / LETTER) as usize;
        let label: String = if row.label.chars().count() > fits {
            row.label
                .chars()
                .take(fits.saturating_sub(1))
                .chain(['…'])
                .collect()
        } else {
            row.label.clone()
        };
        text(out, (left - 6.0, y + LANE - 5.0), "e", &label)?;
        writeln!(
            out,
            r#"<rect class="l" x="{left:.1}" y="{y:.1}" width="{width:.1}" height="{LANE}"/>"#
        )?;
        match row.lane {
            Lane::Core(spans) => {
                let running = spans.iter().map(|span| Piece {
                    start: span.start,
                    end: span.end,
                    thread: span.thread,
                    state: State::Running,
                });
                self.pieces(out, y, running, true)
            }
            Lane::Gil(holds) => {
                let held = holds.iter().map(|hold| Piece {
                    start: hold.start,
                    end: hold.end,
                    thread: hold.thread,
                    state: State::Running,
                });
                self.pieces(out, y, held, true)
            }
            Lane::Thread(_, spans) => {
                let lived = spans
                    .iter()
                    .filter(|span| !matches!(span.state, State::New | State::Ended));
                let states = lived.map(|span| Piece {
                    start: span.start,
                    end: span.end,
                    thread: span.thread,
                    state: span.state,
                });
                self.pieces(out, y, states, false)
            }
        }
    }

    /// Draws a lane. Pieces thinner than a pixel are drawn as one with the
    /// others of their pixel: the longest of them is what shows.
    fn pieces<W: Write>(
        &self,
        out: &mut W,
        y: f64,
        pieces: impl Iterator<Item = Piece>,
        named: bool,
    ) -> io::Result<()> {
        let mut crowd = Crowd::default();
        for piece in pieces {
            let (from, to) = (self.x(piece.start), self.x(piece.end));
            if to - from < 1.0 {
                if crowd.pixel != from as i64 {
                    self.flush(out, y, &mut crowd, named)?;
                    crowd.pixel = from as i64;
                }
                crowd.pieces.push(piece);
                continue;
            }
            self.flush(out, y, &mut crowd, named)?;
            let words = self.words(piece, named);
            self.rect(out, y, (from, to), piece, &words)?;
            let fits = |name: &String| name.chars().count() as f64 * LETTER + 6.0 < to - from;
            let (full, short) = (
                self.names.thread(piece.thread),
                self.names.short(piece.thread),
            );
            if let Some(name) = [full, short].into_iter().find(fits).filter(|_| named) {
                text(out, (f64::midpoint(from, to), y + LANE - 5.0), "n", &name)?;
            }
        }
        self.flush(out, y, &mut crowd, named)
    }

    fn flush<W: Write>(
        &self,
        out: &mut W,
        y: f64,
        crowd: &mut Crowd,
        named: bool,
    ) -> io::Result<()> {
        let pieces = std::mem::take(&mut crowd.pieces);
        let Some(&longest) = pieces.iter().max_by_key(|piece| piece.end - piece.start) else {
            return Ok(());
        };
        let words = match pieces.as_slice() {
            [one] => self.words(*one, named),
            many => format!(
                "{} short pieces, the longest: {}",
                many.len(),
                self.words(longest, named)
            ),
        };
        let x = crowd.pixel as f64;
        self.rect(out, y, (x, x + 1.0), longest, &words)
    }

    fn words(&self, piece: Piece, named: bool) -> String {
        let who = self.names.thread(piece.thread);
        let length = duration(piece.end - piece.start);
        let (start, end) = (duration(piece.start), duration(piece.end));
        let what = if named { "" } else { piece.state.label() };
        format!(
            "{who}{}{what}: {start} to {end} ({length})",
            if named { "" } else { " " }
        )
    }

    fn rect<W: Write>(
        &self,
        out: &mut W,
        y: f64,
        (from, to): (f64, f64),
        piece: Piece,
        words: &str,
    ) -> io::Result<()> {
        let (class, inset) = match piece.state {
            State::Running => {
                let (hue, pattern) = look(piece.thread);
                (format!("t{hue}-{pattern}"), 0.0)
            }
            State::Ready => ("r".to_owned(), LANE / 4.0),
            State::WaitGil => ("q".to_owned(), LANE / 6.0),
            _ => ("w".to_owned(), LANE * 0.42),
        };
        let (y, width, height) = (y + inset, to - from, LANE - 2.0 * inset);
        writeln!(
            out,
            r#"<rect class="{class}" x="{from:.2}" y="{y:.1}" width="{width:.2}" height="{height:.1}"><title>{}</title></rect>"#,
            Xml(words)
        )
    }

    fn failures<W: Write>(&self, out: &mut W) -> io::Result<()> {
        for failure in &self.run.outcome.failures {
            let (_, Some(thread)) = self.names.locate(failure.who) else {
                continue;
            };
            let Some(y) = self.y_of(thread) else { continue };
            let (x, y) = (self.x(failure.at_ns).min(self.width - 6.0), y + LANE / 2.0);
            let words = format!(
                "{} {} at {}",
                self.names.thread(thread),
                failure.how.phrase(),
                duration(failure.at_ns)
            );
            let (x0, x1, y0, y1) = (x - 5.0, x + 5.0, y - 5.0, y + 5.0);
            writeln!(
                out,
                r#"<path class="x" d="M{x0:.1} {y0:.1}L{x1:.1} {y1:.1}M{x0:.1} {y1:.1}L{x1:.1} {y0:.1}"><title>{}</title></path>"#,
                Xml(&words)
            )?;
        }
        Ok(())
    }

    /// Where the lane of a thread is drawn, if it is.
    fn y_of(&self, thread: u32) -> Option<f64> {
        let mut y = TOP;
        for group in &self.groups {
            y += HEADING;
            for row in &group.rows {
                if matches!(row.lane, Lane::Thread(id, _) if id == thread) {
                    return Some(y);
                }
                y += LANE + GAP;
            }
            if group.left_out > 0 {
                y += LANE + GAP;
            }
        }
        None
    }
}

/// Pieces that fall into one pixel.
#[derive(Default)]
struct Crowd {
    pixel: i64,
    pieces: Vec<Piece>,
}

/// Colour and pattern of a thread.
fn look(thread: u32) -> (u32, u32) {
    (thread % HUES, thread / HUES % PATTERNS)
}

struct Look(u32, u32);

impl fmt::Display for Look {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self(hue, 0) => write!(f, "var(--hue-{hue})"),
            Self(hue, pattern) => write!(f, "url(#ts-{hue}-{pattern})"),
        }
    }
}

/// The used tokens of one of the blocks of the page's style sheet.
fn colours(block: &str) -> String {
    let rest = TOKENS.split_once(block).map_or("", |(_, rest)| rest);
    let inside = rest.split_once('}').map_or(rest, |(inside, _)| inside);
    let mut found = String::new();
    for line in inside.lines().map(str::trim) {
        let name = line
            .strip_prefix("--")
            .and_then(|line| line.split_once(':'));
        if name.is_some_and(|(name, _)| USED.contains(&name)) {
            found.push_str(&line.replace(": ", ":"));
        }
    }
    found
}

/// The next number of the form 1, 2 or 5 times a power of ten.
fn nice(least: f64) -> f64 {
    let power = 10_f64.powf(least.max(1.0).log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0].map(|digit| digit * power);
    steps
        .into_iter()
        .find(|&step| step >= least)
        .unwrap_or(10.0 * power)
}
