//! What options ask for: RFC 7252 §5.4, §5.7.1, RFC 7959 §2.2, RFC 8323 §5.2, RFC 8768 §3, RFC 9177 §4.1.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use coap_codec::registry::OptionInfo;
use coap_codec::{
    Code, Effect, Fault, Header, Message, MessageType, NonRule, OptionNumber, OptionRef, Options, Policy, Reply, Role,
};

const CON: MessageType = MessageType::Confirmable;
const NON: MessageType = MessageType::NonConfirmable;
const ACK: MessageType = MessageType::Acknowledgement;

fn findings(message: &Message<'_>, policy: &Policy) -> Vec<(u16, Fault, Effect)> {
    message.check(policy).map(|finding| (finding.option.number.0, finding.fault, finding.effect)).collect()
}

/// What one option in a message leads to.
fn one(header: Header, code: Code, number: u16, value: &[u8], policy: &Policy) -> Option<(Fault, Effect)> {
    let items = [OptionRef::new(OptionNumber(number), value)];
    let message = Message { header, options: Options::from_slice(&items), ..Message::reliable(code) };
    let found = findings(&message, policy);
    assert!(found.len() <= 1);
    found.first().map(|(_, fault, effect)| (*fault, *effect))
}

const fn datagram(message_type: MessageType) -> Header {
    Header::Datagram { message_type, message_id: 1 }
}

const BAD_OPTION: Effect = Effect::Refuse(Reply::Respond(Code::BAD_OPTION));

/// 2057 is critical and safe, 2059 critical and unsafe, 2060 elective, 2062 elective and unsafe.
#[test]
fn unknown_options_by_direction_type_and_role() {
    let endpoint = Policy::default();
    let strict = Policy { non_rule: NonRule::Reject, ..endpoint };
    let proxy = Policy::new(Role::Proxy);
    let table = [
        (datagram(CON), Code::GET, 2057, &endpoint, BAD_OPTION),
        (datagram(CON), Code::GET, 2060, &endpoint, Effect::IgnoreOption),
        (datagram(NON), Code::GET, 2057, &endpoint, BAD_OPTION),
        (datagram(NON), Code::GET, 2057, &strict, Effect::Refuse(Reply::Ignore)),
        (datagram(CON), Code::CONTENT, 2057, &endpoint, Effect::Refuse(Reply::Reset)),
        (datagram(ACK), Code::CONTENT, 2057, &endpoint, Effect::Refuse(Reply::Ignore)),
        (datagram(NON), Code::CONTENT, 2057, &endpoint, Effect::Refuse(Reply::Ignore)),
        (datagram(ACK), Code::CONTENT, 2060, &endpoint, Effect::IgnoreOption),
        (Header::Reliable, Code::GET, 2057, &endpoint, BAD_OPTION),
        (Header::Reliable, Code::CONTENT, 2057, &endpoint, Effect::Refuse(Reply::Ignore)),
        (datagram(CON), Code::GET, 2057, &proxy, Effect::Forward),
        (datagram(CON), Code::GET, 2060, &proxy, Effect::Forward),
        (datagram(CON), Code::GET, 2059, &proxy, BAD_OPTION),
        (datagram(CON), Code::GET, 2062, &proxy, BAD_OPTION),
        (datagram(ACK), Code::CONTENT, 2062, &proxy, Effect::Refuse(Reply::Respond(Code::BAD_GATEWAY))),
        (datagram(ACK), Code::CONTENT, 2060, &proxy, Effect::Forward),
    ];
    for (header, code, number, policy, effect) in table {
        assert_eq!(
            one(header, code, number, b"", policy),
            Some((Fault::Unrecognized, effect)),
            "{header:?} {code} {number}"
        );
    }
}

#[test]
fn lengths_one_below_and_one_above_the_range_are_found_for_every_option() {
    let bytes = vec![0x61; 1100];
    // A Hop-Limit of no byte, or of two that are not 0, is refused for its value.
    let others = |info: &&OptionInfo| info.max_len < 65_535 && info.number != OptionNumber::HOP_LIMIT;
    for info in coap_codec::registry::OPTIONS.iter().filter(others) {
        let code = if info.scope.contains(Code::GET) { Code::GET } else { Code::CONTENT };
        let fault =
            |len: usize| one(datagram(CON), code, info.number.0, &bytes[..len], &Policy::default()).map(|(f, _)| f);
        assert_eq!(fault(info.min_len.into()), None, "{}", info.name);
        // Four times `a` is not the number of a path.
        let longest = (info.number == OptionNumber::URI_PATH_ABBREV).then_some(Fault::Value);
        assert_eq!(fault(info.max_len.into()), longest, "{}", info.name);
        assert_eq!(fault(usize::from(info.max_len) + 1), Some(Fault::Length), "{}", info.name);
        if info.min_len > 0 {
            assert_eq!(fault(usize::from(info.min_len) - 1), Some(Fault::Length), "{}", info.name);
        }
    }
}

