//! The lines for people: aligned, and coloured if that is wanted.

use core::fmt;
use core::time::Duration;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use crate::event::{Event, Item};
use crate::protocol::{Failure, Side};
use crate::reader::{Ends, Shape};

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();
const TITLE: Style = Style::new().bold().underline();
const FROM_CLIENT: Style = AnsiColor::Cyan.on_default();
const FROM_SERVER: Style = AnsiColor::Green.on_default();
const ERROR: Style = AnsiColor::Red.on_default().bold();
const NOTICE: Style = AnsiColor::Yellow.on_default();

/// Prints lines, and remembers how wide the columns have become.
#[derive(Debug)]
pub(crate) struct Human {
    colour: bool,
    /// Time of the file's first event: times are shown from there.
    begin: Option<Duration>,
    ends_width: usize,
    kind_width: usize,
    protocol_width: usize,
}

/// Text in a style, if colours are on, padded to a width.
struct Styled<'a> {
    text: &'a str,
    style: Style,
    colour: bool,
    width: usize,
}

impl fmt::Display for Styled<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, style, colour, width } = self;
        let pad = width.saturating_sub(text.chars().count());
        if *colour { write!(f, "{style}{text}{style:#}{:pad$}", "") } else { write!(f, "{text}{:pad$}", "") }
    }
}

impl Human {
    pub(crate) const fn new(colour: bool) -> Self {
        Self { colour, begin: None, ends_width: 34, kind_width: 15, protocol_width: 4 }
    }

    const fn styled<'a>(&self, text: &'a str, style: Style, width: usize) -> Styled<'a> {
        Styled { text, style, colour: self.colour, width }
    }

    /// The name of a file, above its lines.
    pub(crate) fn heading(&mut self, out: &mut dyn Write, name: &str) -> io::Result<()> {
        self.begin = None;
        writeln!(out, "{}", self.styled(name, TITLE, 0))
    }

    /// One event.
    pub(crate) fn line(&mut self, out: &mut dyn Write, ends: &Ends, event: &Event) -> io::Result<()> {
        let (protocol, kind, len, text, failure) = match &event.item {
            Item::Message { protocol, len, message } => (
                *protocol,
                &*message.kind,
                *len,
                without_kind(&message.summary, &message.kind),
                message.failure.as_ref(),
            ),
            Item::Error { protocol, len, failure } => (*protocol, "ERROR", *len, "", Some(failure)),
            Item::Notice(text) => return self.notice(out, ends, event, text),
        };
        self.when(out, event)?;
        let arrow = arrow(ends, event.from);
        self.ends_width = self.ends_width.max(arrow.chars().count());
        self.kind_width = self.kind_width.max(kind.chars().count()).min(24);
        self.protocol_width = self.protocol_width.max(protocol.len());
        let direction = if event.from == Side::Client { FROM_CLIENT } else { FROM_SERVER };
        let kind_style = if failure.is_some() { ERROR } else { BOLD };
        write!(
            out,
            "{}  {}  {} ",
            self.styled(&arrow, direction, self.ends_width),
            self.styled(protocol, DIM, self.protocol_width),
            self.styled(kind, kind_style, self.kind_width),
        )?;
        if !text.is_empty() {
            write!(out, "{}", printable(text))?;
        }
        if let Some(failure) = failure {
            let text = complaint(failure, len);
            write!(out, "{}{}", if text.is_empty() { "" } else { " " }, self.styled(&printable(&text), ERROR, 0))?;
        }
        writeln!(out)
    }

    /// What a file turned out to be, below its lines.
    pub(crate) fn shape(&self, out: &mut dyn Write, shape: &Shape) -> io::Result<()> {
        writeln!(out, "{}\n", self.styled(&describe(shape), DIM, 0))
    }

    fn notice(&self, out: &mut dyn Write, ends: &Ends, event: &Event, text: &str) -> io::Result<()> {
        self.when_at(out, event, self.begin)?;
        let arrow = arrow(ends, event.from);
        writeln!(out, "{}  {}", self.styled(&arrow, DIM, self.ends_width), self.styled(text, NOTICE, 0))
    }

    fn when(&mut self, out: &mut dyn Write, event: &Event) -> io::Result<()> {
        self.begin = self.begin.or(event.stamp.time);
        self.when_at(out, event, self.begin)
    }

    fn when_at(&self, out: &mut dyn Write, event: &Event, begin: Option<Duration>) -> io::Result<()> {
        match event.stamp.time {
            Some(time) => {
                let since = time.saturating_sub(begin.unwrap_or(time));
                let text = format!("{:4}.{:06}", since.as_secs(), since.subsec_micros());
                write!(out, "{}  ", self.styled(&text, DIM, 11))
            }
            None => write!(out, "  "),
        }
    }
}

fn arrow(ends: &Ends, from: Side) -> String {
    format!("{} → {}", from.of(ends), from.other().of(ends))
}

/// A codec's one-liner begins with the message's name, which has its own column.
fn without_kind<'a>(summary: &'a str, kind: &str) -> &'a str {
    match summary.strip_prefix(kind) {
        Some(rest) if rest.is_empty() || rest.starts_with(' ') => rest.trim_start(),
        _ => summary,
    }
}

fn complaint(failure: &Failure, len: usize) -> String {
    let text = if failure.text.is_empty() { &*failure.kind } else { failure.text.as_str() };
    let reply = if failure.reply.is_empty() { String::new() } else { format!(" → {}", failure.reply) };
    let statement = failure.statement.as_ref().map(|statement| format!(" [{statement}]")).unwrap_or_default();
    format!("{text} at byte {} of {len}{statement}{reply}", failure.offset)
}

/// Control characters would move the terminal's cursor: they are shown as U+FFFD.
fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

fn describe(shape: &Shape) -> String {
    match shape {
        Shape::Capture { format, link, frames, counts, foreign, fragments, damaged } => {
            let mut text = format!("{format}, {link}: {frames} frames, {} TCP connections", counts.tcp);
            for (count, what) in [
                (counts.udp, "UDP flows"),
                (counts.unknown, "flows of unknown protocols"),
                (*foreign, "frames of other kinds"),
                (*fragments, "IP fragments (not joined)"),
                (*damaged, "damaged frames"),
            ] {
                if count > 0 {
                    text.push_str(&format!(", {count} {what}"));
                }
            }
            text
        }
        Shape::Stream { bytes } => format!("raw stream of {bytes} bytes"),
        Shape::Datagrams { datagrams } => format!("{datagrams} datagrams"),
    }
}
