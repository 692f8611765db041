//! The contestants. Each visits code, Message ID, token, every option with number, length and first byte, and the payload's length.

use coap_codec::{Binary, Code, Limits, Message, MessageType, OptionNumber, OptionRef, Options, Token};
use coap_message::{MessageOption as _, MinimalWritableMessage as _, ReadableMessage as _};

use crate::rows::Parts;

fn first(value: &[u8]) -> u64 {
    value.first().copied().map_or(0, u64::from)
}

fn option(number: u16, value: &[u8]) -> u64 {
    u64::from(number) + value.len() as u64 + first(value)
}

pub fn ours(datagram: &[u8]) -> u64 {
    let Ok(message) = Message::decode(datagram, &Limits::DEFAULT) else { return 0 };
    let head = u64::from(message.code.0) + u64::from(message.message_id().unwrap_or(0)) + message.token.len() as u64;
    let options: u64 = message.options.iter().map(|o| option(o.number.0, o.value)).sum();
    head + options + message.payload.len() as u64
}

pub fn coap_lite(datagram: &[u8]) -> u64 {
    let Ok(packet) = coap_lite::Packet::from_bytes(datagram) else { return 0 };
    let head =
        u64::from(u8::from(packet.header.code)) + u64::from(packet.header.message_id) + packet.get_token().len() as u64;
    let options: u64 = packet.options().flat_map(|(n, values)| values.iter().map(|value| option(*n, value))).sum();
    head + options + packet.payload.len() as u64
}

pub fn toad(datagram: &[u8]) -> u64 {
    use toad_msg::TryFromBytes as _;
    let Ok(message) = toad_msg::alloc::Message::try_from_bytes(datagram) else { return 0 };
    let code = u64::from(u8::from(message.code)) + u64::from(message.id.0) + message.token.0.len() as u64;
    let options: u64 =
        message.opts.iter().flat_map(|(n, values)| values.iter().map(|value| option(n.0 as u16, &value.0))).sum();
    code + options + message.payload.0.len() as u64
}

/// The header is left to the caller: the least that reads it.
pub fn implementations(datagram: &[u8]) -> u64 {
    let Some((&[first, code, high, low], rest)) = datagram.split_first_chunk::<4>() else { return 0 };
    let token = usize::from(first & 15);
    let Some(tail) = rest.get(token..) else { return 0 };
    let message = coap_message_implementations::inmemory::Message::new_from_slice(code, tail);
    let head = u64::from(code) + u64::from(u16::from_be_bytes([high, low])) + token as u64;
    let options: u64 = message.options().map(|o| option(o.number(), o.value())).sum();
    head + options + message.payload().len() as u64
}

/// A walk without any check but the ends of slices: what reading costs at least.
pub fn floor(datagram: &[u8]) -> u64 {
    let Some((&[first, code, high, low], rest)) = datagram.split_first_chunk::<4>() else { return 0 };
    let token = usize::from(first & 15);
    let Some(mut rest) = rest.get(token..) else { return 0 };
    let mut sum = u64::from(code) + u64::from(u16::from_be_bytes([high, low])) + token as u64;
    let mut number = 0_u16;
    let extend = |nibble: u8, rest: &mut &[u8]| -> Option<u16> {
        match nibble {
            13 => {
                let (byte, tail) = rest.split_first()?;
                *rest = tail;
                Some(u16::from(*byte) + 13)
            }
            14 => {
                let (bytes, tail) = rest.split_first_chunk::<2>()?;
                *rest = tail;
                Some(u16::from_be_bytes(*bytes).wrapping_add(269))
            }
            nibble => Some(u16::from(nibble)),
        }
    };
    while let Some((&head, tail)) = rest.split_first() {
        rest = tail;
        if head == 0xff {
            return sum + rest.len() as u64;
        }
        let Some(delta) = extend(head >> 4, &mut rest) else { return 0 };
        let Some(len) = extend(head & 15, &mut rest) else { return 0 };
        let Some((value, tail)) = rest.split_at_checked(len.into()) else { return 0 };
        rest = tail;
        number = number.wrapping_add(delta);
        sum += option(number, value);
    }
    sum
}

