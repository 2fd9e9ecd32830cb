//! Claims about the GIL, G1 and G2.

use super::build::{GIL, arm, cpu, file, process, python, repeat, thread};
use super::measure::holders;
use super::text::{count, figure, incomplete, memory, plural, verdict};
use super::{Claim, Verdict};
use crate::experiment::scenario::{GilSpec, Ns, Scenario, Step};
use crate::sim::Run;

pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        id: "G1",
        sentence: "The GIL is a mutex: one thread runs bytecode at a time.",
        about: "4 threads, two of which also wait for I/O, on 4 cores. It holds if never two hold the GIL at the same instant, though more than one held it at some time.",
        arms: || vec![arm("4 threads", mixed())],
        judge: judge_mutex,
    },
    Claim {
        id: "G2",
        sentence: "The GIL is needed because reference counts are not thread-safe.",
        about: "References taken and dropped by two threads at the same instant, with no lock at all, with a GIL, and (counting all the time) with the atomic counts of free-threaded Python. It holds if without a lock memory is leaked, freed memory is used and counts are lost, and with a GIL none of that happens.",
        arms: || {
            let short = GilSpec::SwitchInterval {
                interval: Ns::us(100),
                poll: Ns::us(1),
            };
            let free = GilSpec::FreeThreaded {
                overhead_permille: 1075,
                contention_permille: 1000,
            };
            vec![
                arm("use after free", file(FREED)),
                arm("leak", file(LEAK)),
                arm("counting", file(COUNTING)),
                arm("use after free, with a GIL", under(GIL, FREED)),
                arm("leak, with a GIL", under(GIL, LEAK)),
                arm("counting, with a GIL", under(short, COUNTING)),
                arm("counting, free-threaded", under(free, COUNTING)),
            ]
        },
        judge: judge_counts,
    },
];

const FREED: &str = include_str!("../../scenarios/claims/use-after-free.json");
const LEAK: &str = include_str!("../../scenarios/claims/leak.json");
const COUNTING: &str = include_str!("../../scenarios/claims/counting.json");

fn under(gil: GilSpec, text: &str) -> Scenario {
    let mut scenario = file(text);
    scenario.processes[0].gil = gil;
    scenario
}

fn mixed() -> Scenario {
    let wait = Step::Io {
        device: None,
        time: Ns::ms(3),
    };
    let io = || {
        vec![repeat(
            20,
            vec![Step::Compute(Ns::us(500)), wait.clone(), Step::Unit],
        )]
    };
    let threads = vec![
        thread("cpu 1", cpu(50, Ns::ms(1))),
        thread("cpu 2", cpu(50, Ns::ms(1))),
        thread("io 1", io()),
        thread("io 2", io()),
    ];
    python(4, vec![process("app", threads)])
}

fn judge_mutex(runs: &[Run]) -> Verdict {
    let [run] = runs else {
        return incomplete();
    };
    let (at_once, holders) = holders(run);
    let holds = run.trace.holds.len();
    verdict(
        at_once == 1 && holders > 1,
        format!(
            "{} took a GIL {holds} times, with never more than {at_once} at the same instant",
            plural(holders, "thread", "threads")
        ),
        vec![
            count("threads that held one", holders),
            count("times it was taken", holds),
            count("at the same instant, at most", at_once),
        ],
    )
}

fn judge_counts(runs: &[Run]) -> Verdict {
    let [
        freed,
        leak,
        counting,
        safe_freed,
        safe_leak,
        safe_counting,
        atomic,
    ] = runs
    else {
        return incomplete();
    };
    let uses = |run: &Run| run.metrics.uses_after_free;
    let leaked = |run: &Run| run.metrics.leaked_bytes;
    let lost = |run: &Run| run.metrics.lost_updates;
    let with = [safe_freed, safe_leak, safe_counting];
    let wrong = |run: &&Run| uses(run) + leaked(run) + lost(run) > 0;
    let wrong = with.iter().filter(|run| wrong(run)).count();
    let used = match uses(freed) {
        0 => "no freed memory was used".to_owned(),
        1 => "freed memory was used once".to_owned(),
        n => format!("freed memory was used {n} times"),
    };
    verdict(
        uses(freed) > 0 && leaked(leak) > 0 && lost(counting) > 0 && wrong == 0,
        format!(
            "in the runs without a lock {}, {} leaked and the count was {} off; with a GIL {wrong} of 3 runs went wrong; with atomic counts it was {} off",
            used,
            memory(leaked(leak)),
            lost(counting),
            lost(atomic)
        ),
        vec![
            count("uses of freed memory", uses(freed)),
            figure("leaked", leaked(leak) as f64, "B"),
            count("count off by", lost(counting)),
            count("runs with a GIL that went wrong", wrong),
            count("count off by, free-threaded", lost(atomic)),
        ],
    )
}
