//! What the bundled captures say according to Wireshark: every message, in order, field by field.

use serde_json::Value;

use crate::{captures, run, unpacked};

/// The values of a field in Wireshark's dissection of a message, in order.
struct Pdu(Value);

impl Pdu {
    fn all(&self, name: &str) -> Vec<&str> {
        let fields = self.0["fields"].as_array().unwrap().iter();
        fields.filter(|field| field[0] == name).map(|field| field[1].as_str().unwrap()).collect()
    }

    fn one(&self, name: &str) -> Option<&str> {
        self.all(name).first().copied()
    }

    fn number(&self, name: &str) -> Option<u64> {
        let value = self.one(name)?;
        Some(
            value
                .strip_prefix("0x")
                .map_or_else(|| value.parse().unwrap(), |hex| u64::from_str_radix(hex, 16).unwrap()),
        )
    }

    fn flag(&self, name: &str) -> Option<bool> {
        self.one(name).map(|value| value == "1")
    }

    /// A text that tshark printed without escapes or words of its own.
    fn text(&self, name: &str) -> Option<&str> {
        self.one(name).filter(|text| is_plain(text))
    }
}

fn is_plain(text: &str) -> bool {
    !text.contains('\\') && !text.ends_with(": ")
}

/// `61:62` as `6162`.
fn hex(colons: &str) -> String {
    colons.replace(':', "")
}

/// Compares if tshark has the field; ours must then have it too.
fn same<T: Into<Value>>(ours: &Value, theirs: Option<T>, what: &str, pdu: &Value) {
    if let Some(theirs) = theirs {
        assert_eq!(*ours, theirs.into(), "{what} of {pdu}");
    }
}

#[test]
fn every_message_of_the_captures_is_what_wireshark_says() {
    for name in ["mqtt-v31", "mqtt-v311", "mqtt-v5", "mqtt-v5-properties", "mqtt-v5-auth"] {
        let capture = captures().join(format!("{name}.pcap.gz"));
        let output = run(&["--json", capture.to_str().unwrap()], b"");
        assert_eq!((output.status, output.err.as_str()), (0, ""), "{name}");
        let ours = output.json();
        let theirs = pdus(name);
        assert_eq!(ours.len(), theirs.len(), "{name}");
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours["frame"], theirs.0["frame"], "{ours} {}", theirs.0);
            compare(ours, theirs);
        }
    }
}

#[test]
fn the_websocket_capture_holds_what_wireshark_says_of_its_unwrapped_bytes() {
    let capture = captures().join("mqtt-websocket.pcap.gz");
    let output = run(&["--json", capture.to_str().unwrap()], b"");
    assert_eq!((output.status, output.err.as_str()), (0, ""));
    let theirs = pdus("mqtt-websocket");
    // The unwrapped file has frames of its own: the order within each direction of each connection is what must agree.
    let mut ports: Vec<String> = Vec::new();
    let mut ours: Vec<(usize, bool, Value)> = Vec::new();
    for line in output.json() {
        let from_client = line["dst"].as_str().unwrap().ends_with(":8083");
        let client = line[if from_client { "src" } else { "dst" }].as_str().unwrap().to_owned();
        let stream = ports.iter().position(|port| *port == client).unwrap_or_else(|| {
            ports.push(client);
            ports.len() - 1
        });
        ours.push((stream, from_client, line));
    }
    assert_eq!(ours.len(), theirs.len());
    for stream in 0..ports.len() {
        for from_client in [true, false] {
            let dir = if from_client { "c2s" } else { "s2c" };
            let ours = ours.iter().filter(|(s, c, _)| (*s, *c) == (stream, from_client));
            let theirs: Vec<&Pdu> = theirs.iter().filter(|p| p.0["stream"] == stream && p.0["dir"] == dir).collect();
            assert_eq!(ours.clone().count(), theirs.len());
            for ((_, _, ours), theirs) in ours.zip(theirs) {
                compare(ours, theirs);
            }
        }
    }
}

fn pdus(name: &str) -> Vec<Pdu> {
    let text = String::from_utf8(unpacked(&captures().join(format!("{name}.pdus.jsonl.gz")))).unwrap();
    text.lines().map(|line| Pdu(serde_json::from_str(line).unwrap())).collect()
}

