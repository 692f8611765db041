//! The laws that every codec of the family keeps, written once: `cargo test` runs them under proptest, the fuzz targets under
//! libFuzzer.
//!
//! A crate takes part by implementing [`Family`]. A crate that drifts out of the family's shape no longer builds here.

#![forbid(unsafe_code)]
#![allow(clippy::panic, clippy::expect_used, clippy::arithmetic_side_effects, reason = "a broken law has to be loud")]

use core::fmt::Debug;

use arbitrary::Unstructured;
use bytes::BytesMut;

/// The verbs that the crates spell alike, for the types and the function `encoder` that the caller has in scope.
macro_rules! verbs {
    (decoder of $message:ident) => {
        fn decode<'a>(
            decoder: &mut Decoder,
            input: &mut &'a [u8],
        ) -> core::result::Result<Option<$message<'a>>, DecodeError> {
            Ok(decoder.decode(input)?.map(Into::into))
        }

        fn decode_shared(
            decoder: &mut Decoder,
            input: &mut BytesMut,
        ) -> core::result::Result<Option<$message<'static>>, DecodeError> {
            decoder.decode_shared(input)
        }

        fn needed(decoder: &Decoder) -> usize {
            decoder.needed()
        }

        fn position(decoder: &Decoder) -> u64 {
            decoder.position()
        }
    };
    (message $message:ident) => {
        fn offset(error: &DecodeError) -> usize {
            error.offset
        }

        fn own(message: $message<'_>) -> $message<'static> {
            message.into_owned()
        }

        fn same(a: &$message<'_>, b: &$message<'_>) -> bool {
            a == b
        }
    };
    (encoder of $message:ident) => {
        fn encode(config: Config, message: &$message<'_>, out: &mut Vec<u8>) -> core::result::Result<(), String> {
            encoder(config, message).encode(message, out).map_err(|error| error.to_string())
        }
    };
}

mod amqp091;
mod amqp10;
mod coap;
mod mqtt;
mod pieces;
#[cfg(feature = "fuzzing")]
mod smqtt;
mod xmpp;

#[cfg(feature = "differential")]
pub use amqp10::{AMQP10_DIFFERENCES, Amqp10Difference, amqp10_compare, amqp10_differential};
pub use amqp10::{Amqp10, Config as Amqp10Config, amqp10_message, amqp10_message_value, amqp10_pieces, amqp10_value};
#[cfg(feature = "differential")]
pub use amqp091::amqp091_differential;
pub use amqp091::{
    Amqp091, Config as Amqp091Config, amqp091_assembly, amqp091_pieces, amqp091_table, amqp091_topic,
    amqp091_topic_data, amqp091_transmit,
};
pub use coap::{Coap, Config as CoapConfig, coap_datagram, coap_edit, coap_link, coap_uri};
pub use mqtt::{
    Config as MqttConfig, Mqtt, mqtt_first_bytes, mqtt_rewrite, mqtt_stream, mqtt_subscriptions, topic_filter,
};
#[cfg(feature = "differential")]
pub use mqtt::{
    DIFFERENCES as MQTT_DIFFERENCES, Difference as MqttDifference, Ours as MqttOurs, Theirs as MqttTheirs,
    mqtt_compare, mqtt_differential,
};
#[cfg(feature = "fuzzing")]
pub use smqtt::{smqtt_envelope, smqtt_key, smqtt_policy, smqtt_subscriber, smqtt_value};
#[cfg(feature = "differential")]
pub use xmpp::xmpp_differential;
pub use xmpp::{Config as XmppConfig, Held as XmppHeld, Xmpp, xmpp_forward, xmpp_jid, xmpp_value};

/// What all codecs have in common: a decoder of a stream (or of single datagrams), an encoder, borrowed and owned messages.
pub trait Family {
    /// What the bytes alone do not say: role, version, transport.
    type Config: Copy + Debug;
    /// A message, borrowed or owned.
    type Message<'a>: Debug;
    /// The decode error.
    type Error: Copy + PartialEq + Debug;
    /// The decoder.
    type Decoder;

