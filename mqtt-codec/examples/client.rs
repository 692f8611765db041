//! A client over a plain socket: connects, subscribes, publishes one message, and prints every packet of the conversation.
//!
//! ```text
//! cargo run -p mqtt-codec --example client -- 127.0.0.1:1883 house/kitchen/temperature 21.5
//! ```
//!
//! The codec never touches the socket: bytes read go into a buffer, packets come out of it, answers go into another.
#![allow(clippy::print_stdout, clippy::indexing_slicing, reason = "an example")]

use core::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use mqtt_codec::{
    Connect, Decoder, Delivery, Disconnect, Encoder, Limits, Packet, PacketId, Properties, Publish, QoS, ReasonCode,
    Role, Subscribe, Subscription, Topic, TopicFilter, Version,
};

/// One connection: the socket and the two halves of the codec.
struct Client {
    socket: TcpStream,
    decoder: Decoder,
    encoder: Encoder,
    input: BytesMut,
}

impl Client {
    fn send(&mut self, packet: &Packet<'_>) -> Result<(), Box<dyn Error>> {
        println!("-> {packet}");
        let mut out = Vec::with_capacity(self.encoder.encoded_len(packet));
        self.encoder.encode(packet, &mut out)?;
        Ok(self.socket.write_all(&out)?)
    }

    fn receive(&mut self) -> Result<Packet<'static>, Box<dyn Error>> {
        loop {
            // Packets share the buffer they arrived in: nothing is copied.
            if let Some(packet) = self.decoder.decode_shared(&mut self.input)? {
                println!("<- {packet}");
                return Ok(packet);
            }
            let mut chunk = [0; 4096];
            let n = self.socket.read(&mut chunk)?;
            if n == 0 {
                return Err("the server closed the connection".into());
            }
            self.input.extend_from_slice(&chunk[..n]);
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:1883".into());
    let topic = arguments.next().unwrap_or_else(|| "house/kitchen/temperature".into());
    let payload = arguments.next().unwrap_or_else(|| "21.5".into());
    let id = PacketId::new(1).ok_or("zero")?;

    let mut client = Client {
        socket: TcpStream::connect(address)?,
        decoder: Decoder::new(Role::Client, Limits::default()),
        encoder: Encoder::new(Role::Client, Version::V5_0),
        input: BytesMut::new(),
    };
    client.send(&Connect::new(Version::V5_0, "mqtt-codec-example").into())?;
    match client.receive()? {
        Packet::ConnAck(connack) if connack.reason == ReasonCode::SUCCESS => {
            if let Some(max) = connack.properties.maximum_packet_size() {
                client.encoder.set_max_packet(max.get() as usize);
            }
        }
        refusal => return Err(refusal.to_string().into()),
    }

    let subscriptions = [Subscription { filter: TopicFilter::new(topic.as_str())?, options: QoS::AtLeastOnce.into() }];
    let subscriptions = (&subscriptions).into();
    client.send(&Packet::Subscribe(Subscribe { packet_id: id, properties: Properties::EMPTY, subscriptions }))?;
    let delivery = Delivery::AtLeastOnce(id);
    let mut subscribed = false;
    loop {
        match client.receive()? {
            Packet::SubAck(_) if !subscribed => {
                subscribed = true;
                let publish = Publish { delivery, ..Publish::new(Topic::new(topic.as_str())?, payload.as_str()) };
                client.send(&publish.into())?;
            }
            Packet::Publish(publish) => {
                println!("   {}: {}", publish.topic, String::from_utf8_lossy(&publish.payload));
                if let Some(id) = publish.delivery.packet_id() {
                    client.send(&Packet::PubAck(mqtt_codec::Ack::new(id, ReasonCode::SUCCESS)))?;
                }
                return client.send(&Packet::Disconnect(Disconnect::default()));
            }
            _ => {}
        }
    }
}
