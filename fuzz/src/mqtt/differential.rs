//! `mqtt-codec` against `ntex-mqtt` 9.0.0: single packets of 3.1.1 and 5.0, verdict and fields.
//!
//! Where the verdicts differ, a row of [`DIFFERENCES`] says why, cites the standard, and recognises the packet by itself, without our
//! decoder's help. A difference that no row explains is a finding, and so is a field that the two read differently.

mod differences;
mod peer;
mod plain;

use arbitrary::Unstructured;
use mqtt_codec::{DecodeErrorKind, Decoder, Limits, Packet, PacketType, Role, Version};
use ntex_mqtt::error::DecodeError;
use plain::Plain;

pub use differences::DIFFERENCES;

use super::Mqtt;
use crate::Family;

/// What we say of a packet. A PUBLISH that is handed over as refused counts as its error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ours {
    /// We hand the packet over.
    Accepts,
    /// We refuse the packet.
    Refuses(DecodeErrorKind),
    /// In a row: we refuse the packet, for whatever reason we find first.
    RefusesSomehow,
}

/// What the peer says of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theirs {
    /// It hands the packet over.
    Accepts,
    /// It waits for more bytes, though the packet is complete.
    Waits,
    /// It refuses the packet.
    Refuses(DecodeError),
}

/// One reasoned difference between the verdicts.
#[derive(Debug)]
pub struct Difference {
    /// Our verdict.
    pub ours: Ours,
    /// The peer's.
    pub theirs: Theirs,
    /// The packets it is about; none: any.
    pub packets: &'static [PacketType],
    /// Where the standard decides it.
    pub section: &'static str,
    /// Why the verdicts differ.
    pub reason: &'static str,
    /// An example: who sends it, in which version, its bytes in hexadecimal.
    pub example: (Role, Version, &'static str),
    /// Whether the packet is as `reason` says.
    holds: fn(&Case<'_>) -> bool,
}

/// A packet and what both made of it.
#[derive(Debug)]
struct Case<'p> {
    from: Role,
    version: Version,
    raw: &'p [u8],
    /// What follows the fixed header.
    body: &'p [u8],
    ours: Option<Plain>,
    theirs: Option<Plain>,
}

impl Case<'_> {
    fn packet(&self) -> PacketType {
        PacketType::from_first_byte(self.raw.first().copied().unwrap_or_default())
    }

    /// The packet as the peer understood it, or else as we did.
    fn plain(&self) -> Option<&Plain> {
        self.theirs.as_ref().or(self.ours.as_ref())
    }
}

/// The law for any bytes: one byte of configuration as in the other targets, in which bit 0x10 asks for a fixed header to be made;
/// then a packet.
pub fn mqtt_differential(data: &[u8]) {
    let Ok(config) = Mqtt::config(&mut Unstructured::new(data)) else { return };
    let Some((&byte, rest)) = data.split_first() else { return };
    let version = if config.version.is_v5() { Version::V5_0 } else { Version::V3_1_1 };
    if byte & 0x10 == 0 {
        mqtt_compare(config.from, version, rest);
    } else if let Some((&first, body)) = rest.split_first() {
        mqtt_compare(config.from, version, &framed(first, body));
    }
}

/// A packet with this first byte and this body.
fn framed(first: u8, body: &[u8]) -> Vec<u8> {
    let mut out = vec![first];
    let mut len = body.len();
    loop {
        let low = u8::try_from(len & 0x7f).expect("seven bits");
        len >>= 7;
        out.push(if len == 0 { low } else { low | 0x80 });
        if len == 0 {
            break;
        }
    }
    out.extend_from_slice(body);
    out
}

/// Compares one packet; returns the reasoned difference, if there is one. Bytes behind the packet are cut off.
///
/// # Panics
/// The verdicts differ without a reason, or the fields differ.
pub fn mqtt_compare(from: Role, version: Version, bytes: &[u8]) -> Option<&'static Difference> {
    let Some((header_len, packet_len)) = frame(bytes) else { return incomplete(from, version, bytes) };
    let Some(raw) = bytes.get(..packet_len) else { return incomplete(from, version, bytes) };
    let mut input = raw;
    let decoded = decoder(from, version, raw).decode(&mut input).map(|packet| packet.map(Packet::from));
    let (ours, plain) = match &decoded {
        Ok(Some(Packet::Refused(refused))) => (Ours::Refuses(refused.error().kind), true),
        Ok(Some(_)) => (Ours::Accepts, true),
        Ok(None) => panic!("we wait for more than a whole packet: {raw:02x?}"),
        Err(error) => (Ours::Refuses(error.kind), false),
    };
    assert!(!plain || input.is_empty(), "{} bytes left of one packet", input.len());
    let plain = decoded.ok().flatten().map(|packet| plain::ours(&packet, version));
    let (theirs, their_plain) = match peer::decode(version, raw) {
        Ok(Some(plain)) => (Theirs::Accepts, Some(plain)),
        Ok(None) => (Theirs::Waits, None),
        Err(error) => (Theirs::Refuses(error), None),
    };
    let body = raw.get(header_len..).unwrap_or_default();
    let case = Case { from, version, raw, body, ours: plain, theirs: their_plain };
    let agree = match theirs {
        Theirs::Accepts => ours == Ours::Accepts,
        Theirs::Waits => false,
        Theirs::Refuses(_) => ours != Ours::Accepts,
    };
    let difference = if agree { None } else { Some(explain(ours, theirs, &case)) };
    if let (Some(ours), Some(theirs)) = (case.ours, case.theirs) {
        ours.assert_same(theirs);
    }
    difference
}

