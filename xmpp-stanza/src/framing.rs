//! Framings other than the TCP stream: WebSocket (RFC 7395), BOSH (XEP-0124, XEP-0206), components (XEP-0114).

pub mod bosh;
pub mod component;
pub mod websocket;

use crate::context::Context;
use crate::decoder::{Kept, classify};
use crate::error::{DecodeError, DecodeErrorKind as Kind};
use crate::limits::{LONGEST, Limits};
use crate::tokenizer::{Step, Tokenizer};

/// Checks a document that is one element and nothing else; says what the element would be on the first level of a stream.
pub(crate) fn document(bytes: &[u8], limits: &Limits, accept_unknown: bool) -> Result<Kept, DecodeError> {
    let refuse = |(kind, offset)| DecodeError { kind, offset };
    let limit = limits.max_stanza_bytes.min(LONGEST);
    if bytes.len() > limit {
        return Err(refuse((Kind::StanzaTooLarge, limit)));
    }
    // RFC 7395 §3.3.3: the first character is `<`; no declaration (§3.3.2 of XEP-0124's document is one element as well).
    if bytes.first() != Some(&b'<') {
        return Err(refuse((Kind::MalformedFrame, 0)));
    }
    if bytes.get(1) == Some(&b'!') {
        return Err(refuse((Kind::CommentOrDoctype, 0)));
    }
    let mut tokenizer = Tokenizer::default();
    tokenizer.begin(0);
    let mut kept = Kept::Nonza;
    loop {
        let len = match tokenizer.run(bytes, limits, Context::EMPTY.data()).map_err(refuse)? {
            Step::Need => return Err(refuse((Kind::CutOff, bytes.len()))),
            Step::Head(empty) => {
                kept = classify(&tokenizer, bytes, Context::EMPTY.data(), accept_unknown).map_err(refuse)?;
                if !empty {
                    continue;
                }
                tokenizer.position()
            }
            Step::End(len) => len,
        };
        return match kept {
            _ if len < bytes.len() => Err(refuse((Kind::MalformedFrame, len))),
            Kept::Refused(kind) => Err(refuse((kind, 0))),
            kept => Ok(kept),
        };
    }
}
