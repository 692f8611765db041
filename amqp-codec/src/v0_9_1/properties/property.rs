//! One property: which there are, and how each lies on the wire. AMQP 0-9-1 §1.8.

use super::super::dialect::Tags;
use super::super::error::EncodeError;
use super::super::field_table::FieldTable;
use super::super::short_str::ShortStr;
use super::super::sink::Sink;
use super::super::wire::{Part, Reader};
use super::Properties;

/// Defines the 14 properties: number, variant, accessor, type and the specification's name.
macro_rules! properties {
    ($($index:literal $variant:ident($($type:tt)+) $get:ident $name:literal $doc:literal;)*) => {
        /// One property of a message.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
        pub enum Property<'a> {
            $(#[doc = $doc] $variant($($type)+),)*
        }

        impl<'a> Property<'a> {
            /// Its place: 0 for content-type, whose flag is bit 15, to 13 for cluster-id, whose flag is bit 2.
            pub const fn index(&self) -> u32 {
                match self {
                    $(Self::$variant(_) => $index,)*
                }
            }

            /// The specification's name, `content-type`.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $name,)*
                }
            }

            /// The bit of its flag.
            pub(super) const fn bit(&self) -> u32 {
                bit(self.index())
            }

            pub(super) fn wire_len(&self) -> usize {
                match self {
                    $(Self::$variant(value) => Part::wire_len(value),)*
                }
            }

            pub(super) fn check(&self) -> Result<(), EncodeError> {
                match self {
                    $(Self::$variant(value) => Part::check(value),)*
                }
            }

            pub(super) fn put(&self, out: &mut impl Sink) {
                match self {
                    $(Self::$variant(value) => Part::put(value, out),)*
                }
            }

            /// Some property, for fuzzers.
            #[cfg(feature = "arbitrary")]
            pub(crate) fn any(u: &mut arbitrary::Unstructured<'_>, tags: Tags) -> arbitrary::Result<Property<'static>> {
                match u.int_in_range(0..=13_u32)? {
                    $($index => <$($type)+ as Part<'a>>::any(u, tags).map(Property::$variant),)*
                    _ => Err(arbitrary::Error::IncorrectFormat),
                }
            }
        }

        /// Reads the value of a flag in checked octets.
        #[inline(always)]
        pub(super) fn read<'p>(bit: u32, reader: &mut Reader<'p>, tags: Tags) -> Option<Property<'p>> {
            match 15_u32.wrapping_sub(bit) {
                $($index => Checked::read(reader, tags).map(Property::$variant),)*
                _ => None,
            }
        }

        /// Hands over the values of all flags in checked octets, one place after the other: what a consumer does with a property is
        /// compiled for each of them.
        #[inline(always)]
        pub(super) fn fold<'p, A>(
            flags: u32,
            reader: &mut Reader<'p>,
            tags: Tags,
            mut sum: A,
            mut each: impl FnMut(A, Property<'p>) -> A,
        ) -> A {
            $(if flags & (1 << bit($index)) != 0 {
                let Some(value) = Checked::read(reader, tags) else { return sum };
                sum = each(sum, Property::$variant(value));
            })*
            sum
        }

        impl<'a> Properties<'a> {
            $(
                #[doc = $doc]
                #[inline]
                pub fn $get(&self) -> Option<property_type!($($type)+)> {
                    match self.find($index)? {
                        Property::$variant(value) => Some(value),
                        _ => None,
                    }
                }
            )*
        }
    };
}
/// The type that borrows from the properties instead of the input.
macro_rules! property_type {
    (ShortStr<'a>) => { ShortStr<'_> };
    (FieldTable<'a>) => { FieldTable<'_> };
    ($plain:ty) => { $plain };
}
properties! {
    0 ContentType(ShortStr<'a>) content_type "content-type" "`content-type`: a MIME type.";
    1 ContentEncoding(ShortStr<'a>) content_encoding "content-encoding" "`content-encoding`: a MIME encoding.";
    2 Headers(FieldTable<'a>) headers "headers" "`headers`: the application's fields.";
    3 DeliveryMode(u8) delivery_mode "delivery-mode" "`delivery-mode`: 1 transient, 2 persistent.";
    4 Priority(u8) priority "priority" "`priority`: 0 to 9.";
    5 CorrelationId(ShortStr<'a>) correlation_id "correlation-id" "`correlation-id`.";
    6 ReplyTo(ShortStr<'a>) reply_to "reply-to" "`reply-to`: an address.";
    7 Expiration(ShortStr<'a>) expiration "expiration" "`expiration`: RabbitMQ reads milliseconds in decimal.";
    8 MessageId(ShortStr<'a>) message_id "message-id" "`message-id`.";
    9 Timestamp(u64) timestamp "timestamp" "`timestamp`: seconds since 1970, all 64 bits as they came.";
    10 Type(ShortStr<'a>) kind "type" "`type`: the message's type name.";
    11 UserId(ShortStr<'a>) user_id "user-id" "`user-id`: the user that published it.";
    12 AppId(ShortStr<'a>) app_id "app-id" "`app-id`: the application that published it.";
    13 ClusterId(ShortStr<'a>) cluster_id "cluster-id" "`cluster-id`: reserved since 0-9-1.";
}

/// The flag of a property, as a bit number: 15 for content-type to 2 for cluster-id.
pub(super) const fn bit(index: u32) -> u32 {
    15_u32.wrapping_sub(index)
}

/// The flag of headers.
const HEADERS: u32 = 1 << 13;
/// The flags of delivery-mode and priority.
pub(super) const OCTETS: u32 = 0b11 << 11;
/// The flag of timestamp.
pub(super) const TIMESTAMP: u32 = 1 << 6;
/// The flags of the properties that are short strings, as most of them are.
pub(super) const TEXTS: u32 = 0xFFFC & !(HEADERS | OCTETS | TIMESTAMP);

/// Takes the flag of the next property out of those that are left.
#[inline(always)]
pub(super) fn next_flag(flags: &mut u32) -> Option<u32> {
    let flag = 1_u32.wrapping_shl(flags.checked_ilog2()?);
    *flags ^= flag;
    Some(flag)
}

/// Skips the value of a flag in checked octets.
#[inline(always)]
pub(super) fn skip(flag: u32, reader: &mut Reader<'_>) -> Option<()> {
    if flag & TEXTS != 0 {
        reader.checked_short().map(|_| ())
    } else if flag & OCTETS != 0 {
        reader.checked_array::<1>().map(|_| ())
    } else if flag == TIMESTAMP {
        reader.checked_array::<8>().map(|_| ())
    } else {
        reader.checked_long().map(|_| ())
    }
}

/// A value in checked octets.
trait Checked<'p>: Sized {
    fn read(reader: &mut Reader<'p>, tags: Tags) -> Option<Self>;
}

impl<'p> Checked<'p> for ShortStr<'p> {
    #[inline(always)]
    fn read(reader: &mut Reader<'p>, _: Tags) -> Option<Self> {
        reader.checked_short().map(ShortStr::checked)
    }
}

impl<'p> Checked<'p> for FieldTable<'p> {
    #[inline(always)]
    fn read(reader: &mut Reader<'p>, tags: Tags) -> Option<Self> {
        reader.checked_long().map(|octets| FieldTable::checked(tags, octets))
    }
}

impl Checked<'_> for u8 {
    #[inline(always)]
    fn read(reader: &mut Reader<'_>, _: Tags) -> Option<Self> {
        reader.checked_array().map(Self::from_be_bytes)
    }
}

impl Checked<'_> for u64 {
    #[inline(always)]
    fn read(reader: &mut Reader<'_>, _: Tags) -> Option<Self> {
        reader.checked_array().map(Self::from_be_bytes)
    }
}

impl Property<'_> {
    /// The same, borrowed from this one.
    pub(super) fn borrowed(&self) -> Property<'_> {
        macro_rules! short {
            ($($variant:ident)*) => {
                match self {
                    $(Self::$variant(text) => Property::$variant(text.borrowed()),)*
                    Self::Headers(table) => Property::Headers(table.borrowed()),
                    Self::DeliveryMode(octet) => Property::DeliveryMode(*octet),
                    Self::Priority(octet) => Property::Priority(*octet),
                    Self::Timestamp(seconds) => Property::Timestamp(*seconds),
                }
            };
        }
        short! { ContentType ContentEncoding CorrelationId ReplyTo Expiration MessageId Type UserId AppId ClusterId }
    }
}
