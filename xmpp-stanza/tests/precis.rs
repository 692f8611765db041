//! The PRECIS tables are what the Unicode Character Database says.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_core,
    reason = "tables are made where it does not matter"
)]

include!("precis/derive.rs");

#[test]
fn tables_are_up_to_date() {
    let checked_in = include_str!("../src/jid/tables.rs");
    assert_eq!(checked_in, render(), "run the example precis_tables");
}
