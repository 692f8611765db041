//! MQTT 5.0 §2.2.2.2: the 27 properties, in one table.

#[allow(non_snake_case, reason = "named after the formats, so that the table can name them")]
mod formats;

use core::fmt;
use core::num::{NonZeroU16, NonZeroU32};

use crate::check;
use crate::list::{Entry, Put};
use crate::wire::{Sink, varint_len};

/// A property identifier (MQTT 5.0 table 2-4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyId(pub u8);

/// How a property's value is encoded and what it may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// One byte, 0 or 1.
    Flag,
    Two,
    NonZeroTwo,
    /// Two bytes, not zero, else 0x94.
    Alias,
    Four,
    NonZeroFour,
    /// A variable byte integer, not zero.
    NonZeroInteger,
    Text,
    /// A topic name.
    Name,
    Binary,
    Pair,
}

/// Where properties stand (MQTT 5.0 table 2-4), as a bit.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Connect = 1 << 0,
    Will = 1 << 1,
    ConnAck = 1 << 2,
    Publish = 1 << 3,
    /// PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK.
    Ack = 1 << 4,
    Subscribe = 1 << 5,
    Unsubscribe = 1 << 6,
    Disconnect = 1 << 7,
    Auth = 1 << 8,
}

const EVERYWHERE: u16 = 0x1ff;

/// The row of one identifier.
#[derive(Clone, Copy)]
pub(crate) struct Row {
    pub(crate) format: Format,
    pub(crate) places: u16,
    pub(crate) name: &'static str,
}

macro_rules! rust_type {
    ($a:lifetime Flag) => { bool };
    ($a:lifetime Two) => { u16 };
    ($a:lifetime NonZeroTwo) => { NonZeroU16 };
    ($a:lifetime Alias) => { NonZeroU16 };
    ($a:lifetime Four) => { u32 };
    ($a:lifetime NonZeroFour) => { NonZeroU32 };
    ($a:lifetime NonZeroInteger) => { NonZeroU32 };
    ($a:lifetime Text) => { &$a str };
    ($a:lifetime Name) => { &$a str };
    ($a:lifetime Binary) => { &$a [u8] };
}

