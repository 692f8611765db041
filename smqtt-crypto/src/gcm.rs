//! AES-GCM with nonces of 96 bits (NIST SP 800-38D), put together from AES and POLYVAL for messages of a few blocks.
//!
//! One call of AES gives the mask of the tag and 96 bytes of key stream. The hash is POLYVAL, which is GHASH with its blocks turned
//! around (RFC 8452 appendix A). Blocks are made and stored whole: what was written in parts cannot be read as a block before
//! everything older is done, which costs more than the block.

use aes::cipher::consts::U16;
use aes::cipher::{Array, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser};
use alloc::vec::Vec;
use polyval::Polyval;
use polyval::hazmat::FieldElement;
use polyval::universal_hash::{Reset, UniversalHash};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

type Block = [u8; 16];
/// What one call of AES encrypts.
type Lanes = [Block; 8];

/// The longest text (§5.2.1.1).
const MAX_LEN: u64 = (1 << 36) - 32;

/// A key, and the nonce that the messages' numbers are added to.
pub(crate) struct Gcm<A> {
    aes: A,
    /// Keeps the powers of its key; begun anew for every message.
    hash: Polyval,
    /// The blocks 0 to 7 of message 0.
    counters: Zeroizing<Lanes>,
}

impl<A: BlockCipherEncrypt<BlockSize = U16>> Gcm<A> {
    pub(crate) fn new(aes: A, nonce: &[u8; 12]) -> Self {
        let mut key = Zeroizing::new([0; 16]);
        aes.encrypt_block(Array::cast_from_core_mut(&mut key));
        let key = Zeroizing::new(FieldElement::from(*key).reverse().mulx());
        let hash = Polyval::new(&(*key).into());
        let mut counters = Zeroizing::new(Lanes::default());
        for (number, block) in (0u32..).zip(counters.iter_mut()) {
            let counter = number.to_be_bytes();
            block.iter_mut().zip(nonce.iter().chain(&counter)).for_each(|(to, from)| *to = *from);
        }
        Self { aes, hash, counters }
    }

    /// Appends the encrypted text and its tag to `out`; nothing, and gives `None`, for what is too long.
    pub(crate) fn seal(&mut self, message: u32, aad: &[u8], text: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let lengths = lengths(aad, text)?;
        let start = out.len();
        out.reserve(text.len().saturating_add(size_of::<Block>()));
        self.begin(aad);
        let mut first = Lanes::default();
        self.first(message, &mut first);
        self.apply(message, &first, text, out);
        let tag = self.tag(&first, out.get(start..)?, lengths);
        out.extend_from_slice(&tag.to_ne_bytes());
        Some(())
    }

    /// Verifies the tag, then appends the decrypted text to `out`; nothing, and gives `None`, when the tag is wrong.
    pub(crate) fn open(&mut self, message: u32, aad: &[u8], text: &[u8], tag: &Block, out: &mut Vec<u8>) -> Option<()> {
        let lengths = lengths(aad, text)?;
        self.begin(aad);
        let mut first = Lanes::default();
        self.first(message, &mut first);
        let authentic = self.tag(&first, text, lengths).ct_eq(&u128::from_ne_bytes(*tag));
        bool::from(authentic).then(|| {
            out.reserve(text.len());
            self.apply(message, &first, text, out);
        })
    }

    /// Block 0, which nothing uses, the mask of the tag, and the first blocks of key stream. Not inlined: where the compiler takes
    /// the counters for single words, it writes them so.
    #[inline(never)]
    fn first(&self, message: u32, lanes: &mut Lanes) {
        self.count(message, 0, lanes);
        self.aes.encrypt_with_backend(Encrypt(lanes));
    }

