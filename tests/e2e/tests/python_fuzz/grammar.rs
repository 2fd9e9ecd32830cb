//! Random programs: most of them nearly right.

use super::dice::Dice;
use std::fmt::Write;

/// What every program may use.
const PRELUDE: &str = "\
class Box:
    kept = []
    def __init__(self, *a, **k):
        self.a = a
        self.k = k
    def __enter__(self):
        return self
    def __exit__(self, *a):
        return len(self.a) > 2
    def __len__(self):
        return len(self.a)
    def __getitem__(self, at):
        return self.a[at]
    def __add__(self, other):
        return Box(self, other)
    def __eq__(self, other):
        return NotImplemented
    def __hash__(self):
        return 7

def count(n=3):
    for k in range(n):
        got = yield k
        if got:
            yield got

a, b, c = 1, 'two', [3, 4, 5]
d, e, f = {'k': 1, 2: 'v'}, {1, 2, 3}, 1.5
";

const NAMES: &[&str] = &[
    "a", "b", "c", "d", "e", "f", "g", "h", "Box", "count", "self", "nowhere",
];
const TARGETS: &[&str] = &["a", "b", "c", "d", "e", "f", "g", "h"];

const LITERALS: &[&str] = &[
    "0",
    "1",
    "-1",
    "7",
    "255",
    "10**20",
    "2**200",
    "-(3**50)",
    "0x7fffffff",
    "1 << 70",
    "1.5",
    "-0.0",
    "1e308",
    "float('nan')",
    "float('inf')",
    "2j",
    "''",
    "'abc'",
    "'ü€🐍'",
    "b'xyz'",
    "'a b c'",
    "r'\\d'",
    "'%s %d'",
    "'{} {x}'",
    "None",
    "True",
    "False",
    "...",
    "[]",
    "{}",
    "()",
    "set()",
    "[1, 2, 3]",
    "(1, 'b', None)",
    "{'k': 1}",
    "{1, 2}",
    "frozenset((1, 2))",
    "Box()",
    "count()",
    "range(5)",
    "object()",
    "NotImplemented",
    "slice(1, 2)",
    "bytearray(3)",
];

const BINARY: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "&", "|", "^", "@", "<", "<=", "==", "!=", ">", ">=", "is",
    "is not", "in", "not in", "and", "or",
];

const CALLS: &[&str] = &[
    "len",
    "sum",
    "sorted",
    "min",
    "max",
    "repr",
    "str",
    "int",
    "float",
    "list",
    "tuple",
    "set",
    "dict",
    "abs",
    "hash",
    "type",
    "iter",
    "next",
    "reversed",
    "chr",
    "ord",
    "bin",
    "hex",
    "any",
    "all",
    "bool",
    "bytes",
    "complex",
    "enumerate",
    "callable",
    "dir",
    "vars",
    "id",
    "round",
    "frozenset",
    "bytearray",
    "memoryview",
    "ascii",
    "Box",
    "count",
    "super",
    "property",
    "staticmethod",
    "classmethod",
    "print",
    "format",
    "nowhere",
];

const CALLS_OF_TWO: &[&str] = &[
    "divmod",
    "isinstance",
    "issubclass",
    "getattr",
    "hasattr",
    "map",
    "filter",
    "zip",
    "format",
    "round",
    "int",
    "max",
    "min",
    "sum",
    "enumerate",
    "iter",
    "next",
    "Box",
    "slice",
    "type",
];

const METHODS: &[&str] = &[
    "append",
    "pop",
    "extend",
    "insert",
    "remove",
    "sort",
    "reverse",
    "index",
    "count",
    "copy",
    "clear",
    "get",
    "items",
    "keys",
    "values",
    "update",
    "setdefault",
    "add",
    "discard",
    "union",
    "split",
    "join",
    "strip",
    "upper",
    "title",
    "replace",
    "find",
    "startswith",
    "encode",
    "decode",
    "format",
    "partition",
    "zfill",
    "splitlines",
    "isdigit",
    "to_bytes",
    "bit_length",
    "as_integer_ratio",
    "hex",
    "conjugate",
    "send",
    "throw",
    "close",
    "__len__",
    "__class__",
    "__dict__",
    "__add__",
    "__iter__",
    "__next__",
    "__repr__",
    "__init__",
    "__reduce_ex__",
];

const MODULES: &[&str] = &[
    "math",
    "sys",
    "time",
    "threading",
    "timeslice",
    "_thread",
    "gc",
    "itertools",
    "functools",
    "collections",
    "random",
    "os",
    "re",
    "json",
    "string",
    "operator",
    "struct",
    "array",
    "nothing_like_it",
    "a.b.c",
    "asyncio",
    "ctypes",
    "socket",
    "_io",
    "marshal",
    "errno",
    "abc",
];

const ERRORS: &[&str] = &[
    "ValueError",
    "TypeError",
    "KeyError",
    "ZeroDivisionError",
    "Exception",
    "BaseException",
    "StopIteration",
    "RecursionError",
    "KeyboardInterrupt",
    "SystemExit",
    "nowhere",
    "int",
];

