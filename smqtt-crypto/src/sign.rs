//! Ed25519 signatures (RFC 8032), with strict verification.

use crate::envelope::{SIGNATURE_LEN, SenderId};
use crate::hash::Transcript;
use crate::random::{Random, RandomError, fresh};
use crate::secret::Secret;
use core::fmt;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

/// A signing key. Wiped on drop.
#[derive(Clone)]
pub struct Signing(SigningKey);

impl Signing {
    /// A new key.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails.
    pub fn generate(random: &mut dyn Random) -> Result<Self, RandomError> {
        fresh(random).map(|seed| Self::from_seed(&seed))
    }

    /// The key of a stored seed.
    #[must_use]
    pub fn from_seed(seed: &Secret<32>) -> Self {
        Self(SigningKey::from_bytes(seed.expose()))
    }

    /// The seed, for storage.
    #[must_use]
    pub fn seed(&self) -> Secret<32> {
        Secret::new(self.0.to_bytes())
    }

    /// The public half.
    #[must_use]
    pub fn verifying_key(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The name of the holder.
    #[must_use]
    pub fn sender(&self) -> SenderId {
        sender_id(&self.verifying_key())
    }

    /// Every signature is over a hash with our own label, so that it means nothing in another protocol.
    pub(crate) fn sign(&self, envelope: &[u8]) -> [u8; SIGNATURE_LEN] {
        self.0.sign(&digest(envelope)).to_bytes()
    }
}

impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signing({}, <redacted>)", self.sender())
    }
}

fn digest(envelope: &[u8]) -> [u8; 32] {
    Transcript::new("SMQTT/1 signature").part(envelope).finish()
}

pub(crate) fn sender_id(verifying_key: &[u8; 32]) -> SenderId {
    let hash = Transcript::new("SMQTT/1 sender").part(verifying_key).finish();
    SenderId(hash.first_chunk().copied().unwrap_or_default())
}

/// Strict: small-order keys and non-canonical encodings are refused.
pub(crate) fn verify(verifying_key: &[u8; 32], envelope: &[u8], signature: &[u8; SIGNATURE_LEN]) -> bool {
    VerifyingKey::from_bytes(verifying_key)
        .is_ok_and(|key| key.verify_strict(&digest(envelope), &Signature::from_bytes(signature)).is_ok())
}
