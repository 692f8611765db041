//! TCP as it comes: reordered, repeated, cut, joined late.

use proptest::prelude::*;

use crate::capture::{Packet, pcap, tcp};
use crate::json_of;

/// MQTT 3.1.1: CONNECT, then ten PUBLISHes with payloads of growing length, PINGREQ, DISCONNECT.
fn conversation() -> (Vec<u8>, Vec<&'static str>) {
    let mut bytes = b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04abcd".to_vec();
    let mut types = vec!["CONNECT"];
    for len in 0..10_u8 {
        bytes.extend([0x30, 5 + len * 7, 0, 3, b'a', b'/', b'b']);
        bytes.extend(core::iter::repeat_n(b'x', usize::from(len) * 7));
        types.push("PUBLISH");
    }
    bytes.extend([0xc0, 0, 0xe0, 0]);
    types.extend(["PINGREQ", "DISCONNECT"]);
    (bytes, types)
}

fn timed(frames: Vec<Vec<u8>>) -> Vec<Packet> {
    frames.into_iter().zip(0..).map(|(frame, index)| (index * 1000, frame)).collect()
}

/// Segments of a stream that begins at sequence number 101.
fn segments(stream: &[u8], cuts: &[usize]) -> Vec<Vec<u8>> {
    let mut frames = Vec::new();
    let mut at = 0;
    for cut in cuts.iter().cycle() {
        let end = (at + cut).min(stream.len());
        frames.push(tcp(true, 1883, 101 + at as u32, Some(1), "", &stream[at..end]));
        at = end;
        if at == stream.len() {
            return frames;
        }
    }
    frames
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_permutation_split_and_repetition_tells_the_same_conversation(
        cuts in proptest::collection::vec(1..=50_usize, 1..20),
        again in proptest::collection::vec(1..=50_usize, 1..20),
        order in any::<u64>(),
    ) {
        let (stream, types) = conversation();
        let mut frames = segments(&stream, &cuts);
        frames.extend(segments(&stream, &again));
        // A shuffle that does not need a generator: by a hash of the index.
        let mut keyed: Vec<_> = frames.into_iter().zip(1_u64..).collect();
        keyed.sort_by_key(|(_, index)| index.wrapping_mul(order | 1).rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut frames = vec![tcp(true, 1883, 100, None, "S", b"")];
        frames.extend(keyed.into_iter().map(|(frame, _)| frame));
        prop_assert_eq!(json_of(&pcap(1, &timed(frames))).types(), types);
    }
}

#[test]
fn both_sides_share_what_is_learnt() {
    // A CONNACK of 5.0 has a property length, one of 3.1.1 has not: the CONNECT decides.
    let connect = b"\x10\x11\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x04abcd";
    let connack = b"\x20\x03\x00\x00\x00";
    let frames = vec![
        tcp(true, 1883, 100, None, "S", b""),
        tcp(false, 1883, 500, Some(101), "S", b""),
        tcp(true, 1883, 101, Some(501), "", connect),
        tcp(false, 1883, 501, Some(120), "", connack),
    ];
    let output = json_of(&pcap(1, &timed(frames)));
    assert_eq!(output.types(), ["CONNECT", "CONNACK"]);
    assert_eq!(output.json()[1]["src"], "10.0.0.2:1883");
    assert_eq!(output.status, 0, "{}", output.err);
}

#[test]
fn ports_that_are_used_again_make_a_new_connection() {
    let (stream, types) = conversation();
    let mut frames = Vec::new();
    for isn in [100_u32, 70_000] {
        frames.push(tcp(true, 1883, isn, None, "S", b""));
        frames.push(tcp(true, 1883, isn + 1, Some(1), "", &stream));
        frames.push(tcp(true, 1883, isn + 1 + stream.len() as u32, Some(1), "F", b""));
    }
    let got = json_of(&pcap(1, &timed(frames))).types();
    assert_eq!(got, [types.clone(), types].concat());
}

#[test]
fn a_capture_that_begins_in_the_middle_says_so_and_finds_its_feet() {
    let (stream, types) = conversation();
    // The first segment begins inside the third PUBLISH.
    let start = 18 + 7 + 14 + 5;
    let frames = vec![
        tcp(true, 1883, 101 + start as u32, Some(1), "", &stream[start..]),
        tcp(true, 1883, 101 + stream.len() as u32, Some(1), "", b"\xc0\x00"),
    ];
    let output = json_of(&pcap(1, &timed(frames)));
    assert!(output.err.contains("begins in the middle"), "{}", output.err);
    let got = output.types();
    assert_eq!(got.last().map(String::as_str), Some("PINGREQ"));
    assert!(got.len() > 5, "{got:?}");
    assert!(got.iter().all(|kind| types.contains(&kind.as_str())), "{got:?}");
}

#[test]
fn a_gap_is_reported_and_reading_goes_on_behind_it() {
    let (stream, _) = conversation();
    let mut frames = vec![tcp(true, 1883, 100, None, "S", b"")];
    for (index, chunk) in stream.chunks(10).enumerate() {
        if index != 8 {
            frames.push(tcp(true, 1883, 101 + index as u32 * 10, Some(1), "", chunk));
        }
    }
    let output = json_of(&pcap(1, &timed(frames)));
    assert!(output.err.contains("10 bytes of the client are missing"), "{}", output.err);
    let got = output.types();
    assert_eq!(got.first().map(String::as_str), Some("CONNECT"));
    assert_eq!(got.last().map(String::as_str), Some("DISCONNECT"));
}

#[test]
fn bytes_that_end_inside_a_message_are_a_notice_not_an_error() {
    let (stream, _) = conversation();
    let frames = vec![tcp(true, 1883, 100, None, "S", b""), tcp(true, 1883, 101, Some(1), "", &stream[..20])];
    let output = json_of(&pcap(1, &timed(frames)));
    assert_eq!((output.types(), output.status), (vec!["CONNECT".to_owned()], 0));
    assert!(output.err.contains("end inside a message (2 bytes of it are there)"), "{}", output.err);
}

#[test]
fn a_protocol_is_found_by_its_first_bytes_at_any_port() {
    let (stream, types) = conversation();
    let frames = vec![tcp(true, 9999, 100, None, "S", b""), tcp(true, 9999, 101, Some(1), "", &stream)];
    assert_eq!(json_of(&pcap(1, &timed(frames))).types(), types);
}

#[test]
fn tls_at_the_protocols_port_is_left_alone() {
    let hello = [0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 1, 2, 3, 4];
    let frames = vec![tcp(true, 1883, 100, None, "S", b""), tcp(true, 1883, 101, Some(1), "", &hello)];
    let output = json_of(&pcap(1, &timed(frames)));
    assert_eq!((output.out.as_str(), output.status), ("", 0));
}
