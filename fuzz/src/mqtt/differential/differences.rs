//! Where `mqtt-codec` and `ntex-mqtt` 9.0.0 differ, and why. `M` stands for MQTT 5.0, `3.1.1` for MQTT 3.1.1.

use mqtt_codec::DecodeErrorKind as Kind;
use mqtt_codec::PacketType::{
    self, Auth, ConnAck, Connect, Disconnect, PingReq, PingResp, Publish, SubAck, Subscribe, UnsubAck, Unsubscribe,
};
use mqtt_codec::PropertyId as Id;
use mqtt_codec::Role::{self, Client, Server};
use mqtt_codec::Version::{self, V3_1_1, V5_0};
use ntex_mqtt::error::DecodeError;

use super::plain::{Key, Value};
use super::{Case, Difference, Ours, Theirs};

type Example = (Role, Version, &'static str);

/// The peer accepts what we refuse.
const fn lax(
    kind: Kind,
    packets: &'static [PacketType],
    section: &'static str,
    reason: &'static str,
    example: Example,
    holds: fn(&Case<'_>) -> bool,
) -> Difference {
    Difference { ours: Ours::Refuses(kind), theirs: Theirs::Accepts, packets, section, reason, example, holds }
}

/// Every difference that is known and has a reason. What is not here is a finding.
#[rustfmt::skip]
pub static DIFFERENCES: &[Difference] = &[
    // Text.
    lax(Kind::NulCharacter, &[], "MQTT-1.5.4-2; 3.1.1: MQTT-1.5.3-2",
        "U+0000 must not be in text; the peer checks for UTF-8 alone",
        (Client, V3_1_1, "30050003610062"), |case| has_char(case, |c| c == '\0')),
    lax(Kind::ControlCharacter, &[], "M §1.5.4; 3.1.1 §1.5.3",
        "control characters should not be sent and may be refused: we refuse, unless told otherwise",
        (Client, V3_1_1, "30050003610162"), |case| has_char(case, |c| c.is_control() && c != '\0')),
    lax(Kind::NonCharacter, &[], "M §1.5.4; 3.1.1 §1.5.3",
        "non-characters should not be sent and may be refused: we refuse, unless told otherwise",
        (Client, V3_1_1, "30050003efbfbf"), |case| has_char(case, is_non_character)),
    // Framing.
    lax(Kind::IntegerNotMinimal, &[], "MQTT-1.5.5-1",
        "a variable byte integer uses the fewest bytes in 5.0; the peer takes any length up to four",
        (Client, V5_0, "c08000"), |case| case.version.is_v5() && padded(case.raw)),
    lax(Kind::TrailingBytes, &[Connect, ConnAck, PingReq, PingResp, Disconnect], "M §2.1.4, §4.13; 3.1.1 §2.2.3, §4.8",
        "nothing follows the last field; the peer does not look (in CONNACK and DISCONNECT: in 3.1.1)",
        (Client, V3_1_1, "100e00044d5154540402000000016100"), trailing),
    lax(Kind::WrongDirection, &[], "M §2.1.2 table 2-1; 3.1.1 §2.2.1 table 2.1",
        "the peer's codec does not know which side it is on; its dispatcher refuses the packet",
        (Server, V3_1_1, "c000"), wrong_direction),
    Difference {
        ours: Ours::RefusesSomehow, theirs: Theirs::Waits, packets: &[Publish], section: "M §2.1.4; 3.1.1 §2.2.3",
        reason: "the head of the PUBLISH runs past its Remaining Length; the peer waits for it in the next packet",
        example: (Client, V3_1_1, "300100"), holds: head_exceeds_packet,
    },
    // CONNECT and CONNACK.
    lax(Kind::WillFlagsWithoutWill, &[Connect], "MQTT-3.1.2-11, -13; 3.1.1: MQTT-3.1.2-11, -13, -15",
        "without Will Flag, Will QoS and Will Retain are 0; the peer ignores them",
        (Client, V3_1_1, "100d00044d515454040a0000000161"),
        |case| case.body.get(7).is_some_and(|flags| flags & 0x04 == 0 && flags & 0x38 != 0)),
    lax(Kind::PasswordWithoutUserName, &[Connect], "3.1.1: MQTT-3.1.2-22",
        "3.1.1 has no password without a user name; the peer takes it",
        (Client, V3_1_1, "101000044d51545404420000000161000170"),
        |case| !case.version.is_v5() && case.body.get(7).is_some_and(|flags| flags & 0xc0 == 0x40)),
    lax(Kind::WillTopic, &[Connect], "MQTT-4.7.3-1, MQTT-3.3.2-2; 3.1.1: MQTT-4.7.3-1, MQTT-3.3.2-2",
        "the will will be published, so its topic is a topic name; the peer takes any text",
        (Client, V3_1_1, "101100044d5154540406000000016100000000"), |case| not_a_name(text(case, "will topic"))),
    lax(Kind::AuthDataWithoutMethod, &[Connect, ConnAck, Auth], "M §3.1.2.11.10",
        "Authentication Data without a method is a Protocol Error; the peer takes it",
        (Client, V5_0, "101200044d515454050200000416000164000161"),
        |case| has(case, Id::AUTHENTICATION_DATA) && !has(case, Id::AUTHENTICATION_METHOD)),
    lax(Kind::ReasonCode, &[ConnAck], "3.1.1 §3.2.2.3 table 3.1",
        "return codes 6 to 255 are reserved; the peer has a name for 6",
        (Server, V3_1_1, "20020006"), |case| !case.version.is_v5() && number(case, "reason") == Some(6)),
    lax(Kind::SessionPresentWithError, &[ConnAck], "MQTT-3.2.2-6; 3.1.1: MQTT-3.2.2-4",
        "a refusal has no Session Present; the peer takes both",
        (Server, V3_1_1, "20020105"),
        |case| value(case, "session present") == Some(&Value::Flag(true)) && number(case, "reason") != Some(0)),
    lax(Kind::PropertyValue, &[ConnAck], "M §3.2.2.3.6",
        "a Maximum Packet Size of 0 is a Protocol Error; the peer refuses it in CONNECT, not in CONNACK",
        (Server, V5_0, "20080000052700000000"),
        |case| number(case, Key::property(Id::MAXIMUM_PACKET_SIZE)) == Some(0)),
    lax(Kind::PropertyValue, &[ConnAck], "M §3.2.2.3.4",
        "Maximum QoS is 0 or 1; the peer takes 2",
        (Server, V5_0, "20050000022402"), |case| case.body.windows(2).any(|pair| pair == [Id::MAXIMUM_QOS.0, 2])),
    // PUBLISH.
    lax(Kind::DupWithoutQoS, &[Publish], "MQTT-3.3.1-2; 3.1.1: MQTT-3.3.1-2",
        "DUP is 0 with QoS 0; the peer takes both",
        (Client, V3_1_1, "3803000161"), |case| case.raw.first().is_some_and(|first| first & 0x0e == 0x08)),
    lax(Kind::EmptyTopic, &[Publish], "MQTT-4.7.3-1, M §3.3.2.1; 3.1.1: MQTT-4.7.3-1",
        "a topic name has a character, unless an alias stands in for it; the peer's dispatcher looks, its codec does not",
        (Client, V3_1_1, "30020000"), |case| text(case, "topic") == Some("") && !has(case, Id::TOPIC_ALIAS)),
    lax(Kind::WildcardInTopic, &[Publish], "MQTT-3.3.2-2; 3.1.1: MQTT-3.3.2-2",
        "no wildcard in a topic name; we hand the packet over as refused, the peer's dispatcher refuses it in 5.0",
        (Client, V3_1_1, "300300012b"), |case| text(case, "topic").is_some_and(|topic| topic.contains(['+', '#']))),
    lax(Kind::ResponseTopic, &[Publish, Connect], "MQTT-3.3.2-14, M §3.1.3.2.6",
        "a Response Topic is a topic name; the peer takes any text",
        (Client, V5_0, "3008000161040800012b"),
        |case| [Key::property(Id::RESPONSE_TOPIC), Key::will(Id::RESPONSE_TOPIC)].into_iter().any(|key| not_a_name(text(case, key)))),
    lax(Kind::SubscriptionIdFromClient, &[Publish], "MQTT-3.3.4-6",
        "a client's PUBLISH has no Subscription Identifier; the peer's codec does not know which side it is on",
        (Client, V5_0, "3006000161020b01"), |case| case.from == Client && has(case, Id::SUBSCRIPTION_IDENTIFIER)),
    Difference {
        ours: Ours::Accepts, theirs: Theirs::Refuses(DecodeError::MalformedPacket), packets: &[Publish, Connect],
        section: "M §3.3.2.3.3, §3.1.3.2.4",
        reason: "a Message Expiry Interval of 0 is not forbidden; the peer's type has no 0",
        example: (Client, V5_0, "3009000161050200000000"),
        holds: |case| [Key::property(Id::MESSAGE_EXPIRY_INTERVAL), Key::will(Id::MESSAGE_EXPIRY_INTERVAL)]
            .into_iter().any(|key| number(case, key) == Some(0)),
    },
    // Subscriptions.
    lax(Kind::NoFilters, &[Subscribe, Unsubscribe], "MQTT-3.8.3-2, MQTT-3.10.3-2; 3.1.1: MQTT-3.8.3-3, MQTT-3.10.3-2",
        "at least one filter; the peer takes none",
        (Client, V3_1_1, "82020001"), |case| value(case, "filter").is_none()),
    lax(Kind::ReservedSubscriptionBits, &[Subscribe], "MQTT-3.8.3-5; 3.1.1: MQTT-3-8.3-4",
        "reserved bits of the options are 0; the peer masks them",
        (Client, V3_1_1, "8206000100016104"),
        |case| options(case).iter().any(|byte| byte & if case.version.is_v5() { 0xc0 } else { 0xfc } != 0)),
    lax(Kind::NoLocalShared, &[Subscribe], "MQTT-3.8.3-4",
        "No Local on a shared subscription is a Protocol Error; the peer takes it",
        (Client, V5_0, "8210000100000a2473686172652f672f6104"),
        |case| options(case).iter().any(|byte| byte & 4 != 0) && texts(case, "filter").any(|filter| filter.starts_with("$share/"))),
    lax(Kind::NoReasonCodes, &[SubAck, UnsubAck], "M §3.9.3, §3.11.3; 3.1.1 §3.9.3",
        "one code for each filter, of which there is at least one; the peer takes none",
        (Server, V3_1_1, "90020001"), |case| value(case, "reason").is_none()),
    // DISCONNECT and AUTH.
    lax(Kind::SessionExpiryFromServer, &[Disconnect], "MQTT-3.14.2-2",
        "a server does not send the Session Expiry Interval; the peer's dispatcher looks, its codec does not",
        (Server, V5_0, "e00700051100000000"), |case| case.from == Server && has(case, Id::SESSION_EXPIRY_INTERVAL)),
    lax(Kind::DisconnectDirection, &[Disconnect], "M §3.14.2.1 table 3-10, §3.14.2.2.5",
        "Disconnect with Will Message is the client's to send, Server Reference the server's; the peer takes both from both",
        (Server, V5_0, "e00104"), |case| match case.from {
            Server => number(case, "reason") == Some(4),
            Client => has(case, Id::SERVER_REFERENCE),
        }),
    lax(Kind::Truncated, &[Auth], "M §3.15.2.2.1",
        "only with a Remaining Length of 0 may AUTH leave its property length out; the peer takes a reason code alone",
        (Client, V5_0, "f00118"), |case| case.body.len() == 1),
    lax(Kind::AuthWithoutMethod, &[Auth], "M §3.15.2.2.2",
        "AUTH names its method; the peer takes it without",
        (Client, V5_0, "f0021800"), |case| !has(case, Id::AUTHENTICATION_METHOD)),
    lax(Kind::AuthDirection, &[Auth], "M §3.15.2.1 table 3-12",
        "Success is the server's to say, Re-authenticate the client's; the peer takes both from both",
        (Client, V5_0, "f0020000"),
        |case| number(case, "reason") == Some(if case.from == Client { 0x00 } else { 0x19 })),
];

fn value<'c>(case: &'c Case<'_>, key: impl Into<Key>) -> Option<&'c Value> {
    case.plain()?.get(key)
}

fn has(case: &Case<'_>, id: Id) -> bool {
    value(case, Key::property(id)).is_some()
}

fn number(case: &Case<'_>, key: impl Into<Key>) -> Option<u32> {
    if let Value::Number(number) = value(case, key)? { Some(*number) } else { None }
}

fn text<'c>(case: &'c Case<'_>, key: impl Into<Key>) -> Option<&'c str> {
    if let Value::Text(text) = value(case, key)? { Some(text) } else { None }
}

fn texts<'c>(case: &'c Case<'_>, key: &'static str) -> impl Iterator<Item = &'c str> {
    let values = case.plain().into_iter().flat_map(move |plain| plain.all(key));
    values.filter_map(|value| if let Value::Text(text) = value { Some(text.as_str()) } else { None })
}

