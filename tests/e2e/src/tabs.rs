//! Where things stand: most of the page lies behind tabs, and whoever looks for
//! something opens the tab first.

use crate::page::Page;
use anyhow::{Context, Result};
use thirtyfour::By;

/// Which tab shows what: the tab's name, and how the `data-testid`s in it
/// begin. The first that fits counts.
const TABS: &[(&str, &[&str])] = &[
    (
        "sliders",
        &[
            "field-",
            "gil",
            "policy",
            "kernel",
            "profile",
            "add-fault",
            "fault-",
            "warnings",
        ],
    ),
    (
        "lessons",
        &[
            "lesson",
            "open-",
            "try-",
            "verdict-",
            "trouble-",
            "findings-",
            "checks-",
            "measure-all",
            "stop-doing",
            "export-findings",
            "costs-from",
            "workers-now",
        ],
    ),
    ("program", &["editor", "program-", "jobs", "exercise"]),
    ("charts", &["chart-"]),
    (
        "measure",
        &[
            "lab",
            "run",
            "measurement-json",
            "measured-verdict",
            "messages",
            "refusal",
            "environment",
            "threads-unavailable",
            "chart",
            "throughput",
        ],
    ),
    ("failures", &["failures-", "no-failures", "inject"]),
    ("numbers", &["numbers", "scheduler-numbers", "row-"]),
    ("compare", &["keep", "unkeep", "compare"]),
    (
        "machine",
        &[
            "probes",
            "run-probes",
            "export-probes",
            "forget-probes",
            "grid",
            "run-grid",
            "stop-grid",
            "heat",
        ],
    ),
];

/// The tab in which an element of this `data-testid` lies.
fn tab_of(testid: &str) -> Option<&'static str> {
    // A whole name goes before the beginning of one: "run-grid" is no "run".
    let fits = |name: &&str| match name.strip_suffix('-') {
        Some(_) => testid.starts_with(*name),
        None => testid == *name,
    };
    let begins = |name: &&str| testid.starts_with(*name);
    let find = |fits: &dyn Fn(&&str) -> bool| {
        let found = TABS.iter().find(|(_, names)| names.iter().any(&fits));
        found.map(|&(tab, _)| tab)
    };
    find(&fits).or_else(|| find(&begins))
}

impl Page {
    /// Open a tab by its name, as in `tab-charts`.
    pub async fn show_tab(&self, tab: &str) -> Result<()> {
        let name = format!("tab-{tab}");
        let element = Self::expression(&name);
        self.wait_for(&element).await?;
        if self
            .eval(&format!("{element}.ariaSelected === 'true'"))
            .await?
            == true
        {
            return Ok(());
        }
        self.driver()
            .find(By::Css(format!("[data-testid='{name}']")))
            .await?
            .click()
            .await
            .with_context(|| format!("cannot open the tab {tab}"))?;
        self.wait_for(&format!("{element}.ariaSelected === 'true'"))
            .await
    }

    /// Open the tab that an element lies in, unless it is there already.
    pub async fn reveal(&self, testid: &str) -> Result<()> {
        let name = testid.split(' ').next().unwrap_or_default();
        let is_there = self
            .eval(&format!("{} !== null", Self::expression(name)))
            .await?;
        match tab_of(name) {
            Some(tab) if is_there == false && self.has_tabs().await? => self.show_tab(tab).await,
            _ => Ok(()),
        }
    }

    /// Whether the page has been mounted, and has tabs.
    async fn has_tabs(&self) -> Result<bool> {
        let found = self
            .eval("document.querySelector('[role=tab]') !== null")
            .await?;
        Ok(found == true)
    }
}

#[cfg(test)]
mod tests {
    use super::tab_of;

    #[test]
    fn each_thing_has_its_tab() {
        for (testid, tab) in [
            ("run", Some("measure")),
            ("run-grid", Some("machine")),
            ("chart", Some("measure")),
            ("chart-gil", Some("charts")),
            ("gil", Some("sliders")),
            ("lesson-P1", Some("lessons")),
            ("lessons-summary", Some("lessons")),
            ("failures-predicted", Some("failures")),
            ("grid-json", Some("machine")),
            ("timeline", None),
        ] {
            assert_eq!(tab_of(testid), tab, "{testid}");
        }
    }
}
