//! Key encapsulation: the seam behind which the developer's choice of scheme sits.

use crate::attribute::Epoch;
use crate::error::{DecryptError, SealError};
use crate::random::Random;
use crate::secret::SharedSecret;
use alloc::vec::Vec;
use core::fmt;

/// The id of an encapsulation scheme (SPEC §10.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kem(pub u8);

impl Kem {
    /// FABEO key-policy over BLS12-381: a key is a policy.
    pub const FABEO_KP: Self = Self(1);
    /// FABEO ciphertext-policy over BLS12-381: a message carries the policy.
    pub const FABEO_CP: Self = Self(2);
    /// Reserved: HPKE to a list of receivers. Not in this version.
    pub const HPKE: Self = Self(3);
    /// The symmetric tree: one group master secret, keys per epoch and topic level.
    pub const TREE: Self = Self(4);
    /// A pre-shared key.
    pub const PSK: Self = Self(5);
    /// Reserved: FAME (DLIN) key-policy. Not in this version.
    pub const FAME_KP: Self = Self(6);
    /// Reserved: FAME (DLIN) ciphertext-policy. Not in this version.
    pub const FAME_CP: Self = Self(7);
    /// The first id for private use; all above it are too.
    pub const PRIVATE: Self = Self(0xE0);

    /// Is it an id that this registry never assigns?
    #[must_use]
    pub const fn is_private(self) -> bool {
        self.0 >= Self::PRIVATE.0
    }
}

impl fmt::Display for Kem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::FABEO_KP => f.write_str("FABEO-KP"),
            Self::FABEO_CP => f.write_str("FABEO-CP"),
            Self::HPKE => f.write_str("HPKE"),
            Self::TREE => f.write_str("TREE"),
            Self::PSK => f.write_str("PSK"),
            Self(id) => write!(f, "KEM-{id:#04x}"),
        }
    }
}

/// What a content key is for. All of it is in clear in the envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// The topic of the messages.
    pub topic: &'a str,
    /// When.
    pub epoch: Epoch,
    /// What else the scheme needs: canonical labels (key-policy), a canonical policy (ciphertext-policy), or nothing.
    pub access: &'a [u8],
}

/// The publisher's half of a scheme.
///
/// A scheme of your own takes an id from [`Kem::PRIVATE`] up. What it must give: the secret is 32 bytes that are
/// indistinguishable from random to all who cannot decapsulate, even with decapsulation of other encapsulations at hand
/// (IND-CCA), and it is bound to `scope` and `context`.
pub trait Encapsulate {
    /// The id of the scheme.
    fn kem(&self) -> Kem;
    /// Names the public key or group, so that receivers find the right key.
    fn public_id(&self) -> [u8; 32];
    /// Appends an encapsulation of a fresh secret to `out` and returns the secret.
    ///
    /// # Errors
    /// [`SealError::BadAccess`] when the scope does not fit the scheme; [`SealError::Random`].
    fn encapsulate(
        &mut self,
        scope: &Scope<'_>,
        context: &[u8; 32],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<SharedSecret, SealError>;
}

/// The subscriber's half of a scheme.
pub trait Decapsulate {
    /// The id of the scheme.
    fn kem(&self) -> Kem;
    /// The public key or group that this key belongs to.
    fn public_id(&self) -> [u8; 32];
    /// Might this key open an encapsulation for `scope`? Cheap; spares the pairing when the policy says no.
    fn may_open(&self, scope: &Scope<'_>) -> bool;
    /// Gives the secret back.
    ///
    /// # Errors
    /// [`DecryptError`], and nothing else, whatever is wrong.
    fn decapsulate(
        &mut self,
        scope: &Scope<'_>,
        context: &[u8; 32],
        encapsulation: &[u8],
    ) -> Result<SharedSecret, DecryptError>;
}

#[cfg(feature = "abe")]
mod abe {
    use super::{Decapsulate, DecryptError, Encapsulate, Kem, Random, Scope, SealError, SharedSecret, Vec};
    use crate::abe::{AttributeKey, PolicyKey, PublicKey, fits_ciphertext};
    use crate::attribute::{Attribute, Labels};
    use crate::curve::Curve;
    use crate::limits::Limits;
    use crate::policy::{Policy, Tree};

