//! An external component (XEP-0114) over `std::net` that echoes messages: `component 127.0.0.1:5347 echo.localhost secret`.

use std::io::{Error, Read as _, Result, Write as _};
use std::net::TcpStream;

use xmpp_stanza::framing::component::{Handshake, handshake};
use xmpp_stanza::{
    Body, Content, Context, Decoder, Encoder, Event, Header, Jid, Limits, Message, Payloads, Stanza, ToXml, Value,
};

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, domain, secret] = &arguments[..] else { return Err(Error::other("ADDRESS DOMAIN SECRET")) };
    let mut socket = TcpStream::connect(address)?;
    let mut encoder = Encoder::new(Context::EMPTY);
    let mut decoder = Decoder::new(Limits::default());

    let mut header = Header::new(Content::Component);
    header.to = Some(Jid::new(domain).map_err(Error::other)?);
    header.version = None;
    let mut out = Vec::new();
    encoder.encode_header(&header, &mut out).map_err(Error::other)?;
    socket.write_all(&out)?;

    let mut buffer = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let len = socket.read(&mut chunk)?;
        if len == 0 {
            return Ok(());
        }
        buffer.extend_from_slice(chunk.get(..len).unwrap_or_default());
        let mut input = &buffer[..];
        out.clear();
        loop {
            match decoder.decode(&mut input) {
                Ok(Some(Event::Open(open))) => {
                    let hash = handshake(open.id.as_deref().unwrap_or_default(), secret);
                    send(&mut encoder, &Handshake(Value::cooked(&hash)), &mut out)?;
                }
                Ok(Some(Event::Stanza(element))) => match Stanza::decode(element) {
                    Ok(Stanza::Message(message)) => echo(&mut encoder, &message, &mut out)?,
                    Ok(other) => println!("{other}"),
                    Err(fault) => {
                        if let Some(answer) = fault.answer() {
                            send(&mut encoder, &answer, &mut out)?;
                        }
                    }
                },
                Ok(Some(other)) => println!("{other:?}"),
                Ok(None) => break,
                Err(error) => {
                    // Say what was wrong, close the stream, then the connection.
                    send(&mut encoder, &xmpp_stanza::StreamError::new(error.reply()), &mut out)?;
                    send(&mut encoder, &xmpp_stanza::Close, &mut out)?;
                    socket.write_all(&out)?;
                    return Err(Error::other(error));
                }
            }
        }
        let consumed = buffer.len().saturating_sub(input.len());
        buffer.drain(..consumed);
        socket.write_all(&out)?;
    }
}

fn send(encoder: &mut Encoder, message: &dyn ToXml, out: &mut Vec<u8>) -> Result<()> {
    encoder.encode(message, out).map_err(Error::other)
}

fn echo(encoder: &mut Encoder, message: &Message<'_>, out: &mut Vec<u8>) -> Result<()> {
    let Some(body) = message.body() else { return Ok(()) };
    let answer = Message {
        to: message.from.clone(),
        from: message.to.clone(),
        message_type: message.message_type,
        payloads: Payloads::of(&Body(&body.to_cow())).map_err(Error::other)?,
        ..Message::default()
    };
    send(encoder, &answer, out)
}
