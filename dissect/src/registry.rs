//! The protocols that are compiled in, one line each.

use crate::protocol::{Detail, Inner, Payload, Protocol};

/// All protocols. The order breaks ties when two protocols claim the same port.
pub const PROTOCOLS: &[&dyn Protocol] = &[
    &crate::mqtt::Mqtt,
    &crate::amqp091::Amqp091,
    &crate::amqp10::Amqp10,
    &crate::coap::CoapProtocol,
    &crate::xmpp::Xmpp,
    &crate::smqtt::Smqtt,
];

/// The protocol of that name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static dyn Protocol> {
    PROTOCOLS.iter().copied().find(|protocol| protocol.name() == name)
}

/// All protocols, or the one that was chosen.
pub fn chosen(forced: Option<&'static dyn Protocol>) -> impl Iterator<Item = &'static dyn Protocol> {
    PROTOCOLS.iter().copied().filter(move |protocol| forced.is_none_or(|forced| forced.name() == protocol.name()))
}

/// Asks all protocols whether a payload inside another protocol's message is theirs.
///
/// Protocols that carry application payloads call this and put the answer into [`crate::protocol::Message::inner`].
#[must_use]
pub fn in_payload(payload: &Payload<'_>, detail: Detail) -> Option<Inner> {
    PROTOCOLS.iter().find_map(|protocol| {
        let message = protocol.payload(payload, detail)?;
        Some(Inner { protocol: protocol.name(), len: payload.bytes.len(), message })
    })
}
