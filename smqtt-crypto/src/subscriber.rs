//! Receive and decrypt: a bounded cache of content keys, a bounded car park for data whose key is not here yet.
//!
//! The cheap checks come first: an announcement's credential and signature are verified before any pairing, so that a flood of
//! forged announcements costs two signature checks each and never more.

mod cache;
mod parking;

use crate::attribute::Epoch;
use crate::content::{Bound, ContentKey, Freshness, OpeningKey, additional_data};
use crate::envelope::{
    AnnounceHead, Binding, DataHead, Envelope, EpochNotice, Flags, KeyAnnounce, KeyId, Kind, SIGNATURE_LEN,
    SelfContained, SenderId, View, begin, unsigned,
};
use crate::error::{DecryptError, ReceiveError};
use crate::kem::Decapsulate;
use crate::limits::Limits;
use crate::notice::Latest;
use crate::publisher::{context, covers, schedule_info, self_contained_head};
use crate::secret::Secret;
use crate::sign::{sender_id, verify};
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use cache::{Cache, Cached};
use core::fmt;
use parking::{Parked, Parking};
use subtle::ConstantTimeEq;

/// Whom a subscriber believes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Senders with a credential from the authority that has this Ed25519 key.
    Authority([u8; 32]),
    /// Anyone who can encrypt, which with public parameters is anyone. Signatures are not even looked at.
    Anyone,
}

/// What a subscriber keeps and expects.
#[derive(Debug, Clone)]
pub struct SubscriberConfig {
    /// Content keys in the cache; the least recently used goes first.
    pub max_keys: usize,
    /// Messages that wait for their key.
    pub max_parked: usize,
    /// Their bytes together.
    pub max_parked_bytes: usize,
    /// Refuse messages that are not signed themselves.
    pub require_signed_data: bool,
    /// Refuse messages whose topic is not bound.
    pub require_topic_binding: bool,
    /// What is cut from the topic of messages that bind its rest.
    pub prefix: String,
    /// The second secret, if the publishers use one.
    pub psk: Option<Secret<32>>,
    /// A self-contained message is stale when its epoch is further back than this.
    pub stale_after: u64,
    /// Bounds on what is decoded.
    pub limits: Limits,
}

impl Default for SubscriberConfig {
    fn default() -> Self {
        Self {
            max_keys: 1024,
            max_parked: 64,
            max_parked_bytes: 1 << 20,
            require_signed_data: false,
            require_topic_binding: true,
            prefix: String::new(),
            psk: None,
            stale_after: 1,
            limits: Limits::default(),
        }
    }
}

impl SubscriberConfig {
    /// A key is announced, and its sender allowed, for `topic` and no other.
    fn fits(&self, flags: Flags, bound_topic: &str, topic: &str) -> bool {
        match flags.binding() {
            Binding::Exact => bound_topic == topic,
            Binding::Suffix => topic.ends_with(bound_topic),
            Binding::None => !self.require_topic_binding,
        }
    }
}

/// What is known about a message besides its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The content key.
    pub key_id: KeyId,
    /// Who made the content key; zero when nobody signed.
    pub sender: SenderId,
    /// Did the sender sign this very message? If not, any reader of the key could have written it.
    pub signed: bool,
    /// The epoch of the key.
    pub epoch: Epoch,
    /// The number of the message under its key.
    pub counter: u64,
    /// New, seen before, or too old to tell.
    pub freshness: Freshness,
}

/// What became of a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// A message; its text was appended to `out`.
    Message(Message),
    /// A new content key. `waiting` parked messages can be taken with [`Subscriber::poll`].
    KeyAdded {
        /// The key.
        key_id: KeyId,
        /// Messages that had waited for it.
        waiting: usize,
    },
    /// The key of this announcement is here already.
    KeyKnown(KeyId),
    /// None of our keys fits what is announced. Nothing is wrong.
    NotForUs(KeyId),
    /// The key of this message is not here yet; the message waits for its announcement.
    NeedKey(KeyId),
    /// As before, but the car park is full: the message was not kept.
    NotParked(KeyId),
    /// The authority moved on. With a new generation, publishers label with it: a key that does not allow it must be renewed.
    Notice {
        /// The authority's epoch.
        epoch: Epoch,
        /// The generation of keys.
        generation: u64,
        /// New, repeated, or older than one seen before.
        freshness: Freshness,
    },
    /// An envelope for another machine.
    Other(Kind),
}

/// A message that had waited, with the topic that it came on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// The topic that it came on.
    pub topic: Box<str>,
    /// All else.
    pub message: Message,
}

/// Self-contained messages that are remembered, to tell repeats.
const REMEMBERED: usize = 256;

/// The subscribing machine.
pub struct Subscriber {
    keys: Vec<Box<dyn Decapsulate + Send>>,
    trust: Trust,
    config: SubscriberConfig,
    cache: Cache,
    parking: Parking,
    seen: VecDeque<KeyId>,
    latest: Latest,
    scratch: Vec<u8>,
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Subscriber({} keys, {} content keys, <redacted>)", self.keys.len(), self.cache.len())
    }
}

