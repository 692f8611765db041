//! What speaks on this port, from real openings and from damaged ones.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "a test fails by panicking"
)]

use mqtt_codec::{FirstBytes, Version};
use proptest::prelude::*;

/// A ClientHello with these extensions, in one record.
fn client_hello(extensions: &[u8]) -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.push(32);
    body.extend([8; 32]);
    body.extend([0, 4, 0x13, 1, 0x13, 2, 1, 0]);
    body.extend((extensions.len() as u16).to_be_bytes());
    body.extend(extensions);
    let mut message = vec![1, 0];
    message.extend((body.len() as u16).to_be_bytes());
    message.extend(body);
    let mut record = vec![22, 3, 1];
    record.extend((message.len() as u16).to_be_bytes());
    record.extend(message);
    record
}

fn server_name(name: &str) -> Vec<u8> {
    let len = name.len() as u16;
    let mut extension = vec![0, 43, 0, 3, 2, 3, 4, 0, 0];
    extension.extend((len + 5).to_be_bytes());
    extension.extend((len + 3).to_be_bytes());
    extension.push(0);
    extension.extend(len.to_be_bytes());
    extension.extend(name.as_bytes());
    extension
}

const UPGRADE: &str = "GET /mqtt HTTP/1.1\r\nHost: broker.example\r\nupgrade: WebSocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

fn proxy_v2(len: u16) -> Vec<u8> {
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11".to_vec();
    header.extend(len.to_be_bytes());
    header
}

