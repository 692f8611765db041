//! One test for each limit, crossed by one; and the hostile classes: depth, breadth, endless tokens, single bytes, a small stack.
#![allow(
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failing test shows where"
)]

use std::time::Instant;

use xmpp_stanza::{Class, Content, DecodeError, DecodeErrorKind as Kind, Decoder, Element, Event, Limits, Stanza};

fn decode(text: &str, limits: Limits) -> Result<bool, Kind> {
    let mut decoder = Decoder::established(Content::Client, limits);
    decoder.decode(&mut text.as_bytes()).map(|event| event.is_some()).map_err(|error| error.kind)
}

/// The error, fed byte by byte.
fn crawl(text: &str, limits: Limits) -> Option<DecodeError> {
    let mut decoder = Decoder::established(Content::Client, limits);
    (1..=text.len()).find_map(|end| decoder.decode(&mut &text.as_bytes()[..end]).err())
}

fn narrow() -> Limits {
    Limits { max_namespace_bytes: 40, ..Limits::default() }
}

#[test]
fn each_limit_crossed_by_one() {
    let limits = Limits {
        max_stanza_bytes: 200,
        max_elements: 4,
        max_depth: 3,
        max_attributes: 3,
        max_value_bytes: 20,
        max_name_bytes: 10,
        max_bindings: 2,
        max_text_bytes: 30,
        ..narrow()
    };
    let cases: [(String, String, Kind); 9] = [
        (
            format!("<message>{}</message>", "<x/>".repeat(3)),
            format!("<message>{}</message>", "<x/>".repeat(4)),
            Kind::TooManyElements,
        ),
        ("<message><a><b/></a></message>".into(), "<message><a><b><c/></b></a></message>".into(), Kind::TooDeep),
        ("<message a='' b='' c=''/>".into(), "<message a='' b='' c='' d=''/>".into(), Kind::TooManyAttributes),
        (
            format!("<message a='{}'/>", "x".repeat(20)),
            format!("<message a='{}'/>", "x".repeat(21)),
            Kind::ValueTooLong,
        ),
        ("<message abcdefghij=''/>".into(), "<message abcdefghijk=''/>".into(), Kind::NameTooLong),
        (
            "<message xmlns:a='a' xmlns:b='b'/>".into(),
            "<message xmlns:a='a' xmlns:b='b' xmlns:c='c'/>".into(),
            Kind::TooManyBindings,
        ),
        (
            format!("<message>{}</message>", "x".repeat(30)),
            format!("<message>{}</message>", "x".repeat(31)),
            Kind::TextTooLong,
        ),
        (
            format!("<message><a/>{}<b/>{}<c/>{}<z/></message>", "x".repeat(20), "x".repeat(20), "x".repeat(20)),
            format!("<message>{0}<a/>{0}<a/>{0}<a/>{0}{0}{0}{0}</message>", "x".repeat(30)),
            Kind::TextTooLong,
        ),
        (
            format!("<message>{0}<a/>{0}<a/>{0}<a/>{0}<![CDATA[{0}]]></message>", "x".repeat(24)),
            format!("<message>{0}<a/>{0}<a/>{0}<a/>{0}<![CDATA[{0}]]>{0}<![CDATA[{0}]]>{0}</message>", "x".repeat(24)),
            Kind::StanzaTooLarge,
        ),
    ];
    for (within, beyond, kind) in cases {
        assert!(within.len() <= 200, "{}", within.len());
        if kind != Kind::TextTooLong || !within.contains("<z/>") {
            assert_eq!(decode(&within, limits), Ok(true), "{within}");
        }
        assert_eq!(decode(&beyond, limits), Err(kind), "{beyond}");
        let whole = Decoder::established(Content::Client, limits).decode(&mut beyond.as_bytes()).unwrap_err();
        assert_eq!(crawl(&beyond, limits), Some(whole), "{beyond}");
        assert_eq!(kind.class(), Class::Limit);
        assert_eq!(kind.reply().as_str(), "policy-violation");
    }
    let namespace = |len: usize| format!("<message><x xmlns='{}'/></message>", "x".repeat(len));
    assert_eq!(decode(&namespace(40), narrow()), Ok(true));
    assert_eq!(decode(&namespace(41), narrow()), Err(Kind::NamespaceTooLong));
}

