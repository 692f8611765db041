//! The sliding window over counters (RFC 6479's ring of words).

/// Counters below the highest that are still told apart.
const WINDOW: u64 = 1024;
const WORDS: usize = 17;

/// What a counter says. Retained and redelivered messages are lawful repeats: this informs, it does not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Freshness {
    /// Never seen under this key.
    New,
    /// Seen before.
    Duplicate,
    /// Too far behind to tell: older than the last 1,024 messages, or a will from an earlier epoch.
    Stale,
}

/// One bit for each of the last 1,024 counters; one more word, so that a whole word can be cleared ahead.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    /// One more than the highest counter seen.
    end: u64,
    words: [u64; WORDS],
}

impl Window {
    pub(crate) const fn new() -> Self {
        Self { end: 0, words: [0; WORDS] }
    }

    /// Marks `counter` and says what it was.
    pub(crate) fn see(&mut self, counter: u64) -> Freshness {
        let next = counter.saturating_add(1);
        if next.saturating_add(WINDOW) <= self.end {
            return Freshness::Stale;
        }
        if next > self.end {
            // Clear the words between the old end and the new one, at most all.
            let (old, new) = (self.end.div_ceil(64), next.div_ceil(64));
            for word in (old..new).take(WORDS) {
                self.set(word, 0);
            }
            // A jump of more than a whole ring leaves nothing of the old words.
            if new.saturating_sub(old) >= WORDS as u64 {
                self.words = [0; WORDS];
            }
            self.end = next;
        }
        let word = counter >> 6;
        let bit = 1u64.wrapping_shl(u32::try_from(counter & 63).unwrap_or(0));
        let seen = self.word(word);
        self.set(word, seen | bit);
        if seen & bit == 0 { Freshness::New } else { Freshness::Duplicate }
    }

    fn slot(word: u64) -> usize {
        usize::try_from(word.checked_rem(WORDS as u64).unwrap_or(0)).unwrap_or(0)
    }

    fn word(&self, word: u64) -> u64 {
        self.words.get(Self::slot(word)).copied().unwrap_or(0)
    }

    fn set(&mut self, word: u64, value: u64) {
        if let Some(slot) = self.words.get_mut(Self::slot(word)) {
            *slot = value;
        }
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers in a test")]
mod tests {
    use super::*;
    use alloc::collections::BTreeSet;
    use proptest::prelude::*;

    proptest! {
        /// Against the obvious model: a set of everything seen.
        #[test]
        fn agrees_with_a_set(steps in prop::collection::vec((any::<bool>(), 0u64..3000), 1..300)) {
            let mut window = Window::new();
            let (mut seen, mut end, mut at) = (BTreeSet::new(), 0u64, 0u64);
            for (forward, jump) in steps {
                at = if forward { at + jump % 200 } else { at.saturating_sub(jump) };
                let expected = if at + 1 + WINDOW <= end {
                    Freshness::Stale
                } else if seen.insert(at) {
                    Freshness::New
                } else {
                    Freshness::Duplicate
                };
                prop_assert_eq!(window.see(at), expected);
                if expected != Freshness::Stale { end = end.max(at + 1); }
            }
        }
    }

    #[test]
    fn edges() {
        let mut window = Window::new();
        assert_eq!(window.see(5000), Freshness::New);
        assert_eq!(window.see(5000 - 1023), Freshness::New);
        assert_eq!(window.see(5000 - 1023), Freshness::Duplicate);
        assert_eq!(window.see(5000 - 1024), Freshness::Stale);
        assert_eq!(window.see(u64::MAX), Freshness::New);
        assert_eq!(window.see(0), Freshness::Stale);
    }
}
