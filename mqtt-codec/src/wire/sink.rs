//! Where encoded bytes go.

use bytes::BufMut;

use super::varint;

/// A caller's buffer or slice, or a window on the message for resumable writing.
///
/// It is handed on by value, so that the place in a slice stays in registers.
pub(crate) trait Sink: Sized {
    /// How many bytes it takes.
    fn room(&self) -> usize;

    fn slice(self, bytes: &[u8]) -> Self;

    /// A slice of a fixed length is a store.
    #[inline(always)]
    fn array<const N: usize>(self, bytes: [u8; N]) -> Self {
        self.slice(&bytes)
    }

    #[inline(always)]
    fn u8(self, value: u8) -> Self {
        self.array([value])
    }

    #[inline(always)]
    fn u16(self, value: u16) -> Self {
        self.array(value.to_be_bytes())
    }

    /// A field of at most 65,535 bytes behind its length; the length was checked before the first byte was written.
    #[inline(always)]
    fn field(self, bytes: &[u8]) -> Self {
        let [.., hi, lo] = bytes.len().to_be_bytes();
        self.array([hi, lo]).slice(bytes)
    }

    #[inline]
    fn varint(self, value: usize) -> Self {
        match varint(value) {
            ([a, ..], 1) => self.u8(a),
            ([a, b, ..], 2) => self.array([a, b]),
            ([a, b, c, _], 3) => self.array([a, b, c]),
            (all, _) => self.array(all),
        }
    }
}

impl<B: BufMut> Sink for &mut B {
    #[inline]
    fn room(&self) -> usize {
        self.remaining_mut()
    }

    #[inline]
    fn slice(self, bytes: &[u8]) -> Self {
        self.put_slice(bytes);
        self
    }

    #[inline]
    fn u8(self, value: u8) -> Self {
        self.put_u8(value);
        self
    }
}

/// What is left of a slice that is filled from the front. There is room: that was checked.
pub(crate) struct Slice<'o>(pub(crate) &'o mut [u8]);

impl Sink for Slice<'_> {
    #[inline(always)]
    fn room(&self) -> usize {
        self.0.len()
    }

    #[inline(always)]
    fn slice(self, bytes: &[u8]) -> Self {
        let Some((to, rest)) = self.0.split_at_mut_checked(bytes.len()) else { return Slice(&mut []) };
        copy(to, bytes);
        Slice(rest)
    }

    #[inline(always)]
    fn array<const N: usize>(self, bytes: [u8; N]) -> Self {
        let Some((to, rest)) = self.0.split_first_chunk_mut() else { return Slice(&mut []) };
        *to = bytes;
        Slice(rest)
    }
}

/// Copies as many bytes. Most fields are short: two moves that overlap cost less than a call of `memcpy`.
#[inline(always)]
fn copy(to: &mut [u8], from: &[u8]) {
    let len = from.len();
    if len > 64 {
        to.copy_from_slice(from);
    } else if len >= 32 {
        ends::<32>(to, from);
    } else if len >= 16 {
        ends::<16>(to, from);
    } else if len >= 8 {
        ends::<8>(to, from);
    } else if len >= 4 {
        ends::<4>(to, from);
    } else {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
    }
}

/// Copies the first `N` bytes and the last.
#[inline(always)]
fn ends<const N: usize>(to: &mut [u8], from: &[u8]) {
    if let (Some(to), Some(from)) = (to.first_chunk_mut::<N>(), from.first_chunk::<N>()) {
        *to = *from;
    }
    if let (Some(to), Some(from)) = (to.last_chunk_mut::<N>(), from.last_chunk::<N>()) {
        *to = *from;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_length_is_copied_whole() {
        for len in 0..200_usize {
            let from: alloc::vec::Vec<u8> = (1..=u8::MAX).cycle().take(len).collect();
            let mut to = alloc::vec![0; len];
            copy(&mut to, &from);
            assert_eq!(to, from);
        }
    }
}
