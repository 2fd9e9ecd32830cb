//! The glossary: what each term means, in a sentence or two. Texts mark their
//! terms as `[[term]]`, or `[[word|term]]` where the word is inflected.

/// A term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// The term itself.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

const fn term(name: &'static str, meaning: &'static str) -> Term {
    Term { name, meaning }
}

/// All terms, in alphabetical order.
pub const TERMS: &[Term] = &[
    term(
        "affinity",
        "Which cores a thread may run on. Pinned to one, it is never moved.",
    ),
    term(
        "Amdahl's law",
        "If a share s of the work cannot be divided, n cores make it at most 1 / (s + (1 - s) / n) times as fast, and no number of cores more than 1 / s.",
    ),
    term(
        "bytecode",
        "The small steps into which Python translates a program, and which its interpreter carries out one by one.",
    ),
    term(
        "cache",
        "A small, fast memory of a core that keeps what was used last. It is warm for a thread if its data is there, else cold.",
    ),
    term(
        "context switch",
        "A core leaves one thread and goes on with another. It takes microseconds, and more until the cache is warm again.",
    ),
    term(
        "convoy effect",
        "Those who need a resource for a moment queue behind one that keeps it for long.",
    ),
    term(
        "copy-on-write",
        "After a fork two processes share their pages of memory; a page is copied when one of them first writes to it.",
    ),
    term(
        "core",
        "A part of a processor that runs one thread at a time. Several cores run several threads at once.",
    ),
    term(
        "coroutine",
        "A function that can stop at an await and go on later. An event loop runs many of them in one thread.",
    ),
    term(
        "CPU-bound",
        "Work that keeps a core busy all the time: more speed needs more cores.",
    ),
    term(
        "critical section",
        "A part of a program that only one thread may be in at a time, because it changes what they share.",
    ),
    term(
        "daemon",
        "A thread or process that nobody waits for: it is cut off when the program ends.",
    ),
    term(
        "data race",
        "Two threads use the same memory at the same time without a lock, and at least one of them writes.",
    ),
    term("deadline", "The time by which a job has to be done."),
    term(
        "deadlock",
        "Some threads wait for each other in a circle, or for one that is dead: none of them will ever go on.",
    ),
    term(
        "EDF",
        "Earliest deadline first: always run the job that is due soonest.",
    ),
    term(
        "EEVDF",
        "Earliest eligible virtual deadline first, the scheduler of Linux since 6.6: among threads with lag of at least 0, the one whose slice is due first.",
    ),
    term(
        "event loop",
        "One thread that runs many tasks in turn: each runs until it has to wait for something, then the next that can go on.",
    ),
    term(
        "FIFO",
        "First in, first out: whoever came first runs first, until it is done or waits.",
    ),
    term(
        "fork",
        "A process makes a copy of itself, with its memory but with one thread only. The quickest of Python's start methods.",
    ),
    term(
        "forkserver",
        "A small process, started once, that forks a new one whenever it is asked to.",
    ),
    term(
        "free-threaded",
        "A build of Python, since 3.13, that has no GIL; its objects are made safe one by one.",
    ),
    term(
        "GIL",
        "The global interpreter lock: a thread has to hold it to run Python bytecode. As a rule a process has one, so only one of its threads runs Python at a time.",
    ),
    term(
        "heap",
        "The memory in which a process keeps its objects. All its threads share it; no other process sees it.",
    ),
    term(
        "I/O-bound",
        "Work that mostly waits for disks, networks or users: a faster core hardly helps.",
    ),
    term(
        "isolation",
        "What one does or breaks does not reach the other. Processes are isolated, threads are not.",
    ),
    term(
        "lag",
        "How much less running time a thread has had than its fair share. EEVDF lets run only threads whose lag is at least 0.",
    ),
    term("latency", "The time from a request to its answer."),
    term(
        "leak",
        "Memory that nobody uses any more and nobody gives back.",
    ),
    term(
        "lock",
        "Something that one thread at a time can hold. Who wants it while another has it waits. Also called mutex.",
    ),
    term(
        "lost update",
        "Two threads read the same value, both change it, both write it back: one of the changes is gone.",
    ),
    term(
        "MLFQ",
        "Multi-level feedback queue: threads that use up their time slices sink to queues that are served later.",
    ),
    term(
        "nice",
        "How ready a thread is to let others go first, from -20 to 19. A step is worth about 1.25 times the running time.",
    ),
    term(
        "parallel",
        "At the same instant, on several cores. Concurrent is less: under way at the same time, perhaps in turns.",
    ),
    term(
        "pickle",
        "Python's way to pack an object into bytes, so that it can be sent to another process and unpacked there.",
    ),
    term(
        "pool",
        "A fixed number of threads or processes that take tasks from a queue, one after the other.",
    ),
    term(
        "preemption",
        "A thread is taken off its core although it could go on.",
    ),
    term(
        "priority inheritance",
        "Who holds a lock runs with the priority of the most urgent thread that waits for it.",
    ),
    term(
        "priority inversion",
        "An urgent thread has to wait for a less urgent one that it has nothing to do with.",
    ),
    term(
        "process",
        "A running program with a memory of its own and at least one thread.",
    ),
    term(
        "rate monotonic",
        "Fixed priorities for periodic tasks: the shorter the period, the more urgent. RM for short.",
    ),
    term(
        "reference count",
        "How many places refer to an object. When it reaches 0, CPython frees the object.",
    ),
    term(
        "response time",
        "From when a job arrives until it first runs.",
    ),
    term(
        "round robin",
        "Each thread runs for a time slice in turn. RR for short.",
    ),
    term(
        "run queue",
        "The threads that are ready to run and wait for a core.",
    ),
    term(
        "segfault",
        "A segmentation fault: a thread used memory that it must not. The operating system ends its whole process.",
    ),
    term(
        "spawn",
        "A start method: a new Python is started, and imports the program again. Slow, but nothing of the parent is left in it.",
    ),
    term(
        "speed-up",
        "How many times faster it is than with one thread.",
    ),
    term(
        "SRTF",
        "Shortest remaining time first: always run what has least left to do.",
    ),
    term(
        "starvation",
        "A thread is ready but never gets its turn, because others always come first.",
    ),
    term(
        "supervisor",
        "A process that watches others and starts one again that has failed.",
    ),
    term(
        "switch interval",
        "How long a thread waits for the GIL before it asks the holder to let go: 5 ms, unless it is changed.",
    ),
    term(
        "thread",
        "A line of execution inside a process, with a stack of its own. Threads of one process share its memory.",
    ),
    term("throughput", "How much work is done in a second."),
    term(
        "time slice",
        "How long a thread may keep a core while others wait for it. Also called quantum.",
    ),
    term(
        "turnaround time",
        "From when a job arrives until it is done.",
    ),
    term(
        "use after free",
        "A program uses memory that has been given back and may hold something else by now.",
    ),
    term(
        "utilisation",
        "The share of the time in which a core is busy.",
    ),
    term(
        "vruntime",
        "Virtual running time: how long a thread has run, divided by its weight. CFS runs the thread with the least.",
    ),
    term(
        "waiting time",
        "How long a job was ready to run but had no core.",
    ),
    term(
        "working set",
        "The data that a thread uses again and again, and that its cache should hold.",
    ),
];

