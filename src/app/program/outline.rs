//! Where everything stands in a text of JSON, also in one that is not finished:
//! a tolerant reader that never fails. It finds the place of an error by its
//! path, and says what the cursor stands in.

use std::ops::Range;

/// Brackets nested deeper than this are not looked into; the reader refuses
/// such texts anyway.
const MAX_DEPTH: u32 = 150;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Node {
    /// Its bytes.
    pub(crate) range: Range<usize>,
    /// What it is.
    pub(crate) kind: Kind,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `{...}`
    Object(Vec<Member>),
    /// `[...]`
    List(Vec<Node>),
    /// A text, without its quotes and as it should be read.
    Text(String),
    /// A number, a word, or nonsense.
    Other,
}

/// An entry of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    /// Its key, without quotes.
    pub(crate) name: String,
    /// Where the key stands, with its quotes.
    pub(crate) key: Range<usize>,
    /// Its value, if there is one yet.
    pub(crate) value: Option<Node>,
}

/// A part of the way to a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Into an object.
    Key(String),
    /// Into a list.
    Index(usize),
}

/// What the cursor stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The way to the object whose key it stands in, or to the value.
    pub(crate) path: Vec<Part>,
    /// What stands there already, from its first byte to its last.
    pub(crate) range: Range<usize>,
    /// Whether it is a key, not a value.
    pub(crate) is_key: bool,
}

impl Node {
    /// The entry of this name, if it is an object that has one.
    pub(crate) fn get(&self, name: &str) -> Option<&Node> {
        self.member(name)?.value.as_ref()
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members().iter().find(|member| member.name == name)
    }

    /// Its entries; none if it is no object.
    pub(crate) fn members(&self) -> &[Member] {
        match &self.kind {
            Kind::Object(members) => members,
            _ => &[],
        }
    }

    /// Its items; none if it is no list.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// It as a text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The value at the end of a way, as far as there is one.
    pub(crate) fn at(&self, path: &[Part]) -> Option<&Node> {
        path.iter().try_fold(self, |node, part| match part {
            Part::Key(name) => node.get(name),
            Part::Index(index) => node.items().get(*index),
        })
    }

    /// Where `path` leads, as errors write it:
    /// `processes[0].threads[2].program[3].lock`. If the end of the way is
    /// missing, the key or the opening bracket of the last thing that is there.
    pub(crate) fn locate(&self, path: &str) -> Range<usize> {
        if path.is_empty() {
            return match self.kind {
                Kind::Object(_) | Kind::List(_) => self.range.start..self.range.start + 1,
                _ => self.range.clone(),
            };
        }
        if let Some(rest) = path.strip_prefix('[') {
            let inner = rest.split_once(']').and_then(|(number, rest)| {
                let node = self.items().get(number.parse::<usize>().ok()?)?;
                Some(node.locate(rest))
            });
            return inner.unwrap_or_else(|| self.locate(""));
        }
        let path = path.strip_prefix('.').unwrap_or(path);
        // Names may contain dots and brackets, so the longest that fits counts.
        let fits = |name: &str| {
            let rest = path.strip_prefix(name)?;
            (rest.is_empty() || rest.starts_with(['.', '['])).then_some(rest)
        };
        let found = self
            .members()
            .iter()
            .filter_map(|m| Some((m, fits(&m.name)?)));
        match found.max_by_key(|(member, _)| member.name.len()) {
            None => self.locate(""),
            Some((Member { key, value, .. }, rest)) => match value {
                None => key.clone(),
                // The whole of a list or an object is too much to mark.
                Some(node)
                    if rest.is_empty() && !matches!(node.kind, Kind::Text(_) | Kind::Other) =>
                {
                    key.clone()
                }
                Some(node) => node.locate(rest),
            },
        }
    }
}

/// Reads `text` as well as it can be read.
pub(crate) fn outline(text: &str) -> Node {
    let mut reader = Reader { text, at: 0 };
    reader.skip_blanks();
    reader.value(0)
}

