//! What is wrong with a packet, and what answers it.

use mqtt_codec::{BadFilter, DecodeError, Delivery, InvalidTopic, Packet, Reply, Version};

use crate::fields;
use crate::protocol::Failure;

/// What is wrong with a packet that the decoder let through for an answer.
pub(super) fn recoverable(packet: &Packet<'_>, bytes: &[u8], version: Version) -> Option<Failure> {
    match packet {
        Packet::Refused(refused) => {
            let mut failure = failure(&refused.error());
            failure.recoverable = version.is_v5();
            if refused.answer().is_some() && !matches!(refused.delivery, Delivery::AtMostOnce) {
                failure.reply = fields::code(refused.error().kind.reason_code().0).into();
            }
            Some(failure)
        }
        Packet::Subscribe(subscribe) => {
            let bad = subscribe.subscriptions.iter().find_map(Result::err)?;
            Some(bad_filter(&bad, bytes, if version.is_v5() { bad.reason_code().0 } else { 0x80 }))
        }
        Packet::Unsubscribe(unsubscribe) => {
            let bad = unsubscribe.filters.iter().find_map(Result::err)?;
            let mut failure = bad_filter(&bad, bytes, bad.reason_code().0);
            if !version.is_v5() {
                // UNSUBACK of 3.x has no room for codes.
                failure.reply = "close".into();
                failure.recoverable = false;
            }
            Some(failure)
        }
        _ => None,
    }
}

fn bad_filter(bad: &BadFilter<'_>, bytes: &[u8], reply: u8) -> Failure {
    // The text is a part of the packet: where, its address tells.
    let offset = bad.text.as_ptr().addr().saturating_sub(bytes.as_ptr().addr());
    let statement = match bad.reason {
        InvalidTopic::Empty => "MQTT-4.7.3-1",
        InvalidTopic::Share => "MQTT-4.8.2-1",
        _ => "MQTT-4.7.1-1",
    };
    Failure {
        kind: format!("{:?}", bad.reason).into(),
        offset: if offset < bytes.len() { offset } else { 0 },
        reply: fields::code(reply).into(),
        recoverable: true,
        statement: Some(statement.into()),
        text: format!("bad topic filter {:?}: {}", bad.text, bad.reason),
    }
}

pub(super) fn failure(error: &DecodeError) -> Failure {
    let v5 = error.version.is_none_or(Version::is_v5);
    let reply = match error.reply() {
        Reply::ConnAck(code) if !v5 => fields::code(code.to_return_code().unwrap_or(code.0)),
        Reply::ConnAck(code) | Reply::Disconnect(code) => fields::code(code.0),
        Reply::Close => "close".to_owned(),
    };
    Failure {
        kind: error.kind.name().into(),
        offset: error.offset,
        reply: reply.into(),
        recoverable: false,
        statement: Some(error.statement().into()),
        text: error.to_string(),
    }
}
