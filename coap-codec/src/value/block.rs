//! Block1, Block2 (RFC 7959 §2), Q-Block1, Q-Block2 (RFC 9177 §4) and BERT (RFC 8323 §6).

use core::fmt;

use crate::error::EncodeError;
use crate::value::Uint;
use crate::wire;

/// Which part of a body a message has, or wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Block {
    num: u32,
    szx: u8,
    /// More blocks follow.
    pub more: bool,
}

/// A value that is no block: longer than three bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockValueError;

impl fmt::Display for BlockValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a block option is longer than three bytes")
    }
}

impl core::error::Error for BlockValueError {}

impl Block {
    /// The highest block number: 20 bits (RFC 7959 §2.2).
    pub const MAX_NUM: u32 = (1 << 20) - 1;
    /// The size exponent of BERT; reserved on datagrams (RFC 7959 §2.2, RFC 8323 §6).
    pub const BERT: u8 = 7;

    /// Block `num` of `2^(szx + 4)` bytes; `szx` 7 is BERT.
    ///
    /// # Errors
    /// Returns [`EncodeError::ValueOutOfRange`] for a number above 2^20 − 1 or an exponent above 7.
    pub const fn new(num: u32, more: bool, szx: u8) -> Result<Self, EncodeError> {
        if num > Self::MAX_NUM || szx > 7 { Err(EncodeError::ValueOutOfRange) } else { Ok(Self { num, szx, more }) }
    }

    /// The block of that size which begins at an offset of the body.
    ///
    /// # Errors
    /// Returns [`EncodeError::ValueOutOfRange`] if the size is not one of 16, 32, … 1024, the offset is not a multiple of it, or the
    /// number is above 2^20 − 1.
    pub fn at(offset: u64, more: bool, size: u16) -> Result<Self, EncodeError> {
        if !size.is_power_of_two() || !(16..=1024).contains(&size) || offset & u64::from(size).wrapping_sub(1) != 0 {
            return Err(EncodeError::ValueOutOfRange);
        }
        let bits = size.trailing_zeros();
        let num =
            u32::try_from(offset.checked_shr(bits).unwrap_or(u64::MAX)).map_err(|_| EncodeError::ValueOutOfRange)?;
        Self::new(num, more, bits.saturating_sub(4).to_le_bytes()[0])
    }

    /// Reads the value of the option.
    ///
    /// # Errors
    /// Returns [`BlockValueError`] if it is longer than three bytes.
    pub fn decode(value: &[u8]) -> Result<Self, BlockValueError> {
        if value.len() > 3 {
            return Err(BlockValueError);
        }
        // RFC 7959 §2.2: NUM, then one bit M, then three bits SZX.
        let bits = wire::uint(value).ok_or(BlockValueError)?;
        Ok(Self { num: bits >> 4, more: bits & 8 != 0, szx: bits.to_le_bytes()[0] & 7 })
    }

    /// The value of the option.
    #[must_use]
    pub const fn encode(self) -> Uint {
        Uint::new((self.num << 4) | ((self.more as u32) << 3) | self.szx as u32)
    }

    /// The number of the block.
    #[must_use]
    pub const fn num(self) -> u32 {
        self.num
    }

    /// The size exponent, 0 to 7.
    #[must_use]
    pub const fn szx(self) -> u8 {
        self.szx
    }

    /// True if the size exponent is 7: a 4.00 on datagrams (RFC 7959 §2.2), blocks of any multiple of 1024 on reliable transports
    /// (RFC 8323 §6).
    #[must_use]
    pub const fn is_bert(self) -> bool {
        self.szx == Self::BERT
    }

    /// The size of the block in bytes: 16 to 1024. BERT counts in units of 1024 (RFC 8323 §6).
    #[must_use]
    pub const fn size(self) -> u16 {
        match self.szx {
            0 => 16,
            1 => 32,
            2 => 64,
            3 => 128,
            4 => 256,
            5 => 512,
            _ => 1024,
        }
    }

    /// The offset in the body at which the block begins.
    #[must_use]
    pub const fn offset(self) -> u64 {
        (self.num as u64).saturating_mul(self.size() as u64)
    }

