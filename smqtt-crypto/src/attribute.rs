//! Attributes, the atoms of access: what a message is labelled with and what a policy asks for.
//!
//! An attribute is a byte string: a domain byte, the key behind its 16-bit length, the value behind its 32-bit length.
//! No two different attributes share bytes, whatever their names contain (SPEC §4.1).

use crate::error::{DecodeError, DecodeErrorKind};
use crate::limits::Limits;
use crate::topic;
use crate::wire::{Reader, put_bytes16};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;

/// Bits per level of the prefix tree over numbers: radix 16.
const RADIX_BITS: u8 = 4;

/// Bits of an epoch: 24 bits of hours reach 1,914 years.
pub const EPOCH_BITS: u8 = 24;

/// A point in time of the caller's choosing, usually hours since some origin: access and keys change at its pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Epoch(pub u64);

impl Epoch {
    /// The last epoch that an attribute can carry.
    pub const MAX: Self = Self((1 << EPOCH_BITS) - 1);
}

impl fmt::Display for Epoch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One attribute in its hashed form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attribute(Box<[u8]>);

impl Attribute {
    fn new(domain: u8, key: &[u8], value: &[u8]) -> Self {
        // Names have at most 64 bytes and values at most 65,535, by `Label` and `is_topic`.
        let key_len = u16::try_from(key.len()).unwrap_or(u16::MAX).to_be_bytes();
        let value_len = u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes();
        Self([&[domain], key_len.as_slice(), key, value_len.as_slice(), value].concat().into_boxed_slice())
    }

    /// The bytes that are hashed to the curve.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Domain 0: the base of the ciphertext-policy scheme, which no name can collide with.
    #[must_use]
    pub fn base() -> Self {
        Self::new(0, b"", b"")
    }

    /// Domain 1: `name = "value"`.
    #[must_use]
    pub fn text(name: &str, value: &str) -> Self {
        Self::new(1, name.as_bytes(), value.as_bytes())
    }

    /// Domain 2: the node of the prefix tree over `bits`-bit numbers at `depth` (1 is just below the root).
    #[must_use]
    pub fn number_node(name: &str, bits: u8, depth: u8, prefix: u64) -> Self {
        Self::new(2, name.as_bytes(), &node(bits, depth, prefix))
    }

    /// Domain 3: a node of the prefix tree over epochs.
    #[must_use]
    pub fn epoch_node(depth: u8, prefix: u64) -> Self {
        Self::new(3, b"", &node(EPOCH_BITS, depth, prefix))
    }

    /// Domain 4: level `index` of the topic is `level`.
    #[must_use]
    pub fn topic_level(index: u16, level: &str) -> Self {
        let [high, low] = index.to_be_bytes();
        Self::new(4, &[0, high, low], level.as_bytes())
    }

    /// Domain 4: the topic has `count` levels.
    #[must_use]
    pub fn topic_len(count: u16) -> Self {
        Self::new(4, &[1], &count.to_be_bytes())
    }

    /// Domain 4: the topic does not begin with `$`.
    #[must_use]
    pub fn topic_plain() -> Self {
        Self::new(4, &[2], b"")
    }
}

impl fmt::Debug for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

fn node(bits: u8, depth: u8, prefix: u64) -> [u8; 11] {
    let [a, b, c, d, e, f, g, h] = prefix.to_be_bytes();
    [bits, RADIX_BITS, depth, a, b, c, d, e, f, g, h]
}

/// Is `bits` a width that numbers may have: a multiple of four up to 64?
pub(crate) const fn is_width(bits: u8) -> bool {
    bits != 0 && bits <= 64 && bits.is_multiple_of(RADIX_BITS)
}

/// The largest number of `bits` bits.
pub(crate) const fn max_number(bits: u8) -> u64 {
    u64::MAX.wrapping_shr(64u32.saturating_sub(bits as u32))
}

/// The nodes above `value`, from just below the root to the leaf: `(depth, prefix)`.
pub(crate) fn path(bits: u8, value: u64) -> impl Iterator<Item = (u8, u64)> {
    let depths = bits.div_ceil(RADIX_BITS);
    (1..=depths).map(move |depth| {
        let below = u32::from(depths.saturating_sub(depth)).saturating_mul(u32::from(RADIX_BITS));
        (depth, value.wrapping_shr(below))
    })
}

