//! Feature `serde`: frames as data, under the specification's names with hyphens. What is read back owns its octets, and keeps the rules
//! of its type.
//!
//! Short strings are strings, properties a sequence, tables their dialect and their octets: tags, order and duplicates survive. Credentials
//! are octets like any others.

use alloc::string::String;
use alloc::vec::Vec;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::field_table::check_whole;
use super::{FieldTable, Properties, Property, ShortStr, Tags};
use crate::Binary;

impl Serialize for ShortStr<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ShortStr<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        ShortStr::from_binary(text.into_bytes().into()).map_err(D::Error::custom)
    }
}

/// A table as data.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename = "FieldTable")]
struct Table<'a> {
    tags: Tags,
    octets: Binary<'a>,
}

impl Serialize for FieldTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Table { tags: self.tags(), octets: Binary::Borrowed(&self.content()) }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for FieldTable<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Table { tags, octets } = Table::deserialize(deserializer)?;
        check_whole(octets.into_owned().into(), tags).map_err(D::Error::custom)
    }
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for Properties<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let items = Vec::<Property<'static>>::deserialize(deserializer)?;
        Properties::from_items(&items).map(Properties::into_owned).map_err(D::Error::custom)
    }
}
