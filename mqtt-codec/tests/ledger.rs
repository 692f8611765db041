//! The conformance ledgers in `spec/`: every MUST and MUST NOT of MQTT 3.1.1 and 5.0 is either enforced where the ledger says, and shown by the
//! test that it names, or it has a reason why it is not a codec's business.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

struct Line {
    id: String,
    citation: Option<String>,
    test: Option<String>,
    note: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a ledger, by id; an id that stands twice fails.
fn ledger(name: &str) -> BTreeMap<String, Line> {
    let text = read(&root().join("spec").join(name));
    let mut lines = BTreeMap::new();
    for (number, text) in text.lines().enumerate().filter(|(_, text)| !text.starts_with('#') && !text.is_empty()) {
        let columns: Vec<&str> = text.split('\t').collect();
        assert_eq!(columns.len(), 4, "{name} line {}: id, where, test, note", number + 1);
        let column = |index: usize| (columns[index] != "-").then(|| columns[index].to_owned());
        let line =
            Line { id: columns[0].to_owned(), citation: column(1), test: column(2), note: columns[3].to_owned() };
        assert!(lines.insert(line.id.clone(), line).is_none(), "{name}: {} stands twice", columns[0]);
    }
    lines
}

/// Checks one ledger; `citation` gives the spellings by which a source may cite an id.
fn check(name: &str, lines: &BTreeMap<String, Line>, citation: impl Fn(&Line) -> Vec<String>) -> Vec<String> {
    let mut faults = Vec::new();
    for line in lines.values() {
        match (&line.citation, &line.test) {
            (Some(file), Some(test)) => {
                let source = read(&root().join(file));
                if !citation(line).iter().any(|spelling| source.contains(spelling)) {
                    faults.push(format!("{name}: {} is not cited in {file}", line.id));
                }
                let (file, function) = test.split_once("::").expect("file::function");
                if !read(&root().join(file)).contains(&format!("fn {function}(")) {
                    faults.push(format!("{name}: {} names {test}, which does not exist", line.id));
                }
            }
            (None, None) if line.note.len() > 10 => {}
            (None, None) => faults.push(format!("{name}: {} has neither a citation nor a reason", line.id)),
            _ => {
                faults.push(format!("{name}: {} has a citation without a test, or a test without a citation", line.id))
            }
        }
    }
    faults
}

/// The ids of the standard's own list, when the third-party data lies beside the repository.
fn standard(name: &str) -> Option<Vec<String>> {
    let data = std::env::var_os("CODEC_DATA").map_or_else(|| root().join("../../shared"), PathBuf::from);
    let text = fs::read_to_string(data.join("data/mqtt/oasis").join(name)).ok()?;
    Some(
        text.lines()
            .filter_map(|line| line.split('\t').next())
            .filter(|id| id.starts_with("MQTT-"))
            .map(str::to_owned)
            .collect(),
    )
}

fn missing(name: &str, standard: &[String], lines: &BTreeMap<String, Line>) -> Vec<String> {
    standard.iter().filter(|id| !lines.contains_key(*id)).map(|id| format!("{name}: {id} is missing")).collect()
}

#[test]
fn mqtt_5_0() {
    let lines = ledger("mqtt-5.0.tsv");
    assert_eq!(lines.len(), 251);
    let mut faults = check("5.0", &lines, |line| vec![format!("[{}]", line.id)]);
    match standard("normative-v5.0.tsv") {
        Some(mut ids) => {
            // Appendix B's other label for MQTT-4.2-1.
            ids.retain(|id| id != "MQTT-4.2.0-1");
            assert_eq!(ids.len(), 251);
            faults.extend(missing("5.0", &ids, &lines));
        }
        None => println!("skipped: no list of the statements of 5.0 to compare with"),
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Where 3.1.1 has a number for another rule than 5.0, its citation says so: `[3.1.1: MQTT-3.1.2-14]`. Where rule and number are the same, the
/// note says that, the line of 5.0 names the same file, and one citation serves.
#[test]
fn mqtt_3_1_1() {
    let newer = ledger("mqtt-5.0.tsv");
    let lines = ledger("mqtt-3.1.1.tsv");
    assert_eq!(lines.len(), 140);
    let mut faults = check("3.1.1", &lines, |line| {
        let mut spellings = vec![format!("[3.1.1: {}]", line.id)];
        let same = line.note == "Same rule and number as in 5.0.";
        if same && newer.get(&line.id).is_some_and(|other| other.citation == line.citation) {
            spellings.push(format!("[{}]", line.id));
        }
        spellings
    });
    match standard("normative-v3.1.1.tsv") {
        Some(mut ids) => {
            assert_eq!(ids.len(), 139);
            // The standard spells it so, and its own list leaves it out.
            ids.push("MQTT-3-8.3-4".to_owned());
            faults.extend(missing("3.1.1", &ids, &lines));
        }
        None => println!("skipped: no list of the statements of 3.1.1 to compare with"),
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