#[cfg(feature = "serde")]
macro_rules! owned_type {
    (Text) => { alloc::string::String };
    (Name) => { alloc::string::String };
    (Binary) => { alloc::vec::Vec<u8> };
    ($format:ident) => { rust_type!('static $format) };
}

#[cfg(feature = "serde")]
macro_rules! lend_type {
    (Text $value:ident) => {
        $value
    };
    (Name $value:ident) => {
        $value
    };
    (Binary $value:ident) => {
        $value
    };
    ($format:ident $value:ident) => {
        *$value
    };
}

macro_rules! properties {
    ($($(#[$doc:meta])+ $id:literal $constant:ident $variant:ident $getter:ident $format:ident $text:literal in $($place:ident)|+;)+) => {
        impl PropertyId {
            $($(#[$doc])+ pub const $constant: Self = Self($id);)+
            /// A name and a value of the application's choosing (§3.1.2.11.8 and others).
            pub const USER_PROPERTY: Self = Self(0x26);

            /// The row of this identifier; `None` where the standard assigns none.
            #[inline]
            pub(crate) const fn row(self) -> Option<Row> {
                match self.0 {
                    $($id => Some(Row { format: Format::$format, places: $(Place::$place as u16)|+, name: $text }),)+
                    0x26 => Some(Row { format: Format::Pair, places: EVERYWHERE, name: "User Property" }),
                    _ => None,
                }
            }
        }

        /// The same, owning its value, as serde reads it.
        #[cfg(feature = "serde")]
        #[derive(serde::Deserialize)]
        pub(crate) enum OwnedProperty {
            $($variant(owned_type!($format)),)+
            UserProperty(alloc::string::String, alloc::string::String),
        }

        #[cfg(feature = "serde")]
        impl OwnedProperty {
            pub(crate) fn lend(&self) -> Property<'_> {
                match self {
                    $(Self::$variant(value) => Property::$variant(lend_type!($format value)),)+
                    Self::UserProperty(name, value) => Property::UserProperty(name, value),
                }
            }
        }

        /// One property (MQTT 5.0 §2.2.2.2). Values that the standard forbids cannot be said, where a type can see to it.
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize))]
        pub enum Property<'a> {
            $($(#[$doc])+ $variant(rust_type!('a $format)),)+
            /// A name and a value of the application's choosing (§3.1.2.11.8 and others).
            UserProperty(&'a str, &'a str),
        }

        impl<'a> Property<'a> {
            /// The identifier.
            #[inline]
            pub const fn id(&self) -> PropertyId {
                match self {
                    $(Self::$variant(_) => PropertyId($id),)+
                    Self::UserProperty(..) => PropertyId::USER_PROPERTY,
                }
            }

            #[inline]
            pub(crate) fn value(&self) -> Value<'a> {
                match *self {
                    $(Self::$variant(value) => Value::$format(value),)+
                    Self::UserProperty(name, value) => Value::Pair(name, value),
                }
            }
        }

        impl<'a> Entry<'a> for Property<'a> {
            type Read = Self;

            #[inline(always)]
            fn read(rest: &mut &'a [u8]) -> Option<Self> {
                let (&id, after) = rest.split_first()?;
                *rest = after;
                Some(match id {
                    $($id => Self::$variant(read::$getter(rest)?),)+
                    0x26 => Self::UserProperty(read::text(rest)?, read::text(rest)?),
                    _ => return None,
                })
            }

            #[inline]
            fn lend(&'a self) -> Self {
                *self
            }
        }

        mod read {
            //! The readers by property; which of the formats each is, the table says.
            use super::formats;
            pub(super) use formats::Text as text;
            $(pub(super) use formats::$format as $getter;)+
        }

        impl<'a> crate::Properties<'a> {
            $($(#[$doc])+
            #[inline]
            pub fn $getter(&self) -> Option<rust_type!('_ $format)> {
                if !self.contains(PropertyId($id)) {
                    return None;
                }
                self.iter().find_map(|property| match property {
                    Property::$variant(value) => Some(value),
                    _ => None,
                })
            })+
        }
    };
}

properties! {
    /// Whether the payload is UTF-8 text (§3.3.2.3.2).
    0x01 PAYLOAD_FORMAT_INDICATOR PayloadFormatIndicator payload_format_indicator Flag "Payload Format Indicator" in Publish | Will;
    /// Lifetime of the message in seconds (§3.3.2.3.3).
    0x02 MESSAGE_EXPIRY_INTERVAL MessageExpiryInterval message_expiry_interval Four "Message Expiry Interval" in Publish | Will;
    /// What the payload is, such as a MIME type (§3.3.2.3.9).
    0x03 CONTENT_TYPE ContentType content_type Text "Content Type" in Publish | Will;
    /// The topic name for a response (§3.3.2.3.5).
    0x08 RESPONSE_TOPIC ResponseTopic response_topic Name "Response Topic" in Publish | Will;
    /// What relates a response to its request (§3.3.2.3.6).
    0x09 CORRELATION_DATA CorrelationData correlation_data Binary "Correlation Data" in Publish | Will;
    /// The subscription that caused the delivery, 1 to 268,435,455 (§3.8.2.1.2, §3.3.2.3.8).
    0x0b SUBSCRIPTION_IDENTIFIER SubscriptionIdentifier subscription_identifier NonZeroInteger "Subscription Identifier" in Publish | Subscribe;
    /// How long the session outlives the connection, in seconds; 0xFFFFFFFF is forever (§3.1.2.11.2).
    0x11 SESSION_EXPIRY_INTERVAL SessionExpiryInterval session_expiry_interval Four "Session Expiry Interval" in Connect | ConnAck | Disconnect;
    /// The client identifier that the server assigned (§3.2.2.3.7).
    0x12 ASSIGNED_CLIENT_IDENTIFIER AssignedClientIdentifier assigned_client_identifier Text "Assigned Client Identifier" in ConnAck;
    /// The keep alive that the server decided, in seconds (§3.2.2.3.14).
    0x13 SERVER_KEEP_ALIVE ServerKeepAlive server_keep_alive Two "Server Keep Alive" in ConnAck;
    /// The name of the authentication method (§3.1.2.11.9).
    0x15 AUTHENTICATION_METHOD AuthenticationMethod authentication_method Text "Authentication Method" in Connect | ConnAck | Auth;
    /// Data of the authentication method (§3.1.2.11.10).
    0x16 AUTHENTICATION_DATA AuthenticationData authentication_data Binary "Authentication Data" in Connect | ConnAck | Auth;
    /// Whether reason strings and user properties are wanted on failures (§3.1.2.11.7).
    0x17 REQUEST_PROBLEM_INFORMATION RequestProblemInformation request_problem_information Flag "Request Problem Information" in Connect;
    /// How long the server waits before it publishes the will, in seconds (§3.1.3.2.2).
    0x18 WILL_DELAY_INTERVAL WillDelayInterval will_delay_interval Four "Will Delay Interval" in Will;
    /// Whether Response Information is wanted in CONNACK (§3.1.2.11.6).
    0x19 REQUEST_RESPONSE_INFORMATION RequestResponseInformation request_response_information Flag "Request Response Information" in Connect;
    /// A basis for response topics (§3.2.2.3.15).
    0x1a RESPONSE_INFORMATION ResponseInformation response_information Text "Response Information" in ConnAck;
    /// Another server to use (§3.2.2.3.16).
    0x1c SERVER_REFERENCE ServerReference server_reference Text "Server Reference" in ConnAck | Disconnect;
    /// A text for people that says why (§3.2.2.3.9 and others).
    0x1f REASON_STRING ReasonString reason_string Text "Reason String" in ConnAck | Ack | Disconnect | Auth;
    /// How many QoS 1 and 2 publications may be under way, 1 to 65,535 (§3.1.2.11.3).
    0x21 RECEIVE_MAXIMUM ReceiveMaximum receive_maximum NonZeroTwo "Receive Maximum" in Connect | ConnAck;
    /// The highest topic alias that the sender of the property accepts (§3.1.2.11.5).
    0x22 TOPIC_ALIAS_MAXIMUM TopicAliasMaximum topic_alias_maximum Two "Topic Alias Maximum" in Connect | ConnAck;
    /// A number in place of the topic name, 1 to 65,535 (§3.3.2.3.4).
    0x23 TOPIC_ALIAS TopicAlias topic_alias Alias "Topic Alias" in Publish;
    /// Whether the server takes QoS 1 (`true`) or QoS 0 only; absent: QoS 2 (§3.2.2.3.4).
    0x24 MAXIMUM_QOS MaximumQoS maximum_qos Flag "Maximum QoS" in ConnAck;
    /// Whether the server keeps retained messages (§3.2.2.3.5).
    0x25 RETAIN_AVAILABLE RetainAvailable retain_available Flag "Retain Available" in ConnAck;
    /// The largest packet that the sender of the property takes, in bytes (§3.1.2.11.4).
    0x27 MAXIMUM_PACKET_SIZE MaximumPacketSize maximum_packet_size NonZeroFour "Maximum Packet Size" in Connect | ConnAck;
    /// Whether the server takes wildcard subscriptions (§3.2.2.3.11).
    0x28 WILDCARD_SUBSCRIPTION_AVAILABLE WildcardSubscriptionAvailable wildcard_subscription_available Flag "Wildcard Subscription Available" in ConnAck;
    /// Whether the server takes subscription identifiers (§3.2.2.3.12).
    0x29 SUBSCRIPTION_IDENTIFIER_AVAILABLE SubscriptionIdentifierAvailable subscription_identifier_available Flag "Subscription Identifier Available" in ConnAck;
    /// Whether the server takes shared subscriptions (§3.2.2.3.13).
    0x2a SHARED_SUBSCRIPTION_AVAILABLE SharedSubscriptionAvailable shared_subscription_available Flag "Shared Subscription Available" in ConnAck;
}

impl PropertyId {
    /// The name in the standard's table; `None` for a number that it does not assign.
    pub const fn name(self) -> Option<&'static str> {
        match self.row() {
            Some(row) => Some(row.name),
            None => None,
        }
    }

    /// The identifier as a bit of a set.
    #[inline]
    pub(crate) const fn bit(self) -> u64 {
        1_u64.wrapping_shl(self.0 as u32)
    }
}

impl fmt::Debug for PropertyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PropertyId({:#04x})", self.0)
    }
}

impl fmt::Display for PropertyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "property {:#04x}", self.0),
        }
    }
}

