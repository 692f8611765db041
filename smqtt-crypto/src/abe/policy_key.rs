//! Key-policy: a subscriber's key is a policy, such as a topic filter and a time range.

use super::{HashCache, MASKED_LEN, codec, kp_ciphertext, split, unmask};
use crate::attribute::Attribute;
use crate::curve::{Comb, Curve, Element, G1_LEN, G2_LEN};
use crate::error::{DecodeError, DecodeErrorKind, DecryptError};
use crate::limits::Limits;
use crate::policy::{Policy, Tree};
use crate::secret::SharedSecret;
use crate::wire::{Reader, put_bytes16};
use alloc::vec::Vec;
use core::fmt;
use subtle::ConstantTimeEq;

/// A key for the messages whose attributes satisfy its policy: g2^(r_j), and g1^(λ_i) · H(u_i)^(r_ρ(i)) for every leaf.
#[derive(Clone)]
pub struct PolicyKey<C: Curve> {
    public_id: [u8; 32],
    policy: Policy,
    tree: Tree,
    sk1: Vec<C::G2>,
    sk2: Vec<C::G1>,
    g2_table: Comb<C::G2>,
    hashes: HashCache<C>,
}

impl<C: Curve> Drop for PolicyKey<C> {
    fn drop(&mut self) {
        self.sk2.iter_mut().for_each(Element::wipe);
        self.sk1.iter_mut().for_each(Element::wipe);
    }
}

impl<C: Curve> fmt::Debug for PolicyKey<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PolicyKey({}, <redacted>)", self.policy)
    }
}

impl<C: Curve> PolicyKey<C> {
    pub(super) fn from_parts(
        public_id: [u8; 32],
        policy: Policy,
        tree: Tree,
        sk1: Vec<C::G2>,
        sk2: Vec<C::G1>,
    ) -> Self {
        Self { public_id, policy, tree, sk1, sk2, g2_table: Comb::new(&C::g2()), hashes: HashCache::default() }
    }

    /// The policy.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The id of the public key that it belongs to.
    #[must_use]
    pub const fn public_id(&self) -> &[u8; 32] {
        &self.public_id
    }

    /// Appends the body of the key (SPEC §8.7). The bytes are secret.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.public_id);
        let mut policy = Vec::new();
        self.policy.encode(&mut policy);
        let _fits = put_bytes16(out, &policy);
        C::g2_encode(&self.sk1, out);
        C::g1_encode(&self.sk2, out);
    }

    /// Reads the body of a key, all of `input`.
    ///
    /// # Errors
    /// [`DecodeError`] when the rows do not fit the policy, a point is none, or anything is cut or left over.
    pub fn decode(input: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(input);
        let public_id = *reader.array()?;
        let at = reader.offset();
        let policy = Policy::decode(reader.bytes16()?, limits)
            .map_err(|error| DecodeError { offset: error.offset.saturating_add(at).saturating_add(2), ..error })?;
        let tree = Tree::new(&policy);
        let points = tree.classes().saturating_mul(G2_LEN).saturating_add(tree.leaves().len().saturating_mul(G1_LEN));
        if reader.remaining() < points {
            return Err(DecodeError { kind: DecodeErrorKind::Truncated, offset: input.len() });
        }
        let sk1 = codec::g2s::<C>(&mut reader, tree.classes())?;
        let sk2 = codec::g1s::<C>(&mut reader, tree.leaves().len())?;
        reader.finish()?;
        Ok(Self::from_parts(public_id, policy, tree, sk1, sk2))
    }

    /// `attributes` are sorted; `transcript` is [`PublicKey::transcript`](super::PublicKey).
    pub(crate) fn decapsulate(
        &mut self,
        attributes: &[Attribute],
        transcript: &[u8; 32],
        encapsulation: &[u8],
    ) -> Result<SharedSecret, DecryptError> {
        let (points, masked) = split(encapsulation)?;
        if points.len() != G2_LEN.saturating_add(attributes.len().saturating_mul(G1_LEN)) {
            return Err(DecryptError);
        }
        let (first, rows) = points.split_first_chunk::<G2_LEN>().ok_or(DecryptError)?;
        let used = self.tree.solve(&|attribute| attributes.binary_search(attribute).is_ok()).ok_or(DecryptError)?;
        let c1 = C::g2_decode(first).ok_or(DecryptError)?;
        // e(Π sk2_i^ω, g2^s) / Π_j e(Π_{ρ(i)=j} H(u_i)^(s·ω), g2^(r_j)) = e(g1, g2)^(αs)
        let mut key_side = C::G1::identity();
        let mut classes: Vec<Option<C::G1>> = alloc::vec![None; self.tree.classes()];
        for (leaf, coefficient) in used {
            let attribute = self.tree.leaves().get(leaf).ok_or(DecryptError)?;
            let index = attributes.binary_search(attribute).map_err(|_| DecryptError)?;
            let bytes = rows.chunks_exact(G1_LEN).nth(index).and_then(|row| row.first_chunk()).ok_or(DecryptError)?;
            let row = C::g1_decode(bytes).ok_or(DecryptError)?;
            let key_row = self.sk2.get(leaf).ok_or(DecryptError)?;
            let class = classes.get_mut(self.tree.occurrence(leaf)).ok_or(DecryptError)?;
            let (key_row, row) = codec::scaled::<C>(key_row, &row, &coefficient);
            key_side = key_side.plus(&key_row);
            *class = Some(class.map_or(row, |sum| sum.plus(&row)));
        }
        let mut terms = alloc::vec![(key_side, c1)];
        terms.extend(
            classes.iter().zip(&self.sk1).filter_map(|(sum, sk1)| sum.as_ref().map(|sum| (C::g1_negate(sum), *sk1))),
        );
        let message = unmask::<C>(&C::pairing(&terms), transcript, points, masked);
        // The check: the whole ciphertext once more from the message, compared in constant time. Since every point then
        // is the honest one, the pairing above was Z^s and the mask was honest too.
        let mut again = Vec::with_capacity(points.len());
        kp_ciphertext(&self.g2_table, &mut self.hashes, attributes, transcript, &message, &mut again);
        if bool::from(again.as_slice().ct_eq(points)) { Ok(message) } else { Err(DecryptError) }
    }
}

/// Bytes of an encapsulation for `attributes` attributes: 96 + 48 n + 32.
#[must_use]
pub const fn encapsulation_len(attributes: usize) -> usize {
    G2_LEN.saturating_add(attributes.saturating_mul(G1_LEN)).saturating_add(MASKED_LEN)
}
