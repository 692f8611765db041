//! What the program does: arguments in, lines out, an exit status.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufRead, ErrorKind, Write};

use crate::bundled;
use crate::cli::{self, Colour, Command, Mode};
use crate::clock::Stopwatch;
use crate::connection::Settings;
use crate::event::{Event, Item};
use crate::hex;
use crate::human::Human;
use crate::json;
use crate::progress::Progress;
use crate::protocol::Detail;
use crate::reader::{self, Ends, Source, Stop};
use crate::table::Table;

/// The streams that the program talks to.
pub struct Streams<'a> {
    /// Standard input.
    pub input: &'a mut dyn BufRead,
    /// Standard output.
    pub out: &'a mut dyn Write,
    /// Standard error.
    pub err: &'a mut dyn Write,
    /// Whether the output is a terminal that takes colours, and the user wants them.
    pub colour: bool,
    /// Whether standard error is a terminal that nothing else writes to, so that a bar may be drawn there.
    pub progress: bool,
}

impl core::fmt::Debug for Streams<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Streams")
            .field("colour", &self.colour)
            .field("progress", &self.progress)
            .finish_non_exhaustive()
    }
}

/// All messages were decoded.
pub const CLEAN: u8 = 0;
/// Some message was not.
pub const UNDECODABLE: u8 = 1;
/// The command line is wrong, or a file cannot be read.
pub const TROUBLE: u8 = 2;

/// Runs the program with these arguments (without its name) and returns its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>, streams: Streams<'_>) -> u8 {
    let Streams { input, out, err, colour, progress } = streams;
    let command = match cli::parse(arguments) {
        Ok(command) => command,
        Err(complaint) => {
            let _ = writeln!(err, "dissect: {complaint}\nTry dissect --help");
            return TROUBLE;
        }
    };
    let result = match command.mode {
        Mode::Help => write!(out, "{}", cli::help()).map(|()| CLEAN),
        Mode::Version => writeln!(out, "dissect {}", env!("CARGO_PKG_VERSION")).map(|()| CLEAN),
        Mode::Hex => run_hex(&command, input, out),
        Mode::Human | Mode::Json | Mode::Stats => run_files(&command, Streams { input, out, err, colour, progress }),
    };
    let result = result.and_then(|status| out.flush().map(|()| status));
    match result {
        Ok(status) => status,
        // Whoever reads us has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => CLEAN,
        Err(error) => {
            let _ = writeln!(err, "dissect: {error}");
            TROUBLE
        }
    }
}

fn run_hex(command: &Command, input: &mut dyn BufRead, out: &mut dyn Write) -> io::Result<u8> {
    let Some(protocol) = command.forced else { return Ok(TROUBLE) };
    let outcome = hex::run(input, out, protocol, &command.options)?;
    Ok(match outcome {
        hex::Outcome { not_hex: true, .. } => TROUBLE,
        hex::Outcome { refused: true, .. } => UNDECODABLE,
        hex::Outcome { .. } => CLEAN,
    })
}

fn run_files(command: &Command, streams: Streams<'_>) -> io::Result<u8> {
    let Streams { input, out, err, colour, progress } = streams;
    let colour = match command.colour {
        Colour::Auto => colour,
        Colour::Always => true,
        Colour::Never => false,
    };
    let mut report = Report {
        mode: command.mode,
        filter: &command.filter,
        follow: command.follow.as_deref(),
        progress: Progress::default(),
        human: Human::new(colour),
        table: Table::default(),
        failed: false,
        refused: false,
        out,
        err,
    };
    let mut watch = Stopwatch::default();
    let detail = match command.mode {
        Mode::Json => Detail::Fields,
        Mode::Stats => Detail::Kind,
        _ => Detail::Summary,
    };
    let settings = Settings { forced: command.forced, options: &command.options, detail };
    if command.files.is_empty() {
        for (name, bytes) in bundled::CAPTURES {
            let source = Source { name: (*name).to_owned(), reader: Box::new(*bytes) };
            report.file(source, settings, &mut watch)?;
        }
    }
    for file in &command.files {
        let name = file.to_string_lossy().into_owned();
        match open(file, input) {
            Ok((reader, len)) => {
                let (bar, reader) = Progress::watch(if progress { len } else { 0 }, reader);
                report.progress = bar;
                report.file(Source { name, reader }, settings, &mut watch)?;
            }
            Err(error) => report.complain(&name, &error)?,
        }
    }
    if command.mode != Mode::Json {
        report.table.print(report.out, watch.total(), colour)?;
    }
    Ok(match (report.failed, report.refused) {
        (true, _) => TROUBLE,
        (false, true) => UNDECODABLE,
        (false, false) => CLEAN,
    })
}

