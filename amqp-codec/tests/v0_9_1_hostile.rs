//! Every class of bad input that has hurt an AMQP decoder: what must happen here. The stack of these tests is 64 KiB.
#![allow(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::too_many_lines,
    reason = "a test says where it fails by panicking, and some measure time"
)]

use std::time::{Duration, Instant};

use amqp_codec::v0_9_1::method::{basic, connection};
use amqp_codec::v0_9_1::routing::{TopicTable, topic};
use amqp_codec::v0_9_1::{
    Array, ContentAssembly, ContentHeader, DecodeErrorKind, Decoder, Dialect, EncodeError, Encoder, FieldTable, Frame,
    Gathered, Gatherer, Limits, Sensitive, ShortStr, Step, Tags, Value,
};

/// Runs on a thread whose stack is 64 KiB.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(64 << 10).spawn(test).unwrap().join().unwrap();
}

/// A table (or array) within a table, and so on, as octets.
fn nest(depth: usize, tag: u8) -> Vec<u8> {
    // From the inside outwards, built in one pass: lengths are known beforehand.
    let mut octets = Vec::new();
    let field = |is_array: bool| if is_array { 5 } else { 7 };
    let mut lens = vec![0_usize];
    for level in 1..depth {
        let inner = lens[level - 1];
        lens.push(inner + field(tag == b'A' && level != depth - 1));
    }
    octets.extend_from_slice(&u32::try_from(lens[depth - 1]).unwrap().to_be_bytes());
    for level in (0..depth - 1).rev() {
        let in_array = tag == b'A' && level != depth - 2;
        if !in_array {
            octets.extend_from_slice(&[1, b'a']);
        }
        octets.push(tag);
        octets.extend_from_slice(&u32::try_from(lens[level]).unwrap().to_be_bytes());
    }
    octets
}

fn decode(octets: &[u8], dialect: Dialect) -> Result<FieldTable<'_>, DecodeErrorKind> {
    FieldTable::decode(octets, &dialect, &Limits::default()).map_err(|error| error.kind)
}

#[test]
fn nesting_neither_recurses_nor_passes_the_limit() {
    on_a_small_stack(|| {
        for tag in [b'F', b'A'] {
            for dialect in [Dialect::SPEC, Dialect::RABBITMQ] {
                assert!(decode(&nest(64, tag), dialect).is_ok());
                assert_eq!(decode(&nest(65, tag), dialect), Err(DecodeErrorKind::NestedTooDeep));
                assert_eq!(decode(&nest(20_000, tag), dialect), Err(DecodeErrorKind::NestedTooDeep));
            }
            // The deepest that is accepted: printed, compared, copied, dropped, on this stack.
            let octets = nest(64, tag);
            let table = decode(&octets, Dialect::RABBITMQ).unwrap();
            let copy = table.clone().into_owned();
            assert_eq!(copy, table);
            assert_eq!(format!("{copy:?}"), copy.to_string());
            // Pushing it would make it one too deep.
            let mut outer = FieldTable::new(Tags::RabbitMq);
            let pushed = outer.push(&ShortStr::new("a").unwrap(), &Value::Table(table));
            assert_eq!(pushed, Err(EncodeError::NestedTooDeep));
            assert!(outer.is_empty());
        }
    });
}

#[test]
fn slices_within_slices_are_bounded() {
    fn wrap(depth: usize, inner: Array<'_>) -> Result<usize, EncodeError> {
        let items = [Value::Array(inner)];
        let outer = Array::from_items(Tags::RabbitMq, &items)?;
        if depth == 0 { Ok(outer.content_len()) } else { wrap(depth - 1, outer) }
    }
    assert!(wrap(14, Array::EMPTY).is_ok());
    assert_eq!(wrap(40, Array::EMPTY), Err(EncodeError::NestedTooDeep));
}

