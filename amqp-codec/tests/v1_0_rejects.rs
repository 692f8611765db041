//! What AMQP 1.0 refuses: the bytes, the kind, the offset, the condition; and the borders of what it takes.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and some measure time"
)]

#[path = "vectors/octets.rs"]
mod octets;

use amqp_codec::v1_0::{Class, DecodeError, DecodeErrorKind, Decoder, Encoded, Frame, Limits, Message, Section, Side};
use octets::octets as hex;

fn value(octets: &[u8]) -> Result<(), DecodeError> {
    let mut rest = octets;
    Encoded::decode(&mut rest, &Limits::default())
        .map(|value| assert_eq!(value.as_bytes().len() + rest.len(), octets.len()))
}

fn section(octets: &[u8]) -> Result<(), DecodeError> {
    Section::decode(&mut { octets }, &Limits::default()).map(drop)
}

fn message(octets: &[u8]) -> Result<(), DecodeError> {
    Message::decode(octets, &Limits::default()).map(drop)
}

fn frame(octets: &[u8]) -> Result<(), DecodeError> {
    Decoder::established(None, Limits::default())
        .decode(&mut { octets })
        .map(|frame| assert!(frame.is_some(), "incomplete"))
}

fn refused(decode: impl Fn(&[u8]) -> Result<(), DecodeError>, rows: &[(&str, &str, usize, &str)]) {
    for (octets, kind, offset, condition) in rows {
        let error = decode(&hex(octets)).expect_err(octets);
        assert_eq!(
            (format!("{:?}", error.kind).as_str(), error.offset, error.reply().condition),
            (*kind, *offset, *condition),
            "{octets}"
        );
    }
}

const DECODE: &str = "amqp:decode-error";
const FIELD: &str = "amqp:invalid-field";
const FRAMING: &str = "amqp:connection:framing-error";
const LIMIT: &str = "amqp:resource-limit-exceeded";

#[test]
fn values_are_refused() {
    refused(
        value,
        &[
            // Constructors that nobody assigned, in every subcategory.
            ("01", "UnknownConstructor", 0, DECODE),
            ("3f", "UnknownConstructor", 0, DECODE),
            ("46", "UnknownConstructor", 0, DECODE),
            ("4f", "UnknownConstructor", 0, DECODE),
            ("5700", "UnknownConstructor", 0, DECODE),
            ("620000", "UnknownConstructor", 0, DECODE),
            ("7500000000", "UnknownConstructor", 0, DECODE),
            ("850000000000000000", "UnknownConstructor", 0, DECODE),
            ("99", "UnknownConstructor", 0, DECODE),
            ("a200", "UnknownConstructor", 0, DECODE),
            ("b200000000", "UnknownConstructor", 0, DECODE),
            ("c20100", "UnknownConstructor", 0, DECODE),
            ("d200000000", "UnknownConstructor", 0, DECODE),
            ("e10100", "UnknownConstructor", 0, DECODE),
            ("ff", "UnknownConstructor", 0, DECODE),
            // Values cut short.
            ("", "Truncated", 0, DECODE),
            ("50", "Truncated", 1, DECODE),
            ("60ff", "Truncated", 1, DECODE),
            ("a1", "Truncated", 1, DECODE),
            ("a103 6162", "Truncated", 2, DECODE),
            ("b0ffffffff61", "Truncated", 5, DECODE),
            ("c0", "Truncated", 1, DECODE),
            ("d00000", "Truncated", 1, DECODE),
            ("00", "Truncated", 1, DECODE),
            ("005324", "Truncated", 3, DECODE),
            // Scalars out of their range.
            ("5602", "InvalidBoolean", 1, DECODE),
            ("56ff", "InvalidBoolean", 1, DECODE),
            ("730000d800", "InvalidChar", 1, DECODE),
            ("730000dfff", "InvalidChar", 1, DECODE),
            ("7300110000", "InvalidChar", 1, DECODE),
            ("a102c3 28", "InvalidUtf8", 2, DECODE),
            ("a103616280", "InvalidUtf8", 4, DECODE),
            ("a103eda080", "InvalidUtf8", 2, DECODE),
            ("a103efbbbf", "ByteOrderMark", 2, DECODE),
        ],
    );
    refused(value, &[("a30180", "NonAsciiSymbol", 2, DECODE)]);
}

