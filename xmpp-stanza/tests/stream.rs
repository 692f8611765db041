//! Stream rules: reject vectors with kind, offset and reply; headers; events; encoder.
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failing test shows where"
)]

use xmpp_stanza::DecodeErrorKind as K;
use xmpp_stanza::{
    Body, Close, Content, Context, Decoder, EncodeError, Encoder, Event, Header, Iq, IqType, Jid, Limits, Message,
    Payload, Payloads, ToXml, Version, Writer, ns,
    xep::{features::Features, starttls},
};

const HEADER: &str =
    "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>";

fn refusal(decoder: Decoder, text: &str) -> (K, usize) {
    let mut decoder = decoder;
    let mut input = text.as_bytes();
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(_)) => {}
            Ok(None) => panic!("{text} is incomplete"),
            Err(error) => {
                assert_eq!(decoder.decode(&mut input), Err(error), "a failed decoder stays failed");
                return (error.kind, error.offset);
            }
        }
    }
}

#[test]
fn children_are_refused_where_they_break_a_rule() {
    for (text, kind, offset, reply) in [
        ("<message\u{1}/>", K::InvalidName, 8, "not-well-formed"),
        ("<message>\u{1}", K::IllegalCharacter, 9, "not-well-formed"),
        ("<message / id='1'>", K::MalformedTag, 10, "not-well-formed"),
        ("<message id=1>", K::MalformedTag, 12, "not-well-formed"),
        ("<message id='<'>", K::LessThanInValue, 13, "not-well-formed"),
        ("<message a='1'b='2'/>", K::MissingSpace, 14, "not-well-formed"),
        ("<message a='1' a='2'/>", K::DuplicateAttribute, 15, "not-well-formed"),
        ("<message></iq>", K::MismatchedEndTag, 11, "not-well-formed"),
        ("<message></ message>", K::MismatchedEndTag, 11, "not-well-formed"),
        ("<message></message x=''>", K::MalformedTag, 19, "not-well-formed"),
        ("<message>&<", K::MalformedReference, 10, "not-well-formed"),
        ("<message>&#X41;", K::MalformedReference, 11, "not-well-formed"),
        ("<message>&#x100000041;", K::InvalidCharacterReference, 9, "not-well-formed"),
        ("<message>&#4294967361;", K::InvalidCharacterReference, 9, "not-well-formed"),
        ("<message>&nbsp;", K::EntityReference, 9, "restricted-xml"),
        ("<message>]]>", K::CdataEndInText, 9, "not-well-formed"),
        ("<message>]]]>", K::CdataEndInText, 10, "not-well-formed"),
        ("<message><![CDATA [", K::MalformedCdata, 17, "not-well-formed"),
        ("<message><!--", K::CommentOrDoctype, 9, "restricted-xml"),
        ("<!DOCTYPE x>", K::CommentOrDoctype, 0, "restricted-xml"),
        ("<?xml version='1.0'?>", K::ProcessingInstruction, 0, "restricted-xml"),
        ("<message><a:b:c/>", K::InvalidQualifiedName, 13, "not-well-formed"),
        ("<message><a:/>", K::InvalidQualifiedName, 12, "not-well-formed"),
        ("<message><a:b/>", K::UnboundPrefix, 10, "not-well-formed"),
        ("<message a:b=''/>", K::UnboundPrefix, 9, "not-well-formed"),
        ("<message xmlns:a=''/>", K::ReservedNamespace, 9, "not-well-formed"),
        ("<message xmlns='http://www.w3.org/XML/1998/namespace'/>", K::ReservedNamespace, 9, "not-well-formed"),
        ("<message><x xmlns:p='a&#98;' xmlns:q='ab' p:c='' q:c=''/>", K::DuplicateAttribute, 49, "not-well-formed"),
        ("text", K::TextBetweenElements, 0, "bad-format"),
        ("<![CDATA[ ]]>", K::TextBetweenElements, 0, "bad-format"),
        ("<foo/>", K::UnknownFirstLevelElement, 0, "unsupported-stanza-type"),
        ("<message xmlns='jabber:server'/>", K::UnknownContentNamespace, 0, "invalid-namespace"),
        ("<c:message xmlns:c='jabber:client'/>", K::PrefixedContent, 0, "bad-namespace-prefix"),
        ("<stream:stream>", K::UnknownFirstLevelElement, 0, "unsupported-stanza-type"),
        ("</stream:strean>", K::MismatchedEndTag, 14, "not-well-formed"),
        ("</stream:stream>x", K::AfterClose, 0, "not-well-formed"),
    ] {
        let found = refusal(Decoder::established(Content::Client, Limits::default()), text);
        assert_eq!(found, (kind, offset), "{text}");
        assert_eq!(kind.reply().as_str(), reply, "{text}");
    }
}

