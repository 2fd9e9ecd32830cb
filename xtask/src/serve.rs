//! Serving the page on this machine.

use crate::{process, progress, setup};
use anyhow::Result;
use clap::Args;

/// How to serve.
#[derive(Args)]
pub(crate) struct Options {
    /// The port on localhost
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Optimise as for release: slower to build, and the honest way to measure
    #[arg(long)]
    release: bool,
}

/// Set up, then let trunk build, serve and rebuild at each change. The
/// isolation headers that shared memory needs are in `Trunk.toml`.
pub(crate) fn serve(options: &Options) -> Result<()> {
    setup::page()?;
    progress::heading("Serve");
    println!(
        "      The page will be at http://localhost:{}/ as soon as it is built.",
        options.port
    );
    println!("      Press Ctrl+C to stop.");
    let mut trunk = process::command("trunk");
    trunk.args(["serve", "--port", &options.port.to_string()]);
    if options.release {
        trunk.arg("--release");
    }
    process::run(&mut trunk)
}
