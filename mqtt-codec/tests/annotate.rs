//! The annotated view: its fields cover every packet, and it shows no secrets.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use mqtt_codec::{Annotated, Decoder, Deviations, FieldValue, Limits, Packet, Role, Version};

#[path = "support/data.rs"]
mod data;

fn decoder(role: Role, version: Version, first: u8) -> Decoder {
    match (first >> 4, role) {
        (1, Role::Server) => Decoder::new(role, Limits::default()),
        _ => Decoder::established(role, version, Limits::default()),
    }
}

/// The fields follow each other from the first byte to the last.
fn assert_tiles(annotated: &Annotated<'_>, len: usize) {
    let mut at = 0;
    for field in annotated {
        assert_eq!(field.range.start, at, "a gap before {}", field.name);
        assert!(!field.range.is_empty(), "{} is empty", field.name);
        at = field.range.end;
    }
    assert_eq!((at, annotated.bytes().len()), (len, len));
}

/// How many properties the packet has, those of a will included.
fn properties(packet: &Packet<'_>) -> usize {
    let will = if let Packet::Connect(connect) = packet { connect.will() } else { None };
    packet.properties().iter().count() + will.map_or(0, |will| will.properties.iter().count())
}

/// Every vector, accepted or not, for either side, at every length.
#[test]
fn the_fields_tile_every_vector() {
    let Some(lines) = data::lines("data/mqtt/mqtt_vectors.tsv") else { return };
    let mut decoded = 0;
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let version = match columns[1] {
            "3" => Version::V3_1,
            "4" => Version::V3_1_1,
            _ => Version::V5_0,
        };
        let bytes = data::hex(columns[8]);
        for role in [Role::Client, Role::Server] {
            let mut decoder = decoder(role, version, bytes[0]).allow(Deviations::ALL);
            let annotated = decoder.annotate(&bytes);
            let mut input = &bytes[..];
            match decoder.decode(&mut input) {
                Ok(Some(packet)) => {
                    assert_tiles(&annotated, bytes.len() - input.len());
                    assert_eq!((annotated.missing(), annotated.error()), (0, None));
                    let unread = |field: &&mqtt_codec::Field<'_>| field.value == FieldValue::Unread;
                    assert_eq!(annotated.iter().find(unread), None, "{}: {annotated}", columns[0]);
                    let property = |field: &&mqtt_codec::Field<'_>| matches!(field.value, FieldValue::Property(_));
                    assert_eq!(annotated.iter().filter(property).count(), properties(&packet), "{annotated}");
                    decoded += 1;
                }
                Ok(None) => assert!(annotated.missing() > 0 && annotated.error().is_none()),
                Err(error) => {
                    assert_eq!(annotated.error(), Some(error));
                    assert!(annotated.to_string().contains(&error.kind.to_string()));
                }
            }
            for len in 0..bytes.len() {
                let annotated = decoder.annotate(&bytes[..len]);
                assert_tiles(&annotated, annotated.bytes().len());
            }
        }
    }
    assert!(decoded > 150, "only {decoded} decoded");
}

