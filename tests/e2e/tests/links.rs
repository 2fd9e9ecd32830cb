//! Links, presets, and addresses that visitors edit.

use timeslice::experiment::{PRESETS, from_fragment};
use timeslice_e2e::{Host, visit};

#[test]
fn a_preset_sets_everything() {
    visit("presets", Host::isolated(), async |page| {
        page.open("#cores=7&policy=fifo&kernel=sieve&costs=ideal&seed=9&fault=kill.0.0.u1")
            .await?;
        // Backwards, so that the first one, too, has something to change.
        for (index, preset) in PRESETS.iter().enumerate().rev() {
            let button = format!("preset-{}", preset.id);
            page.click(&button).await?;
            page.shows(&preset.experiment()).await?;
            assert_eq!(page.attribute(&button, "aria-pressed").await?, "true");
            page.wait_for_text("claim", preset.claim).await?;
            // A reload finds the same.
            let fragment = page.fragment().await?;
            assert_eq!(from_fragment(&fragment).experiment, preset.experiment());
            assert_eq!(fragment, preset.fragment, "{index}");
        }
        Ok(())
    });
}

#[test]
fn a_preset_can_be_had_by_its_number_on_the_keyboard() {
    visit("preset-keys", Host::isolated(), async |page| {
        page.open("").await?;
        page.wait_until_idle().await?;
        for (key, preset) in ['2', '3', '1'].into_iter().zip([1, 2, 0]) {
            page.press_on_page(key).await?;
            page.shows(&PRESETS[preset].experiment()).await?;
        }
        Ok(())
    });
}

#[test]
fn an_edited_address_is_followed() {
    visit("edited-address", Host::isolated(), async |page| {
        page.open("#procs=2").await?;
        page.wait_until_idle().await?;
        for fragment in [
            "procs=3&threads=2&gil=off",
            "units=50",
            "",
            "fault=hang.0.1.u3",
        ] {
            page.open(&format!("#{fragment}")).await?;
            page.shows_fragment(fragment).await?;
        }
        Ok(())
    });
}

#[test]
fn what_is_broken_in_a_link_is_said_and_the_rest_counts() {
    const BROKEN: &str = "procs=65&threads=two&gil=maybe&colour=red&cores=8&fault=boom&units=50";
    visit("broken-link", Host::isolated(), async |page| {
        let problems = from_fragment(BROKEN).problems;
        assert_eq!(problems.len(), 5);
        for is_edit in [false, true] {
            if is_edit {
                page.open("#gil=off").await?;
                page.shows_fragment("gil=off").await?;
                page.open(&format!("#{BROKEN}")).await?;
            } else {
                page.open(&format!("#{BROKEN}")).await?;
            }
            let said = page.text("problems").await?;
            for problem in &problems {
                assert!(
                    said.contains(&problem.to_string()),
                    "{problem} not in {said}"
                );
            }
            assert_eq!(page.value("field-procs-number").await?, "1");
            page.set("field-procs-number", "2").await?;
            page.shows_fragment("cores=8&units=50&procs=2").await?;
            page.click("problems button").await?;
            page.wait_for("!document.querySelector('[data-testid=problems]')")
                .await?;
        }
        Ok(())
    });
}

#[test]
fn a_link_of_another_version_is_not_guessed_at() {
    visit("other-version", Host::isolated(), async |page| {
        page.open_experiment("v=99&procs=4").await?;
        assert!(page.text("problems").await?.contains("99"));
        assert_eq!(page.value("field-procs-number").await?, "1");
        Ok(())
    });
}
