//! ntex-mqtt's packets as names and values.

use mqtt_codec::{PacketType, PropertyId as Id, ReasonCode, Version};
use ntex_bytes::{ByteString, Bytes, BytesMut};
use ntex_codec::Decoder as _;
use ntex_mqtt::error::DecodeError;
use ntex_mqtt::{v3, v5};

use super::plain::{Key, Plain, Value};

/// Decodes one packet with the peer; `Ok(None)` if it waits for more.
pub(super) fn decode(version: Version, packet: &[u8]) -> Result<Option<Plain>, DecodeError> {
    let mut input = BytesMut::from(packet);
    if version.is_v5() {
        Ok(v5::codec::Codec::new().decode(&mut input)?.map(|decoded| say_v5(&decoded)))
    } else {
        Ok(v3::codec::Codec::new().decode(&mut input)?.map(|decoded| say_v3(&decoded)))
    }
}

fn say_v3(decoded: &v3::codec::Decoded) -> Plain {
    use v3::codec::{Decoded, Packet};
    let packet = match decoded {
        Decoded::Packet(packet, _) => packet,
        Decoded::Publish(publish, payload, _) => {
            let mut plain = Plain::new(PacketType::Publish);
            let id = publish.packet_id.map(u16::from);
            say_publish(&mut plain, (publish.dup, publish.qos.into(), publish.retain), &publish.topic, id, payload);
            return plain;
        }
        Decoded::PayloadChunk(..) => unreachable!("the first thing decoded is no rest of a payload"),
    };
    match packet {
        Packet::Connect(connect) => say_connect_v3(connect),
        Packet::ConnectAck(connack) => {
            let mut plain = Plain::new(PacketType::ConnAck);
            plain.flag("session present", connack.session_present);
            let code = u8::from(connack.return_code);
            // Our reason codes stand for the return codes; what has none is not in the table.
            plain.number("reason", ReasonCode::from_return_code(code).map_or(code, |reason| reason.0));
            plain
        }
        Packet::PublishAck { packet_id } => ack_v3(PacketType::PubAck, packet_id.get()),
        Packet::PublishReceived { packet_id } => ack_v3(PacketType::PubRec, packet_id.get()),
        Packet::PublishRelease { packet_id } => ack_v3(PacketType::PubRel, packet_id.get()),
        Packet::PublishComplete { packet_id } => ack_v3(PacketType::PubComp, packet_id.get()),
        Packet::Subscribe { packet_id, topic_filters } => {
            let mut plain = with_id(PacketType::Subscribe, packet_id.get());
            for (filter, qos) in topic_filters {
                plain.text("filter", filter);
                plain.number("options", u8::from(*qos));
            }
            plain
        }
        Packet::SubscribeAck { packet_id, status } => {
            let codes = status.iter().map(|code| match code {
                v3::codec::SubscribeReturnCode::Success(qos) => u8::from(*qos),
                v3::codec::SubscribeReturnCode::Failure => 0x80,
            });
            with_codes(PacketType::SubAck, packet_id.get(), codes)
        }
        Packet::Unsubscribe { packet_id, topic_filters } => unsubscribe(packet_id.get(), topic_filters),
        Packet::UnsubscribeAck { packet_id } => with_id(PacketType::UnsubAck, packet_id.get()),
        Packet::PingRequest => Plain::new(PacketType::PingReq),
        Packet::PingResponse => Plain::new(PacketType::PingResp),
        Packet::Disconnect => {
            let mut plain = Plain::new(PacketType::Disconnect);
            plain.number("reason", 0_u8);
            plain
        }
    }
}

