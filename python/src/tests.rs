//! Programs on native threads.

use crate::process::{Host, Process};
use expect_test::{Expect, expect};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};
use timeslice_core::experiment::Experiment;
use timeslice_core::lab::python::{Task, Told, fingerprint};
use timeslice_core::lab::telemetry::Head;

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

/// Runs it to its end, stopped after `limit` if that comes first.
fn run(process: &Arc<Process>, limit: Duration) -> (Head, Told) {
    let stopper = Arc::clone(process);
    thread::scope(|scope| {
        let worker = scope.spawn(|| {
            process.run(|work| {
                thread::scope(|scope| {
                    for index in 0..process.task().experiment.threads {
                        scope.spawn(move || work(index));
                    }
                });
            });
        });
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
        expect![[""]],
    );
    check("def work(i):\n    return 1 +\n", ONE, expect![[""]]);
    check("x = 1\n\nimport nothing_like_it\n", ONE, expect![[""]]);
    check("def wrok(i):\n    pass\n", ONE, expect![[""]]);
    check("def work(i):\n    return work(i)\n", ONE, expect![[""]]);
}

#[test]
fn poll_points_leave_programs_what_they_are() {
    check(
        "def f():\n    '''Docs.'''\n    return [x for x in range(4) if x % 2]\ng = lambda x: x and 0\ndef work(i):\n    n = 0\n    while n < 3:\n        n += 1\n        if n == 2:\n            continue\n    else:\n        n = 10\n    return f.__doc__, f(), g(3), g(0), n, {k: 1 for k in 'ab'}, sum(x for x in (1, 2))\ndef result():\n    return repr(work(0))\n",
        Layout { units: 1, ..ONE },
        expect![[""]],
    );
}

#[test]
fn locks_clocks_and_sleep_work() {
    check(
        "import time, threading, _thread, gc, timeslice\nlock = threading.Lock()\nagain = threading.RLock()\ndef work(i):\n    before = time.perf_counter()\n    time.sleep(0.01)\n    with lock:\n        taken = lock.acquire(False), lock.acquire(timeout=0.01)\n    with again, again:\n        pass\n    gc.collect()\n    assert time.perf_counter() - before >= 0.02\n    return taken\ndef result():\n    try:\n        threading.Thread(target=work)\n    except RuntimeError as error:\n        return str(error), timeslice.units, work(0)\n",
        ONE,
        expect![[""]],
    );
}
