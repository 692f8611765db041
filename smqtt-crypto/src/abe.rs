//! FABEO (Riepel and Wee, CCS 2022, ePrint 2022/1415, Figure 1) over BLS12-381, key-policy and ciphertext-policy, as a key
//! encapsulation with the Fujisaki-Okamoto check: decryption re-encrypts and compares (SPEC §6).
//!
//! Attributes may repeat in a policy: occurrence ρ of an attribute uses its own randomness, as in the paper's multi-use form.
//! With shared randomness two rows of one attribute would give away g1 to the difference of their shares.

mod attribute_key;
mod cache;
mod codec;
mod policy_key;

pub use attribute_key::AttributeKey;
pub use policy_key::{PolicyKey, encapsulation_len};

use crate::attribute::{Attribute, Epoch};
use crate::curve::{Comb, Curve, Element, GT_LEN, HASH_TO_CURVE_DST, Scalar};
use crate::error::{DecodeError, DecodeErrorKind, DecryptError, SealError};
use crate::hash::{Schedule, Transcript, expand_message_xmd};
use crate::kem::Kem;
use crate::limits::Limits;
use crate::policy::{Policy, Tree};
use crate::random::{Random, RandomError, fresh};
use crate::secret::{Secret, SharedSecret};
use alloc::vec::Vec;
use cache::HashCache;
use core::fmt;
use zeroize::{Zeroize, Zeroizing};

/// The bytes of an encapsulation beside its points: the masked message of the Fujisaki-Okamoto transform.
pub(crate) const MASKED_LEN: usize = 32;

/// Which of the two schemes: they never share a master key.
fn is_abe(kem: Kem) -> bool {
    kem == Kem::FABEO_KP || kem == Kem::FABEO_CP
}

/// The master secret α. Whoever has it reads everything: it never leaves the authority.
#[derive(Clone)]
pub struct MasterKey<C: Curve> {
    alpha: Scalar,
    public: PublicKey<C>,
}

impl<C: Curve> Drop for MasterKey<C> {
    fn drop(&mut self) {
        self.alpha.zeroize();
    }
}

impl<C: Curve> fmt::Debug for MasterKey<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey(<redacted>, {:?})", self.public)
    }
}

/// The public key Z = e(g1, g2)^α with its table: anyone may encrypt.
#[derive(Clone)]
pub struct PublicKey<C: Curve> {
    kem: Kem,
    z: [u8; GT_LEN],
    id: [u8; 32],
    z_table: Comb<C::Gt>,
    g2_table: Comb<C::G2>,
    hashes: HashCache<C>,
}

impl<C: Curve> fmt::Debug for PublicKey<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({}, {:02x?}, {})", self.kem, &self.id.first_chunk::<8>(), C::NAME)
    }
}

/// SHA-256 over the scheme and Z: the name of a public key.
fn key_id(kem: Kem, z: &[u8; GT_LEN]) -> [u8; 32] {
    Transcript::new("SMQTT/1 public key").part(&[kem.0]).part(z).finish()
}

impl<C: Curve> PublicKey<C> {
    fn from_element(kem: Kem, element: &C::Gt, z: [u8; GT_LEN]) -> Self {
        Self {
            kem,
            z,
            id: key_id(kem, &z),
            z_table: Comb::new(element),
            g2_table: Comb::new(&C::g2()),
            hashes: HashCache::default(),
        }
    }

    /// Reads the 576 bytes of Z for the scheme `kem`.
    ///
    /// # Errors
    /// [`DecodeErrorKind::BadPoint`] unless they are the canonical form of an element of order r.
    pub fn decode(kem: Kem, z: &[u8; GT_LEN]) -> Result<Self, DecodeError> {
        let element = C::gt_decode(z).filter(|_| is_abe(kem));
        let element = element.ok_or(DecodeError { kind: DecodeErrorKind::BadPoint, offset: 0 })?;
        Ok(Self::from_element(kem, &element, *z))
    }

