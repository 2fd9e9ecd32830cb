//! The page's text, in one place for whoever checks or translates it.
//!
//! A module for each part of the page. A text without values is a constant, one
//! with values a function that does the plural and the order of words. The names
//! say what a text is for. Numbers and times come already written where the rest
//! of the page writes them alike (`plot::duration`), else they are written here.
//!
//! What is nothing but text stands apart: the glossary in `terms.rs`, the
//! lessons under `src/lessons/guide`, the claims and their scenarios under
//! `src/claims` and `scenarios/`. What the page shares with the command line is
//! said by the layers below it, which have messages of their own: fields, presets
//! and faults in `experiment`, what the lab finds in `lab`, pictures in `plot`,
//! comparisons in `export`. Keys of files and links, and signs of units, are no
//! text.
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "the view is compiled for the browser only")
)]

/// The start screen.
pub(in crate::app) mod start {
    pub const HEADING: &str = "Why are four Python threads no faster than one?";
    pub const WHAT_IS_RUN: &str = "The same 400 ms of computing, on a machine with 4 cores, as the simulator predicts it for CPython.";
    pub const TO_LESSONS: &str = "Start the lessons";
    pub const TO_LESSONS_ABOUT: &str = "36 claims, a minute or two each";
    pub const TO_PLAY: &str = "Play with it";
    pub const TO_PLAY_ABOUT: &str = "Move the sliders, watch the machine";
    pub const TO_MEASURE: &str = "Measure it here";
    pub const TO_MEASURE_ABOUT: &str = "Run four threads for real, in this browser";
    pub const AGAIN: &str = "↻ Again";
    pub const PAUSE: &str = "❚❚ Pause";
    pub const PLAY: &str = "▶ Play";
    pub const LEGEND: &str = "Legend";
    pub const LEGEND_RUNNING: &str = "runs Python";
    pub const LEGEND_GIL_WAIT: &str = "waits for the GIL";
    pub const LEGEND_IDLE: &str = "not started, or done";
    pub const ONE_THREAD: &str = "1 thread";
    pub const ONE_THREAD_ABOUT: &str = "does it alone";
    pub const FOUR_THREADS: &str = "4 threads";
    pub const FOUR_THREADS_ABOUT: &str = "share one GIL";
    pub const FOUR_PROCESSES: &str = "4 processes";
    pub const FOUR_PROCESSES_ABOUT: &str = "have a GIL each";

    /// What comes of the threads: their time as a multiple of one thread's.
    pub fn threads_take_turns(times: &str) -> String {
        format!(
            "Four threads take as long as one ({times} its time): under the GIL they take turns."
        )
    }

    /// What comes of the processes: how many times as fast as one thread they are.
    pub fn processes_run_at_once(times: &str) -> String {
        format!("Four processes have a GIL each and run at once: {times} as fast.")
    }

    /// The picture of one runner, in words; `about` is one of the texts above.
    pub fn runner(title: &str, about: &str, end: &str) -> String {
        format!("{title}, which {about}: done after {end}")
    }

    /// The clock of a runner that is done.
    pub fn clock_done(end: &str) -> String {
        format!("✓ {end}")
    }

    /// The clock of a runner that runs.
    pub fn clock(ms: u64) -> String {
        format!("{ms} ms")
    }
}

/// The head of the page: name, examples, tools.
pub(in crate::app) mod header {
    pub const NAME: &str = "Timeslice";
    pub const EXAMPLES: &str = "Examples";
    pub const NOTHING_TO_UNDO: &str = "Nothing to undo (Ctrl Z)";
    pub const NOTHING_TO_REDO: &str = "Nothing to redo (Ctrl Shift Z)";
    pub const SHARE: &str = "Share";
    pub const KEYS: &str = "Keys";
    pub const KEYS_ABOUT: &str = "What each key does (?)";
    pub const THEME: &str = "Light or dark";
    pub const DISMISS_PROBLEMS: &str = "Dismiss";

    /// The button that takes back a step.
    pub fn undo(what: &str) -> String {
        format!("Undo: {what}")
    }

    /// The button that does a step again that was taken back.
    pub fn redo(what: &str) -> String {
        format!("Redo: {what}")
    }

    /// What an example shows, and the key that opens it.
    pub fn example(claim: &str, key: usize) -> String {
        format!("{claim} (key {key})")
    }
}

