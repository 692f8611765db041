//! Setup on the device: ask, and take what the authority grants.

use crate::envelope::{Envelope, Granted, PublicParams, RegisterRequest, Role, check_filters};
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
        if identity.len() > usize::from(u16::MAX) || !check_filters(filters) {
            return None;
        }
        let mut out = Vec::new();
        let keys = (&wrap::public(&self.wrap), &self.signing.verifying_key());
        RegisterRequest::encode_unsigned(role, identity, filters, keys, &self.nonce, &mut out);
        let signature = self.signing.sign(&out);
        out.extend_from_slice(&signature);
        Some(out)
    }

    /// Takes the answer to this request, from this authority. Gives the public parameters (an envelope) and the grant.
    ///
    /// # Errors
    /// [`ReceiveError`].
    pub fn accept<'a>(
        &self,
        response: &'a [u8],
        authority: &[u8; 32],
        limits: &Limits,
    ) -> Result<(PublicParams<'a>, Enrolled), ReceiveError> {
        let Envelope::RegisterResponse(response) = Envelope::decode(response, limits)? else {
            return Err(DecryptError.into());
        };
        let params = verified_params(response.params, authority, limits)?;
        if response.nonce != self.nonce || !verify(authority, response.signed, &response.signature) {
            return Err(DecryptError.into());
        }
        let enrolled = match response.granted {
            Granted::Key { encapsulated, sealed } => {
                Enrolled::Key(wrap::open(&self.wrap, encapsulated, b"SMQTT/1 registration", &self.nonce, sealed)?)
            }
            Granted::Credential(credential) => Enrolled::Credential(credential.to_vec()),
        };
        Ok((params, enrolled))
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
            if params.authority == *authority && verify(authority, params.signed, &params.signature) =>
        {
            Ok(params)
        }
        _ => Err(DecryptError.into()),
    }
}
