//! The page's text, in one file for whoever checks or translates it.
//!
//! A module for each part of the page. A text without values is a constant; one
//! with values is a function, which sees to plurals and the order of words. The
//! names say what a text is for. Times and ratios come as the rest of the page
//! writes them (`plot::duration` and its like), numbers are written here.
//!
//! Elsewhere stand:
//! - what is nothing but text: the glossary (`terms.rs`), the lessons
//!   (`src/lessons/guide`), the claims (`src/claims`), the scenarios of both and
//!   the examples (`scenarios/`), what the editor says of each key (comments in
//!   `src/experiment/scenario`, from which the schema is made);
//! - what the page shares with the command line, in the layers below: names of
//!   settings, presets and faults (`experiment`), states of threads (`sim`),
//!   labels in pictures (`plot`), comparisons and verdicts (`export`), messages
//!   and names of what is measured (`lab`, `lessons`);
//! - what is there before this code is: `index.html`, `www/start.js`,
//!   `www/manifest.webmanifest`.
//!
//! Signs of units, keys of files and of links are no text. `tests/architecture.rs`
//! finds what is put elsewhere.
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "the view is compiled for the browser only")
)]
#![allow(
    unreachable_pub,
    reason = "the modules say who may see them, once for all their texts"
)]

/// What stands around the parts.
pub(in crate::app) mod page {
    pub const SKIP: &str = "Skip to the picture";
    pub const NEWER: &str = "A new version of this page is ready. ";
    pub const LOAD_NEWER: &str = "Load it";
    pub const PAUSED: &str = "Paused: the page is hidden, and browsers slow hidden pages down. \
        What was running begins again when the page is shown.";
    pub const LEFT_COLUMN: &str = "What is set up";
    pub const RIGHT_COLUMN: &str = "What came of it";
    pub const TAB_SLIDERS: &str = "Experiment";
    pub const TAB_LESSONS: &str = "Lessons";
    pub const TAB_PROGRAM: &str = "Program";
    pub const TAB_PYTHON: &str = "Python";
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
    pub const ARROWS: &str = "arrows: none, those of the picked thread, all";
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
    pub const EMBED_HOW: &str = "Put it into your page as it is. Threads can be measured in it \
        only if your page is cross-origin isolated; it simulates all the same.";
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
    pub const NOT_ISOLATED: &str = "Simulated as everywhere. Threads cannot be measured here, \
        because the page around this one is not cross-origin isolated.";

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

/// The start screen.
pub(in crate::app) mod start {
    pub const HEADING: &str = "Why are four Python threads no faster than one?";
    pub const WHAT_IS_RUN: &str = "The same 400 ms of computing, on a machine with 4 cores, as \
        the simulator predicts it for CPython.";
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

