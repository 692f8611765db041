//! What a broker asks beside the codec, against definitions that are slow and plain.

use std::collections::BTreeMap;

use mqtt_codec::{FirstBytes, Retained, Seed, SubscriptionTree, Topic, TopicFilter, TreeFull, TreeLimits};

const SEED: Seed = Seed::new(0x5bd1_e995_9e37_79b9_7f4a_7c15_f39c_c060);
const LIMITS: TreeLimits = TreeLimits { max_entries: 200, max_nodes: 1_000, max_levels: 20, max_text: 5_000 };

/// The trees, and lists of the same.
struct Broker {
    tree: SubscriptionTree<u8, usize>,
    retained: Retained<(String, usize)>,
    subscriptions: BTreeMap<(String, u8), usize>,
    messages: BTreeMap<String, usize>,
}

/// Subscriptions and retained messages that come, go and are looked for. Each line is a step: what to do (`i`nsert, `r`emove,
/// `m`atch; `p`ut, `d`elete, `l`ook up), who, and a filter or topic.
pub fn mqtt_subscriptions(script: &str) {
    let mut broker = Broker {
        tree: SubscriptionTree::new(SEED, LIMITS),
        retained: Retained::new(SEED, LIMITS),
        subscriptions: BTreeMap::new(),
        messages: BTreeMap::new(),
    };
    for (value, line) in script.lines().enumerate() {
        let mut parts = line.chars();
        let (Some(what), Some(who)) = (parts.next(), parts.next().and_then(|who| u8::try_from(who).ok())) else {
            continue;
        };
        match (what, TopicFilter::new(parts.as_str()), Topic::new(parts.as_str())) {
            ('i', Ok(filter), _) => broker.insert(&filter, who, value),
            ('r', Ok(filter), _) => broker.remove(&filter, who),
            ('l', Ok(filter), _) => broker.look_up(&filter),
            ('m', _, Ok(topic)) => broker.match_topic(&topic),
            ('p', _, Ok(topic)) => broker.put(&topic, value),
            ('d', _, Ok(topic)) => broker.delete(&topic),
            _ => {}
        }
    }
    broker.empty();
}

/// Whether a refusal is just: what is there is replaced, and only what is new can be too much.
fn refused(full: TreeFull, levels: usize, known: bool, entries: usize) {
    match full {
        TreeFull::Levels(max) => assert!(levels > max),
        TreeFull::Entries(max) => assert!(!known && entries >= max),
        _ => assert!(!known),
    }
}

impl Broker {
    fn insert(&mut self, filter: &TopicFilter<'_>, who: u8, value: usize) {
        let key = (filter.to_string(), who);
        let nodes = self.tree.node_count();
        match self.tree.insert(filter, who, value) {
            Ok(old) => {
                assert_eq!(old, self.subscriptions.insert(key, value));
                assert_eq!(self.tree.get(filter, &who), Some(&value));
            }
            Err(full) => {
                let known = self.subscriptions.contains_key(&key);
                refused(full, filter.levels().count(), known, self.subscriptions.len());
                assert_eq!(self.tree.node_count(), nodes);
            }
        }
        assert_eq!(self.tree.len(), self.subscriptions.len());
        assert!(self.tree.node_count() <= LIMITS.max_nodes && self.tree.len() <= LIMITS.max_entries);
    }

    fn remove(&mut self, filter: &TopicFilter<'_>, who: u8) {
        assert_eq!(self.tree.remove(filter, &who), self.subscriptions.remove(&(filter.to_string(), who)));
        assert_eq!(self.tree.get(filter, &who), None);
    }

