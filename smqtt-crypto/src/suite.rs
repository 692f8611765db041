//! Payload suites: the AEAD under every message.

use crate::error::DecryptError;
use crate::secret::Secret;
use aes_gcm::aead::{AeadInOut, KeyInit};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use alloc::boxed::Box;
use ascon_aead::AsconAead128;
use chacha20poly1305::ChaCha20Poly1305;
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

/// A suite with its key. The block ciphers wipe their round keys on drop; Ascon is set up anew for every message.
pub(crate) enum Cipher {
    Aes256(Box<Aes256Gcm>),
    Aes128(Box<Aes128Gcm>),
    ChaCha(Box<ChaCha20Poly1305>),
    Ascon(Secret<16>),
}

impl Cipher {
    /// Suites with 16-byte keys take the first 16 bytes. `None` for an unknown suite.
    pub(crate) fn new(suite: Suite, key: &Secret<32>) -> Option<Self> {
        let short = key.expose().first_chunk::<16>()?;
        Some(match suite {
            Suite::AES_256_GCM => Self::Aes256(Box::new(Aes256Gcm::new(key.expose().into()))),
            Suite::CHACHA20_POLY1305 => Self::ChaCha(Box::new(ChaCha20Poly1305::new(key.expose().into()))),
            Suite::ASCON_AEAD128 => Self::Ascon(Secret::new(*short)),
            Suite::AES_128_GCM => Self::Aes128(Box::new(Aes128Gcm::new(short.into()))),
            _ => return None,
        })
    }

    /// Encrypts `text` in place and gives the tag. `None` only for texts beyond the suite's own bound (64 GiB).
    pub(crate) fn seal(&self, nonce: &[u8; 16], aad: &[u8], text: &mut [u8]) -> Option<[u8; TAG_LEN]> {
        let short: &[u8; 12] = nonce.last_chunk()?;
        let tag: [u8; TAG_LEN] = match self {
            Self::Aes256(cipher) => cipher.encrypt_inout_detached(short.into(), aad, text.into()).ok()?.into(),
            Self::Aes128(cipher) => cipher.encrypt_inout_detached(short.into(), aad, text.into()).ok()?.into(),
            Self::ChaCha(cipher) => cipher.encrypt_inout_detached(short.into(), aad, text.into()).ok()?.into(),
            Self::Ascon(key) => {
                let cipher = AsconAead128::new(key.expose().into());
                cipher.encrypt_inout_detached(nonce.into(), aad, text.into()).ok()?.into()
            }
        };
        Some(tag)
    }

    /// Decrypts `text` in place after its tag was verified.
    pub(crate) fn open(
        &self,
        nonce: &[u8; 16],
        aad: &[u8],
        text: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), DecryptError> {
        let short: &[u8; 12] = nonce.last_chunk().ok_or(DecryptError)?;
        match self {
            Self::Aes256(cipher) => cipher.decrypt_inout_detached(short.into(), aad, text.into(), tag.into()),
            Self::Aes128(cipher) => cipher.decrypt_inout_detached(short.into(), aad, text.into(), tag.into()),
            Self::ChaCha(cipher) => cipher.decrypt_inout_detached(short.into(), aad, text.into(), tag.into()),
            Self::Ascon(key) => {
                let cipher = AsconAead128::new(key.expose().into());
                cipher.decrypt_inout_detached(nonce.into(), aad, text.into(), tag.into())
            }
        }
        .map_err(|_| DecryptError)
    }
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
    use alloc::vec::Vec;

    fn check(cipher: &Cipher, nonce: &[u8], aad: &[u8], text: &[u8], sealed: &[u8], good: bool) {
        let mut long = [0; 16];
        long[16 - nonce.len()..].copy_from_slice(nonce);
        let (body, tag) = sealed.split_last_chunk().unwrap();
        let mut opened = body.to_vec();
        assert_eq!(cipher.open(&long, aad, &mut opened, tag).is_ok(), good);
        if good {
            assert_eq!(opened, text);
            let made = cipher.seal(&long, aad, &mut opened).unwrap();
            assert_eq!((opened.as_slice(), &made), (body, tag));
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
                let mut key = [0; 32];
                key[..bytes[0].len()].copy_from_slice(&bytes[0]);
                let cipher = Cipher::new(suite, &Secret::new(key)).unwrap();
                check(&cipher, &bytes[1], &bytes[2], &bytes[3], &bytes[4], fields[0] == "pass");
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
            let mut key = [0; 32];
            key[..16].copy_from_slice(&field("Key"));
            let cipher = Cipher::new(Suite::ASCON_AEAD128, &Secret::new(key)).unwrap();
            check(&cipher, &field("Nonce"), &field("AD"), &field("PT"), &field("CT"), true);
            count += 1;
        }
        assert!(count > 1000, "{count}");
    }
}
