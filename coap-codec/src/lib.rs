#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod binary;
pub mod cache;
mod check;
mod code;
mod decoder;
mod encoder;
mod error;
pub mod http;
mod limits;
pub mod link;
mod message;
mod options;
pub mod problem;
pub mod registry;
mod reject;
pub mod signaling;
mod token;
pub mod uri;
pub mod value;
mod wire;

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "coap-message")]
pub mod coap_message;
#[cfg(feature = "tokio-util")]
mod codec;
#[cfg(feature = "defmt")]
mod defmt;
#[cfg(feature = "serde")]
mod serde;

#[cfg(doc)]
#[doc = include_str!("../MANUAL.md")]
pub mod manual {}

pub use binary::Binary;
pub use check::{Check, Effect, Fault, Finding, NonRule, Policy, Role};
pub use code::{Code, CodeClass, ParseCodeError};
#[cfg(feature = "tokio-util")]
pub use codec::{Codec, CodecError};
pub use decoder::{Decoder, Transport};
pub use encoder::{BASE_MAX_MESSAGE_LEN, Encoder, Transmit};
pub use error::{Class, DecodeError, DecodeErrorKind, EncodeError, Reply};
pub use limits::Limits;
pub use message::{Header, Message, MessageType};
pub use options::{OptionIter, OptionNumber, OptionRef, Options, OptionsMut};
pub use reject::Reject;
pub use token::Token;
