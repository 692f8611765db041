//! The program as its users see it: arguments and input in, lines and an exit status out.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "tests stop at the first surprise"
)]

mod capture;
mod contract;
mod flow;
mod hostile;
mod mqtt;
mod oracle;
mod smqtt;
mod web;

use std::ffi::OsString;
use std::path::PathBuf;

use serde_json::Value;

/// What a run left behind.
pub(crate) struct Output {
    pub(crate) status: u8,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Output {
    /// The output as JSON, line by line.
    pub(crate) fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    /// The `type` of every line.
    pub(crate) fn types(&self) -> Vec<String> {
        self.json().iter().map(|line| line["type"].as_str().unwrap().to_owned()).collect()
    }
}

/// Runs the program.
pub(crate) fn run(arguments: &[&str], input: &[u8]) -> Output {
    let mut input = input;
    let mut out = Vec::new();
    let mut err = Vec::new();
    let streams = dissect::Streams { input: &mut input, out: &mut out, err: &mut err, colour: false, progress: false };
    let status = dissect::run(arguments.iter().map(OsString::from), streams);
    Output { status, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// Runs `--json` over a file given as bytes (on standard input).
pub(crate) fn json_of(file: &[u8]) -> Output {
    run(&["--json", "-"], file)
}

/// Units of hex through `--hex`.
pub(crate) fn hex(arguments: &[&str], lines: &str) -> Output {
    let mut all = vec!["--hex"];
    all.extend(arguments);
    run(&all, lines.as_bytes())
}

/// The directory of the bundled captures.
pub(crate) fn captures() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../captures"))
}

/// A file's content without gzip.
pub(crate) fn unpacked(path: &std::path::Path) -> Vec<u8> {
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).unwrap();
    std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(file), &mut bytes).unwrap();
    bytes
}
