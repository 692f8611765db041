//! Payload suites: the AEAD under every message.

use crate::gcm::Gcm;
use crate::secret::Secret;
use aes::{Aes128Enc, Aes256Enc};
use alloc::boxed::Box;
use alloc::vec::Vec;
use ascon_aead::AsconAead128;
use chacha20poly1305::ChaCha20Poly1305;
use chacha20poly1305::aead::consts::U16;
use chacha20poly1305::aead::{AeadInOut, KeyInit, Nonce};
use core::fmt;

/// The id of a payload suite (SPEC §10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Suite(pub u8);

impl Suite {
    /// AES-256-GCM (NIST SP 800-38D): the default where the processor knows AES.
    pub const AES_256_GCM: Self = Self(1);
    /// ChaCha20-Poly1305 (RFC 8439): the default elsewhere.
    pub const CHACHA20_POLY1305: Self = Self(2);
    /// Ascon-AEAD128 (NIST SP 800-232): for the smallest devices.
    pub const ASCON_AEAD128: Self = Self(3);
    /// AES-128-GCM (NIST SP 800-38D).
    pub const AES_128_GCM: Self = Self(4);

    /// Is it in the registry?
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self.0, 1..=4)
    }

    /// Messages that one content key may seal.
    ///
    /// GCM: 2²⁴, below the 2^24.5 full-size records of RFC 8446 §5.5; a key per boot and epoch never comes near. The others
    /// have no such bound in practice; 2⁴⁸ keeps the counter's last values free.
    #[must_use]
    pub const fn max_messages(self) -> u64 {
        match self {
            Self::AES_256_GCM | Self::AES_128_GCM => 1 << 24,
            _ => 1 << 48,
        }
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AES_256_GCM => f.write_str("AES-256-GCM"),
            Self::CHACHA20_POLY1305 => f.write_str("ChaCha20-Poly1305"),
            Self::ASCON_AEAD128 => f.write_str("Ascon-AEAD128"),
            Self::AES_128_GCM => f.write_str("AES-128-GCM"),
            Self(id) => write!(f, "suite-{id:#04x}"),
        }
    }
}

/// Bytes of every suite's tag.
pub const TAG_LEN: usize = 16;

/// A suite with its key and base nonce, to which a message's number is added (XOR, as in RFC 8446 §5.3). The ciphers wipe what they
/// made of the key on drop; Ascon is set up anew for every message.
pub(crate) enum Cipher {
    Aes256(Box<Gcm<Aes256Enc>>),
    Aes128(Box<Gcm<Aes128Enc>>),
    ChaCha(Box<ChaCha20Poly1305>, Secret<16>),
    Ascon(Secret<16>, Secret<16>),
}

impl Cipher {
    /// Suites with 16-byte keys take the first 16 bytes, those with 12-byte nonces the last 12. `None` for an unknown suite.
    pub(crate) fn new(suite: Suite, key: &Secret<32>, nonce: Secret<16>) -> Option<Self> {
        let (key, short) = (key.expose(), key.expose().first_chunk::<16>()?);
        let last = nonce.expose().last_chunk()?;
        Some(match suite {
            Suite::AES_256_GCM => Self::Aes256(Box::new(Gcm::new(Aes256Enc::new(key.into()), last))),
            Suite::CHACHA20_POLY1305 => Self::ChaCha(Box::new(ChaCha20Poly1305::new(key.into())), nonce),
            Suite::ASCON_AEAD128 => Self::Ascon(Secret::new(*short), nonce),
            Suite::AES_128_GCM => Self::Aes128(Box::new(Gcm::new(Aes128Enc::new(short.into()), last))),
            _ => return None,
        })
    }

    /// Appends the encrypted `text` and its tag to `out`. `None` beyond the suite's own bounds (texts of 64 GiB, 2³² messages), and
    /// `out` is as before then.
    pub(crate) fn seal(&mut self, message: u64, aad: &[u8], text: &[u8], out: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Aes256(cipher) => cipher.seal(message.try_into().ok()?, aad, text, out),
            Self::Aes128(cipher) => cipher.seal(message.try_into().ok()?, aad, text, out),
            Self::ChaCha(cipher, base) => {
                let nonce = nonce(base, message);
                seal_in_place(&**cipher, nonce.last_chunk::<12>()?.into(), aad, text, out)
            }
            Self::Ascon(key, base) => {
                let cipher = AsconAead128::new(key.expose().into());
                seal_in_place(&cipher, &nonce(base, message).into(), aad, text, out)
            }
        }
    }

    /// Appends the decrypted text to `out` after its tag was verified. `None` when it is wrong, and `out` is as before then.
    pub(crate) fn open(&mut self, message: u64, aad: &[u8], sealed: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let (text, tag) = sealed.split_last_chunk::<TAG_LEN>()?;
        match self {
            Self::Aes256(cipher) => cipher.open(message.try_into().ok()?, aad, text, tag, out),
            Self::Aes128(cipher) => cipher.open(message.try_into().ok()?, aad, text, tag, out),
            Self::ChaCha(cipher, base) => {
                let nonce = nonce(base, message);
                open_in_place(&**cipher, nonce.last_chunk::<12>()?.into(), aad, (text, tag), out)
            }
            Self::Ascon(key, base) => {
                let cipher = AsconAead128::new(key.expose().into());
                open_in_place(&cipher, &nonce(base, message).into(), aad, (text, tag), out)
            }
        }
    }
}