#[test]
fn repetition_depends_on_the_direction() {
    for info in coap_codec::registry::OPTIONS {
        let value = vec![0x61; info.min_len.into()];
        let items = [OptionRef::new(info.number, &value), OptionRef::new(info.number, &value)];
        for code in [Code::GET, Code::CONTENT].into_iter().filter(|code| info.scope.contains(*code)) {
            let message = Message { options: Options::from_slice(&items), ..Message::new(CON, code, 1) };
            let found = findings(&message, &Policy::default());
            assert_eq!(found.is_empty(), info.is_repeatable(code), "{} {code}", info.name);
            assert!(found.iter().all(|(_, fault, _)| *fault == Fault::Supernumerary));
        }
    }
    assert!(OptionNumber::ETAG.info().unwrap().is_repeatable(Code::GET));
    assert!(!OptionNumber::ETAG.info().unwrap().is_repeatable(Code::CONTENT));
    assert!(!OptionNumber::Q_BLOCK2.info().unwrap().is_repeatable(Code::CONTENT));
}

#[test]
fn options_out_of_place_count_as_unrecognised() {
    let policy = Policy::default();
    let undefined = |code, number: OptionNumber, value| one(datagram(CON), code, number.0, value, &policy);
    assert_eq!(
        undefined(Code::CONTENT, OptionNumber::URI_PATH, b"a"),
        Some((Fault::Undefined, Effect::Refuse(Reply::Reset)))
    );
    assert_eq!(undefined(Code::GET, OptionNumber::MAX_AGE, b"a"), Some((Fault::Undefined, Effect::IgnoreOption)));
    assert_eq!(
        undefined(Code::NOT_FOUND, OptionNumber::LOCATION_PATH, b"a"),
        Some((Fault::Undefined, Effect::IgnoreOption))
    );
    assert_eq!(undefined(Code::NOT_FOUND, OptionNumber::MAX_AGE, b"a"), None);
}

#[test]
fn values_that_are_forbidden() {
    let policy = Policy::default();
    let bad_request = Some((Fault::Value, Effect::Refuse(Reply::Respond(Code::BAD_REQUEST))));
    assert_eq!(one(datagram(CON), Code::GET, 23, &[0x07], &policy), bad_request);
    assert_eq!(one(Header::Reliable, Code::GET, 23, &[0x07], &policy), None);
    assert_eq!(one(Header::Reliable, Code::GET, 31, &[0x07], &policy), bad_request);
    assert_eq!(one(datagram(CON), Code::GET, 23, &[0x06], &policy), None);
    // RFC 8768 §3: 0 and above 255; a leading zero is a length out of range.
    for hops in [&[][..], &[0], &[1, 0], &[0, 0], &[0xff; 5]] {
        assert_eq!(one(datagram(CON), Code::GET, 16, hops, &policy), bad_request);
    }
    assert_eq!(one(datagram(CON), Code::GET, 16, &[0, 5], &policy), Some((Fault::Length, Effect::IgnoreOption)));
    assert_eq!(one(datagram(CON), Code::GET, 11, b"..", &policy), bad_request);
    assert_eq!(one(datagram(CON), Code::GET, 11, b"...", &policy), None);
    assert_eq!(
        one(datagram(ACK), Code::CONTENT, 23, &[0x07], &policy),
        Some((Fault::Value, Effect::Refuse(Reply::Ignore)))
    );
}

#[test]
fn q_block_and_block_are_not_mixed() {
    let items = [OptionRef::new(OptionNumber::Q_BLOCK1, &[]), OptionRef::new(OptionNumber::BLOCK2, &[])];
    let message = Message { options: Options::from_slice(&items), ..Message::new(CON, Code::PUT, 1) };
    assert_eq!(findings(&message, &Policy::default()), [(23, Fault::Mixed, BAD_OPTION)]);
    assert_eq!(message.refusal(&Policy::default()), Some(Reply::Respond(Code::BAD_OPTION)));
}

