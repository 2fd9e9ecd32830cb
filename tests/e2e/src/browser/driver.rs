//! The program that steers a browser, on a port of its own choice.

use super::{Browser, firefox};
use anyhow::{Context, Result, bail};
use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// A running driver. Killed when dropped.
pub(super) struct Driver {
    /// Where it listens.
    pub(super) port: u16,
    process: Child,
    lines: UnboundedReceiver<String>,
}

impl Driver {
    /// Start the browser's driver; what it puts down goes into `folder`.
    pub(super) async fn start(browser: Browser, folder: &Path) -> Result<Self> {
        let (variable, name) = match browser {
            Browser::Chromium => ("CHROMEDRIVER", "chromedriver"),
            Browser::Firefox => ("GECKODRIVER", "geckodriver"),
        };
        let program = std::env::var_os(variable).unwrap_or_else(|| name.into());
        let mut arguments: Vec<OsString> = vec!["--port=0".into()];
        if browser == Browser::Firefox {
            arguments.extend(["--profile-root".into(), folder.into()]);
        }
        let mut process = Command::new(&program)
            .args(arguments)
            .envs(firefox::ENVIRONMENT)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!(
                    "cannot start {}: run `cargo xtask setup --browsers`",
                    program.display()
                )
            })?;
        let (sender, mut lines) = unbounded_channel();
        pass_on(process.stdout.take(), sender.clone());
        pass_on(process.stderr.take(), sender);
        while let Some(line) = lines.recv().await {
            if let Some(port) = port_in(&line) {
                return Ok(Self {
                    port,
                    process,
                    lines,
                });
            }
        }
        bail!("{name} ended without naming its port")
    }

    /// What it and its browser have printed since this was asked last.
    pub(super) fn said(&mut self) -> Vec<String> {
        std::iter::from_fn(|| self.lines.try_recv().ok()).collect()
    }

    /// Its process, unless it has ended.
    pub(super) fn id(&self) -> Option<u32> {
        self.process.id()
    }
}

/// Keep reading, or the driver would stop when the pipe is full.
fn pass_on(output: Option<impl AsyncRead + Unpin + Send + 'static>, to: UnboundedSender<String>) {
    let Some(output) = output else { return };
    let mut lines = BufReader::new(output).lines();
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            // If nobody listens any more, the pipe must be emptied all the same.
            drop(to.send(line));
        }
    });
}

/// The port in a driver's greeting.
fn port_in(line: &str) -> Option<u16> {
    if let Some((_, port)) = line.split_once("started successfully on port ") {
        return port.trim_end_matches('.').parse().ok();
    }
    let (_, port) = line.split_once("Listening on 127.0.0.1:")?;
    port.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::port_in;

    #[test]
    fn the_port_is_read_from_the_drivers_greeting() {
        for (greeting, port) in [
            (
                "ChromeDriver was started successfully on port 45011.",
                Some(45011),
            ),
            ("Starting ChromeDriver 156.0 on port 0", None),
            (
                "1790000000000\tgeckodriver\tINFO\tListening on 127.0.0.1:40123",
                Some(40123),
            ),
        ] {
            assert_eq!(port_in(greeting), port, "{greeting}");
        }
    }
}
