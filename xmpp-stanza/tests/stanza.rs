//! Stanza rules: what is a fault, what is not, and how it is answered.
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failing test shows where"
)]

use xmpp_stanza::StanzaFaultKind as K;
use xmpp_stanza::xep::forward::NewForwarded;
use xmpp_stanza::xep::{blocking, caps, delay, disco, ecaps2, features, roster, sasl, sm};
use xmpp_stanza::{
    Body, Content, Decoder, Element, EncodeError, Encoder, ErrorType, Event, Iq, IqType, Jid, JidError, Limits,
    Message, MessageType, Payload, PayloadError, Payloads, Presence, PresenceType, Show, Stanza, StanzaCondition,
    StanzaError, StanzaFault, StreamCondition, Thread, ToXml, Value,
};

fn element(text: &str) -> Element<'_> {
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    match decoder.decode(&mut text.as_bytes()).unwrap().unwrap() {
        Event::Stanza(element) | Event::Nonza(element) => element,
        other => panic!("{other:?}"),
    }
}

fn fault(text: &str) -> StanzaFault<'_> {
    Stanza::decode(element(text)).err().unwrap_or_else(|| panic!("{text} is accepted"))
}

#[test]
fn faults() {
    let error = "<error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    let two = format!("<iq type='error' id='1'>{error}{error}</iq>");
    let misplaced = ["message type='chat'", "presence", "iq type='result' id='1'", "iq type='get' id='1'"]
        .map(|head| format!("<{head}>{error}</{}>", head.split(' ').next().unwrap()));
    for (text, kind, reply) in [
        ("<iq type='get'><x xmlns='u'/></iq>", K::MissingId, "bad-request"),
        ("<iq id='1'><x xmlns='u'/></iq>", K::MissingType, "bad-request"),
        ("<iq id='1' type='ask'><x xmlns='u'/></iq>", K::UnknownType, "bad-request"),
        ("<iq id='1' type='get'/>", K::WrongNumberOfPayloads, "bad-request"),
        ("<iq id='1' type='set'><x xmlns='u'/><y xmlns='u'/></iq>", K::WrongNumberOfPayloads, "bad-request"),
        ("<iq id='1' type='result'><x xmlns='u'/><y xmlns='u'/></iq>", K::WrongNumberOfPayloads, "bad-request"),
        ("<iq id='1' type='error'><x xmlns='u'/></iq>", K::NoError, "bad-request"),
        (&two, K::NoError, "bad-request"),
        (&misplaced[0], K::MisplacedError, "bad-request"),
        (&misplaced[1], K::MisplacedError, "bad-request"),
        (&misplaced[2], K::MisplacedError, "bad-request"),
        (&misplaced[3], K::MisplacedError, "bad-request"),
        (
            "<message type='error'><error type='wait'><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
            K::BadError(PayloadError::missing("condition")),
            "bad-request",
        ),
        (
            "<message type='error'><error type='cancel'><gone/></error></message>",
            K::BadError(PayloadError::missing("condition")),
            "bad-request",
        ),
        ("<message type='error'/>", K::NoError, "bad-request"),
        ("<message type='error'><error/></message>", K::BadError(PayloadError::missing("type")), "bad-request"),
        (
            "<message type='error'><error type='x'/></message>",
            K::BadError(PayloadError::invalid("type")),
            "bad-request",
        ),
        ("<message to='xmpp:a@b'/>", K::BadTo(JidError::InvalidLocal), "jid-malformed"),
        ("<message from='xmpp:b'/>", K::BadFrom(JidError::InvalidDomain), "jid-malformed"),
        ("<message to=''/>", K::BadTo(JidError::EmptyDomain), "jid-malformed"),
        ("<message from='a@b/'/>", K::BadFrom(JidError::EmptyResource), "jid-malformed"),
        ("<message><body/><body/></message>", K::RepeatedLanguage, "bad-request"),
        ("<message><subject xml:lang='a'/><subject xml:lang='a'/></message>", K::RepeatedLanguage, "bad-request"),
        ("<message><thread/><thread/></message>", K::Repeated, "bad-request"),
        ("<message><thread parent='t&amp;'>t&#38;</thread></message>", K::OwnParent, "bad-request"),
        ("<message><body>a<x xmlns='u'/></body></message>", K::MixedContent, "bad-request"),
        ("<message><subject><b/></subject></message>", K::MixedContent, "bad-request"),
        ("<message><thread><![CDATA[<]]><b/></thread></message>", K::MixedContent, "bad-request"),
        ("<presence type='error'/>", K::NoError, "bad-request"),
        ("<presence type='unavailable'><show>xa</show></presence>", K::NotAvailable, "bad-request"),
        ("<presence type='unavailable'><priority>0</priority></presence>", K::NotAvailable, "bad-request"),
        ("<presence><show>xa<x/></show></presence>", K::MixedContent, "bad-request"),
        ("<presence><status><x xmlns='u'/></status></presence>", K::MixedContent, "bad-request"),
        ("<presence><priority>1<x/></priority></presence>", K::MixedContent, "bad-request"),
        ("<presence type='available'/>", K::UnknownType, "bad-request"),
        ("<presence type=''/>", K::UnknownType, "bad-request"),
        ("<presence><show>foo</show></presence>", K::UnknownShow, "bad-request"),
        ("<presence><show>xa</show><show>xa</show></presence>", K::Repeated, "bad-request"),
        ("<presence><priority>128</priority></presence>", K::BadPriority, "bad-request"),
        ("<presence><priority>-129</priority></presence>", K::BadPriority, "bad-request"),
        ("<presence><priority/></presence>", K::BadPriority, "bad-request"),
        ("<presence><priority>1</priority><priority>1</priority></presence>", K::Repeated, "bad-request"),
        ("<presence><status/><status/></presence>", K::RepeatedLanguage, "bad-request"),
    ] {
        let fault = fault(text);
        assert_eq!(fault.kind, kind, "{text}");
        assert_eq!(fault.reply().as_str(), reply, "{text}");
        assert_eq!(fault.element.as_str(), text, "the raw bytes are there");
    }
}