fn compare(ours: &Value, pdu: &Pdu) {
    let raw = &pdu.0;
    assert_eq!((&ours["type"], &ours["len"]), (&raw["type"], &raw["len"]), "{raw}");
    let fields = &ours["fields"];
    same(&fields["packet_id"], pdu.number("mqtt.msgid"), "packet id", raw);
    match ours["type"].as_str().unwrap() {
        "CONNECT" => connect(fields, pdu),
        "CONNACK" => {
            same(&fields["session_present"], pdu.flag("mqtt.conack.flags.sp"), "session present", raw);
            same(&fields["return_code"], pdu.number("mqtt.conack.val"), "return code", raw);
            same(&fields["reason_code"], pdu.number("mqtt.connack.reason_code"), "reason code", raw);
        }
        "PUBLISH" => {
            same(&fields["dup"], pdu.flag("mqtt.dupflag"), "dup", raw);
            same(&fields["qos"], pdu.number("mqtt.qos"), "qos", raw);
            same(&fields["retain"], pdu.flag("mqtt.retain"), "retain", raw);
            let topic = fields.get("aliased_topic").unwrap_or(&fields["topic"]);
            same(topic, pdu.one("mqtt.topic").filter(|t| is_plain(t)), "topic", raw);
            // Both sides cut long payloads: what both show must agree.
            let theirs = hex(pdu.one("mqtt.msg").filter(|bytes| !bytes.contains("MISSING")).unwrap_or_default());
            let theirs = theirs.trim_end_matches('…');
            let ours = fields["payload"]["hex"].as_str().unwrap();
            assert!(ours.starts_with(theirs) || (theirs.starts_with(ours) && ours.len() == 2048), "payload of {raw}");
        }
        "PUBACK" => same(&fields["reason_code"], pdu.number("mqtt.puback.reason_code"), "reason code", raw),
        "PUBREC" => same(&fields["reason_code"], pdu.number("mqtt.pubrec.reason_code"), "reason code", raw),
        "SUBSCRIBE" => subscribe(fields, pdu),
        "SUBACK" => {
            let mut codes = pdu.all("mqtt.suback.qos");
            codes.extend(pdu.all("mqtt.suback.reason_code"));
            numbers(&fields["reason_codes"], &codes, raw);
        }
        "UNSUBSCRIBE" => {
            let filters: Vec<Value> = pdu.all("mqtt.topic").into_iter().map(Value::from).collect();
            assert_eq!(fields["filters"], Value::from(filters), "{raw}");
        }
        "UNSUBACK" if fields.get("reason_codes").is_some() => {
            numbers(&fields["reason_codes"], &pdu.all("mqtt.unsuback.reason_code"), raw);
        }
        "DISCONNECT" => same(&fields["reason_code"], pdu.number("mqtt.disconnect.reason_code"), "reason code", raw),
        "AUTH" => same(&fields["reason_code"], pdu.number("mqtt.auth.reason_code"), "reason code", raw),
        _ => {}
    }
    properties(fields, pdu);
}

fn numbers(ours: &Value, theirs: &[&str], raw: &Value) {
    let theirs: Vec<u64> = theirs.iter().map(|number| number.parse().unwrap()).collect();
    assert_eq!(*ours, Value::from(theirs), "{raw}");
}

fn connect(fields: &Value, pdu: &Pdu) {
    let raw = &pdu.0;
    same(&fields["protocol_name"], pdu.one("mqtt.protoname"), "protocol name", raw);
    same(&fields["version"], pdu.number("mqtt.ver"), "version", raw);
    same(&fields["clean_start"], pdu.flag("mqtt.conflag.cleansess"), "clean start", raw);
    same(&fields["keep_alive"], pdu.number("mqtt.kalive"), "keep alive", raw);
    same(&fields["client_id"], pdu.text("mqtt.clientid"), "client id", raw);
    same(&fields["username"], pdu.text("mqtt.username"), "user name", raw);
    assert_eq!(fields.get("username").is_some(), pdu.flag("mqtt.conflag.uname").unwrap());
    let password = pdu.number("mqtt.passwd_len").map(|len| format!("<redacted {len} B>"));
    same(&fields["password"], password, "password", raw);
    let will = &fields["will"];
    assert_eq!(will.is_object(), pdu.flag("mqtt.conflag.willflag").unwrap(), "{raw}");
    if will.is_object() {
        same(&will["qos"], pdu.number("mqtt.conflag.qos"), "will qos", raw);
        same(&will["retain"], pdu.flag("mqtt.conflag.retain"), "will retain", raw);
        same(&will["topic"], pdu.text("mqtt.willtopic"), "will topic", raw);
        same(&will["payload"]["hex"], pdu.one("mqtt.willmsg").map(hex), "will payload", raw);
    }
}

