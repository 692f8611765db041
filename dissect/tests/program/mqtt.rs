//! `--hex --proto mqtt`, and the public vectors if they are at hand.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{hex, run};

/// One unit; the answer without its line number.
fn one(arguments: &[&str], unit: &str) -> Value {
    let mut all = vec!["--proto", "mqtt"];
    all.extend(arguments);
    let output = hex(&all, unit);
    let mut answer = output.json().remove(0);
    assert_eq!(answer.as_object_mut().unwrap().shift_remove("line"), Some(1.into()));
    assert_eq!(output.status, u8::from(answer["status"] != "ok"));
    answer
}

#[test]
fn a_whole_packet_is_ok_and_comes_back() {
    assert_eq!(
        one(&["--mqtt-version", "4", "--from", "client"], "320a0003612f62000a686921"),
        json!({"status": "ok", "consumed": 12, "type": "PUBLISH",
            "fields": {"dup": false, "qos": 1, "retain": false, "topic": "a/b", "packet_id": 10,
                "payload": {"len": 3, "hex": "686921", "text": "hi!"}},
            "reencoded": "320a0003612f62000a686921"})
    );
}

#[test]
fn a_connect_says_its_version_itself() {
    let unit = "101a00064d514973647003c2003c0003616263000175000470617373";
    assert_eq!(
        one(&[], unit),
        json!({"status": "ok", "consumed": 28, "type": "CONNECT",
            "fields": {"protocol_name": "MQIsdp", "version": 3, "clean_start": true, "keep_alive": 60, "client_id": "abc",
                "username": "u", "password": "<redacted 4 B>"},
            "reencoded": unit})
    );
    let several = one(&[], "101000044d5154540502003c000003616263c000");
    assert_eq!((&several["status"], &several["consumed"]), (&"ok".into(), &20.into()));
    assert_eq!(several["messages"][0]["fields"]["version"], 5);
    assert_eq!(several["messages"][1], json!({"type": "PINGREQ", "consumed": 2, "fields": {}, "reencoded": "c000"}));
}

#[test]
fn a_unit_is_explained_field_by_field() {
    let output = hex(&["--explain", "--proto", "mqtt", "--mqtt-version", "4"], "32070003612f620007c000\n3003000161\n");
    let lines: Vec<&str> = output.out.lines().collect();
    assert_eq!((output.status, lines.len()), (0, 11), "{}", output.out);
    let expected = [
        "  0000  32                       first byte: PUBLISH QoS 1",
        "  0001  07                       Remaining Length: 7",
        "  0002  00 03 61 2f 62           Topic Name: \"a/b\"",
        "  0007  00 07                    Packet Identifier: 7",
        "  0000  c0                       first byte: PINGREQ",
        "  0001  00                       Remaining Length: 0",
    ];
    assert_eq!(lines[1..7], expected);
    assert_eq!(serde_json::from_str::<Value>(lines[0]).unwrap()["status"], "ok");
    assert_eq!(serde_json::from_str::<Value>(lines[7]).unwrap()["status"], "ok");
    assert_eq!(lines[10], "  0002  00 01 61                 Topic Name: \"a\"");

    // A refused one says where; without the option there is nothing but the object.
    let refused = hex(&["--explain", "--proto", "mqtt"], "360400016100").out;
    assert!(refused.ends_with("      QoS 3 at 0000 [MQTT-3.3.1-4]\n"), "{refused}");
    assert_eq!(hex(&["--proto", "mqtt"], "c000").out.lines().count(), 1);
    assert_eq!(hex(&["--explain", "--proto", "coap"], "40010001").out.lines().count(), 1, "no such view");
}

#[test]
fn properties_are_listed_in_wire_order_with_their_numbers() {
    let answer = one(&["--from", "client"], "30190003612f62110101020000003c260001610001622300077869");
    assert_eq!(answer["status"], "ok", "{answer}");
    assert_eq!(
        answer["fields"]["properties"],
        json!([
            {"id": 1, "name": "payload_format_indicator", "value": 1},
            {"id": 2, "name": "message_expiry_interval", "value": 60},
            {"id": 38, "name": "user_property", "key": "a", "value": "b"},
            {"id": 35, "name": "topic_alias", "value": 7}
        ])
    );
}

#[test]
fn half_a_packet_is_incomplete() {
    assert_eq!(one(&[], "30"), json!({"status": "incomplete", "consumed": 0, "needed": 1}));
    assert_eq!(one(&[], "300700"), json!({"status": "incomplete", "consumed": 0, "needed": 6}));
    assert_eq!(one(&[], "30ffffff7f"), json!({"status": "incomplete", "consumed": 0, "needed": 268_435_455}));
    let after = one(&[], "c00030");
    assert_eq!((&after["status"], &after["consumed"], &after["needed"]), (&"incomplete".into(), &2.into(), &1.into()));
    assert_eq!(after["messages"][0]["type"], "PINGREQ");
}