#[test]
fn what_is_no_fault() {
    for text in [
        "<message type='unknown'>junk<body>x</body></message>",
        "<message><body>a</body><body xml:lang='de'>b</body></message>",
        "<message><body>a<![CDATA[<b/>]]></body><thread parent='a'>b</thread></message>",
        "<presence type='unavailable'><status>a</status></presence>",
        "<presence type='subscribe' to='a@b/c'/>",
        "<message><body>a</body><x xmlns='u'><body/><body/></x></message>",
        "<iq type='result' id=''/>",
        "<iq type='error' id='1'><q xmlns='x'/><error code='404'/></iq>",
        "<iq type='get' id='1'><error xmlns='u'/></iq>",
        "<message><error xmlns='u'/><x xmlns='u'><error xmlns='jabber:client'/></x></message>",
        "<presence><priority> -128 </priority><show>away</show></presence>",
        "<presence to='a@b/🍺' id='x'/>",
        "<message unknown='1'/>",
    ] {
        assert!(Stanza::decode(element(text)).is_ok(), "{text}");
    }
}

#[test]
fn a_fault_is_answered_once_and_errors_never() {
    let bad = fault("<iq type='get' id='7' from='a@b/c' to='example.org'/>");
    let mut out = Vec::new();
    Encoder::established(Content::Client).encode(&bad.answer().unwrap(), &mut out).unwrap();
    assert_eq!(
        String::from_utf8(out).unwrap(),
        "<iq from='example.org' to='a@b/c' id='7' type='error'><error type='modify'>\
         <bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>"
    );
    assert_eq!((bad.id().unwrap(), bad.from().unwrap()), (bad.id().unwrap(), bad.from().unwrap()));
    let error = "<error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
    for (text, head) in [
        // The id of an iq is there even if it was not.
        ("<iq type='get'><x xmlns='u'/></iq>", "iq id='' type='error'"),
        ("<message id='a&amp;b'><thread/><thread/></message>", "message id='a&amp;b' type='error'"),
        ("<presence><show/></presence>", "presence type='error'"),
    ] {
        let mut out = Vec::new();
        Encoder::established(Content::Client).encode(&fault(text).answer().unwrap(), &mut out).unwrap();
        let kind = head.split(' ').next().unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), format!("<{head}>{error}</{kind}>"), "{text}");
    }
    assert!(fault("<iq type='error' id='1'/>").answer().is_none());
    // Found by fuzzing: what is no stanza has no error of that name.
    let nonza = fault("<a xmlns='urn:xmpp:sm:3' h='1'/>");
    assert!(nonza.kind == K::NotAStanza && nonza.answer().is_none());
    assert!(fault("<message type='error'/>").answer().is_none());
    assert!(fault("<iq type='result' id='1'><a xmlns='u'/><b xmlns='u'/></iq>").answer().is_none());
}

