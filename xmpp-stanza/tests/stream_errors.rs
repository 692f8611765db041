//! Stream errors (RFC 6120 §4.9): what they say, sent and received.
#![allow(
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test shows where"
)]

use xmpp_stanza::{Content, Decoder, EncodeError, Encoder, Event, Limits, StreamCondition, StreamError, ns};

#[test]
fn stream_errors_there_and_back() {
    for condition in StreamCondition::ALL {
        let mut error = StreamError::new(condition);
        error.host = (condition == StreamCondition::SeeOtherHost).then(|| "[2001:db8::1]:9222".into());
        error.text = Some("why & wherefore".into());
        error.lang = Some("en".into());
        let mut out = Vec::new();
        Encoder::established(Content::Client).encode(&error, &mut out).unwrap();
        let event = Decoder::established(Content::Client, Limits::default()).decode(&mut &out[..]).unwrap();
        let Some(Event::Error(read)) = event else { panic!("{event:?}") };
        assert_eq!((read.condition, &read.text, &read.lang), (condition, &error.text, &error.lang));
        assert_eq!(read.host, error.host);
        let sent = format!("<{condition} xmlns='{}'", ns::STREAM_ERRORS);
        assert!(String::from_utf8(out).unwrap().starts_with(&format!("<stream:error>{sent}")));
    }
}

fn stream_error(inside: &str) -> StreamError<'static> {
    let text =
        format!("<stream:error>{}</stream:error>", inside.replace('@', &format!("xmlns='{}'", ns::STREAM_ERRORS)));
    match Decoder::established(Content::Client, Limits::default()).decode(&mut text.as_bytes()).unwrap() {
        Some(Event::Error(error)) => error.into_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_stream_errors_say() {
    for (inside, condition, text, application) in [
        ("<xml-not-well-formed @/>", StreamCondition::NotWellFormed, None, None),
        ("<reset @/><text @>why</text><a xmlns='urn:a'/>", StreamCondition::Reset, Some("why"), Some("a")),
        // RFC 6120 §4.9.2: what is not understood, or in a foreign namespace, is no defined condition.
        ("<future @/>", StreamCondition::UndefinedCondition, None, None),
        ("<reset/>", StreamCondition::UndefinedCondition, None, None),
        ("<reset xmlns='urn:a'/>", StreamCondition::UndefinedCondition, None, Some("reset")),
        ("", StreamCondition::UndefinedCondition, None, None),
        // Its text is in the namespace of the conditions, an application's condition in none of XMPP's.
        ("<reset @/><text>why</text>", StreamCondition::Reset, None, None),
        ("<reset @/><text xmlns=''/><stream:a/><b xmlns='urn:a'/>", StreamCondition::Reset, None, Some("b")),
    ] {
        let error = stream_error(inside);
        assert_eq!((error.condition, error.text.as_deref()), (condition, text), "{inside}");
        assert_eq!(error.application().map(|element| element.name().to_owned()).as_deref(), application, "{inside}");
        let mut out = Vec::new();
        Encoder::established(Content::Client).encode(&error, &mut out).unwrap();
        let read = Decoder::established(Content::Client, Limits::default()).decode(&mut &out[..]).unwrap();
        assert_eq!(read, Some(Event::Error(error.into())), "what was received is passed on");
    }
}

/// RFC 6120 §4.9.3.19: a domain, or a domain and a port.
#[test]
fn another_host_is_a_domain_and_perhaps_a_port() {
    let send = |condition, host: Option<&str>| {
        let error = StreamError { host: host.map(|host| host.to_owned().into()), ..StreamError::new(condition) };
        Encoder::established(Content::Client).encode(&error, &mut Vec::new())
    };
    for (host, valid) in [
        ("im.example.com", true),
        ("im.example.com:9222", true),
        ("192.0.2.1:5222", true),
        ("[2001:41D0:1:A49b::1]:9222", true),
        ("[::1]", true),
        ("bücher.example", true),
        ("", false),
        (":5222", false),
        ("im.example.com:", false),
        ("im.example.com:x", false),
        ("im.example.com:+1", false),
        ("im.example.com:65536", false),
        ("2001:db8::1", false),
        ("[::g]:5222", false),
        ("juliet@im.example.com", false),
        ("im.example.com/a", false),
        ("two hosts", false),
    ] {
        let error = stream_error(&format!("<see-other-host @>\n  {host}\n</see-other-host>"));
        assert_eq!(error.condition, StreamCondition::SeeOtherHost);
        assert_eq!(error.host.as_deref(), valid.then_some(host), "{host}");
        let expected = if valid { Ok(()) } else { Err(EncodeError::InvalidHost) };
        assert_eq!(send(StreamCondition::SeeOtherHost, Some(host)), expected, "{host}");
    }
    assert_eq!(send(StreamCondition::SeeOtherHost, None), Err(EncodeError::InvalidHost));
    assert_eq!(send(StreamCondition::Reset, Some("im.example.com")), Err(EncodeError::InvalidHost));
}
