//! Our codec.

use amqp_codec::v1_0::{Body, Decoder, Encoder, Frame, Limits, Message, MessageId, Performative, Value};

use crate::rows::Row;
use crate::{Round, Work, chunks};

fn len(text: Option<&str>) -> u64 {
    text.map_or(0, |text| text.len() as u64)
}

/// The sum that every contestant must see.
fn sum(performative: &Performative<'_>) -> u64 {
    match performative {
        Performative::Transfer(transfer) => {
            0x14 + u64::from(transfer.handle)
                + u64::from(transfer.delivery_id.unwrap_or(0))
                + u64::from(transfer.message_format.unwrap_or(0))
                + transfer.delivery_tag.as_ref().map_or(0, |tag| tag.as_slice().len() as u64)
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
                + u64::from(flow.handle.unwrap_or(0))
                + u64::from(flow.delivery_count.unwrap_or(0))
                + u64::from(flow.link_credit.unwrap_or(0))
        }
        Performative::Attach(attach) => {
            0x12 + attach.name.as_str().len() as u64
                + u64::from(attach.handle)
                + u64::from(attach.initial_delivery_count.unwrap_or(0))
        }
        Performative::Open(open) => {
            0x10 + open.container_id.as_str().len() as u64
                + len(open.hostname.as_deref())
                + u64::from(open.max_frame_size)
                + u64::from(open.idle_time_out.unwrap_or(0))
        }
        _ => 0,
    }
}

/// Header and properties.
fn seen(message: &Message<'_>) -> u64 {
    let header = message.header.unwrap_or_default();
    let mut sum = u64::from(header.durable) + u64::from(header.priority);
    if let Some(properties) = &message.properties {
        sum += len(properties.to.as_deref()) + len(properties.subject.as_deref());
        sum += properties.content_type.as_ref().map_or(0, |text| text.as_bytes().len() as u64);
    }
    sum
}

/// Everything else.
fn visited(message: &Message<'_>) -> u64 {
    let mut sum = match message.properties.as_ref().and_then(|properties| properties.message_id.as_ref()) {
        Some(MessageId::String(text)) => text.len() as u64,
        _ => 0,
    };
    if let Some(pairs) = &message.application_properties {
        for (key, value) in pairs.iter() {
            sum += key.as_bytes().len() as u64;
            sum += match value {
                Value::Int(number) => number as u64,
                Value::Uint(number) => u64::from(number),
                Value::Boolean(truth) => u64::from(truth),
                Value::String(text) => text.as_bytes().len() as u64,
                _ => 0,
            };
        }
    }
    sum + match &message.body {
        Body::Data(octets) => octets.as_slice().len() as u64,
        _ => 0,
    }
}

/// By reference: a frame is large, and this saves moving it.
fn frames(decoder: &mut Decoder, rest: &mut &[u8], limits: &Limits, visit: bool) -> u64 {
    let mut all = 0;
    while let Ok(Some(frame)) = &decoder.decode(rest)
        && let Frame::Amqp { performative, payload, .. } = &**frame
    {
        all += sum(performative);
        if !payload.is_empty()
            && let Ok(message) = &Message::decode(payload, limits)
        {
            all += seen(message) + if visit { visited(message) } else { 0 };
        }
    }
    all
}

pub fn round(row: &'static Row, work: Work) -> Round {
    let limits = Limits::default();
    let mut decoder = Decoder::established(None, Limits::default());
    let octets = row.octets.as_slice();
    match work {
        Work::Decode | Work::Visit => {
            Box::new(move || frames(&mut decoder, &mut { octets }, &limits, work == Work::Visit))
        }
        Work::Chunks(size) => Box::new(move || {
            let mut all = 0;
            chunks(octets, size, |rest| all += frames(&mut decoder, rest, &limits, false));
            all
        }),
        Work::Encode => {
            let mut rest = octets;
            let frames: Vec<_> = std::iter::from_fn(|| decoder.decode(&mut rest).unwrap())
                .map(|frame| match frame.into_frame() {
                    Frame::Amqp { channel, performative, payload } => {
                        let octets: &'static [u8] = payload.to_vec().leak();
                        let message = Message::decode(octets, &limits).unwrap().into_message();
                        (channel, performative, (!octets.is_empty()).then_some(message))
                    }
                    other => panic!("{other} among performatives"),
                })
                .collect();
            let encoder = Encoder::new(u32::MAX);
            let mut out = Vec::with_capacity(octets.len());
            Box::new(move || {
                out.clear();
                for (channel, performative, message) in &frames {
                    match (performative, message) {
                        (Performative::Transfer(transfer), Some(message)) => {
                            encoder.encode_message(*channel, transfer, message, &mut out).unwrap();
                        }
                        _ => encoder.encode_head(*channel, performative, 0, &mut out).unwrap(),
                    }
                }
                out.len() as u64
            })
        }
    }
}
