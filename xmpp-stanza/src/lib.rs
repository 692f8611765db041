#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod base64;
pub mod framing;
pub mod ns;
#[cfg(feature = "quick-xml")]
pub mod quick;
pub mod uri;
pub mod xep;

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod chars;
#[cfg(feature = "tokio-util")]
mod codec;
mod context;
mod decoder;
mod element;
mod encoder;
mod error;
mod event;
mod forward;
mod header;
mod iq;
mod jid;
mod limits;
mod message;
mod payload;
mod presence;
mod redact;
mod stanza;
mod stanza_error;
mod stream_error;
mod text;
mod tokenizer;
mod value;
mod walk;
mod walk_events;
mod writer;

#[cfg(doc)]
#[doc = include_str!("../MANUAL.md")]
pub mod manual {}

#[cfg(feature = "tokio-util")]
pub use codec::{Codec, CodecError};
pub use context::{Content, Context};
pub use decoder::Decoder;
pub use element::{Attribute, Attributes, Children, Element, ElementRef};
pub use encoder::{Close, Encoder};
pub use error::{Class, DecodeError, DecodeErrorKind, EncodeError};
pub use event::Event;
pub use header::{Header, Version};
pub use iq::{Iq, IqType};
pub use jid::{Jid, JidError, escape_local, unescape_local};
pub use limits::Limits;
pub use message::{Body, Message, MessageType, Subject, Thread};
pub use payload::{Payload, PayloadError, Payloads, Problem};
pub use presence::{Presence, PresenceType, Priority, Show, Status};
pub use stanza::{ErrorReply, Stanza, StanzaFault, StanzaFaultKind};
pub use stanza_error::{ErrorType, StanzaCondition, StanzaError};
pub use stream_error::{StreamCondition, StreamError};
pub use text::Text;
pub use value::Value;
pub use writer::{ToXml, Writer};
