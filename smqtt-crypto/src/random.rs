//! Randomness comes in as an argument.

use crate::secret::Secret;

/// The caller's random source failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the random source failed")]
pub struct RandomError;

/// A cryptographically secure random source of the caller's choosing.
///
/// One method, so that any generation of `rand_core`, `getrandom` or a hardware generator fits through a closure:
/// `|out: &mut [u8]| getrandom::fill(out).map_err(|_| RandomError)`.
pub trait Random {
    /// Fills `out` completely with fresh random bytes.
    ///
    /// # Errors
    /// [`RandomError`] when the source cannot deliver; nothing is encrypted then.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomError>;
}

impl<F: FnMut(&mut [u8]) -> Result<(), RandomError>> Random for F {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomError> {
        self(out)
    }
}

pub(crate) fn fresh<const N: usize>(random: &mut dyn Random) -> Result<Secret<N>, RandomError> {
    let mut secret = Secret::new([0; N]);
    random.fill(secret.expose_mut())?;
    Ok(secret)
}
