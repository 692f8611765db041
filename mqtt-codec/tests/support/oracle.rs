//! What Wireshark would say of a packet, told from our decoded values: the same filter names, in the same order. Whatever the two say
//! differently is a disagreement; a name that only one of them has is one too.

use mqtt_codec::{Connect, Packet, Properties, Property, Publish, Version};

/// Filter names and values. A value of `None` is not compared, for the reason that stands where it is made.
pub(crate) type Fields = Vec<(String, Option<String>)>;

struct Teller {
    fields: Fields,
    version: Version,
}

impl Teller {
    fn say(&mut self, name: &str, value: impl ToString) {
        self.fields.push((format!("mqtt.{name}"), Some(value.to_string())));
    }

    fn flag(&mut self, name: &str, value: bool) {
        self.say(name, u8::from(value));
    }

    /// Wireshark prints the label in place of an empty string.
    fn text(&mut self, name: &str, label: &str, value: &str) {
        self.say(&format!("{name}_len"), value.len());
        self.say(name, if value.is_empty() { label } else { value });
    }

    /// Binary data that Wireshark prints as text cannot be compared byte by byte; its length can.
    fn binary_as_text(&mut self, name: &str, value: &[u8]) {
        self.say(&format!("{name}_len"), value.len());
        self.fields.push((format!("mqtt.{name}"), None));
    }

    fn octets(&mut self, name: &str, value: &[u8]) {
        let text: Vec<String> = value.iter().map(|byte| format!("{byte:02x}")).collect();
        self.say(name, text.join(":"));
    }

    /// Wireshark 4.0 shows the bytes of a property length, not its value, from 128 on.
    fn property_len(&mut self, len: usize) {
        let [low, high] = [len & 127, len >> 7];
        self.say("property_len", if high == 0 { low } else { (low | 128) << 8 | high });
    }

    fn properties(&mut self, title: &str, label: &str, properties: &Properties<'_>) {
        if self.version != Version::V5_0 {
            return;
        }
        self.say(title, label);
        self.property_len(wire_len(properties));
        for property in properties {
            self.say("property_id", format!("{:#04x}", property.id().0));
            self.property(&property);
        }
    }

    fn property(&mut self, property: &Property<'_>) {
        match *property {
            Property::PayloadFormatIndicator(value)
            | Property::RequestProblemInformation(value)
            | Property::RequestResponseInformation(value)
            | Property::MaximumQoS(value)
            | Property::RetainAvailable(value)
            | Property::WildcardSubscriptionAvailable(value)
            | Property::SubscriptionIdentifierAvailable(value)
            | Property::SharedSubscriptionAvailable(value) => self.flag("prop_number", value),
            Property::MessageExpiryInterval(value)
            | Property::SessionExpiryInterval(value)
            | Property::WillDelayInterval(value) => self.say("prop_number", value),
            Property::ServerKeepAlive(value) | Property::TopicAliasMaximum(value) => self.say("prop_number", value),
            Property::ReceiveMaximum(value) => self.say("prop_number", value),
            Property::TopicAlias(value) => self.say("property.topic_alias", value),
            Property::MaximumPacketSize(value) | Property::SubscriptionIdentifier(value) => {
                self.say("prop_number", value)
            }
            Property::ContentType(value) => self.say("property.content_type", value),
            Property::ResponseTopic(value)
            | Property::AssignedClientIdentifier(value)
            | Property::AuthenticationMethod(value)
            | Property::ResponseInformation(value)
            | Property::ServerReference(value)
            | Property::ReasonString(value) => self.text("prop_string", "Value: ", value),
            Property::CorrelationData(value) | Property::AuthenticationData(value) => {
                self.binary_as_text("prop_string", value);
            }
            Property::UserProperty(name, value) => {
                self.text("prop_key", "Key: ", name);
                self.text("prop_value", "Value: ", value);
            }
        }
    }

