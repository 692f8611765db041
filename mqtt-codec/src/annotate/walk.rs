//! The way from field to field of one packet, with the readers that its types use.

use alloc::vec::Vec;

use super::{Field, FieldValue};
use crate::list::Entry;
use crate::packet::{PacketType, read_binary, read_text};
use crate::property::{Property, PropertyId};
use crate::reason::ReasonCode;
use crate::version::Version;
use crate::wire::{Varint, read_varint};

/// What was found so far, and what is left.
pub(super) struct Walk<'a> {
    pub(super) bytes: &'a [u8],
    pub(super) fields: Vec<Field<'a>>,
    rest: &'a [u8],
    version: Version,
}

/// A step that finds no field ends the walk: the rest is not read.
type Step = Option<()>;

impl<'a> Walk<'a> {
    pub(super) const fn new(bytes: &'a [u8], version: Version) -> Self {
        Self { bytes, fields: Vec::new(), rest: bytes, version }
    }

    /// Walks over the packet at the front, and says how many of its bytes are missing.
    pub(super) fn packet(&mut self) -> usize {
        let missing = self.header();
        if let (Some(_), Some(first)) = (missing, self.bytes.first()) {
            // Where the walk ends is of no interest: the decoder says what is wrong there.
            let _ = self.body(*first);
        }
        if !self.rest.is_empty() {
            self.push(self.rest, "rest", FieldValue::Unread);
            self.rest = &[];
        }
        missing
            .unwrap_or(usize::from(matches!(read_varint(self.bytes.get(1..).unwrap_or_default()), Varint::Incomplete)))
    }

    /// The fixed header; cuts off what follows the packet. Says how much is missing.
    fn header(&mut self) -> Option<usize> {
        self.field("first byte", |rest| u8(rest).map(FieldValue::FirstByte))?;
        let remaining = self.number("Remaining Length", varint)? as usize;
        let missing = remaining.saturating_sub(self.rest.len());
        if let Some((body, after)) = self.rest.split_at_checked(remaining) {
            self.rest = body;
            self.bytes = self.bytes.get(..self.bytes.len().saturating_sub(after.len())).unwrap_or_default();
        }
        Some(missing)
    }

    fn body(&mut self, first: u8) -> Step {
        let packet = PacketType::from_first_byte(first);
        match packet {
            PacketType::Connect => self.connect(),
            PacketType::ConnAck => {
                self.field("Connect Acknowledge Flags", |rest| u8(rest).map(FieldValue::ConnectAcknowledgeFlags))?;
                let v5 = self.version.is_v5();
                let name = if v5 { "Reason Code" } else { "Return Code" };
                self.field(name, |rest| {
                    let code = u8(rest)?;
                    let reason = if v5 { None } else { ReasonCode::from_return_code(code) };
                    Some(FieldValue::Reason(reason.unwrap_or(ReasonCode(code))))
                })?;
                self.properties(["Property Length", "Property"])
            }
            PacketType::Publish => {
                self.text("Topic Name")?;
                if first & 0x06 != 0 {
                    self.packet_id()?;
                }
                self.properties(["Property Length", "Property"])?;
                let payload = core::mem::take(&mut self.rest);
                self.push(payload, "Payload", FieldValue::Bytes(payload));
                Some(())
            }
            PacketType::PubAck | PacketType::PubRec | PacketType::PubRel | PacketType::PubComp => {
                self.packet_id()?;
                self.reason_and_properties()
            }
            PacketType::Subscribe => {
                self.identified()?;
                self.each(|walk| {
                    walk.text("Topic Filter")?;
                    walk.field("Subscription Options", |rest| u8(rest).map(FieldValue::SubscriptionOptions))
                })
            }
            PacketType::Unsubscribe => {
                self.identified()?;
                self.each(|walk| walk.text("Topic Filter"))
            }
            PacketType::SubAck | PacketType::UnsubAck => {
                self.identified()?;
                self.each(Self::reason)
            }
            PacketType::Disconnect | PacketType::Auth => self.reason_and_properties(),
            PacketType::PingReq | PacketType::PingResp | PacketType::Reserved => Some(()),
        }
    }