/// The fewest nodes that cover `lo..=hi` exactly, in ascending order.
pub(crate) fn cover(bits: u8, lo: u64, hi: u64) -> impl Iterator<Item = (u8, u64)> {
    let depths = u32::from(bits.div_ceil(RADIX_BITS));
    let mut next = (lo <= hi).then_some(lo);
    core::iter::from_fn(move || {
        let start = next?;
        // Climb while the node begins at `start` and ends by `hi`; the root itself has no attribute.
        let mut size_bits = 0u32;
        for height in 1..depths {
            let bits = height.saturating_mul(u32::from(RADIX_BITS));
            let mask = 1u64.wrapping_shl(bits).wrapping_sub(1);
            if start & mask != 0 || start | mask > hi {
                break;
            }
            size_bits = bits;
        }
        let last = start | 1u64.wrapping_shl(size_bits).wrapping_sub(1);
        next = last.checked_add(1).filter(|next| *next <= hi);
        // Four bits are one level: RADIX_BITS.
        let depth = depths.saturating_sub(size_bits >> 2);
        Some((u8::try_from(depth).unwrap_or(u8::MAX), start.wrapping_shr(size_bits)))
    })
}

/// Is `name` a name: a letter, then letters, digits, `_`, `.`, `-`; at most 64 bytes and no word of the language?
pub(crate) fn is_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
        && !["and", "or", "not", "of", "in", "topic", "epoch"].contains(&name)
}

/// What a publisher says about a message, besides its topic and its epoch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Label {
    /// `name = "value"`. A name may have several values.
    Text {
        /// A letter, then letters, digits, `_`, `.` and `-`.
        name: Box<str>,
        /// Any text; compared byte by byte, without normalisation.
        value: Box<str>,
    },
    /// `name = value`, a number that policies may compare. One value per name and width.
    Number {
        /// As above.
        name: Box<str>,
        /// Width in bits: a multiple of four up to 64. Policies must use the same.
        bits: u8,
        /// At most `bits` bits.
        value: u64,
    },
}

impl Label {
    /// A text label.
    #[must_use]
    pub fn text(name: &str, value: &str) -> Self {
        Self::Text { name: name.into(), value: value.into() }
    }

    /// A 32-bit number label.
    #[must_use]
    pub fn number(name: &str, value: u64) -> Self {
        Self::Number { name: name.into(), bits: 32, value }
    }

    fn name(&self) -> &str {
        match self {
            Self::Text { name, .. } | Self::Number { name, .. } => name,
        }
    }

    fn is_valid(&self) -> bool {
        is_name(self.name())
            && match self {
                Self::Text { value, .. } => value.len() <= 1024,
                Self::Number { bits, value, .. } => is_width(*bits) && *value <= max_number(*bits),
            }
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text { name, value } => write!(f, "{name}={value:?}"),
            Self::Number { name, bits: 32, value } => write!(f, "{name}={value}"),
            Self::Number { name, bits, value } => write!(f, "{name}={value}#{bits}"),
        }
    }
}

/// A set of labels: sorted, without repeats.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels(Vec<Label>);

impl Labels {
    /// Sorts `labels` and drops repeats; `None` when one is invalid, there are too many, or a number has two values.
    #[must_use]
    pub fn new(labels: &[Label]) -> Option<Self> {
        let mut sorted = labels.to_vec();
        sorted.sort();
        sorted.dedup();
        let valid = sorted.len() <= Limits::default().max_labels && sorted.iter().all(Label::is_valid);
        (valid && numbers_are_single(&sorted)).then_some(Self(sorted))
    }

