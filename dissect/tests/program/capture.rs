//! Capture files of both formats and every link type, written here byte by byte; and what happens when they are damaged.

use etherparse::PacketBuilder;

use crate::{json_of, run};

/// One packet: microseconds since the epoch, and the frame.
pub(crate) type Packet = (u64, Vec<u8>);

/// A pcap file.
pub(crate) fn pcap(link: u32, packets: &[Packet]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 0x0004_0000, link] {
        file.extend(word.to_le_bytes());
    }
    for (time, data) in packets {
        for word in [(time / 1_000_000) as u32, (time % 1_000_000) as u32, data.len() as u32, data.len() as u32] {
            file.extend(word.to_le_bytes());
        }
        file.extend(data);
    }
    file
}

/// The same in big-endian byte order with nanoseconds.
fn pcap_big_endian(link: u32, packets: &[Packet]) -> Vec<u8> {
    let mut file = Vec::new();
    for word in [0xa1b2_3c4d_u32, 0x0002_0004, 0, 0, 0x0004_0000, link] {
        file.extend(word.to_be_bytes());
    }
    for (time, data) in packets {
        let nanos = (time % 1_000_000) * 1000;
        for word in [(time / 1_000_000) as u32, nanos as u32, data.len() as u32, data.len() as u32] {
            file.extend(word.to_be_bytes());
        }
        file.extend(data);
    }
    file
}

fn block(kind: u32, body: &[u8], word: fn(u32) -> [u8; 4]) -> Vec<u8> {
    let len = (12 + body.len()) as u32;
    [&word(kind)[..], &word(len), body, &word(len)].concat()
}

/// A pcapng file whose interface counts in ticks of 2^-10 seconds from an offset of 1000 s, with a block of unknown type in between.
fn pcapng(link: u16, packets: &[Packet], big: bool) -> Vec<u8> {
    let word: fn(u32) -> [u8; 4] = if big { u32::to_be_bytes } else { u32::to_le_bytes };
    let half = |value: u16| if big { value.to_be_bytes() } else { value.to_le_bytes() };
    let mut file = block(0x0a0d_0d0a, &[&word(0x1a2b_3c4d)[..], &half(1), &half(0), &[0xff; 8]].concat(), word);
    let resolution = [&half(9)[..], &half(1), &[0x80 | 10, 0, 0, 0], &half(0), &half(0)].concat();
    file.extend(block(1, &[&half(link)[..], &half(0), &word(0), &resolution].concat(), word));
    file.extend(block(0x0bad_0bad, b"12345678", word));
    for (time, data) in packets {
        let ticks = time * 1024 / 1_000_000;
        let mut body = Vec::new();
        for value in [0, (ticks >> 32) as u32, ticks as u32, data.len() as u32, data.len() as u32] {
            body.extend(word(value));
        }
        body.extend(data);
        body.resize(body.len().next_multiple_of(4), 0);
        file.extend(block(6, &body, word));
    }
    file
}

/// A TCP segment over Ethernet and IPv4, between 10.0.0.1 and 10.0.0.2; the client has port 40000.
pub(crate) fn tcp(from_client: bool, port: u16, seq: u32, ack: Option<u32>, flags: &str, payload: &[u8]) -> Vec<u8> {
    let (src, dst) = if from_client { (1, 2) } else { (2, 1) };
    let (src_port, dst_port) = if from_client { (40000, port) } else { (port, 40000) };
    let ip = PacketBuilder::ethernet2([src; 6], [dst; 6]).ipv4([10, 0, 0, src], [10, 0, 0, dst], 64);
    let mut packet = ip.tcp(src_port, dst_port, seq, 1024);
    if let Some(ack) = ack {
        packet = packet.ack(ack);
    }
    for flag in flags.chars() {
        packet = match flag {
            'S' => packet.syn(),
            'F' => packet.fin(),
            'R' => packet.rst(),
            other => panic!("flag {other}"),
        };
    }
    let mut frame = Vec::new();
    packet.write(&mut frame, payload).unwrap();
    frame
}

/// An AMQP 0-9-1 protocol header, the shortest message with a signature of its own.
const HEADER: &[u8] = b"AMQP\0\0\x09\x01";

/// One second after 2000 s, a client sends the header over IP.
fn ip_packet(version: u8) -> Vec<u8> {
    let mut packet = Vec::new();
    if version == 4 {
        PacketBuilder::ipv4([1, 2, 3, 4], [5, 6, 7, 8], 9).tcp(40000, 5672, 7, 100).write(&mut packet, HEADER).unwrap();
    } else {
        let [a, b] = [[1; 16], [2; 16]];
        PacketBuilder::ipv6(a, b, 9).tcp(40000, 5672, 7, 100).write(&mut packet, HEADER).unwrap();
    }
    packet
}