const ODD: &[&str] = &[
    "def (:",
    "return",
    "yield 1",
    "nonlocal a",
    "x = = 1",
    "print 'x'",
    "lambda: (yield)",
    "a: int = 3",
    "del a, b",
    "[x for x in",
    "f'{a!r:>{10}}'",
    "f'{'",
    "await a",
    "async def q(): await q()",
    "*a, b = c",
    "a = *b, *c",
    "if (n := 3) > 2: pass",
    "global a",
    "@a\ndef b(): pass",
    "'''unended",
    "\tx = 1",
    "break",
    "continue",
    "import",
    "from . import a",
    "from math import *",
    "assert a, b",
    "a if b",
    "a.b.c = d",
    "a[b:c:d] = e",
    "1 = a",
    "None = 3",
    "x = 0o9",
    "class C(Box, metaclass=type): pass",
    "class C(a): pass",
    "\u{0}",
    "é = 1",
    "\\",
    "a;b;;c",
    "match a:\n    case 1: pass\n    case [x, *y]: pass\n    case _: pass",
    "type X = int",
    "def p[T](x: T) -> T: return x",
    "try: pass\nexcept* ValueError: pass",
    "with Box() as x, Box() as y: pass",
    "raise ValueError from None",
    "exec('a = 1')",
    "eval('1 +')",
    "compile('x', '', 'eval')",
    "globals()['a'] = 3",
    "locals()",
    "__import__('sys')",
    "raise",
    "a = b = c = d",
    "(a, b), [c, d] = (1, 2), 'xy'",
    "{**d, **{'z': 1}}",
    "dict(**d)",
    "print(*c, sep='', end='')",
    "sorted(c, key=lambda x: -x)",
    "type('T', (), {'x': 1})().x",
];

/// Writes one program.
pub struct Writer<'a> {
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
    pub fn program(dice: &'a mut Dice) -> String {
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
    pub fn work(dice: &'a mut Dice) -> String {
        let mut writer = Self::new(dice);
        writer.text.push_str(PRELUDE);
        writer
            .text
            .push_str("\ndef work(i):\n    global a, b, c, d, e, f\n");
        writer.block(Place {
            depth: 1,
            in_loop: false,
            in_function: true,
        });
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
        let target = self.dice.of(TARGETS);
        let sign = self.dice.of(&["=", "=", "=", "+=", "-=", "|=", "*="]);
        let value = self.expression(3);
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
                let condition = self.expression(2);
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
                let value = self.expression(3);
                self.line(place, &value);
            }
            12 => {
                let module = self.dice.of(MODULES);
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
                let condition = self.expression(2);
                let leave = self.dice.of(&["break", "continue"]);
                self.line(place, &format!("if {condition}: {leave}"));
            }
            15 if place.in_function => {
                let (condition, value) = (self.expression(1), self.expression(2));
                let leave = self.dice.of(&["return", "return", "yield"]);
                self.line(place, &format!("if {condition}: {leave} {value}"));
            }
            _ => {
                let error = self.dice.of(ERRORS);
                let condition = self.expression(2);
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
            0 => self.expression(2),
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
        self.line(place, &format!("while {counter} < {}:", self.dice.below(6)));
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
        let method = self.dice.of(METHODS);
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
            let value = self.expression(2);
            self.line(body, &format!("return {value}"));
        }
        let argument = self.expression(1);
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
        let error = self.dice.of(ERRORS);
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

    fn expression(&mut self, depth: usize) -> String {
        if depth == 0 || self.dice.once_in(6) {
            return match self.dice.below(2) {
                0 => self.dice.of(NAMES),
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
            4 | 5 => format!("{}({x})", self.dice.of(CALLS)),
            6 => {
                let y = self.expression(depth - 1);
                format!("{}({x}, {y})", self.dice.of(CALLS_OF_TWO))
            }
            7 => {
                let y = if self.dice.once_in(3) {
                    String::new()
                } else {
                    self.expression(depth - 1)
                };
                format!("({x}).{}({y})", self.dice.of(METHODS))
            }
            8 => format!(
                "({x})[{}]",
                self.dice
                    .of(&["0", "-1", "1:", "::-1", "'k'", "a", "99", "::2"])
            ),
            9 => {
                let form = self.dice.of(&[
                    "[{} for x in {}]",
                    "{{} for x in {}}",
                    "list({} for x in {})",
                    "{x: {} for x in {}}",
                ]);
                let y = self.dice.of(&["c", "range(4)", "b", "d", "count()", "a"]);
                form.replacen("{}", &x, 1).replacen("{}", y, 1)
            }
            10 => {
                let form = self.dice.of(&[
                    "f'{X!r}'",
                    "f'{X:>10}'",
                    "f'<{X}>'",
                    "'%s' % (X,)",
                    "'{}'.format(X)",
                    "f'{X=}'",
                ]);
                form.replace('X', &x.replace('\'', "\""))
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
                    .of(&["[X, Y]", "(X, Y)", "{X: Y}", "{X, Y}", "[*X, Y]"])
                    .replace('X', &x)
                    .replace('Y', &y)
            }
        }
    }
}

/// What is nested deeper than anybody would write.
pub fn deep(dice: &mut Dice) -> String {
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
pub fn mutated(dice: &mut Dice, text: &str) -> String {
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
