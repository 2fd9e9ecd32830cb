//! What may stand where the cursor is, by the JSON Schema of the file format.

use super::outline::{Cursor, Member, Node, Part, cursor, outline};
use crate::app::english::program as text;
use serde_json::{Map, Value, json};

/// How many references are followed in a row before a schema counts as broken.
const MAX_HOPS: u32 = 16;

/// A list of jobs is a form of its own, which the schema of scenarios leaves
/// out. Its names are those of the types in `experiment::scenario::Job`.
fn jobs() -> Value {
    let time = |about: &str| json!({ "$ref": "#/$defs/Time", "description": about });
    let integer = |about: &str| json!({ "type": "integer", "description": about });
    json!({
        "description": text::JOBS,
        "type": "array",
        "items": {
            "type": "object",
            "required": ["burst"],
            "properties": {
                "name": { "type": "string", "description": text::JOB_NAME },
                "arrival": time(text::JOB_ARRIVAL),
                "burst": time(text::JOB_BURST),
                "priority": integer(text::JOB_PRIORITY),
                "tickets": integer(text::JOB_TICKETS),
                "deadline": time(text::JOB_DEADLINE),
                "period": time(text::JOB_PERIOD),
            }
        }
    })
}

/// The names that some keys want are those of things in a list of the
/// scenario: (key, or the key around it and it; list).
const NAMES: &[(&str, &str)] = &[
    ("lock", "locks"),
    ("unlock", "locks"),
    ("acquire", "semaphores"),
    ("post", "semaphores"),
    ("condition", "conditions"),
    ("notify", "conditions"),
    ("notify-all", "conditions"),
    ("channel", "channels"),
    ("receive", "channels"),
    ("barrier", "barriers"),
    ("device", "devices"),
    ("load", "objects"),
    ("store", "objects"),
    ("object", "objects"),
    ("free", "objects"),
    ("incref", "objects"),
    ("decref", "objects"),
    ("touch", "objects"),
    ("corrupt", "objects"),
    ("pool", "pools"),
    ("gather", "pools"),
    ("start-process", "processes"),
    ("join-process", "processes"),
    ("kill-process", "processes"),
    ("process", "processes"),
    ("start-thread", "threads"),
    ("join-thread", "threads"),
    ("kill-thread", "threads"),
    ("thread", "threads"),
    ("program", "programs"),
    ("task", "programs"),
    ("run-loop", "programs"),
];

/// The schema of the file format.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    root: Value,
}

/// Something that may stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its name in the list.
    pub label: String,
    /// What to write.
    pub apply: String,
    /// How many characters before the end of that the cursor goes.
    pub back: usize,
    /// What it means.
    pub about: String,
}

/// What may stand at the cursor, in place of some of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offers {
    /// The first byte to replace.
    pub from: usize,
    /// The byte after the last one to replace.
    pub to: usize,
    /// What may stand there.
    pub offers: Vec<Offer>,
}

