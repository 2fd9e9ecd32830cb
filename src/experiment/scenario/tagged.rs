//! Enums written as a map with a `kind`: `{"kind": "rr", "slice": "4 ms"}`.
//!
//! serde's own `tag` attribute reads such a map into a buffer first. Then an
//! error inside it has lost its path, and a kind without fields accepts any
//! field. So the types derive the plain form (variant, then content) under
//! `remote = "Self"`, and this module puts the `kind` in front of it.

use crate::experiment::json::{self, Tree};
use serde::de::value::StringDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, MapAccess};
use serde::ser::{self, SerializeMap};
use serde::{Deserializer, Serializer, forward_to_deserialize_any};
use serde_json::Value;
use std::collections::VecDeque;
use std::fmt;
use std::marker::PhantomData;

/// Gives a type with derived `remote = "Self"` implementations the form with a
/// `kind`.
macro_rules! impl_tagged {
    ($($name:ident),*) => { $(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let plain = $name::serialize(self, serde_json::value::Serializer);
                $crate::experiment::scenario::tagged::write(plain, serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::experiment::scenario::tagged::read(deserializer)
            }
        }

        impl<'de> $crate::experiment::scenario::tagged::Plain<'de> for $name {
            fn read<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $name::deserialize(deserializer)
            }
        }
    )* };
}
pub(super) use impl_tagged;

/// The derived way to read a type: variant, then content.
pub(super) trait Plain<'de>: Sized {
    fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

/// Writes what the plain form has become with its `kind` first.
pub(super) fn write<S: Serializer>(
    plain: serde_json::Result<Value>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let (kind, fields) = match plain.map_err(ser::Error::custom)? {
        Value::Object(variant) => match variant.into_iter().next() {
            Some((kind, Value::Object(fields))) => (kind, fields),
            _ => return Err(ser::Error::custom("a kind's content is not a map")),
        },
        Value::String(kind) => (kind, serde_json::Map::new()),
        _ => return Err(ser::Error::custom("not an enum")),
    };
    let mut map = serializer.serialize_map(Some(1 + fields.len()))?;
    map.serialize_entry("kind", &kind)?;
    for (key, value) in fields {
        map.serialize_entry(&key, &value)?;
    }
    map.end()
}

pub(super) fn read<'de, T: Plain<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    deserializer.deserialize_map(Visitor(PhantomData))
}

struct Visitor<T>(PhantomData<T>);

impl<'de, T: Plain<'de>> de::Visitor<'de> for Visitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a `kind`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<T, A::Error> {
        let mut early = VecDeque::new();
        loop {
            match map.next_key::<String>()? {
                Some(key) if key == "kind" => break,
                Some(key) => early.push_back((key, map.next_value()?)),
                None => return Err(de::Error::missing_field("kind")),
            }
        }
        let kind = map.next_value()?;
        T::read(Tagged {
            kind,
            fields: Fields {
                early,
                current: None,
                map,
            },
        })
    }
}

struct Tagged<A> {
    kind: String,
    fields: Fields<A>,
}

/// All entries but the `kind`.
struct Fields<A> {
    /// Those that came before it. A file's reader gives the `kind` first, so
    /// there are some only in what is read otherwise.
    early: VecDeque<(String, Tree)>,
    current: Option<(String, Tree)>,
    /// Those after it, straight from the file.
    map: A,
}

impl<'de, A: MapAccess<'de>> Deserializer<'de> for Tagged<A> {
    type Error = A::Error;

    fn deserialize_any<V: de::Visitor<'de>>(self, visitor: V) -> Result<V::Value, A::Error> {
        visitor.visit_enum(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string
        bytes byte_buf option unit unit_struct newtype_struct seq tuple
        tuple_struct map struct enum identifier ignored_any
    }
}

impl<'de, A: MapAccess<'de>> de::EnumAccess<'de> for Tagged<A> {
    type Error = A::Error;
    type Variant = Fields<A>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Fields<A>), A::Error> {
        let kind: StringDeserializer<A::Error> = self.kind.into_deserializer();
        Ok((seed.deserialize(kind)?, self.fields))
    }
}

impl<'de, A: MapAccess<'de>> de::VariantAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn unit_variant(mut self) -> Result<(), A::Error> {
        let early = self.early.pop_front().map(|(key, _)| key);
        let Some(key) = early.map_or_else(|| self.map.next_key::<String>(), |key| Ok(Some(key)))?
        else {
            return Ok(());
        };
        Err(de::Error::custom(format_args!(
            "unknown field `{key}`, this kind has no fields"
        )))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, _: S) -> Result<S::Value, A::Error> {
        Err(de::Error::custom("a kind's content must be a map"))
    }

    fn tuple_variant<V: de::Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, A::Error> {
        Err(de::Error::custom("a kind's content must be a map"))
    }

    fn struct_variant<V: de::Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        visitor.visit_map(self)
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Fields<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some((key, value)) = self.early.pop_front() else {
            return self.map.next_key_seed(seed);
        };
        self.current = Some((key.clone(), value));
        let key: StringDeserializer<A::Error> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, A::Error> {
        let Some((key, value)) = self.current.take() else {
            return self.map.next_value_seed(seed);
        };
        // Whoever knows the path has left this entry behind; so it is named here.
        json::read_with(&value, seed)
            .map_err(|error| de::Error::custom(format_args!("{error}, in `{key}`")))
    }
}