#[test]
fn message_types_presence_values_and_languages() {
    let Stanza::Message(message) = Stanza::decode(element(
        "<message type='new' xml:lang='en'><subject>s</subject><body>a&amp;</body><body xml:lang='de'>b</body><thread parent='p'>t</thread></message>",
    ))
    .unwrap() else {
        panic!("a message")
    };
    assert_eq!(message.message_type, MessageType::Normal);
    assert_eq!(
        (message.body().unwrap(), message.subject().unwrap()),
        (message.body().unwrap(), message.subject().unwrap())
    );
    assert_eq!(message.body().unwrap(), "a&");
    let languages: Vec<String> = message.bodies().map(|(lang, _)| lang.unwrap().to_string()).collect();
    assert_eq!(languages, ["en", "de"]);
    assert_eq!(message.thread().unwrap().parent.unwrap(), "p");
    let Stanza::Presence(presence) =
        Stanza::decode(element("<presence><show>dnd</show><status>Wooing</status><priority>+7</priority></presence>"))
            .unwrap()
    else {
        panic!("a presence")
    };
    assert_eq!((presence.show(), presence.priority()), (Some(Show::Dnd), 7));
    assert_eq!(presence.status().unwrap(), "Wooing");
}

#[test]
fn types_and_defaults() {
    let again = |stanza: &Stanza<'_>| {
        let mut out = Vec::new();
        Encoder::established(Content::Client).encode(stanza, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    for kind in ["", "probe", "subscribe", "subscribed", "unavailable", "unsubscribe", "unsubscribed"] {
        let text = if kind.is_empty() { "<presence/>".into() } else { format!("<presence type='{kind}'/>") };
        let stanza = Stanza::decode(element(&text)).unwrap();
        let Stanza::Presence(presence) = &stanza else { panic!("a presence") };
        assert_eq!(presence.presence_type.as_str().unwrap_or_default(), kind);
        assert_eq!((presence.show(), presence.priority()), (None, 0));
        assert_eq!(again(&stanza), text);
    }
    for kind in ["chat", "groupchat", "headline"] {
        let text = format!("<message type='{kind}'/>");
        let stanza = Stanza::decode(element(&text)).unwrap();
        assert!(matches!(&stanza, Stanza::Message(message) if message.message_type.as_str() == kind));
        assert_eq!(again(&stanza), text);
    }
    for text in ["<message/>", "<message type='normal'/>", "<message type=''/>", "<message type='Chat'/>"] {
        let stanza = Stanza::decode(element(text)).unwrap();
        assert!(matches!(&stanza, Stanza::Message(message) if message.message_type == MessageType::Normal));
        assert_eq!(again(&stanza), "<message/>");
    }
}

#[test]
fn a_thread_is_not_its_own_parent() {
    let text = "<message><thread parent='p'>t</thread></message>";
    let Stanza::Message(message) = Stanza::decode(element(text)).unwrap() else { panic!("a message") };
    let thread = message.thread().unwrap();
    assert!(Payloads::of(&thread).is_ok());
    assert_eq!(Payloads::of(&Thread { parent: Some(thread.id), ..thread }), Err(EncodeError::OwnParent));
}

#[test]
fn features_of_rosters_and_subscriptions() {
    let offered = |inside: &str| {
        let text =
            format!("<stream:features xmlns:stream='http://etherx.jabber.org/streams'>{inside}</stream:features>");
        let mut decoder = Decoder::established(Content::Client, Limits::default());
        let Some(Event::Features(element)) = decoder.decode(&mut text.as_bytes()).unwrap() else { panic!("features") };
        let features: features::Features<'_> = element.root().get().unwrap().unwrap();
        (features.roster_versioning(), features.pre_approval())
    };
    assert_eq!(offered("<ver xmlns='urn:xmpp:features:rosterver'/>"), (true, false));
    assert_eq!(offered("<sub xmlns='urn:xmpp:features:pre-approval'/>"), (false, true));
    assert_eq!(offered("<ver xmlns='urn:x'/><sub xmlns='urn:x'/>"), (false, false));
}

#[test]
fn rosters_as_they_are_sent() {
    let jid = Jid::new("a@b").unwrap();
    let item = roster::NewItem {
        jid: &jid,
        name: Some("A"),
        subscription: Some(roster::Subscription::None),
        ask: true,
        approved: true,
        groups: &["g"],
    };
    for (ver, items, expected) in [
        (Some(""), &[][..], "<query xmlns='jabber:iq:roster' ver=''/>"),
        (
            None,
            &[item],
            "<query xmlns='jabber:iq:roster'><item approved='true' ask='subscribe' jid='a@b' name='A' subscription='none'>\
             <group>g</group></item></query>",
        ),
    ] {
        let payloads = Payloads::of(&roster::NewRoster { ver, items }).unwrap();
        let sent = payloads.iter().next().unwrap();
        assert_eq!(sent.as_str(), expected);
        let roster = sent.get::<roster::Roster<'_>>().unwrap().unwrap();
        assert_eq!(roster.ver().map(|ver| ver.to_string()).as_deref(), ver);
        assert_eq!(roster.no_item().is_ok(), items.is_empty());
        assert!(roster.items().all(|item| item.approved() && item.ask()));
    }
}

#[test]
fn errors_have_22_conditions_five_types_and_more() {
    assert_eq!((StanzaCondition::ALL.len(), ErrorType::ALL.len()), (22, 5));
    for condition in StanzaCondition::ALL {
        for kind in ErrorType::ALL {
            let text = format!(
                "<message type='error'><error type='{}' by='x.org'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>\
                 <text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas' xml:lang='en'>t</text><app xmlns='urn:app'/></error></message>",
                kind.as_str()
            );
            let Stanza::Message(message) = Stanza::decode(element(&text)).unwrap() else { panic!("a message") };
            let error = message.error().unwrap().unwrap();
            assert_eq!((error.condition, error.error_type), (condition, kind));
            assert!(error.application.unwrap().is("urn:app", "app"));
            let mut out = Vec::new();
            Encoder::established(Content::Client).encode(&message, &mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), text);
        }
    }
    let unknown = "<iq id='1' type='error'><error type='cancel'><who-knows xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>";
    let Stanza::Iq(iq) = Stanza::decode(element(unknown)).unwrap() else { panic!("an iq") };
    assert_eq!(iq.error().unwrap().unwrap().condition, StanzaCondition::UndefinedCondition);
    let gone = "<iq id='1' type='error'><error type='cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:a@b</gone></error></iq>";
    let Stanza::Iq(iq) = Stanza::decode(element(gone)).unwrap() else { panic!("an iq") };
    assert_eq!(iq.error().unwrap().unwrap().uri.unwrap(), "xmpp:a@b");
    // What has no namespace of its own is no application condition, and `text` is one of the stanza errors.
    let foreign = gone.replace("</error>", "<text>a</text><x xmlns=''/></error>");
    let Stanza::Iq(iq) = Stanza::decode(element(&foreign)).unwrap() else { panic!("an iq") };
    let error = iq.error().unwrap().unwrap();
    assert_eq!((error.application, error.text), (None, None));
}

