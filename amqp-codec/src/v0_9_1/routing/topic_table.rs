//! Topic exchange: many bindings in one tree. AMQP 0-9-1 §3.1.3.3.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use super::topic::Words;

/// Slots for each node when they are made; they are made anew when there are fewer than half as many.
const SLOTS: usize = 8;

/// Many topic bindings, compiled into one tree: a key is matched against all of them at once.
///
/// Each word of the key is looked at once for each place of the tree that is reached, and no place is reached twice by the same word,
/// whatever the number of `#`. To insert or to follow a word costs the same among ten bindings and a million; among words that were chosen to meet
/// in the table's hash, which has no key, it costs as much as in a sorted map.
#[derive(Clone, Debug)]
pub struct TopicTable<T> {
    nodes: Vec<Node<T>>,
    /// By the hash of a node and a word: the first child with that hash. The root, which is nobody's child, stands for none.
    slots: Vec<usize>,
    /// Nodes behind a `#`.
    staying: usize,
    bindings: usize,
}

#[derive(Clone, Debug)]
struct Node<T> {
    parent: usize,
    /// The word behind which it stands, if that means itself.
    word: Option<Box<[u8]>>,
    /// The children by word whose slot was taken.
    others: BTreeMap<Box<[u8]>, usize>,
    /// The child behind `*`.
    star: Option<usize>,
    /// The child behind `#`, which takes any word and stays.
    hash: Option<usize>,
    /// The number of a node that is itself behind a `#`.
    stays: Option<usize>,
    values: Vec<T>,
}

impl<T> Node<T> {
    const fn new(parent: usize) -> Self {
        Self { parent, word: None, others: BTreeMap::new(), star: None, hash: None, stays: None, values: Vec::new() }
    }
}

impl<T> Default for TopicTable<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> TopicTable<T> {
    /// No bindings.
    pub fn new() -> Self {
        Self { nodes: vec![Node::new(0)], slots: Vec::new(), staying: 0, bindings: 0 }
    }

    /// Number of bindings.
    pub const fn len(&self) -> usize {
        self.bindings
    }

    /// True without bindings.
    pub const fn is_empty(&self) -> bool {
        self.bindings == 0
    }

    /// Adds a binding. The same pattern may be bound many times.
    pub fn insert(&mut self, pattern: &[u8], value: T) {
        let mut at = 0;
        let mut words = Words::new(pattern);
        while let Some(word) = words.next() {
            at = match self.child(at, word) {
                Some(child) => child,
                None => self.grow(at, word),
            };
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.values.push(value);
            self.bindings = self.bindings.saturating_add(1);
        }
    }

    /// The child for a word of a pattern.
    fn child(&self, at: usize, word: &[u8]) -> Option<usize> {
        let node = self.nodes.get(at)?;
        match word {
            b"*" => node.star,
            // `#.#` is `#`.
            b"#" if node.stays.is_some() => Some(at),
            b"#" => node.hash,
            word => self.follow(at, word),
        }
    }

    /// The child for a word that means itself.
    fn follow(&self, at: usize, word: &[u8]) -> Option<usize> {
        let child = *self.slots.get(self.slot(at, word))?;
        let node = self.nodes.get(child).filter(|_| child != 0)?;
        if node.parent == at && node.word.as_deref() == Some(word) {
            return Some(child);
        }
        self.nodes.get(at)?.others.get(word).copied()
    }

    /// Makes the child for a word.
    fn grow(&mut self, at: usize, word: &[u8]) -> usize {
        let new = self.nodes.len();
        let mut node = Node::new(at);
        let parent = self.nodes.get_mut(at);
        match (word, parent) {
            (b"*", Some(parent)) => parent.star = Some(new),
            (b"#", Some(parent)) => {
                parent.hash = Some(new);
                node.stays = Some(self.staying);
                self.staying = self.staying.saturating_add(1);
            }
            _ => node.word = Some(word.into()),
        }
        self.nodes.push(node);
        if self.slots.len() < self.nodes.len().saturating_mul(SLOTS / 2) {
            self.place_all();
        } else {
            self.place(new);
        }
        new
    }

    /// Writes a child for a word that means itself down where [`follow`](Self::follow) looks for it.
    fn place(&mut self, child: usize) {
        let Some(Node { parent, word: Some(word), .. }) = self.nodes.get(child) else { return };
        let slot = self.slot(*parent, word);
        match self.slots.get_mut(slot) {
            Some(free @ 0) => *free = child,
            _ => {
                let (parent, word) = (*parent, word.clone());
                if let Some(parent) = self.nodes.get_mut(parent) {
                    parent.others.insert(word, child);
                }
            }
        }
    }

