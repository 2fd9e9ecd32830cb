//! Every screen of the page, and how a visitor gets there: for what must hold
//! on each of them.

use crate::page::Page;
use anyhow::{Context, Result};

/// A screen: its name, the address's fragment, and what is clicked then.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// For files and messages.
    pub name: &'static str,
    /// The address's fragment, without the `#`.
    pub fragment: &'static str,
    /// What is clicked, in order: `data-testid`s.
    pub clicks: &'static [&'static str],
}

const fn screen(
    name: &'static str,
    fragment: &'static str,
    clicks: &'static [&'static str],
) -> Screen {
    Screen {
        name,
        fragment,
        clicks,
    }
}

/// All of them.
pub const SCREENS: &[Screen] = &[
    screen("start", "", &[]),
    screen("experiment", "v=1", &[]),
    screen(
        "failure",
        "v=1&procs=2&threads=2&gil=off&fault=segfault.0.1.u30",
        &["tab-failures"],
    ),
    screen("charts", "v=1&units=200&cpu=500&io=5000", &["tab-charts"]),
    screen("numbers", "v=1&procs=4&threads=1", &["tab-numbers"]),
    screen("compare-empty", "v=1", &["tab-compare"]),
    screen(
        "compare",
        "v=1",
        &["tab-compare", "keep", "preset-processes"],
    ),
    screen("machine", "v=1", &["tab-machine"]),
    screen("lessons", "v=1", &["tab-lessons"]),
    screen("lesson", "v=1", &["tab-lessons", "open-T7"]),
    screen("program", "v=1", &["tab-program"]),
    screen("python", "v=1", &["tab-python"]),
    screen("keys", "v=1", &["keys"]),
    screen("share", "v=1", &["share"]),
    screen("broken-link", "procs=65&threads=two&colour=red", &[]),
    screen("largest", "v=1&cores=64&procs=64&threads=64", &[]),
];

/// Widths and heights of a laptop, a tablet and a phone, CSS px.
pub const SIZES: [(u32, u32); 3] = [(1440, 900), (1024, 768), (390, 844)];

/// Light and dark.
pub const THEMES: [&str; 2] = ["light", "dark"];

impl Page {
    /// Go to a screen.
    pub async fn go_to(&self, screen: &Screen) -> Result<()> {
        self.open_experiment(screen.fragment).await?;
        for &testid in screen.clicks {
            self.click(testid)
                .await
                .with_context(|| format!("on the way to {}", screen.name))?;
            self.wait_until_idle().await?;
        }
        // The editor comes a little later, in the place of a plain field.
        self.wait_for(
            "[...document.querySelectorAll('scenario-editor')].every((it) => 'ready' in it.dataset)",
        )
        .await
    }

    /// Make the page's view so large, CSS px, whatever the window's least size
    /// is. Only Chromium can.
    pub async fn resize(&self, (width, height): (u32, u32)) -> Result<()> {
        let arguments = serde_json::json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500,
        });
        let method = "Emulation.setDeviceMetricsOverride";
        self.driver().cdp().send_raw(method, arguments).await?;
        Ok(())
    }

    /// Choose light or dark, as the button does, for this visit and the next
    /// loads.
    pub async fn choose_theme(&self, theme: &str) -> Result<()> {
        self.eval(&format!(
            "(localStorage.setItem('timeslice-theme', '{theme}'), \
              document.documentElement.dataset.theme = '{theme}')"
        ))
        .await?;
        Ok(())
    }
}
