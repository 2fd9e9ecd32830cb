//! Reading JSON in two steps: the text into a tree, the tree into a type.
//!
//! Two reasons. An error names the way to what is wrong and where it stands
//! (`machine.cores`, line 3, column 20). And whatever is read by a derived
//! implementation is compiled once more for each kind of reader; a tree's is
//! far smaller than that of a text, which counts on a page.

mod place;
mod reader;

use place::Step;
use reader::{At, Walk};
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, MapAccess, SeqAccess};
use std::fmt;

/// A value of JSON. Maps keep their order, and whatever stands twice.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    /// `null`
    Null,
    /// `true`
    Bool(bool),
    /// A whole number.
    Whole(u64),
    /// A whole number below 0.
    Negative(i64),
    /// Any other number.
    Real(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// A map.
    Map(Vec<(String, Tree)>),
}

/// Why a text cannot be read. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The way to what is wrong, `processes[0].name`; `None`: it is no JSON.
    pub path: Option<String>,
    /// Where.
    pub line: usize,
    /// Where in the line, in bytes.
    pub column: usize,
    /// What was found or expected.
    pub reason: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (reason, line, column) = (&self.reason, self.line, self.column);
        match self.path.as_deref() {
            Some(path) if !path.is_empty() => {
                write!(f, "{path} (line {line}, column {column}): {reason}")
            }
            _ => write!(f, "{reason} at line {line} column {column}"),
        }
    }
}

impl std::error::Error for Unreadable {}

/// Reads a text.
///
/// # Errors
/// Where it is no JSON, or where a value is not what must stand there.
#[inline] // compiled where it is used, for size: see `core/src/lib.rs`
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Unreadable> {
    tree(text)?.read(text)
}

/// Reads a text as far as it says nothing wrong as JSON.
///
/// # Errors
/// Where it is no JSON, or nested too deeply (128 brackets).
pub(crate) fn tree(text: &str) -> Result<Tree, Unreadable> {
    serde_json::from_str(text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let said = error.to_string();
        let place = format!(" at line {line} column {column}");
        Unreadable {
            path: None,
            line,
            column,
            reason: said.strip_suffix(&place).unwrap_or(&said).to_owned(),
        }
    })
}

impl Tree {
    /// Reads it as a `T`; `text` is what it was made from.
    ///
    /// # Errors
    /// Which value is not what must stand there.
    pub(crate) fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, Unreadable> {
        let walk = Walk::default();
        T::deserialize(At::new(self, &walk)).map_err(|error| {
            let steps = walk.into_steps();
            let (line, column) = place::place(text, self, &steps);
            Unreadable {
                path: Some(place::path(self, &steps)),
                line,
                column,
                reason: error.to_string(),
            }
        })
    }

    /// Whether it is a map that has `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        matches!(self, Self::Map(entries) if entries.iter().any(|(name, _)| name == key))
    }
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> de::Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Whole(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(u64::try_from(value).map_or(Tree::Negative(value), Tree::Whole))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Real(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(entry) = seq.next_element()? {
            list.push(entry);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Ok(Tree::Map(entries))
    }
}

/// Reads `tree`, of which no text is known, as what `seed` makes.
///
/// # Errors
/// What was found and expected.
pub(crate) fn read_with<'de, S: de::DeserializeSeed<'de>>(
    tree: &Tree,
    seed: S,
) -> Result<S::Value, reader::Wrong> {
    seed.deserialize(At::new(tree, &Walk::default()))
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read by Debug")]
    struct Thing {
        name: String,
        #[serde(default)]
        part: Option<Box<Thing>>,
        #[serde(default)]
        sizes: Vec<(u8, f64)>,
        #[serde(default)]
        means: BTreeMap<String, Means>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "read by Debug")]
    enum Means {
        Rest,
        Sleep(i64),
        Go { to: char },
    }

    fn check(text: &str, expect: Expect) {
        let said = match from_str::<Thing>(text) {
            Ok(thing) => format!("{thing:?}"),
            Err(error) => error.to_string(),
        };
        expect.assert_eq(&said);
    }

    #[test]
    fn reads_what_serde_derives() {
        check(
            r#"{"name": "a\"b", "part": {"name": "", "part": null}, "sizes": [[1, 2], [3, -0.5]],
                "means": {"x": "Rest", "y": {"Sleep": -7}, "z": {"Go": {"to": "é"}}}}"#,
            expect![[
                r#"Thing { name: "a\"b", part: Some(Thing { name: "", part: None, sizes: [], means: {} }), sizes: [(1, 2.0), (3, -0.5)], means: {"x": Rest, "y": Sleep(-7), "z": Go { to: 'é' }} }"#
            ]],
        );
    }

    #[test]
    fn says_where_a_value_is_wrong() {
        for (text, expect) in [
            (
                "{",
                expect!["EOF while parsing an object at line 1 column 1"],
            ),
            (
                "7",
                expect!["invalid type: integer `7`, expected a map at line 1 column 1"],
            ),
            ("{}", expect!["missing field `name` at line 1 column 2"]),
            (
                "{\"name\": \"]}\\\"\",\n \"part\" : {\"sizes\": [ ]\n}}",
                expect!["part (line 3, column 1): missing field `name`"],
            ),
            (
                r#"{"name": "a", "sizes": [[1, 2], [256, 0]]}"#,
                expect![
                    "sizes[1][0] (line 1, column 36): invalid value: integer `256`, expected u8"
                ],
            ),
            (
                r#"{"name": "a", "sizes": [[1, 2], [5]]}"#,
                expect![
                    "sizes[1] (line 1, column 35): invalid length 1, expected a tuple of size 2"
                ],
            ),
            (
                r#"{"means": {"a": "Rest", "b": {"Go": {"to": 1}}}}"#,
                expect![
                    "means.b.Go.to (line 1, column 44): invalid type: integer `1`, expected a character"
                ],
            ),
            (
                r#"{"means": {"b": {"Run": {}}}}"#,
                expect![
                    "means.b.Run (line 1, column 22): unknown variant `Run`, expected one of `Rest`, `Sleep`, `Go`"
                ],
            ),
            (
                r#"{"means": {"b": "Sleep"}}"#,
                expect!["means.b (line 1, column 23): `Sleep` needs a content"],
            ),
            (
                r#"{"means": {"b": {"Rest": []}}}"#,
                expect![
                    "means.b.Rest (line 1, column 26): invalid type: sequence, expected nothing"
                ],
            ),
            (
                r#"{"means": {"b": {}}}"#,
                expect![
                    "means.b (line 1, column 17): expected a map with one entry, named as what it is"
                ],
            ),
        ] {
            check(text, expect);
        }
    }
}
