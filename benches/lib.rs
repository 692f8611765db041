//! The benches of each crate are in `benches/benches/<protocol>.rs`, those against other people's crates in `benches/peers`. Here is only what the
//! documents at the root of the repository show, compiled.
#![no_std]

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

#[cfg(doctest)]
#[doc = include_str!("../COMPARE.md")]
mod compare {}