#[test]
fn headers_are_refused_where_they_break_a_rule() {
    let header = |attributes: &str| format!("<stream:stream xmlns:stream='{}' {attributes}>", ns::STREAMS);
    for (text, kind, reply) in [
        ("GET / HTTP/1.1".into(), K::NotXml, "not-well-formed"),
        ("\u{16}\u{3}\u{1}".into(), K::NotXml, "not-well-formed"),
        ("\u{FEFF}<stream:stream".into(), K::NotXml, "not-well-formed"),
        (" <?xml version='1.0'?>".into(), K::ProcessingInstruction, "restricted-xml"),
        ("<?xml version='1.0'?><?xml version='1.0'?>".into(), K::ProcessingInstruction, "restricted-xml"),
        ("<?xml version='1.1'?>".into(), K::UnsupportedXmlVersion, "restricted-xml"),
        ("<?xml version='1.0' encoding='ISO-8859-1'?>".into(), K::UnsupportedEncoding, "unsupported-encoding"),
        ("<?xml version='1.0'encoding='utf-8'?>".into(), K::MalformedDeclaration, "not-well-formed"),
        ("<?xml encoding='utf-8'?>".into(), K::MalformedDeclaration, "not-well-formed"),
        ("<?xml version='1.0' standalone='maybe'?>".into(), K::MalformedDeclaration, "not-well-formed"),
        ("<!-- -->".into(), K::CommentOrDoctype, "restricted-xml"),
        ("</stream:stream>".into(), K::NotXml, "not-well-formed"),
        ("<stream:stream>".into(), K::UnboundPrefix, "not-well-formed"),
        ("<stream>".into(), K::WrongStreamNamespace, "invalid-namespace"),
        ("<html>".into(), K::NotAStream, "bad-format"),
        (header("xmlns='urn:x'"), K::UnknownContentNamespace, "invalid-namespace"),
        (header("xmlns='jabber:client' version='1'"), K::UnsupportedVersion, "unsupported-version"),
        (header("xmlns='jabber:client' version='1.'"), K::UnsupportedVersion, "unsupported-version"),
        (header("xmlns='jabber:client' to='a b'"), K::ImproperAddressing, "improper-addressing"),
        (header("xmlns='jabber:client' from='@'"), K::InvalidFrom, "invalid-from"),
    ] {
        let (found, _) = refusal(Decoder::new(Limits::default()), &text);
        // Found by fuzzing: what is refused has not been consumed.
        let mut decoder = Decoder::new(Limits::default());
        let mut input = text.as_bytes();
        let whole = input;
        assert!(decoder.decode(&mut input).is_err(), "{text}");
        assert!(text.starts_with(' ') || (input == whole && decoder.position() == 0), "{text}");
        assert_eq!(found, kind, "{text}");
        assert_eq!(kind.reply().as_str(), reply, "{text}");
    }
}

fn open(text: &str) -> (Header<'static>, Decoder) {
    let mut decoder = Decoder::new(Limits::default());
    match decoder.decode(&mut text.as_bytes()).unwrap() {
        Some(Event::Open(header)) => (header.into_owned(), decoder),
        other => panic!("{other:?}"),
    }
}