#[test]
fn sizes_are_announced_in_vain() {
    // A frame of 4 GiB, a table of 4 GiB, a long string of 4 GiB: nothing waits for them, nothing is allocated.
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    let head = [1, 0, 1, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(decoder.decode(&mut head.as_slice()).unwrap_err().kind, DecodeErrorKind::FrameTooLarge);
    assert_eq!(decode(&[0xff, 0xff, 0xff, 0xff], Dialect::RABBITMQ), Err(DecodeErrorKind::ArgumentsCutShort));
    assert_eq!(
        decode(&[0, 0, 0, 7, 1, b'a', b'x', 0xff, 0xff, 0xff, 0xff], Dialect::RABBITMQ),
        Err(DecodeErrorKind::FieldCutShort)
    );
    // A body of 16 EiB: the header is a header, the assembly refuses.
    let header = ContentHeader { body_size: u64::MAX, ..ContentHeader::default() };
    let mut assembly = ContentAssembly::new(Limits::default().max_body_size);
    assembly.accept(&Frame::method(1, basic::Publish::default())).unwrap();
    let error = assembly.accept(&Frame::Header { channel: 1, header }).unwrap_err();
    assert_eq!((error.kind, error.reply().code.0), (DecodeErrorKind::ContentTooLarge, 311));
}

#[test]
fn bodies_neither_overshoot_nor_follow_the_last_octet() {
    let body = |len: usize| Frame::Body { channel: 1, payload: vec![0; len].into() };
    let begin = |size: u64| {
        let mut assembly = ContentAssembly::new(100);
        assert_eq!(assembly.accept(&Frame::method(1, basic::Publish::default())), Ok(Step::Begin));
        let header = ContentHeader { body_size: size, ..ContentHeader::default() };
        let step = assembly.accept(&Frame::Header { channel: 1, header });
        assert_eq!(step, Ok(Step::Header { last: size == 0 }));
        assembly
    };
    let mut assembly = begin(5);
    assert_eq!(assembly.accept(&body(3)), Ok(Step::Body { last: false }));
    // RabbitMQ sends empty bodies between others.
    assert_eq!(assembly.accept(&body(0)), Ok(Step::Body { last: false }));
    let error = assembly.accept(&body(3)).unwrap_err();
    assert_eq!((error.kind, error.offset, error.reply().code.0), (DecodeErrorKind::BodyTooLong, 9, 501));
    assert_eq!(assembly.accept(&body(2)), Ok(Step::Body { last: true }));
    assert_eq!(assembly.accept(&body(0)).unwrap_err().reply().code.0, 505);
    assert_eq!(begin(0).accept(&body(1)).unwrap_err().kind, DecodeErrorKind::BodyWithoutHeader);
}

#[test]
fn frames_that_do_not_belong() {
    use DecodeErrorKind as K;
    let publish = || Frame::method(1, basic::Publish::default());
    let ack = || Frame::method(1, basic::Ack::default());
    let header = || Frame::Header { channel: 1, header: ContentHeader { body_size: 1, ..ContentHeader::default() } };
    let body = || Frame::Body { channel: 1, payload: (&[0_u8]).into() };
    let run = |frames: Vec<Frame<'static>>| {
        let mut assembly = ContentAssembly::new(100);
        let mut last = Ok(Step::Alone);
        for frame in frames {
            last = assembly.accept(&frame);
        }
        last.map_err(|error| {
            assert_eq!(error.reply().code.0, 505);
            error.kind
        })
    };
    assert_eq!(run(vec![header()]), Err(K::HeaderWithoutMethod));
    assert_eq!(run(vec![body()]), Err(K::BodyWithoutHeader));
    assert_eq!(run(vec![ack(), header()]), Err(K::HeaderWithoutMethod));
    assert_eq!(run(vec![publish(), publish()]), Err(K::MethodInsteadOfHeader));
    assert_eq!(run(vec![publish(), body()]), Err(K::BodyInsteadOfHeader));
    assert_eq!(run(vec![publish(), header(), ack()]), Err(K::MethodInsteadOfBody));
    assert_eq!(run(vec![publish(), header(), header()]), Err(K::HeaderInsteadOfBody));
    assert_eq!(
        run(vec![publish(), Frame::Heartbeat, header(), Frame::Heartbeat, body()]),
        Ok(Step::Body { last: true })
    );
}

#[test]
fn messages_are_gathered() {
    let mut gatherer = Gatherer::new(100);
    assert_eq!(gatherer.accept(Frame::Heartbeat), Ok(None));
    let publish = basic::Publish { routing_key: "k".try_into().unwrap(), ..Default::default() };
    assert_eq!(gatherer.accept(Frame::method(1, publish.clone())), Ok(None));
    let header = ContentHeader { body_size: 5, ..ContentHeader::default() };
    assert_eq!(gatherer.accept(Frame::Header { channel: 1, header: header.clone() }), Ok(None));
    assert_eq!(gatherer.accept(Frame::Body { channel: 1, payload: b"hel".into() }), Ok(None));
    let whole = gatherer.accept(Frame::Body { channel: 1, payload: b"lo".into() }).unwrap();
    assert_eq!(whole, Some(Gathered::Content { method: publish.into(), header, body: "hello".into() }));
    let ack = basic::Ack { delivery_tag: 1, multiple: false };
    assert_eq!(gatherer.accept(Frame::method(1, ack.clone())), Ok(Some(Gathered::Method(ack.into()))));
}

