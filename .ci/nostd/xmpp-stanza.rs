//! Opens a stream, reads a stanza and answers it.

use alloc::vec::Vec;

use xmpp_stanza::{Body, Content, Decoder, Encoder, Event, Limits, Message, Payloads, Stanza, ToXml};

const STREAM: &[u8] = b"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>\
    <message from='juliet@capulet.lit/balcony'><body>Art thou not Romeo?</body></message>";

pub fn probe() -> bool {
    answer().is_some_and(|answer| answer == b"<message to='juliet@capulet.lit/balcony'><body>Neither, fair saint.</body></message>")
}

fn answer() -> Option<Vec<u8>> {
    let mut decoder = Decoder::new(Limits::BEFORE_AUTHENTICATION);
    let mut input = STREAM;
    let Some(Event::Open(_)) = decoder.decode(&mut input).ok()? else { return None };
    let Some(Event::Stanza(element)) = decoder.decode(&mut input).ok()? else { return None };
    let Ok(Stanza::Message(message)) = Stanza::decode(element) else { return None };
    let body = Body("Neither, fair saint.");
    let items: [&dyn ToXml; 1] = [&body];
    let answer = Message { to: message.from.clone(), payloads: Payloads::items(&items), ..Message::default() };
    let mut out = Vec::new();
    Encoder::established(Content::Client).encode(&answer, &mut out).ok()?;
    Some(out)
}