/// RFC 9177 §4.3: Q-Block1 needs a Request-Tag and a Size1.
#[test]
fn q_block1_has_company() {
    let all = [(19, &b""[..]), (60, b"\x01"), (292, b"t")];
    for left_out in 0..4 {
        let items = all.iter().enumerate().filter(|(place, _)| *place != left_out);
        let items: Vec<_> = items.map(|(_, (number, value))| OptionRef::new(OptionNumber(*number), value)).collect();
        let message = Message { options: Options::from_slice(&items), ..Message::new(CON, Code::PUT, 1) };
        let refused = (left_out == 1 || left_out == 2).then_some(Reply::Respond(Code::BAD_REQUEST));
        assert_eq!(message.refusal(&Policy::default()), refused, "{left_out}");
    }
}

/// draft-ietf-core-uri-path-abbrev §2.1, §2.4: 4.02 by the server, nothing by a proxy on the way.
#[test]
fn abbreviated_paths_are_known_and_alone() {
    let (endpoint, proxy) = (Policy::default(), Policy::new(Role::Proxy));
    assert_eq!(one(datagram(CON), Code::GET, 13, &[], &endpoint), None);
    assert_eq!(one(datagram(CON), Code::GET, 13, &[0x01, 0x2d], &endpoint), None);
    assert_eq!(one(datagram(CON), Code::GET, 13, &[3], &endpoint), Some((Fault::Value, BAD_OPTION)));
    assert_eq!(one(datagram(CON), Code::GET, 13, &[3], &proxy), Some((Fault::Value, Effect::Forward)));
    let items = [OptionRef::new(OptionNumber::URI_PATH, b"a"), OptionRef::new(OptionNumber::URI_PATH_ABBREV, &[])];
    let message = Message { options: Options::from_slice(&items), ..Message::new(CON, Code::GET, 1) };
    assert_eq!(findings(&message, &endpoint), [(13, Fault::Mixed, BAD_OPTION)]);
    assert_eq!(findings(&message, &proxy), [(13, Fault::Mixed, Effect::Forward)]);
}

#[test]
fn signaling_options_have_numbers_of_their_own() {
    let policy = Policy::default();
    let signaling = |code, number, value: &[u8]| one(Header::Reliable, code, number, value, &policy);
    assert_eq!(signaling(Code::CSM, 2, &[4, 0x80]), None);
    assert_eq!(signaling(Code::CSM, 4, &[]), None);
    assert_eq!(signaling(Code::CSM, 6, &[1, 0, 0]), None);
    assert_eq!(signaling(Code::CSM, 4, &[1]), Some((Fault::Length, Effect::IgnoreOption)));
    assert_eq!(signaling(Code::CSM, 8, &[]), Some((Fault::Unrecognized, Effect::IgnoreOption)));
    assert_eq!(signaling(Code::CSM, 1, &[]), Some((Fault::Unrecognized, Effect::Refuse(Reply::Abort))));
    assert_eq!(signaling(Code::CSM, 11, b"a"), Some((Fault::Unrecognized, Effect::Refuse(Reply::Abort))));
    assert_eq!(signaling(Code::PING, 2, &[]), None);
    assert_eq!(signaling(Code::RELEASE, 2, b"host"), None);
    assert_eq!(signaling(Code::ABORT, 2, &[5]), None);
    assert_eq!(signaling(Code::ABORT, 9, &[9]), None);
}

#[test]
fn pings_and_unknown_methods_are_refused() {
    let policy = Policy::default();
    assert_eq!(Message::new(CON, Code::EMPTY, 1).refusal(&policy), Some(Reply::Reset));
    assert_eq!(Message::new(ACK, Code::EMPTY, 1).refusal(&policy), None);
    assert_eq!(Message::new(CON, Code(0x08), 1).refusal(&policy), Some(Reply::Respond(Code::METHOD_NOT_ALLOWED)));
    assert_eq!(Message::new(CON, Code::GET, 1).refusal(&policy), None);
}

#[test]
fn an_endpoint_may_know_fewer_options() {
    let few = Policy { recognises: |number| number == OptionNumber::URI_PATH, ..Policy::default() };
    assert_eq!(one(datagram(CON), Code::GET, 17, &[], &few), Some((Fault::Unrecognized, BAD_OPTION)));
    assert_eq!(one(datagram(CON), Code::GET, 11, b"a", &few), None);
}
