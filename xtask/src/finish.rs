//! What is left to do when trunk has put the page together (it runs this as a
//! hook): everything that can only be known then.

mod later;
mod page;
mod parts;
mod split;

use crate::{project, python};
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::env;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The service worker, which keeps all other files.
const WORKER: &str = "isolation-sw.js";

/// Splits the page's web assembly, moves its scripts to files of their own and,
/// unless it is being served for development, tells the service worker what to
/// keep.
pub(crate) fn finish() -> Result<()> {
    let site: PathBuf = env::var_os("TRUNK_STAGING_DIR")
        .context("trunk runs this, and says in TRUNK_STAGING_DIR where the site is")?
        .into();
    let index = site.join("index.html");
    let html = parts::put_apart(&site, &read(&index)?)?;
    python::put_into(&site)?;
    let page = page::without_inline_scripts(&html)?;
    for (name, text) in &page.scripts {
        write(&site.join(name), text)?;
    }
    if page.is_served {
        write(
            &site.join(page::RELOAD),
            &read(&project::root().join("www").join(page::RELOAD))?,
        )?;
        return write(&index, &page.html);
    }
    write(&index, &page::kept_offline(&page.html)?)?;
    let worker = site.join(WORKER);
    // Whoever does not ask for Python need not load it.
    let is_later = |path: &String, _: &mut String| path.starts_with(python::FOLDER);
    let mut files = digests(&site)?;
    let later = files.extract_if(.., is_later).collect();
    write(&worker, &told_to_keep(&read(&worker)?, &files, &later)?)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// What tells contents apart: 16 digits.
pub(crate) fn digest(contents: &[u8]) -> String {
    let digest = Sha256::digest(contents);
    digest[..8]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Every file of a site with its digest, as browsers check it; the page itself
/// is `./`.
fn digests(site: &Path) -> Result<BTreeMap<String, String>> {
    let mut digests = BTreeMap::new();
    for path in project::files(site)? {
        if path == WORKER {
            continue;
        }
        let bytes = fs::read(site.join(&path)).with_context(|| format!("cannot read {path}"))?;
        let digest = format!("sha256-{}", STANDARD.encode(Sha256::digest(&bytes)));
        let address = if path == "index.html" {
            "./".to_owned()
        } else {
            path
        };
        digests.insert(address, digest);
    }
    Ok(digests)
}

/// The service worker's text with the lists put in, of what it keeps from the start
/// and what when it is first loaded, and their version.
fn told_to_keep(
    worker: &str,
    files: &BTreeMap<String, String>,
    later: &BTreeMap<String, String>,
) -> Result<String> {
    let (files, later) = (list(files)?, list(later)?);
    let version = digest(format!("{files}{later}").as_bytes());
    let mut told = worker.to_owned();
    for (place, value) in [
        ("const FILES = null;", format!("const FILES = {files};")),
        ("const LATER = null;", format!("const LATER = {later};")),
        (
            "const VERSION = \"\";",
            format!("const VERSION = \"{version}\";"),
        ),
    ] {
        if told.matches(place).count() != 1 {
            bail!("{WORKER} must contain this line once: {place}");
        }
        told = told.replace(place, &value);
    }
    Ok(told)
}

/// Paths with their digests, as JavaScript has them.
fn list(digests: &BTreeMap<String, String>) -> Result<String> {
    let mut list = String::from("{\n");
    for (path, digest) in digests {
        // Neither holds anything that would have to be escaped.
        if path.contains(['"', '\\']) {
            bail!("{path}: such a name cannot be listed");
        }
        writeln!(list, "  \"{path}\": \"{digest}\",")?;
    }
    list.push('}');
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::told_to_keep;
    use std::collections::BTreeMap;

    #[test]
    fn the_worker_is_told_the_files_and_a_version_of_them() {
        let worker = "const FILES = null;\nconst LATER = null;\nconst VERSION = \"\";\n";
        let one = |path: &str, digest: &str| BTreeMap::from([(path.to_owned(), digest.to_owned())]);
        let told = |now: &str, later: &str| {
            told_to_keep(worker, &one("./", now), &one("python-1/a.js", later)).unwrap()
        };
        assert_eq!(
            told("sha256-x", "sha256-y"),
            "const FILES = {\n  \"./\": \"sha256-x\",\n};\n\
             const LATER = {\n  \"python-1/a.js\": \"sha256-y\",\n};\n\
             const VERSION = \"eb0ec5ca876a67b8\";\n"
        );
        let version = |told: String| told.rsplit_once("VERSION").unwrap().1.to_owned();
        let first = version(told("sha256-x", "sha256-y"));
        assert_ne!(first, version(told("sha256-z", "sha256-y")));
        assert_ne!(first, version(told("sha256-x", "sha256-z")));
        let none = BTreeMap::new();
        assert!(told_to_keep(worker, &none, &none).is_ok());
        assert!(told_to_keep("", &none, &none).is_err());
        assert!(told_to_keep(worker, &one("a\"b", "sha256-x"), &none).is_err());
    }
}
