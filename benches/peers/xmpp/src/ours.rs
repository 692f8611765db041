//! xmpp-stanza.

use core::hint::black_box;

use xmpp_stanza::{
    Body, Content, Context, Decoder, ElementRef, Encoder, Event, Jid, Limits, Message, MessageType, Payloads, Stanza,
    ToXml, xep,
};

use crate::rows;

/// Visits every attribute and every text; returns how many elements there are.
pub fn visit(element: &ElementRef<'_>) -> usize {
    for attribute in element.attributes() {
        black_box(attribute.value.as_str());
    }
    black_box(element.text().as_str());
    1 + element.children().map(|child| visit(&child)).sum::<usize>()
}

/// The stanzas of a stream that is complete in the buffer.
pub fn strict(stream: &str) -> usize {
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    let (mut input, mut count) = (stream.as_bytes(), 0);
    while let Some(event) = decoder.decode(&mut input).unwrap() {
        count += usize::from(matches!(black_box(event), Event::Stanza(_)));
    }
    count
}

/// The elements of those stanzas.
pub fn elements(stream: &str) -> usize {
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    let (mut input, mut count) = (stream.as_bytes(), 0);
    while let Some(event) = decoder.decode(&mut input).unwrap() {
        count += event.element().map_or(0, |element| visit(&element.root()));
    }
    count
}

/// The stanzas of a stream that arrives in chunks.
pub fn pushed(stream: &str, chunk: usize) -> usize {
    let mut decoder = Decoder::established(Content::Client, Limits::MAX);
    let bytes = stream.as_bytes();
    let (mut start, mut end, mut count) = (0, 0, 0);
    while end < bytes.len() {
        end = (end + chunk).min(bytes.len());
        let mut input = &bytes[start..end];
        while let Some(event) = decoder.decode(&mut input).unwrap() {
            count += usize::from(matches!(black_box(event), Event::Stanza(_)));
        }
        start = end - input.len();
    }
    count
}

/// Everything typed, every payload checked by the rules of its specification, every attribute and text of the payloads looked at.
pub fn typed(stream: &str) -> usize {
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    let (mut input, mut count) = (stream.as_bytes(), 0);
    while let Some(event) = decoder.decode(&mut input).unwrap() {
        let Event::Stanza(element) = event else { continue };
        let stanza = Stanza::decode(element).unwrap();
        let payloads = match &stanza {
            Stanza::Message(message) => &message.payloads,
            Stanza::Presence(presence) => &presence.payloads,
            Stanza::Iq(iq) => &iq.payloads,
        };
        for child in payloads.iter() {
            assert!(xep::check(&child).is_none_or(|result| result.is_ok()));
            black_box(visit(&child));
        }
        black_box(&stanza);
        count += 1;
    }
    count
}

/// Writes the chat message 1,000 times; the bytes of one.
pub fn encode(encoder: &mut Encoder, out: &mut Vec<u8>) -> usize {
    let body = Body(rows::BODY);
    let items: [&dyn ToXml; 1] = [&body];
    let chat = Message {
        to: Some(Jid::new(rows::JID).unwrap()),
        from: Some(Jid::new(rows::FROM).unwrap()),
        id: Some(rows::ID.into()),
        payloads: Payloads::items(&items),
        ..Message::new(MessageType::Chat)
    };
    for _ in 0..1000 {
        out.clear();
        encoder.encode(black_box(&chat), out).unwrap();
        black_box(&*out);
    }
    out.len()
}

pub fn encoder() -> Encoder {
    Encoder::new(Context::new(Content::Client))
}

pub fn jid() -> usize {
    (0..1000).filter(|_| Jid::new(black_box(rows::JID)).is_ok()).count()
}
