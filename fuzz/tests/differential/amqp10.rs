//! `amqp_codec::v1_0` against serde_amqp without libFuzzer: the list of reasoned differences, the seeds, and values, frames and messages that
//! may be sent.

use amqp_codec::v1_0::{Encoded, Encoder, Frame, Message, Transfer};
use arbitrary::Unstructured;
use fuzz::{AMQP10_DIFFERENCES, amqp10_compare, amqp10_differential};
use proptest::prelude::*;

use crate::{seeds, unhex};

#[test]
fn every_difference_has_an_example_that_shows_it() {
    for row in AMQP10_DIFFERENCES {
        let example = unhex(row.example);
        assert!(amqp10_compare(&example).is_err(), "{}: no difference", row.example);
        amqp10_differential(&example);
        assert!(!row.section.is_empty() && !row.reason.is_empty());
    }
}

#[test]
fn seeds_agree() {
    let seeds = seeds(&["amqp10_bytes", "amqp10_split", "amqp10_value", "amqp10_message", "amqp10_differential"]);
    for octets in &seeds {
        amqp10_differential(octets);
        amqp10_differential(octets.get(1..).unwrap_or_default());
    }
    assert!(seeds.len() > 10, "{} seeds", seeds.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn what_may_be_sent_agrees(data in proptest::collection::vec(any::<u8>(), 50..600), flip in any::<(usize, u8)>()) {
        let u = &mut Unstructured::new(&data);
        let mut wire = Vec::new();
        match u.arbitrary::<u8>().expect("octets") % 3 {
            0 => wire.extend_from_slice(u.arbitrary::<Encoded<'static>>().expect("a value").as_bytes()),
            1 => {
                let frame = match u.arbitrary::<Frame<'static>>().expect("a frame") {
                    Frame::Amqp { performative, payload, .. } => Frame::Amqp { channel: 0, performative, payload },
                    other => other,
                };
                Encoder::new(u32::MAX).encode(&frame, &mut wire).expect("it may be sent");
            }
            _ => {
                let mut payload = Vec::new();
                u.arbitrary::<Message<'static>>().expect("a message").encode(&mut payload).expect("it may be sent");
                let frame = Frame::Amqp { channel: 0, performative: Transfer::default().into(), payload: payload.into() };
                Encoder::new(u32::MAX).encode(&frame, &mut wire).expect("it may be sent");
            }
        }
        amqp10_differential(&wire);
        let place = flip.0 % wire.len().max(1);
        if let Some(octet) = wire.get_mut(place) {
            *octet ^= flip.1;
        }
        amqp10_differential(&wire);
    }
}
