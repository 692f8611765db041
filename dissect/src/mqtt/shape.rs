//! The look of MQTT bytes, without decoding them: to recognise the protocol, and to find a packet after a gap.

use crate::protocol::{Recognition, Resync, Side};

/// Longest packet that is believed in the middle of nowhere.
const MAX_BELIEVED: usize = 4 << 20;

/// A fixed header and what its length says.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) kind: u8,
    flags: u8,
    head: usize,
    /// Of the whole packet.
    pub(super) len: usize,
}

/// What the first bytes are.
#[derive(Debug, Clone, Copy)]
enum Look {
    Frame(Frame),
    Short,
    Impossible,
}

/// The frame at the front, if its header is complete and possible.
pub(super) fn frame(bytes: &[u8]) -> Option<Frame> {
    match look(bytes) {
        Look::Frame(frame) => Some(frame),
        Look::Short | Look::Impossible => None,
    }
}

fn look(bytes: &[u8]) -> Look {
    let Some((&first, rest)) = bytes.split_first() else { return Look::Short };
    let mut value = 0_usize;
    for (index, &byte) in rest.iter().take(4).enumerate() {
        let shift = u32::try_from(index).unwrap_or(0).saturating_mul(7);
        value |= usize::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
        if byte & 0x80 == 0 {
            let head = index.saturating_add(2);
            return Look::Frame(Frame { kind: first >> 4, flags: first & 15, head, len: value.saturating_add(head) });
        }
    }
    if rest.len() < 4 { Look::Short } else { Look::Impossible }
}

/// Recognises the beginning of a connection.
pub(super) fn recognise_connect(client: &[u8]) -> Recognition {
    let signature = |name: &[u8], bytes: &[u8]| {
        let len = name.len().min(bytes.len());
        (bytes.get(..len) == name.get(..len)).then_some(len == name.len())
    };
    let frame = match look(client) {
        Look::Frame(frame) if frame.kind == 1 => frame,
        Look::Short if client.first().is_none_or(|first| first >> 4 == 1) => return Recognition::Undecided,
        _ => return Recognition::No,
    };
    let body = client.get(frame.head..).unwrap_or_default();
    match signature(b"\x00\x04MQTT", body).or_else(|| signature(b"\x00\x06MQIsdp", body)) {
        Some(true) => Recognition::Certain,
        Some(false) => Recognition::Undecided,
        None => Recognition::No,
    }
}

/// Whether the first bytes of a side could be packets at all.
pub(super) fn recognise_packets(from: Side, bytes: &[u8]) -> Recognition {
    match look(bytes) {
        Look::Short if bytes.is_empty() => Recognition::No,
        Look::Short => Recognition::Undecided,
        Look::Frame(frame) if is_believable(from, frame, bytes) => Recognition::Plausible,
        Look::Frame(_) | Look::Impossible => Recognition::No,
    }
}

/// Finds where a packet begins: from there on headers must fit together to the end of the bytes.
pub(super) fn resynchronise(from: Side, input: &[u8]) -> Resync {
    let found = (0..input.len()).find_map(|at| {
        let rest = input.get(at..)?;
        match chain(from, rest) {
            Chain::Fits => Some(Resync::At(at)),
            Chain::Open => Some(Resync::More { keep: rest.len() }),
            Chain::Breaks => None,
        }
    });
    found.unwrap_or(Resync::More { keep: 0 })
}

enum Chain {
    /// At least one whole packet, and nothing that contradicts.
    Fits,
    /// Not one whole packet yet.
    Open,
    Breaks,
}

fn chain(from: Side, bytes: &[u8]) -> Chain {
    let mut rest = bytes;
    // A handful of packets convinces; more would make the search slow.
    for count in 0..8 {
        let open = if count == 0 { Chain::Open } else { Chain::Fits };
        match look(rest) {
            Look::Short => return open,
            Look::Frame(frame) if is_believable(from, frame, rest) => match rest.get(frame.len..) {
                Some(behind) => rest = behind,
                None => return open,
            },
            Look::Frame(_) | Look::Impossible => return Chain::Breaks,
        }
    }
    Chain::Fits
}

/// Whether a header, and what is there of its body, can stand in the middle of a connection.
fn is_believable(from: Side, frame: Frame, bytes: &[u8]) -> bool {
    let body_len = frame.len.saturating_sub(frame.head);
    let body = bytes.get(frame.head..).unwrap_or_default();
    let body = body.get(..body_len).unwrap_or(body);
    let client = from == Side::Client;
    match (frame.kind, frame.flags) {
        (1, 0) => client && body_len >= 10 && matches!(body, [] | [0] | [0, 4 | 6, ..]),
        (2, 0) => !client && body_len >= 2 && matches!(body, [] | [0 | 1, ..]),
        (3, 0..=5 | 10..=13) => body_len <= MAX_BELIEVED && is_believable_topic(body, body_len),
        (4 | 5 | 7, 0) | (6, 2) => (2..1024).contains(&body_len) && !matches!(body, [0, 0, ..]),
        (8, 2) => client && body_len >= 5 && !matches!(body, [0, 0, ..]),
        (9, 0) => !client && (3..65_536).contains(&body_len),
        (10, 2) => client && body_len >= 4 && !matches!(body, [0, 0, ..]),
        (11, 0) => !client && (body_len == 2 || body_len > 3) && body_len < 65_536,
        (12, 0) => client && body_len == 0,
        (13, 0) => !client && body_len == 0,
        (14, 0) => body_len < 1024 && (client || body_len > 0),
        (15, 0) => body_len < 65_536,
        _ => false,
    }
}

/// A topic of a PUBLISH: fits into the packet, and has neither wildcards nor control characters.
fn is_believable_topic(body: &[u8], body_len: usize) -> bool {
    let Some((len, rest)) = body.split_first_chunk::<2>() else { return body_len >= 3 };
    let len = usize::from(u16::from_be_bytes(*len));
    let topic = rest.get(..len).unwrap_or(rest);
    len.saturating_add(2) <= body_len && topic.iter().all(|byte| *byte >= b' ' && !matches!(byte, b'#' | b'+' | 0x7f))
}