#[test]
fn exactly_the_largest_stanza() {
    let text = format!("<message>{}</message>", "x".repeat(981));
    assert_eq!(text.len(), 1000);
    assert_eq!(decode(&text, Limits { max_stanza_bytes: 1000, ..Limits::default() }), Ok(true));
    assert_eq!(decode(&text, Limits { max_stanza_bytes: 999, ..Limits::default() }), Err(Kind::StanzaTooLarge));
    // RFC 6120 §13.12: no profile is below 10,000 bytes.
    let text = format!("<message>{}</message>", "x".repeat(9_981));
    assert_eq!((text.len(), decode(&text, Limits::BEFORE_AUTHENTICATION)), (10_000, Ok(true)));
    let beyond = text.replacen('x', "xx", 1);
    assert_eq!(decode(&beyond, Limits::BEFORE_AUTHENTICATION), Err(Kind::StanzaTooLarge));
    assert_eq!(decode(&beyond, Limits::AUTHENTICATED), Ok(true));
    // A stanza that never ends is refused as soon as the limit is passed, not kept.
    assert_eq!(decode(&text[..900], Limits { max_stanza_bytes: 899, ..Limits::default() }), Err(Kind::StanzaTooLarge));
}

/// Runs in a thread of 64 KiB, so that recursion would be seen.
fn small_stack(run: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(64 << 10).spawn(run).unwrap().join().unwrap();
}

fn element(text: &str) -> Element<'static> {
    let mut decoder = Decoder::established(Content::Client, Limits::MAX);
    match decoder.decode(&mut text.as_bytes()).unwrap().unwrap().into_owned() {
        Event::Stanza(element) => element,
        other => panic!("{other:?}"),
    }
}

#[test]
fn depth_of_100_000_on_a_small_stack() {
    const DEPTH: usize = 100_000;
    let text = format!("<message>{}{}</message>", "<a>".repeat(DEPTH), "</a>".repeat(DEPTH));
    assert_eq!(decode(&text, Limits::default()), Err(Kind::TooDeep));
    small_stack(move || {
        let deep = element(&text);
        let twin = deep.clone();
        assert!(deep == twin);
        assert!(Stanza::decode(deep.clone()).is_ok());
        let mut out = Vec::new();
        xmpp_stanza::Encoder::established(Content::Server).encode(&deep, &mut out).unwrap();
        assert_eq!(out.len(), text.len());
        assert_eq!(deep.root().to_element().root().children().count(), 1);
        assert!(format!("{deep:?}").len() > text.len());
        drop(deep);
    });
}

#[test]
fn a_hundred_thousand_attributes_and_children() {
    let mut text = String::from("<message");
    for at in 0..100_000 {
        text.push_str(&format!(" a{at}=''"));
    }
    text.push_str("/>");
    assert_eq!(decode(&text, Limits { max_stanza_bytes: 1 << 24, ..Limits::default() }), Err(Kind::TooManyAttributes));
    let begun = Instant::now();
    assert_eq!(decode(&text, Limits::MAX), Ok(true));
    let twin = text.replace("a99999", "a5");
    assert_eq!(decode(&twin, Limits::MAX), Err(Kind::DuplicateAttribute));
    let wide = format!("<message>{}</message>", "<a/>".repeat(100_000));
    assert!(element(&wide) == element(&wide));
    // Quadratic code would take minutes.
    assert!(begun.elapsed().as_secs() < 20);
}

#[test]
fn the_first_twin_of_many_is_refused_where_it_stands() {
    for (count, prefix, twin, behind) in [
        (1, "", "a0", "b='' b=''"),
        (40, "", "a12", "b='' a3='' b=''"),
        (900, "", "a899", "a1='' a2=''"),
        (900, "p:", "p:a0", "p:a1='' q:a2=''"),
        (900, "p:", "q:a3", "q:a1='' q:a2=''"),
    ] {
        let mut text = String::from("<message xmlns:p='urn:x' xmlns:q='urn:&#x78;'");
        (0..count).for_each(|at| text.push_str(&format!(" {prefix}a{at}=''")));
        let offset = text.len() + 1;
        text.push_str(&format!(" {twin}='' {behind}/>"));
        let error = Decoder::established(Content::Client, Limits::MAX).decode(&mut text.as_bytes()).unwrap_err();
        assert_eq!((error.kind, error.offset), (Kind::DuplicateAttribute, offset), "{twin} of {count}");
    }
}

