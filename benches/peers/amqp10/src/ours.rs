//! Our codec.

use amqp_codec::v1_0::{Decoder, Encoder, Frame, Limits, Message, Performative};

use crate::{Round, Row};

fn frame(row: &Row) -> Vec<u8> {
    let len = u32::try_from(8 + row.body.len() + row.message.len()).unwrap();
    [&len.to_be_bytes()[..], &[2, 0, 0, 0], &row.body, &row.message].concat()
}

/// The sum that every contestant must see.
fn sum(performative: &Performative<'_>) -> u64 {
    match performative {
        Performative::Transfer(transfer) => {
            0x14 + u64::from(transfer.handle) + u64::from(transfer.delivery_id.unwrap_or(0)) + u64::from(transfer.message_format.unwrap_or(0))
                + transfer.delivery_tag.as_ref().map_or(0, |tag| tag.as_slice().len() as u64) + u64::from(transfer.settled == Some(true))
        }
        Performative::Disposition(disposition) => {
            0x15 + 1 + u64::from(disposition.first) + u64::from(disposition.last.unwrap_or(0)) + u64::from(disposition.settled)
        }
        Performative::Flow(flow) => {
            0x13 + u64::from(flow.next_incoming_id.unwrap_or(0)) + u64::from(flow.incoming_window) + u64::from(flow.next_outgoing_id)
                + u64::from(flow.outgoing_window) + u64::from(flow.handle.unwrap_or(0)) + u64::from(flow.delivery_count.unwrap_or(0))
                + u64::from(flow.link_credit.unwrap_or(0))
        }
        Performative::Attach(attach) => {
            0x12 + attach.name.as_str().len() as u64 + u64::from(attach.handle) + u64::from(attach.initial_delivery_count.unwrap_or(0))
        }
        Performative::Open(open) => {
            0x10 + open.container_id.as_str().len() as u64 + open.hostname.as_ref().map_or(0, |name| name.as_str().len() as u64)
                + u64::from(open.max_frame_size) + u64::from(open.idle_time_out.unwrap_or(0))
        }
        _ => 0,
    }
}

fn seen(message: &Message<'_>) -> u64 {
    let header = message.header.unwrap_or_default();
    let mut sum = u64::from(header.durable) + u64::from(header.priority);
    if let Some(properties) = &message.properties {
        sum += properties.to.as_ref().map_or(0, |text| text.as_str().len() as u64);
        sum += properties.subject.as_ref().map_or(0, |text| text.as_str().len() as u64);
        sum += properties.content_type.as_ref().map_or(0, |text| text.as_bytes().len() as u64);
    }
    sum
}

pub fn round(row: &'static Row, encode: bool) -> Round {
    let octets: &'static [u8] = frame(row).leak();
    let limits: &'static Limits = Box::leak(Box::new(Limits::default()));
    let mut decoder = Decoder::mid_stream(None, Limits::default());
    if encode {
        let Some(Frame::Amqp { channel, performative, payload }) = decoder.decode(&mut { octets }).unwrap() else { panic!("a frame") };
        let message = (!row.message.is_empty()).then(|| Message::decode(&row.message, limits).unwrap());
        let _ = payload;
        let encoder = Encoder::new(u32::MAX);
        let mut out = Vec::with_capacity(4096);
        let frame = Frame::new(channel, performative);
        return Box::new(move || {
            out.clear();
            match &message {
                Some(message) => message.encode(&mut out).unwrap(),
                None => encoder.encode(&frame, &mut out).unwrap(),
            }
            out.len() as u64
        });
    }
    Box::new(move || {
        let frame = decoder.decode(&mut { octets });
        let Ok(Some(Frame::Amqp { performative, payload, .. })) = &frame else { return 0 };
        let mut all = sum(performative);
        if !payload.is_empty() {
            all += Message::decode(payload, limits).as_ref().map_or(0, seen);
        }
        all
    })
}