    fn connect(&mut self) -> Step {
        self.text("Protocol Name")?;
        self.number("Protocol Version", |rest| u8(rest).map(u32::from))?;
        let flags = *self.rest.first()?;
        self.field("Connect Flags", |rest| u8(rest).map(FieldValue::ConnectFlags))?;
        self.number("Keep Alive", |rest| u16(rest).map(u32::from))?;
        self.properties(["Property Length", "Property"])?;
        self.text("Client Identifier")?;
        if flags & 0x04 != 0 {
            self.properties(["Will Property Length", "Will Property"])?;
            self.text("Will Topic")?;
            self.field("Will Payload", |rest| read_binary(rest).map(FieldValue::Bytes))?;
        }
        if flags & 0x80 != 0 && !self.rest.is_empty() {
            self.text("User Name")?;
        }
        if flags & 0x40 != 0 && !self.rest.is_empty() {
            self.field("Password", |rest| read_binary(rest).map(|_| FieldValue::Secret))?;
        }
        Some(())
    }

    /// Packet identifier and properties.
    fn identified(&mut self) -> Step {
        self.packet_id()?;
        self.properties(["Property Length", "Property"])
    }

    /// The short forms leave out the one or the other.
    fn reason_and_properties(&mut self) -> Step {
        if self.version.is_v5() && !self.rest.is_empty() {
            self.reason()?;
            if !self.rest.is_empty() {
                self.properties(["Property Length", "Property"])?;
            }
        }
        Some(())
    }

    fn packet_id(&mut self) -> Step {
        self.number("Packet Identifier", |rest| u16(rest).map(u32::from)).map(drop)
    }

    fn reason(&mut self) -> Step {
        self.field("Reason Code", |rest| u8(rest).map(|code| FieldValue::Reason(ReasonCode(code))))
    }

    /// Properties behind their length, in 5.0; those that have no name of their own get the second one.
    fn properties(&mut self, [length, unknown]: [&'static str; 2]) -> Step {
        if !self.version.is_v5() || self.rest.is_empty() {
            return Some(());
        }
        let len = self.number(length, varint)? as usize;
        let (region, after) = self.rest.split_at_checked(len)?;
        self.rest = region;
        let read = self.each(|walk| {
            let name = walk.rest.first().and_then(|id| PropertyId(*id).name()).unwrap_or(unknown);
            walk.field(name, |rest| Property::read(rest).map(FieldValue::Property))
        });
        if read.is_none() {
            self.push(self.rest, unknown, FieldValue::Unread);
        }
        self.rest = after;
        Some(())
    }

    /// Until nothing is left.
    fn each(&mut self, mut step: impl FnMut(&mut Self) -> Step) -> Step {
        while !self.rest.is_empty() {
            step(self)?;
        }
        Some(())
    }

    fn text(&mut self, name: &'static str) -> Step {
        self.field(name, |rest| read_text(rest).map(FieldValue::Text))
    }

    fn number(&mut self, name: &'static str, read: fn(&mut &'a [u8]) -> Option<u32>) -> Option<u32> {
        let mut number = None;
        self.field(name, |rest| {
            number = read(rest);
            number.map(FieldValue::Number)
        })?;
        number
    }

    fn field(&mut self, name: &'static str, read: impl FnOnce(&mut &'a [u8]) -> Option<FieldValue<'a>>) -> Step {
        let mut after = self.rest;
        let value = read(&mut after)?;
        let bytes = self.rest.get(..self.rest.len().saturating_sub(after.len()))?;
        self.push(bytes, name, value);
        self.rest = after;
        Some(())
    }

    /// Notes a field of these bytes, which follow those of the fields before.
    fn push(&mut self, bytes: &[u8], name: &'static str, value: FieldValue<'a>) {
        if !bytes.is_empty() {
            let start = self.fields.last().map_or(0, |field| field.range.end);
            self.fields.push(Field { range: start..start.saturating_add(bytes.len()), name, value });
        }
    }
}

fn u8(rest: &mut &[u8]) -> Option<u8> {
    let (&byte, after) = rest.split_first()?;
    *rest = after;
    Some(byte)
}

fn u16(rest: &mut &[u8]) -> Option<u16> {
    let (bytes, after) = rest.split_first_chunk::<2>()?;
    *rest = after;
    Some(u16::from_be_bytes(*bytes))
}

fn varint(rest: &mut &[u8]) -> Option<u32> {
    let Varint::Value { value, len, .. } = read_varint(rest) else { return None };
    *rest = rest.get(len..)?;
    Some(value)
}