    fn connect(&mut self, connect: &Connect<'_>) {
        let (will, password) = (connect.will(), connect.password());
        self.say("proto_len", self.version.name().len());
        self.say("protoname", self.version.name());
        self.say("ver", self.version.level() | u8::from(connect.bridge) << 7);
        let qos = will.as_ref().map_or(0, |will| will.qos.bits());
        let flags = u8::from(connect.username().is_some()) << 7
            | u8::from(password.is_some()) << 6
            | u8::from(will.as_ref().is_some_and(|will| will.retain)) << 5
            | qos << 3
            | u8::from(will.is_some()) << 2
            | u8::from(connect.clean_start) << 1;
        self.say("conflags", format!("{flags:#04x}"));
        self.flag("conflag.uname", connect.username().is_some());
        self.flag("conflag.passwd", password.is_some());
        self.flag("conflag.retain", will.as_ref().is_some_and(|will| will.retain));
        self.say("conflag.qos", qos);
        self.flag("conflag.willflag", will.is_some());
        self.flag("conflag.cleansess", connect.clean_start);
        self.say("conflag.reserved", 0);
        self.say("kalive", connect.keep_alive);
        self.properties("properties", "Properties", &connect.properties);
        self.text("clientid", "Client ID: ", &connect.client_id);
        if let Some(will) = will {
            self.properties("will_properties", "Will Properties", &will.properties);
            self.text("willtopic", "Will Topic: ", &will.topic);
            self.say("willmsg_len", will.payload.len());
            self.octets("willmsg", &will.payload);
        }
        if let Some(username) = connect.username() {
            self.text("username", "User Name: ", username);
        }
        if let Some(password) = password {
            self.text("passwd", "Password: ", core::str::from_utf8(password).unwrap());
        }
    }

    fn publish(&mut self, publish: &Publish<'_>) {
        self.say("topic_len", publish.topic.len());
        // With an alias Wireshark shows the topic that the alias stands for, which only a session knows.
        if !publish.topic.is_empty() {
            self.say("topic", &publish.topic);
        }
        if let Some(id) = publish.delivery.packet_id() {
            self.say("msgid", id);
        }
        self.properties("properties", "Properties", &publish.properties);
        if publish.topic.is_empty() {
            self.fields.push(("mqtt.topic".to_owned(), None));
        }
        if publish.payload.is_empty() {
            self.say("msg", "Message: <MISSING>");
        } else {
            self.octets("msg", &publish.payload);
        }
    }

    fn codes(&mut self, old: &str, new: &str, codes: &mqtt_codec::ReasonCodes<'_>) {
        let name = if self.version == Version::V5_0 { new } else { old };
        codes.iter().for_each(|code| self.say(name, code.0));
    }
}

/// The length of a property list, counted from its values.
fn wire_len(properties: &Properties<'_>) -> usize {
    properties
        .iter()
        .map(|property| match property {
            Property::PayloadFormatIndicator(_)
            | Property::RequestProblemInformation(_)
            | Property::RequestResponseInformation(_)
            | Property::MaximumQoS(_)
            | Property::RetainAvailable(_)
            | Property::WildcardSubscriptionAvailable(_)
            | Property::SubscriptionIdentifierAvailable(_)
            | Property::SharedSubscriptionAvailable(_) => 2,
            Property::MessageExpiryInterval(_)
            | Property::SessionExpiryInterval(_)
            | Property::WillDelayInterval(_)
            | Property::MaximumPacketSize(_) => 5,
            Property::ServerKeepAlive(_)
            | Property::TopicAliasMaximum(_)
            | Property::ReceiveMaximum(_)
            | Property::TopicAlias(_) => 3,
            Property::SubscriptionIdentifier(value) => match value.get() {
                0..128 => 2,
                128..16_384 => 3,
                16_384..2_097_152 => 4,
                _ => 5,
            },
            Property::ContentType(value)
            | Property::ResponseTopic(value)
            | Property::AssignedClientIdentifier(value)
            | Property::AuthenticationMethod(value)
            | Property::ResponseInformation(value)
            | Property::ServerReference(value)
            | Property::ReasonString(value) => 3 + value.len(),
            Property::CorrelationData(value) | Property::AuthenticationData(value) => 3 + value.len(),
            Property::UserProperty(name, value) => 5 + name.len() + value.len(),
        })
        .sum()
}

/// The whole dissection of a packet: `first` is its first byte, `remaining` its Remaining Length, `v5_short` whether the packet ends before its
/// property length.
pub(crate) fn dissect(packet: &Packet<'_>, version: Version, first: u8, remaining: usize) -> Fields {
    let mut teller = Teller { fields: Vec::new(), version };
    teller.say("hdrflags", format!("{first:#04x}"));
    teller.say("msgtype", first >> 4);
    match packet {
        Packet::Publish(publish) => {
            teller.flag("dupflag", publish.dup);
            teller.say("qos", publish.delivery.qos().bits());
            teller.flag("retain", publish.retain);
        }
        // 3.1 gives these a DUP flag and a QoS of 1.
        Packet::PubRel(_) | Packet::Subscribe(_) | Packet::Unsubscribe(_) if version == Version::V3_1 => {
            teller.say("dupflag", first >> 3 & 1);
            teller.say("qos", first >> 1 & 3);
            teller.say("retain_reserved", first & 1);
        }
        _ => teller.say("hdr_reserved", first & 15),
    }
    teller.say("len", remaining);
    tell(&mut teller, packet, remaining);
    teller.fields
}