impl Subscriber {
    /// A subscriber without keys yet.
    #[must_use]
    pub fn new(trust: Trust, config: SubscriberConfig) -> Self {
        let cache = Cache::new(config.max_keys);
        let parking = Parking::new(config.max_parked, config.max_parked_bytes);
        let (seen, latest) = (VecDeque::new(), Latest::default());
        Self { keys: Vec::new(), trust, config, cache, parking, seen, latest, scratch: Vec::new() }
    }

    /// Adds a key, of any scheme. Renewed keys are added beside the old ones.
    pub fn add_key(&mut self, key: Box<dyn Decapsulate + Send>) {
        self.keys.push(key);
    }

    /// Content keys in the cache.
    #[must_use]
    pub fn cached(&self) -> usize {
        self.cache.len()
    }

    /// Messages that wait for a key.
    #[must_use]
    pub fn parked(&self) -> usize {
        self.parking.len()
    }

    /// Takes a payload that came on `bound.topic`; the text of a message is appended to `out`.
    ///
    /// # Errors
    /// [`ReceiveError`]; `out` is as before then.
    pub fn receive(
        &mut self,
        now: Epoch,
        bound: &Bound<'_>,
        payload: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<Received, ReceiveError> {
        let (header, reader) = begin(payload, &self.config.limits)?;
        if header.kind == Kind::Data {
            return self.data(View::read(header, reader)?, payload, bound, out);
        }
        match Envelope::read(header, reader, &self.config.limits)? {
            Envelope::KeyAnnounce(announce) => self.announce(&announce, payload),
            Envelope::SelfContained(message) => self.self_contained(now, (&message, payload), bound, out),
            Envelope::EpochNotice(notice) => self.notice(&notice),
            other => Ok(Received::Other(other.kind())),
        }
    }

    /// The next message that had waited for a key which is here now; its text is appended to `out`. Forgeries among them are
    /// dropped silently.
    pub fn poll(&mut self, out: &mut Vec<u8>) -> Option<Released> {
        loop {
            let parked = self.parking.take(|key_id| self.cache.contains(key_id))?;
            let bound = Bound { topic: &parked.topic, ..Bound::default() };
            let Ok((header, reader)) = begin(&parked.envelope, &self.config.limits) else { continue };
            let Ok(data) = View::read(header, reader) else { continue };
            if let Ok(Some(message)) = self.open((data, &parked.envelope), &bound, Some(&parked.aad), out) {
                return Some(Released { topic: parked.topic, message });
            }
        }
    }

    #[inline(always)]
    fn data(
        &mut self,
        data: View<'_>,
        payload: &[u8],
        bound: &Bound<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Received, ReceiveError> {
        if let Some(message) = self.open((data, payload), bound, None, out)? {
            return Ok(Received::Message(message));
        }
        let mut aad = Vec::new();
        let DataHead { flags, key_id, .. } = data.head;
        let topic = flags.binding().of(bound.topic, &self.config.prefix);
        additional_data(flags, |aad| data.head.put(aad), topic, &bound.properties, &mut aad).ok_or(DecryptError)?;
        let parked = Parked { key_id, topic: bound.topic.into(), aad, envelope: payload.to_vec() };
        Ok(if self.parking.park(parked) { Received::NeedKey(key_id) } else { Received::NotParked(key_id) })
    }

    /// `None` when the key is not here. `payload` is what `data` was decoded from.
    #[inline(always)]
    fn open(
        &mut self,
        (data, payload): (View<'_>, &[u8]),
        bound: &Bound<'_>,
        parked_aad: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<Option<Message>, DecryptError> {
        let DataHead { flags, key_id, counter, .. } = data.head;
        let Some(cached) = self.cache.get_mut(key_id) else { return Ok(None) };
        let bound_topic = flags.binding().of(bound.topic, &self.config.prefix);
        if !self.config.fits(flags, bound_topic, &cached.topic)
            || (self.config.require_signed_data && data.signature.is_none())
        {
            return Err(DecryptError);
        }
        let signed = match (data.signature, &cached.verifying_key) {
            (None, _) => false,
            (Some(signature), Some(key)) if verify(key, unsigned(payload), signature) => true,
            // Under `Trust::Anyone` there is no key to verify with, and a signature says nothing.
            (Some(_), None) if self.trust == Trust::Anyone => false,
            _ => return Err(DecryptError),
        };
        let freshness = match parked_aad {
            Some(aad) => cached.key.open(data, aad, out)?,
            None => {
                let aad = &mut self.scratch;
                additional_data(flags, |aad| data.head.put(aad), bound_topic, &bound.properties, aad)
                    .ok_or(DecryptError)?;
                cached.key.open(data, aad, out)?
            }
        };
        Ok(Some(Message { key_id, sender: cached.sender, signed, epoch: cached.epoch, counter, freshness }))
    }

    /// Without an authority that we trust there is nobody to believe.
    fn notice(&mut self, notice: &EpochNotice) -> Result<Received, ReceiveError> {
        let Trust::Authority(authority) = &self.trust else { return Err(DecryptError.into()) };
        let freshness = self.latest.see(notice, authority)?;
        Ok(Received::Notice { epoch: notice.epoch, generation: notice.generation, freshness })
    }

    fn announce(&mut self, announce: &KeyAnnounce<'_>, payload: &[u8]) -> Result<Received, ReceiveError> {
        let head = &announce.head;
        if self.cache.contains(head.key_id) {
            return Ok(Received::KeyKnown(head.key_id));
        }
        let verifying_key = self.authenticate(head, payload, announce.signature.as_ref())?;
        let Some(key) = self.decapsulate(Kind::KeyAnnounce, head)? else { return Ok(Received::NotForUs(head.key_id)) };
        self.cache.insert(head.key_id, Cached::new(OpeningKey::new(key), head, verifying_key));
        Ok(Received::KeyAdded { key_id: head.key_id, waiting: self.parking.waiting(head.key_id) })
    }

    fn self_contained(
        &mut self,
        now: Epoch,
        (message, payload): (&SelfContained<'_>, &[u8]),
        bound: &Bound<'_>,
        out: &mut Vec<u8>,
    ) -> Result<Received, ReceiveError> {
        let head = &message.head;
        let bound_topic = head.flags.binding().of(bound.topic, &self.config.prefix);
        if !self.config.fits(head.flags, bound_topic, &head.topic) {
            return Err(DecryptError.into());
        }
        let verifying_key = self.authenticate(head, payload, message.signature.as_ref())?;
        let Some(mut key) = self.decapsulate(Kind::SelfContained, head)? else {
            return Ok(Received::NotForUs(head.key_id));
        };
        let mut before = Vec::new();
        head.encode(Kind::SelfContained, &mut before);
        let before = self_contained_head(&before);
        let put_head = |aad: &mut Vec<u8>| aad.extend_from_slice(&before);
        additional_data(head.flags, put_head, bound_topic, &bound.properties, &mut self.scratch).ok_or(DecryptError)?;
        key.open(0, &self.scratch, &message.sealed, out)?;
        let freshness = if self.seen.contains(&head.key_id) {
            Freshness::Duplicate
        } else if head.epoch.0.saturating_add(self.config.stale_after) < now.0 {
            Freshness::Stale
        } else {
            Freshness::New
        };
        if freshness != Freshness::Duplicate {
            self.seen.push_back(head.key_id);
            if self.seen.len() > REMEMBERED {
                self.seen.pop_front();
            }
        }
        let (key_id, sender, epoch) = (head.key_id, sender_of(verifying_key.as_ref()), head.epoch);
        let signed = verifying_key.is_some();
        Ok(Received::Message(Message { key_id, sender, signed, epoch, counter: 0, freshness }))
    }

    /// Credential, then signature: both before any pairing. Gives the sender's key.
    fn authenticate(
        &self,
        head: &AnnounceHead<'_>,
        payload: &[u8],
        signature: Option<&[u8; SIGNATURE_LEN]>,
    ) -> Result<Option<[u8; 32]>, DecryptError> {
        let Trust::Authority(authority) = self.trust else { return Ok(None) };
        let signature = signature.ok_or(DecryptError)?;
        let Ok(Envelope::Credential(credential)) = Envelope::decode(&head.credential, &self.config.limits) else {
            return Err(DecryptError);
        };
        let authentic = credential.sender() == head.sender
            && covers(&credential, &head.topic, head.epoch)
            && verify(&authority, unsigned(&head.credential), &credential.signature)
            && verify(&credential.verifying_key, unsigned(payload), signature);
        if authentic { Ok(Some(credential.verifying_key)) } else { Err(DecryptError) }
    }

    /// The content key behind an announcement; `None` when no key of ours claims to fit.
    fn decapsulate(&mut self, kind: Kind, head: &AnnounceHead<'_>) -> Result<Option<ContentKey>, DecryptError> {
        let scope = head.scope();
        let psk = self.config.psk.as_ref().map_or(&[][..], |psk| psk.expose());
        let mut fitting = self.keys.iter_mut().filter(|key| {
            key.kem() == head.kem && key.public_id().starts_with(&head.public_id) && key.may_open(&scope)
        });
        let Some(scheme) = fitting.next() else { return Ok(None) };
        let mut bytes = Vec::new();
        head.put_scope(kind, &mut bytes);
        let secret = scheme.decapsulate(&scope, &context(&bytes), &head.encapsulation)?;
        head.put_encapsulation(&mut bytes);
        let key = ContentKey::derive(head.suite, &secret, psk, &scheme.public_id(), &schedule_info(&bytes))
            .ok_or(DecryptError)?;
        // The commitment first: without it two receivers could be given two keys for one ciphertext.
        let committed = key.commitment.ct_eq(&head.commitment) & key.key_id.0.ct_eq(&head.key_id.0);
        if bool::from(committed) { Ok(Some(key)) } else { Err(DecryptError) }
    }
}

fn sender_of(verifying_key: Option<&[u8; 32]>) -> SenderId {
    verifying_key.map_or(SenderId([0; 16]), sender_id)
}
