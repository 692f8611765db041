//! Content keys: what ABE is done for once, so that every message after it is an AEAD and nothing else.

mod bound;
mod window;

pub use bound::{Bound, Properties};
pub use window::Freshness;

pub(crate) use bound::additional_data;
pub(crate) use window::Window;

use crate::envelope::{DataHead, Flags, KeyId, View};
use crate::error::{DecryptError, SealError};
use crate::hash::Schedule;
use crate::secret::{Secret, SharedSecret};
use crate::suite::{Cipher, Suite};
use alloc::vec::Vec;
use core::fmt;

/// Bytes of the commitment to a content key.
pub const COMMITMENT_LEN: usize = 32;

/// What the key schedule gives (SPEC §7.1).
pub(crate) struct ContentKey {
    suite: Suite,
    cipher: Cipher,
    pub(crate) key_id: KeyId,
    /// AES-GCM and ChaCha20-Poly1305 do not commit to their key: two receivers could be shown two texts. This does.
    pub(crate) commitment: [u8; COMMITMENT_LEN],
}

impl fmt::Debug for ContentKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ContentKey({}, {}, <redacted>)", self.key_id, self.suite)
    }
}

impl ContentKey {
    /// `header` is the hash of everything before the key id in the envelope. `psk` hedges, or is empty.
    pub(crate) fn derive(
        suite: Suite,
        secret: &SharedSecret,
        psk: &[u8],
        public_id: &[u8; 32],
        header: &[u8; 32],
    ) -> Option<Self> {
        let salt = [b"SMQTT/1".as_slice(), public_id].concat();
        let mut input = zeroize::Zeroizing::new(Vec::with_capacity(secret.expose().len().saturating_add(psk.len())));
        input.extend_from_slice(secret.expose());
        input.extend_from_slice(psk);
        let schedule = Schedule::extract(&salt, &input);
        let key: Secret<32> = schedule.secret("key", header);
        let mut key_id = KeyId([0; 8]);
        schedule.expand("id", header, &mut key_id.0);
        let mut commitment = [0; COMMITMENT_LEN];
        schedule.expand("commit", header, &mut commitment);
        let cipher = Cipher::new(suite, &key, schedule.secret("nonce", header))?;
        Some(Self { suite, cipher, key_id, commitment })
    }

    /// Seals `text`, appended to `out` with its tag. Nothing is appended on an error.
    pub(crate) fn seal(&mut self, counter: u64, aad: &[u8], text: &[u8], out: &mut Vec<u8>) -> Result<(), SealError> {
        self.cipher.seal(counter, aad, text, out).ok_or(SealError::TooLong)
    }

    /// Opens `sealed`, text and tag; the text is appended to `out`. On an error nothing is, and no text was ever there in clear.
    pub(crate) fn open(
        &mut self,
        counter: u64,
        aad: &[u8],
        sealed: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), DecryptError> {
        self.cipher.open(counter, aad, sealed, out).ok_or(DecryptError)
    }
}

/// A content key on the publisher's side. It owns its counter and cannot be cloned, so that no nonce is used twice.
#[derive(Debug)]
pub(crate) struct SealingKey {
    key: ContentKey,
    next: u64,
    aad: Vec<u8>,
}

impl SealingKey {
    pub(crate) const fn new(key: ContentKey) -> Self {
        Self { key, next: 0, aad: Vec::new() }
    }

    /// The id that data messages name it by.
    pub(crate) const fn key_id(&self) -> KeyId {
        self.key.key_id
    }

    /// Messages that it can still seal.
    pub(crate) const fn remaining(&self) -> u64 {
        self.key.suite.max_messages().saturating_sub(self.next)
    }

    #[cfg(test)]
    pub(crate) const fn skip_to(&mut self, counter: u64) {
        self.next = counter;
    }

    /// Appends a data message (SPEC §8.1) to `out`: 29 bytes more than `text` up to counter 127. Allocates nothing once `out` and
    /// the scratch space have grown.
    pub(crate) fn seal(
        &mut self,
        flags: Flags,
        (topic, properties): (&str, &Properties<'_>),
        text: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<u64, SealError> {
        let counter = self.next;
        if counter >= self.key.suite.max_messages() {
            return Err(SealError::KeyExhausted);
        }
        // The counter moves before anything can fail: a failed message never gives its nonce to another.
        self.next = counter.wrapping_add(1);
        let head = DataHead { suite: self.key.suite, flags, key_id: self.key.key_id, counter };
        let start = out.len();
        head.put(out);
        let sealed = additional_data(flags, |aad| head.put(aad), topic, properties, &mut self.aad)
            .ok_or(SealError::TooLong)
            .and_then(|()| self.key.seal(counter, &self.aad, text, out));
        if sealed.is_err() {
            out.truncate(start);
        }
        sealed.map(|()| counter)
    }
}

/// A content key on the subscriber's side, with its window against replays.
#[derive(Debug)]
pub(crate) struct OpeningKey {
    key: ContentKey,
    window: Window,
}

impl OpeningKey {
    pub(crate) const fn new(key: ContentKey) -> Self {
        Self { key, window: Window::new() }
    }

    /// Opens `data`; its text is appended to `out`.
    pub(crate) fn open(&mut self, data: View<'_>, aad: &[u8], out: &mut Vec<u8>) -> Result<Freshness, DecryptError> {
        let DataHead { suite, counter, .. } = data.head;
        if suite != self.key.suite || counter >= suite.max_messages() {
            return Err(DecryptError);
        }
        self.key.open(counter, aad, data.sealed, out)?;
        // Only what is authentic moves the window.
        Ok(self.window.see(counter))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(suite: Suite) -> ContentKey {
        ContentKey::derive(suite, &SharedSecret::new([7; 32]), &[], &[1; 32], &[2; 32]).unwrap()
    }

    #[test]
    fn counters_end_and_never_repeat() {
        for suite in (1..=4).map(Suite) {
            let mut sealing = SealingKey::new(key(suite));
            let bound = ("t", &Properties::default());
            let mut out = Vec::new();
            assert_eq!(sealing.seal(Flags::NONE, bound, b"a", &mut out), Ok(0));
            assert_eq!(out.len(), 1 + 29);
            assert_eq!(sealing.seal(Flags::NONE, bound, b"a", &mut out), Ok(1));
            assert_ne!(out[..30], out[30..], "{suite}");
            sealing.skip_to(suite.max_messages() - 1);
            assert!(sealing.seal(Flags::NONE, bound, b"a", &mut out).is_ok());
            let before = out.len();
            assert_eq!(sealing.seal(Flags::NONE, bound, b"a", &mut out), Err(SealError::KeyExhausted));
            assert_eq!((out.len(), sealing.remaining()), (before, 0));
        }
    }
}
