//! Programs on native threads.

use crate::process::{Host, Process};
use expect_test::{Expect, expect};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use timeslice_core::experiment::Experiment;
use timeslice_core::lab::python::{Task, Told, fingerprint};
use timeslice_core::lab::telemetry::Head;
use timeslice_core::lab::telemetry::State;

/// A native machine.
struct Native {
    start: Instant,
}

impl Host for Native {
    fn now_ns(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap()
    }

    fn memory_bytes(&self) -> u64 {
        1 << 20
    }

    fn report(&self, _process: &Process) {}

    fn crash(&self) -> ! {
        panic!("crashed on purpose")
    }
}

/// How a process is laid out.
#[derive(Clone, Copy)]
struct Layout {
    threads: u16,
    gil: bool,
    units: u32,
}

const ONE: Layout = Layout {
    threads: 1,
    gil: false,
    units: 3,
};

fn process(source: &str, layout: Layout, expected: Vec<u32>) -> Arc<Process> {
    let experiment = Experiment {
        processes: 1,
        threads: layout.threads,
        gil: layout.gil,
        units: layout.units,
        switch_interval_us: 500,
        ..Experiment::default()
    };
    let task = Task {
        experiment,
        source: source.to_owned(),
        index: 0,
        origin_ms: 0.0,
        page_reads_memory: true,
        expected,
    };
    let host = Native {
        start: Instant::now(),
    };
    Process::new(task, Arc::new(host))
}

/// A thread with a stack that a debug build's large frames fit in.
fn roomy() -> thread::Builder {
    thread::Builder::new().stack_size(64 << 20)
}

/// Runs it to its end, stopped after `limit` if that comes first.
fn run(process: &Arc<Process>, limit: Duration) -> (Head, Told) {
    let stopper = Arc::clone(process);
    thread::scope(|scope| {
        let worker = roomy()
            .spawn_scoped(scope, || {
                process.run(|work| {
                    thread::scope(|scope| {
                        for index in 0..process.task().experiment.threads {
                            roomy().spawn_scoped(scope, move || work(index)).unwrap();
                        }
                    });
                });
            })
            .unwrap();
        let since = Instant::now();
        while !worker.is_finished() && since.elapsed() < limit {
            thread::sleep(Duration::from_millis(1));
        }
        stopper.area().stop();
    });
    let head = Head::read(process.area().layout(), &process.area().copy()).unwrap();
    let told = process.output().plan().read(&process.output().copy());
    (head, told.unwrap())
}

const LONG: Duration = Duration::from_secs(60);

/// What became of each thread, and what the process told.
fn check(source: &str, layout: Layout, expect: Expect) {
    let (head, told) = run(&process(source, layout, Vec::new()), LONG);
    let mut said = String::new();
    for (thread, voice) in head.threads.iter().zip(&told.threads) {
        said += &format!("{:?} after {} units", thread.state, thread.units);
        if !voice.text.is_empty() {
            said += &format!(", said {:?}", voice.text);
        }
        if let Some(raised) = &voice.raised {
            said += &format!(
                ", raised in line {:?}, unit {:?}\n{}",
                raised.line, raised.unit, raised.traceback
            );
        }
        said += "\n";
    }
    if let Some(result) = told.result {
        said += &format!("result: {result}\n");
    }
    expect.assert_eq(&said);
}

