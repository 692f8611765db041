//! Data that came before its key. Full means full: what is parked is never pushed out by a stranger.

use crate::envelope::KeyId;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use alloc::vec::Vec;

pub(super) struct Parked {
    pub(super) key_id: KeyId,
    pub(super) topic: Box<str>,
    /// Already made, so that no property needs to be kept.
    pub(super) aad: Vec<u8>,
    pub(super) envelope: Vec<u8>,
}

impl Parked {
    fn weight(&self) -> usize {
        self.topic.len().saturating_add(self.aad.len()).saturating_add(self.envelope.len())
    }
}

pub(super) struct Parking {
    queue: VecDeque<Parked>,
    bytes: usize,
    max: usize,
    max_bytes: usize,
}

impl Parking {
    pub(super) const fn new(max: usize, max_bytes: usize) -> Self {
        Self { queue: VecDeque::new(), bytes: 0, max, max_bytes }
    }

    pub(super) fn len(&self) -> usize {
        self.queue.len()
    }

    /// Messages that wait for this key.
    pub(super) fn waiting(&self, key_id: KeyId) -> usize {
        self.queue.iter().filter(|parked| parked.key_id == key_id).count()
    }

    pub(super) fn park(&mut self, parked: Parked) -> bool {
        let bytes = self.bytes.saturating_add(parked.weight());
        if self.queue.len() >= self.max || bytes > self.max_bytes {
            return false;
        }
        self.bytes = bytes;
        self.queue.push_back(parked);
        true
    }

    /// Takes out the oldest message whose key is ready.
    pub(super) fn take(&mut self, ready: impl Fn(KeyId) -> bool) -> Option<Parked> {
        let index = self.queue.iter().position(|parked| ready(parked.key_id))?;
        let parked = self.queue.remove(index)?;
        self.bytes = self.bytes.saturating_sub(parked.weight());
        Some(parked)
    }
}
