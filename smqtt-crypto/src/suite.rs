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