    /// Some configuration.
    ///
    /// # Errors
    /// The bytes ran out.
    fn config(u: &mut Unstructured<'_>) -> arbitrary::Result<Self::Config>;
    /// A message that may be sent under this configuration.
    ///
    /// # Errors
    /// The bytes ran out.
    fn arbitrary(config: Self::Config, u: &mut Unstructured<'_>) -> arbitrary::Result<Self::Message<'static>>;
    /// The decoder that reads what was sent under this configuration.
    fn decoder(config: Self::Config) -> Self::Decoder;
    /// The decoder of a connection in which this message may come next.
    fn decoder_for(config: Self::Config, _message: &Self::Message<'_>) -> Self::Decoder {
        Self::decoder(config)
    }
    /// The configuration with what the decoder has learnt from the stream.
    fn learnt(config: Self::Config, _decoder: &Self::Decoder) -> Self::Config {
        config
    }
    /// `Decoder::decode`.
    ///
    /// # Errors
    /// Those of the decoder.
    fn decode<'a>(decoder: &mut Self::Decoder, input: &mut &'a [u8]) -> Result<Option<Self::Message<'a>>, Self::Error>;
    /// `Decoder::decode_shared`.
    ///
    /// # Errors
    /// Those of the decoder.
    fn decode_shared(
        decoder: &mut Self::Decoder,
        input: &mut BytesMut,
    ) -> Result<Option<Self::Message<'static>>, Self::Error>;
    /// `Decoder::needed`.
    fn needed(decoder: &Self::Decoder) -> usize;
    /// `Decoder::position`.
    fn position(decoder: &Self::Decoder) -> u64;
    /// The error's offset in the failing message.
    fn offset(error: &Self::Error) -> usize;
    /// `Encoder::encode` into an empty buffer; the reason if it refuses.
    ///
    /// # Errors
    /// Those of the encoder, as text.
    fn encode(config: Self::Config, message: &Self::Message<'_>, out: &mut Vec<u8>) -> Result<(), String>;
    /// `Encoder::encoded_len`.
    fn encoded_len(config: Self::Config, message: &Self::Message<'_>) -> usize;
    /// `into_owned`.
    fn own(message: Self::Message<'_>) -> Self::Message<'static>;
    /// Equality across lifetimes.
    fn same(a: &Self::Message<'_>, b: &Self::Message<'_>) -> bool;
    /// Whether the decoder let something pass in the last message, or handed it over as refused, so that it need not be sendable.
    fn lenient(_decoder: &Self::Decoder, _message: &Self::Message<'_>) -> bool {
        false
    }
    /// Visits everything that is iterated lazily, and checks what validation counted.
    fn walk(_message: &Self::Message<'_>) {}
}

/// Law 1, *there and back*: what is encoded decodes equal, in as many bytes as announced, borrowed, shared and owned; and law 3, *prefix*:
/// no strict prefix decodes, consumes, or asks for more than is missing.
///
/// # Errors
/// The bytes ran out.
pub fn there_and_back<F: Family>(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let config = F::config(&mut u)?;
    let message = F::arbitrary(config, &mut u)?;
    let mut wire = Vec::new();
    if let Err(reason) = F::encode(config, &message, &mut wire) {
        panic!("refused to encode {message:?}: {reason}");
    }
    assert_eq!(wire.len(), F::encoded_len(config, &message), "{message:?}");

    let mut decoder = F::decoder_for(config, &message);
    let mut input = wire.as_slice();
    let decoded = F::decode(&mut decoder, &mut input).expect("what was encoded decodes").expect("and is complete");
    assert!(input.is_empty(), "{} bytes left of {message:?}", input.len());
    assert!(F::same(&decoded, &message), "{decoded:?} is not {message:?}");
    F::walk(&decoded);
    assert!(F::same(&F::own(decoded), &message));

    let mut shared = BytesMut::from(wire.as_slice());
    let decoded =
        F::decode_shared(&mut F::decoder_for(config, &message), &mut shared).expect("decodes").expect("complete");
    assert!(shared.is_empty() && F::same(&decoded, &message));
    prefixes::<F>(config, &message, &wire);
    Ok(())
}

fn prefixes<F: Family>(config: F::Config, message: &F::Message<'_>, wire: &[u8]) {
    for len in (0..wire.len()).filter(|len| *len < 64 || len % 97 == 0 || wire.len().saturating_sub(*len) < 8) {
        let mut decoder = F::decoder_for(config, message);
        let mut input = wire.get(..len).unwrap_or_default();
        let decoded = F::decode(&mut decoder, &mut input);
        assert!(matches!(decoded, Ok(None)), "prefix of {len} of {} bytes: {decoded:?}", wire.len());
        assert_eq!(input.len(), len, "consumed from an incomplete message");
        let (needed, missing) = (F::needed(&decoder), wire.len().saturating_sub(len));
        assert!((1..=missing).contains(&needed), "needs {needed}, {missing} are missing");
    }
}

/// Everything that a decoder said: the messages, and the error that ended them.
type Transcript<F> = (Vec<<F as Family>::Message<'static>>, Option<(<F as Family>::Error, u64)>);

/// Decodes all of the input at once, and checks laws 2 and 5 on the way: *back and there*, *totality*.
fn whole<F: Family>(config: F::Config, data: &[u8]) -> Transcript<F> {
    let mut decoder = F::decoder(config);
    let mut input = data;
    let mut messages = Vec::new();
    loop {
        let before = input.len();
        match F::decode(&mut decoder, &mut input) {
            Ok(Some(message)) => {
                assert!(input.len() < before, "a message out of nothing");
                assert_eq!(F::position(&decoder), data.len().saturating_sub(input.len()) as u64);
                F::walk(&message);
                if !F::lenient(&decoder, &message) {
                    back_and_there::<F>(F::learnt(config, &decoder), &message);
                }
                messages.push(F::own(message));
            }
            Ok(None) => {
                assert_eq!(input.len(), before, "consumed from an incomplete message");
                assert!(F::needed(&decoder) > 0);
                return (messages, None);
            }
            Err(error) => {
                assert!(F::offset(&error) <= input.len(), "{error:?} beyond {} bytes", input.len());
                let again = F::decode(&mut decoder, &mut input);
                assert!(matches!(again, Err(same) if same == error), "a failed decoder stays failed");
                return (messages, Some((error, F::position(&decoder))));
            }
        }
    }
}

/// Law 2: what was decoded re-encodes to something that decodes equal.
fn back_and_there<F: Family>(config: F::Config, message: &F::Message<'_>) {
    let mut wire = Vec::new();
    if let Err(reason) = F::encode(config, message, &mut wire) {
        panic!("refused to encode what was decoded, {message:?}: {reason}");
    }
    assert_eq!(wire.len(), F::encoded_len(config, message));
    let mut input = wire.as_slice();
    let again = F::decode(&mut F::decoder_for(config, message), &mut input).expect("decodes").expect("complete");
    assert!(input.is_empty() && F::same(&again, message), "{again:?} is not {message:?}");
}

/// Laws 2 and 5 on arbitrary bytes.
///
/// # Errors
/// The bytes ran out.
pub fn totality<F: Family>(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let config = F::config(&mut u)?;
    whole::<F>(config, u.take_rest());
    Ok(())
}

/// Law 4, *splitting*: any chunking, borrowed or shared, gives the same messages, the same error at the same place.
///
/// # Errors
/// The bytes ran out.
pub fn splitting<F: Family>(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let config = F::config(&mut u)?;
    let sizes: [u8; 4] = u.arbitrary()?;
    let data = u.take_rest();
    let expected = whole::<F>(config, data);
    let mut sizes = sizes.into_iter().map(|size| usize::from(size % 61).max(1)).cycle();
    let chunks = core::iter::from_fn(|| sizes.next());
    compare::<F>(&expected, &borrowed::<F>(config, data, chunks.take(data.len())));
    compare::<F>(&expected, &shared::<F>(config, data, 7));
    compare::<F>(&expected, &shared::<F>(config, data, usize::MAX));
    Ok(())
}

fn borrowed<F: Family>(config: F::Config, data: &[u8], chunks: impl Iterator<Item = usize>) -> Transcript<F> {
    let mut decoder = F::decoder(config);
    let (mut start, mut end) = (0_usize, 0_usize);
    let mut messages = Vec::new();
    for size in core::iter::once(0).chain(chunks) {
        end = end.saturating_add(size).min(data.len());
        let mut input = data.get(start..end).unwrap_or_default();
        loop {
            match F::decode(&mut decoder, &mut input) {
                Ok(Some(message)) => messages.push(F::own(message)),
                Ok(None) => break,
                Err(error) => return (messages, Some((error, F::position(&decoder)))),
            }
        }
        start = end.saturating_sub(input.len());
    }
    (messages, None)
}

fn shared<F: Family>(config: F::Config, data: &[u8], chunk: usize) -> Transcript<F> {
    let mut decoder = F::decoder(config);
    let mut input = BytesMut::new();
    let mut messages = Vec::new();
    for chunk in data.chunks(chunk) {
        input.extend_from_slice(chunk);
        loop {
            match F::decode_shared(&mut decoder, &mut input) {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => break,
                Err(error) => return (messages, Some((error, F::position(&decoder)))),
            }
        }
    }
    (messages, None)
}

fn compare<F: Family>(a: &Transcript<F>, b: &Transcript<F>) {
    assert_eq!(a.1, b.1, "errors differ by chunking");
    assert_eq!(a.0.len(), b.0.len(), "messages differ by chunking");
    for (a, b) in a.0.iter().zip(&b.0) {
        assert!(F::same(a, b), "{a:?} and {b:?} differ by chunking");
    }
}