/// The term of this name; upper and lower case count the same.
#[must_use]
pub fn find(name: &str) -> Option<&'static Term> {
    TERMS
        .iter()
        .find(|term| term.name.eq_ignore_ascii_case(name))
}

/// A piece of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it stands.
    Plain(&'a str),
    /// A word that the glossary explains.
    Word(&'a str, &'static Term),
}

/// A text in pieces. A marked word that the glossary does not have is plain.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[[") {
        let Some((marked, after)) = after.split_once("]]") else {
            break;
        };
        if !before.is_empty() {
            pieces.push(Piece::Plain(before));
        }
        let (word, name) = marked.split_once('|').unwrap_or((marked, marked));
        pieces.push(match find(name) {
            Some(term) => Piece::Word(word, term),
            None => Piece::Plain(word),
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Plain(rest));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lessons::guide;
    use expect_test::{Expect, expect};

    #[test]
    fn terms_are_in_order_and_explained_without_themselves() {
        let names: Vec<_> = TERMS.iter().map(|term| term.name.to_lowercase()).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        for term in TERMS {
            assert!(term.meaning.ends_with('.'), "{}", term.name);
            assert!(term.meaning.len() <= 170, "{}", term.name);
            assert_eq!(find(&term.name.to_uppercase()), Some(term));
        }
    }

    #[test]
    fn every_term_of_every_lesson_is_explained() {
        for guide in guide::path() {
            let steps = guide.steps.iter().map(|step| step.look);
            for text in guide.text.iter().copied().chain(steps) {
                let marked = text.matches("[[").count();
                let words = pieces(text);
                let explained = words
                    .iter()
                    .filter(|piece| matches!(piece, Piece::Word(..)));
                assert_eq!(explained.count(), marked, "{}: {text}", guide.id);
            }
        }
    }

    fn check(text: &str, expect: Expect) {
        let said: Vec<_> = pieces(text)
            .iter()
            .map(|piece| match piece {
                Piece::Plain(text) => format!("{text:?}"),
                Piece::Word(word, term) => format!("<{word}: {}>", term.name),
            })
            .collect();
        expect.assert_eq(&said.join(" "));
    }

    #[test]
    fn texts_come_in_pieces() {
        check("", expect![[""]]);
        check("plain", expect![[r#""plain""#]]);
        check(
            "[[gil]]s and [[Threads|thread]]",
            expect![[r#"<gil: GIL> "s and " <Threads: thread>"#]],
        );
        check("[[what]] is [[GIL", expect![[r#""what" " is [[GIL""#]]);
    }
}
