//! AMQP 1.0 (ISO/IEC 19464): the type system, frames, performatives, messages.
//!
//! - Values: [`Value`] is a view of one value over octets that were checked once; [`Encoded`] holds such octets.
//! - Frames: [`Decoder`] and [`Encoder`] turn a stream into [`Frame`]s and back.
//! - Messages: [`Message`] reads a transfer's payload as a whole, [`Section`] one section of it.
//!
//! Every violation is a [`DecodeErrorKind`] whose [`reply`](DecodeErrorKind::reply) is the condition that the specification names.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod canonical;
pub mod cbs;
#[cfg(feature = "tokio-util")]
mod codec;
mod composite;
mod compound;
pub mod constructor;
mod custom;
mod decoder;
mod delivery;
mod display;
mod encoded;
mod encoder;
mod error;
mod field;
mod frame;
mod keys;
mod layout;
mod limits;
mod maps;
mod message;
mod own;
mod packed;
mod path;
mod performative;
mod protocol_header;
mod raw;
mod received;
mod scalar;
mod section;
#[cfg(feature = "serde")]
mod serde;
mod spec;
mod symbol;
mod union;
mod validate;
mod value;
mod wire;
mod words;

#[cfg(feature = "tokio-util")]
pub use codec::{Codec, CodecError};
pub use compound::{Array, Described, Elements, Items, List, Map, Pairs};
pub use custom::{Composite, from_value, to_value};
pub use decoder::{Decoder, Piece, Side};
pub use delivery::{Gather, Gathered, Split};
pub use encoded::{Encoded, ListBuf, MapBuf, array, described};
pub use encoder::Encoder;
pub use error::{Class, DecodeError, DecodeErrorKind, EncodeError, Reply, Scope};
pub use frame::Frame;
pub use layout::Layout;
pub use limits::Limits;
pub use maps::{
    AnnotationKey, Annotations, AnnotationsIter, ApplicationProperties, ApplicationPropertiesIter, Fields, FieldsIter,
    FilterSet, FilterSetIter, Unsettled, UnsettledIter,
};
pub use message::{Body, Message, Sections};
pub use path::Path;
pub use performative::{Performative, SaslPerformative};
pub use protocol_header::{ProtocolHeader, ProtocolId};
pub use received::{ReceivedFrame, ReceivedMessage};
pub use scalar::{Timestamp, Uuid};
pub use section::{Section, SectionKind};
pub use spec::definitions::{
    ReceiverSettleMode, Role, SaslCode, SenderSettleMode, TerminusDurability, TerminusExpiryPolicy, amqp_error,
    connection_error, link_error, session_error, std_dist_mode, transaction_error, txn_capability,
};
pub use spec::descriptor;
pub use spec::messaging::{
    Accepted, DeleteOnClose, DeleteOnNoLinks, DeleteOnNoLinksOrMessages, DeleteOnNoMessages, Header, Modified,
    Properties, Received, Rejected, Released, Source, Target,
};
pub use spec::security::{SaslChallenge, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse};
pub use spec::transactions::{Coordinator, Declare, Declared, Discharge, TransactionalState};
pub use spec::transport::{Attach, Begin, Close, Detach, Disposition, End, Error, Flow, Open, Transfer};
pub use symbol::{Symbol, Symbols};
pub use union::{DeliveryState, MessageId, Outcome, Secret, TargetTerminus};
pub use value::Value;
pub use words::{Ascii, Utf8};
