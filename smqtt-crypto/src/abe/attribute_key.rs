//! Ciphertext-policy: a subscriber's key is a set of labels, a message carries the policy.

use super::{HashCache, codec, cp_ciphertext, split, unmask};
use crate::attribute::{Attribute, Labels};
use crate::curve::{Comb, Curve, Element, G1_LEN, G2_LEN};
use crate::error::{DecodeError, DecodeErrorKind, DecryptError};
use crate::limits::Limits;
use crate::policy::Tree;
use crate::secret::SharedSecret;
use crate::wire::{Reader, put_bytes16};
use alloc::vec::Vec;
use core::fmt;
use subtle::ConstantTimeEq;

/// A key with attributes: g2^r, g1^α · H0^r, and H(u)^r for every attribute.
#[derive(Clone)]
pub struct AttributeKey<C: Curve> {
    public_id: [u8; 32],
    labels: Labels,
    attributes: Vec<Attribute>,
    g2_r: C::G2,
    blinded: C::G1,
    held: Vec<C::G1>,
    g2_table: Comb<C::G2>,
    hashes: HashCache<C>,
}

impl<C: Curve> Drop for AttributeKey<C> {
    fn drop(&mut self) {
        self.g2_r.wipe();
        self.blinded.wipe();
        self.held.iter_mut().for_each(Element::wipe);
    }
}

impl<C: Curve> fmt::Debug for AttributeKey<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AttributeKey({} labels, <redacted>)", self.labels.iter().count())
    }
}

impl<C: Curve> AttributeKey<C> {
    pub(super) fn from_parts(
        public_id: [u8; 32],
        labels: Labels,
        attributes: Vec<Attribute>,
        g2_r: C::G2,
        blinded: C::G1,
        held: Vec<C::G1>,
    ) -> Self {
        let g2_table = Comb::new(&C::g2());
        Self { public_id, labels, attributes, g2_r, blinded, held, g2_table, hashes: HashCache::default() }
    }

    /// The labels.
    #[must_use]
    pub const fn labels(&self) -> &Labels {
        &self.labels
    }

    /// The id of the public key that it belongs to.
    #[must_use]
    pub const fn public_id(&self) -> &[u8; 32] {
        &self.public_id
    }

    /// Appends the body of the key (SPEC §8.7). The bytes are secret.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.public_id);
        let mut labels = Vec::new();
        self.labels.encode(&mut labels);
        let _fits = put_bytes16(out, &labels);
        C::g2_encode(&[self.g2_r], out);
        C::g1_encode(&[self.blinded], out);
        C::g1_encode(&self.held, out);
    }

    /// Reads the body of a key, all of `input`.
    ///
    /// # Errors
    /// [`DecodeError`] when the rows do not fit the labels, a point is none, or anything is cut or left over.
    pub fn decode(input: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        let mut reader = Reader::new(input);
        let public_id = *reader.array()?;
        let at = reader.offset();
        let labels = Labels::decode(reader.bytes16()?, limits)
            .map_err(|error| DecodeError { offset: error.offset.saturating_add(at).saturating_add(2), ..error })?;
        let attributes = labels.own_attributes();
        let points = attributes.len().saturating_add(1).saturating_mul(G1_LEN).saturating_add(G2_LEN);
        if reader.remaining() < points {
            return Err(DecodeError { kind: DecodeErrorKind::Truncated, offset: input.len() });
        }
        let at = reader.offset();
        let bad = Reader::error_at(at, DecodeErrorKind::BadPoint);
        let g2_r = C::g2_decode(reader.array()?).ok_or(bad)?;
        let blinded = C::g1_decode(reader.array()?).ok_or(bad)?;
        let held = codec::g1s::<C>(&mut reader, attributes.len())?;
        reader.finish()?;
        Ok(Self::from_parts(public_id, labels, attributes, g2_r, blinded, held))
    }

    pub(crate) fn decapsulate(
        &mut self,
        tree: &Tree,
        transcript: &[u8; 32],
        encapsulation: &[u8],
    ) -> Result<SharedSecret, DecryptError> {
        let (points, masked) = split(encapsulation)?;
        let twos_len = tree.classes().saturating_add(1).saturating_mul(G2_LEN);
        let (twos, rows) = points.split_at_checked(twos_len).ok_or(DecryptError)?;
        if rows.len() != tree.leaves().len().saturating_mul(G1_LEN) {
            return Err(DecryptError);
        }
        let used = tree.solve(&|attribute| self.attributes.binary_search(attribute).is_ok()).ok_or(DecryptError)?;
        // Z^s = e(g1^α·H0^r, g2^s) · Π_j e(Π_{ρ(i)=j} H(u_i)^(r·ω), g2^(s'_j)) / e(Π row_i^ω, g2^r)
        let mut row_sum = C::G1::identity();
        let mut classes: Vec<Option<C::G1>> = alloc::vec![None; tree.classes()];
        for (leaf, coefficient) in used {
            let attribute = tree.leaves().get(leaf).ok_or(DecryptError)?;
            let index = self.attributes.binary_search(attribute).map_err(|_| DecryptError)?;
            let bytes = rows.chunks_exact(G1_LEN).nth(leaf).and_then(|row| row.first_chunk()).ok_or(DecryptError)?;
            let row = C::g1_decode(bytes).ok_or(DecryptError)?;
            let held = self.held.get(index).ok_or(DecryptError)?;
            let class = classes.get_mut(tree.occurrence(leaf)).ok_or(DecryptError)?;
            let (held, row) = codec::scaled::<C>(held, &row, &coefficient);
            row_sum = row_sum.plus(&row);
            *class = Some(class.map_or(held, |sum| sum.plus(&held)));
        }
        let mut points_of_two = twos.chunks_exact(G2_LEN).map(|bytes| bytes.first_chunk().and_then(C::g2_decode));
        let c1 = points_of_two.next().flatten().ok_or(DecryptError)?;
        let mut terms = alloc::vec![(self.blinded, c1), (C::g1_negate(&row_sum), self.g2_r)];
        for (sum, two) in classes.into_iter().zip(points_of_two) {
            let two = two.ok_or(DecryptError)?;
            terms.extend(sum.map(|sum| (sum, two)));
        }
        let message = unmask::<C>(&C::pairing(&terms), transcript, points, masked);
        // As in the key-policy scheme: once more from the message, compared in constant time.
        let mut again = Vec::with_capacity(points.len());
        cp_ciphertext(&self.g2_table, &mut self.hashes, tree, transcript, &message, &mut again);
        if bool::from(again.as_slice().ct_eq(points)) { Ok(message) } else { Err(DecryptError) }
    }
}
