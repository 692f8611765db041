//! MQTT 5.0 §2.2.1: which packet identifiers are in use.

use core::fmt;

use crate::qos::PacketId;

/// Gives out packet identifiers that are not in use \[MQTT-2.2.1-2\], each in constant time.
///
/// It goes round instead of beginning from the lowest, so that an identifier rests as long as possible before it is given
/// out again. The table has one bit for each of 64 × `WORDS` identifiers: 8 KiB for all of them, or 24 bytes, all in all, for the 64 of
/// a device, as `PacketIds<1>`. `WORDS` is 1 to 1,024.
///
/// Each end of a connection has its own identifiers \[MQTT-2.2.1-4\]: a second one can note those that the peer uses.
///
/// ```
/// use mqtt_codec::PacketIds;
///
/// let mut ids: PacketIds = PacketIds::new();
/// ids.set_max(2); // the peer's Receive Maximum
/// let (first, second) = (ids.allocate().unwrap(), ids.allocate().unwrap());
/// assert_eq!((first.value(), second.value(), ids.allocate()), (1, 2, None));
/// ids.release(first);
/// assert_eq!(ids.allocate().unwrap().value(), 3);
/// ```
#[derive(Clone)]
pub struct PacketIds<const WORDS: usize = 1024> {
    /// Bit n of word m: the identifier 64 m + n + 1 is in use.
    used: [u64; WORDS],
    /// Bit n: no word of group n has a clear bit.
    full: u64,
    /// The bit where the search begins.
    next: u16,
    len: u16,
    max: u16,
}

impl<const WORDS: usize> PacketIds<WORDS> {
    /// How many identifiers the table has: 1 to this.
    #[allow(clippy::cast_possible_truncation, reason = "at most 1,023 words of 64 bits")]
    pub const CAPACITY: u16 = {
        assert!(WORDS >= 1 && WORDS <= 1024, "1 to 1,024 words");
        // The last bit of the largest table stands for no identifier.
        if WORDS == 1024 { u16::MAX } else { (WORDS << 6) as u16 }
    };
    /// A group is as many words as let 64 groups suffice: 1 to 16, a power of two, of which this is the exponent.
    const GROUP: u32 = WORDS.div_ceil(64).next_power_of_two().trailing_zeros();

    /// None in use, and no other limit than the table's size.
    pub const fn new() -> Self {
        Self { used: [0; WORDS], full: 0, next: 0, len: 0, max: Self::CAPACITY }
    }

    /// Limits how many may be in use at once, such as to the peer's Receive Maximum (MQTT 5.0 §3.1.2.11.3, §3.2.2.3.3);
    /// identifiers of SUBSCRIBE and UNSUBSCRIBE do not count against that, and need room beside it. Those in use stay so.
    pub const fn set_max(&mut self, max: u16) {
        self.max = if max < Self::CAPACITY { max } else { Self::CAPACITY };
    }

    /// An identifier that was not in use, and now is; `None` when as many are in use as there may be.
    pub fn allocate(&mut self) -> Option<PacketId> {
        if self.len >= self.max {
            return None;
        }
        let id = PacketId::new(self.search()?.checked_add(1)?)?;
        self.insert(id);
        self.next = if id.value() == Self::CAPACITY { 0 } else { id.value() };
        Some(id)
    }

    /// Notes an identifier as in use, such as one of a session that is resumed, whatever the maximum. False if it was, or if
    /// the table does not have it.
    pub fn insert(&mut self, id: PacketId) -> bool {
        let (word, bit) = place(id);
        let Some(used) = self.used.get_mut(usize::from(word)).filter(|used| **used & bit == 0) else { return false };
        *used |= bit;
        self.len = self.len.saturating_add(1);
        let group = word >> Self::GROUP;
        if self.open_word(group).is_none() {
            self.full |= 1 << group;
        }
        true
    }

    /// Takes an identifier back. False if it was not in use.
    pub fn release(&mut self, id: PacketId) -> bool {
        let (word, bit) = place(id);
        let Some(used) = self.used.get_mut(usize::from(word)).filter(|used| **used & bit != 0) else { return false };
        *used &= !bit;
        self.len = self.len.saturating_sub(1);
        self.full &= !(1 << (word >> Self::GROUP));
        true
    }

    /// Whether an identifier is in use.
    pub fn contains(&self, id: PacketId) -> bool {
        let (word, bit) = place(id);
        self.used.get(usize::from(word)).is_some_and(|used| used & bit != 0)
    }

