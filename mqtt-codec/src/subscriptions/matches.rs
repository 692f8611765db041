//! The walk over the nodes that fit a topic.

use core::fmt;
use core::iter::FusedIterator;

use super::Subscribers;
use crate::topic::Topic;
use crate::tree::{Levels, NodeId, Tree};

/// Subscriptions to one filter, out of [`SubscriptionTree::matches`](crate::SubscriptionTree::matches).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Matched<'a, S, V> {
    /// The share name: one of the subscribers gets the message, and the server picks it (MQTT 5.0 §4.8.2). Without a
    /// share name each of them gets it.
    pub share_name: Option<&'a str>,
    /// Who, and what is kept beside the subscription. Never empty; the order changes with removals.
    pub subscribers: &'a [(S, V)],
}

/// What matches a topic, from [`SubscriptionTree::matches`](crate::SubscriptionTree::matches).
///
/// The walk goes down by the levels that the topic has, and remembers in one bit for each level whether `+` is still to be
/// tried there.
pub struct Matches<'a, S, V> {
    tree: &'a Tree<Subscribers<S, V>>,
    levels: Levels<'a>,
    /// A name that begins with `$`, which wildcards in the first level do not match.
    system: bool,
    /// The node to visit next, or none: then back to the last `+`.
    down: Option<NodeId>,
    /// The node visited last, and how deep it lies.
    at: NodeId,
    depth: u32,
    /// Bit n: the `+` below the node at depth n on the way to `at` is still to be tried.
    untried: u128,
    /// Nodes whose subscribers match, not handed out yet.
    found: [Option<NodeId>; 2],
    /// The next of a node's shares.
    share: Option<NodeId>,
    visited: usize,
}

impl<'a, S, V> Matches<'a, S, V> {
    pub(super) fn new(tree: &'a Tree<Subscribers<S, V>>, topic: &'a Topic<'_>) -> Self {
        Self {
            tree,
            levels: Levels::new(topic),
            system: topic.is_system(),
            down: Some(NodeId::ROOT),
            at: NodeId::ROOT,
            depth: 0,
            untried: 0,
            found: [None; 2],
            share: None,
            visited: 0,
        }
    }

    /// Nodes looked at so far, which says what the match costs.
    pub const fn visited(&self) -> usize {
        self.visited
    }

    /// Looks at one node; `None` when none is left.
    fn visit(&mut self) -> Option<()> {
        let id = match self.down {
            Some(id) => id,
            None => self.back()?,
        };
        self.at = id;
        self.depth = self.levels.taken();
        self.visited = self.visited.saturating_add(1);
        let node = self.tree.get(id)?;
        // [MQTT-4.7.2-1] A leading wildcard does not reach topics of the server's own.
        let wild = self.depth > 0 || !self.system;
        // `#` is the level above it, too (MQTT 5.0 §4.7.1.2).
        let hash = if wild { node.leaf.hash } else { None };
        if let Some(level) = self.levels.next() {
            self.found = [hash, None];
            self.untried |= u128::from(wild && node.leaf.plus.is_some()).unbounded_shl(self.depth);
            self.down = if node.first.is_some() { self.tree.child(id, level) } else { None };
        } else {
            self.found = [hash, Some(id)];
            self.down = None;
        }
        Some(())
    }

    /// Goes up to the deepest node with an untried `+`, and finds that.
    fn back(&mut self) -> Option<NodeId> {
        let depth = self.untried.checked_ilog2()?;
        while self.depth > depth {
            self.at = self.tree.get(self.at)?.parent?;
            self.depth = self.depth.saturating_sub(1);
        }
        while self.levels.taken() > depth.saturating_add(1) {
            self.levels.back();
        }
        self.untried &= !1u128.unbounded_shl(depth);
        self.tree.get(self.at)?.leaf.plus
    }

    /// The next of a node's shares.
    fn next_share(&mut self) -> Option<Matched<'a, S, V>> {
        let node = self.tree.get(self.share?)?;
        self.visited = self.visited.saturating_add(1);
        self.share = node.next;
        Some(Matched { share_name: Some(&node.level), subscribers: &node.leaf.list })
    }

    /// The next node whose subscribers match; its shares come behind it.
    fn next_found(&mut self) -> Option<&'a [(S, V)]> {
        let id = self.found.iter_mut().find_map(Option::take)?;
        let leaf = &self.tree.get(id)?.leaf;
        self.visited = self.visited.saturating_add(usize::from(self.at != id));
        self.share = leaf.shares.and_then(|shares| self.tree.get(shares)?.first);
        Some(&leaf.list)
    }
}

impl<'a, S, V> Iterator for Matches<'a, S, V> {
    type Item = Matched<'a, S, V>;

    fn next(&mut self) -> Option<Matched<'a, S, V>> {
        loop {
            if let Some(matched) = self.next_share() {
                return Some(matched);
            }
            match self.next_found() {
                Some([]) => {}
                Some(subscribers) => return Some(Matched { share_name: None, subscribers }),
                None => self.visit()?,
            }
        }
    }
}

impl<S, V> FusedIterator for Matches<'_, S, V> {}

impl<S, V> fmt::Debug for Matches<'_, S, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matches").field("visited", &self.visited).finish_non_exhaustive()
    }
}
