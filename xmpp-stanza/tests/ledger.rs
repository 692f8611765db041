//! The ledgers in `spec/`: every line names a citation and a test that exist, or a reason.
#![allow(
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a failing test shows where"
)]

use std::collections::BTreeSet;
use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_line_is_enforced_and_tested_or_has_a_reason() {
    let mut faults = Vec::new();
    for name in ["rfc6120", "rfc6121", "rfc7622", "xeps"] {
        let mut seen = BTreeSet::new();
        for line in read(&format!("spec/{name}.tsv")).lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [id, place, test, note] = columns[..] else { panic!("{name}: {line}") };
            assert!(seen.insert(id.to_owned()), "{id} stands twice");
            let section = id.split_once('#').expect("a rule").0;
            if place == "-" && test == "-" {
                if note.len() < 20 {
                    faults.push(format!("{id} has no reason"));
                }
                continue;
            }
            if !read(place).contains(section) {
                faults.push(format!("{id} is not cited in {place}"));
            }
            let (file, function) = test.split_once("::").expect("file::function");
            if !read(file).contains(&format!("fn {function}(")) {
                faults.push(format!("{id} names {test}, which does not exist"));
            }
        }
        assert!(seen.len() > 10, "{name} is nearly empty");
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
