//! xmpp-stanza and its peers on the same 1,000 stanzas, in one process, best of many rounds, round-robin.
//!
//! `cargo run --release` prints nanoseconds a stanza and the ratio to xmpp-stanza; `cargo run --release -- NAME` runs one contestant a few times, for
//! callgrind.

use std::hint::black_box;
use std::time::Instant;

use xmpp_stanza::{Body, Content, Context, Decoder, ElementRef, Encoder, Event, Jid, Limits, Message, MessageType, Payloads, Stanza, ToXml, xep};

/// Ten kinds of stanzas as clients and servers exchange them.
fn stanzas() -> Vec<String> {
    let kinds: [fn(usize) -> String; 8] = [
        |n| format!("<message from='juliet@capulet.lit/balcony' to='romeo@montague.lit/orchard' type='chat' id='m{n}' xml:lang='en'><body>Wherefore art thou, Romeo? Deny thy father &amp; refuse thy name.</body><active xmlns='http://jabber.org/protocol/chatstates'/><request xmlns='urn:xmpp:receipts'/></message>"),
        |n| format!("<message from='juliet@capulet.lit/balcony' to='romeo@montague.lit' type='chat' id='r{n}'><received xmlns='urn:xmpp:receipts' id='m{n}'/></message>"),
        |n| format!("<presence from='hag66@shakespeare.lit/pda' to='coven@chat.shakespeare.lit/thirdwitch{n}'><show>away</show><status>stirring</status><priority>5</priority><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='http://code.google.com/p/exodus' ver='QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>"),
        |n| format!("<iq from='capulet.lit' to='juliet@capulet.lit/balcony' id='s2c{n}' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"),
        |n| format!("<iq to='juliet@example.com/balcony' type='result' id='roster{n}'><query xmlns='jabber:iq:roster' ver='ver7'><item jid='nurse@example.com' subscription='both'><group>Servants</group></item><item jid='romeo@example.net' name='Romeo' subscription='both'><group>Friends</group></item></query></iq>"),
        |n| format!("<message id='aeb{n}' to='juliet@capulet.lit/chamber'><result xmlns='urn:xmpp:mam:2' queryid='f27' id='28482-98726-73623'><forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/><message xmlns='jabber:client' to='juliet@capulet.lit/balcony' from='romeo@montague.lit/orchard' type='chat'><body>Call me but love, and I'll be new baptized.</body></message></forwarded></result></message>"),
        |n| format!("<message from='pubsub.shakespeare.lit' to='francisco@denmark.lit'><event xmlns='http://jabber.org/protocol/pubsub#event'><items node='princely_musings'><item id='ae890ac52d0df67ed7cfdf51b644e90{n}'><entry xmlns='http://www.w3.org/2005/Atom'><title>Soliloquy</title><summary>To be, or not to be: that is the question.</summary></entry></item></items></event></message>"),
        |n| format!("<iq type='result' from='plays.shakespeare.lit' to='romeo@montague.net/orchard' id='info{n}'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text' name='Play-Specific Chatrooms'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/muc'/><feature var='jabber:iq:register'/></query></iq>"),
    ];
    (0..1000).map(|n| kinds[n % kinds.len()](n)).collect()
}

/// Visits every attribute and every text.
fn visit(element: &ElementRef<'_>) -> usize {
    let own: usize = element.attributes().map(|attribute| attribute.value.as_str().map_or(1, str::len)).sum();
    own + element.text().as_str().map_or(1, str::len) + element.children().map(|child| visit(&child)).sum::<usize>()
}

fn ours_strict(stream: &str) -> usize {
    let mut decoder = Decoder::within(Content::Client, Limits::default());
    let (mut input, mut count) = (stream.as_bytes(), 0);
    while let Some(event) = decoder.decode(&mut input).unwrap() {
        count += usize::from(matches!(black_box(event), Event::Stanza(_)));
    }
    count
}

fn ours_pushed(stream: &str, chunk: usize) -> usize {
    let mut decoder = Decoder::within(Content::Client, Limits::default());
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

/// Everything typed, every payload checked by the rules of its specification, every attribute and text looked at.
fn ours_typed(stream: &str) -> usize {
    let mut decoder = Decoder::within(Content::Client, Limits::default());
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
            black_box(xep::check(&child).is_none_or(|result| result.is_ok()));
            black_box(visit(&child));
        }
        black_box(&stanza);
        count += 1;
    }
    count
}

