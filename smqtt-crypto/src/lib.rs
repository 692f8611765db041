#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]
#![cfg_attr(
    not(feature = "abe"),
    allow(dead_code, reason = "the authority, who writes the setup messages, needs a scheme")
)]

extern crate alloc;
// The derive of `arbitrary` names it.
#[cfg(any(test, feature = "arbitrary"))]
extern crate std;

#[cfg(feature = "arbitrary")]
mod arbitrary;
mod attribute;
mod binary;
mod content;
mod enrolment;
pub mod envelope;
mod error;
mod gcm;
mod hash;
mod kem;
mod limits;
mod notice;
mod policy;
mod publisher;
mod random;
mod secret;
mod sign;
pub mod spublish;
mod subscriber;
mod suite;
mod symmetric;
#[cfg(test)]
#[allow(clippy::std_instead_of_core, reason = "files are read here")]
mod test_data;
mod text;
pub mod topic;
mod wire;
mod wrap;

#[cfg(feature = "abe")]
pub mod abe;
#[cfg(feature = "abe")]
mod authority;
#[cfg(feature = "abe")]
pub mod curve;

#[cfg(doc)]
#[doc = include_str!("../MANUAL.md")]
pub mod manual {}

pub use attribute::{Attribute, EPOCH_BITS, Epoch, Label, Labels};
#[cfg(feature = "abe")]
pub use authority::{Authority, Grant, GrantError};
pub use binary::Binary;
pub use content::{Bound, COMMITMENT_LEN, Freshness, Properties};
pub use enrolment::{Enrolled, Enrolment, verified_params};
pub use error::{Class, DecodeError, DecodeErrorKind, DecryptError, ReceiveError, SealError};
pub use kem::{Decapsulate, Encapsulate, Kem, Scope};
pub use limits::Limits;
pub use policy::{Policy, PolicyError, PolicyErrorKind};
pub use publisher::{Access, GENERATION, Publisher, PublisherConfig, announce_topic};
pub use random::{Random, RandomError};
pub use secret::{Secret, SharedSecret};
pub use sign::Signing;
pub use subscriber::{Message, Received, Released, Subscriber, SubscriberConfig, Trust};
pub use suite::{Suite, TAG_LEN};
pub use symmetric::{MAX_TREE_EPOCHS, PresharedKey, TreeKey, TreeMaster};
pub use text::Text;
