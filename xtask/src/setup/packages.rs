//! Installing with the system's package manager, or saying how to.

use crate::process;
use anyhow::{Result, bail};
use std::process::Command;

/// One thing to install, and what each package manager calls it.
pub(crate) struct Package<'a> {
    /// For people.
    pub(crate) name: &'a str,
    pub(crate) apt: &'a [&'a str],
    pub(crate) dnf: &'a [&'a str],
    pub(crate) pacman: &'a [&'a str],
    pub(crate) brew: &'a [&'a str],
    pub(crate) winget: &'a [&'a str],
}

impl Package<'_> {
    /// Unknown everywhere: the base of the others.
    pub(crate) const NONE: Self = Package {
        name: "",
        apt: &[],
        dnf: &[],
        pacman: &[],
        brew: &[],
        winget: &[],
    };
}

/// Install it, or fail with the command that would.
///
/// Only apt is run from here, because only apt was tried; for the others the
/// error names the command.
pub(crate) fn install(package: &Package<'_>) -> Result<()> {
    if process::find("apt-get").is_some() && !package.apt.is_empty() {
        return install_with_apt(package.apt);
    }
    let Some(by_hand) = by_hand(package, |manager| process::find(manager).is_some()) else {
        bail!(
            "{} is missing and no known package manager has it: install it by hand",
            package.name
        );
    };
    bail!("{} is missing; please run: {by_hand}", package.name)
}

fn install_with_apt(names: &[&str]) -> Result<()> {
    let by_hand = format!(
        "sudo apt-get update && sudo apt-get install -y {}",
        names.join(" ")
    );
    let Some(privilege) = privilege() else {
        bail!(
            "installing needs root and there is no sudo; as root run: {}",
            by_hand.replace("sudo ", "")
        );
    };
    let apt = |words: &[&str]| {
        let mut command = privilege.command("env");
        command
            .args(["DEBIAN_FRONTEND=noninteractive", "apt-get"])
            .args(words);
        command
    };
    let install = [&["install", "-y", "--no-install-recommends"], names].concat();
    // The lists may be old or absent: bring them up to date only if needed.
    if process::run(&mut apt(&install)).is_ok() {
        return Ok(());
    }
    process::run(&mut apt(&["update"]))
        .and_then(|()| process::run(&mut apt(&install)))
        .map_err(|error| error.context(format!("by hand: {by_hand}")))
}

#[derive(Clone, Copy)]
enum Privilege {
    Root,
    Sudo,
}

fn privilege() -> Option<Privilege> {
    let user = process::read(process::command("id").arg("-u")).ok()?;
    if user == "0" {
        return Some(Privilege::Root);
    }
    process::find("sudo").map(|_| Privilege::Sudo)
}

impl Privilege {
    /// A command that runs `program` as root.
    fn command(self, program: &str) -> Command {
        match self {
            Self::Root => process::command(program),
            Self::Sudo => {
                let mut sudo = process::command("sudo");
                sudo.arg(program);
                sudo
            }
        }
    }
}

/// The command that installs it with the first manager that is there.
fn by_hand(package: &Package<'_>, is_there: impl Fn(&str) -> bool) -> Option<String> {
    let managers = [
        ("apt-get", "sudo apt-get install", package.apt),
        ("dnf", "sudo dnf install", package.dnf),
        ("pacman", "sudo pacman -S", package.pacman),
        ("brew", "brew install", package.brew),
        ("winget", "winget install", package.winget),
    ];
    let (_, install, names) = managers
        .into_iter()
        .find(|(manager, _, names)| !names.is_empty() && is_there(manager))?;
    Some(format!("{install} {}", names.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::{Package, by_hand};

    #[test]
    fn the_manager_that_is_there_is_named() {
        let package = Package {
            name: "Node",
            apt: &["nodejs"],
            brew: &["node"],
            ..Package::NONE
        };
        assert_eq!(
            by_hand(&package, |manager| manager == "brew").as_deref(),
            Some("brew install node")
        );
        assert_eq!(by_hand(&package, |manager| manager == "dnf"), None);
    }
}
