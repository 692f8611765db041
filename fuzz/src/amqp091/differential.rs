//! `amqp_codec::v0_9_1` against amq-protocol: what we accept, they accept, with the same fields.
//!
//! Reasoned differences, none of which is a fault of ours:
//! - they know no further property flags (§4.2.6.1), protocol headers of other versions, and header frames with a weight;
//! - they drop reserved arguments and the prefetch-size of basic.qos and the ticket of access.request-ok, sort the fields of a table and keep only the last of two with the same name, so tables are compared by
//!   their names alone;
//! - they accept much that we refuse (channel rules, zero octets, unknown property flags): only what we accept is compared.

use std::collections::BTreeSet;

use amq_protocol::frame::{gen_frame, parse_frame};
use amqp_codec::v0_9_1::{Argument, Decoder, Dialect, FieldTable, Frame, Limits};

fn tuned() -> Decoder {
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits { channel_max: u16::MAX, ..Limits::default() });
    decoder.tuned(131_072, 0);
    decoder
}

fn names(table: &FieldTable<'_>) -> BTreeSet<Vec<u8>> {
    table.iter().map(|field| field.name.as_bytes().to_vec()).collect()
}

/// What both must agree on.
fn facts(frame: &Frame<'_>) -> Vec<String> {
    let mut facts = vec![format!("channel {}", frame.channel())];
    match frame {
        Frame::Method { method, .. } => {
            facts.push(method.name().to_owned());
            method.arguments(&mut |name, argument| match argument {
                _ if name.starts_with("reserved") || ["prefetch_size", "ticket"].contains(&name) => {}
                Argument::Table(table) => facts.push(format!("{name} {:?}", names(table))),
                Argument::Sensitive(secret) => facts.push(format!("{name} {:?}", secret.0)),
                other => facts.push(format!("{name} {other}")),
            });
        }
        Frame::Header { header, .. } => {
            facts.push(format!("{} {:016b}", header.body_size, header.properties.flags()));
            let mut properties = header.properties.clone().into_owned();
            facts.push(format!("{:?}", properties.headers().map(|table| names(&table))));
            properties.remove(2);
            facts.push(properties.to_string());
        }
        Frame::Body { payload, .. } => facts.push(format!("{payload:?}")),
        Frame::Heartbeat | Frame::ProtocolHeader(_) => {}
    }
    facts
}

/// Whether the flags of a header frame go on in a second word.
fn continued(octets: &[u8]) -> bool {
    octets.first() == Some(&2) && octets.get(20).is_some_and(|low| low & 1 != 0)
}

/// Compares the frame at the front of the octets.
pub fn amqp091_differential(data: &[u8]) {
    let mut rest = data;
    let ours = tuned().decode(&mut rest).map(|frame| frame.map(Frame::from));
    let consumed = data.len().saturating_sub(rest.len());
    match ours {
        Ok(Some(Frame::ProtocolHeader(_))) | Err(_) => {}
        Ok(Some(_)) if continued(data) => {}
        Ok(None) => assert!(parse_frame(data).is_err(), "we wait for more, they do not"),
        Ok(Some(frame)) => {
            let theirs = parse_frame(data);
            let Ok((behind, theirs)) = theirs else {
                panic!("we accept what they refuse: {frame}");
            };
            assert_eq!(data.len().saturating_sub(behind.len()), consumed, "{frame}");
            let written = gen_frame(&theirs)(Vec::new().into()).expect("they write what they read");
            let (octets, _) = written.into_inner();
            let mut input = octets.as_slice();
            let again = tuned().decode(&mut input).expect("we read what they write").expect("it is whole");
            assert_eq!(facts(&again), facts(&frame));
        }
    }
}
