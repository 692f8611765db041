//! AMQP 1.0 codecs over identical octets in one process.
//!
//! ```text
//! amqp10-peers [--seconds 0.4]                                       a table, one line per row and contestant
//! amqp10-peers --check                                               says whether all have seen the same
//! amqp10-peers --list                                                rows, and contestants behind two blanks
//! amqp10-peers --row NAME --who NAME [--work encode] --count N       rounds of one contestant, for callgrind
//! ```
//! With `--features proton`, qpid-proton takes part.

#![allow(missing_docs, reason = "a program, not a library")]

#[path = "../../alloc.rs"]
mod alloc;
mod fe2o3;
mod ntex;
mod ours;
#[cfg(feature = "proton")]
mod proton;
mod rows;

use std::hint::black_box;
use std::time::Instant;

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

const WORKS: [Work; 4] = [Work::Decode, Work::Visit, Work::Chunks(1_460), Work::Encode];

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

/// What callgrind counts.
#[inline(never)]
fn measured_region(round: &mut Round) -> u64 {
    round()
}

fn option(name: &str) -> Option<String> {
    let arguments: Vec<_> = std::env::args().collect();
    let place = arguments.iter().position(|argument| argument == name)?;
    arguments.get(place + 1).cloned()
}

fn works(row: &Row) -> impl Iterator<Item = Work> {
    let (messages, mixed) = (row.messages, row.name == "mixed");
    WORKS.into_iter().filter(move |work| match work {
        Work::Visit => messages,
        Work::Chunks(_) => mixed,
        _ => true,
    })
}

/// Everybody must have seen the same, and written as much, or up to twice as much: not all choose the shortest encodings.
fn check(rows: &'static [Row]) {
    for row in rows {
        for work in works(row) {
            let mut all = contestants(row, work);
            let seen: Vec<u64> = all.iter_mut().map(|(_, round)| round()).collect();
            let most = if work == Work::Encode { seen[0] * 2 } else { seen[0] };
            assert!(seen.iter().all(|sum| (seen[0]..=most).contains(sum)), "{}, {work:?}: {seen:?}", row.name);
        }
    }
}

/// Takes turns, so that a slow second of the machine meets everybody, and reports the median round.
fn measure(row: &'static Row, work: Work, seconds: f64) {
    let mut rounds = contestants(row, work);
    let mut times: Vec<Vec<f64>> = rounds.iter().map(|_| Vec::new()).collect();
    for _ in 0..8 {
        for ((_, round), times) in rounds.iter_mut().zip(&mut times) {
            let begin = Instant::now();
            black_box(round());
            while begin.elapsed().as_secs_f64() < seconds / 8.0 {
                let start = Instant::now();
                black_box(measured_region(round));
                times.push(start.elapsed().as_nanos() as f64);
            }
        }
    }
    let mut ours = 0.0;
    for ((name, round), times) in rounds.iter_mut().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let median = times[times.len() / 2] / row.frames as f64;
        if *name == "ours" {
            ours = median;
        }
        let allocations = alloc::count(|| {
            alloc::start();
            black_box(round());
            alloc::stop();
        }) as f64
            / row.frames as f64;
        println!("| {} | {work:?} | {name} | {median:.1} | {:.2} | {allocations:.2} |", row.name, median / ours);
    }
}

fn main() {
    let rows: &'static [Row] = rows::all().leak();
    if let Some(name) = option("--row") {
        let row = rows.iter().find(|row| row.name == name).unwrap();
        let work = match option("--work").as_deref() {
            Some("encode") => Work::Encode,
            Some("visit") => Work::Visit,
            Some("chunks") => Work::Chunks(1_460),
            _ => Work::Decode,
        };
        let who = option("--who").unwrap_or_else(|| "ours".to_owned());
        let mut all = contestants(row, work);
        let (_, round) = all.iter_mut().find(|(name, _)| name.starts_with(&who)).unwrap();
        let count = option("--count").map_or(1, |count| count.parse().unwrap());
        for _ in 0..count {
            black_box(measured_region(round));
        }
        println!("{}", count * row.frames);
        return;
    }
    if std::env::args().any(|argument| argument == "--list") {
        rows.iter().for_each(|row| println!("{}", row.name));
        contestants(&rows[0], Work::Decode).iter().for_each(|(name, _)| println!("  {name}"));
        return;
    }
    check(rows);
    if std::env::args().any(|argument| argument == "--check") {
        return;
    }
    let seconds: f64 = option("--seconds").map_or(0.4, |seconds| seconds.parse().unwrap());
    println!("| row | work | who | ns a frame | ratio to ours | allocations |\n|---|---|---|---:|---:|---:|");
    for row in rows {
        works(row).for_each(|work| measure(row, work, seconds));
    }
}
