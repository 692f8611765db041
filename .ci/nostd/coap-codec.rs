//! A request over UDP answered with a message that is built, and the stream of a connection.

use alloc::string::ToString;
use alloc::vec::Vec;

use coap_codec::link::links;
use coap_codec::uri::Uri;
use coap_codec::{
    Code, Decoder, Encoder, Limits, Message, MessageType, OptionNumber, Policy, Reply, Transport, signaling::Csm,
};

fn datagrams() -> Option<bool> {
    let mut options = Uri::parse("coap://example.net/a/b?x=1").ok()?.to_options(None).ok()?;
    options.push_uint(OptionNumber::ACCEPT, 60).ok()?;
    let request = Message { options, token: b"t".into(), ..Message::new(MessageType::Confirmable, Code::GET, 7) };
    let mut out = [0; 64];
    let len = request.encode_to_slice(&mut out).ok()?;
    let decoded = Message::decode(out.get(..len)?, &Limits::DEFAULT).ok()?;
    let refused = Message::decode(&[0x40, 1, 0, 7, 0xff], &Limits::DEFAULT).err()?;
    let same = decoded == request && decoded.refusal(&Policy::default()).is_none();
    let line = decoded.to_string() == "CON GET 0x0007 token=74 /a/b?x=1 Uri-Host=example.net Accept=60";
    Some(same && line && refused.reply() == Reply::Reset)
}

fn stream() -> Option<bool> {
    let encoder = Encoder::new(Transport::Tcp);
    let mut wire = Vec::new();
    encoder.encode(&Csm::BASE.to_message().ok()?, &mut wire).ok()?;
    encoder.encode(&Message { payload: b"</a>;rt=x".into(), ..Message::reliable(Code::CONTENT) }, &mut wire).ok()?;
    let (mut decoder, mut input) = (Decoder::new(Transport::Tcp, Limits::DEFAULT), &wire[..]);
    let csm = Csm::from_message(&decoder.decode(&mut input).ok()??)?;
    let content = decoder.decode(&mut input).ok()??;
    let link = links(core::str::from_utf8(&content.payload).ok()?).next()?.ok()?;
    Some(csm == Csm::BASE && link.target == "/a" && decoder.decode(&mut input).ok()?.is_none())
}

pub fn probe() -> bool {
    datagrams() == Some(true) && stream() == Some(true)
}
