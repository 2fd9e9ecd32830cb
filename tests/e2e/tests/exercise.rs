//! Exercises: the picture comes after the answer, and the page knows a right
//! answer from a wrong one.

use anyhow::{Context, Result};
use timeslice::app::exercise::{Ask, Exercise, Topic, ms};
use timeslice::experiment::scenario::{Document, read};
use timeslice::sim::{Limits, ThreadReport, run};
use timeslice_e2e::{Host, Page, visit_together};

/// The answer to each question of an exercise, from the simulator.
fn answers(exercise: Exercise) -> Vec<String> {
    let Ok(Document::Scenario(scenario)) = read(&exercise.text()) else {
        panic!("{exercise:?} is a scenario");
    };
    let run = run(&scenario, Limits::default()).expect("it runs");
    let names: Vec<&str> = scenario.processes[0]
        .threads
        .iter()
        .map(|job| &*job.name)
        .collect();
    let end = |job: &ThreadReport| job.ended_ns.expect("it ends");
    let mean = |of: &dyn Fn(&ThreadReport) -> u64| {
        let sum: u64 = run.threads.iter().map(of).sum();
        ms(sum as f64 / names.len() as f64)
    };
    match exercise.ask() {
        Ask::Ends => run.threads.iter().map(|job| ms(end(job) as f64)).collect(),
        Ask::Means => vec![
            mean(&|job| job.turnaround_ns().expect("it ends")),
            mean(&|job| job.response_ns().expect("it runs")),
            mean(&ThreadReport::waiting_ns),
        ],
        Ask::Order => {
            let mut order: Vec<_> = names.iter().zip(&run.threads).collect();
            order.sort_by_key(|(_, job)| end(job));
            let names: Vec<&str> = order.into_iter().map(|(name, _)| *name).collect();
            vec![names.join(" ")]
        }
    }
}

/// An answer like this one, but wrong.
fn wrong(answer: &str) -> String {
    match answer.parse::<f64>() {
        Ok(time) => ms((time + 0.02) * 1e6),
        Err(_) => answer.split(' ').rev().collect::<Vec<_>>().join(" "),
    }
}

/// Sets an exercise. Neither the picture nor a number is shown then.
async fn set(page: &Page, exercise: Exercise) -> Result<()> {
    page.set("exercise-topic", exercise.topic.label()).await?;
    page.set("exercise-seed", &exercise.seed.to_string())
        .await?;
    let key = exercise.to_key();
    page.wait_for(&format!(
        "{}.dataset.exercise === '{key}'",
        Page::expression("exercise")
    ))
    .await?;
    page.wait_until_idle().await?;
    for testid in ["timeline", "machine", "headline", "numbers"] {
        assert!(
            !is_there(page, testid).await?,
            "{testid} would tell the answer to {key}"
        );
    }
    let hidden = page.eval("document.querySelectorAll('[data-testid=answer-first]').length");
    assert_eq!(hidden.await?, 2, "in the middle and on the right");
    assert_eq!(page.content("exercise-result").await?, "");
    // The link holds the exercise, not the jobs.
    page.wait_for(&format!(
        "location.hash.endsWith('&exercise={key}') && !location.hash.includes('&p=')"
    ))
    .await
}

/// Whether it is on the page, without opening its tab.
async fn is_there(page: &Page, testid: &str) -> Result<bool> {
    let found = format!("{} !== null", Page::expression(testid));
    Ok(page.eval(&found).await? == true)
}

/// Enters answers and has them checked.
async fn answer(page: &Page, answers: &[String]) -> Result<()> {
    for (index, answer) in answers.iter().enumerate() {
        page.set(&format!("answer-{index}"), answer).await?;
    }
    assert!(!page.has(&format!("answer-{}", answers.len())).await?);
    page.click("check-answers").await
}

/// What is said of an exercise that is over, now that picture and numbers are
/// there.
async fn shown(page: &Page, said: &str) -> Result<()> {
    page.wait_for_text("exercise-result", said).await?;
    page.wait_until_idle().await?;
    for testid in ["timeline", "machine", "headline", "numbers"] {
        page.wait_for(&Page::expression(testid)).await?;
    }
    assert!(!is_there(page, "answer-first").await?);
    assert!(!is_there(page, "check-answers").await?);
    page.drawn_when("timeline", |drawn| !drawn.is_blank())
        .await
        .map(drop)
}

/// Every topic, and in turn every kind of question.
fn exercises() -> impl Iterator<Item = Exercise> {
    let topics = Topic::ALL.into_iter().zip(1..);
    topics.map(|(topic, seed)| Exercise { topic, seed })
}

async fn open(page: &Page) -> Result<()> {
    page.open_experiment("v=1&right=numbers").await?;
    page.open_editor().await?;
    page.click("start-exercise").await
}

#[test]
fn right_answers_are_told_from_wrong_ones() {
    visit_together("exercise", Host::isolated(), async |page| {
        open(page).await?;
        for exercise in exercises() {
            let key = exercise.to_key();
            let right = answers(exercise);
            set(page, exercise).await?;
            answer(page, &right).await?;
            shown(page, "All right.").await.context(key.clone())?;
            let marks = page.eval("document.querySelectorAll('.answer .mark.right').length");
            assert_eq!(marks.await?, right.len(), "{key}");

            // The last one wrong, and corrected in words.
            let (last, rest) = right.split_last().expect("a question");
            let entered = [rest, &[wrong(last)]].concat();
            set(
                page,
                Exercise {
                    seed: exercise.seed + 1,
                    ..exercise
                },
            )
            .await?;
            set(page, exercise).await?;
            answer(page, &entered).await?;
            let score = format!("{} of {} right.", rest.len(), right.len());
            shown(page, &score).await.context(key.clone())?;
            let field = format!("answer-{}", rest.len());
            assert_eq!(page.attribute(&field, "aria-invalid").await?, "true");
            let mark = page
                .eval(&format!(
                    "document.getElementById('{field}-mark').textContent"
                ))
                .await?;
            assert_eq!(mark, format!("✗ It is {last}."), "{key}");
            assert_eq!(page.value(&field).await?, wrong(last), "{key}");
        }
        Ok(())
    });
}

#[test]
fn giving_up_shows_the_answers_and_the_jobs_can_be_taken_along() {
    visit_together("exercise-given-up", Host::isolated(), async |page| {
        open(page).await?;
        for exercise in exercises().take(3) {
            set(page, exercise).await?;
            page.click("show-answers").await?;
            shown(page, "These are the answers.").await?;
            for (index, answer) in answers(exercise).iter().enumerate() {
                let field = format!("answer-{index}");
                assert_eq!(&page.value(&field).await?, answer);
                assert_eq!(page.attribute(&field, "readonly").await?, "true");
            }
            // The next one is hidden again.
            page.click("next-exercise").await?;
            page.wait_for_text("answer-first", "Answer first").await?;
        }

        // A link leads to the same exercise, unanswered.
        let exercise = exercises().nth(3).expect("an exercise");
        let key = exercise.to_key();
        page.open_experiment(&format!("v=1&left=program&exercise={key}"))
            .await?;
        assert_eq!(page.attribute("exercise", "data-exercise").await?, key);
        page.wait_for_text("answer-first", "Answer first").await?;
        page.click("end-exercise").await?;
        page.runs(&exercise.text()).await
    });
}
