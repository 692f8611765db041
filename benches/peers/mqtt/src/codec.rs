//! What a codec must be able to do to take part, and one round of it.

use std::hint::black_box;
use std::time::Duration;

use contest::timed;

use crate::rows::{Row, Version, Work};
use crate::visit::{Record, Sum, Visit};

/// A codec under test. Only `decode`, `chunks` and `encode` are timed.
pub trait Codec: 'static {
    const NAME: &'static str;
    const VERSIONS: &'static [Version];
    /// Whether `chunks` is written for it.
    const CHUNKS: bool = false;
    /// Rows it fails, and how: these are not timed, and the table says why.
    const FAILS: &'static [(&'static str, &'static str)] = &[];

    /// What it decodes from, made before the clock starts.
    type Input;
    fn input(bytes: &'static [u8]) -> Self::Input;
    /// Decodes everything and visits each packet.
    fn decode<V: Visit>(version: Version, input: Self::Input, v: &mut V);
    /// Receives the bytes in pieces into a buffer of its own kind, decoding after each.
    fn chunks<V: Visit>(_version: Version, _bytes: &'static [u8], _size: usize, _v: &mut V) {}

    /// Packets to encode; codecs whose encoder takes them by value empty the list.
    type Packets: Clone;
    fn packets(version: Version, bytes: &'static [u8]) -> Self::Packets;
    type Out;
    fn out(capacity: usize) -> Self::Out;
    fn encode(version: Version, packets: &mut Self::Packets, out: &mut Self::Out);
    fn bytes(out: Self::Out) -> Vec<u8>;
}

pub struct Peer {
    pub name: &'static str,
    versions: &'static [Version],
    chunks: bool,
    fails: &'static [(&'static str, &'static str)],
    /// Decoding rows: the fields seen. Encoding rows: the bytes written.
    pub check: fn(&Row) -> Outcome,
    /// One round at each call of what comes back: the packets it had, and the time.
    pub prepare: fn(&'static Row) -> Round,
}

pub type Round = Box<dyn FnMut() -> (u64, Duration)>;

pub enum Outcome {
    Fields(Vec<String>),
    Bytes(Vec<u8>),
}

impl Peer {
    pub fn of<C: Codec>() -> Self {
        Self {
            name: C::NAME,
            versions: C::VERSIONS,
            chunks: C::CHUNKS,
            fails: C::FAILS,
            check: check::<C>,
            prepare: prepare::<C>,
        }
    }

    /// Whether the row is for this codec.
    pub fn offers(&self, row: &Row) -> bool {
        self.versions.contains(&row.version) && (self.chunks || !matches!(row.work, Work::Chunks(_)))
    }

    /// Why the row is not timed, although the codec offers it.
    pub fn fault(&self, row: &Row) -> Option<&'static str> {
        self.fails.iter().find(|(name, _)| *name == row.name).map(|(_, reason)| *reason)
    }
}

fn check<C: Codec>(row: &Row) -> Outcome {
    let mut record = Record::default();
    match row.work {
        Work::Decode => C::decode(row.version, C::input(row.bytes), &mut record),
        Work::Chunks(size) => C::chunks(row.version, row.bytes, size, &mut record),
        Work::Encode => {
            let mut out = C::out(row.bytes.len() + 64);
            C::encode(row.version, &mut C::packets(row.version, row.bytes), &mut out);
            return Outcome::Bytes(C::bytes(out));
        }
    }
    Outcome::Fields(record.lines)
}

fn prepare<C: Codec>(row: &'static Row) -> Round {
    let version = row.version;
    match row.work {
        Work::Decode => Box::new(move || {
            let input = C::input(row.bytes);
            let mut sum = Sum::default();
            let ((), elapsed) = timed(|| C::decode(version, black_box(input), &mut sum));
            (sum.seen(), elapsed)
        }),
        Work::Chunks(size) => Box::new(move || {
            let mut sum = Sum::default();
            let ((), elapsed) = timed(|| C::chunks(version, black_box(row.bytes), size, &mut sum));
            (sum.seen(), elapsed)
        }),
        Work::Encode => {
            let mut template = None;
            Box::new(move || {
                let mut packets = template.get_or_insert_with(|| C::packets(version, row.bytes)).clone();
                let mut out = C::out(row.bytes.len() + 64);
                let ((), elapsed) = timed(|| C::encode(version, black_box(&mut packets), &mut out));
                black_box(&out);
                (row.packets as u64, elapsed)
            })
        }
    }
}
