//! Encrypt and publish. The machine may sit in the publishing device (the default) or inside a gateway or broker.
//!
//! `encrypt` makes a content key for a topic and an epoch, once, with the expensive scheme; `publish` seals message after message
//! under it. Keys live in memory only: after a restart everything is encrypted anew, and no counter needs storage.

mod keys;

use crate::attribute::{Epoch, Label, Labels};
use crate::binary::Binary;
use crate::content::{COMMITMENT_LEN, ContentKey, Freshness, Properties, SealingKey, additional_data};
use crate::envelope::{AnnounceHead, Binding, Credential, Envelope, Flags, KeyId, Kind, SenderId};
use crate::error::{DecodeError, DecodeErrorKind, DecryptError, ReceiveError, SealError};
use crate::hash::Transcript;
use crate::kem::{Encapsulate, Kem};
use crate::limits::Limits;
use crate::notice::Latest;
use crate::policy::Policy;
use crate::random::Random;
use crate::secret::Secret;
use crate::sign::Signing;
use crate::suite::Suite;
use crate::topic::{is_topic, matches};
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use keys::Keys;

/// How a publisher seals.
#[derive(Debug, Clone)]
pub struct PublisherConfig {
    /// The payload suite.
    pub suite: Suite,
    /// How the topic is authenticated.
    pub binding: Binding,
    /// What is cut from the topic before it is authenticated, with [`Binding::Suffix`].
    pub prefix: String,
    /// Authenticate the MQTT 5.0 properties of [`Properties`]? Only when every hop speaks MQTT 5.0.
    pub bind_properties: bool,
    /// Sign every message, not only the announcements (64 bytes, and the work of a signature each).
    pub sign_data: bool,
    /// A second secret that outsiders of the group do not have: a hedge against recording now and a quantum computer later.
    pub psk: Option<Secret<32>>,
    /// Topics that keys are kept for.
    pub max_keys: usize,
}

impl Default for PublisherConfig {
    fn default() -> Self {
        Self {
            suite: Suite::AES_256_GCM,
            binding: Binding::Exact,
            prefix: String::new(),
            bind_properties: false,
            sign_data: false,
            psk: None,
            max_keys: 1024,
        }
    }
}

/// Who may read a message, besides its topic and epoch.
#[derive(Debug, Clone, Copy)]
pub enum Access<'a> {
    /// Nothing more than topic and epoch.
    Open,
    /// Labels, for key-policy schemes.
    Labels(&'a Labels),
    /// A policy, for ciphertext-policy schemes.
    Policy(&'a Policy),
    /// Bytes that a scheme of your own understands.
    Raw(&'a [u8]),
}

impl Access<'_> {
    /// In key-policy schemes a generation above 0 is one more label, unless the caller has one of that name.
    fn encode(&self, kem: Kem, generation: u64) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let none = Labels::default();
        match self {
            Self::Open if kem != Kem::FABEO_KP => {}
            Self::Open => none.with_generation(generation)?.encode(&mut out),
            Self::Labels(labels) => labels.with_generation(generation)?.encode(&mut out),
            Self::Policy(policy) => policy.encode(&mut out),
            Self::Raw(bytes) => out.extend_from_slice(bytes),
        }
        Some(out)
    }
}

impl Labels {
    fn with_generation(&self, generation: u64) -> Option<Self> {
        let own = |label: &Label| matches!(label, Label::Number { name, bits: 32, .. } if &**name == GENERATION);
        if generation == 0 || self.iter().any(own) {
            return Some(self.clone());
        }
        let mut labels: Vec<Label> = self.iter().cloned().collect();
        labels.push(Label::number(GENERATION, generation));
        Self::new(&labels)
    }
}

/// The label that messages carry once the authority has announced a generation: `gen`, a number of 32 bits.
pub const GENERATION: &str = "gen";

/// Who signs.
struct Signer {
    signing: Signing,
    /// An envelope, or empty when subscribers know the key otherwise.
    credential: Vec<u8>,
}

/// The publishing machine.
pub struct Publisher {
    scheme: Box<dyn Encapsulate + Send>,
    signer: Option<Signer>,
    config: PublisherConfig,
    keys: Keys,
    latest: Latest,
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Publisher({}, {} keys, <redacted>)", self.scheme.kem(), self.keys.len())
    }
}

impl Publisher {
    /// A publisher that does not sign. Public parameters let anyone encrypt: subscribers cannot tell who did.
    #[must_use]
    pub fn unsigned(scheme: Box<dyn Encapsulate + Send>, config: PublisherConfig) -> Self {
        Self { scheme, signer: None, config, keys: Keys::default(), latest: Latest::default() }
    }