/// What stands around the parts.
pub(in crate::app) mod page {
    pub const SKIP: &str = "Skip to the picture";
    pub const PAUSED: &str = "Paused: the page is hidden, and browsers slow hidden pages down. What was running begins again when the page is shown.";
    pub const LEFT_COLUMN: &str = "What is set up";
    pub const RIGHT_COLUMN: &str = "What came of it";
    pub const TAB_SLIDERS: &str = "Experiment";
    pub const TAB_LESSONS: &str = "Lessons";
    pub const TAB_PROGRAM: &str = "Program";
    pub const TAB_MEASURE: &str = "Measure";
    pub const TAB_CHARTS: &str = "Charts";
    pub const TAB_FAILURES: &str = "Failures";
    pub const TAB_NUMBERS: &str = "Numbers";
    pub const TAB_COMPARE: &str = "Compare";
    pub const TAB_PROBES: &str = "Probes";
    pub const DIALOG_CLOSE: &str = "Close";
    pub const COPY: &str = "Copy";
    pub const COPIED: &str = "Copied.";
    pub const COPY_SELECTED: &str = "Selected: copy it with Ctrl C.";

    /// How many web workers there are.
    pub fn workers_now(count: u32, most: u32) -> String {
        format!("Web workers running now: {count} of at most {most}.")
    }

    /// The button that copies a text; `what` is the text's name in a sentence.
    pub fn copy(what: &str) -> String {
        format!("Copy {what}")
    }
}

/// The list of keys.
pub(in crate::app) mod keys {
    pub const HEADING: &str = "Keys";
    pub const ANYWHERE: &str = "Anywhere";
    pub const PLAY_KEY: &str = "Space";
    pub const PLAY: &str = "play or pause";
    pub const NEXT_CHANGE_KEYS: &str = ". or →";
    pub const NEXT_CHANGE: &str = "to the next change";
    pub const PREVIOUS_CHANGE_KEYS: &str = ", or ←";
    pub const PREVIOUS_CHANGE: &str = "to the previous change";
    pub const EXAMPLE_KEYS: &str = "1 to 6";
    pub const EXAMPLE: &str = "an example";
    pub const UNDO_KEYS: &str = "Ctrl Z, Ctrl Shift Z";
    pub const UNDO: &str = "undo, redo";
    pub const KEYS: &str = "this list";
    pub const ON_THE_TIMELINE: &str = "On the timeline";
    pub const ZOOM_KEYS: &str = "W or +, S or −";
    pub const ZOOM: &str = "zoom in, zoom out";
    pub const WHEEL_KEYS: &str = "Wheel";
    pub const WHEEL: &str = "zoom at the pointer; over the names: scroll";
    pub const PINCH_KEYS: &str = "Ctrl wheel, pinch";
    pub const PINCH: &str = "zoom, also where the page scrolls by wheel";
    pub const MOVE_KEYS: &str = "A, D or ←, →";
    pub const MOVE: &str = "move left, right";
    pub const DRAG_KEYS: &str = "Shift wheel, drag";
    pub const DRAG: &str = "move, when zoomed in";
    pub const WHOLE_KEYS: &str = "0 or Home";
    pub const WHOLE: &str = "the whole run";
    pub const CHANGES_KEYS: &str = "Shift ←, Shift →";
    pub const CHANGES: &str = "to the previous, next change";
    pub const PICK: &str = "pick the thread above, below";
    pub const SAY_KEYS: &str = "Enter or Space";
    pub const SAY: &str = "say what the picked thread does";
    pub const FOLD_KEY: &str = "F";
    pub const FOLD: &str = "fold or unfold the picked thread's process";
    pub const SEARCH: &str = "search for a thread; Enter: the next";
    pub const LEAVE_KEY: &str = "Esc";
    pub const LEAVE: &str = "leave what is picked out";
}

/// The dialog of links, files, pictures and embedding.
pub(in crate::app) mod share {
    use crate::plot::count;

    pub const HEADING: &str = "Share and keep";
    pub const LINK: &str = "A link";
    pub const LINK_NAME: &str = "the link";
    pub const FILE: &str = "A file";
    pub const SAVE_PROGRAM: &str = "Save the program";
    pub const SAVE_EXPERIMENT: &str = "Save the experiment";
    pub const OPEN: &str =
        "Open a file: an experiment or a program (.json), a table of jobs (.csv)";
    pub const SETUP: &str = "Setup";
    pub const SETUP_ABOUT: &str = "to open here again";
    pub const TRACE: &str = "Trace (.json)";
    pub const TRACE_ABOUT: &str = "opens in Perfetto, speedscope and chrome://tracing";
    pub const TABLE: &str = "Table (.csv)";
    pub const TABLE_ABOUT: &str = "each thing that happened, a line";
    pub const FIGURES: &str = "Figures (.json)";
    pub const FIGURES_ABOUT: &str = "all numbers of the run";
    pub const GANTT: &str = "Gantt chart (.svg)";
    pub const GANTT_ABOUT: &str = "the whole run, for documents";
    pub const PICTURE: &str = "Picture (.png)";
    pub const PICTURE_UNDRAWN: &str = "once the timeline is shown";
    pub const PICTURE_ABOUT: &str = "the timeline as it is shown now";
    pub const EMBED: &str = "In a page of your own";
    pub const EMBED_CONTROLS: &str = "What it shows, beside the verdict:";
    pub const EMBED_CODE_NAME: &str = "the code to embed it";
    pub const EMBED_HOW: &str = "Put it into your page as it is. Threads can be measured in it only if your page is cross-origin isolated; it simulates all the same.";
    pub const EMBED_HIDE: &str = "Hide the preview";
    pub const EMBED_PREVIEW: &str = "Preview";
    // What a link may be too short for.
    pub const LEFT_OUT_PROGRAM: &str = "the program";
    pub const LEFT_OUT_KEPT: &str = "the run it is compared with";

