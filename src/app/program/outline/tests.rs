use super::*;

const TEXT: &str = r#"{
  "name": "é",
  "locks": [{ "name": "a" }, {}],
  "programs": { "p": ["unit"], "p.q": [{ "lock": "b" }], "p[0]": [] },
  "processes": [{ "threads": [{ "program": [{ "repeat": { "times": 2, "steps": ["unit", { "lock": "c" }] } }] }] }]
}"#;

#[test]
fn a_path_leads_to_its_place() {
    for (path, found) in [
        ("name", "\"é\""),
        ("locks[0].name", "\"a\""),
        // What is missing is shown where it should be.
        ("locks[1].name", "{"),
        ("locks[7].name", "["),
        ("nothing.at.all", "{"),
        ("locks", "\"locks\""),
        // Names with dots and brackets.
        ("programs.p[0]", "\"p[0]\""),
        ("programs.p.q[0].lock", "\"b\""),
        (
            "processes[0].threads[0].program[0].repeat.steps[1].lock",
            "\"c\"",
        ),
        ("processes[0].threads[0].program[0].repeat.times", "2"),
        ("processes[0].threads", "\"threads\""),
        ("", "{"),
    ] {
        assert_eq!(&TEXT[outline(TEXT).locate(path)], found, "{path}");
    }
}

#[test]
fn an_unfinished_text_is_read_as_far_as_it_goes() {
    for text in [
        "", "{", "{\"a", "{\"a\":", "[[", "}", "{]", "\"\\", "{a:é,}", "é", "[,,:]",
    ] {
        let node = outline(text);
        assert!(node.range.end <= text.len(), "{text}");
        for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            let cursor = cursor(text, at);
            assert!(cursor.range.end <= text.len(), "{text} {at}");
        }
    }
    let deep = "[".repeat(100_000);
    assert!(outline(&deep).range.end > 0);
}

/// `|` marks the cursor; what it stands in is `path`, then what is there.
fn check(marked: &str, expected: &str) {
    let at = marked.find('|').expect("a cursor");
    let text = marked.replacen('|', "", 1);
    let cursor = cursor(&text, at);
    let mut said = String::new();
    for part in &cursor.path {
        match part {
            Part::Key(name) => said.push_str(&format!(".{name}")),
            Part::Index(index) => said.push_str(&format!("[{index}]")),
        }
    }
    said.push_str(if cursor.is_key { " key " } else { " value " });
    said.push_str(&text[cursor.range]);
    assert_eq!(said, expected, "{marked}");
}

#[test]
fn the_cursor_stands_in_a_key_or_in_a_value() {
    check("|", " value ");
    check("{|", " key ");
    check("{|}", " key ");
    check("{ \"na|", " key \"na");
    check("{ \"na|\n  \"x\": 1 }", " key \"na");
    check("{ \"a\": |}", ".a value ");
    check("{ \"a\": \"x|\" }", ".a value \"x\"");
    check("{ \"a\": tr| }", ".a value tr");
    check("{ \"a\": 1, | }", " key ");
    check("{ \"a\": 1, \"b|\": 2 }", " key \"b\"");
    check("{ \"a\": { | }, \"b\": 2 }", ".a key ");
    check("{ \"a\": {}| }", ".a value {}");
    check("{ \"a\": [|] }", ".a[0] value ");
    check("{ \"a\": [\"x\", |] }", ".a[1] value ");
    check("{ \"a\": [\"x\", \"y|\"] }", ".a[1] value \"y\"");
    check("{ \"a\": [{ \"lock\": \"|\" }] }", ".a[0].lock value \"\"");
    check("{ \"a\": [{ \"b\": 1 }, { \"c|", ".a[1] key \"c");
    check("{ \"a\": 1 }|", " value { \"a\": 1 }");
}

#[test]
fn places_are_counted_as_browsers_and_as_people_count() {
    let text = "aé\n𝄞b";
    let at = text.find('b').expect("it is there");
    assert_eq!(to_utf16(text, at), 5);
    assert_eq!(from_utf16(text, 5), at);
    assert_eq!(from_utf16(text, 99), text.len());
    assert_eq!(line_and_column(text, at), (2, 2));
}
