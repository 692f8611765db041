//! MQTT codecs over identical bytes in one process.
//!
//! ```text
//! mqtt-peers [--seconds 0.4] [--only TEXT]     a Markdown table, one part per row
//! mqtt-peers --check                           only compare what everybody read and wrote
//! mqtt-peers --list                            rows and contestants
//! mqtt-peers --row ROW --who NAME --count N    N rounds of one row by one contestant, for callgrind (see benches/instructions)
//! ```

#![allow(missing_docs, reason = "a program, not a library")]

#[path = "../../alloc.rs"]
mod alloc;
mod contest;
mod macros;
mod peer;
mod rows;
mod visit;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use contest::{Contestant, Outcome};
use rows::{Row, Work};

fn contestants() -> Vec<Contestant> {
    vec![
        Contestant::of::<peer::ours::Borrowed>(),
        Contestant::of::<peer::ours::Shared>(),
        Contestant::of::<peer::mqttrs::Mqttrs>(),
        Contestant::of::<peer::rumqttc::Rumqttc>(),
        Contestant::of::<peer::mqttbytes::Mqttbytes>(),
        Contestant::of::<peer::mqtt5_protocol::Mqtt5Protocol>(),
        Contestant::of::<peer::rmqtt::Rmqtt>(),
        Contestant::of::<peer::mqtt_proto::MqttProto>(),
        Contestant::of::<peer::mqtt_protocol_core::MqttProtocolCore>(),
        Contestant::of::<peer::ntex::Ntex>(),
        Contestant::of::<peer::floor::Floor>(),
    ]
}

fn offers(contestant: &Contestant, row: &Row) -> bool {
    let floor = contestant.name.starts_with("slice and check");
    contestant.offers(row)
        && (!floor || row.name.starts_with("decode-v4-publish") || row.name.starts_with("decode-v5-publish-1") || row.name.starts_with("decode-v5-publish-6"))
        && !(contestant.name.ends_with("(shared)") && row.work == Work::Encode)
}

fn takes(contestant: &Contestant, row: &Row) -> bool {
    offers(contestant, row) && contestant.fault(row).is_none()
}

