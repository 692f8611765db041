#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

pub mod binary;
pub mod cache;
pub mod check;
pub mod code;
pub mod decoder;
pub mod encoder;
pub mod error;
pub mod http;
pub mod limits;
pub mod link;
pub mod message;
pub mod options;
pub mod problem;
pub mod registry;
pub mod reject;
pub mod signaling;
pub mod token;
pub mod uri;
pub mod value;
mod wire;

#[cfg(feature = "arbitrary")]
mod arbitrary;
#[cfg(feature = "coap-message")]
pub mod coap_message;
#[cfg(feature = "tokio-util")]
pub mod codec;
#[cfg(feature = "defmt")]
mod defmt;
#[cfg(feature = "serde")]
mod serde;

#[cfg(doc)]
#[doc = include_str!("../MANUAL.md")]
pub mod manual {}

pub use binary::Binary;
pub use check::{Check, Effect, Fault, Finding, NonRule, Policy, Role};
pub use code::{Code, CodeClass};
pub use decoder::{Decoder, Transport};
pub use encoder::Encoder;
pub use error::{Class, DecodeError, DecodeErrorKind, EncodeError, Reply};
pub use limits::Limits;
pub use message::{Header, Message, MessageType};
pub use options::{OptionIter, OptionNumber, OptionRef, Options, OptionsMut};
pub use reject::Reject;
pub use token::Token;
