//! What an MQTT packet says, field by field.

use mqtt_codec::{
    Ack, Auth, BadFilter, ConnAck, Connect, Delivery, Disconnect, Packet, Properties, Property, Publish, ReasonCode,
    Refused, SubAck, Subscribe, Unsubscribe, Version, Will,
};
use serde_json::{Value, json};

use crate::fields;
use crate::protocol::{Detail, Fields};

/// All fields of a packet that came in this version.
pub(super) fn packet(packet: &Packet<'_>, version: Version, detail: Detail) -> Fields {
    let out = Describer { version, detail };
    let mut fields = Fields::new();
    let to = &mut fields;
    match packet {
        Packet::Connect(connect) => out.connect(connect, to),
        Packet::ConnAck(connack) => out.connack(connack, to),
        Packet::Publish(publish) => out.publish(publish, to),
        Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => out.ack(ack, to),
        Packet::Subscribe(subscribe) => out.subscribe(subscribe, to),
        Packet::SubAck(suback) => out.suback(suback, to),
        Packet::Unsubscribe(unsubscribe) => out.unsubscribe(unsubscribe, to),
        Packet::UnsubAck(unsuback) => out.unsuback(unsuback, to),
        Packet::Disconnect(disconnect) => out.disconnect(disconnect, to),
        Packet::Auth(auth) => out.auth(auth, to),
        Packet::Refused(refused) => out.refused(refused, to),
        Packet::PingReq | Packet::PingResp => {}
    }
    fields
}

struct Describer {
    version: Version,
    detail: Detail,
}

fn set(to: &mut Fields, name: &str, value: impl Into<Value>) {
    to.insert(name.to_owned(), value.into());
}

impl Describer {
    fn connect(&self, connect: &Connect<'_>, to: &mut Fields) {
        set(to, "protocol_name", connect.version.name());
        set(to, "version", connect.version.level());
        if connect.bridge {
            set(to, "bridge", true);
        }
        set(to, "clean_start", connect.clean_start);
        set(to, "keep_alive", connect.keep_alive);
        self.properties(&connect.properties, to);
        set(to, "client_id", connect.client_id.as_str());
        if let Some(will) = &connect.will() {
            set(to, "will", self.will(will));
        }
        if let Some(username) = connect.username() {
            set(to, "username", username);
        }
        if let Some(password) = connect.password() {
            set(to, "password", fields::redacted(password.len()));
        }
    }

    fn will(&self, will: &Will<'_>) -> Value {
        let mut to = Fields::new();
        set(&mut to, "qos", will.qos.bits());
        set(&mut to, "retain", will.retain);
        self.properties(&will.properties, &mut to);
        set(&mut to, "topic", will.topic.as_str());
        set(&mut to, "payload", fields::payload(&will.payload, self.detail));
        Value::Object(to)
    }

    fn connack(&self, connack: &ConnAck<'_>, to: &mut Fields) {
        set(to, "session_present", connack.session_present);
        if self.version.is_v5() {
            self.reason(connack.reason, to);
        } else {
            // The number on the wire is the return code of 3.x; its name is the same.
            set(to, "return_code", connack.reason.to_return_code());
            set(to, "return_code_name", connack.reason.name());
        }
        self.properties(&connack.properties, to);
    }

    fn publish(&self, publish: &Publish<'_>, to: &mut Fields) {
        publish_head(publish.dup, publish.delivery, publish.retain, publish.topic.as_str(), to);
        self.properties(&publish.properties, to);
        set(to, "payload", fields::payload(&publish.payload, self.detail));
    }

    fn refused(&self, refused: &Refused<'_>, to: &mut Fields) {
        publish_head(refused.dup, refused.delivery, refused.retain, refused.topic.as_str(), to);
        self.properties(&refused.properties, to);
        set(to, "payload", fields::payload(&refused.payload, self.detail));
    }

    fn ack(&self, ack: &Ack<'_>, to: &mut Fields) {
        set(to, "packet_id", ack.packet_id.value());
        if self.version.is_v5() {
            self.reason(ack.reason, to);
        }
        self.properties(&ack.properties, to);
    }

    fn subscribe(&self, subscribe: &Subscribe<'_>, to: &mut Fields) {
        set(to, "packet_id", subscribe.packet_id.value());
        self.properties(&subscribe.properties, to);
        let subscriptions = subscribe.subscriptions.iter().map(|subscription| match subscription {
            Ok(subscription) => {
                let options = subscription.options;
                let mut to = Fields::new();
                set(&mut to, "filter", subscription.filter.as_str());
                set(&mut to, "qos", options.maximum_qos.bits());
                if self.version.is_v5() {
                    set(&mut to, "no_local", options.no_local);
                    set(&mut to, "retain_as_published", options.retain_as_published);
                    set(&mut to, "retain_handling", options.retain_handling as u8);
                }
                Value::Object(to)
            }
            Err(bad) => self.bad_filter(&bad),
        });
        set(to, "subscriptions", subscriptions.collect::<Vec<_>>());
    }

