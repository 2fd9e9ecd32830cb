//! Random programs: most of them nearly right.

use super::dice::Dice;
use super::words::{
    BINARY, CALLS, CALLS_OF_TWO, ERRORS, LITERALS, METHODS, MODULES, NAMES, ODD, PRELUDE, TARGETS,
};

/// Writes one program.
pub(super) struct Writer<'a> {
    dice: &'a mut Dice,
    text: String,
    /// Statements that may still be written.
    fuel: usize,
    /// Names that are taken.
    taken: usize,
}

/// Where a statement stands.
#[derive(Clone, Copy)]
struct Place {
    depth: usize,
    in_loop: bool,
    in_function: bool,
}

impl<'a> Writer<'a> {
    /// A program that may stand for itself.
    pub(super) fn program(dice: &'a mut Dice) -> String {
        let mut writer = Self::new(dice);
        writer.text.push_str(PRELUDE);
        writer.block(Place {
            depth: 0,
            in_loop: false,
            in_function: false,
        });
        writer.text
    }

    /// A program whose `work(i)` does it.
    pub(super) fn work(dice: &'a mut Dice) -> String {
        let mut writer = Self::new(dice);
        writer.text.push_str(PRELUDE);
        writer
            .text
            .push_str("\ndef work(i):\n    global a, b, c, d, e, f\n");
        // Most go on: else one thread alone would seldom get through.
        let goes_on = !writer.dice.once_in(4);
        if goes_on {
            writer.text.push_str("    try:\n");
        }
        writer.block(Place {
            depth: 1 + usize::from(goes_on),
            in_loop: false,
            in_function: true,
        });
        if goes_on {
            writer
                .text
                .push_str("    except Exception as error:\n        print(i, repr(error))\n");
        }
        writer.text.push_str("    return i\n");
        writer.text
    }

    fn new(dice: &'a mut Dice) -> Self {
        let fuel = 4 + dice.below(20);
        Self {
            dice,
            text: String::new(),
            fuel,
            taken: 0,
        }
    }

    fn line(&mut self, place: Place, text: &str) {
        for part in text.split('\n') {
            self.text.push_str(&"    ".repeat(place.depth));
            self.text.push_str(part);
            self.text.push('\n');
        }
    }

    fn fresh(&mut self, kind: &str) -> String {
        self.taken += 1;
        format!("{kind}{}", self.taken)
    }

    fn block(&mut self, place: Place) {
        for _ in 0..=self.dice.below(4) {
            self.statement(place);
        }
        if self.dice.once_in(3) {
            self.line(place, "pass");
        } else {
            self.assign(place);
        }
    }

    fn assign(&mut self, place: Place) {
        let target = self.dice.word(TARGETS);
        let sign = self.dice.of(&["=", "=", "=", "+=", "-=", "|=", "*="]);
        let value = self.value(3);
        // What grows would grow without an end.
        let sign = if sign.len() > 1 && self.dice.once_in(2) {
            "="
        } else {
            sign
        };
        self.line(place, &format!("{target} {sign} {value}"));
    }