/// Openings, at which byte they are known, and the log line.
fn openings() -> Vec<(Vec<u8>, usize, &'static str)> {
    let text = |text: &str| text.as_bytes().to_vec();
    let upgrade = |more: &str| format!("{UPGRADE}{more}\r\n").into_bytes();
    let mut openings = vec![
        (text("\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0"), 9, "MQTT 3.1.1"),
        (text("\x10\x0d\0\x04MQTT\x05\x02\0\x3c\0\0\0"), 9, "MQTT 5.0"),
        (text("\x10\x0e\0\x06MQIsdp\x03\x02\0\x3c\0\0"), 11, "MQTT 3.1"),
        (text("\x14\x0e\0\x06MQIsdp\x03\x02\0\x3c\0\0"), 11, "MQTT 3.1"),
        (b"\x10\x8c\x01\0\x04MQTT\x84\x02".to_vec(), 10, "MQTT 3.1.1 of a bridge"),
        (text("\x10\x0c\0\x04MQTT\x06\x02"), 9, "MQTT of unknown level 0x06"),
        (b"\x10\x0c\0\x04MQTT\x85\x02".to_vec(), 9, "MQTT of unknown level 0x85"),
        (text("\x10\x0c\0\x06MQIsdp\x04"), 11, "MQTT of unknown level 0x04"),
        (text("POST /api HTTP/1.1\r\n"), 5, "HTTP POST"),
        (text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 4, "HTTP PRI"),
        (text("SSH-2.0-OpenSSH_9.9\r\n"), 4, "SSH"),
        (text("PROXY TCP4 192.0.2.1 192.0.2.2 5 1883\r\n\x10\x0c"), 39, "PROXY v1, 39 B"),
        (text("PROXY UNKNOWN\r\n"), 15, "PROXY v1, 15 B"),
        (proxy_v2(12), 16, "PROXY v2, 28 B"),
        (proxy_v2(65_535), 16, "PROXY v2, 65551 B"),
        (text("\x30\x05\0\x01abc"), 1, "unknown"),
        (text("hello\r\n"), 1, "unknown"),
        (text("GETS"), 4, "unknown"),
        (text("\x10\x0c\0\x04MQTX"), 8, "unknown"),
        (b"\x10\xff\xff\xff\xff\x01".to_vec(), 5, "unknown"),
        (b"\x16\x03\x01\0\x03\x01".to_vec(), 5, "unknown"),
        (b"\r\n\r\n\0\r\nQUIT\n\x11\x11\0\0".to_vec(), 13, "unknown"),
        (format!("PROXY {}\r\n", "x".repeat(100)).into_bytes(), 107, "unknown"),
    ];
    for (bytes, line) in [
        (text("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), "HTTP GET"),
        (upgrade("Sec-WebSocket-Protocol: chat, mqtt\r\n"), "WebSocket for MQTT"),
        (upgrade("Sec-WebSocket-Protocol: chat\r\nSec-WebSocket-Protocol:mqttv3.1\r\n"), "WebSocket for MQTT"),
        (upgrade("Sec-WebSocket-Protocol: mqttx\r\n"), "WebSocket, not for MQTT"),
        (upgrade(""), "WebSocket, not for MQTT"),
        (client_hello(&server_name("broker.example")), "TLS for broker.example"),
        (client_hello(&server_name("broker.example\r\nGET")), "TLS"),
        (client_hello(&[]), "TLS"),
        (client_hello(&[0, 0, 0, 9, 1]), "TLS"),
    ] {
        openings.push((bytes.clone(), bytes.len(), line));
    }
    openings
}

/// The answer comes with the byte that decides it, and no byte behind it changes it.
#[test]
fn every_opening_at_every_length() {
    for (bytes, known, line) in openings() {
        for len in 0..bytes.len() {
            let found = FirstBytes::of(&bytes[..len]);
            assert_eq!(
                found.map(|found| found.to_string()),
                (len >= known).then(|| line.to_owned()),
                "{len} of {bytes:?}"
            );
        }
        assert_eq!(FirstBytes::of(&bytes).unwrap().to_string(), line);
        assert_eq!(FirstBytes::at_end(&bytes).to_string(), line);
        let mut longer = bytes;
        longer.resize(10_000, 0xff);
        assert_eq!(FirstBytes::of(&longer).unwrap().to_string(), line);
    }
}

/// What the header line says is what the caller skips.
#[test]
fn behind_a_proxy() {
    let mut bytes = b"PROXY TCP6 2001:db8::1 2001:db8::2 40000 1883\r\n".to_vec();
    bytes.extend(b"\x10\x0d\0\x04MQTT\x05");
    let header_len = bytes.len() - 9;
    assert_eq!(FirstBytes::of(&bytes), Some(FirstBytes::Proxy { version: 1, header_len }));
    let connect = FirstBytes::Mqtt { version: Version::V5_0, bridge: false };
    assert_eq!(FirstBytes::of(&bytes[header_len..]), Some(connect));
}

/// Whoever stops in the middle gets the answer that is visible.
#[test]
fn what_is_visible_at_the_end() {
    for (bytes, line) in [
        (&b""[..], "unknown"),
        (b"\x10\x0c\0\x04MQ", "unknown"),
        (b"GET / HTTP/1.1\r\nHo", "HTTP GET"),
        (b"GET / HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Protocol: mqtt\r\n", "WebSocket for MQTT"),
        (b"PROXY TCP4 192.0.2.1", "unknown"),
        (b"SSH", "unknown"),
    ] {
        assert_eq!(FirstBytes::at_end(bytes).to_string(), line);
    }
    let hello = client_hello(&server_name("broker.example"));
    assert_eq!(FirstBytes::at_end(&hello[..60]).to_string(), "TLS");
}

/// No more than the maximum is waited for.
#[test]
fn bounded() {
    let mut request = b"GET / HTTP/1.1\r\nCookie: ".to_vec();
    request.resize(FirstBytes::MAX_LEN - 1, b'x');
    assert_eq!(FirstBytes::of(&request), None);
    request.push(b'x');
    assert_eq!(FirstBytes::of(&request), Some(FirstBytes::Http { method: "GET" }));
    let mut hello = client_hello(&[0xff; 8_000]);
    hello.truncate(FirstBytes::MAX_LEN);
    assert_eq!(FirstBytes::of(&hello), Some(FirstBytes::Tls { server_name: None }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    /// Once there is an answer it stays, whatever follows and wherever one cuts; there always is one in the end.
    #[test]
    fn the_answer_stays(
        which in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        more in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        let (mut bytes, ..) = which.get(&openings()).clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.extend(more);
        let whole = FirstBytes::of(&bytes);
        for len in 0..bytes.len() {
            let found = FirstBytes::of(&bytes[..len]);
            prop_assert!(found.is_none() || found == whole, "{found:?} at {len}, {whole:?}");
        }
        if let Some(found) = whole {
            prop_assert_eq!(FirstBytes::at_end(&bytes), found);
        }
    }
}
