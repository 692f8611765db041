//! serde_amqp with fe2o3-amqp-types, which leave framing to their caller.

use fe2o3_amqp_types::messaging::message::__private::{Deserializable, Serializable};
use fe2o3_amqp_types::messaging::{Body, Data, Message, MessageId};
use fe2o3_amqp_types::performatives::Performative;
use fe2o3_amqp_types::primitives::{SimpleValue, Value};
use serde_amqp::serde::Serialize;
use serde_amqp::{from_slice, ser::Serializer};

use crate::rows::Row;
use crate::{Round, Work, chunks, whole_frames};

type Whole = Message<Body<Value>>;

fn len(text: Option<&String>) -> u64 {
    text.map_or(0, |text| text.len() as u64)
}

fn sum(performative: &Performative) -> u64 {
    match performative {
        Performative::Transfer(transfer) => {
            0x14 + u64::from(transfer.handle.0)
                + u64::from(transfer.delivery_id.unwrap_or(0))
                + u64::from(transfer.message_format.unwrap_or(0))
                + transfer.delivery_tag.as_ref().map_or(0, |tag| tag.len() as u64)
                + u64::from(transfer.settled == Some(true))
        }
        Performative::Disposition(disposition) => {
            0x15 + 1
                + u64::from(disposition.first)
                + u64::from(disposition.last.unwrap_or(0))
                + u64::from(disposition.settled)
        }
        Performative::Flow(flow) => {
            0x13 + u64::from(flow.next_incoming_id.unwrap_or(0))
                + u64::from(flow.incoming_window)
                + u64::from(flow.next_outgoing_id)
                + u64::from(flow.outgoing_window)
                + u64::from(flow.handle.as_ref().map_or(0, |handle| handle.0))
                + u64::from(flow.delivery_count.unwrap_or(0))
                + u64::from(flow.link_credit.unwrap_or(0))
        }
        Performative::Attach(attach) => {
            0x12 + attach.name.len() as u64
                + u64::from(attach.handle.0)
                + u64::from(attach.initial_delivery_count.unwrap_or(0))
        }
        Performative::Open(open) => {
            0x10 + open.container_id.len() as u64
                + len(open.hostname.as_ref())
                + u64::from(open.max_frame_size.0)
                + u64::from(open.idle_time_out.unwrap_or(0))
        }
        _ => 0,
    }
}

fn seen(message: &Whole) -> u64 {
    let mut sum = message.header.as_ref().map_or(4, |header| u64::from(header.durable) + u64::from(header.priority.0));
    if let Some(properties) = &message.properties {
        sum += len(properties.to.as_ref()) + len(properties.subject.as_ref());
        sum += properties.content_type.as_ref().map_or(0, |text| text.as_str().len() as u64);
    }
    sum
}

fn visited(message: &Whole) -> u64 {
    let mut sum = match message.properties.as_ref().and_then(|properties| properties.message_id.as_ref()) {
        Some(MessageId::String(text)) => text.len() as u64,
        _ => 0,
    };
    if let Some(pairs) = &message.application_properties {
        for (key, value) in pairs.0.iter() {
            sum += key.len() as u64;
            sum += match value {
                SimpleValue::Int(number) => *number as u64,
                SimpleValue::Uint(number) => u64::from(*number),
                SimpleValue::Bool(truth) => u64::from(*truth),
                SimpleValue::String(text) => text.len() as u64,
                _ => 0,
            };
        }
    }
    sum + match &message.body {
        Body::Data(batch) => batch.iter().map(|Data(octets)| octets.len() as u64).sum(),
        _ => 0,
    }
}

/// The performative, all of which are lists of up to 255 octets here, and the message behind it.
fn parts(frame: &[u8]) -> (Performative, Option<Whole>) {
    let body = &frame[8..];
    let (performative, payload) = body.split_at(5 + usize::from(body[4]));
    let message = (!payload.is_empty()).then(|| from_slice::<Deserializable<Whole>>(payload).unwrap().0);
    (from_slice(performative).unwrap(), message)
}

fn frame(octets: &[u8], visit: bool) -> u64 {
    let (performative, message) = parts(octets);
    sum(&performative) + message.map_or(0, |message| seen(&message) + if visit { visited(&message) } else { 0 })
}

pub fn round(row: &'static Row, work: Work) -> Round {
    let octets = row.octets.as_slice();
    match work {
        Work::Decode | Work::Visit => Box::new(move || {
            let mut all = 0;
            whole_frames(&mut { octets }, |octets| all += frame(octets, work == Work::Visit));
            all
        }),
        Work::Chunks(size) => Box::new(move || {
            let mut all = 0;
            chunks(octets, size, |rest| whole_frames(rest, |octets| all += frame(octets, false)));
            all
        }),
        Work::Encode => {
            let frames: Vec<_> = row.each().map(parts).collect();
            let mut out = Vec::with_capacity(octets.len());
            Box::new(move || {
                out.clear();
                for (performative, message) in &frames {
                    let start = out.len();
                    out.extend_from_slice(&[0, 0, 0, 0, 2, 0, 0, 0]);
                    performative.serialize(&mut Serializer::new(&mut out)).unwrap();
                    if let Some(message) = message {
                        Serializable(message).serialize(&mut Serializer::new(&mut out)).unwrap();
                    }
                    let size = u32::try_from(out.len() - start).unwrap().to_be_bytes();
                    out[start..start + 4].copy_from_slice(&size);
                }
                out.len() as u64
            })
        }
    }
}
