//! `coap-codec` as a member of the family: its streams. Datagrams, option edits, URIs and links have laws of their own.

use arbitrary::{Arbitrary, Unstructured};
use bytes::{Bytes, BytesMut};
use coap_codec::uri::{Host, Scheme, Uri};
use coap_codec::{
    Code, DecodeError, Decoder, Encoder, Header, Limits, Message, MessageType, OptionNumber, OptionRef, Options,
    OptionsMut, Policy, Reply, Role, Transport, cache, http, link, problem,
};

use crate::Family;

/// CoAP over TCP.
#[derive(Debug)]
pub enum Coap {}

/// Whether the connection is new, and whether tokens may be long.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    new: bool,
    extended: bool,
}

impl Config {
    fn limits(self) -> Limits {
        let limits = Limits { max_message_len: 4096, ..Limits::default() };
        if self.extended { limits.with_extended_tokens(400) } else { limits }
    }
}

fn encoder(config: Config, _: &Message<'_>) -> Encoder {
    sender(Transport::Tcp, config.limits())
}

/// What may send messages of any size, with tokens of that length.
const fn sender(transport: Transport, limits: Limits) -> Encoder {
    let mut encoder = Encoder::new(transport);
    encoder.max_message_len = u32::MAX;
    encoder.max_token_len = limits.max_token_len;
    encoder
}

impl Family for Coap {
    type Config = Config;
    type Message<'a> = Message<'a>;
    type Error = DecodeError;
    type Decoder = Decoder;

    fn config(u: &mut Unstructured<'_>) -> arbitrary::Result<Config> {
        let byte: u8 = u.arbitrary()?;
        Ok(Config { new: byte & 1 != 0, extended: byte & 2 != 0 })
    }

