//! AMQP 0-9-1 with RabbitMQ's extensions, complete on the wire, and the routing of its exchanges.
//!
//! [`Decoder`] turns octets into [`Frame`]s, [`Encoder`] turns frames back into octets; [`ContentAssembly`] tells which frame belongs
//! where within a message, [`routing`] decides which binding a message matches, and [`peek`] looks at a frame without decoding it.
//! Section numbers are those of the 0-9-1 specification (2008-11-13); its errata are RabbitMQ's list.

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod assembly;
mod body_frames;
#[cfg(feature = "tokio-util")]
mod codec;
mod content_header;
mod decoder;
mod dialect;
mod encoder;
mod error;
mod field_table;
mod frame;
mod limits;
pub mod method;
pub mod peek;
mod piece;
mod properties;
mod protocol_header;
mod received;
mod reply_code;
pub mod routing;
#[cfg(feature = "serde")]
mod serde;
mod short_str;
mod sink;
mod tuning;
mod wire;

pub use assembly::{ContentAssembly, Gathered, Gatherer, Step};
pub use body_frames::{BodyFrame, BodyFrames};
#[cfg(feature = "tokio-util")]
pub use codec::{Codec, CodecError};
pub use content_header::ContentHeader;
pub use decoder::Decoder;
pub use dialect::{Dialect, Duplicates, FieldNames, Tags, UnusedBits};
pub use encoder::{Encoder, Transmit};
pub use error::{Class, DecodeError, DecodeErrorKind, EncodeError, Reply, Scope};
pub use field_table::{Array, Decimal, Field, FieldTable, Fields, Tag, Value, Values};
pub use frame::{Frame, FrameType};
pub use limits::Limits;
pub use method::{Argument, Method, MethodId};
pub use piece::Piece;
pub use properties::{Properties, Property, PropertyIter};
pub use protocol_header::{ProtocolHeader, Version};
pub use received::Received;
pub use reply_code::ReplyCode;
pub use short_str::{Sensitive, ShortStr};
pub use tuning::{TuneError, Tuning};

/// The smallest frame-max that peers may agree on, and the largest frame before they did. AMQP 0-9-1 §4.2.3, constant `frame-min-size`.
pub const FRAME_MIN_SIZE: u32 = 4096;

/// The octet that ends every frame. AMQP 0-9-1 §4.2.3, constant `frame-end`.
pub const FRAME_END: u8 = 0xCE;

/// Octets of a frame that are not payload: type, channel, size and the end octet. AMQP 0-9-1 §4.2.3.
pub const FRAME_OVERHEAD: u32 = 8;