/// RFC 6120 §8.3.3.5, §8.3.3.14.
#[test]
fn gone_and_redirect_carry_a_uri() {
    for name in ["gone", "redirect"] {
        for (text, valid) in [
            ("xmpp:a@b", true),
            (" https://example.org/\n", true),
            ("xmpp:ä@b", true),
            ("a@b", false),
            ("1x:a", false),
            (":a", false),
            ("xmpp:", false),
            ("xmpp:a b", false),
            ("", false),
        ] {
            let stanza = format!(
                "<message type='error'><error type='cancel'><{name} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>{text}</{name}></error></message>"
            );
            let Stanza::Message(message) = Stanza::decode(element(&stanza)).unwrap() else { panic!("a message") };
            let mut error = message.error().unwrap().unwrap();
            assert_eq!(error.uri.is_some(), valid, "{text:?}");
            error.uri = Some(Value::cooked(text));
            let expected = if valid { Ok(()) } else { Err(EncodeError::InvalidUri) };
            assert_eq!(Payloads::of(&error).map(drop), expected, "{text:?}");
        }
    }
}

/// RFC 6120 §8.3.1: one error in a stanza of type error, none in others.
#[test]
fn the_encoder_puts_errors_where_they_belong() {
    let (error, body) = (StanzaError::new(StanzaCondition::Conflict), Body("x"));
    let extension = element("<message><error xmlns='u'/></message>").root().children().next().unwrap().to_element();
    let extension = &extension.root();
    let cases: [(&[&dyn ToXml], bool, bool); 6] = [
        (&[], true, false),
        (&[&body], true, false),
        (&[extension], true, false),
        (&[&error], false, true),
        (&[&error, &body], false, true),
        (&[&error, &error], false, false),
    ];
    for (items, plain, failed) in cases {
        let mut composed = Payloads::EMPTY;
        items.iter().for_each(|item| composed.push(item).unwrap());
        for payloads in [Payloads::items(items), composed] {
            for (message_type, valid) in [(MessageType::Chat, plain), (MessageType::Error, failed)] {
                let message = Message { payloads: payloads.clone(), ..Message::new(message_type) };
                let result = Encoder::established(Content::Client).encode(&message, &mut Vec::new());
                assert_eq!(result, if valid { Ok(()) } else { Err(EncodeError::MisplacedError) });
            }
            for (presence_type, valid) in [(PresenceType::Available, plain), (PresenceType::Error, failed)] {
                let presence = Presence { payloads: payloads.clone(), ..Presence::new(presence_type) };
                let result = Encoder::established(Content::Client).encode(&presence, &mut Vec::new());
                assert_eq!(result.is_ok(), valid);
            }
            let iq = Iq { payloads, ..Iq::new(IqType::Error, "1") };
            assert_eq!(Encoder::established(Content::Client).encode(&iq, &mut Vec::new()).is_ok(), failed);
        }
    }
    let iq = Iq { payloads: Payloads::of(&error).unwrap(), ..Iq::new(IqType::Result, "1") };
    let result = Encoder::established(Content::Client).encode(&iq, &mut Vec::new());
    assert_eq!(result, Err(EncodeError::MisplacedError));
    // A forwarded error is the business of the stanza in which it stands.
    let inner = element("<message type='error'><error code='404'/></message>");
    let outer = NewForwarded { delay: None, stanza: &inner };
    let items: [&dyn ToXml; 2] = [&outer, &body];
    let message = Message { payloads: Payloads::items(&items), ..Message::default() };
    assert_eq!(Encoder::established(Content::Client).encode(&message, &mut Vec::new()), Ok(()));
}

