//! The program `dissect`: standard streams around `dissect::run`.
#![forbid(unsafe_code)]

use std::io::{self, BufWriter};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};

fn main() -> ExitCode {
    let stdout = io::stdout();
    // Honours NO_COLOR, CLICOLOR and CLICOLOR_FORCE, and asks whether this is a terminal.
    let colour = AutoStream::choice(&stdout) != ColorChoice::Never;
    let mut out = BufWriter::with_capacity(64 << 10, stdout.lock());
    let streams =
        dissect::Streams { input: &mut io::stdin().lock(), out: &mut out, err: &mut io::stderr().lock(), colour };
    ExitCode::from(dissect::run(std::env::args_os().skip(1), streams))
}