    /// A slider's number is none.
    pub fn no_number(entered: &str, min: u32, max: u32) -> String {
        format!("\"{entered}\" is no whole number from {min} to {max}")
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

/// Playing a run.
pub(in crate::app) mod transport {
    use crate::plot::count;

    pub const HEADING: &str = "Playback";
    pub const PAUSE: &str = "Pause";
    pub const PLAY: &str = "Play";
    pub const PLAY_KEYS: &str = "Play or pause (Space)";
    pub const STEP_BACK: &str = "Step back";
    pub const STEP_BACK_KEYS: &str = "To the previous change (Left)";
    pub const STEP: &str = "Step forward";
    pub const STEP_KEYS: &str = "To the next change (Right)";
    pub const TIME: &str = "Time";
    pub const SPEED: &str = "Speed";
    pub const SPEED_SLOW: &str = "whole run in 40 s";
    pub const SPEED_NORMAL: &str = "whole run in 10 s";
    pub const SPEED_FAST: &str = "whole run in 4 s";

    /// Where the playhead stands in the run.
    pub fn time(at: &str, end: &str) -> String {
        format!("{at} of {end}")
    }

    /// When what follows is the case.
    pub fn now(at: &str) -> String {
        format!("At {at}: ")
    }

    /// How many units are done, of which a program plans none, and what the threads
    /// do: "2 running" and their like.
    pub fn doing_now(done: u64, planned: u64, parts: &[String]) -> String {
        let units = match planned {
            0 => String::new(),
            planned => format!("{} of {} units done; ", count(done), count(planned)),
        };
        format!("{units}threads: {}.", parts.join(", "))
    }

    /// Who holds a GIL.
    pub fn holders(threads: &[String]) -> String {
        format!("the GIL is with {}", threads.join(", "))
    }
}

/// The headline: what became of a run, in a sentence.
pub(in crate::app) mod headline {
    pub const PART: &str = "Prediction";
    pub const NO_NAME: &str = "The program";

    /// How many processes and threads there are, and who shares a GIL.
    pub fn layout(processes: usize, threads: usize, gil: bool) -> String {
        let gil = match (gil, processes, threads) {
            (false, _, _) => "no GIL",
            (true, _, 1) if processes > 1 => "a GIL each",
            (true, 1, _) => "one GIL",
            (true, _, _) => "a GIL per process",
        };
        match (processes, threads) {
            (1, 1) => format!("1 process with 1 thread, {gil}"),
            (1, _) => format!("{}, {gil}", count_threads(threads)),
            (_, 1) => format!("{}, {gil}", count_processes(processes)),
            _ => format!(
                "{} of {}, {gil}",
                count_processes(processes),
                count_threads(threads)
            ),
        }
    }

    fn count_processes(number: usize) -> String {
        match number {
            1 => "1 process".to_owned(),
            _ => format!("{number} processes"),
        }
    }

    fn count_threads(number: usize) -> String {
        match number {
            1 => "1 thread".to_owned(),
            _ => format!("{number} threads"),
        }
    }

    /// The headline of an experiment.
    pub fn sentence(layout: &str, reason: &str) -> String {
        format!("{layout}: {reason}")
    }

    /// An experiment that was cut.
    pub fn too_many_events(at: &str) -> String {
        format!(
            "These settings make too many events to simulate: the prediction ends at {at}. Try a \
             longer time slice or switch interval, or less work."
        )
    }

    /// Waits overlap; `ratio` is the speed-up, as in all that follow.
    pub fn waits_overlap(ratio: &str) -> String {
        format!("{ratio} the speed of one thread, because waits overlap.")
    }

    /// Faster, or as fast, and no more is to be said.
    pub fn speed(ratio: &str) -> String {
        format!("{ratio} the speed of one thread.")
    }

    /// One thread alone.
    pub fn yardstick(ratio: &str) -> String {
        format!("{ratio}, the yardstick for the rest.")
    }

    /// Threads under one GIL.
    pub fn take_turns(ratio: &str) -> String {
        format!("{ratio} the speed of one thread. They take turns on the lock.")
    }

    /// Several on one core.
    pub fn one_core(ratio: &str) -> String {
        format!("{ratio} the speed of one thread. There is only one core.")
    }

    /// Slower than one thread.
    pub fn not_worth_it(ratio: &str) -> String {
        format!(
            "{ratio} the speed of one thread: starting, switching and waking cost more than they bring."
        )
    }

    /// What an experiment lost: processes, threads, and units done of those
    /// planned.
    pub fn lost(processes: (usize, usize), threads: usize, units: (u64, u64)) -> String {
        let (lost, processes) = processes;
        let threads = count_threads(threads);
        let done = format!("{} of {} units get done", units.0, units.1);
        match lost {
            0 => format!("No process is lost, but {threads}: {done}."),
            _ => {
                let processes = count_processes(processes);
                format!("{lost} of {processes} lost, {threads} in all: {done}.")
            }
        }
    }

    /// A program that came to a deadlock; `who` are several threads.
    pub fn deadlock(name: &str, at: &str, who: &[String]) -> String {
        let who = who.join(", ");
        format!("{name}: deadlock at {at}. {who} wait for each other for ever.")
    }

    /// A program that lost threads.
    pub fn program_lost(name: &str, threads: usize, end: &str) -> String {
        let threads = count_threads(threads);
        format!("{name}: {threads} lost; it ends after {end}.")
    }

    /// A program that was cut.
    pub fn program_cut(name: &str, end: &str) -> String {
        format!("{name}: too many events to simulate; the picture ends at {end}.")
    }

    /// A program that says itself when its picture ends.
    pub fn program_stopped(name: &str, end: &str) -> String {
        format!("{name}: the picture ends at {end}, as it says.")
    }

    /// A program that came to its end.
    pub fn program_done(name: &str, end: &str) -> String {
        format!("{name}: all done after {end}.")
    }
}

/// The table of numbers.
pub(in crate::app) mod numbers {
    use crate::plot::count;

    pub const HEADING: &str = "Numbers";
    pub const TABLE: &str = "Table of numbers, scrollable";
    pub const WHAT: &str = "What";
    pub const PREDICTED: &str = "Predicted";
    pub const MEASURED: &str = "Measured";
    pub const ERROR: &str = "Prediction's error";
    pub const SCHEDULER: &str = "Scheduler metrics (simulated only)";
    pub const NOT_MEASURED: &str = "Run it for real to set measurements beside the prediction.";
    pub const SPEED_UP: &str = "Speed-up over one thread";
    pub const SPEED_UP_ABOUT: &str = "How many times the throughput of one thread alone; \
        measured against one thread in the same run.";
    pub const WALL: &str = "Wall time";
    pub const WALL_ABOUT: &str = "From the first start of a process to the end of the last.";
    pub const RATE: &str = "Throughput";
    pub const RATE_ABOUT: &str = "Units completed per second over the whole run.";
    pub const READY: &str = "All processes ready";
    pub const READY_ABOUT: &str = "When the last process could begin to work.";
    pub const GIL_WAIT: &str = "GIL wait, all threads";
    pub const GIL_WAIT_ABOUT: &str = "Time the threads waited for a GIL, added up.";
    pub const GIL_SWITCHES: &str = "GIL hand-overs";
    pub const GIL_SWITCHES_ABOUT: &str = "Times a GIL went from one thread to another.";
    pub const UNITS: &str = "Units done";
    pub const UNITS_ABOUT: &str = "Work completed; the rest was lost with the threads that failed.";
    pub const LOST: &str = "Threads lost";
    pub const LOST_ABOUT: &str = "Threads that did not complete: the blast radius.";
    pub const MEMORY: &str = "Memory";
    pub const MEMORY_ABOUT: &str = "Of all processes with their threads.";
    pub const UTILISATION: &str = "Core utilisation";
    pub const UTILISATION_ABOUT: &str = "Share of the cores' time in which a thread was on them.";
    pub const CONTEXT_SWITCHES: &str = "Context switches";
    pub const CONTEXT_SWITCHES_ABOUT: &str = "Times a core went from one thread to another.";
    pub const TURNAROUND: &str = "Turnaround time, mean";
    pub const TURNAROUND_ABOUT: &str = "From a thread's creation to its end.";
    pub const RESPONSE: &str = "Response time, mean";
    pub const RESPONSE_ABOUT: &str = "From a thread's creation to its first time on a core.";
    pub const WAITING: &str = "Waiting time, mean";
    pub const WAITING_ABOUT: &str = "Time a thread was ready but had no core.";
    pub const CHECKED: &str = "Results checked";
    pub const CHECKED_ABOUT: &str = "Every unit's result is compared with the known right one; a \
        Python program's with that of one thread alone, as far as that one came.";

    /// The column predicted with what was calibrated here.
    pub fn predicted_here(cores: u32) -> String {
        format!("Predicted, this machine ({cores} cores)")
    }

    /// What came of checking the results of so many units, while others had nothing to
    /// be compared with.
    pub fn checked(wrong: u64, checked: u64, others: u64) -> String {
        let found = match wrong {
            0 => format!("all {} right", count(checked)),
            _ => format!("{} of {} wrong", count(wrong), count(checked)),
        };
        match others {
            0 => found,
            _ => format!("{found}, {} not checked", count(others)),
        }
    }
}

/// The charts.
pub(in crate::app) mod charts {
    pub const THROUGHPUT: &str = "Throughput";
    pub const THROUGHPUT_NAME: &str = "Throughput over time";
    pub const UTILISATION: &str = "What the time goes to";
    pub const LATENCY: &str = "How long it takes";
    pub const LATENCY_NAME: &str = "How long units take";
    pub const LATENCY_NONE: &str = "In this run no unit of work is completed and no thread ends, \
        so there is nothing to count.";
    pub const GIL_WAIT: &str = "Waiting for the GIL";
    pub const GIL_WAIT_NONE: &str =
        "0 % of the threads' time is waiting for the GIL: in this run there is none.";
    pub const SPEED_UP: &str = "Speed-up by more workers";
    pub const SPEED_UP_OF_PROGRAM: &str = "A program is written for its threads; the same work \
        cannot be dealt out to more of them. For this chart, open the tab Experiment.";
    pub const SPEED_UP_LATER: &str = "Worked out when the measurement has ended.";
    pub const HOW_TO_READ: &str = "Point at it, or press the arrow keys, to read values";
    pub const READOUT_EMPTY: &str = "Point at the chart to read its values.";
    pub const NOT_LOADED: &str = "The chart could not be loaded; its table can.";
    pub const LINES: &str = "Lines to show";
    pub const TABLE: &str = "Table";

    /// The box that scrolls a chart's table.
    pub fn table_of(chart: &str) -> String {
        format!("{chart}: table, scrollable")
    }

    /// Some runs of the speed-up chart could not be simulated.
    pub fn speed_up_missing(missing: usize, all: usize) -> String {
        format!("{missing} of {all} runs have too many events to simulate.")
    }

    /// The runs of the speed-up chart are being simulated.
    pub fn speed_up_busy(all: usize) -> String {
        format!("Working out {all} runs of these settings.")
    }
}

/// The picture of the machine.
pub(in crate::app) mod machine {
    use crate::plot::count;

    pub const HEADING: &str = "Machine ";
    pub const PICTURE: &str = "The picture of the machine";
    pub const FOLD: &str = "Show or hide the machine";
    pub const SIGNS: &str = "Signs";
    pub const PLAYING: &str = "Playing. Pause to read what the machine does at an instant.";
    pub const IN_WORDS: &str = "The machine in words";
    pub const HEAP: &str = "heap";
    pub const SHARED_MEMORY: &str = "shared memory";
    /// Who is ready, where that is nobody.
    pub const NOBODY: &str = "nobody";

    /// The threads in the picture, and how to go from one to another.
    pub fn threads_at(time: &str) -> String {
        format!("Threads at {time}; arrow keys move")
    }

    /// Cores that are not drawn.
    pub fn more_cores(cores: u64, busy: u64) -> String {
        format!("{} more cores, {} of them busy.", count(cores), count(busy))
    }

    /// What of a heap is not drawn.
    pub fn more_chips(more: usize) -> String {
        format!("+{more} more")
    }

    /// A core by its number.
    pub fn core(number: usize) -> String {
        format!("core {number}")
    }
}

/// The timeline.
pub(in crate::app) mod timeline {
    use crate::plot::count;

    pub const HEADING: &str = "Timeline";
    pub const ROLE: &str = "timeline";
    pub const LANES: &str = "Lanes";
    pub const LANES_ABOUT: &str = "Which lanes to show";
    pub const ARROWS: &str = "Arrows";
    pub const ARROWS_ABOUT: &str = "Arrows of wakes, joins, messages and turns of the GIL (X); \
        causes of failures are always shown";
    pub const FIND: &str = "Find a thread";
    pub const ZOOM: &str = "Zoom";
    pub const ZOOM_OUT: &str = "Zoom out";
    pub const ZOOM_OUT_KEYS: &str = "Zoom out (S)";
    pub const ZOOM_IN: &str = "Zoom in";
    pub const ZOOM_IN_KEYS: &str = "Zoom in (W)";
    pub const WHOLE: &str = "Whole run";
    pub const WHOLE_KEYS: &str = "Show the whole run (0)";
    pub const STRIP: &str = "Part of the run that is shown";
    pub const HOW: &str =
        "Point at a lane to read it. The wheel zooms, a drag moves, a click picks.";
    pub const NOTHING_PICKED: &str = "Nothing picked out";
    pub const NOBODY_TO_TELL_OF: &str = "No thread is picked out: the up and down keys pick one";
    pub const LEGEND: &str = "Legend";
    pub const LEGEND_MAIN: &str = "main thread";
    pub const LEGEND_FAILED: &str = "failed";
    pub const LEGEND_CAUSE: &str = "took down";
    pub const LEGEND_WAKE: &str = "wakes or starts";
    pub const LEGEND_JOIN: &str = "ends, and is joined";
    pub const LEGEND_MESSAGE: &str = "message";
    pub const LEGEND_TURN: &str = "turn of the GIL";
    pub const LEGEND_READY: &str = "ready, no core free";

    /// The picture, in words; `sentence` is the headline.
    pub fn picture(length: &str, sentence: &str) -> String {
        format!("Timeline of {length}: a lane for each core, each GIL and each thread. {sentence}")
    }

    /// The part that is shown, for those who do not see it.
    pub fn window(from: &str, to: &str) -> String {
        format!("Timeline, {from} to {to}")
    }

    /// The part that is shown now, after zooming or moving.
    pub fn moved(from: &str, to: &str) -> String {
        format!("{from} to {to}")
    }

    /// The part that is shown, and how long it is, of the whole.
    pub fn strip(from: &str, to: &str, length: &str, whole: &str) -> String {
        format!("Shown: {from} to {to}, {length} of {whole}")
    }

    /// How many threads a search found.
    pub fn found(threads: u64) -> String {
        format!("{} found", count(threads))
    }

    /// What the thread does that a search went to, and how many it found.
    pub fn found_one(does: &str, threads: u64) -> String {
        format!("{does}. {} found", count(threads))
    }

    /// What a thread does, and who let it.
    pub fn woken(does: &str, woken: &str) -> String {
        format!("{does}; {woken}")
    }
}

/// Comparing two runs.
pub(in crate::app) mod compare {
    pub const HEADING: &str = "Compare two runs";
    pub const HOW: &str = "Keep what is shown as A, then change anything: what is shown then is \
        B, on the same time axis.";
    pub const KEEP: &str = "Keep this run as A";
    pub const KEEP_B: &str = "Keep B as A";
    pub const SWAP: &str = "Swap A and B";
    pub const SHOW_A: &str = "Show A";
    pub const GIVE_UP: &str = "Give up A";
    pub const NOTHING_CHANGED: &str =
        "A is kept, and it is what is shown. Change anything: what is shown then is B.";
    pub const PAIRS: &str = "Or compare";
    pub const OTHER_PAIRS: &str = "Other pairs";
    pub const PAIR_GIL: &str = "4 threads, one GIL | 4 processes";
    pub const PAIR_NO_GIL: &str = "GIL | no GIL";
    pub const PAIR_IO: &str = "I/O with 1 thread | with 4";
    pub const PAIR_POLICY: &str = "FIFO | round robin";
    pub const PAIR_START: &str = "4 processes by fork | by spawn";
    pub const PAIR_CRASH: &str = "A crash among threads | among processes";
    pub const A_PROGRAM: &str = "A program";
    pub const A: &str = "A";
    pub const B: &str = "B";
    pub const THROUGHPUT: &str = "Throughput, units per second";
    pub const LEGEND: &str = "Legend";
    pub const PARTS: &str = "Where the time went";
    pub const PARTS_SCROLL: &str = "Where the time went, scrollable";
    pub const PARTS_CHANGE: &str = "B − A";
    pub const PARTS_SUM: &str = "together: the run";
    pub const FIGURES: &str = "All figures";
    pub const FIGURES_SCROLL: &str = "All figures, scrollable";
    pub const FIGURES_CHANGE: &str = "B ÷ A";
    pub const KEPT_TIMELINE: &str = "Kept to compare with";

    /// What A is.
    pub fn kept(title: &str) -> String {
        format!("{title}, kept")
    }

    /// What B is.
    pub fn shown(title: &str) -> String {
        format!("{title}, shown")
    }

    /// The title of A's picture.
    pub fn titled_a(title: &str) -> String {
        format!("A: {title}")
    }

    /// The title of B's picture.
    pub fn titled_b(title: &str) -> String {
        format!("B: {title}")
    }

    /// The picture of both, in words.
    pub fn picture(a: &str, end_a: &str, b: &str, end_b: &str) -> String {
        format!(
            "A and B on one time axis: cores, GILs and threads. A, {a}, ends at {end_a}; B, {b}, ends \
             at {end_b}."
        )
    }

    /// The picture of both throughputs, in words.
    pub fn rates(a: &str, b: &str) -> String {
        format!("Throughput over time: A {a}, B {b} on average.")
    }

    /// The picture of A under the timeline, in words.
    pub fn kept_picture(title: &str, end: &str) -> String {
        format!("A, {title}, on the time axis of what is shown; it ends at {end}.")
    }

    /// Along which threads the time is followed.
    pub fn followed(a: &str, b: &str) -> String {
        format!("Followed along the thread that ends last: {a} in A, {b} in B.")
    }

    /// The name of the program that starts processes by `method`.
    pub fn starting(method: &str) -> String {
        format!("4 processes by {method}")
    }

    /// What that program does.
    pub fn starting_about(method: &str) -> String {
        format!("A parent starts four workers by {method}, each does 20 units of 1 ms.")
    }
}

/// The failures: their graph, their circles.
pub(in crate::app) mod failures {
    pub const HEADING: &str = "Failures";
    pub const NONE: &str = "Nothing fails. Put a failure in to see how far the damage spreads.";
    pub const NOT_MEASURED: &str = "Run it for real to see it happen to web workers.";
    pub const PREDICTED: &str = "Predicted";
    pub const MEASURED: &str = "Measured";
    pub const BLAST: &str = "Blast radius: ";
    pub const HOW_TO_READ: &str =
        "What one failure causes at the same instant stands to the right of it, step by step.";
    pub const DEADLOCK: &str = "Deadlock: who waits for whom";
    pub const BARS: &str = "Threads and processes; arrow keys move";

    /// What a click on a thread's bar does.
    pub fn pick(thread: &str) -> String {
        format!("Pick out {thread}")
    }

    /// What a click on a process's bar does: `thread` is where its failure began.
    pub fn pick_first(thread: &str, process: &str) -> String {
        format!("Pick out {thread} of {process}")
    }

    /// The graph of the prediction, in words.
    pub fn predicted_graph(told: &str) -> String {
        format!("Failure graph, predicted, time to the right. {told}")
    }

    /// The graph of the measurement, in words.
    pub fn measured_graph(told: &str) -> String {
        format!("Failure graph, measured, time to the right. {told}")
    }

    /// How many failures the picture does not show; at least one.
    pub fn outside(failures: usize) -> String {
        match failures {
            1 => "1 failure lies outside of the part that the timeline shows.".to_owned(),
            more => format!("{more} failures lie outside of the part that the timeline shows."),
        }
    }

    /// The picture of a circle, in words.
    pub fn circle(told: &str) -> String {
        format!("A circle of waiting. {told}")
    }

    /// How many processes have no box.
    pub fn more_processes(more: usize) -> String {
        format!("and {more} more")
    }

    /// How many threads have no box.
    pub fn more_threads(more: usize) -> String {
        format!("+{more}")
    }

    /// The box of a process, and what became of it.
    pub fn choose_process(name: &str, ended: &str) -> String {
        format!("Choose process {name}: {ended}")
    }

    /// The box of a thread, and what became of it.
    pub fn choose_thread(name: &str, ended: &str) -> String {
        format!("Choose {name}: {ended}")
    }
}

/// Failures in sentences.
pub(in crate::app) mod story {
    use crate::experiment::Medium;
    use crate::plot::count;

    pub const NOBODY: &str = "nobody";
    pub const GIL: &str = "the GIL";

    /// A process by its number, where there is little room.
    pub fn short_process(number: usize) -> String {
        format!("P{number}")
    }

    /// A thread by its number, where there is little room.
    pub fn short_thread(number: usize) -> String {
        format!("T{number}")
    }

    /// A program's process by its name.
    pub fn process(name: &str) -> String {
        format!("process {name}")
    }

    /// "thread 2", "threads 1 and 3", "threads 1, 2 and 5", "63 threads".
    pub fn numbered_threads(numbers: &[usize]) -> String {
        match numbers {
            [] => "no thread".to_owned(),
            [one] => format!("thread {one}"),
            [rest @ .., last] if numbers.len() <= 8 => {
                let rest: Vec<_> = rest.iter().map(ToString::to_string).collect();
                format!("threads {} and {last}", rest.join(", "))
            }
            many => format!("{} threads", many.len()),
        }
    }

    /// A program's threads by their names, or how many they are.
    pub fn threads(names: &[String]) -> String {
        list(names).unwrap_or_else(|| format!("{} threads", names.len()))
    }

    /// A program's processes by their names, or how many they are.
    pub fn processes(names: &[String]) -> String {
        list(names).unwrap_or_else(|| format!("{} processes", names.len()))
    }

    fn list(names: &[String]) -> Option<String> {
        match names {
            [] => Some(NOBODY.to_owned()),
            [one] => Some(one.clone()),
            [rest @ .., last] if names.len() <= 8 => {
                Some(format!("{} and {last}", rest.join(", ")))
            }
            _ => None,
        }
    }

    /// What befell somebody first; `how`: "crashed" and its like.
    pub fn origin(at: &str, who: &str, how: &str) -> String {
        format!("{at}: {who} {how}")
    }

    /// The same, with the reason.
    pub fn origin_because(at: &str, who: &str, how: &str, because: &str) -> String {
        format!("{at}: {who} {how}: {because}")
    }

    /// What befell somebody in consequence.
    pub fn effect(at: &str, who: &str, how: &str) -> String {
        format!("{at}: {who} {how} because of it")
    }

    /// The same, with the reason.
    pub fn effect_because(at: &str, who: &str, how: &str, because: &str) -> String {
        format!("{at}: {who} {how}, too: {because}")
    }

    /// Somebody ended with what the sentence before told of.
    pub fn ended_with_it(who: &str, because: &str) -> String {
        format!("{who} ended with it: {because}")
    }

    /// Threads went down with their process; `who` are one or several.
    pub fn went_down(who: &str) -> String {
        format!("{who} went down with it")
    }

    /// The same, where the process is not clear.
    pub fn went_down_in(who: &str, process: usize) -> String {
        format!("{who} of process {process} went down with it")
    }

    /// A process began anew.
    pub fn began_anew(at: &str, who: &str) -> String {
        format!("{at}: {who} began anew")
    }

    /// Why a process ended with its thread, or others with it: said of an
    /// experiment.
    pub fn because(medium: Medium) -> &'static str {
        match medium {
            Medium::SharedHeap => "its memory can no longer be trusted",
            Medium::MainThread => "that was its main thread",
            Medium::Watchdog => "a thread cannot be killed alone",
            Medium::Lock => "it holds a lock that others wait for",
            Medium::Channel => "nobody is left at the other end",
            Medium::Join => "it was waited for",
            Medium::Pool => "it was a worker of the pool",
            Medium::Supervisor => "its supervisor decided so",
            Medium::SharedMemory => "both use the same memory, or a copy of it",
        }
    }

    /// Why somebody failed, too: said of a program.
    pub fn because_of_it(medium: Medium) -> &'static str {
        match medium {
            Medium::SharedHeap => "it used the same heap",
            Medium::MainThread => "that was its main thread",
            Medium::Watchdog => "the watchdog waited in vain",
            Medium::Lock => "it waits for a lock that is never given back",
            Medium::Channel => "nobody is left at the other end of the channel",
            Medium::Join => "it waits for one that never ends",
            Medium::Pool => "the pool broke when it lost a worker",
            Medium::Supervisor => "its supervisor decided so",
            Medium::SharedMemory => "it used the same memory, or a copy of it",
        }
    }