impl Schema {
    /// Reads `docs/scenario.schema.json`. `None`: it is no JSON.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let mut root: Value = serde_json::from_str(text).ok()?;
        root.get_mut("properties")?
            .as_object_mut()?
            .insert("jobs".to_owned(), jobs());
        Some(Self { root })
    }

    /// What may stand at the byte `at` of `text`.
    #[must_use]
    pub fn offers(&self, text: &str, at: usize) -> Offers {
        let cursor = cursor(text, at);
        let root = outline(text);
        let mut offers = if cursor.is_key {
            self.keys(text, &root, &cursor)
        } else {
            let mut offers = names(&root, &cursor.path);
            for schema in self.for_value(&root, &cursor.path) {
                self.values(schema, "", &mut offers);
            }
            offers
        };
        let mut seen: Vec<String> = Vec::new();
        offers.retain(|offer| {
            let is_new = !seen.contains(&offer.apply);
            seen.push(offer.apply.clone());
            is_new
        });
        let written = &text[cursor.range.clone()];
        let is_open = written.starts_with('"') && (written.len() < 2 || !written.ends_with('"'));
        Offers {
            from: cursor.range.start,
            // One without its closing quote would take the rest of the line.
            to: if is_open { at } else { cursor.range.end },
            offers,
        }
    }

    /// What the key or the value at the byte `at` of `text` means.
    #[must_use]
    pub fn about(&self, text: &str, at: usize) -> Option<(std::ops::Range<usize>, String)> {
        let cursor = cursor(text, at);
        if cursor.range.is_empty() {
            return None;
        }
        let root = outline(text);
        let (name, object) = if cursor.is_key {
            let object = root.at(&cursor.path)?;
            let member = object.members().iter().find(|m| m.key == cursor.range)?;
            (member.name.clone(), cursor.path.as_slice())
        } else {
            let Some(Part::Key(name)) = cursor.path.last() else {
                return None;
            };
            // Of a longer value, only its key tells.
            let node = root.at(&cursor.path)?;
            node.text()?;
            (name.clone(), &cursor.path[..cursor.path.len() - 1])
        };
        let schemas = self.at(&root, object);
        let about = schemas.into_iter().find_map(|schema| {
            let property = schema.get("properties")?.get(&name)?;
            Some(self.describe(schema, property))
        });
        Some((cursor.range, about.filter(|about| !about.is_empty())?))
    }

    /// Every schema that the value at the end of `path` may follow.
    fn at(&self, root: &Node, path: &[Part]) -> Vec<&Value> {
        let mut here = self.branches(&self.root, Some(root));
        for (depth, part) in path.iter().enumerate() {
            let node = root.at(&path[..=depth]);
            here = self.inner(here, part, node);
        }
        here
    }

    /// The schemas of what stands at `part` of values that follow `outer`, as far
    /// as they fit `node`.
    fn inner<'s>(
        &'s self,
        outer: Vec<&'s Value>,
        part: &Part,
        node: Option<&Node>,
    ) -> Vec<&'s Value> {
        let inner = outer.into_iter().filter_map(|schema| match part {
            Part::Key(name) => {
                let property = schema.get("properties").and_then(|all| all.get(name));
                property.or_else(|| schema.get("additionalProperties").filter(|s| s.is_object()))
            }
            Part::Index(_) => schema.get("items"),
        });
        inner
            .flat_map(|schema| self.branches(schema, node))
            .collect()
    }

    /// Every schema that another value at the end of `path` may follow: what
    /// stands there does not rule out any ("kind" chooses among them).
    fn for_value(&self, root: &Node, path: &[Part]) -> Vec<&Value> {
        match path.split_last() {
            Some((part @ Part::Key(name), object)) => {
                let outer = self.at_without(root, object, |member| member.name == *name);
                self.inner(outer, part, root.at(path))
            }
            _ => self.at(root, path),
        }
    }

    /// A schema's alternatives, references followed, as far as they fit what
    /// stands there.
    fn branches<'s>(&'s self, schema: &'s Value, node: Option<&Node>) -> Vec<&'s Value> {
        fn walk<'s>(of: &'s Schema, schema: &'s Value, hops: u32, out: &mut Vec<&'s Value>) {
            let Some(hops) = hops.checked_sub(1) else {
                return;
            };
            if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
                let name = name.strip_prefix("#/$defs/").unwrap_or(name);
                if let Some(target) = of.root.get("$defs").and_then(|defs| defs.get(name)) {
                    walk(of, target, hops, out);
                }
                return;
            }
            let alternatives = ["oneOf", "anyOf"]
                .iter()
                .find_map(|key| schema.get(key)?.as_array());
            match alternatives {
                Some(list) => list.iter().for_each(|inner| walk(of, inner, hops, out)),
                None => out.push(schema),
            }
        }
        let mut all = Vec::new();
        walk(self, schema, MAX_HOPS, &mut all);
        let Some(node) = node.filter(|node| !node.members().is_empty()) else {
            return all;
        };
        let fitting: Vec<&Value> = all
            .iter()
            .copied()
            .filter(|schema| fits(schema, node))
            .collect();
        if fitting.is_empty() { all } else { fitting }
    }

    fn keys(&self, text: &str, root: &Node, cursor: &Cursor) -> Vec<Offer> {
        let object = root.at(&cursor.path);
        let members = object.map_or(&[][..], Node::members);
        let there: Vec<&str> = members
            .iter()
            .filter(|member| member.key != cursor.range)
            .map(|member| member.name.as_str())
            .collect();
        // Only the key, if there is a value already.
        let has_value = text[cursor.range.end..].trim_start().starts_with(':');
        let mut offers = Vec::new();
        for schema in self.at_without(root, &cursor.path, |member| member.key == cursor.range) {
            let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
                continue;
            };
            for (name, property) in properties {
                if there.contains(&name.as_str()) || !is_possible(name, &there) {
                    continue;
                }
                let quoted = Value::from(name.as_str()).to_string();
                let (apply, back) = if has_value {
                    (quoted, 0)
                } else {
                    let value = self.template(property, 3);
                    let back = inside(&value);
                    (format!("{quoted}: {value}"), back)
                };
                let about = self.describe(schema, property);
                offers.push(Offer {
                    label: name.clone(),
                    apply,
                    back,
                    about,
                });
            }
        }
        offers
    }

    /// As [`Schema::at`] for an object, judged without one of its entries.
    fn at_without(
        &self,
        root: &Node,
        object: &[Part],
        left_out: impl Fn(&Member) -> bool,
    ) -> Vec<&Value> {
        let Some(node) = root.at(object) else {
            return self.branches(&self.root, None);
        };
        let others = node.members().iter().filter(|member| !left_out(member));
        let judged = Node {
            range: node.range.clone(),
            kind: super::outline::Kind::Object(others.cloned().collect()),
        };
        match object.split_last() {
            None => self.branches(&self.root, Some(&judged)),
            Some((last, parents)) => self.inner(self.at(root, parents), last, Some(&judged)),
        }
    }

    fn values(&self, schema: &Value, about: &str, offers: &mut Vec<Offer>) {
        let own = description(schema);
        let about = if own.is_empty() {
            about.to_owned()
        } else {
            own
        };
        let mut offer = |value: String| {
            let back = inside(&value);
            let label = match value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'))
            {
                Some(text) if !text.is_empty() => text.to_owned(),
                _ => value.clone(),
            };
            offers.push(Offer {
                label,
                apply: value,
                back,
                about: about.clone(),
            });
        };
        if let Some(constant) = schema.get("const") {
            offer(constant.to_string());
        } else if let Some(list) = schema.get("enum").and_then(Value::as_array) {
            list.iter().for_each(|value| offer(value.to_string()));
        } else if is_type(schema, "boolean") {
            offer("true".to_owned());
            offer("false".to_owned());
        } else if is_time(schema) {
            for time in ["1 ms", "100 us", "1 s"] {
                offer(format!("\"{time}\""));
            }
        } else if is_type(schema, "object") || is_type(schema, "array") {
            offer(self.template(schema, 3));
        } else if is_type(schema, "null") {
            offer("null".to_owned());
        }
    }

    /// The least that may stand for a schema, as JSON.
    fn template(&self, schema: &Value, depth: u32) -> String {
        let Some(depth) = depth.checked_sub(1) else {
            return "{}".to_owned();
        };
        let branches = self.branches(schema, None);
        if branches.iter().any(|branch| is_time(branch)) {
            return "\"1 ms\"".to_owned();
        }
        let Some(first) = branches.first().copied() else {
            return "null".to_owned();
        };
        if let Some(constant) = first.get("const") {
            return constant.to_string();
        }
        if let Some(value) = first.get("enum").and_then(|list| list.get(0)) {
            return value.to_string();
        }
        if is_type(first, "object") {
            let required = first.get("required").and_then(Value::as_array);
            let fields = required.into_iter().flatten().filter_map(|name| {
                let name = name.as_str()?;
                let property = first.get("properties")?.get(name)?;
                Some((name, self.template(property, depth)))
            });
            // The kind first, as people write it.
            let mut fields: Vec<(&str, String)> = fields.collect();
            fields.sort_by_key(|(name, _)| *name != "kind");
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, value)| format!("\"{name}\": {value}"))
                .collect();
            return match fields.is_empty() {
                true => "{}".to_owned(),
                false => format!("{{ {} }}", fields.join(", ")),
            };
        }
        match () {
            () if is_type(first, "string") => "\"\"".to_owned(),
            () if is_type(first, "array") => "[]".to_owned(),
            () if is_type(first, "boolean") => "true".to_owned(),
            () if is_type(first, "integer") || is_type(first, "number") => "1".to_owned(),
            () => "null".to_owned(),
        }
    }

    /// What a property means: its own words, else those of what it is in.
    fn describe(&self, schema: &Value, property: &Value) -> String {
        let own = description(property);
        if !own.is_empty() {
            return own;
        }
        match schema
            .get("properties")
            .and_then(Value::as_object)
            .map(Map::len)
        {
            // A step says all about its only key.
            Some(1) => description(schema),
            _ => self
                .branches(property, None)
                .first()
                .map(|s| description(s))
                .unwrap_or_default(),
        }
    }
}

