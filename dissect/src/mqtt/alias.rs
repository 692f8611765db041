//! MQTT 5.0 §3.3.2.3.4: topic aliases, so that a PUBLISH with an empty topic can be shown with the name it means.

use std::collections::HashMap;

use mqtt_codec::{Packet, Publish};

/// Bytes of topics that are remembered for one direction.
const MAX_BYTES: usize = 1 << 20;

/// What the numbers of one direction stand for.
#[derive(Debug, Default)]
pub(super) struct Aliases {
    topics: HashMap<u16, String>,
    bytes: usize,
}

impl Aliases {
    /// Learns an alias from a PUBLISH, or looks it up; the topic if it is not in the packet itself.
    pub(super) fn resolve(&mut self, packet: &Packet<'_>) -> Option<&str> {
        let Packet::Publish(publish) = packet else { return None };
        let alias = publish.properties.topic_alias()?.get();
        if publish.topic.as_str().is_empty() {
            return self.topics.get(&alias).map(String::as_str);
        }
        self.learn(alias, publish);
        None
    }

    fn learn(&mut self, alias: u16, publish: &Publish<'_>) {
        let topic = publish.topic.as_str();
        let forgotten = self.topics.remove(&alias).map_or(0, |topic| topic.len());
        self.bytes = self.bytes.saturating_sub(forgotten);
        let bytes = self.bytes.saturating_add(topic.len());
        if bytes <= MAX_BYTES {
            self.bytes = bytes;
            self.topics.insert(alias, topic.to_owned());
        }
    }
}
