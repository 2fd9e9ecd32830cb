//! Whatever a Python program does, it is told, and the page and its next run are
//! none the worse for it. Stop always works.

use anyhow::{Result, bail, ensure};
use std::time::{Duration, Instant};
use timeslice_e2e::{Host, Page, visit_each};

const GIL: &str = "procs=1&threads=2&gil=on&units=8";
const FREE: &str = "procs=1&threads=2&gil=off&units=8";
const BOTH: &str = "procs=2&threads=2&gil=on&units=8";

/// A program that nothing is wrong with.
const SOUND: &str = "def work(i):\n    return i * i\n";

/// The run after it must work.
async fn next_run_works(page: &Page, after: &str) -> Result<()> {
    page.wait_until_no_workers_counted().await?;
    let run = page.python(FREE, SOUND).await?;
    ensure!(
        run.ends()? == "Completed (Completed 4/4, Completed 4/4)",
        "after {after}: {run:?}"
    );
    Ok(())
}

/// Programs that are right, and what `result()` must give: their poll points must
/// not get in the way.
const RIGHT: &[(&str, &str)] = &[
    (
        "SMALL = {2, 3, 5, 7}\n\ndef work(i):\n    return i in {1, 2, 3}, i in SMALL\n\ndef result():\n    return sorted(SMALL)\n",
        "[2, 3, 5, 7]",
    ),
    (
        "def work(i):\n    '''Docs.'''\n    return [lambda n=n: n + i for n in range(3)][1]()\n\ndef result():\n    return work.__doc__, work(4)\n",
        "('Docs.', 5)",
    ),
    (
        "def numbers(n):\n    while n:\n        yield n\n        n -= 1\n    else:\n        yield from 'ab'\n\ndef work(i):\n    return [*numbers(2)], {k: v for k, v in enumerate('xy')}, 2**70, f'{i:>3}'\n\ndef result():\n    return work(7)\n",
        "([2, 1, 'a', 'b'], {0: 'x', 1: 'y'}, 1180591620717411303424, '  7')",
    ),
    (
        "class Once:\n    def __enter__(self):\n        return self\n    def __exit__(self, kind, error, trace):\n        return kind is ValueError\n\ndef work(i):\n    for n in range(3):\n        with Once():\n            raise ValueError(n)\n    return i\n\ndef result():\n    return work(3)\n",
        "3",
    ),
];

#[test]
fn what_is_right_runs() {
    visit_each("python-right", Host::isolated(), async |page| {
        for &(program, result) in RIGHT {
            let run = page.python(FREE, program).await?;
            assert_eq!(run.status, "done", "{program}: {:?}", run.refusal);
            assert_eq!(
                run.ends()?,
                "Completed (Completed 4/4, Completed 4/4)",
                "{program}"
            );
            assert_eq!(run.measured()?.outcome.units_wrong(), 0, "{program}");
            let results = run.results.unwrap_or_default();
            let expected = format!("Alone: {result}; process 1: {result}");
            assert!(results.ends_with(&expected), "{program}: {results}");
        }
        Ok(())
    });
}

/// A program that no single unit can be done of, and all that must be said of it.
const BROKEN: &[(&str, &[&str])] = &[
    (
        "def work(i):\n    return 1 +\n",
        &["Line 2: SyntaxError: invalid syntax"],
    ),
    (
        "def work(i):\n  if i:\n      return 1\n    return 2\n",
        &["Line 4: IndentationError"],
    ),
    (
        "import time\nimport nothing_like_it\ndef work(i):\n    pass\n",
        &["Line 2: ModuleNotFoundError: No module named 'nothing_like_it'"],
    ),
    (
        "def wrok(i):\n    pass\n",
        &["NameError: the program defines no function work(i), which the lab would call"],
    ),
    ("work = 3\n", &["the program defines no function work(i)"]),
    (
        "def work(i):\n    return work(i)\n",
        &[
            "Line 2: RecursionError: maximum recursion depth exceeded",
            "work(0)",
        ],
    ),
    ("def work(i, j):\n    pass\n", &["TypeError", "work(0)"]),
    (
        "def work(i):\n    return {}[1]\n",
        &["Line 2: KeyError: 1, in work(0)"],
    ),
    ("raise SystemExit(3)\n", &["SystemExit: 3"]),
    ("", &["the program defines no function work(i)"]),
];

#[test]
fn what_is_wrong_with_a_program_is_told_with_its_line() {
    visit_each("python-broken", Host::isolated(), async |page| {
        for &(program, parts) in BROKEN {
            let run = page.python(FREE, program).await?;
            assert_eq!(run.status, "refused", "{program}: {run:?}");
            let refusal = run.refusal.clone().unwrap_or_default();
            for part in parts {
                assert!(
                    refusal.contains(part),
                    "{program}: no {part:?} in {refusal:?}"
                );
            }
            // Where a line is known, it is marked.
            if let Some((line, _)) = refusal
                .strip_prefix("Line ")
                .and_then(|it| it.split_once(':'))
            {
                let mistakes = &run.mistakes;
                assert!(
                    mistakes.contains(&format!("Line {line}: ")),
                    "{program}: {mistakes}"
                );
            }
        }
        next_run_works(page, "broken programs").await
    });
}