fn say_v5(decoded: &v5::codec::Decoded) -> Plain {
    use v5::codec::{Decoded, Packet};
    let packet = match decoded {
        Decoded::Packet(packet, _) => packet,
        Decoded::Publish(publish, payload, _) => return say_publish_v5(publish, payload),
        Decoded::PayloadChunk(..) => unreachable!("the first thing decoded is no rest of a payload"),
    };
    match packet {
        Packet::Connect(connect) => say_connect_v5(connect),
        Packet::ConnectAck(connack) => say_connack_v5(connack),
        Packet::PublishAck(ack) => {
            ack_v5(PacketType::PubAck, ack.packet_id.get(), ack.reason_code.into(), &ack.reason_string, &ack.properties)
        }
        Packet::PublishReceived(ack) => {
            ack_v5(PacketType::PubRec, ack.packet_id.get(), ack.reason_code.into(), &ack.reason_string, &ack.properties)
        }
        Packet::PublishRelease(ack) => {
            ack_v5(PacketType::PubRel, ack.packet_id.get(), ack.reason_code.into(), &ack.reason_string, &ack.properties)
        }
        Packet::PublishComplete(ack) => ack_v5(
            PacketType::PubComp,
            ack.packet_id.get(),
            ack.reason_code.into(),
            &ack.reason_string,
            &ack.properties,
        ),
        Packet::Subscribe(subscribe) => say_subscribe_v5(subscribe),
        Packet::SubscribeAck(ack) => {
            let codes = ack.status.iter().map(|code| u8::from(*code));
            let mut plain = with_codes(PacketType::SubAck, ack.packet_id.get(), codes);
            diagnostics(&mut plain, &ack.reason_string, &ack.properties);
            plain
        }
        Packet::Unsubscribe(packet) => {
            let mut plain = unsubscribe(packet.packet_id.get(), &packet.topic_filters);
            users(&mut plain, Key::property, &packet.user_properties);
            plain
        }
        Packet::UnsubscribeAck(ack) => {
            let codes = ack.status.iter().map(|code| u8::from(*code));
            let mut plain = with_codes(PacketType::UnsubAck, ack.packet_id.get(), codes);
            diagnostics(&mut plain, &ack.reason_string, &ack.properties);
            plain
        }
        Packet::PingRequest => Plain::new(PacketType::PingReq),
        Packet::PingResponse => Plain::new(PacketType::PingResp),
        Packet::Disconnect(disconnect) => {
            let mut plain = Plain::new(PacketType::Disconnect);
            plain.number("reason", u8::from(disconnect.reason_code));
            number(&mut plain, Id::SESSION_EXPIRY_INTERVAL, disconnect.session_expiry_interval_secs);
            text(&mut plain, Id::SERVER_REFERENCE, &disconnect.server_reference);
            diagnostics(&mut plain, &disconnect.reason_string, &disconnect.user_properties);
            plain
        }
        Packet::Auth(auth) => {
            let mut plain = Plain::new(PacketType::Auth);
            plain.number("reason", u8::from(auth.reason_code));
            text(&mut plain, Id::AUTHENTICATION_METHOD, &auth.auth_method);
            octets(&mut plain, Id::AUTHENTICATION_DATA, &auth.auth_data);
            diagnostics(&mut plain, &auth.reason_string, &auth.user_properties);
            plain
        }
    }
}

fn with_id(packet: PacketType, id: u16) -> Plain {
    let mut plain = Plain::new(packet);
    plain.number("id", id);
    plain
}

fn with_codes(packet: PacketType, id: u16, codes: impl Iterator<Item = u8>) -> Plain {
    let mut plain = with_id(packet, id);
    codes.for_each(|code| plain.number("reason", code));
    plain
}

fn ack_v3(packet: PacketType, id: u16) -> Plain {
    with_codes(packet, id, core::iter::once(0))
}

fn ack_v5(
    packet: PacketType,
    id: u16,
    reason: u8,
    text: &Option<ByteString>,
    properties: &[v5::codec::UserProperty],
) -> Plain {
    let mut plain = with_codes(packet, id, core::iter::once(reason));
    diagnostics(&mut plain, text, properties);
    plain
}

fn unsubscribe(id: u16, filters: &[ByteString]) -> Plain {
    let mut plain = with_id(PacketType::Unsubscribe, id);
    filters.iter().for_each(|filter| plain.text("filter", filter));
    plain
}

fn say_publish(plain: &mut Plain, (dup, qos, retain): (bool, u8, bool), topic: &str, id: Option<u16>, payload: &[u8]) {
    plain.flag("dup", dup);
    plain.number("qos", qos);
    plain.flag("retain", retain);
    plain.text("topic", topic);
    if let Some(id) = id {
        plain.number("id", id);
    }
    plain.octets("payload", payload);
}

