//! Secure MQTT envelopes inside the payloads of other protocols: what is in clear, which is all but the text.

use serde_json::{Value, json};
use smqtt_crypto::envelope::{
    AnnounceHead, Binding, Credential, Envelope, Flags, Granted, Role, SIGNATURE_LEN, is_envelope,
};
use smqtt_crypto::{DecodeError, Kem, Labels, Limits, Policy};

use crate::fields::{self, hex};
use crate::options::Options;
use crate::protocol::{
    Carriage, Conversation, Detail, Failure, Fault, Fields, Message, Opening, Payload, Protocol, Recognition, Side,
};
use crate::unit::Unit;

/// The protocol, for the registry.
#[derive(Debug, Clone, Copy)]
pub struct Smqtt;

/// What marks an envelope in MQTT 5.0.
const CONTENT_TYPE: &str = "application/vnd.smqtt";

/// What captures may hold: as much as a packet of MQTT.
const CAPTURED: Limits = Limits {
    max_envelope_len: 256 << 20,
    max_policy_text: 4096,
    max_policy_depth: 32,
    max_key_leaves: 1024,
    max_ciphertext_leaves: 128,
    max_labels: 32,
    max_filters: 64,
};

impl Protocol for Smqtt {
    fn name(&self) -> &'static str {
        "smqtt"
    }

    fn recognise(&self, opening: &Opening<'_>) -> Recognition {
        let fits = |bytes: &[u8]| !bytes.is_empty() && Envelope::decode(bytes, &CAPTURED).is_ok();
        match opening.carriage {
            Carriage::Udp if fits(opening.client) || fits(opening.server) => Recognition::Plausible,
            _ => Recognition::No,
        }
    }

    fn conversation(&self, carriage: Carriage, _options: &Options) -> Option<Box<dyn Conversation>> {
        // An envelope has no length of its own: something must mark where it ends.
        matches!(carriage, Carriage::Udp | Carriage::WebSocket).then(|| Box::new(Units) as Box<dyn Conversation>)
    }

    fn unit(&self, bytes: &[u8], _options: &Options) -> Unit {
        Unit::read(bytes, |rest| {
            let envelope = Envelope::decode(core::mem::take(rest), &CAPTURED).map_err(|error| failure(error, false))?;
            let mut reencoded = Vec::new();
            envelope.encode(&mut reencoded);
            Ok((message(&envelope, Detail::Everything), Some(reencoded)))
        })
    }

    fn payload(&self, payload: &Payload<'_>, detail: Detail) -> Option<Message> {
        let marked = payload.content_type == Some(CONTENT_TYPE);
        if !marked && !is_envelope(payload.bytes) {
            return None;
        }
        match Envelope::decode(payload.bytes, &CAPTURED) {
            Ok(envelope) => Some(message(&envelope, detail)),
            // Two bytes alone prove nothing: without the content type this is somebody else's payload.
            Err(error) => marked.then(|| {
                let failure = failure(error, true);
                Message { summary: failure.text.clone(), failure: Some(failure), ..Message::new("ERROR") }
            }),
        }
    }
}

/// One envelope in each unit of the carrier.
struct Units;

