//! Content keys by topic. Topics share long prefixes, so that hashing one costs less than comparing it with ten others.

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

/// In ascending order of the hashes. Topics of one hash, which only the publisher itself could choose, are neighbours.
#[derive(Default)]
pub(super) struct Keys(Vec<Sealing>);

impl Keys {
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Sealing) -> bool) {
        self.0.retain(keep);
    }

    pub(super) fn get(&self, topic: &str) -> Option<&Sealing> {
        self.0.get(self.find(topic).ok()?)
    }

    pub(super) fn get_mut(&mut self, topic: &str) -> Option<&mut Sealing> {
        let index = self.find(topic).ok()?;
        self.0.get_mut(index)
    }

    /// In place of the topic's earlier key, if there is one.
    pub(super) fn insert(&mut self, topic: &str, epoch: Epoch, key: SealingKey) {
        let sealing = Sealing { hash: hash(topic), topic: topic.into(), epoch, key };
        match self.find(topic) {
            Ok(index) => self.0.splice(index..=index, [sealing]).for_each(drop),
            Err(index) => self.0.insert(index, sealing),
        }
    }

    fn find(&self, topic: &str) -> Result<usize, usize> {
        let hash = hash(topic);
        let start = self.0.partition_point(|sealing| sealing.hash < hash);
        let same = self.0.iter().skip(start).take_while(|sealing| sealing.hash == hash);
        let position = same.enumerate().find(|(_, sealing)| *sealing.topic == *topic);
        position.map(|(at, _)| start.saturating_add(at)).ok_or(start)
    }
}

/// Spreads topics well enough for a binary search; no secret and no access depends on it.
fn hash(topic: &str) -> u64 {
    let (words, rest) = topic.as_bytes().as_chunks::<8>();
    let mut last = [0; 8];
    last.iter_mut().zip(rest).for_each(|(byte, value)| *byte = *value);
    let mix = |hash: u64, word: &[u8; 8]| {
        (hash.rotate_left(5) ^ u64::from_le_bytes(*word)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    };
    let hash = words.iter().fold(topic.len() as u64, mix);
    mix(hash, &last)
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
        assert!(keys.0.is_sorted_by_key(|sealing| sealing.hash));
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
        let hash = hash("b");
        keys.0.iter_mut().for_each(|sealing| sealing.hash = hash);
        assert_eq!(keys.get("b").unwrap().epoch, Epoch(2));
    }
}
