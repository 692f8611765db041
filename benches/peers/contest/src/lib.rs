//! What the programs of this workspace share: command line, measuring and tables.
//!
//! ```text
//! …-peers [--seconds 0.4] [--only TEXT]     a Markdown table for each row (whose name contains TEXT)
//! …-peers --check                           only compare what everybody read and wrote
//! …-peers --list                            rows, and contestants behind two blanks
//! …-peers --row ROW --who NAME --count N    N rounds of one row by one contestant, for callgrind (see benches/instructions)
//! ```

#![allow(missing_docs, reason = "the names say it, and only the programs beside it use it")]

mod alloc;

use std::hint::black_box;
use std::ops::RangeInclusive;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// One piece of work that all contestants do on the same bytes; the first contestant is ours.
pub struct Row<'r> {
    pub name: String,
    /// In one round.
    pub messages: usize,
    /// In one round.
    pub bytes: usize,
    pub contestants: Vec<Contestant<'r>>,
    /// Who does not take part, and why.
    pub left_out: Vec<(&'static str, &'static str)>,
}

pub struct Contestant<'r> {
    name: &'static str,
    expected: RangeInclusive<u64>,
    /// So many rounds: what the last one saw, and how long they took.
    rounds: Box<dyn FnMut(usize) -> (u64, Duration) + 'r>,
}

impl<'r> Contestant<'r> {
    /// `round` says what it saw or wrote, which must be as expected.
    pub fn new(name: &'static str, expected: RangeInclusive<u64>, mut round: impl FnMut() -> u64 + 'r) -> Self {
        let rounds = move |times| timed(|| (0..times).fold(0, |_, _| black_box(round())));
        Self { name, expected, rounds: Box::new(rounds) }
    }

    /// The same of a round that prepares and checks something, and calls [`timed`] itself.
    pub fn preparing(name: &'static str, expected: u64, mut round: impl FnMut() -> (u64, Duration) + 'r) -> Self {
        let rounds = move |times| {
            (0..times).fold((0, Duration::ZERO), |(_, sum), _| {
                let (seen, elapsed) = round();
                (seen, sum + elapsed)
            })
        };
        Self { name, expected: expected..=expected, rounds: Box::new(rounds) }
    }
}

/// The only code whose instructions, time and allocations are counted; `benches/instructions` tells callgrind its name.
#[inline(never)]
fn measured_region<R>(work: impl FnOnce() -> R) -> R {
    work()
}

pub fn timed<R>(work: impl FnOnce() -> R) -> (R, Duration) {
    alloc::start();
    let start = Instant::now();
    let result = measured_region(work);
    let elapsed = start.elapsed();
    alloc::stop();
    (result, elapsed)
}

