//! xmpp-stanza and its peers on the same 1,000 stanzas, in one process.
//!
//! ```text
//! xmpp-peers [--rounds 40]                     a Markdown table, one part per row: best of the rounds, contestants in turn
//! xmpp-peers --check                           only see that everybody does the work
//! xmpp-peers --list                            rows and contestants
//! xmpp-peers --row ROW --who NAME --count N    N rounds of one row by one contestant, for callgrind (see benches/instructions)
//! ```

#![allow(missing_docs, reason = "a program, not a library")]

#[cfg(feature = "expat")]
mod expat;
mod ours;
mod peers;
mod rows;

use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

/// One round over all that the row has; returns what was counted.
type Round<'a> = Box<dyn FnMut() -> usize + 'a>;

struct Contestant<'a> {
    name: &'static str,
    round: Round<'a>,
    /// What a round counts if it does the work.
    expected: usize,
}

struct Row<'a> {
    name: &'static str,
    contestants: Vec<Contestant<'a>>,
}

impl<'a> Row<'a> {
    const fn new(name: &'static str) -> Self {
        Self { name, contestants: Vec::new() }
    }

    fn with(mut self, name: &'static str, expected: usize, round: impl FnMut() -> usize + 'a) -> Self {
        self.contestants.push(Contestant { name, round: Box::new(round), expected });
        self
    }
}

struct Input {
    stanzas: Vec<String>,
    /// Each with its namespace declared, for those who read documents.
    wrapped: Vec<String>,
    stream: String,
    /// One stanza of a megabyte of text.
    large: String,
}

impl Input {
    fn new() -> Self {
        let stanzas = rows::stanzas();
        let stream = stanzas.concat();
        let wrapped = stanzas.iter().map(|text| text.replacen(' ', " xmlns='jabber:client' ", 1)).collect();
        let large = format!("<message><body>{}</body></message>", "Deny thy father ".repeat(1 << 16));
        Self { stanzas, wrapped, stream, large }
    }

    fn rows(&self) -> Vec<Row<'_>> {
        let Self { stanzas, wrapped, stream, large } = self;
        let elements = ours::elements(stream);
        let mut strict = Row::new("strict").with("xmpp-stanza", 1000, || ours::strict(stream));
        let mut pushed = Row::new("pushed-1448").with("xmpp-stanza", 1000, || ours::pushed(stream, 1448));
        let mut single = Row::new("pushed-1").with("xmpp-stanza", 1000, || ours::pushed(stream, 1));
        let mut token = Row::new("large-1448").with("xmpp-stanza", 1, || ours::pushed(large, 1448));
        #[cfg(feature = "expat")]
        {
            strict = strict.with("expat", elements, || expat::pushed(stream, stream.len()));
            pushed = pushed.with("expat", elements, || expat::pushed(stream, 1448));
            single = single.with("expat", elements, || expat::pushed(stream, 1));
            token = token.with("expat", 2, || expat::pushed(large, 1448));
        }
        strict = strict
            .with("quick-xml NsReader", elements, || peers::quick_xml(stanzas))
            .with("rxml", elements, || peers::rxml(stream, stream.len()))
            .with("roxmltree", elements, || peers::roxmltree(wrapped))
            .with("minidom", 1000, || peers::minidom(wrapped));
        pushed = pushed.with("rxml", elements, || peers::rxml(stream, 1448));
        single = single.with("rxml", elements, || peers::rxml(stream, 1));
        token = token.with("rxml", 2, || peers::rxml(large, 1448));
        let (mut encoder, mut out, mut plain) = (ours::encoder(), Vec::with_capacity(1024), Vec::with_capacity(1024));
        let len = ours::encode(&mut encoder, &mut out);
        vec![
            strict,
            pushed,
            single,
            token,
            Row::new("typed")
                .with("xmpp-stanza", 1000, || ours::typed(stream))
                .with("xmpp-parsers", 1000, || peers::xmpp_parsers(wrapped))
                .with("xso", 1000, || peers::xso(wrapped)),
            Row::new("encode-chat")
                .with("xmpp-stanza", len, move || ours::encode(&mut encoder, &mut out))
                .with("plain writer", len, move || peers::plain_encode(&mut plain))
                .with("xso", XSO_LEN, peers::xso_encode),
            Row::new("jid").with("xmpp-stanza", 1000, ours::jid).with("jid", 1000, peers::jid),
        ]
    }
}

/// xso declares the namespace.
const XSO_LEN: usize = 212;

#[inline(never)]
fn measured_region(round: &mut Round<'_>, count: usize) {
    for _ in 0..count {
        black_box(round());
    }
}

fn check(rows: &mut [Row<'_>]) -> bool {
    let mut fine = true;
    for row in rows {
        for contestant in &mut row.contestants {
            let counted = (contestant.round)();
            if counted != contestant.expected {
                eprintln!("{}: {} counts {counted}, not {}", row.name, contestant.name, contestant.expected);
                fine = false;
            }
        }
    }
    fine
}

fn table(rows: &mut [Row<'_>], rounds: usize) {
    for row in rows {
        let mut best = vec![f64::MAX; row.contestants.len()];
        for _ in 0..rounds {
            for (best, contestant) in best.iter_mut().zip(&mut row.contestants) {
                let begun = Instant::now();
                black_box((contestant.round)());
                *best = best.min(begun.elapsed().as_secs_f64() * 1e6);
            }
        }
        println!("\n| {} | ns | ratio |\n|---|---:|---:|", row.name);
        for (time, contestant) in best.iter().zip(&row.contestants) {
            println!("| {} | {time:.0} | {:.2} |", contestant.name, time / best[0]);
        }
    }
}

fn main() -> ExitCode {
    let input = Input::new();
    let mut rows = input.rows();
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let value = |name: &str| arguments.iter().position(|own| own == name).and_then(|at| arguments.get(at + 1));
    let has = |name: &str| arguments.iter().any(|own| own == name);
    if has("--list") {
        for row in &rows {
            println!("{}", row.name);
            row.contestants.iter().for_each(|contestant| println!("  {}", contestant.name));
        }
        return ExitCode::SUCCESS;
    }
    if let (Some(row), Some(who)) = (value("--row"), value("--who")) {
        let count = value("--count").and_then(|count| count.parse().ok()).unwrap_or(2);
        let row = rows.iter_mut().find(|own| own.name == row);
        let contestant = row.and_then(|row| row.contestants.iter_mut().find(|own| own.name == who));
        let Some(contestant) = contestant else { return ExitCode::FAILURE };
        (contestant.round)();
        measured_region(&mut contestant.round, count);
        println!("{}", 1000 * count);
        return ExitCode::SUCCESS;
    }
    if !check(&mut rows) {
        return ExitCode::FAILURE;
    }
    if !has("--check") {
        println!("1,000 stanzas, {} bytes on average; large-1448 in µs a megabyte", input.stream.len() / 1000);
        table(&mut rows, value("--rounds").and_then(|rounds| rounds.parse().ok()).unwrap_or(40));
    }
    ExitCode::SUCCESS
}
