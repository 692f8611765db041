//! `amqp_codec::v0_9_1` as a member of the family.

use amqp_codec::v0_9_1::routing::{TopicTable, topic};
use amqp_codec::v0_9_1::{
    Array, ContentAssembly, ContentHeader, DecodeError, Decoder, Dialect, Encoder, FieldTable, Frame, Limits, Method,
    Piece, Step, Value, method::basic, peek,
};
use arbitrary::Unstructured;
use bytes::BytesMut;

use crate::Family;
use crate::pieces::{Part, joined};

#[cfg(feature = "differential")]
mod differential;

#[cfg(feature = "differential")]
pub use differential::amqp091_differential;

/// AMQP 0-9-1, both directions.
#[derive(Debug)]
pub enum Amqp091 {}

/// Whose reading of the specification holds, and whether the peers have tuned.
#[derive(Debug, Clone, Copy)]
pub struct Config {
    dialect: Dialect,
    tuned: bool,
}

fn limits() -> Limits {
    Limits { channel_max: u16::MAX, ..Limits::default() }
}

fn encoder(_: Config, _: &Frame<'_>) -> Encoder {
    sender()
}

/// What may send frames of any size.
fn sender() -> Encoder {
    let mut encoder = Encoder::new();
    encoder.tuned(0);
    encoder
}

impl Family for Amqp091 {
    type Config = Config;
    type Message<'a> = Frame<'a>;
    type Error = DecodeError;
    type Decoder = Decoder;

    fn config(u: &mut Unstructured<'_>) -> arbitrary::Result<Config> {
        let byte: u8 = u.arbitrary()?;
        let dialect = match byte & 3 {
            0 | 1 => Dialect::RABBITMQ,
            2 => Dialect::SPEC,
            _ => Dialect::LENIENT,
        };
        Ok(Config { dialect, tuned: byte & 4 == 0 })
    }

