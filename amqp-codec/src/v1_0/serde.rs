//! Feature `serde`: frames, sections and messages as data, under the specification's names. What is read back owns its bytes, and keeps
//! the rules of its type.
//!
//! Values of any type, and maps, are their octets: their encoding survives. Credentials of SASL are octets like any others.

use alloc::string::String;
use alloc::vec::Vec;

use serde::de::{Deserialize, Deserializer, Error};
use serde::ser::{Serialize, Serializer};

use super::field::Field;
use super::message::{Body, Sections};
use super::{
    Annotations, ApplicationProperties, Ascii, Encoded, Fields, FilterSet, Limits, Message, Symbol, Symbols, Unsettled,
};
use crate::Binary;

/// What an application may keep, as opposed to what a peer may send.
fn limits() -> Limits {
    Limits { max_depth: 64, max_zero_width: u32::MAX, max_sections: u32::MAX, ..Limits::default() }
}

impl Serialize for Encoded<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Encoded<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let octets = Binary::deserialize(deserializer)?;
        let mut rest = octets.as_slice();
        Encoded::decode(&mut rest, &limits()).map_err(D::Error::custom)?;
        if rest.is_empty() { Ok(Self::checked(octets)) } else { Err(D::Error::custom("octets follow the value")) }
    }
}

impl Serialize for Symbol<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Symbol<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Symbol::new(&text).map(Symbol::into_owned).ok_or_else(|| D::Error::custom("a symbol that is not ASCII"))
    }
}

impl Serialize for Symbols<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Ascii::as_str))
    }
}

impl<'de> Deserialize<'de> for Symbols<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<Symbol<'static>>::deserialize(deserializer)?.iter().map(Symbol::as_ascii).collect())
    }
}

impl Serialize for Sections<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.as_bytes())
    }
}

impl<'de> Deserialize<'de> for Sections<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let octets = Binary::deserialize(deserializer)?;
        match Message::decode(&octets, &limits()).map_err(D::Error::custom)?.into_message() {
            Message {
                header: None,
                delivery_annotations: None,
                message_annotations: None,
                properties: None,
                application_properties: None,
                body: Body::Several(sections),
                footer: None,
            } => Ok(sections.into_owned()),
            _ => Err(D::Error::custom("octets that are not several body sections")),
        }
    }
}

macro_rules! maps {
    ($($name:ident),*) => {
        $(impl Serialize for $name<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut octets = Vec::with_capacity(Field::len(self));
                self.put(&mut octets);
                serializer.serialize_bytes(&octets)
            }
        }

        impl<'de> Deserialize<'de> for $name<'_> {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let map = Encoded::deserialize(deserializer)?;
                let octets = map.as_bytes();
                let (code, mut rest) = octets.split_first().ok_or_else(|| D::Error::custom("no octets"))?;
                <$name<'_> as Field<'_>>::read(*code, octets, &mut rest, &limits())
                    .map($name::into_owned)
                    .map_err(|fault| D::Error::custom(fault.kind()))
            }
        })*
    };
}

maps!(Fields, Annotations, ApplicationProperties, FilterSet, Unsettled);
