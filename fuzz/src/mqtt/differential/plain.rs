//! What both decoders say, in one form: the fields of a packet by name, with the defaults of absent properties filled in.

use mqtt_codec::{
    Connect, Delivery, Packet, PacketType, Properties, Property, PropertyId, ReasonCode, SubAck, Subscription, Version,
    Will,
};

/// The name of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Field(&'static str),
    Property(u8),
    Will(u8),
}

impl Key {
    pub(super) const fn property(id: PropertyId) -> Self {
        Self::Property(id.0)
    }

    pub(super) const fn will(id: PropertyId) -> Self {
        Self::Will(id.0)
    }
}

impl From<&'static str> for Key {
    fn from(name: &'static str) -> Self {
        Self::Field(name)
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Flag(bool),
    Number(u32),
    Text(String),
    Octets(Vec<u8>),
    Pair(String, String),
    /// One side has no say in it.
    Any,
}

/// A packet as names and values.
#[derive(Debug)]
pub(super) struct Plain {
    pub(super) packet: PacketType,
    fields: Vec<(Key, Value)>,
}

impl Plain {
    pub(super) const fn new(packet: PacketType) -> Self {
        Self { packet, fields: Vec::new() }
    }

    pub(super) fn push(&mut self, key: impl Into<Key>, value: Value) {
        self.fields.push((key.into(), value));
    }

    pub(super) fn flag(&mut self, key: impl Into<Key>, value: bool) {
        self.push(key, Value::Flag(value));
    }

    pub(super) fn number(&mut self, key: impl Into<Key>, value: impl Into<u32>) {
        self.push(key, Value::Number(value.into()));
    }

    pub(super) fn text(&mut self, key: impl Into<Key>, value: &str) {
        self.push(key, Value::Text(value.to_owned()));
    }

    pub(super) fn octets(&mut self, key: impl Into<Key>, value: &[u8]) {
        self.push(key, Value::Octets(value.to_owned()));
    }

    fn default(&mut self, id: PropertyId, value: Value) {
        let key = Key::property(id);
        if self.get(key).is_none() {
            self.push(key, value);
        }
    }

    pub(super) fn get(&self, key: impl Into<Key>) -> Option<&Value> {
        self.all(key).next()
    }

    pub(super) fn all(&self, key: impl Into<Key>) -> impl Iterator<Item = &Value> {
        let key = key.into();
        self.fields.iter().filter(move |(name, _)| *name == key).map(|(_, value)| value)
    }

    /// Every text, names and values of user properties among them.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().flat_map(|(_, value)| match value {
            Value::Text(text) => vec![text.as_str()],
            Value::Pair(name, value) => vec![name.as_str(), value.as_str()],
            _ => Vec::new(),
        })
    }

    /// Panics unless both say the same. Fields of one name keep their order.
    pub(super) fn assert_same(mut self, mut theirs: Self) {
        assert_eq!(self.packet, theirs.packet);
        self.fields.sort_by_key(|(key, _)| *key);
        theirs.fields.sort_by_key(|(key, _)| *key);
        let same = self.fields.len() == theirs.fields.len()
            && self.fields.iter().zip(&theirs.fields).all(|((key, value), (name, other))| {
                key == name && (value == other || *value == Value::Any || *other == Value::Any)
            });
        assert!(same, "the fields differ\nours:   {:?}\ntheirs: {:?}", self.fields, theirs.fields);
    }

    fn properties(&mut self, properties: &Properties<'_>, key: fn(PropertyId) -> Key) {
        for property in properties {
            self.push(key(property.id()), value(&property));
        }
    }
}

fn value(property: &Property<'_>) -> Value {
    match *property {
        Property::MaximumQoS(one) => Value::Number(one.into()),
        Property::PayloadFormatIndicator(value)
        | Property::RequestProblemInformation(value)
        | Property::RequestResponseInformation(value)
        | Property::RetainAvailable(value)
        | Property::WildcardSubscriptionAvailable(value)
        | Property::SubscriptionIdentifierAvailable(value)
        | Property::SharedSubscriptionAvailable(value) => Value::Flag(value),
        Property::MessageExpiryInterval(value)
        | Property::SessionExpiryInterval(value)
        | Property::WillDelayInterval(value) => Value::Number(value),
        Property::ServerKeepAlive(value) | Property::TopicAliasMaximum(value) => Value::Number(value.into()),
        Property::ReceiveMaximum(value) | Property::TopicAlias(value) => Value::Number(value.get().into()),
        Property::MaximumPacketSize(value) | Property::SubscriptionIdentifier(value) => Value::Number(value.get()),
        Property::ContentType(value)
        | Property::ResponseTopic(value)
        | Property::AssignedClientIdentifier(value)
        | Property::AuthenticationMethod(value)
        | Property::ResponseInformation(value)
        | Property::ServerReference(value)
        | Property::ReasonString(value) => Value::Text(value.to_owned()),
        Property::CorrelationData(value) | Property::AuthenticationData(value) => Value::Octets(value.to_owned()),
        Property::UserProperty(name, value) => Value::Pair(name.to_owned(), value.to_owned()),
    }
}