fn explain(ours: Ours, theirs: Theirs, case: &Case<'_>) -> &'static Difference {
    DIFFERENCES
        .iter()
        .filter(|row| row.ours == ours || (row.ours == Ours::RefusesSomehow && ours != Ours::Accepts))
        .filter(|row| row.theirs == theirs && (row.packets.is_empty() || row.packets.contains(&case.packet())))
        .find(|row| (row.holds)(case))
        .unwrap_or_else(|| panic!("no reason for: we say {ours:?}, the peer {theirs:?}, of {case:02x?}"))
}

impl Difference {
    /// The row of README.md's table.
    pub fn readme_line(&self) -> String {
        let packets: Vec<&str> = self.packets.iter().map(|packet| packet.name()).collect();
        let packets = if packets.is_empty() { "any".to_owned() } else { packets.join(", ") };
        let ours = match self.ours {
            Ours::Accepts => "accepts".to_owned(),
            Ours::Refuses(kind) => format!("`{}`", kind.name()),
            Ours::RefusesSomehow => "refuses".to_owned(),
        };
        let theirs = match self.theirs {
            Theirs::Accepts => "accepts".to_owned(),
            Theirs::Waits => "waits".to_owned(),
            Theirs::Refuses(error) => format!("`{error:?}`"),
        };
        format!("| {packets} | {ours} | {theirs} | {} | {} |", self.reason, self.section)
    }
}

fn decoder(from: Role, version: Version, bytes: &[u8]) -> Decoder {
    let connect = bytes.first().is_some_and(|first| first >> 4 == PacketType::Connect as u8);
    if connect && from == Role::Client {
        Decoder::new(Role::Server, Limits::MAX).expect_version(version)
    } else {
        Decoder::established(from.peer(), version, Limits::MAX)
    }
}

/// Length of the fixed header and of the packet, once known; also where the length is in error.
fn frame(bytes: &[u8]) -> Option<(usize, usize)> {
    let (mut len, mut header) = (0_usize, 1_usize);
    for (shift, byte) in [0, 7, 14, 21].into_iter().zip(bytes.get(1..)?) {
        len |= usize::from(byte & 0x7f) << shift;
        header = header.saturating_add(1);
        if byte & 0x80 == 0 {
            return Some((header, header.saturating_add(len)));
        }
    }
    (header == 5).then_some((header, header))
}

/// Before the packet is complete, we may say early that it will be refused, and the peer may hand out the head of a PUBLISH. Neither
/// may hand out more.
fn incomplete(from: Role, version: Version, bytes: &[u8]) -> Option<&'static Difference> {
    let mut input = bytes;
    let decoded = decoder(from, version, bytes).decode(&mut input);
    assert!(!matches!(decoded, Ok(Some(_))), "a packet out of a part of one: {bytes:02x?}");
    // The peer reserves the whole Remaining Length at once.
    if frame(bytes).is_some_and(|(_, len)| len > 1 << 16) {
        return None;
    }
    let publish = bytes.first().is_some_and(|first| first >> 4 == PacketType::Publish as u8);
    if !publish {
        assert!(matches!(peer::decode(version, bytes), Ok(None)), "the peer makes something of a part: {bytes:02x?}");
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames() {
        for len in [0_usize, 1, 127, 128, 16_383, 16_384] {
            let packet = framed(0x30, &vec![0; len]);
            assert_eq!(frame(&packet).map(|(_, whole)| whole), Some(packet.len()));
        }
        assert_eq!(frame(&[0x30]), None);
        assert_eq!(frame(&[0x30, 0x80]), None);
        assert_eq!(frame(&[0x30, 0xff, 0xff, 0xff, 0xff]), Some((5, 5)));
    }
}
