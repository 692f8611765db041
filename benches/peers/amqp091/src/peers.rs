//! The contestants in Rust.

use std::mem::ManuallyDrop;

use amq_protocol::frame::{AMQPFrame, gen_frame, parse_frame};
use amq_protocol::protocol::{AMQPClass, basic as theirs, queue as their_queue};
use amq_protocol::types::{AMQPValue, FieldTable as TheirTable};
use amqp_codec::v0_9_1::{
    ContentHeader, Decoder, Dialect, Encoder, FieldTable, Frame, Limits, Method, Property, Value,
};

use crate::rows::Row;
use crate::{Round, Work};

pub fn rounds(row: &Row, work: Work) -> Vec<(&'static str, Round<'_>)> {
    let mut rounds: Vec<(&'static str, Round<'_>)> = Vec::new();
    match work {
        Work::Decode => {
            rounds.push(("ours", Box::new(|| decode(&row.octets, row.frames))));
            rounds.push(("amq-protocol 10.6.3", Box::new(|| decode_amq(&row.octets, row.frames))));
            if row.name == "ack" {
                rounds.push(("floor", Box::new(|| floor(&row.octets, row.frames))));
            }
            if row.name == "declare-7-arguments" {
                rounds.push(("amqp_serde 0.4.3", Box::new(|| decode_serde(&row.octets, row.frames))));
            }
        }
        Work::Chunks(size) => {
            rounds.push(("ours", Box::new(move || chunks(&row.octets, size, row.frames))));
            rounds.push(("amq-protocol 10.6.3", Box::new(move || chunks_amq(&row.octets, size, row.frames))));
        }
        Work::Encode => {
            let frames = frames(&row.octets);
            let mut out = Vec::with_capacity(row.octets.len() + 64);
            let mut encoder = Encoder::new();
            encoder.tuned(131_072);
            rounds.push((
                "ours",
                Box::new(move || {
                    out.clear();
                    frames.iter().for_each(|frame| encoder.encode(frame, &mut out).unwrap());
                    checksum(&out)
                }),
            ));
            let mut rest = row.octets.as_slice();
            let mut frames = Vec::new();
            while let Ok((behind, frame)) = parse_frame(rest) {
                frames.push(frame);
                rest = behind;
            }
            let mut room = vec![0_u8; row.octets.len() + 64];
            rounds.push((
                "amq-protocol 10.6.3",
                Box::new(move || {
                    let mut out = cookie_factory::WriteContext::from(room.as_mut_slice());
                    for frame in &frames {
                        out = gen_frame(frame)(out).unwrap();
                    }
                    let (_, written) = out.into_inner();
                    checksum(&room[..written as usize])
                }),
            ));
        }
    }
    rounds
}

/// Cheap, and different for different lengths and ends.
pub fn checksum(octets: &[u8]) -> u64 {
    octets.len() as u64 * 256 + u64::from(octets.iter().step_by(97).fold(0_u8, |sum, octet| sum.wrapping_add(*octet)))
}

fn frames(octets: &[u8]) -> Vec<Frame<'_>> {
    let mut decoder = tuned();
    let mut rest = octets;
    std::iter::from_fn(move || decoder.decode(&mut rest).unwrap()).map(Frame::from).collect()
}

fn tuned() -> Decoder {
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    decoder.tuned(131_072, 0);
    decoder
}

fn decode(octets: &[u8], frames: usize) -> u64 {
    let mut decoder = tuned();
    let mut rest = octets;
    let (mut sum, mut count) = (0, 0);
    while let Ok(Some(frame)) = &decoder.decode(&mut rest) {
        sum += visit(frame);
        count += 1;
    }
    assert_eq!(count, frames);
    sum
}

