//! Named leniencies, and the report of what was let pass.

use core::fmt;
use core::ops::{BitOr, BitOrAssign};

/// A set of deviations from the strict reading of the standards.
///
/// Given to [`Decoder::allow`](crate::Decoder::allow) it names what to let pass; returned by
/// [`Decoder::deviations`](crate::Decoder::deviations) it says what was let pass in the last packet.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Deviations(u32);

macro_rules! deviations {
    ($($(#[$doc:meta])+ $bit:literal $name:ident $text:literal;)+) => {
        impl Deviations {
            $($(#[$doc])+ pub const $name: Self = Self(1 << $bit);)+

            const NAMES: &'static [(Self, &'static str)] = &[$((Self::$name, $text),)+];
        }
    };
}

deviations! {
    /// A Remaining Length longer than its value needs, in 3.x, which does not forbid it. Let pass by default.
    0 NON_MINIMAL_LENGTH_V3 "non-minimal remaining length";
    /// The same for every variable byte integer of 5.0, which forbids it \[MQTT-1.5.5-1\].
    1 NON_MINIMAL_INTEGER_V5 "non-minimal variable byte integer";
    /// Control characters in text (5.0 §1.5.4: SHOULD NOT be sent, MAY be refused).
    2 CONTROL_CHARACTER "control character";
    /// Unicode non-characters in text (5.0 §1.5.4: SHOULD NOT be sent, MAY be refused).
    3 NON_CHARACTER "non-character";
    /// Bit 0x80 of the protocol level, by which a Mosquitto bridge makes itself known. Read [`Connect::bridge`](crate::Connect::bridge).
    4 BRIDGE_BIT "bridge bit";
    /// Bits of the fixed header that 3.1 calls unused, and which later versions reserve. Let pass by default.
    5 UNUSED_BITS_V3_1 "unused bits";
    /// DISCONNECT with 0x8C, which table 2-6 of 5.0 assigns to it and table 3-10 does not. Let pass by default.
    6 DISCONNECT_8C "DISCONNECT with 0x8c";
    /// A client identifier of more than 23 characters in 3.1 (3.1 §3.1). Let pass by default, as all brokers do.
    7 LONG_CLIENT_ID_V3_1 "long client identifier";
    /// The reserved connect flag is set \[MQTT-3.1.2-3\].
    8 RESERVED_CONNECT_FLAG "reserved connect flag";
    /// Reserved bits in the options of a subscription \[MQTT-3.8.3-5\].
    9 RESERVED_SUBSCRIPTION_BITS "reserved subscription bits";
    /// A 5.0 packet that ends where its property length should stand, and means no properties.
    10 MISSING_PROPERTY_LENGTH "missing property length";
    /// SUBACK or UNSUBACK of 5.0 without a reason code (5.0 §3.9.3, §3.11.3).
    11 NO_REASON_CODES "no reason codes";
    /// A reason code that the table of the packet does not have; brokers send such PUBRECs.
    12 REASON_CODE "reason code outside its table";
    /// Password without user name in 3.x \[3.1.1: MQTT-3.1.2-22\].
    13 PASSWORD_WITHOUT_USER_NAME "password without user name";
}

impl Deviations {
    /// Nothing.
    pub const NONE: Self = Self(0);

    /// What a decoder lets pass unless told otherwise: what the standards do not forbid, or contradict themselves about.
    pub const DEFAULT: Self = Self::NON_MINIMAL_LENGTH_V3
        .with(Self::UNUSED_BITS_V3_1)
        .with(Self::DISCONNECT_8C)
        .with(Self::LONG_CLIENT_ID_V3_1);

    /// Everything that has a name here: for proxies and intrusion detectors, which report instead of refusing.
    pub const ALL: Self = Self((1 << Self::NAMES.len()) - 1);

    /// Both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// This set less the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether every deviation of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The names of the deviations in the set.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMES.iter().filter(move |(deviation, _)| self.contains(*deviation)).map(|(_, name)| *name)
    }
}

impl BitOr for Deviations {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        self.with(other)
    }
}

impl BitOrAssign for Deviations {
    fn bitor_assign(&mut self, other: Self) {
        *self = self.with(other);
    }
}

impl fmt::Debug for Deviations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}
