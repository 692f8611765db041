//! A CoAP server on a `std::net::UdpSocket`: `/.well-known/core`, `/time` and `/echo`.
//!
//! ```text
//! cargo run -p coap-codec --example server -- 127.0.0.1:5683
//! coap-client -m get coap://127.0.0.1/.well-known/core
//! ```
#![allow(clippy::print_stdout, reason = "a program")]

use std::net::UdpSocket;
use std::time::SystemTime;

use coap_codec::link::{Filter, filter};
use coap_codec::problem::ProblemDetails;
use coap_codec::registry::content_format::ContentFormat;
use coap_codec::{Binary, Code, Effect, Limits, Message, MessageType, OptionNumber, Options, Policy, Reply, Token};

const RESOURCES: &str = r#"</time>;rt="clock";ct=0;title="Seconds since 1970",</echo>;rt="echo";if="test""#;

fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:5683".to_owned());
    let socket = UdpSocket::bind(&address)?;
    println!("listening on {address}");
    let mut buffer = [0; 1500];
    let mut next_id: u16 = 1;
    loop {
        let (len, peer) = socket.recv_from(&mut buffer)?;
        let Some(datagram) = buffer.get(..len) else { continue };
        let mut out = Vec::new();
        match Message::decode(datagram, &Limits::default()) {
            Ok(request) => {
                println!("{peer} {request}");
                if let Some(response) = answer(&request, &mut next_id) {
                    println!("{peer} <- {response}");
                    // What cannot be written is not sent.
                    let _ = response.encode(&mut out);
                }
            }
            Err(reject) => {
                println!("{peer} {reject}");
                out.extend(reject.reset().into_iter().flatten());
            }
        }
        if !out.is_empty() {
            socket.send_to(&out, peer)?;
        }
    }
}

/// The answer to a message, if it gets one.
fn answer<'m>(request: &'m Message<'_>, next_id: &mut u16) -> Option<Message<'m>> {
    let id = request.message_id()?;
    let policy = Policy::default();
    match request.refusal(&policy) {
        Some(Reply::Reset) => return Some(Message::reset(id)),
        Some(Reply::Respond(Code::BAD_OPTION)) => {
            let refused = |effect| matches!(effect, Effect::Refuse(_));
            let option = request.check(&policy).find(|finding| refused(finding.effect))?.option.number;
            let mut payload = Vec::new();
            ProblemDetails::unprocessed(option).encode(&mut payload);
            return Some(respond(
                request,
                id,
                next_id,
                Code::BAD_OPTION,
                Some(ContentFormat::PROBLEM_DETAILS),
                payload,
            ));
        }
        Some(Reply::Respond(code)) => return Some(respond(request, id, next_id, code, None, Vec::new())),
        Some(_) => return None,
        None => {}
    }
    if !request.code.is_request() {
        return None;
    }
    let (code, format, payload) = resource(request);
    Some(respond(request, id, next_id, code, format, payload))
}

/// What the resource says to the request.
fn resource(request: &Message<'_>) -> (Code, Option<ContentFormat>, Vec<u8>) {
    let mut options = request.options.clone();
    // An abbreviated path is the path that it stands for; what is not known has been refused.
    let _ = options.expand_path();
    let path: Vec<&[u8]> = options.all(OptionNumber::URI_PATH).map(|option| option.value).collect();
    match (path.as_slice(), request.code) {
        ([b".well-known", b"core"], Code::GET) => {
            let query = request.options.first(OptionNumber::URI_QUERY).and_then(|option| option.text().ok());
            let links = filter(RESOURCES, query.and_then(Filter::parse)).flatten();
            let document: Vec<String> = links.map(|link| link.to_string()).collect();
            (Code::CONTENT, Some(ContentFormat::LINK_FORMAT), document.join(",").into_bytes())
        }
        #[allow(clippy::disallowed_methods, reason = "the example owns the clock, not the codec")]
        ([b"time"], Code::GET) => {
            let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            (Code::CONTENT, Some(ContentFormat::TEXT_PLAIN), now.as_secs().to_string().into_bytes())
        }
        ([b"echo"], Code::GET | Code::POST | Code::FETCH) => (Code::CONTENT, None, request.payload.to_vec()),
        ([b"time" | b"echo"] | [b".well-known", b"core"], _) => (Code::METHOD_NOT_ALLOWED, None, Vec::new()),
        _ => (Code::NOT_FOUND, None, b"no such resource".to_vec()),
    }
}

/// A response with the token of its request: piggybacked on the acknowledgement of a CON, in a NON of its own otherwise.
fn respond<'m>(
    request: &'m Message<'_>,
    id: u16,
    next_id: &mut u16,
    code: Code,
    format: Option<ContentFormat>,
    payload: Vec<u8>,
) -> Message<'m> {
    let (message_type, id) = if request.message_type() == Some(MessageType::Confirmable) {
        (MessageType::Acknowledgement, id)
    } else {
        *next_id = next_id.wrapping_add(1);
        (MessageType::NonConfirmable, *next_id)
    };
    let mut options = Options::new();
    if let Some(format) = format {
        // A content format has two bytes: it fits.
        let _ = options.push_uint(OptionNumber::CONTENT_FORMAT, format.0.into());
    }
    Message {
        token: Token::from(request.token.as_slice()),
        options,
        payload: Binary::from(bytes::Bytes::from(payload)),
        ..Message::new(message_type, code, id)
    }
}
