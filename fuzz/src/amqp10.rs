//! `amqp_codec::v1_0` as a member of the family.

use amqp_codec::v1_0::{
    DecodeError, DecodeErrorKind, Decoder, Encoded, Encoder, Frame, Layout, Limits, Message, Piece, ProtocolHeader,
    ProtocolId, SectionKind, Side, Transfer, Value,
};
use arbitrary::{Result, Unstructured};
use bytes::BytesMut;

use crate::Family;
use crate::pieces::{Part, joined};

#[cfg(feature = "differential")]
mod differential;

#[cfg(feature = "differential")]
pub use differential::{AMQP10_DIFFERENCES, Amqp10Difference, amqp10_compare, amqp10_differential};

/// AMQP 1.0, both layers and directions.
#[derive(Debug)]
pub enum Amqp10 {}

/// Where the decoder begins.
#[derive(Debug, Clone, Copy)]
pub enum Config {
    /// In the middle of a stream.
    Middle,
    /// At the beginning, as one side or as neither.
    Start(Option<Side>),
}

const fn encoder(_: Config, _: &Frame<'_>) -> Encoder {
    Encoder::new(u32::MAX)
}

impl Family for Amqp10 {
    type Config = Config;
    type Message<'a> = Frame<'a>;
    type Error = DecodeError;
    type Decoder = Decoder;

    fn config(u: &mut Unstructured<'_>) -> Result<Config> {
        Ok(match u.arbitrary::<u8>()? & 7 {
            0..=3 => Config::Middle,
            4 | 5 => Config::Start(None),
            6 => Config::Start(Some(Side::Client)),
            _ => Config::Start(Some(Side::Server)),
        })
    }