    fn filters(&self) -> impl Iterator<Item = (TopicFilter<'_>, u8, usize)> {
        let parsed = |((text, who), value): (&'_ (String, u8), &usize)| Some((text.clone(), *who, *value));
        self.subscriptions
            .iter()
            .filter_map(parsed)
            .filter_map(|(text, who, value)| Some((TopicFilter::new(text).ok()?, who, value)))
    }

    fn match_topic(&self, topic: &Topic<'_>) {
        let mut found: Vec<(Option<String>, u8, usize)> = Vec::new();
        for matched in self.tree.matches(topic) {
            assert!(!matched.subscribers.is_empty());
            found.extend(
                matched.subscribers.iter().map(|(who, value)| (matched.share_name.map(str::to_owned), *who, *value)),
            );
        }
        let matching: Vec<_> = self.filters().filter(|(filter, ..)| filter.matches(topic)).collect();
        let expected =
            matching.iter().map(|(filter, who, value)| (filter.share_name().map(str::to_owned), *who, *value));
        let mut expected: Vec<_> = expected.collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{topic}");
        // Whatever covers a filter that matches, matches.
        if let Some((narrow, ..)) = matching.first() {
            for (wide, ..) in self.filters() {
                assert!(!wide.covers(narrow) || wide.matches(topic), "{wide} covers {narrow}, but not {topic}");
            }
        }
    }

    fn put(&mut self, topic: &Topic<'_>, value: usize) {
        let known = self.messages.contains_key(topic.as_str());
        match self.retained.insert(topic, (topic.to_string(), value)) {
            Ok(old) => {
                assert_eq!(old.map(|(_, value)| value), self.messages.insert(topic.to_string(), value));
            }
            Err(full) => refused(full, topic.levels().count(), known, self.messages.len()),
        }
        assert_eq!(self.retained.get(topic).map(|(_, value)| value), self.messages.get(topic.as_str()));
        assert!(self.retained.node_count() <= LIMITS.max_nodes && self.retained.len() <= LIMITS.max_entries);
    }

    fn delete(&mut self, topic: &Topic<'_>) {
        assert_eq!(self.retained.remove(topic).map(|(_, value)| value), self.messages.remove(topic.as_str()));
        assert_eq!(self.retained.len(), self.messages.len());
    }

    fn look_up(&self, filter: &TopicFilter<'_>) {
        let mut found: Vec<_> = self.retained.matches(filter).map(|(topic, value)| (topic, value)).collect();
        found.sort();
        let expected: Vec<_> = self.messages.iter().filter(|(topic, _)| filter.matches(topic)).collect();
        assert_eq!(found, expected, "{filter}");
    }

    /// When everything is gone, no node is left.
    fn empty(mut self) {
        for ((text, who), value) in core::mem::take(&mut self.subscriptions) {
            let removed = TopicFilter::new(text).map(|filter| self.tree.remove(&filter, &who));
            assert_eq!(removed, Ok(Some(value)));
        }
        for (text, value) in core::mem::take(&mut self.messages) {
            let removed = Topic::new(text.as_str()).map(|topic| self.retained.remove(&topic));
            assert_eq!(removed, Ok(Some((text, value))));
        }
        assert_eq!((self.tree.len(), self.tree.node_count()), (0, 0));
        assert_eq!((self.retained.len(), self.retained.node_count()), (0, 0));
    }
}

/// The first bytes of a connection: an answer stays, whatever follows, and there is one in the end.
pub fn mqtt_first_bytes(data: &[u8]) {
    let whole = FirstBytes::of(data);
    let end = FirstBytes::at_end(data);
    assert!(whole.is_none_or(|whole| whole == end));
    assert!(whole.is_some() || data.len() < FirstBytes::MAX_LEN);
    let line = end.to_string();
    assert!(line.len() < 300 && line.bytes().all(|byte| (b' '..=b'~').contains(&byte)), "{line:?}");
    for len in (0..data.len()).take(200) {
        let found = data.get(..len).and_then(FirstBytes::of);
        assert!(found.is_none() || found == whole, "{found:?} at {len}, {whole:?}");
    }
    if let FirstBytes::Proxy { header_len, .. } = end {
        assert!((8..=65_551).contains(&header_len));
    }
}