/// A value by its format.
pub(crate) enum Value<'a> {
    Flag(bool),
    Two(u16),
    NonZeroTwo(NonZeroU16),
    Alias(NonZeroU16),
    Four(u32),
    NonZeroFour(NonZeroU32),
    NonZeroInteger(NonZeroU32),
    Text(&'a str),
    Name(&'a str),
    Binary(&'a [u8]),
    Pair(&'a str, &'a str),
}

impl Property<'_> {
    /// The largest subscription identifier.
    pub(crate) const MAX_INTEGER: u32 = 268_435_455;

    /// Whether the value may be sent: lengths, characters and ranges that the types leave open.
    pub(crate) fn is_sendable(&self) -> bool {
        match self.value() {
            Value::Text(text) => check::is_sendable(text),
            Value::Name(name) => {
                // [MQTT-3.3.2-14] [MQTT-4.7.3-1]
                !name.is_empty() && check::is_sendable(name) && !check::has_wildcard(name.as_bytes())
            }
            Value::Pair(name, value) => check::is_sendable(name) && check::is_sendable(value),
            Value::Binary(bytes) => bytes.len() <= 65_535,
            Value::NonZeroInteger(value) => value.get() <= Self::MAX_INTEGER,
            _ => true,
        }
    }
}

impl Put for Property<'_> {
    fn wire_len(&self) -> usize {
        let value = match self.value() {
            Value::Flag(_) => 1,
            Value::Two(_) | Value::NonZeroTwo(_) | Value::Alias(_) => 2,
            Value::Four(_) | Value::NonZeroFour(_) => 4,
            Value::NonZeroInteger(value) => varint_len(value.get() as usize),
            Value::Text(text) | Value::Name(text) => text.len().saturating_add(2),
            Value::Binary(bytes) => bytes.len().saturating_add(2),
            Value::Pair(name, value) => name.len().saturating_add(value.len()).saturating_add(4),
        };
        value.saturating_add(1)
    }

    #[inline]
    fn write<S: Sink>(&self, out: S) -> S {
        let id = self.id().0;
        match self.value() {
            Value::Flag(value) => out.array([id, u8::from(value)]),
            Value::Two(value) => two(id, value, out),
            Value::NonZeroTwo(value) | Value::Alias(value) => two(id, value.get(), out),
            Value::Four(value) => four(id, value, out),
            Value::NonZeroFour(value) => four(id, value.get(), out),
            Value::NonZeroInteger(value) => out.u8(id).varint(value.get() as usize),
            Value::Text(text) | Value::Name(text) => field(id, text.as_bytes(), out),
            Value::Binary(bytes) => field(id, bytes, out),
            Value::Pair(name, value) => field(id, name.as_bytes(), out).field(value.as_bytes()),
        }
    }
}