#[test]
fn sizes_that_disagree_with_what_they_measure_are_refused() {
    refused(
        value,
        &[
            ("c000", "SizeMismatch", 1, DECODE),
            ("d00000000300 0000", "SizeMismatch", 1, DECODE),
            ("c0020040", "SizeMismatch", 3, DECODE),
            ("c0030140 40", "SizeMismatch", 4, DECODE),
            ("c0020240", "Truncated", 4, DECODE),
            ("c004014040", "Truncated", 2, DECODE),
            ("c0 04 01 c0 03 01 40", "Truncated", 5, DECODE),
            ("e000", "SizeMismatch", 1, DECODE),
            ("e00100", "Truncated", 3, DECODE),
        ],
    );
    refused(
        value,
        &[
            ("e00302 5001", "Truncated", 4, DECODE),
            ("e0040150 0102", "SizeMismatch", 5, DECODE),
            ("e003014000", "SizeMismatch", 4, DECODE),
            ("e002014f", "UnknownConstructor", 3, DECODE),
            ("e0020046", "UnknownConstructor", 3, DECODE),
            ("e004025600 02", "InvalidBoolean", 5, DECODE),
            ("e0060173 0000d800", "InvalidChar", 4, DECODE),
            ("e00401a1 01ff", "InvalidUtf8", 5, DECODE),
            ("e00401a3 01ff", "NonAsciiSymbol", 5, DECODE),
            ("e00401c1 0101", "OddMap", 4, DECODE),
            // Maps.
            ("c1020140", "OddMap", 0, DECODE),
            ("c10403404040", "OddMap", 0, DECODE),
            ("c10904a1016140a1016140", "DuplicateKey", 7, DECODE),
            ("c1050440404040", "DuplicateKey", 5, DECODE),
            // The same ulong in two widths; the same text in two widths.
            ("c10e04 5301 40 80 0000000000000001 40", "DuplicateKey", 6, DECODE),
            ("c10c04 a10161 40 b100000001 61 40", "DuplicateKey", 7, DECODE),
            ("c1060442405600 40", "DuplicateKey", 5, DECODE),
            // Described values.
            ("0053", "Truncated", 2, DECODE),
            ("00 5324 4f", "UnknownConstructor", 3, DECODE),
            ("00 4f 45", "UnknownConstructor", 1, DECODE),
            // Limits of ours.
            ("f000000005ffffffff40", "ArrayTooLong", 9, LIMIT),
            ("f0 00000005 00010001 45", "ArrayTooLong", 9, LIMIT),
        ],
    );
}

#[test]
fn values_at_the_border_are_taken() {
    for octets in [
        "5600",
        "5601",
        "730010ffff",
        "7300000000",
        "a100",
        "a000",
        "a300",
        "b100000000",
        "b300000000",
        "45",
        "c00100",
        "c10100",
        "d00000000400000000",
        "d10000000400000000",
        "e0020040",
        "e00200a3",
        "f0000000050000000071",
        "f0 00000005 00010000 40",
        // Arrays of every zero-width constructor, of described elements, of arrays, of maps, of described lists.
        "e0020541",
        "e0020542",
        "e0020543",
        "e0020544",
        "e0020545",
        "e00802 00 a10161 52 01 02",
        "e00802 e0 020140 020140",
        "e00802 c1 0100 03024041",
        "e009 02 00 5324 c0 0100 0100",
        "e006 00 00 a10161 a1",
        // Descriptors of reserved types, described descriptors, a described value in a map's key.
        "0040 40",
        "00 00 5301 5302 40",
        "c10602 00 5301 45 40",
        "c109 04 a10161 40 a30161 40",
        // A string and a symbol are different keys, and so are uint and ulong, true and the string.
        "c10704 5201 40 5301 40 ",
        "c10b 04 00 5301 40 40 00 5302 40 40",
    ] {
        let octets = hex(octets);
        let mut rest = &octets[..];
        let value =
            Encoded::decode(&mut rest, &Limits::default()).unwrap_or_else(|error| panic!("{octets:02x?}: {error}"));
        assert!(rest.is_empty(), "{octets:02x?}");
        assert_eq!(value.as_bytes(), octets);
    }
}