    fn arbitrary(config: Config, u: &mut Unstructured<'_>) -> Result<Frame<'static>> {
        if matches!(config, Config::Start(_)) {
            let id = *u.choose(&[ProtocolId::Amqp, ProtocolId::Sasl, ProtocolId::Tls])?;
            return Ok(Frame::Header(ProtocolHeader(id)));
        }
        // Headers stand at the beginning.
        Ok(match u.arbitrary()? {
            Frame::Header(_) => Frame::Empty { channel: u.arbitrary()? },
            frame => frame,
        })
    }

    fn decoder(config: Config) -> Decoder {
        match config {
            Config::Middle => Decoder::established(None, Limits::default()),
            Config::Start(None) => Decoder::observer(Limits::default()),
            Config::Start(Some(side)) => Decoder::new(side, Limits::default()),
        }
    }

    fn decoder_for(_: Config, _: &Frame<'_>) -> Decoder {
        Self::decoder(Config::Middle)
    }

    verbs!(decoder of Frame);
    verbs!(message Frame);
    verbs!(encoder of Frame);

    fn encoded_len(config: Config, frame: &Frame<'_>) -> usize {
        encoder(config, frame).encoded_len(frame)
    }

    fn walk(frame: &Frame<'_>) {
        assert!(!frame.to_string().is_empty());
        let mut wire = Vec::new();
        Encoder::new(u32::MAX).encode(frame, &mut wire).expect("decoded frames encode");
        if let Frame::Amqp { .. } = frame {
            let body = wire.get(8..).unwrap_or_default();
            match Encoded::decode(&mut { body }, &Limits::default()) {
                Ok(value) => walk(value.value()),
                // The levels of the performative come on top of those of its fields.
                Err(error) => assert_eq!(error.kind, DecodeErrorKind::TooDeep),
            }
        }
        if let Frame::Amqp { payload, .. } = frame {
            amqp10_message(payload);
        }
    }
}

/// Law 4 for payloads piece by piece: joined again, the pieces of a stream are its frames, and it fails in the same place.
pub fn amqp10_pieces(data: &[u8]) {
    let Some((&step, stream)) = data.split_first() else { return };
    let (frames, error) = crate::borrowed::<Amqp10>(Config::Middle, stream, core::iter::once(stream.len()));
    let sizes = core::iter::repeat(usize::from(step).max(1));
    let told = joined::<Amqp10, _>(&mut Amqp10::decoder(Config::Middle), stream, sizes, |decoder, input| {
        Ok(decoder.decode_piece(input)?.map(|piece| match piece {
            Piece::Frame(frame) => Part::Whole(frame.into_frame()),
            Piece::Head { channel, transfer, payload_len } => {
                let performative = transfer.into();
                let join = move |payload: Vec<u8>| Frame::Amqp { channel, performative, payload: payload.into() };
                Part::Head(payload_len, Box::new(join))
            }
            Piece::Chunk(chunk) => Part::Chunk(chunk),
            Piece::End => Part::End,
        }))
    });
    assert_eq!(told.messages, frames);
    match told.error {
        // A performative may be refused before its frame is there as a whole.
        Some((early, _)) => {
            assert!(!told.open && error.is_none_or(|(error, _)| error == early), "{early}, but {error:?}")
        }
        None => assert_eq!(error, None),
    }
}

/// Law 5 for values: what is iterated is what was counted. Of the values, some may be skipped.
fn walk(value: Value<'_>) {
    const SHOWN: usize = 1_000;
    match value {
        Value::List(list) => {
            assert_eq!(list.iter().take(SHOWN).count(), list.len().min(SHOWN));
            list.iter().take(SHOWN).for_each(walk);
        }
        Value::Map(map) => {
            assert_eq!(map.iter().take(SHOWN).count(), map.len().min(SHOWN));
            map.iter().take(SHOWN).flat_map(<[_; 2]>::from).for_each(walk);
        }
        Value::Array(array) => {
            assert_eq!(array.iter().take(SHOWN).count(), array.len().min(SHOWN));
            array.iter().take(SHOWN).for_each(walk);
        }
        Value::Described(described) => [described.descriptor(), described.value()].into_iter().for_each(walk),
        _ => {}
    }
}

/// Laws of single values: octets survive, the smallest form is stable and decodes, printing ends, paths end.
pub fn amqp10_value(data: &[u8]) {
    let limits = Limits::default();
    let mut rest = data;
    match Encoded::decode(&mut rest, &limits) {
        Ok(value) => {
            assert_eq!(value.as_bytes().len().saturating_add(rest.len()), data.len());
            walk(value.value());
            assert!(value.to_string().len() <= data.len().saturating_mul(80).saturating_add(10_000));
            let small = value.canonical();
            assert!(small.as_bytes().len() <= value.as_bytes().len(), "{value} grew");
            let again = Encoded::decode(&mut small.as_bytes(), &limits).expect("the smallest form decodes");
            assert!(again.is_canonical(), "{value}");
            assert_eq!(again.to_string(), value.to_string());
            for cut in (0..value.as_bytes().len()).take(64) {
                assert!(Encoded::decode(&mut value.as_bytes().get(..cut).unwrap_or_default(), &limits).is_err());
            }
        }
        Err(error) => {
            assert!(error.offset <= data.len());
            assert!(!error.path(data).to_string().is_empty());
            assert_eq!(rest.len(), data.len(), "consumed by a failure");
        }
    }
}

/// Laws of messages: what is read re-encodes to an equal, owned or not; the layout finds the same sections.
pub fn amqp10_message(data: &[u8]) {
    let limits = Limits::default();
    let message = Message::decode(data, &limits);
    let layout = Layout::decode(data, &limits);
    let message = match message {
        Ok(message) => message.into_message(),
        Err(error) => {
            assert!(error.offset <= data.len());
            return;
        }
    };
    let layout = layout.expect("what reads has a layout");
    assert_eq!(layout.header(&limits), Ok(message.header));
    assert_eq!(layout.properties(&limits).as_ref(), Ok(&message.properties));
    assert_eq!(layout.octets(SectionKind::ApplicationProperties).is_empty(), message.application_properties.is_none());
    let mut out = Vec::new();
    message.encode(&mut out).expect("what was read can be sent");
    assert_eq!(out.len(), message.encoded_len());
    assert_eq!(Message::decode(&out, &limits).as_deref(), Ok(&message));
    assert_eq!(message.clone().into_owned(), message);
    carried(&message, &out);
    let mut forwarded = Vec::new();
    if layout.body().is_some() {
        layout
            .forward(
                message.header,
                message.delivery_annotations.clone(),
                message.message_annotations.clone(),
                &mut forwarded,
            )
            .expect("forwards");
        assert_eq!(Message::decode(&forwarded, &limits).as_deref(), Ok(&message));
    }
}

/// A message in one act with its transfer is the transfer and the message.
fn carried(message: &Message<'_>, octets: &[u8]) {
    let (encoder, transfer) = (Encoder::new(u32::MAX), Transfer { handle: 1, ..Transfer::default() });
    let (mut whole, mut parts) = (Vec::new(), Vec::new());
    encoder.encode_message(2, &transfer, message, &mut whole).expect("what was read can be sent");
    encoder.encode_head(2, &transfer.into(), octets.len(), &mut parts).expect("a short transfer can be sent");
    parts.extend_from_slice(octets);
    assert_eq!(whole, parts);
}

/// A message made of arbitrary parts survives.
///
/// # Errors
/// The bytes ran out.
pub fn amqp10_message_value(data: &[u8]) -> Result<()> {
    let message: Message<'static> = Unstructured::new(data).arbitrary()?;
    let mut wire = Vec::new();
    message.encode(&mut wire).unwrap_or_else(|reason| panic!("refused to encode {message:?}: {reason}"));
    assert_eq!(Message::decode(&wire, &Limits::default()).as_deref(), Ok(&message));
    amqp10_message(&wire);
    Ok(())
}
