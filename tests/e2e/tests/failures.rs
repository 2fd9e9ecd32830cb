//! The failure view says in both arms who failed, who went down with it, and
//! who was left alone.

use timeslice::app::story;
use timeslice::experiment::Ended::{self, Completed, Exception, Hung, Killed, Segfault, TakenDown};
use timeslice_e2e::{Host, Page, visit};

/// An experiment, how its processes and their threads end, and what the page
/// must say in both arms.
struct Case {
    fragment: &'static str,
    processes: &'static [(Ended, &'static [Ended])],
    says: &'static [&'static str],
}

/// Who must still be at work when another thread fails, or when the page (which
/// looks every 40 ms) kills, gets a second of work and more: on a busy machine
/// the failing thread may begin long after it.
const CASES: &[Case] = &[
    Case {
        fragment: "procs=2&threads=1&units=100&fault=segfault.0.0.u10",
        processes: &[(Segfault, &[Segfault]), (Completed, &[Completed])],
        says: &[
            "thread 1 of process 1 crashed",
            "Untouched: process 2; 40 units of work were lost.",
        ],
    },
    Case {
        fragment: "procs=2&threads=2&units=4000&gil=off&fault=segfault.0.1.u5",
        processes: &[
            (Segfault, &[TakenDown, Segfault]),
            (Completed, &[Completed, Completed]),
        ],
        says: &[
            "thread 2 of process 1 crashed",
            "thread 1 of process 1 went down with it",
            "Untouched: process 2",
        ],
    },
    Case {
        fragment: "threads=2&units=100&fault=exception.0.1.u10",
        processes: &[(Completed, &[Completed, Exception])],
        says: &[
            "thread 2 of process 1 ended by an exception",
            "The process completed; 40 units of work were lost.",
        ],
    },
    Case {
        fragment: "procs=2&threads=1&units=2000&fault=kill.1.0.u20",
        processes: &[(Completed, &[Completed]), (Killed, &[TakenDown])],
        says: &["process 2 was killed", "Untouched: process 1"],
    },
    Case {
        fragment: "procs=2&threads=1&units=100&fault=hang.0.0.u10",
        processes: &[(Hung, &[Hung]), (Completed, &[Completed])],
        says: &[
            "thread 1 of process 1 hung",
            "Untouched: process 2; 40 units of work were lost.",
        ],
    },
];

#[test]
fn who_failed_and_who_was_left_alone_is_said_in_both_arms() {
    visit("failures", Host::isolated(), async |page| {
        for case in CASES {
            let measurement = page.measure(case.fragment).await?;
            let outcome = &measurement.outcome;
            let ended: Vec<(Ended, Vec<Ended>)> = outcome
                .processes
                .iter()
                .map(|p| (p.ended, p.threads.iter().map(|t| t.ended).collect()))
                .collect();
            let expected: Vec<_> = case
                .processes
                .iter()
                .map(|(p, t)| (*p, t.to_vec()))
                .collect();
            assert_eq!(ended, expected, "{}", case.fragment);
            assert_eq!(outcome.units_wrong(), 0, "{}", case.fragment);

            for arm in ["failures-predicted", "failures-measured"] {
                let said = page.text(arm).await?;
                for part in case.says {
                    assert!(said.contains(part), "{arm}: no {part:?} in {said:?}");
                }
            }
            // All of the measured story, to the last number, is on the page.
            let said = page.text("failures-measured").await?;
            let story = story(outcome);
            for (_, line) in &story.lines {
                assert!(said.contains(line), "no {line:?} in {said:?}");
            }
            assert!(said.contains(&story.untouched), "{said:?}");
            // A real trap or an unresponsive worker is named beside the lab.
            for message in &measurement.messages {
                assert!(page.text("messages").await?.contains(message));
            }
        }
        Ok(())
    });
}

#[test]
fn the_messages_name_the_real_trap_and_the_watchdog() {
    visit("messages", Host::isolated(), async |page| {
        for (fragment, parts) in [
            (
                "threads=1&units=50&fault=segfault.0.0.u5",
                ["Thread 1 of process 1 crashed", "out of bounds"],
            ),
            (
                "threads=2&units=50&gil=off&fault=segfault.0.1.u5",
                ["Thread 2 of process 1 crashed", "out of bounds"],
            ),
            (
                "threads=2&units=50&fault=hang.0.0.u5",
                ["Thread 1 of process 1 hung", "no sign of life for 2 s"],
            ),
        ] {
            page.measure(fragment).await?;
            expect_message(page, &parts).await?;
        }
        Ok(())
    });
}

async fn expect_message(page: &Page, parts: &[&str]) -> anyhow::Result<()> {
    let messages = page.text("messages").await?;
    for part in parts {
        assert!(messages.contains(part), "no {part:?} in {messages:?}");
    }
    Ok(())
}
