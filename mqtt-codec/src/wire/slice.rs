//! Bytes that are written into a slice.

use crate::wire::Sink;

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
