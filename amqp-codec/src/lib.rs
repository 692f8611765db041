#![doc = include_str!("../README.md")]
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod binary;
mod text;
pub mod v0_9_1;
pub mod v1_0;

pub use binary::Binary;
pub use text::Text;
