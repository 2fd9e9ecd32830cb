//! The job list as a table: what is entered there is written into the text, and
//! the averages follow.

use anyhow::{Context, Result};
use timeslice::app::program::JOB_LIST;
use timeslice::plot::duration;
use timeslice_e2e::{Host, Key, Page, visit_together};

/// The sums over all jobs, ms: turnaround, response and waiting time; and how
/// many jobs they are.
type Sums = ([u64; 3], u64);

/// Checks the means that the page shows.
async fn check(page: &Page, (sums, jobs): Sums) -> Result<()> {
    page.wait_until_idle().await?;
    for (name, sum) in ["turnaround", "response", "waiting"].into_iter().zip(sums) {
        let row = format!("row-{name} .predicted");
        let mean = duration(sum * 1_000_000 / jobs);
        page.reveal(&row).await?;
        let found = Page::expression(&row);
        page.wait_for(&format!("{found}?.textContent === '{mean}'"))
            .await
            .with_context(|| format!("the mean {name} time is not {mean}"))?;
    }
    // Nothing is left to complain about.
    page.wait_for(&format!(
        "{}.textContent === '' && !document.querySelector('.jobs .refusal')",
        Page::expression("program-errors")
    ))
    .await
}

/// Shows the convoy of the textbooks in the table.
async fn open(page: &Page) -> Result<()> {
    page.open_experiment("v=1").await?;
    page.open_editor().await?;
    page.click("new-jobs").await?;
    page.runs(JOB_LIST).await?;
    check(page, CONVOY).await
}

/// A from 0 for 10, B from 1 for 2, C from 2 for 1: they end at 10, 12 and 13.
const CONVOY: Sums = ([10 + 11 + 11, 9 + 10, 9 + 10], 3);

#[test]
fn jobs_are_added_changed_and_removed_and_the_averages_follow() {
    /// What is set, and what comes of it by hand.
    const SET: [(&str, &str, Sums); 7] = [
        // They end at 4, 6 and 7.
        ("job-0-burst", "4", ([4 + 5 + 5, 3 + 4, 3 + 4], 3)),
        // Shortest to completion first: A, B from 1 to 3, C to 4, A to 7.
        ("jobs-policy", "srtf", ([7 + 2 + 2, 1, 3 + 1], 3)),
        // On its own core, all the same; C on A's heels or B's.
        ("jobs-cores", "3", ([4 + 2 + 1, 0, 0], 3)),
        ("jobs-cores", "1", ([7 + 2 + 2, 1, 3 + 1], 3)),
        // Slices of 4: A runs to its end at 4, B to 6, C to 7.
        ("jobs-policy", "rr", ([4 + 5 + 5, 3 + 4, 3 + 4], 3)),
        // Slices of 1: A B A C B A A.
        ("jobs-slice", "1 ms", ([7 + 4 + 2, 1, 3 + 2 + 1], 3)),
        // Nothing waits for what comes later.
        ("job-1-arrival", "7", ([5 + 2 + 1, 0, 1], 3)),
    ];
    visit_together("jobs", Host::isolated(), async |page| {
        open(page).await?;
        for (field, value, sums) in SET {
            page.set(field, value).await?;
            check(page, sums)
                .await
                .with_context(|| format!("{field} is {value}"))?;
        }

        // One more, which arrives with the last; the visitor goes on in it.
        open(page).await?;
        page.click("add-job").await?;
        page.wait_for("document.activeElement.dataset.testid === 'job-3-name'")
            .await?;
        assert_eq!(page.value("job-3-name").await?, "D");
        check(page, ([32 + 12, 19 + 11, 19 + 11], 4)).await?;
        page.press_with_control('a').await?;
        page.type_keys("Late").await?;
        page.type_keys(Key::Tab).await?;
        page.set("job-3-arrival", "13").await?;
        check(page, ([32 + 1, 19, 19], 4)).await?;
        let text = page.editor_text().await?;
        assert!(
            text.contains(r#""name": "Late", "arrival": "13 ms""#),
            "{text}"
        );

        // Without the first one: they end at 3, 4 and 14.
        page.click("remove-job-0").await?;
        check(page, ([2 + 2 + 1, 1, 1], 3)).await?;
        assert_eq!(page.value("job-0-name").await?, "B");
        page.click("undo").await?;
        check(page, ([32 + 1, 19, 19], 4)).await
    });
}

#[test]
fn what_does_not_fit_is_refused_in_words_and_nothing_is_lost() {
    /// What is entered, what fits, and what is said.
    const REFUSED: [(&str, &str, &str, &str); 7] = [
        ("job-0-burst", "", "10 ms", "a job needs a CPU time"),
        (
            "job-1-burst",
            "-3",
            "2 ms",
            "\"-3\" is no time such as 5 ms",
        ),
        ("job-1-arrival", "soon", "1 ms", "\"soon\" is no time"),
        ("jobs-cores", "0", "1", "no whole number from 1 to 256"),
        ("jobs-cores", "1.5", "1", "no whole number from 1 to 256"),
        ("jobs-cores", "257", "1", "no whole number from 1 to 256"),
        ("job-2-burst", "1 day", "1 ms", "\"1 day\" is no time"),
    ];
    visit_together("jobs-refused", Host::isolated(), async |page| {
        open(page).await?;
        let picture = page.drawn("timeline").await?;
        for (field, bad, good, said) in REFUSED {
            page.set(field, bad).await?;
            let reason = reason(page, field).await?;
            assert!(reason.contains(said), "{field} {bad}: {reason}");
            assert_eq!(page.value(field).await?, bad, "what was entered stays");
            assert_eq!(page.editor_text().await?, JOB_LIST);
            assert_eq!(page.drawn("timeline").await?, picture);
            page.set(field, good).await?;
            check(page, CONVOY)
                .await
                .with_context(|| field.to_owned())?;
        }
        Ok(())
    });
}

#[test]
fn a_mistake_in_the_text_is_told_beside_its_field() {
    visit_together("jobs-mistake", Host::isolated(), async |page| {
        open(page).await?;
        let at = JOB_LIST.find("2 ms").expect("a time");
        page.select(at..at + 4).await?;
        page.type_keys("2 moons").await?;
        let bad = JOB_LIST.replacen("2 ms", "2 moons", 1);
        page.complains(JOB_LIST, &bad).await?;
        let reason = reason(page, "job-1-burst").await?;
        assert!(reason.contains("2 moons"), "{reason}");
        // Mended in the table.
        page.set("job-1-burst", "2").await?;
        check(page, CONVOY).await?;
        page.runs(JOB_LIST).await
    });
}

/// Why an entry of the table is refused, as soon as it is.
async fn reason(page: &Page, field: &str) -> Result<String> {
    let input = Page::expression(field);
    page.wait_for(&format!("{input}.getAttribute('aria-invalid') === 'true'"))
        .await?;
    let said = format!("document.getElementById({input}.getAttribute('aria-describedby'))");
    let said = page.eval(&format!("{said}?.textContent")).await?;
    let said = said.as_str().map(str::to_owned);
    said.with_context(|| format!("nothing is said about {field}"))
}
