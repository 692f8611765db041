//! The optional features of AMQP 1.0: data through serde, a codec for tokio, values from a fuzzer's octets.
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
    use amqp_codec::v1_0::{
        ApplicationProperties, Attach, Body, Disposition, Encoded, Fields, Frame, Message, MessageId, Performative,
        Properties, Symbol, Symbols, Value,
    };

    /// The same from JSON, which has no bytes, only numbers.
    fn again<T: serde::Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
        serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
    }

    #[cfg(feature = "arbitrary")]
    #[test]
    fn frames_and_messages_survive() {
        use arbitrary::{Arbitrary, Unstructured};
        let mut octets = vec![0u8; 700];
        let mut seed = 1u32;
        for round in 0..2_000 {
            for octet in &mut octets {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *octet = u8::try_from(seed >> 24).unwrap();
            }
            if round % 2 == 0 {
                let frame = Frame::arbitrary(&mut Unstructured::new(&octets)).unwrap();
                assert_eq!(again(&frame), frame);
            } else {
                let message = Message::arbitrary(&mut Unstructured::new(&octets)).unwrap();
                assert_eq!(again(&message), message);
            }
        }
    }

    #[test]
    fn names_are_those_of_the_specification() {
        let frame = Frame::new(3, Disposition { first: 7, settled: true, ..Disposition::default() });
        let json = serde_json::to_value(&frame).unwrap();
        assert_eq!(json["amqp"]["channel"], 3);
        assert_eq!(json["amqp"]["performative"]["disposition"]["first"], 7);
        assert_eq!(json["amqp"]["performative"]["disposition"]["role"], "sender");
        let properties = Properties { message_id: Some(MessageId::Ulong(5)), ..Properties::default() };
        let json = serde_json::to_value(properties).unwrap();
        assert_eq!(json["message-id"]["ulong"], 5);
        // What is not said has its default.
        let attach: Attach<'_> = serde_json::from_str(r#"{"name": "a", "offered-capabilities": ["b"]}"#).unwrap();
        assert_eq!((attach.name.as_str(), attach.offered_capabilities.contains("b")), ("a", true));
        assert_eq!(attach.handle, 0);
    }

    #[test]
    fn what_is_read_keeps_the_rules_of_its_type() {
        assert!(serde_json::from_str::<Symbol<'_>>("\"a\"").is_ok());
        assert!(serde_json::from_str::<Symbol<'_>>("\"ä\"").is_err());
        assert!(serde_json::from_str::<Symbols<'_>>("[\"ä\"]").is_err());
        assert!(serde_json::from_str::<Encoded<'_>>("[64]").is_ok());
        assert!(serde_json::from_str::<Encoded<'_>>("[]").is_err());
        assert!(serde_json::from_str::<Encoded<'_>>("[86, 2]").is_err());
        assert!(serde_json::from_str::<Encoded<'_>>("[64, 64]").is_err());
        // A map whose key is no symbol; application properties with a list among them.
        assert!(serde_json::from_str::<Fields<'_>>("[193, 3, 2, 64, 64]").is_err());
        assert!(serde_json::from_str::<ApplicationProperties<'_>>("[193, 4, 2, 161, 0, 64]").is_ok());
        assert!(serde_json::from_str::<ApplicationProperties<'_>>("[193, 4, 2, 161, 0, 69]").is_err());
        assert!(serde_json::from_str::<Performative<'_>>(r#"{"close": {"error": null}}"#).is_ok());
    }

    #[test]
    fn several_body_sections_survive() {
        let octets = [0x00, 0x53, 0x75, 0xa0, 1, 7].repeat(3);
        let message = Message::decode(&octets, &Default::default()).unwrap();
        let Body::Several(sections) = &again(&*message).body else { panic!() };
        assert!(sections.iter().eq([Value::Binary(&[7]); 3]));
        let one = serde_json::to_string(&Body::Data(b"\0".into())).unwrap();
        assert!(serde_json::from_str::<Body<'_>>(&one).is_ok());
        assert!(
            serde_json::from_str::<Body<'_>>(r#"{"several": [0, 83, 117, 160, 1, 7]}"#).is_err(),
            "one is not several"
        );
        assert!(serde_json::from_str::<Body<'_>>(r#"{"several": [0, 83, 112, 69]}"#).is_err(), "a header");
    }
}

#[cfg(feature = "tokio-util")]
#[test]
fn a_codec_reads_and_writes_frames() {
    use amqp_codec::v1_0::{
        Codec, CodecError, DecodeErrorKind, Decoder, EncodeError, Encoder, Frame, Limits, Open, Side,
    };
    use bytes::BytesMut;
    use tokio_util::codec::{Decoder as _, Encoder as _};

    let limits = Limits::default();
    let mut codec = Codec { decoder: Decoder::new(Side::Client, limits), encoder: Encoder::new(512) };
    let mut wire = BytesMut::from(&b"AMQP\0\x01\0\0"[..]);
    let open = Frame::new(0, Open { container_id: "a".into(), ..Open::default() });
    codec.encode(open.clone(), &mut wire).unwrap();
    assert!(matches!(codec.decode(&mut wire), Ok(Some(Frame::Header(_)))));
    assert_eq!(codec.decode(&mut wire).unwrap(), Some(open));
    assert!(wire.is_empty() && codec.decode(&mut wire).unwrap().is_none());

    let long = "a".repeat(600);
    let refused =
        codec.encode(Frame::new(0, Open { container_id: long.as_str().into(), ..Open::default() }), &mut wire);
    assert!(matches!(refused, Err(CodecError::Encode(EncodeError::FrameTooLarge { .. }))) && wire.is_empty());

    wire.extend_from_slice(&[0, 0, 0, 7, 2, 0, 0, 0]);
    let Err(CodecError::Decode(error)) = codec.decode(&mut wire) else { panic!() };
    assert_eq!(error.kind, DecodeErrorKind::FrameTooShort);
    assert_eq!(CodecError::from(error).to_string(), error.to_string());
}
