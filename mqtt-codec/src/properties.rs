//! MQTT 5.0 §2.2.2: the property list of a packet.

mod edit;
mod region;

use crate::deviation::Deviations;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::list::{Entries, List};
use crate::property::{Place, Property, PropertyId};
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, Sink, Varint, read_varint, varint_len};

/// The properties of a packet, or of a will.
///
/// Received properties stay as they came, checked once, and are read lazily. To send some, lend a slice of them
/// (`Properties::from(&[..])`, no allocation) or [`push`](Self::push) them one by one. Equality compares the properties in their order.
///
/// ```
/// use mqtt_codec::{Properties, Property};
///
/// let items = [Property::MessageExpiryInterval(60), Property::UserProperty("unit", "°C")];
/// let properties = Properties::from(&items[..]);
/// assert_eq!(properties.message_expiry_interval(), Some(60));
/// assert_eq!(properties.user_properties().next(), Some(("unit", "°C")));
/// ```
#[derive(Clone)]
pub struct Properties<'a> {
    list: List<'a, Property<'a>>,
    /// One bit for each identifier present, and what a slice of items may have wrong.
    seen: u64,
}

/// Bits of `seen` above the identifiers, which end at 0x2a.
const MANY_SUBSCRIPTION_IDS: u64 = 1 << 60;
const DUPLICATE: u64 = 1 << 61;
const BAD_VALUE: u64 = 1 << 62;
const IDS: u64 = (1 << 43) - 1;

impl<'a> Properties<'a> {
    /// No properties.
    pub const EMPTY: Self = Self { list: List::EMPTY, seen: 0 };

    /// The properties, in the order of the packet.
    #[inline(always)]
    pub fn iter(&self) -> PropertiesIter<'_> {
        // Most packets have none.
        if self.is_empty() { Properties::EMPTY_ITER } else { PropertiesIter(self.list.iter()) }
    }

    /// Whether there is no property.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.seen == 0
    }

    /// Whether a property with this identifier is present; constant time.
    #[inline]
    pub const fn contains(&self, id: PropertyId) -> bool {
        id.0 < 64 && self.seen & IDS & id.bit() != 0
    }

    /// The user properties, as pairs of name and value, in the order of the packet.
    pub fn user_properties(&self) -> impl Iterator<Item = (&str, &str)> {
        let iter = if self.contains(PropertyId::USER_PROPERTY) { self.iter() } else { Properties::EMPTY_ITER };
        iter.filter_map(|property| match property {
            Property::UserProperty(name, value) => Some((name, value)),
            _ => None,
        })
    }

    /// All subscription identifiers: a PUBLISH has one for each subscription that caused it (§3.3.2.3.8).
    pub fn subscription_identifiers(&self) -> impl Iterator<Item = core::num::NonZeroU32> {
        let present = self.contains(PropertyId::SUBSCRIPTION_IDENTIFIER);
        let iter = if present { self.iter() } else { Properties::EMPTY_ITER };
        iter.filter_map(|property| match property {
            Property::SubscriptionIdentifier(id) => Some(id),
            _ => None,
        })
    }

    const EMPTY_ITER: PropertiesIter<'static> = PropertiesIter(Entries::Wire(&[]));

    /// Appends a property. What was borrowed is copied first.
    ///
    /// # Errors
    /// [`EncodeError::DuplicateProperty`] for a second one of a kind that may stand once, [`EncodeError::PropertyValue`] for
    /// a value that may not be sent. Which packet may carry it is checked when the packet is encoded.
    pub fn push(&mut self, property: Property<'_>) -> Result<(), EncodeError> {
        let seen = note(self.seen, &property);
        if seen & DUPLICATE != 0 {
            return Err(EncodeError::DuplicateProperty(property.id()));
        }
        if seen & BAD_VALUE != 0 {
            return Err(EncodeError::PropertyValue);
        }
        self.list.push(&property);
        self.seen = seen;
        Ok(())
    }

    /// Bytes of the properties on the wire, without their length.
    #[inline]
    pub(crate) fn wire_len(&self) -> usize {
        self.list.wire_len()
    }

    /// Bytes of the properties on the wire with their length in front.
    #[inline]
    pub(crate) fn framed_len(&self) -> usize {
        if self.is_empty() {
            return 1;
        }
        let len = self.wire_len();
        len.saturating_add(varint_len(len))
    }

    /// Writes the length and the properties.
    #[inline]
    pub(crate) fn write<S: Sink>(&self, out: S) -> S {
        if self.is_empty() {
            return out.u8(0);
        }
        match self.list.wire() {
            Ok(wire) => out.varint(wire.len()).slice(wire),
            Err(items) => items.write(out.varint(items.wire_len)),
        }
    }

    /// The same in 5.0; 3.x has none.
    #[inline(always)]
    pub(crate) fn write_in<S: Sink>(&self, version: Version, out: S) -> S {
        if version.is_v5() { self.write(out) } else { out }
    }

    #[inline]
    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Properties<'static> {
        if self.is_empty() {
            return Properties::EMPTY;
        }
        Properties { seen: self.seen, list: self.list.keep(keep) }
    }

    /// The properties of a packet, behind their length; none where the version has none.
    #[inline]
    pub(crate) fn decode(reader: &mut Reader<'a, '_>, place: Place) -> Result<Self, Fault> {
        if !reader.is_v5() {
            return Ok(Self::EMPTY);
        }
        // [MQTT-2.2.2-1] The length stands even when there is no property.
        match reader.rest.split_first() {
            Some((0, rest)) => {
                reader.rest = rest;
                Ok(Self::EMPTY)
            }
            Some(_) => {
                let (wire, seen) = region::check(reader, place)?;
                Ok(Self { list: List::Borrowed(wire), seen })
            }
            None => {
                reader.deviate(Deviations::MISSING_PROPERTY_LENGTH, DecodeErrorKind::Truncated)?;
                Ok(Self::EMPTY)
            }
        }
    }

    /// Properties behind their length, which were checked before.
    pub(crate) fn read(rest: &mut &'a [u8]) -> Option<Self> {
        let Varint::Value { value, len, .. } = read_varint(rest) else { return None };
        let (wire, after) = rest.get(len..)?.split_at_checked(value as usize)?;
        *rest = after;
        let list = List::Borrowed(wire);
        let seen = list.iter().map(|property: Property<'_>| property.id().bit()).fold(0, |seen, bit| seen | bit);
        Some(Self { list, seen })
    }

    /// Whether the packet may carry these properties.
    ///
    /// # Errors
    /// The first identifier that may not stand there, or stands twice, or a bad value.
    #[inline(always)]
    pub(crate) fn check_sendable(&self, place: Place) -> Result<(), EncodeError> {
        let usual = allowed(place) & !PropertyId::AUTHENTICATION_DATA.bit();
        if self.seen & !usual == 0 { Ok(()) } else { self.check_exactly(place) }
    }

    #[inline(never)]
    fn check_exactly(&self, place: Place) -> Result<(), EncodeError> {
        if self.seen & BAD_VALUE != 0 {
            return Err(EncodeError::PropertyValue);
        }
        if self.seen & DUPLICATE != 0 {
            return Err(EncodeError::DuplicateProperty(self.first_duplicate()));
        }
        if self.seen & MANY_SUBSCRIPTION_IDS != 0 && !matches!(place, Place::Publish) {
            return Err(EncodeError::DuplicateProperty(PropertyId::SUBSCRIPTION_IDENTIFIER));
        }
        let strangers = self.seen & IDS & !allowed(place);
        if strangers != 0 {
            let id = u8::try_from(strangers.trailing_zeros()).unwrap_or(u8::MAX);
            return Err(EncodeError::PropertyNotAllowed(PropertyId(id)));
        }
        // §3.1.2.11.10 Authentication data needs a method.
        if self.contains(PropertyId::AUTHENTICATION_DATA) && !self.contains(PropertyId::AUTHENTICATION_METHOD) {
            return Err(EncodeError::Rule(DecodeErrorKind::AuthDataWithoutMethod));
        }
        Ok(())
    }

    #[cold]
    fn first_duplicate(&self) -> PropertyId {
        let mut seen = 0;
        for property in self {
            seen = note(seen, &property);
            if seen & DUPLICATE != 0 {
                return property.id();
            }
        }
        PropertyId::USER_PROPERTY
    }
}

