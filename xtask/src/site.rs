//! Building the static site.

use crate::{process, progress, project};
use anyhow::{Context, Result};
use std::fs;

/// Build the optimised site into `dist/`. All its addresses are relative, so
/// it works under any path of any host.
pub(crate) fn build() -> Result<()> {
    progress::heading("Site");
    progress::working(
        "Page",
        "trunk compiles, optimises and puts together dist/",
        || process::run(process::command("trunk").arg("build")),
    )?;
    let dist = project::dist();
    let mut bytes = 0;
    for entry in fs::read_dir(&dist).with_context(|| format!("cannot read {}", dist.display()))? {
        let entry = entry?;
        if entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "wasm")
        {
            bytes += entry.metadata()?.len();
        }
    }
    println!(
        "      {} is ready ({} KiB of web assembly)",
        dist.display(),
        bytes / 1024
    );
    Ok(())
}
