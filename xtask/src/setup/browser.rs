//! The browser that the tests drive, and the driver that lets them.

use super::packages::{self, Package};
use crate::{process, progress};
use anyhow::{Context, Result};
use std::env;
use std::path::PathBuf;

const CHROMIUM: Package<'_> = Package {
    name: "Chromium and its driver",
    apt: &["chromium", "chromium-driver"],
    dnf: &["chromium", "chromedriver"],
    pacman: &["chromium"],
    brew: &["chromedriver", "google-chrome"],
    winget: &["Google.Chrome", "Chromium.ChromeDriver"],
};

/// Have a browser with its driver; return the driver.
pub(crate) fn ensure() -> Result<PathBuf> {
    if let Some(driver) = driver() {
        progress::present("Chromium's driver", &driver.display().to_string());
        return Ok(driver);
    }
    progress::working(
        "Chromium",
        "the tests open the page in a real browser",
        || {
            packages::install(&CHROMIUM)?;
            driver().context("Chromium was installed, yet no chromedriver is on the PATH")
        },
    )
}

/// The driver: `CHROMEDRIVER` if set, else the PATH's, else the one that
/// GitHub's machines keep in the folder `CHROMEWEBDRIVER`.
fn driver() -> Option<PathBuf> {
    env::var_os("CHROMEDRIVER")
        .map(PathBuf::from)
        .or_else(|| process::find("chromedriver"))
        .or_else(|| process::find_in(&env::var_os("CHROMEWEBDRIVER")?, "chromedriver"))
}