#[test]
fn headers_of_every_kind() {
    for content in [Content::Client, Content::Server, Content::Component] {
        let mut header = Header::new(content);
        header.to = Some(Jid::new("example.org").unwrap());
        header.id = Some("a'b".into());
        header.lang = Some("de".into());
        let mut out = Vec::new();
        let mut encoder = Encoder::new(Context::EMPTY);
        encoder.encode_header(&header, &mut out).unwrap();
        // RFC 6120 §11.5, §11.6: no byte order mark, nothing about other documents.
        assert!(out.starts_with(b"<?xml version='1.0'?><stream:stream "));
        let (read, decoder) = open(std::str::from_utf8(&out).unwrap());
        assert_eq!(read, header);
        assert_eq!(decoder.context(), encoder.context());
        // RFC 6120 §4.8.5: no prefix for what belongs to the content namespace.
        let items: [&dyn ToXml; 1] = [&Body("x")];
        let message = Message { payloads: Payloads::items(&items), ..Message::default() };
        let mut out = Vec::new();
        encoder.encode(&message, &mut out).unwrap();
        assert_eq!(out, b"<message><body>x</body></message>");
    }
    // RFC 6120 §4.8.5: any prefix, or none, for the stream namespace.
    let (header, mut decoder) = open("<stream xmlns='http://etherx.jabber.org/streams' version='01.00'>");
    assert_eq!((header.content, header.version), (None, Some(Version::V1_0)));
    let stanza = decoder.decode(&mut &b"<message xmlns='jabber:server'/>"[..]).unwrap();
    assert!(matches!(stanza, Some(Event::Stanza(_))));
    assert!(matches!(decoder.decode(&mut &b"</stream>"[..]).unwrap(), Some(Event::Close)));
    // RFC 6120 §4.7.5: the lower version counts, major numbers are compared as numbers, none means 0.9.
    assert_eq!(open(&HEADER.replace("1.0", "11.0")).0.effective_version(Version::V1_0), Version::V1_0);
    assert_eq!(open(&HEADER.replace(" version='1.0'", "")).0.effective_version(Version::V1_0), Version::V0_9);
    let [a, b, c] = ["2.4", "2.13", "012.03"].map(|text| Version::parse(text).unwrap());
    assert!(a < b && b < c);
    assert_eq!(c.to_string(), "12.3", "no leading zero is sent");
    // RFC 6120 §4.9.1.3: the answer of who does not know the host may have an empty `from`; answers have an id.
    assert_eq!(open(&HEADER.replace(" version", " from='' id='1' version")).0.from, None);
    let initial = HEADER.replace(" version", " from='' version");
    assert_eq!(refusal(Decoder::new(Limits::default()), &initial).0, K::InvalidFrom);
}

#[test]
fn an_empty_header_opens_and_closes() {
    let mut decoder = Decoder::new(Limits::default());
    let text = HEADER.replace("'>", "'/>");
    let mut input = text.as_bytes();
    assert!(matches!(decoder.decode(&mut input).unwrap(), Some(Event::Open(_))));
    assert!(matches!(decoder.decode(&mut input).unwrap(), Some(Event::Close)));
    assert!(input.is_empty() && decoder.decode(&mut input).unwrap().is_none());
}

