//! What ARCHITECTURE.md says of the layers, checked.
#![cfg(not(target_arch = "wasm32"))]

use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &str, extension: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, extension: &str, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).expect("the folder can be read") {
            let path = entry.expect("the entry can be read").path();
            if path.is_dir() {
                walk(&path, extension, found);
            } else if path.extension().is_some_and(|found| found == extension) {
                let text = fs::read_to_string(&path).expect("the file can be read");
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    walk(&root, extension, &mut found);
    found.sort();
    assert!(!found.is_empty(), "nothing in {folder}");
    found
}

/// No code under `folder` may contain any of `words`; comments and tests may.
fn check_absent(folder: &str, words: &[&str]) {
    for (path, text) in files(folder, "rs") {
        if path.ends_with("tests.rs") {
            continue;
        }
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let found = words.iter().find(|&&word| line.contains(word));
            assert_eq!(found, None, "{}: {line}", path.display());
        }
    }
}

const WEB: [&str; 5] = ["yew", "web_sys", "js_sys", "wasm_bindgen", "rayon"];

#[test]
fn layers_use_only_what_lies_below() {
    let layers = ["app", "lessons", "lab", "export", "plot", "claims", "sim"];
    let layers = layers.map(|layer| format!("crate::{layer}"));
    let [app, lessons, lab, export, plot, claims, sim] = layers.each_ref().map(String::as_str);
    check_absent(
        "src/experiment",
        &[app, lessons, lab, export, plot, claims, sim],
    );
    check_absent("src/sim", &[app, lessons, lab, export, plot, claims]);
    check_absent("src/claims", &[app, lessons, lab, export, plot]);
    check_absent("src/plot", &[app, lessons, lab, export, claims]);
    check_absent("src/export", &[app, lessons, lab, claims]);
    check_absent("src/lab", &[app, lessons, export, plot, claims, sim]);
    check_absent("src/lessons", &[app, export, plot]);
}

#[test]
fn only_the_edges_know_a_browser() {
    check_absent("src/experiment", &WEB);
    check_absent("src/sim", &WEB);
    check_absent("src/claims", &WEB);
    check_absent("src/plot", &WEB);
    check_absent("src/export", &WEB);
    check_absent("src/lessons", &WEB);
    for (path, text) in files("src/lab", "rs") {
        let is_web = path.components().any(|part| part.as_os_str() == "web");
        let imports = WEB.iter().any(|word| text.contains(&format!("use {word}")));
        assert!(is_web || !imports, "{} knows a browser", path.display());
    }
    for (path, text) in files("src", "rs") {
        let in_app = path.components().any(|part| part.as_os_str() == "app");
        assert!(in_app || !text.contains("use yew"), "{}", path.display());
    }
}

#[test]
fn the_simulator_is_deterministic_by_construction() {
    let forbidden = ["HashMap", "HashSet", "Instant", "SystemTime", "thread_rng"];
    check_absent("src/sim", &forbidden);
    check_absent("src/sim/engine", &["f64", "f32"]);
}

#[test]
fn every_colour_is_a_design_token() {
    for (path, text) in files("www", "css") {
        if path.ends_with("tokens.css") {
            continue;
        }
        for line in text.lines() {
            let literal = ["#", "rgb(", "hsl("].iter().any(|mark| line.contains(mark));
            assert!(
                !literal,
                "{}: a colour that is no token: {line}",
                path.display()
            );
        }
    }
    for (path, text) in files("src/app/view", "rs") {
        assert!(!text.contains("rgb("), "{}", path.display());
    }
}
