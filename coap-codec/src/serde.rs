//! Feature `serde`: messages as data. What is read back owns its bytes, and keeps the rules of its type.
//!
//! Codes, option numbers and formats are numbers, binary data are bytes, options are a sequence of number and value in any order.

use alloc::vec::Vec;
use core::fmt;

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use serde::ser::{Serialize, Serializer};

use crate::registry::content_format::ContentFormat;
use crate::value::{Block, NoResponse, Observe};
use crate::{Binary, Code, OptionNumber, Options, Token};

/// Numbers that are written as they are.
macro_rules! numbers {
    ($($name:ident $number:ty,)*) => { $(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.0.serialize(serializer)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <$number>::deserialize(deserializer).map($name)
            }
        }
    )* };
}

numbers! {
    Code u8,
    OptionNumber u16,
    ContentFormat u16,
    NoResponse u8,
}

impl Serialize for Binary<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self)
    }
}

impl<'de> Deserialize<'de> for Binary<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Octets;

        impl<'de> Visitor<'de> for Octets {
            type Value = Vec<u8>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("bytes")
            }

            fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
                Ok(bytes.into())
            }

            fn visit_byte_buf<E: Error>(self, bytes: Vec<u8>) -> Result<Vec<u8>, E> {
                Ok(bytes)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<u8>, A::Error> {
                let mut bytes = Vec::new();
                while let Some(byte) = seq.next_element()? {
                    bytes.push(byte);
                }
                Ok(bytes)
            }
        }

        deserializer.deserialize_byte_buf(Octets).map(|bytes| Binary::Shared(bytes.into()))
    }
}

impl Serialize for Token<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Token<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = Binary::deserialize(deserializer)?;
        // RFC 8974 §2.1: the longest token that can be expressed.
        if bytes.len() > Self::MAX_EXTENDED_LEN {
            return Err(D::Error::invalid_length(bytes.len(), &"a token of at most 65804 bytes"));
        }
        Ok(Token(bytes))
    }
}

/// An option as data.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename = "Option")]
struct Item<'a> {
    number: OptionNumber,
    value: Binary<'a>,
}

impl Serialize for Options<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|option| Item { number: option.number, value: option.value.into() }))
    }
}

impl<'de> Deserialize<'de> for Options<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut items = Vec::<Item<'static>>::deserialize(deserializer)?;
        // In order, each one goes to the end.
        items.sort_by_key(|item| item.number);
        let mut options = Options::new();
        for item in &items {
            options.push(item.number, &item.value).map_err(D::Error::custom)?;
        }
        Ok(options)
    }
}

/// A block as data.
#[derive(serde::Serialize, serde::Deserialize)]
#[serde(rename = "Block")]
struct Part {
    num: u32,
    more: bool,
    szx: u8,
}

impl Serialize for Block {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Part { num: self.num(), more: self.more, szx: self.szx() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Block {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let part = Part::deserialize(deserializer)?;
        Self::new(part.num, part.more, part.szx).map_err(D::Error::custom)
    }
}

impl Serialize for Observe {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u32(self.value())
    }
}

impl<'de> Deserialize<'de> for Observe {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::new(u32::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Message, MessageType};
    use alloc::string::ToString;

    #[test]
    fn messages_come_back() {
        let datagram = b"\x42\x01\x12\x34\x71\x72\xb1a\x01b\x61\x3c\xffhello";
        let message = Message::decode(datagram, &Limits::DEFAULT).unwrap();
        let text = serde_json::to_string(&message).unwrap();
        let options = r#"[{"number":11,"value":[97]},{"number":11,"value":[98]},{"number":17,"value":[60]}]"#;
        assert!(text.contains(r#""message_type":"CON","message_id":4660"#) && text.contains(options), "{text}");
        assert_eq!(serde_json::from_str::<Message<'_>>(&text).unwrap(), message);
        let ping = Message { token: b"t".into(), ..Message::reliable(Code::PING) };
        let value = serde_json::to_value(&ping).unwrap();
        assert_eq!(value["header"], "Reliable");
        assert_eq!(serde_json::from_value::<Message<'_>>(value).unwrap(), ping);
    }

    /// Options may stand in any order; those of one number keep theirs.
    #[test]
    fn options_are_sorted() {
        let text = r#"[{"number":17,"value":[60]},{"number":11,"value":[98]},{"number":11,"value":[97]}]"#;
        let options: Options<'_> = serde_json::from_str(text).unwrap();
        assert_eq!(options.wire(), Some(&b"\xb1b\x01a\x61\x3c"[..]));
    }

    #[test]
    fn the_rules_of_the_types_hold() {
        let block = Block::new(7, true, 6).unwrap();
        let text = serde_json::to_string(&block).unwrap();
        assert_eq!(text, r#"{"num":7,"more":true,"szx":6}"#);
        assert_eq!(serde_json::from_str::<Block>(&text).unwrap(), block);
        assert!(serde_json::from_str::<Block>(r#"{"num":1048576,"more":false,"szx":0}"#).is_err());
        assert!(serde_json::from_str::<Observe>("16777216").is_err());
        assert_eq!(serde_json::from_str::<Observe>("16777215").unwrap().value(), 16_777_215);
        assert!(serde_json::from_str::<MessageType>(r#""SYN""#).is_err());
        let long = serde_json::to_string(&Binary::Borrowed(&[7; 65_805])).unwrap();
        assert!(serde_json::from_str::<Token<'_>>(&long).unwrap_err().to_string().contains("65804"));
        let option = alloc::format!(r#"[{{"number":1,"value":{long}}}]"#);
        assert!(serde_json::from_str::<Options<'_>>(&option).is_err());
    }
}
