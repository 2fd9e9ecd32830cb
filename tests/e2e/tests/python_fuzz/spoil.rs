//! Programs that nobody would write.

use super::dice::Dice;
use std::fmt::Write;

/// What is nested deeper than anybody would write.
pub(super) fn deep(dice: &mut Dice) -> String {
    let times = 1 << (3 + dice.below(9));
    let mut text = String::new();
    match dice.below(8) {
        0 => text = format!("a = {}1{}\n", "(".repeat(times), ")".repeat(times)),
        1 => text = format!("a = {}{}\n", "[".repeat(times), "]".repeat(times)),
        2 => text = format!("a = {}1\n", "-".repeat(times)),
        3 => text = format!("a = {}1\n", "1 + ".repeat(times)),
        4 => text = format!("a = {}1{}\n", "f(".repeat(times), ")".repeat(times)),
        5 => text = format!("a = 'x'{}\n", ".upper()".repeat(times)),
        6 => {
            for depth in 0..times.min(200) {
                // Writing to a text cannot fail.
                let _ = writeln!(text, "{}if 1:", " ".repeat(depth));
            }
            let _ = writeln!(text, "{}a = 1", " ".repeat(times.min(200)));
        }
        _ => {
            let of = dice.of(&["[x]", "(x,)", "{1: x}", "Box(x)", "lambda: x", "iter([x])"]);
            let then = dice.of(&[
                "repr(x)", "x == x", "hash(x)", "str(x)", "bool(x)", "del x", "x < x",
            ]);
            let _ = write!(
                text,
                "class Box:\n    def __init__(self, x): self.x = x\n    def __repr__(self): return repr(self.x)\n\
                 x = 1\nfor _ in range({times}):\n    x = {of}\n{then}\n"
            );
        }
    }
    text
}

/// A program with something spoilt.
pub(super) fn mutated(dice: &mut Dice, text: &str) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for _ in 0..=dice.below(5) {
        if chars.is_empty() {
            break;
        }
        let at = dice.below(chars.len());
        let end = (at + 1 + dice.below(8)).min(chars.len());
        match dice.below(4) {
            0 => drop(chars.drain(at..end)),
            1 => {
                let again: Vec<char> = chars[at..end].to_vec();
                drop(chars.splice(at..at, again));
            }
            2 => {
                let token = dice.of(&[
                    "(", ")", "[", "]", ":", "\n", " ", "    ", "'", "\"", "=", "*", "**", ".",
                    ",", "0", "9", "def ", "not ", "lambda ", "yield ", "None", "i", "\\", "#",
                    "@", "{", "}", "\t", "é",
                ]);
                drop(chars.splice(at..at, token.chars()));
            }
            _ => {
                let other = dice.below(chars.len());
                chars.swap(at, other);
            }
        }
    }
    chars.into_iter().collect()
}
