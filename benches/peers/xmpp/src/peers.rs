//! Other people's parsers and writers.

use core::hint::black_box;

use crate::rows;

/// quick-xml is not strict: neither characters nor names nor duplicates by namespace are checked. Returns the elements.
pub fn quick_xml(stanzas: &[String]) -> usize {
    use quick_xml::events::Event;
    let mut count = 0;
    for stanza in stanzas {
        let mut reader = quick_xml::NsReader::from_str(stanza);
        loop {
            match reader.read_resolved_event().unwrap() {
                (namespace, Event::Start(tag) | Event::Empty(tag)) => {
                    black_box(namespace);
                    count += 1;
                    for attribute in tag.attributes() {
                        black_box(quick_xml::escape::unescape(&attribute.unwrap().value).unwrap());
                    }
                }
                (_, Event::Eof) => break,
                (_, event) => {
                    black_box(event);
                }
            }
        }
    }
    count
}

/// The elements of the trees.
pub fn roxmltree(wrapped: &[String]) -> usize {
    let elements = |text: &String| {
        let document = roxmltree::Document::parse(text).unwrap();
        document.descendants().filter(roxmltree::Node::is_element).count()
    };
    wrapped.iter().map(elements).sum()
}

pub fn minidom(wrapped: &[String]) -> usize {
    wrapped.iter().filter(|text| black_box(text.parse::<minidom::Element>()).is_ok()).count()
}

/// Stanzas typed; their payloads stay trees.
pub fn xmpp_parsers(wrapped: &[String]) -> usize {
    let typed = |text: &str| {
        let element: minidom::Element = text.parse().unwrap();
        match element.name() {
            "message" => black_box(xmpp_parsers::message::Message::try_from(element)).is_ok(),
            "presence" => black_box(xmpp_parsers::presence::Presence::try_from(element)).is_ok(),
            _ => black_box(xmpp_parsers::iq::Iq::try_from(element)).is_ok(),
        }
    };
    wrapped.iter().filter(|text| typed(text)).count()
}

/// The same by xso, without a tree in between: what tokio-xmpp's stream is made of.
pub fn xso(wrapped: &[String]) -> usize {
    let typed = |text: &str| match text.as_bytes()[1] {
        b'm' => black_box(xso::from_bytes::<xmpp_parsers::message::Message>(text.as_bytes())).is_ok(),
        b'p' => black_box(xso::from_bytes::<xmpp_parsers::presence::Presence>(text.as_bytes())).is_ok(),
        _ => black_box(xso::from_bytes::<xmpp_parsers::iq::Iq>(text.as_bytes())).is_ok(),
    };
    wrapped.iter().filter(|text| typed(text)).count()
}

/// The same by tokio-xmpp's stream from memory that is ready at once, on a runtime of one thread: no socket, nothing to wait for.
pub fn tokio_xmpp(runtime: &tokio::runtime::Runtime, stream: &str) -> usize {
    use tokio_stream::StreamExt as _;
    use tokio_xmpp::xmlstream::{StreamHeader, Timeouts, XmlStream, XmppStreamElement, initiate_stream};
    runtime.block_on(async {
        let wire = tokio::io::AsyncReadExt::chain(rows::HEADER.as_bytes(), stream.as_bytes());
        let io = tokio::io::join(wire, tokio::io::sink());
        let pending = initiate_stream(io, "jabber:client", StreamHeader::default(), Timeouts::default()).await.unwrap();
        let mut elements: XmlStream<_, XmppStreamElement> = pending.skip_features();
        let mut count = 0;
        // The stream ends without an end tag, which is an error to it.
        while let Some(Ok(element)) = elements.next().await {
            count += usize::from(matches!(black_box(element), XmppStreamElement::Stanza(_)));
        }
        count
    })
}

/// One parser for the stream, fed in chunks; the elements but the stream's own.
pub fn rxml(stream: &str, chunk: usize) -> usize {
    use rxml::Parse as _;
    let mut parser = rxml::Parser::new();
    let mut count = 0_usize;
    for part in [rows::HEADER].into_iter().map(str::as_bytes).chain(stream.as_bytes().chunks(chunk)) {
        let mut bytes = part;
        loop {
            match parser.parse(&mut bytes, false) {
                Ok(Some(event)) => count += usize::from(matches!(black_box(event), rxml::Event::StartElement(..))),
                Ok(None) => panic!("the stream is open"),
                Err(rxml::error::EndOrError::NeedMoreData) => break,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    count - 1
}

pub fn jid() -> usize {
    (0..1000).filter(|_| jid::Jid::new(black_box(rows::JID)).is_ok()).count()
}

/// The chat message by xso; the bytes of one.
pub fn xso_encode() -> usize {
    let mut message = xmpp_parsers::message::Message::chat(Some(jid::Jid::new(rows::JID).unwrap()));
    message.from = Some(jid::Jid::new(rows::FROM).unwrap());
    message.id = Some(xmpp_parsers::message::Id(rows::ID.to_owned()));
    message.bodies.insert(xmpp_parsers::message::Lang::default(), rows::BODY.to_owned());
    let mut len = 0;
    for _ in 0..1000 {
        len = black_box(xso::to_vec(black_box(&message)).unwrap()).len();
    }
    len
}

/// The least that a writer does: strings into a buffer, escaped by a table, characters checked.
pub fn plain_encode(out: &mut Vec<u8>) -> usize {
    for _ in 0..1000 {
        out.clear();
        out.extend_from_slice(b"<message from='");
        escape(black_box(rows::FROM), out);
        out.extend_from_slice(b"' to='");
        escape(black_box(rows::JID), out);
        out.extend_from_slice(b"' id='");
        escape(black_box(rows::ID), out);
        out.extend_from_slice(b"' type='chat'><body>");
        escape(black_box(rows::BODY), out);
        out.extend_from_slice(b"</body></message>");
        black_box(&*out);
    }
    out.len()
}

const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 32 {
        table[byte] = true;
        byte += 1;
    }
    table[b'<' as usize] = true;
    table[b'>' as usize] = true;
    table[b'&' as usize] = true;
    table[b'\'' as usize] = true;
    table[b'"' as usize] = true;
    table[0xEF] = true;
    table
};

fn escape(text: &str, out: &mut Vec<u8>) {
    let bytes = text.as_bytes();
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if SPECIAL[usize::from(byte)] {
            out.extend_from_slice(&bytes[from..at]);
            from = at + 1;
            let replacement: &[u8] = match byte {
                b'<' => b"&lt;",
                b'>' => b"&gt;",
                b'&' => b"&amp;",
                b'\'' => b"&apos;",
                b'"' => b"&quot;",
                _ => panic!("not in this row"),
            };
            out.extend_from_slice(replacement);
        }
    }
    out.extend_from_slice(&bytes[from..]);
}