/// RFC 6120 §8.1.1.2, §8.1.2.2.
#[test]
fn between_servers_every_stanza_is_addressed() {
    let decode = |content: Content, text| {
        let mut decoder = Decoder::established(content, Limits::default());
        let Some(Event::Stanza(element)) = decoder.decode(&mut str::as_bytes(text)).unwrap() else { panic!("{text}") };
        match Stanza::decode(element) {
            Ok(stanza) => stanza.check_addresses(content).err(),
            Err(fault) => fault.closes(),
        }
    };
    for (text, reply) in [
        ("<message to='a@b' from='c'/>", None),
        ("<message to='a@b'/>", Some(StreamCondition::ImproperAddressing)),
        ("<presence from='c'/>", Some(StreamCondition::ImproperAddressing)),
        ("<iq type='result' id='1'/>", Some(StreamCondition::ImproperAddressing)),
        ("<message to='@' from='c'/>", Some(StreamCondition::ImproperAddressing)),
        ("<message to='a@b' from='c/'/>", Some(StreamCondition::ImproperAddressing)),
        ("<message to='a@b' from='c'><thread/><thread/></message>", None),
    ] {
        assert_eq!(decode(Content::Server, text), reply, "{text}");
        assert_eq!(decode(Content::Client, text), None, "{text}");
    }
}

