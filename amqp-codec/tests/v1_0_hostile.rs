//! Hostile input: depth, counts, sizes, time, memory. Each line of the record of bad-input classes that concerns AMQP 1.0's bytes.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and some measure time"
)]

use amqp_codec::v1_0::{DecodeErrorKind, Decoder, Encoded, Limits, Message, Value};

/// `levels` values around a null, each made by `wrap`.
fn nest(levels: usize, wrap: impl Fn(&[u8]) -> Vec<u8>) -> Vec<u8> {
    (0..levels).fold(vec![0x40], |inner, _| wrap(&inner))
}

fn wide(code: u8, count: u32, constructor: &[u8], inner: &[u8]) -> Vec<u8> {
    let mut out = vec![code];
    out.extend(u32::try_from(4 + constructor.len() + inner.len()).unwrap().to_be_bytes());
    out.extend(count.to_be_bytes());
    out.extend(constructor);
    out.extend(inner);
    out
}

fn kind(octets: &[u8], limits: &Limits) -> Option<DecodeErrorKind> {
    Encoded::decode(&mut { octets }, limits).err().map(|error| error.kind)
}

type Wrap = fn(&[u8]) -> Vec<u8>;

const WRAPS: [(&str, Wrap); 6] = [
    ("list", |inner| wide(0xd0, 1, &[], inner)),
    ("map", |inner| wide(0xd1, 2, &[0x40], inner)),
    ("array", |inner| match inner {
        [0x40] => wide(0xf0, 1, &[0x40], &[]),
        [code, data @ ..] => wide(0xf0, 1, &[*code], data),
        [] => Vec::new(),
    }),
    ("described value", |inner| [&[0x00, 0x53, 0x01], inner].concat()),
    ("descriptor", |inner| [&[0x00], inner, &[0x40]].concat()),
    ("array of described", |inner| [&[0xe0, 0x00, 0x01, 0x00][..], inner, &[0x40]].concat()),
];

#[test]
fn depth_is_limited_and_exact() {
    for (name, wrap) in &WRAPS[..5] {
        for max in [1u8, 2, 31, 32, 63, 64] {
            let limits = Limits { max_depth: max, ..Limits::default() };
            assert_eq!(kind(&nest(usize::from(max), wrap), &limits), None, "{name} {max}");
            assert_eq!(
                kind(&nest(usize::from(max) + 1, wrap), &limits),
                Some(DecodeErrorKind::TooDeep),
                "{name} {max}"
            );
        }
    }
    // More than the fixed stack is never asked for.
    let limits = Limits { max_depth: 255, ..Limits::default() };
    assert_eq!(kind(&nest(65, WRAPS[0].1), &limits), Some(DecodeErrorKind::TooDeep));
    assert_eq!(
        kind(&nest(2, WRAPS[0].1), &Limits { max_depth: 0, ..Limits::default() }),
        Some(DecodeErrorKind::TooDeep)
    );
}

#[test]
fn a_chain_of_descriptors_in_an_array_is_depth() {
    let chain = |len: usize| {
        let constructor = [[0x00, 0x40].repeat(len), vec![0x40]].concat();
        wide(0xf0, 1, &constructor, &[])
    };
    let limits = Limits { max_depth: 8, ..Limits::default() };
    assert_eq!(kind(&chain(7), &limits), None);
    assert_eq!(kind(&chain(8), &limits), Some(DecodeErrorKind::TooDeep));
    // The depth comes back when the array ends.
    let list = wide(0xd0, 40, &[], &chain(6).repeat(40));
    assert_eq!(kind(&list, &limits), None);
}