    /// Which processes of an experiment came through.
    #[derive(Debug, Clone, Copy)]
    pub enum Through {
        /// The run was stopped.
        Stopped,
        /// The only process was lost.
        OnlyLost,
        /// The only process completed.
        OnlyWhole,
        /// None of several.
        None,
        /// All of so many.
        All(usize),
        /// One of several, by its number.
        One(usize),
        /// So many of so many.
        Some(usize, usize),
    }

    /// What came through an experiment; `units` of work were lost.
    pub fn untouched(who: Through, units: u64) -> String {
        let who = match who {
            Through::Stopped => "The run was stopped before its end".to_owned(),
            Through::OnlyLost => "The only process was lost".to_owned(),
            Through::OnlyWhole => "The process completed".to_owned(),
            Through::None => "No process came through whole".to_owned(),
            Through::All(all) => format!("All {all} processes completed"),
            Through::One(number) => format!("Untouched: process {number}"),
            Through::Some(whole, all) => format!("Untouched: {whole} of {all} processes"),
        };
        let work = match units {
            0 => "no work was lost".to_owned(),
            1 => "1 unit of work was lost".to_owned(),
            _ => format!("{units} units of work were lost"),
        };
        format!("{who}; {work}.")
    }

    /// What came through a program, by its processes' names; `units` of finished
    /// work were lost.
    pub fn untouched_in_program(whole: &[String], units: u64) -> String {
        let who = match whole {
            [] => "No process came through untouched".to_owned(),
            whole => format!("Untouched: {}", processes(whole)),
        };
        let work = match units {
            0 => "no finished work was lost".to_owned(),
            1 => "1 unit of finished work was lost".to_owned(),
            units => format!("{} units of finished work were lost", count(units)),
        };
        format!("{who}; {work}.")
    }

