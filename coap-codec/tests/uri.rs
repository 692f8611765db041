//! URIs: RFC 7252 §6 and its corrections, RFC 8323 §8, RFC 6874.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use core::net::IpAddr;

use coap_codec::uri::{ComposeError, Host, Scheme, Uri, UriErrorKind};
use coap_codec::{OptionNumber, Options};
use proptest::prelude::*;

const HERE: (IpAddr, u16) = (IpAddr::V4(core::net::Ipv4Addr::new(192, 0, 2, 1)), 5683);

fn values(uri: &str, destination: Option<(IpAddr, u16)>) -> Vec<(u16, String)> {
    let options = Uri::parse(uri).unwrap().to_options(destination).unwrap();
    options.iter().map(|o| (o.number.0, String::from_utf8_lossy(o.value).into_owned())).collect()
}

fn paths(uri: &str) -> Vec<String> {
    values(uri, None).into_iter().filter(|(number, _)| *number == 11).map(|(_, value)| value).collect()
}

#[test]
fn paths_are_split_into_segments() {
    for (path, segments) in [
        ("", &[][..]),
        ("/", &[]),
        ("//", &["", ""]),
        ("/a", &["a"]),
        ("/a/", &["a", ""]),
        ("/a//b", &["a", "", "b"]),
        ("/%2F", &["/"]),
        ("/a%2Fb/c", &["a/b", "c"]),
        ("/%C3%BC", &["ü"]),
        ("/a:b@c;d=e,f", &["a:b@c;d=e,f"]),
        ("/...", &["..."]),
    ] {
        assert_eq!(paths(&format!("coap://h{path}")), segments, "{path}");
    }
}

#[test]
fn queries_are_split_into_arguments() {
    let queries =
        |uri| values(uri, None).into_iter().filter(|(number, _)| *number == 15).map(|(_, v)| v).collect::<Vec<_>>();
    assert_eq!(queries("coap://h/?"), [""]);
    assert_eq!(queries("coap://h?"), [""]);
    assert_eq!(queries("coap://h/?a&b=c&"), ["a", "b=c", ""]);
    assert_eq!(queries("coap://h/?a%26b"), ["a&b"]);
    assert_eq!(queries("coap://h/?/?:@"), ["/?:@"]);
    assert_eq!(queries("coap://h/"), Vec::<String>::new());
}

#[test]
fn hosts_and_ports_become_options_if_they_differ_from_the_destination() {
    assert_eq!(values("coap://EXAMPLE.net", None), [(3, "example.net".to_owned())]);
    assert_eq!(values("COAP://ex%41mple", None), [(3, "exAmple".to_owned())]);
    assert_eq!(values("coap://192.0.2.1/", Some(HERE)), []);
    assert_eq!(values("coap://192.0.2.2/", Some(HERE)), [(3, "192.0.2.2".to_owned())]);
    assert_eq!(values("coap://[2001:DB8::1]/", Some(HERE)), [(3, "[2001:db8::1]".to_owned())]);
    assert_eq!(values("coap://192.0.2.1:5683/", Some(HERE)), []);
    assert_eq!(values("coap://192.0.2.1:/", Some(HERE)), []);
    let port = Uri::parse("coap://192.0.2.1:61616/").unwrap().to_options(Some(HERE)).unwrap();
    assert_eq!(port.first(OptionNumber::URI_PORT).unwrap().uint(), Some(61_616));
    let zone = Uri::parse("coap://[fe80::1%25eth0]/").unwrap();
    assert_eq!(zone.host, Host::Ip("fe80::1".parse().unwrap(), Some("eth0")));
}

#[test]
fn the_schemes_have_their_ports() {
    for (name, port) in
        [("coap", 5683), ("coaps", 5684), ("coap+tcp", 5683), ("coaps+tcp", 5684), ("coap+ws", 80), ("CoAPS+WS", 443)]
    {
        assert_eq!(Uri::parse(&format!("{name}://h")).unwrap().effective_port(), port);
    }
}

#[test]
fn what_is_no_coap_uri_is_refused_at_its_place() {
    use UriErrorKind as Kind;
    for (text, kind, offset) in [
        ("", Kind::NotAbsolute, 0),
        ("/a/b", Kind::NotAbsolute, 0),
        ("coap:/a", Kind::NotAbsolute, 4),
        ("coap", Kind::NotAbsolute, 0),
        ("http://h", Kind::UnknownScheme, 0),
        ("coap+udp://h", Kind::UnknownScheme, 0),
        ("coap://h/#f", Kind::Fragment, 9),
        ("coap://h#", Kind::Fragment, 8),
        ("coap://", Kind::EmptyHost, 7),
        ("coap://:5683", Kind::EmptyHost, 7),
        ("coap:///a", Kind::EmptyHost, 7),
        ("coap://u@h", Kind::UserInfo, 8),
        ("coap://[::1", Kind::BadHost, 7),
        ("coap://[::g]", Kind::BadHost, 7),
        ("coap://[::1]x", Kind::BadHost, 7),
        ("coap://[fe80::1%25]", Kind::BadHost, 7),
        ("coap://h:65536", Kind::BadPort, 9),
        ("coap://h:+1", Kind::BadPort, 9),
        ("coap://h:a", Kind::BadPort, 9),
        ("coap://h/%", Kind::BadEscape, 9),
        ("coap://h/%A", Kind::BadEscape, 9),
        ("coap://h/a%GG", Kind::BadEscape, 10),
        ("coap://h/?%f", Kind::BadEscape, 10),
        ("coap://h/ ", Kind::BadCharacter, 9),
        ("coap://h/ü", Kind::BadCharacter, 9),
        ("coap://h\\x", Kind::BadCharacter, 8),
        ("coap://h/[", Kind::BadCharacter, 9),
        ("coap://h/.", Kind::DotSegment, 9),
        ("coap://h/a/../b", Kind::DotSegment, 11),
        ("coap://h/%2E%2e", Kind::DotSegment, 9),
        ("coap://h/%FF", Kind::NotUtf8, 9),
    ] {
        let error = Uri::parse(text).unwrap_err();
        assert_eq!((error.kind, error.offset), (kind, offset), "{text}");
    }
    let long = format!("coap://h/{}", "a".repeat(256));
    assert_eq!(Uri::parse(&long).unwrap_err().kind, UriErrorKind::TooLong);
    assert!(Uri::parse(&long[..long.len() - 1]).is_ok());
}

