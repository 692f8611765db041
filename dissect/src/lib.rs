//! `dissect`: reads captures and raw streams and prints the protocol messages in them. The binary is a thin shell around this library.
#![forbid(unsafe_code)]

pub mod fields;
pub mod protocol;
pub mod registry;