    fn place_all(&mut self) {
        self.slots = vec![0; self.nodes.len().max(8).saturating_mul(SLOTS)];
        self.nodes.iter_mut().for_each(|node| node.others.clear());
        (1..self.nodes.len()).for_each(|child| self.place(child));
    }

    fn slot(&self, at: usize, word: &[u8]) -> usize {
        let slots = self.slots.len() as u64;
        usize::try_from((hash(at, word) >> 32).wrapping_mul(slots) >> 32).unwrap_or_default()
    }

    /// Removes one binding of this pattern and value; true if it was there.
    pub fn remove(&mut self, pattern: &[u8], value: &T) -> bool
    where
        T: PartialEq,
    {
        let mut at = 0;
        let mut words = Words::new(pattern);
        while let Some(word) = words.next() {
            let Some(child) = self.child(at, word) else { return false };
            at = child;
        }
        let Some(node) = self.nodes.get_mut(at) else { return false };
        let Some(place) = node.values.iter().position(|other| other == value) else { return false };
        node.values.swap_remove(place);
        self.bindings = self.bindings.saturating_sub(1);
        true
    }

    /// Calls `found` with the value of every binding that the key matches, once per binding.
    pub fn matches<'t>(&'t self, key: &[u8], mut found: impl FnMut(&'t T)) {
        // A bit for each node behind a `#` that was reached: it stays reached, while any other is reached from its parent alone.
        let mut staying = vec![0_u64; self.staying.div_ceil(64)];
        let (mut places, mut next) = (Vec::new(), Vec::new());
        self.reach(0, &mut staying, &mut places);
        let mut words = Words::new(key);
        while let Some(word) = words.next() {
            next.clear();
            for at in &places {
                let Some(node) = self.nodes.get(*at) else { continue };
                if node.stays.is_some() {
                    next.push(*at);
                }
                if let Some(star) = node.star {
                    self.reach(star, &mut staying, &mut next);
                }
                if let Some(child) = self.follow(*at, word) {
                    self.reach(child, &mut staying, &mut next);
                }
            }
            core::mem::swap(&mut places, &mut next);
        }
        for at in &places {
            if let Some(node) = self.nodes.get(*at) {
                node.values.iter().for_each(&mut found);
            }
        }
    }

    /// A place, and the place behind a `#` that matches nothing.
    fn reach(&self, at: usize, staying: &mut [u64], places: &mut Vec<usize>) {
        places.push(at);
        let Some(hash) = self.nodes.get(at).and_then(|node| node.hash) else { return };
        let number = self.nodes.get(hash).and_then(|node| node.stays).unwrap_or_default();
        let bit = 1 << (number % 64);
        if let Some(word) = staying.get_mut(number / 64).filter(|word| **word & bit == 0) {
            *word |= bit;
            places.push(hash);
        }
    }
}

/// Spreads nodes and words. It need not withstand those who choose the words: what meets is kept in order.
fn hash(at: usize, word: &[u8]) -> u64 {
    let mix = |hash: u64, word: u64| {
        let product = (hash ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        product ^ (product >> 32)
    };
    let (words, rest) = word.as_chunks::<8>();
    let hash = words.iter().fold(mix(at as u64, 0), |hash, word| mix(hash, u64::from_be_bytes(*word)));
    let rest = rest.iter().fold(rest.len() as u64, |rest, octet| (rest << 8) | u64::from(*octet));
    mix(mix(hash, rest), 0)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use super::*;

    /// All patterns, each found by itself and no other.
    fn bound(patterns: &[String]) -> TopicTable<usize> {
        let mut table = TopicTable::new();
        patterns.iter().enumerate().for_each(|(at, pattern)| table.insert(pattern.as_bytes(), at));
        for (at, pattern) in patterns.iter().enumerate() {
            let mut found = Vec::new();
            table.matches(pattern.as_bytes(), |value| found.push(*value));
            assert_eq!(found, [at], "{pattern}");
        }
        table
    }

    #[test]
    fn most_words_have_a_slot_of_their_own() {
        for spelled in [
            |at| format!("{at}"),
            |at| format!("{}.device-{at:010}", at % 7),
            |at| format!("{}..{}", at % 100, at / 100),
        ] {
            let table = bound(&(0..10_000).map(spelled).collect::<Vec<String>>());
            let others: usize = table.nodes.iter().map(|node| node.others.len()).sum();
            assert!(others < table.nodes.len() / 5, "{others} of {}, such as {}", table.nodes.len(), spelled(1));
        }
    }

    #[test]
    fn words_that_were_chosen_to_meet_are_found() {
        let words = (0..).map(|at| format!("{at}")).filter(|word| hash(0, word.as_bytes()) >> 52 == 0);
        let table = bound(&words.take(100).collect::<Vec<String>>());
        assert!(table.nodes.iter().any(|node| node.others.len() > 80), "they do not meet");
    }
}
