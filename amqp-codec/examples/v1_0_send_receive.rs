//! Sends a message to a node over AMQP 1.0 and receives it back, with nothing but `std::net` around the codec.
//!
//! `cargo run -p amqp-codec --example v1_0_send_receive -- 127.0.0.1:5672 my-queue`
#![allow(clippy::arithmetic_side_effects, reason = "an example")]

use core::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use amqp_codec::Binary;
use amqp_codec::v1_0::{
    Attach, Begin, Body, Close, Decoder, DeliveryState, Disposition, Encoder, Flow, Frame, Limits, Message, Open,
    Performative, ProtocolHeader, ProtocolId, Role, SaslInit, Side, Source, Symbol, Target, TargetTerminus, Transfer,
};

/// A socket with a decoder on its way in and an encoder on its way out.
struct Connection {
    socket: TcpStream,
    decoder: Decoder,
    encoder: Encoder,
    input: Vec<u8>,
}

impl Connection {
    fn send(&mut self, frame: &Frame<'_>) -> Result<(), Box<dyn Error>> {
        let mut out = Vec::new();
        self.encoder.encode(frame, &mut out)?;
        println!("> {frame}");
        self.socket.write_all(&out)?;
        Ok(())
    }

    fn send_message(&mut self, transfer: &Transfer<'_>, message: &Message<'_>) -> Result<(), Box<dyn Error>> {
        let mut out = Vec::new();
        self.encoder.encode_message(0, transfer, message, &mut out)?;
        println!("> transfer of {} B", out.len());
        self.socket.write_all(&out)?;
        Ok(())
    }

    fn receive(&mut self) -> Result<Frame<'static>, Box<dyn Error>> {
        loop {
            let mut rest = self.input.as_slice();
            if let Some(frame) = self.decoder.decode(&mut rest)? {
                let (frame, taken) = (frame.into_owned(), self.input.len() - rest.len());
                self.input.drain(..taken);
                println!("< {frame}");
                return Ok(frame);
            }
            let mut chunk = [0; 4096];
            match self.socket.read(&mut chunk)? {
                0 => return Err("the peer closed the socket".into()),
                len => self.input.extend(chunk.iter().take(len)),
            }
        }
    }

    /// Receives until a performative is one that `wanted` knows.
    fn wait<T>(&mut self, wanted: impl Fn(&Performative<'_>, &Binary<'_>) -> Option<T>) -> Result<T, Box<dyn Error>> {
        loop {
            if let Frame::Amqp { performative, payload, .. } = self.receive()? {
                if let Some(found) = wanted(&performative, &payload) {
                    return Ok(found);
                }
                if let Performative::Close(close) = performative {
                    return Err(format!("closed: {:?}", close.error).into());
                }
            }
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let (address, node) =
        (arguments.next().unwrap_or_else(|| "127.0.0.1:5672".into()), arguments.next().unwrap_or_else(|| "q1".into()));
    let socket = TcpStream::connect(&address)?;
    let decoder = Decoder::new(Side::Client, Limits::default());
    let mut peer = Connection { socket, decoder, encoder: Encoder::new(512), input: Vec::new() };
    open(&mut peer)?;
    send(&mut peer, &node)?;
    receive(&mut peer, &node)?;
    peer.send(&Frame::new(0, Close::default()))?;
    peer.wait(|performative, _| matches!(performative, Performative::Close(_)).then_some(()))
}

/// A SASL layer without a name (AMQP 1.0 §5.3), then a connection and a session.
fn open(peer: &mut Connection) -> Result<(), Box<dyn Error>> {
    peer.send(&Frame::Header(ProtocolHeader(ProtocolId::Sasl)))?;
    peer.receive()?;
    peer.receive()?;
    let anonymous = Symbol::new("ANONYMOUS").ok_or("a symbol")?;
    peer.send(&Frame::Sasl(SaslInit { mechanism: anonymous, ..SaslInit::default() }.into()))?;
    peer.receive()?;
    peer.send(&Frame::Header(ProtocolHeader(ProtocolId::Amqp)))?;
    peer.receive()?;
    peer.send(&Frame::new(0, Open { container_id: "example".into(), max_frame_size: 65_536, ..Open::default() }))?;
    peer.decoder.opened();
    let max = peer.wait(
        |performative, _| if let Performative::Open(open) = performative { Some(open.max_frame_size) } else { None },
    )?;
    peer.encoder.set_max_frame_size(max.min(65_536));
    peer.send(&Frame::new(0, Begin { incoming_window: 100, outgoing_window: 100, ..Begin::default() }))?;
    Ok(())
}

fn source(node: &str) -> Source<'_> {
    Source { address: Some(node.into()), ..Source::default() }
}

fn target(node: &str) -> TargetTerminus<'_> {
    TargetTerminus::Target(Target { address: Some(node.into()), ..Target::default() })
}

/// A link out, and one message on it, until the node has settled it.
fn send(peer: &mut Connection, node: &str) -> Result<(), Box<dyn Error>> {
    peer.send(&Frame::new(
        0,
        Attach {
            name: "out".into(),
            source: Some(source(node)),
            target: Some(target(node)),
            initial_delivery_count: Some(0),
            ..Attach::default()
        },
    ))?;
    peer.wait(|performative, _| {
        matches!(performative, Performative::Flow(flow) if flow.link_credit > Some(0)).then_some(())
    })?;
    let message = Message { body: Body::Data(Binary::from(b"hello")), ..Message::default() };
    let transfer = Transfer {
        delivery_id: Some(0),
        delivery_tag: Some(Binary::from(b"0")),
        message_format: Some(0),
        ..Transfer::default()
    };
    peer.send_message(&transfer, &message)?;
    peer.wait(|performative, _| matches!(performative, Performative::Disposition(_)).then_some(()))
}

/// A link in, credit for one message, and that message accepted.
fn receive(peer: &mut Connection, node: &str) -> Result<(), Box<dyn Error>> {
    let attach = Attach {
        name: "in".into(),
        handle: 1,
        role: Role::Receiver,
        source: Some(source(node)),
        target: Some(target(node)),
        ..Attach::default()
    };
    peer.send(&Frame::new(0, attach))?;
    let credit = Flow {
        incoming_window: 100,
        outgoing_window: 100,
        next_incoming_id: Some(0),
        next_outgoing_id: 1,
        handle: Some(1),
        link_credit: Some(1),
        ..Flow::default()
    };
    peer.send(&Frame::new(0, credit))?;
    let (id, octets) = peer.wait(|performative, payload| match performative {
        Performative::Transfer(transfer) => Some((transfer.delivery_id.unwrap_or(0), payload.to_vec())),
        _ => None,
    })?;
    println!("received {:?}", Message::decode(&octets, &Limits::default())?.body);
    let accepted = Disposition {
        role: Role::Receiver,
        first: id,
        settled: true,
        state: Some(DeliveryState::Accepted),
        ..Disposition::default()
    };
    peer.send(&Frame::new(0, accepted))
}
