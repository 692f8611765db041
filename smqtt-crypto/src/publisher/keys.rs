//! Content keys by topic, in a hash table: halving a list of a thousand ten times costs a tenth of a short message.

use crate::attribute::Epoch;
use crate::content::SealingKey;
use alloc::boxed::Box;
use alloc::vec::Vec;

pub(super) struct Sealing {
    hash: u64,
    topic: Box<str>,
    pub(super) epoch: Epoch,
    pub(super) key: SealingKey,
}

impl Sealing {
    fn is(&self, hash: u64, topic: &str) -> bool {
        self.hash == hash && *self.topic == *topic
    }
}

/// At least as many buckets as keys, a power of two. The configuration bounds how many topics can meet in one.
#[derive(Default)]
#[expect(clippy::vec_box, reason = "most buckets have one key, and a Vec makes room for four")]
pub(super) struct Keys {
    buckets: Vec<Vec<Box<Sealing>>>,
    len: usize,
}

impl Keys {
    pub(super) const fn len(&self) -> usize {
        self.len
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Sealing) -> bool) {
        self.buckets.iter_mut().for_each(|bucket| bucket.retain(|sealing| keep(sealing)));
        self.len = self.buckets.iter().map(Vec::len).sum();
    }

    pub(super) fn get(&self, topic: &str) -> Option<&Sealing> {
        let hash = hash(topic);
        let bucket = self.buckets.get(self.place(hash))?;
        bucket.iter().find(|sealing| sealing.is(hash, topic)).map(Box::as_ref)
    }

    pub(super) fn get_mut(&mut self, topic: &str) -> Option<&mut Sealing> {
        let hash = hash(topic);
        let place = self.place(hash);
        let bucket = self.buckets.get_mut(place)?;
        bucket.iter_mut().find(|sealing| sealing.is(hash, topic)).map(Box::as_mut)
    }

    /// In place of the topic's earlier key, if there is one.
    pub(super) fn insert(&mut self, topic: &str, epoch: Epoch, key: SealingKey) {
        let sealing = Sealing { hash: hash(topic), topic: topic.into(), epoch, key };
        if let Some(earlier) = self.get_mut(topic) {
            *earlier = sealing;
            return;
        }
        if self.len >= self.buckets.len() {
            self.grow();
        }
        self.put(Box::new(sealing));
        self.len = self.len.saturating_add(1);
    }

    fn grow(&mut self) {
        let buckets = self.buckets.len().saturating_mul(2).max(16);
        let old = core::mem::take(&mut self.buckets);
        self.buckets.resize_with(buckets, Vec::new);
        old.into_iter().flatten().for_each(|sealing| self.put(sealing));
    }

    fn put(&mut self, sealing: Box<Sealing>) {
        let place = self.place(sealing.hash);
        if let Some(bucket) = self.buckets.get_mut(place) {
            bucket.push(sealing);
        }
    }

    fn place(&self, hash: u64) -> usize {
        usize::try_from(hash >> 32).unwrap_or_default() & self.buckets.len().wrapping_sub(1)
    }
}

/// Spreads topics well enough, best in the upper bits; no secret and no access depends on it. The last word overlaps the one before:
/// to copy what is left of a topic takes longer than the rest of the hash.
fn hash(topic: &str) -> u64 {
    let (words, rest) = topic.as_bytes().as_chunks::<8>();
    let mix = |hash: u64, word: u64| (hash.rotate_left(29) ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let hash = words.iter().fold(topic.len() as u64, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let last = match topic.as_bytes().last_chunk() {
        Some(last) => u64::from_le_bytes(*last),
        None => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    mix(hash, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::ContentKey;
    use crate::secret::SharedSecret;
    use crate::suite::Suite;

    fn key() -> SealingKey {
        let key = ContentKey::derive(Suite::AES_128_GCM, &SharedSecret::new([7; 32]), &[], &[1; 32], &[2; 32]);
        SealingKey::new(key.unwrap())
    }

    #[test]
    fn every_topic_is_found_and_replaced() {
        let topic = |n: u64| std::format!("house/{n}/sensor");
        let mut keys = Keys::default();
        for n in 0..500 {
            assert!(keys.get(&topic(n)).is_none());
            keys.insert(&topic(n), Epoch(n), key());
        }
        assert!(keys.buckets.iter().all(|bucket| bucket.len() < 8));
        for n in 0..500 {
            assert_eq!(keys.get(&topic(n)).unwrap().epoch, Epoch(n));
            keys.insert(&topic(n), Epoch(1000), key());
        }
        assert_eq!(keys.len(), 500);
        keys.retain(|sealing| &*sealing.topic < "house/2");
        assert!(keys.get_mut("house/1/sensor").is_some() && keys.get_mut("house/2/sensor").is_none());
    }

    #[test]
    fn topics_of_one_hash_are_told_apart() {
        let mut keys = Keys::default();
        for (n, topic) in [(1, "a"), (2, "b"), (3, "c")] {
            keys.insert(topic, Epoch(n), key());
        }
        let place = keys.place(hash("b"));
        let mut all: Vec<_> = keys.buckets.iter_mut().flat_map(core::mem::take).collect();
        all.iter_mut().for_each(|sealing| sealing.hash = hash("b"));
        keys.buckets[place] = all;
        assert_eq!(keys.get("b").unwrap().epoch, Epoch(2));
    }
}