    /// The blast radius: how many failed of how many, and what was lost.
    pub fn blast(
        processes: (u64, u64),
        threads: (u64, u64),
        units_lost: u64,
        leaked: Option<&str>,
        restarts: u64,
    ) -> String {
        let of = |(part, all): (u64, u64), one: &str, many: &str| {
            let word = if all == 1 { one } else { many };
            format!("{} of {} {word}", count(part), count(all))
        };
        let mut words = format!(
            "{}, {}",
            of(processes, "process", "processes"),
            of(threads, "thread", "threads")
        );
        words += &match units_lost {
            0 => "; no unit lost".to_owned(),
            1 => "; 1 unit lost".to_owned(),
            units => format!("; {} units lost", count(units)),
        };
        if let Some(leaked) = leaked {
            words += &format!("; {leaked} leaked");
        }
        words += &match restarts {
            0 => String::new(),
            1 => "; 1 restart".to_owned(),
            restarts => format!("; {} restarts", count(restarts)),
        };
        words
    }

    /// A link of a circle of waiting; `what` is a lock.
    pub fn waits_for_lock(who: &str, what: &str, holder: &str) -> String {
        format!("{who} waits for {what}, which {holder} holds")
    }

    /// A link of a circle of waiting.
    pub fn waits_for(who: &str, next: &str) -> String {
        format!("{who} waits for {next}")
    }

    /// A circle of waiting and when it closed.
    pub fn circle(at: &str, waits: &[String]) -> String {
        format!("{at}: {}.", waits.join("; "))
    }
}

/// Putting failures in.
pub(in crate::app) mod inject {
    pub const HEADING: &str = "Inject a failure";
    pub const HOW: &str = "Click a box above or a thread in another picture, or choose here.";
    pub const WHAT: &str = "What";
    pub const WHEN: &str = "When";
    pub const PROCESS: &str = "Process";
    pub const THREAD: &str = "Thread";
    pub const WHOLE_PROCESS: &str = "the whole process";
    pub const INJECTED: &str = "Failures that are put in";
    pub const NOBODY: &str = "nobody";
    pub const EXCEPTION: &str = "Exception";
    pub const SEGFAULT: &str = "Segfault";
    pub const HANG: &str = "Endless loop";
    pub const KILL_PROCESS: &str = "Kill the process";
    pub const KILL_THREAD: &str = "Kill the thread alone";

    // When it is to strike, to choose from.
    pub const HALF_WAY: &str = "half-way";
    pub const AT_PLAYHEAD: &str = "at the playhead's time";
    pub const AFTER_UNITS: &str = "after the units done by then";

    // The same in a sentence, as long as the number is not known.
    pub const AFTER_UNITS_THEN: &str = "after the units it has done by then";

    // Why it cannot be put in.
    pub const NO_KILL_ALONE: &str = "Refused: there is no way to kill one thread alone. It may \
        hold a lock, or be in the middle of a change to the heap, and nobody would ever mend \
        that. Kill its process instead.";
    pub const PARENT: &str =
        "The parent only starts the others and waits for them: it is no target.";
    pub const PROGRAM_IS_WRONG: &str = "The program's text has errors: mend them first.";
    pub const NO_THREAD: &str = "There is no such thread.";

    // What strikes a program, in a sentence.
    pub const A_EXCEPTION: &str = "exception";
    pub const A_SEGFAULT: &str = "segfault";
    pub const A_KILL: &str = "kill";
    pub const A_KILL_ALONE: &str = "kill of a thread alone (refused)";
    pub const A_HANG: &str = "endless loop";
    pub const A_OUT_OF_MEMORY: &str = "out of memory";
    pub const A_VANISH: &str = "end without giving back locks";

    /// The button that puts a failure in.
    pub fn inject(who: &str, when: &str) -> String {
        format!("Inject into {who} {when}")
    }

    /// The button that takes a failure out.
    pub fn remove(what: &str) -> String {
        format!("Remove: {what}")
    }

    /// The thread is not said.
    pub fn choose_thread(process: &str) -> String {
        format!("That strikes a thread: choose one of {process}.")
    }

    /// The thread that is said does no work.
    pub fn choose_worker(thread: &str) -> String {
        format!("{thread} only starts and joins its threads: choose one of those.")
    }

    /// No more faults fit in.
    pub fn too_many(most: usize) -> String {
        format!("There are {most} faults already: remove one first.")
    }

    /// The target has ended by then.
    pub fn too_late(at: &str, who: &str) -> String {
        format!("At {at}, where the playhead stands, {who} has ended: move it to an earlier time.")
    }

    /// When it strikes: at a time.
    pub fn at(time: &str) -> String {
        format!("at {time}")
    }

    /// When it strikes: after so many units of work.
    pub fn after_units(units: u32) -> String {
        match units {
            1 => "after 1 unit".to_owned(),
            units => format!("after {units} units"),
        }
    }

    /// When it strikes: at some time before this.
    pub fn at_random(within: &str) -> String {
        format!("at random within {within}")
    }

    /// Whom it strikes: a process.
    pub fn of_process(process: &str) -> String {
        format!("of process {process}")
    }

    /// Whom it strikes: a thread of a process.
    pub fn in_thread(process: &str, thread: &str) -> String {
        format!("in {process} {thread}")
    }

    /// Whom it strikes: the main thread of a process.
    pub fn in_main_thread(process: &str) -> String {
        format!("in the main thread of {process}")
    }

    /// A fault of a program: what strikes whom and when.
    pub fn fault(what: &str, who: &str, when: &str) -> String {
        format!("{what} {who}, {when}")
    }
}

/// Running the experiment for real.
pub(in crate::app) mod lab {
    use crate::plot::count;

    pub const RUN: &str = "Run it for real";
    pub const STOP: &str = "Stop";
    pub const HEADING: &str = "Measured here";
    pub const VERDICT_AFTER_RATIO: &str = " the speed of one thread, measured.";
    pub fn at_work(ratio: &str) -> String {
        format!(" Without starting and ending, while all threads were at work: {ratio}.")
    }
    pub const CHANGED: &str = "The settings have changed since the last run.";
    pub const BASELINE: &str = "Measuring one thread alone, for comparison …";
    pub const UNITS_DONE: &str = "Units done";
    /// Where a program is shown.
    pub const NOT_THE_PROGRAM: &str = "The picture is of a program, which is only simulated. What \
        runs for real is the experiment of the sliders.";

    /// What a run starts.
    pub fn what_starts(processes: u32, threads: u32) -> String {
        let threads = match threads {
            1 => "one thread".to_owned(),
            threads => format!("{threads} threads that share it"),
        };
        match processes {
            1 => format!("Starts a web worker with a memory of its own and {threads}."),
            many => {
                format!("Starts {many} web workers, each with a memory of its own and {threads}.")
            }
        }
    }

    /// How far a run is: units done of those planned, processes ready of all.
    pub fn progress(units: (u64, u64), processes: (usize, usize)) -> String {
        let (done, planned) = (count(units.0), count(units.1));
        let (ready, all) = processes;
        format!("{done} of {planned} units, {ready} of {all} processes ready")
    }

    /// What the lab has to work with.
    pub fn conditions(cores: u32, clock: &str, isolated: bool) -> String {
        let cores = match cores {
            1 => "1 core".to_owned(),
            cores => format!("{cores} cores"),
        };
        let isolated = match isolated {
            true => "page isolated (shared memory on)",
            false => "page not isolated",
        };
        format!("This browser: {cores}, clock steps of {clock}, {isolated}.")
    }

    /// Threads cannot be measured.
    pub fn threads_unavailable(reason: &str) -> String {
        format!("Threads can't be measured here: {reason}. Processes can.")
    }

    /// How long the work takes that a unit is made of.
    pub fn unit(time: &str, samples: u32, spread: &str) -> String {
        format!("One unit computes {time} here ({samples} samples, spread {spread}).")
    }

    /// How long starting threads took. This and what follows stands behind the
    /// sentence before.
    pub fn starting_threads(time: &str) -> String {
        format!(" Starting the threads took about {time} in each process.")
    }

    /// More threads than cores.
    pub fn oversubscribed(workers: u32, cores: u32) -> String {
        format!(" {workers} threads share {cores} cores: oversubscribed.")
    }

    /// Others used the machine.
    pub fn disturbed(share: &str) -> String {
        format!(
            " Something else was using this machine: one thread alone got {share} of its calibrated \
             speed. Run it again when the machine is idle."
        )
    }
}

/// The grid of processes and threads.
pub(in crate::app) mod grid {
    pub const HEADING: &str = "Processes × threads";
    pub const HEADING_MORE: &str = " speed-up over one thread";
    pub const PROCESSES: &str = "Processes, up to";
    pub const THREADS: &str = "Threads, up to";
    pub const ROUNDS: &str = "Rounds";
    pub const MEASURE: &str = "Measure the grid";
    pub const STOP: &str = "Stop";
    pub const RUNS_DONE: &str = "Runs done";
    pub const HOW_COUNTED: &str = " Speed-up is over one thread alone, the median of what it did \
        before each run; of several rounds the median counts.";
    pub const TABLE: &str = "Speed-up over one thread, by processes and threads";
    pub const PREDICTED: &str = "Predicted";
    pub const MEASURED: &str = "Measured";
    pub const ERROR: &str = "Error";

    /// What is measured.
    pub fn about(units: u32, gil: bool) -> String {
        let gil = if gil { "with" } else { "without" };
        format!(
            "The work set up above ({units} units, at least 1 s of work), dealt out to every number \
             of processes and threads, {gil} a GIL in each process. Starting them is a part of the \
             time, predicted and measured."
        )
    }

    /// Which run is done, from 1.
    pub fn step(what: &str, number: u32, of: u32) -> String {
        format!("{what} ({number} of {of})")
    }

    /// How much is measured, and what was fastest: a cell and its speed-up.
    pub fn measured(measured: usize, all: usize, fastest: Option<(&str, &str)>) -> String {
        let said = format!("{measured} of {all} cells measured.");
        match fastest {
            Some((cell, ratio)) => format!("{said} Fastest: {cell}, {ratio}."),
            None => said,
        }
    }

