//! The summary: messages by type, bytes, errors, throughput.

use core::time::Duration;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;

use crate::event::Item;

#[derive(Debug, Clone, Copy, Default)]
struct Row {
    messages: u64,
    bytes: u64,
    errors: u64,
}

impl Row {
    fn add(&mut self, other: Self) {
        self.messages = self.messages.saturating_add(other.messages);
        self.bytes = self.bytes.saturating_add(other.bytes);
        self.errors = self.errors.saturating_add(other.errors);
    }
}

/// Counts by protocol and type.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: BTreeMap<(&'static str, Cow<'static, str>), Row>,
    total: Row,
}

impl Table {
    /// Counts an item.
    pub(crate) fn count(&mut self, item: &Item) {
        let (key, len, is_error) = match item {
            Item::Message { protocol, len, message } => {
                ((*protocol, message.kind.clone()), *len, message.failure.is_some())
            }
            Item::Error { protocol, len, .. } => ((*protocol, Cow::Borrowed("ERROR")), *len, true),
            Item::Notice(_) => return,
        };
        let row = Row { messages: 1, bytes: len as u64, errors: u64::from(is_error) };
        self.rows.entry(key).or_default().add(row);
        self.total.add(row);
    }

    /// Prints the table; `spent` is the time that decoding took.
    pub(crate) fn print(&self, out: &mut dyn Write, spent: Duration, colour: bool) -> io::Result<()> {
        let bold = if colour { Style::new().bold() } else { Style::new() };
        let names = self.rows.keys().map(|(_, kind)| kind.chars().count());
        let width = names.max().unwrap_or(0).max(8);
        writeln!(
            out,
            "{bold}{:8} {:width$} {:>10} {:>13} {:>8}{bold:#}",
            "protocol", "type", "messages", "bytes", "errors"
        )?;
        for ((protocol, kind), row) in &self.rows {
            writeln!(out, "{protocol:8} {kind:width$} {:>10} {:>13} {:>8}", row.messages, row.bytes, row.errors)?;
        }
        let Row { messages, bytes, errors } = self.total;
        writeln!(out, "{bold}{:8} {:width$} {messages:>10} {bytes:>13} {errors:>8}{bold:#}", "total", "")?;
        writeln!(out, "{}", throughput(messages, bytes, spent))
    }
}

fn throughput(messages: u64, bytes: u64, spent: Duration) -> String {
    let micros = spent.as_micros().max(1);
    let messages_per_second = u128::from(messages).saturating_mul(1_000_000).checked_div(micros).unwrap_or(0);
    // Bytes per microsecond are megabytes per second; one more digit in front of the point.
    let tenths = u128::from(bytes).saturating_mul(10).checked_div(micros).unwrap_or(0);
    let (whole, tenth) = (tenths / 10, tenths % 10);
    format!(
        "decoded in {}.{:03} ms: {whole}.{tenth} MB/s, {messages_per_second} messages/s",
        micros / 1000,
        micros % 1000
    )
}
