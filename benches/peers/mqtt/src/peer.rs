//! One file per contestant.

pub mod floor;
pub mod mqtt5_protocol;
pub mod mqtt_proto;
pub mod mqtt_protocol_core;
pub mod mqttbytes;
pub mod mqttrs;
pub mod ntex;
pub mod ours;
pub mod rmqtt;
pub mod rumqttc;

/// First byte, length of the fixed header and of the whole packet, for peers that leave this to their caller.
#[inline]
pub fn frame(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (&first, rest) = bytes.split_first()?;
    let (mut value, mut shift) = (0, 0);
    for (index, &byte) in rest.iter().take(4).enumerate() {
        value |= usize::from(byte & 127) << shift;
        if byte < 128 {
            return Some((first, index + 2, index + 2 + value));
        }
        shift += 7;
    }
    None
}
