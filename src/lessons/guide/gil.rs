//! Lessons about the GIL, G1 and G2.

use super::sources::{
    BEAZLEY, C_API_GIL, FREE_THREADING, GIL_TERM, PEP_703, REFERENCE_COUNTS, SWITCH_INTERVAL,
};
use super::{Guide, Scene, arm, slide, step};

pub(super) const GUIDES: &[Guide] = &[
    Guide {
        id: "G1",
        title: "What it is",
        text: &[
            "The [[GIL]], the global interpreter lock, is one [[lock]] for a whole Python interpreter. In standard Python a [[thread]] has to hold it to run [[bytecode]].",
            "A thread gives it back by itself before it waits for I/O or sleeps. C code that touches no Python objects for a while may give it back, too: hashing and compressing do. If it does none of that, a waiting thread asks for the GIL when it has waited one [[switch interval]], 5 ms; the holder then lets go at the next function call or jump back.",
            "The picture has two threads that compute and two that wait for I/O now and then. In the lane named GIL you see its holder: all four in turn, never two at once. A thread that comes back from I/O has to wait for it again.",
        ],
        views: &[arm("4 threads", 0)],
        steps: &[
            slide(
                "Four threads that only compute",
                "v=1&units=80",
                "None lets go unless it is asked to: they take turns of about one switch interval.",
            ),
            slide(
                "Switch interval 20 ms",
                "v=1&units=80&interval=20000",
                "The turns are four times as long: each thread does its whole 20 ms in one. The end is nearly the same.",
            ),
            slide(
                "Without a GIL",
                "v=1&units=80&gil=off",
                "There is no such lane any more, and all four run at once.",
            ),
        ],
        sources: &[GIL_TERM, C_API_GIL, SWITCH_INTERVAL, BEAZLEY],
    },
    Guide {
        id: "G2",
        title: "Why it is there",
        text: &[
            "CPython counts the references to each object and frees it when its [[reference count]] reaches 0. Nearly every line of Python changes such counts, and a change is three operations: read, add, write.",
            "If two [[thread]]s do that at the same instant without a [[lock]], one change is lost. A lost decrement: the count never reaches 0, and the memory is a [[leak]]. A lost increment is worse: the object is freed while it is still used, a [[use after free]], and the next access may crash the process.",
            "The [[GIL]] makes all this safe with one lock. The other way is to make the counts themselves safe: [[free-threaded]] Python does that, and pays for it with a little speed.",
        ],
        views: &[
            arm("use after free", 0),
            arm("leak", 1),
            arm("counting", 2),
            arm("with a GIL", 3),
        ],
        steps: &[
            step(
                "The leak, with a GIL",
                Scene::Arm(4),
                "The two decrements come one after the other, the count reaches 0, and the memory is freed.",
            ),
            step(
                "Counting, with a GIL",
                Scene::Arm(5),
                "No count is lost, but the threads take turns (of about 0.1 ms here), so it takes more than twice as long.",
            ),
            step(
                "Counting, free-threaded",
                Scene::Arm(6),
                "No count is lost, and both run at once: each change of a count is now one indivisible operation, a little slower than before.",
            ),
        ],
        sources: &[REFERENCE_COUNTS, PEP_703, FREE_THREADING],
    },
];
