//! CSM, Ping, Pong, Release, Abort: RFC 8323 §5, RFC 8974 §2.2.1.
#![allow(clippy::unwrap_used, reason = "tests may panic")]

use coap_codec::signaling::{self, Csm};
use coap_codec::{Code, Decoder, Encoder, Limits, Message, OptionNumber, Options, Transport};

fn through(message: &Message<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(Transport::Tcp).encode(message, &mut out).unwrap();
    out
}

fn read(bytes: &[u8]) -> Message<'_> {
    Decoder::established(Transport::Tcp, Limits::default()).decode(&mut &*bytes).unwrap().unwrap()
}

#[test]
fn settings_are_cumulative() {
    let first = Csm { max_message_size: Some(0x10_0000), block_wise_transfer: true, extended_token_length: None };
    let bytes = through(&first.to_message().unwrap());
    assert_eq!(bytes, b"\x50\xe1\x23\x10\x00\x00\x20");
    assert_eq!(Csm::from_message(&read(&bytes)), Some(first));
    let settled = Csm::BASE.and(first).and(Csm { extended_token_length: Some(65_804), ..Csm::default() });
    assert_eq!((settled.max_message_size, settled.extended_token_length), (Some(0x10_0000), Some(65_804)));
    assert!(settled.supports_bert() && !Csm::BASE.supports_bert());
    let smaller = settled.and(Csm { max_message_size: Some(1152), ..Csm::default() });
    assert!(!smaller.supports_bert());
    let mut encoder = Encoder::new(Transport::Tcp);
    encoder.apply(&settled);
    assert_eq!((encoder.max_message_len, encoder.max_token_len), (0x10_0000, 65_804));
}

/// RFC 8974 §2.2.1: below 8 ignored, above 65804 taken for 65804.
#[test]
fn token_lengths_out_of_range_are_set_right() {
    let csm = |value: u32| {
        let mut options = Options::new();
        options.push_uint(signaling::EXTENDED_TOKEN_LENGTH, value).unwrap();
        Csm::from_message(&Message { options, ..Message::reliable(Code::CSM) }).unwrap().extended_token_length
    };
    assert_eq!([csm(0), csm(7), csm(8), csm(65_804), csm(65_805)], [None, None, Some(8), Some(65_804), Some(65_804)]);
    assert!(Csm { extended_token_length: Some(7), ..Csm::default() }.to_message().is_err());
    assert_eq!(Csm::from_message(&Message::reliable(Code::PING)), None);
}

#[test]
fn a_pong_echoes_the_token() {
    let ping = read(b"\x01\xe2\x42");
    assert_eq!(through(&signaling::pong(&ping, false)), b"\x01\xe3\x42");
    let with_custody = through(&signaling::pong(&ping, true));
    assert_eq!(with_custody, b"\x11\xe3\x42\x20");
    assert!(signaling::has_custody(&read(&with_custody)) && !signaling::has_custody(&ping));
}

#[test]
fn releases_and_aborts_say_why() {
    let release = read(b"\x90\xe4\x24host\x01b\x21\x0a");
    assert_eq!(signaling::alternative_addresses(&release).collect::<Vec<_>>(), ["host", "b"]);
    assert_eq!((signaling::hold_off(&release), signaling::bad_csm_option(&release)), (Some(10), None));
    let bytes = through(&signaling::abort("no", Some(OptionNumber(5))));
    assert_eq!(bytes, b"\x50\xe5\x21\x05\xffno");
    let abort = read(&bytes);
    assert_eq!(
        (signaling::bad_csm_option(&abort), coap_codec::problem::diagnostic(&abort)),
        (Some(OptionNumber(5)), Some("no"))
    );
}
