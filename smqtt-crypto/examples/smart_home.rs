//! One authority, two publishers, five subscribers with different keys, and a broker between them that sees MQTT bytes and nothing else.
//!
//! `cargo run -p smqtt-crypto --example smart_home`

use bytes::BytesMut;
use mqtt_codec::{Decoder, Encoder, Packet, Property, Publish, Role, Topic, TopicFilter, Version};
use smqtt_crypto::abe::{PublicKey, decode_key};
use smqtt_crypto::curve::Pure;
use smqtt_crypto::envelope::{Envelope, Role as Wish};
use smqtt_crypto::*;

type Outcome<T> = Result<T, Box<dyn core::error::Error>>;

/// The broker: forwards PUBLISH packets to whoever subscribed, keeps what is retained, and remembers every byte for the test.
#[derive(Debug, Default)]
pub struct Broker {
    /// Everything that it ever saw.
    pub seen: Vec<u8>,
    packets: Vec<Vec<u8>>,
}

impl Broker {
    fn publish(&mut self, version: Version, topic: &str, retain: bool, payload: &[u8]) -> Outcome<()> {
        let mut publish = Publish::new(Topic::new(topic)?, payload);
        publish.retain = retain;
        if version == Version::V5_0 {
            publish.properties.push(Property::ContentType("application/vnd.smqtt"))?;
        }
        let mut wire = BytesMut::new();
        Encoder::new(Role::Client, version).encode(&Packet::Publish(publish), &mut wire)?;
        self.seen.extend_from_slice(&wire);
        self.packets.push(wire.to_vec());
        Ok(())
    }
}

/// A subscriber with the filters that it asked the broker for.
#[derive(Debug)]
pub struct Home {
    /// Who it is.
    pub name: &'static str,
    subscriber: Subscriber,
    filters: &'static [&'static str],
    /// What it could read: topic and text.
    pub read: Vec<(String, String)>,
}

impl Home {
    /// Takes a PUBLISH packet from the broker.
    fn receive(&mut self, version: Version, now: Epoch, packet: &[u8]) -> Outcome<()> {
        let mut input = packet;
        let mut decoder = Decoder::established(Role::Client, version, mqtt_codec::Limits::default());
        let Some(Packet::Publish(publish)) = decoder.decode(&mut input)?.map(Packet::from) else {
            return Err("not a PUBLISH".into());
        };
        let topic = publish.topic.as_str();
        let wanted = |filter: &&str| TopicFilter::new(*filter).is_ok_and(|filter| filter.matches(topic));
        if !self.filters.iter().any(wanted) {
            return Ok(());
        }
        let mut text = Vec::new();
        let bound = Bound { topic, ..Bound::default() };
        if let Received::Message(_) = self.subscriber.receive(now, &bound, &publish.payload, &mut text)? {
            self.read.push((topic.to_owned(), String::from_utf8(core::mem::take(&mut text))?));
        }
        while let Some(released) = self.subscriber.poll(&mut text) {
            self.read.push((released.topic.into(), String::from_utf8(core::mem::take(&mut text))?));
        }
        Ok(())
    }
}

fn register(
    authority: &Authority<Pure>,
    wish: Wish,
    grant: Grant<'_>,
    random: &mut dyn Random,
) -> Outcome<(Signing, Enrolled)> {
    let signing = Signing::generate(random)?;
    let enrolment = Enrolment::new(signing.clone(), random)?;
    let request = enrolment.request(wish, "device", &[]).ok_or("identity")?;
    // Here the authority's operator decides whether this device is who it says it is.
    let Envelope::RegisterRequest(request) = Envelope::decode(&request, &Limits::default())? else {
        return Err("not a request".into());
    };
    let response = authority.respond(&request, grant, random)?;
    let (_, enrolled) = enrolment.accept(&response, &authority.verifying_key(), &Limits::default())?;
    Ok((signing, enrolled))
}