#[test]
fn sections_are_refused() {
    refused(
        section,
        &[
            ("005370c00706404040404040", "TooManyFields", 3, DECODE),
            ("005370c00401a10178", "WrongFieldType", 6, DECODE),
            ("005370c002014f", "UnknownConstructor", 6, DECODE),
            ("005370c0040241", "Truncated", 5, DECODE),
            ("005370c003014141", "SizeMismatch", 7, DECODE),
            ("005370a000", "WrongFieldType", 3, DECODE),
            ("00537545", "WrongFieldType", 3, DECODE),
            ("005375a10161", "WrongFieldType", 3, DECODE),
            ("00537845", "WrongFieldType", 3, DECODE),
            ("005376c10100", "WrongFieldType", 3, DECODE),
            ("a1026869", "NotASection", 0, DECODE),
            ("0053ff45", "NotASection", 0, DECODE),
            ("00531045", "NotASection", 0, DECODE),
            ("005323c006017000000005", "NotASection", 0, DECODE),
            ("00 a104 61626364 45", "NotASection", 0, DECODE),
            ("005371c103024041", "WrongKeyType", 6, DECODE),
            ("005372c105 02 a10161 40", "WrongKeyType", 6, DECODE),
            ("005374c106025301a10178", "WrongKeyType", 6, DECODE),
            ("005374c10502a1016b45", "WrongMapValue", 9, DECODE),
            ("005374c10702a1016bc10100", "WrongMapValue", 9, DECODE),
            ("005374c10802a1016be0020040", "WrongMapValue", 9, DECODE),
            ("005371c10e02a30872656a6563746564a10178", "WrongMapValue", 3, DECODE),
            // properties: message-id of a wrong type, a string where a symbol belongs.
            ("005373c0030152 01", "WrongFieldType", 6, DECODE),
            ("005373c00a0740404040 4040a10161", "WrongFieldType", 12, DECODE),
        ],
    );
}

#[test]
fn messages_are_refused() {
    refused(
        message,
        &[
            ("005377a1026869005377a102686f", "SectionOrder", 7, DECODE),
            ("005375a002686900537645", "SectionOrder", 7, DECODE),
            ("0053704500537045", "SectionOrder", 4, DECODE),
            ("00537045 005378c10100 005375a0026869", "SectionOrder", 10, DECODE),
            ("005375a0026869 00537345", "SectionOrder", 7, DECODE),
            ("00537345 005372c10100 005377 40", "SectionOrder", 4, DECODE),
            ("005378c10100 005378c10100", "SectionOrder", 6, DECODE),
            ("00537045 005373c0", "Truncated", 8, DECODE),
            ("005375a0026869 0053ff45", "NotASection", 7, DECODE),
            ("005370c0020141", "NoBody", 7, DECODE),
            ("005378c10100", "NoBody", 6, DECODE),
        ],
    );
    for octets in ["", "005375a000", "005375a000005375a00161", "00537645 00537645", "00537740 005378c10100"] {
        message(&hex(octets)).unwrap_or_else(|error| panic!("{octets}: {error}"));
    }
}

