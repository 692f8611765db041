//! `xmpp-stanza` as a member of the family: streams, addresses, forwarding, and quick-xml as a second opinion.

use arbitrary::Unstructured;
use bytes::BytesMut;
use xmpp_stanza::{
    Content, Context, DecodeError, Decoder, ElementRef, Encoder, Event, Header, Jid, Limits, Stanza, ToXml, Value,
    escape_local, unescape_local, xep,
};

use crate::Family;

#[cfg(feature = "differential")]
mod differential;

#[cfg(feature = "differential")]
pub use differential::xmpp_differential;

/// XMPP streams.
#[derive(Debug)]
pub enum Xmpp {}

/// Where in a stream reading begins, and in which one.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    start: bool,
    unknown: bool,
    content: Option<Content>,
}

impl Config {
    fn open(self) -> Decoder {
        let limits = Limits { max_stanza_bytes: 16_384, ..Limits::default() };
        let decoder = match self.content {
            Some(content) => Decoder::established(content, limits),
            None => {
                let mut decoder = Decoder::new(limits);
                let header = b"<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>";
                decoder.decode(&mut &header[..]).expect("a header");
                decoder
            }
        };
        decoder.accept_unknown(self.unknown)
    }
}

fn encoder(config: Config, _: &Event<'_>) -> Encoder {
    sender(config)
}

/// What writes into that stream.
fn sender(config: Config) -> Encoder {
    Encoder::new(config.content.map_or(Context::EMPTY, Context::new))
}

/// The decoder, and how much white space it has consumed that the laws believe still to come.
#[derive(Debug)]
pub struct Held {
    decoder: Decoder,
    held: usize,
    /// Where the decoder stood when it was handed over.
    base: u64,
}

impl Held {
    const fn new(decoder: Decoder) -> Self {
        let base = decoder.position();
        Self { decoder, held: 0, base }
    }
}

impl Family for Xmpp {
    type Config = Config;
    type Message<'a> = Event<'a>;
    type Error = DecodeError;
    type Decoder = Held;

    fn config(u: &mut Unstructured<'_>) -> arbitrary::Result<Config> {
        let byte: u8 = u.arbitrary()?;
        let content = [Content::Client, Content::Server, Content::Component].get(usize::from(byte >> 2) % 4).copied();
        Ok(Config { start: byte & 1 != 0, unknown: byte & 2 != 0, content })
    }

    fn arbitrary(config: Config, u: &mut Unstructured<'_>) -> arbitrary::Result<Event<'static>> {
        if config.start {
            return Ok(Event::Open(Box::new(Header { content: config.content, ..u.arbitrary()? })));
        }
        let stanza: Stanza<'static> = u.arbitrary()?;
        let mut wire = Vec::new();
        sender(config).encode(&stanza, &mut wire).expect("a stanza of valid parts");
        let event = config.open().decode(&mut &wire[..]).expect("decodes").expect("is complete");
        let Event::Stanza(element) = &event else { panic!("{event:?}") };
        assert_eq!(Stanza::decode(element.borrowed()).expect("valid"), stanza);
        Ok(event.into_owned())
    }

    fn decoder(config: Config) -> Held {
        let limits = Limits { max_stanza_bytes: 16_384, ..Limits::default() };
        Held::new(if config.start { Decoder::new(limits).accept_unknown(config.unknown) } else { config.open() })
    }

    fn decoder_for(config: Config, message: &Event<'_>) -> Held {
        Held::new(match message {
            Event::Open(_) => Decoder::new(Limits::default()),
            _ => config.open(),
        })
    }

    fn learnt(config: Config, decoder: &Held) -> Config {
        Config { content: decoder.decoder.context().content(), ..config }
    }

    fn decode<'a>(held: &mut Held, input: &mut &'a [u8]) -> Result<Option<Event<'a>>, DecodeError> {
        let before = *input;
        *input = input.get(held.held..).unwrap_or_default();
        let result = held.decoder.decode(input);
        if let Ok(None) = result {
            held.held = before.len().saturating_sub(input.len());
            *input = before;
        } else {
            held.held = 0;
        }
        result
    }

    fn decode_shared(held: &mut Held, input: &mut BytesMut) -> Result<Option<Event<'static>>, DecodeError> {
        held.decoder.decode_shared(input)
    }

    fn needed(held: &Held) -> usize {
        held.decoder.needed()
    }

    fn position(held: &Held) -> u64 {
        held.decoder.position().saturating_sub(held.base).saturating_sub(held.held as u64)
    }

    verbs!(message Event);
    verbs!(encoder of Event);

    fn encoded_len(config: Config, message: &Event<'_>) -> usize {
        encoder(config, message).encoded_len(message).expect("a message that can be sent")
    }

    fn walk(message: &Event<'_>) {
        let Some(element) = message.element() else { return };
        visit(&element.root(), 0);
        match Stanza::decode(element.borrowed()) {
            Ok(stanza) => {
                assert!(!stanza.to_string().is_empty());
                typed_back_and_there(&stanza);
            }
            Err(fault) => {
                let _ = (fault.id(), fault.from(), fault.kind.statement());
                if let Some(answer) = fault.answer() {
                    let mut out = Vec::new();
                    Encoder::established(Content::Client).encode(&answer, &mut out).expect("an answer can be sent");
                    let event = Decoder::established(Content::Client, Limits::default()).decode(&mut &out[..]);
                    let Ok(Some(Event::Stanza(element))) = event else { panic!("{event:?}") };
                    assert!(Stanza::decode(element).is_ok(), "an answer is valid");
                }
            }
        }
    }
}

