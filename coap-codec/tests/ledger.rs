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

/// How many sentences with a MUST, MUST NOT, SHALL or REQUIRED each document has, but for the section that explains the words.
const SENTENCES: [(&str, usize); 11] = [
    ("6690", 15),
    ("7252", 137),
    ("7641", 37),
    ("7959", 25),
    ("7967", 7),
    ("8075", 17),
    ("8323", 26),
    ("8768", 10),
    ("8974", 14),
    ("9175", 32),
    ("9177", 52),
];

/// A line that goes missing is noticed: sentences are numbered within their section.
#[test]
fn the_ledgers_are_complete() {
    for (rfc, count) in SENTENCES {
        let mut sections: BTreeMap<String, usize> = BTreeMap::new();
        for line in read(&format!("spec/rfc{rfc}.tsv")).lines().filter(|line| !line.starts_with('#')) {
            let id = line.split('\t').next().unwrap().strip_prefix(&format!("{rfc}-")).unwrap();
            let (section, number) = id.rsplit_once('-').unwrap();
            // A definition without a keyword.
            if number.starts_with('d') {
                continue;
            }
            let count = sections.entry(section.to_owned()).or_default();
            *count += 1;
            assert_eq!(number.parse(), Ok(*count), "{id}");
        }
        assert_eq!(sections.values().sum::<usize>(), count, "RFC {rfc}");
    }
    assert_eq!(std::fs::read_dir(root().join("spec")).unwrap().count(), SENTENCES.len());
}
