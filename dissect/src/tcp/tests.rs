//! Any order, any split, any repetition gives the same stream.
#![allow(clippy::arithmetic_side_effects, reason = "tests stop at the first surprise")]

use proptest::collection::vec;
use proptest::prelude::*;

use super::{MAX_WAITING_BYTES, Piece, Reassembly};

/// Offset in the stream, bytes.
type Segments = Vec<(usize, Vec<u8>)>;

/// Feeds segments and collects the stream; a gap is `None`.
fn assemble(isn: u32, segments: &[(usize, Vec<u8>)]) -> Vec<Option<u8>> {
    let mut stream = Vec::new();
    let mut out = |piece: Piece<'_>| match piece {
        Piece::Data(bytes) => stream.extend(bytes.iter().copied().map(Some)),
        Piece::Gap(missing) => stream.extend(core::iter::repeat_n(None, usize::try_from(missing).unwrap())),
    };
    let mut reassembly = Reassembly::default();
    reassembly.begin(isn);
    for (offset, bytes) in segments {
        let seq = isn.wrapping_add(1).wrapping_add(u32::try_from(*offset).unwrap());
        reassembly.push(seq, bytes, 0, &mut out);
    }
    reassembly.finish(&mut out);
    stream
}

/// A stream, a covering of it by segments that overlap and repeat, and an order in which they arrive.
fn scrambled() -> impl Strategy<Value = (u32, Vec<u8>, Segments)> {
    (any::<u32>(), vec(any::<u8>(), 1..400)).prop_flat_map(|(isn, stream)| {
        let len = stream.len();
        let cuts = vec(1..=40_usize, 1..60);
        let extra = vec((0..len, 1..=60_usize), 0..30);
        (Just(isn), Just(stream), cuts, extra).prop_flat_map(|(isn, stream, cuts, extra)| {
            let mut segments = Vec::new();
            let mut at = 0;
            for cut in cuts.into_iter().cycle() {
                let end = (at + cut).min(stream.len());
                segments.push((at, stream[at..end].to_vec()));
                at = end;
                if at == stream.len() {
                    break;
                }
            }
            for (start, len) in extra {
                let end = (start + len).min(stream.len());
                segments.push((start, stream[start..end].to_vec()));
            }
            (Just(isn), Just(stream), Just(segments).prop_shuffle())
        })
    })
}

proptest! {
    #[test]
    fn any_order_split_and_repetition_gives_the_same_stream((isn, stream, segments) in scrambled()) {
        let expected: Vec<Option<u8>> = stream.into_iter().map(Some).collect();
        prop_assert_eq!(assemble(isn, &segments), expected);
    }

    #[test]
    fn missing_segments_become_gaps_of_the_right_length((isn, stream, segments) in scrambled(), lost in 0..400_usize) {
        let kept: Vec<_> = segments.into_iter().filter(|(at, bytes)| !(*at..at + bytes.len()).contains(&lost)).collect();
        let mut expected: Vec<Option<u8>> = vec![None; stream.len()];
        for (at, bytes) in &kept {
            for (offset, byte) in bytes.iter().enumerate() {
                expected[at + offset] = Some(*byte);
            }
        }
        // Nothing is known of what is lost at the end.
        while expected.last() == Some(&None) {
            expected.pop();
        }
        prop_assert_eq!(assemble(isn, &kept), expected);
    }
}

#[test]
fn a_stream_that_starts_in_the_middle_begins_with_its_first_segment() {
    let mut got = Vec::new();
    let mut reassembly = Reassembly::default();
    for (seq, bytes) in [(1000, b"ab"), (1002, b"cd"), (998, b"xx")] {
        reassembly.push(seq, bytes, 0, &mut |piece| {
            if let Piece::Data(bytes) = piece {
                got.extend_from_slice(bytes);
            }
        });
    }
    assert_eq!(got, b"abcd");
}

#[test]
fn an_acknowledged_hole_is_given_up_when_traffic_goes_on() {
    let mut reassembly = Reassembly::default();
    reassembly.begin(0);
    let mut gaps = 0;
    let mut bytes = 0;
    for index in 0..20_u32 {
        // The first ten bytes never come, and the receiver acknowledges them.
        reassembly.acknowledge(11 + index);
        reassembly.push(11 + index, b"x", 0, &mut |piece| match piece {
            Piece::Gap(missing) => gaps += missing,
            Piece::Data(data) => bytes += data.len(),
        });
    }
    assert_eq!((gaps, bytes), (10, 20));
}

#[test]
fn what_waits_is_bounded() {
    let mut reassembly = Reassembly::default();
    reassembly.begin(0);
    let block = vec![0; 64 << 10];
    let mut gaps = 0;
    for index in 0..200_u32 {
        reassembly.push(100 + index * (64 << 10), &block, 0, &mut |piece| {
            if let Piece::Gap(missing) = piece {
                gaps += missing;
            }
        });
        assert!(reassembly.waiting_bytes <= MAX_WAITING_BYTES);
    }
    assert_eq!(gaps, 99);
}

#[test]
fn bytes_that_the_capture_cut_off_are_a_gap_at_once() {
    let mut pieces = Vec::new();
    let mut reassembly = Reassembly::default();
    reassembly.begin(0);
    reassembly.push(1, b"abc", 7, &mut |piece| pieces.push(format!("{piece:?}")));
    reassembly.push(11, b"d", 0, &mut |piece| pieces.push(format!("{piece:?}")));
    assert_eq!(pieces, ["Data([97, 98, 99])", "Gap(7)", "Data([100])"]);
}

#[test]
fn the_end_is_known_when_the_fin_was_reached() {
    let mut reassembly = Reassembly::default();
    reassembly.begin(0);
    reassembly.end(4);
    assert!(!reassembly.is_complete());
    reassembly.push(1, b"abc", 0, &mut |_| {});
    assert!(reassembly.is_complete());
}
