//! SHA-256 in three dresses: the unambiguous transcript, RFC 9380 `expand_message_xmd`, and HKDF (RFC 5869).

use crate::secret::Secret;
use hkdf::Hkdf;
use sha2::{Digest, Sha256};

/// A hash over length-prefixed parts, so that no two different lists of parts have the same bytes.
pub(crate) struct Transcript(Sha256);

impl Transcript {
    pub(crate) fn new(label: &str) -> Self {
        Self(Sha256::new()).part(label.as_bytes())
    }

    pub(crate) fn part(mut self, bytes: &[u8]) -> Self {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    pub(crate) fn finish(self) -> [u8; 32] {
        self.0.finalize().into()
    }
}

/// RFC 9380 §5.3.1 `expand_message_xmd` with SHA-256. `dst` has at most 255 bytes and `out` at most 8,160: both are
/// constants of this crate, never input.
pub(crate) fn expand_message_xmd(message: &[&[u8]], dst: &[u8], out: &mut [u8]) {
    debug_assert!(dst.len() <= 255 && out.len() <= 8160);
    let dst_len = [u8::try_from(dst.len()).unwrap_or(255)];
    let out_len = u16::try_from(out.len()).unwrap_or(u16::MAX).to_be_bytes();
    let mut hash = Sha256::new();
    hash.update([0u8; 64]);
    for part in message {
        hash.update(part);
    }
    hash.update(out_len);
    hash.update([0]);
    hash.update(dst);
    hash.update(dst_len);
    let first: [u8; 32] = hash.finalize().into();
    let mut block = [0u8; 32];
    for (index, chunk) in out.chunks_mut(32).enumerate() {
        for (byte, start) in block.iter_mut().zip(&first) {
            *byte ^= start;
        }
        let mut hash = Sha256::new();
        hash.update(block);
        hash.update([u8::try_from(index.saturating_add(1)).unwrap_or(u8::MAX)]);
        hash.update(dst);
        hash.update(dst_len);
        block = hash.finalize().into();
        for (byte, value) in chunk.iter_mut().zip(&block) {
            *byte = *value;
        }
    }
}

/// HKDF-Extract then HKDF-Expand, for outputs of up to 8,160 bytes.
pub(crate) struct Schedule(Hkdf<Sha256>);

impl Schedule {
    pub(crate) fn extract(salt: &[u8], input: &[u8]) -> Self {
        Self(Hkdf::new(Some(salt), input))
    }

    /// Expands into `out`; `info` is the label, a zero byte, and the context.
    pub(crate) fn expand(&self, label: &str, context: &[u8], out: &mut [u8]) {
        // RFC 5869 §2.3: only an output beyond 255 blocks fails; every caller asks for a constant below that.
        let done = self.0.expand_multi_info(&[label.as_bytes(), &[0], context], out);
        debug_assert!(done.is_ok());
    }

    pub(crate) fn secret<const N: usize>(&self, label: &str, context: &[u8]) -> Secret<N> {
        let mut out = Secret::new([0; N]);
        self.expand(label, context, out.expose_mut());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::test_data::{hex, read};
    use alloc::vec::Vec;

    #[test]
    fn expand_message_xmd_of_rfc_9380() {
        for name in ["expand_message_xmd_SHA256_38.json", "expand_message_xmd_SHA256_256.json"] {
            let Some(file) = read(&std::format!("hash_to_curve/{name}")) else { return };
            let file: serde_json::Value = serde_json::from_str(&file).unwrap();
            let mut dst = file["DST"].as_str().unwrap().as_bytes().to_vec();
            if dst.len() > 255 {
                // RFC 9380 §5.3.3: our own tag is a short constant; the vector's is hashed as the RFC says.
                dst = Sha256::digest([b"H2C-OVERSIZE-DST-".as_slice(), &dst].concat()).to_vec();
            }
            let tests = file["tests"].as_array().unwrap();
            assert!(tests.len() >= 10);
            for test in tests {
                let expected = hex(test["uniform_bytes"].as_str().unwrap());
                let mut out = alloc::vec![0; expected.len()];
                let message = test["msg"].as_str().unwrap();
                expand_message_xmd(&[message.as_bytes()], &dst, &mut out);
                assert_eq!(out, expected, "{name} {message}");
            }
        }
    }

    #[test]
    fn hkdf_of_rfc_5869() {
        let Some(file) = read("hkdf/rfc5869-sha256.tsv") else { return };
        let mut count = 0;
        for line in file.lines().filter(|line| !line.starts_with('#')) {
            let [ikm, salt, info, _prk, okm] = line.split('\t').map(hex).collect::<Vec<_>>().try_into().unwrap();
            let mut out = alloc::vec![0; okm.len()];
            Schedule::extract(&salt, &ikm).0.expand(&info, &mut out).unwrap();
            assert_eq!(out, okm);
            count += 1;
        }
        assert_eq!(count, 3);
    }

    #[test]
    fn transcripts_do_not_run_together() {
        let hash = |parts: &[&[u8]]| parts.iter().fold(Transcript::new("x"), |t, part| t.part(part)).finish();
        assert_ne!(hash(&[b"A1", b"0"]), hash(&[b"A", b"10"]));
        assert_ne!(hash(&[b"", b"a"]), hash(&[b"a", b""]));
        assert_ne!(hash(&[b"a"]), hash(&[b"a", b""]));
    }
}