/// A key and patterns that make backtracking explode: both matchers stay far below a second.
#[test]
fn wildcards_do_not_combine() {
    let key = vec!["a"; 127].join(".");
    let pattern = vec!["#.a"; 60].join(".") + ".b";
    let start = Instant::now();
    for _ in 0..100 {
        assert!(!topic(pattern.as_bytes(), key.as_bytes()));
    }
    let mut table = TopicTable::new();
    for many in 1..60 {
        table.insert((vec!["#.*.a"; many].join(".") + ".b").as_bytes(), many);
        table.insert(vec!["#"; many].join(".").as_bytes(), many);
    }
    let mut found = 0;
    for _ in 0..100 {
        table.matches(key.as_bytes(), |_| found += 1);
    }
    assert_eq!(found, 5_900);
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
}

#[test]
fn lengths_do_not_wrap_on_the_way_out() {
    let long = "x".repeat(256);
    assert_eq!(ShortStr::new(&long), Err(EncodeError::ShortStringTooLong));
    let text = "x".repeat(4_000);
    let items = [(ShortStr::new("k").unwrap(), Value::text(&text))];
    let arguments = FieldTable::from_items(Tags::RabbitMq, &items).unwrap();
    let declare = amqp_codec::v0_9_1::method::queue::Declare { arguments, ..Default::default() };
    let mut out = Vec::new();
    let frame = Frame::method(1, declare);
    let mut encoder = Encoder::new();
    assert!(encoder.encode(&frame, &mut out).is_ok());
    // One octet less than it needs: refused, and nothing written. Methods cannot be split.
    let len = out.len();
    encoder.tuned(u32::try_from(len).unwrap() - 1);
    out.clear();
    let error = encoder.encode(&frame, &mut out);
    assert_eq!(error, Err(EncodeError::FrameTooLarge { len, frame_max: u32::try_from(len).unwrap() - 1 }));
    assert!(out.is_empty());
    let mut small = [0_u8; 100];
    encoder.tuned(0);
    assert_eq!(encoder.encode(&frame, &mut small.as_mut_slice()), Err(EncodeError::BufferTooSmall { needed: len }));
    assert_eq!(small, [0; 100]);
}

#[test]
fn credentials_do_not_show() {
    let secrets: [Frame<'_>; 3] = [
        Frame::method(0, connection::StartOk { response: Sensitive::from(b"hunter2"), ..Default::default() }),
        Frame::method(0, connection::SecureOk { response: Sensitive::from(b"hunter2") }),
        Frame::method(0, connection::UpdateSecret { new_secret: Sensitive::from(b"hunter2"), ..Default::default() }),
    ];
    for frame in secrets {
        for text in [format!("{frame:?}"), format!("{frame:#?}"), frame.to_string()] {
            assert!(!text.contains("hunter2") && !text.contains("104, 117") && text.contains("<redacted>"), "{text}");
        }
    }
}

/// One octet at a time costs as many steps as there are octets, not their square: time for ten times the input is about tenfold.
#[test]
fn a_trickle_costs_linear_time() {
    let run = |len: usize| {
        let mut octets = vec![3, 0, 1];
        octets.extend_from_slice(&u32::try_from(len).unwrap().to_be_bytes());
        octets.resize(len + 7, b'x');
        octets.push(0xCE);
        let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
        decoder.tuned(0, 0);
        for end in 0..octets.len() {
            let mut input = &octets[..end];
            assert!(decoder.decode(&mut input).unwrap().is_none());
            assert!(decoder.needed() <= octets.len() - end);
        }
        let mut input = octets.as_slice();
        assert!(decoder.decode(&mut input).unwrap().is_some());
    };
    let start = Instant::now();
    for _ in 0..20 {
        run(131_000);
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn hostile_seeds_of_others_end_in_an_answer() {
    let shared = std::env::var_os("CODEC_DATA").map_or_else(
        || std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"),
        std::path::PathBuf::from,
    );
    let Ok(entries) = std::fs::read_dir(shared.join("data/amqp/fuzz/rabbitmq-c/input")) else {
        println!("skipped: no seeds of rabbitmq-c");
        return;
    };
    for entry in entries {
        let octets = std::fs::read(entry.unwrap().path()).unwrap();
        for dialect in [Dialect::SPEC, Dialect::RABBITMQ, Dialect::LENIENT] {
            let mut decoder = Decoder::new(dialect, Limits::default());
            let mut input = octets.as_slice();
            while let Ok(Some(frame)) = decoder.decode(&mut input) {
                assert!(!frame.to_string().is_empty());
            }
            let _ = decode(&octets, dialect);
        }
    }
}
