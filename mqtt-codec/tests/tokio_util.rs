//! The codec of feature `tokio-util`, over the buffers that `Framed` would hand it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use bytes::BytesMut;
use mqtt_codec::{
    Codec, CodecError, ConnAck, Connect, DecodeErrorKind, EncodeError, Limits, Packet, Property, Publish, ReasonCode,
    Reply, Topic, Version,
};
use tokio_util::codec::{Decoder as _, Encoder as _};

fn publish(payload: &[u8]) -> Packet<'_> {
    Publish::new(Topic::new("a").unwrap(), payload).into()
}

#[test]
fn two_codecs_talk_byte_by_byte() {
    for version in [Version::V3_1, Version::V3_1_1, Version::V5_0] {
        let (mut client, mut server) = (Codec::client(version, Limits::default()), Codec::server(Limits::default()));
        let sent = [Packet::from(Connect::new(version, "c")), publish(b"hi"), Packet::PingReq];
        let (mut wire, mut input, mut seen) = (BytesMut::new(), BytesMut::new(), Vec::new());
        for packet in &sent {
            client.encode(packet, &mut wire).unwrap();
        }
        for byte in wire {
            input.extend_from_slice(&[byte]);
            seen.extend(server.decode(&mut input).unwrap());
        }
        assert_eq!(seen, sent);
        assert!(server.decode_eof(&mut input).unwrap().is_none());
        // The server answers in the client's version.
        let (connack, mut wire) = (Packet::ConnAck(ConnAck::new(ReasonCode::NOT_AUTHORIZED)), BytesMut::new());
        server.encode(connack.clone(), &mut wire).unwrap();
        assert_eq!(wire.len(), if version.is_v5() { 5 } else { 4 });
        assert_eq!(client.decode(&mut wire).unwrap(), Some(connack));
    }
}

#[test]
fn the_peers_maximum_packet_size_is_learnt() {
    let (mut client, mut server) = (Codec::client(Version::V5_0, Limits::default()), Codec::server(Limits::default()));
    let max = [Property::MaximumPacketSize(20.try_into().unwrap())];
    let mut connect = Connect::new(Version::V5_0, "c");
    connect.properties = (&max).into();
    let mut wire = BytesMut::new();
    client.encode(&connect.into(), &mut wire).unwrap();
    server.decode(&mut wire).unwrap().unwrap();
    let error = server.encode(publish(&[0; 20]), &mut wire).unwrap_err();
    assert!(matches!(error, CodecError::Encode(EncodeError::PacketTooLarge { len: 26, max: 20 })), "{error}");
    assert!(wire.is_empty());
    server.encode(&Packet::ConnAck(ConnAck { properties: (&max).into(), ..ConnAck::default() }), &mut wire).unwrap();
    client.decode(&mut wire).unwrap().unwrap();
    assert!(matches!(client.encode(publish(&[0; 20]), &mut wire), Err(CodecError::Encode(_))));
}

#[test]
fn what_the_peer_breaks_ends_the_connection() {
    // A CONNECT of 5.0 with its reserved flag: the answer is one of 5.0.
    let mut server = Codec::server(Limits::default());
    let mut input = BytesMut::from(&b"\x10\x0d\x00\x04MQTT\x05\x03\x00\x3c\x00\x00\x00"[..]);
    let error = server.decode(&mut input).unwrap_err();
    let CodecError::Decode(error) = error else { panic!("{error}") };
    assert_eq!(error.kind, DecodeErrorKind::ReservedConnectFlag);
    let Reply::ConnAck(reason) = error.reply() else { panic!("{:?}", error.reply()) };
    let mut out = BytesMut::new();
    server.encode(Packet::ConnAck(ConnAck::new(reason)), &mut out).unwrap();
    assert_eq!(&out[..], b"\x20\x03\x00\x81\x00");
    // A level that nobody knows: CONNACK 01.
    let mut server = Codec::server(Limits::default());
    let mut input = BytesMut::from(&b"\x10\x0c\x00\x04MQTT\x09\x02\x00\x3c\x00\x00"[..]);
    let CodecError::Decode(error) = server.decode(&mut input).unwrap_err() else { panic!("no decode error") };
    let Reply::ConnAck(reason) = error.reply() else { panic!("{:?}", error.reply()) };
    out.clear();
    server.encode(Packet::ConnAck(ConnAck::new(reason)), &mut out).unwrap();
    assert_eq!(&out[..], b"\x20\x02\x00\x01");
    // A connection that ends inside a packet.
    let mut client = Codec::client(Version::V5_0, Limits::default());
    let error = client.decode_eof(&mut BytesMut::from(&b"\x20\x03\x00"[..])).unwrap_err();
    assert!(matches!(error, CodecError::Io(_)));
}
