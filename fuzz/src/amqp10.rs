//! `amqp_codec::v1_0` as a member of the family.

use amqp_codec::v1_0::{
    DecodeError, DecodeErrorKind, Decoder, Encoded, Encoder, Frame, Layout, Limits, Message, Piece, ProtocolHeader,
    ProtocolId, ReceivedFrame, SectionKind, Side, Transfer, Value,
};
use arbitrary::{Result, Unstructured};
use bytes::BytesMut;

use crate::Family;

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
            Config::Middle => Decoder::mid_stream(None, Limits::default()),
            Config::Start(None) => Decoder::observer(Limits::default()),
            Config::Start(Some(side)) => Decoder::new(side, Limits::default()),
        }
    }

    fn decoder_for(_: Config, _: &Frame<'_>) -> Decoder {
        Self::decoder(Config::Middle)
    }

    fn decode<'a>(decoder: &mut Decoder, input: &mut &'a [u8]) -> core::result::Result<Option<Frame<'a>>, DecodeError> {
        Ok(decoder.decode(input)?.map(ReceivedFrame::into_frame))
    }

    fn decode_shared(
        decoder: &mut Decoder,
        input: &mut BytesMut,
    ) -> core::result::Result<Option<Frame<'static>>, DecodeError> {
        decoder.decode_shared(input)
    }

    fn needed(decoder: &Decoder) -> usize {
        decoder.needed()
    }

    fn position(decoder: &Decoder) -> u64 {
        decoder.position()
    }

    fn offset(error: &DecodeError) -> usize {
        error.offset
    }

    fn encode(_: Config, frame: &Frame<'_>, out: &mut Vec<u8>) -> core::result::Result<(), String> {
        Encoder::new(u32::MAX).encode(frame, out).map_err(|error| error.to_string())
    }

    fn encoded_len(_: Config, frame: &Frame<'_>) -> usize {
        Encoder::new(u32::MAX).encoded_len(frame)
    }

    fn own(frame: Frame<'_>) -> Frame<'static> {
        frame.into_owned()
    }

    fn same(a: &Frame<'_>, b: &Frame<'_>) -> bool {
        a == b
    }

    fn walk(frame: &Frame<'_>) {
        assert!(!frame.to_string().is_empty());
        let mut wire = Vec::new();
        Encoder::new(u32::MAX).encode(frame, &mut wire).expect("decoded frames encode");
        if let Frame::Amqp { .. } = frame {
            let body = wire.get(8..).unwrap_or_default();
            match Encoded::decode(&mut { body }, &Limits::default()) {
                Ok(value) => drop(walk(value.value())),
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
    let (mut whole, mut rest) = (Decoder::mid_stream(None, Limits::default()), stream);
    let mut frames = Vec::new();
    let error = loop {
        match whole.decode(&mut rest) {
            Ok(Some(frame)) => frames.push(frame.into_frame()),
            Ok(None) => break None,
            Err(error) => break Some(error),
        }
    };
    let (mut decoder, mut start, mut end) = (Decoder::mid_stream(None, Limits::default()), 0usize, 0usize);
    let (mut seen, mut open) = (frames.into_iter(), None);
    while end < stream.len() {
        end = end.saturating_add(usize::from(step).max(1)).min(stream.len());
        loop {
            let mut input = stream.get(start..end).unwrap_or_default();
            let piece = decoder.decode_piece(&mut input);
            start = end.saturating_sub(input.len());
            match (piece, &mut open) {
                (Ok(Some(Piece::Frame(frame))), None) => assert_eq!(Some(frame.into_frame()), seen.next()),
                (Ok(Some(Piece::Head { channel, transfer, payload_len })), None) => {
                    open = Some((channel, transfer, payload_len, Vec::new()));
                }
                (Ok(Some(Piece::Chunk(chunk))), Some((_, _, _, payload))) => {
                    assert!(!chunk.is_empty());
                    payload.extend_from_slice(chunk);
                }
                (Ok(Some(Piece::End)), Some(_)) => {
                    let Some((channel, transfer, payload_len, payload)) = open.take() else { return };
                    assert_eq!(payload.len(), payload_len);
                    let frame = Frame::Amqp { channel, performative: transfer.into(), payload: payload.into() };
                    assert_eq!(Some(frame), seen.next());
                }
                (Ok(None), _) => break,
                (Err(late), None) => {
                    // A performative may be refused before its frame is there as a whole.
                    assert!(error.is_none_or(|error| error == late), "{late}, but {error:?}");
                    return;
                }
                (piece, _) => panic!("{piece:?} out of order"),
            }
            if start == stream.len() && open.is_none() {
                break;
            }
        }
    }
    // A head may be there of a frame whose payload is not.
    assert!(error.is_none() && seen.next().is_none());
}

/// Law 5 for values: what is iterated is what was counted. Returns the number of values, of which some may be skipped.
fn walk(value: Value<'_>) -> usize {
    const SHOWN: usize = 1_000;
    match value {
        Value::List(list) => {
            assert_eq!(list.iter().take(SHOWN).count(), list.len().min(SHOWN));
            list.iter().take(SHOWN).map(walk).sum::<usize>().saturating_add(1)
        }
        Value::Map(map) => {
            assert_eq!(map.iter().take(SHOWN).count(), map.len().min(SHOWN));
            map.iter()
                .take(SHOWN)
                .map(|(key, value)| walk(key).saturating_add(walk(value)))
                .sum::<usize>()
                .saturating_add(1)
        }
        Value::Array(array) => {
            assert_eq!(array.iter().take(SHOWN).count(), array.len().min(SHOWN));
            array.iter().take(SHOWN).map(walk).sum::<usize>().saturating_add(1)
        }
        Value::Described(described) => walk(described.descriptor()).saturating_add(walk(described.value())),
        _ => 1,
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