#[test]
fn frames_are_refused() {
    refused(
        frame,
        &[
            ("00000000", "FrameTooShort", 0, FRAMING),
            ("00000007", "FrameTooShort", 0, FRAMING),
            ("00010001", "FrameTooLarge", 0, FRAMING),
            ("ffffffff", "FrameTooLarge", 0, FRAMING),
            ("0000000e00000000", "DataOffsetTooSmall", 4, FRAMING),
            ("0000000e01000000", "DataOffsetTooSmall", 4, FRAMING),
            ("0000000804000000", "DataOffsetTooLarge", 4, FRAMING),
            ("00000008ff000000", "DataOffsetTooLarge", 4, FRAMING),
            ("0000000802020000", "UnknownFrameType", 5, FRAMING),
            ("0000000802010000", "EmptySaslFrame", 8, FRAMING),
            ("0000000c02000000 00531945", "UnknownPerformative", 8, FRAMING),
            ("0000000c02000000 00534045", "UnknownPerformative", 8, FRAMING),
            ("0000000c02010000 00531045", "UnknownPerformative", 8, FRAMING),
            ("0000000902000000 45", "UnknownPerformative", 8, FRAMING),
            ("0000000c02000000 005310c0", "PerformativeCut", 8, FRAMING),
            ("0000000c02000000 00531045", "MissingPerformativeField", 12, FIELD),
            ("0000000e02000000 005310c00100", "MissingPerformativeField", 14, FIELD),
            ("0000000f02000000 005310c0020140", "MissingPerformativeField", 14, FIELD),
            ("0000001102000001 005310c00401a10161", "OpenNotOnChannelZero", 8, FRAMING),
            ("0000001202000000 005310c00401a10161 40", "UnexpectedPayload", 17, DECODE),
            ("0000001a02000000 005310c00d 0ba10161 404040404040404040 40", "TooManyFields", 11, DECODE),
            ("0000001402000000 005310c007 03a10161 40 a300", "WrongFieldType", 18, DECODE),
            // attach: a sender without initial-delivery-count; settle modes beyond their choices.
            ("0000001302000000 005312c00603a101614342", "NoInitialDeliveryCount", 8, FIELD),
            ("0000001502000000 005312c00804a10161434150 03", "InvalidChoice", 19, FIELD),
            // begin: handle-max null is its default; next-outgoing-id null is missing.
            ("0000001202000000 005311c0050440404040", "MissingPerformativeField", 15, FIELD),
            // flow: link state without a handle.
            ("0000001502000000 005313c00807 40434343404043", "FlowWithoutHandle", 8, FIELD),
            // disposition: a state that is no delivery state.
            ("0000001602000000 005315c00905 41 43 40 41 00531045", "WrongComposite", 18, DECODE),
            ("0000001602000000 005315c00905 41 43 40 41 0053ff45", "WrongComposite", 18, DECODE),
            ("0000001302000000 005315c00605 41 43 40 41 45", "WrongComposite", 18, DECODE),
            // An error without its condition is a composite's fault, not the performative's.
            ("0000001002000000 005318c00301 00534f", "Truncated", 16, DECODE),
        ],
    );
    refused(
        frame,
        &[
            ("0000001202000000 005318c00501 00531d45", "MissingField", 18, DECODE),
            // sasl-mechanisms: none is not enough.
            ("0000000f02010000 005340c0020140", "MissingPerformativeField", 14, FIELD),
            ("0000001202010000 005340c00501e00200a3", "MissingPerformativeField", 14, FIELD),
            ("0000001402010000 005340c00701 e00401a10161", "WrongFieldType", 14, DECODE),
            ("0000001002010000 005344c003015005", "InvalidChoice", 14, FIELD),
            ("0000001102010000 005344c003015000 40", "UnexpectedPayload", 16, DECODE),
        ],
    );
}

#[test]
fn delivery_tags_end_at_32_octets() {
    for (len, taken) in [(32usize, true), (33, false)] {
        let mut octets = hex("0000000002000000 005314c000 0343 43 a0");
        octets.push(u8::try_from(len).unwrap());
        octets.extend(vec![7; len]);
        octets[12] = u8::try_from(octets.len() - 13).unwrap();
        let size = u32::try_from(octets.len()).unwrap();
        octets[..4].copy_from_slice(&size.to_be_bytes());
        let result = frame(&octets);
        assert_eq!(result.is_ok(), taken, "{len}: {result:?}");
        if let Err(error) = result {
            assert_eq!((error.kind, error.reply().condition), (DecodeErrorKind::DeliveryTagTooLong, FIELD));
        }
    }
}

#[test]
fn protocol_headers_are_judged_octet_by_octet() {
    let mut rows = 0;
    for (octets, kind, offset) in [
        ("47", DecodeErrorKind::NotAmqp, 0),
        ("414d5151", DecodeErrorKind::NotAmqp, 3),
        ("414d515001", DecodeErrorKind::UnknownProtocol, 4),
        ("414d515004", DecodeErrorKind::UnknownProtocol, 4),
        ("414d51500000", DecodeErrorKind::UnsupportedVersion, 5),
        ("414d515000010001", DecodeErrorKind::UnsupportedVersion, 7),
        ("414d515000000901", DecodeErrorKind::UnsupportedVersion, 5),
    ] {
        let error = Decoder::new(Side::Server, Limits::default()).decode(&mut &hex(octets)[..]).expect_err(octets);
        assert_eq!((error.kind, error.offset), (kind, offset), "{octets}");
        assert!(error.reply().send_header);
        rows += 1;
    }
    assert_eq!(rows, 7);
}