/// RFC 6120 §8.1.5.
#[test]
fn a_stanza_without_a_language_has_that_of_the_stream() {
    let header = "<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' xml:lang='de'>";
    for (text, lang) in [
        ("<message><body>a</body></message>", "de"),
        ("<message xml:lang='fr'><body>a</body></message>", "fr"),
        ("<message xml:lang='fr'><body xml:lang='cs'>a</body></message>", "cs"),
    ] {
        let mut decoder = Decoder::new(Limits::default());
        decoder.decode(&mut header.as_bytes()).unwrap();
        let Some(Event::Stanza(element)) = decoder.decode(&mut text.as_bytes()).unwrap() else { panic!("{text}") };
        let Stanza::Message(message) = Stanza::decode(element).unwrap() else { panic!("{text}") };
        assert_eq!(message.bodies().next().unwrap().0.unwrap(), lang, "{text}");
    }
}

/// RFC 6120 §8.4.
#[test]
fn payloads_are_known_by_their_namespace() {
    for (text, known) in [
        ("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", true),
        ("<iq type='get' id='1'><any:ping xmlns:any='urn:xmpp:ping'/></iq>", true),
        ("<iq type='get' id='1' xmlns:any='urn:xmpp:ping'><any:ping/></iq>", true),
        ("<iq type='get' id='1'><ping xmlns='urn:xmpp:pong'/></iq>", false),
        ("<iq type='get' id='1'><ping/></iq>", false),
    ] {
        let Stanza::Iq(iq) = Stanza::decode(element(text)).unwrap() else { panic!("an iq") };
        assert_eq!(iq.get::<xmpp_stanza::xep::ping::Ping>().is_some(), known, "{text}");
    }
}

#[test]
fn a_reply_swaps_addresses_and_keeps_the_id() {
    let Stanza::Iq(iq) =
        Stanza::decode(element("<iq id='a1' type='get' from='a@b/c' to='d'><ping xmlns='urn:xmpp:ping'/></iq>"))
            .unwrap()
    else {
        panic!("an iq")
    };
    assert!(iq.get::<xmpp_stanza::xep::ping::Ping>().unwrap().is_ok());
    let reply: Iq<'_> = iq.reply(IqType::Result);
    let mut out = Vec::new();
    Encoder::established(Content::Client).encode(&reply, &mut out).unwrap();
    assert_eq!(out, b"<iq from='d' to='a@b/c' id='a1' type='result'/>");
}