/// A read buffer: each piece is appended, what is complete is decoded, the rest moves to the front.
fn chunks(octets: &[u8], size: usize, frames: usize) -> u64 {
    let mut decoder = tuned();
    let mut buffer = [0_u8; 8_192];
    let (mut filled, mut sum, mut count) = (0, 0, 0);
    for piece in octets.chunks(size) {
        buffer[filled..filled + piece.len()].copy_from_slice(piece);
        filled += piece.len();
        if decoder.needed() > filled {
            continue;
        }
        let mut rest = &buffer[..filled];
        while let Ok(Some(frame)) = &decoder.decode(&mut rest) {
            sum += visit(frame);
            count += 1;
        }
        let left = rest.len();
        buffer.copy_within(filled - left..filled, 0);
        filled = left;
    }
    assert_eq!(count, frames);
    sum
}

#[inline(always)]
fn visit(frame: &Frame<'_>) -> u64 {
    match frame {
        Frame::Method { method, .. } => match method {
            Method::BasicDeliver(m) => {
                (m.consumer_tag.len() + m.exchange.len() + m.routing_key.len()) as u64
                    + m.delivery_tag
                    + u64::from(m.redelivered)
            }
            Method::BasicPublish(m) => (m.exchange.len() + m.routing_key.len()) as u64 + u64::from(m.mandatory),
            Method::BasicAck(m) => m.delivery_tag + u64::from(m.multiple),
            Method::QueueDeclare(m) => m.queue.len() as u64 + u64::from(m.durable) + visit_table(&m.arguments),
            _ => 1,
        },
        Frame::Header { header, .. } => visit_header(header),
        Frame::Body { payload, .. } => payload.len() as u64,
        _ => 0,
    }
}

fn visit_header(header: &ContentHeader<'_>) -> u64 {
    header.properties.iter().map(ManuallyDrop::new).fold(header.body_size, |sum, property| {
        sum + match &*property {
            Property::Headers(table) => visit_table(table),
            Property::DeliveryMode(octet) | Property::Priority(octet) => u64::from(*octet),
            Property::Timestamp(seconds) => *seconds,
            Property::ContentType(text)
            | Property::ContentEncoding(text)
            | Property::CorrelationId(text)
            | Property::ReplyTo(text)
            | Property::Expiration(text)
            | Property::MessageId(text)
            | Property::Type(text)
            | Property::UserId(text)
            | Property::AppId(text)
            | Property::ClusterId(text) => text.len() as u64,
        }
    })
}

fn visit_table(table: &FieldTable<'_>) -> u64 {
    table.iter().map(ManuallyDrop::new).fold(0, |sum, field| {
        let value = match &field.value {
            Value::LongString(octets) => octets.len() as u64,
            _ => 0,
        };
        sum + field.name.len() as u64 + u64::from(field.tag.0) + value
    })
}

/// The least that can be done for a basic.ack.
fn floor(octets: &[u8], frames: usize) -> u64 {
    let mut rest = octets;
    let (mut sum, mut count) = (0, 0);
    while let Some((tag, multiple)) = std::hint::black_box(bare_ack(&mut rest)) {
        sum += tag + u64::from(multiple);
        count += 1;
    }
    assert_eq!(count, frames);
    sum
}

#[inline(never)]
fn bare_ack(rest: &mut &[u8]) -> Option<(u64, bool)> {
    let (head, tail) = rest.split_first_chunk::<7>()?;
    let [1, _, _, s3, s2, s1, s0] = *head else { return None };
    let (payload, [0xCE, behind @ ..]) = tail.split_at_checked(u32::from_be_bytes([s3, s2, s1, s0]) as usize)? else {
        return None;
    };
    let &[0, 60, 0, 80, a, b, c, d, e, f, g, h, bits] = payload else { return None };
    *rest = behind;
    Some((u64::from_be_bytes([a, b, c, d, e, f, g, h]), bits & 1 != 0))
}

fn decode_amq(octets: &[u8], frames: usize) -> u64 {
    let mut rest = octets;
    let (mut sum, mut count) = (0, 0);
    while let Ok((behind, frame)) = parse_frame(rest) {
        sum += visit_amq(&frame);
        count += 1;
        rest = behind;
    }
    assert_eq!(count, frames);
    sum
}

