//! Where in the text a value stands, found only when something is wrong: so
//! what is right need not remember where it stood.

use super::Tree;

/// How far the reading of a list or map has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    /// It has begun.
    Begun,
    /// The key of this entry has been read.
    Key(usize),
    /// The value of this entry is being read.
    Entry(usize),
    /// All has been read.
    Ended,
}

/// The way, as people write it: `processes[0].name`.
pub(super) fn path(tree: &Tree, steps: &[Step]) -> String {
    let mut path = String::new();
    let mut at = Some(tree);
    for step in steps {
        let (Step::Key(index) | Step::Entry(index)) = *step else {
            break;
        };
        at = match at {
            Some(Tree::Map(entries)) => entries.get(index).map(|(key, value)| {
                if !path.is_empty() {
                    path.push('.');
                }
                path.push_str(key);
                value
            }),
            Some(Tree::List(list)) => {
                path.push_str(&format!("[{index}]"));
                list.get(index)
            }
            _ => None,
        };
    }
    path
}

/// Line and column, from 1, of the last character that was needed to see that
/// something is wrong: the end of a text or number, the beginning of a list or
/// map that should be something else, the end of one that lacks something.
pub(super) fn place(text: &str, tree: &Tree, steps: &[Step]) -> (usize, usize) {
    let mut scan = Scan {
        text: text.as_bytes(),
        at: 0,
    };
    scan.blanks();
    let is_map = |tree: Option<&Tree>| matches!(tree, Some(Tree::Map(_)));
    let mut at = Some(tree);
    let mut open = true;
    for step in steps {
        let in_map = is_map(at);
        open = match *step {
            Step::Begun => true,
            Step::Ended => false,
            Step::Key(index) => {
                scan.entry(index, in_map);
                at = Some(&Tree::Null);
                false
            }
            Step::Entry(index) => {
                scan.entry(index, in_map);
                if in_map {
                    scan.value();
                    scan.blanks();
                    scan.at += 1; // the colon
                    scan.blanks();
                }
                at = match at {
                    Some(Tree::Map(entries)) => entries.get(index).map(|(_, value)| value),
                    Some(Tree::List(list)) => list.get(index),
                    _ => None,
                };
                true
            }
        };
    }
    if open && matches!(at, Some(Tree::List(_) | Tree::Map(_))) {
        scan.at += 1;
    } else {
        scan.value();
    }
    let before = &scan.text[..scan.at.min(scan.text.len())];
    let line = before.iter().filter(|&&byte| byte == b'\n').count() + 1;
    let column = before
        .iter()
        .rev()
        .take_while(|&&byte| byte != b'\n')
        .count();
    (line, column)
}

/// Goes through a text that is known to be JSON.
struct Scan<'t> {
    text: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn here(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(b' ')
    }

    fn blanks(&mut self) {
        while self.at < self.text.len() && self.here().is_ascii_whitespace() {
            self.at += 1;
        }
    }

    /// From the beginning of a list or map to that of its entry.
    fn entry(&mut self, index: usize, in_map: bool) {
        self.at += 1;
        self.blanks();
        for _ in 0..index {
            for _ in 0..=usize::from(in_map) {
                self.value();
                self.blanks();
                self.at += 1; // the colon or comma
                self.blanks();
            }
        }
    }

    /// From the beginning of a value to its end.
    fn value(&mut self) {
        let mut depth = 0_usize;
        while self.at < self.text.len() {
            match self.here() {
                b'"' => self.string(),
                b'[' | b'{' => {
                    depth += 1;
                    self.at += 1;
                }
                b']' | b'}' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                byte if byte.is_ascii_whitespace() => self.at += 1,
                _ => self.word(),
            }
            if depth == 0 {
                return;
            }
        }
    }

    fn string(&mut self) {
        self.at += 1;
        while self.at < self.text.len() && self.here() != b'"' {
            self.at += if self.here() == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) {
        let ends =
            |byte: u8| matches!(byte, b',' | b':' | b']' | b'}') || byte.is_ascii_whitespace();
        while self.at < self.text.len() && !ends(self.here()) {
            self.at += 1;
        }
    }
}
