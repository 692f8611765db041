//! Published attacks on attribute-based encryption and on message formats, each run against our own code.
//! SPEC.md §12 lists them with their literature.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

#[path = "../support/hex.rs"]
#[allow(dead_code, reason = "shared between tests, each of which uses a part")]
mod hex;
mod machines;
mod points;
mod policies;
#[path = "../support/random.rs"]
mod random;
mod scheme;
#[path = "../support/world.rs"]
#[allow(dead_code, reason = "shared between tests, each of which uses a part")]
mod world;

use smqtt_crypto::Epoch;

const NOW: Epoch = Epoch(480);