/// A list of jobs stands in place of processes and all that they share.
fn is_possible(name: &str, there: &[&str]) -> bool {
    const SHARED: [&str; 4] = ["name", "about", "machine", "costs"];
    match name {
        "jobs" => !there.contains(&"processes"),
        _ if there.contains(&"jobs") => {
            SHARED.contains(&name) || matches!(name, "seed" | "until" | "burst")
        }
        _ => true,
    }
}

/// Whether an object may follow a schema: by its `kind`, else by its keys.
fn fits(schema: &Value, node: &Node) -> bool {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return schema
            .get("additionalProperties")
            .is_some_and(Value::is_object);
    };
    let kind = properties
        .get("kind")
        .and_then(|kind| kind.get("const")?.as_str());
    let written = node.get("kind").and_then(Node::text);
    if let (Some(kind), Some(written)) = (kind, written) {
        return kind == written;
    }
    node.members()
        .iter()
        .any(|member| properties.contains_key(&member.name))
}

fn is_type(schema: &Value, name: &str) -> bool {
    match schema.get("type") {
        Some(Value::String(one)) => one == name,
        Some(Value::Array(many)) => many.iter().any(|one| one == name),
        _ => false,
    }
}

/// Times are the only texts with a pattern.
fn is_time(schema: &Value) -> bool {
    schema.get("pattern").is_some()
}

