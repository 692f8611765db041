//! HPKE (RFC 9180) in base mode, single shot: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. How a key travels to
//! the device that it is for.

use crate::error::DecryptError;
use crate::random::{Random, RandomError, fresh};
use crate::secret::Secret;
use crate::suite::{Cipher, Suite};
use alloc::vec::Vec;
use curve25519_dalek::MontgomeryPoint;
use hkdf::Hkdf;
use sha2::Sha256;
use subtle::ConstantTimeEq;

const KEM_SUITE: &[u8] = b"KEM\x00\x20";
const HPKE_SUITE: &[u8] = b"HPKE\x00\x20\x00\x01\x00\x03";

/// What keys are wrapped for.
pub(crate) const REGISTRATION: &[u8] = b"SMQTT/1 registration";

/// The public half of a device's wrap key.
pub(crate) fn public(secret: &Secret<32>) -> [u8; 32] {
    MontgomeryPoint::mul_base_clamped(*secret.expose()).to_bytes()
}

/// RFC 9180 §4: `LabeledExtract`.
fn extract(suite: &[u8], salt: &[u8], label: &str, input: &[u8]) -> Secret<32> {
    let labelled = zeroize::Zeroizing::new([b"HPKE-v1", suite, label.as_bytes(), input].concat());
    let (key, _) = Hkdf::<Sha256>::extract(Some(salt), &labelled);
    Secret::new(key.into())
}

/// RFC 9180 §4: `LabeledExpand`.
fn expand<const N: usize>(suite: &[u8], key: &Secret<32>, label: &str, info: &[u8]) -> Secret<N> {
    let mut out = Secret::new([0; N]);
    let len = u16::try_from(N).unwrap_or(u16::MAX).to_be_bytes();
    let parts = [len.as_slice(), b"HPKE-v1", suite, label.as_bytes(), info];
    let done = Hkdf::<Sha256>::from_prk(key.expose()).map(|hkdf| hkdf.expand_multi_info(&parts, out.expose_mut()));
    debug_assert!(matches!(done, Ok(Ok(()))));
    out
}

/// RFC 9180 §4.1 and §5.1: the key and the nonce of the first message.
fn schedule(dh: &Secret<32>, enc: &[u8; 32], receiver: &[u8; 32], info: &[u8]) -> (Secret<32>, Secret<12>) {
    let prk = extract(KEM_SUITE, &[], "eae_prk", dh.expose());
    let shared: Secret<32> = expand(KEM_SUITE, &prk, "shared_secret", &[*enc, *receiver].concat());
    let psk_id_hash = extract(HPKE_SUITE, &[], "psk_id_hash", &[]);
    let info_hash = extract(HPKE_SUITE, &[], "info_hash", info);
    let context = [[0u8].as_slice(), psk_id_hash.expose(), info_hash.expose()].concat();
    let secret = extract(HPKE_SUITE, shared.expose(), "secret", &[]);
    (expand(HPKE_SUITE, &secret, "key", &context), expand(HPKE_SUITE, &secret, "base_nonce", &context))
}

fn cipher(dh: &Secret<32>, enc: &[u8; 32], receiver: &[u8; 32], info: &[u8]) -> Option<Cipher> {
    // RFC 9180 §7.1.4: an all-zero Diffie-Hellman value is an error.
    if bool::from(dh.expose().ct_eq(&[0; 32])) {
        return None;
    }
    let (key, short) = schedule(dh, enc, receiver, info);
    let mut nonce = Secret::new([0; 16]);
    nonce.expose_mut().last_chunk_mut::<12>()?.copy_from_slice(short.expose());
    Cipher::new(Suite::CHACHA20_POLY1305, &key, nonce)
}

/// Gives the ephemeral key and the sealed text.
pub(crate) fn seal(
    receiver: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    text: &[u8],
    random: &mut dyn Random,
) -> Result<([u8; 32], Vec<u8>), RandomError> {
    let ephemeral: Secret<32> = fresh(random)?;
    seal_with(&ephemeral, receiver, info, aad, text).ok_or(RandomError)
}

fn seal_with(
    ephemeral: &Secret<32>,
    receiver: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    text: &[u8],
) -> Option<([u8; 32], Vec<u8>)> {
    let enc = public(ephemeral);
    let dh = Secret::new(MontgomeryPoint(*receiver).mul_clamped(*ephemeral.expose()).to_bytes());
    let mut cipher = cipher(&dh, &enc, receiver, info)?;
    let mut sealed = Vec::new();
    cipher.seal(0, aad, text, &mut sealed)?;
    Some((enc, sealed))
}

pub(crate) fn open(
    secret: &Secret<32>,
    enc: &[u8; 32],
    info: &[u8],
    aad: &[u8],
    sealed: &[u8],
) -> Result<zeroize::Zeroizing<Vec<u8>>, DecryptError> {
    let receiver = public(secret);
    let dh = Secret::new(MontgomeryPoint(*enc).mul_clamped(*secret.expose()).to_bytes());
    let mut cipher = cipher(&dh, enc, &receiver, info).ok_or(DecryptError)?;
    // Room for all of it: what grows leaves copies behind.
    let mut text = zeroize::Zeroizing::new(Vec::with_capacity(sealed.len()));
    cipher.open(0, aad, sealed, &mut text).ok_or(DecryptError)?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back_and_not_for_others() {
        let (device, other) = (Secret::new([3; 32]), Secret::new([4; 32]));
        let mut random = |out: &mut [u8]| {
            out.fill(9);
            Ok(())
        };
        let (enc, sealed) = seal(&public(&device), b"info", b"aad", b"text", &mut random).unwrap();
        assert_eq!(open(&device, &enc, b"info", b"aad", &sealed).unwrap().as_slice(), b"text");
        assert!(open(&other, &enc, b"info", b"aad", &sealed).is_err());
        assert!(open(&device, &enc, b"other", b"aad", &sealed).is_err());
        assert!(open(&device, &enc, b"info", b"", &sealed).is_err());
        assert!(open(&device, &[0; 32], b"info", b"aad", &sealed).is_err());
        assert!(open(&device, &enc, b"info", b"aad", &sealed[..15]).is_err());
    }

    /// RFC 9180 appendix A.2.1: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305, sequence number 0.
    #[test]
    fn rfc_9180_a_2_1() {
        let hex = crate::test_data::hex;
        let secret = |text| Secret::new(hex(text).try_into().unwrap());
        let ephemeral = secret("f4ec9b33b792c372c1d2c2063507b684ef925b8c75a42dbcbf57d63ccd381600");
        let receiver = secret("8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb");
        let info = hex("4f6465206f6e2061204772656369616e2055726e");
        let (text, aad) = (b"Beauty is truth, truth beauty", b"Count-0");
        assert_eq!(public(&receiver).to_vec(), hex("4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a"));
        let (enc, sealed) = seal_with(&ephemeral, &public(&receiver), &info, aad, text).unwrap();
        assert_eq!(enc.to_vec(), hex("1afa08d3dec047a643885163f1180476fa7ddb54c6a8029ea33f95796bf2ac4a"));
        assert_eq!(
            sealed,
            hex(concat!(
                "1c5250d8034ec2b784ba2cfd69dbdb8af406cfe3ff938e131f0def8c8b60b4db",
                "21993c62ce81883d2dd1b51a28"
            ))
        );
        assert_eq!(open(&receiver, &enc, &info, aad, &sealed).unwrap().as_slice(), text);
    }
}