    /// True if a payload of that length fits the block: exactly its size unless it is the last one (RFC 7959 §2.3), a multiple of
    /// 1024 for BERT (RFC 8323 §6).
    #[must_use]
    pub const fn accepts_payload(self, len: usize) -> bool {
        let size = self.size() as usize;
        // RFC 7959 §2.3: the size must match the payload if the M bit is set.
        match (self.more, self.is_bert()) {
            (true, true) => len > 0 && len & 1023 == 0,
            (true, false) => len == size,
            (false, true) => true,
            (false, false) => len <= size,
        }
    }

    /// The same place in smaller blocks (RFC 7959 §2.3): the number grows as the size shrinks. `None` if the new exponent is larger, or
    /// the number gets above 2^20 − 1.
    #[must_use]
    pub fn with_smaller(self, szx: u8) -> Option<Self> {
        // RFC 7959 §3.2: the block number is adjusted to count in the smaller size.
        let steps = self.szx.min(6).checked_sub(szx)?;
        let num = self.num.checked_shl(u32::from(steps)).filter(|num| num >> steps == self.num)?;
        Self::new(num, self.more, szx).ok()
    }
}

impl fmt::Display for Block {
    /// `NUM/M/size`, as RFC 7959 §3 writes it: `2/1/64`, `0/1/BERT`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/", self.num, u8::from(self.more))?;
        if self.is_bert() { f.write_str("BERT") } else { self.size().fmt(f) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_of_two_bytes_and_the_corners_of_three_come_back() {
        let corners = [0x0000_0000, 0x0001_0000, 0x00ff_ffff, 0x0010_0008, 0x00ff_fff0];
        for bits in (0..=0xffff_u32).chain(corners) {
            let block = Block::decode(&Uint::new(bits)).unwrap();
            assert_eq!(block.encode(), Uint::new(bits));
            assert_eq!(Block::new(block.num(), block.more, block.szx()), Ok(block));
        }
        assert_eq!(Block::decode(&[0, 0, 0, 0]), Err(BlockValueError));
    }

    /// A number of 16 bits corrupts this one silently.
    #[test]
    fn numbers_have_twenty_bits() {
        assert_eq!(Block::new(4096, true, 6).unwrap().encode().as_slice(), [0x01, 0x00, 0x0e]);
        assert_eq!(Block::new(Block::MAX_NUM, false, 0).unwrap().encode().as_slice(), [0xff, 0xff, 0xf0]);
        assert_eq!(Block::new(Block::MAX_NUM + 1, false, 0), Err(EncodeError::ValueOutOfRange));
        assert_eq!(Block::new(0, false, 8), Err(EncodeError::ValueOutOfRange));
    }

    #[test]
    fn offsets_and_sizes_agree() {
        for szx in 0..7 {
            let size = 16 << szx;
            let block = Block::at(u64::from(size) * 9, true, size).unwrap();
            assert_eq!((block.num(), block.szx(), block.size()), (9, szx, size));
            assert_eq!(block.offset(), u64::from(size) * 9);
            assert!(block.accepts_payload(size.into()) && !block.accepts_payload(usize::from(size) - 1));
        }
        assert_eq!(Block::at(8, true, 16), Err(EncodeError::ValueOutOfRange));
        assert_eq!(Block::at(0, true, 2048), Err(EncodeError::ValueOutOfRange));
        assert_eq!(Block::at(0, true, 48), Err(EncodeError::ValueOutOfRange));
    }

    /// RFC 8323 §6: BERT counts in 1024 bytes, non-final payloads are multiples of that.
    #[test]
    fn bert_counts_in_kibibytes() {
        let block = Block::new(3, true, Block::BERT).unwrap();
        assert_eq!((block.offset(), block.size()), (3072, 1024));
        assert!(block.accepts_payload(5120) && !block.accepts_payload(4711) && !block.accepts_payload(0));
        assert!(Block::new(8, false, 7).unwrap().accepts_payload(4711));
    }

    /// RFC 7959 §3.2: 1:0/1/128 continued with 32 bytes becomes block 4.
    #[test]
    fn smaller_blocks_are_renumbered() {
        let block = Block::new(1, true, 3).unwrap().with_smaller(1).unwrap();
        assert_eq!((block.num(), block.size()), (4, 32));
        assert_eq!(Block::new(1, true, 1).unwrap().with_smaller(3), None);
        assert_eq!(Block::new(Block::MAX_NUM, true, 1).unwrap().with_smaller(0), None);
    }
}