    /// How many are in use.
    pub const fn len(&self) -> usize {
        self.len as usize
    }

    /// Whether none is in use.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The first clear bit from `next` on, all the way round: in its word, in its group, in the other groups.
    fn search(&self) -> Option<u16> {
        let (word, group) = (self.next >> 6, self.next >> 6 >> Self::GROUP);
        let behind = self.clear(word) & u64::MAX << (self.next & 63);
        let (word, clear) = if behind != 0 {
            (word, behind)
        } else {
            let later = word.saturating_add(1)..group.saturating_add(1) << Self::GROUP;
            let open = later.into_iter().find(|word| self.clear(*word) != 0).or_else(|| {
                let behind = !self.full & (u64::MAX << group) << 1;
                let groups = if behind != 0 { behind } else { !self.full };
                self.open_word(u16::try_from(groups.trailing_zeros()).ok()?)
            })?;
            (open, self.clear(open))
        };
        Some(word << 6 | u16::try_from(clear.trailing_zeros()).ok()?)
    }

    /// The first word of a group that has a clear bit.
    fn open_word(&self, group: u16) -> Option<u16> {
        let first = group << Self::GROUP;
        (first..first.saturating_add(1 << Self::GROUP)).find(|word| self.clear(*word) != 0)
    }

    /// The clear bits of a word that stand for identifiers.
    fn clear(&self, word: u16) -> u64 {
        let last = if word == 1023 { 1 << 63 } else { 0 };
        self.used.get(usize::from(word)).map_or(0, |used| !used & !last)
    }
}

/// The word and the bit of an identifier.
const fn place(id: PacketId) -> (u16, u64) {
    let bit = id.value().wrapping_sub(1);
    (bit >> 6, 1 << (bit & 63))
}

impl<const WORDS: usize> Default for PacketIds<WORDS> {
    fn default() -> Self {
        Self::new()
    }
}

impl<const WORDS: usize> fmt::Debug for PacketIds<WORDS> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PacketIds").field("len", &self.len).field("max", &self.max).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(value: u16) -> PacketId {
        PacketId::new(value).unwrap()
    }

    /// Everything is given out once, in order; what comes back is given out when its turn comes.
    fn goes_round<const WORDS: usize>() {
        let mut ids = PacketIds::<WORDS>::new();
        let capacity = PacketIds::<WORDS>::CAPACITY;
        for value in 1..=capacity {
            assert_eq!(ids.allocate(), Some(id(value)));
        }
        assert_eq!((ids.allocate(), ids.len()), (None, usize::from(capacity)));
        let (middle, last) = (capacity / 2, capacity.saturating_sub(1));
        for value in [capacity, 1, middle, last] {
            assert!(ids.release(id(value)));
            assert!(!ids.contains(id(value)));
        }
        for value in [1, middle, last, capacity] {
            assert_eq!(ids.allocate(), Some(id(value)), "of {capacity}");
        }
        assert_eq!(ids.allocate(), None);
        assert!(ids.release(id(1)) && !ids.release(id(1)));
        assert!(ids.insert(id(1)) && !ids.insert(id(1)));
        for value in 1..=capacity {
            assert!(ids.contains(id(value)) && ids.release(id(value)));
        }
        assert!(ids.is_empty());
        assert_eq!(ids.allocate(), Some(id(1)));
    }

    #[test]
    fn every_size_goes_round() {
        goes_round::<1>();
        goes_round::<2>();
        goes_round::<63>();
        goes_round::<64>();
        goes_round::<65>();
        goes_round::<100>();
        goes_round::<1000>();
        goes_round::<1023>();
        goes_round::<1024>();
    }

    #[test]
    fn what_the_table_does_not_have() {
        let mut ids = PacketIds::<1>::new();
        assert_eq!(size_of_val(&ids), 24);
        assert!(!ids.insert(id(65)) && !ids.contains(id(65)) && !ids.release(id(65)));
        assert!(ids.is_empty());
        ids.set_max(100);
        assert_eq!(core::iter::from_fn(|| ids.allocate()).count(), 64);
    }

    #[test]
    fn the_maximum_holds_back_and_takes_nothing_away() {
        let mut ids = PacketIds::<16>::new();
        assert_eq!(core::iter::from_fn(|| ids.allocate()).take(10).count(), 10);
        ids.set_max(5);
        assert_eq!((ids.len(), ids.allocate()), (10, None));
        for value in 1..=6 {
            ids.release(id(value));
        }
        assert_eq!((ids.allocate(), ids.allocate()), (Some(id(11)), None));
    }
}
