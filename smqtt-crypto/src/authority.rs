//! Setup: the authority holds the master secret, decides who gets what, and signs it. It may sit beside the broker, as in the
//! SMQTT paper, or be off-line. Whether a request comes from whom it says is the caller's to decide, before [`Authority::respond`].

use crate::abe::MasterKey;
use crate::attribute::{Epoch, Labels};
use crate::curve::Curve;
use crate::envelope::{
    Credential, EpochNotice, Filters, Granted, PublicParams, RegisterRequest, RegisterResponse, Role, SIGNATURE_LEN,
    SecretKey,
};
use crate::kem::Kem;
use crate::policy::Policy;
use crate::random::{Random, RandomError};
use crate::secret::Secret;
use crate::sign::{Signing, verify};
use crate::wrap;
use alloc::vec::Vec;

/// What the authority gives to an applicant.
#[derive(Debug, Clone, Copy)]
pub enum Grant<'a> {
    /// A key-policy key. Let it expire: [`Policy::during`].
    Policy(&'a Policy),
    /// A ciphertext-policy key.
    Labels(&'a Labels),
    /// A publisher's credential for these topic filters and epochs.
    Publish {
        /// Where it may publish.
        filters: &'a [&'a str],
        /// From.
        first: Epoch,
        /// To, inclusive.
        last: Epoch,
    },
}

/// A registration that was not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The applicant does not have the key that it names.
    #[error("the proof of possession does not verify")]
    Proof,
    /// A subscriber asked and a credential was granted, or the other way round, or the scheme has no such keys.
    #[error("the grant does not fit the request or the scheme")]
    Mismatch,
    /// A filter that is none, too many, or epochs in the wrong order.
    #[error("filters or epochs are not valid")]
    Invalid,
    /// The random source failed.
    #[error("the random source failed")]
    Random,
}

impl From<RandomError> for GrantError {
    fn from(_: RandomError) -> Self {
        Self::Random
    }
}

/// The authority of one scheme.
#[derive(Debug, Clone)]
pub struct Authority<C: Curve> {
    master: MasterKey<C>,
    signing: Signing,
    epoch_seconds: u32,
}

impl<C: Curve> Authority<C> {
    /// A new authority for [`Kem::FABEO_KP`] or [`Kem::FABEO_CP`]. `epoch_seconds` is told to everyone, and kept by the callers.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails, or for another scheme.
    pub fn setup(kem: Kem, epoch_seconds: u32, random: &mut dyn Random) -> Result<Self, RandomError> {
        Ok(Self { master: MasterKey::setup(kem, random)?, signing: Signing::generate(random)?, epoch_seconds })
    }

    /// An authority from its stored secrets.
    #[must_use]
    pub const fn from_parts(master: MasterKey<C>, signing: Signing, epoch_seconds: u32) -> Self {
        Self { master, signing, epoch_seconds }
    }

    /// The master secret and the signing seed, for the authority's safe.
    #[must_use]
    pub fn secrets(&self) -> (Secret<32>, Secret<32>) {
        (self.master.encode(), self.signing.seed())
    }

    /// The master key, to issue keys directly.
    #[must_use]
    pub const fn master(&self) -> &MasterKey<C> {
        &self.master
    }

    /// The key that everything is signed with: give it to subscribers on a trusted way.
    #[must_use]
    pub fn verifying_key(&self) -> [u8; 32] {
        self.signing.verifying_key()
    }

    fn signed(&self, mut envelope: Vec<u8>) -> Vec<u8> {
        let signature = self.signing.sign(&envelope);
        envelope.extend_from_slice(&signature);
        envelope
    }

    /// The signed public parameters, an envelope; publish it retained.
    #[must_use]
    pub fn public_params(&self) -> Vec<u8> {
        let public = self.master.public();
        let params = PublicParams {
            kem: public.kem(),
            authority: self.verifying_key(),
            epoch_seconds: self.epoch_seconds,
            public: public.encode().into(),
            signature: [0; SIGNATURE_LEN],
        };
        self.signed(params.unsigned())
    }

    /// A credential for the publisher with this Ed25519 key, an envelope.
    ///
    /// # Errors
    /// [`GrantError::Invalid`].
    pub fn credential(
        &self,
        verifying_key: &[u8; 32],
        filters: &[&str],
        first: Epoch,
        last: Epoch,
    ) -> Result<Vec<u8>, GrantError> {
        let filters = Filters::new(filters).filter(|_| first <= last).ok_or(GrantError::Invalid)?;
        let credential =
            Credential { verifying_key: *verifying_key, first, last, filters, signature: [0; SIGNATURE_LEN] };
        Ok(self.signed(credential.unsigned()))
    }

    /// A subscriber's key, a `SecretKey` envelope in clear: for provisioning in the factory. Renewal is the same with later epochs.
    ///
    /// # Errors
    /// [`GrantError::Mismatch`] when the scheme has no such keys; [`GrantError::Random`].
    pub fn issue(&self, grant: Grant<'_>, random: &mut dyn Random) -> Result<zeroize::Zeroizing<Vec<u8>>, GrantError> {
        let mut body = zeroize::Zeroizing::new(Vec::new());
        let kem = self.master.public().kem();
        match grant {
            Grant::Policy(policy) if kem == Kem::FABEO_KP => {
                self.master.issue_policy_key(policy, random)?.encode(&mut body);
            }
            Grant::Labels(labels) if kem == Kem::FABEO_CP => {
                self.master.issue_attribute_key(labels, random)?.encode(&mut body);
            }
            _ => return Err(GrantError::Mismatch),
        }
        let mut out = zeroize::Zeroizing::new(Vec::with_capacity(body.len().saturating_add(5)));
        SecretKey { kem, body: body.as_slice().into() }.encode(&mut out);
        Ok(out)
    }

    /// Answers a registration or a renewal: checks the proof of possession, then grants. The caller has authenticated the identity.
    ///
    /// # Errors
    /// [`GrantError`].
    pub fn respond(
        &self,
        request: &RegisterRequest<'_>,
        grant: Grant<'_>,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, GrantError> {
        if !verify(&request.verifying_key, &request.unsigned(), &request.signature) {
            return Err(GrantError::Proof);
        }
        let granted = match (grant, request.role) {
            (Grant::Publish { filters, first, last }, Role::Publisher) => {
                Granted::Credential(self.credential(&request.verifying_key, filters, first, last)?.into())
            }
            (Grant::Policy(_) | Grant::Labels(_), Role::Subscriber) => {
                let key = self.issue(grant, random)?;
                let (encapsulated, sealed) =
                    wrap::seal(&request.wrap_key, wrap::REGISTRATION, &request.nonce, &key, random)?;
                Granted::Key { encapsulated, sealed: sealed.into() }
            }
            _ => return Err(GrantError::Mismatch),
        };
        let params = self.public_params().into();
        let response = RegisterResponse { nonce: request.nonce, params, granted, signature: [0; SIGNATURE_LEN] };
        Ok(self.signed(response.unsigned()))
    }

    /// Announces the epoch and the generation of keys. A generation is revocation: publishers label `gen` with it from then on.
    #[must_use]
    pub fn epoch_notice(&self, epoch: Epoch, generation: u64) -> Vec<u8> {
        self.signed(EpochNotice { epoch, generation, signature: [0; SIGNATURE_LEN] }.unsigned())
    }
}