#[test]
fn roster_rules() {
    let decode = |items: &str| {
        let text = format!("<iq id='1' type='set'><query xmlns='jabber:iq:roster'>{items}</query></iq>");
        let element = element(&text).into_owned();
        let child = element.root().children().next().unwrap().to_element();
        let roster = roster::Roster::decode(&child.root())?;
        roster.set_item().map(drop)
    };
    assert_eq!(decode("<item jid='a@b'/>"), Ok(()));
    assert_eq!(decode(""), Err(PayloadError::missing("item")));
    assert_eq!(decode("<item jid='a@b'/><item jid='c@d'/>"), Err(PayloadError::repeated("item")));
    assert_eq!(decode("<item/>"), Err(PayloadError::missing("jid")));
    assert_eq!(decode("<item jid='a@b' subscription='x'/>"), Err(PayloadError::invalid("subscription")));
    assert_eq!(decode("<item jid='a@b' ask='x'/>"), Err(PayloadError::invalid("ask")));
    assert_eq!(decode("<item jid='a@b'><group>g</group><group>g</group></item>"), Err(PayloadError::repeated("group")));
    assert!(matches!(decode("<item jid='@'/>"), Err(error) if error.reply() == StanzaCondition::JidMalformed));
    assert!(
        matches!(decode("<item jid='a@b'><group/></item>"), Err(error) if error.reply() == StanzaCondition::NotAcceptable)
    );
    for word in ["none", "to", "from", "both", "remove"] {
        assert_eq!(decode(&format!("<item jid='a@b' subscription='{word}'/>")), Ok(()));
    }
}