/// quick-xml is not strict: neither characters nor names nor duplicates by namespace are checked.
fn quick_xml_ns(stanzas: &[String]) -> usize {
    use quick_xml::events::Event;
    let mut count = 0;
    for stanza in stanzas {
        let mut reader = quick_xml::NsReader::from_str(stanza);
        loop {
            match reader.read_resolved_event().unwrap() {
                (namespace, Event::Start(tag) | Event::Empty(tag)) => {
                    black_box(namespace);
                    for attribute in tag.attributes() {
                        let attribute = attribute.unwrap();
                        black_box(quick_xml::escape::unescape(&attribute.value).unwrap());
                    }
                }
                (_, Event::Eof) => break,
                (_, event) => {
                    black_box(event);
                }
            }
        }
        count += 1;
    }
    count
}

fn show<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> &str {
    std::str::from_utf8(bytes.as_ref()).unwrap()
}

fn roxmltree_all(wrapped: &[String]) -> usize {
    wrapped.iter().filter(|text| black_box(roxmltree::Document::parse(text)).is_ok()).count()
}

fn minidom_all(wrapped: &[String]) -> usize {
    wrapped.iter().filter(|text| black_box(text.parse::<minidom::Element>()).is_ok()).count()
}

fn xmpp_parsers_all(wrapped: &[String]) -> usize {
    let typed = |text: &str| {
        let element: minidom::Element = text.parse().unwrap();
        match element.name() {
            "message" => xmpp_parsers::message::Message::try_from(element).is_ok(),
            "presence" => xmpp_parsers::presence::Presence::try_from(element).is_ok(),
            _ => xmpp_parsers::iq::Iq::try_from(element).is_ok(),
        }
    };
    wrapped.iter().filter(|text| black_box(typed(text))).count()
}

fn rxml_all(wrapped: &[String]) -> usize {
    use rxml::Parse as _;
    let mut count = 0;
    for text in wrapped {
        let mut parser = rxml::Parser::new();
        let mut bytes = text.as_bytes();
        while let Some(event) = parser.parse(&mut bytes, true).unwrap() {
            black_box(event);
        }
        count += 1;
    }
    count
}

const JID: &str = "romeo@montague.lit/orchard";

fn main() {
    let stanzas = stanzas();
    let stream: String = stanzas.concat();
    let wrapped: Vec<String> = stanzas.iter().map(|text| text.replacen(' ', " xmlns='jabber:client' ", 1)).collect();
    println!("1,000 stanzas, {} bytes on average", stream.len() / 1000);
    let body = Body("Wherefore art thou, Romeo? Deny thy father & refuse thy name.");
    let items: [&dyn ToXml; 1] = [&body];
    let chat = Message {
        to: Some(Jid::new(JID).unwrap()),
        from: Some(Jid::new("juliet@capulet.lit/balcony").unwrap()),
        id: Some("message-1".into()),
        payloads: Payloads::items(&items),
        ..Message::new(MessageType::Chat)
    };
    let mut encoder = Encoder::new(Context::new(Content::Client));
    let mut out = Vec::with_capacity(1024);
    let mut contestants: Vec<(&str, Box<dyn FnMut() -> usize>)> = vec![
        ("strict", Box::new(|| ours_strict(&stream))),
        ("pushed 1448", Box::new(|| ours_pushed(&stream, 1448))),
        ("pushed 1", Box::new(|| ours_pushed(&stream, 1))),
        ("typed", Box::new(|| ours_typed(&stream))),
        ("quick-xml NsReader", Box::new(|| quick_xml_ns(&stanzas))),
        ("rxml", Box::new(|| rxml_all(&wrapped))),
        ("roxmltree", Box::new(|| roxmltree_all(&wrapped))),
        ("minidom", Box::new(|| minidom_all(&wrapped))),
        ("xmpp-parsers typed", Box::new(|| xmpp_parsers_all(&wrapped))),
        ("jid ours", Box::new(|| (0..1000).filter(|_| Jid::new(black_box(JID)).is_ok()).count())),
        ("jid crate", Box::new(|| (0..1000).filter(|_| jid::Jid::new(black_box(JID)).is_ok()).count())),
        (
            "encode chat",
            Box::new(|| {
                (0..1000)
                    .filter(|_| {
                        out.clear();
                        encoder.encode(black_box(&chat), &mut out).is_ok()
                    })
                    .count()
            }),
        ),
    ];
    if let Some(name) = std::env::args().nth(1) {
        let (_, run) = contestants.iter_mut().find(|(own, _)| *own == name).expect("a contestant");
        for _ in 0..10 {
            black_box(run());
        }
        return;
    }
    let mut best = vec![f64::MAX; contestants.len()];
    for _ in 0..40 {
        for (best, (name, run)) in best.iter_mut().zip(&mut contestants) {
            let begun = Instant::now();
            let count = run();
            let took = begun.elapsed().as_secs_f64() * 1e6;
            assert!(count >= 870, "{name} did the work: {count}");
            *best = best.min(took);
        }
    }
    for (best, (name, _)) in best.iter().zip(&contestants) {
        println!("{name:20} {best:9.0} ns");
    }
}
