//! Topic exchange. AMQP 0-9-1 §3.1.3.3.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

/// Topic exchange: words between dots; `*` is one word, `#` is none or more. An empty key has no words.
///
/// Only the last `#` is ever tried again, so the time is linear in the key for a given pattern, whatever the number of `#`.
pub fn topic(pattern: &[u8], key: &[u8]) -> bool {
    let (mut pattern, mut key) = (Words::new(pattern), Words::new(key));
    // Where to go on when a word does not match: behind the last `#`, one word later in the key.
    let mut retry: Option<(Words<'_>, Words<'_>)> = None;
    loop {
        let mut ahead = key;
        let word = ahead.next();
        let mut pattern_ahead = pattern;
        match (pattern_ahead.next(), word) {
            (Some(b"#"), _) => {
                pattern = pattern_ahead;
                retry = Some((pattern, key));
                continue;
            }
            (Some(expected), Some(word)) if expected == b"*" || expected == word => {
                (pattern, key) = (pattern_ahead, ahead);
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        match &mut retry {
            Some((behind, from)) => {
                if from.next().is_none() {
                    return false;
                }
                (pattern, key) = (*behind, *from);
            }
            None => return false,
        }
    }
}

/// The words of a key.
#[derive(Clone, Copy)]
struct Words<'k> {
    rest: Option<&'k [u8]>,
}

impl<'k> Words<'k> {
    const fn new(key: &'k [u8]) -> Self {
        Self { rest: if key.is_empty() { None } else { Some(key) } }
    }

    fn next(&mut self) -> Option<&'k [u8]> {
        let rest = self.rest?;
        match memchr::memchr(b'.', rest).and_then(|dot| rest.split_at_checked(dot)) {
            Some((word, tail)) => {
                self.rest = tail.get(1..);
                Some(word)
            }
            None => {
                self.rest = None;
                Some(rest)
            }
        }
    }
}

/// Many topic bindings, compiled into one tree: a key is matched against all of them at once.
///
/// Each word of the key is looked at once for each place of the tree that is reached, and no place is reached twice by the same word,
/// whatever the number of `#`.
#[derive(Clone, Debug)]
pub struct TopicTable<T> {
    nodes: Vec<Node<T>>,
    bindings: usize,
}

#[derive(Clone, Debug)]
struct Node<T> {
    words: BTreeMap<Box<[u8]>, usize>,
    /// The child behind `*`.
    star: Option<usize>,
    /// The child behind `#`, which takes any word and stays.
    hash: Option<usize>,
    /// True for a node that is itself behind a `#`.
    stays: bool,
    values: Vec<T>,
}

impl<T> Node<T> {
    const fn new(stays: bool) -> Self {
        Self { words: BTreeMap::new(), star: None, hash: None, stays, values: Vec::new() }
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
        Self { nodes: vec![Node::new(false)], bindings: 0 }
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
            // `#.#` is `#`.
            if word == b"#" && self.nodes.get(at).is_some_and(|node| node.stays) {
                continue;
            }
            at = self.child(at, word);
        }
        if let Some(node) = self.nodes.get_mut(at) {
            node.values.push(value);
            self.bindings = self.bindings.saturating_add(1);
        }
    }

    /// The child for a word, made if it is not there.
    fn child(&mut self, at: usize, word: &[u8]) -> usize {
        let new = self.nodes.len();
        let Some(node) = self.nodes.get_mut(at) else { return at };
        let child = match word {
            b"*" => *node.star.get_or_insert(new),
            b"#" => *node.hash.get_or_insert(new),
            word => match node.words.get(word) {
                Some(child) => *child,
                None => {
                    node.words.insert(word.into(), new);
                    new
                }
            },
        };
        if child == new {
            self.nodes.push(Node::new(word == b"#"));
        }
        child
    }

    /// Removes one binding of this pattern and value; true if it was there.
    pub fn remove(&mut self, pattern: &[u8], value: &T) -> bool
    where
        T: PartialEq,
    {
        let mut at = 0;
        let mut words = Words::new(pattern);
        while let Some(word) = words.next() {
            let Some(node) = self.nodes.get(at) else { return false };
            let child = match word {
                b"#" if node.stays => Some(at),
                b"*" => node.star,
                b"#" => node.hash,
                word => node.words.get(word).copied(),
            };
            let Some(child) = child else { return false };
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
        // The word at which a node was reached last, so that no word reaches it twice.
        let mut reached = vec![0_u32; self.nodes.len()];
        let mut places = Vec::new();
        let mut next = Vec::new();
        let mut turn = 1_u32;
        self.reach(0, turn, &mut reached, &mut places);
        let mut words = Words::new(key);
        while let Some(word) = words.next() {
            turn = turn.saturating_add(1);
            next.clear();
            for at in &places {
                let Some(node) = self.nodes.get(*at) else { continue };
                if node.stays {
                    self.reach(*at, turn, &mut reached, &mut next);
                }
                if let Some(star) = node.star {
                    self.reach(star, turn, &mut reached, &mut next);
                }
                if let Some(child) = node.words.get(word) {
                    self.reach(*child, turn, &mut reached, &mut next);
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
    fn reach(&self, at: usize, turn: u32, reached: &mut [u32], places: &mut Vec<usize>) {
        let mut at = Some(at);
        while let Some(place) = at {
            match reached.get_mut(place) {
                Some(last) if *last != turn => *last = turn,
                _ => return,
            }
            places.push(place);
            at = self.nodes.get(place).and_then(|node| node.hash);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_examples() {
        // AMQP 0-9-1 §3.1.3.3.
        assert!(topic(b"*.stock.#", b"usd.stock"));
        assert!(topic(b"*.stock.#", b"eur.stock.db"));
        assert!(!topic(b"*.stock.#", b"stock.nasdaq"));
        assert!(topic(b"#", b""));
        assert!(!topic(b"*", b""));
        assert!(topic(b"#.#", b"a"));
        assert!(topic(b"a.#.b", b"a.b"));
        assert!(!topic(b"a.#.b", b"a.b.c"));
        assert!(topic(b"a..b", b"a..b"));
        assert!(topic(b"a.*.b", b"a..b"));
    }
}
