//! The numbered statements of the two standards, one example each that breaks it. The ledgers in `spec/` name these tests.

#![allow(clippy::unwrap_used, clippy::panic, clippy::arithmetic_side_effects, reason = "a test fails by panicking")]

use DecodeErrorKind as Kind;
use Role::{Client, Server};
use Version::{V3_1_1, V5_0};
use mqtt_codec::{
    Ack, Auth, ConnAck, DecodeError, DecodeErrorKind, Decoder, Disconnect, EncodeError, Encoder, Limits, Packet,
    PacketId, Property, ReasonCode, Reply, Role, SubAck, Topic, TopicFilter, Version,
};

#[path = "support/data.rs"]
mod data;
use data::hex;

fn decode<'a>(decoder: &mut Decoder, bytes: &'a [u8]) -> Result<Packet<'a>, DecodeError> {
    let mut input = bytes;
    let packet = decoder.decode(&mut input)?.unwrap_or_else(|| panic!("incomplete: {bytes:02x?}"));
    assert!(input.is_empty(), "bytes left over: {input:02x?}");
    Ok(packet.into_packet())
}

/// The error of the first packet on a new connection, or of a packet on an established one.
fn error(decoder: &mut Decoder, digits: &str) -> DecodeError {
    let bytes = hex(digits);
    match decode(decoder, &bytes) {
        Err(error) => error,
        Ok(packet) => panic!("{digits} was accepted: {packet}"),
    }
}

/// `role` is ours; the packet comes from the other side of an established connection.
fn refused(version: Version, role: Role, digits: &str, kind: Kind) {
    let error = error(&mut Decoder::established(role, version, Limits::default()), digits);
    assert_eq!(error.kind, kind, "{digits}");
}

/// The first packet of a connection is refused.
fn refused_first(role: Role, digits: &str, kind: Kind, reply: Reply) {
    let error = error(&mut Decoder::new(role, Limits::default()), digits);
    assert_eq!((error.kind, error.reply()), (kind, reply), "{digits}");
}