    /// The public key inside verified public parameters.
    ///
    /// # Errors
    /// [`DecodeErrorKind::BadPoint`] when it is none of these schemes'.
    pub fn from_params(params: &crate::envelope::PublicParams<'_>) -> Result<Self, DecodeError> {
        let z = params.public.as_slice().try_into();
        Self::decode(params.kem, z.map_err(|_| DecodeError { kind: DecodeErrorKind::BadPoint, offset: 0 })?)
    }

    /// Z.
    #[must_use]
    pub const fn encode(&self) -> &[u8; GT_LEN] {
        &self.z
    }

    /// The scheme.
    #[must_use]
    pub const fn kem(&self) -> Kem {
        self.kem
    }

    /// SHA-256 over scheme and Z: what envelopes name this key by.
    #[must_use]
    pub const fn id(&self) -> &[u8; 32] {
        &self.id
    }

    /// The transcript that all randomness of one encapsulation depends on (SPEC §6.4).
    pub(crate) fn transcript(
        kem: Kem,
        id: &[u8; 32],
        topic: &str,
        epoch: Epoch,
        access: &[u8],
        context: &[u8; 32],
    ) -> [u8; 32] {
        Transcript::new("SMQTT/1 FO")
            .part(&[kem.0])
            .part(id)
            .part(topic.as_bytes())
            .part(&epoch.0.to_be_bytes())
            .part(access)
            .part(context)
            .finish()
    }

