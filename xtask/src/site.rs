//! Building the static site.

use crate::budget::Weight;
use crate::{process, progress, project, python};
use anyhow::Result;

/// Build the optimised site into `dist/`. All its addresses are relative, so
/// it works under any path of any host.
pub(crate) fn build() -> Result<()> {
    python::ensure()?;
    progress::heading("Site");
    progress::working(
        "Page",
        "trunk compiles, optimises and puts together dist/",
        || process::run(process::command("trunk").arg("build")),
    )?;
    println!(
        "      {} is ready:\n{}",
        project::dist().display(),
        Weight::of_dist()?.table()
    );
    Ok(())
}