fn accepted(version: Version, role: Role, digits: &str, check: impl FnOnce(Packet<'_>)) {
    let bytes = hex(digits);
    match decode(&mut Decoder::established(role, version, Limits::default()), &bytes) {
        Ok(packet) => check(packet),
        Err(error) => panic!("{digits}: {error}"),
    }
}

const MALFORMED: Reply = Reply::ConnAck(ReasonCode::MALFORMED_PACKET);

#[test]
fn text_v5() {
    // [MQTT-1.5.4-1] [MQTT-3.3.2-1] a surrogate; [MQTT-1.5.4-2] [MQTT-4.7.3-2] U+0000
    refused(V5_0, Server, "30060003eda08000", Kind::InvalidUtf8);
    refused(V5_0, Server, "30050002610000", Kind::NulCharacter);
    // [MQTT-1.5.7-1] name and value of a user property
    refused(V5_0, Server, "300a00016106260001ff0000", Kind::InvalidUtf8);
    refused(V5_0, Server, "300b00016107260001610001ff", Kind::InvalidUtf8);
    refused(V5_0, Server, "300b0001610726000161000100", Kind::NulCharacter);
    // [MQTT-3.3.2-13] response topic; [MQTT-3.3.2-19] content type
    refused(V5_0, Server, "300800016104080001ff", Kind::InvalidUtf8);
    refused(V5_0, Server, "300800016104030001ff", Kind::InvalidUtf8);
    // [MQTT-3.8.3-1] [MQTT-3.10.3-1] filters
    refused(V5_0, Server, "82070001000001ff00", Kind::InvalidUtf8);
    refused(V5_0, Server, "a2060001000001ff", Kind::InvalidUtf8);
}

#[test]
fn a_byte_order_mark_is_kept() {
    // [MQTT-1.5.4-3]
    accepted(V5_0, Server, "30070004efbbbf6100", |packet| {
        let Packet::Publish(publish) = packet else { panic!("{packet}") };
        assert_eq!(publish.topic.as_str(), "\u{feff}a");
    });
}

#[test]
fn fixed_header_v5() {
    // [MQTT-1.5.5-1] an integer that is longer than its value needs
    refused(V5_0, Server, "30840000016100", Kind::IntegerNotMinimal);
    refused(V5_0, Server, "30050001618000", Kind::IntegerNotMinimal);
    // [MQTT-2.1.3-1] the flags that each type prescribes
    for first in ["c1", "d1", "41", "51", "63", "71", "e1"] {
        let role = if first == "d1" { Client } else { Server };
        refused(V5_0, role, &format!("{first}020001"), Kind::ReservedFlags);
    }
    // [MQTT-3.6.1-1] PUBREL, [MQTT-3.8.1-1] SUBSCRIBE, [MQTT-3.10.1-1] UNSUBSCRIBE
    refused(V5_0, Server, "60020001", Kind::ReservedFlags);
    refused(V5_0, Server, "800700010000016100", Kind::ReservedFlags);
    refused(V5_0, Server, "a006000100000161", Kind::ReservedFlags);
    // [MQTT-3.14.1-1] DISCONNECT, [MQTT-3.15.1-1] AUTH
    refused(V5_0, Server, "e100", Kind::ReservedFlags);
    refused(V5_0, Server, "f100", Kind::ReservedFlags);
}

#[test]
fn packet_identifiers_v5() {
    // [MQTT-2.2.1-2] none with QoS 0: what follows the properties is payload
    accepted(V5_0, Server, "3006000161000007", |packet| {
        let Packet::Publish(publish) = packet else { panic!("{packet}") };
        assert_eq!((publish.delivery.packet_id(), &*publish.payload), (None, &[0, 7][..]));
    });
    // [MQTT-2.2.1-3] from a client, [MQTT-2.2.1-4] from a server
    refused(V5_0, Server, "3206000161000000", Kind::ZeroPacketId);
    refused(V5_0, Client, "3206000161000000", Kind::ZeroPacketId);
    refused(V5_0, Server, "820700000000016100", Kind::ZeroPacketId);
    refused(V5_0, Server, "a206000000000161", Kind::ZeroPacketId);
}

#[test]
fn a_property_length_is_never_left_out() {
    // [MQTT-2.2.2-1]
    refused(V5_0, Server, "3003000161", Kind::Truncated);
    refused(V5_0, Server, "82020001", Kind::Truncated);
    refused(V5_0, Client, "20020000", Kind::Truncated);
}

#[test]
fn first_packets_v5() {
    // [MQTT-3.1.0-1] a client begins with CONNECT; [MQTT-3.2.0-1] a server with CONNACK
    refused_first(Server, "c000", Kind::FirstPacketNotConnect, Reply::Close);
    refused_first(Client, "d000", Kind::FirstPacketNotConnAck, Reply::Close);
    // [MQTT-3.1.0-2] only one CONNECT
    refused(V5_0, Server, "100d00044d5154540502003c000000", Kind::SecondConnect);
}

#[test]
fn connect_v5() {
    let unsupported = Reply::ConnAck(ReasonCode::UNSUPPORTED_PROTOCOL_VERSION);
    // [MQTT-3.1.2-1] protocol name, [MQTT-3.1.2-2] level
    refused_first(Server, "100d00046d7174740502003c000000", Kind::UnsupportedVersion, unsupported);
    refused_first(Server, "100d00044d5154540602003c000000", Kind::UnsupportedVersion, unsupported);
    // [MQTT-3.1.2-3] reserved flag
    refused_first(Server, "100d00044d5154540503003c000000", Kind::ReservedConnectFlag, MALFORMED);
    // [MQTT-3.1.2-9] the will's fields, when its flag is set
    refused_first(Server, "100d00044d5154540506003c000000", Kind::Truncated, MALFORMED);
    // [MQTT-3.1.2-11] will QoS and [MQTT-3.1.2-13] will retain without a will; [MQTT-3.1.2-12] QoS 3
    refused_first(Server, "100d00044d515454050a003c000000", Kind::WillFlagsWithoutWill, MALFORMED);
    refused_first(Server, "100d00044d5154540522003c000000", Kind::WillFlagsWithoutWill, MALFORMED);
    refused_first(Server, "101300044d515454051e003c000000000001740000", Kind::WillQoS, MALFORMED);
    // [MQTT-3.1.2-16] [MQTT-3.1.2-17] user name, [MQTT-3.1.2-18] [MQTT-3.1.2-19] password: present exactly when flagged
    refused_first(Server, "100f00044d5154540502003c0000000000", Kind::TrailingBytes, MALFORMED);
    refused_first(Server, "100d00044d5154540582003c000000", Kind::Truncated, MALFORMED);
    refused_first(Server, "101100044d5154540582003c00000000000000", Kind::TrailingBytes, MALFORMED);
    refused_first(Server, "100d00044d5154540542003c000000", Kind::Truncated, MALFORMED);
    // [MQTT-3.1.3-3] the client identifier is there; [MQTT-3.1.3-4] it, [MQTT-3.1.3-11] the will topic and [MQTT-3.1.3-12] the
    // user name are text
    refused_first(Server, "100b00044d5154540502003c00", Kind::Truncated, MALFORMED);
    refused_first(Server, "100e00044d5154540502003c000001ff", Kind::InvalidUtf8, MALFORMED);
    refused_first(Server, "101300044d5154540506003c000000000001ff0000", Kind::InvalidUtf8, MALFORMED);
    refused_first(Server, "101000044d5154540582003c0000000001ff", Kind::InvalidUtf8, MALFORMED);
}

#[test]
fn the_fields_of_connect_stand_in_their_order() {
    // [MQTT-3.1.3-1] client identifier c, will properties (delay 1), topic t, payload m, user name u, password p
    let bytes = hex("102000044d51545405c6003c0000016305180000000100017400016d000175000170");
    let packet = decode(&mut Decoder::new(Server, Limits::default()), &bytes).unwrap();
    let Packet::Connect(connect) = packet else { panic!("{packet}") };
    let will = connect.will().unwrap();
    assert_eq!((connect.client_id.as_str(), will.topic.as_str(), &*will.payload), ("c", "t", &b"m"[..]));
    assert_eq!(connect.username().unwrap(), "u");
    assert_eq!(connect.password().unwrap(), b"p");
}

#[test]
fn connack_v5() {
    // [MQTT-3.2.2-1] reserved flags, [MQTT-3.2.2-6] Session Present with a refusal, [MQTT-3.2.2-8] a code of another packet
    for (digits, kind) in [
        ("2003020000", Kind::ReservedConnAckFlags),
        ("2003018000", Kind::SessionPresentWithError),
        ("2003000100", Kind::ReasonCode),
        ("2003009200", Kind::ReasonCode),
    ] {
        assert_eq!(error(&mut Decoder::new(Client, Limits::default()), digits).kind, kind, "{digits}");
    }
}

#[test]
fn publish_v5() {
    // [MQTT-3.3.1-2] DUP with QoS 0, [MQTT-3.3.1-4] QoS 3
    refused(V5_0, Server, "380400016100", Kind::DupWithoutQoS);
    refused(V5_0, Server, "3606000161000100", Kind::InvalidQoS);
    // [MQTT-3.3.2-8] alias 0, [MQTT-3.3.2-14] a wildcard in the response topic
    refused(V5_0, Server, "300700016103230000", Kind::ZeroTopicAlias);
    refused(V5_0, Server, "3008000161040800012b", Kind::ResponseTopic);
    // [MQTT-3.3.4-6] a subscription identifier from a client
    refused(V5_0, Server, "3006000161020b01", Kind::SubscriptionIdFromClient);
    accepted(V5_0, Client, "3006000161020b01", |_| {});
    // [MQTT-4.7.3-1] no topic and no alias
    refused(V5_0, Server, "3003000000", Kind::EmptyTopic);
}

#[test]
fn a_wildcard_in_a_topic_name_is_refused_and_the_stream_lives() {
    // [MQTT-3.3.2-2] [MQTT-4.7.0-1]
    let bytes = hex("32070002612b000700c000");
    let (mut decoder, mut input) = (Decoder::established(Server, V5_0, Limits::default()), &bytes[..]);
    let packet = decoder.decode(&mut input).unwrap().unwrap();
    let Packet::Refused(refused) = &*packet else { panic!("{packet}") };
    assert_eq!(refused.error().kind, Kind::WildcardInTopic);
    assert_eq!(decoder.decode(&mut input).unwrap().unwrap(), Packet::PingReq);
}

#[test]
fn reason_codes_v5() {
    // [MQTT-3.4.2-1] PUBACK, [MQTT-3.5.2-1] PUBREC, [MQTT-3.6.2-1] PUBREL, [MQTT-3.7.2-1] PUBCOMP
    for digits in ["4003000101", "5003000101", "6203000110", "7003000110"] {
        refused(V5_0, Server, digits, Kind::ReasonCode);
    }
    // [MQTT-3.9.3-2] SUBACK, [MQTT-3.11.3-2] UNSUBACK
    refused(V5_0, Client, "900400010003", Kind::ReasonCode);
    refused(V5_0, Client, "b00400010001", Kind::ReasonCode);
    // [MQTT-3.14.2-1] DISCONNECT, [MQTT-3.15.2-1] AUTH
    refused(V5_0, Server, "e00101", Kind::ReasonCode);
    refused(V5_0, Server, "f006170415000161", Kind::ReasonCode);
}

#[test]
fn subscribe_and_unsubscribe_v5() {
    // [MQTT-3.8.3-2] [MQTT-3.10.3-2] at least one filter
    refused(V5_0, Server, "8203000100", Kind::NoFilters);
    refused(V5_0, Server, "a203000100", Kind::NoFilters);
    // [MQTT-3.8.3-4] No Local on $share/g/a, [MQTT-3.8.3-5] reserved option bits
    refused(V5_0, Server, "8210000100000a2473686172652f672f6104", Kind::NoLocalShared);
    refused(V5_0, Server, "8207000100000161c0", Kind::ReservedSubscriptionBits);
}

#[test]
fn a_server_sends_no_session_expiry_in_disconnect() {
    // [MQTT-3.14.2-2]
    refused(V5_0, Client, "e00700051100000001", Kind::SessionExpiryFromServer);
    accepted(V5_0, Server, "e00700051100000001", |_| {});
}

#[test]
fn text_v3() {
    // [3.1.1: MQTT-1.5.3-1] a surrogate, [3.1.1: MQTT-1.5.3-2] U+0000, [3.1.1: MQTT-1.5.3-3] control and non-characters
    refused(V3_1_1, Server, "30050003eda080", Kind::InvalidUtf8);
    refused(V3_1_1, Server, "300400026100", Kind::NulCharacter);
    refused(V3_1_1, Server, "300400026101", Kind::ControlCharacter);
    refused(V3_1_1, Server, "30050003efbfbf", Kind::NonCharacter);
    // [3.1.1: MQTT-3.3.2-1] topic name, [3.1.1: MQTT-3.8.3-1] and [3.1.1: MQTT-3.10.3-1] filters
    refused(V3_1_1, Server, "30030001ff", Kind::InvalidUtf8);
    refused(V3_1_1, Server, "820600010001ff00", Kind::InvalidUtf8);
    refused(V3_1_1, Server, "a20500010001ff", Kind::InvalidUtf8);
}

#[test]
fn fixed_header_v3() {
    // [3.1.1: MQTT-2.2.2-1] [3.1.1: MQTT-2.2.2-2] the flags that each type prescribes
    for digits in ["c100", "41020001", "51020001", "71020001"] {
        refused(V3_1_1, Server, digits, Kind::ReservedFlags);
    }
    // [3.1.1: MQTT-3.6.1-1] PUBREL, [3.1.1: MQTT-3.8.1-1] SUBSCRIBE, [3.1.1: MQTT-3.10.1-1] UNSUBSCRIBE,
    // [3.1.1: MQTT-3.14.1-1] DISCONNECT
    refused(V3_1_1, Server, "60020001", Kind::ReservedFlags);
    refused(V3_1_1, Server, "8006000100016100", Kind::ReservedFlags);
    refused(V3_1_1, Server, "a0050001000161", Kind::ReservedFlags);
    refused(V3_1_1, Server, "e100", Kind::ReservedFlags);
}

#[test]
fn packet_identifiers_v3() {
    // [3.1.1: MQTT-2.3.1-1] not zero, [3.1.1: MQTT-2.3.1-5] none with QoS 0
    for digits in ["32050001610000", "8206000000016100", "a2050000000161"] {
        refused(V3_1_1, Server, digits, Kind::ZeroPacketId);
    }
    accepted(V3_1_1, Server, "30050001610007", |packet| {
        let Packet::Publish(publish) = packet else { panic!("{packet}") };
        assert_eq!((publish.delivery.packet_id(), &*publish.payload), (None, &[0, 7][..]));
    });
}

#[test]
fn first_packets_v3() {
    // [3.1.1: MQTT-3.1.0-1] CONNECT first, [3.1.1: MQTT-3.1.0-2] and once; [3.1.1: MQTT-3.2.0-1] CONNACK first
    refused_first(Server, "3003000161", Kind::FirstPacketNotConnect, Reply::Close);
    refused(V3_1_1, Server, "100c00044d5154540402003c0000", Kind::SecondConnect);
    let mut client = Decoder::new(Client, Limits::default()).expect_version(V3_1_1);
    assert_eq!(error(&mut client, "9003000100").kind, Kind::FirstPacketNotConnAck);
}

#[test]
fn connect_v3() {
    let unsupported = Reply::ConnAck(ReasonCode::UNSUPPORTED_PROTOCOL_VERSION);
    // [3.1.1: MQTT-3.1.2-1] protocol name, [3.1.1: MQTT-3.1.2-2] level: CONNACK 0x01
    refused_first(Server, "100c00046d7174740402003c0000", Kind::UnsupportedVersion, unsupported);
    refused_first(Server, "100c00044d5154540302003c0000", Kind::UnsupportedVersion, unsupported);
    assert_eq!(ReasonCode::UNSUPPORTED_PROTOCOL_VERSION.to_return_code(), Some(1));
    // [3.1.1: MQTT-3.1.4-1] everything else is closed without a CONNACK
    // [3.1.1: MQTT-3.1.2-3] reserved flag
    refused_first(Server, "100c00044d5154540403003c0000", Kind::ReservedConnectFlag, Reply::Close);
    // [3.1.1: MQTT-3.1.2-9] the will's fields; [3.1.1: MQTT-3.1.2-11] [3.1.1: MQTT-3.1.2-13] [3.1.1: MQTT-3.1.2-15] no will,
    // no QoS and no retain; [3.1.1: MQTT-3.1.2-14] QoS 3
    refused_first(Server, "100c00044d5154540406003c0000", Kind::Truncated, Reply::Close);
    refused_first(Server, "100c00044d515454040a003c0000", Kind::WillFlagsWithoutWill, Reply::Close);
    refused_first(Server, "100c00044d5154540422003c0000", Kind::WillFlagsWithoutWill, Reply::Close);
    refused_first(Server, "101100044d515454041e003c00000001740000", Kind::WillQoS, Reply::Close);
    // [3.1.1: MQTT-3.1.2-18] [3.1.1: MQTT-3.1.2-19] user name, [3.1.1: MQTT-3.1.2-20] [3.1.1: MQTT-3.1.2-21] password,
    // [3.1.1: MQTT-3.1.2-22] no password without a user name
    refused_first(Server, "100e00044d5154540402003c00000000", Kind::TrailingBytes, Reply::Close);
    refused_first(Server, "100c00044d5154540482003c0000", Kind::Truncated, Reply::Close);
    refused_first(Server, "101000044d5154540482003c000000000000", Kind::TrailingBytes, Reply::Close);
    refused_first(Server, "100e00044d51545404c2003c00000000", Kind::Truncated, Reply::Close);
    refused_first(Server, "100e00044d5154540442003c00000000", Kind::PasswordWithoutUserName, Reply::Close);
    // [3.1.1: MQTT-3.1.3-3] the client identifier is there; [3.1.1: MQTT-3.1.3-4] it, [3.1.1: MQTT-3.1.3-10] the will topic and
    // [3.1.1: MQTT-3.1.3-11] the user name are text
    refused_first(Server, "100a00044d5154540402003c", Kind::Truncated, Reply::Close);
    refused_first(Server, "100d00044d5154540402003c0001ff", Kind::InvalidUtf8, Reply::Close);
    refused_first(Server, "101100044d5154540406003c00000001ff0000", Kind::InvalidUtf8, Reply::Close);
    refused_first(Server, "100f00044d5154540482003c00000001ff", Kind::InvalidUtf8, Reply::Close);
}

#[test]
fn an_empty_client_identifier_needs_a_clean_session() {
    // [3.1.1: MQTT-3.1.3-7] [3.1.1: MQTT-3.1.3-8] [3.1.1: MQTT-3.1.3-9] CONNACK 0x02
    let reply = Reply::ConnAck(ReasonCode::CLIENT_IDENTIFIER_NOT_VALID);
    refused_first(Server, "100c00044d5154540400003c0000", Kind::ClientIdRejected, reply);
    assert_eq!(ReasonCode::CLIENT_IDENTIFIER_NOT_VALID.to_return_code(), Some(2));
}

#[test]
fn the_fields_of_connect_v3_stand_in_their_order() {
    // [3.1.1: MQTT-3.1.3-1] client identifier c, topic t, message m, user name u, password p
    let bytes = hex("101900044d51545404c6003c00016300017400016d000175000170");
    let packet = decode(&mut Decoder::new(Server, Limits::default()), &bytes).unwrap();
    let Packet::Connect(connect) = packet else { panic!("{packet}") };
    let will = connect.will().unwrap();
    assert_eq!((connect.client_id.as_str(), will.topic.as_str(), &*will.payload), ("c", "t", &b"m"[..]));
    assert_eq!(connect.username().unwrap(), "u");
    assert_eq!(connect.password().unwrap(), b"p");
}

#[test]
fn connack_and_suback_v3() {
    // [3.1.1: MQTT-3.2.2-4] Session Present with a refusal, [3.1.1: MQTT-3.9.3-2] a reserved return code
    let error = error(&mut Decoder::new(Client, Limits::default()).expect_version(V3_1_1), "20020105");
    assert_eq!(error.kind, Kind::SessionPresentWithError);
    refused(V3_1_1, Client, "9003000103", Kind::ReasonCode);
}

#[test]
fn publish_v3() {
    // [3.1.1: MQTT-3.3.1-2] DUP with QoS 0, [3.1.1: MQTT-3.3.1-4] QoS 3
    refused(V3_1_1, Server, "3803000161", Kind::DupWithoutQoS);
    refused(V3_1_1, Server, "36050001610001", Kind::InvalidQoS);
    // [3.1.1: MQTT-4.7.3-1] at least one character
    refused(V3_1_1, Server, "30020000", Kind::EmptyTopic);
    // [3.1.1: MQTT-3.3.2-2] [3.1.1: MQTT-4.7.1-1] a wildcard: a value, for a proxy or a detector; 3.1.1 has no answer but to close
    accepted(V3_1_1, Server, "300400012b78", |packet| {
        let Packet::Refused(refused) = packet else { panic!("{packet}") };
        assert_eq!(refused.error().kind, Kind::WildcardInTopic);
    });
}

#[test]
fn subscribe_and_unsubscribe_v3() {
    // [3.1.1: MQTT-3.8.3-3] [3.1.1: MQTT-3.10.3-2] at least one filter
    refused(V3_1_1, Server, "82020001", Kind::NoFilters);
    refused(V3_1_1, Server, "a2020001", Kind::NoFilters);
    // [3.1.1: MQTT-3-8.3-4] reserved bits, QoS 3
    refused(V3_1_1, Server, "8206000100016104", Kind::ReservedSubscriptionBits);
    refused(V3_1_1, Server, "8206000100016103", Kind::SubscriptionOptions);
}

#[test]
fn the_answer_that_each_version_names() {
    // [MQTT-4.13.1-1] [MQTT-3.1.4-1] CONNACK for CONNECT, DISCONNECT later; [3.1.1: MQTT-4.8.0-1] a close without a word
    let first = error(&mut Decoder::new(Server, Limits::default()), "100d00044d5154540503003c000000");
    assert_eq!(first.reply(), MALFORMED);
    let later = error(&mut Decoder::established(Server, V5_0, Limits::default()), "c100");
    assert_eq!(later.reply(), Reply::Disconnect(ReasonCode::MALFORMED_PACKET));
    let older = error(&mut Decoder::established(Server, V3_1_1, Limits::default()), "c100");
    assert_eq!(older.reply(), Reply::Close);
}

#[test]
fn nothing_larger_than_the_peer_takes() {
    // [MQTT-3.1.2-24] [MQTT-3.2.2-15] and, for each packet that may carry them, what its reason string or user properties add
    let id = PacketId::new(1).unwrap();
    let ack = |property: &'static [Property<'static>]| Ack {
        properties: property.into(),
        ..Ack::new(id, ReasonCode::SUCCESS)
    };
    let codes = [ReasonCode::UNSPECIFIED_ERROR];
    for items in [&[Property::ReasonString("because")][..], &[Property::UserProperty("name", "value")]] {
        let mut packets = vec![
            (Server, Packet::ConnAck(ConnAck { properties: items.into(), ..ConnAck::default() })),
            (Client, Packet::PubAck(ack(items))),
            (Client, Packet::PubRec(ack(items))),
            (Client, Packet::PubRel(ack(items))),
            (Client, Packet::PubComp(ack(items))),
            (Client, Packet::Disconnect(Disconnect { properties: items.into(), ..Disconnect::default() })),
        ];
        let subscribed = SubAck { packet_id: id, properties: items.into(), codes: (&codes).into() };
        packets.push((Server, Packet::SubAck(subscribed.clone())));
        packets.push((Server, Packet::UnsubAck(subscribed)));
        let [first] = items else { panic!("one property each") };
        let with_method = [Property::AuthenticationMethod("m"), *first];
        packets.push((Server, Packet::Auth(Auth { reason: ReasonCode(0x18), properties: (&with_method).into() })));
        for (role, packet) in packets {
            let len = Encoder::new(role, V5_0).encoded_len(&packet);
            let encode = |max: usize| Encoder::new(role, V5_0).max_packet(max).encode(&packet, &mut Vec::new());
            assert_eq!(encode(len), Ok(()), "{packet}");
            assert_eq!(encode(len - 1), Err(EncodeError::PacketTooLarge { len, max: len - 1 }), "{packet}");
        }
    }
    // A receiver answers 0x95.
    let limits = Limits { max_packet: 9, ..Limits::default() };
    let error = error(&mut Decoder::established(Client, V5_0, limits), "300800016100");
    assert_eq!(error.reply(), Reply::Disconnect(ReasonCode::PACKET_TOO_LARGE));
}

