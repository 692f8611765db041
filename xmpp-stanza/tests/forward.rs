//! Forwarding: verbatim, with what the new place lacks.
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test shows where"
)]

use xmpp_stanza::xep::forward::NewForwarded;
use xmpp_stanza::{Content, Context, Decoder, Element, Encoder, Event, Limits, ToXml};

fn element(header: &str, text: &str) -> Element<'static> {
    let mut decoder = Decoder::new(Limits::default());
    decoder.decode(&mut header.as_bytes()).unwrap();
    match decoder.decode(&mut text.as_bytes()).unwrap().unwrap().into_owned() {
        Event::Stanza(element) => element,
        other => panic!("{other:?}"),
    }
}

fn written(context: Context, message: &dyn ToXml) -> String {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(context);
    encoder.encode(message, &mut out).unwrap();
    assert_eq!(encoder.encoded_len(message).unwrap(), out.len());
    String::from_utf8(out).unwrap()
}

const PLAIN: &str = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const RICH: &str = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xmlns:p='urn:p' xml:lang='de'>";

#[test]
fn the_same_kind_of_stream_gets_the_same_bytes() {
    let text = "<message  to = \"a@b\"><body>x&#x41;</body ></message>";
    assert_eq!(written(Context::new(Content::Client), &element(PLAIN, text)), text);
}

#[test]
fn another_kind_of_stream_changes_the_content_namespace() {
    let explicit = element(PLAIN, "<message to='a@b' xmlns='jabber:client' id='1'><body/></message>");
    assert_eq!(written(Context::new(Content::Server), &explicit), "<message to='a@b' id='1'><body/></message>");
    assert_eq!(written(Context::new(Content::Component), &element(PLAIN, "<presence/>")), "<presence/>");
    // Found by fuzzing: what was in a foreign content namespace on its own stream stays there.
    let foreign = "<message><server xmlns='jabber:server'/></message>";
    assert_eq!(written(Context::new(Content::Client), &element(PLAIN, foreign)), foreign);
    let text = b"<a xmlns='jabber:server'/>";
    let mut decoder = Decoder::established(Content::Client, Limits::default()).accept_unknown(true);
    let event = decoder.decode(&mut &text[..]).unwrap().unwrap();
    assert_eq!(written(Context::new(Content::Client), event.element().unwrap()).as_bytes(), text);
}

#[test]
fn prefixes_and_language_are_declared_where_they_are_missing() {
    let text = "<message><p:x/></message>";
    let rich = element(RICH, text);
    assert_eq!(
        written(Context::new(Content::Client), &rich),
        "<message xmlns:p='urn:p' xml:lang='de'><p:x/></message>"
    );
    assert_eq!(written(rich.context().clone(), &rich), text);
    assert_eq!(
        written(Context::EMPTY, &rich),
        "<message xmlns='jabber:client' xmlns:p='urn:p' xml:lang='de'><p:x/></message>"
    );
    // RFC 6120 §4.7.4: its own language stays.
    let french = "<message xml:lang='fr'><body>x</body></message>";
    for context in [Context::new(Content::Server), Context::new(Content::Client).with_lang(Some("en"))] {
        assert_eq!(written(context, &element(RICH, french)), french);
    }
    // A language that the new place has and the element has not is taken back.
    let german = Context::new(Content::Client).with_lang(Some("de"));
    assert_eq!(written(german, &element(PLAIN, "<presence/>")), "<presence xml:lang=''/>");
}

#[test]
fn a_child_takes_along_what_its_ancestors_declared() {
    let stanza = element(
        PLAIN,
        "<message xml:lang='fr'><a xmlns='urn:a' xmlns:q='urn:q&amp;'><b><q:c q:d='1'/></b></a></message>",
    );
    let inner = stanza.root().children().next().unwrap().children().next().unwrap();
    let alone = inner.to_element();
    assert_eq!(alone.as_str(), "<b xmlns='urn:a' xmlns:q='urn:q&amp;' xml:lang='fr'><q:c q:d='1'/></b>");
    assert!(alone.root() == inner);
}

#[test]
fn inside_a_payload_the_stanza_keeps_its_namespace() {
    let stanza = element(RICH, "<message><body>x</body></message>");
    let forwarded = NewForwarded { delay: None, stanza: &stanza };
    assert_eq!(
        written(Context::new(Content::Client), &forwarded),
        "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' xml:lang='de'><body>x</body></message></forwarded>"
    );
}