/// The set with one more property.
fn note(seen: u64, property: &Property<'_>) -> u64 {
    let noted = note_id(seen, property.id());
    if property.is_sendable() { noted } else { noted | BAD_VALUE }
}

/// The same for a property whose value was checked.
fn note_id(seen: u64, id: PropertyId) -> u64 {
    let mut noted = seen | id.bit();
    if seen & id.bit() != 0 {
        noted |= match id {
            PropertyId::USER_PROPERTY => 0,
            PropertyId::SUBSCRIPTION_IDENTIFIER => MANY_SUBSCRIPTION_IDS,
            _ => DUPLICATE,
        };
    }
    noted
}

/// The identifiers that may stand in a place, as bits.
#[inline(always)]
const fn allowed(place: Place) -> u64 {
    const fn compute(place: Place) -> u64 {
        let mut bits = 0;
        let mut id = 0_u8;
        while id < 43 {
            if let Some(row) = PropertyId(id).row()
                && row.places & place as u16 != 0
            {
                bits |= PropertyId(id).bit();
            }
            id = id.wrapping_add(1);
        }
        bits
    }
    match place {
        Place::Connect => const { compute(Place::Connect) },
        Place::Will => const { compute(Place::Will) },
        Place::ConnAck => const { compute(Place::ConnAck) },
        Place::Publish => const { compute(Place::Publish) },
        Place::Ack => const { compute(Place::Ack) },
        Place::Subscribe => const { compute(Place::Subscribe) },
        Place::Unsubscribe => const { compute(Place::Unsubscribe) },
        Place::Disconnect => const { compute(Place::Disconnect) },
        Place::Auth => const { compute(Place::Auth) },
    }
}

impl Default for Properties<'_> {
    fn default() -> Self {
        Self::EMPTY
    }
}

impl<'a> From<&'a [Property<'a>]> for Properties<'a> {
    fn from(items: &'a [Property<'a>]) -> Self {
        Self { seen: items.iter().fold(0, note), list: List::lend(items) }
    }
}

impl<'a, const N: usize> From<&'a [Property<'a>; N]> for Properties<'a> {
    fn from(items: &'a [Property<'a>; N]) -> Self {
        Self::from(items.as_slice())
    }
}

impl PartialEq for Properties<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.seen & IDS == other.seen & IDS && self.iter().eq(other.iter())
    }
}

impl Eq for Properties<'_> {}

impl core::fmt::Debug for Properties<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self).finish()
    }
}

impl<'p> IntoIterator for &'p Properties<'_> {
    type Item = Property<'p>;
    type IntoIter = PropertiesIter<'p>;

    #[inline(always)]
    fn into_iter(self) -> PropertiesIter<'p> {
        self.iter()
    }
}

/// Iterator over [`Properties`].
#[derive(Clone)]
pub struct PropertiesIter<'p>(Entries<'p, Property<'p>>);

impl<'p> Iterator for PropertiesIter<'p> {
    type Item = Property<'p>;

    #[inline(always)]
    fn next(&mut self) -> Option<Property<'p>> {
        self.0.next()
    }
}

impl core::fmt::Debug for PropertiesIter<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