    /// What a link holds.
    pub fn link_holds(characters: u64, is_program: bool) -> String {
        let characters = count(characters);
        let what = match is_program {
            true => "the program with all its text",
            false => "the whole experiment",
        };
        format!(
            "The link says everything ({characters} characters): {what}, the open tabs and lesson, \
             the run kept for comparison, the time and the part of the timeline. Nothing is stored \
             anywhere else."
        )
    }

    /// What a link cannot hold: one or both of the texts above.
    pub fn link_too_long(most: u64, left_out: &[&str]) -> String {
        let (most, left_out) = (count(most), left_out.join(" and "));
        format!(
            "Too long for a link, which holds {most} characters here: {left_out}. Save it as a file \
             instead; the link leads to everything else."
        )
    }

    /// A file was opened.
    pub fn opened(name: &str) -> String {
        format!("Opened {name}. Undo brings back what was there before.")
    }

    /// A file was refused; the reasons follow.
    pub fn not_opened(name: &str) -> String {
        format!("{name} was not opened, and nothing was changed:")
    }

    /// The heading over the exports.
    pub fn exports(title: &str) -> String {
        format!("The run, for other programs: {title}")
    }
}

/// The page within another page.
pub(in crate::app) mod embed {
    pub const OPEN: &str = "Open in Timeslice ↗";
    pub const CONTROLS: &str = "What is set up";
    pub const NOT_ISOLATED: &str = "Simulated as everywhere. Threads cannot be measured here, because the page around this one is not cross-origin isolated.";
    // What an embedded page may show.
    pub const LESSON: &str = "Text of the lesson";
    pub const EXAMPLES: &str = "Examples";
    pub const MACHINE: &str = "Machine";
    pub const TIMELINE: &str = "Timeline";
    pub const PLAY: &str = "Play and step";
    pub const CHARTS: &str = "Charts";
    pub const MEASURE: &str = "Run it for real";
    pub const GIL: &str = "GIL switch";
    pub const POLICY: &str = "Scheduling policy";

    /// What the frame in the other page is called, for those who do not see it.
    pub fn title(title: &str) -> String {
        format!("Timeslice: {title}")
    }
}

/// The sliders, and the faults.
pub(in crate::app) mod controls {
    pub const LAYOUT: &str = "Layout";
    pub const GIL: &str = "Global interpreter lock";
    pub const GIL_SWITCH: &str = "Each process has a GIL";
    pub const WORK: &str = "Work";
    pub const KERNEL: &str = "Kernel in the lab";
    pub const MACHINE: &str = "Simulated machine";
    pub const COSTS: &str = "Costs";
    pub const COSTS_NOT_MEASURED: &str =
        "Not measured yet, so all costs are zero: run it for real once.";
    pub const POLICY: &str = "Scheduling policy";
    pub const FAULTS: &str = "Faults";
    pub const ADD_FAULT: &str = "Add a fault";
    pub const FAULT_PROCESS: &str = "process";
    pub const FAULT_THREAD: &str = "thread";
    pub const FAULT_AFTER_UNITS: &str = "after units";
    pub const FAULT_AT_TIME: &str = "at time, ms";

    /// The slider of a field, beside its number.
    pub fn slider(field: &str) -> String {
        format!("{field}, slider")
    }

    /// The button that explains a term.
    pub fn what_is(term: &str) -> String {
        format!("What is a {term}?")
    }

    /// What strikes; faults count from 1.
    pub fn fault_kind(number: usize) -> String {
        format!("Fault {number}: kind")
    }

    /// The button that takes a fault out.
    pub fn remove_fault(number: usize) -> String {
        format!("Remove fault {number}")
    }

    /// By what it is said when a fault strikes.
    pub fn fault_when(number: usize) -> String {
        format!("Fault {number}: when")
    }

    /// The number that says when a fault strikes.
    pub fn fault_amount(number: usize, is_time: bool) -> String {
        match is_time {
            true => format!("Fault {number}: time in ms"),
            false => format!("Fault {number}: units"),
        }
    }
}
