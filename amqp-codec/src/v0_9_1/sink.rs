//! Private: where encoded octets go.

use bytes::BufMut;

use super::wire::widen;

/// Where encoded octets go: a caller's buffer, or a window on a frame for resumable writing.
pub(crate) trait Sink {
    fn slice(&mut self, octets: &[u8]);

    /// A number of `N` octets, at most eight, which it does not exceed.
    #[inline(always)]
    fn number<const N: u32>(&mut self, value: u64) {
        self.slice(value.to_be_bytes().get(widen(8_u32.wrapping_sub(N))..).unwrap_or_default());
    }

    #[inline(always)]
    fn u8(&mut self, value: u8) {
        self.number::<1>(value.into());
    }

    #[inline(always)]
    fn u16(&mut self, value: u16) {
        self.number::<2>(value.into());
    }

    #[inline(always)]
    fn u32(&mut self, value: u32) {
        self.number::<4>(value.into());
    }

    #[inline(always)]
    fn u64(&mut self, value: u64) {
        self.number::<8>(value);
    }

    /// Lets go of what is held back.
    #[inline(always)]
    fn flush(&mut self) {}
}

impl<B: BufMut> Sink for B {
    #[inline(always)]
    fn slice(&mut self, octets: &[u8]) {
        self.put_slice(octets);
    }
}

/// Gathers numbers in a register, so that a run of them is written at once. Their places are known when this is compiled: nothing is left
/// of the gathering but shifts.
pub(crate) struct Staged<'o, S: Sink> {
    out: &'o mut S,
    word: u128,
    /// Octets of the word that are used, the lowest ones.
    len: u32,
}

impl<'o, S: Sink> Staged<'o, S> {
    #[inline(always)]
    pub(crate) const fn new(out: &'o mut S) -> Self {
        Self { out, word: 0, len: 0 }
    }
}

impl<S: Sink> Sink for Staged<'_, S> {
    #[inline(always)]
    fn slice(&mut self, octets: &[u8]) {
        self.flush();
        self.out.slice(octets);
    }

    #[inline(always)]
    fn number<const N: u32>(&mut self, value: u64) {
        if self.len.wrapping_add(N) > u128::BITS / 8 {
            self.flush();
        }
        self.word = self.word.wrapping_shl(N.wrapping_mul(8)) | u128::from(value);
        self.len = self.len.wrapping_add(N);
    }

    #[inline(always)]
    fn flush(&mut self) {
        let octets = self.word.wrapping_shl(128_u32.wrapping_sub(self.len.wrapping_mul(8))).to_be_bytes();
        if let Some(octets @ [_, ..]) = octets.get(..widen(self.len)) {
            self.out.slice(octets);
        }
        self.len = 0;
    }
}

impl<S: Sink> Drop for Staged<'_, S> {
    #[inline(always)]
    fn drop(&mut self) {
        self.flush();
    }
}

/// Writes a short string of at most 255 octets.
#[inline(always)]
pub(crate) fn put_short(text: &[u8], out: &mut impl Sink) {
    debug_assert!(text.len() < 256, "the type admits no more");
    let [len, ..] = text.len().to_le_bytes();
    out.u8(len);
    out.slice(text);
}

/// Writes a long string; its length was checked before.
#[inline(always)]
pub(crate) fn put_long(octets: &[u8], out: &mut impl Sink) {
    out.u32(u32::try_from(octets.len()).unwrap_or(0));
    out.slice(octets);
}