fn tell(teller: &mut Teller, packet: &Packet<'_>, remaining: usize) {
    match packet {
        Packet::Connect(connect) => teller.connect(connect),
        Packet::ConnAck(connack) => {
            if teller.version != Version::V3_1 {
                teller.say("conack.flags", format!("{:#04x}", u8::from(connack.session_present)));
            }
            teller.say("conack.flags.reserved", 0);
            if teller.version != Version::V3_1 {
                teller.flag("conack.flags.sp", connack.session_present);
            }
            match teller.version {
                Version::V5_0 => teller.say("connack.reason_code", connack.reason.0),
                _ => teller.say("conack.val", connack.reason.to_return_code().unwrap()),
            }
            teller.properties("properties", "Properties", &connack.properties);
        }
        Packet::Publish(publish) => teller.publish(publish),
        Packet::PubAck(ack) => tell_ack(teller, "puback", ack, remaining),
        Packet::PubRec(ack) => tell_ack(teller, "pubrec", ack, remaining),
        Packet::PubRel(ack) => tell_ack(teller, "pubrel", ack, remaining),
        Packet::PubComp(ack) => tell_ack(teller, "pubcomp", ack, remaining),
        Packet::Subscribe(subscribe) => tell_subscribe(teller, subscribe),
        Packet::SubAck(suback) => {
            teller.say("msgid", suback.packet_id);
            teller.properties("properties", "Properties", &suback.properties);
            teller.codes("suback.qos", "suback.reason_code", &suback.codes);
        }
        Packet::Unsubscribe(unsubscribe) => {
            teller.say("msgid", unsubscribe.packet_id);
            teller.properties("properties", "Properties", &unsubscribe.properties);
            for filter in &unsubscribe.filters {
                teller.text("topic", "Topic: ", &filter.unwrap());
            }
        }
        Packet::UnsubAck(unsuback) => {
            teller.say("msgid", unsuback.packet_id);
            teller.properties("properties", "Properties", &unsuback.properties);
            teller.codes("unsuback.qos", "unsuback.reason_code", &unsuback.codes);
        }
        Packet::PingReq | Packet::PingResp => {}
        Packet::Disconnect(disconnect) => {
            if remaining > 0 {
                teller.say("disconnect.reason_code", disconnect.reason.0);
            }
            if remaining > 1 {
                teller.properties("properties", "Properties", &disconnect.properties);
            }
        }
        Packet::Auth(auth) => {
            if remaining > 0 {
                teller.say("auth.reason_code", auth.reason.0);
                teller.properties("properties", "Properties", &auth.properties);
            }
        }
        Packet::Refused(refused) => panic!("{refused}"),
    }
}

fn tell_subscribe(teller: &mut Teller, subscribe: &mqtt_codec::Subscribe<'_>) {
    teller.say("msgid", subscribe.packet_id);
    teller.properties("properties", "Properties", &subscribe.properties);
    for subscription in &subscribe.subscriptions {
        let (filter, options) = match subscription {
            Ok(subscription) => (subscription.filter.to_string(), subscription.options),
            Err(bad) => panic!("{}", bad.text),
        };
        teller.text("topic", "Topic: ", &filter);
        if teller.version != Version::V5_0 {
            teller.say("sub.qos", options.maximum_qos.bits());
            continue;
        }
        teller.say("subscription_options", format!("{:#04x}", options.to_byte()));
        teller.say("subscription_options_reserved", "0x00");
        teller.say("subscription_options_retain", options.retain_handling as u8);
        teller.flag("subscription_options_rap", options.retain_as_published);
        teller.flag("subscription_options_nl", options.no_local);
        teller.say("subscription_options_qos", options.maximum_qos.bits());
    }
}

fn tell_ack(teller: &mut Teller, name: &str, ack: &mqtt_codec::Ack<'_>, remaining: usize) {
    teller.say("msgid", ack.packet_id);
    if remaining > 2 {
        teller.say(&format!("{name}.reason_code"), ack.reason.0);
    }
    if remaining > 3 {
        teller.properties("properties", "Properties", &ack.properties);
    }
}
