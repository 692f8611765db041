//! `mqtt-codec` against ntex-mqtt without libFuzzer: the list of reasoned differences, the seeds, and mutations of valid packets.

use arbitrary::Unstructured;
use fuzz::{MQTT_DIFFERENCES, mqtt_compare, mqtt_differential};
use mqtt_codec::{Encoder, Packet, Role, Version};
use proptest::prelude::*;

use crate::{seeds, unhex};

/// A row that its own example does not need is dead, and a row whose example another row explains hides that one.
#[test]
fn every_difference_has_an_example_that_shows_it() {
    for (at, row) in MQTT_DIFFERENCES.iter().enumerate() {
        let (from, version, hex) = row.example;
        let found = mqtt_compare(from, version, &unhex(hex)).unwrap_or_else(|| panic!("{hex}: no difference"));
        assert!(std::ptr::eq(found, row), "example {at}, {hex}: {} explains it", found.reason);
        assert!(!row.section.is_empty() && !row.reason.is_empty());
    }
}

/// The table of the README is the list.
#[test]
fn the_readme_has_every_difference() {
    let readme = include_str!("../../README.md");
    let lines = MQTT_DIFFERENCES.iter().map(fuzz::MqttDifference::readme_line);
    let missing: Vec<String> = lines.filter(|line| !readme.contains(line.as_str())).collect();
    assert!(missing.is_empty(), "README.md lacks:\n{}", missing.join("\n"));
}

#[test]
fn seeds_agree() {
    for target in ["mqtt_bytes", "mqtt_differential"] {
        let seeds = seeds(&[target]);
        seeds.iter().for_each(|data| mqtt_differential(data));
        assert!(seeds.len() > 20, "{target}: {} seeds", seeds.len());
    }
}

/// A valid packet, and what to do to it: where, how, with which byte.
fn mutated(data: &[u8], from: Role, version: Version, changes: &[(u16, u8, u8)]) -> Option<Vec<u8>> {
    let packet = Packet::arbitrary_for(from, version, &mut Unstructured::new(data)).ok()?;
    let mut wire = Vec::new();
    Encoder::new(from, version).encode(&packet, &mut wire).expect("arbitrary packets are sendable");
    for &(at, how, byte) in changes {
        let at = usize::from(at) % wire.len().max(1);
        match how % 4 {
            0 => wire.insert(at, byte),
            1 if !wire.is_empty() => drop(wire.remove(at)),
            2 => wire.get_mut(at).into_iter().for_each(|old| *old ^= byte),
            _ => wire.get_mut(at).into_iter().for_each(|old| *old = byte),
        }
    }
    Some(wire)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn valid_packets(data in proptest::collection::vec(any::<u8>(), 64..600), server in any::<bool>(), v5 in any::<bool>()) {
        let (from, version) = sides(server, v5);
        let wire = mutated(&data, from, version, &[]);
        prop_assume!(wire.is_some());
        mqtt_compare(from, version, &wire.unwrap_or_default());
    }

    /// With the length of the fixed header made to fit, so that most are whole packets.
    #[test]
    fn mutations(
        data in proptest::collection::vec(any::<u8>(), 64..400), server in any::<bool>(), v5 in any::<bool>(),
        changes in proptest::collection::vec((any::<u16>(), any::<u8>(), any::<u8>()), 1..4), fit in any::<bool>(),
    ) {
        let (from, version) = sides(server, v5);
        let wire = mutated(&data, from, version, &changes);
        prop_assume!(wire.is_some());
        let wire = wire.unwrap_or_default();
        if fit && wire.len() > 2 {
            let config = u8::from(server) | if v5 { 0 } else { 2 } | 0x10;
            let body = wire.get(2..).unwrap_or_default();
            mqtt_differential(&[&[config, wire.first().copied().unwrap_or_default()], body].concat());
        } else {
            mqtt_compare(from, version, &wire);
        }
    }
}

fn sides(server: bool, v5: bool) -> (Role, Version) {
    (if server { Role::Server } else { Role::Client }, if v5 { Version::V5_0 } else { Version::V3_1_1 })
}
