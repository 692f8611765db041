//! A client over a plain socket that publishes and subscribes, and prints every packet of the conversation.
//!
//! ```text
//! cargo run -p mqtt-codec --example client -- 127.0.0.1:1883 subscribe 'house/#'
//! cargo run -p mqtt-codec --example client -- 127.0.0.1:1883 publish house/kitchen/temperature 21.5
//! cargo run -p mqtt-codec --example client -- 127.0.0.1:1883 publish house/door/video @film.mp4
//! ```
//!
//! `subscribe FILTER COUNT` ends after so many messages. A file is published in chunks, and a large message arrives in pieces: neither is ever in
//! memory as a whole. The codec does not touch the socket: bytes read go into a buffer, packets come out of it, answers go into another.
#![allow(clippy::print_stdout, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "an example")]

use core::error::Error;
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::{Buf, BytesMut};
use mqtt_codec::{
    Ack, Connect, Decoder, Delivery, Disconnect, Encoder, Limits, Packet, PacketId, Piece, Properties, Publish, QoS,
    ReasonCode, Role, Subscribe, Subscription, Topic, TopicFilter, Version,
};

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

/// The only identifier that this client needs: one thing at a time.
const ID: PacketId = PacketId::new(1).unwrap();

/// One connection: the socket and the two halves of the codec.
struct Client {
    socket: TcpStream,
    decoder: Decoder,
    encoder: Encoder,
    input: BytesMut,
}

impl Client {
    fn connect(address: &str) -> Fallible<Self> {
        let mut client = Self {
            socket: TcpStream::connect(address)?,
            decoder: Decoder::new(Role::Client, Limits::default()),
            encoder: Encoder::new(Role::Client, Version::V5_0),
            input: BytesMut::new(),
        };
        client.send(&Connect::new(Version::V5_0, "").into())?;
        match client.receive()? {
            Packet::ConnAck(connack) if connack.reason == ReasonCode::SUCCESS => {
                if let Some(max) = connack.properties.maximum_packet_size() {
                    client.encoder.set_max_packet(max.get() as usize);
                }
                Ok(client)
            }
            refusal => Err(refusal.to_string().into()),
        }
    }

    fn send(&mut self, packet: &Packet<'_>) -> Fallible {
        println!("-> {packet}");
        let mut out = Vec::with_capacity(self.encoder.encoded_len(packet));
        self.encoder.encode(packet, &mut out)?;
        Ok(self.socket.write_all(&out)?)
    }

    fn read(&mut self) -> Fallible {
        let mut chunk = [0; 4096];
        let n = self.socket.read(&mut chunk)?;
        if n == 0 {
            return Err("the server closed the connection".into());
        }
        self.input.extend_from_slice(&chunk[..n]);
        Ok(())
    }

    /// The next packet, which shares the buffer it arrived in: nothing is copied.
    fn receive(&mut self) -> Fallible<Packet<'static>> {
        loop {
            if let Some(packet) = self.decoder.decode_shared(&mut self.input)? {
                println!("<- {packet}");
                return Ok(packet);
            }
            self.read()?;
        }
    }

    fn publish(&mut self, topic: &str, payload: &[u8]) -> Fallible {
        let publish = Publish { delivery: Delivery::AtLeastOnce(ID), ..Publish::new(Topic::new(topic)?, payload) };
        self.send(&publish.into())
    }

    /// Announces the file's length, and sends it as it is read.
    fn publish_file(&mut self, topic: &str, path: &str) -> Fallible {
        let mut file = File::open(path)?;
        let publish = Publish { delivery: Delivery::AtLeastOnce(ID), ..Publish::new(Topic::new(topic)?, b"") };
        let mut head = Vec::new();
        self.encoder.encode_head_of(&publish, usize::try_from(file.metadata()?.len())?, &mut head)?;
        println!("-> {publish} and {} B of {path}", self.encoder.payload_pending());
        self.socket.write_all(&head)?;
        let mut chunk = [0; 16 << 10];
        while self.encoder.payload_pending() > 0 {
            let n = file.read(&mut chunk)?;
            if n == 0 {
                return Err("the file became shorter".into());
            }
            self.encoder.payload_written(n)?;
            self.socket.write_all(&chunk[..n])?;
        }
        Ok(())
    }

    fn subscribe(&mut self, filter: &str) -> Fallible {
        let subscriptions = [Subscription { filter: TopicFilter::new(filter)?, options: QoS::AtLeastOnce.into() }];
        let subscriptions = (&subscriptions).into();
        self.send(&Packet::Subscribe(Subscribe { packet_id: ID, properties: Properties::EMPTY, subscriptions }))?;
        match self.receive()? {
            Packet::SubAck(suback) if suback.codes.iter().all(|code| !code.is_error()) => Ok(()),
            refusal => Err(refusal.to_string().into()),
        }
    }

    /// Prints the next message, piece by piece if it is a large one, and acknowledges it.
    fn message(&mut self) -> Fallible {
        let mut id = None;
        loop {
            let mut rest = &self.input[..];
            let piece = self.decoder.decode_piece(&mut rest)?;
            let mut complete = false;
            match &piece {
                Some(Piece::Packet(packet)) => {
                    println!("<- {packet}");
                    if let Packet::Publish(publish) = &**packet {
                        println!("   {}", publish.payload.escape_ascii());
                        (id, complete) = (packet.packet_id(), true);
                    }
                }
                Some(Piece::Head { packet, payload_len }) => {
                    println!("<- {packet} and {payload_len} B in pieces");
                    id = packet.packet_id();
                }
                Some(Piece::Chunk(chunk)) => println!("   {} B", chunk.len()),
                Some(Piece::End) => complete = true,
                Some(Piece::Skipped(skipped)) => println!("<- {} skipped", skipped.packet_type),
                None => {}
            }
            let more = piece.is_none();
            let consumed = self.input.len() - rest.len();
            self.input.advance(consumed);
            match id {
                Some(id) if complete => return self.send(&Packet::PubAck(Ack::new(id, ReasonCode::SUCCESS))),
                None if complete => return Ok(()),
                _ if more => self.read()?,
                _ => {}
            }
        }
    }
}

fn main() -> Fallible {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let [address, verb, topic, rest @ ..] = &arguments[..] else {
        return Err("ADDRESS publish TOPIC TEXT|@FILE, or ADDRESS subscribe FILTER [COUNT]".into());
    };
    let mut client = Client::connect(address)?;
    match (*verb, rest) {
        ("publish", [payload]) => {
            match payload.strip_prefix('@') {
                Some(path) => client.publish_file(topic, path)?,
                None => client.publish(topic, payload.as_bytes())?,
            }
            while !matches!(client.receive()?, Packet::PubAck(_)) {}
        }
        ("subscribe", [] | [_]) => {
            client.subscribe(topic)?;
            let count = rest.first().map_or(Ok(usize::MAX), |count| count.parse())?;
            for _ in 0..count {
                client.message()?;
            }
        }
        _ => return Err(format!("{verb} is publish or subscribe").into()),
    }
    client.send(&Packet::Disconnect(Disconnect::default()))
}