fn has_char(case: &Case<'_>, wanted: impl Fn(char) -> bool) -> bool {
    case.plain().is_some_and(|plain| plain.texts().any(|text| text.chars().any(&wanted)))
}

fn is_non_character(c: char) -> bool {
    ('\u{fdd0}'..='\u{fdef}').contains(&c) || u32::from(c) % 0x1_0000 >= 0xfffe
}

fn not_a_name(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.is_empty() || text.contains(['+', '#']))
}

/// Somewhere a byte that goes on is followed by one that adds nothing.
fn padded(raw: &[u8]) -> bool {
    raw.windows(2).any(|pair| matches!(pair, [0x80..=0xff, 0x00]))
}

fn wrong_direction(case: &Case<'_>) -> bool {
    match case.packet() {
        Connect | Subscribe | Unsubscribe | PingReq => case.from == Server,
        ConnAck | SubAck | UnsubAck | PingResp => case.from == Client,
        Disconnect => case.from == Server && !case.version.is_v5(),
        _ => false,
    }
}

fn trailing(case: &Case<'_>) -> bool {
    match case.packet() {
        Connect => connect_rest(case).is_some_and(|rest| !rest.is_empty()),
        ConnAck => !case.version.is_v5() && case.body.len() > 2,
        Disconnect => !case.version.is_v5() && !case.body.is_empty(),
        _ => !case.body.is_empty(),
    }
}