    fn statement(&mut self, place: Place) {
        if self.fuel == 0 || place.depth > 6 {
            return self.assign(place);
        }
        self.fuel -= 1;
        let inner = Place {
            depth: place.depth + 1,
            ..place
        };
        match self.dice.below(16) {
            0 | 1 => self.assign(place),
            2 => {
                let condition = self.value(2);
                self.line(place, &format!("if {condition}:"));
                self.block(inner);
                if self.dice.once_in(2) {
                    self.line(place, "else:");
                    self.block(inner);
                }
            }
            3 | 4 => self.for_loop(place),
            5 => self.while_loop(place),
            6 => self.function(place),
            7 => self.class(place),
            8 | 9 => self.attempt(place),
            10 => {
                let manager = self
                    .dice
                    .of(&["Box()", "Box(1, 2, 3)", "a", "open('x')", "count()"]);
                self.line(place, &format!("with {manager} as g:"));
                self.block(inner);
            }
            11 => {
                let value = self.value(3);
                self.line(place, &value);
            }
            12 => {
                let module = self.dice.word(MODULES);
                self.line(place, &format!("import {module}"));
            }
            13 => {
                let odd = self.dice.of(ODD);
                // Most of them spoil all the rest.
                if self.dice.once_in(4) {
                    self.line(place, odd);
                }
            }
            14 if place.in_loop => {
                let condition = self.value(2);
                let leave = self.dice.of(&["break", "continue"]);
                self.line(place, &format!("if {condition}: {leave}"));
            }
            15 if place.in_function => {
                let (condition, value) = (self.value(1), self.value(2));
                let leave = self.dice.of(&["return", "return", "yield"]);
                self.line(place, &format!("if {condition}: {leave} {value}"));
            }
            _ => {
                let error = self.dice.word(ERRORS);
                let condition = self.value(2);
                self.line(place, &format!("if {condition}: raise {error}('no', a)"));
            }
        }
    }

    fn for_loop(&mut self, place: Place) {
        let inner = Place {
            depth: place.depth + 1,
            in_loop: true,
            ..place
        };
        let over = match self.dice.below(4) {
            0 => self.value(2),
            1 => "count(4)".to_owned(),
            2 => "list(d.items())".to_owned(),
            _ => format!("range({})", self.dice.below(7)),
        };
        let target = self.dice.of(&["g", "h", "a", "g, h", "g, *h"]);
        self.line(place, &format!("for {target} in {over}:"));
        self.block(inner);
        if self.dice.once_in(4) {
            self.line(place, "else:");
            self.block(Place {
                depth: place.depth + 1,
                ..place
            });
        }
    }

    fn while_loop(&mut self, place: Place) {
        let inner = Place {
            depth: place.depth + 1,
            in_loop: true,
            ..place
        };
        let counter = self.fresh("n");
        self.line(place, &format!("{counter} = 0"));
        let times = self.dice.below(6);
        self.line(place, &format!("while {counter} < {times}:"));
        self.line(inner, &format!("{counter} += 1"));
        self.block(inner);
    }

    fn function(&mut self, place: Place) {
        let name = self.fresh("fn");
        let inner = Place {
            depth: place.depth + 1,
            in_loop: false,
            in_function: true,
        };
        let (signature, call) = [
            ("", ""),
            ("x, y=2", "1"),
            ("*g, **h", "1, *c, z=3"),
            ("x, /, y, *, z=1", "1, 2"),
            ("n=5", "3"),
        ][self.dice.below(5)];
        if self.dice.once_in(8) {
            self.line(place, "@staticmethod");
        }
        self.line(place, &format!("def {name}({signature}):"));
        if self.dice.once_in(4) {
            self.line(inner, "'''What it does.'''");
        }
        self.block(inner);
        if self.dice.once_in(4) {
            // Deeper and deeper.
            self.line(inner, &format!("return {name}({call})"));
        }
        self.line(place, &format!("g = {name}({call})"));
        if self.dice.once_in(3) {
            self.line(place, "h = list(g) if hasattr(g, '__next__') else g");
        }
    }

    fn class(&mut self, place: Place) {
        let name = self.fresh("C");
        let inner = Place {
            depth: place.depth + 1,
            in_loop: false,
            in_function: false,
        };
        let base = self.dice.of(&[
            "",
            "(Box)",
            "(list)",
            "(dict)",
            "(Exception)",
            "(int)",
            "(str)",
            "(a)",
        ]);
        self.line(place, &format!("class {name}{base}:"));
        if self.dice.once_in(3) {
            self.line(inner, "__slots__ = ('x', 'y')");
        }
        let method = self.dice.word(METHODS);
        let own = self.dice.of(&[
            "__repr__",
            "__str__",
            "__call__",
            "__getattr__",
            "__bool__",
            "__del__",
            "__lt__",
        ]);
        for name in [method, own] {
            self.line(inner, &format!("def {name}(self, *args):"));
            let body = Place {
                depth: inner.depth + 1,
                in_function: true,
                ..inner
            };
            self.block(body);
            let value = self.value(2);
            self.line(body, &format!("return {value}"));
        }
        let argument = self.value(1);
        self.line(place, &format!("h = {name}({argument})"));
        self.line(place, &format!("g = (repr(h), bool(h), h.{method}())"));
    }

