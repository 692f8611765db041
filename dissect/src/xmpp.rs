//! XMPP: streams over TCP, WebSocket and BOSH, one message for each stanza.

mod faults;
mod json;

use xmpp_stanza::framing::{bosh, websocket};
use xmpp_stanza::{Content, Context, DecodeError, Decoder, Encoder, Event, Limits, Stanza, ns};

use self::faults::{failure, fault_failure, request_failure, sasl_failure};
use crate::options::{OptionSpec, Options};
use crate::protocol::{
    Carriage, Conversation, Detail, Fault, Inner, Message, Opening, Ports, Protocol, Recognition, Resync, Side,
    SubProtocol,
};
use crate::unit::{Unit, UnitEnd, written};

/// The protocol, for the registry.
#[derive(Debug, Clone, Copy)]
pub struct Xmpp;

const LIMITS: Limits = Limits { max_stanza_bytes: 16 << 20, max_text_bytes: 16 << 20, ..Limits::AUTHENTICATED };

impl Protocol for Xmpp {
    fn name(&self) -> &'static str {
        "xmpp"
    }

    fn ports(&self) -> Ports {
        Ports { tcp: &[5222, 5269, 5347, 5280, 5298], udp: &[] }
    }

    fn recognise(&self, opening: &Opening<'_>) -> Recognition {
        let look = |first| look(first, opening.mid_stream);
        look(opening.client).max(look(opening.server))
    }

    fn sub_protocols(&self) -> &'static [SubProtocol] {
        &[SubProtocol { name: "xmpp", framed: true }]
    }

    fn wants_http(&self, target: &str, content_type: &str) -> bool {
        target.contains("http-bind") || (content_type.starts_with("text/xml") && target.contains("bosh"))
    }

    fn options(&self) -> &'static [OptionSpec] {
        &[OptionSpec {
            name: "state",
            values: &["start", "stanza"],
            help: "what a unit of --hex is in XMPP: a stream from its first byte, or a child of an open client stream (default start)",
        }]
    }

    fn conversation(&self, carriage: Carriage, options: &Options) -> Option<Box<dyn Conversation>> {
        match carriage {
            Carriage::Tcp => Some(Box::new(Flow {
                sides: [Half::new(options.value("state")), Half::new(options.value("state"))],
                opaque: false,
            })),
            Carriage::WebSocket => Some(Box::new(Frames)),
            Carriage::Http => Some(Box::new(Bodies)),
            Carriage::Udp => None,
        }
    }

    fn unit(&self, bytes: &[u8], options: &Options) -> Unit {
        let mut half = Half::new(options.value("state"));
        Unit::read(bytes, |rest| {
            let event = half.decode(rest).map_err(failure)?;
            let event = event.ok_or_else(|| UnitEnd::Incomplete { needed: half.decoder.needed() })?;
            Ok((message(&event, Detail::Everything), reencoded(&event, half.decoder.context())))
        })
    }
}

/// Whether bytes look like XMPP.
fn look(first: &[u8], mid_stream: bool) -> Recognition {
    let has = |needle: &[u8]| first.windows(needle.len()).take(512).any(|window| window == needle);
    if first.is_empty() || (first.len() < 24 && first.starts_with(b"<")) {
        return Recognition::Undecided;
    }
    if !first.starts_with(b"<") && !mid_stream {
        return Recognition::No;
    }
    let marks: [&[u8]; 5] =
        [b"<stream:stream", b"etherx.jabber.org/streams", b"xmpp-framing", b"protocol/httpbind", b"jabber:client"];
    if marks.iter().any(|mark| has(mark)) {
        Recognition::Certain
    } else if mid_stream && (has(b"<message ") || has(b"<iq ") || has(b"<presence")) {
        Recognition::Plausible
    } else {
        Recognition::No
    }
}

/// What the encoder makes of an event, in the scope of the stream that it came from.
fn reencoded(event: &Event<'_>, context: &Context) -> Option<Vec<u8>> {
    written(|out| Encoder::new(context.clone()).encode(event, out))
}

