//! The codec of feature `tokio-util`, over the buffers that `Framed` would hand it.
#![cfg(feature = "tokio-util")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use bytes::BytesMut;
use coap_codec::signaling::Csm;
use coap_codec::{Binary, Code, Codec, CodecError, DecodeErrorKind, EncodeError, Limits, Message};
use tokio_util::codec::{Decoder as _, Encoder as _};

fn csm(max_message_size: u32) -> Message<'static> {
    Csm { max_message_size: Some(max_message_size), ..Csm::default() }.to_message().unwrap()
}

#[test]
fn two_codecs_talk_byte_by_byte() {
    let (mut client, mut server) = (Codec::new(Limits::default()), Codec::new(Limits::default()));
    let mut wire = BytesMut::new();
    client.encode(csm(4096), &mut wire).unwrap();
    let request = Message { token: b"t".into(), ..Message::reliable(Code::GET) };
    client.encode(request.clone(), &mut wire).unwrap();
    let (mut input, mut seen) = (BytesMut::new(), Vec::new());
    for byte in wire {
        input.extend_from_slice(&[byte]);
        seen.extend(server.decode(&mut input).unwrap());
    }
    assert_eq!(seen, [csm(4096), request]);
    assert!(server.decode_eof(&mut input).unwrap().is_none());
    // RFC 8323 §5.3.1: the client's CSM holds for what the server sends.
    assert_eq!((server.encoder.max_message_len, client.encoder.max_message_len), (4096, 1152));
    let body = [7_u8; 2000];
    let long = Message { payload: Binary::from(&body), ..Message::reliable(Code::CONTENT) };
    server.encode(long.clone(), &mut BytesMut::new()).unwrap();
    let refused = client.encode(long, &mut BytesMut::new());
    assert!(matches!(refused, Err(CodecError::Encode(EncodeError::MessageTooLong))));
}

#[test]
fn what_the_peer_breaks_ends_the_connection() {
    let mut codec = Codec::new(Limits::default());
    let error = codec.decode(&mut BytesMut::from(&b"\x00\x01"[..])).unwrap_err();
    assert!(matches!(&error, CodecError::Decode(error) if error.kind == DecodeErrorKind::FirstMessageNotCsm));
    assert_eq!(error.to_string(), "the first message on the connection is not a CSM (byte 1, RFC 8323 §3.3)");
    // A connection that ends inside a message.
    let mut codec = Codec::new(Limits::default());
    let error = codec.decode_eof(&mut BytesMut::from(&b"\x30\xe1\x22"[..])).unwrap_err();
    assert!(matches!(error, CodecError::Io(_)));
}
