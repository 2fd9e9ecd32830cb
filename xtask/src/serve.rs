//! Serving the page on this machine.

use crate::{process, progress, python, setup};
use anyhow::Result;
use clap::Args;

/// How to serve.
#[derive(Args)]
pub(crate) struct Options {
    /// The port on localhost
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Do not build Python first; if it was built before, the page has it all the same
    #[arg(long)]
    without_python: bool,
}

/// Set up, then let trunk build, serve and rebuild at each change. The
/// isolation headers that shared memory needs, and the choice of an optimised
/// build, are in `Trunk.toml`.
pub(crate) fn serve(options: &Options) -> Result<()> {
    setup::page()?;
    if !options.without_python {
        python::ensure()?;
    }
    progress::heading("Serve");
    println!(
        "      The page will be at http://localhost:{}/ as soon as it is built.",
        options.port
    );
    println!("      Press Ctrl+C to stop.");
    let mut trunk = process::command("trunk");
    trunk.args(["serve", "--port", &options.port.to_string()]);
    process::run(&mut trunk)
}
