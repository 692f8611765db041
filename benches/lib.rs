//! Nothing is here: the benches of each crate are in `benches/benches/<protocol>.rs`, those against other people's crates in `benches/peers`.
#![no_std]