    /// The labels in order.
    pub fn iter(&self) -> core::slice::Iter<'_, Label> {
        self.0.iter()
    }

    /// Appends the canonical binary form (SPEC §4.3).
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::try_from(self.0.len()).unwrap_or(u8::MAX));
        for label in &self.0 {
            match label {
                Label::Text { name, value } => {
                    out.push(1);
                    let _fits = put_bytes16(out, name.as_bytes()).and(put_bytes16(out, value.as_bytes()));
                }
                Label::Number { name, bits, value } => {
                    out.push(2);
                    let _fits = put_bytes16(out, name.as_bytes());
                    out.push(*bits);
                    out.extend_from_slice(&value.to_be_bytes());
                }
            }
        }
    }

    /// Reads the canonical binary form, all of `input`.
    ///
    /// # Errors
    /// [`DecodeError`] for anything that [`encode`](Self::encode) would not write.
    pub fn decode(input: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(input);
        let count = usize::from(reader.u8()?);
        // A label has at least five bytes: nothing is allocated for a count that the bytes do not bear out.
        if count > limits.max_labels || count.saturating_mul(5) > reader.remaining() {
            return Err(Reader::error_at(0, DecodeErrorKind::LimitExceeded));
        }
        let mut labels: Vec<Label> = Vec::with_capacity(count);
        for _ in 0..count {
            let at = reader.offset();
            let label = match reader.u8()? {
                1 => Label::Text { name: reader.text16()?.into(), value: reader.text16()?.into() },
                2 => Label::Number { name: reader.text16()?.into(), bits: reader.u8()?, value: reader.u64()? },
                _ => return Err(Reader::error_at(at, DecodeErrorKind::BadLabel)),
            };
            if !label.is_valid() {
                return Err(Reader::error_at(at, DecodeErrorKind::BadLabel));
            }
            if labels.last().is_some_and(|last| *last >= label) {
                return Err(Reader::error_at(at, DecodeErrorKind::NotCanonical));
            }
            labels.push(label);
        }
        if !numbers_are_single(&labels) {
            return Err(Reader::error_at(0, DecodeErrorKind::NotCanonical));
        }
        reader.finish()?;
        Ok(Self(labels))
    }

    /// Every attribute of a message: its topic, its epoch, its labels; sorted, without repeats.
    ///
    /// `None` when the topic is not a topic name or the epoch is beyond [`Epoch::MAX`].
    #[must_use]
    pub fn attributes(&self, topic: &str, epoch: Epoch) -> Option<Vec<Attribute>> {
        if !topic::is_topic(topic) || epoch > Epoch::MAX {
            return None;
        }
        let mut attributes = Vec::new();
        for (index, level) in (0u16..).zip(topic.split('/')) {
            attributes.push(Attribute::topic_level(index, level));
        }
        attributes.push(Attribute::topic_len(u16::try_from(attributes.len()).ok()?));
        if !topic.starts_with('$') {
            attributes.push(Attribute::topic_plain());
        }
        attributes.extend(path(EPOCH_BITS, epoch.0).map(|(depth, prefix)| Attribute::epoch_node(depth, prefix)));
        self.extend(&mut attributes);
        attributes.sort();
        attributes.dedup();
        Some(attributes)
    }

    /// The attributes of the labels alone: what a ciphertext-policy key holds.
    #[must_use]
    pub fn own_attributes(&self) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        self.extend(&mut attributes);
        attributes.sort();
        attributes.dedup();
        attributes
    }

    fn extend(&self, attributes: &mut Vec<Attribute>) {
        for label in &self.0 {
            match label {
                Label::Text { name, value } => attributes.push(Attribute::text(name, value)),
                Label::Number { name, bits, value } => attributes.extend(
                    path(*bits, *value).map(|(depth, prefix)| Attribute::number_node(name, *bits, depth, prefix)),
                ),
            }
        }
    }
}

/// Labels are sorted, so that two values of one number are neighbours.
fn numbers_are_single(labels: &[Label]) -> bool {
    labels.windows(2).all(|pair| match pair {
        [Label::Number { name: a, bits: m, .. }, Label::Number { name: b, bits: n, .. }] => a != b || m != n,
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_are_exact_and_small() {
        for (lo, hi) in [(0, 255), (0, 0), (1, 254), (16, 31), (15, 32), (7, 7), (255, 255), (0, 15)] {
            let nodes: Vec<_> = cover(8, lo, hi).collect();
            for value in 0..=255u64 {
                let covered = path(8, value).filter(|node| nodes.contains(node)).count();
                assert_eq!(covered, usize::from((lo..=hi).contains(&value)), "{lo}..{hi} {value}");
            }
        }
        assert_eq!(cover(32, 0, u64::from(u32::MAX)).count(), 16);
        assert_eq!(cover(64, 0, u64::MAX).count(), 16);
        assert_eq!(cover(64, 1, u64::MAX - 1).count(), 15 * 30 + 14);
        assert_eq!(cover(24, 1, (1 << 24) - 2).count(), 15 * 10 + 14);
        assert_eq!(cover(8, 3, 2).count(), 0);
    }

    #[test]
    fn names_do_not_run_together() {
        assert_ne!(Attribute::text("A1", "0"), Attribute::text("A", "10"));
        assert_ne!(Attribute::text("n", "é"), Attribute::text("n", "e\u{301}"));
        assert_ne!(Attribute::text("topic_level", "a"), Attribute::topic_level(0, "a"));
        assert_ne!(Attribute::base(), Attribute::text("", ""));
    }

    #[test]
    fn labels_there_and_back() {
        let labels = Labels::new(&[
            Label::text("team", "b"),
            Label::number("gen", 7),
            Label::text("team", "a"),
            Label::text("team", "a"),
        ])
        .unwrap();
        assert_eq!(labels.iter().count(), 3);
        let mut bytes = Vec::new();
        labels.encode(&mut bytes);
        assert_eq!(Labels::decode(&bytes, &Limits::default()), Ok(labels.clone()));
        for cut in 0..bytes.len() {
            assert!(Labels::decode(&bytes[..cut], &Limits::default()).is_err());
        }
        assert_eq!(labels.attributes("a/b", Epoch(5)).unwrap().len(), 2 + 1 + 1 + 6 + 2 + 8);
        assert!(Labels::new(&[Label::number("gen", 1), Label::number("gen", 2)]).is_none());
        assert!(Labels::new(&[Label::text("in", "x")]).is_none());
        assert!(Labels::new(&[Label::number("n", 1 << 32)]).is_none());
    }
}