#[test]
fn what_is_refused_names_the_reply_of_its_version() {
    let error = |arguments: &[&str], unit| {
        let answer = one(arguments, unit);
        assert_eq!((&answer["status"], &answer["consumed"]), (&"error".into(), &0.into()), "{answer}");
        let error = &answer["error"];
        assert_eq!(error.get("recoverable"), None);
        format!("{} {} {}", error["kind"].as_str().unwrap(), error["offset"], error["reply"].as_str().unwrap())
    };
    assert_eq!(error(&["--mqtt-version", "5"], "c001aa"), "TrailingBytes 2 0x81");
    assert_eq!(error(&["--mqtt-version", "5"], "36050001612f62"), "InvalidQoS 0 0x81");
    assert_eq!(error(&["--mqtt-version", "4"], "36050001612f62"), "InvalidQoS 0 close");
    assert_eq!(error(&["--mqtt-version", "4"], "100c00044d51545409020000000161"), "UnsupportedVersion 8 0x01");
    assert_eq!(error(&["--mqtt-version", "5"], "100c00044d51545409020000000161"), "UnsupportedVersion 8 0x84");
    assert_eq!(error(&["--mqtt-version", "5"], "0000"), "ReservedPacketType 0 0x81");
    assert_eq!(error(&["--from", "server"], "c000"), "WrongDirection 0 0x82");
    assert_eq!(error(&["--mqtt-version", "5"], "30ffffffff"), "IntegerTooLong 1 0x81");
}

#[test]
fn what_is_refused_but_answerable_is_shown_with_its_fields() {
    let publish = one(&["--mqtt-version", "5"], "320900032b2f6200010068");
    assert_eq!((&publish["type"], &publish["consumed"]), (&"PUBLISH".into(), &11.into()));
    assert_eq!((&publish["error"]["reply"], &publish["error"]["recoverable"]), (&"0x90".into(), &true.into()));
    assert_eq!(publish["fields"]["topic"], "+/b");
    let subscribe = one(&["--mqtt-version", "4"], "820800010003612b6200");
    assert_eq!((&subscribe["error"]["reply"], &subscribe["error"]["offset"]), (&"0x80".into(), &6.into()));
    assert_eq!(subscribe["fields"]["subscriptions"][0]["error"], "MisplacedWildcard");
    let v5 = one(&["--mqtt-version", "5"], "82090001000003612b6200");
    assert_eq!((&v5["error"]["reply"], &v5["error"]["offset"]), (&"0x8f".into(), &7.into()));
    let v3 = one(&["--mqtt-version", "4"], "300500032b2f62");
    assert_eq!((&v3["error"]["reply"], v3["error"].get("recoverable")), (&"close".into(), None));
}

#[test]
fn without_from_either_side_may_have_sent_it() {
    assert_eq!(one(&["--mqtt-version", "4"], "20020000")["fields"]["return_code"], 0);
    assert_eq!(one(&["--mqtt-version", "4"], "c000")["type"], "PINGREQ");
    assert_eq!(one(&["--mqtt-version", "4"], "d000")["type"], "PINGRESP");
    assert_eq!(one(&["--mqtt-version", "4", "--from", "server"], "c000")["error"]["kind"], "WrongDirection");
}

#[test]
fn bad_messages_of_a_capture_are_errors_and_the_rest_is_read() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mqtt-badinput.pcap.gz");
    let output = run(&["--json", file], b"");
    let lines = output.json();
    let errors: Vec<&Value> = lines.iter().filter(|line| line["type"] == "ERROR").collect();
    assert!(errors.len() > 30, "{}", errors.len());
    for error in errors {
        assert!(
            error["error"]["kind"].is_string()
                && error["error"]["offset"].is_u64()
                && error["error"]["reply"].is_string()
        );
        assert!(error.get("fields").is_none());
    }
    // The servers' answers are read in the version of the CONNECT that was refused.
    assert!(lines.iter().filter(|line| line["type"] == "CONNACK").count() >= 50);
}

#[test]
fn raw_streams_are_read_by_side() {
    let connack = [0x20, 3, 0, 0, 0];
    let server = run(&["--json", "--from", "server", "--proto", "mqtt", "-"], &connack);
    assert_eq!(server.types(), ["CONNACK"]);
    assert_eq!((&server.json()[0]["src"], &server.json()[0]["frame"]), (&"server".into(), &Value::Null));
    let old = run(&["--json", "--from", "server", "--proto", "mqtt", "-"], &[0x20, 2, 0, 0, 0xd0, 0]);
    assert_eq!(old.types(), ["CONNACK", "PINGRESP"]);
    assert_eq!(old.json()[0]["fields"]["return_code"], 0);
}

/// The directory with third-party data: `CODEC_DATA`, or `../shared` beside the repository.
fn vectors() -> Option<PathBuf> {
    let base = std::env::var_os("CODEC_DATA")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")), PathBuf::from);
    Some(base.join("data/mqtt/mqtt_vectors.tsv")).filter(|path| path.exists())
}

#[test]
fn the_public_vectors_get_their_verdicts() {
    let Some(path) = vectors() else {
        println!("skipped: no mqtt_vectors.tsv");
        return;
    };
    let text = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut judged = 0;
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let [id, version, dir, expect, class, code, .., unit] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("{line}")
        };
        let from: &[&str] = match dir {
            "c2s" => &["--from", "client"],
            "s2c" => &["--from", "server"],
            _ => &[],
        };
        let answer = one(&[&["--mqtt-version", version], from].concat(), unit);
        judged += 1;
        let status = answer["status"].as_str().unwrap();
        let is_right = match expect {
            "accept" => status == "ok" || class == "may",
            "incomplete" => status == "incomplete",
            _ => {
                let reply = answer["error"]["reply"].as_str().unwrap_or_default();
                let named = code
                    .split('|')
                    .any(|code| reply.eq_ignore_ascii_case(&format!("0x{}", code.trim_start_matches("0x"))));
                status == "error" && (version != "5" || code.is_empty() || named) || class == "may"
            }
        };
        if !is_right {
            wrong.push(format!("{id} expected {expect} {code}: {answer}"));
        }
    }
    assert!(judged > 500, "{judged}");
    assert!(wrong.is_empty(), "{} of {judged}:\n{}", wrong.len(), wrong.join("\n"));
}
