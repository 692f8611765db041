//! Publishes a sealed message to a real broker, with a key that both sides have, and a sealed last word.
//!
//! `cargo run -p smqtt-crypto --example publish -- 127.0.0.1:1883 house/kitchen/temperature 21.5`

use std::io::{Read, Write};
use std::net::TcpStream;

use bytes::BytesMut;
use mqtt_codec::{Connect, Decoder, Encoder, Packet, Property, Publish, Role, Topic, Version};
use smqtt_crypto::{
    Access, Epoch, PresharedKey, Properties, Publisher, PublisherConfig, RandomError, Secret, announce_topic,
};

type Outcome<T> = Result<T, Box<dyn core::error::Error>>;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(broker), Some(topic), Some(text)) = (arguments.next(), arguments.next(), arguments.next()) else {
        return Err("usage: publish HOST:PORT TOPIC TEXT".into());
    };
    let mut random = |out: &mut [u8]| {
        std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(out)).map_err(|_| RandomError)
    };
    // For a demonstration: a real key has full entropy and comes from a safe place.
    let key = PresharedKey::new(Secret::new([7; 32]));
    let mut publisher = Publisher::unsigned(Box::new(key), PublisherConfig::default());

    let mut stream = TcpStream::connect(broker)?;
    let mut encoder = Encoder::new(Role::Client, Version::V5_0);
    let mut wire = BytesMut::new();
    let mut connect = Connect::new(Version::V5_0, "smqtt-example");
    connect.keep_alive = 60;
    encoder.encode(&Packet::Connect(connect), &mut wire)?;
    stream.write_all(&wire)?;
    expect_connack(&mut stream)?;

    let epoch = Epoch(481);
    let (mut announce, mut payload) = (Vec::new(), Vec::new());
    let key_id = publisher.encrypt(&topic, epoch, Access::Open, &mut random, &mut announce)?;
    publisher.publish(&topic, epoch, &Properties::default(), text.as_bytes(), &mut payload)?;
    let companion = announce_topic("house", publisher.sender(), key_id);
    for (topic, retain, payload) in [(companion.as_str(), true, &announce), (topic.as_str(), false, &payload)] {
        let mut publish = Publish::new(Topic::new(topic)?, payload.as_slice());
        publish.retain = retain;
        publish.properties.push(Property::ContentType("application/vnd.smqtt"))?;
        wire.clear();
        encoder.encode(&Packet::Publish(publish), &mut wire)?;
        stream.write_all(&wire)?;
        println!("{} bytes on {topic}", payload.len());
    }
    Ok(())
}

fn expect_connack(stream: &mut TcpStream) -> Outcome<()> {
    let mut decoder = Decoder::established(Role::Client, Version::V5_0, mqtt_codec::Limits::default());
    let mut input = BytesMut::new();
    let mut chunk = [0; 256];
    loop {
        let len = stream.read(&mut chunk)?;
        if len == 0 {
            return Err("the broker closed the connection".into());
        }
        input.extend_from_slice(chunk.get(..len).unwrap_or_default());
        match decoder.decode_shared(&mut input)? {
            Some(Packet::ConnAck(answer)) if answer.reason.0 == 0 => return Ok(()),
            Some(packet) => return Err(format!("unexpected {packet}").into()),
            None => {}
        }
    }
}
