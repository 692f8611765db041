//! The optional features of AMQP 0-9-1: data through serde, a codec for tokio, frames from a fuzzer's octets.
#![cfg(any(feature = "serde", feature = "tokio-util"))]
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[cfg(feature = "serde")]
mod data {
    use amqp_codec::v0_9_1::method::basic;
    use amqp_codec::v0_9_1::{
        ContentHeader, FieldTable, Frame, Method, Properties, Property, ReplyCode, ShortStr, Tags, Value,
    };

    /// The same from JSON, which has no octets, only numbers.
    fn again<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
        serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
    }

    #[cfg(feature = "arbitrary")]
    #[test]
    fn frames_survive() {
        use arbitrary::{Arbitrary, Unstructured};
        let mut octets = vec![0_u8; 700];
        let (mut seed, mut methods) = (1_u32, 0);
        for _ in 0..3_000 {
            for octet in &mut octets {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *octet = u8::try_from(seed >> 24).unwrap();
            }
            let frame = Frame::arbitrary(&mut Unstructured::new(&octets)).unwrap();
            methods += usize::from(matches!(frame, Frame::Method { .. }));
            assert_eq!(again(&frame), frame);
        }
        assert!(methods > 300);
    }

    #[test]
    fn names_are_those_of_the_specification() {
        let publish = basic::Publish { routing_key: "a.b".try_into().unwrap(), mandatory: true, ..Default::default() };
        let json = serde_json::to_value(Frame::method(3, publish)).unwrap();
        assert_eq!(json["method"]["channel"], 3);
        assert_eq!(json["method"]["method"]["basic-publish"]["routing-key"], "a.b");
        assert_eq!(json["method"]["method"]["basic-publish"]["mandatory"], true);
        let items = [Property::Type("t".try_into().unwrap()), Property::DeliveryMode(2)];
        let header = ContentHeader { body_size: 1, properties: Properties::from_items(&items).unwrap() };
        let json = serde_json::to_string(&header).unwrap();
        assert_eq!(json, r#"{"body-size":1,"properties":[{"delivery-mode":2},{"type":"t"}]}"#);
        // What is not said has its default.
        let ack: Method<'_> = serde_json::from_str(r#"{"basic-ack": {"delivery-tag": 7}}"#).unwrap();
        assert_eq!(ack, basic::Ack { delivery_tag: 7, multiple: false }.into());
        assert_eq!(serde_json::to_string(&ReplyCode::NOT_FOUND).unwrap(), "404");
    }

    #[test]
    fn what_is_read_keeps_the_rules_of_its_type() {
        let short = |len: usize| serde_json::from_value::<ShortStr<'_>>("x".repeat(len).into());
        assert!(short(255).is_ok() && short(256).is_err());
        assert!(serde_json::from_str::<ShortStr<'_>>(r#""a\u0000""#).is_err());
        let table = |json| serde_json::from_str::<FieldTable<'_>>(json);
        assert_eq!(table(r#"{"tags": "rabbit-mq", "octets": [1, 97, 86]}"#).unwrap().get("a"), Some(Value::Void));
        assert!(table(r#"{"tags": "rabbit-mq", "octets": [1, 97]}"#).is_err());
        assert!(table(r#"{"tags": "rabbit-mq", "octets": [1, 97, 85, 0, 0]}"#).is_err());
        assert_eq!(table(r#"{"tags": "spec", "octets": [1, 97, 85, 0, 0]}"#).unwrap().tags(), Tags::Spec);
        let twice = r#"[{"priority": 1}, {"priority": 2}]"#;
        assert!(serde_json::from_str::<Properties<'_>>(twice).is_err());
    }
}

#[cfg(feature = "tokio-util")]
#[test]
fn a_codec_reads_and_writes_frames() {
    use amqp_codec::v0_9_1::method::{basic, queue};
    use amqp_codec::v0_9_1::{
        Codec, CodecError, DecodeErrorKind, Decoder, Dialect, EncodeError, Encoder, FieldTable, Frame, Limits, Tags,
        Value,
    };
    use bytes::BytesMut;
    use tokio_util::codec::{Decoder as _, Encoder as _};

    let decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    let mut codec = Codec { decoder, encoder: Encoder::new() };
    let mut wire = BytesMut::from(&b"AMQP\0\0\x09\x01"[..]);
    let ack = Frame::method(1, basic::Ack { delivery_tag: 1, multiple: false });
    codec.encode(ack.clone(), &mut wire).unwrap();
    assert!(matches!(codec.decode(&mut wire), Ok(Some(Frame::ProtocolHeader(_)))));
    assert_eq!(codec.decode(&mut wire).unwrap(), Some(ack));
    assert!(wire.is_empty() && codec.decode(&mut wire).unwrap().is_none());

    let text = "x".repeat(5_000);
    let items = [("a".try_into().unwrap(), Value::text(&text))];
    let arguments = FieldTable::from_items(Tags::RabbitMq, &items).unwrap();
    let refused = codec.encode(Frame::method(1, queue::Declare { arguments, ..Default::default() }), &mut wire);
    assert!(matches!(refused, Err(CodecError::Encode(EncodeError::FrameTooLarge { .. }))) && wire.is_empty());

    wire.extend_from_slice(&[9, 0, 0, 0, 0, 0, 0]);
    let Err(CodecError::Decode(error)) = codec.decode(&mut wire) else { panic!() };
    assert_eq!(error.kind, DecodeErrorKind::UnknownFrameType);
    assert_eq!(CodecError::from(error).to_string(), error.to_string());
}