fn say_publish_v5(publish: &v5::codec::Publish, payload: &[u8]) -> Plain {
    let mut plain = Plain::new(PacketType::Publish);
    let id = publish.packet_id.map(u16::from);
    say_publish(&mut plain, (publish.dup, publish.qos.into(), publish.retain), &publish.topic, id, payload);
    let properties = &publish.properties;
    number(&mut plain, Id::TOPIC_ALIAS, properties.topic_alias.map(u16::from));
    octets(&mut plain, Id::CORRELATION_DATA, &properties.correlation_data);
    number(&mut plain, Id::MESSAGE_EXPIRY_INTERVAL, properties.message_expiry_interval.map(u32::from));
    text(&mut plain, Id::CONTENT_TYPE, &properties.content_type);
    plain.flag(Key::property(Id::PAYLOAD_FORMAT_INDICATOR), properties.is_utf8_payload);
    text(&mut plain, Id::RESPONSE_TOPIC, &properties.response_topic);
    for id in &properties.subscription_ids {
        plain.number(Key::property(Id::SUBSCRIPTION_IDENTIFIER), id.get());
    }
    users(&mut plain, Key::property, &properties.user_properties);
    plain
}

fn say_subscribe_v5(subscribe: &v5::codec::Subscribe) -> Plain {
    let mut plain = with_id(PacketType::Subscribe, subscribe.packet_id.get());
    number(&mut plain, Id::SUBSCRIPTION_IDENTIFIER, subscribe.id.map(u32::from));
    users(&mut plain, Key::property, &subscribe.user_properties);
    for (filter, options) in &subscribe.topic_filters {
        plain.text("filter", filter);
        let flags = u8::from(options.no_local) << 2 | u8::from(options.retain_as_published) << 3;
        plain.number("options", u8::from(options.qos) | flags | u8::from(options.retain_handling) << 4);
    }
    plain
}

fn say_connect_v3(connect: &v3::codec::Connect) -> Plain {
    let mut plain = Plain::new(PacketType::Connect);
    plain.flag("clean", connect.clean_session);
    plain.number("keep alive", connect.keep_alive);
    plain.text("client id", &connect.client_id);
    credentials(&mut plain, &connect.username, &connect.password);
    if let Some(will) = &connect.last_will {
        say_will(&mut plain, will.qos.into(), will.retain, &will.topic, &will.message);
    }
    plain
}

fn say_connect_v5(connect: &v5::codec::Connect) -> Plain {
    let mut plain = Plain::new(PacketType::Connect);
    plain.flag("clean", connect.clean_start);
    plain.number("keep alive", connect.keep_alive);
    plain.text("client id", &connect.client_id);
    credentials(&mut plain, &connect.username, &connect.password);
    number(&mut plain, Id::SESSION_EXPIRY_INTERVAL, Some(connect.session_expiry_interval_secs));
    text(&mut plain, Id::AUTHENTICATION_METHOD, &connect.auth_method);
    octets(&mut plain, Id::AUTHENTICATION_DATA, &connect.auth_data);
    plain.flag(Key::property(Id::REQUEST_PROBLEM_INFORMATION), connect.request_problem_info);
    plain.flag(Key::property(Id::REQUEST_RESPONSE_INFORMATION), connect.request_response_info);
    number(&mut plain, Id::RECEIVE_MAXIMUM, connect.receive_max.map(u16::from));
    number(&mut plain, Id::TOPIC_ALIAS_MAXIMUM, Some(connect.topic_alias_max));
    number(&mut plain, Id::MAXIMUM_PACKET_SIZE, connect.max_packet_size.map(u32::from));
    users(&mut plain, Key::property, &connect.user_properties);
    if let Some(will) = &connect.last_will {
        say_will(&mut plain, will.qos.into(), will.retain, &will.topic, &will.message);
        let numbers = [
            (Id::WILL_DELAY_INTERVAL, will.will_delay_interval_sec),
            (Id::MESSAGE_EXPIRY_INTERVAL, will.message_expiry_interval.map(u32::from)),
        ];
        for (id, value) in numbers {
            value.into_iter().for_each(|value| plain.number(Key::will(id), value));
        }
        for (id, value) in [(Id::CONTENT_TYPE, &will.content_type), (Id::RESPONSE_TOPIC, &will.response_topic)] {
            value.iter().for_each(|value| plain.text(Key::will(id), value));
        }
        will.correlation_data.iter().for_each(|data| plain.octets(Key::will(Id::CORRELATION_DATA), data));
        will.is_utf8_payload.iter().for_each(|flag| plain.flag(Key::will(Id::PAYLOAD_FORMAT_INDICATOR), *flag));
        users(&mut plain, Key::will, &will.user_properties);
    }
    plain
}