    /// The counter blocks from block 8 · `turn`: both numbers are spread over the words of a block in registers.
    fn count(&self, message: u32, turn: u32, lanes: &mut Lanes) {
        const THIRD: [[u32; 4]; 8] = [[0, 0, u32::MAX, 0]; 8];
        const FOURTH: [[u32; 4]; 8] = [[0, 0, 0, u32::MAX]; 8];
        let (message, turn) = (message.to_be(), turn.wrapping_shl(3).to_be());
        let masks = THIRD.as_flattened().iter().zip(FOURTH.as_flattened());
        let (words, _) = lanes.as_flattened_mut().as_chunks_mut();
        let (counters, _) = self.counters.as_flattened().as_chunks();
        for ((word, counter), (third, fourth)) in words.iter_mut().zip(counters).zip(masks) {
            *word = (u32::from_ne_bytes(*counter) ^ (message & third) ^ (turn & fourth)).to_ne_bytes();
        }
    }

    fn apply(&self, message: u32, [_, _, first @ ..]: &Lanes, text: &[u8], out: &mut Vec<u8>) {
        xor(text, first, out);
        if let Some(rest) = text.get(first.as_flattened().len()..).filter(|rest| !rest.is_empty()) {
            self.apply_rest(message, rest, out);
        }
    }

    /// By kilobytes, as many blocks as the widest instructions take. Not inlined: it is rare, and wants that much of the stack.
    #[inline(never)]
    fn apply_rest(&self, message: u32, text: &[u8], out: &mut Vec<u8>) {
        let mut stream = [Lanes::default(); 8];
        for (turn, chunk) in (1..).step_by(stream.len()).zip(text.chunks(size_of_val(&stream))) {
            let stream = stream.get_mut(..chunk.len().div_ceil(size_of::<Lanes>())).unwrap_or_default();
            (turn..).zip(stream.iter_mut()).for_each(|(turn, lanes)| self.count(message, turn, lanes));
            self.aes.encrypt_blocks(Array::cast_slice_from_core_mut(stream.as_flattened_mut()));
            xor(chunk, stream.as_flattened(), out);
        }
    }

    fn begin(&mut self, aad: &[u8]) {
        self.hash.reset();
        self.absorb(aad, None);
    }

    fn tag(&mut self, [_, mask, ..]: &Lanes, text: &[u8], lengths: u128) -> u128 {
        self.absorb(text, Some(lengths));
        // The end of a hash takes it by value; a clone is written where it is needed, the hash itself would be moved there.
        let sum: Block = self.hash.clone().finalize().into();
        u128::from_ne_bytes(sum).swap_bytes() ^ u128::from_ne_bytes(*mask)
    }

    /// Hashes `bytes`, filled up with zeros to whole blocks, and `end`.
    fn absorb(&mut self, bytes: &[u8], end: Option<u128>) {
        let mut blocks = [[0; 16]; 9];
        let (chunks, rest) = bytes.as_chunks::<{ size_of::<Lanes>() }>();
        for chunk in chunks {
            turn(chunk, &mut blocks);
            let [blocks @ .., _] = &blocks;
            self.hash.update(Array::cast_slice_from_core(blocks));
        }
        turn(rest, &mut blocks);
        let mut count = rest.len().div_ceil(16);
        if let (Some(end), Some(last)) = (end, blocks.get_mut(count)) {
            *last = end.to_le_bytes();
            count = count.wrapping_add(1);
        }
        self.hash.update(Array::cast_slice_from_core(blocks.get(..count).unwrap_or_default()));
    }
}

/// The blocks of at most 128 bytes, each turned around.
fn turn(bytes: &[u8], blocks: &mut [Block; 9]) {
    let (whole, part) = bytes.as_chunks();
    for (to, from) in blocks.iter_mut().zip(whole) {
        let mut block = *from;
        block.reverse();
        *to = block;
    }
    if let (false, Some(last)) = (part.is_empty(), blocks.get_mut(whole.len())) {
        let bits = u32::try_from(part.len()).unwrap_or(0).wrapping_mul(8);
        let value = match bytes.last_chunk() {
            Some(end) => u128::from_le_bytes(*end).wrapping_shr(bits.wrapping_neg()),
            None => part.iter().rev().fold(0, |value, byte| value << 8 | u128::from(*byte)),
        };
        *last = value.to_be_bytes();
    }
}

