//! The octets that everybody gets.

use amqp_codec::Binary;
use amqp_codec::v1_0::{ApplicationProperties, Body, Header, Message, MessageId, Properties, Symbol, Utf8, Value};

/// Frames, one behind the other.
pub struct Row {
    pub name: &'static str,
    pub octets: Vec<u8>,
    /// What the times are divided by.
    pub frames: usize,
    /// Some of the frames carry messages.
    pub messages: bool,
}

impl Row {
    /// The frames one by one.
    pub fn each(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.octets.as_slice();
        core::iter::from_fn(move || {
            let (frame, behind) = rest.split_at(frame_len(rest)?);
            rest = behind;
            Some(frame)
        })
    }
}

/// The length of the frame at the front.
pub fn frame_len(octets: &[u8]) -> Option<usize> {
    octets.first_chunk().map(|size| u32::from_be_bytes(*size) as usize)
}

const TRANSFER: &str = "005314c00c0543522aa0040000002a4342";
const DISPOSITION: &str = "005315c00a0541522a404100532445";
const FLOW: &str = "005313c01107437000001388437000001388434352c8";
const ATTACH: &str = "005312c04d0ba12738653361623261372d666463312d343261362d383936652d6166393032393563623466332d7131434250025000005328c006054043404342005329c00905a10271314340434240404344";
const OPEN: &str = "005310c03f05a12438653361623261372d666463312d343261362d383936652d616639303239356362346633a1093132372e302e302e317000008000607fff70000003e8";

/// A message with header, properties, five application properties and 1 KiB of data.
fn message() -> Vec<u8> {
    let pairs = [
        (Utf8::from("x-retry"), Value::Int(3)),
        (Utf8::from("tenant"), Value::from("acme")),
        (Utf8::from("trace-id"), Value::from("4bf92f3577b34da6a3ce929d0e0e4736")),
        (Utf8::from("attempt"), Value::Uint(1)),
        (Utf8::from("urgent"), Value::Boolean(true)),
    ];
    let message = Message {
        header: Some(Header { durable: true, ..Header::default() }),
        properties: Some(Properties {
            message_id: Some(MessageId::String("0f8fad5b-d9cb-469f-a165-70867728950e".into())),
            to: Some("orders".into()),
            subject: Some("eu.de.created".into()),
            content_type: Symbol::new("application/json"),
            ..Properties::default()
        }),
        application_properties: Some(ApplicationProperties::from_slice(&pairs)),
        body: Body::Data(Binary::from(&[b'a'; 1024])),
        ..Message::default()
    };
    let mut out = Vec::new();
    message.encode(&mut out).unwrap();
    out
}

fn frame(performative: &str, payload: &[u8]) -> Vec<u8> {
    let body: Vec<u8> = (0..performative.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&performative[at..at + 2], 16).unwrap())
        .collect();
    let size = u32::try_from(8 + body.len() + payload.len()).unwrap();
    [&size.to_be_bytes()[..], &[2, 0, 0, 0], &body, payload].concat()
}

pub fn all() -> Vec<Row> {
    let message = frame(TRANSFER, &message());
    let [transfer, disposition, flow, attach, open] =
        [TRANSFER, DISPOSITION, FLOW, ATTACH, OPEN].map(|performative| frame(performative, &[]));
    let row = |name, frames: &[&Vec<u8>], times: usize| Row {
        name,
        octets: frames.iter().map(|frame| frame.as_slice()).collect::<Vec<_>>().concat().repeat(times),
        frames: frames.len() * times,
        messages: name == "message" || name == "mixed",
    };
    let (m, d, f, a) = (&message, &disposition, &flow, &attach);
    vec![
        row("message", &[m], 64),
        row("transfer", &[&transfer], 64),
        row("disposition", &[d], 64),
        row("flow", &[f], 64),
        row("attach", &[a], 64),
        row("open", &[&open], 64),
        row("mixed", &[m, d, f, m, d, m, d, f, m, a, m, d, f, m, d, m, f, d, m, f], 50),
    ]
}
