//! Damaged captures and random bytes: never a panic, always an end.

use std::ffi::OsString;

use proptest::prelude::*;

use crate::{captures, run, unpacked};

fn bundled() -> Vec<Vec<u8>> {
    let paths = std::fs::read_dir(captures()).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.filter(|path| path.to_str().unwrap().ends_with(".pcap.gz")).collect();
    paths.sort();
    assert!(paths.len() > 10);
    paths.iter().map(|path| unpacked(path)).collect()
}

/// Any output will do, and any status but an invention.
fn survives(arguments: &[&str], file: &[u8]) {
    assert!(run(arguments, file).status <= 2);
}

#[test]
fn captures_cut_anywhere_are_survived() {
    for file in bundled() {
        for end in (0..file.len()).step_by(file.len() / 20 + 1) {
            survives(&["--stats", "-"], &file[..end]);
        }
    }
}

#[test]
fn captures_with_bytes_changed_are_survived() {
    for (file, seed) in bundled().iter().zip(1_u64..) {
        let mut state = seed;
        for round in 0..16 {
            let mut damaged = file.clone();
            for _ in 0..(1 << (round % 8)) {
                // A linear congruential generator is random enough for this.
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % damaged.len();
                damaged[at] = (state >> 20) as u8;
            }
            survives(&["--json", "-"], &damaged);
        }
    }
}

#[test]
fn packets_taken_out_swapped_and_doubled_are_survived() {
    let file = unpacked(&captures().join("mqtt-v5.pcap.gz"));
    let mut records: Vec<&[u8]> = Vec::new();
    let mut rest = &file[24..];
    while !rest.is_empty() {
        let len = 16 + u32::from_le_bytes(rest[8..12].try_into().unwrap()) as usize;
        records.push(&rest[..len]);
        rest = &rest[len..];
    }
    let head = &file[..24];
    for step in 2..12 {
        let thinned: Vec<&[u8]> = records.iter().enumerate().filter(|(i, _)| i % step != 1).map(|(_, r)| *r).collect();
        survives(&["-"], &[head, &thinned.concat()].concat());
        let swapped: Vec<u8> =
            records.chunks(step).flat_map(|chunk| chunk.iter().rev()).flat_map(|r| r.iter().copied()).collect();
        survives(&["-"], &[head, &swapped].concat());
        let doubled: Vec<u8> = records.iter().flat_map(|record| record.repeat(2)).collect();
        assert_eq!(run(&["--stats", "-"], &[head, &doubled].concat()).status, 0);
    }
}

proptest! {
    #[test]
    fn random_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        survives(&["-"], &bytes);
        for name in dissect::registry::PROTOCOLS.iter().map(|protocol| protocol.name()) {
            survives(&["--json", "--proto", name, "-"], &bytes);
            survives(&["--json", "--proto", name, "--from", "server", "-"], &bytes);
        }
        let mut pcap = crate::capture::pcap(1, &[]);
        pcap.extend(&bytes);
        survives(&["-"], &pcap);
        let mut pcapng = vec![0x0a, 0x0d, 0x0d, 0x0a, 28, 0, 0, 0, 0x4d, 0x3c, 0x2b, 0x1a];
        pcapng.extend(&bytes);
        survives(&["-"], &pcapng);
    }

    #[test]
    fn random_units_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let line = dissect::fields::hex(&bytes);
        for name in dissect::registry::PROTOCOLS.iter().map(|protocol| protocol.name()) {
            let output = crate::hex(&["--proto", name], &line);
            let lines = output.json();
            prop_assert_eq!(lines.len(), usize::from(!bytes.is_empty()));
        }
    }

    #[test]
    fn random_arguments_are_survived(arguments in proptest::collection::vec("-{0,2}[a-z0-9=*-]{0,12}", 0..5)) {
        let mut out = Vec::new();
        let mut err = Vec::new();
        let streams = dissect::Streams { input: &mut &b""[..], out: &mut out, err: &mut err, colour: true, progress: false };
        prop_assert!(dissect::run(arguments.iter().map(OsString::from), streams) <= 2);
    }
}