#[test]
fn a_hundred_thousand_declarations_are_refused() {
    let mut text = String::from("<message");
    for at in 0..100_000 {
        text.push_str(&format!(" xmlns:a{at}='u'"));
    }
    text.push_str("/>");
    assert_eq!(decode(&text, Limits::MAX), Err(Kind::TooManyBindings));
}

#[test]
fn a_megabyte_in_single_bytes_is_linear() {
    let megabyte = "x".repeat(1 << 20);
    let begun = Instant::now();
    for text in [format!("<message><body>{megabyte}</body></message>"), format!("<message id='{megabyte}'/>")] {
        let mut decoder = Decoder::established(Content::Client, Limits::MAX);
        let bytes = text.as_bytes();
        for len in 0..bytes.len() {
            assert!(decoder.decode(&mut &bytes[..len]).unwrap().is_none());
        }
        assert!(decoder.decode(&mut &bytes[..]).unwrap().is_some());
    }
    // Two million calls; looking at everything again in each would take 10^12 steps.
    assert!(begun.elapsed().as_secs() < 60);
}

#[test]
fn endless_tokens_stop_at_the_limit() {
    let limits = Limits { max_stanza_bytes: 20_000, ..Limits::default() };
    for (begin, more, kind) in [
        ("<message>", "&a", Kind::MalformedReference),
        ("<message>&", "a", Kind::NameTooLong),
        ("<message>&#", "0", Kind::StanzaTooLarge),
        ("<message><![CDATA[", "x", Kind::StanzaTooLarge),
        ("<message>", "]", Kind::StanzaTooLarge),
        ("<message", " ", Kind::StanzaTooLarge),
        ("<message></message", " ", Kind::StanzaTooLarge),
        ("<", "m", Kind::NameTooLong),
        ("<message ", "m", Kind::NameTooLong),
        ("<message id='", "m", Kind::ValueTooLong),
        ("<message>", "<a>", Kind::TooDeep),
        ("<message>", "<a/>", Kind::StanzaTooLarge),
    ] {
        let text = format!("{begin}{}", more.repeat(20_001));
        assert_eq!(decode(&text, limits), Err(kind), "{begin}{more}…");
    }
    // White space between stanzas is consumed as it comes.
    let mut decoder = Decoder::established(Content::Client, limits);
    let space = " \n".repeat(1 << 20);
    let mut input = space.as_bytes();
    assert!(decoder.decode(&mut input).unwrap().is_none() && input.is_empty());
    assert_eq!(decoder.whitespace(), 1 << 21);
}

#[test]
fn the_profile_before_authentication() {
    let limits = Limits::BEFORE_AUTHENTICATION;
    let amplifier = format!("<message>{}</message>", "<a/>".repeat(64));
    assert_eq!(decode(&amplifier, limits), Err(Kind::TooManyElements));
    assert_eq!(decode(&format!("<message>{}", "x".repeat(10_000)), limits), Err(Kind::StanzaTooLarge));
    assert!(decode(&format!("<message>{}</message>", "x".repeat(9_900)), limits).is_ok());
}

#[test]
fn nothing_survives_a_restart_and_plain_text_after_proceed_is_refused() {
    let mut decoder = Decoder::new(Limits::default());
    let header = b"<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xmlns:x='urn:x' xml:lang='de'>";
    decoder.decode(&mut &header[..]).unwrap();
    assert_eq!(decoder.context().lang(), Some("de"));
    decoder.restart();
    assert_eq!((decoder.context().lang(), decoder.context().namespace("x")), (None, None));
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    assert!(decoder.restart_tls(b"").is_ok());
    assert_eq!(decoder.restart_tls(b"<auth/>").unwrap_err().kind, Kind::PlaintextAfterProceed);
    assert!(decoder.decode(&mut &header[..]).is_err(), "a failed decoder stays failed");
}
