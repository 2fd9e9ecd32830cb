//! The site for the end-to-end tests. Most of its building is one core's work, so it
//! goes on in the background while other tests run.

use crate::{process, progress, project, site};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::Child;

/// How far the site is.
pub(super) enum Site {
    /// Nobody has begun.
    Unbuilt,
    /// `cargo xtask build` is at it, and writes what it says to a file.
    Building(Child, PathBuf),
}

impl Site {
    /// Begins to build it, after set-up.
    pub(super) fn begin() -> Result<Self> {
        let path = project::root().join("target/site.log");
        let log = File::create(&path).with_context(|| format!("cannot make {}", path.display()))?;
        let this = env::current_exe().context("this program's place is unknown")?;
        let mut command = process::command(this);
        command.arg("build").stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().context("cannot build the site")?;
        println!(
            "\nThe site is built meanwhile; what is said of it is in {}.",
            path.display()
        );
        Ok(Self::Building(child, path))
    }

    /// Has it built.
    pub(super) fn finish(self) -> Result<()> {
        let Self::Building(mut child, path) = self else {
            return site::build();
        };
        let build = || -> Result<()> {
            let status = child.wait().context("cannot wait for the site")?;
            let said =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            io::stdout().write_all(&said)?;
            if !status.success() {
                bail!("the site could not be built ({status})");
            }
            Ok(())
        };
        progress::working("Site", "it was begun when the tests were", build)
    }
}
