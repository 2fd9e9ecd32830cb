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

/// What `src/app` says stands in `english.rs`, the glossary in `terms.rs`.
#[test]
fn the_pages_text_stands_in_one_file() {
    let styles: String = files("www", "css")
        .into_iter()
        .map(|(_, css)| css)
        .collect();
    let classes = prose::classes(&styles);
    let mut found = Vec::new();
    for (path, text) in files("src/app", "rs") {
        let name = path.file_name().and_then(|name| name.to_str());
        if matches!(name, Some("english.rs" | "terms.rs" | "tests.rs")) {
            continue;
        }
        for said in prose::in_code(&text, &classes) {
            found.push(format!("{}: {said:?}", path.display()));
        }
    }
    assert!(
        found.is_empty(),
        "move this text to src/app/english.rs:\n{}",
        found.join("\n")
    );
}

#[test]
fn prose_is_told_from_names() {
    let classes = prose::classes(".legend .key, .key.mark { } .m-band.right { } .sign { }");
    let check = |code: &str, is_prose: bool| {
        let found = !prose::in_code(code, &classes).is_empty();
        assert_eq!(found, is_prose, "{code}");
    };
    for code in [
        // What stands in an element, whatever it is.
        r#"<p>{ "ok" }</p>"#,
        "<p>\n    { \"go\" }\n</p>",
        // What is read out or shown under the pointer, whatever it is.
        r#"<button aria-label="shut" />"#,
        r#"<input placeholder={format!("{name}, x")} />"#,
        // Words side by side.
        r#"let said = "took down";"#,
        r#"let said = "Nothing is measured.";"#,
        r#"let said = format!("{} found", 3);"#,
        r#"let said = format!("Measuring {id}");"#,
        r#"Err("at most 16 MiB are read")"#,
        r#"1 => "1 unit lost","#,
        r#"let said = "m-band key, and more";"#,
        "let said = \"goes on \\\n    here\";",
        r##"let said = r#"a "quoted" word, in prose"#;"##,
        // A word with a capital letter.
        r#"Self::Share => "Share","#,
        r#"button("Keep…", "keep", Action::Keep)"#,
        r#"let does = "▶ Play";"#,
    ] {
        check(code, true);
    }
    for code in [
        r#"// "A comment" says it."#,
        r#"/// Shows "Stop it"."#,
        r#"<li class="legend key" />"#,
        r#"let class = if right { "key mark" } else { "m-band right" };"#,
        r#"<p class={format!("sign {tone}")}>{ "✕" }</p>"#,
        r#"let query = "(min-width: 10px) and (min-height: 5px)";"#,
        r#"format!("M{x:.1} {y:.1}L{to:.1} {y:.1}")"#,
        r##"format!(r#"{{ "kind": "rr", "slice": "{slice} ms" }}"#)"##,
        r#"match key { "ArrowLeft" | "Home" => -1, _ => 0 }"#,
        r#"<Block key={format!("core {}", slot.core)} />"#,
        r#"root.expect("there is a window")"#,
        r#"reason.starts_with("unknown variant")"#,
        r#"let usual = "100 us";"#,
        r#"format!("<iframe src=\"{}\" style=\"border: 0; width: 100%\">")"#,
        r#"let path = "./scenarios/dining-philosophers.json";"#,
        "#[cfg(test)]\nmod tests {\n    const SAID: &str = \"Any text at all.\";\n}",
        r#"let quote = '"'; let name = "key";"#,
    ] {
        check(code, false);
    }
}

/// Finds text for people in Rust code.
mod prose {
    use std::collections::BTreeSet;

    /// Names that begin with a capital letter: keys of the keyboard, browsers,
    /// what a browser calls files that are dragged.
    const NAMES: [&str; 11] = [
        "Home", "End", "Enter", "Escape", "Edge", "Opera", "Firefox", "Chromium", "Chrome",
        "Safari", "Files",
    ];

    /// Signs of units, which stand behind numbers.
    const UNITS: [&str; 6] = ["ns", "us", "ms", "s", "MiB", "UTC"];

    /// What other layers call things, to look them up.
    const LOOKED_UP: [&str; 3] = ["round trip", "switch interval", "time slice"];

    /// What stands before a text that nobody is shown.
    const UNSEEN_AFTER: [&str; 8] = [
        "class=",
        "== ",
        "!= ",
        "starts_with(",
        "strip_prefix(",
        ".expect(",
        "key={format!(",
        "key = format!(",
    ];

    /// Attributes whose text is read out or shown.
    const SPOKEN: [&str; 8] = [
        "aria-label",
        "aria-description",
        "aria-roledescription",
        "aria-valuetext",
        "title",
        "placeholder",
        "alt",
        "label",
    ];