/// For ciphers that work in place. Not inlined, as is their counterpart: what AES-GCM needs of the stack is little beside theirs.
#[inline(never)]
fn seal_in_place<C: AeadInOut<TagSize = U16>>(
    cipher: &C,
    nonce: &Nonce<C>,
    aad: &[u8],
    text: &[u8],
    out: &mut Vec<u8>,
) -> Option<()> {
    let start = out.len();
    out.extend_from_slice(text);
    let tag = out.get_mut(start..).and_then(|text| cipher.encrypt_inout_detached(nonce, aad, text.into()).ok());
    match tag {
        Some(tag) => out.extend_from_slice(&tag),
        None => out.truncate(start),
    }
    tag.map(|_| ())
}

#[inline(never)]
fn open_in_place<C: AeadInOut<TagSize = U16>>(
    cipher: &C,
    nonce: &Nonce<C>,
    aad: &[u8],
    (text, tag): (&[u8], &[u8; TAG_LEN]),
    out: &mut Vec<u8>,
) -> Option<()> {
    let start = out.len();
    out.extend_from_slice(text);
    let opened =
        out.get_mut(start..).and_then(|text| cipher.decrypt_inout_detached(nonce, aad, text.into(), tag.into()).ok());
    if opened.is_none() {
        out.truncate(start);
    }
    opened
}

fn nonce(base: &Secret<16>, message: u64) -> [u8; 16] {
    (u128::from_be_bytes(*base.expose()) ^ u128::from(message)).to_be_bytes()
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers in a test")]
mod tests {
    use super::*;
    use crate::test_data::{hex, read};

    fn check(suite: Suite, [key, nonce, aad, text, sealed]: [&[u8]; 5], good: bool) {
        let (mut long_key, mut base) = ([0; 32], [0; 16]);
        long_key[..key.len()].copy_from_slice(key);
        base[16 - nonce.len()..].copy_from_slice(nonce);
        // The number of a message is added to the base, wherever it is.
        for message in [0, 0xABCD_EF01] {
            let base = (u128::from_be_bytes(base) ^ u128::from(message)).to_be_bytes();
            let mut cipher = Cipher::new(suite, &Secret::new(long_key), Secret::new(base)).unwrap();
            let mut opened = Vec::new();
            assert_eq!(cipher.open(message, aad, sealed, &mut opened).is_some(), good);
            assert_eq!(opened, if good { text } else { &[] });
            if good {
                cipher.seal(message, aad, text, &mut opened).unwrap();
                assert_eq!(opened, [text, sealed].concat());
            }
        }
    }

    #[test]
    fn wycheproof() {
        for (name, suite, least) in [
            ("aes-256-gcm", Suite::AES_256_GCM, 30),
            ("aes-128-gcm", Suite::AES_128_GCM, 30),
            ("chacha20-poly1305", Suite::CHACHA20_POLY1305, 200),
        ] {
            let Some(file) = read(&std::format!("aead/{name}-wycheproof.tsv")) else { return };
            let mut count = 0;
            for line in file.lines().filter(|line| !line.starts_with('#')) {
                let fields: Vec<_> = line.split('\t').collect();
                let bytes: Vec<_> = fields[1..].iter().map(|field| hex(field)).collect();
                if bytes[1].len() != 12 {
                    continue;
                }
                check(suite, core::array::from_fn(|at| bytes[at].as_slice()), fields[0] == "pass");
                count += 1;
            }
            assert!(count >= least, "{name}: {count}");
        }
    }

    #[test]
    fn ascon_of_sp_800_232() {
        let Some(file) = read("aead/ascon-aead128.txt") else { return };
        let mut count = 0;
        for block in file.split("\n\n").filter(|block| block.contains("Key")) {
            let field = |name: &str| {
                let line = block.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='));
                hex(line.unwrap().trim())
            };
            let fields = ["Key", "Nonce", "AD", "PT", "CT"].map(field);
            check(Suite::ASCON_AEAD128, fields.each_ref().map(Vec::as_slice), true);
            count += 1;
        }
        assert!(count > 1000, "{count}");
    }
}