    fn labelled(scope: &Scope<'_>, limits: &Limits) -> Option<Vec<Attribute>> {
        let labels = Labels::decode(scope.access, limits).ok()?;
        let attributes = labels.attributes(scope.topic, scope.epoch)?;
        (attributes.len() <= limits.max_ciphertext_leaves).then_some(attributes)
    }

    fn guarded(scope: &Scope<'_>, limits: &Limits) -> Option<Policy> {
        Policy::decode(scope.access, limits).ok().filter(|policy| fits_ciphertext(policy, limits))
    }

    impl<C: Curve> Encapsulate for PublicKey<C> {
        fn kem(&self) -> Kem {
            self.kem()
        }

        fn public_id(&self) -> [u8; 32] {
            *self.id()
        }

        fn encapsulate(
            &mut self,
            scope: &Scope<'_>,
            context: &[u8; 32],
            random: &mut dyn Random,
            out: &mut Vec<u8>,
        ) -> Result<SharedSecret, SealError> {
            let limits = Limits::default();
            let transcript = Self::transcript(self.kem(), self.id(), scope.topic, scope.epoch, scope.access, context);
            if self.kem() == Kem::FABEO_KP {
                let attributes = labelled(scope, &limits).ok_or(SealError::BadAccess)?;
                self.encapsulate_kp(&attributes, &transcript, random, out)
            } else {
                let policy = guarded(scope, &limits).ok_or(SealError::BadAccess)?;
                self.encapsulate_cp(&Tree::new(&policy), &transcript, random, out)
            }
        }
    }

    impl<C: Curve> Decapsulate for PolicyKey<C> {
        fn kem(&self) -> Kem {
            Kem::FABEO_KP
        }

        fn public_id(&self) -> [u8; 32] {
            *self.public_id()
        }

        fn may_open(&self, scope: &Scope<'_>) -> bool {
            labelled(scope, &Limits::default()).is_some_and(|attributes| self.policy().is_satisfied_by(&attributes))
        }

        fn decapsulate(
            &mut self,
            scope: &Scope<'_>,
            context: &[u8; 32],
            encapsulation: &[u8],
        ) -> Result<SharedSecret, DecryptError> {
            let attributes = labelled(scope, &Limits::default()).ok_or(DecryptError)?;
            let id = *self.public_id();
            let transcript =
                PublicKey::<C>::transcript(Kem::FABEO_KP, &id, scope.topic, scope.epoch, scope.access, context);
            self.decapsulate(&attributes, &transcript, encapsulation)
        }
    }

    impl<C: Curve> Decapsulate for AttributeKey<C> {
        fn kem(&self) -> Kem {
            Kem::FABEO_CP
        }

        fn public_id(&self) -> [u8; 32] {
            *self.public_id()
        }

        fn may_open(&self, scope: &Scope<'_>) -> bool {
            guarded(scope, &Limits::default())
                .is_some_and(|policy| policy.is_satisfied_by(&self.labels().own_attributes()))
        }

        fn decapsulate(
            &mut self,
            scope: &Scope<'_>,
            context: &[u8; 32],
            encapsulation: &[u8],
        ) -> Result<SharedSecret, DecryptError> {
            let policy = guarded(scope, &Limits::default()).ok_or(DecryptError)?;
            let id = *self.public_id();
            let transcript =
                PublicKey::<C>::transcript(Kem::FABEO_CP, &id, scope.topic, scope.epoch, scope.access, context);
            self.decapsulate(&Tree::new(&policy), &transcript, encapsulation)
        }
    }
}
