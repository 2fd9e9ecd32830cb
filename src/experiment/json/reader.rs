//! serde's view of a tree.
//!
//! Only what differs from type to type is generic here, and each question is
//! passed on to the one answer that its value can have: that is what keeps the
//! code small.

use super::{Step, Tree};
use serde::de::{
    self, DeserializeSeed, EnumAccess, Expected, IntoDeserializer, MapAccess, SeqAccess,
    Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::cell::RefCell;
use std::fmt;

/// What is wrong with a value. Where it stands is known to the [`Walk`].
#[derive(Debug)]
pub(crate) struct Wrong(Box<str>);

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Wrong {}

impl de::Error for Wrong {
    fn custom<T: fmt::Display>(reason: T) -> Self {
        Self(reason.to_string().into())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unfit("type", found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::unfit("value", found, expected)
    }
}

impl Wrong {
    fn unfit(what: &str, found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let text = match found {
            Unexpected::Unit => format!("invalid {what}: null, expected {expected}"),
            found => format!("invalid {what}: {found}, expected {expected}"),
        };
        Self(text.into())
    }
}

/// How far the reading has come: entries counted from 0, outermost first.
#[derive(Default)]
pub(super) struct Walk(RefCell<Vec<Step>>);

impl Walk {
    pub(super) fn into_steps(self) -> Vec<Step> {
        self.0.into_inner()
    }

    fn enter(&self) {
        self.0.borrow_mut().push(Step::Begun);
    }

    /// What was entered last has come to this.
    fn at(&self, step: Step) {
        if let Some(last) = self.0.borrow_mut().last_mut() {
            *last = step;
        }
    }

    /// Back from what was entered last, unless something in it is wrong: then
    /// the way to it is kept.
    fn leave<T>(&self, result: Result<T, Wrong>) -> Result<T, Wrong> {
        if result.is_ok() {
            self.0.borrow_mut().pop();
        }
        result
    }
}

/// A value of a tree, to be read.
#[derive(Clone, Copy)]
pub(super) struct At<'t> {
    tree: &'t Tree,
    walk: &'t Walk,
}

impl<'t> At<'t> {
    pub(super) const fn new(tree: &'t Tree, walk: &'t Walk) -> Self {
        Self { tree, walk }
    }

    fn found(self) -> Unexpected<'t> {
        match self.tree {
            Tree::Null => Unexpected::Unit,
            Tree::Bool(value) => Unexpected::Bool(*value),
            Tree::Whole(value) => Unexpected::Unsigned(*value),
            Tree::Negative(value) => Unexpected::Signed(*value),
            Tree::Real(value) => Unexpected::Float(*value),
            Tree::Text(text) => Unexpected::Str(text),
            Tree::List(_) => Unexpected::Seq,
            Tree::Map(_) => Unexpected::Map,
        }
    }

    #[cold]
    fn unfit(self, expected: &dyn Expected) -> Wrong {
        de::Error::invalid_type(self.found(), expected)
    }

    fn list<'de, V: Visitor<'de>>(self, list: &'t [Tree], visitor: V) -> Result<V::Value, Wrong> {
        self.walk.enter();
        self.walk.leave(visitor.visit_seq(List {
            list,
            next: 0,
            walk: self.walk,
        }))
    }

    fn map<'de, V: Visitor<'de>>(
        self,
        entries: &'t [(String, Tree)],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        self.walk.enter();
        self.walk
            .leave(visitor.visit_map(Map::new(entries, self.walk)))
    }
}

/// A number for whoever asks for one, of whatever size.
macro_rules! numbers {
    ($($ask:ident)*) => { $(
        fn $ask<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            match *self.tree {
                Tree::Whole(value) => visitor.visit_u64(value),
                Tree::Negative(value) => visitor.visit_i64(value),
                Tree::Real(value) => visitor.visit_f64(value),
                _ => Err(self.unfit(&visitor)),
            }
        }
    )* };
}

/// A text.
macro_rules! texts {
    ($($ask:ident)*) => { $(
        fn $ask<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
            match self.tree {
                Tree::Text(text) => visitor.visit_str(text),
                _ => Err(self.unfit(&visitor)),
            }
        }
    )* };
}