/// What follows the fields that a CONNECT announces.
fn connect_rest<'p>(case: &Case<'p>) -> Option<&'p [u8]> {
    let mut rest = case.body.get(10..)?;
    let flags = *case.body.get(7)?;
    if case.version.is_v5() {
        skip_properties(&mut rest)?;
    }
    skip_field(&mut rest)?;
    if flags & 0x04 != 0 {
        if case.version.is_v5() {
            skip_properties(&mut rest)?;
        }
        skip_field(&mut rest)?;
        skip_field(&mut rest)?;
    }
    for flag in [0x80, 0x40] {
        if flags & flag != 0 {
            skip_field(&mut rest)?;
        }
    }
    Some(rest)
}

/// The options bytes of a SUBSCRIBE, as they came.
fn options(case: &Case<'_>) -> Vec<u8> {
    let mut found = Vec::new();
    let Some(mut rest) = case.body.get(2..) else { return found };
    if case.version.is_v5() && skip_properties(&mut rest).is_none() {
        return found;
    }
    while skip_field(&mut rest).is_some() {
        let Some((&byte, after)) = rest.split_first() else { break };
        found.push(byte);
        rest = after;
    }
    found
}

/// Topic, identifier and properties of a PUBLISH do not all lie within the packet.
fn head_exceeds_packet(case: &Case<'_>) -> bool {
    let mut rest = case.body;
    let id = case.raw.first().is_some_and(|first| first & 0x06 != 0);
    let mut head = || {
        skip_field(&mut rest)?;
        if id {
            rest = rest.get(2..)?;
        }
        if case.version.is_v5() {
            skip_properties(&mut rest)?;
        }
        Some(())
    };
    head().is_none()
}

fn skip_field(rest: &mut &[u8]) -> Option<()> {
    let (len, after) = rest.split_first_chunk::<2>()?;
    *rest = after.get(usize::from(u16::from_be_bytes(*len))..)?;
    Some(())
}

fn skip_properties(rest: &mut &[u8]) -> Option<()> {
    let mut len = 0_usize;
    for shift in [0, 7, 14, 21] {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        len |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            *rest = rest.get(len..)?;
            return Some(());
        }
    }
    None
}
