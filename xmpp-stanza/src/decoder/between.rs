//! Between first-level elements (RFC 6120 §4.4, §11.7), and what a first-level element is (RFC 6120 §4.8).

use super::{Decoder, Kept, State, Unit};
use crate::chars::{self, Decoded};
use crate::context::{Content, ContextData};
use crate::error::DecodeErrorKind as Kind;
use crate::ns;
use crate::tokenizer::{Fault, NamespaceName, Tokenizer};

impl Decoder {
    /// Finds the `<` of the next element; false if the bytes end.
    pub(super) fn between(&mut self, input: &mut &[u8]) -> Result<bool, Fault> {
        self.skip_space(input);
        let Some(&byte) = input.first() else { return Ok(false) };
        if byte != b'<' {
            return match byte {
                0x80.. => match chars::decode_wide(input) {
                    Decoded::Need => Ok(false),
                    Decoded::Bad => Err((Kind::InvalidUtf8, 0)),
                    Decoded::Char(0xFFFE | 0xFFFF, _) => Err((Kind::IllegalCharacter, 0)),
                    // RFC 6120 §11.7: white space and nothing else.
                    Decoded::Char(..) => Err((Kind::TextBetweenElements, 0)),
                },
                0..0x20 => Err((Kind::IllegalCharacter, 0)),
                _ => Err((Kind::TextBetweenElements, 0)),
            };
        }
        match input.get(1) {
            None => return Ok(false),
            Some(b'/') => self.state = State::Closing(0),
            Some(b'!') => return self.bang_between(input),
            Some(_) => {
                self.tokenizer.begin(0);
                self.state = State::Head;
            }
        }
        Ok(true)
    }

    /// `<!` between elements: a CDATA section is text there, everything else is forbidden anywhere.
    fn bang_between(&self, input: &[u8]) -> Result<bool, Fault> {
        let opening = b"<![CDATA[";
        let same = input.iter().zip(opening).take_while(|(a, b)| a == b).count();
        if same == opening.len() {
            Err((Kind::TextBetweenElements, 0))
        } else if same == input.len() {
            Ok(false)
        } else if same == 2 {
            Err((Kind::CommentOrDoctype, 0))
        } else {
            Err((Kind::MalformedCdata, same))
        }
    }

    /// `</stream:stream>`, byte by byte; `seen` of them have been looked at before.
    pub(super) fn closing(&mut self, input: &[u8], seen: usize) -> Result<Option<(Unit, usize)>, Fault> {
        let name_end = self.root.len().saturating_add(2);
        let mut at = seen;
        let expected = b"</".iter().chain(&self.root);
        let found = input.iter().zip(expected).skip(at);
        at = at.saturating_add(found.take_while(|(a, b)| a == b).count());
        if at >= name_end {
            let rest = input.get(at..).unwrap_or_default();
            at = at.saturating_add(rest.iter().take_while(|&&byte| chars::is_space(byte)).count());
        }
        if at > self.limits.max_stanza_bytes {
            return Err((Kind::StanzaTooLarge, self.limits.max_stanza_bytes));
        }
        match input.get(at) {
            None => {
                self.state = State::Closing(at);
                Ok(None)
            }
            Some(b'>') if at >= name_end => {
                self.state = State::Closed;
                Ok(Some((Unit::Close, at.saturating_add(1))))
            }
            Some(_) if at > name_end => Err((Kind::MalformedTag, at)),
            Some(_) => Err((Kind::MismatchedEndTag, at)),
        }
    }
}

/// What the first-level element is, as soon as its start tag is complete.
pub(crate) fn classify(
    tokenizer: &Tokenizer,
    input: &[u8],
    context: &ContextData,
    accept_unknown: bool,
) -> Result<Kept, Fault> {
    let unknown = if accept_unknown { Kept::Nonza } else { Kept::Refused(Kind::UnknownFirstLevelElement) };
    let name = tokenizer.name;
    let local = name.local(input);
    let namespace = if name.has_prefix() {
        tokenizer.resolve(name.prefix(input), input, context)
    } else {
        tokenizer.attribute(b"xmlns", input).map(NamespaceName::new)
    };
    let is = |wanted: &str| match &namespace {
        Some(namespace) => namespace.is(wanted),
        None => context.default == wanted,
    };
    let any_content = || [Content::Client, Content::Server, Content::Component].iter().any(|own| is(own.namespace()));
    let content = match context.content {
        Some(content) => is(content.namespace()),
        // Without a content namespace in the header each stanza declares its own.
        None => any_content(),
    };
    if content {
        // RFC 6120 §4.8.5: elements of the content namespace have no prefix.
        if name.has_prefix() {
            return Ok(Kept::Refused(Kind::PrefixedContent));
        }
        return match local {
            b"message" | b"presence" | b"iq" => Ok(Kept::Stanza),
            b"handshake" if is(ns::COMPONENT) => Ok(Kept::Nonza),
            _ => Ok(unknown),
        };
    }
    if is(ns::STREAMS) {
        return match local {
            b"features" => Ok(Kept::Features),
            b"error" => Ok(Kept::Error),
            // A stream inside a stream would never end: a restart must be announced by `restart`.
            b"stream" => Err((Kind::UnknownFirstLevelElement, 0)),
            _ => Ok(unknown),
        };
    }
    if ns::NEGOTIATION.iter().any(|namespace| is(namespace)) {
        return Ok(Kept::Nonza);
    }
    // RFC 6120 §4.8.3: the content namespace of another kind of stream.
    if !accept_unknown && any_content() {
        return Ok(Kept::Refused(Kind::UnknownContentNamespace));
    }
    // RFC 6120 §4.8.4, RFC 6120 §4.9.3.24: a namespace or a name that is not understood.
    Ok(unknown)
}