    /// A number of processes and of threads.
    pub fn cell(processes: u16, threads: u16) -> String {
        format!("{processes} × {threads}")
    }

    /// The picture, in words; `measured` is what stands below it.
    pub fn picture(measured: &str) -> String {
        format!("Heat map of the speed-up over one thread: {measured}")
    }

    /// How far the worst prediction is off; it stands behind the sentence before.
    pub fn worst(percent: f64) -> String {
        format!(" The prediction is off by {percent:.0} % at most.")
    }
}

/// Measuring claims, costs and grids: what goes on, and how far it is.
pub(in crate::app) mod bench {
    pub const UNDECIDED: &str = "Not decided: the measurement is incomplete.";
    pub const STARTING: &str = "Starting …";
    pub const PAUSED: &str = "Paused: the page is hidden. It begins again when the page is shown.";
    pub const COSTS_FROM_LAST_RUN: &str =
        "No probes yet: the comparison uses costs of the last run.";
    pub const EXPERIMENT_IS_BUSY: &str = "your experiment is running";
    pub const PYTHON_IS_BUSY: &str = "your Python program is running";
    pub const PROBES_ARE_BUSY: &str = "this browser's costs are being measured";
    pub const GRID_IS_BUSY: &str = "the grid is being measured";
    pub const MEASURING_PROBES: &str = "Measuring this browser's costs";
    pub const MEASURING_GRID: &str = "Measuring the grid";

    // The claims by what they are about.
    pub const GROUP_PROCESSES: &str = "Processes";
    pub const GROUP_THREADS: &str = "Threads";
    pub const GROUP_GIL: &str = "The GIL";
    pub const GROUP_WAYS: &str = "Ways round it";
    pub const GROUP_MULTIPROCESSING: &str = "Multiprocessing";

    /// What an earlier visit kept is of no use.
    pub fn ignored(why: &str) -> String {
        format!("What an earlier visit measured of this browser is not used: {why}.")
    }

    /// Where the costs of the comparisons come from.
    pub fn costs_from_probes(date: &str) -> String {
        format!("The comparison uses costs measured by the probes ({date}).")
    }

    /// What is going on, within a sentence.
    pub fn claim_is_busy(id: &str) -> String {
        format!("{id} is being measured")
    }

    /// Why nothing else can be started.
    pub fn why_not(going_on: &str) -> String {
        format!("One thing at a time, as two would disturb each other: {going_on}.")
    }

    /// What is going on, as a sentence begins.
    pub fn measuring_claim(id: &str) -> String {
        format!("Measuring {id}")
    }

    /// What is going on, its place among several, and whether it is paused.
    pub fn going_on(what: &str, place: Option<(usize, usize)>, is_paused: bool) -> String {
        let place = match place {
            Some((place, of)) => format!(", {place} of {of}"),
            None => String::new(),
        };
        match is_paused {
            true => format!("{what}{place}. {PAUSED}"),
            false => format!("{what}{place}."),
        }
    }

    /// Which step is done, from 1.
    pub fn step(what: &str, number: u32, of: u32) -> String {
        format!("{what} ({number} of {of})")
    }

    /// How many claims stand how.
    #[derive(Debug, Clone, Copy)]
    pub struct Standings {
        /// They hold here.
        pub holds: usize,
        /// They do not.
        pub does_not_hold: usize,
        /// The measurement did not decide.
        pub undecided: usize,
        /// They cannot be measured here.
        pub not_measurable: usize,
        /// The measurement came to nothing.
        pub failed: usize,
    }

    /// What the measurements say together, of `all` claims.
    pub fn summary(all: usize, standings: Standings) -> String {
        let Standings {
            holds,
            does_not_hold,
            undecided,
            not_measurable,
            failed,
        } = standings;
        let measured = holds + does_not_hold + undecided;
        let kinds = [
            (holds, "holds", "hold"),
            (does_not_hold, "does not hold here", "do not hold here"),
            (undecided, "undecided", "undecided"),
            (not_measurable, "not measurable here", "not measurable here"),
            (failed, "failed", "failed"),
        ];
        let parts: Vec<_> = kinds
            .iter()
            .filter(|(number, ..)| *number > 0)
            .map(|(number, one, many)| {
                format!("{number} {}", if *number == 1 { one } else { many })
            })
            .collect();
        match parts.as_slice() {
            [] => format!("None of {all} measured yet."),
            parts => format!("{measured} of {all} measured: {}.", parts.join(", ")),
        }
    }
}

/// What things cost in this browser.
pub(in crate::app) mod probes {
    pub const HEADING: &str = "This browser's costs ";
    pub const HEADING_MORE: &str = "What starting, waking, locking and telling cost here.";
    pub const SAVE: &str = "Save costs";
    pub const FORGET: &str = "Forget them";
    pub const NOT_MEASURED: &str = "Not measured yet.";
    pub const STEPS: &str = "Steps of measuring the costs";
    pub const WHAT_FOR: &str = "They are the cost profile \"This browser\" of the simulator, and \
        what the claims' measurements are compared with.";
    pub const STOP: &str = "Stop";
    pub const MEASURE_AGAIN: &str = "Measure again";
    pub const MEASURE: &str = "Measure the costs";
    pub const STARTING: &str = "Starting and ending";
    pub const MEMORY: &str = "Memory";
    pub const MESSAGES: &str = "Messages";
    pub const THREADS: &str = "Threads and locks";
    pub const WORK: &str = "Work";
    pub const CLOCK: &str = "Clock";
    pub const HEADLESS_CHROME: &str = "headless Chrome";
    pub const UNKNOWN_BROWSER: &str = "an unknown browser";

    /// A cost that cannot be measured.
    pub fn not_measurable(id: &str, why: &str) -> String {
        format!("{id}: not measurable here: {why}.")
    }

    /// When and with what it was measured.
    pub fn measured_on(date: &str, browser: &str) -> String {
        format!("Measured on {date} with {browser}.")
    }
}

/// What a trial found, in full.
pub(in crate::app) mod findings {
    use crate::plot::count;

    pub const SIMULATED: &str = "Simulated";
    pub const MEASURED_HERE: &str = "Measured here";
    pub const MEASURED_IN_PYTHON: &str = "Measured in Python";
    pub const FIGURES: &str = "All figures";
    pub const FAILURES: &str = "Results and failures";
    pub const NOTHING_FAILED: &str = "Nothing failed.";
    pub const CONDITIONS: &str = "Conditions";
    pub const COMPARISON: &str = "Predicted for this machine, against measured";
    pub const WHAT: &str = "What";
    pub const PREDICTED: &str = "Predicted";
    pub const MEASURED: &str = "Measured";
    pub const ERROR: &str = "Prediction's error";
    pub const RUNS: &str = "Runs";
    pub const RUN: &str = "Run";
    pub const LAYOUT: &str = "Layout";
    pub const WALL: &str = "Wall time";
    pub const SPEED_UP: &str = "Speed-up over one thread";
    pub const UNITS: &str = "Units done";
    pub const LOST: &str = "Threads lost";
    pub const MEDIAN: &str = "Median";
    pub const P95: &str = "95th percentile";
    pub const RANGE: &str = "Least to most";
    pub const SAMPLES: &str = "Samples";
    pub const NO_CHECKS: &str = "No results to check.";
    pub const IN_THE_TRIAL: &str = "In the trial";

    /// The smallest and the largest.
    pub fn range(least: &str, most: &str) -> String {
        format!("{least} to {most}")
    }

    /// Units done of those planned.
    pub fn units(done: u64, planned: u64) -> String {
        format!("{} of {}", count(done), count(planned))
    }

    /// Processes, threads and whether there is a GIL.
    pub fn layout(processes: u64, threads: u64, gil: bool) -> String {
        let processes = plural(processes, "process", "processes");
        let threads = plural(threads, "thread", "threads");
        match gil {
            true => format!("{processes} × {threads}, GIL"),
            false => format!("{processes} × {threads}, no GIL"),
        }
    }

    fn plural(number: u64, one: &str, many: &str) -> String {
        let word = if number == 1 { one } else { many };
        format!("{} {word}", count(number))
    }

    /// Whether the results were right: so many wrong of all.
    pub fn checks(wrong: u64, all: u64) -> String {
        match (all, wrong) {
            (0, _) => NO_CHECKS.to_owned(),
            (1, 0) => "The one result checked was right.".to_owned(),
            (_, 0) => format!("All {} results checked were right.", count(all)),
            (_, wrong) => format!(
                "{} of {} results checked were wrong.",
                count(wrong),
                count(all)
            ),
        }
    }

    /// In which run something failed.
    pub fn in_the_run(name: &str) -> String {
        format!("In the run \"{name}\"")
    }

    /// More threads than cores.
    pub fn oversubscribed(workers: u32, cores: u32) -> String {
        let cores = plural(u64::from(cores), "core", "cores");
        format!("Oversubscribed: up to {workers} threads shared {cores}.")
    }

    /// Cores, isolation and clock.
    pub fn place(cores: u32, isolated: bool, clock: &str) -> String {
        let cores = plural(u64::from(cores), "core", "cores");
        let isolated = match isolated {
            true => "page isolated (shared memory on)",
            false => "page not isolated (no shared memory)",
        };
        format!("{cores}, {isolated}, clock steps of {clock}.")
    }
}

/// The lessons: their list, a lesson, its verdicts.
pub(in crate::app) mod lessons {
    pub const HEADING: &str = "Lessons";
    pub const BEGIN: &str = "Begin";
    pub const GO_ON: &str = "Go on";
    pub const MEASURE_ALL_HEADING: &str = "Measure them all";
    pub const MEASURE_ALL: &str = "Measure all";
    pub const STOP: &str = "Stop";
    pub const NOTHING_TO_STOP: &str = "Nothing is being measured.";
    pub const SAVE: &str = "Save findings";
    pub const NOTHING_TO_SAVE: &str = "Nothing has been measured yet.";
    pub const STEPS_OF_ALL: &str = "Steps of this measurement";
    pub const COLUMN_SIMULATED: &str = "simulated";
    pub const COLUMN_SIMULATED_ABOUT: &str = "What the simulator says";
    pub const COLUMN_HERE: &str = "here";
    pub const COLUMN_HERE_ABOUT: &str = "What was measured in this browser";
    pub const REMEMBERED: &str =
        "This browser remembers which lessons you have opened and what you have folded. ";
    pub const FORGET_IT: &str = "Forget it";
    pub const NOTHING_TO_FORGET: &str = "There is nothing to forget.";
    pub const GLOSSARY: &str = "Glossary";

