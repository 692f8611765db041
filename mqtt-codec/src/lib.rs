#![no_std]
#![forbid(unsafe_code)]
#![doc = include_str!("../README.md")]

extern crate alloc;
// The derive of `arbitrary` names it.
#[cfg(feature = "arbitrary")]
extern crate std;

mod annotate;
mod binary;
mod check;
#[cfg(feature = "tokio-util")]
mod codec;
mod convert;
mod decoder;
mod deviation;
mod encoder;
mod error;
mod fan_out;
mod filter;
mod first_bytes;
mod limits;
mod list;
mod packet;
mod packet_ids;
mod plain;
mod properties;
mod property;
mod qos;
mod reason;
mod received;
mod retained;
mod rewrite;
mod subscriptions;
mod text;
mod topic;
mod tree;
mod version;
mod wire;

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "defmt")]
mod defmt;
#[cfg(feature = "serde")]
mod serde;

#[cfg(doc)]
#[doc = include_str!("../MANUAL.md")]
pub mod manual {}

pub use annotate::{Annotated, Field, FieldValue};
pub use binary::Binary;
#[cfg(feature = "tokio-util")]
pub use codec::{Codec, CodecError};
pub use convert::Lost;
pub use decoder::{Decoder, Piece, Skipped, Streaming};
pub use deviation::Deviations;
pub use encoder::{Encoder, Transmit};
pub use error::{Class, DecodeError, DecodeErrorKind, EncodeError, Reply};
pub use fan_out::{Alias, FanOut, Recipient};
pub use filter::{BadFilter, TopicFilter};
pub use first_bytes::FirstBytes;
pub use limits::Limits;
pub use packet::{
    Ack, Auth, ConnAck, Connect, Disconnect, Filters, FiltersIter, Login, Packet, PacketType, Publish, ReasonCodes,
    ReasonCodesIter, Refused, RetainHandling, SubAck, Subscribe, Subscription, SubscriptionOptions, Subscriptions,
    SubscriptionsIter, Unsubscribe, Will,
};
pub use packet_ids::PacketIds;
pub use properties::{Properties, PropertiesIter};
pub use property::{Property, PropertyId};
pub use qos::{Delivery, PacketId, QoS};
pub use reason::ReasonCode;
pub use received::Received;
pub use retained::{Retained, RetainedMatches};
pub use rewrite::{InPlace, RewriteError};
pub use subscriptions::{Matched, Matches, SubscriptionTree};
pub use text::Text;
pub use topic::{InvalidTopic, Topic};
pub use tree::{Seed, TreeFull, TreeLimits};
pub use version::{Role, Version};