/// The name, the line and the fields of an event.
fn message(event: &Event<'_>, detail: Detail) -> Message {
    let mut message = Message::new(json::kind(event));
    if let Event::Stanza(element) = event {
        match Stanza::decode(element.borrowed()) {
            Ok(stanza) => {
                message.failure = request_failure(&stanza);
                if detail.summary() {
                    message.summary = stanza.to_string();
                }
            }
            Err(fault) => message.failure = Some(fault_failure(&fault)),
        }
    } else if let Event::Nonza(element) = event
        && element.root().namespace() == *ns::SASL
    {
        message.failure = sasl_failure(&element.root());
    }
    if detail.summary() && message.summary.is_empty() {
        message.summary = json::line(event);
    }
    if detail.fields() {
        message.fields = json::event(event, detail);
    }
    message
}

/// One direction of a stream over TCP.
struct Half {
    decoder: Decoder,
    /// A header has been seen or is not expected.
    open: bool,
    /// SASL is under way or done: a new header is a restart (RFC 6120 §6.4.6).
    may_restart: bool,
}

impl Half {
    fn new(state: Option<&str>) -> Self {
        match state {
            Some("stanza") => {
                Self { decoder: Decoder::established(Content::Client, LIMITS), open: true, may_restart: false }
            }
            _ => Self { decoder: Decoder::new(LIMITS), open: false, may_restart: false },
        }
    }

    fn decode<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Event<'a>>, DecodeError> {
        if self.open && self.may_restart {
            let text = input.trim_ascii_start();
            let begins = |header: &[u8]| text.starts_with(header) || (!text.is_empty() && header.starts_with(text));
            if begins(b"<?xml") || begins(b"<stream:stream") {
                if text.len() < 14 && !text.starts_with(b"<?xml") {
                    return Ok(None);
                }
                *input = text;
                self.restart();
            }
        }
        let event = self.decoder.decode(input)?;
        match &event {
            Some(Event::Open(_)) => self.open = true,
            Some(Event::Nonza(element)) if element.root().namespace() == *ns::SASL => self.may_restart = true,
            _ => {}
        }
        Ok(event)
    }

    fn restart(&mut self) {
        self.decoder.restart();
        self.open = false;
        self.may_restart = false;
    }
}

/// A stream over TCP, both directions.
struct Flow {
    sides: [Half; 2],
    /// TLS or compression has begun: what follows is not XML.
    opaque: bool,
}

