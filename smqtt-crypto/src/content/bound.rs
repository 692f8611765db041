//! What of the MQTT packet around a payload is authenticated with it, and what must not be.

use crate::envelope::{Binding, Flags};
use crate::hash::Transcript;
use alloc::vec::Vec;

/// The surroundings of a payload, as both sides see them.
///
/// Never bound, because brokers change them lawfully: QoS, RETAIN, DUP, Message Expiry Interval, Topic Alias, Subscription
/// Identifier (MQTT 5.0 §3.3).
#[derive(Debug, Clone, Copy, Default)]
pub struct Bound<'a> {
    /// The topic name, or what is left of it after the agreed prefix.
    pub topic: &'a str,
    /// MQTT 5.0 properties that a broker must forward unaltered.
    pub properties: Properties<'a>,
}

/// The properties that may be bound (MQTT 5.0 §3.3.2.3): a broker must forward them unaltered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Properties<'a> {
    /// Payload Format Indicator.
    pub payload_format: Option<u8>,
    /// Content Type.
    pub content_type: Option<&'a str>,
    /// Response Topic.
    pub response_topic: Option<&'a str>,
    /// Correlation Data.
    pub correlation_data: Option<&'a [u8]>,
    /// The publisher's User Properties, in their order ([MQTT-3.3.2-18]).
    pub user_properties: &'a [(&'a str, &'a str)],
}

impl Properties<'_> {
    /// Not inlined: it is rare, and more code than all else of a message.
    #[inline(never)]
    fn digest(&self) -> [u8; 32] {
        let mut hash = Transcript::new("SMQTT/1 properties");
        let byte = self.payload_format.map(|byte| [byte]);
        let parts: [Option<&[u8]>; 4] = [
            byte.as_ref().map(<[u8; 1]>::as_slice),
            self.content_type.map(str::as_bytes),
            self.response_topic.map(str::as_bytes),
            self.correlation_data,
        ];
        for part in parts {
            // Absent and empty differ.
            hash = match part {
                Some(bytes) => hash.part(&[1]).part(bytes),
                None => hash.part(&[0]),
            };
        }
        for (name, value) in self.user_properties {
            hash = hash.part(name.as_bytes()).part(value.as_bytes());
        }
        hash.finish()
    }
}

/// The additional data (SPEC §7.3), into `out`, which is emptied first. `put_head` appends what stands for the envelope: not copied
/// from there, since what was just written in parts is slow to read. `topic` lacks the agreed prefix already.
pub(crate) fn additional_data(
    flags: Flags,
    put_head: impl FnOnce(&mut Vec<u8>),
    topic: &str,
    properties: &Properties<'_>,
    out: &mut Vec<u8>,
) -> Option<()> {
    out.clear();
    out.extend_from_slice(b"SMQTT1\0\0\0\0");
    let start = out.len();
    put_head(out);
    let len = u32::try_from(out.len().saturating_sub(start)).ok()?;
    *out.get_mut(..start)?.last_chunk_mut()? = len.to_be_bytes();
    if flags.binding() != Binding::None {
        out.extend_from_slice(&u32::try_from(topic.len()).ok()?.to_be_bytes());
        out.extend_from_slice(topic.as_bytes());
    }
    if flags.has(Flags::PROPERTIES) {
        out.extend_from_slice(&properties.digest());
    }
    Some(())
}
