//! Secret bytes: wiped on drop, redacted in `Debug`, compared in constant time.

use core::fmt;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

/// `N` secret bytes.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret<const N: usize>([u8; N]);

/// The 32 bytes that a key encapsulation hands to both sides.
pub type SharedSecret = Secret<32>;

impl<const N: usize> Secret<N> {
    /// Takes the bytes over; the caller wipes its own copy.
    #[must_use]
    pub const fn new(bytes: [u8; N]) -> Self {
        Self(bytes)
    }

    /// The bytes themselves. Do not copy them into anything that is not wiped.
    #[must_use]
    pub const fn expose(&self) -> &[u8; N] {
        &self.0
    }

    pub(crate) const fn expose_mut(&mut self) -> &mut [u8; N] {
        &mut self.0
    }
}

impl<const N: usize> PartialEq for Secret<N> {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_slice().ct_eq(other.0.as_slice()).into()
    }
}

impl<const N: usize> Eq for Secret<N> {}

impl<const N: usize> fmt::Debug for Secret<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<redacted>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing_and_zeroize_wipes() {
        let mut secret = Secret::new([0xAB; 32]);
        assert_eq!(std::format!("{secret:?}"), "<redacted>");
        assert_eq!(secret, Secret::new([0xAB; 32]));
        assert_ne!(secret, Secret::new([0xAA; 32]));
        secret.zeroize();
        assert_eq!(secret.expose(), &[0; 32]);
    }
}
