//! Two experiments on one axis.

use timeslice_e2e::{Host, visit_together};

#[test]
fn two_runs_are_set_side_by_side_and_told_apart_in_words() {
    visit_together("compare", Host::isolated(), async |page| {
        page.open_experiment("v=1").await?;
        page.show_tab("compare").await?;
        page.click("keep").await?;
        page.click("preset-processes").await?;
        page.wait_until_idle().await?;
        page.wait_for_text("compare-words", "sooner").await?;
        let words = page.text("compare-words").await?;
        assert!(words.contains("GIL"), "{words}");

        // It is in the link, which is written a moment later.
        page.wait_for("/procs=4.*&a=/.test(location.hash)").await?;
        let fragment = page.fragment().await?;
        page.open_experiment(&fragment).await?;
        page.wait_for_text("compare-words", "sooner").await?;
        assert_eq!(page.text("compare-words").await?, words);

        page.click("unkeep").await?;
        page.wait_for("!document.querySelector('[data-testid=compare-words]')")
            .await
    });
}

#[test]
fn a_failure_is_put_in_where_one_clicks() {
    visit_together("inject", Host::isolated(), async |page| {
        page.open_experiment("v=1&procs=2&threads=2&gil=off")
            .await?;
        assert!(page.has("no-failures").await?);
        page.set("inject-kind", "Segfault").await?;
        page.click("inject-now").await?;
        page.wait_for_text(
            "failures-predicted",
            "crashed with an invalid memory access",
        )
        .await?;
        page.wait_for_text("blast", "1 of 2 processes").await?;
        page.click("undo").await?;
        page.wait_for("document.querySelector('[data-testid=no-failures]')")
            .await
    });
}
