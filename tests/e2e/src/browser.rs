//! A headless browser with a fresh profile, and the driver that steers it.

mod chromium;
mod driver;
mod firefox;

use anyhow::{Context, Result};
use driver::Driver;
use std::fmt;
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::WebDriver;
use tokio::time::timeout;

/// How long the driver and the browser may take to start: they share the
/// machine with compilers.
const START: Duration = Duration::from_secs(60);

/// A browser that the tests know how to drive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    /// Chromium, through chromedriver.
    Chromium,
    /// Firefox, through geckodriver.
    Firefox,
}

impl Browser {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Chromium, Self::Firefox];

    /// Start it with its driver.
    pub(crate) async fn start(self) -> Result<Running> {
        let profile = tempfile::tempdir().context("no folder for the browser's profile")?;
        let mut process = timeout(START, Driver::start(self, profile.path()))
            .await
            .with_context(|| format!("{self}'s driver does not start"))??;
        let address = format!("http://127.0.0.1:{}", process.port);
        let started = match self {
            Self::Chromium => {
                WebDriver::new(address, chromium::capabilities(profile.path())?).await
            }
            Self::Firefox => WebDriver::new(address, firefox::capabilities()?).await,
        };
        let driver = started.with_context(|| {
            let said = process.said().join("\n");
            format!("the driver does not start {self}; it said:\n{said}")
        })?;
        Ok(Running {
            browser: self,
            driver,
            process,
            _profile: profile,
        })
    }
}

impl fmt::Display for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        })
    }
}

/// A running browser. Dropping it kills the driver, so nothing stays behind
/// when a test panics.
pub(crate) struct Running {
    pub(crate) browser: Browser,
    pub(crate) driver: WebDriver,
    process: Driver,
    _profile: TempDir,
}

impl Running {
    /// What the console has said since it was asked last, a line an entry.
    pub(crate) async fn console(&mut self) -> Result<Vec<String>> {
        match self.browser {
            // Asking empties the driver's list.
            Browser::Chromium => {
                let news = self.driver.browser_log().await?;
                Ok(news
                    .into_iter()
                    .map(|entry| format!("{} {}", entry.level, entry.message))
                    .collect())
            }
            // Its driver has no such list, but passes on what Firefox prints.
            Browser::Firefox => Ok(firefox::console(&self.process.said())),
        }
    }

    /// Whether a line of the console is an error.
    pub(crate) fn is_error(&self, line: &str) -> bool {
        match self.browser {
            Browser::Chromium => line.starts_with("SEVERE"),
            Browser::Firefox => firefox::is_error(line),
        }
    }

    /// The driver's process; the browser's are its descendants.
    pub(crate) fn driver_process(&self) -> Option<u32> {
        self.process.id()
    }
}
