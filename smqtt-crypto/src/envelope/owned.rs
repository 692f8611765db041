//! Envelopes that outlive their input: all fields in one buffer.

use super::{
    AnnounceHead, Credential, Data, Envelope, Filters, Granted, KeyAnnounce, PublicParams, RegisterRequest,
    RegisterResponse, SecretKey, SelfContained,
};
use crate::binary::Binary;
use crate::text::Text;
use bytes::BytesMut;
use bytestring::ByteString;

/// The buffer that borrowed fields move into, one behind the other.
struct Keep(BytesMut);

impl Keep {
    /// What is shared already stays where it is.
    fn binary(&mut self, field: Binary<'_>) -> Binary<'static> {
        match field {
            Binary::Borrowed(bytes) => {
                self.0.extend_from_slice(bytes);
                Binary::Shared(self.0.split().freeze())
            }
            Binary::Shared(bytes) => Binary::Shared(bytes),
        }
    }

    fn text(&mut self, field: Text<'_>) -> Text<'static> {
        match field {
            Text::Borrowed(text) => {
                self.0.extend_from_slice(text.as_bytes());
                // It was text before; checking again is what it costs to say so without `unsafe`.
                Text::Shared(ByteString::try_from(self.0.split().freeze()).unwrap_or_default())
            }
            Text::Shared(text) => Text::Shared(text),
        }
    }

    fn head(&mut self, head: AnnounceHead<'_>) -> AnnounceHead<'static> {
        AnnounceHead {
            topic: self.text(head.topic),
            access: self.binary(head.access),
            encapsulation: self.binary(head.encapsulation),
            credential: self.binary(head.credential),
            ..head
        }
    }
}

impl AnnounceHead<'_> {
    fn room(&self) -> usize {
        let fields = [self.topic.len(), self.access.len(), self.encapsulation.len(), self.credential.len()];
        fields.into_iter().fold(0, usize::saturating_add)
    }
}

impl PublicParams<'_> {
    /// The same parameters, independent of the input.
    #[must_use]
    pub fn into_owned(self) -> PublicParams<'static> {
        PublicParams { public: self.public.into_owned(), ..self }
    }
}

impl Envelope<'_> {
    /// The same envelope, independent of the input: what was borrowed is copied into one buffer that all fields share. Nothing wipes
    /// that buffer: a [`SecretKey`] is better kept as it came.
    #[must_use]
    pub fn into_owned(self) -> Envelope<'static> {
        let mut keep = Keep(BytesMut::with_capacity(self.room()));
        match self {
            Self::Data(data) => Envelope::Data(Data { sealed: keep.binary(data.sealed), ..data }),
            Self::KeyAnnounce(announce) => {
                Envelope::KeyAnnounce(KeyAnnounce { head: keep.head(announce.head), ..announce })
            }
            Self::SelfContained(message) => Envelope::SelfContained(SelfContained {
                head: keep.head(message.head),
                sealed: keep.binary(message.sealed),
                ..message
            }),
            Self::RegisterRequest(request) => Envelope::RegisterRequest(RegisterRequest {
                identity: keep.text(request.identity),
                filters: Filters(keep.binary(request.filters.0)),
                ..request
            }),
            Self::RegisterResponse(response) => Envelope::RegisterResponse(RegisterResponse {
                params: keep.binary(response.params),
                granted: match response.granted {
                    Granted::Key { encapsulated, sealed } => Granted::Key { encapsulated, sealed: keep.binary(sealed) },
                    Granted::Credential(credential) => Granted::Credential(keep.binary(credential)),
                },
                ..response
            }),
            Self::PublicParams(params) => Envelope::PublicParams(params.into_owned()),
            Self::SecretKey(key) => Envelope::SecretKey(SecretKey { body: keep.binary(key.body), ..key }),
            Self::KeyRequest(request) => Envelope::KeyRequest(request),
            Self::EpochNotice(notice) => Envelope::EpochNotice(notice),
            Self::Credential(credential) => {
                Envelope::Credential(Credential { filters: Filters(keep.binary(credential.filters.0)), ..credential })
            }
        }
    }

    /// Bytes of the fields that may borrow.
    fn room(&self) -> usize {
        match self {
            Self::Data(data) => data.sealed.len(),
            Self::KeyAnnounce(announce) => announce.head.room(),
            Self::SelfContained(message) => message.head.room().saturating_add(message.sealed.len()),
            Self::RegisterRequest(request) => request.identity.len().saturating_add(request.filters.0.len()),
            Self::RegisterResponse(response) => {
                let (Granted::Key { sealed: granted, .. } | Granted::Credential(granted)) = &response.granted;
                response.params.len().saturating_add(granted.len())
            }
            Self::SecretKey(key) => key.body.len(),
            Self::PublicParams(_) | Self::KeyRequest(_) | Self::EpochNotice(_) => 0,
            Self::Credential(credential) => credential.filters.0.len(),
        }
    }
}