#[test]
fn payload_rules_of_the_xeps() {
    fn payload<'a, T: Payload<'a>>(element: &'a Element<'a>) -> Result<T, PayloadError> {
        element.root().get().expect("the name")
    }
    let block = element("<message><block xmlns='urn:xmpp:blocking'/></message>").into_owned();
    assert!(block.root().payload::<blocking::Block<'_>>().unwrap().is_err());
    let delayed = element(
        "<message><delay xmlns='urn:xmpp:delay' stamp='2002-09-10T23:08:25Z' from='a@b'>late</delay></message>",
    );
    assert_eq!(delayed.root().payload::<delay::Delay<'_>>().unwrap().unwrap().reason.unwrap(), "late");
    let text = "<a xmlns='urn:xmpp:sm:3' h='4294967295'/>";
    assert_eq!(payload::<sm::Ack>(&element(text)).unwrap().h.next(), sm::Counter(0));
    assert!(payload::<sm::Ack>(&element("<a xmlns='urn:xmpp:sm:3' h='4294967296'/>")).is_err());
    let failed =
        element("<failed xmlns='urn:xmpp:sm:3'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></failed>");
    assert_eq!(payload::<sm::Failed>(&failed).unwrap().h, None);
    let auth = |data: &str| {
        let text = format!("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{data}</auth>");
        payload::<sasl::Auth<'_>>(&element(&text)).map(|auth| auth.data).map_err(sasl::failure_for)
    };
    assert_eq!((auth(""), auth("="), auth("AA==")), (Ok(None), Ok(Some(vec![])), Ok(Some(vec![0]))));
    assert_eq!(
        (auth("AA= ="), auth("A")),
        (Err(sasl::Condition::IncorrectEncoding), Err(sasl::Condition::IncorrectEncoding))
    );
    assert_eq!(sasl::Condition::ALL.len(), 11);
}

/// XEP-0115 §5.2: the simple example.
#[test]
fn the_hash_of_capabilities() {
    let text = "<iq id='1' type='result'><query xmlns='http://jabber.org/protocol/disco#info'>\
        <identity category='client' name='Exodus 0.9.1' type='pc'/><feature var='http://jabber.org/protocol/caps'/>\
        <feature var='http://jabber.org/protocol/disco#info'/><feature var='http://jabber.org/protocol/disco#items'/>\
        <feature var='http://jabber.org/protocol/muc'/></query></iq>";
    let iq = element(text);
    let root = iq.root();
    let info: disco::Info<'_> = root.payload().unwrap().unwrap();
    assert_eq!(caps::sha1(&info).unwrap(), "QgayPKawpkPSDYmwT/WM94uAlu0=");
}

/// The features of the first example of XEP-0390 §4.5.
const FEATURES: &str = "http://jabber.org/protocol/si http://jabber.org/protocol/bytestreams \
    http://jabber.org/protocol/chatstates http://jabber.org/protocol/disco#info \
    http://jabber.org/protocol/disco#items urn:xmpp:ping jabber:iq:time jabber:iq:privacy \
    jabber:iq:version http://jabber.org/protocol/rosterx urn:xmpp:time jabber:x:oob \
    http://jabber.org/protocol/ibb http://jabber.org/protocol/si/profile/file-transfer \
    urn:xmpp:receipts jabber:iq:roster jabber:iq:last";

/// The first example of XEP-0390 §4.5, its features in another order.
#[test]
fn the_hashes_of_capabilities_2() {
    let features: String = FEATURES.split(' ').rev().map(|var| format!("<feature var='{var}'/>")).collect();
    let answer = |more: &str| {
        let text = format!(
            "<iq id='1' type='result'><query xmlns='http://jabber.org/protocol/disco#info'>\
             <identity category='client' name='BombusMod' type='mobile'/>{features}{more}</query></iq>"
        );
        element(&text).into_owned()
    };
    let iq = answer("");
    let root = iq.root();
    let info: disco::Info<'_> = root.payload().unwrap().unwrap();
    for (algorithm, hash) in [
        (ecaps2::Algorithm::Sha256, "kzBZbkqJ3ADrj7v08reD1qcWUwNGHaidNUgD7nHpiw8="),
        (ecaps2::Algorithm::Sha3_256, "79mdYAfU9rEdTOcWDO7UEAt6E56SUzk/g6TnqUeuD9Q="),
    ] {
        assert_eq!(ecaps2::hash(&info, algorithm).unwrap(), hash);
        let node = ecaps2::node(algorithm.as_str(), hash);
        assert_eq!(ecaps2::split_node(&node), Some((algorithm.as_str(), hash)));
        let presence = format!(
            "<presence><c xmlns='urn:xmpp:caps'><hash xmlns='urn:xmpp:hashes:2' algo='md2'>x</hash>\
             <hash xmlns='urn:xmpp:hashes:2' algo='{}'>{hash}</hash></c></presence>",
            algorithm.as_str()
        );
        let presence = element(&presence);
        let root = presence.root();
        let caps: ecaps2::Caps2<'_> = root.payload().unwrap().unwrap();
        assert_eq!(caps.announces(&info), Some(true));
    }
    // FIPS 180-4, FIPS 202, RFC 7693: the octets `abc`.
    for (algorithm, hash) in [
        (
            ecaps2::Algorithm::Sha512,
            "3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==",
        ),
        (
            ecaps2::Algorithm::Sha3_512,
            "t1GFCxpXFopWk82SS2sJbgj2IYJ0RPcNiE9dAkDScS4Q4RbpGSrzyRp+xXZH45NAVzQLTPQI1aVlkvgnTuxT8A==",
        ),
        (ecaps2::Algorithm::Blake2b256, "vd2BPGNCOXIxce8/7phXm5SWTjuxyz5CcmLIwGjVIxk="),
        (
            ecaps2::Algorithm::Blake2b512,
            "uoClP5gcTQ1qJ5e2nxL26UwhLxRoWsS3SxK7b9v/otF9h8U5Kqt5LcJS1d5FM8yVGNOKqNvxklq5I4bt1ACZIw==",
        ),
    ] {
        assert_eq!(algorithm.hash(b"abc"), hash);
    }
    // §4.1: what is no identity, feature or form with a FORM_TYPE aborts.
    for more in [
        "<x xmlns='urn:x'/>",
        "<x xmlns='jabber:x:data' type='result'/>",
        "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE' type='hidden'><value>a</value></field><item/></x>",
    ] {
        let iq = answer(more);
        let root = iq.root();
        let info: disco::Info<'_> = root.payload().unwrap().unwrap();
        assert!(ecaps2::hash_input(&info).is_none(), "{more}");
    }
}

#[test]
fn a_message_needs_no_allocation_to_be_composed() {
    let body = xmpp_stanza::Body("hi");
    let items: [&dyn xmpp_stanza::ToXml; 1] = [&body];
    let message = Message { payloads: xmpp_stanza::Payloads::items(&items), ..Message::new(MessageType::Chat) };
    let mut out = Vec::new();
    Encoder::established(Content::Server).encode(&message, &mut out).unwrap();
    assert_eq!(out, b"<message type='chat'><body>hi</body></message>");
}
