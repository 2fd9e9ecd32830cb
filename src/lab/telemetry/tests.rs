//! What threads write is what a reader finds.

use super::*;
use std::thread;

#[test]
fn a_fresh_area_says_that_nothing_has_happened() {
    let area = Area::new(&[3, 2]);
    let words = area.copy();
    let head = Head::read(area.layout(), &words).expect("it is an area");
    assert_eq!((head.ready_us, head.holds, head.note), (None, 0, None));
    assert_eq!(head.threads.len(), 2);
    for thread in head.threads {
        assert_eq!((thread.state, thread.units), (State::New, 0));
        assert_eq!(thread.fault, None);
    }
}

#[test]
fn other_memory_is_not_taken_for_an_area() {
    let layout = Layout::new(&[3, 2]);
    assert_eq!(Head::read(&layout, &vec![0; layout.words()]), None);
    assert_eq!(Head::read(&layout, &[]), None);
    let other = Area::new(&[300, 2]);
    assert_eq!(Head::read(&layout, &other.copy()), None);
}

#[test]
fn no_two_things_share_a_word_and_no_two_threads_a_line() {
    let planned = [17, 0, 16, 1];
    let layout = Layout::new(&planned);
    let header = 0..LINE + NOTE_BYTES / 4;
    let mut ranges = vec![header];
    for thread in 0..planned.len() {
        let line = layout.thread_line(thread);
        assert_eq!(line % LINE, 0);
        ranges.push(line..line + LINE);
    }
    ranges.push(layout.holds(u32::MAX));
    for (thread, &units) in planned.iter().enumerate() {
        let times = layout.times(thread, u32::MAX);
        assert_eq!((times.len(), times.start % LINE), (units as usize, 0));
        ranges.push(times);
    }
    for pair in ranges.windows(2) {
        assert!(pair[0].end <= pair[1].start, "{pair:?}");
    }
    assert!(ranges[ranges.len() - 1].end <= layout.words());
}

#[test]
fn what_threads_write_at_once_is_read_back_whole() {
    let planned = [500, 300, 700];
    let area = Area::new(&planned);
    area.set_ready(42);
    area.set_threads_started(7);
    area.set_memory(3 << 20);
    thread::scope(|scope| {
        for (index, &units) in (0..).zip(&planned) {
            let line = area.thread(index);
            scope.spawn(move || {
                line.set_state(State::Computing);
                for unit in 0..units {
                    line.beat();
                    line.record_unit(1_000 * u32::from(index) + unit, unit % 10 != 0);
                }
                line.set_gil_wait(5_999);
                line.set_fault(usize::from(index));
                line.set_locks(u32::from(index));
                line.end(State::Completed, 99);
            });
        }
    });
    let words = area.copy();
    let head = Head::read(area.layout(), &words).expect("it is an area");
    assert_eq!((head.ready_us, head.threads_us), (Some(42), 7));
    assert_eq!(head.memory_bytes, 3 << 20);
    for (index, thread) in head.threads.iter().enumerate() {
        let units = planned[index];
        let expected = ThreadHead {
            state: State::Completed,
            units,
            wrong: units / 10,
            beat: units,
            gil_wait_us: 5,
            ended_us: 99,
            fault: Some(index),
            locks: index as u32,
            waited_us: 0,
        };
        assert_eq!(*thread, expected);
        let times = &words[area.layout().times(index, thread.units)];
        let start = 1_000 * index as u32;
        assert!(times.iter().copied().eq(start..start + units));
    }
}

#[test]
fn units_beyond_the_plan_are_counted_and_overwrite_nothing() {
    let area = Area::new(&[16, 16]);
    for unit in 0..40 {
        area.thread(0).record_unit(unit + 1, true);
    }
    let words = area.copy();
    let head = Head::read(area.layout(), &words).expect("it is an area");
    assert_eq!((head.threads[0].units, head.threads[1].units), (40, 0));
    assert!(words[area.layout().times(1, 16)].iter().all(|&us| us == 0));
}

#[test]
fn holds_are_kept_up_to_the_limit_and_counted_beyond_it() {
    let area = Area::new(&[1]);
    let hold = |index: u64| Hold {
        thread: (index % 3) as u16,
        from_ns: index * 10_000,
        until_ns: index * 10_000 + 9_000,
    };
    let count = MAX_HOLDS as u64 + 10;
    for index in 0..count {
        area.record_hold(hold(index), index + 1);
    }
    let words = area.copy();
    let head = Head::read(area.layout(), &words).expect("it is an area");
    assert_eq!(u64::from(head.holds), count);
    assert_eq!(u64::from(head.switches), count);
    let holds = read_holds(&words[area.layout().holds(head.holds)]);
    assert!(holds.into_iter().eq((0..MAX_HOLDS as u64).map(hold)));
}

#[test]
fn two_that_are_inside_at_once_do_not_go_unnoticed() {
    let area = Area::new(&[1, 1]);
    let most = || Head::read(area.layout(), &area.copy()).map(|head| head.most_holders);
    assert_eq!(most(), Some(0));
    for _ in 0..3 {
        area.enter();
        area.leave();
    }
    assert_eq!(most(), Some(1));
    area.enter();
    area.enter();
    area.leave();
    area.leave();
    assert_eq!(most(), Some(2));
}

#[test]
fn the_first_note_stays_and_is_cut_between_characters() {
    let read = |area: &Area| {
        let head = Head::read(area.layout(), &area.copy());
        head.expect("it is an area").note
    };
    let area = Area::new(&[1]);
    area.leave_note("memory access out of bounds");
    area.leave_note("later");
    assert_eq!(read(&area).as_deref(), Some("memory access out of bounds"));

    let area = Area::new(&[1]);
    area.leave_note(&format!("{}µ", "x".repeat(NOTE_BYTES - 1)));
    assert_eq!(read(&area), Some("x".repeat(NOTE_BYTES - 1)));
}
