//! The command line.

use core::fmt::Write as _;
use std::collections::BTreeSet;
use std::ffi::OsString;

use lexopt::prelude::*;

use crate::options::{OptionSpec, Options};
use crate::protocol::{Protocol, Side};
use crate::registry::{self, PROTOCOLS};

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Lines for people, and the table.
    Human,
    /// One JSON object per message.
    Json,
    /// The table alone.
    Stats,
    /// Units of hex from standard input.
    Hex,
    Help,
    Version,
}

/// Whether to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Colour {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    Always,
    Never,
}

/// The command line, understood.
pub(crate) struct Command {
    pub(crate) mode: Mode,
    pub(crate) colour: Colour,
    pub(crate) forced: Option<&'static dyn Protocol>,
    pub(crate) options: Options,
    /// Types to show, in lower case; all if empty.
    pub(crate) filter: Vec<String>,
    /// One end of the only conversation to show, as its lines have it.
    pub(crate) follow: Option<String>,
    pub(crate) files: Vec<OsString>,
}

/// Understands the arguments (without the program's name).
pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    let mut command = Command {
        mode: Mode::Human,
        colour: Colour::Auto,
        forced: None,
        options: Options::default(),
        filter: Vec::new(),
        follow: None,
        files: Vec::new(),
    };
    let mut json = false;
    let mut given: Vec<(&'static str, String)> = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments);
    while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
        match argument {
            Long("json") => json = true,
            Long("hex") => command.mode = Mode::Hex,
            Long("explain") => command.options.explain = true,
            Long("stats") => command.mode = Mode::Stats,
            Short('h') | Long("help") => return Ok(Command { mode: Mode::Help, ..command }),
            Short('V') | Long("version") => return Ok(Command { mode: Mode::Version, ..command }),
            Long("proto") => command.forced = Some(protocol(&text(&mut parser)?)?),
            Long("from") => command.options.from = Some(side(&text(&mut parser)?)?),
            Long("follow") => command.follow = Some(text(&mut parser)?),
            Long("color" | "colour") => command.colour = colour(&text(&mut parser)?)?,
            Long("filter") => {
                let kinds = text(&mut parser)?;
                command.filter.extend(kinds.split(',').map(|kind| kind.trim().to_lowercase()));
            }
            Long(name) => {
                let name =
                    specs(None, name).first().map(|spec| spec.name).ok_or_else(|| format!("no option --{name}"))?;
                given.push((name, text(&mut parser)?));
            }
            Value(file) => command.files.push(file),
            other @ Short(_) => return Err(other.unexpected().to_string()),
        }
    }
    for (name, value) in given {
        check_value(name, &value, command.forced)?;
        command.options.values.insert(name, value);
    }
    finish(command, json)
}

fn finish(mut command: Command, json: bool) -> Result<Command, String> {
    match command.mode {
        Mode::Hex if command.forced.is_none() => return Err(format!("--hex needs --proto ({})", names())),
        Mode::Hex if !command.files.is_empty() => return Err("--hex reads standard input, not files".to_owned()),
        Mode::Human | Mode::Stats if command.options.explain => return Err("--explain goes with --hex".to_owned()),
        Mode::Stats if json => return Err("--json and --stats exclude each other".to_owned()),
        Mode::Human if json => command.mode = Mode::Json,
        _ => {}
    }
    Ok(command)
}

fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    let value = parser.value().map_err(|error| error.to_string())?;
    value.into_string().map_err(|value| format!("{} is not UTF-8", value.to_string_lossy()))
}

fn protocol(name: &str) -> Result<&'static dyn Protocol, String> {
    registry::by_name(name).ok_or_else(|| format!("no protocol {name} (there are: {})", names()))
}

fn side(name: &str) -> Result<Side, String> {
    match name {
        "client" => Ok(Side::Client),
        "server" => Ok(Side::Server),
        other => Err(format!("--from is client or server, not {other}")),
    }
}

fn colour(name: &str) -> Result<Colour, String> {
    match name {
        "auto" => Ok(Colour::Auto),
        "always" => Ok(Colour::Always),
        "never" => Ok(Colour::Never),
        other => Err(format!("--color is auto, always or never, not {other}")),
    }
}

/// The options of that name which the protocols (or the one that was chosen) declare.
fn specs(forced: Option<&'static dyn Protocol>, name: &str) -> Vec<&'static OptionSpec> {
    registry::chosen(forced).flat_map(|protocol| protocol.options()).filter(|spec| spec.name == name).collect()
}

fn check_value(name: &str, value: &str, forced: Option<&'static dyn Protocol>) -> Result<(), String> {
    // An option of another protocol than the chosen one changes nothing, but its value must still be one.
    let mut specs_of_name = specs(forced, name);
    if specs_of_name.is_empty() {
        specs_of_name = specs(None, name);
    }
    let values: BTreeSet<&str> = specs_of_name.iter().flat_map(|spec| spec.values.iter().copied()).collect();
    if values.contains(value) {
        return Ok(());
    }
    let values: Vec<&str> = values.into_iter().collect();
    Err(format!("--{name} is one of {}, not {value}", values.join(", ")))
}

fn names() -> String {
    let names: Vec<&str> = PROTOCOLS.iter().map(|protocol| protocol.name()).collect();
    names.join(", ")
}

const HELP: &str = "\
dissect: reads captures and raw streams and prints the protocol messages in them

Usage: dissect [OPTIONS] [FILE]...
       dissect --hex --proto NAME [OPTIONS] < LINES

FILE is a pcap or pcapng capture, a raw stream (.bin), or datagrams, each behind its length in four bytes (.dgrams);
gzip is unpacked; - is standard input. Without a file the captures of the repository are shown.

Output:
      --json             one JSON object per message
      --stats            only the summary table
      --filter TYPE,...  only these types (PUBLISH, iq, ERROR, ...; a * at the end matches any rest)
      --follow END       only the conversation of this end, as a line shows it (10.0.0.7:50122)
      --color WHEN       auto, always or never

Input:
      --hex              read lines of hex, one complete unit each; write one JSON object for each
      --explain          with --hex: behind each object the bytes, field by field (mqtt)
      --proto NAME       the protocol, where port and content do not tell: PROTOCOLS
      --from SIDE        client or server: who sent the bytes of a raw file or a unit
";

/// The text of `--help`.
pub(crate) fn help() -> String {
    let mut help = HELP.replace("PROTOCOLS", &names());
    for protocol in PROTOCOLS {
        for spec in protocol.options() {
            let option = format!("--{} {}", spec.name, spec.values.join("|"));
            // Writing to a String does not fail.
            let _ = writeln!(help, "      {option}\n                         {} ({})", spec.help, protocol.name());
        }
    }
    help.push_str("\n  -h, --help     -V, --version\n\nExit status: 0 all decoded, 1 some message was not, 2 usage or I/O error.\n");
    help
}
