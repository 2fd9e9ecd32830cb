//! What wheels, fingers and keys mean on the timeline.

use super::State;
use crate::plot::Window;

/// What a key does while the timeline has the focus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Move {
    /// Shows so many times as much, around the playhead or the middle.
    Zoom(f64),
    /// Moves by this share of the window.
    Pan(f64),
    /// Shows the whole run.
    Whole,
    /// Leaves what is picked out and searched for.
    Leave,
    /// Puts the focus into the search field.
    Find,
    /// Picks the next thread out (`true`), or the previous one.
    Pick(bool),
    /// Says what the picked thread does at the playhead.
    Details,
    /// Moves the playhead to the next change (`true`), or the previous one.
    Step(bool),
    /// Shows other arrows: none, those of one thread, all.
    Arrows,
    /// Folds the picked thread's process, or unfolds it.
    Fold,
}

/// How much a key zooms and moves.
const KEY_ZOOM: f64 = 0.7;
const KEY_PAN: f64 = 0.2;

/// What a key does on the timeline; `None`: nothing of its own.
#[must_use]
pub fn key_move(key: &str, shift: bool) -> Option<Move> {
    Some(match key {
        "w" | "W" | "+" | "=" => Move::Zoom(KEY_ZOOM),
        "s" | "S" | "-" | "_" => Move::Zoom(1.0 / KEY_ZOOM),
        "a" | "A" => Move::Pan(-KEY_PAN),
        "d" | "D" => Move::Pan(KEY_PAN),
        "ArrowLeft" if shift => Move::Step(false),
        "ArrowRight" if shift => Move::Step(true),
        "ArrowLeft" => Move::Pan(-KEY_PAN),
        "ArrowRight" => Move::Pan(KEY_PAN),
        "ArrowUp" => Move::Pick(false),
        "ArrowDown" => Move::Pick(true),
        "0" | "Home" => Move::Whole,
        "Escape" => Move::Leave,
        "/" => Move::Find,
        "Enter" | " " => Move::Details,
        "f" | "F" => Move::Fold,
        "x" | "X" => Move::Arrows,
        _ => return None,
    })
}

/// A turn of the wheel.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Wheel {
    /// To the right, px.
    pub x: f64,
    /// Down, px.
    pub y: f64,
    /// With Ctrl; a pinch on a touchpad comes as this, too.
    pub ctrl: bool,
    /// With Shift.
    pub shift: bool,
    /// Over the names, left of the lanes.
    pub over_names: bool,
    /// On a page that fits on one screen, so that the wheel has nothing else to
    /// do there.
    pub one_screen: bool,
}

/// What a turn of the wheel does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Turn {
    /// Shows so many times as much, around the pointer.
    Zoom(f64),
    /// Moves by so many px.
    Pan(f64),
}

/// What a turn of the wheel does to the timeline; `None`: nothing, so that the
/// page or the lanes scroll.
#[must_use]
pub fn wheel_turn(wheel: Wheel) -> Option<Turn> {
    let Wheel { x, y, .. } = wheel;
    // One notch is 100 px or so; touchpads send many small ones.
    let zoom = |y: f64| Turn::Zoom((y.clamp(-240.0, 240.0) * 0.002).exp());
    if wheel.ctrl {
        return (y.abs() > 0.0).then(|| zoom(y * 2.0));
    }
    if wheel.shift && x.abs() <= y.abs() {
        return (y.abs() > 0.0).then_some(Turn::Pan(y));
    }
    if x.abs() > y.abs() {
        return Some(Turn::Pan(x));
    }
    (wheel.one_screen && !wheel.over_names && y.abs() > 0.0).then(|| zoom(y))
}

/// The window in which what lay under two fingers, as shares of the lanes'
/// width, lies under them again after they have moved.
#[must_use]
pub fn pinched(window: Window, before: (f64, f64), now: (f64, f64), end: u64) -> Window {
    let spread = |(a, b): (f64, f64)| (b - a).abs().max(0.02);
    let middle = |(a, b): (f64, f64)| f64::midpoint(a, b).clamp(0.0, 1.0);
    let pivot = window.from + (middle(before) * window.length() as f64).round() as u64;
    let zoomed = window.zoomed(spread(before) / spread(now), pivot, end);
    zoomed.moved(middle(before) - middle(now), end)
}

