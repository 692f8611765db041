//! The tables against IANA's registries.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use std::path::PathBuf;

use coap_codec::registry::content_format::{CONTENT_FORMATS, ContentFormat};
use coap_codec::registry::{self, Format, OPTIONS, OscoreClass, Repeat};
use coap_codec::{Code, OptionNumber};

/// A file of the test data, which is not part of the repository.
fn data(path: &str) -> Option<String> {
    let root = std::env::var_os("CODEC_DATA").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")));
    let text = std::fs::read_to_string(root.join("data/coap/iana").join(path)).ok();
    if text.is_none() {
        println!("skipped: {path} is not there");
    }
    text
}

/// The records of a CSV file, without the first.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => field.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(core::mem::take(&mut field)),
            '\n' if !quoted => {
                record.push(core::mem::take(&mut field).trim_end_matches('\r').to_owned());
                records.push(core::mem::take(&mut record));
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() {
        record.push(field);
        records.push(record);
    }
    records.split_off(1)
}

#[test]
fn option_numbers_are_those_of_iana() {
    let Some(text) = data("option-numbers.csv") else { return };
    let named: Vec<(u16, String)> = records(&text)
        .into_iter()
        .filter(|r| !matches!(r[1].as_str(), "Unassigned" | "Reserved") && !r[1].starts_with("Reserved"))
        .map(|r| (r[0].parse().unwrap(), r[1].clone()))
        .collect();
    let ours: Vec<(u16, String)> =
        OPTIONS.iter().filter(|info| !info.draft).map(|info| (info.number.0, info.name.to_owned())).collect();
    assert_eq!(ours, named);
    assert_eq!(ours.len(), 33);
    for record in records(&text).iter().filter(|r| r[1] == "Reserved") {
        assert!(registry::is_reserved(OptionNumber(record[0].parse().unwrap())));
    }
}

#[test]
fn codes_are_those_of_iana() {
    for file in ["codes-method.csv", "codes-response.csv", "codes-signaling.csv"] {
        let Some(text) = data(file) else { return };
        for record in records(&text) {
            let Ok(code) = record[0].parse::<Code>() else { continue };
            let name = Some(record[1].as_str()).filter(|name| *name != "Unassigned");
            assert_eq!(code.name(), name, "{}", record[0]);
        }
    }
    let count = |class: fn(Code) -> bool| Code::REGISTERED.iter().filter(|(code, _)| class(*code)).count();
    assert_eq!([count(Code::is_request), count(Code::is_response), count(Code::is_signaling)], [7, 27, 5]);
}

#[test]
fn content_formats_are_those_of_iana() {
    let Some(text) = data("content-formats.csv") else { return };
    let mut seen = 0;
    for record in records(&text) {
        let Ok(id) = record[3].parse::<u16>() else { continue };
        let media_type = record[0].split(" (TEMPORARY").next().unwrap();
        if media_type == "Unassigned" || media_type.starts_with("Reserved") {
            assert_eq!(ContentFormat(id).info(), None);
            continue;
        }
        let info = ContentFormat(id).info().unwrap();
        assert_eq!((info.media_type, info.coding), (media_type.trim(), record[1].as_str()));
        assert_eq!(ContentFormat::from_media_type(media_type, &record[1]), Some(ContentFormat(id)), "{media_type}");
        seen += 1;
    }
    assert_eq!((seen, CONTENT_FORMATS.len()), (119, 119));
}

#[test]
fn the_low_numbers_are_found_by_their_place() {
    for number in (0..=u16::MAX).map(OptionNumber) {
        let info = OPTIONS.iter().find(|info| info.number == number);
        assert_eq!(registry::option(number), info);
        assert_eq!(number.name().and_then(OptionNumber::from_name), info.map(|info| info.number));
    }
    assert!(OPTIONS.is_sorted_by_key(|info| info.number));
}

/// RFC 7252 table 4, columns C, U, N.
#[test]
fn the_bits_of_the_number_say_what_table_4_says() {
    let marks = |info: &registry::OptionInfo| {
        let number = info.number;
        [(number.is_critical(), 'C'), (number.is_unsafe(), 'U'), (number.is_no_cache_key(), 'N')]
            .into_iter()
            .filter(|(set, _)| *set)
            .map(|(_, mark)| mark)
            .collect::<String>()
    };
    let expected = [
        (1, "C"),
        (3, "CU"),
        (4, ""),
        (5, "C"),
        (6, "U"),
        (7, "CU"),
        (8, ""),
        (9, "C"),
        (11, "CU"),
        (12, ""),
        (13, "C"),
        (14, "U"),
        (15, "CU"),
        (16, ""),
        (17, "C"),
        (19, "CU"),
        (20, ""),
        (21, "C"),
        (23, "CU"),
        (27, "CU"),
        (28, "N"),
        (31, "CU"),
        (35, "CU"),
        (39, "CU"),
        (60, "N"),
        (235, "CU"),
        (239, "CU"),
        (252, "N"),
        (258, "U"),
        (292, ""),
        (2049, "C"),
        (2053, "C"),
        (2055, "CU"),
        (2056, ""),
    ];
    let ours: Vec<(u16, String)> = OPTIONS.iter().map(|info| (info.number.0, marks(info))).collect();
    let expected: Vec<(u16, String)> = expected.iter().map(|(number, marks)| (*number, (*marks).to_owned())).collect();
    assert_eq!(ours, expected);
}

#[test]
fn formats_lengths_and_defaults_are_those_of_the_specifications() {
    let row = |name: &str| {
        let info = OptionNumber::from_name(name).unwrap().info().unwrap();
        (info.format, info.min_len, info.max_len, info.repeat, info.default, info.oscore)
    };
    assert_eq!(row("If-Match"), (Format::Opaque, 0, 8, Repeat::Yes, None, OscoreClass::E));
    assert_eq!(row("ETag"), (Format::Opaque, 1, 8, Repeat::Requests, None, OscoreClass::E));
    assert_eq!(row("Uri-Host"), (Format::String, 1, 255, Repeat::No, None, OscoreClass::U));
    assert_eq!(row("Max-Age"), (Format::Uint, 0, 4, Repeat::No, Some(60), OscoreClass::EU));
    assert_eq!(row("Hop-Limit"), (Format::Uint, 1, 1, Repeat::No, Some(16), OscoreClass::U));
    assert_eq!(row("Proxy-Uri"), (Format::String, 1, 1034, Repeat::No, None, OscoreClass::U));
    assert_eq!(row("Echo"), (Format::Opaque, 1, 40, Repeat::No, None, OscoreClass::EU));
    assert_eq!(row("Request-Tag"), (Format::Opaque, 0, 8, Repeat::Yes, None, OscoreClass::EU));
    assert_eq!(row("Q-Block2").3, Repeat::Requests);
    assert_eq!(row("If-None-Match").0, Format::Empty);
}