fn description(schema: &Value) -> String {
    let text = schema
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    // Links of the source's documentation mean nothing here.
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("[`", "`")
        .replace("`](super::Scenario::programs)", "`")
}

/// How far before the end of a value the cursor goes, to write inside it.
fn inside(value: &str) -> usize {
    match value {
        "\"\"" | "[]" | "{}" => 1,
        _ => match value.find("\"\"") {
            Some(at) => value.len() - at - 1,
            None => 0,
        },
    }
}

/// The names of the scenario's own things that the place at `path` wants.
fn names(root: &Node, path: &[Part]) -> Vec<Offer> {
    let keys: Vec<&str> = path
        .iter()
        .rev()
        .take(2)
        .filter_map(|part| match part {
            Part::Key(name) => Some(name.as_str()),
            Part::Index(_) => None,
        })
        .collect();
    let ends_in_list = matches!(path.last(), Some(Part::Index(_)));
    let Some(&last) = keys.first() else {
        return Vec::new();
    };
    // In a list only tasks of an event loop are names.
    if ends_in_list && last != "run-loop" {
        return Vec::new();
    }
    let Some((_, list)) = NAMES.iter().find(|(key, _)| *key == last) else {
        return Vec::new();
    };
    let named = |node: &Node| -> Option<String> {
        node.text()
            .or_else(|| node.get("name")?.text())
            .map(str::to_owned)
    };
    let (found, what): (Vec<String>, _) = match *list {
        "programs" => {
            let programs = root.get("programs").map_or(&[][..], Node::members);
            (
                programs.iter().map(|member| member.name.clone()).collect(),
                text::OFFER_PROGRAM,
            )
        }
        "threads" => {
            let processes = root.get("processes").map_or(&[][..], Node::items);
            // A step is about its own process; a fault names its own.
            let own = match path {
                [Part::Key(list), Part::Index(index), ..] if list == "processes" => Some(*index),
                _ => None,
            };
            let of = processes
                .iter()
                .enumerate()
                .filter(|(at, _)| own.is_none_or(|own| own == *at));
            let threads = of.filter_map(|(_, process)| process.get("threads"));
            (
                threads.flat_map(Node::items).filter_map(named).collect(),
                text::OFFER_THREAD,
            )
        }
        list => {
            let items = root.get(list).map_or(&[][..], Node::items);
            (items.iter().filter_map(named).collect(), text::OFFER_OTHER)
        }
    };
    let offer = |name: String| Offer {
        apply: Value::from(name.as_str()).to_string(),
        label: name,
        back: 0,
        about: what.to_owned(),
    };
    found
        .into_iter()
        .filter(|name| !name.is_empty())
        .map(offer)
        .collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