    /// Key-policy: g2^s and H(u)^s for every attribute; the 32 bytes of message ride under a mask from Z^s.
    pub(crate) fn encapsulate_kp(
        &mut self,
        attributes: &[Attribute],
        transcript: &[u8; 32],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<SharedSecret, SealError> {
        let message: SharedSecret = fresh(random)?;
        let start = out.len();
        let s = kp_ciphertext(&self.g2_table, &mut self.hashes, attributes, transcript, &message, out);
        self.finish(&s, transcript, start, &message, out);
        Ok(message)
    }

    /// Ciphertext-policy: g2^s, g2^(s'_j), and for every leaf H0^λ · H(u)^(s'_ρ).
    pub(crate) fn encapsulate_cp(
        &mut self,
        tree: &Tree,
        transcript: &[u8; 32],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<SharedSecret, SealError> {
        let message: SharedSecret = fresh(random)?;
        let start = out.len();
        let s = cp_ciphertext(&self.g2_table, &mut self.hashes, tree, transcript, &message, out);
        self.finish(&s, transcript, start, &message, out);
        Ok(message)
    }

    fn finish(&self, s: &Scalar, transcript: &[u8; 32], start: usize, message: &SharedSecret, out: &mut Vec<u8>) {
        let pad = mask::<C>(&self.z_table.times(s), transcript, out.get(start..).unwrap_or_default());
        out.extend(message.expose().iter().zip(pad.expose()).map(|(m, p)| m ^ p));
    }
}

/// The points of a key-policy ciphertext, all of them determined by `message`; gives s.
fn kp_ciphertext<C: Curve>(
    g2: &Comb<C::G2>,
    hashes: &mut HashCache<C>,
    attributes: &[Attribute],
    transcript: &[u8; 32],
    message: &SharedSecret,
    out: &mut Vec<u8>,
) -> Zeroizing<Scalar> {
    let s = Zeroizing::new(Draw::from_message(transcript, message).next());
    C::g2_encode(&[g2.times(&s)], out);
    let points: Vec<C::G1> = attributes.iter().map(|u| C::g1_times(&hashes.hash(u), &s)).collect();
    C::g1_encode(&points, out);
    s
}

/// The points of a ciphertext-policy ciphertext, all of them determined by `message`; gives s.
fn cp_ciphertext<C: Curve>(
    g2: &Comb<C::G2>,
    hashes: &mut HashCache<C>,
    tree: &Tree,
    transcript: &[u8; 32],
    message: &SharedSecret,
    out: &mut Vec<u8>,
) -> Zeroizing<Scalar> {
    let mut draw = Draw::from_message(transcript, message);
    let s = Zeroizing::new(draw.next());
    let primes: Zeroizing<Vec<Scalar>> = Zeroizing::new((0..tree.classes()).map(|_| draw.next()).collect());
    let shares = Zeroizing::new(tree.share(*s, &mut || draw.next()));
    let twos: Vec<C::G2> = core::iter::once(&*s).chain(primes.iter()).map(|scalar| g2.times(scalar)).collect();
    C::g2_encode(&twos, out);
    let base = hashes.hash(&Attribute::base());
    let rows: Vec<C::G1> = (tree.leaves().iter().zip(shares.iter()).enumerate())
        .map(|(leaf, (attribute, share))| {
            let prime = primes.get(tree.occurrence(leaf)).copied().unwrap_or_default();
            C::g1_times(&base, share).plus(&C::g1_times(&hashes.hash(attribute), &prime))
        })
        .collect();
    C::g1_encode(&rows, out);
    s
}

/// The pad over the message: a key derivation over the target group element and the whole ciphertext.
fn mask<C: Curve>(element: &C::Gt, transcript: &[u8; 32], points: &[u8]) -> Secret<32> {
    let bytes = Zeroizing::new(C::gt_encode(element));
    let points = Transcript::new("SMQTT/1 points").part(points).finish();
    Schedule::extract(transcript, bytes.as_slice()).secret("mask", &points)
}

/// Takes the message out from under its mask.
fn unmask<C: Curve>(element: &C::Gt, transcript: &[u8; 32], points: &[u8], masked: &[u8; 32]) -> SharedSecret {
    let mut message = mask::<C>(element, transcript, points);
    message.expose_mut().iter_mut().zip(masked).for_each(|(m, v)| *m ^= v);
    message
}

/// Cuts an encapsulation into its points and its masked message.
fn split(encapsulation: &[u8]) -> Result<(&[u8], &[u8; MASKED_LEN]), DecryptError> {
    encapsulation.split_last_chunk::<MASKED_LEN>().ok_or(DecryptError)
}

/// Scalars from a seed, one after the other (SPEC §6.3).
struct Draw {
    seed: Secret<32>,
    count: u32,
}

impl Draw {
    fn from_message(transcript: &[u8; 32], message: &SharedSecret) -> Self {
        Self { seed: Schedule::extract(transcript, message.expose()).secret("rand", &[]), count: 0 }
    }

    fn fresh(random: &mut dyn Random) -> Result<Self, RandomError> {
        Ok(Self { seed: fresh(random)?, count: 0 })
    }

    fn next(&mut self) -> Scalar {
        let mut wide = Zeroizing::new([0u8; 48]);
        let count = self.count.to_be_bytes();
        expand_message_xmd(&[self.seed.expose(), &count], b"SMQTT-V01-SCALAR", wide.as_mut_slice());
        self.count = self.count.wrapping_add(1);
        Scalar::from_wide(&wide)
    }
}

impl<C: Curve> MasterKey<C> {
    /// A new master key for the scheme `kem`, which is [`Kem::FABEO_KP`] or [`Kem::FABEO_CP`].
    ///
    /// # Errors
    /// [`RandomError`] when the source fails (or, with a probability of 2⁻²⁵⁵, gives zero), or `kem` is another.
    pub fn setup(kem: Kem, random: &mut dyn Random) -> Result<Self, RandomError> {
        let alpha = Draw::fresh(random)?.next();
        Self::decode(kem, &Secret::new(alpha.encode())).ok_or(RandomError)
    }

    /// Reads α, 32 bytes big-endian, as [`encode`](Self::encode) wrote it. `None` for zero and for r and above.
    #[must_use]
    pub fn decode(kem: Kem, alpha: &Secret<32>) -> Option<Self> {
        let alpha = Scalar::decode(alpha.expose()).filter(|_| is_abe(kem))?;
        let element = C::pairing(&[(C::g1_times(&C::g1(), &alpha), C::g2())]);
        let z = C::gt_encode(&element);
        Some(Self { alpha, public: PublicKey::from_element(kem, &element, z) })
    }

    /// α, for the authority's own safe.
    #[must_use]
    pub fn encode(&self) -> Secret<32> {
        Secret::new(self.alpha.encode())
    }

    /// The public half.
    #[must_use]
    pub const fn public(&self) -> &PublicKey<C> {
        &self.public
    }

    /// A key that opens the messages whose labels satisfy `policy`.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails, or when this is a master key of the other scheme.
    pub fn issue_policy_key(&self, policy: &Policy, random: &mut dyn Random) -> Result<PolicyKey<C>, RandomError> {
        if self.public.kem != Kem::FABEO_KP {
            return Err(RandomError);
        }
        let mut draw = Draw::fresh(random)?;
        let tree = Tree::new(policy);
        let randomness: Zeroizing<Vec<Scalar>> = Zeroizing::new((0..tree.classes()).map(|_| draw.next()).collect());
        let shares = Zeroizing::new(tree.share(self.alpha, &mut || draw.next()));
        let sk1 = randomness.iter().map(|r| self.public.g2_table.times(r)).collect();
        let g1 = Comb::new(&C::g1());
        let sk2 = (tree.leaves().iter().zip(shares.iter()).enumerate())
            .map(|(leaf, (attribute, share))| {
                let r = randomness.get(tree.occurrence(leaf)).copied().unwrap_or_default();
                g1.times(share).plus(&C::g1_times(&cache::hash::<C>(attribute), &r))
            })
            .collect();
        Ok(PolicyKey::from_parts(self.public.id, policy.clone(), tree, sk1, sk2))
    }

    /// A key that holds the attributes of `labels` and opens the messages whose policy they satisfy.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails, or when this is a master key of the other scheme.
    pub fn issue_attribute_key(
        &self,
        labels: &crate::Labels,
        random: &mut dyn Random,
    ) -> Result<AttributeKey<C>, RandomError> {
        if self.public.kem != Kem::FABEO_CP {
            return Err(RandomError);
        }
        let r = Zeroizing::new(Draw::fresh(random)?.next());
        let base = cache::hash::<C>(&Attribute::base());
        let g2_r = self.public.g2_table.times(&r);
        let blinded = C::g1_times(&C::g1(), &self.alpha).plus(&C::g1_times(&base, &r));
        let attributes = labels.own_attributes();
        let held = attributes.iter().map(|u| C::g1_times(&cache::hash::<C>(u), &r)).collect();
        Ok(AttributeKey::from_parts(self.public.id, labels.clone(), attributes, g2_r, blinded, held))
    }
}

/// The key in a `SecretKey` envelope, of either scheme, ready for a subscriber.
///
/// # Errors
/// [`DecodeError`]; a key that is cut, of another role or scheme, or whose rows do not fit its policy is refused.
pub fn decode_key<C: Curve>(
    envelope: &[u8],
    limits: &Limits,
) -> Result<alloc::boxed::Box<dyn crate::Decapsulate + Send>, DecodeError> {
    use crate::envelope::{Envelope, SecretKey};
    // The body begins behind the header and the scheme.
    let shift = |error: DecodeError| DecodeError { offset: error.offset.saturating_add(5), ..error };
    match Envelope::decode(envelope, limits)? {
        Envelope::SecretKey(SecretKey { kem: Kem::FABEO_KP, body }) => {
            Ok(alloc::boxed::Box::new(PolicyKey::<C>::decode(&body, limits).map_err(shift)?))
        }
        Envelope::SecretKey(SecretKey { kem: Kem::FABEO_CP, body }) => {
            Ok(alloc::boxed::Box::new(AttributeKey::<C>::decode(&body, limits).map_err(shift)?))
        }
        Envelope::SecretKey(_) => Err(SecretKey::wrong_kem()),
        _ => Err(DecodeError { kind: DecodeErrorKind::BadField, offset: 1 }),
    }
}

/// RFC 9380 hash of an attribute: no one knows its discrete logarithm.
pub(crate) fn hash_attribute<C: Curve>(attribute: &Attribute) -> C::G1 {
    C::hash_to_g1(attribute.as_bytes(), HASH_TO_CURVE_DST)
}

/// Does a policy fit into a ciphertext?
pub(crate) fn fits_ciphertext(policy: &Policy, limits: &Limits) -> bool {
    policy.leaf_count() <= limits.max_ciphertext_leaves
}

#[cfg(test)]
mod tests;