    // A lesson's row, for those who do not see its signs.
    pub const ROW_READ: &str = ", read; ";
    pub const ROW_THEN: &str = "; ";
    pub const SIMULATED_NOT_YET: &str = "not simulated yet";
    pub const SIMULATED_HOLDS: &str = "it holds when simulated";
    pub const SIMULATED_FAILS: &str = "it does not hold when simulated";
    pub const HERE_NEVER: &str = "only simulated";
    pub const HERE_NOT_YET: &str = "not measured yet";
    pub const HERE_RUNNING: &str = "being measured";
    pub const HERE_HOLDS: &str = "it holds as measured here";
    pub const HERE_FAILS: &str = "it does not hold as measured here";
    pub const HERE_UNDECIDED: &str = "undecided here";
    pub const HERE_NOT_MEASURABLE: &str = "not measurable here";
    pub const HERE_FAILED: &str = "the measurement failed";

    // A lesson.
    pub const WAYS: &str = "Lessons";
    pub const WAYS_BELOW: &str = "Lessons, again";
    pub const ALL: &str = "☰ All lessons";
    pub const PREVIOUS: &str = "← Previous";
    pub const NEXT: &str = "Next →";
    pub const PICTURE: &str = "Picture";
    pub const TO_PICTURE: &str = "See it ↓";
    pub const STEPS: &str = "Try this";
    pub const BY_HAND: &str = "Change it yourself: the sliders";
    pub const OF_PROGRAM: &str = "This picture is of a program, not of the sliders. ";
    pub const TO_PROGRAM: &str = "See and change its text";
    pub const VERDICTS: &str = "Does it hold?";
    pub const SIMULATED: &str = "Simulated";
    pub const SIMULATING: &str = "Simulating …";
    pub const MEASURED: &str = "Measured here";
    pub const IN_PYTHON: &str = "Measured in Python";
    pub const IN_PYTHON_ABOUT: &str = "The same with Python itself: an interpreter, loaded when this is measured for the first time.";
    pub const NOT_MEASURABLE: &str =
        "A browser gives no page the means to measure this, so only the simulator shows it.";
    pub const NOT_MEASURED: &str = "Not measured yet.";
    pub const MEASURE: &str = "Measure it here";
    pub const MEASURE_AGAIN: &str = "Measure again";
    pub const DETAILS: &str = "How it is judged, and all that was found";
    pub const SOURCES: &str = "Read on";

    /// What the lessons are, and how many of all can be measured and were read.
    pub fn about(all: usize, measurable: usize, read: usize) -> String {
        format!(
            "{all} claims: each with its reasons, a picture and the simulator's verdict, {measurable} \
             also with that of a measurement in this browser. They build on each other; {read} read."
        )
    }

    /// The button to the next lesson that was not read; `does` is one of the texts
    /// above.
    pub fn to_lesson(does: &str, title: &str) -> String {
        format!("{does}: {title}")
    }

    /// A lesson's place on the path.
    pub fn place(number: usize, of: usize) -> String {
        format!("{number} of {of}")
    }

    /// The button below a lesson that leads to the next.
    pub fn next(title: &str) -> String {
        format!("Next: {title} →")
    }

    /// How far the measurement of a claim is.
    pub fn steps_of(id: &str) -> String {
        format!("Steps of {id}")
    }
}

/// Exercises.
pub(in crate::app) mod exercise {
    pub const HEADING: &str = "Exercise";
    pub const TOPIC: &str = "Topic";
    pub const NUMBER: &str = "Number";
    pub const JOB: &str = "Job";
    pub const ARRIVAL: &str = "Arrival, ms";
    pub const BURST: &str = "CPU time, ms";
    pub const PRIORITY: &str = "Priority";
    pub const CHECK: &str = "Check";
    pub const SHOW_ANSWERS: &str = "Show me";
    pub const NEXT: &str = "Another";
    pub const END: &str = "To the editor";
    pub const END_ABOUT: &str = "Back to the editor, with these jobs in it";
    pub const RULE: &str = "Remind me of the rule";
    pub const ASK_ENDS: &str = "When does each job end, counted from 0?";
    pub const ASK_MEANS: &str = "What are the means over all jobs? Turnaround: from arrival to \
        end. Response: from arrival to the first time on the core. Waiting: all the time ready \
        but not running.";
    pub const ASK_ORDER: &str =
        "In which order do the jobs end? Write their names, the first to end first.";
    pub const MEAN_TURNAROUND: &str = "Mean turnaround time, ms";
    pub const MEAN_RESPONSE: &str = "Mean response time, ms";
    pub const MEAN_WAITING: &str = "Mean waiting time, ms";
    pub const ORDER: &str = "The jobs in the order in which they end";
    pub const RIGHT: &str = "✓ Right.";
    pub const ANSWERS: &str = "These are the answers.";
    pub const SEE_PICTURE: &str = "The picture shows the run: play it to see why.";
    pub const ANSWER_FIRST: &str = "Answer first";
    pub const ANSWER_FIRST_ABOUT: &str =
        "The picture and the numbers come when you have checked your answer.";

    // What exercises are about, and the rule that decides.
    pub const FIFO: &str = "First in, first out (FIFO)";
    pub const FIFO_RULE: &str = "Jobs run in the order in which they arrive, each to its end.";
    pub const SJF: &str = "Shortest job first (SJF)";
    pub const SJF_RULE: &str =
        "Whenever the core is free, the shortest of the jobs that have arrived runs to its end.";
    pub const STCF: &str = "Shortest time to completion first (STCF)";
    pub const STCF_RULE: &str = "At every moment the job with the least CPU time left runs; a \
        shorter arrival takes the core at once.";
    pub const ROUND_ROBIN: &str = "Round robin (RR)";
    pub const ROUND_ROBIN_RULE: &str = "A job runs for one slice, then goes to the back of the \
        queue. When a job arrives just as a slice ends, the arrival is queued first.";
    pub const BY_PRIORITY: &str = "Priority, preemptive";
    pub const BY_PRIORITY_RULE: &str = "At every moment the job with the largest priority number \
        runs; a more urgent arrival takes the core at once.";
    pub const MLFQ: &str = "Multi-level feedback queue (MLFQ)";
    pub const MLFQ_RULE: &str = "New jobs start in the top queue. A job that has used up its \
        slice sinks one queue; the highest queue that is not empty runs, round robin, and an \
        arrival takes the core from a lower queue at once.";
    pub const BOOK: &str = "Classics of the textbooks";
    pub const BOOK_RULE: &str = "Apply the policy that the question names.";

    // What an exercise's list of jobs says of itself.
    pub const JOBS_ABOUT: &str = "One core; switching costs nothing.";
    pub const JOBS_ABOUT_MLFQ: &str =
        "One core; switching costs nothing. The queues' slices are 1, 2 and 4 ms.";

    /// The same, where there is a slice.
    pub fn jobs_about_slice(ms: u32) -> String {
        format!("{JOBS_ABOUT} The slice is {ms} ms.")
    }

    /// The name of an exercise's list of jobs.
    pub fn jobs_name(topic: &str, number: u32) -> String {
        format!("{topic}: exercise {number}")
    }

    /// The question when a job ends.
    pub fn job_ends(name: &str) -> String {
        format!("{name} ends at, ms")
    }

    /// An answer was wrong.
    pub fn wrong(truth: &str) -> String {
        format!("✗ It is {truth}.")
    }

    /// How many answers were right, of all.
    pub fn score(right: usize, all: usize) -> String {
        match all - right {
            0 => "All right.".to_owned(),
            _ => format!("{right} of {all} right."),
        }
    }
}

/// Programs: the desk, the editor, what comes with the page.
pub(in crate::app) mod program {
    pub const DESK: &str = "Program";
    pub const NEW: &str = "New";
    pub const NEW_ABOUT: &str = "Two threads and a lock, to begin with";
    pub const FROM_SLIDERS: &str = "From the sliders";
    pub const FROM_SLIDERS_ABOUT: &str = "The Experiment tab's settings, written as a program";
    pub const NEW_JOBS: &str = "Job list";
    pub const NEW_JOBS_ABOUT: &str = "Jobs with arrival and CPU time, as in textbooks";
    pub const EXERCISE: &str = "Exercise";
    pub const EXERCISE_ABOUT: &str = "Predict what the scheduler does, then check";
    pub const OPEN: &str = "Open…";
    pub const SAVE: &str = "Save";
    pub const SAVE_ABOUT: &str = "Download this text";
    pub const EXAMPLES: &str = "Examples";
    pub const CHOOSE_EXAMPLE: &str = "Choose an example…";
    pub const OWN_TEXT: &str = "Your last text";
    pub const EDITOR: &str = "Program, as JSON";
    pub const EDITOR_KEYS: &str = "Ctrl+Space completes, Tab indents; Escape, then Tab leaves \
        the editor. What you write is run when you pause.";
    pub const EDITOR_LEAVE: &str = "Escape, then Tab leaves the editor.";
    pub const GO_TO_MISTAKE: &str = "Go to this place";
    pub const A_PROGRAM: &str = "A program";
    pub const NO_PROGRAM: &str = "This is an experiment, not a program";
    pub const FILE_IS_UNREADABLE: &str = "it could not be read";
    pub const NO_WINDOW: &str = "there is no window";