#[test]
fn everything_fits_a_stack_of_64_kib() {
    let work = || {
        let limits = Limits { max_depth: 64, ..Limits::default() };
        for (_, wrap) in &WRAPS[..5] {
            for levels in [64, 65, 5_000] {
                let octets = nest(levels, wrap);
                if let Ok(value) = Encoded::decode(&mut &octets[..], &limits) {
                    assert!(!value.to_string().is_empty());
                    assert_eq!(value.clone(), value);
                    assert!(!format!("{value:?}").is_empty());
                    assert!(!value.canonical().as_bytes().is_empty());
                }
            }
        }
        // Ten million octets of descriptors.
        let chain = vec![0u8; 10_000_000];
        assert_eq!(kind(&chain, &limits), Some(DecodeErrorKind::TooDeep));
    };
    std::thread::Builder::new().stack_size(64 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_zero_width_array_costs_nothing() {
    let limits = Limits { max_zero_width: u32::MAX, ..Limits::default() };
    let octets = [0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x40];
    let start = std::time::Instant::now();
    for _ in 0..1_000 {
        let value = Encoded::decode(&mut &octets[..], &limits).unwrap();
        let Value::Array(array) = value.value() else { panic!("not an array") };
        assert_eq!(array.len(), 0xffff_ffff);
        assert!(array.as_bytes().is_empty());
    }
    assert!(start.elapsed() < core::time::Duration::from_secs(60), "a loop over the elements would take hours");
    // Many of them, in an array of arrays: still no loop over their elements.
    let inner = [5u8, 0xff, 0xff, 0xff, 0xff, 0x40].map(|octet| octet);
    let many = wide(0xf0, 1_000, &[0xf0], &[&[0, 0, 0][..], &inner].concat().repeat(1_000));
    assert_eq!(kind(&many, &limits), None);
}

#[test]
fn counts_and_sizes_beyond_the_data_end_at_once() {
    let limits = Limits::default();
    for octets in [
        &[0xd0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff][..],
        &[0xd0, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xff],
        &[0xd1, 0, 0, 0, 4, 0xff, 0xff, 0xff, 0xfe],
        &[0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0x80],
        &[0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0xb0],
        &[0xf0, 0, 0, 0, 5, 0xff, 0xff, 0xff, 0xff, 0xd0],
        &[0xb0, 0xff, 0xff, 0xff, 0xff],
    ] {
        assert_eq!(kind(octets, &limits), Some(DecodeErrorKind::Truncated), "{octets:02x?}");
    }
}

/// `large` does sixteen times the work of `small`, which a machine that has others to serve may do in 64 times the time; work in squares
/// would take 256 times as long. One attempt of many has to succeed.
fn assert_linear(name: &str, mut small: impl FnMut(), mut large: impl FnMut()) {
    let time = |work: &mut dyn FnMut()| {
        let start = std::time::Instant::now();
        work();
        start.elapsed().as_secs_f64()
    };
    let mut ratios = (0..20).map(|_| time(&mut large) / time(&mut small).max(1e-9));
    assert!(ratios.any(|ratio| ratio < 64.0), "{name} grows faster than its input");
}

#[test]
fn time_is_linear() {
    let limits = Limits::default();
    let lists = |count: u32| wide(0xd0, count, &[], &[0xc0, 1, 0].repeat(usize::try_from(count).unwrap()));
    let nested = |count: u32| wide(0xd0, count, &[], &[0xc0, 4, 1, 0xc0, 1, 0].repeat(usize::try_from(count).unwrap()));
    let maps = |count: u32| {
        let map: Vec<u8> = [vec![0xc1, 193, 128], (0..64u8).flat_map(|key| [0x50, key, 0x40]).collect()].concat();
        wide(0xd0, count, &[], &map.repeat(usize::try_from(count).unwrap()))
    };
    let big_map = |count: u32| {
        let pairs: Vec<u8> =
            (0..count / 2).flat_map(|key| [&[0x70][..], &key.to_be_bytes(), &[0x40]].concat()).collect();
        wide(0xd1, count, &[], &pairs)
    };
    let arrays = |count: u32| wide(0xf0, count, &[0xe0], &[3, 1, 0x50, 7].repeat(usize::try_from(count).unwrap()));
    for (name, make) in [
        ("lists", &lists as &dyn Fn(u32) -> Vec<u8>),
        ("nested", &nested),
        ("maps", &maps),
        ("big map", &big_map),
        ("arrays", &arrays),
    ] {
        let (small, large) = (make(500), make(8_000));
        let decode = |octets: &[u8]| assert_eq!(kind(octets, &limits), None, "{name}");
        assert_linear(name, || decode(&small), || decode(&large));
    }
    let sections = |count: usize| [0x00, 0x53, 0x75, 0xa0, 0x00].repeat(count);
    let (small, large) = (sections(500), sections(8_000));
    let decode = |octets: &[u8]| assert!(Message::decode(octets, &limits).is_ok());
    assert_linear("sections", || decode(&small), || decode(&large));
}

/// A transfer of so many octets, from its first octet to its last.
fn one_octet_at_a_time(len: u16, decode: impl Fn(&mut Decoder, &mut &[u8]) -> bool) {
    let size = u32::from(len).to_be_bytes();
    let head = [&size[..], &[2, 0, 0, 0, 0, 0x53, 0x14, 0xc0, 2, 1, 0x43]].concat();
    let stream = [&head[..], &vec![7; usize::from(len) - head.len()]].concat();
    let mut decoder = Decoder::established(None, Limits::default());
    let (mut start, mut done) = (0, 0);
    for end in 0..=stream.len() {
        let mut input = &stream[start..end];
        while decode(&mut decoder, &mut input) {
            done += 1;
        }
        start = end - input.len();
    }
    assert!(done > 0 && start == stream.len());
}

#[test]
fn one_octet_at_a_time_is_linear() {
    let frame = |decoder: &mut Decoder, input: &mut &[u8]| decoder.decode(input).unwrap().is_some();
    assert_linear("frames", || one_octet_at_a_time(4_000, frame), || one_octet_at_a_time(64_000, frame));
    let piece = |decoder: &mut Decoder, input: &mut &[u8]| decoder.decode_piece(input).unwrap().is_some();
    assert_linear("pieces", || one_octet_at_a_time(4_000, piece), || one_octet_at_a_time(64_000, piece));
}

#[test]
fn sections_are_limited() {
    let limits = Limits { max_sections: 3, ..Limits::default() };
    let section = [0x00, 0x53, 0x75, 0xa0, 0x00];
    assert!(Message::decode(&section.repeat(3), &limits).is_ok());
    let error = Message::decode(&section.repeat(4), &limits).unwrap_err();
    assert_eq!(
        (error.kind, error.offset, error.reply().condition),
        (DecodeErrorKind::TooManySections, 15, "amqp:resource-limit-exceeded")
    );
}

#[test]
fn maps_of_64_pairs_are_compared_and_larger_ones_are_not() {
    let map = |pairs: u8| {
        let items: Vec<u8> = (0..pairs).flat_map(|key| [0x50, if key + 1 == pairs { 0 } else { key }, 0x40]).collect();
        wide(0xd1, u32::from(pairs) * 2, &[], &items)
    };
    for pairs in [2, 8, 9, 64] {
        assert_eq!(kind(&map(pairs), &Limits::default()), Some(DecodeErrorKind::DuplicateKey), "{pairs}");
    }
    assert_eq!(kind(&map(65), &Limits::default()), None);
}

#[test]
fn secrets_stay_out_of_debug() {
    let octets =
        [0, 0, 0, 0x23, 2, 1, 0, 0, 0, 0x53, 0x41, 0xc0, 0x16, 2, 0xa3, 5, b'P', b'L', b'A', b'I', b'N', 0xa0, 12, 0];
    let octets = [&octets[..], b"guest\0guest"].concat();
    let frame = Decoder::established(None, Limits::default()).decode(&mut &octets[..]).unwrap().unwrap();
    for text in [format!("{frame:?}"), frame.to_string(), format!("{:?}", frame.clone().into_owned())] {
        assert!(!text.contains("guest") && text.contains("<redacted 12 B>"), "{text}");
    }
}
