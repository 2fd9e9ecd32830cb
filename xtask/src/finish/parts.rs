//! The page's web assembly in two parts, and what loads them.

use super::{digest, later, read, split, write};
use crate::project;
use anyhow::{Context, Result, ensure};
use std::fs;
use std::path::Path;

/// The end of the name that trunk gives the page's web assembly.
const WHOLE: &str = "_bg.wasm";

/// In the glue: what runs the module's start.
const START: &str = "    wasm.__wbindgen_start(";

/// What the glue does where there is no page: in workers.
const ALONE: &str = include_str!("alone.js");

/// Stands in that for the second part's address.
const REST: &str = "REST";

/// Said once the page has started.
const STARTED: &str = "dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\"";

/// Splits the web assembly of a site, has the glue tell when the first part is
/// there, and returns the page with the second part loaded behind it.
pub(super) fn put_apart(site: &Path, html: &str) -> Result<String> {
    let files = project::files(site)?;
    let whole = files.iter().find(|path| path.ends_with(WHOLE));
    let whole = whole.with_context(|| format!("there is no *{WHOLE}"))?;
    let wasm = fs::read(site.join(whole)).with_context(|| format!("cannot read {whole}"))?;
    let parts =
        split::split(&wasm, later::is_later).with_context(|| format!("{whole} cannot be split"))?;

    // Each is named by its contents: no cache can mix two builds.
    let first = format!("first-{}.wasm", digest(&parts.first));
    let rest = format!("rest-{}.wasm", digest(&parts.rest));
    for (name, bytes) in [(&first, &parts.first), (&rest, &parts.rest)] {
        fs::write(site.join(name), bytes).with_context(|| format!("cannot write {name}"))?;
    }
    fs::remove_file(site.join(whole)).with_context(|| format!("cannot remove {whole}"))?;

    let glue = site.join(whole.replace(WHOLE, ".js"));
    write(&glue, &telling(&read(&glue)?, &rest)?)?;
    loading(&html.replace(whole.as_str(), &first), &rest)
}

/// The glue, which calls the page's `timesliceFirstPart` before anything runs. In
/// workers there is none, and the glue sees to the second part itself.
fn telling(glue: &str, rest: &str) -> Result<String> {
    ensure!(
        glue.matches(START).count() == 1,
        "the glue of this version of wasm-bindgen starts otherwise than with {START:?}"
    );
    let told = glue.replace(
        START,
        &format!("    (self.timesliceFirstPart ?? timesliceAlone)(wasm);\n{START}"),
    );
    Ok(told + "\n" + &ALONE.replace(REST, rest))
}

/// The page, which prepares for the second part before it starts and loads it
/// when it has started.
fn loading(html: &str, rest: &str) -> Result<String> {
    let import = "import init, * as bindings from";
    ensure!(
        html.contains(import) && html.contains(STARTED),
        "this version of trunk starts the page otherwise"
    );
    let prepared = html.replacen(
        import,
        &format!("import {{ prepare }} from \"./rest.js\";\n{import}"),
        1,
    );
    Ok(prepared
        .replacen(
            "const wasm = await init(",
            &format!("const load = await prepare(\"./{rest}\");\nconst wasm = await init("),
            1,
        )
        .replacen(STARTED, &format!("load();\n{STARTED}"), 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_part_is_told_of_before_it_runs() {
        let glue = "    wasm = instance.exports;\n    wasm.__wbindgen_start(size);\n";
        let told = telling(glue, "rest-1.wasm").unwrap();
        assert!(
            told.starts_with(
                "    wasm = instance.exports;\n    (self.timesliceFirstPart ?? timesliceAlone)(wasm);\n    wasm.__wbindgen_start(size);\n"
            ),
            "{told}"
        );
        assert!(told.contains("\"./rest-1.wasm\""), "{told}");
        assert!(telling("", "rest-1.wasm").is_err());
    }

    #[test]
    fn the_rest_is_loaded_when_the_page_has_started() {
        let html = "import init, * as bindings from './a.js';\n\
                    const wasm = await init({ module_or_path: './first-1.wasm' });\n\
                    dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\", {detail: {wasm}}));";
        let page = loading(html, "rest-2.wasm").unwrap();
        assert_eq!(
            page,
            "import { prepare } from \"./rest.js\";\n\
             import init, * as bindings from './a.js';\n\
             const load = await prepare(\"./rest-2.wasm\");\n\
             const wasm = await init({ module_or_path: './first-1.wasm' });\n\
             load();\n\
             dispatchEvent(new CustomEvent(\"TrunkApplicationStarted\", {detail: {wasm}}));"
        );
        assert!(loading("", "rest-2.wasm").is_err());
    }
}
