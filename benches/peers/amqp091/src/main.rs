//! AMQP 0-9-1 codecs over identical octets in one process.
//!
//! ```text
//! amqp091-peers [--seconds 0.4]                          a table, one line per row and contestant
//! amqp091-peers --check                                  says whether all have seen and written the same
//! amqp091-peers --list                                   the rows, then the contestants, indented
//! amqp091-peers --row decode-ack --who NAME --count N    rounds of one contestant, for callgrind; then messages in all
//! ```
//! With `--features rabbitmq-c`, the C library takes part. `floor` is a bare borrowed view of basic.ack: no limits, no state, no error that
//! tells more than that there is one.

#![allow(missing_docs, reason = "a program, not a library")]

#[path = "../../alloc.rs"]
mod alloc;
mod peers;
#[cfg(feature = "rabbitmq-c")]
mod rabbitmq;
mod rows;

use std::hint::black_box;
use std::time::Instant;

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

/// Takes turns, so that a slow second of the machine meets everybody, and reports the median round.
fn measure(row: &Row, work: Work, seconds: f64) {
    let mut rounds = contestants(row, work);
    let mut times: Vec<Vec<f64>> = rounds.iter().map(|_| Vec::new()).collect();
    for _ in 0..8 {
        for ((_, round), times) in rounds.iter_mut().zip(&mut times) {
            let begin = Instant::now();
            black_box(round());
            while begin.elapsed().as_secs_f64() < seconds / 8.0 {
                let start = Instant::now();
                for _ in 0..8 {
                    black_box(measured_region(round));
                }
                times.push(start.elapsed().as_nanos() as f64 / 8.0);
            }
        }
    }
    let mut ours = 0.0;
    for ((name, round), times) in rounds.iter_mut().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2] / row.messages as f64;
        if *name == "ours" {
            ours = median;
        }
        let allocations = alloc::count(|| {
            alloc::start();
            black_box(round());
            alloc::stop();
        }) as f64
            / row.messages as f64;
        println!("| {} | {work:?} | {name} | {median:.1} | {:.2} | {allocations:.2} |", row.name, median / ours);
    }
}

/// What callgrind counts.
#[inline(never)]
fn measured_region(round: &mut Round<'_>) -> u64 {
    round()
}

fn option(name: &str) -> Option<String> {
    let arguments: Vec<_> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == name)?;
    arguments.get(place + 1).cloned()
}

const WORKS: [(Work, &str); 3] =
    [(Work::Decode, "decode"), (Work::Encode, "encode"), (Work::Chunks(1_460), "chunks")];

/// What is measured: only mixed frames come in chunks.
fn cases(rows: &[Row]) -> impl Iterator<Item = (String, &Row, Work)> {
    rows.iter().flat_map(|row| {
        let works = WORKS.into_iter().filter(|(work, _)| row.id == "mixed" || !matches!(work, Work::Chunks(_)));
        works.map(move |(work, name)| (format!("{name}-{}", row.id), row, work))
    })
}

/// Everybody must have seen the same.
fn check(rows: &[Row]) {
    for (name, row, work) in cases(rows) {
        let seen: Vec<_> = contestants(row, work).iter_mut().map(|(who, round)| (*who, round())).collect();
        // amq-protocol sorts the fields of a table: its octets differ, but not in number.
        let part = |sum: u64| if work == Work::Encode { sum / 256 } else { sum };
        for (who, sum) in &seen {
            // amqp_serde reads arguments alone.
            assert!(*who == "amqp_serde 0.4.3" || part(*sum) == part(seen[0].1), "{name}: {seen:?} by {who}");
        }
    }
}

fn main() {
    let rows = rows::all();
    let asked = |name: &str| std::env::args().any(|argument| argument == name);
    if let Some(wanted) = option("--row") {
        let (_, row, work) = cases(&rows).find(|(name, ..)| *name == wanted).unwrap();
        let who = option("--who").unwrap_or_else(|| "ours".to_owned());
        let mut rounds = contestants(row, work);
        let (_, round) = rounds.iter_mut().find(|(name, _)| name.starts_with(&who)).unwrap();
        let count = option("--count").map_or(1, |count| count.parse().unwrap());
        for _ in 0..count {
            black_box(measured_region(round));
        }
        println!("{}", count * row.messages);
        return;
    }
    if asked("--list") {
        cases(&rows).for_each(|(name, ..)| println!("{name}"));
        let mut names: Vec<_> = cases(&rows).flat_map(|(_, row, work)| contestants(row, work)).map(|(who, _)| who).collect();
        names.sort_unstable();
        names.dedup();
        names.iter().for_each(|name| println!("  {name}"));
        return;
    }
    check(&rows);
    if asked("--check") {
        return;
    }
    let seconds = option("--seconds").map_or(0.4, |seconds| seconds.parse().unwrap());
    println!("| row | work | who | ns | ratio to ours | allocations |\n|---|---|---|---:|---:|---:|");
    for (_, row, work) in cases(&rows) {
        measure(row, work, seconds);
    }
}