impl<'de> de::Deserializer<'de> for At<'_> {
    type Error = Wrong;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.tree {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Whole(value) => visitor.visit_u64(*value),
            Tree::Negative(value) => visitor.visit_i64(*value),
            Tree::Real(value) => visitor.visit_f64(*value),
            Tree::Text(text) => visitor.visit_str(text),
            Tree::List(list) => self.list(list, visitor),
            Tree::Map(entries) => self.map(entries, visitor),
        }
    }

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match *self.tree {
            Tree::Bool(value) => visitor.visit_bool(value),
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.tree {
            Tree::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.tree {
            Tree::List(list) => self.list(list, visitor),
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Wrong> {
        match self.tree {
            Tree::Map(entries) => self.map(entries, visitor),
            _ => Err(self.unfit(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        match self.tree {
            Tree::Map(entries) => self.map(entries, visitor),
            _ => Err(self.unfit(&"a map")),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        let (name, content) = match self.tree {
            Tree::Text(name) => (name, None),
            Tree::Map(entries) => match entries.as_slice() {
                [(name, content)] => (name, Some(content)),
                _ => {
                    return Err(de::Error::custom(
                        "expected a map with one entry, named as what it is",
                    ));
                }
            },
            _ => return Err(self.unfit(&"a name, or a map with one entry")),
        };
        if content.is_none() {
            return visitor.visit_enum(Variant {
                name,
                content,
                walk: self.walk,
            });
        }
        self.walk.enter();
        self.walk.at(Step::Key(0));
        self.walk.leave(visitor.visit_enum(Variant {
            name,
            content,
            walk: self.walk,
        }))
    }

    forward_to_deserialize_any! {
        i128 u128 bytes byte_buf unit unit_struct tuple_struct ignored_any
    }
}

struct List<'t> {
    list: &'t [Tree],
    next: usize,
    walk: &'t Walk,
}

impl<'de> SeqAccess<'de> for List<'_> {
    type Error = Wrong;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Wrong> {
        let Some(tree) = self.list.get(self.next) else {
            self.walk.at(Step::Ended);
            return Ok(None);
        };
        self.walk.at(Step::Entry(self.next));
        self.next += 1;
        seed.deserialize(At::new(tree, self.walk)).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.list.len() - self.next)
    }
}

/// A map's entries in their order, but a `kind` comes first: it says what the
/// others mean.
struct Map<'t> {
    entries: &'t [(String, Tree)],
    kind: Option<usize>,
    /// How many have been given.
    given: usize,
    current: usize,
    walk: &'t Walk,
}

impl<'t> Map<'t> {
    fn new(entries: &'t [(String, Tree)], walk: &'t Walk) -> Self {
        Self {
            entries,
            kind: entries.iter().position(|(key, _)| key == "kind"),
            given: 0,
            current: 0,
            walk,
        }
    }

    fn advance(&mut self) -> Option<&'t str> {
        let place = self.given;
        self.given += 1;
        self.current = match self.kind {
            Some(kind) if place == 0 => kind,
            Some(kind) if place <= kind => place - 1,
            _ => place,
        };
        let Some((key, _)) = self.entries.get(self.current) else {
            self.walk.at(Step::Ended);
            return None;
        };
        self.walk.at(Step::Key(self.current));
        Some(key)
    }
}

impl<'de> MapAccess<'de> for Map<'_> {
    type Error = Wrong;

    fn next_key_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, Wrong> {
        match self.advance() {
            Some(key) => seed.deserialize(key.into_deserializer()).map(Some),
            None => Ok(None),
        }
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, Wrong> {
        self.walk.at(Step::Entry(self.current));
        let tree = self
            .entries
            .get(self.current)
            .map_or(&Tree::Null, |(_, tree)| tree);
        seed.deserialize(At::new(tree, self.walk))
    }
}

/// `"name"`, or `{"name": content}`.
struct Variant<'t> {
    name: &'t str,
    content: Option<&'t Tree>,
    walk: &'t Walk,
}

impl<'t> Variant<'t> {
    fn content(&self) -> Result<At<'t>, Wrong> {
        self.walk.at(Step::Entry(0));
        self.content
            .map(|tree| At::new(tree, self.walk))
            .ok_or_else(|| de::Error::custom(format_args!("`{}` needs a content", self.name)))
    }
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Wrong;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Wrong> {
        Ok((seed.deserialize(self.name.into_deserializer())?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Wrong;

    fn unit_variant(self) -> Result<(), Wrong> {
        match self.content {
            None | Some(Tree::Null) => Ok(()),
            Some(_) => {
                let at = self.content()?;
                Err(at.unfit(&"nothing"))
            }
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Wrong> {
        seed.deserialize(self.content()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Wrong> {
        de::Deserializer::deserialize_seq(self.content()?, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Wrong> {
        de::Deserializer::deserialize_map(self.content()?, visitor)
    }
}
