//! The program `dissect`: standard streams around `dissect::run`.
#![forbid(unsafe_code)]

use std::io::{self, BufWriter, IsTerminal};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};

fn main() -> ExitCode {
    let stdout = io::stdout();
    // Honours NO_COLOR, CLICOLOR and CLICOLOR_FORCE, and asks whether this is a terminal.
    let colour = AutoStream::choice(&stdout) != ColorChoice::Never;
    // A bar on the terminal must not run into lines that go there too.
    let progress = io::stderr().is_terminal() && !stdout.is_terminal();
    let mut out = BufWriter::with_capacity(64 << 10, stdout.lock());
    let (mut input, mut err) = (io::stdin().lock(), io::stderr().lock());
    let streams = dissect::Streams { input: &mut input, out: &mut out, err: &mut err, colour, progress };
    ExitCode::from(dissect::run(std::env::args_os().skip(1), streams))
}
