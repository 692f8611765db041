//! A packet's bytes with the names of its fields beside them, for logs.

mod walk;

use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

use crate::decoder::Decoder;
use crate::error::DecodeError;
use crate::packet::{PacketType, SubscriptionOptions};
use crate::property::{Property, PropertyId};
use crate::qos::QoS;
use crate::reason::ReasonCode;
use crate::version::Version;
use walk::Walk;

/// One packet, field by field, as [`Decoder::annotate`] finds it. The fields cover the packet from its first byte to its last.
///
/// `Display` prints one line for each field: offset, bytes, name, value. Long fields are cut after 32 bytes, unless the alternate form
/// (`{:#}`) is asked for. Passwords and authentication data are printed in neither form.
#[derive(Debug, Clone)]
pub struct Annotated<'a> {
    bytes: &'a [u8],
    fields: Vec<Field<'a>>,
    missing: usize,
    error: Option<DecodeError>,
}

/// A field of a packet on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<'a> {
    /// Its bytes, counted from the packet's first; the length in front of a string included.
    pub range: Range<usize>,
    /// The name in the standard.
    pub name: &'static str,
    /// What it says.
    pub value: FieldValue<'a>,
}

/// What a field says; `Display` prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// The first byte: packet type and flags (MQTT 5.0 §2.1.1).
    FirstByte(u8),
    /// A number.
    Number(u32),
    /// A UTF-8 string.
    Text(&'a str),
    /// Bytes of the application.
    Bytes(&'a [u8]),
    /// Bytes that stay secret.
    Secret,
    /// A reason code, or a return code of 3.x as the reason code that means the same.
    Reason(ReasonCode),
    /// The connect flags (§3.1.2.3).
    ConnectFlags(u8),
    /// The connect acknowledge flags (§3.2.2.1).
    ConnectAcknowledgeFlags(u8),
    /// The options of a subscription (§3.8.3.1).
    SubscriptionOptions(u8),
    /// A property.
    Property(Property<'a>),
    /// Bytes that could not be read, or follow what should be the end.
    Unread,
}

impl Decoder {
    /// The packet at the front of `input`, field by field, as this decoder reads it: also one that it refuses, or that is not complete. The
    /// decoder itself stays as it is.
    ///
    /// ```
    /// use mqtt_codec::{Decoder, Limits, Role, Version};
    ///
    /// let decoder = Decoder::established(Role::Server, Version::V5_0, Limits::default());
    /// let annotated = decoder.annotate(b"\x32\x0d\x00\x03a/b\x00\x07\x03\x23\x00\x05hi");
    /// assert_eq!(
    ///     annotated.to_string(),
    ///     "\
    /// 0000  32                       first byte: PUBLISH QoS 1
    /// 0001  0d                       Remaining Length: 13
    /// 0002  00 03 61 2f 62           Topic Name: \"a/b\"
    /// 0007  00 07                    Packet Identifier: 7
    /// 0009  03                       Property Length: 3
    /// 000a  23 00 05                 Topic Alias: 5
    /// 000d  68 69                    Payload: b\"hi\"
    /// "
    /// );
    /// ```
    pub fn annotate<'a>(&self, input: &'a [u8]) -> Annotated<'a> {
        let mut decoder = self.clone();
        let error = decoder.decode(&mut &*input).err();
        // A CONNECT says its version; what it said is known even if the rest of it is wrong.
        let version = decoder.version().unwrap_or(Version::V5_0);
        let mut walk = Walk::new(input, version);
        let missing = walk.packet();
        Annotated { bytes: walk.bytes, fields: walk.fields, missing, error }
    }
}

impl<'a> Annotated<'a> {
    /// The packet's bytes, as far as they are there.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The fields, in the order of the packet.
    pub fn iter(&self) -> core::slice::Iter<'_, Field<'a>> {
        self.fields.iter()
    }

    /// Bytes that the packet lacks, as far as its fixed header tells.
    pub const fn missing(&self) -> usize {
        self.missing
    }

    /// Why the decoder refuses the packet, if it does.
    pub const fn error(&self) -> Option<DecodeError> {
        self.error
    }
}

impl<'p, 'a> IntoIterator for &'p Annotated<'a> {
    type Item = &'p Field<'a>;
    type IntoIter = core::slice::Iter<'p, Field<'a>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Bytes in one line.
const ROW: usize = 8;
/// Lines of one field, unless all are asked for.
const ROWS: usize = 4;

impl fmt::Display for Annotated<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fields.iter().try_for_each(|field| self.fmt_field(field, f))?;
        if self.missing > 0 {
            writeln!(f, "      {} bytes are missing", self.missing)?;
        }
        match self.error {
            Some(error) => writeln!(f, "      {} at {:04x} [{}]", error.kind, error.offset, error.statement()),
            None => Ok(()),
        }
    }
}