#[test]
fn layers_follow_each_other() {
    let stream = hex(concat!(
        "414d515003010000",
        "0000001502010000005340c00801a305504c41494e",
        "0000001002010000005344c003015000",
        "414d515000010000",
        "0000001102000000005310c00401a10161",
        "0000000802000000",
    ));
    let mut decoder = Decoder::new(Side::Client, Limits::default());
    let mut rest = &stream[..];
    let mut names = Vec::new();
    while let Some(frame) = decoder.decode(&mut rest).unwrap() {
        names.push(frame.name());
    }
    assert_eq!(names, ["protocol-header", "sasl-mechanisms", "sasl-outcome", "protocol-header", "open", "empty-frame"]);
    assert!(rest.is_empty());

    // A SASL frame from the wrong side; an AMQP frame in the SASL layer; the reverse.
    let wrong = |side, octets: &str| {
        let octets = hex(octets);
        let (mut decoder, mut rest) = (Decoder::new(side, Limits::default()), &octets[..]);
        loop {
            match decoder.decode(&mut rest) {
                Ok(frame) => assert!(frame.is_some()),
                Err(error) => return (error.kind, error.reply().condition),
            }
        }
    };
    let mechanisms = "0000001502010000005340c00801a305504c41494e";
    assert_eq!(
        wrong(Side::Server, &format!("414d515003010000{mechanisms}")),
        (DecodeErrorKind::SaslDirection, "amqp:illegal-state")
    );
    assert_eq!(wrong(Side::Client, "414d515003010000 0000000802000000"), (DecodeErrorKind::WrongFrameType, FRAMING));
    assert_eq!(
        wrong(Side::Client, &format!("414d515000010000{mechanisms}")),
        (DecodeErrorKind::WrongFrameType, FRAMING)
    );
}

#[test]
fn frames_are_small_before_open() {
    let max = |size: u32, after_open: bool, sasl: bool| {
        let mut octets = hex(if sasl { "414d515003010000" } else { "414d515000010000" });
        if after_open {
            octets.extend(hex("0000001102000000005310c00401a10161"));
        }
        octets.extend(size.to_be_bytes());
        let mut decoder = Decoder::new(Side::Server, Limits::default());
        let mut rest = &octets[..];
        loop {
            match decoder.decode(&mut rest) {
                Ok(Some(_)) => {}
                Ok(None) => return None,
                Err(error) => return Some(error.kind),
            }
        }
    };
    assert_eq!(max(512, false, false), None);
    assert_eq!(max(513, false, false), Some(DecodeErrorKind::FrameTooLarge));
    assert_eq!(max(65_536, true, false), None);
    assert_eq!(max(65_537, true, false), Some(DecodeErrorKind::FrameTooLarge));
    assert_eq!(max(512, false, true), None);
    assert_eq!(max(513, false, true), Some(DecodeErrorKind::FrameTooLarge));
}

#[test]
fn the_extended_header_is_ignored() {
    let octets = hex("0000001503000000deadbeef 005310c00401a10161");
    let frame = Decoder::established(None, Limits::default()).decode(&mut &octets[..]).unwrap().unwrap();
    assert!(matches!(&*frame, Frame::Amqp { channel: 0, .. }), "{frame:?}");
}

#[test]
fn limits_of_channel_and_handle_hold() {
    let limits = Limits { max_channel: 3, max_handle: 7, ..Limits::default() };
    let kind = |octets: &str| match Decoder::established(None, limits).decode(&mut &hex(octets)[..]) {
        Ok(frame) => frame.map(|_| DecodeErrorKind::ALL[0]).and(None),
        Err(error) => Some((error.kind, error.reply().condition)),
    };
    assert_eq!(kind("0000000802000003"), None);
    assert_eq!(kind("0000000802000004"), Some((DecodeErrorKind::ChannelTooHigh, FRAMING)));
    assert_eq!(kind("0000001002000000005316c003015207"), None);
    assert_eq!(kind("0000001002000000005316c003015208"), Some((DecodeErrorKind::HandleTooHigh, FRAMING)));
}

#[test]
fn strict_annotations_detach() {
    let strict = Limits { strict_annotations: true, ..Limits::default() };
    let octets = hex("005372c106025301a10176");
    assert!(Section::decode(&mut &octets[..], &Limits::default()).is_ok());
    let error = Section::decode(&mut &octets[..], &strict).unwrap_err();
    assert_eq!(error.reply().condition, "amqp:not-implemented");
    let known = hex("005372c10d02a307782d6f70742d61a10176");
    assert!(Section::decode(&mut &known[..], &strict).is_ok());
}

#[test]
fn every_kind_has_a_condition_of_the_specification() {
    for kind in DecodeErrorKind::ALL {
        assert!(kind.condition().starts_with("amqp:"), "{kind:?}");
        assert_eq!(kind.name(), format!("{kind:?}"));
        let limit = kind.statement().starts_with("Limits::");
        assert!(limit || kind.statement().starts_with("AMQP 1.0 §"), "{kind:?}");
        assert!(!limit || kind.class() == Class::Limit, "{kind:?}");
    }
}