/// Makes a round that encodes all parts and returns the number of bytes written.
pub type Encode<'p> = Box<dyn FnMut() -> u64 + 'p>;

/// Like the packets of coap-lite, the messages are there before the round begins.
pub fn encode_ours(parts: &[Parts]) -> Encode<'_> {
    let message = |parts: &Parts| {
        let options = parts.options.iter().map(|(n, value)| OptionRef::new(OptionNumber(*n), value.clone().leak()));
        Message {
            token: Token::from(&*parts.token.clone().leak()),
            options: Options::from_slice(options.collect::<Vec<_>>().leak()),
            payload: Binary::Borrowed(parts.payload.clone().leak()),
            ..Message::new(MessageType::from_bits(parts.message_type), Code(parts.code), parts.id)
        }
    };
    let messages: Vec<Message<'static>> = parts.iter().map(message).collect();
    let mut out = vec![0; 2048];
    Box::new(move || messages.iter().map(|message| message.encode_to_slice(&mut out).unwrap() as u64).sum())
}

pub fn encode_coap_lite(parts: &[Parts]) -> Encode<'_> {
    let packets: Vec<_> = parts
        .iter()
        .map(|parts| {
            let mut packet = coap_lite::Packet::new();
            packet.header.set_type(match parts.message_type {
                0 => coap_lite::MessageType::Confirmable,
                1 => coap_lite::MessageType::NonConfirmable,
                2 => coap_lite::MessageType::Acknowledgement,
                _ => coap_lite::MessageType::Reset,
            });
            packet.header.code = parts.code.into();
            packet.header.message_id = parts.id;
            packet.set_token(parts.token.clone());
            for (number, value) in &parts.options {
                packet.add_option((*number).into(), value.clone());
            }
            packet.payload = parts.payload.clone();
            packet
        })
        .collect();
    Box::new(move || packets.iter().map(|packet| packet.to_bytes().unwrap().len() as u64).sum())
}

pub fn encode_implementations(parts: &[Parts]) -> Encode<'_> {
    let mut out = vec![0; 2048];
    Box::new(move || {
        let write = |parts: &Parts| {
            let (mut code, (head, tail)) = (parts.code, out.split_at_mut(4 + parts.token.len()));
            head[0] = 0x40 | parts.message_type << 4 | parts.token.len() as u8;
            head[1] = code;
            head[2..4].copy_from_slice(&parts.id.to_be_bytes());
            head[4..].copy_from_slice(&parts.token);
            let mut message = coap_message_implementations::inmemory::MessageMut::new_in_slice(&mut code, tail);
            for (number, value) in &parts.options {
                message.add_option(*number, value).unwrap();
            }
            if !parts.payload.is_empty() {
                message.set_payload(&parts.payload).unwrap();
            }
            (message.finish().0 + 4 + parts.token.len()) as u64
        };
        parts.iter().map(write).sum()
    })
}

/// A writer without any check but the ends of slices, for options that are in order.
pub fn encode_floor(parts: &[Parts]) -> Encode<'_> {
    let mut out = vec![0; 2048];
    Box::new(move || {
        let mut total = 0;
        for parts in parts {
            let mut rest = &mut out[..];
            let mut put = |bytes: &[u8]| {
                let (to, tail) = core::mem::take(&mut rest).split_at_mut(bytes.len());
                to.copy_from_slice(bytes);
                rest = tail;
                total += bytes.len() as u64;
            };
            let [high, low] = parts.id.to_be_bytes();
            put(&[0x40 | parts.message_type << 4 | parts.token.len() as u8, parts.code, high, low]);
            put(&parts.token);
            let mut last = 0;
            for (number, value) in &parts.options {
                let (delta, len) = (number - last, value.len());
                last = *number;
                if delta < 13 && len < 13 {
                    put(&[(delta << 4) as u8 | len as u8]);
                } else if delta < 13 {
                    put(&[(delta << 4) as u8 | 13, (len - 13) as u8]);
                } else {
                    put(&[0xd0 | len as u8, (delta - 13) as u8]);
                }
                put(value);
            }
            if !parts.payload.is_empty() {
                put(&[0xff]);
                put(&parts.payload);
            }
        }
        total
    })
}
