//! Prints `src/jid/tables.rs`: the derived property of RFC 8264 §8 and the joining types of RFC 5892 §A.1.
//!
//! `cargo run -p xmpp-stanza --example precis_tables > xmpp-stanza/src/jid/tables.rs`; a test compares the two.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_core,
    reason = "tables are made where it does not matter"
)]

include!("../tests/precis/derive.rs");

fn main() {
    print!("{}", render());
}
