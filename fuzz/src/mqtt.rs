//! `mqtt-codec` as a member of the family.

use arbitrary::Unstructured;
use bytes::BytesMut;
use mqtt_codec::{DecodeError, Decoder, EncodeError, Encoder, Limits, Packet, Role, Topic, TopicFilter, Version};

use crate::Family;

mod broker;
#[cfg(feature = "differential")]
mod differential;
mod rewrite;
mod stream;

pub use broker::{mqtt_first_bytes, mqtt_subscriptions};
#[cfg(feature = "differential")]
pub use differential::{DIFFERENCES, Difference, Ours, Theirs, mqtt_compare, mqtt_differential};
pub use rewrite::mqtt_rewrite;
pub use stream::mqtt_stream;

/// MQTT, all versions, both directions.
#[derive(Debug)]
pub enum Mqtt {}

/// Who sends, in which version, and whether the connection is new.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    from: Role,
    version: Version,
    new: bool,
}

impl Family for Mqtt {
    type Config = Config;
    type Message<'a> = Packet<'a>;
    type Error = DecodeError;
    type Decoder = Decoder;

    fn config(u: &mut Unstructured<'_>) -> arbitrary::Result<Config> {
        let byte: u8 = u.arbitrary()?;
        let from = if byte & 1 == 0 { Role::Client } else { Role::Server };
        let version = [Version::V5_0, Version::V3_1_1, Version::V3_1, Version::V5_0];
        let version = version.into_iter().nth(usize::from(byte >> 1 & 3)).unwrap_or(Version::V5_0);
        Ok(Config { from, version, new: byte & 8 != 0 })
    }

    fn arbitrary(config: Config, u: &mut Unstructured<'_>) -> arbitrary::Result<Packet<'static>> {
        Packet::arbitrary_for(config.from, config.version, u)
    }

    fn decoder(config: Config) -> Decoder {
        let limits = Limits::default();
        match (config.new, config.from) {
            (true, Role::Client) => Decoder::new(Role::Server, limits),
            _ => Decoder::established(config.from.peer(), config.version, limits),
        }
    }

    fn decoder_for(config: Config, packet: &Packet<'_>) -> Decoder {
        let new = matches!(packet, Packet::Connect(_));
        Self::decoder(Config { new, ..config })
    }

    fn learnt(config: Config, decoder: &Decoder) -> Config {
        Config { version: decoder.version().unwrap_or(config.version), ..config }
    }

    verbs!(decoder of Packet);
    verbs!(message Packet);

    fn encode(config: Config, packet: &Packet<'_>, out: &mut Vec<u8>) -> Result<(), String> {
        let mut encoder = encoder(config, packet);
        let start = out.len();
        let result = encoder.encode(packet, out);
        same_from_all_writers(&mut encoder, packet, result.map(|()| out.get(start..).unwrap_or_default()));
        result.map_err(|error| error.to_string())
    }

    fn encoded_len(config: Config, packet: &Packet<'_>) -> usize {
        encoder(config, packet).encoded_len(packet)
    }

    fn lenient(decoder: &Decoder, packet: &Packet<'_>) -> bool {
        !decoder.deviations().is_empty() || matches!(packet, Packet::Refused(_))
    }

    fn walk(packet: &Packet<'_>) {
        let line = packet.to_string();
        assert!(!line.is_empty());
        if let Packet::Subscribe(subscribe) = packet {
            assert!(subscribe.subscriptions.count() > 0);
        }
        let users = packet.properties().user_properties().count();
        assert!(users <= packet.properties().iter().count());
    }
}

/// A slice and buffers of seven bytes are filled with what `encode` appended, or refused for the same reason.
fn same_from_all_writers(encoder: &mut Encoder, packet: &Packet<'_>, expected: Result<&[u8], EncodeError>) {
    let mut slice = vec![0; encoder.encoded_len(packet)];
    let (written, started) = (encoder.encode_to_slice(packet, &mut slice), encoder.start(packet));
    let Ok(expected) = expected else {
        assert_eq!(Some((written, started.err())), expected.err().map(|error| (Err(error), Some(error))));
        return;
    };
    assert_eq!((written, &slice[..]), (Ok(expected.len()), expected));
    let (mut transmit, mut polled) = (started.unwrap_or_else(|error| panic!("{error}")), Vec::new());
    let mut room = [0; 7];
    while let len @ 1.. = transmit.poll(&mut room) {
        polled.extend_from_slice(room.get(..len).unwrap_or_default());
    }
    assert_eq!(polled, expected);
    let short = slice.len().saturating_sub(1);
    let error = EncodeError::NoRoom { needed: slice.len(), room: short };
    assert_eq!(encoder.encode_to_slice(packet, slice.get_mut(..short).unwrap_or_default()), Err(error));
}

fn encoder(config: Config, packet: &Packet<'_>) -> Encoder {
    let version = if let Packet::Connect(connect) = packet { connect.version } else { config.version };
    Encoder::new(config.from, version)
}

/// `TopicFilter::matches` and the syntax rules against definitions that are slow and plain.
pub fn topic_filter(filter: &str, topic: &str) {
    let valid = !filter.is_empty() && plain_syntax(filter);
    let parsed = TopicFilter::new(filter);
    let clean = |text: &str| {
        !text
            .chars()
            .any(|c| c.is_control() || u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c))
    };
    assert_eq!(parsed.is_ok(), valid && clean(filter), "{filter:?}");
    let name = Topic::new(topic);
    assert_eq!(name.is_ok(), !topic.is_empty() && !topic.contains(['+', '#']) && clean(topic), "{topic:?}");
    if let (Ok(filter), Ok(topic)) = (parsed, name) {
        let levels = |text: &str| text.split('/').map(str::to_owned).collect::<Vec<_>>();
        let (wanted, given) = (levels(filter.topic_filter()), levels(&topic));
        let system = topic.is_system() && matches!(wanted.first().map(String::as_str), Some("+" | "#"));
        assert_eq!(filter.matches(&topic), !system && plain_match(&wanted, &given), "{filter} {topic}");
    }
}

fn plain_syntax(filter: &str) -> bool {
    let filter = match filter.strip_prefix("$share/") {
        Some(shared) => match shared.split_once('/') {
            Some((name, filter)) if !name.is_empty() && !filter.is_empty() && !name.contains(['+', '#']) => filter,
            _ => return false,
        },
        None => filter,
    };
    let levels: Vec<&str> = filter.split('/').collect();
    let last = levels.len().saturating_sub(1);
    levels.iter().enumerate().all(|(at, level)| match *level {
        "#" => at == last,
        "+" => true,
        level => !level.contains(['+', '#']),
    })
}

fn plain_match(wanted: &[String], given: &[String]) -> bool {
    match (wanted.split_first(), given.split_first()) {
        (Some((wanted, _)), _) if wanted == "#" => true,
        (Some((wanted, more)), Some((given, rest))) => (wanted == "+" || wanted == given) && plain_match(more, rest),
        (None, None) => true,
        _ => false,
    }
}