    fn unsubscribe(&self, unsubscribe: &Unsubscribe<'_>, to: &mut Fields) {
        set(to, "packet_id", unsubscribe.packet_id.value());
        self.properties(&unsubscribe.properties, to);
        let filters = unsubscribe.filters.iter().map(|filter| match filter {
            Ok(filter) => Value::from(filter.as_str()),
            Err(bad) => self.bad_filter(&bad),
        });
        set(to, "filters", filters.collect::<Vec<_>>());
    }

    fn suback(&self, suback: &SubAck<'_>, to: &mut Fields) {
        set(to, "packet_id", suback.packet_id.value());
        self.properties(&suback.properties, to);
        codes(suback.codes.iter(), to);
    }

    fn unsuback(&self, unsuback: &SubAck<'_>, to: &mut Fields) {
        set(to, "packet_id", unsuback.packet_id.value());
        self.properties(&unsuback.properties, to);
        if self.version.is_v5() {
            codes(unsuback.codes.iter(), to);
        }
    }

    fn bad_filter(&self, bad: &BadFilter<'_>) -> Value {
        // 3.x has but one code for failure in SUBACK.
        let reply = if self.version.is_v5() { bad.reason_code().0 } else { 0x80 };
        json!({"filter": bad.text, "error": format!("{:?}", bad.reason), "reply": fields::code(reply)})
    }

    fn disconnect(&self, disconnect: &Disconnect<'_>, to: &mut Fields) {
        if self.version.is_v5() {
            set(to, "reason_code", disconnect.reason.0);
            // 0x00 has another name in this packet than elsewhere.
            let name = if disconnect.reason.0 == 0 { Some("Normal disconnection") } else { disconnect.reason.name() };
            set(to, "reason_code_name", name);
        }
        self.properties(&disconnect.properties, to);
    }

    fn auth(&self, auth: &Auth<'_>, to: &mut Fields) {
        self.reason(auth.reason, to);
        self.properties(&auth.properties, to);
    }

    fn reason(&self, reason: ReasonCode, to: &mut Fields) {
        set(to, "reason_code", reason.0);
        set(to, "reason_code_name", reason.name());
    }

    fn properties(&self, properties: &Properties<'_>, to: &mut Fields) {
        if self.version.is_v5() {
            set(to, "properties", properties.iter().map(|property| describe_property(&property)).collect::<Vec<_>>());
        }
    }
}

fn publish_head(dup: bool, delivery: Delivery, retain: bool, topic: &str, to: &mut Fields) {
    set(to, "dup", dup);
    set(to, "qos", delivery.qos().bits());
    set(to, "retain", retain);
    set(to, "topic", topic);
    if let Some(id) = delivery.packet_id() {
        set(to, "packet_id", id.value());
    }
}

fn codes(codes: impl Iterator<Item = ReasonCode> + Clone, to: &mut Fields) {
    set(to, "reason_codes", codes.clone().map(|code| code.0).collect::<Vec<_>>());
    // 0 to 2 in a SUBACK are granted qualities of service; the standard calls them that.
    set(to, "reason_code_names", codes.map(|code| json!(code.name())).collect::<Vec<_>>());
}

/// `{"id","name","value"}` as on the wire: bytes of 0 and 1 are numbers.
fn describe_property(property: &Property<'_>) -> Value {
    let id = property.id();
    let name = id.name().unwrap_or_default().to_lowercase().replace(' ', "_");
    let value = match *property {
        Property::UserProperty(key, value) => return json!({"id": id.0, "name": name, "key": key, "value": value}),
        Property::AuthenticationData(data) => fields::redacted(data.len()),
        Property::CorrelationData(data) => fields::binary(data),
        Property::PayloadFormatIndicator(flag)
        | Property::RequestProblemInformation(flag)
        | Property::RequestResponseInformation(flag)
        | Property::MaximumQoS(flag)
        | Property::RetainAvailable(flag)
        | Property::WildcardSubscriptionAvailable(flag)
        | Property::SubscriptionIdentifierAvailable(flag)
        | Property::SharedSubscriptionAvailable(flag) => json!(u8::from(flag)),
        Property::ServerKeepAlive(number) | Property::TopicAliasMaximum(number) => json!(number),
        Property::ReceiveMaximum(number) | Property::TopicAlias(number) => json!(number.get()),
        Property::MessageExpiryInterval(number)
        | Property::SessionExpiryInterval(number)
        | Property::WillDelayInterval(number) => json!(number),
        Property::SubscriptionIdentifier(number) | Property::MaximumPacketSize(number) => json!(number.get()),
        Property::ContentType(text)
        | Property::ResponseTopic(text)
        | Property::AssignedClientIdentifier(text)
        | Property::AuthenticationMethod(text)
        | Property::ResponseInformation(text)
        | Property::ServerReference(text)
        | Property::ReasonString(text) => json!(text),
    };
    json!({"id": id.0, "name": name, "value": value})
}
