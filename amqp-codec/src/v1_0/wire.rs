//! Readers that shrink a slice, and what remembers where one of them failed.

use super::{DecodeError, DecodeErrorKind};

/// A violation at an address. The offset is computed once, where the whole message is at hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fault {
    kind: DecodeErrorKind,
    address: usize,
}

impl Fault {
    /// A fault at the first octet of `at`, or where that octet would be.
    #[cold]
    pub(crate) fn new(kind: DecodeErrorKind, at: &[u8]) -> Self {
        Self { kind, address: at.as_ptr().addr() }
    }

    /// The same violation under another name.
    pub(crate) fn renamed(self, kind: DecodeErrorKind) -> Self {
        Self { kind, ..self }
    }

    pub(crate) fn kind(self) -> DecodeErrorKind {
        self.kind
    }

    /// The error, with its offset in `whole`, of which the faulty octets are a part.
    #[cold]
    pub(crate) fn locate(self, whole: &[u8]) -> DecodeError {
        let offset = self.address.wrapping_sub(whole.as_ptr().addr());
        DecodeError { kind: self.kind, offset: offset.min(whole.len()) }
    }
}

pub(crate) type Parsed<T> = Result<T, Fault>;

/// The next octet.
#[inline]
pub(crate) fn octet(rest: &mut &[u8]) -> Parsed<u8> {
    match rest.split_first() {
        Some((&octet, tail)) => {
            *rest = tail;
            Ok(octet)
        }
        None => Err(Fault::new(DecodeErrorKind::Truncated, rest)),
    }
}

/// The next `N` octets.
#[inline]
pub(crate) fn octets<const N: usize>(rest: &mut &[u8]) -> Parsed<[u8; N]> {
    match rest.split_first_chunk::<N>() {
        Some((octets, tail)) => {
            *rest = tail;
            Ok(*octets)
        }
        None => Err(Fault::new(DecodeErrorKind::Truncated, rest)),
    }
}

/// The next `len` octets.
#[inline]
pub(crate) fn slice<'a>(len: usize, rest: &mut &'a [u8]) -> Parsed<&'a [u8]> {
    match rest.split_at_checked(len) {
        Some((head, tail)) => {
            *rest = tail;
            Ok(head)
        }
        None => Err(Fault::new(DecodeErrorKind::Truncated, rest)),
    }
}

/// An octet that says how many octets follow, and those octets.
#[inline]
pub(crate) fn slice8<'a>(rest: &mut &'a [u8]) -> Parsed<&'a [u8]> {
    let len = octet(rest)?;
    slice(usize::from(len), rest)
}

/// Four octets that say how many octets follow, and those octets.
#[inline]
pub(crate) fn slice32<'a>(rest: &mut &'a [u8]) -> Parsed<&'a [u8]> {
    let len = u32::from_be_bytes(octets(rest)?);
    slice(widen(len), rest)
}

/// A length from the wire as a length in memory. Where `usize` is narrower, a length that does not fit is longer than any input.
#[inline]
pub(crate) fn widen(len: u32) -> usize {
    usize::try_from(len).unwrap_or(usize::MAX)
}

/// The octets of `whole` that precede `rest`, its tail.
#[inline]
pub(crate) fn before<'a>(whole: &'a [u8], rest: &[u8]) -> &'a [u8] {
    let len = whole.len().saturating_sub(rest.len());
    whole.get(..len).unwrap_or(whole)
}