fn subscribe(fields: &Value, pdu: &Pdu) {
    let raw = &pdu.0;
    let ours = fields["subscriptions"].as_array().unwrap();
    let column = |name: &str| ours.iter().map(|subscription| subscription[name].clone()).collect::<Vec<_>>();
    let filters: Vec<Value> = pdu.all("mqtt.topic").into_iter().map(Value::from).collect();
    assert_eq!(column("filter"), filters, "{raw}");
    let mut qos = pdu.all("mqtt.sub.qos");
    qos.extend(pdu.all("mqtt.subscription_options_qos"));
    numbers(&Value::from(column("qos")), &qos, raw);
    if fields.get("properties").is_some() {
        let flags = |name: &str| pdu.all(name).iter().map(|flag| Value::from(*flag == "1")).collect::<Vec<_>>();
        assert_eq!(column("no_local"), flags("mqtt.subscription_options_nl"), "{raw}");
        assert_eq!(column("retain_as_published"), flags("mqtt.subscription_options_rap"), "{raw}");
        numbers(&Value::from(column("retain_handling")), &pdu.all("mqtt.subscription_options_retain"), raw);
    }
}

/// Identifiers, numbers, texts and user properties of the packet and its will, in wire order.
fn properties(fields: &Value, pdu: &Pdu) {
    let raw = &pdu.0;
    let list = |fields: &Value| fields["properties"].as_array().cloned().unwrap_or_default();
    let ours = [list(fields), list(&fields["will"])].concat();
    let ids: Vec<String> = ours.iter().map(|p| format!("{:#04x}", p["id"].as_u64().unwrap())).collect();
    assert_eq!(ids, pdu.all("mqtt.property_id"), "{raw}");
    let alias = |p: &&Value| p["name"] == "topic_alias";
    let our_numbers: Vec<Value> =
        ours.iter().filter(|p| !alias(p) && p["value"].is_u64()).map(|p| p["value"].clone()).collect();
    numbers(&Value::from(our_numbers), &pdu.all("mqtt.prop_number"), raw);
    let our_alias = ours.iter().find(alias).map(|p| p["value"].as_u64().unwrap());
    assert_eq!(our_alias, pdu.number("mqtt.property.topic_alias"), "{raw}");
    let content_type = ours.iter().find(|p| p["name"] == "content_type").map_or(Value::Null, |p| p["value"].clone());
    same(&content_type, pdu.text("mqtt.property.content_type"), "content type", raw);
    let pairs = ours.iter().filter(|p| p["name"] == "user_property");
    for ((pair, key), value) in pairs.zip(pdu.all("mqtt.prop_key")).zip(pdu.all("mqtt.prop_value")) {
        if is_plain(key) && is_plain(value) {
            assert_eq!((&pair["key"], &pair["value"]), (&key.into(), &value.into()), "{raw}");
        }
    }
    // Authentication data is hidden here, and correlation data is hex.
    let texts: Vec<&Value> = ours
        .iter()
        .filter(|p| p["name"] != "user_property" && p["name"] != "content_type" && p["value"].is_string())
        .collect();
    let theirs = pdu.all("mqtt.prop_string");
    assert_eq!(texts.len(), theirs.len(), "{raw}");
    for (ours, theirs) in texts.into_iter().zip(theirs) {
        match ours["name"].as_str().unwrap() {
            "authentication_data" => assert_eq!(ours["value"], format!("<redacted {} B>", theirs.len())),
            "correlation_data" => assert_eq!(ours["value"].as_str().unwrap().len() % 2, 0),
            _ if is_plain(theirs) => assert_eq!(ours["value"], theirs, "{raw}"),
            _ => {}
        }
    }
}