fn xor(text: &[u8], stream: &[Block], out: &mut Vec<u8>) {
    out.extend(text.iter().zip(stream.as_flattened()).map(|(byte, key)| byte ^ key));
}

/// The last block of the hash: both lengths in bits.
fn lengths(aad: &[u8], text: &[u8]) -> Option<u128> {
    let bits = |bytes: &[u8]| u64::try_from(bytes.len()).ok()?.checked_mul(8);
    let lengths = u128::from(bits(aad)?).wrapping_shl(64) | u128::from(bits(text)?);
    (text.len() as u64 <= MAX_LEN).then_some(lengths)
}

/// Eight blocks at once, without the loops that a slice of unknown length takes.
struct Encrypt<'l>(&'l mut Lanes);

impl BlockSizeUser for Encrypt<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Encrypt<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let blocks = Array::cast_slice_from_core_mut(self.0);
        let (parallel, rest) = Array::<_, B::ParBlocksSize>::slice_as_chunks_mut(blocks);
        parallel.iter_mut().for_each(|blocks| backend.encrypt_par_blocks(blocks.into()));
        rest.iter_mut().for_each(|block| backend.encrypt_block(block.into()));
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, reason = "small numbers in a test")]
mod tests {
    use super::*;
    use crate::test_data::hex;
    use aes::cipher::KeyInit;
    use aes::{Aes128Enc, Aes256Enc};
    use aes_gcm::Aes256Gcm;
    use aes_gcm::aead::AeadInOut;
    use proptest::prelude::*;

    fn check<A: BlockCipherEncrypt<BlockSize = U16>>(aes: A, [nonce, aad, text, sealed]: [&[u8]; 4]) {
        let mut gcm = Gcm::new(aes, nonce.try_into().unwrap());
        let (mut out, mut opened) = (Vec::new(), Vec::new());
        assert_eq!(gcm.seal(0, aad, text, &mut out), Some(()));
        assert_eq!(out, sealed);
        let (body, tag) = sealed.split_last_chunk().unwrap();
        assert_eq!(gcm.open(0, aad, body, tag, &mut opened), Some(()));
        assert_eq!(opened, text);
    }

