//! Setup on the device: ask, and take what the authority grants.

use crate::envelope::{Envelope, Filters, Granted, PublicParams, RegisterRequest, Role, SIGNATURE_LEN, unsigned};
use crate::error::{DecryptError, ReceiveError};
use crate::limits::Limits;
use crate::random::{Random, RandomError, fresh};
use crate::secret::Secret;
use crate::sign::{Signing, verify};
use crate::wrap;
use alloc::vec::Vec;

/// A registration under way: the device's keys and the nonce of its request.
#[derive(Debug)]
pub struct Enrolment {
    signing: Signing,
    wrap: Secret<32>,
    nonce: [u8; 16],
}

/// What a registration gave.
#[derive(Debug)]
pub enum Enrolled {
    /// A `SecretKey` envelope; wiped on drop.
    Key(zeroize::Zeroizing<Vec<u8>>),
    /// A `PublisherCredential` envelope.
    Credential(Vec<u8>),
}

impl Enrolment {
    /// Draws the device's wrap key and nonce; `signing` is the device's identity key.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails.
    pub fn new(signing: Signing, random: &mut dyn Random) -> Result<Self, RandomError> {
        let nonce: Secret<16> = fresh(random)?;
        Ok(Self { signing, wrap: fresh(random)?, nonce: *nonce.expose() })
    }

    /// The request, an envelope. `None` when the identity is too long or a filter is none.
    #[must_use]
    pub fn request(&self, role: Role, identity: &str, filters: &[&str]) -> Option<Vec<u8>> {
        let mut request = RegisterRequest {
            role,
            identity: identity.into(),
            filters: Filters::new(filters).filter(|_| identity.len() <= usize::from(u16::MAX))?,
            wrap_key: wrap::public(&self.wrap),
            verifying_key: self.signing.verifying_key(),
            nonce: self.nonce,
            signature: [0; SIGNATURE_LEN],
        };
        request.signature = self.signing.sign(&request.unsigned());
        let mut out = Vec::new();
        request.encode(&mut out);
        Some(out)
    }

    /// Takes the answer to this request, from this authority. Gives the public parameters (an envelope) and the grant.
    ///
    /// # Errors
    /// [`ReceiveError`].
    pub fn accept(
        &self,
        response: &[u8],
        authority: &[u8; 32],
        limits: &Limits,
    ) -> Result<(PublicParams<'static>, Enrolled), ReceiveError> {
        let signed = unsigned(response);
        let Envelope::RegisterResponse(response) = Envelope::decode(response, limits)? else {
            return Err(DecryptError.into());
        };
        let params = verified_params(&response.params, authority, limits)?;
        if response.nonce != self.nonce || !verify(authority, signed, &response.signature) {
            return Err(DecryptError.into());
        }
        let enrolled = match response.granted {
            Granted::Key { encapsulated, sealed } => {
                Enrolled::Key(wrap::open(&self.wrap, &encapsulated, wrap::REGISTRATION, &self.nonce, &sealed)?)
            }
            Granted::Credential(credential) => Enrolled::Credential(credential.to_vec()),
        };
        Ok((params.into_owned(), enrolled))
    }
}

/// Public parameters signed by an authority that the caller trusts.
///
/// # Errors
/// [`ReceiveError`] when they are another's, or not well-formed.
pub fn verified_params<'a>(
    envelope: &'a [u8],
    authority: &[u8; 32],
    limits: &Limits,
) -> Result<PublicParams<'a>, ReceiveError> {
    match Envelope::decode(envelope, limits)? {
        Envelope::PublicParams(params)
            if params.authority == *authority && verify(authority, unsigned(envelope), &params.signature) =>
        {
            Ok(params)
        }
        _ => Err(DecryptError.into()),
    }
}