// Each is written with as few calls as it can be: a slice of a fixed length is a store.

#[inline(always)]
fn two<S: Sink>(id: u8, value: u16, out: S) -> S {
    let [a, b] = value.to_be_bytes();
    out.array([id, a, b])
}

#[inline(always)]
fn four<S: Sink>(id: u8, value: u32, out: S) -> S {
    let [a, b, c, d] = value.to_be_bytes();
    out.array([id, a, b, c, d])
}

#[inline(always)]
fn field<S: Sink>(id: u8, bytes: &[u8], out: S) -> S {
    let [.., hi, lo] = bytes.len().to_be_bytes();
    out.array([id, hi, lo]).slice(bytes)
}

impl fmt::Debug for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.id())?;
        self.fmt_value(f)
    }
}

impl Property<'_> {
    /// Prints the value alone; authentication data are left out.
    pub(crate) fn fmt_value(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value() {
            Value::Flag(value) => write!(f, "{value}"),
            Value::Two(value) => write!(f, "{value}"),
            Value::NonZeroTwo(value) | Value::Alias(value) => write!(f, "{value}"),
            Value::Four(value) => write!(f, "{value}"),
            Value::NonZeroFour(value) | Value::NonZeroInteger(value) => write!(f, "{value}"),
            Value::Text(text) | Value::Name(text) => write!(f, "{text:?}"),
            Value::Binary(_) if self.id() == PropertyId::AUTHENTICATION_DATA => f.write_str("<redacted>"),
            Value::Binary(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            Value::Pair(name, value) => write!(f, "{name:?}={value:?}"),
        }
    }
}
