//! What SASL and resource binding put on the wire (RFC 6120 §6, §7).
#![allow(
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test shows where"
)]

use xmpp_stanza::xep::bind::Bind;
use xmpp_stanza::xep::sasl::{self, Auth, Challenge, Condition, Failure, Response, Success};
use xmpp_stanza::{Content, Decoder, Encoder, Event, Limits, Payload, PayloadError, ToXml, Value};

const SASL: &str = "urn:ietf:params:xml:ns:xmpp-sasl";

fn written(elements: &[&dyn ToXml]) -> String {
    let mut out = Vec::new();
    let mut encoder = Encoder::established(Content::Client);
    elements.iter().for_each(|element| encoder.encode(element, &mut out).unwrap());
    String::from_utf8(out).unwrap()
}

/// Decodes one element and hands what it says as a payload to `see`.
fn read<T>(text: &str, see: impl for<'a> FnOnce(xmpp_stanza::ElementRef<'a>) -> T) -> T {
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    match decoder.decode(&mut text.as_bytes()).unwrap() {
        Some(Event::Nonza(element)) => see(element.root()),
        Some(Event::Stanza(element)) => see(element.root().children().next().unwrap()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn sasl_data_is_absent_or_empty_or_base64_and_nothing_stands_between() {
    let auth = |data: Option<Vec<u8>>| Auth { mechanism: Value::cooked("PLAIN"), data };
    for (data, text) in [(None, ""), (Some(vec![]), "="), (Some(vec![0, 1]), "AAE=")] {
        let (challenge, response) = (Challenge { data: data.clone() }, Response { data: data.clone() });
        let success = Success { data: data.clone() };
        let all = written(&[&auth(data.clone()), &challenge, &response, &success]);
        let tag = |name: &str, attribute: &str| match text {
            "" => format!("<{name} xmlns='{SASL}'{attribute}/>"),
            _ => format!("<{name} xmlns='{SASL}'{attribute}>{text}</{name}>"),
        };
        let parts = [tag("auth", " mechanism='PLAIN'"), tag("challenge", ""), tag("response", ""), tag("success", "")];
        assert_eq!(all, parts.concat());
        let [a, c, r, s] = &parts;
        assert_eq!(read(a, |element| element.get::<Auth<'_>>().unwrap().unwrap().data), data);
        assert_eq!(read(c, |element| element.get::<Challenge>().unwrap().unwrap().data), data);
        assert_eq!(read(r, |element| element.get::<Response>().unwrap().unwrap().data), data);
        assert_eq!(read(s, |element| element.get::<Success>().unwrap().unwrap().data), data);
    }
    for (name, text, condition) in [
        ("response", "A", Condition::IncorrectEncoding),
        ("response", "AB==", Condition::IncorrectEncoding),
        ("response", "AA= =", Condition::IncorrectEncoding),
        ("challenge", "\nAA==", Condition::IncorrectEncoding),
        ("success", "==", Condition::IncorrectEncoding),
        ("auth", "=", Condition::InvalidMechanism),
    ] {
        let text = format!("<{name} xmlns='{SASL}'>{text}</{name}>");
        let error = read(&text, |element| xmpp_stanza::xep::check(&element)).unwrap().unwrap_err();
        assert_eq!(sasl::failure_for(error), condition, "{text}");
    }
}

#[test]
fn a_sasl_failure_names_its_cause() {
    for &condition in Condition::ALL {
        let text = written(&[&Failure { condition, text: Some(Value::cooked("why")) }]);
        assert_eq!(text, format!("<failure xmlns='{SASL}'><{0}/><text>why</text></failure>", condition.as_str()));
        assert_eq!(read(&text, |element| Failure::decode(&element).unwrap().condition), condition);
    }
    for inside in ["<quantum-computer/>", "<text>why</text>", "<aborted xmlns='u'/>", ""] {
        let text = format!("<failure xmlns='{SASL}'>{inside}</failure>");
        let condition = read(&text, |element| Failure::decode(&element).unwrap().condition);
        assert_eq!(condition, Condition::NotAuthorized, "{text}");
    }
}

#[test]
fn mechanisms_are_offered_one_by_one() {
    let list = |inside: &str| {
        let text = format!("<message><mechanisms xmlns='{SASL}'>{inside}</mechanisms></message>");
        read(&text, |element| {
            let mechanisms = sasl::Mechanisms::decode(&element)?;
            Ok(mechanisms.iter().map(|mechanism| mechanism.to_string()).collect::<Vec<_>>())
        })
    };
    let two = "<mechanism>EXTERNAL</mechanism><hint xmlns='u'/><mechanism>PLAIN</mechanism>";
    assert_eq!(list(two), Ok(vec!["EXTERNAL".to_owned(), "PLAIN".to_owned()]));
    assert_eq!(list(""), Err(PayloadError::missing("mechanism")));
}

#[test]
fn authorization_identities_are_bare_addresses_or_domains() {
    for (content, text, valid) in [
        (Content::Client, "a@b", true),
        (Content::Client, "a@b/c", false),
        (Content::Client, "b", false),
        (Content::Client, "@b", false),
        (Content::Server, "b", true),
        (Content::Server, "a@b", false),
        (Content::Server, "b/c", false),
    ] {
        let found = sasl::authorization_identity(text, content);
        match valid {
            true => assert_eq!(found.unwrap().unwrap().as_str(), text),
            false => assert_eq!(found, Err(Condition::InvalidAuthzid), "{text}"),
        }
    }
    assert_eq!(sasl::authorization_identity("", Content::Client), Ok(None));
}

#[test]
fn binding_asks_for_a_resource_and_gives_a_full_address() {
    let bind = |inside: &str| {
        let text = format!("<iq type='set' id='1'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>{inside}</bind></iq>");
        read(&text, |element| {
            let bind = Bind::decode(&element)?;
            Ok((bind.resource.map(|text| text.to_string()), bind.jid.map(|jid| jid.to_string())))
        })
    };
    assert_eq!(bind(""), Ok((None, None)));
    assert_eq!(bind("<resource>x</resource>"), Ok((Some("x".to_owned()), None)));
    assert_eq!(bind("<jid>a@b/c</jid>"), Ok((None, Some("a@b/c".to_owned()))));
    assert_eq!(bind("<jid>a@b</jid>"), Err(PayloadError::invalid("jid")));
    assert!(bind("<jid>@</jid>").is_err());
}
