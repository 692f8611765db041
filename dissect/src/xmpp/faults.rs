//! What is wrong with a stream, a stanza or a request, and what answers it.

use xmpp_stanza::xep::roster::Roster;
use xmpp_stanza::xep::sasl::failure_for;
use xmpp_stanza::{DecodeError, ElementRef, IqType, PayloadError, Problem, Stanza, StanzaFault, xep};

use crate::protocol::Failure;

pub(super) fn failure(error: DecodeError) -> Failure {
    Failure {
        kind: format!("{:?}", error.kind).into(),
        offset: error.offset,
        reply: error.reply().as_str().into(),
        recoverable: false,
        statement: Some(error.statement().into()),
        text: error.to_string(),
    }
}

pub(super) fn fault_failure(fault: &StanzaFault<'_>) -> Failure {
    Failure {
        kind: format!("{:?}", fault.kind).into(),
        offset: 0,
        reply: fault.reply().as_str().into(),
        recoverable: true,
        statement: Some(fault.kind.statement().into()),
        text: fault.kind.to_string(),
    }
}

/// An iq that asks for an answer, with a payload that breaks the rules of its specification: the answer is a stanza error. Elsewhere such a
/// payload is ignored (RFC 6120 §8.4).
pub(super) fn request_failure(stanza: &Stanza<'_>) -> Option<Failure> {
    let Stanza::Iq(iq) = stanza else { return None };
    if !matches!(iq.iq_type, IqType::Get | IqType::Set) {
        return None;
    }
    let payload = iq.payload()?;
    let mut result = xep::check(&payload)?;
    // RFC 6121 §2.1.3, §2.1.5: a get has no item, a set has one.
    if let Some(Ok(roster)) = payload.get::<Roster<'_>>() {
        result = if iq.iq_type == IqType::Set { roster.set_item().map(drop) } else { roster.no_item() };
    }
    let error = result.err()?;
    Some(payload_failure(error, error.reply().as_str()))
}

/// SASL data that is no base64, or that names no mechanism (RFC 6120 §6.5).
pub(super) fn sasl_failure(element: &ElementRef<'_>) -> Option<Failure> {
    let error = xep::check(element)?.err()?;
    Some(payload_failure(error, failure_for(error).as_str()))
}

fn payload_failure(error: PayloadError, reply: &'static str) -> Failure {
    let kind = match error.problem {
        Problem::Missing => "PayloadIncomplete",
        Problem::Invalid | Problem::Empty => "PayloadInvalid",
        Problem::Repeated => "PayloadRepeated",
        Problem::Jid(_) => "PayloadAddress",
    };
    Failure {
        kind: kind.into(),
        offset: 0,
        reply: reply.into(),
        recoverable: true,
        statement: None,
        text: error.to_string(),
    }
}