#[test]
fn a_program_does_its_units() {
    check(
        "print('loaded')\nseen = []\ndef work(i):\n    print('unit', i)\n    seen.append(i)\n    return i * i\ndef result():\n    return sum(seen)\n",
        ONE,
        expect![[r#"
            Completed after 3 units, said "loaded\nunit 0\nunit 1\nunit 2\n"
            result: 3
        "#]],
    );
}

#[test]
fn exceptions_are_told_with_their_lines() {
    check(
        "def work(i):\n    '''Does it.'''\n    if i == 2:\n        raise ValueError('no such unit')\n    return i\n",
        ONE,
        expect![[r#"
            Exception after 2 units, raised in line Some(4), unit Some(2)
            Traceback (most recent call last):
              File "program.py", line 4, in work
                raise ValueError('no such unit')
            ValueError: no such unit

        "#]],
    );
    check(
        "def work(i):\n    return 1 +\n",
        ONE,
        expect![[r#"
        Exception after 0 units, raised in line Some(2), unit None
          File "program.py", line 2
            return 1 +
                      ^
        SyntaxError: invalid syntax

    "#]],
    );
    check(
        "x = 1\n\nimport nothing_like_it\n",
        ONE,
        expect![[r#"
        Exception after 0 units, raised in line Some(3), unit None
        Traceback (most recent call last):
          File "program.py", line 3, in <module>
            import nothing_like_it
        ModuleNotFoundError: No module named 'nothing_like_it'

    "#]],
    );
    check(
        "def work(i):\n    return {}['no such key']\n",
        ONE,
        expect![[r#"
            Exception after 0 units, raised in line Some(2), unit Some(0)
            Traceback (most recent call last):
              File "program.py", line 2, in work
                return {}['no such key']
            KeyError: 'no such key'

        "#]],
    );
    check(
        "def wrok(i):\n    pass\n",
        ONE,
        expect![[r#"
        Exception after 0 units, raised in line None, unit None
        NameError: the program defines no function work(i), which the lab would call

    "#]],
    );
    check(
        "def work(i):\n    return work(i)\n",
        ONE,
        expect![[r#"
            Exception after 0 units, raised in line Some(2), unit Some(0)
            Traceback (most recent call last):
              File "program.py", line 2, in work
                return work(i)
              File "program.py", line 2, in work
                return work(i)
              File "program.py", line 2, in work
                return work(i)
              [Previous line repeated 197 more times]
            RecursionError: maximum recursion depth exceeded

        "#]],
    );
}

#[test]
fn poll_points_leave_programs_what_they_are() {
    check(
        "def f():\n    '''Docs.'''\n    return [x for x in range(4) if x % 2]\ng = lambda x: x and 0\ndef work(i):\n    n = 0\n    while n < 3:\n        n += 1\n        if n == 2:\n            continue\n    else:\n        n = 10\n    return 2 in {1, 2, 3}, f.__doc__, f(), g(3), g(0), n, {k: 1 for k in 'ab'}, sum(x for x in (1, 2))\ndef result():\n    return repr(work(0))\n",
        Layout { units: 1, ..ONE },
        expect![[r#"
            Completed after 1 units
            result: (True, 'Docs.', [1, 3], 0, 0, 10, {'a': 1, 'b': 1}, 3)
        "#]],
    );
}

/// Each of them many times and with many kinds of values, as code that adapts itself to
/// what it meets must not go wrong.
#[test]
fn operators_compute_what_python_says() {
    check(
        "class Odd:\n    def __mod__(self, other):\n        return 'mod', other\n    def __rmod__(self, other):\n        return 'rmod', other\n    def __ifloordiv__(self, other):\n        return 'ifloordiv', other\n    def __matmul__(self, other):\n        return 'matmul', other\ndef all_of(a, b):\n    return a % b, a // b, a ** b, a << b, a >> b, a / b\ndef placed(a, b):\n    c = d = e = f = g = h = a\n    c %= b\n    d //= b\n    e **= b\n    f <<= b\n    g >>= b\n    h /= b\n    return c, d, e, f, g, h\ndef mod(a, b):\n    return a % b\ndef fails(f, a, b):\n    try:\n        return f(a, b)\n    except (ZeroDivisionError, TypeError) as error:\n        return str(error)\ndef work(i):\n    for _ in range(300):\n        every = all_of(-17, 5), placed(17, 5), mod('%d of %s', (1, 'x')), mod(7.5, -2), mod(Odd(), 1), mod(2, Odd()), mod(b'%d', 3), fails(mod, 1, 0), fails(mod, None, 1), Odd() @ 4\n        odd = Odd()\n        odd //= 3\n    return every, odd\ndef result():\n    return work(0)\n",
        Layout { units: 1, ..ONE },
        expect![[r#"
            Completed after 1 units
            result: (((3, -4, -1419857, -544, -1, -3.4), (2, 3, 1419857, 544, 0, 3.4), '1 of x', -0.5, ('mod', 1), ('rmod', 2), b'3', 'division by zero', "unsupported operand type(s) for %: 'NoneType' and 'int'", ('matmul', 4)), ('ifloordiv', 3))
        "#]],
    );
}

#[test]
fn locks_clocks_and_sleep_work() {
    check(
        "import time, threading, _thread, gc, timeslice\nlock = threading.Lock()\nagain = threading.RLock()\ndef work(i):\n    before = time.perf_counter()\n    time.sleep(0.01)\n    with lock:\n        taken = lock.acquire(False), lock.acquire(timeout=0.01)\n    with again, again:\n        pass\n    gc.collect()\n    assert time.perf_counter() - before >= 0.02\n    return taken\ndef result():\n    try:\n        threading.Thread(target=work)\n    except RuntimeError as error:\n        return str(error), timeslice.units, work(0)\n",
        ONE,
        expect![[r#"
            Completed after 3 units
            result: ('the lab starts the threads here: choose how many beside the program, and each calls work(i) for its share', 3, (False, False))
        "#]],
    );
}

const SHARED: &str = "count = 0\ndef work(i):\n    global count\n    for k in range(500):\n        seen = count\n        k * k\n        count = seen + 1\ndef result():\n    return count\n";

#[test]
fn with_a_gil_threads_take_turns_at_poll_points_only() {
    // Between two poll points nobody else runs: no update is lost, although the
    // count is read and written apart.
    let layout = Layout {
        threads: 4,
        gil: true,
        units: 80,
    };
    let (head, told) = run(&process(SHARED, layout, Vec::new()), LONG);
    assert_eq!(told.result.as_deref(), Some("40000"));
    assert!(head.switches > 4, "{} switches", head.switches);
    assert_eq!(head.most_holders, 1);
}

#[test]
fn a_lock_lets_go_of_the_gil_while_it_waits() {
    let source = "import threading, time\nlock = threading.Lock()\ncount = 0\ndef work(i):\n    global count\n    with lock:\n        seen = count\n        time.sleep(0.0005)\n        count = seen + 1\ndef result():\n    return count\n";
    for gil in [true, false] {
        let layout = Layout {
            threads: 3,
            gil,
            units: 60,
        };
        let (head, told) = run(&process(source, layout, Vec::new()), LONG);
        assert_eq!(told.result.as_deref(), Some("60"), "GIL: {gil}");
        assert!(head.threads.iter().all(|thread| thread.waited_us > 0));
    }
}

#[test]
fn an_exception_ends_its_thread_and_no_other() {
    check(
        "def work(i):\n    if i == 1:\n        raise KeyError(i)\n",
        Layout {
            threads: 2,
            gil: true,
            units: 6,
        },
        expect![[r#"
            Exception after 1 units, raised in line Some(3), unit Some(1)
            Traceback (most recent call last):
              File "program.py", line 3, in work
                raise KeyError(i)
            KeyError: 1

            Completed after 3 units
        "#]],
    );
}

#[test]
fn endless_loops_end_when_they_are_told_to() {
    let loops = [
        "def work(i):\n    while True:\n        pass\n",
        "def work(i):\n    while True:\n        try:\n            work(i)\n        except RecursionError:\n            pass\n",
        "def work(i):\n    return [0 for _ in iter(int, 1)]\n",
        "f = lambda: f\ndef work(i):\n    for _ in iter(f, 1):\n        pass\n",
        "import time\ndef work(i):\n    time.sleep(1e6)\n",
        "import threading\nlock = threading.Lock()\nlock.acquire()\ndef work(i):\n    lock.acquire()\n",
    ];
    for source in loops {
        for gil in [false, true] {
            let layout = Layout {
                threads: 2,
                gil,
                units: 2,
            };
            let (head, _) = run(
                &process(source, layout, Vec::new()),
                Duration::from_millis(300),
            );
            let states: Vec<_> = head.threads.iter().map(|thread| thread.state).collect();
            assert_eq!(states, [State::Stopped; 2], "{source}");
        }
    }
    // While it is loaded, too.
    let (head, told) = run(
        &process("while True:\n    pass\n", ONE, Vec::new()),
        Duration::from_millis(300),
    );
    assert_eq!(head.threads[0].state, State::Stopped);
    assert_eq!(told.threads[0].raised, None);
}

#[test]
fn results_are_compared_with_those_expected() {
    let expected = vec![fingerprint("0"), fingerprint("2"), 0];
    let (head, _) = run(
        &process("def work(i):\n    return i\n", ONE, expected),
        LONG,
    );
    assert_eq!(head.threads[0].wrong, 1);
    // What is named by its address is never the same, and says nothing.
    let source = "class C: pass\ndef work(i):\n    return C()\n";
    let (head, _) = run(&process(source, ONE, vec![1, 1, 1]), LONG);
    assert_eq!(head.threads[0].wrong, 0);
}

#[test]
fn math_has_what_programs_need_most() {
    check(
        "import math\nfrom math import sqrt\ndef work(i):\n    return i\ndef fails(f, *args):\n    try:\n        return f(*args)\n    except (ValueError, OverflowError) as error:\n        return str(error)\ndef result():\n    big = 10 ** 40\n    assert all(math.isqrt(n) ** 2 <= n < (math.isqrt(n) + 1) ** 2 for n in [*range(200), big, big - 1, big * big + 1])\n    return sqrt(2), math.pi, math.gcd(12, -18), math.gcd(), math.floor(-1.5), math.ceil(1e20), math.log(8, 2), math.log10(1000), math.log2(8), math.hypot(3, 4), math.factorial(20), math.isnan(math.nan), fails(sqrt, -1), fails(math.exp, 1e4), fails(math.isqrt, -1), fails(math.log, 0)\n",
        Layout { units: 1, ..ONE },
        expect![[r#"
            Completed after 1 units
            result: (1.4142135623730951, 3.141592653589793, 6, 0, -2, 100000000000000000000, 3.0, 3.0, 3.0, 5.0, 2432902008176640000, True, 'math domain error', 'math range error', 'isqrt() argument must be nonnegative', 'expected a positive input')
        "#]],
    );
}

#[test]
fn exceptions_say_what_python_says_of_them() {
    for (raise, expect) in [
        (
            "class E(Exception):\n    def __str__(self):\n        return 'by itself'\ndef work(i):\n    raise E('x')",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 5, in work
                    raise E('x')
                E: by itself
            "#]],
        ),
        (
            "class E(Exception):\n    def __str__(self):\n        raise ValueError('no')\ndef work(i):\n    raise E('x')",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 5, in work
                    raise E('x')
                E: <exception str() failed>
            "#]],
        ),
        (
            "def work(i):\n    raise OSError(2, 'No such file', 'a.txt')",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 2, in work
                    raise OSError(2, 'No such file', 'a.txt')
                FileNotFoundError: [Errno 2] No such file: 'a.txt'
            "#]],
        ),
        (
            "def work(i):\n    try:\n        {}[3]\n    except KeyError as error:\n        raise ValueError('b') from error",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 3, in work
                    {}[3]
                KeyError: 3

                The above exception was the direct cause of the following exception:

                Traceback (most recent call last):
                  File "program.py", line 5, in work
                    raise ValueError('b') from error
                ValueError: b
            "#]],
        ),
        (
            "def work(i):\n    try:\n        {}[3]\n    except KeyError:\n        raise ValueError('b') from None",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 5, in work
                    raise ValueError('b') from None
                ValueError: b
            "#]],
        ),
        (
            "def work(i):\n    error = ValueError('a')\n    error.add_note('the note')\n    raise error",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 4, in work
                    raise error
                ValueError: a
                the note
            "#]],
        ),
        (
            "def work(i):\n    raise ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [KeyError('k')])])",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 2, in work
                    raise ExceptionGroup('g', [ValueError(1), ExceptionGroup('h', [KeyError('k')])])
                ExceptionGroup: g (2 sub-exceptions)
                  +-+---------------- 1 ----------------
                    | ValueError: 1
                    +---------------- 2 ----------------
                    | ExceptionGroup: h (1 sub-exception)
                    |   +-+---------------- 1 ----------------
                    |     | KeyError: 'k'
                    |     +------------------------------------
                    +------------------------------------
            "#]],
        ),
        (
            "def f(i):\n    return f(i)\ndef work(i):\n    return f(i)",
            expect![[r#"
                Traceback (most recent call last):
                  File "program.py", line 4, in work
                    return f(i)
                  File "program.py", line 2, in f
                    return f(i)
                  File "program.py", line 2, in f
                    return f(i)
                  File "program.py", line 2, in f
                    return f(i)
                  [Previous line repeated 196 more times]
                RecursionError: maximum recursion depth exceeded
            "#]],
        ),
        (
            "def work(i):\n    exec('1 +')",
            expect![[r#"
            Traceback (most recent call last):
              File "program.py", line 2, in work
                exec('1 +')
              File "<string>", line 1
                1 +
                   ^
            SyntaxError: invalid syntax
        "#]],
        ),
    ] {
        let process = process(raise, ONE, Vec::new());
        let (_, told) = run(&process, Duration::from_secs(10));
        let raised = told.threads[0].raised.as_ref();
        expect.assert_eq(
            &raised
                .map(|raised| raised.traceback.clone())
                .unwrap_or_default(),
        );
    }
}