impl State {
    /// The part of the run that the timeline shows.
    #[must_use]
    pub fn shown_window(&self) -> Window {
        let whole = Window::whole(self.predicted.run.trace.end);
        self.window.unwrap_or(whole)
    }

    /// Makes the timeline show the playhead, if it shows a part of the run.
    pub(super) fn follow_playhead(&mut self) {
        let end = self.predicted.run.trace.end;
        self.window = self.window.map(|window| window.with(self.playhead, end));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Action;

    #[test]
    fn keys_of_the_timeline() {
        let moves = [
            ("w", false, Some(Move::Zoom(KEY_ZOOM))),
            ("S", true, Some(Move::Zoom(1.0 / KEY_ZOOM))),
            ("ArrowLeft", false, Some(Move::Pan(-KEY_PAN))),
            ("ArrowLeft", true, Some(Move::Step(false))),
            ("0", false, Some(Move::Whole)),
            ("Tab", false, None),
            ("1", false, None),
        ];
        for (key, shift, expected) in moves {
            assert_eq!(key_move(key, shift), expected, "{key}");
        }
    }

    #[test]
    fn the_wheel_zooms_moves_or_is_left_to_the_page() {
        let wheel = |x, y| Wheel {
            x,
            y,
            ..Wheel::default()
        };
        let is_zoom_in = |turn| matches!(turn, Some(Turn::Zoom(factor)) if factor < 1.0);
        assert_eq!(wheel_turn(wheel(0.0, -100.0)), None, "the page scrolls");
        let one_screen = Wheel {
            one_screen: true,
            ..wheel(0.0, -100.0)
        };
        assert!(is_zoom_in(wheel_turn(one_screen)));
        let over_names = Wheel {
            over_names: true,
            ..one_screen
        };
        assert_eq!(wheel_turn(over_names), None, "the lanes scroll");
        let pinch = Wheel {
            ctrl: true,
            ..wheel(0.0, -3.0)
        };
        assert!(is_zoom_in(wheel_turn(pinch)));
        assert_eq!(wheel_turn(wheel(30.0, 4.0)), Some(Turn::Pan(30.0)));
        let shifted = Wheel {
            shift: true,
            ..wheel(0.0, 50.0)
        };
        assert_eq!(wheel_turn(shifted), Some(Turn::Pan(50.0)));
    }

    #[test]
    fn a_pinch_keeps_what_is_under_the_fingers() {
        let window = Window {
            from: 0,
            to: 1_000_000,
        };
        let end = 1_000_000;
        let nearer = pinched(window, (0.4, 0.6), (0.3, 0.7), end);
        let is_near = |window: Window, from: u64, to: u64| {
            window.from.abs_diff(from) < 3 && window.to.abs_diff(to) < 3
        };
        assert!(is_near(nearer, 250_000, 750_000), "{nearer:?}");
        let moved = pinched(nearer, (0.4, 0.6), (0.5, 0.7), end);
        assert!(is_near(moved, 200_000, 700_000), "{moved:?}");
        assert_eq!(pinched(nearer, (0.1, 0.9), (0.5, 0.51), end), window);
    }

    #[test]
    fn the_window_follows_the_playback() {
        let mut state = State::open("units=100");
        let end = state.predicted.run.trace.end;
        let window = Window::whole(end).zoomed(0.1, 0, end);
        drop(state.reduce(Action::Zoom(Some(window))));
        drop(state.reduce(Action::Seek(end / 2)));
        assert_eq!(state.window, Some(window), "a click does not move it");
        drop(state.reduce(Action::TogglePlay));
        drop(state.reduce(Action::Frame(0.0)));
        drop(state.reduce(Action::Frame(20.0)));
        let shown = state.shown_window();
        assert!(shown.from <= state.playhead && state.playhead < shown.to);
        assert!(shown.from.abs_diff(state.playhead) < shown.length() / 5);
        let length = |window: Window| window.length();
        assert_eq!(length(shown), length(window));
    }
}
