//! MQTT 5.0 §3.3.1.3: what is retained, found by filter.

use core::fmt;
use core::iter::FusedIterator;

use crate::filter::TopicFilter;
use crate::topic::Topic;
use crate::tree::{Leaf, Levels, Node, NodeId, Seed, Tree, TreeFull, TreeLimits};

/// One value for each topic, found by topic or by filter: the retained messages of a server.
///
/// A filter's literal levels lead straight down, whatever else is stored; `+` and `#` visit what lies below the place where
/// they stand. The hash table behind it is keyed with the [`Seed`], so that clients cannot choose levels that collide.
///
/// ```
/// use mqtt_codec::{Retained, Seed, Topic, TopicFilter, TreeLimits};
///
/// # let random = 7;
/// let mut retained = Retained::new(Seed::new(random), TreeLimits::default());
/// retained.insert(&Topic::new("house/kitchen/temperature")?, "21.5")?;
/// retained.insert(&Topic::new("house/attic/temperature")?, "35.0")?;
///
/// let filter = TopicFilter::new("house/+/temperature")?;
/// let mut found: Vec<_> = retained.matches(&filter).collect();
/// found.sort();
/// assert_eq!(found, [&"21.5", &"35.0"]);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Retained<V> {
    tree: Tree<Option<V>>,
    len: usize,
}

impl<V> Leaf for Option<V> {
    fn is_empty(&self) -> bool {
        self.is_none()
    }
}

impl<V> Retained<V> {
    /// Nothing retained yet. Take the seed from a random source: see [`Seed`].
    pub fn new(seed: Seed, limits: TreeLimits) -> Self {
        Self { tree: Tree::new(seed, limits), len: 0 }
    }

    /// Retains a value for a topic, and returns the one it replaces \[MQTT-3.3.1-5\].
    ///
    /// # Errors
    /// Says which limit it would cross. Nothing has changed then.
    pub fn insert(&mut self, topic: &Topic<'_>, value: V) -> Result<Option<V>, TreeFull> {
        self.tree.check_levels(topic.split('/').count())?;
        let (node, missing) = self.tree.walk(topic.split('/'));
        let max = self.tree.limits.max_entries;
        let there = missing.clone().next().is_none() && self.leaf(node).is_some();
        if !there && self.len >= max {
            return Err(TreeFull::Entries(max));
        }
        let node = self.tree.extend(node, missing)?;
        let Some(found) = self.tree.get_mut(node) else { return Err(TreeFull::Entries(max)) };
        let old = found.leaf.replace(value);
        self.len = self.len.saturating_add(usize::from(old.is_none()));
        Ok(old)
    }

    /// Removes the value of a topic: what a retained message without payload asks for \[MQTT-3.3.1-6\].
    pub fn remove(&mut self, topic: &Topic<'_>) -> Option<V> {
        let node = self.tree.find(topic.split('/'))?;
        let value = self.tree.get_mut(node)?.leaf.take()?;
        self.len = self.len.saturating_sub(1);
        self.tree.prune(node);
        Some(value)
    }

    /// The value of a topic.
    pub fn get(&self, topic: &Topic<'_>) -> Option<&V> {
        self.leaf(self.tree.find(topic.split('/'))?)
    }

    fn leaf(&self, node: NodeId) -> Option<&V> {
        self.tree.get(node)?.leaf.as_ref()
    }

    /// The values of all topics that a filter matches, in no particular order. Nothing is allocated.
    ///
    /// A topic is not put together again from its levels: keep it in the value where it is needed. Of a shared subscription
    /// the filter behind the share name counts; a server sends nothing retained to it (MQTT 5.0 §4.8.2).
    pub fn matches<'a>(&'a self, filter: &'a TopicFilter<'_>) -> RetainedMatches<'a, V> {
        RetainedMatches {
            tree: &self.tree,
            levels: Levels::new(filter.topic_filter()),
            at: Some(NodeId::ROOT),
            whole: None,
            visited: 0,
        }
    }

    /// How many values there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Nodes in use, of [`TreeLimits::max_nodes`].
    pub fn node_count(&self) -> usize {
        self.tree.node_count()
    }
}

/// The values whose topics a filter matches, from [`Retained::matches`].
pub struct RetainedMatches<'a, V> {
    tree: &'a Tree<Option<V>>,
    /// The filter's levels, as many taken as the node to visit next lies deep; with `#` those above it, and `#`.
    levels: Levels<'a>,
    /// The node to visit next.
    at: Option<NodeId>,
    /// The node of which `#` takes everything below, while the walk is there.
    whole: Option<NodeId>,
    visited: usize,
}

impl<'a, V> RetainedMatches<'a, V> {
    /// Nodes looked at so far, which says what the search costs.
    pub const fn visited(&self) -> usize {
        self.visited
    }

    /// Looks at one node, and says whether its topic matches; `None` when no node is left.
    fn visit(&mut self) -> Option<(&'a Node<Option<V>>, bool)> {
        let id = self.at?;
        self.visited = self.visited.saturating_add(1);
        let node = self.tree.get(id)?;
        let level = if self.whole.is_some() { Some("#") } else { self.levels.next() };
        let (down, matches) = match level {
            None => (None, true),
            Some("#") => {
                // `#` is the level above it, too (MQTT 5.0 §4.7.1.2).
                self.whole = self.whole.or(Some(id));
                (self.shown(node.first), true)
            }
            Some("+") => (self.shown(node.first), false),
            Some(level) => (self.tree.child(id, level), false),
        };
        if down.is_none() && !matches {
            self.levels.back();
        }
        self.at = down.or_else(|| self.onward(id));
        Some((node, matches))
    }

    /// The next node that is not below this one.
    fn onward(&mut self, mut id: NodeId) -> Option<NodeId> {
        loop {
            if self.whole == Some(id) {
                self.whole = None;
                self.levels.back();
            }
            let node = self.tree.get(id)?;
            let sibling = if self.whole.is_some() || self.levels.took_plus() { self.shown(node.next) } else { None };
            if sibling.is_some() {
                return sibling;
            }
            if self.whole.is_none() {
                self.levels.back();
            }
            id = node.parent?;
        }
    }

    /// This sibling, or the next one that a wildcard reaches.
    fn shown(&self, mut id: Option<NodeId>) -> Option<NodeId> {
        loop {
            let node = self.tree.get(id?)?;
            // [MQTT-4.7.2-1] A leading wildcard does not reach topics of the server's own.
            if node.parent != Some(NodeId::ROOT) || !node.level.starts_with('$') {
                return id;
            }
            id = node.next;
        }
    }
}

impl<'a, V> Iterator for RetainedMatches<'a, V> {
    type Item = &'a V;

    fn next(&mut self) -> Option<&'a V> {
        loop {
            let (node, matches) = self.visit()?;
            if let Some(value) = node.leaf.as_ref().filter(|_| matches) {
                return Some(value);
            }
        }
    }
}

impl<V> FusedIterator for RetainedMatches<'_, V> {}

impl<V> fmt::Debug for RetainedMatches<'_, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetainedMatches").field("visited", &self.visited).finish_non_exhaustive()
    }
}