/// What stands at the byte `at` of `text`: what a completion would continue.
pub(crate) fn cursor(text: &str, at: usize) -> Cursor {
    let mut path = Vec::new();
    let root = outline(text);
    let mut node = &root;
    loop {
        let inside = node.range.start < at && (at < node.range.end || !is_closed(text, node));
        match &node.kind {
            Kind::Object(members) if inside => {
                if let Some(member) = members.iter().find(|m| touches(&m.key, at)) {
                    let range = member.key.clone();
                    return Cursor {
                        path,
                        range,
                        is_key: true,
                    };
                }
                let last = members.iter().rev().find(|m| m.key.end < at);
                // After a comma, the next key begins.
                let open = last.filter(|m| {
                    let end = m.value.as_ref().map_or(m.key.end, |value| value.range.end);
                    end >= at || !text[end..at].contains(',')
                });
                let Some(member) = open.filter(|m| text[m.key.end..at].contains(':')) else {
                    return Cursor {
                        path,
                        range: at..at,
                        is_key: true,
                    };
                };
                path.push(Part::Key(member.name.clone()));
                match &member.value {
                    Some(value) if value.range.start <= at => node = value,
                    _ => {
                        return Cursor {
                            path,
                            range: at..at,
                            is_key: false,
                        };
                    }
                }
            }
            Kind::List(items) if inside => {
                let found = items.iter().position(|item| touches(&item.range, at));
                let index = found
                    .unwrap_or_else(|| items.iter().take_while(|item| item.range.end < at).count());
                path.push(Part::Index(index));
                match found {
                    Some(index) => node = &items[index],
                    None => {
                        return Cursor {
                            path,
                            range: at..at,
                            is_key: false,
                        };
                    }
                }
            }
            _ => {
                let range = if touches(&node.range, at) {
                    node.range.clone()
                } else {
                    at..at
                };
                return Cursor {
                    path,
                    range,
                    is_key: false,
                };
            }
        }
    }
}

fn touches(range: &Range<usize>, at: usize) -> bool {
    range.start <= at && at <= range.end
}

fn is_closed(text: &str, node: &Node) -> bool {
    node.range.len() > 1 && text[node.range.clone()].ends_with(['}', ']'])
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: u32) -> Node {
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') if depth < MAX_DEPTH => self.object(depth),
            Some(b'[') if depth < MAX_DEPTH => self.list(depth),
            Some(b'"') => Kind::Text(self.quoted()),
            _ => {
                self.word();
                Kind::Other
            }
        };
        Node {
            range: start..self.at,
            kind,
        }
    }

    fn object(&mut self, depth: u32) -> Kind {
        self.at += 1;
        let mut members = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some(b']') => break,
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                Some(b'"') => {}
                // A comma, a key without quotes, nonsense.
                Some(b',' | b':') => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            let start = self.at;
            let name = match self.peek() {
                Some(b'"') => self.quoted(),
                _ => {
                    self.word();
                    self.text[start..self.at].to_owned()
                }
            };
            let key = start..self.at;
            self.skip_blanks();
            let mut value = None;
            if self.peek() == Some(b':') {
                self.at += 1;
                self.skip_blanks();
                if !matches!(self.peek(), None | Some(b',' | b'}' | b']')) {
                    value = Some(self.value(depth + 1));
                }
            }
            members.push(Member { name, key, value });
        }
        Kind::Object(members)
    }

    fn list(&mut self, depth: u32) -> Kind {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_blanks();
            match self.peek() {
                None | Some(b'}') => break,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b',' | b':') => self.at += 1,
                Some(_) => items.push(self.value(depth + 1)),
            }
        }
        Kind::List(items)
    }

    /// A text in quotes; one that is not closed ends with its line.
    fn quoted(&mut self) -> String {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        while let Some(byte) = self.peek() {
            if byte == b'\n' {
                break;
            }
            self.at += 1;
            if byte == b'"' && !escaped {
                break;
            }
            escaped = byte == b'\\' && !escaped;
        }
        let raw = &self.text[start..self.at];
        serde_json::from_str(raw).unwrap_or_else(|_| raw.trim_matches('"').to_owned())
    }

    /// Whatever it is, at least one character, up to the next mark or blank.
    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let mut chars = rest.char_indices();
        let first = chars.next().map_or(0, |(_, c)| c.len_utf8());
        let end = chars.find(|(_, c)| c.is_ascii_whitespace() || "{}[],:\"".contains(*c));
        self.at += end.map_or(rest.len(), |(at, _)| at).max(first);
    }
}

/// The number of UTF-16 units before the byte `at`: as browsers count.
#[must_use]
pub fn to_utf16(text: &str, at: usize) -> usize {
    let before = text.char_indices().take_while(|&(index, _)| index < at);
    before.map(|(_, c)| c.len_utf16()).sum()
}

/// The byte at which the UTF-16 unit `at` begins.
#[must_use]
pub fn from_utf16(text: &str, at: usize) -> usize {
    let mut units = 0;
    for (index, c) in text.char_indices() {
        if units >= at {
            return index;
        }
        units += c.len_utf16();
    }
    text.len()
}

/// Line and column of the byte `at`, both from 1; columns in characters.
pub(crate) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let before = &text[..at];
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    (line, text[line_start..at].chars().count() + 1)
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
