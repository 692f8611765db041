//! Feature `serde`: packets as data. What is read back owns its bytes, and keeps the rules of its type.
//!
//! Text is a string, binary data are bytes, lists are sequences; [`Packet::Refused`](crate::Packet::Refused) has no form.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Error as _, Serialize, Serializer};

use crate::property::OwnedProperty;
use crate::{
    Binary, Connect, Filters, Login, Packet, Properties, ReasonCode, ReasonCodes, Subscription, Subscriptions, Text,
    Topic, TopicFilter, Version,
};

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Text<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Into::into)
    }
}

impl Serialize for Binary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }
}

impl<'de> Deserialize<'de> for Binary<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Bytes;

        impl<'de> Visitor<'de> for Bytes {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.into())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<u8>, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                Ok(bytes)
            }
        }

        deserializer.deserialize_byte_buf(Bytes).map(Into::into)
    }
}

impl Serialize for Topic<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for Topic<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        if name.is_empty() { Ok(Topic::ALIASED) } else { Topic::new(name).map_err(D::Error::custom) }
    }
}

impl Serialize for TopicFilter<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self)
    }
}

impl<'de> Deserialize<'de> for TopicFilter<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TopicFilter::new(String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for Properties<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for Properties<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut properties = Properties::EMPTY;
        for property in Vec::<OwnedProperty>::deserialize(deserializer)? {
            properties.push(property.lend()).map_err(D::Error::custom)?;
        }
        Ok(properties)
    }
}

impl Serialize for Subscriptions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let good = |entry: Result<Subscription<'_>, _>| entry.is_ok();
        if !self.iter().all(good) {
            return Err(S::Error::custom("a topic filter that breaks the rules"));
        }
        serializer.collect_seq(self.iter().flatten())
    }
}

impl<'de> Deserialize<'de> for Subscriptions<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut subscriptions = Subscriptions::default();
        Vec::<Subscription<'static>>::deserialize(deserializer)?.iter().for_each(|entry| subscriptions.push(entry));
        Ok(subscriptions)
    }
}

impl Serialize for Filters<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.iter().all(|filter| filter.is_ok()) {
            return Err(S::Error::custom("a topic filter that breaks the rules"));
        }
        serializer.collect_seq(self.iter().flatten())
    }
}

impl<'de> Deserialize<'de> for Filters<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut filters = Filters::default();
        Vec::<TopicFilter<'static>>::deserialize(deserializer)?.iter().for_each(|filter| filters.push(filter));
        Ok(filters)
    }
}

impl Serialize for ReasonCodes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de> Deserialize<'de> for ReasonCodes<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut codes = ReasonCodes::default();
        Vec::<ReasonCode>::deserialize(deserializer)?.into_iter().for_each(|code| codes.push(code));
        Ok(codes)
    }
}

/// A CONNECT with everything in sight.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename = "Connect")]
struct Fields<'a> {
    version: Version,
    bridge: bool,
    clean_start: bool,
    keep_alive: u16,
    properties: Properties<'a>,
    client_id: Text<'a>,
    login: Login<'a>,
}

impl Serialize for Connect<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Fields {
            version: self.version,
            bridge: self.bridge,
            clean_start: self.clean_start,
            keep_alive: self.keep_alive,
            properties: self.properties.clone(),
            client_id: self.client_id.borrowed(),
            login: self.login(),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Connect<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fields = Fields::deserialize(deserializer)?;
        let mut connect = Connect::new(fields.version, fields.client_id);
        connect.bridge = fields.bridge;
        connect.clean_start = fields.clean_start;
        connect.keep_alive = fields.keep_alive;
        connect.properties = fields.properties;
        match Packet::Connect(connect.with_login(&fields.login)).into_owned() {
            Packet::Connect(connect) => Ok(connect),
            _ => Err(D::Error::custom("not a CONNECT")),
        }
    }
}
