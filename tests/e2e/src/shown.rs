//! Whether the page shows an experiment as it should.

use crate::page::Page;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use timeslice::app::{State, headline};
use timeslice::experiment::{Experiment, Field, from_fragment, to_fragment};

impl Page {
    /// Wait until the page shows this experiment, and check that the address,
    /// the controls and the verdict all agree on it. What they should say is
    /// computed here by the page's own core.
    pub async fn shows(&self, experiment: &Experiment) -> Result<()> {
        let fragment = to_fragment(experiment);
        let state = State::open(&fragment);
        let (_, sentence) = headline(&state);
        // What stands behind the experiment is about the page around it.
        self.wait_for(&format!(
            "location.hash.replace(/&(left|right|lesson|p|a|t|from|to|exercise|embed)=.*/, '') \
             === {:?}",
            format!("#{fragment}").as_str()
        ))
        .await
        .context("the address does not follow")?;
        self.wait_until_idle().await?;
        self.wait_for_text("headline", &sentence)
            .await
            .context("the verdict does not follow")?;
        self.show_tab("sliders").await?;
        let controls = self.controls().await?;
        for field in Field::ALL {
            field_shows(&controls, field, experiment)?;
        }
        ensure!(
            controls["gil"] == experiment.gil,
            "the GIL's switch is wrong"
        );
        for (testid, label) in [
            ("policy", experiment.policy.label()),
            ("kernel", experiment.kernel.label()),
            ("profile", experiment.profile.label()),
        ] {
            let chosen = &controls[testid];
            ensure!(chosen == label, "{testid} is {chosen}, not {label}");
        }
        let faults = self.eval("document.querySelectorAll('.fault').length");
        ensure!(
            faults.await? == experiment.faults.len(),
            "the faults are not these: {:?}",
            experiment.faults
        );
        Ok(())
    }

    /// The same for an experiment given as a link.
    pub async fn shows_fragment(&self, fragment: &str) -> Result<()> {
        self.shows(&from_fragment(fragment).experiment).await
    }

    /// The values of all controls, by their testid.
    async fn controls(&self) -> Result<Value> {
        self.eval(
            "Object.fromEntries([...document.querySelectorAll('form :is(input, select)[data-testid]')] \
             .map((c) => [c.dataset.testid, c.type === 'checkbox' ? c.checked : c.value]))",
        )
        .await
    }
}

fn field_shows(controls: &Value, field: Field, experiment: &Experiment) -> Result<()> {
    let (spec, value) = (field.spec(), field.get(experiment));
    // Hidden where it has no meaning.
    if let Some(shown) = controls.get(format!("field-{}-number", spec.key)) {
        ensure!(
            shown == &value.to_string(),
            "{} is {shown}, not {value}",
            spec.label
        );
    }
    if let Some(stop) = controls.get(format!("field-{}", spec.key)) {
        ensure!(
            stop == &spec.stop_of(value).to_string(),
            "the slider of {} is at {stop} for {value}",
            spec.label
        );
    }
    Ok(())
}
