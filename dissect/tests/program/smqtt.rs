//! Envelopes inside PUBLISH packets, and `--hex --proto smqtt`.

use serde_json::{Value, json};

use crate::{captures, hex, run};

/// The objects of the bundled capture that are envelopes.
fn envelopes() -> Vec<Value> {
    let output = run(&["--json", captures().join("smqtt.pcap").to_str().unwrap()], b"");
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    let all = output.json();
    assert_eq!(all.iter().filter(|object| object["type"] == "PUBLISH").count(), 10);
    all.into_iter().filter(|object| object["proto"] == "smqtt").collect()
}

#[test]
fn every_publish_of_the_capture_holds_an_envelope() {
    let envelopes = envelopes();
    let types: Vec<&str> = envelopes.iter().filter_map(|object| object["type"].as_str()).collect();
    assert_eq!(
        types,
        [
            "PublicParams",
            "RegisterRequest",
            "RegisterResponse",
            "SelfContained",
            "EpochNotice",
            "KeyAnnounce",
            "Data",
            "Data",
            "Data",
            "KeyRequest"
        ]
    );
    let (announce, data) = (&envelopes[5]["fields"], &envelopes[7]["fields"]);
    assert_eq!(announce["labels"], json!(["room=\"kitchen\"", "gen=2"]));
    assert_eq!(announce["topic"], "house/kitchen/temperature");
    assert_eq!(announce["credential"]["filters"], json!(["house/kitchen/#"]));
    assert_eq!((&data["suite"], &data["counter"]), (&"AES-256-GCM".into(), &1.into()));
    assert_eq!(data["key_id"], announce["key_id"]);
}

/// The payloads of the capture as hex.
fn payloads() -> Vec<String> {
    let output = run(&["--json", captures().join("smqtt.pcap").to_str().unwrap()], b"");
    let payload = |object: &Value| object["fields"]["payload"].clone();
    let whole = |payload: &Value| payload["cut"].is_null();
    let all = output.json().iter().map(payload).filter(whole).collect::<Vec<_>>();
    all.iter().filter_map(|payload| payload["hex"].as_str().map(str::to_owned)).collect()
}

#[test]
fn a_unit_comes_back_byte_for_byte_and_cut_is_refused_where_it_ends() {
    let payloads = payloads();
    assert!(payloads.len() >= 9, "{}", payloads.len());
    for unit in &payloads {
        let answer = hex(&["--proto", "smqtt"], unit).json().remove(0);
        assert_eq!((&answer["status"], &answer["reencoded"]), (&"ok".into(), &unit.as_str().into()));
        let open_ended = matches!(answer["type"].as_str(), Some("Data" | "SelfContained"));
        let lines: Vec<&str> = (2..unit.len()).step_by(2).map(|cut| &unit[..cut]).collect();
        let answers = hex(&["--proto", "smqtt"], &lines.join("\n")).json();
        for (answer, line) in answers.iter().zip(&lines) {
            // Ciphertexts have no length of their own.
            if answer["status"] == "ok" && open_ended {
                continue;
            }
            assert_eq!(answer["status"], "error", "{line}");
            assert_eq!(answer["error"]["kind"], "Truncated", "{line}");
            assert_eq!(answer["error"]["reply"], "ignore");
            assert_eq!(answer["error"]["offset"], line.len() / 2);
        }
    }
}

#[test]
fn malformed_units_are_refused_at_their_place() {
    let data = "f5110104 0102030405060708 00 00000000000000000000000000000000";
    for (unit, kind, offset) in [
        ("f4110104", "NotAnEnvelope", 0),
        ("f5210104", "UnknownVersion", 1),
        ("f5010104", "UnknownVersion", 1),
        ("f51b0104", "UnknownType", 1),
        ("f5110504", "UnknownSuite", 2),
        ("f5180100", "UnknownSuite", 2),
        ("f511010c", "UnknownFlag", 3),
        ("f5110110", "UnknownFlag", 3),
        ("f5120104", "UnknownFlag", 3),
        ("f5110104 0102030405060708 8000 00000000000000000000000000000000", "VarintNotMinimal", 12),
        ("f5110104 0102030405060708 ffffffffffffffff7f 00000000000000000000000000000000", "VarintTooLong", 12),
        ("f5110104 0102030405060708 00 000000000000000000000000000000", "Truncated", 28),
        ("f5110105 0102030405060708 00 00000000000000000000000000000000", "Truncated", 29),
        ("f5180000 0102030405060708 00", "TrailingBytes", 12),
        ("f5140000 03", "BadField", 4),
        ("f5140000 01 0001 ff", "NotUtf8", 5),
        ("f5140000 01 0000 0001 0003 612f23 ffff", "Truncated", 16),
        ("f5140000 01 0000 0001 0002 2361", "BadFilter", 9),
        ("f5140000 01 0000 0041", "LimitExceeded", 7),
    ] {
        let answer = hex(&["--proto", "smqtt"], unit).json().remove(0);
        let error = &answer["error"];
        assert_eq!((&error["kind"], &error["offset"]), (&kind.into(), &offset.into()), "{unit}");
    }
    assert_eq!(hex(&["--proto", "smqtt"], data).json()[0]["status"], "ok");
}