#[test]
fn topic_names_and_filters() {
    // [MQTT-4.7.3-1] a character, [MQTT-4.7.3-2] no U+0000, [MQTT-4.7.3-3] 65,535 bytes
    assert!(Topic::new("").is_err() && TopicFilter::new("").is_err());
    assert!(Topic::new("a\0").is_err() && TopicFilter::new("a\0").is_err());
    let long = "x".repeat(65_536);
    assert!(Topic::new(&*long).is_err() && TopicFilter::new(&*long).is_err());
    assert!(Topic::new(&long[1..]).is_ok() && TopicFilter::new(&long[1..]).is_ok());
    // [MQTT-4.7.0-1] no wildcard in a name; [MQTT-4.7.1-1] `#` last and alone, [MQTT-4.7.1-2] `+` alone
    assert!(Topic::new("a/+").is_err() && Topic::new("#").is_err());
    for bad in ["a#", "a/#/b", "+a", "a+/b"] {
        assert!(TopicFilter::new(bad).is_err(), "{bad}");
    }
    // [MQTT-4.8.2-1] [MQTT-4.8.2-2] $share/name/filter
    for bad in ["$share//a", "$share/+/a", "$share/g", "$share/g/"] {
        assert!(TopicFilter::new(bad).is_err(), "{bad}");
    }
    // [MQTT-4.7.2-1] a leading wildcard does not match $; [MQTT-4.7.3-4] NFC and NFD, lower and upper case are not the same
    let matches = |filter: &str, topic: &str| TopicFilter::new(filter.to_owned()).unwrap().matches(topic);
    assert!(!matches("#", "$SYS/a") && !matches("+/a", "$SYS/a") && matches("$SYS/#", "$SYS/a"));
    assert!(!matches("caf\u{e9}", "cafe\u{301}") && !matches("ACCOUNTS", "Accounts") && matches("#", "a"));
}

#[test]
fn the_stream_may_be_cut_anywhere() {
    // [MQTT-6.0.0-2] A frame of the transport holds parts of packets, or several.
    let bytes = hex("100d00044d5154540502003c000000300500016100783005000161007ac000");
    for cut in 0..=bytes.len() {
        let mut decoder = Decoder::new(Server, Limits::default());
        let mut seen = 0;
        let mut consumed = 0;
        for end in [cut, bytes.len()] {
            let mut input = bytes.get(consumed..end).unwrap();
            while decoder.decode(&mut input).unwrap().is_some() {
                seen += 1;
            }
            consumed = end - input.len();
        }
        assert_eq!((seen, consumed), (4, bytes.len()), "cut at {cut}");
    }
}