    /// A publisher that signs its announcements with `signing`, whose credential (an envelope) the authority gave.
    ///
    /// # Errors
    /// [`DecodeError`] when the credential is none, or another's.
    pub fn new(
        scheme: Box<dyn Encapsulate + Send>,
        signing: Signing,
        credential: &[u8],
        config: PublisherConfig,
    ) -> Result<Self, DecodeError> {
        let wrong = DecodeError { kind: DecodeErrorKind::BadField, offset: 4 };
        match Envelope::decode(credential, &Limits::default())? {
            Envelope::Credential(parsed) if parsed.verifying_key == signing.verifying_key() => {}
            _ => return Err(wrong),
        }
        let signer = Some(Signer { signing, credential: credential.to_vec() });
        Ok(Self { signer, ..Self::unsigned(scheme, config) })
    }

    /// The sender's name in announcements.
    #[must_use]
    pub fn sender(&self) -> SenderId {
        self.signer.as_ref().map_or(SenderId([0; 16]), |signer| signer.signing.sender())
    }

    /// Is there a key for this topic in this epoch? If not, `encrypt` comes before `publish`.
    #[must_use]
    pub fn has_key(&self, topic: &str, epoch: Epoch) -> bool {
        self.keys.get(topic).is_some_and(|sealing| sealing.epoch == epoch && sealing.key.remaining() > 0)
    }