/// Everybody must have seen and written what is expected.
fn differences(rows: &mut [Row<'_>]) -> Vec<String> {
    let mut differences = Vec::new();
    for row in rows {
        for contestant in &mut row.contestants {
            let (seen, _) = (contestant.rounds)(1);
            if !contestant.expected.contains(&seen) {
                differences
                    .push(format!("{} by {}: {seen}, expected {:?}", row.name, contestant.name, contestant.expected));
            }
        }
    }
    differences
}

/// Takes turns, so that a slow second of the machine meets everybody. Nanoseconds of the median round, and allocations.
fn measure(row: &mut Row<'_>, seconds: f64) -> Vec<(f64, u64)> {
    const TURNS: u32 = 8;
    // Short rounds are timed together: a look at the clock costs as much as a message.
    let times = 1 + 20_000 / row.bytes;
    let mut medians: Vec<Vec<f64>> = row.contestants.iter().map(|_| Vec::new()).collect();
    for _ in 0..TURNS {
        for (contestant, nanos) in row.contestants.iter_mut().zip(&mut medians) {
            (contestant.rounds)(times);
            let begin = Instant::now();
            while nanos.is_empty() || begin.elapsed().as_secs_f64() < seconds / f64::from(TURNS) {
                nanos.push((contestant.rounds)(times).1.as_nanos() as f64 / times as f64);
            }
        }
    }
    let median = |(contestant, mut nanos): (&mut Contestant<'_>, Vec<f64>)| {
        nanos.sort_by(f64::total_cmp);
        let allocations = alloc::count(|| {
            (contestant.rounds)(1);
        });
        (nanos[nanos.len() / 2], allocations)
    };
    row.contestants.iter_mut().zip(medians).map(median).collect()
}

fn print(row: &Row<'_>, measured: &[(f64, u64)]) {
    let (messages, ours) = (row.messages as f64, measured[0].0);
    println!("\n### {}\n\n{messages} messages, {:.0} bytes each on average.\n", row.name, row.bytes as f64 / messages);
    println!("| | ns | ratio to ours | MB/s | million messages/s | allocations |\n|---|---:|---:|---:|---:|---:|");
    for (contestant, (nanos, allocations)) in row.contestants.iter().zip(measured) {
        println!(
            "| {} | {:.1} | {:.2} | {:.0} | {:.2} | {:.2} |",
            contestant.name,
            nanos / messages,
            nanos / ours,
            row.bytes as f64 * 1e3 / nanos,
            messages * 1e3 / nanos,
            *allocations as f64 / messages
        );
    }
    for (who, reason) in &row.left_out {
        println!("\n{who} is left out: {reason}.");
    }
}

/// Rows, and contestants behind two blanks.
fn list(rows: &[Row<'_>]) {
    rows.iter().for_each(|row| println!("{}", row.name));
    let mut names = Vec::new();
    for Contestant { name, .. } in rows.iter().flat_map(|row| &row.contestants) {
        if !names.contains(name) {
            println!("  {name}");
            names.push(name);
        }
    }
}

/// One row by one contestant, for callgrind: prints how many messages it had.
fn run(rows: &mut [Row<'_>], name: &str, who: &str, count: usize) -> ExitCode {
    let row = rows.iter_mut().find(|row| row.name == name);
    let contestant =
        row.and_then(|row| Some((row.messages, row.contestants.iter_mut().find(|one| one.name.starts_with(who))?)));
    let Some((messages, contestant)) = contestant else {
        eprintln!("no such row, or {who} does not run it");
        return ExitCode::from(2);
    };
    (contestant.rounds)(count);
    println!("{}", messages * count);
    ExitCode::SUCCESS
}

/// The program. `deeper` compares more than what a round says of itself, and returns the differences.
pub fn main(mut rows: Vec<Row<'_>>, deeper: impl FnOnce() -> Vec<String>) -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let asked = |name: &str| arguments.iter().any(|argument| argument == name);
    let option = |name: &str| {
        let place = arguments.iter().position(|argument| argument == name)?;
        arguments.get(place + 1).map(String::as_str)
    };
    if asked("--list") {
        list(&rows);
        return ExitCode::SUCCESS;
    }
    if let Some(name) = option("--row") {
        let count = option("--count").and_then(|count| count.parse().ok()).unwrap_or(1);
        return run(&mut rows, name, option("--who").unwrap_or_default(), count);
    }
    let mut differences = differences(&mut rows);
    differences.extend(deeper());
    if !differences.is_empty() {
        eprintln!("{}", differences.join("\n"));
        return ExitCode::FAILURE;
    }
    println!("{} rows: every contestant read and wrote the same.", rows.len());
    if !asked("--check") {
        let seconds = option("--seconds").and_then(|seconds| seconds.parse().ok()).unwrap_or(0.4);
        let only = option("--only").unwrap_or_default();
        for row in rows.iter_mut().filter(|row| row.name.contains(only)) {
            let measured = measure(row, seconds);
            print(row, &measured);
        }
    }
    ExitCode::SUCCESS
}
