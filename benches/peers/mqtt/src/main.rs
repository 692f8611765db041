//! MQTT codecs over identical bytes in one process. //! The command line is that of `contest`.

#![allow(missing_docs, reason = "a program, not a library")]

mod codec;
mod macros;
mod peer;
mod rows;
mod visit;

use std::process::ExitCode;

use codec::{Outcome, Peer};
use contest::Contestant;
use rows::{Row, Work};

fn peers() -> Vec<Peer> {
    vec![
        Peer::of::<peer::ours::Borrowed>(),
        Peer::of::<peer::ours::Shared>(),
        Peer::of::<peer::ours::Appended>(),
        Peer::of::<peer::mqttrs::Mqttrs>(),
        Peer::of::<peer::rumqttc::Rumqttc>(),
        Peer::of::<peer::mqttbytes::Mqttbytes>(),
        Peer::of::<peer::mqtt5_protocol::Mqtt5Protocol>(),
        Peer::of::<peer::rmqtt::Rmqtt>(),
        Peer::of::<peer::mqtt_proto::MqttProto>(),
        Peer::of::<peer::mqtt_protocol_core::MqttProtocolCore>(),
        Peer::of::<peer::ntex::Ntex>(),
        Peer::of::<peer::floor::Slice>(),
        Peer::of::<peer::floor::Split>(),
        Peer::of::<peer::floor::Write>(),
    ]
}

fn offers(peer: &Peer, row: &Row) -> bool {
    let floor = matches!(peer.name, "slice and check UTF-8" | "split and check UTF-8 (shared)" | "plain writer");
    let small = row.name.ends_with("publish-16") || row.name.ends_with("publish-64");
    let encodes = match peer.name {
        "slice and check UTF-8" | "split and check UTF-8 (shared)" | "ours (shared)" => Some(false),
        "plain writer" | "ours (appended to a Vec)" => Some(true),
        _ => None,
    };
    peer.offers(row) && (small || !floor) && encodes.is_none_or(|encodes| encodes == (row.work == Work::Encode))
}

fn takes(peer: &Peer, row: &Row) -> bool {
    offers(peer, row) && peer.fault(row).is_none()
}

/// Compares what each contestant read, or wrote, with what our decoder reads.
fn check(row: &Row, peers: &[Peer]) -> Result<(), String> {
    let expected = peer::ours::fields(row.version, row.bytes).map_err(|error| format!("{}: {error}", row.name))?;
    if expected.len() != row.packets {
        return Err(format!("{}: {} packets, {} expected", row.name, expected.len(), row.packets));
    }
    let mut faults = Vec::new();
    for peer in peers.iter().filter(|peer| offers(peer, row)) {
        let outcome = compare(row, peer, &expected);
        match (outcome, peer.fault(row)) {
            (Err(fault), None) => faults.push(format!("{} by {}: {fault}", row.name, peer.name)),
            (Ok(()), Some(reason)) => faults.push(format!("{} by {}: does not fail: {reason}", row.name, peer.name)),
            _ => {}
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\n")) }
}

fn compare(row: &Row, peer: &Peer, expected: &[String]) -> Result<(), String> {
    let seen = match (peer.check)(row) {
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

fn row(row: &'static Row, peers: &[Peer]) -> contest::Row<'static> {
    let contestant = |peer: &Peer| Contestant::preparing(peer.name, row.packets as u64, (peer.prepare)(row));
    contest::Row {
        name: row.name.to_owned(),
        messages: row.packets,
        bytes: row.bytes.len(),
        contestants: peers.iter().filter(|peer| takes(peer, row)).map(contestant).collect(),
        left_out: peers
            .iter()
            .filter(|peer| offers(peer, row))
            .filter_map(|peer| Some((peer.name, peer.fault(row)?)))
            .collect(),
    }
}

fn main() -> ExitCode {
    let rows: &'static [Row] = rows::all().leak();
    let peers = peers();
    let contest = rows.iter().map(|own| row(own, &peers)).collect();
    contest::main(contest, || rows.iter().filter_map(|row| check(row, &peers).err()).collect())
}
