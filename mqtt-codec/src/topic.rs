//! MQTT 5.0 §4.7: topic names.

use core::fmt;
use core::ops::Deref;

use bytes::Bytes;
use bytestring::ByteString;

use crate::check;
use crate::text::Text;
use crate::wire::Keep;

/// A topic name: what a message is published to (MQTT 5.0 §4.7).
///
/// At least one character, at most 65,535 bytes, no wildcard, no U+0000, no control or non-character. The one exception
/// is [`Topic::ALIASED`], the empty name of a PUBLISH whose topic alias says it all.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic<'a>(Text<'a>);

/// Why a text is not a topic name or not a topic filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum InvalidTopic {
    /// No character.
    #[error("a topic has at least one character")]
    Empty,
    /// More than 65,535 bytes.
    #[error("{0} bytes, the maximum is 65,535")]
    TooLong(usize),
    /// A topic name with `+` or `#`.
    #[error("a topic name has no wildcard")]
    Wildcard,
    /// A filter whose `#` is not the whole last level, or whose `+` is not a whole level.
    #[error("a wildcard stands where it may not")]
    MisplacedWildcard,
    /// A shared subscription without a share name, without a filter, or with a wildcard in its name.
    #[error("not a shared subscription: $share/name/filter")]
    Share,
    /// U+0000, a control character or a non-character.
    #[error("a character that MQTT forbids")]
    ForbiddenCharacter,
}

impl<'a> Topic<'a> {
    /// The empty name: the topic alias of the packet names the topic (MQTT 5.0 §3.3.2.3.4).
    pub const ALIASED: Self = Self(Text::EMPTY);

    /// A topic name.
    ///
    /// # Errors
    /// Says which rule of MQTT 5.0 §4.7 the text breaks.
    pub fn new(name: impl Into<Text<'a>>) -> Result<Self, InvalidTopic> {
        let name = name.into();
        let bytes = name.as_bytes();
        if bytes.is_empty() {
            return Err(InvalidTopic::Empty); // [MQTT-4.7.3-1]
        }
        if bytes.len() > 65_535 {
            return Err(InvalidTopic::TooLong(bytes.len())); // [MQTT-4.7.3-3]
        }
        if !check::is_plain_name(bytes) {
            if check::has_wildcard(bytes) {
                return Err(InvalidTopic::Wildcard); // [MQTT-4.7.0-1] [3.1.1: MQTT-4.7.1-1]
            }
            if !check::is_sendable(&name) {
                return Err(InvalidTopic::ForbiddenCharacter); // [MQTT-4.7.3-2]
            }
        }
        Ok(Self(name))
    }

    /// A name that the decoder has checked.
    #[inline]
    pub(crate) const fn checked(name: &'a str) -> Self {
        Self(Text::Borrowed(name))
    }

    /// The same in a shared buffer.
    #[inline(always)]
    pub(crate) fn shared(name: Bytes) -> Self {
        // The check cannot fail: the decoder made it.
        Self(Text::Shared(ByteString::try_from(name).unwrap_or_default()))
    }

    /// The name.
    #[inline(always)]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The levels, between the slashes (MQTT 5.0 §4.7.1.1). A level may be empty.
    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.as_str().split('/')
    }

    /// Whether the name begins with `$`, which a filter's leading wildcard does not match \[MQTT-4.7.2-1\].
    pub fn is_system(&self) -> bool {
        self.as_str().starts_with('$')
    }

    /// The same name, independent of the input.
    pub fn into_owned(self) -> Topic<'static> {
        Topic(self.0.into_owned())
    }

    #[inline]
    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Topic<'static> {
        Topic(keep.text(self.0))
    }
}

impl Deref for Topic<'_> {
    type Target = str;

    #[inline(always)]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for Topic<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Topic<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<'a> TryFrom<&'a str> for Topic<'a> {
    type Error = InvalidTopic;

    fn try_from(name: &'a str) -> Result<Self, InvalidTopic> {
        Self::new(name)
    }
}

impl fmt::Debug for Topic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Topic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::String;

    #[test]
    fn names_are_checked() {
        for name in ["a", "/", "a//b", " ", "$SYS/x", "größe/°C", "a b"] {
            assert_eq!(Topic::new(name).unwrap(), *name);
        }
        assert_eq!(Topic::new(""), Err(InvalidTopic::Empty));
        assert_eq!(Topic::new("a/+"), Err(InvalidTopic::Wildcard));
        assert_eq!(Topic::new("ä#"), Err(InvalidTopic::Wildcard));
        assert_eq!(Topic::new("a\0"), Err(InvalidTopic::ForbiddenCharacter));
        assert_eq!(Topic::new("a\u{ffff}"), Err(InvalidTopic::ForbiddenCharacter));
        assert_eq!(Topic::new("x".repeat(65_536)), Err(InvalidTopic::TooLong(65_536)));
        assert!(Topic::new("x".repeat(65_535)).is_ok());
        assert_eq!(Topic::new(String::from("a/b")).unwrap().levels().count(), 2);
    }
}
