//! What cards say, and where they stand.

use super::*;

fn check(drawing: &Drawing, hits: &[Hit], expected: Expect) {
    let request = drawing.request();
    let cards = hits.iter().map(|&hit| match card(&request, hit) {
        None => "nothing\n".to_owned(),
        Some(card) => {
            let lines: String = card.lines.iter().map(|it| format!("  {it}\n")).collect();
            format!("{} [{}-{}]\n{lines}", card.title, card.band.0, card.band.1)
        }
    });
    expected.assert_eq(&cards.collect::<String>());
}

#[test]
fn a_card_tells_who_woke_a_thread() {
    let drawing = Drawing::scenario(
        r#"{"machine": {"cores": 1}, "locks": [{"name": "l"}], "processes": [{"name": "p", "threads": [
            {"name": "a", "program": [{"lock": "l"}, {"compute": "1 ms"}, {"sleep": "1 ms"}, {"compute": "2 ms"}, {"unlock": "l"}, {"compute": "1 ms"}]},
            {"name": "b", "program": [{"lock": "l"}, {"compute": "1 ms"}, {"unlock": "l"}]}]}]}"#,
    );
    let lane = |thread: usize, us: u64| Hit::Lane(RowKind::Thread(thread), us * 1_000);
    check(
        &drawing,
        &[
            lane(0, 500),
            lane(0, 1_500),
            lane(0, 2_500),
            lane(1, 1_500),
            lane(1, 4_500),
            lane(1, 5_500),
            Hit::Axis(1_000),
            Hit::Nothing,
        ],
        expect![[r#"
            p a [84-102]
              running on core 1 from 0.000 ms to 1.000 ms, for 1 ms
            p a [84-102]
              sleeping from 1.000 ms to 2.000 ms, for 1 ms
            p a [84-102]
              running on core 1 from 2.000 ms to 5.000 ms, for 3 ms
            p b [104-122]
              waiting for a lock from 1.000 ms to 4.000 ms, for 3 ms
            p b [104-122]
              ready from 4.000 ms to 5.000 ms, for 1 ms
              woken as the lock was given back by p a at 4.000 ms
            p b [104-122]
              running on core 1 from 5.000 ms to 6.000 ms, for 1 ms
              woken as the lock was given back by p a at 4.000 ms
            0.001 ms [0-24]
              a click moves the playhead here
            nothing
        "#]],
    );
}

#[test]
fn a_card_stays_inside_and_covers_nothing_of_what_it_is_about() {
    let bounds = ((0.0, 390.0), (-200.0, 500.0));
    let size = (220.0, 60.0);
    for x in [0.0, 100.0, 260.0, 390.0] {
        for top in [0.0, 24.0, 200.0, 410.0, 440.0, 480.0] {
            let band = (top, top + 18.0);
            let (left, y) = card_place(x, band, size, bounds);
            assert!(left >= 0.0 && left + size.0 <= 390.0, "{x} {top}: {left}");
            assert!(y >= -200.0 && y + size.1 <= 500.0, "{x} {top}: {y}");
            assert!(y >= band.1 || y + size.1 <= band.0, "{x} {top}: {y}");
        }
    }
    assert_eq!(
        card_place(50.0, (100.0, 118.0), size, bounds),
        (62.0, 124.0)
    );
    assert_eq!(
        card_place(50.0, (440.0, 458.0), size, bounds),
        (62.0, 374.0)
    );
}
