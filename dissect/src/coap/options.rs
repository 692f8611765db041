//! The options of a CoAP message: their values by type, and what is the matter with them.

use coap_codec::registry::{Format, signaling_option};
use coap_codec::value::{OscoreOption, Value as Typed};
use coap_codec::{Code, Effect, Header, Message as Coap, OptionRef, Policy, Reply};
use serde_json::{Value, json};

use crate::fields::{self, hex};
use crate::protocol::Fields;

pub(super) fn option_fields(code: Code, option: &OptionRef<'_>) -> Value {
    let mut all = Fields::new();
    all.insert("number".into(), json!(option.number.0));
    let info = if code.is_signaling() { signaling_option(code, option.number) } else { option.number.info() };
    if let Some(info) = info {
        all.insert("name".into(), json!(info.name));
    }
    let value = match info {
        Some(info) if code.is_signaling() => match (info.format, option.uint(), option.text()) {
            (Format::Uint, Some(value), _) => json!(value),
            (Format::String, _, Ok(text)) => json!(text),
            _ => fields::binary(option.value),
        },
        _ => option_value(option),
    };
    all.insert("value".into(), value);
    all.insert("hex".into(), fields::binary(option.value));
    Value::Object(all)
}

pub(super) fn option_value(option: &OptionRef<'_>) -> Value {
    match option.typed() {
        Typed::Uint(value) => json!(value),
        Typed::Observe(observe) => json!(observe.value()),
        Typed::MaxAge(age) => json!(age.as_secs()),
        Typed::HopLimit(hops) => json!(hops),
        Typed::Path(_) => json!(option.uint()),
        Typed::ContentFormat(format) => json!(format.0),
        Typed::Block(block) => json!({
            "num": block.num(), "more": block.more, "szx": block.szx(), "size": block.size(), "text": block.to_string(),
        }),
        Typed::Oscore(oscore) => oscore_value(&oscore),
        Typed::NoResponse(set) => json!(set.0),
        Typed::Text(text) => json!(text),
        _ => json!(hex(option.value)),
    }
}

fn oscore_value(oscore: &OscoreOption<'_>) -> Value {
    json!({
        "piv": hex(oscore.partial_iv),
        "kid": oscore.kid.map(hex),
        "kid_context": oscore.kid_context.map(hex),
        "group": oscore.group,
    })
}

/// What an endpoint that knows all registered options has to say: `"check":[…]`, and `"reply"` if it may not process the message.
pub(super) fn findings(coap: &Coap<'_>, out_of_place: bool, all: &mut Fields) {
    let policy = Policy::default();
    let mut check: Vec<Value> = coap
        .check(&policy)
        .map(|finding| {
            let effect = match finding.effect {
                Effect::IgnoreOption => "ignore option".to_owned(),
                Effect::Forward => "forward".to_owned(),
                Effect::Refuse(reply) => reply.to_string(),
            };
            json!({"option": finding.option.number.0, "fault": format!("{:?}", finding.fault), "effect": effect})
        })
        .collect();
    let mut reply = coap.refusal(&policy);
    if out_of_place {
        // RFC 8323 §3.3: the first message of a connection is a CSM. A unit need not be a connection from its start.
        check.push(json!({"fault": "FirstMessageNotCsm", "effect": "Abort if this begins the connection"}));
    }
    if coap.code == Code::EMPTY && coap.header == Header::Reliable {
        // RFC 8323 §3.4.
        reply = Some(Reply::Ignore);
    }
    if !check.is_empty() {
        all.insert("check".into(), Value::Array(check));
    }
    if let Some(reply) = reply {
        all.insert("reply".into(), json!(reply.to_string()));
    }
}