#[test]
fn every_link_type_leads_to_the_same_message() {
    let ethernet = |kind: [u8; 2], rest: &[u8]| [&[9; 12][..], &kind, rest].concat();
    let (v4, v6) = (ip_packet(4), ip_packet(6));
    let cooked = |kind: [u8; 2], rest: &[u8]| [&[0, 0, 0, 1, 0, 6], &[7; 8][..], &kind, rest].concat();
    let cooked2 = |kind: [u8; 2], rest: &[u8]| [&kind[..], &[0; 18], rest].concat();
    let vlan = [&[9; 12][..], &[0x81, 0, 0, 5, 8, 0], &v4].concat();
    let cases = [
        (1, ethernet([8, 0], &v4)),
        (1, ethernet([0x86, 0xdd], &v6)),
        (1, vlan),
        (0, [&[2, 0, 0, 0][..], &v4].concat()),
        (0, [&[0, 0, 0, 30][..], &v6].concat()),
        (108, [&[0, 0, 0, 2][..], &v4].concat()),
        (101, v4.clone()),
        (12, v6.clone()),
        (228, v4.clone()),
        (229, v6.clone()),
        (113, cooked([8, 0], &v4)),
        (113, cooked([0x86, 0xdd], &v6)),
        (276, cooked2([8, 0], &v4)),
        (276, cooked2([0x86, 0xdd], &v6)),
    ];
    for (link, frame) in cases {
        let output = json_of(&pcap(link, &[(2_001_000_000, frame)]));
        let lines = output.json();
        assert_eq!(lines.len(), 1, "link type {link}: {}", output.err);
        assert_eq!(lines[0]["proto"], "amqp091");
        assert_eq!((&lines[0]["frame"], &lines[0]["time"]), (&1.into(), &2001.0.into()));
        let expected = if lines[0]["src"].as_str().unwrap().starts_with('[') {
            ("[101:101:101:101:101:101:101:101]:40000", "[202:202:202:202:202:202:202:202]:5672")
        } else {
            ("1.2.3.4:40000", "5.6.7.8:5672")
        };
        assert_eq!((lines[0]["src"].as_str().unwrap(), lines[0]["dst"].as_str().unwrap()), expected);
        assert_eq!(lines[0]["len"], 8);
    }
}

#[test]
fn an_unsupported_link_type_is_named() {
    let output = run(&["-"], &pcap(147, &[(0, vec![0; 60])]));
    assert!(output.out.contains("link type 147 (not supported)"), "{}", output.out);
    assert_eq!(output.status, 0);
}

#[test]
fn both_byte_orders_of_pcap_and_pcapng_tell_the_same() {
    let packets = [(2_001_500_000, ip_packet(4))];
    for file in [pcap(101, &packets), pcap_big_endian(101, &packets)] {
        assert_eq!(json_of(&file).json()[0]["time"], 2001.5);
    }
    for big in [false, true] {
        let lines = json_of(&pcapng(101, &packets, big)).json();
        assert_eq!(lines.len(), 1);
        // 2001.5 s in ticks of 2^-10 s.
        assert_eq!(lines[0]["time"], 2001.5);
        assert_eq!(lines[0]["frame"], 1);
    }
}

#[test]
fn gzip_is_unpacked_wherever_it_is_found() {
    let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut file, &pcap(101, &[(0, ip_packet(4))])).unwrap();
    assert_eq!(json_of(&file.finish().unwrap()).json().len(), 1);
}

#[test]
fn a_capture_that_is_cut_off_shows_what_is_there_and_ends_with_status_2() {
    let whole = pcap(101, &[(0, ip_packet(4)), (1, ip_packet(6))]);
    let output = json_of(&whole[..whole.len() - 1]);
    assert_eq!(output.json().len(), 1);
    assert_eq!(output.status, 2);
    assert!(output.err.contains("cut off in the record at byte 88"), "{}", output.err);
    let whole = pcapng(101, &[(0, ip_packet(4)), (1, ip_packet(6))], false);
    let output = json_of(&whole[..whole.len() - 1]);
    assert_eq!((output.json().len(), output.status), (1, 2));
}

#[test]
fn a_record_of_impossible_length_is_an_error_and_costs_no_memory() {
    let mut file = pcap(101, &[(0, ip_packet(4))]);
    file.extend([0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0]);
    let output = json_of(&file);
    assert_eq!((output.json().len(), output.status), (1, 2));
    assert!(output.err.contains("more than 16 MiB"), "{}", output.err);
}
