//! Feature `defmt`: packets and errors in the logs of microcontrollers. Names stay on the host; numbers, topics and application text go over the
//! wire. Credentials do not, nor do payloads.

use defmt::{Format, Formatter, write};

use crate::property::Value;
use crate::{
    Ack, Auth, Binary, ConnAck, Connect, Deviations, Disconnect, Filters, Packet, PacketId, PacketType, Properties,
    Property, PropertyId, Publish, ReasonCode, Received, Refused, SubAck, Subscribe, Subscriptions, Text, Topic,
    TopicFilter, Unsubscribe,
};

impl Format for PacketId {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u16}", self.value());
    }
}

impl Format for ReasonCode {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u8:#04x}", self.0);
    }
}

impl Format for PropertyId {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u8:#04x}", self.0);
    }
}

impl Format for Text<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str}", self.as_str());
    }
}

impl Format for Binary<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=[u8]:02x}", self.as_slice());
    }
}

impl Format for Topic<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str}", self.as_str());
    }
}

impl Format for TopicFilter<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str}", self.as_str());
    }
}

impl Format for Deviations {
    fn format(&self, f: Formatter<'_>) {
        for name in self.names() {
            write!(f, " {=str}", name);
        }
    }
}

impl Format for Property<'_> {
    fn format(&self, f: Formatter<'_>) {
        let id = self.id();
        match self.value() {
            Value::Flag(value) => write!(f, "{}={=bool}", id, value),
            Value::Two(value) => write!(f, "{}={=u16}", id, value),
            Value::NonZeroTwo(value) | Value::Alias(value) => write!(f, "{}={=u16}", id, value.get()),
            Value::Four(value) => write!(f, "{}={=u32}", id, value),
            Value::NonZeroFour(value) | Value::NonZeroInteger(value) => write!(f, "{}={=u32}", id, value.get()),
            Value::Text(text) | Value::Name(text) => write!(f, "{}={=str}", id, text),
            Value::Binary(_) if id == PropertyId::AUTHENTICATION_DATA => write!(f, "{}=<redacted>", id),
            Value::Binary(bytes) => write!(f, "{}={=[u8]:02x}", id, bytes),
            Value::Pair(name, value) => write!(f, "{}={=str}:{=str}", id, name, value),
        }
    }
}

/// Each with a space in front.
impl Format for Properties<'_> {
    fn format(&self, f: Formatter<'_>) {
        for property in self {
            write!(f, " {}", property);
        }
    }
}

impl Format for Subscriptions<'_> {
    fn format(&self, f: Formatter<'_>) {
        for subscription in self {
            match subscription {
                Ok(subscription) => write!(f, " {} {}", subscription.filter, subscription.options.maximum_qos),
                Err(bad) => write!(f, " {}", bad),
            }
        }
    }
}

impl Format for Filters<'_> {
    fn format(&self, f: Formatter<'_>) {
        for filter in self {
            match filter {
                Ok(filter) => write!(f, " {}", filter),
                Err(bad) => write!(f, " {}", bad),
            }
        }
    }
}

impl Format for Connect<'_> {
    fn format(&self, f: Formatter<'_>) {
        let Self { version, clean_start, keep_alive, client_id, properties, .. } = self;
        write!(f, "CONNECT {} id={} keep-alive={=u16} clean={=bool}", version, client_id, *keep_alive, *clean_start);
        write!(f, "{}", properties);
    }
}

impl Format for ConnAck<'_> {
    fn format(&self, f: Formatter<'_>) {
        let Self { session_present, reason, properties } = self;
        write!(f, "CONNACK {} session-present={=bool}{}", reason, *session_present, properties);
    }
}

impl Format for Publish<'_> {
    fn format(&self, f: Formatter<'_>) {
        let Self { dup, delivery, retain, topic, properties, payload } = self;
        write!(f, "PUBLISH {} dup={=bool} retain={=bool} topic={}", delivery, *dup, *retain, topic);
        write!(f, "{} {=usize} B", properties, payload.len());
    }
}

impl Format for Refused<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "PUBLISH {} topic={} refused: {}", self.delivery, self.topic, self.error().kind);
    }
}

impl Format for Ack<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "id={} {}{}", self.packet_id, self.reason, self.properties);
    }
}

impl Format for Subscribe<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "SUBSCRIBE id={}{}{}", self.packet_id, self.subscriptions, self.properties);
    }
}

impl Format for SubAck<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "id={}{}", self.packet_id, self.properties);
        for code in &self.codes {
            write!(f, " {}", code);
        }
    }
}

impl Format for Unsubscribe<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "UNSUBSCRIBE id={}{}{}", self.packet_id, self.filters, self.properties);
    }
}

impl Format for Disconnect<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "DISCONNECT {}{}", self.reason, self.properties);
    }
}

impl Format for Auth<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "AUTH {}{}", self.reason, self.properties);
    }
}

impl Format for Received<'_> {
    fn format(&self, f: Formatter<'_>) {
        Packet::format(self, f);
    }
}

impl Format for Packet<'_> {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Connect(packet) => packet.format(f),
            Self::ConnAck(packet) => packet.format(f),
            Self::Publish(packet) => packet.format(f),
            Self::Refused(packet) => packet.format(f),
            Self::PubAck(packet) | Self::PubRec(packet) | Self::PubRel(packet) | Self::PubComp(packet) => {
                write!(f, "{} {}", self.packet_type(), packet);
            }
            Self::Subscribe(packet) => packet.format(f),
            Self::SubAck(packet) | Self::UnsubAck(packet) => write!(f, "{} {}", self.packet_type(), packet),
            Self::Unsubscribe(packet) => packet.format(f),
            Self::PingReq => PacketType::PingReq.format(f),
            Self::PingResp => PacketType::PingResp.format(f),
            Self::Disconnect(packet) => packet.format(f),
            Self::Auth(packet) => packet.format(f),
        }
    }
}