fn chunks_amq(octets: &[u8], size: usize, frames: usize) -> u64 {
    let mut buffer = [0_u8; 8_192];
    let (mut filled, mut sum, mut count) = (0, 0, 0);
    for piece in octets.chunks(size) {
        buffer[filled..filled + piece.len()].copy_from_slice(piece);
        filled += piece.len();
        let mut rest = &buffer[..filled];
        while let Ok((behind, frame)) = parse_frame(rest) {
            sum += visit_amq(&frame);
            count += 1;
            rest = behind;
        }
        let left = rest.len();
        buffer.copy_within(filled - left..filled, 0);
        filled = left;
    }
    assert_eq!(count, frames);
    sum
}

fn visit_amq(frame: &AMQPFrame) -> u64 {
    match frame {
        AMQPFrame::Method(_, AMQPClass::Basic(theirs::AMQPMethod::Deliver(m))) => {
            (m.consumer_tag.as_str().len() + m.exchange.as_str().len() + m.routing_key.as_str().len()) as u64
                + m.delivery_tag
                + u64::from(m.redelivered)
        }
        AMQPFrame::Method(_, AMQPClass::Basic(theirs::AMQPMethod::Publish(m))) => {
            (m.exchange.as_str().len() + m.routing_key.as_str().len()) as u64 + u64::from(m.mandatory)
        }
        AMQPFrame::Method(_, AMQPClass::Basic(theirs::AMQPMethod::Ack(m))) => m.delivery_tag + u64::from(m.multiple),
        AMQPFrame::Method(_, AMQPClass::Queue(their_queue::AMQPMethod::Declare(m))) => {
            m.queue.as_str().len() as u64 + u64::from(m.durable) + visit_amq_table(&m.arguments)
        }
        AMQPFrame::Header(_, header) => {
            let p = &header.properties;
            let texts = [
                p.content_type(),
                p.content_encoding(),
                p.correlation_id(),
                p.reply_to(),
                p.expiration(),
                p.message_id(),
                p.kind(),
                p.user_id(),
                p.app_id(),
                p.cluster_id(),
            ];
            header.body_size
                + texts.into_iter().flatten().map(|text| text.as_str().len() as u64).sum::<u64>()
                + p.headers().as_ref().map_or(0, visit_amq_table)
                + u64::from(p.delivery_mode().unwrap_or(0))
                + u64::from(p.priority().unwrap_or(0))
                + p.timestamp().unwrap_or(0)
        }
        AMQPFrame::Body(_, payload) => payload.len() as u64,
        _ => 1,
    }
}

fn visit_amq_table(table: &TheirTable) -> u64 {
    table.inner().iter().fold(0, |sum, (name, value)| {
        let (tag, len) = match value {
            AMQPValue::LongString(text) => (b'S', text.as_bytes().len() as u64),
            AMQPValue::LongInt(_) => (b'I', 0),
            AMQPValue::LongLongInt(_) => (b'l', 0),
            AMQPValue::Boolean(_) => (b't', 0),
            other => panic!("{other:?}"),
        };
        sum + name.as_str().len() as u64 + u64::from(tag) + len
    })
}

/// amqp_serde reads arguments only; the frame around them is peeled off by hand.
#[derive(serde::Deserialize)]
struct SerdeDeclare {
    _ticket: u16,
    queue: amqp_serde::types::AmqpQueueName,
    _bits: u8,
    arguments: amqp_serde::types::FieldTable,
}

fn decode_serde(octets: &[u8], frames: usize) -> u64 {
    let mut rest = octets;
    let (mut sum, mut count) = (0, 0);
    while let [_, _, _, a, b, c, d, ..] = rest {
        let size = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        let declare: SerdeDeclare = amqp_serde::from_bytes(&rest[11..7 + size]).unwrap();
        sum += AsRef::<String>::as_ref(&declare.queue).len() as u64 + declare.arguments.as_ref().len() as u64;
        count += 1;
        rest = &rest[size + 8..];
    }
    assert_eq!(count, frames);
    sum
}