fn credentials(plain: &mut Plain, username: &Option<ByteString>, password: &Option<Bytes>) {
    username.iter().for_each(|name| plain.text("username", name));
    password.iter().for_each(|password| plain.octets("password", password));
}

fn say_will(plain: &mut Plain, qos: u8, retain: bool, topic: &str, payload: &[u8]) {
    plain.number("will qos", qos);
    plain.flag("will retain", retain);
    plain.text("will topic", topic);
    plain.octets("will payload", payload);
}

fn say_connack_v5(connack: &v5::codec::ConnectAck) -> Plain {
    let mut plain = Plain::new(PacketType::ConnAck);
    plain.flag("session present", connack.session_present);
    plain.number("reason", u8::from(connack.reason_code));
    number(&mut plain, Id::SESSION_EXPIRY_INTERVAL, connack.session_expiry_interval_secs);
    number(&mut plain, Id::RECEIVE_MAXIMUM, Some(connack.receive_max.get()));
    number(&mut plain, Id::MAXIMUM_QOS, Some(u8::from(connack.max_qos)));
    number(&mut plain, Id::MAXIMUM_PACKET_SIZE, connack.max_packet_size);
    text(&mut plain, Id::ASSIGNED_CLIENT_IDENTIFIER, &connack.assigned_client_id);
    number(&mut plain, Id::TOPIC_ALIAS_MAXIMUM, Some(connack.topic_alias_max));
    let flags = [
        (Id::RETAIN_AVAILABLE, connack.retain_available),
        (Id::WILDCARD_SUBSCRIPTION_AVAILABLE, connack.wildcard_subscription_available),
        (Id::SUBSCRIPTION_IDENTIFIER_AVAILABLE, connack.subscription_identifiers_available),
        (Id::SHARED_SUBSCRIPTION_AVAILABLE, connack.shared_subscription_available),
    ];
    flags.into_iter().for_each(|(id, flag)| plain.flag(Key::property(id), flag));
    number(&mut plain, Id::SERVER_KEEP_ALIVE, connack.server_keepalive_sec);
    text(&mut plain, Id::RESPONSE_INFORMATION, &connack.response_info);
    text(&mut plain, Id::SERVER_REFERENCE, &connack.server_reference);
    text(&mut plain, Id::AUTHENTICATION_METHOD, &connack.auth_method);
    octets(&mut plain, Id::AUTHENTICATION_DATA, &connack.auth_data);
    diagnostics(&mut plain, &connack.reason_string, &connack.user_properties);
    plain
}

fn number(plain: &mut Plain, id: Id, value: Option<impl Into<u32>>) {
    value.into_iter().for_each(|value| plain.number(Key::property(id), value));
}

fn text(plain: &mut Plain, id: Id, value: &Option<ByteString>) {
    value.iter().for_each(|value| plain.text(Key::property(id), value));
}

fn octets(plain: &mut Plain, id: Id, value: &Option<Bytes>) {
    value.iter().for_each(|value| plain.octets(Key::property(id), value));
}

fn users(plain: &mut Plain, key: fn(Id) -> Key, properties: &[v5::codec::UserProperty]) {
    for (name, value) in properties {
        plain.push(key(Id::USER_PROPERTY), Value::Pair(name.to_string(), value.to_string()));
    }
}

fn diagnostics(plain: &mut Plain, reason: &Option<ByteString>, properties: &[v5::codec::UserProperty]) {
    text(plain, Id::REASON_STRING, reason);
    users(plain, Key::property, properties);
}