    fn arbitrary(config: Config, u: &mut Unstructured<'_>) -> arbitrary::Result<Frame<'static>> {
        Frame::arbitrary_for(config.dialect.tags, u)
    }

    fn decoder(config: Config) -> Decoder {
        let mut decoder = Decoder::new(config.dialect, limits());
        if config.tuned {
            decoder.tuned(131_072, 0);
        }
        decoder
    }

    fn decoder_for(config: Config, _: &Frame<'_>) -> Decoder {
        Self::decoder(Config { tuned: true, ..config })
    }

    verbs!(decoder of Frame);
    verbs!(message Frame);
    verbs!(encoder of Frame);

    fn encoded_len(config: Config, frame: &Frame<'_>) -> usize {
        encoder(config, frame).encoded_len(frame)
    }

    fn walk(frame: &Frame<'_>) {
        assert!(!frame.to_string().is_empty());
        match frame {
            Frame::Header { header, .. } => {
                let properties = &header.properties;
                assert_eq!(properties.iter().count(), usize::try_from(properties.flags().count_ones()).unwrap_or(0));
                let mut all = Vec::new();
                properties.iter().for_each(|property| all.push(property));
                assert!(properties.iter().eq(all));
                properties.headers().iter().for_each(walk_table);
            }
            Frame::Method { method, .. } => {
                method.arguments(&mut |_, argument| {
                    if let amqp_codec::v0_9_1::Argument::Table(table) = argument {
                        walk_table(table);
                    }
                });
                let mut wire = Vec::new();
                sender().encode(frame, &mut wire).expect("decoded frames encode");
                let seen = peek::frame(&wire).expect("a frame").expect("a whole one");
                assert_eq!((seen.method, seen.channel), (Some(method.id()), frame.channel()));
                if let Method::BasicPublish(publish) = method {
                    assert_eq!(seen.exchange, Some(publish.exchange.as_bytes()));
                    assert_eq!(seen.routing_key, Some(publish.routing_key.as_bytes()));
                }
            }
            _ => {}
        }
    }
}

/// Iterates everything; the fields that iteration yields, written again, are the same table: nothing is lost, nothing is added.
fn walk_table(table: &FieldTable<'_>) {
    // All at once or one after the other: these are different loops.
    let mut all = Vec::new();
    table.iter().for_each(|field| all.push(field));
    assert!(table.iter().eq(all));
    let octets = table.iter().map(|field| field.name.len() + 2 + value_len(&field.value)).sum::<usize>();
    assert_eq!(octets, table.content_len(), "{table}");
    table.iter().for_each(|field| walk_value(&field.value));
}

fn walk_value(value: &Value<'_>) {
    match value {
        Value::Table(inner) => walk_table(inner),
        Value::Array(inner) => {
            let octets = inner.iter().map(|(_, value)| value_len(&value) + 1).sum::<usize>();
            assert_eq!(octets, inner.content_len());
            inner.iter().for_each(|(_, value)| walk_value(&value));
        }
        _ => {}
    }
}

/// Octets of a value by its type, written a second time and plainly.
fn value_len(value: &Value<'_>) -> usize {
    match value {
        Value::Void => 0,
        Value::Boolean(_) | Value::I8(_) | Value::U8(_) => 1,
        Value::I16(_) | Value::U16(_) => 2,
        Value::I32(_) | Value::U32(_) | Value::F32(_) => 4,
        Value::Decimal(_) => 5,
        Value::I64(_) | Value::U64(_) | Value::F64(_) | Value::Timestamp(_) => 8,
        Value::ShortString(text) => text.len().saturating_add(1),
        Value::LongString(octets) | Value::Octets(octets) => octets.len().saturating_add(4),
        Value::Table(table) => table.content_len().saturating_add(4),
        Value::Array(array) => array.content_len().saturating_add(4),
    }
}

/// Law 4 for bodies piece by piece: joined again, the pieces of a stream are its frames, and it fails in the same place.
pub fn amqp091_pieces(data: &[u8]) {
    let Some((&step, stream)) = data.split_first() else { return };
    let config = Config { dialect: Dialect::RABBITMQ, tuned: true };
    let (frames, error) = crate::borrowed::<Amqp091>(config, stream, core::iter::once(stream.len()));
    let sizes = core::iter::repeat(usize::from(step).max(1));
    let told = joined::<Amqp091, _>(&mut Amqp091::decoder(config), stream, sizes, |decoder, input| {
        Ok(decoder.decode_piece(input)?.map(|piece| match piece {
            Piece::Frame(frame) => Part::Whole(frame.into_frame()),
            Piece::Head { channel, len } => {
                let join = move |payload: Vec<u8>| Frame::Body { channel, payload: payload.into() };
                Part::Head(usize::try_from(len).expect("a length"), Box::new(join))
            }
            Piece::Chunk(chunk) => Part::Chunk(chunk),
            Piece::End => Part::End,
        }))
    });
    assert_eq!(told.messages, frames);
    assert_eq!(told.error.map(|(error, _)| error), error.map(|(error, _)| error));
}

/// Written into buffers of any size, a frame is what it is when it is written at once.
///
/// # Errors
/// The octets ran out.
pub fn amqp091_transmit(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let size = u.int_in_range(1..=70_usize)?;
    let frame: Frame<'static> = u.arbitrary()?;
    let (mut whole, mut parts, mut window) = (Vec::new(), Vec::new(), vec![0; size]);
    sender().encode(&frame, &mut whole).expect("what may be sent is encoded");
    let mut transmit = sender().start(&frame).expect("what may be sent is encoded");
    while transmit.remaining() > 0 {
        let filled = transmit.poll(&mut window);
        parts.extend_from_slice(window.get(..filled).unwrap_or_default());
    }
    assert_eq!(parts, whole, "{frame} by {size}");
    Ok(())
}

/// A table by itself, in every dialect: what is accepted is walked, copied by pushing, and compared.
pub fn amqp091_table(data: &[u8]) {
    for dialect in [Dialect::SPEC, Dialect::RABBITMQ, Dialect::LENIENT] {
        let mut octets = u32::try_from(data.len()).unwrap_or(0).to_be_bytes().to_vec();
        octets.extend_from_slice(data);
        let Ok(table) = FieldTable::decode(&octets, &dialect, &limits()) else { continue };
        walk_table(&table);
        assert!(!table.to_string().is_empty());
        let mut copy = FieldTable::new(dialect.tags);
        for field in &table {
            copy.push(&field.name, &field.value).expect("what came can be pushed");
        }
        assert_eq!(copy.iter().count(), table.iter().count());
        assert!(copy.iter().eq(table.iter().map(|field| {
            let tag = field.value.tag(dialect.tags).expect("the dialect said it");
            amqp_codec::v0_9_1::Field { tag, ..field }
        })));
        assert_eq!(table.clone().into_owned(), table);
        let mut array = Array::new(dialect.tags);
        for field in &table {
            array.push(&field.value).expect("what came can be pushed");
        }
        assert_eq!(array.iter().count(), table.iter().count());
    }
}

/// The assembly against a plain model: a list of what must come next.
pub fn amqp091_assembly(data: &[u8]) {
    let mut assembly = ContentAssembly::new(1_000);
    // What is still owed: `None` nothing, a header, or so many octets.
    let (mut header_owed, mut octets_owed) = (false, 0_u64);
    for pair in data.chunks(2) {
        let (kind, size) = (pair.first().copied().unwrap_or(0), u64::from(pair.get(1).copied().unwrap_or(0)));
        let payload = vec![0_u8; usize::try_from(size).unwrap_or(0)];
        let frame = match kind % 5 {
            0 => Frame::method(1, basic::Publish::default()),
            1 => Frame::method(1, basic::Ack::default()),
            2 => {
                let body_size = size.saturating_mul(u64::from(kind / 5));
                Frame::Header { channel: 1, header: ContentHeader { body_size, ..ContentHeader::default() } }
            }
            3 => Frame::Body { channel: 1, payload: payload.as_slice().into() },
            _ => Frame::Heartbeat,
        };
        let idle = !header_owed && octets_owed == 0;
        let fits = match &frame {
            Frame::Method { .. } => idle,
            Frame::Header { header, .. } => header_owed && header.body_size <= 1_000,
            Frame::Body { .. } => octets_owed > 0 && size <= octets_owed,
            _ => true,
        };
        let step = assembly.accept(&frame);
        assert_eq!(step.is_ok(), fits, "{frame} with {header_owed} {octets_owed}");
        if !fits {
            continue;
        }
        match &frame {
            Frame::Method { method, .. } => header_owed = method.id().has_content(),
            Frame::Header { header, .. } => (header_owed, octets_owed) = (false, header.body_size),
            Frame::Body { .. } => octets_owed = octets_owed.saturating_sub(size),
            _ => {}
        }
        let last = matches!(step, Ok(Step::Header { last: true } | Step::Body { last: true }));
        let ended = matches!(frame, Frame::Header { .. } | Frame::Body { .. }) && octets_owed == 0;
        assert_eq!(last, ended);
        assert_eq!(assembly.in_content(), header_owed || octets_owed > 0);
    }
}

/// Topic matching, one by one and compiled, against the definition by dynamic programming.
pub fn amqp091_topic(patterns: &[&str], key: &str) {
    let key_words = words(key);
    let mut table = TopicTable::new();
    let mut expected = Vec::new();
    for (place, pattern) in patterns.iter().enumerate() {
        // after[j]: the pattern so far matches the first j words.
        let mut after: Vec<bool> = (0..=key_words.len()).map(|at| at == 0).collect();
        for word in words(pattern) {
            after = if word == "#" {
                let mut any = false;
                after
                    .iter()
                    .map(|reached| {
                        any |= reached;
                        any
                    })
                    .collect()
            } else {
                let fits = key_words.iter().map(|given| word == "*" || word == *given);
                core::iter::once(false).chain(after.iter().zip(fits).map(|(reached, fits)| *reached && fits)).collect()
            };
        }
        let matches = after.last() == Some(&true);
        assert_eq!(topic(pattern.as_bytes(), key.as_bytes()), matches, "{pattern} {key}");
        table.insert(pattern.as_bytes(), place);
        if matches {
            expected.push(place);
        }
    }
    let mut found = Vec::new();
    table.matches(key.as_bytes(), |place| found.push(*place));
    found.sort_unstable();
    assert_eq!(found, expected, "{patterns:?} {key}");
    for (place, pattern) in patterns.iter().enumerate() {
        assert!(table.remove(pattern.as_bytes(), &place));
    }
    assert!(table.is_empty());
}

fn words(key: &str) -> Vec<&str> {
    key.split('.').filter(|_| !key.is_empty()).collect()
}

/// Patterns and a key from a fuzzer's octets, over a small alphabet.
pub fn amqp091_topic_data(data: &[u8]) {
    let text: String =
        data.iter().map(|octet| "ab..*#\n.".chars().nth(usize::from(octet % 8)).unwrap_or('.')).collect();
    let mut lines = text.split('\n').take(9);
    let key = lines.next().unwrap_or("");
    let patterns: Vec<&str> = lines.collect();
    amqp091_topic(&patterns, key);
}
