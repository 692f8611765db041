//! The messages.

use coap_codec::{Limits, Message};

/// Some datagrams and how many they are.
pub struct Row {
    pub name: &'static str,
    pub datagrams: Vec<Vec<u8>>,
}

/// The parts of a message, for encoders.
pub struct Parts {
    pub message_type: u8,
    pub code: u8,
    pub id: u16,
    pub token: Vec<u8>,
    pub options: Vec<(u16, Vec<u8>)>,
    pub payload: Vec<u8>,
}

impl Parts {
    pub fn of(datagram: &[u8]) -> Self {
        let message = Message::decode(datagram, &Limits::default()).unwrap();
        Self {
            message_type: message.message_type().unwrap() as u8,
            code: message.code.0,
            id: message.message_id().unwrap(),
            token: message.token.to_vec(),
            options: message.options.iter().map(|option| (option.number.0, option.value.to_vec())).collect(),
            payload: message.payload.to_vec(),
        }
    }
}

fn datagram(first: u8, code: u8, options: &[(u16, &[u8])], payload: usize) -> Vec<u8> {
    use coap_codec::{Code, MessageType, OptionNumber, OptionRef, Options};
    let options: Vec<_> = options.iter().map(|(n, value)| OptionRef::new(OptionNumber(*n), value)).collect();
    let payload = vec![b'x'; payload];
    let message = Message {
        token: b"\x01\x02\x03\x04".into(),
        options: Options::from_slice(&options),
        payload: payload.as_slice().into(),
        ..Message::new(MessageType::from_bits(first >> 4), Code(code), 0x1234)
    };
    let mut out = Vec::new();
    message.encode(&mut out).unwrap();
    out
}

const GET: [(u16, &[u8]); 6] =
    [(3, b"example.net"), (11, b"sensors1"), (11, b"temperature"), (15, b"u=c"), (17, b"\x3c"), (23, b"\x06")];

pub fn all() -> Vec<Row> {
    let get6 = datagram(0x40, 1, &GET, 0);
    assert_eq!(get6.len(), 49);
    let get4 = datagram(0x40, 1, &GET[1..5], 0);
    let content: [(u16, &[u8]); 5] =
        [(4, b"\x12\x34\x56\x78"), (6, b"\x01\x02"), (12, b"\x3c"), (14, b"\x1e"), (23, b"\x0e")];
    let twelve: Vec<(u16, &[u8])> = (0..8)
        .map(|_| (11_u16, &b"seg"[..]))
        .chain([(12, &b"\x3c"[..]), (17, b"\x3c"), (60, b"\x04\x00"), (292, b"tag")])
        .collect();
    let small = datagram(0x60, 0x45, &content, 64);
    let large = datagram(0x60, 0x45, &content, 1024);
    let many = datagram(0x40, 2, &twelve, 16);
    let ack = vec![0x60, 0, 0x12, 0x34];
    let kinds = [&get6, &small, &ack, &get4, &large, &many, &get4, &small];
    let mixed = kinds.iter().cycle().take(1000).map(|datagram| (*datagram).clone()).collect();
    vec![
        Row { name: "get-6-options", datagrams: vec![get6] },
        Row { name: "get-4-options", datagrams: vec![get4] },
        Row { name: "content-64-bytes", datagrams: vec![small] },
        Row { name: "content-1-kib", datagrams: vec![large] },
        Row { name: "post-12-options", datagrams: vec![many] },
        Row { name: "empty-ack", datagrams: vec![ack] },
        Row { name: "mixed-1000", datagrams: mixed },
    ]
}
