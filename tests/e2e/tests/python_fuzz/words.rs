//! What random programs are made of. Words stand between blanks.

/// What every program may use.
pub(super) const PRELUDE: &str = "\
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

def safe(f):
    try:
        return f()
    except Exception:
        return None

a, b, c = 1, 'two', [3, 4, 5]
d, e, f = {'k': 1, 2: 'v'}, set(c), 1.5
";

pub(super) const NAMES: &str = "a b c d e f g h Box count self nowhere";
pub(super) const TARGETS: &str = "a b c d e f g h";

pub(super) const LITERALS: &[&str] = &[
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

pub(super) const BINARY: &[&str] = &[
    "+", "-", "*", "/", "//", "%", "&", "|", "^", "@", "<", "<=", "==", "!=", ">", ">=", "is",
    "is not", "in", "not in", "and", "or",
];

pub(super) const CALLS: &str = "len sum sorted min max repr str int float list tuple set dict abs hash type iter next \
    reversed chr ord bin hex any all bool bytes complex enumerate callable dir vars id round \
    frozenset bytearray memoryview ascii Box count super property staticmethod classmethod \
    print format nowhere";

pub(super) const CALLS_OF_TWO: &str = "divmod isinstance issubclass getattr hasattr map filter zip format round int max min sum \
    enumerate iter next Box slice type";

pub(super) const METHODS: &str = "append pop extend insert remove sort reverse index count copy clear get items keys \
    values update setdefault add discard union split join strip upper title replace find \
    startswith encode decode format partition zfill splitlines isdigit to_bytes bit_length \
    as_integer_ratio hex conjugate send throw close __len__ __class__ __dict__ __add__ \
    __iter__ __next__ __repr__ __init__ __reduce_ex__";

pub(super) const MODULES: &str = "math sys time threading timeslice _thread gc itertools functools collections random os \
    re json string operator struct array nothing_like_it a.b.c asyncio ctypes socket _io \
    marshal errno abc";

pub(super) const ERRORS: &str = "ValueError TypeError KeyError ZeroDivisionError Exception BaseException StopIteration \
    RecursionError KeyboardInterrupt SystemExit nowhere int";

pub(super) const ODD: &[&str] = &[
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
