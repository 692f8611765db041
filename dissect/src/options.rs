//! The options that protocols add to the command line, and what the user gave.

use std::collections::BTreeMap;

use crate::protocol::Side;

/// One option of the command line that a protocol understands (`--mqtt-version`, `--transport`, `--layer`).
/// Two protocols may declare the same name with their own values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionSpec {
    /// The name without the dashes.
    pub name: &'static str,
    /// The values it accepts; everything else is a usage error.
    pub values: &'static [&'static str],
    /// What it means, for `--help`, with the default.
    pub help: &'static str,
}

/// The options that the user gave.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// `--from`: who sent the bytes of a raw file or of a `--hex` unit.
    pub from: Option<Side>,
    /// `--explain`: whether `--hex` shows the bytes of each unit field by field.
    pub explain: bool,
    /// The values of the options that protocols declare.
    pub values: BTreeMap<&'static str, String>,
}

impl Options {
    /// The value of an option that a protocol declared in [`crate::protocol::Protocol::options`], if the user gave it.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }
}
