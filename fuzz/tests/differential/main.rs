//! Our codecs against their peers without libFuzzer: the lists of reasoned differences, the seeds, and what may be sent.

#![cfg(feature = "differential")]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    clippy::std_instead_of_core,
    reason = "a test stops at what it does not expect"
)]

mod amqp10;
mod mqtt;

fn unhex(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|c| u8::try_from(c.to_digit(16).expect("hex")).expect("a digit")).collect();
    digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect()
}

/// The seeds of some targets.
fn seeds(targets: &[&str]) -> Vec<Vec<u8>> {
    let seeds = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds");
    let files = targets.iter().flat_map(|target| std::fs::read_dir(seeds.join(target)).expect("seeds"));
    files.map(|file| std::fs::read(file.expect("an entry").path()).expect("a file")).collect()
}