/// Compares what each contestant read, or wrote, with what our decoder reads.
fn check(row: &Row, who: &[Contestant]) -> Result<(), String> {
    let expected = peer::ours::fields(row.version, row.bytes).map_err(|error| format!("{}: {error}", row.name))?;
    if expected.len() != row.packets {
        return Err(format!("{}: {} packets, {} expected", row.name, expected.len(), row.packets));
    }
    let mut faults = Vec::new();
    for contestant in who.iter().filter(|contestant| offers(contestant, row)) {
        let outcome = compare(row, contestant, &expected);
        match (outcome, contestant.fault(row)) {
            (Err(fault), None) => faults.push(format!("{} by {}: {fault}", row.name, contestant.name)),
            (Ok(()), Some(reason)) => faults.push(format!("{} by {}: does not fail: {reason}", row.name, contestant.name)),
            _ => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn compare(row: &Row, contestant: &Contestant, expected: &[String]) -> Result<(), String> {
    let seen = match (contestant.check)(row) {
        Outcome::Fields(fields) => fields,
        Outcome::Bytes(bytes) => peer::ours::fields(row.version, Box::leak(bytes.into_boxed_slice()))
            .map_err(|error| format!("wrote {error}"))?,
    };
    if let Some((index, (seen, expected))) = seen.iter().zip(expected).enumerate().find(|(_, (a, b))| a != b) {
        return Err(format!("packet {index}\n  has      {seen}\n  expected {expected}"));
    }
    if seen.len() != expected.len() {
        return Err(format!("{} packets, {} expected", seen.len(), expected.len()));
    }
    Ok(())
}

struct Measured {
    name: &'static str,
    nanos: f64,
    allocations: f64,
}

/// Takes turns, so that a slow second of the machine meets everybody, and reports the median round.
fn measure(row: &'static Row, who: &[Contestant], seconds: f64) -> Vec<Measured> {
    let mut entries: Vec<_> = who
        .iter()
        .filter(|contestant| takes(contestant, row))
        .map(|contestant| (contestant.name, (contestant.prepare)(row), Vec::<Duration>::new()))
        .collect();
    for _turn in 0..8 {
        for (_, round, times) in &mut entries {
            let start = Instant::now();
            round();
            while start.elapsed().as_secs_f64() < seconds / 8.0 {
                times.push(round());
            }
        }
    }
    entries
        .into_iter()
        .map(|(name, mut round, mut times)| {
            times.sort();
            let median = times.get(times.len() / 2).copied().unwrap_or_default();
            let allocations = alloc::count(|| {
                round();
            });
            Measured {
                name,
                nanos: median.as_nanos() as f64 / row.packets as f64,
                allocations: allocations as f64 / row.packets as f64,
            }
        })
        .collect()
}

fn print(row: &Row, measured: &[Measured], who: &[Contestant]) {
    let ours = measured[0].nanos;
    let per_packet = row.bytes.len() as f64 / row.packets as f64;
    println!("\n### {}\n\n{} packets, {per_packet:.0} bytes each on average.\n", row.name, row.packets);
    println!("| | ns | ratio to ours | MB/s | million messages/s | allocations |\n|---|---:|---:|---:|---:|---:|");
    for entry in measured {
        println!(
            "| {} | {:.1} | {:.2} | {:.0} | {:.2} | {:.2} |",
            entry.name,
            entry.nanos,
            entry.nanos / ours,
            per_packet * 1e3 / entry.nanos,
            1e3 / entry.nanos,
            entry.allocations
        );
    }
    for contestant in who.iter().filter(|contestant| offers(contestant, row)) {
        if let Some(reason) = contestant.fault(row) {
            println!("\n{} is left out: {reason}.", contestant.name);
        }
    }
}

fn option(arguments: &[String], name: &str) -> Option<String> {
    let at = arguments.iter().position(|argument| argument == name)?;
    arguments.get(at + 1).cloned()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rows: &'static [Row] = Box::leak(rows::all().into_boxed_slice());
    let who = contestants();
    if arguments.iter().any(|argument| argument == "--list") {
        rows.iter().for_each(|row| println!("{}", row.name));
        who.iter().for_each(|contestant| println!("  {}", contestant.name));
        return ExitCode::SUCCESS;
    }
    if let Some(name) = option(&arguments, "--row") {
        let wanted = option(&arguments, "--who").unwrap_or_else(|| "ours".into());
        let count: usize = option(&arguments, "--count").and_then(|count| count.parse().ok()).unwrap_or(1);
        let row = rows.iter().find(|row| row.name == name);
        let contestant = row.and_then(|row| who.iter().find(|one| one.name.starts_with(&wanted) && takes(one, row)));
        let (Some(row), Some(contestant)) = (row, contestant) else {
            eprintln!("no such row, or {wanted} does not run it");
            return ExitCode::from(2);
        };
        let mut round = (contestant.prepare)(row);
        for _ in 0..count {
            round();
        }
        println!("{}", row.packets * count);
        return ExitCode::SUCCESS;
    }
    let differences: Vec<String> = rows.iter().filter_map(|row| check(row, &who).err()).collect();
    if !differences.is_empty() {
        eprintln!("{}", differences.join("\n"));
        return ExitCode::FAILURE;
    }
    println!("{} rows: every contestant read and wrote the same field values.", rows.len());
    if arguments.iter().any(|argument| argument == "--check") {
        return ExitCode::SUCCESS;
    }
    let seconds = option(&arguments, "--seconds").and_then(|seconds| seconds.parse().ok()).unwrap_or(0.4);
    let only = option(&arguments, "--only").unwrap_or_default();
    for row in rows.iter().filter(|row| row.name.contains(&only)) {
        print(row, &measure(row, &who, seconds), &who);
    }
    ExitCode::SUCCESS
}