/// A file and its length; 0 where that is not known.
fn open(file: &OsStr, input: &mut dyn BufRead) -> io::Result<(Box<dyn io::Read>, u64)> {
    if file != "-" {
        let file = File::open(file)?;
        let len = file.metadata().map_or(0, |metadata| metadata.len());
        return Ok((Box::new(file), len));
    }
    // Standard input is borrowed, a source is owned: it is read whole.
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes)?;
    Ok((Box::new(io::Cursor::new(bytes)), 0))
}

/// Prints what is found, as the mode wants it.
struct Report<'a> {
    mode: Mode,
    filter: &'a [String],
    /// The end whose conversation alone is shown.
    follow: Option<&'a str>,
    progress: Progress,
    human: Human,
    table: Table,
    /// Some file could not be read.
    failed: bool,
    /// Some message could not be decoded, shown or not.
    refused: bool,
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
}

impl Report<'_> {
    fn file(&mut self, source: Source, settings: Settings<'_>, watch: &mut Stopwatch) -> io::Result<()> {
        let name = source.name.clone();
        if self.mode == Mode::Human {
            self.human.heading(self.out, &name)?;
        }
        let (shape, result) = reader::read(source, settings, watch, &mut |ends, event| self.event(&name, ends, event));
        self.progress.wipe(self.err)?;
        match result {
            Ok(()) => {}
            Err(Stop::Sink(error)) => return Err(error),
            Err(Stop::Read(error)) => self.complain(&name, &error)?,
        }
        match shape {
            Some(shape) if self.mode == Mode::Human => self.human.shape(self.out, &shape),
            _ => Ok(()),
        }
    }

    fn event(&mut self, name: &str, ends: &Ends, event: Event) -> io::Result<()> {
        self.progress.draw(self.err)?;
        let followed = self.follow.is_none_or(|end| ends.iter().any(|name| name == end));
        let kind = match &event.item {
            Item::Notice(text) if followed => return self.notice(name, ends, &event, text),
            Item::Notice(_) => return Ok(()),
            Item::Message { message, .. } => {
                self.refused |= message.failure.is_some();
                &*message.kind
            }
            Item::Error { .. } => {
                self.refused = true;
                "ERROR"
            }
        };
        if !followed || !self.is_wanted(kind) {
            return Ok(());
        }
        self.table.count(&event.item);
        match self.mode {
            Mode::Human => self.human.line(self.out, ends, &event),
            Mode::Json => json::line(self.out, name, ends, event),
            _ => Ok(()),
        }
    }

    /// Remarks stand among the lines for people, and aside from those for machines.
    fn notice(&mut self, name: &str, ends: &Ends, event: &Event, text: &str) -> io::Result<()> {
        self.progress.wipe(self.err)?;
        match self.mode {
            Mode::Human => self.human.line(self.out, ends, event),
            _ => writeln!(self.err, "{name}: {}: {text}", event.from.of(ends)),
        }
    }

    fn complain(&mut self, name: &str, error: &dyn core::fmt::Display) -> io::Result<()> {
        self.failed = true;
        self.out.flush()?;
        writeln!(self.err, "dissect: {name}: {error}")
    }

    fn is_wanted(&self, kind: &str) -> bool {
        self.filter.is_empty()
            || self.filter.iter().any(|wanted| match wanted.strip_suffix('*') {
                Some(begin) => kind.to_lowercase().starts_with(begin),
                None => kind.to_lowercase() == *wanted,
            })
    }
}
