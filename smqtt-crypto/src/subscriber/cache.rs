//! Content keys, the least recently used of which makes room.

use super::sender_of;
use crate::attribute::Epoch;
use crate::content::OpeningKey;
use crate::envelope::{AnnounceHead, KeyId, SenderId};
use alloc::boxed::Box;
use alloc::collections::BTreeMap;

pub(super) struct Cached {
    pub(super) key: OpeningKey,
    pub(super) topic: Box<str>,
    pub(super) epoch: Epoch,
    pub(super) sender: SenderId,
    pub(super) verifying_key: Option<[u8; 32]>,
    used: u64,
}

impl Cached {
    pub(super) fn new(key: OpeningKey, head: &AnnounceHead<'_>, verifying_key: Option<[u8; 32]>) -> Self {
        let sender = sender_of(verifying_key.as_ref());
        Self { key, topic: head.topic.as_str().into(), epoch: head.epoch, sender, verifying_key, used: 0 }
    }
}

/// An ordered map: nothing here depends on a hash that an attacker could steer. Key ids are compared as numbers.
pub(super) struct Cache {
    entries: BTreeMap<u64, Box<Cached>>,
    max: usize,
    clock: u64,
}

impl Cache {
    pub(super) const fn new(max: usize) -> Self {
        Self { entries: BTreeMap::new(), max, clock: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn contains(&self, key_id: KeyId) -> bool {
        self.entries.contains_key(&number(key_id))
    }

    pub(super) fn get_mut(&mut self, key_id: KeyId) -> Option<&mut Cached> {
        let cached = self.entries.get_mut(&number(key_id))?;
        self.clock = self.clock.wrapping_add(1);
        cached.used = self.clock;
        Some(cached)
    }

    /// The search for the oldest is linear; a pairing went before it.
    pub(super) fn insert(&mut self, key_id: KeyId, mut cached: Cached) {
        if self.max == 0 {
            return;
        }
        while self.entries.len() >= self.max {
            let Some(oldest) = self.entries.iter().min_by_key(|(_, cached)| cached.used).map(|(id, _)| *id) else {
                break;
            };
            self.entries.remove(&oldest);
        }
        self.clock = self.clock.wrapping_add(1);
        cached.used = self.clock;
        self.entries.insert(number(key_id), Box::new(cached));
    }
}

const fn number(key_id: KeyId) -> u64 {
    u64::from_be_bytes(key_id.0)
}