#[test]
fn options_compose_into_normal_forms() {
    let compose = |list: &[(OptionNumber, &[u8])]| {
        let mut options = Options::new();
        list.iter().for_each(|(number, value)| options.push(*number, value).unwrap());
        options.uri(Scheme::Coap, HERE).map(|uri| uri.to_string())
    };
    let (host, port, path, query) =
        (OptionNumber::URI_HOST, OptionNumber::URI_PORT, OptionNumber::URI_PATH, OptionNumber::URI_QUERY);
    assert_eq!(compose(&[]).unwrap(), "coap://192.0.2.1/");
    assert_eq!(compose(&[(path, b"")]).unwrap(), "coap://192.0.2.1/");
    assert_eq!(compose(&[(path, b""), (path, b"")]).unwrap(), "coap://192.0.2.1//");
    assert_eq!(compose(&[(path, b"/"), (path, b"%"), (path, b"\xff")]).unwrap(), "coap://192.0.2.1/%2F/%25/%FF");
    assert_eq!(compose(&[(query, b"a&b"), (query, b"?/:@")]).unwrap(), "coap://192.0.2.1/?a%26b&?/:@");
    assert_eq!(compose(&[(host, "é.net".as_bytes()), (port, &[1])]).unwrap(), "coap://%C3%A9.net:1/");
    assert_eq!(compose(&[(port, &[0, 0, 0x16, 0x33])]).unwrap(), "coap://192.0.2.1/");
    assert_eq!(compose(&[(host, b"a b")]), Err(ComposeError::BadHost));
    assert_eq!(compose(&[(host, b"a/b")]), Err(ComposeError::BadHost));
    assert_eq!(compose(&[(host, b"")]), Err(ComposeError::BadHost));
    assert_eq!(compose(&[(port, &[1, 0, 0])]), Err(ComposeError::BadPort));
    assert_eq!(compose(&[(path, b"..")]), Err(ComposeError::DotSegment));
    let abbreviated = OptionNumber::URI_PATH_ABBREV;
    assert_eq!(compose(&[(abbreviated, b""), (query, b"rt=a")]).unwrap(), "coap://192.0.2.1/.well-known/core?rt=a");
    assert_eq!(compose(&[(abbreviated, b"\x03")]), Err(ComposeError::BadAbbreviation));
    assert_eq!(compose(&[(abbreviated, b""), (path, b"a")]), Err(ComposeError::BadAbbreviation));
    // RFC 7252 §5.10.2.
    let proxy = (OptionNumber::PROXY_URI, &b"coap://x/y"[..]);
    assert_eq!(compose(&[(path, b"ignored"), proxy]).unwrap(), "coap://x/y");
    assert_eq!(compose(&[(OptionNumber::PROXY_SCHEME, b"http"), (host, b"x")]).unwrap(), "http://x:5683/");
}

proptest! {
    /// Split, then composed: the identity on normal forms.
    #[test]
    fn normal_forms_come_back(
        scheme in prop::sample::select(Scheme::ALL.to_vec()),
        host in prop_oneof![Just("example.net"), Just("192.0.2.7"), Just("[2001:db8::7]"), Just("a-b.c~d")],
        port in prop::option::of(1..u16::MAX),
        path in prop::collection::vec("[a-z0-9.~!$&'()*+,;=:@-]{0,6}|%2F|%C3%BC|%25", 0..5),
        query in prop::collection::vec("[a-z0-9.~!$'()*+,;=:@/?-]{0,6}|%26", 0..4),
    ) {
        prop_assume!(!path.iter().any(|segment| segment == "." || segment == ".."));
        let port = port.filter(|port| *port != scheme.default_port());
        let mut text = format!("{}://{host}", scheme.as_str());
        if let Some(port) = port { text += &format!(":{port}"); }
        text += "/";
        text += &path.join("/");
        if !query.is_empty() { text += &format!("?{}", query.join("&")); }
        let uri = Uri::parse(&text).unwrap();
        let address = match uri.host { Host::Ip(address, _) => address, Host::Name(_) => HERE.0 };
        let destination = (address, uri.effective_port());
        let options = uri.to_options(Some(destination)).unwrap();
        prop_assert_eq!(options.uri(scheme, destination).unwrap().to_string(), text);
    }

    #[test]
    fn any_text_is_a_uri_or_an_error(text in "(coap://)?[ -~é%]{0,30}") {
        if let Ok(uri) = Uri::parse(&text) {
            prop_assert!(uri.to_options(None).is_ok());
        }
    }
}