/// A typed stanza re-encodes to one that decodes equal.
fn typed_back_and_there(stanza: &Stanza<'_>) {
    let mut out = Vec::new();
    Encoder::established(Content::Client).encode(stanza, &mut out).expect("what was decoded can be sent");
    let mut decoder = Decoder::established(Content::Client, Limits::MAX);
    let event = decoder.decode(&mut &out[..]);
    let Ok(Some(Event::Stanza(element))) = event else { panic!("{event:?}") };
    let again = Stanza::decode(element).expect("valid");
    assert_eq!((again.to(), again.from(), again.id()), (stanza.to(), stanza.from(), stanza.id()));
}

fn visit(element: &ElementRef<'_>, depth: usize) {
    assert!(element.as_str().starts_with('<') && element.as_str().ends_with('>'));
    let names: Vec<_> = element.attributes().map(|attribute| (attribute.namespace.to_cow(), attribute.name)).collect();
    let mut sorted = names.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(sorted.len(), names.len(), "a duplicate attribute");
    let text = element.text();
    assert_eq!(text.chars().collect::<String>(), text.to_cow());
    assert!(text == *text.to_cow());
    let _ = (xep::check(element), element.lang(), element.is_secret());
    if depth < 6 {
        element.children().for_each(|child| visit(&child, depth.saturating_add(1)));
    }
}

/// An enforced address is stable, and is the sum of its parts; escaping goes there and back.
pub fn xmpp_jid(data: &[u8]) {
    let Ok(text) = core::str::from_utf8(data) else { return };
    if let Ok(jid) = Jid::new(text) {
        let again = Jid::from_parts(jid.local(), jid.domain(), jid.resource()).expect("parts are valid");
        assert_eq!(again, jid, "of parts");
        assert_eq!(Jid::new(jid.as_str()).expect("is enforced"), jid, "again");
        let parts = [jid.local().unwrap_or("x"), jid.domain(), jid.resource().unwrap_or("x")];
        assert!(parts.iter().all(|part| (1..=1023).contains(&part.len())), "{jid:?}");
        assert!(jid.bare().is_bare());
    }
    let outer = text.starts_with(' ') || text.ends_with(' ');
    if !outer && !text.contains("\\20") {
        assert_eq!(unescape_local(&escape_local(text)), text);
    }
}

/// An element that is forwarded anywhere, or made to stand alone, says what it said.
pub fn xmpp_forward(data: &[u8]) {
    let Some((switch, stream)) = data.split_first() else { return };
    let mut decoder = Decoder::new(Limits::default()).accept_unknown(true);
    let header: &[u8] = match switch % 3 {
        0 => b"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xml:lang='en'>",
        1 => b"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xmlns:a='urn:a' xmlns:b='urn:b'>",
        _ => b"<s:stream xmlns:s='http://etherx.jabber.org/streams' xmlns:a='urn:a' xml:lang='de-1996'>",
    };
    decoder.decode(&mut &header[..]).expect("a header");
    let mut input = stream;
    while let Ok(Some(event)) = decoder.decode(&mut input) {
        if let Some(element) = event.element() {
            forward(&element.root(), 0);
        }
    }
}

fn forward(element: &ElementRef<'_>, depth: usize) {
    assert!(element.to_element().root() == *element, "{element:?} standing alone");
    let contexts =
        [Context::EMPTY, Context::new(Content::Component), Context::new(Content::Client).with_lang(Some("fr"))];
    for context in contexts {
        // Inside a payload nothing changes its namespace.
        let carrier = Carrier(element);
        let mut out = Vec::new();
        Encoder::new(context.clone()).encode(&carrier, &mut out).expect("an element can be sent");
        let mut decoder = Decoder::established(Content::Component, Limits::MAX);
        let event = if context.content() == Some(Content::Component) {
            decoder.decode(&mut &out[..])
        } else {
            let mut decoder = Decoder::new(Limits::MAX).accept_unknown(true);
            let mut header = Vec::new();
            let mut open = Header::new(Content::Client);
            open.content = context.content();
            open.lang = context.lang().map(|lang| lang.to_owned().into());
            Encoder::new(Context::EMPTY).encode(&open, &mut header).expect("a header");
            decoder.decode(&mut &header[..]).expect("a header");
            decoder.decode(&mut &out[..])
        };
        let event = event.expect("decodes").expect("is complete");
        let root = event.element().expect("an element").root();
        let inner = root.children().next().and_then(|wrapper| wrapper.children().next()).expect("the element");
        assert!(inner == *element, "{} is not {}", inner.as_str(), element.as_str());
    }
    if depth < 4 {
        element.children().for_each(|child| forward(&child, depth.saturating_add(1)));
    }
}

struct Carrier<'a>(&'a ElementRef<'a>);

impl ToXml for Carrier<'_> {
    fn to_xml(&self, w: &mut xmpp_stanza::Writer) {
        let namespace = w.context().content().unwrap_or(Content::Client).namespace();
        w.open(namespace, "message");
        w.open("urn:xmpp:forward:0", "forwarded");
        w.element(self.0);
        w.close();
        w.close();
    }
}

/// A value is what its characters say.
pub fn xmpp_value(text: &str) -> bool {
    Value::cooked(text) == *text
}
