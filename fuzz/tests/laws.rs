//! The laws of the family under proptest. The fuzz targets run the same functions.

#![allow(clippy::expect_used, reason = "a broken law has to be loud")]

use fuzz::{
    Amqp10, Amqp091, Coap, Family, Mqtt, Xmpp, amqp10_message_value, amqp10_pieces, amqp10_value, amqp091_assembly,
    amqp091_table, amqp091_topic, amqp091_topic_data, mqtt_first_bytes, mqtt_rewrite, mqtt_stream, mqtt_subscriptions,
    splitting, there_and_back, topic_filter, totality, xmpp_forward, xmpp_jid,
};
use proptest::prelude::*;

/// All laws for one member. Input that is too short for a message is no case.
macro_rules! laws {
    ($($name:ident: $family:ty;)+) => {$(
        mod $name {
            use super::*;

            proptest! {
                #![proptest_config(ProptestConfig::with_cases(2_000))]

                #[test]
                fn there_and_back_again(data in proptest::collection::vec(any::<u8>(), 64..1_500)) {
                    prop_assume!(there_and_back::<$family>(&data).is_ok());
                }

                #[test]
                fn arbitrary_bytes(data in proptest::collection::vec(any::<u8>(), 1..300)) {
                    prop_assume!(totality::<$family>(&data).is_ok());
                }

                #[test]
                fn any_chunking(data in proptest::collection::vec(any::<u8>(), 8..1_500), kind in any::<u8>()) {
                    prop_assume!(splitting::<$family>(&data).is_ok());
                    prop_assume!(splitting::<$family>(&stream::<$family>(&data, kind)).is_ok());
                }
            }
        }
    )+};
}

laws! {
    amqp091: Amqp091;
    amqp10: Amqp10;
    mqtt: Mqtt;
    coap: Coap;
    xmpp: Xmpp;
}

/// Input for [`splitting`] whose bytes are mostly valid messages: the configuration, four chunk sizes, the stream.
fn stream<F: Family>(data: &[u8], kind: u8) -> Vec<u8> {
    let config_bytes = [kind; 1];
    let config = F::config(&mut arbitrary::Unstructured::new(&config_bytes)).expect("one byte is enough");
    let mut out = vec![kind, 3, 1, 17, 40];
    let mut u = arbitrary::Unstructured::new(data);
    while !u.is_empty() {
        let Ok(message) = F::arbitrary(config, &mut u) else { break };
        let mut wire = Vec::new();
        F::encode(config, &message, &mut wire).expect("arbitrary messages are sendable");
        out.extend(wire);
    }
    out
}

/// Changes one octet.
fn change_one(data: &mut [u8], (place, by): (usize, u8)) {
    let place = place.checked_rem(data.len()).unwrap_or_default();
    data.get_mut(place).into_iter().for_each(|octet| *octet ^= by);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn mqtt_filters_agree_with_the_definition(filter in "[ab/+#$é]{0,8}", topic in "[ab/+#$é]{0,8}", share in any::<bool>()) {
        topic_filter(&filter, &topic);
        if share {
            topic_filter(&format!("$share/{filter}"), &topic);
        }
    }

    #[test]
    fn amqp091_topics_agree_with_the_definition(
        patterns in proptest::collection::vec("[ab.*#]{0,12}", 1..6), key in "[ab.]{0,12}",
    ) {
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        amqp091_topic(&patterns, &key);
    }

    #[test]
    fn amqp091_tables_and_assembly(data in proptest::collection::vec(any::<u8>(), 0..80)) {
        amqp091_table(&data);
        amqp091_assembly(&data);
        amqp091_topic_data(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn mqtt_pieces_add_up(data in proptest::collection::vec(any::<u8>(), 64..1_500), kind in any::<u8>()) {
        prop_assume!(mqtt_stream(&data).is_ok());
        // The threshold, the limit and three chunk sizes, in place of four chunk sizes.
        let mut valid = stream::<Mqtt>(&data, kind);
        valid.splice(1..5, data.iter().copied().take(5));
        prop_assume!(mqtt_stream(&valid).is_ok());
    }

    #[test]
    fn mqtt_packets_are_rewritten(data in proptest::collection::vec(any::<u8>(), 64..1_500)) {
        prop_assume!(mqtt_rewrite(&data).is_ok());
    }

    #[test]
    fn mqtt_subscriptions_agree_with_a_list(
        steps in proptest::collection::vec("[ir][12](\\$share/g/)?[$ab+/]{1,6}#?|[mpd] [$ab/]{1,7}|l [$ab+/]{0,5}#?", 0..60),
    ) {
        mqtt_subscriptions(&steps.join("\n"));
    }

    #[test]
    fn mqtt_first_bytes_stay(
        start in "|\x10\x0d\x00\x04MQTT\x05|GET / HTTP/1.1\r\n|PROXY |SSH|\x16\x03\x01\x00",
        more in proptest::collection::vec(any::<u8>(), 0..40),
    ) {
        mqtt_first_bytes(&[start.as_bytes(), &more].concat());
    }

    #[test]
    fn xmpp_addresses_and_forwarding(
        address in "([a-cA-C&ß🍺Ａ ]{0,3}@)?[a-c.A-C-]{1,6}(/[a-c @/é]{0,4})?",
        inside in "(<[ab](:x)? ?(xmlns(:[ab])?='urn:[ab]')?( xml:lang='[de]*')?>|</[ab](:x)?>|[ab&;<]){0,8}",
        switch in any::<u8>(),
    ) {
        xmpp_jid(address.as_bytes());
        let mut data = vec![switch];
        data.extend_from_slice(format!("<message xmlns='jabber:client'>{inside}</message>").as_bytes());
        xmpp_forward(&data);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(5_000))]

    #[test]
    fn amqp10_values_and_messages_survive(data in proptest::collection::vec(any::<u8>(), 1..400)) {
        amqp10_value(&data);
        prop_assume!(amqp10_message_value(&data).is_ok());
    }

    #[test]
    fn amqp091_pieces_are_frames(
        step in 1..40_u8,
        frames in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..5),
        flip in any::<(usize, u8)>(),
    ) {
        let mut data = vec![step];
        for payload in frames {
            let size = u8::try_from(payload.len()).expect("a short payload");
            data.extend_from_slice(&[3, 0, 1, 0, 0, 0, size]);
            data.extend_from_slice(&payload);
            data.extend_from_slice(&[0xCE, 8, 0, 0, 0, 0, 0, 0, 0xCE]);
        }
        fuzz::amqp091_pieces(&data);
        change_one(&mut data, flip);
        fuzz::amqp091_pieces(&data);
    }

    #[test]
    fn amqp091_frames_are_written_into_any_buffer(data in proptest::collection::vec(any::<u8>(), 20..400)) {
        prop_assume!(fuzz::amqp091_transmit(&data).is_ok());
    }

    #[test]
    fn amqp10_pieces_are_frames(
        step in 1..40u8,
        payloads in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..4),
        flip in any::<(usize, u8)>(),
    ) {
        let mut data = vec![step];
        for payload in payloads {
            let size = u8::try_from(payload.len().saturating_add(17)).unwrap_or_default();
            data.extend_from_slice(&[0, 0, 0, size, 2, 0, 0, 0, 0, 0x53, 0x14, 0xc0, 4, 2, 0x43, 0x52, 1]);
            data.extend_from_slice(&payload);
        }
        amqp10_pieces(&data);
        change_one(&mut data, flip);
        amqp10_pieces(&data);
    }
}
