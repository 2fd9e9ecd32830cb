use super::*;
use crate::app::program::{Written, written};

fn exercises() -> impl Iterator<Item = Exercise> {
    Topic::ALL
        .into_iter()
        .flat_map(|topic| (0..12).map(move |seed| Exercise { topic, seed }))
}

#[test]
fn every_exercise_is_valid_and_the_same_again() {
    for exercise in exercises() {
        let text = exercise.text();
        assert!(matches!(written(&text), Written::Program(_)), "{text}");
        assert_eq!(text, exercise.text());
        assert_eq!(Exercise::from_key(&exercise.to_key()), Some(exercise));
        let answering = Answering::new(exercise);
        assert!(!answering.fields.is_empty() && answering.jobs.len() > 2);
    }
    assert_ne!(
        Exercise {
            topic: Topic::Fifo,
            seed: 1
        }
        .text(),
        Exercise {
            topic: Topic::Fifo,
            seed: 2
        }
        .text()
    );
    for key in ["", "fifo", "fifo.x", "nobody.1"] {
        assert_eq!(Exercise::from_key(key), None);
    }
}

/// When each job ends when jobs run one after the other, each to its end, on
/// one core: by hand, for FIFO and SJF.
fn one_after_the_other(jobs: &[(f64, f64)], shortest_first: bool) -> Vec<f64> {
    let mut ends = vec![0.0; jobs.len()];
    let mut left: Vec<usize> = (0..jobs.len()).collect();
    let mut now: f64 = 0.0;
    while !left.is_empty() {
        let first = left
            .iter()
            .map(|&job| jobs[job].0)
            .fold(f64::INFINITY, f64::min);
        now = now.max(first);
        let key = |job: usize| {
            if shortest_first {
                jobs[job].1
            } else {
                jobs[job].0
            }
        };
        let here = left.iter().copied().filter(|&job| jobs[job].0 <= now);
        let next = here
            .min_by(|&a, &b| key(a).total_cmp(&key(b)))
            .expect("one has arrived");
        now += jobs[next].1;
        ends[next] = now;
        left.retain(|&job| job != next);
    }
    ends
}

fn answered(exercise: Exercise, answers: &[String]) -> Option<(usize, usize)> {
    let mut answering = Answering::new(exercise);
    for (field, answer) in answers.iter().enumerate() {
        answering.answer(field, answer.clone());
    }
    assert_eq!((answering.score(), answering.is_shown()), (None, false));
    answering.check();
    assert!(answering.is_shown());
    answering.score()
}

#[test]
fn the_simulators_answers_are_those_of_an_independent_calculation() {
    for (topic, shortest_first) in [(Topic::Fifo, false), (Topic::Sjf, true)] {
        for seed in 0..60 {
            let exercise = Exercise { topic, seed };
            let jobs: Vec<(f64, f64)> = Answering::new(exercise)
                .jobs
                .iter()
                .map(|job| {
                    (
                        job.arrival.parse().expect("ms"),
                        job.burst.parse().expect("ms"),
                    )
                })
                .collect();
            let ends = one_after_the_other(&jobs, shortest_first);
            let count = jobs.len() as f64;
            let mean = |of: &dyn Fn(usize) -> f64| {
                format!("{:.2}", (0..jobs.len()).map(of).sum::<f64>() / count)
            };
            let answers: Vec<String> = match exercise.ask() {
                Ask::Ends => ends.iter().map(|end| format!("{end} ms")).collect(),
                Ask::Means => {
                    let waiting = mean(&|job| ends[job] - jobs[job].0 - jobs[job].1);
                    // Nothing is interrupted, so the first wait is the only one.
                    vec![
                        mean(&|job| ends[job] - jobs[job].0),
                        waiting.clone(),
                        waiting,
                    ]
                }
                Ask::Order => {
                    let mut order: Vec<usize> = (0..jobs.len()).collect();
                    order.sort_by(|&a, &b| ends[a].total_cmp(&ends[b]));
                    let letter = |&job: &usize| char::from(b'a' + job as u8);
                    vec![order.iter().map(letter).collect()]
                }
            };
            let (right, all) = answered(exercise, &answers).expect("it was checked");
            assert_eq!(right, all, "{}: {answers:?} {ends:?}", exercise.to_key());
        }
    }
}

#[test]
fn wrong_answers_are_told_what_is_right() {
    // Round robin, three jobs of 5 ms, slice 1 ms: they end at 13, 14 and 15.
    let book = |seed| Exercise {
        topic: Topic::Book,
        seed,
    };
    assert_eq!(book(3).ask(), Ask::Order);
    for (said, right) in [
        ("A B C", 1),
        ("a,b,c", 1),
        ("ABC", 1),
        ("A C B", 0),
        ("A B", 0),
        ("", 0),
        ("A A B C", 0),
    ] {
        assert_eq!(
            answered(book(3), &[said.to_owned()]),
            Some((right, 1)),
            "{said}"
        );
    }
    // The same list again, with another question.
    assert_eq!(book(7).ask(), Ask::Ends);
    let answers = ["13", "14,00", "15.1"].map(str::to_owned);
    assert_eq!(answered(book(7), &answers), Some((2, 3)));
    let mut answering = Answering::new(book(7));
    answering.check();
    let said: Vec<_> = answering
        .fields
        .iter()
        .filter_map(|field| field.mark.as_ref())
        .collect();
    assert_eq!(
        said.iter()
            .map(|mark| mark.said.as_str())
            .collect::<Vec<_>>(),
        ["13", "14", "15"]
    );
}

#[test]
fn means_may_be_rounded_to_two_digits() {
    // The convoy: turnaround (100 + 109 + 118) / 3 = 109.
    let exercise = Exercise {
        topic: Topic::Book,
        seed: 5,
    };
    assert_eq!(exercise.ask(), Ask::Means);
    let answers = ["109", "69", "69"].map(str::to_owned);
    assert_eq!(answered(exercise, &answers), Some((3, 3)));
    // Two cores: responses 0, 0, 3 and 4 ms.
    let exercise = Exercise {
        topic: Topic::Book,
        seed: 8,
    };
    let mut answering = Answering::new(exercise);
    answering.show();
    assert!(answering.is_shown() && answering.score().is_none());
    assert_eq!(answering.fields[1].entered, "1.75");
}
