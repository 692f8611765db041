//! AMQP 1.0 codecs over identical octets in one process.
//!
//! ```text
//! amqp10-peers [--seconds 0.4]                     a table, one line per row and contestant
//! amqp10-peers --row NAME --who NAME --count N     rounds of one contestant, for callgrind
//! ```
//! With `--features proton`, qpid-proton takes part.

#![allow(missing_docs, reason = "a program, not a library")]

#[cfg(feature = "proton")]
mod proton;
mod ours;

use std::hint::black_box;
use std::time::Instant;

/// One round of a contestant: what it saw, or wrote.
type Round = Box<dyn FnMut() -> u64>;

/// A transfer whose message has header, properties, five application properties and 1 KiB of data.
fn message() -> Vec<u8> {
    use amqp_codec::Binary;
    use amqp_codec::v1_0::{ApplicationProperties, Body, Header, Message, MessageId, Properties, Utf8, Value};
    let pairs = [
        (Utf8::from("x-retry"), Value::Int(3)), (Utf8::from("tenant"), Value::from("acme")), (Utf8::from("trace-id"), Value::from("4bf92f3577b34da6a3ce929d0e0e4736")),
        (Utf8::from("attempt"), Value::Uint(1)), (Utf8::from("urgent"), Value::Boolean(true)),
    ];
    let data = [b'a'; 1024];
    let message = Message {
        header: Some(Header { durable: true, ..Header::default() }),
        properties: Some(Properties {
            message_id: Some(MessageId::String("0f8fad5b-d9cb-469f-a165-70867728950e".into())),
            to: Some("orders".into()), subject: Some("eu.de.created".into()),
            content_type: amqp_codec::v1_0::Symbol::new("application/json"),
            ..Properties::default()
        }),
        application_properties: Some(ApplicationProperties::from_slice(&pairs)),
        body: Body::Data(Binary::from(&data)),
        ..Message::default()
    };
    let mut out = Vec::new();
    message.encode(&mut out).unwrap();
    out
}

/// What is timed: a name, a frame's body or a frame's body with a message behind it.
struct Row {
    name: &'static str,
    body: Vec<u8>,
    message: Vec<u8>,
}

fn rows() -> Vec<Row> {
    let hex = |text: &str| -> Vec<u8> { (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect() };
    let plain = |name, text| Row { name, body: hex(text), message: Vec::new() };
    vec![
        Row { name: "message", body: hex("005314c00c0543522aa0040000002a4342"), message: message() },
        plain("transfer", "005314c00c0543522aa0040000002a4342"),
        plain("disposition", "005315c00a0541522a404100532445"),
        plain("flow", "005313c01107437000001388437000001388434352c8"),
        plain("attach", "005312c04d0ba12738653361623261372d666463312d343261362d383936652d6166393032393563623466332d7131434250025000005328c006054043404342005329c00905a10271314340434240404344"),
        plain("open", "005310c03f05a12438653361623261372d666463312d343261362d383936652d616639303239356362346633a1093132372e302e302e317000008000607fff70000003e8"),
    ]
}

fn contestants(row: &'static Row, encode: bool) -> Vec<(&'static str, Round)> {
    #[allow(unused_mut, reason = "without features nobody else is here")]
    let mut all = vec![("ours", ours::round(row, encode))];
    #[cfg(feature = "proton")]
    all.push(("qpid-proton 0.37", proton::round(row, encode)));
    all
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

fn main() {
    let rows: &'static [Row] = rows().leak();
    if let Some(name) = option("--row") {
        let row = rows.iter().find(|row| row.name == name).unwrap();
        let who = option("--who").unwrap_or_else(|| "ours".to_owned());
        let mut all = contestants(row, option("--work").as_deref() == Some("encode"));
        let (_, round) = all.iter_mut().find(|(name, _)| name.starts_with(&who)).unwrap();
        for _ in 0..option("--count").map_or(1, |count| count.parse().unwrap()) {
            black_box(measured_region(round));
        }
        return;
    }
    let seconds: f64 = option("--seconds").map_or(0.4, |seconds| seconds.parse().unwrap());
    println!("| row | work | who | ns | ratio to ours |\n|---|---|---|---:|---:|");
    for row in rows {
        for encode in [false, true] {
            let mut all = contestants(row, encode);
            let seen: Vec<u64> = all.iter_mut().map(|(_, round)| round()).collect();
            assert!(encode || seen.iter().all(|sum| *sum == seen[0]), "{}: {seen:?}", row.name);
            let mut times: Vec<Vec<f64>> = all.iter().map(|_| Vec::new()).collect();
            for _ in 0..8 {
                for ((_, round), times) in all.iter_mut().zip(&mut times) {
                    let begin = Instant::now();
                    while begin.elapsed().as_secs_f64() < seconds / 8.0 {
                        let start = Instant::now();
                        for _ in 0..64 {
                            black_box(measured_region(round));
                        }
                        times.push(start.elapsed().as_nanos() as f64 / 64.0);
                    }
                }
            }
            let medians: Vec<f64> = times.iter_mut().map(|times| { times.sort_by(f64::total_cmp); times[times.len() / 2] }).collect();
            for ((name, _), median) in all.iter().zip(&medians) {
                println!("| {} | {} | {name} | {median:.1} | {:.2} |", row.name, if encode { "encode" } else { "decode" }, median / medians[0]);
            }
        }
    }
}
