//! WebSocket: upgrade, masks, fragments, control frames in between, every split.

use crate::capture::{Packet, pcap, tcp};
use crate::json_of;

const REQUEST: &str = "GET /mqtt HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: v12.stomp, mqtt\r\n\r\n";
const RESPONSE: &str = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: WebSocket\r\nConnection: Upgrade\r\n\
    Sec-WebSocket-Protocol: MQTT\r\n\r\n";

/// A frame; clients mask.
fn frame(fin: bool, opcode: u8, mask: Option<[u8; 4]>, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![if fin { 0x80 } else { 0 } | opcode];
    let masked = if mask.is_some() { 0x80 } else { 0 };
    match payload.len() {
        len @ 0..=125 => bytes.push(masked | len as u8),
        len => {
            bytes.push(masked | 126);
            bytes.extend((len as u16).to_be_bytes());
        }
    }
    match mask {
        None => bytes.extend(payload),
        Some(mask) => {
            bytes.extend(mask);
            bytes.extend(payload.iter().enumerate().map(|(index, byte)| byte ^ mask[index % 4]));
        }
    }
    bytes
}

/// CONNECT and a PUBLISH of 200 bytes, in three fragments that keep no message border, with a ping between them.
fn client() -> Vec<u8> {
    let mut mqtt = b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04abcd".to_vec();
    mqtt.extend([0x30, 205, 1, 0, 3, b'a', b'/', b'b']);
    mqtt.extend([b'x'; 200]);
    let mask = Some([1, 2, 3, 4]);
    [
        frame(false, 2, mask, &mqtt[..5]),
        frame(true, 9, Some([9, 9, 9, 9]), b"hello"),
        frame(false, 0, mask, &mqtt[5..60]),
        frame(true, 0, Some([0xff, 0, 0xff, 0]), &mqtt[60..]),
        frame(true, 8, mask, &[3, 0xe8]),
    ]
    .concat()
}

fn capture(client: &[&[u8]], server: &[u8]) -> Vec<u8> {
    let mut packets: Vec<Packet> = vec![(0, tcp(true, 8083, 100, None, "S", b""))];
    packets.push((1, tcp(true, 8083, 101, Some(1), "", REQUEST.as_bytes())));
    packets.push((2, tcp(false, 8083, 1, Some(1), "", server)));
    let mut seq = 101 + REQUEST.len() as u32;
    for (bytes, time) in client.iter().zip(3..) {
        packets.push((time, tcp(true, 8083, seq, Some(1), "", bytes)));
        seq += bytes.len() as u32;
    }
    pcap(1, &packets)
}

#[test]
fn fragments_masks_and_control_frames_are_taken_off() {
    let server = [RESPONSE.as_bytes(), &frame(true, 2, None, b"\x20\x02\x00\x00")].concat();
    let output = json_of(&capture(&[&client()], &server));
    assert_eq!(output.types(), ["CONNACK", "CONNECT", "PUBLISH"], "{}", output.err);
    assert_eq!(output.json()[2]["len"], 208);
}

#[test]
fn any_split_of_the_frames_gives_the_same() {
    let client = client();
    for step in 1..40 {
        let pieces: Vec<&[u8]> = client.chunks(step).collect();
        let output = json_of(&capture(&pieces, RESPONSE.as_bytes()));
        assert_eq!(output.types(), ["CONNECT", "PUBLISH"], "{step}: {}", output.err);
    }
}

#[test]
fn a_refused_upgrade_is_plain_http() {
    let output = json_of(&capture(&[&client()], b"HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc"));
    assert_eq!((output.out.as_str(), output.status), ("", 0));
}

#[test]
fn compression_without_agreement_is_named_and_skipped() {
    let output = json_of(&capture(&[&[0xc2, 0x81, 1, 2, 3, 4, 5]], RESPONSE.as_bytes()));
    assert!(output.err.contains("a compressed WebSocket message"), "{}", output.err);
}

#[test]
fn compressed_messages_are_inflated_with_and_without_memory_of_earlier_ones() {
    let connect: &[u8] = b"\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04abcd";
    let publish: &[u8] = &[&[0x30, 105, 0, 3, b'a', b'/', b'b'][..], &[b'x'; 100]].concat();
    for forgets in [false, true] {
        let parameter = if forgets { "; client_no_context_takeover" } else { "" };
        let response = RESPONSE.replace(
            "Upgrade: WebSocket",
            &format!("Upgrade: WebSocket\r\nSec-WebSocket-Extensions: permessage-deflate{parameter}"),
        );
        let mut deflate = flate2::Compress::new(flate2::Compression::best(), false);
        let mut client = Vec::new();
        for message in [connect, publish, publish] {
            let mut bytes = Vec::with_capacity(400);
            deflate.compress_vec(message, &mut bytes, flate2::FlushCompress::Sync).unwrap();
            assert!(bytes.ends_with(&[0, 0, 0xff, 0xff]));
            bytes.truncate(bytes.len() - 4);
            client.extend(frame(true, 0x42, Some([7, 7, 7, 7]), &bytes));
            if forgets {
                deflate.reset();
            }
        }
        let output = json_of(&capture(&[&client], response.as_bytes()));
        assert_eq!(output.types(), ["CONNECT", "PUBLISH", "PUBLISH"], "{}", output.err);
        assert_eq!(output.status, 0);
    }
}
