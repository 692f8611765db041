//! Stream management (XEP-0198): nonzas, and arithmetic on their counters.

use crate::{ElementRef, Payload, PayloadError, StanzaCondition, ToXml, Value, Writer, ns};

/// A count of handled stanzas, modulo 2^32 (§4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Counter(pub u32);

impl Counter {
    /// The next count.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.wrapping_add(1))
    }

    /// How many stanzas `self` is ahead of an earlier count; at most half the circle, else `None`: the count went backwards.
    pub const fn since(self, earlier: Self) -> Option<u32> {
        let ahead = self.0.wrapping_sub(earlier.0);
        if ahead <= i32::MAX as u32 { Some(ahead) } else { None }
    }
}

fn h(element: &ElementRef<'_>) -> Result<Option<Counter>, PayloadError> {
    element.parsed("h").map(|h| h.map(Counter))
}

fn required_h(element: &ElementRef<'_>) -> Result<Counter, PayloadError> {
    h(element)?.ok_or(PayloadError::missing("h"))
}

/// `<enable/>` (§3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Enable {
    /// True if the client wants to be able to resume.
    pub resume: bool,
    /// For how many seconds at most.
    pub max: Option<u32>,
}

impl<'a> Payload<'a> for Enable {
    const NAMESPACE: &'static str = ns::SM;
    const NAME: &'static str = "enable";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { resume: element.flag("resume")?.unwrap_or(false), max: element.parsed("max")? })
    }
}

impl ToXml for Enable {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::SM, "enable");
        if let Some(max) = self.max {
            w.attr_display("max", &max);
        }
        if self.resume {
            w.attr("resume", "true");
        }
        w.close();
    }
}

/// `<enabled/>` (§3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Enabled<'a> {
    /// The id to resume with.
    pub id: Option<Value<'a>>,
    /// Where to reconnect.
    pub location: Option<Value<'a>>,
    /// For how many seconds the stream can be resumed.
    pub max: Option<u32>,
    /// True if it can be resumed.
    pub resume: bool,
}

impl<'a> Payload<'a> for Enabled<'a> {
    const NAMESPACE: &'static str = ns::SM;
    const NAME: &'static str = "enabled";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let resume = element.flag("resume")?.unwrap_or(false);
        let id = element.attribute("id");
        // XEP-0198 §5: who allows resumption gives an id.
        if resume && id.is_none() {
            return Err(PayloadError::missing("id"));
        }
        Ok(Self { id, location: element.attribute("location"), max: element.parsed("max")?, resume })
    }
}

impl ToXml for Enabled<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::SM, "enabled");
        if let Some(id) = &self.id {
            w.attr("id", &id.to_cow());
        }
        if let Some(location) = &self.location {
            w.attr("location", &location.to_cow());
        }
        if let Some(max) = self.max {
            w.attr_display("max", &max);
        }
        if self.resume {
            w.attr("resume", "true");
        }
        w.close();
    }
}

marker! {
    /// `<r/>`: asks for an acknowledgement (§4).
    Request, ns::SM, "r"
}

/// `<a/>`: acknowledges (§4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ack {
    /// How many stanzas have been handled.
    pub h: Counter,
}

impl<'a> Payload<'a> for Ack {
    const NAMESPACE: &'static str = ns::SM;
    const NAME: &'static str = "a";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        Ok(Self { h: required_h(element)? })
    }
}

impl ToXml for Ack {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::SM, "a");
        w.attr_display("h", &self.h.0);
        w.close();
    }
}

macro_rules! resumption {
    ($(#[$doc:meta])* $name:ident, $element:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name<'a> {
            /// How many stanzas have been handled.
            pub h: Counter,
            /// The id of the stream to resume.
            pub previd: Value<'a>,
        }

        impl<'a> Payload<'a> for $name<'a> {
            const NAMESPACE: &'static str = ns::SM;
            const NAME: &'static str = $element;

            fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
                Ok(Self { h: required_h(element)?, previd: element.required("previd")? })
            }
        }

        impl ToXml for $name<'_> {
            fn to_xml(&self, w: &mut Writer) {
                w.open(ns::SM, $element);
                w.attr_display("h", &self.h.0);
                w.attr("previd", &self.previd.to_cow());
                w.close();
            }
        }
    };
}

resumption! {
    /// `<resume/>` (§5).
    Resume, "resume"
}
resumption! {
    /// `<resumed/>` (§5).
    Resumed, "resumed"
}

/// `<failed/>` (§3, §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Failed {
    /// How many stanzas had been handled, if the server still knows.
    pub h: Option<Counter>,
    /// Why.
    pub condition: Option<StanzaCondition>,
}

impl<'a> Payload<'a> for Failed {
    const NAMESPACE: &'static str = ns::SM;
    const NAME: &'static str = "failed";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let condition = element.children().find(|child| child.namespace() == *ns::STANZA_ERRORS);
        Ok(Self { h: h(element)?, condition: condition.and_then(|child| StanzaCondition::of(child.name())) })
    }
}

impl ToXml for Failed {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::SM, "failed");
        if let Some(h) = self.h {
            w.attr_display("h", &h.0);
        }
        if let Some(condition) = self.condition {
            w.leaf(ns::STANZA_ERRORS, condition.as_str(), "");
        }
        w.close();
    }
}

/// `<handled-count-too-high/>`: the application condition of the stream error for an `h` beyond what was sent (§4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandledCountTooHigh {
    /// The count that was received.
    pub h: Counter,
    /// How many stanzas were sent.
    pub send_count: Counter,
}

impl<'a> Payload<'a> for HandledCountTooHigh {
    const NAMESPACE: &'static str = ns::SM;
    const NAME: &'static str = "handled-count-too-high";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let send_count = element.parsed("send-count")?.ok_or(PayloadError::missing("send-count"))?;
        Ok(Self { h: required_h(element)?, send_count: Counter(send_count) })
    }
}

impl ToXml for HandledCountTooHigh {
    fn to_xml(&self, w: &mut Writer) {
        w.open(ns::SM, "handled-count-too-high");
        w.attr_display("h", &self.h.0);
        w.attr_display("send-count", &self.send_count.0);
        w.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counters_wrap() {
        assert_eq!(Counter(u32::MAX).next(), Counter(0));
        assert_eq!(Counter(2).since(Counter(u32::MAX)), Some(3));
        assert_eq!(Counter(1).since(Counter(2)), None);
    }
}
