//! AMQP 1.0 codecs over identical octets in one process. The command line is that of `contest`.
//!
//! With `--features proton`, qpid-proton takes part.

#![allow(missing_docs, reason = "a program, not a library")]

mod fe2o3;
mod ntex;
mod ours;
#[cfg(feature = "proton")]
mod proton;
mod rows;

use std::process::ExitCode;

use contest::Contestant;
use rows::Row;

/// What is timed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    /// Performatives typed; of messages, the sections found and checked, header and properties read.
    Decode,
    /// The same, and every value of the message looked at.
    Visit,
    /// As decode, from pieces of so many octets.
    Chunks(usize),
    Encode,
}

const WORKS: [(Work, &str); 4] =
    [(Work::Decode, "decode"), (Work::Visit, "visit"), (Work::Chunks(1_460), "chunks"), (Work::Encode, "encode")];

/// One round of a contestant: what it saw, or how much it wrote.
pub type Round = Box<dyn FnMut() -> u64>;

fn contestants(row: &'static Row, work: Work) -> Vec<(&'static str, Round)> {
    #[allow(unused_mut, reason = "without features the C library is not here")]
    let mut all = vec![
        ("ours", ours::round(row, work)),
        ("ntex-amqp-codec 3.0.0", ntex::round(row, work)),
        ("fe2o3-amqp-types 0.18.0", fe2o3::round(row, work)),
    ];
    #[cfg(feature = "proton")]
    all.push(("qpid-proton 0.37", proton::round(row, work)));
    all
}

/// A read buffer: each piece is appended, whole frames are handed over, the rest moves to the front.
pub fn chunks(octets: &[u8], size: usize, mut take: impl FnMut(&mut &[u8])) {
    let mut buffer = [0_u8; 8_192];
    let mut filled = 0;
    for piece in octets.chunks(size) {
        buffer[filled..filled + piece.len()].copy_from_slice(piece);
        filled += piece.len();
        let mut rest = &buffer[..filled];
        take(&mut rest);
        let left = rest.len();
        buffer.copy_within(filled - left..filled, 0);
        filled = left;
    }
    assert_eq!(filled, 0);
}

/// For those who have no decoder for streams: hands over whole frames.
pub fn whole_frames(rest: &mut &[u8], mut take: impl FnMut(&[u8])) {
    while let Some(len) = rows::frame_len(rest)
        && let Some((frame, behind)) = rest.split_at_checked(len)
    {
        take(frame);
        *rest = behind;
    }
}

fn works(row: &Row) -> impl Iterator<Item = (Work, &'static str)> {
    let (messages, mixed) = (row.messages, row.name == "mixed");
    WORKS.into_iter().filter(move |(work, _)| match work {
        Work::Visit => messages,
        Work::Chunks(_) => mixed,
        _ => true,
    })
}

/// Everybody must have seen the same, and written as much, or up to twice as much: not all choose the shortest encodings.
fn row(row: &'static Row, work: Work, name: &str) -> contest::Row<'static> {
    let mut rounds = contestants(row, work);
    let ours = (rounds[0].1)();
    let expected = ours..=if work == Work::Encode { ours * 2 } else { ours };
    contest::Row {
        name: format!("{name}-{}", row.name),
        messages: row.frames,
        bytes: row.octets.len(),
        contestants: rounds.into_iter().map(|(who, round)| Contestant::new(who, expected.clone(), round)).collect(),
        left_out: Vec::new(),
    }
}

fn main() -> ExitCode {
    let rows: &'static [Row] = rows::all().leak();
    let cases = rows.iter().flat_map(|own| works(own).map(move |(work, name)| row(own, work, name)));
    contest::main(cases.collect(), Vec::new)
}
