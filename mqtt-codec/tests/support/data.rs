//! Third-party data, which lies beside the repository and not in it.

use std::path::PathBuf;

/// A file or folder below `shared/`; prints `skipped: …` and gives nothing when it is absent.
pub(crate) fn shared(relative: &str) -> Option<PathBuf> {
    let root = std::env::var_os("CODEC_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    let path = root.join(relative);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: {relative} is not there");
    None
}

/// The lines of a text file below `shared/`, comments left out.
#[allow(dead_code, reason = "not every test that includes this file reads lines")]
pub(crate) fn lines(relative: &str) -> Option<Vec<String>> {
    let text = std::fs::read_to_string(shared(relative)?).unwrap();
    Some(text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(str::to_owned).collect())
}

/// Bytes from hex digits.
#[allow(dead_code, reason = "not every test that includes this file reads hex")]
pub(crate) fn hex(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "odd number of hex digits: {digits}");
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}
