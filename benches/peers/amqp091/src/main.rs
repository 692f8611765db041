//! AMQP 0-9-1 codecs over identical octets in one process. The command line is that of `contest`.
//!
//! With `--features rabbitmq-c`, the C library takes part. `floor` is a bare borrowed view of basic.ack: no limits, no state, no error that
//! tells more than that there is one.

#![allow(missing_docs, reason = "a program, not a library")]

mod peers;
#[cfg(feature = "rabbitmq-c")]
mod rabbitmq;
mod rows;

use std::ops::RangeInclusive;
use std::process::ExitCode;

use contest::Contestant;
use rows::Row;

/// What is timed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Work {
    Decode,
    Chunks(usize),
    Encode,
}

/// One round of a contestant: what it saw, or wrote.
type Round<'r> = Box<dyn FnMut() -> u64 + 'r>;

fn contestants<'r>(row: &'r Row, work: Work) -> Vec<(&'static str, Round<'r>)> {
    let mut rounds = peers::rounds(row, work);
    #[cfg(feature = "rabbitmq-c")]
    rounds.push(("rabbitmq-c 0.11", rabbitmq::round(row, work)));
    rounds.sort_by_key(|(name, _)| *name != "ours");
    rounds
}

/// What must be seen if ours has seen `ours`.
fn expected(who: &str, work: Work, ours: u64) -> RangeInclusive<u64> {
    match work {
        // Arguments alone.
        _ if who.starts_with("amqp_serde") => 0..=u64::MAX,
        // amq-protocol sorts the fields of a table: its octets differ, but not in number.
        Work::Encode => ours & !255..=ours | 255,
        _ => ours..=ours,
    }
}

fn row<'r>(row: &'r Row, work: Work, name: &str) -> contest::Row<'r> {
    let mut rounds = contestants(row, work);
    let ours = (rounds[0].1)();
    contest::Row {
        name: format!("{name}-{}", row.name),
        messages: row.messages,
        bytes: row.octets.len(),
        contestants: rounds
            .into_iter()
            .map(|(who, round)| Contestant::new(who, expected(who, work, ours), round))
            .collect(),
        left_out: Vec::new(),
    }
}

fn main() -> ExitCode {
    let works = [(Work::Decode, "decode"), (Work::Encode, "encode"), (Work::Chunks(1_460), "chunks")];
    let rows = rows::all();
    // Only mixed frames come in chunks.
    let cases = rows.iter().flat_map(|own| {
        let works = works.into_iter().filter(|(work, _)| own.name == "mixed" || !matches!(work, Work::Chunks(_)));
        works.map(move |(work, name)| row(own, work, name))
    });
    contest::main(cases.collect(), Vec::new)
}
