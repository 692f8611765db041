//! A hash table from a hash to small values that know their own key: open addressing, at most two thirds full.

use alloc::vec;
use alloc::vec::Vec;

/// Values are found by hash and a caller's comparison. Removal moves later entries up, so that no marks are left behind.
#[derive(Debug)]
pub(crate) struct Index<T> {
    /// A power of two, or none.
    slots: Vec<Option<(u32, T)>>,
    len: usize,
}

const SMALLEST: usize = 8;

impl<T: Copy> Index<T> {
    pub(crate) const fn new() -> Self {
        Self { slots: Vec::new(), len: 0 }
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    const fn mask(&self) -> usize {
        self.slots.len().wrapping_sub(1)
    }

    /// Where the value is, if it is there.
    #[inline]
    fn position(&self, hash: u32, same: impl Fn(T) -> bool) -> Option<usize> {
        let mut at = hash as usize & self.mask();
        loop {
            let (found, value) = (*self.slots.get(at)?)?;
            if found == hash && same(value) {
                return Some(at);
            }
            at = at.wrapping_add(1) & self.mask();
        }
    }

    #[inline]
    pub(crate) fn find(&self, hash: u32, same: impl Fn(T) -> bool) -> Option<T> {
        self.slots.get(self.position(hash, same)?)?.map(|(_, value)| value)
    }

    /// Adds a value that is not there.
    pub(crate) fn insert(&mut self, hash: u32, value: T) {
        self.len = self.len.saturating_add(1);
        if self.len.saturating_mul(3) > self.slots.len().saturating_mul(2) {
            self.resize(self.slots.len().saturating_mul(2).max(SMALLEST));
        }
        self.place(hash, value);
    }

    /// Puts a value into the first free slot from its own on.
    fn place(&mut self, hash: u32, value: T) {
        let mask = self.mask();
        let mut at = hash as usize & mask;
        while let Some(slot) = self.slots.get_mut(at) {
            if slot.is_none() {
                *slot = Some((hash, value));
                return;
            }
            at = at.wrapping_add(1) & mask;
        }
    }

    fn resize(&mut self, size: usize) {
        let old = core::mem::replace(&mut self.slots, vec![None; size]);
        for (hash, value) in old.into_iter().flatten() {
            self.place(hash, value);
        }
    }

    pub(crate) fn remove(&mut self, hash: u32, same: impl Fn(T) -> bool) -> Option<T> {
        let mut hole = self.position(hash, same)?;
        let removed = self.slots.get_mut(hole)?.take();
        self.len = self.len.saturating_sub(1);
        let mask = self.mask();
        let mut at = hole;
        loop {
            at = at.wrapping_add(1) & mask;
            let Some(Some((hash, _))) = self.slots.get(at).copied() else { break };
            // Whoever is at home at or before the hole would not be found behind it.
            let from_home = at.wrapping_sub(hash as usize) & mask;
            if from_home >= at.wrapping_sub(hole) & mask {
                self.slots.swap(at, hole);
                hole = at;
            }
        }
        if self.slots.len() > SMALLEST && self.len.saturating_mul(8) < self.slots.len() {
            self.resize(self.slots.len() >> 1);
        }
        removed.map(|(_, value)| value)
    }

    /// Changes the value that is there.
    pub(crate) fn replace(&mut self, hash: u32, same: impl Fn(T) -> bool, value: T) {
        if let Some(slot) = self.position(hash, same).and_then(|at| self.slots.get_mut(at)) {
            *slot = Some((hash, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;

    /// A small linear generator: the hashes have few different values, so that most entries collide.
    #[test]
    fn finds_what_is_there_under_collisions() {
        let (mut index, mut oracle, mut state) = (Index::new(), BTreeMap::new(), 1u32);
        for step in 0..20_000u32 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let key = state >> 22;
            let hash = key % 61 * 0x0100_0001;
            if state & 0x1000 == 0 {
                assert_eq!(
                    index.remove(hash, |(found, _)| found == key).map(|(_, v)| v),
                    oracle.remove(&key),
                    "{step}"
                );
            } else if let Some(value) = oracle.get_mut(&key) {
                *value = step;
                index.replace(hash, |(found, _)| found == key, (key, step));
            } else {
                oracle.insert(key, step);
                index.insert(hash, (key, step));
            }
            assert_eq!(index.find(hash, |(found, _)| found == key).map(|(_, v)| v), oracle.get(&key).copied());
        }
        assert_eq!(index.len(), oracle.len());
        for key in 0..1024 {
            let hash = key % 61 * 0x0100_0001;
            assert_eq!(index.remove(hash, |(found, _)| found == key).is_some(), oracle.remove(&key).is_some());
        }
        assert_eq!((index.len, index.slots.len()), (0, SMALLEST));
    }
}