    // What the editor says of a list of jobs. Of all else it says what the schema
    // does, which is made from the comments in `experiment::scenario`.
    pub const JOBS: &str = "A list of jobs, in place of processes: the form of textbook exercises.";
    pub const JOB_NAME: &str = "Its name; by default J1, J2...";
    pub const JOB_ARRIVAL: &str = "When it arrives.";
    pub const JOB_BURST: &str = "How long it computes.";
    pub const JOB_PRIORITY: &str = "Its priority.";
    pub const JOB_TICKETS: &str = "Its lottery tickets.";
    pub const JOB_DEADLINE: &str = "By when after its arrival it should be done.";
    pub const JOB_PERIOD: &str = "Its period, for rate monotonic scheduling.";

    // What a name in the text may be.
    pub const OFFER_PROGRAM: &str = "A program of this scenario.";
    pub const OFFER_THREAD: &str = "A thread of this scenario.";
    pub const OFFER_OTHER: &str = "One of this scenario.";

    // What the sliders' program says of itself.
    pub const SLIDERS_ABOUT: &str = "What the sliders say, as a program.";

    // Examples by theme. They are called what their files call them.
    pub const LOCKS: &str = "Locks and channels";
    pub const SCHEDULING: &str = "Scheduling";
    pub const PYTHON: &str = "Python";
    pub const PRODUCER: &str = "Producer and consumer, over a channel";
    pub const PRODUCER_ABOUT: &str = "the slowest part sets the pace";
    pub const SEMAPHORES: &str = "Producer and consumer, with semaphores";
    pub const SEMAPHORES_ABOUT: &str = "the textbook solution";
    pub const PHILOSOPHERS: &str = "Dining philosophers";
    pub const PHILOSOPHERS_ABOUT: &str = "a deadlock and its circle";
    pub const ORDERED: &str = "Dining philosophers, forks in order";
    pub const ORDERED_ABOUT: &str = "the cure";
    pub const INVERSION: &str = "Priority inversion";
    pub const INVERSION_ABOUT: &str = "what stopped Mars Pathfinder";
    pub const INHERITANCE: &str = "Priority inversion, with inheritance";
    pub const INHERITANCE_ABOUT: &str = "the cure";
    pub const LOST_UPDATE: &str = "A lost update";
    pub const LOST_UPDATE_ABOUT: &str = "load, add, store, interrupted";
    pub const GAMING: &str = "Gaming an MLFQ";
    pub const GAMING_ABOUT: &str = "a little I/O keeps a thread on top";
    pub const NICE: &str = "Nice values under CFS";
    pub const NICE_ABOUT: &str = "shares of 70, 23 and 7 in 100";
    pub const BLOCKED_LOOP: &str = "A blocked event loop";
    pub const BLOCKED_LOOP_ABOUT: &str = "one task computes, all others are late";
    pub const BROKEN_POOL: &str = "A broken pool";
    pub const BROKEN_POOL_ABOUT: &str = "one task crashes its worker";
    pub const FORK: &str = "A fork while another thread holds a lock";
    pub const FORK_ABOUT: &str = "the child waits for ever";

    /// What "New" begins with.
    pub const SKELETON: &str = r#"{
  "name": "My program",
  "about": "Two threads share a lock. Change a time, or add a thread, and watch the picture.",
  "machine": { "cores": 2, "policy": { "kind": "rr", "slice": "4 ms" } },
  "processes": [
    {
      "name": "app",
      "threads": [
        { "name": "worker", "count": 2, "program": "work" }
      ]
    }
  ],
  "programs": {
    "work": [
      { "compute": "3 ms" },
      { "lock": "door" },
      { "compute": "2 ms" },
      { "unlock": "door" },
      "unit"
    ]
  },
  "locks": [{ "name": "door" }]
}
"#;

    /// What "Job list" begins with: the convoy of the textbooks.
    pub const JOB_LIST: &str = r#"{
  "name": "A convoy",
  "about": "A long job arrives first. First in, first out lets the short ones wait behind it; try srtf or rr.",
  "machine": { "cores": 1, "policy": { "kind": "fifo" } },
  "jobs": [
    { "name": "A", "arrival": "0 ms", "burst": "10 ms" },
    { "name": "B", "arrival": "1 ms", "burst": "2 ms" },
    { "name": "C", "arrival": "2 ms", "burst": "1 ms" }
  ]
}
"#;

    /// The program of a thread with so many units of work.
    pub fn units(share: u32) -> String {
        format!("{share} units")
    }

    /// How many mistakes there are; at least one.
    pub fn mistakes(count: usize) -> String {
        match count {
            1 => "There is a mistake; the picture still shows the last good run.".to_owned(),
            count => {
                format!("There are {count} mistakes; the picture still shows the last good run.")
            }
        }
    }

    /// The place of a mistake, before it.
    pub fn place(line: usize, column: usize) -> String {
        format!("Line {line}, column {column}: ")
    }

    /// How many mistakes are not listed.
    pub fn more_mistakes(more: usize) -> String {
        format!("… and {more} more.")
    }

    /// A mistake with its place.
    pub fn mistake_at(line: usize, column: usize, message: &str) -> String {
        format!("line {line}, column {column}: {message}")
    }

    /// A mistake with its place and the way to it.
    pub fn mistake_in(path: &str, line: usize, column: usize, message: &str) -> String {
        format!("{path} (line {line}, column {column}): {message}")
    }

    /// An example is not there.
    pub fn not_fetched(file: &str, why: &str) -> String {
        format!("{file} could not be fetched: {why}")
    }

    /// A file is too large.
    pub fn too_large(bytes: f64, most: usize) -> String {
        format!("the file has {bytes} bytes; at most {most} are read")
    }

    /// A server did not send a file.
    pub fn answered(status: u16) -> String {
        format!("the server answered {status}")
    }
}

/// The Python tab.
pub(in crate::app) mod python {
    use crate::plot::count;

    pub const EXAMPLES: &str = "Examples";
    pub const OWN_PROGRAM: &str = "A program of your own";
    pub const LAST_TEXT: &str = "Your last program";
    pub const EDITOR: &str = "Program, in Python";
    pub const CONTRACT: &str = "Define work(i). The lab calls it for i = 0, 1, …; with more \
        threads or processes each gets its share.";
    pub const EDITOR_KEYS: &str = "Tab indents; Escape, then Tab leaves the editor.";
    pub const LAYOUT: &str = "Layout";
    pub const CONSOLE: &str = "What it said";
    pub const RESULT: &str = "result() ";
    pub const NO_INTERVAL: &str = "Without a GIL all threads run at the same time.";
    pub const NOTHING_SAID: &str = "It printed nothing.";
    pub const OLDER: &str = "This is of the program as it was before you changed it.";
    pub const LOADING: &str = "Loading Python …";
    pub const LOADING_BAR: &str = "Loading Python";
    pub const BASELINE: &str = "Running it by one thread alone, for comparison …";
    pub const CHANGED: &str = "Program or layout have changed since the last run.";
    pub const IS_PYTHON: &str = "This is a run of your Python program.";
    pub const ERROR: &str = "error";

    // Examples. They are called what their comments call them.
    pub const COUNT: &str = "Counting";
    pub const COUNT_ABOUT: &str = "computes all the time";
    pub const PRIMES: &str = "Primes";
    pub const PRIMES_ABOUT: &str = "trial division";
    pub const STRINGS: &str = "Strings";
    pub const STRINGS_ABOUT: &str = "memory all the time";
    pub const COUNTER: &str = "Counter, no lock";
    pub const COUNTER_ABOUT: &str = "a data race on a global";
    pub const COUNTER_LOCK: &str = "Counter, with a lock";
    pub const COUNTER_LOCK_ABOUT: &str = "the cure and its price";
    pub const WAITING: &str = "Waiting";
    pub const WAITING_ABOUT: &str = "lets go of the GIL";
    pub const EXCEPTION: &str = "An exception";
    pub const EXCEPTION_ABOUT: &str = "ends one thread";
    pub const CRASH: &str = "A crash";
    pub const CRASH_ABOUT: &str = "ends one process";
    pub const ENDLESS: &str = "A loop without an end";
    pub const ENDLESS_ABOUT: &str = "one unit is never done";

    // Who says something.
    pub const ALONE: &str = "Alone";
    pub const ALONE_IN_SENTENCE: &str = "alone";
    pub const THE_RUN: &str = "the run";

    // What this is.
    pub const ABOUT: &str = "How to write it, and what this Python is";
    pub const HOW: &str = "How to write it";
    pub const IS: &str = "What it is";
    pub const CARRIES: &str = "What carries over to CPython";

    /// How to write a program; code stands between backquotes.
    pub const RULES: [&str; 4] = [
        "The program itself runs once in each process, when that starts. Then its threads call \
         `work(i)`, unit after unit, and share its globals.",
        "`result()`, if you define it, is called once in each process at the end. What it returns \
         is shown.",
        "What `work(i)` returns is compared with what it returned when one thread ran alone \
         before, as far as that one came.",
        "It can use `math`, `itertools`, `sys`, `time.sleep`, `time.perf_counter`, \
         `threading.Lock`, `threading.RLock`, `threading.get_ident`; and `timeslice.units`, the units of its process, and \
         `timeslice.crash()`, a real access to memory that is not there.",
    ];

    /// What runs here.
    pub const NATURE: [&str; 3] = [
        "RustPython, a Python 3 in Rust, compiled to WebAssembly; with little of the standard \
         library, none of its modules in C, and several times slower than CPython. Cycles of \
         garbage are not collected.",
        "A process is an instance of its own in a web worker, with memory of its own; its threads \
         are web workers that share it.",
        "RustPython has no GIL. This one is ours, after CPython's: who wants it waits for the \
         switch interval, then the holder lets go at its next function call or backward jump. A \
         sleep and a wait for a lock let go at once.",
    ];

    /// What may be concluded.
    pub const CONCLUSIONS: [&str; 2] = [
        "Ratios do: what threads gain with a GIL and without, what processes gain, what a lock \
         costs the others, which updates are lost, who goes down with whom.",
        "Absolute times do not, nor does the speed of libraries: those of CPython are mostly C, \
         and many let go of the GIL.",
    ];