    fn arbitrary(_: Config, u: &mut Unstructured<'_>) -> arbitrary::Result<Message<'static>> {
        let message = Message::arbitrary(u)?.into_owned();
        Ok(Message { header: Header::Reliable, ..message })
    }

    fn decoder(config: Config) -> Decoder {
        match config.new {
            true => Decoder::new(Transport::Tcp, config.limits()),
            false => Decoder::established(Transport::Tcp, config.limits()),
        }
    }

    fn decoder_for(config: Config, message: &Message<'_>) -> Decoder {
        let limits = Limits { max_message_len: u32::MAX, ..config.limits() };
        match message.code == Code::CSM {
            true => Decoder::new(Transport::Tcp, limits),
            false => Decoder::established(Transport::Tcp, limits),
        }
    }

    verbs!(decoder of Message);
    verbs!(message Message);
    verbs!(encoder of Message);

    fn encoded_len(config: Config, message: &Message<'_>) -> usize {
        encoder(config, message).encoded_len(message).expect("a message that can be sent")
    }

    fn walk(message: &Message<'_>) {
        walk(message);
    }
}

/// Visits everything lazy of a message: its line, its options in every reading, its checks, its caching key.
fn walk(message: &Message<'_>) {
    assert!(!message.to_string().is_empty());
    let count = message.options.iter().count();
    let again = Options::decode(message.options.wire().expect("decoded options have a wire form"));
    assert_eq!(again.expect("validated options are valid").iter().count(), count);
    assert!(message.options.iter().is_sorted_by_key(|option| option.number));
    for role in [Role::Endpoint, Role::Proxy] {
        assert!(message.check(&Policy::new(role)).count() <= count);
        // A message that decodes is never answered to a RST or ACK with another of them.
        let refusal = message.refusal(&Policy::new(role));
        let silent = matches!(message.message_type(), Some(MessageType::Acknowledgement | MessageType::Reset));
        assert!(!(silent && refusal == Some(Reply::Reset)));
    }
    let mut key = Vec::new();
    cache::cache_key(message, &mut key);
    assert!(cache::same_key(message, message) && !key.is_empty());
    let _ =
        (cache::freshness(message), problem::diagnostic(message), problem::ProblemDetails::decode(&message.payload));
    let _ = coap_codec::signaling::Csm::from_message(message);
    for option in &message.options {
        let _ = option.typed();
    }
    let mut options = message.options.clone();
    if options.expand_path().expect("decoded options are short enough") {
        assert!(!options.contains(OptionNumber::URI_PATH_ABBREV) && options.contains(OptionNumber::URI_PATH));
    }
    assert!(http::CacheControl::of(message).to_string().starts_with("max-age="));
    assert!(http::Location::of(message).is_none_or(|location| location.to_string().starts_with('/')));
}

/// A datagram is a message that re-encodes to the same bytes, or a reject whose answer fits its type.
pub fn coap_datagram(data: &[u8]) {
    let Some((switch, datagram)) = data.split_first() else { return };
    let limits = if switch & 1 == 0 { Limits::default() } else { Limits::default().with_extended_tokens(300) };
    let shared = Message::decode_shared(&Bytes::copy_from_slice(datagram), &limits);
    match Message::decode(datagram, &limits) {
        Ok(message) => {
            walk(&message);
            let mut out = Vec::new();
            sender(Transport::Udp, limits).encode(&message, &mut out).expect("what was decoded can be sent");
            assert_eq!(out, datagram);
            assert_eq!(shared.expect("decodes").into_owned(), message.into_owned());
        }
        Err(reject) => {
            assert_eq!(shared.expect_err("is refused"), reject.error());
            assert!(reject.offset() <= datagram.len());
            let confirmable = reject.message_type() == Some(MessageType::Confirmable);
            assert!(confirmable || reject.reset().is_none());
            assert_eq!(
                reject.message_id().is_some(),
                datagram.len() >= 4 && datagram.first().is_some_and(|b| b >> 6 == 1)
            );
        }
    }
    // One frame is judged like the same bytes behind a UDP header, where both have a judgement.
    let _ = Message::decode_frame(datagram, &limits).map(|message| walk(&message));
}

/// Edits of options against a sorted list.
///
/// # Errors
/// The bytes ran out.
pub fn coap_edit(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let mut list: Vec<(u16, &[u8])> = Vec::new();
    let mut options = Options::new();
    let mut buffer = vec![0; usize::from(u.arbitrary::<u8>()?)];
    let mut in_buffer = OptionsMut::new(&mut buffer);
    let mut fits = true;
    while !u.is_empty() {
        let (edit, raw): (u8, u16) = u.arbitrary()?;
        let number = if edit & 4 == 0 { raw % 32 } else { raw };
        let value: &[u8] = u.arbitrary()?;
        let before = list.len();
        if edit & 3 > 1 {
            list.retain(|(other, _)| *other != number);
        }
        let removed = before.saturating_sub(list.len());
        if edit & 3 < 3 {
            let at = list.partition_point(|(other, _)| *other <= number);
            list.insert(at, (number, value));
        }
        let (number, wire) = (OptionNumber(number), in_buffer.wire().to_vec());
        let outcome = match edit & 3 {
            0 | 1 => {
                options.push(number, value).expect("short enough");
                in_buffer.push(number, value)
            }
            2 => {
                options.replace(number, value).expect("short enough");
                in_buffer.replace(number, value)
            }
            _ => {
                assert_eq!(options.remove(number), Ok(removed));
                in_buffer.remove(number).map(|_| ())
            }
        };
        if fits && outcome.is_err() {
            assert_eq!(in_buffer.wire(), wire, "a refused edit changes nothing");
        }
        fits &= outcome.is_ok();
        let items: Vec<OptionRef<'_>> =
            list.iter().map(|(number, value)| OptionRef::new(OptionNumber(*number), value)).collect();
        assert_eq!(options, Options::from_slice(&items));
        assert!(!fits || options.wire() == Some(in_buffer.wire()));
    }
    Ok(())
}

/// A text as each header field that has an option: what becomes a Location comes back in normal form.
fn header_fields(text: &str) {
    let _ = (http::max_age(text, Some(text)), http::accept(text, text), http::opaque_etag(text));
    let _ = (http::etag(text, &mut [0; 8]), http::loose_content_format(text, ""));
    let mut options = Options::new();
    http::push_conditions(&mut options, Code::GET, text, text).expect("tags are short");
    let mut options = Options::new();
    if http::push_location(&mut options, text).expect("the lengths are checked") {
        let response = Message { options, ..Message::reliable(Code::CREATED) };
        let Some(location) = http::Location::of(&response) else { return };
        let mut again = Options::new();
        assert_eq!(http::push_location(&mut again, &location.to_string()), Ok(true));
        assert_eq!(again, response.options, "{text}");
    }
}

/// A text is a URI that comes back through its options in normal form, or an error within the text.
pub fn coap_uri(text: &str) {
    header_fields(text);
    let uri = match Uri::parse(text) {
        Ok(uri) => uri,
        Err(error) => return assert!(error.offset <= text.len()),
    };
    let address = match uri.host {
        Host::Ip(address, _) => address,
        Host::Name(_) => core::net::IpAddr::V4(core::net::Ipv4Addr::LOCALHOST),
    };
    let here = (address, uri.effective_port());
    let options = uri.to_options(Some(here)).expect("the lengths are checked");
    let Ok(composed) = options.uri(uri.scheme, here).map(|uri| uri.to_string()) else {
        // A name may hide characters behind escapes that no host has.
        return assert!(matches!(uri.host, Host::Name(name) if name.contains('%')));
    };
    if matches!(uri.host, Host::Name(name) if name.contains('%')) {
        return;
    }
    let again = Uri::parse(&composed).expect("what is composed is a URI");
    assert_eq!(again.to_options(Some(here)).expect("again"), options, "{text} {composed}");
    assert_eq!(options.uri(again.scheme, here).expect("composes").to_string(), composed, "normal forms come back");
    assert!(Scheme::ALL.contains(&again.scheme));
}

/// A document is links that print as they were read, or ends in one error.
pub fn coap_link(document: &str, query: &str) {
    let mut seen = 0_usize;
    for link in link::links(document) {
        match link {
            Ok(link) => {
                let text = link.to_string();
                assert!(document.contains(&text));
                let again = link::links(&text).next().expect("a link").expect("is one");
                assert_eq!(again, link);
                let names =
                    link.attributes().map(|a| a.name.len().saturating_add(a.value.chars().count())).sum::<usize>();
                assert!(names <= text.len());
                let _ = (link.size(), link.content_formats().count(), link.relations().count());
            }
            Err(error) => assert!(error.offset <= document.len()),
        }
        seen = seen.saturating_add(1);
    }
    assert!(link::filter(document, link::Filter::parse(query)).count() <= seen);
}
