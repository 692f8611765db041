//! Which of many names may be the same: linear in their number, where sorting all of them is not.
#![allow(clippy::arithmetic_side_effects, reason = "a product of two numbers below 2^32, and shifts by less than 64")]

use alloc::vec::Vec;

use super::Name;

/// Of the golden ratio, whose multiples spread evenly.
const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

/// A table of 32 slots for each name, so that by chance one name in 32 shares a slot, and sorting these costs next to nothing.
///
/// The hash has no key, since nothing here is random, so a peer can choose names that meet. Then all of them are sorted, which is the worst
/// there is: no slot is ever searched for.
#[derive(Debug, Default)]
pub(super) struct Sieve {
    /// Two bits a slot: a name fell into it, and another one did.
    words: Vec<u64>,
}

impl Sieve {
    /// Into `left`, those of at most `count` names that share a slot with another. Names with the same local part always do.
    pub(super) fn sift(
        &mut self,
        names: impl Iterator<Item = Name> + Clone,
        count: usize,
        bytes: &[u8],
        left: &mut Vec<Name>,
    ) {
        self.words.clear();
        self.words.resize(count, 0);
        for name in names.clone() {
            let (word, slot) = self.place(name.local(bytes));
            if let Some(word) = self.words.get_mut(word) {
                *word |= slot | ((*word & slot) << 1);
            }
        }
        left.clear();
        left.extend(names.filter(|name| {
            let (word, slot) = self.place(name.local(bytes));
            self.words.get(word).is_some_and(|word| word & (slot << 1) != 0)
        }));
    }

    /// The word of a name's slot, and the lower bit of the slot.
    #[inline]
    fn place(&self, name: &[u8]) -> (usize, u64) {
        let hash = hash(name);
        let word = ((hash >> 32) * (self.words.len() as u64)) >> 32;
        (usize::try_from(word).unwrap_or_default(), 1 << ((hash >> 27) % 32 * 2))
    }
}

#[inline]
fn hash(name: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(FACTOR);
        product ^ (product >> 32)
    };
    let (words, rest) = name.as_chunks::<8>();
    let hash = words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word)));
    let rest = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(first), Some(last)) => {
            (u64::from(u32::from_le_bytes(*first)) << 32) | u64::from(u32::from_le_bytes(*last))
        }
        _ => rest.iter().fold(0, |rest, byte| (rest << 8) | u64::from(*byte)),
    };
    mix(mix(hash, rest), 0)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::super::Span;
    use super::*;

    fn left(names: &[String]) -> Vec<String> {
        let bytes = names.concat();
        let mut from = 0;
        let spans = names.iter().map(|name| {
            let whole = Span { from, to: from + name.len() };
            from = whole.to;
            Name { whole, local: whole.from }
        });
        let (spans, mut left): (Vec<Name>, _) = (spans.collect(), Vec::new());
        Sieve::default().sift(spans.iter().copied(), spans.len(), bytes.as_bytes(), &mut left);
        left.iter().map(|name| bytes.get(name.whole.from..name.whole.to).unwrap_or_default().into()).collect()
    }

    #[test]
    fn names_that_differ_mostly_fall_through() {
        for count in [1, 10, 64, 1_000, 100_000] {
            let spellings: [fn(usize) -> String; 4] = [
                |at| format!("a{at}"),
                |at| format!("attribute-{at:06}-of-many"),
                |at| format!("{at:07}"),
                |at| format!("{:0>300}", at * 256),
            ];
            for spelled in spellings {
                let names: Vec<String> = (0..count).map(spelled).collect();
                let left = left(&names).len();
                assert!(left <= count / 16 + 4, "{left} of {count} such as {:?}", names.last());
            }
        }
    }

    #[test]
    fn names_that_were_chosen_to_meet_are_all_left() {
        let sieve = Sieve { words: alloc::vec![0; 50] };
        let spelled = (0..).map(|at| format!("a{at}"));
        let chosen: Vec<String> = spelled.filter(|name| sieve.place(name.as_bytes()) == (0, 1)).take(50).collect();
        assert_eq!(left(&chosen), chosen);
    }

    #[test]
    fn names_that_are_the_same_never_do() {
        for len in 0..40 {
            let name = "abcdefghijklmnopqrstuvwxyz-0123456789.xyz"[..len].into();
            let mut names: Vec<String> = (0..50).map(|at| format!("x{at}")).chain([name]).collect();
            let twin: String = names[50].clone();
            names.insert(len, twin.clone());
            assert_eq!(left(&names).iter().filter(|left| **left == twin).count(), 2, "{twin}");
        }
    }
}