fn publisher(authority: &Authority<Pure>, filters: &[&str], random: &mut dyn Random) -> Outcome<Publisher> {
    let grant = Grant::Publish { filters, first: Epoch(0), last: Epoch(10_000) };
    let (signing, Enrolled::Credential(credential)) = register(authority, Wish::Publisher, grant, random)? else {
        return Err("no credential".into());
    };
    let params = authority.public_params();
    let params = verified_params(&params, &authority.verifying_key(), &Limits::default())?;
    let public = PublicKey::<Pure>::from_params(&params)?;
    Ok(Publisher::new(Box::new(public), signing, &credential, PublisherConfig::default())?)
}

fn home(
    authority: &Authority<Pure>,
    (name, policy, filters): (&'static str, &str, &'static [&'static str]),
    random: &mut dyn Random,
) -> Outcome<Home> {
    let policy: Policy = policy.parse()?;
    let (_, Enrolled::Key(key)) = register(authority, Wish::Subscriber, Grant::Policy(&policy), random)? else {
        return Err("no key".into());
    };
    let mut subscriber = Subscriber::new(Trust::Authority(authority.verifying_key()), SubscriberConfig::default());
    subscriber.add_key(decode_key::<Pure>(&key, &Limits::default())?);
    Ok(Home { name, subscriber, filters, read: Vec::new() })
}

/// The whole story; gives what the broker saw and what everyone read.
///
/// # Errors
/// Whatever goes wrong on the way.
pub fn story(version: Version, random: &mut dyn Random) -> Outcome<(Broker, Vec<Home>)> {
    let now = Epoch(481);
    let authority = Authority::<Pure>::setup(Kem::FABEO_KP, 3600, random)?;
    let mut kitchen = publisher(&authority, &["house/kitchen/#"], random)?;
    let mut door = publisher(&authority, &["house/door/#"], random)?;
    const ALL: &[&str] = &["#"];
    let mut homes = vec![
        home(
            &authority,
            ("heater", "topic(\"house/+/temperature\")", &["house/+/temperature", "house/$key/#"]),
            random,
        )?,
        home(&authority, ("owner", "topic(\"house/#\")", ALL), random)?,
        home(&authority, ("guest", "topic(\"house/#\") and epoch in [400..480]", ALL), random)?,
        home(&authority, ("alarm", "topic(\"house/#\") and (kind = \"fire\" or kind = \"entry\")", ALL), random)?,
        home(&authority, ("neighbour", "topic(\"garden/#\")", ALL), random)?,
    ];

    let mut broker = Broker::default();
    let entry = Labels::new(&[Label::text("kind", "entry")]).ok_or("labels")?;
    let messages: [(&mut Publisher, &str, Access<'_>, &str); 2] = [
        (&mut kitchen, "house/kitchen/temperature", Access::Open, "temperature is 21.5"),
        (&mut door, "house/door/front", Access::Labels(&entry), "the front door was opened"),
    ];
    for (publisher, topic, access, text) in messages {
        let (mut announce, mut payload) = (Vec::new(), Vec::new());
        let key_id = publisher.encrypt(topic, now, access, random, &mut announce)?;
        publisher.publish(topic, now, &Properties::default(), text.as_bytes(), &mut payload)?;
        // The data overtakes its announcement: it waits at the subscribers.
        broker.publish(version, topic, false, &payload)?;
        broker.publish(version, &announce_topic("house", publisher.sender(), key_id), true, &announce)?;
    }
    for home in &mut homes {
        for packet in &broker.packets {
            home.receive(version, now, packet)?;
        }
    }
    Ok((broker, homes))
}

#[allow(dead_code, reason = "the test that includes this file calls `story`")]
fn main() -> Outcome<()> {
    // A real program takes getrandom; this one has no dependency for it and reads the system's source.
    let mut random = |out: &mut [u8]| {
        use std::io::Read;
        std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(out)).map_err(|_| RandomError)
    };
    let (broker, homes) = story(Version::V5_0, &mut random)?;
    println!("the broker forwarded {} bytes", broker.seen.len());
    for home in homes {
        println!("{:>10}: {:?}", home.name, home.read);
    }
    Ok(())
}
