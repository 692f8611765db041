//! The PRECIS tables are what the Unicode Character Database says.

include!("precis/derive.rs");

#[test]
fn tables_are_up_to_date() {
    let checked_in = include_str!("../src/jid/tables.rs");
    assert_eq!(checked_in, render(), "run the example precis_tables");
}