    /// Test cases 1 to 4 and 13 to 16 of McGrew and Viega, The Galois/Counter Mode of Operation, appendix B.
    #[test]
    fn cases_of_the_proposal() {
        let zeros = |len| "00".repeat(len);
        let key = "feffe9928665731c6d6a8f9467308308";
        let nonce = "cafebabefacedbaddecaf888";
        let text = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72\
                    1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
        let aad = "feedfacedeadbeeffeedfacedeadbeefabaddad2";
        let short = "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e\
                     21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091473f5985";
        let long = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa\
                    8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad";
        for (key, nonce, aad, text, sealed) in [
            (&zeros(16), &*zeros(12), "", "", "58e2fccefa7e3061367f1d57a4e7455a"),
            (
                &zeros(16),
                &zeros(12),
                "",
                &*zeros(16),
                "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf",
            ),
            (&key.into(), nonce, "", text, &*std::format!("{short}4d5c2af327cd64a62cf35abd2ba6fab4")),
            (
                &key.into(),
                nonce,
                aad,
                &text[..120],
                &*std::format!("{}5bc94fbc3221a5db94fae95ae7121a47", &short[..120]),
            ),
            (&zeros(32), &zeros(12), "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
            (
                &zeros(32),
                &zeros(12),
                "",
                &zeros(16),
                "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
            ),
            (&key.repeat(2), nonce, "", text, &std::format!("{long}b094dac5d93471bdec1a502270e3cc6c")),
            (
                &key.repeat(2),
                nonce,
                aad,
                &text[..120],
                &std::format!("{}76fc6ece0f4e1768cddf8853bb2d551b", &long[..120]),
            ),
        ] {
            let (key, fields) = (hex(key), [nonce, aad, text, sealed].map(hex));
            let fields = fields.each_ref().map(Vec::as_slice);
            match <[u8; 32]>::try_from(key.as_slice()) {
                Ok(key) => check(Aes256Enc::new(&key.into()), fields),
                Err(_) => check(Aes128Enc::new(key.first_chunk::<16>().unwrap().into()), fields),
            }
        }
    }

    /// Tags that OpenSSL 3.0 gives, around every boundary of ours.
    #[test]
    fn lengths_of_openssl() {
        let key: [u8; 32] = core::array::from_fn(|at| at as u8);
        let nonce = core::array::from_fn(|at| 100 + at as u8);
        for (aad, text, tag) in [
            (0, 1, "71ab1d53dc3e4e439ac73c2135067109"),
            (1, 15, "f0a23774092e2f63ffcff1c71a0f6ddc"),
            (16, 17, "15242d1c1e32de5abe313e25eefa0deb"),
            (20, 95, "9e56a8685e75ceed7dd00df8f1a337aa"),
            (63, 96, "f3a97241bcde73631c0ee1826a424de2"),
            (65, 97, "d1cfdd0099ebb8c12a99fa515f858db2"),
            (127, 128, "d507ac371c00ca88e3f3b57ec9d0d423"),
            (128, 129, "8398fe6f70a1c64d549b70d62ce94906"),
            (129, 224, "22e703a742409f6c663e17596141b660"),
            (300, 225, "a090b54957f1beb3e1c74cf6befe3308"),
            (13, 1000, "3378d08e2956a7e936c3b4e78b2c96da"),
        ] {
            let aad: Vec<u8> = (0..aad).map(|at| 255 - (at % 256) as u8).collect();
            let text: Vec<u8> = (0..text).map(|at| (at % 251) as u8).collect();
            let mut out = Vec::new();
            Gcm::new(Aes256Enc::new(&key.into()), &nonce).seal(0, &aad, &text, &mut out).unwrap();
            assert_eq!(out[text.len()..], hex(tag), "{} {}", aad.len(), text.len());
        }
    }

    proptest! {
        /// Against another implementation; and whatever is changed is refused, with nothing appended.
        #[test]
        fn agrees_with_aes_gcm(
            key: [u8; 32],
            nonce: [u8; 12],
            message: u32,
            aad in prop::collection::vec(any::<u8>(), 0..300),
            text in prop::collection::vec(any::<u8>(), 0..700),
            change: prop::sample::Index,
        ) {
            let mut gcm = Gcm::new(Aes256Enc::new(&key.into()), &nonce);
            let mut sealed = b"before".to_vec();
            gcm.seal(message, &aad, &text, &mut sealed).unwrap();
            let mut theirs = text.clone();
            let mut nonce = nonce;
            nonce[8..].iter_mut().zip(message.to_be_bytes()).for_each(|(byte, number)| *byte ^= number);
            let peer = Aes256Gcm::new(&key.into());
            let tag = peer.encrypt_inout_detached(&nonce.into(), &aad, theirs.as_mut_slice().into()).unwrap();
            prop_assert_eq!(&sealed, &[b"before", &*theirs, &*tag].concat());

            let mut opened = b"before".to_vec();
            prop_assert_eq!(gcm.open(message, &aad, &theirs, &tag.into(), &mut opened), Some(()));
            prop_assert_eq!(&opened[6..], &text);
            let mut all = [aad.as_slice(), &theirs, &tag].concat();
            all[change.index(aad.len() + text.len() + 16)] ^= 1 << (message % 8);
            let (aad, sealed) = all.split_at(aad.len());
            let (body, tag) = sealed.split_last_chunk().unwrap();
            prop_assert_eq!(gcm.open(message, aad, body, tag, &mut opened), None);
            prop_assert_eq!(opened.len(), 6 + text.len());
        }
    }
}
