//! The codec for `Framed`: a header, a stanza and a restart, in and out.
#![cfg(feature = "tokio-util")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a failing test shows where")]

use bytes::BytesMut;
use tokio_util::codec::{Decoder, Encoder};
use xmpp_stanza::{Close, Codec, CodecError, Content, Event, Header, Limits, Message, Stanza, ToXml};

#[test]
fn what_one_side_sends_the_other_side_reads() {
    let (mut here, mut there) = (Codec::new(Limits::default()), Codec::new(Limits::default()));
    for _ in 0..2 {
        let mut wire = BytesMut::new();
        here.encode(Header::new(Content::Client), &mut wire).unwrap();
        here.encode(Stanza::Message(Message { id: Some("1".into()), ..Message::default() }), &mut wire).unwrap();
        assert!(wire.ends_with(b"<message id='1'/>"), "the header's scope is known: {wire:?}");
        let mut held = wire.split_off(wire.len() - 3);
        assert!(matches!(there.decode(&mut wire).unwrap(), Some(Event::Open(_))));
        assert!(there.decode(&mut wire).unwrap().is_none());
        wire.unsplit(held.split());
        assert!(matches!(there.decode(&mut wire).unwrap(), Some(Event::Stanza(_))));
        here.restart();
        there.restart();
    }
}

#[test]
fn faults_end_it() {
    let mut codec = Codec::new(Limits::default());
    let mut wire = BytesMut::from("<!-- -->");
    let Err(CodecError::Decode(error)) = codec.decode(&mut wire) else { panic!("a comment") };
    assert_eq!(error.reply().as_str(), "restricted-xml");
    let close: &dyn ToXml = &Close;
    codec.encode(close, &mut wire).unwrap();
    assert!(wire.ends_with(b"</stream:stream>"));
}
