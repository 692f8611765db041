//! ntex-amqp-codec, whose values share the input's buffer: it is not copied for them, except in chunks.

use ntex_amqp_codec::protocol::{Frame, MessageId, TransferBody};
use ntex_amqp_codec::types::Variant;
use ntex_amqp_codec::{AmqpCodec, AmqpFrame, Decode, Encode, Message};
use ntex_bytes::{Buf, BytePages, Bytes, BytesMut};
use ntex_codec::Decoder;

use crate::rows::{Row, frame_len};
use crate::{Round, Work};

fn sum(performative: &Frame) -> u64 {
    match performative {
        Frame::Transfer(transfer) => {
            0x14 + u64::from(transfer.handle())
                + u64::from(transfer.delivery_id().unwrap_or(0))
                + u64::from(transfer.message_format().unwrap_or(0))
                + transfer.delivery_tag().map_or(0, |tag| tag.len() as u64)
                + u64::from(transfer.settled() == Some(true))
        }
        Frame::Disposition(disposition) => {
            0x15 + 1
                + u64::from(disposition.first())
                + u64::from(disposition.last().unwrap_or(0))
                + u64::from(disposition.settled())
        }
        Frame::Flow(flow) => {
            0x13 + u64::from(flow.next_incoming_id().unwrap_or(0))
                + u64::from(flow.incoming_window())
                + u64::from(flow.next_outgoing_id())
                + u64::from(flow.outgoing_window())
                + u64::from(flow.handle().unwrap_or(0))
                + u64::from(flow.delivery_count().unwrap_or(0))
                + u64::from(flow.link_credit().unwrap_or(0))
        }
        Frame::Attach(attach) => {
            0x12 + attach.name().len() as u64
                + u64::from(attach.handle())
                + u64::from(attach.initial_delivery_count().unwrap_or(0))
        }
        Frame::Open(open) => {
            0x10 + open.container_id().len() as u64
                + open.hostname().map_or(0, |name| name.len() as u64)
                + u64::from(open.max_frame_size())
                + u64::from(open.idle_time_out().unwrap_or(0))
        }
        _ => 0,
    }
}

fn seen(message: &Message) -> u64 {
    let mut sum = message.header().map_or(4, |header| u64::from(header.durable()) + u64::from(header.priority()));
    if let Some(properties) = message.properties() {
        sum += properties.to().map_or(0, |text| text.len() as u64);
        sum += properties.subject().map_or(0, |text| text.len() as u64);
        sum += properties.content_type().map_or(0, |text| text.len() as u64);
    }
    sum
}

fn visited(message: &Message) -> u64 {
    let mut sum = match message.properties().and_then(|properties| properties.message_id()) {
        Some(MessageId::String(text)) => text.len() as u64,
        _ => 0,
    };
    if let Some(pairs) = message.app_properties() {
        for (key, value) in &pairs.0 {
            sum += key.as_str().len() as u64;
            sum += match value {
                Variant::Int(number) => *number as u64,
                Variant::Uint(number) => u64::from(*number),
                Variant::Boolean(truth) => u64::from(*truth),
                Variant::String(text) => text.as_str().len() as u64,
                _ => 0,
            };
        }
    }
    sum + message.body().data().map_or(0, |octets| octets.len() as u64)
}

fn message(frame: &Frame) -> Option<Message> {
    match frame {
        Frame::Transfer(transfer) if transfer.get_body().is_some_and(|body| !body.is_empty()) => {
            transfer.load_message().ok()
        }
        _ => None,
    }
}

fn look(frame: &AmqpFrame, visit: bool) -> u64 {
    let performative = frame.performative();
    sum(performative)
        + message(performative).map_or(0, |message| seen(&message) + if visit { visited(&message) } else { 0 })
}

fn frames(octets: &Bytes, mut take: impl FnMut(AmqpFrame)) {
    let mut rest = octets.clone();
    while let Some(len) = frame_len(&rest) {
        let mut frame = rest.split_to(len);
        frame.advance(4);
        take(AmqpFrame::decode(&mut frame).unwrap());
    }
}

pub fn round(row: &'static Row, work: Work) -> Round {
    let octets = Bytes::copy_from_slice(&row.octets);
    match work {
        Work::Decode | Work::Visit => Box::new(move || {
            let mut all = 0;
            frames(&octets, |frame| all += look(&frame, work == Work::Visit));
            all
        }),
        Work::Chunks(size) => {
            let codec = AmqpCodec::<AmqpFrame>::new();
            let mut buffer = BytesMut::with_capacity(8_192);
            Box::new(move || {
                let mut all = 0;
                for piece in row.octets.chunks(size) {
                    buffer.extend_from_slice(piece);
                    while let Some(frame) = codec.decode(&mut buffer).unwrap() {
                        all += look(&frame, false);
                    }
                }
                all
            })
        }
        Work::Encode => {
            let mut kept = Vec::new();
            frames(&octets, |frame| {
                let (channel, mut performative) = frame.into_parts();
                let message = message(&performative);
                if let (Frame::Transfer(transfer), Some(message)) = (&mut performative, message) {
                    transfer.0.body = Some(TransferBody::Message(message));
                }
                kept.push(AmqpFrame::new(channel, performative));
            });
            Box::new(move || {
                let mut out = BytePages::default();
                kept.iter().for_each(|frame| frame.encode(&mut out));
                out.len() as u64
            })
        }
    }
}
