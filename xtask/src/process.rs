//! Running other programs, with errors that say what to do by hand.

use crate::project;
use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A command that runs in the project's folder as it would from a new shell.
///
/// `cargo xtask` is itself started by cargo, and rustup's cargo pins the
/// toolchain for everything it starts. Set-up may have just chosen another
/// one, so those pins are taken off. `RUSTFLAGS` goes too: it would silently
/// replace the flags for the web, the choice of standard library among them.
pub(crate) fn command(program: impl AsRef<Path>) -> Command {
    let mut command = Command::new(program.as_ref());
    command.current_dir(project::root()).stdin(Stdio::null());
    for pin in [
        "RUSTUP_TOOLCHAIN",
        "CARGO",
        "RUSTC",
        "RUSTDOC",
        "RUSTFLAGS",
        "CARGO_ENCODED_RUSTFLAGS",
    ] {
        command.env_remove(pin);
    }
    command
}

/// Run to the end, letting its output through.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let line = line(command);
    println!("      $ {line}");
    let status = command
        .status()
        .with_context(|| format!("cannot start: {line}"))?;
    if !status.success() {
        bail!("this command failed ({status}): {line}");
    }
    Ok(())
}

/// Run to the end and return what it printed.
pub(crate) fn read(command: &mut Command) -> Result<String> {
    let line = line(command);
    let output = command
        .output()
        .with_context(|| format!("cannot start: {line}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        bail!(
            "this command failed ({}): {line}\n{}",
            output.status,
            complaint.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The program's own words about its version, if it is there and runs.
pub(crate) fn version(program: impl AsRef<Path>) -> Option<String> {
    read(command(program).arg("--version")).ok()
}

/// Where the shell would find `program`.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    find_in(&env::var_os("PATH")?, program)
}

/// Where `program` lies in a list of folders written like `PATH`.
pub(crate) fn find_in(folders: &std::ffi::OsStr, program: &str) -> Option<PathBuf> {
    env::split_paths(folders)
        .map(|folder| folder.join(format!("{program}{}", env::consts::EXE_SUFFIX)))
        .find(|path| path.is_file())
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words
        .map(|word| {
            let word = word.to_string_lossy();
            if word.contains([' ', '"', '\'', '$', '*']) {
                format!("'{word}'")
            } else {
                word.into_owned()
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_quotes_only_what_the_shell_would_split() {
        let mut tool = Command::new("tool");
        tool.args(["plain", "two words"]);
        assert_eq!(line(&tool), "tool plain 'two words'");
    }
}