    fn attempt(&mut self, place: Place) {
        let inner = Place {
            depth: place.depth + 1,
            ..place
        };
        self.line(place, "try:");
        self.block(inner);
        if self.dice.once_in(4) {
            self.line(place, "finally:");
            return self.block(inner);
        }
        let error = self.dice.word(ERRORS);
        self.line(place, &format!("except {error} as g:"));
        self.block(inner);
        if self.dice.once_in(3) {
            self.line(place, "except (ValueError, TypeError):");
            self.block(inner);
        }
        if self.dice.once_in(4) {
            self.line(place, "else:");
            self.block(inner);
        }
    }

    /// An expression that mostly raises nothing.
    fn value(&mut self, depth: usize) -> String {
        let expression = self.expression(depth);
        if self.dice.once_in(8) {
            return expression;
        }
        format!("safe(lambda: {expression})")
    }

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.once_in(6) {
            return match self.dice.below(2) {
                0 => self.dice.word(NAMES),
                _ => self.dice.of(LITERALS),
            }
            .to_owned();
        }
        let x = self.expression(depth - 1);
        match self.dice.below(15) {
            0..=2 => {
                let y = self.expression(depth - 1);
                format!("({x} {} {y})", self.dice.of(BINARY))
            }
            3 => format!("{}({x})", self.dice.of(&["-", "not ", "~", "+"])),
            4 | 5 => format!("{}({x})", self.dice.word(CALLS)),
            6 => {
                let y = self.expression(depth - 1);
                format!("{}({x}, {y})", self.dice.word(CALLS_OF_TWO))
            }
            7 => {
                let y = if self.dice.once_in(3) {
                    String::new()
                } else {
                    self.expression(depth - 1)
                };
                format!("({x}).{}({y})", self.dice.word(METHODS))
            }
            8 => format!(
                "({x})[{}]",
                self.dice
                    .of(&["0", "-1", "1:", "::-1", "'k'", "a", "99", "::2"])
            ),
            9 => {
                let form = self.dice.of(&[
                    "[§ for x in ¤]",
                    "{§ for x in ¤}",
                    "list(§ for x in ¤)",
                    "{x: § for x in ¤}",
                ]);
                let y = self.dice.of(&["c", "range(4)", "b", "d", "count()", "a"]);
                form.replace('¤', y).replace('§', &x)
            }
            10 => {
                let form = self.dice.of(&[
                    "f'{ § !r}'",
                    "f'{ § :>10}'",
                    "f'<{ § }>'",
                    "'%s' % (§,)",
                    "'{}'.format(§)",
                    "f'{ § =}'",
                ]);
                form.replace('§', &x.replace('\'', "\""))
            }
            11 => {
                let (y, z) = (self.expression(depth - 1), self.expression(depth - 1));
                format!("({x} if {y} else {z})")
            }
            12 => format!(
                "(lambda x, y=a: {x})({})",
                self.dice.of(&["1", "b", "*c", ""])
            ),
            13 => format!("({x}) ** {}", self.dice.below(12)),
            _ => {
                let y = self.expression(depth - 1);
                self.dice
                    .of(&["[§, ¤]", "(§, ¤)", "{§: ¤}", "{§, ¤}", "[*§, ¤]"])
                    .replace('§', &x)
                    .replace('¤', &y)
            }
        }
    }
}