impl Conversation for Units {
    fn decode(&mut self, _from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault> {
        if input.is_empty() {
            return Ok(None);
        }
        let whole = core::mem::take(input);
        match Envelope::decode(whole, &CAPTURED) {
            Ok(envelope) => Ok(Some(message(&envelope, detail))),
            Err(error) => Err(Fault::new(failure(error, false), Some(whole.len()))),
        }
    }
}

fn failure(error: DecodeError, recoverable: bool) -> Failure {
    Failure {
        kind: format!("{:?}", error.kind).into(),
        offset: error.offset,
        reply: error.reply().into(),
        recoverable,
        statement: Some(error.statement().into()),
        text: error.to_string(),
    }
}

fn message(envelope: &Envelope<'_>, detail: Detail) -> Message {
    Message::shown(envelope.kind().name(), detail, || envelope.to_string(), || describe(envelope))
}

fn describe(envelope: &Envelope<'_>) -> Fields {
    let mut out = Fields::new();
    let mut put = |name: &str, value: Value| drop(out.insert(name.into(), value));
    match envelope {
        Envelope::Data(data) => {
            put("suite", json!(data.suite.to_string()));
            put("binding", json!(binding(data.flags)));
            put("properties_bound", json!(data.flags.has(Flags::PROPERTIES)));
            put("key_id", json!(data.key_id.to_string()));
            put("counter", json!(data.counter));
            put("sealed_len", json!(data.sealed.len()));
            put("signature", signature(data.signature.as_ref()));
        }
        Envelope::KeyAnnounce(announce) => {
            out = head(&announce.head);
            out.insert("signature".into(), signature(announce.signature.as_ref()));
        }
        Envelope::SelfContained(single) => {
            out = head(&single.head);
            out.insert("binding".into(), json!(binding(single.head.flags)));
            out.insert("properties_bound".into(), json!(single.head.flags.has(Flags::PROPERTIES)));
            out.insert("sealed_len".into(), json!(single.sealed.len()));
            out.insert("signature".into(), signature(single.signature.as_ref()));
        }
        Envelope::RegisterRequest(request) => {
            let role = if request.role == Role::Subscriber { "subscriber" } else { "publisher" };
            put("role", json!(role));
            put("identity", json!(request.identity.as_str()));
            put("filters", json!(request.filters.iter().collect::<Vec<_>>()));
            put("wrap_key", fields::binary(&request.wrap_key));
            put("verifying_key", fields::binary(&request.verifying_key));
            put("nonce", fields::binary(&request.nonce));
        }
        Envelope::RegisterResponse(response) => {
            put("nonce", fields::binary(&response.nonce));
            match &response.granted {
                Granted::Key { sealed, .. } => put("key", fields::redacted(sealed.len())),
                Granted::Credential(bytes) => put("credential", inside(bytes)),
            }
            put("params", inside(&response.params));
        }
        Envelope::PublicParams(params) => {
            put("kem", json!(params.kem.to_string()));
            put("authority", fields::binary(&params.authority));
            put("epoch_seconds", json!(params.epoch_seconds));
            put("public_len", json!(params.public.len()));
        }
        Envelope::SecretKey(key) => {
            put("kem", json!(key.kem.to_string()));
            put("body", fields::redacted(key.body.len()));
        }
        Envelope::KeyRequest(request) => put("key_id", json!(request.key_id.to_string())),
        Envelope::EpochNotice(notice) => {
            put("epoch", json!(notice.epoch.0));
            put("generation", json!(notice.generation));
        }
        Envelope::Credential(credential) => out = described(credential),
    }
    out
}

fn head(head: &AnnounceHead<'_>) -> Fields {
    let mut out = Fields::new();
    let mut put = |name: &str, value: Value| drop(out.insert(name.into(), value));
    put("suite", json!(head.suite.to_string()));
    put("kem", json!(head.kem.to_string()));
    put("public_id", fields::binary(&head.public_id));
    put("sender", json!(head.sender.to_string()));
    put("epoch", json!(head.epoch.0));
    put("topic", json!(head.topic.as_str()));
    let labels = Labels::decode(&head.access, &CAPTURED).ok().filter(|_| head.kem == Kem::FABEO_KP);
    let policy = Policy::decode(&head.access, &CAPTURED).ok().filter(|_| head.kem == Kem::FABEO_CP);
    if let Some(labels) = labels {
        put("labels", json!(labels.iter().map(ToString::to_string).collect::<Vec<_>>()));
    } else if let Some(policy) = policy {
        put("policy", json!(policy.to_string()));
    } else {
        put("access", fields::binary(&head.access));
    }
    put("encapsulation_len", json!(head.encapsulation.len()));
    put("key_id", json!(head.key_id.to_string()));
    put("commitment", fields::binary(&head.commitment));
    if !head.credential.is_empty() {
        put("credential", inside(&head.credential));
    }
    out
}

/// Parameters or a credential inside an envelope: the fields, or the bytes when it is neither. One level deep and no deeper.
fn inside(bytes: &[u8]) -> Value {
    match Envelope::decode(bytes, &CAPTURED) {
        Ok(envelope @ (Envelope::PublicParams(_) | Envelope::Credential(_))) => Value::Object(describe(&envelope)),
        _ => fields::binary(bytes),
    }
}

fn described(credential: &Credential<'_>) -> Fields {
    let mut out = Fields::new();
    out.insert("sender".into(), json!(credential.sender().to_string()));
    out.insert("first_epoch".into(), json!(credential.first.0));
    out.insert("last_epoch".into(), json!(credential.last.0));
    out.insert("filters".into(), json!(credential.filters.iter().collect::<Vec<_>>()));
    out
}

const fn binding(flags: Flags) -> &'static str {
    match flags.binding() {
        Binding::None => "none",
        Binding::Exact => "exact",
        Binding::Suffix => "suffix",
    }
}

fn signature(signature: Option<&[u8; SIGNATURE_LEN]>) -> Value {
    signature.map_or(Value::Null, |signature| json!(hex(signature)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::unit::UnitEnd;

    /// Data under AES-256-GCM, topic bound, counter 300, four bytes of text.
    const DATA: &[u8] = &[
        0xF5, 0x11, 1, 4, 1, 2, 3, 4, 5, 6, 7, 8, 0xAC, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    fn offered<'a>(bytes: &'a [u8], content_type: Option<&'a str>) -> Payload<'a> {
        Payload { topic: Some("t"), content_type, bytes }
    }

    #[test]
    fn an_envelope_in_a_payload_shows_what_is_in_clear() {
        let message = Smqtt.payload(&offered(DATA, None), Detail::Fields).unwrap();
        assert_eq!(message.kind, "Data");
        assert_eq!(message.fields["suite"], "AES-256-GCM");
        assert_eq!(message.fields["key_id"], "0102030405060708");
        assert_eq!(message.fields["counter"], 300);
        assert_eq!(message.fields["binding"], "exact");
        assert_eq!(message.fields["sealed_len"], 20);
        let message = Smqtt.payload(&offered(DATA, None), Detail::Summary).unwrap();
        assert_eq!(message.summary, "Data AES-256-GCM key=0102030405060708 counter=300 20 B");
    }

    #[test]
    fn other_payloads_are_left_alone_and_marked_ones_judged() {
        let cut = DATA.get(..20).unwrap();
        assert!(Smqtt.payload(&offered(b"{\"t\":21.5}", None), Detail::Fields).is_none());
        assert!(Smqtt.payload(&offered(cut, None), Detail::Fields).is_none());
        let failure = Smqtt.payload(&offered(cut, Some(CONTENT_TYPE)), Detail::Fields).unwrap().failure.unwrap();
        assert_eq!((failure.kind.as_ref(), failure.offset, failure.recoverable), ("Truncated", 20, true));
    }

    #[test]
    fn a_unit_of_hex_is_one_envelope() {
        let unit = Smqtt.unit(DATA, &Options::default());
        assert_eq!(unit.end, UnitEnd::Complete);
        assert_eq!(unit.messages.first().and_then(|first| first.reencoded.as_deref()), Some(DATA));
        assert!(matches!(Smqtt.unit(&[0xF5, 0x21], &Options::default()).end, UnitEnd::Refused(_)));
    }
}
