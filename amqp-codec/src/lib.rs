#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod binary;
#[cfg(feature = "tokio-util")]
mod codec;
#[cfg(feature = "serde")]
mod serde;
mod text;
pub mod v0_9_1;
pub mod v1_0;

#[cfg(doc)]
#[doc = include_str!("../MANUAL.md")]
pub mod manual {}

pub use binary::Binary;
pub use text::Text;
