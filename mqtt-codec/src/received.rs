//! A packet that lies in the input.

use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::Deref;

use crate::packet::Packet;

/// A packet whose fields all borrow from the input: what [`Decoder::decode`](crate::Decoder::decode) returns.
///
/// It is a [`Packet`] (by `Deref`: `match &*packet { … }`) that has nothing to drop, and the compiler knows it. That knowledge is worth as
/// much as the reading of a small packet takes: what needs no drop need not be kept in memory.
///
/// ```
/// use mqtt_codec::{Decoder, Limits, Packet, Role, Version};
///
/// let mut decoder = Decoder::established(Role::Server, Version::V3_1_1, Limits::default());
/// let packet = decoder.decode(&mut &b"\x30\x07\x00\x03a/bhi"[..])?.expect("a whole packet");
/// match &*packet {
///     Packet::Publish(publish) => assert_eq!(publish.topic, "a/b"),
///     other => unreachable!("{other}"),
/// }
/// let kept: Packet<'static> = packet.into_owned();
/// # Ok::<(), mqtt_codec::DecodeError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Received<'a>(ManuallyDrop<Packet<'a>>);

impl<'a> Received<'a> {
    /// A packet of which nothing is shared or grown.
    #[inline(always)]
    pub(crate) const fn new(packet: Packet<'a>) -> Self {
        Self(ManuallyDrop::new(packet))
    }

    /// The packet, still borrowed.
    #[inline]
    pub fn into_packet(self) -> Packet<'a> {
        ManuallyDrop::into_inner(self.0)
    }

    /// The packet, independent of the input: its fields are copied into one buffer.
    pub fn into_owned(self) -> Packet<'static> {
        self.into_packet().into_owned()
    }
}

impl<'a> Deref for Received<'a> {
    type Target = Packet<'a>;

    #[inline(always)]
    fn deref(&self) -> &Packet<'a> {
        &self.0
    }
}

impl<'a> From<Received<'a>> for Packet<'a> {
    fn from(received: Received<'a>) -> Self {
        received.into_packet()
    }
}

impl PartialEq<Packet<'_>> for Received<'_> {
    fn eq(&self, other: &Packet<'_>) -> bool {
        **self == *other
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
