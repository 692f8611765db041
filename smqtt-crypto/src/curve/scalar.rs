//! Integers modulo the group order r.

use bls12_381_plus::Scalar as Inner;
use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// An integer modulo r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001.
///
/// The same type serves both curve implementations. `Debug` is redacted, since most scalars here are secret.
#[derive(Clone, Copy, Default)]
pub struct Scalar(pub(crate) Inner);

impl Scalar {
    /// Zero.
    pub const ZERO: Self = Self(Inner::ZERO);
    /// One.
    pub const ONE: Self = Self(Inner::ONE);

    /// The 384-bit big-endian integer in `bytes`, reduced modulo r: uniform up to 2⁻¹²⁸.
    #[must_use]
    pub fn from_wide(bytes: &[u8; 48]) -> Self {
        Self(Inner::from_okm(bytes))
    }

    /// Refuses integers that are zero, or r or above.
    #[must_use]
    pub fn decode(bytes: &[u8; 32]) -> Option<Self> {
        let scalar = Option::<Inner>::from(Inner::from_be_bytes(bytes)).map(Self)?;
        (!bool::from(scalar.0.ct_eq(&Inner::ZERO))).then_some(scalar)
    }

    /// 32 bytes, big-endian.
    #[must_use]
    pub fn encode(&self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// 32 bytes, little-endian.
    #[must_use]
    pub fn to_le_bytes(&self) -> [u8; 32] {
        self.0.to_le_bytes()
    }

    /// A small integer.
    #[must_use]
    pub fn from_small(value: u16) -> Self {
        Self(Inner::from(u64::from(value)))
    }

    /// `self + other`.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self(Inner::add(&self.0, &other.0))
    }

    /// `self − other`.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Self {
        Self(Inner::sub(&self.0, &other.0))
    }

    /// `self · other`.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        Self(Inner::mul(&self.0, &other.0))
    }

    /// `1 / self`, or nothing for zero.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        self.0.invert().map(Self).into()
    }

    /// Is it one?
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.0.ct_eq(&Inner::ONE).into()
    }
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Scalar {}

impl Zeroize for Scalar {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Scalar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}
