//! Against coap-lite: what we accept it accepts with the same fields. What it accepts beyond that is listed.
#![no_main]
#![allow(missing_docs, clippy::panic, clippy::expect_used, reason = "a fuzz target")]

use coap_codec::{DecodeErrorKind as Kind, Limits, Message, MessageType};

libfuzzer_sys::fuzz_target!(|datagram: &[u8]| {
    let ours = Message::decode(datagram, &Limits::default());
    let theirs = coap_lite::Packet::from_bytes(datagram);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            assert_eq!(Some(theirs.header.message_id), ours.message_id());
            assert_eq!(u8::from(theirs.header.code), ours.code.0);
            let kind = match theirs.header.get_type() {
                coap_lite::MessageType::Confirmable => MessageType::Confirmable,
                coap_lite::MessageType::NonConfirmable => MessageType::NonConfirmable,
                coap_lite::MessageType::Acknowledgement => MessageType::Acknowledgement,
                coap_lite::MessageType::Reset => MessageType::Reset,
            };
            assert_eq!(Some(kind), ours.message_type());
            assert_eq!(theirs.get_token(), ours.token.as_slice());
            assert_eq!(theirs.payload, *ours.payload);
            let flat = theirs
                .options()
                .flat_map(|(number, values)| values.iter().map(move |value| (*number, value.as_slice())));
            assert!(flat.eq(ours.options.iter().map(|option| (option.number.0, option.value))));
        }
        (Err(_), Err(_)) => {}
        // RFC 7252 §3: versions, payload markers without payload; §4.1: Empty messages; table 1; §4.2: reserved classes.
        (Err(reject), Ok(_)) => assert!(
            matches!(
                reject.kind(),
                Kind::UnknownVersion
                    | Kind::EmptyPayload
                    | Kind::EmptyWithToken
                    | Kind::EmptyWithContent
                    | Kind::EmptyNonConfirmable
                    | Kind::RequestInAcknowledgement
                    | Kind::ResetNotEmpty
                    | Kind::ReservedCodeClass
                    | Kind::SignalingOverDatagram
            ),
            "{reject:?}"
        ),
        (Ok(message), Err(error)) => panic!("{message} is refused: {error}"),
    }
});
