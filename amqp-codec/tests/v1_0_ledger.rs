//! The ledger of AMQP 1.0: each statement with MUST is cited where it is enforced and shown by a test, or is not the codec's.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and some measure time"
)]

use std::collections::BTreeSet;
use std::fs::read_to_string;
use std::path::{Path, PathBuf};

fn lines() -> Vec<Vec<String>> {
    let text = read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/amqp-1.0.tsv")).unwrap();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').map(str::to_owned).collect())
        .collect()
}

#[test]
fn every_statement_is_enforced_or_has_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut enforced = 0;
    for line in lines() {
        let [id, place, test, note] = &line[..] else { panic!("{line:?}: id, where, test, note") };
        assert!(note.starts_with('§'), "{id} does not say what it is about");
        if place == "-" {
            assert!(test == "-" && note.contains("Left to"), "{id} has neither a citation nor a reason");
            continue;
        }
        assert!(read_to_string(root.join(place)).unwrap().contains(&format!("[{id}]")), "{id} is not cited in {place}");
        let (file, function) = test.split_once("::").unwrap();
        assert!(
            read_to_string(root.join(file)).unwrap().contains(&format!("fn {function}()")),
            "{id}: {test} does not exist"
        );
        enforced += 1;
    }
    assert_eq!(enforced, 51);
}

/// The standard has 230 statements with MUST or MUST NOT in its six parts.
#[test]
fn no_statement_is_missing() {
    let ledger: BTreeSet<String> = lines().into_iter().map(|line| line[0].clone()).collect();
    assert_eq!(lines().len(), ledger.len(), "an id stands there twice");
    let keyed = |part: &str| {
        let is_keyed = |id: &&String| id.starts_with(part) && !id.rsplit('.').next().unwrap().starts_with('u');
        ledger.iter().filter(is_keyed).count()
    };
    let parts = ["overview:", "types:", "transport:", "messaging:", "transactions:", "security:"].map(keyed);
    assert_eq!((parts, parts.iter().sum()), ([11, 4, 117, 57, 29, 12], 230));
    // Each section of the text that has a MUST stands in the ledger. Part 1 names its sections otherwise now.
    let shared = std::env::var_os("CODEC_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    for part in ["transport", "messaging", "transactions", "security"] {
        let Ok(text) = read_to_string(shared.join(format!("data/amqp/spec-10-full/{part}.xml"))) else {
            println!("skipped: no text of {part}");
            continue;
        };
        let mut section = "";
        for piece in text.split('<') {
            if let Some(rest) = piece.strip_prefix("section name=\"") {
                section = rest.split('"').next().unwrap();
            }
            if piece.contains("MUST") && !section.is_empty() {
                let prefix = format!("{part}:{section}");
                assert!(ledger.iter().any(|id| id.starts_with(&prefix)), "{prefix} is missing");
            }
        }
    }
}