impl Annotated<'_> {
    /// Whether the bytes must not be shown: credentials, and what could not be read of packets that have some.
    fn is_secret(&self, field: &Field<'_>) -> bool {
        let packet = PacketType::from_first_byte(self.bytes.first().copied().unwrap_or_default());
        match &field.value {
            FieldValue::Secret => true,
            FieldValue::Property(property) => property.id() == PropertyId::AUTHENTICATION_DATA,
            FieldValue::Unread => matches!(packet, PacketType::Connect | PacketType::ConnAck | PacketType::Auth),
            _ => false,
        }
    }

    fn fmt_field(&self, field: &Field<'_>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes = self.bytes.get(field.range.clone()).unwrap_or_default();
        let secret = self.is_secret(field);
        let rows = if f.alternate() { usize::MAX } else { ROWS };
        for (number, row) in bytes.chunks(ROW).take(rows).enumerate() {
            let at = field.range.start.saturating_add(number.saturating_mul(ROW));
            write!(f, "{at:04x}  ")?;
            for byte in row {
                if secret { f.write_str(".. ")? } else { write!(f, "{byte:02x} ")? }
            }
            if number > 0 {
                writeln!(f)?;
                continue;
            }
            let pad = ROW.saturating_sub(row.len()).saturating_mul(3).saturating_add(1);
            writeln!(f, "{:pad$}{}: {}", "", field.name, field.value)?;
        }
        match bytes.len().checked_sub(ROW.saturating_mul(rows)) {
            Some(more @ 1..) => writeln!(f, "      {more} bytes more"),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for FieldValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FirstByte(byte) => fmt_first_byte(*byte, f),
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Bytes(bytes) => fmt_bytes(bytes, f),
            Self::Secret => f.write_str("<redacted>"),
            Self::Reason(reason) => write!(f, "{reason}"),
            Self::ConnectFlags(flags) => fmt_flags(*flags, &CONNECT_FLAGS, f),
            Self::ConnectAcknowledgeFlags(flags) => fmt_flags(*flags, &[(0x01, "Session Present")], f),
            Self::SubscriptionOptions(byte) => fmt_options(*byte, f),
            Self::Property(property) => property.fmt_value(f),
            Self::Unread => f.write_str("not read"),
        }
    }
}

fn fmt_first_byte(byte: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let packet = PacketType::from_first_byte(byte);
    f.write_str(packet.name())?;
    if packet != PacketType::Publish {
        return if byte & 0x0f == packet.flags() { Ok(()) } else { write!(f, " with flags {:#06b}", byte & 0x0f) };
    }
    write!(f, " QoS {}", byte >> 1 & 3)?;
    f.write_str(if byte & 0x08 != 0 { " DUP" } else { "" })?;
    f.write_str(if byte & 0x01 != 0 { " RETAIN" } else { "" })
}

/// As much of the application's bytes as fits a line.
fn fmt_bytes(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match bytes.get(..32) {
        Some(first) if bytes.len() > 32 => write!(f, "b\"{}\" and so on, {} B", first.escape_ascii(), bytes.len()),
        _ => write!(f, "b\"{}\"", bytes.escape_ascii()),
    }
}

/// The connect flags by their bits.
const CONNECT_FLAGS: [(u8, &str); 8] = [
    (0x80, "User Name"),
    (0x40, "Password"),
    (0x20, "Will Retain"),
    (0x10, "Will QoS 2"),
    (0x08, "Will QoS 1"),
    (0x04, "Will"),
    (0x02, "Clean Start"),
    (0x01, "reserved"),
];

/// The names of the bits that are set.
fn fmt_flags(flags: u8, names: &[(u8, &str)], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{flags:#04x}")?;
    names.iter().filter(|(bit, _)| flags & bit != 0).try_for_each(|(_, name)| write!(f, ", {name}"))
}

fn fmt_options(byte: u8, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Some(options) = SubscriptionOptions::from_byte(byte) else { return write!(f, "{byte:#04x}") };
    write!(f, "QoS {}", QoS::bits(options.maximum_qos))?;
    f.write_str(if options.no_local { ", No Local" } else { "" })?;
    f.write_str(if options.retain_as_published { ", Retain As Published" } else { "" })?;
    match options.retain_handling as u8 {
        0 => Ok(()),
        handling => write!(f, ", Retain Handling {handling}"),
    }
}