/// What is too much for an instance: it may trap.
const TOO_MUCH: &[(&str, &str)] = &[
    (
        "native recursion",
        "def work(i):\n    x = []\n    for _ in range(100_000):\n        x = [x]\n    return repr(x)\n",
    ),
    (
        "native recursion in comparisons",
        "def nest():\n    x = ()\n    for _ in range(100_000):\n        x = (x,)\n    return x\n\ndef work(i):\n    return nest() == nest()\n",
    ),
    (
        "native recursion in __repr__",
        "class C:\n    def __repr__(self):\n        return repr([self.it])\n\ndef work(i):\n    c = C()\n    c.it = c\n    return repr(c)\n",
    ),
    (
        "a deep source",
        "def work(i):\n    return eval('(' * 50_000 + '1' + ')' * 50_000)\n",
    ),
    (
        "a deep sum",
        "def work(i):\n    return eval('+'.join(['1'] * 100_000))\n",
    ),
    (
        "no memory left for a list of texts",
        "keep = []\n\ndef work(i):\n    while True:\n        keep.append('x' * (8 << 20))\n",
    ),
    (
        "no memory left for one text",
        "def work(i):\n    return len('x' * (1 << 40))\n",
    ),
    (
        "no memory left for a number",
        "def work(i):\n    return 1 << (1 << 38)\n",
    ),
];

#[test]
fn too_much_of_something_is_told_and_the_page_goes_on() {
    visit_each("python-too-much", Host::isolated(), async |page| {
        for &(what, program) in TOO_MUCH {
            let run = page.python(FREE, program).await?;
            assert_eq!(run.status, "refused", "{what}: {run:?}");
            let refusal = run.refusal.clone().unwrap_or_default();
            println!("{}: {what}: {refusal}", page.browser());
            assert!(refusal.len() > 10, "{what}: {refusal:?}");
            next_run_works(page, what).await?;
        }
        Ok(())
    });
}

#[test]
fn what_is_too_much_for_one_thread_is_told_of_the_run() {
    visit_each("python-too-much-later", Host::isolated(), async |page| {
        // Alone it does one unit before.
        let program =
            "keep = []\n\ndef work(i):\n    while i == 7:\n        keep.append('x' * (8 << 20))\n";
        let run = page
            .python("procs=2&threads=1&gil=off&units=8", program)
            .await?;
        let ends = run.ends()?;
        let measurement = run.measured()?;
        println!("{}: {ends}: {:?}", page.browser(), measurement.messages);
        assert!(ends.starts_with("Completed (Completed 4/4); "), "{ends}");
        assert!(!ends.ends_with("Completed 4/4)"), "{ends}");
        let said = run.said_by("p1t0");
        assert!(
            !measurement.messages.is_empty() || said.contains("MemoryError"),
            "{run:?}"
        );
        next_run_works(page, "a run without memory").await
    });
}

/// What the run is in when it is stopped: unit 0 is done, and no other.
const LONG: &[(&str, &str)] = &[
    ("a loop", "while i: pass"),
    ("a sleep", "time.sleep(1000 if i else 0)"),
    ("a lock that is never free", "i and lock.acquire()"),
    ("a loop in native code", "i and sum(iter(int, 1))"),
    (
        "a loop that catches all",
        "while i:\n        try:\n            while True: pass\n        except BaseException: pass",
    ),
];

fn long(statement: &str) -> String {
    format!(
        "import threading, time\nlock = threading.Lock()\nlock.acquire()\n\n\
         def work(i):\n    {statement}\n    return i\n"
    )
}

#[test]
fn stop_ends_whatever_a_program_does() {
    visit_each("python-stop", Host::isolated(), async |page| {
        let mut longest = Duration::ZERO;
        for &(what, statement) in LONG {
            for layout in [FREE, BOTH] {
                page.open_python(layout, &long(statement)).await?;
                page.start_python().await?;
                // One thread alone was enough, and the threads are at it.
                page.wait_for("document.querySelector('[data-testid=python] .run progress')")
                    .await?;
                let took = stop(page, what).await?;
                longest = longest.max(took);
                let run = page.python_result().await?;
                let measured = run.measured()?;
                let processes = &measured.outcome.processes;
                for process in processes {
                    assert_eq!(
                        format!("{:?}", process.ended),
                        "Stopped",
                        "{what}, {layout}"
                    );
                }
                assert_eq!(measured.outcome.failures, [], "{what}");
            }
            next_run_works(page, what).await?;
        }
        println!("{}: stopped within {longest:?}", page.browser());
        Ok(())
    });
}

#[test]
fn stop_ends_the_run_by_one_thread_alone() {
    visit_each("python-stop-alone", Host::isolated(), async |page| {
        for (what, program) in [
            ("a loop while loading", "while True:\n    pass\n"),
            ("a loop", "def work(i):\n    while True:\n        pass\n"),
            (
                "a sleep",
                "import time\ndef work(i):\n    time.sleep(1000)\n",
            ),
        ] {
            page.open_python(GIL, program).await?;
            page.start_python().await?;
            let busy = format!("{}.dataset.workers !== '0'", Page::expression("page"));
            page.wait_for(&busy).await?;
            stop(page, what).await?;
            let run = page.python_result().await?;
            assert_eq!(run.status, "idle", "{what}: {run:?}");
            next_run_works(page, what).await?;
        }
        // Nobody stops it, so the watchdog does.
        let run = page.python(GIL, "while True:\n    pass\n").await?;
        let refusal = run.refusal.clone().unwrap_or_default();
        assert!(refusal.contains("was not loaded within 5 s"), "{run:?}");
        next_run_works(page, "a loop that nobody stopped").await
    });
}

/// Generous: the machine may be busy. It takes a fraction of a second.
const STOPPED: Duration = Duration::from_secs(10);

/// Presses Stop, and waits until nothing of the run is left. How long that took.
async fn stop(page: &Page, what: &str) -> Result<Duration> {
    let since = Instant::now();
    page.stop_python().await?;
    let gone = format!(
        "self.pythonIsOver && {}.dataset.workers === '0'",
        Page::expression("page")
    );
    if page.wait_for_within(STOPPED, &gone).await.is_err() {
        bail!("{what} is not stopped after {STOPPED:?}");
    }
    Ok(since.elapsed())
}