/// Our packet.
pub(super) fn ours(packet: &Packet<'_>, version: Version) -> Plain {
    let mut plain = Plain::new(packet.packet_type());
    match packet {
        Packet::Connect(connect) => say_connect(&mut plain, connect),
        Packet::ConnAck(connack) => {
            plain.flag("session present", connack.session_present);
            reason(&mut plain, connack.reason);
        }
        Packet::Publish(publish) => {
            say_publish(&mut plain, publish.dup, publish.delivery, publish.retain, &publish.topic);
            plain.octets("payload", &publish.payload);
        }
        Packet::Refused(publish) => {
            say_publish(&mut plain, publish.dup, publish.delivery, publish.retain, &publish.topic);
            plain.octets("payload", &publish.payload);
        }
        Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => {
            plain.number("id", ack.packet_id.value());
            reason(&mut plain, ack.reason);
        }
        Packet::Subscribe(subscribe) => {
            plain.number("id", subscribe.packet_id.value());
            for subscription in &subscribe.subscriptions {
                match subscription {
                    Ok(Subscription { filter, options }) => {
                        plain.text("filter", &filter);
                        plain.number("options", options.to_byte());
                    }
                    // §3.9.3, 0x8F: a bad filter is an entry of its own, and not looked at by the peer.
                    Err(bad) => {
                        plain.text("filter", bad.text);
                        plain.push("options", Value::Any);
                    }
                }
            }
        }
        Packet::SubAck(ack) | Packet::UnsubAck(ack) => say_suback(&mut plain, ack),
        Packet::Unsubscribe(unsubscribe) => {
            plain.number("id", unsubscribe.packet_id.value());
            for filter in &unsubscribe.filters {
                match filter {
                    Ok(filter) => plain.text("filter", &filter),
                    Err(bad) => plain.text("filter", bad.text),
                }
            }
        }
        Packet::PingReq | Packet::PingResp => {}
        Packet::Disconnect(disconnect) => reason(&mut plain, disconnect.reason),
        Packet::Auth(auth) => reason(&mut plain, auth.reason),
    }
    plain.properties(packet.properties(), Key::property);
    if version.is_v5() {
        defaults(&mut plain);
    }
    plain
}

fn reason(plain: &mut Plain, reason: ReasonCode) {
    plain.number("reason", reason.0);
}

fn say_publish(plain: &mut Plain, dup: bool, delivery: Delivery, retain: bool, topic: &str) {
    plain.flag("dup", dup);
    plain.number("qos", delivery.qos().bits());
    plain.flag("retain", retain);
    plain.text("topic", topic);
    if let Some(id) = delivery.packet_id() {
        plain.number("id", id.value());
    }
}

fn say_suback(plain: &mut Plain, ack: &SubAck<'_>) {
    plain.number("id", ack.packet_id.value());
    for code in &ack.codes {
        reason(plain, code);
    }
}

fn say_connect(plain: &mut Plain, connect: &Connect<'_>) {
    plain.flag("clean", connect.clean_start);
    plain.number("keep alive", connect.keep_alive);
    plain.text("client id", &connect.client_id);
    if let Some(username) = connect.username() {
        plain.text("username", username);
    }
    if let Some(password) = connect.password() {
        plain.octets("password", password);
    }
    if let Some(Will { qos, retain, properties, topic, payload }) = connect.will() {
        plain.number("will qos", qos.bits());
        plain.flag("will retain", retain);
        plain.text("will topic", &topic);
        plain.octets("will payload", &payload);
        plain.properties(&properties, Key::will);
    }
}

/// What an absent property means (MQTT 5.0 §3.1.2.11, §3.2.2.3, §3.3.2.3.2): the peer fills it in.
fn defaults(plain: &mut Plain) {
    match plain.packet {
        PacketType::Connect => {
            plain.default(PropertyId::SESSION_EXPIRY_INTERVAL, Value::Number(0));
            plain.default(PropertyId::REQUEST_PROBLEM_INFORMATION, Value::Flag(true));
            plain.default(PropertyId::REQUEST_RESPONSE_INFORMATION, Value::Flag(false));
            plain.default(PropertyId::TOPIC_ALIAS_MAXIMUM, Value::Number(0));
        }
        PacketType::ConnAck => {
            plain.default(PropertyId::RECEIVE_MAXIMUM, Value::Number(65_535));
            plain.default(PropertyId::MAXIMUM_QOS, Value::Number(2));
            plain.default(PropertyId::TOPIC_ALIAS_MAXIMUM, Value::Number(0));
            for id in [
                PropertyId::RETAIN_AVAILABLE,
                PropertyId::WILDCARD_SUBSCRIPTION_AVAILABLE,
                PropertyId::SUBSCRIPTION_IDENTIFIER_AVAILABLE,
                PropertyId::SHARED_SUBSCRIPTION_AVAILABLE,
            ] {
                plain.default(id, Value::Flag(true));
            }
        }
        PacketType::Publish => plain.default(PropertyId::PAYLOAD_FORMAT_INDICATOR, Value::Flag(false)),
        _ => {}
    }
}