/// RFC 6120 §5.4: the elements of STARTTLS, and where they end.
#[test]
fn starttls_ends_with_the_last_byte_of_proceed() {
    let tls = "xmlns='urn:ietf:params:xml:ns:xmpp-tls'";
    let sent = |message: &dyn ToXml| {
        let mut out = Vec::new();
        Encoder::established(Content::Client).encode(message, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(sent(&starttls::StartTls { required: true }), format!("<starttls {tls}><required/></starttls>"));
    assert_eq!(sent(&starttls::StartTls::default()), format!("<starttls {tls}/>"));
    assert_eq!(sent(&starttls::Proceed), format!("<proceed {tls}/>"));
    assert_eq!(sent(&starttls::Failure), format!("<failure {tls}/>"));
    for (inside, offered, required) in [
        (format!("<starttls {tls}><required/></starttls>"), true, true),
        (format!("<starttls {tls}><required xmlns='urn:x'/></starttls>"), true, false),
        (format!("<starttls {tls}/><bind xmlns='urn:x'><required/></bind>"), true, false),
        ("<starttls/>".into(), false, false),
        (String::new(), false, false),
    ] {
        let text = format!("<stream:features>{inside}</stream:features>");
        let event = Decoder::established(Content::Client, Limits::default()).decode(&mut text.as_bytes()).unwrap();
        let Some(Event::Features(element)) = event else { panic!("{event:?}") };
        let features: Features<'_> = Payload::decode(&element.root()).unwrap();
        assert_eq!((features.starttls(), features.starttls_required()), (offered, required), "{inside}");
    }
    for (residue, fine) in [("", true), (" ", false), ("\n", false), ("\u{16}\u{3}\u{1}", false), ("<auth/>", false)] {
        let mut decoder = Decoder::established(Content::Client, Limits::default());
        let text = format!("<proceed {tls}/>{residue}");
        let mut input = text.as_bytes();
        assert!(matches!(decoder.decode(&mut input).unwrap(), Some(Event::Nonza(_))));
        assert_eq!(input, residue.as_bytes(), "nothing behind the element is consumed");
        assert_eq!(decoder.restart_tls(input).is_ok(), fine, "{residue:?}");
    }
}

#[test]
fn shared_events_share_their_bytes() {
    let mut input = bytes::BytesMut::from("<message to='a@b'><body>x</body></message> <presence/>");
    let from = input.as_ptr();
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    let Some(Event::Stanza(first)) = decoder.decode_shared(&mut input).unwrap() else { panic!("a stanza") };
    assert_eq!(first.as_str().as_ptr(), from, "no payload is copied");
    assert!(matches!(decoder.decode_shared(&mut input).unwrap(), Some(Event::Stanza(_))));
    assert_eq!((decoder.position(), decoder.whitespace()), (54, 1));
}

struct Bad(fn(&mut Writer));

impl ToXml for Bad {
    fn to_xml(&self, w: &mut Writer) {
        (self.0)(w);
    }
}

#[test]
fn the_encoder_cannot_emit_ill_formed_xml() {
    let cases: [(Bad, EncodeError); 11] = [
        (Bad(|w| w.leaf("urn:x", "1a", "")), EncodeError::InvalidName),
        (Bad(|w| w.leaf("urn:x", "a:b", "")), EncodeError::InvalidName),
        (Bad(|w| w.leaf("urn:x", "a", "\u{1}")), EncodeError::IllegalCharacter),
        (Bad(|w| w.leaf("urn:x", "a", "\u{FFFF}")), EncodeError::IllegalCharacter),
        (Bad(|w| w.open("urn:x", "a")), EncodeError::Unbalanced),
        (Bad(Writer::close), EncodeError::Unbalanced),
        (Bad(|w| w.attr("a", "")), EncodeError::AttributeOutsideTag),
        (
            Bad(|w| {
                w.open("u", "a");
                w.attr("b", "");
                w.attr("b", "");
                w.close();
            }),
            EncodeError::DuplicateAttribute,
        ),
        (
            Bad(|w| {
                w.open("u", "a");
                w.text("x");
                w.attr("b", "");
                w.close();
            }),
            EncodeError::AttributeOutsideTag,
        ),
        (
            Bad(|w| {
                w.open("u", "a");
                w.attr("xmlns", "v");
                w.close();
            }),
            EncodeError::InvalidName,
        ),
        (Bad(|w| w.leaf(ns::XMLNS, "a", "")), EncodeError::ReservedNamespace),
    ];
    for (bad, error) in cases {
        let mut out = Vec::new();
        assert_eq!(Encoder::established(Content::Client).encode(&bad, &mut out), Err(error));
        assert!(out.is_empty(), "nothing is written");
    }
    let iq = Iq::new(IqType::Get, "1");
    assert_eq!(Encoder::established(Content::Client).encode(&iq, &mut Vec::new()), Err(EncodeError::InvalidIq));
    let mut room = [0_u8; 4];
    assert_eq!(Encoder::established(Content::Client).encode(&Close, &mut &mut room[..]), Err(EncodeError::NoRoom));
}

#[test]
fn escapes_survive_and_pieces_of_any_size_are_the_whole() {
    // RFC 6120 §11.1: what looks like forbidden markup leaves as text. §11.6: U+FEFF is a character like others.
    let text = "\u{FEFF}a<b>&'\"\t\r\nc\u{85}🍺\u{FFFD}<!--c--><?pi?><!DOCTYPE x>&nbsp;]]>";
    let message = Message { id: Some(text.into()), payloads: Payloads::of(&Body(text)).unwrap(), ..Message::default() };
    let mut out = Vec::new();
    let mut encoder = Encoder::established(Content::Client);
    encoder.encode(&message, &mut out).unwrap();
    assert!(!out.windows(2).any(|pair| pair == b"<!" || pair == b"<?" || pair == b"&n"));
    let Some(Event::Stanza(element)) =
        Decoder::established(Content::Client, Limits::default()).decode(&mut &out[..]).unwrap()
    else {
        panic!("a stanza")
    };
    let root = element.root();
    assert_eq!(root.attribute("id").unwrap(), text);
    assert_eq!(root.children().next().unwrap().text(), text);
    for size in 1..out.len() {
        assert_eq!(encoder.start(&message).unwrap(), out.len());
        let mut pieces = Vec::new();
        let mut buffer = vec![0; size];
        loop {
            let len = encoder.poll(&mut buffer);
            if len == 0 {
                break;
            }
            pieces.extend_from_slice(&buffer[..len]);
        }
        assert_eq!(pieces, out);
    }
    encoder.start(&message).unwrap();
    assert_eq!(encoder.start(&message), Err(EncodeError::Busy));
}

#[cfg(feature = "quick-xml")]
#[test]
fn quick_xml_reads_into_structs_and_writes_stanzas() {
    #[derive(serde::Deserialize)]
    struct Query {
        #[serde(rename = "@node")]
        node: String,
        item: Vec<String>,
    }
    let text =
        b"<message><q:query xmlns:q='urn:q' node='n'><q:item>a&amp;b</q:item><q:item>c</q:item></q:query></message>";
    let event = Decoder::established(Content::Client, Limits::default()).decode(&mut &text[..]).unwrap().unwrap();
    let element = event.element().unwrap().root().children().next().unwrap();
    let document = xmpp_stanza::quick::document(&element).unwrap();
    assert_eq!(document, "<query xmlns='urn:q' node='n'><item>a&amp;b</item><item>c</item></query>");
    let query: Query = xmpp_stanza::quick::from_element(&element).unwrap();
    assert_eq!((query.node.as_str(), query.item), ("n", vec!["a&b".to_owned(), "c".to_owned()]));
    let mut writer = quick_xml::Writer::new(Vec::new());
    writer.create_element("x").with_attribute(("xmlns", "urn:x")).write_empty().unwrap();
    let made = xmpp_stanza::quick::to_element(writer).unwrap();
    let message = Message { payloads: Payloads::of(&made.root()).unwrap(), ..Message::default() };
    let mut out = Vec::new();
    Encoder::established(Content::Client).encode(&message, &mut out).unwrap();
    assert_eq!(out, b"<message><x xmlns=\"urn:x\"/></message>");
    let mut bad = quick_xml::Writer::new(Vec::new());
    bad.create_element("1x").write_empty().unwrap();
    assert!(xmpp_stanza::quick::to_element(bad).is_err());
}

/// A byte order mark says something at byte 0 only. Behind white space it is as little XML as any other byte, and it is so from its
/// first half on: the verdict must not depend on where the input was cut.
#[test]
fn a_byte_order_mark_behind_white_space_is_not_xml_at_any_split() {
    for text in [b" \xff\xfe<stream".as_slice(), b"\n\xfe\xff", b"\xff\xfe<", b"\xfe\xff<", b"\0<", b"\r\n\0<"] {
        let whole = verdict(text, text.len());
        let kind = if text[0].is_ascii_whitespace() { K::NotXml } else { K::UnsupportedEncoding };
        assert_eq!(whole.map(|(found, _)| found), Some(kind), "{text:?}");
        for cut in 1..text.len() {
            assert_eq!(verdict(text, cut), whole, "{text:?} cut at {cut}");
        }
    }
}

/// Kind and stream offset of the refusal, with the first `cut` bytes seen before the rest.
fn verdict(text: &[u8], cut: usize) -> Option<(K, u64)> {
    let mut decoder = Decoder::new(Limits::default());
    let mut start = 0;
    for end in [cut, text.len()] {
        let mut input = &text[start..end];
        match decoder.decode(&mut input) {
            Ok(event) => assert!(event.is_none(), "{text:?} is no event"),
            Err(error) => return Some((error.kind, decoder.position() + error.offset as u64)),
        }
        start = end - input.len();
    }
    None
}