    /// How much of the interpreter is there.
    pub fn loading(there: u64, of: u64) -> String {
        let mb = |bytes: u64| bytes as f64 / 1e6;
        format!("Loading Python: {:.1} of {:.1} MB", mb(there), mb(of))
    }

    /// An example with what it is about.
    pub fn example(name: &str, about: &str) -> String {
        format!("{name}: {about}")
    }

    /// What a run starts.
    pub fn what_starts(processes: u32, threads: u32) -> String {
        let threads = match threads {
            1 => "one thread".to_owned(),
            threads => format!("{threads} threads"),
        };
        match processes {
            1 => format!("Starts an interpreter with {threads}."),
            many => format!("Starts {many} interpreters with {threads} each."),
        }
    }

    /// How long a unit took, and how much of that it waited.
    pub fn unit(time: &str, waits: Option<&str>) -> String {
        let waits = waits.map(|waits| format!(", {waits} of it waiting"));
        format!(
            "A unit takes {time} here when one thread runs alone{}.",
            waits.unwrap_or_default()
        )
    }

    /// The simulator has not quite the same units.
    pub fn beyond(unit: &str) -> String {
        format!(
            " The prediction for this machine is made with units that compute for {unit}: the \
             simulator takes from 100 µs to 50 ms."
        )
    }

    /// A process, counted from 1. These stand in a sentence.
    pub fn process(number: usize) -> String {
        format!("process {number}")
    }

    /// A thread of the only process.
    pub fn thread(number: usize) -> String {
        format!("thread {number}")
    }

    /// A thread of one of several processes.
    pub fn process_and_thread(process: usize, thread: usize) -> String {
        format!("process {process}, thread {thread}")
    }

    /// More was printed than is kept.
    pub fn lost(bytes: u32) -> String {
        let bytes = u64::from(bytes);
        match bytes {
            1 => "1 byte more was not kept".to_owned(),
            many => format!("{} bytes more were not kept", count(many)),
        }
    }

    /// So many exceptions are listed.
    pub fn exceptions(number: usize) -> String {
        match number {
            1 => "An exception that nothing caught:".to_owned(),
            many => format!("{many} exceptions that nothing caught:"),
        }
    }

    /// Where an exception was raised.
    pub fn error(line: Option<u32>, unit: Option<u32>) -> String {
        let line = line.map(|line| format!(" in line {line}"));
        let unit = unit.map(|unit| format!(", unit {unit}"));
        format!(
            "{ERROR}{}{}",
            line.unwrap_or_default(),
            unit.unwrap_or_default()
        )
    }

    /// An exception, and who raised it.
    pub fn raised(what: &str, unit: Option<u32>, who: &str, more: usize) -> String {
        let unit = unit.map(|unit| format!(", unit {unit}"));
        let more = match more {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        format!("{what} ({who}{}{more})", unit.unwrap_or_default())
    }

    /// What `result()` gave somebody.
    pub fn result_of(who: &str, result: &str) -> String {
        format!("{who}: {result}")
    }

    /// The panel of what somebody has said.
    pub fn said_by(who: &str) -> String {
        format!("What it said: {who}")
    }

    /// A line of the program.
    pub fn line(line: u32) -> String {
        format!("Line {line}: ")
    }
}

/// Who had the GIL when.
pub(in crate::app) mod holds {
    use crate::plot::count;

    pub const HEADING: &str = "Who had the GIL";
    pub const TABLE: &str = "Who had the GIL, in numbers";
    pub const THREAD: &str = "Thread";
    pub const SHARE: &str = "Share of the time";
    pub const TIMES: &str = "Times";

    /// A thread's name in the picture and the table.
    pub fn name(process: usize, thread: usize, processes: usize) -> String {
        match processes {
            1 => format!("T{}", thread + 1),
            _ => format!("P{} T{}", process + 1, thread + 1),
        }
    }

    /// Of all processes: how often the lock changed hands, and how much of that
    /// the picture shows.
    pub fn switches(switches: u64, shown: usize, in_all: u64) -> String {
        let handed = match switches {
            1 => "The GIL went from one thread to another once".to_owned(),
            many => format!(
                "The GIL went from one thread to another {} times",
                count(many)
            ),
        };
        match (shown as u64) < in_all {
            true => format!(
                "{handed}. Shown are the first {} of the {} times that a thread had it.",
                count(shown as u64),
                count(in_all)
            ),
            false => format!("{handed}."),
        }
    }

    /// The picture in words.
    pub fn label(shares: &str) -> String {
        format!("Who had the GIL when, measured. {shares}")
    }

    /// A thread's part.
    pub fn share(name: &str, share: &str) -> String {
        format!("{name} {share}")
    }

    /// Threads without a row.
    pub fn more(threads: usize) -> String {
        match threads {
            1 => "1 thread more is not drawn.".to_owned(),
            many => format!("{many} threads more are not drawn."),
        }
    }
}

/// The job list as a table.
pub(in crate::app) mod jobs {
    pub const HEADING: &str = "Job list ";
    pub const HEADING_MORE: &str = "a number without a unit is in ms";
    pub const TABLE: &str = "Jobs, scrollable";
    pub const POLICY: &str = "Policy";
    pub const SLICE: &str = "Slice";
    pub const CORES: &str = "Cores";
    pub const ADD: &str = "Add a job";
    pub const REMOVE: &str = "Remove";
    pub const NAME: &str = "Job";
    pub const ARRIVAL: &str = "Arrival";
    pub const BURST: &str = "CPU time";
    pub const PRIORITY: &str = "Priority";
    pub const TICKETS: &str = "Tickets";
    pub const DEADLINE: &str = "Deadline";
    pub const PERIOD: &str = "Period";

    // Why an entry is refused.
    pub const NO_JOB: &str = "there is no such job";
    pub const NO_BURST: &str = "a job needs a CPU time";

    /// A cell of the table; jobs count from 1.
    pub fn cell(column: &str, job: usize) -> String {
        format!("{column} of job {job}")
    }

    /// The button that takes a job out.
    pub fn remove(job: usize) -> String {
        format!("Remove job {job}")
    }

    /// Not a number of cores.
    pub fn no_cores(entered: &str) -> String {
        format!("\"{entered}\" is no whole number from 1 to 256")
    }

    /// Not a priority.
    pub fn no_number(entered: &str) -> String {
        format!("\"{entered}\" is no whole number")
    }

    /// Not a number of tickets.
    pub fn no_tickets(entered: &str) -> String {
        format!("\"{entered}\" is no whole number from 1")
    }

    /// Not a time.
    pub fn no_time(entered: &str) -> String {
        format!("\"{entered}\" is no time such as 5 ms")
    }
}

/// Files.
pub(in crate::app) mod files {
    pub const UNREADABLE: &str = "the browser could not read it";
    pub const NO_TASK_SET: &str = "this is a task set of rt-app, which only the command line reads";

    /// A file is too large.
    pub fn too_large(mib: f64) -> String {
        format!("it has {mib:.0} MiB; at most 16 MiB are read")
    }
}

/// What is wrong with a link.
pub(in crate::app) mod link {
    pub const HALF_A_WINDOW: &str = "The link sets a part of the timeline, but it must have from \
        and to, the one before the other: it was ignored";
    pub const LESSON_EXPECTED: &str = "a lesson, as in T7";
    pub const TIME_EXPECTED: &str = "a whole number of nanoseconds";
    pub const PROGRAM_LEFT_OUT: &str =
        "The program was too long for the link: open it from its file";
    pub const PROGRAM_DAMAGED: &str =
        "The program in the link is damaged, perhaps because its end was cut off: it was ignored";

    /// One of several values is expected.
    pub fn one_of(values: &[&str]) -> String {
        values.join(" or ")
    }

    /// An example is expected.
    pub fn one_of_examples(mark: &str, keys: &[&str]) -> String {
        format!("a program, or {mark} and one of {}", keys.join(", "))
    }

    /// Controls of an embedded page that are not known here.
    pub fn unknown_controls(names: &[String]) -> String {
        let names = names.join("\", \"");
        format!(
            "The link shows \"{names}\" in an embedded page, which this page does not know: ignored"
        )
    }

    /// What is wrong is of the run to compare with.
    pub fn of_kept(problem: &str) -> String {
        format!("The run to compare with: {problem}")
    }
}

/// What a step back takes back, in a few words.
pub(in crate::app) mod history {
    pub const UNKEEP: &str = "end of the comparison";
    pub const EDIT: &str = "edit of the program";
    pub const PROGRAM: &str = "a program";
    pub const PYTHON: &str = "edit of the Python program";
    pub const TO_SLIDERS: &str = "from the program to the sliders";
    pub const GIL: &str = "GIL";
    pub const GIL_ON: &str = "on";
    pub const GIL_OFF: &str = "off";
    pub const POLICY: &str = "Policy";
    pub const KERNEL: &str = "Kernel";
    pub const COSTS: &str = "Costs";
    pub const FAULT_ORDER: &str = "order of the faults";

    /// A run was kept to compare with.
    pub fn keep(title: &str) -> String {
        format!("keep \"{title}\"")
    }

    /// A program was opened.
    pub fn program(name: &str) -> String {
        format!("program \"{name}\"")
    }

    /// An example was chosen.
    pub fn example(title: &str) -> String {
        format!("example \"{title}\"")
    }

    /// A Python program was chosen.
    pub fn python_example(name: &str) -> String {
        format!("Python program \"{name}\"")
    }

    /// A setting was changed.
    pub fn change(setting: &str, was: &str, is: &str) -> String {
        format!("{setting} {was} → {is}")
    }

    /// Several settings were changed.
    pub fn changes(count: usize) -> String {
        format!("{count} settings")
    }

    /// A fault was put in.
    pub fn fault_added(fault: &str) -> String {
        format!("fault added: {fault}")
    }

    /// A fault was taken out.
    pub fn fault_removed(fault: &str) -> String {
        format!("fault removed: {fault}")
    }

    /// A fault was changed.
    pub fn fault_changed(fault: &str) -> String {
        format!("fault changed to: {fault}")
    }
}
