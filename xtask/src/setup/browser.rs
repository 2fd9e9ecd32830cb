//! The browsers that the tests drive, and the drivers that let them.

use super::packages::{self, Package};
use super::prebuilt;
use crate::{process, progress, project};
use anyhow::{Context, Result};
use std::env;
use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::Command;

const CHROMIUM: Package<'_> = Package {
    name: "Chromium and its driver",
    apt: &["chromium", "chromium-driver"],
    dnf: &["chromium", "chromedriver"],
    pacman: &["chromium"],
    brew: &["chromedriver", "google-chrome"],
    winget: &["Google.Chrome", "Chromium.ChromeDriver"],
};

const FIREFOX: Package<'_> = Package {
    name: "Firefox",
    apt: &["firefox-esr"],
    dnf: &["firefox"],
    pacman: &["firefox"],
    brew: &["firefox"],
    winget: &["Mozilla.Firefox"],
};

/// Firefox's driver, which no Debian package has. The version that is
/// installed where there is none.
const GECKODRIVER: &str = "0.37.1";

/// The drivers of the browsers.
pub(crate) struct Drivers {
    chromium: PathBuf,
    firefox: PathBuf,
}

impl Drivers {
    /// Tell `command` where they are.
    pub(crate) fn tell<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env("CHROMEDRIVER", &self.chromium)
            .env("GECKODRIVER", &self.firefox)
    }
}

/// Have the browsers with their drivers.
pub(crate) fn ensure() -> Result<Drivers> {
    Ok(Drivers {
        chromium: ensure_chromium()?,
        firefox: ensure_firefox()?,
    })
}

/// Have Chromium with its driver; return the driver.
pub(crate) fn ensure_chromium() -> Result<PathBuf> {
    if let Some(driver) = chromedriver() {
        progress::present("Chromium's driver", &driver.display().to_string());
        return Ok(driver);
    }
    progress::working(
        "Chromium",
        "the tests open the page in a real browser",
        || {
            packages::install(&CHROMIUM)?;
            chromedriver().context("Chromium was installed, yet no chromedriver is on the PATH")
        },
    )
}

fn ensure_firefox() -> Result<PathBuf> {
    if let Some(browser) = firefox() {
        progress::present("Firefox", &browser.display().to_string());
    } else {
        progress::working("Firefox", "the tests open the page in it, too", || {
            packages::install(&FIREFOX)
        })?;
    }
    if let Some(driver) = geckodriver() {
        progress::present("Firefox's driver", &driver.display().to_string());
        return Ok(driver);
    }
    progress::working(
        "Firefox's driver",
        "it lets the tests drive Firefox",
        || {
            install_geckodriver()?;
            geckodriver().context("geckodriver was installed, but does not run")
        },
    )
}

/// The driver: `CHROMEDRIVER` if set, else the PATH's, else the one that
/// GitHub's machines keep in the folder `CHROMEWEBDRIVER`.
fn chromedriver() -> Option<PathBuf> {
    env::var_os("CHROMEDRIVER")
        .map(PathBuf::from)
        .or_else(|| process::find("chromedriver"))
        .or_else(|| process::find_in(&env::var_os("CHROMEWEBDRIVER")?, "chromedriver"))
}

/// The browser itself, for those who start it without its driver.
pub(crate) fn chromium() -> Option<PathBuf> {
    let names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
    env::var_os("CHROME_PATH")
        .map(PathBuf::from)
        .or_else(|| names.into_iter().find_map(process::find))
}

/// The browser, where its driver looks for it.
fn firefox() -> Option<PathBuf> {
    let usual = [
        "/Applications/Firefox.app/Contents/MacOS/firefox",
        r"C:\Program Files\Mozilla Firefox\firefox.exe",
    ];
    env::var_os("FIREFOX")
        .map(PathBuf::from)
        .or_else(|| process::find("firefox"))
        .or_else(|| process::find("firefox-esr"))
        .or_else(|| {
            usual
                .map(PathBuf::from)
                .into_iter()
                .find(|path| path.is_file())
        })
}

/// The driver: `GECKODRIVER` if set, else the PATH's, else the one that
/// GitHub's machines keep in the folder `GECKOWEBDRIVER`, else our own.
fn geckodriver() -> Option<PathBuf> {
    let own = geckodriver_folder().join(format!("bin/geckodriver{EXE_SUFFIX}"));
    env::var_os("GECKODRIVER")
        .map(PathBuf::from)
        .or_else(|| process::find("geckodriver"))
        .or_else(|| process::find_in(&env::var_os("GECKOWEBDRIVER")?, "geckodriver"))
        .or_else(|| process::version(&own).is_some().then_some(own))
}

/// Where ours is, if it had to be installed: of this checkout only.
fn geckodriver_folder() -> PathBuf {
    project::machine_dir().join(format!("geckodriver-{GECKODRIVER}"))
}

fn install_geckodriver() -> Result<()> {
    let folder = geckodriver_folder();
    // It passes messages on and need not be fast.
    prebuilt::compile(
        "geckodriver",
        GECKODRIVER,
        0,
        &["--root", &folder.to_string_lossy()],
    )
}