    /// Makes a content key for `topic` in `epoch` and appends its `KeyAnnounce` envelope to `out`: publish that first, retained, on
    /// [`announce_topic`].
    ///
    /// # Errors
    /// [`SealError`]; nothing is appended then.
    pub fn encrypt(
        &mut self,
        topic: &str,
        epoch: Epoch,
        access: Access<'_>,
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<KeyId, SealError> {
        self.permit(topic, epoch)?;
        if self.keys.get(topic).is_none() && self.keys.len() >= self.config.max_keys {
            self.keys.retain(|sealing| sealing.epoch >= epoch);
            if self.keys.len() >= self.config.max_keys {
                return Err(SealError::Full);
            }
        }
        let flags = Flags::new(Binding::None, false, self.signer.is_some());
        let (mut envelope, key) = self.announce(Kind::KeyAnnounce, flags, topic, epoch, access, random)?;
        self.sign(&mut envelope);
        out.extend_from_slice(&envelope);
        let key = SealingKey::new(key);
        let key_id = key.key_id();
        self.keys.insert(topic, epoch, key);
        Ok(key_id)
    }

    /// Appends a `Data` envelope with `payload` to `out`; gives its counter.
    ///
    /// # Errors
    /// [`SealError::NoKey`] before `encrypt` for this topic and epoch; [`SealError::KeyExhausted`]; nothing is appended then.
    pub fn publish(
        &mut self,
        topic: &str,
        epoch: Epoch,
        properties: &Properties<'_>,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<u64, SealError> {
        let sealing = self.keys.get_mut(topic).filter(|sealing| sealing.epoch == epoch).ok_or(SealError::NoKey)?;
        let signer = self.signer.as_ref().filter(|_| self.config.sign_data);
        let flags = Flags::new(self.config.binding, self.config.bind_properties, signer.is_some());
        let start = out.len();
        let bound_topic = self.config.binding.of(topic, &self.config.prefix);
        let counter = sealing.key.seal(flags, (bound_topic, properties), payload, out)?;
        if let Some(signer) = signer {
            let signature = signer.signing.sign(out.get(start..).unwrap_or_default());
            out.extend_from_slice(&signature);
        }
        Ok(counter)
    }

    /// Appends a `SelfContained` envelope: for a Last Will, sealed at CONNECT and published by the broker later, and for one-shots.
    ///
    /// # Errors
    /// [`SealError`]; nothing is appended then.
    pub fn publish_self_contained(
        &mut self,
        (topic, epoch, access): (&str, Epoch, Access<'_>),
        properties: &Properties<'_>,
        payload: &[u8],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<KeyId, SealError> {
        self.permit(topic, epoch)?;
        let flags = Flags::new(self.config.binding, self.config.bind_properties, self.signer.is_some());
        let (mut envelope, mut key) = self.announce(Kind::SelfContained, flags, topic, epoch, access, random)?;
        let (before, mut aad) = (self_contained_head(&envelope), Vec::new());
        let put_head = |aad: &mut Vec<u8>| aad.extend_from_slice(&before);
        let bound_topic = self.config.binding.of(topic, &self.config.prefix);
        additional_data(flags, put_head, bound_topic, properties, &mut aad).ok_or(SealError::TooLong)?;
        key.seal(0, &aad, payload, &mut envelope)?;
        self.sign(&mut envelope);
        out.extend_from_slice(&envelope);
        Ok(key.key_id)
    }

    /// Takes an `EpochNotice` of the authority with this Ed25519 key. A new generation ends all content keys: `encrypt` comes
    /// before the next `publish`, and labels with it ([`GENERATION`]) in key-policy schemes; elsewhere the caller's policies say it.
    ///
    /// # Errors
    /// [`ReceiveError`] when it is none, or another authority's; nothing changes then.
    pub fn notice(&mut self, envelope: &[u8], authority: &[u8; 32]) -> Result<Freshness, ReceiveError> {
        let Envelope::EpochNotice(notice) = Envelope::decode(envelope, &Limits::default())? else {
            return Err(DecryptError.into());
        };
        let generation = self.latest.generation();
        let freshness = self.latest.see(&notice, authority)?;
        if self.latest.generation() != generation {
            self.keys = Keys::default();
        }
        Ok(freshness)
    }

    /// A publisher does not sign what subscribers would refuse.
    fn permit(&self, topic: &str, epoch: Epoch) -> Result<(), SealError> {
        if !is_topic(topic) {
            return Err(SealError::BadTopic);
        }
        let Some(signer) = &self.signer else { return Ok(()) };
        let allowed = match Envelope::decode(&signer.credential, &Limits::default()) {
            Ok(Envelope::Credential(credential)) => covers(&credential, topic, epoch),
            _ => false,
        };
        if allowed { Ok(()) } else { Err(SealError::BadTopic) }
    }

    fn sign(&self, envelope: &mut Vec<u8>) {
        if let Some(signer) = &self.signer {
            let signature = signer.signing.sign(envelope);
            envelope.extend_from_slice(&signature);
        }
    }

    /// Everything up to the credential, and the key that it announces.
    fn announce(
        &mut self,
        kind: Kind,
        flags: Flags,
        topic: &str,
        epoch: Epoch,
        access: Access<'_>,
        random: &mut dyn Random,
    ) -> Result<(Vec<u8>, ContentKey), SealError> {
        let kem = self.scheme.kem();
        let public_id = self.scheme.public_id();
        let access = access.encode(kem, self.latest.generation()).ok_or(SealError::BadAccess)?;
        let mut head = AnnounceHead {
            suite: self.config.suite,
            flags,
            kem,
            public_id: public_id.first_chunk().copied().unwrap_or_default(),
            sender: self.sender(),
            epoch,
            topic: topic.into(),
            access: access.into(),
            encapsulation: Binary::EMPTY,
            key_id: KeyId([0; 8]),
            commitment: [0; COMMITMENT_LEN],
            credential: self.signer.as_ref().map_or(Binary::EMPTY, |signer| signer.credential.as_slice().into()),
        };
        let mut out = Vec::with_capacity(1024);
        head.put_scope(kind, &mut out);
        let mut encapsulation = Vec::new();
        let secret = self.scheme.encapsulate(&head.scope(), &context(&out), random, &mut encapsulation)?;
        head.encapsulation = encapsulation.into();
        if !head.fits() {
            return Err(SealError::TooLong);
        }
        head.put_encapsulation(&mut out);
        let psk = self.config.psk.as_ref().map_or(&[][..], |psk| psk.expose());
        let key = ContentKey::derive(self.config.suite, &secret, psk, &public_id, &schedule_info(&out))
            .ok_or(SealError::BadAccess)?;
        (head.key_id, head.commitment) = (key.key_id, key.commitment);
        head.put_key(&mut out);
        Ok((out, key))
    }
}

/// The context of an encapsulation: all bytes of the envelope before it.
pub(crate) fn context(before: &[u8]) -> [u8; 32] {
    Transcript::new("SMQTT/1 context").part(before).finish()
}

/// The context of the key schedule: all bytes of the envelope before the key id.
pub(crate) fn schedule_info(core: &[u8]) -> [u8; 32] {
    Transcript::new("SMQTT/1 schedule").part(core).finish()
}

/// What stands for the head of a self-contained message in its additional data.
pub(crate) fn self_contained_head(before: &[u8]) -> [u8; 32] {
    Transcript::new("SMQTT/1 self-contained").part(before).finish()
}

/// May the holder of this credential publish on `topic` in `epoch`?
pub(crate) fn covers(credential: &Credential<'_>, topic: &str, epoch: Epoch) -> bool {
    (credential.first..=credential.last).contains(&epoch)
        && credential.filters.iter().any(|filter| matches(filter, topic))
}

impl AnnounceHead<'_> {
    /// The companion topic of this announcement.
    #[must_use]
    pub fn companion_topic(&self, prefix: &str) -> String {
        announce_topic(prefix, self.sender, self.key_id)
    }
}

/// Where an announcement is retained: `<prefix>/$key/<sender>/<key id>`.
#[must_use]
pub fn announce_topic(prefix: &str, sender: SenderId, key_id: KeyId) -> String {
    alloc::format!("{prefix}/$key/{sender}/{key_id}")
}