#[test]
fn every_kind_of_value_has_a_text() {
    let connect = b"\x10\x2d\x00\x04MQTT\x05\xce\x00\x3c\x05\x11\x00\x00\x00\x3c\x00\x01c\x05\x18\x00\x00\x00\x05\x00\x01w\x00\x02hi\x00\x03ada\x00\x06secret";
    let text = decoder(Role::Server, Version::V5_0, 0x10).annotate(connect).to_string();
    let expected = "\
0000  10                       first byte: CONNECT
0001  2d                       Remaining Length: 45
0002  00 04 4d 51 54 54        Protocol Name: \"MQTT\"
0008  05                       Protocol Version: 5
0009  ce                       Connect Flags: 0xce, User Name, Password, Will QoS 1, Will, Clean Start
000a  00 3c                    Keep Alive: 60
000c  05                       Property Length: 5
000d  11 00 00 00 3c           Session Expiry Interval: 60
0012  00 01 63                 Client Identifier: \"c\"
0015  05                       Will Property Length: 5
0016  18 00 00 00 05           Will Delay Interval: 5
001b  00 01 77                 Will Topic: \"w\"
001e  00 02 68 69              Will Payload: b\"hi\"
0022  00 03 61 64 61           User Name: \"ada\"
0027  .. .. .. .. .. .. .. ..  Password: <redacted>
";
    assert_eq!(text, expected);

    let line = |role, bytes: &[u8], number: usize| {
        let text = decoder(role, Version::V5_0, bytes[0]).annotate(bytes).to_string();
        text.lines().nth(number).unwrap()[31..].to_owned()
    };
    assert_eq!(line(Role::Client, b"\x20\x03\x01\x00\x00", 2), "Connect Acknowledge Flags: 0x01, Session Present");
    assert_eq!(line(Role::Client, b"\x20\x03\x00\x87\x00", 3), "Reason Code: Not authorized (0x87)");
    assert_eq!(line(Role::Server, b"\x3b\x06\0\x01a\0\x07\0", 0), "first byte: PUBLISH QoS 1 DUP RETAIN");
    assert_eq!(line(Role::Server, b"\xc1\x00", 0), "first byte: PINGREQ with flags 0b0001");
    let subscribe = b"\x82\x0a\x00\x07\x00\x00\x04a/+/\x1e";
    let options = "Subscription Options: QoS 2, No Local, Retain As Published, Retain Handling 1";
    assert_eq!(line(Role::Server, subscribe, 5), options);
}

#[test]
fn secrets_stay_secret_and_long_fields_short() {
    // A password that is cut off, and one behind a field that cannot be read.
    for bytes in [
        &b"\x10\x1a\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01c\x00\x01u\x00\x06secr"[..],
        b"\x10\x1a\x00\x04MQTT\x04\xc2\x00\x3c\x00\x01c\x00\x01\xff\x00\x06secret",
    ] {
        let text = decoder(Role::Server, Version::V3_1_1, 0x10).annotate(bytes).to_string();
        assert!(!text.contains("73 65 63 72") && text.contains(".. .."), "{text}");
    }
    let auth = b"\xf0\x0c\x18\x0a\x15\x00\x01m\x16\x00\x03key";
    let text = decoder(Role::Server, Version::V5_0, 0xf0).annotate(auth).to_string();
    assert!(text.contains("Authentication Data: <redacted>") && !text.contains("6b 65 79"), "{text}");

    let mut publish = b"\x30\x2b\x00\x01a".to_vec();
    publish.extend([b'x'; 40]);
    let decoder = decoder(Role::Server, Version::V3_1_1, 0x30);
    let (short, long) = (decoder.annotate(&publish).to_string(), format!("{:#}", decoder.annotate(&publish)));
    assert_eq!((short.lines().count(), long.lines().count()), (3 + 4 + 1, 3 + 5));
    assert!(short.contains("and so on, 40 B") && short.ends_with("      8 bytes more\n"), "{short}");
}

#[test]
fn a_refused_packet_is_shown_with_its_fault() {
    let decoder = decoder(Role::Server, Version::V5_0, 0x30);
    let text = decoder.annotate(b"\x30\x09\x00\x01a\x05\x99\x00\x00\x00\x00").to_string();
    let expected = "\
0000  30                       first byte: PUBLISH QoS 0
0001  09                       Remaining Length: 9
0002  00 01 61                 Topic Name: \"a\"
0005  05                       Property Length: 5
0006  99 00 00 00 00           Property: not read
      unknown property at 0006 [§2.2.2.2]
";
    assert_eq!(text, expected);
    let text = decoder.annotate(b"\x30\x09\x00\x03a").to_string();
    assert!(text.ends_with("0002  00 03 61                 rest: not read\n      6 bytes are missing\n"), "{text}");
}