    /// The classes of a style sheet.
    pub(super) fn classes(css: &str) -> BTreeSet<&str> {
        let after_dots = css.split('.').skip(1);
        after_dots
            .map(|rest| {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_');
                &rest[..end.unwrap_or(rest.len())]
            })
            .filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))
            .collect()
    }

    /// The literals of `code`, up to its tests, that are text for people.
    pub(super) fn in_code(code: &str, classes: &BTreeSet<&str>) -> Vec<String> {
        let end = ["#[cfg(test)]\nmod", "#[cfg(all(test"]
            .iter()
            .filter_map(|mark| code.find(mark))
            .min();
        let code = &code[..end.unwrap_or(code.len())];
        literals(code)
            .into_iter()
            .filter(|(before, text)| is_prose(before, text, classes))
            .map(|(_, text)| text)
            .collect()
    }

    fn is_prose(before: &str, text: &str, classes: &BTreeSet<&str>) -> bool {
        let has_letters = text.chars().any(char::is_alphabetic);
        if !has_letters
            || LOOKED_UP.contains(&text)
            || UNSEEN_AFTER.iter().any(|mark| before.ends_with(mark))
        {
            return false;
        }
        let name = before.strip_suffix("{format!(").unwrap_or(before);
        let is_spoken = name.strip_suffix('=').is_some_and(|name| {
            let start = name.rfind(|c: char| !c.is_ascii_alphabetic() && c != '-');
            SPOKEN.contains(&&name[start.map_or(0, |at| at + 1)..])
        });
        let is_content = before
            .strip_suffix("{ ")
            .is_some_and(|rest| rest.ends_with('>') || rest.trim_end_matches(' ').ends_with('\n'));
        is_spoken || is_content || is_capital(text) || has_phrase(text, classes)
    }

    /// "Share", "Open…", "▶ Play"
    fn is_capital(text: &str) -> bool {
        let word = text.trim_matches(|c: char| !c.is_alphabetic());
        let rest = word.strip_prefix(|c: char| c.is_ascii_uppercase());
        let is_word = |rest: &str| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_lowercase());
        let is_path = text.contains(['/', '{']);
        rest.is_some_and(is_word) && !is_path && !NAMES.contains(&word)
    }

    /// Whether two words stand side by side, or a word beside a value. The
    /// classes of an element may, and markup says nothing by itself.
    fn has_phrase(text: &str, classes: &BTreeSet<&str>) -> bool {
        let is_class = |token: &str| classes.contains(token) || token.contains(['{', '-']);
        if text.split(' ').all(is_class) || text.starts_with('<') {
            return false;
        }
        let parts: Vec<Part> = text.split([' ', '\n']).map(Part::of).collect();
        parts.windows(2).any(|pair| {
            matches!(
                pair,
                [Part::Word, Part::Word | Part::Value] | [Part::Value, Part::Word]
            )
        })
    }

    /// What stands between two blanks.
    enum Part {
        /// A word.
        Word,
        /// A number, or the place of a value.
        Value,
        /// Anything else: signs, code, what is in quotes.
        Other,
    }

    impl Part {
        fn of(token: &str) -> Self {
            let core = token.trim_matches(['(', ')', ',', '.', ':', ';', '?', '!', '…', '+']);
            let is_word = |c: char| c.is_alphabetic() || c == '\'';
            match core {
                "" => Self::Other,
                _ if UNITS.contains(&core) => Self::Other,
                _ if core.chars().all(is_word) => Self::Word,
                _ if core.starts_with('{') && core.ends_with('}') => Self::Value,
                _ if core.chars().all(|c| c.is_ascii_digit()) => Self::Value,
                _ => Self::Other,
            }
        }
    }

    /// The string literals of `code`, each with the code before it.
    fn literals(code: &str) -> Vec<(&str, String)> {
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(c) = code[at..].chars().next() {
            let rest = &code[at..];
            let before = &code[..at];
            let is_in_name = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
            let hashes = rest.bytes().skip(1).take_while(|&b| b == b'#').count();
            at += match c {
                '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
                '"' => {
                    let length = quoted(&rest[1..]);
                    found.push((before, joined(&rest[1..=length])));
                    length + 2
                }
                'r' if !is_in_name && rest[1 + hashes..].starts_with('"') => {
                    let open = hashes + 2;
                    let close = format!("\"{}", "#".repeat(hashes));
                    let length = rest[open..].find(&close).unwrap_or(rest.len() - open);
                    found.push((before, rest[open..open + length].to_owned()));
                    open + length + close.len()
                }
                // A character, not a lifetime.
                '\'' if rest[1..].starts_with('\\') => {
                    3 + rest[3..].find('\'').map_or(0, |end| end + 1)
                }
                '\'' => {
                    let held = rest[1..].chars().next().map_or(0, char::len_utf8);
                    match rest[1 + held..].starts_with('\'') {
                        true => held + 2,
                        false => 1,
                    }
                }
                c => c.len_utf8(),
            };
        }
        found
    }

    /// How long a literal is, up to the quote that ends it.
    fn quoted(text: &str) -> usize {
        let mut escaped = false;
        for (at, c) in text.char_indices() {
            match c {
                '"' if !escaped => return at,
                '\\' => escaped = !escaped,
                _ => escaped = false,
            }
        }
        text.len()
    }

    /// A literal without its escapes; one of several lines in one.
    fn joined(raw: &str) -> String {
        let mut lines = raw.split("\\\n");
        let first = lines.next().unwrap_or_default().to_owned();
        let joined = lines.fold(first, |text, line| text + line.trim_start());
        joined.replace("\\n", "\n").replace('\\', "")
    }
}
