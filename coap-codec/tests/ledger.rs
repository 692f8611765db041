//! The conformance ledgers in `spec/`: every line is enforced where it says, and shown by the test that it names, or it has a reason why
//! it is not a codec's business.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Whether a source cites a section: `RFC 7252 §5.4.1`, or `§5.4.1` behind another section of that RFC on the same line.
fn cites(source: &str, rfc: &str, section: &str) -> bool {
    let (rfc, section) = (format!("RFC {rfc} §"), format!("§{section}"));
    source.lines().any(|line| {
        let Some(at) = line.find(&rfc) else { return false };
        let cited = &line[at..];
        cited.match_indices(&section).any(|(found, _)| {
            let rest = &cited[found + section.len()..];
            let mut next = rest.chars();
            let goes_on = match next.next() {
                Some('.') => next.next().is_some_and(|c| c.is_ascii_digit()),
                Some(c) => c.is_ascii_digit(),
                None => false,
            };
            !goes_on
        })
    })
}

#[test]
fn every_line_has_a_citation_and_a_test_or_a_reason() {
    let mut faults = Vec::new();
    let mut counts = BTreeMap::new();
    for entry in std::fs::read_dir(root().join("spec")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let mut ids = BTreeSet::new();
        for line in read(&format!("spec/{name}")).lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [id, place, test, note] = columns[..] else { panic!("{name}: {line}") };
            assert!(ids.insert(id.to_owned()), "{name}: {id} stands twice");
            let (rfc, rest) = id.split_once('-').unwrap();
            assert!(name.contains(rfc), "{name}: {id}");
            let (section, _) = rest.rsplit_once('-').unwrap();
            match (place, test) {
                ("-", "-") if note.len() > 10 => {}
                ("-", _) | (_, "-") => faults.push(format!("{id} has neither citation and test nor a reason")),
                _ => {
                    if !cites(&read(place), rfc, section) {
                        faults.push(format!("{id} is not cited in {place}"));
                    }
                    let (file, function) = test.split_once("::").unwrap();
                    if !Path::new(&root().join(file)).exists() || !read(file).contains(&format!("fn {function}(")) {
                        faults.push(format!("{id} names {test}, which does not exist"));
                    }
                    *counts.entry(name.clone()).or_insert(0) += 1;
                }
            }
        }
        assert!(!ids.is_empty(), "{name} is empty");
    }
    println!("{counts:?}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// The numbers of the sentences with a MUST in RFC 7252, by section: a line that goes missing is noticed.
#[test]
fn the_ledger_of_rfc_7252_is_complete() {
    let mut sections: BTreeMap<String, usize> = BTreeMap::new();
    for line in read("spec/rfc7252.tsv").lines().filter(|line| !line.starts_with('#')) {
        let id = line.split('\t').next().unwrap().strip_prefix("7252-").unwrap();
        let (section, number) = id.rsplit_once('-').unwrap();
        let count = sections.entry(section.to_owned()).or_default();
        *count += 1;
        assert_eq!(number.parse(), Ok(*count), "{id}");
    }
    assert_eq!(sections.values().sum::<usize>(), 137);
    let expected = [
        ("3", 4),
        ("3.1", 3),
        ("3.2", 1),
        ("4.1", 2),
        ("4.2", 7),
        ("4.3", 4),
        ("4.4", 3),
        ("5.4.1", 4),
        ("5.4.5", 2),
        ("5.7.1", 8),
    ];
    for (section, count) in expected {
        assert_eq!(sections.get(section), Some(&count), "§{section}");
    }
}