impl Conversation for Flow {
    fn decode(&mut self, from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault> {
        if self.opaque {
            *input = &[];
            return Ok(None);
        }
        let half = from.of_mut(&mut self.sides);
        let event = half.decode(input).map_err(|error| Fault::new(failure(error), None))?;
        let Some(event) = event else { return Ok(None) };
        let message = message(&event, detail);
        if let Event::Nonza(element) = &event {
            let root = element.root();
            if root.is(ns::TLS, "proceed") || root.is(ns::COMPRESS, "compressed") {
                self.opaque = true;
            } else if root.is(ns::SASL, "success") {
                // RFC 6120 §6.4.6: both sides begin anew.
                self.sides.iter_mut().for_each(|half| half.may_restart = true);
            }
        }
        Ok(Some(message))
    }

    fn resynchronise(&mut self, from: Side, input: &[u8]) -> Resync {
        if self.opaque {
            return Resync::At(0);
        }
        let heads: [&[u8]; 6] = [b"<message", b"<iq ", b"<presence", b"<?xml", b"<stream:", b"<r xmlns"];
        let found = Resync::find(input, 9, |rest| heads.iter().any(|head| rest.starts_with(head)));
        if let Resync::At(at) = found {
            let half = from.of_mut(&mut self.sides);
            *half = Half::new(Some("stanza"));
            half.may_restart = true;
            let rest = input.get(at..).unwrap_or_default();
            if rest.starts_with(b"<?xml") || rest.starts_with(b"<stream:stream") {
                half.restart();
            }
        }
        found
    }
}

/// A stream over WebSocket: one element in each message (RFC 7395).
struct Frames;

impl Conversation for Frames {
    fn decode(&mut self, _from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault> {
        let len = input.len();
        let frame = websocket::Frame::decode(input, &LIMITS).map_err(|error| Fault::new(failure(error), Some(len)))?;
        *input = &[];
        Ok(Some(match &frame {
            websocket::Frame::Event(event) => message(event, detail),
            websocket::Frame::Open(header) => {
                let summary = || header.to_string().replacen("stream:stream", "open", 1);
                Message::shown("open", detail, summary, || json::header(header))
            }
            websocket::Frame::Close(_) => Message::new("close"),
        }))
    }
}

/// A stream over BOSH: stanzas in the bodies of HTTP (XEP-0124).
struct Bodies;

impl Conversation for Bodies {
    fn decode(&mut self, _from: Side, input: &mut &[u8], detail: Detail) -> Result<Option<Message>, Fault> {
        let len = input.len();
        let body = bosh::Body::decode(input, &LIMITS).map_err(|error| Fault::new(failure(error), Some(len)))?;
        *input = &[];
        let fields = || json::element(&body.element().root(), detail);
        let mut message = Message::shown("body", detail, || body.to_string(), fields);
        for child in body.children() {
            let len = child.as_str().len();
            let element = child.to_element();
            let event = if child.is_content() { Event::Stanza(element) } else { Event::Nonza(element) };
            message.inner.push(Inner { protocol: "xmpp", len, message: self::message(&event, detail) });
        }
        Ok(Some(message))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(state: &str, text: &str) -> Unit {
        let mut options = Options::default();
        options.values.insert("state", state.into());
        Xmpp.unit(text.as_bytes(), &options)
    }

    #[test]
    fn a_stanza_is_shown_and_reencoded() {
        let text = "<message to='a@b' type='chat' id='1'><body>hi</body></message>";
        let unit = unit("stanza", text);
        assert_eq!(unit.end, UnitEnd::Complete);
        let [message] = &unit.messages[..] else { panic!("one message") };
        assert_eq!(message.message.kind, "message");
        assert_eq!(message.message.fields["body"], "hi");
        assert_eq!(message.reencoded.as_deref(), Some(text.as_bytes()));
    }

    #[test]
    fn verdicts() {
        assert!(matches!(unit("start", "<stream:stream xmlns").end, UnitEnd::Incomplete { .. }));
        let refused = unit("start", "<!-- -->").end;
        assert!(matches!(refused, UnitEnd::Refused(failure) if failure.reply == "restricted-xml"));
        let bad = unit("stanza", "<iq type='get'/>");
        let failure = bad.messages[0].message.failure.as_ref().unwrap();
        assert!(failure.recoverable);
        assert_eq!(failure.reply, "bad-request");
    }

    #[test]
    fn payloads_of_requests_are_checked() {
        for (text, reply) in [
            ("<iq type='set' id='1'><block xmlns='urn:xmpp:blocking'/></iq>", Some("bad-request")),
            (
                "<iq type='get' id='1'><query xmlns='jabber:iq:roster'><item jid='@'/></query></iq>",
                Some("jid-malformed"),
            ),
            ("<iq type='set' id='1'><query xmlns='jabber:iq:roster'/></iq>", Some("bad-request")),
            (
                "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@b'/><item jid='c@d'/></query></iq>",
                Some("bad-request"),
            ),
            (
                "<iq type='set' id='1'><query xmlns='jabber:iq:roster'><item jid='a@b'><group/></item></query></iq>",
                Some("not-acceptable"),
            ),
            ("<iq type='get' id='1'><query xmlns='jabber:iq:roster'/></iq>", None),
            ("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>", None),
            ("<iq type='result' id='1'><block xmlns='urn:xmpp:blocking'/></iq>", None),
            ("<message><received xmlns='urn:xmpp:receipts'/></message>", None),
            ("<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>A===</response>", Some("incorrect-encoding")),
            ("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</auth>", Some("invalid-mechanism")),
        ] {
            let unit = unit("stanza", text);
            assert_eq!(unit.end, UnitEnd::Complete, "{text}");
            let failure = unit.messages[0].message.failure.as_ref();
            assert_eq!(failure.map(|failure| (&*failure.reply, failure.recoverable)), reply.map(|reply| (reply, true)));
        }
    }

    #[test]
    fn secrets_are_hidden() {
        let unit = unit(
            "stanza",
            "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGFsaWNlAHNlY3JldA==</auth>",
        );
        let shown = serde_json::to_string(&unit.messages[0].message.fields).unwrap();
        assert!(!shown.contains("AGFs") && shown.contains("redacted"), "{shown}");
    }
}
