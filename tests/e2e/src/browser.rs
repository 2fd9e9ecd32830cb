//! A headless Chromium with a fresh profile, and the driver that steers it.

use anyhow::{Context, Result};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;
use thirtyfour::{ChromiumLikeCapabilities, DesiredCapabilities, LoggingPrefsLogLevel, WebDriver};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long the driver and the browser may take to start: they share the
/// machine with compilers.
const START: Duration = Duration::from_secs(60);

/// Headless, for test machines: as root in a container there is no sandbox,
/// and nothing should be fetched but the page under test.
const ARGUMENTS: [&str; 11] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--window-size=1280,900",
    "--force-device-scale-factor=1",
];

/// A running browser. Dropping it kills the driver, so nothing stays behind
/// when a test panics.
pub(crate) struct Browser {
    pub(crate) driver: WebDriver,
    _process: Child,
    _profile: TempDir,
}

impl Browser {
    pub(crate) async fn start() -> Result<Self> {
        let profile = tempfile::tempdir().context("no folder for the browser's profile")?;
        let (process, port) = timeout(START, start_driver())
            .await
            .context("chromedriver does not start")??;
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in ARGUMENTS {
            capabilities.add_arg(argument)?;
        }
        capabilities.add_arg(&format!("--user-data-dir={}", profile.path().display()))?;
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .context("chromedriver does not start the browser")?;
        Ok(Self {
            driver,
            _process: process,
            _profile: profile,
        })
    }
}

/// Start chromedriver on a port of its own choice, which it prints.
async fn start_driver() -> Result<(Child, u16)> {
    let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
    let mut process = Command::new(&program)
        .arg("--port=0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| {
            format!(
                "cannot start {}: run `cargo xtask setup --browsers`",
                program.display()
            )
        })?;
    let output = process
        .stdout
        .take()
        .context("the driver's output is piped")?;
    let mut lines = BufReader::new(output).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(port) = port_in(&line) {
            // Keep reading, or the driver would stop when the pipe is full.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((process, port));
        }
    }
    anyhow::bail!("chromedriver ended without naming its port")
}

fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn the_port_is_read_from_the_drivers_greeting() {
        assert_eq!(
            port_in("ChromeDriver was started successfully on port 45011."),
            Some(45011)
        );
        assert_eq!(port_in("Starting ChromeDriver 156.0 on port 0"), None);
    }
}
