//! MQTT 5.0 §4.7: the tree of levels on which subscriptions and retained messages hang.
//!
//! Nodes lie in one vector and name each other by number, so that nothing recurses, dropping included. One hash table
//! for the whole tree leads from a node and a level to the child: a step costs the same among ten children and a million.

mod index;
mod levels;
mod seed;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::num::NonZeroU32;

use crate::reason::ReasonCode;

pub(crate) use index::Index;
pub(crate) use levels::Levels;
pub use seed::Seed;

/// Upper bounds for [`SubscriptionTree`](crate::SubscriptionTree) and for [`Retained`](crate::Retained). Every default is finite.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeLimits {
    /// Subscriptions, or retained messages. Default 1,048,576: ten for each of a hundred thousand clients.
    pub max_entries: usize,
    /// Nodes: levels that at least one entry has, and two more for a share. Default 4,194,304, four for each entry: about half
    /// a gigabyte, where the format would let one filter claim 65,536.
    pub max_nodes: usize,
    /// Levels of a filter or topic, at most [`TreeLimits::MAX_LEVELS`]. Default 128: the deepest that brokers are known to
    /// offer, and ten times what deployments use.
    pub max_levels: usize,
    /// Bytes of all levels together, each counted where it is stored. Default 256 MiB, 64 for each node: a level may have
    /// 65,535 bytes.
    pub max_text: usize,
}

impl TreeLimits {
    /// The deepest filter: what is still to be tried has one bit for each level, so that matching needs no memory.
    pub const MAX_LEVELS: usize = 128;
}

impl Default for TreeLimits {
    fn default() -> Self {
        Self { max_entries: 1 << 20, max_nodes: 1 << 22, max_levels: Self::MAX_LEVELS, max_text: 256 << 20 }
    }
}

/// Which of the [`TreeLimits`] an insertion would have crossed. Nothing was inserted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TreeFull {
    /// The filter or topic has more than [`TreeLimits::max_levels`] levels.
    #[error("more than {0} levels")]
    Levels(usize),
    /// There are [`TreeLimits::max_entries`] entries.
    #[error("more than {0} entries")]
    Entries(usize),
    /// The new levels would need more than [`TreeLimits::max_nodes`] nodes.
    #[error("more than {0} nodes")]
    Nodes(usize),
    /// The new levels would need more than [`TreeLimits::max_text`] bytes.
    #[error("more than {0} bytes of levels")]
    Text(usize),
}

impl TreeFull {
    /// Quota exceeded (0x97), for SUBACK or PUBACK.
    pub const fn reason_code(&self) -> ReasonCode {
        ReasonCode::QUOTA_EXCEEDED
    }
}

/// The number of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NodeId(NonZeroU32);

impl NodeId {
    pub(crate) const ROOT: Self = Self(NonZeroU32::MIN);

    fn new(index: usize) -> Option<Self> {
        u32::try_from(index.saturating_add(1)).ok().and_then(NonZeroU32::new).map(Self)
    }

    const fn index(self) -> usize {
        self.number().wrapping_sub(1) as usize
    }

    pub(crate) const fn number(self) -> u32 {
        self.0.get()
    }
}

/// What hangs on a node.
pub(crate) trait Leaf: Default {
    /// Whether a node without children may go.
    fn is_empty(&self) -> bool;

    /// A child has come, has another number, or is gone.
    fn note_child(&mut self, _level: &str, _child: Option<NodeId>) {}
}

#[derive(Debug)]
pub(crate) struct Node<T> {
    pub(crate) level: Box<str>,
    pub(crate) leaf: T,
    pub(crate) parent: Option<NodeId>,
    /// The youngest child.
    pub(crate) first: Option<NodeId>,
    /// The sibling that came before this one.
    pub(crate) next: Option<NodeId>,
    /// The sibling that came after this one.
    previous: Option<NodeId>,
}

#[derive(Debug)]
pub(crate) struct Tree<T> {
    nodes: Vec<Option<Node<T>>>,
    free: Vec<NodeId>,
    /// From a node and a level to the child.
    children: Index<NodeId>,
    /// Bytes of all levels.
    text: usize,
    pub(crate) seed: Seed,
    pub(crate) limits: TreeLimits,
}

/// Below this number of nodes a tree is not worth compacting.
const SMALL: usize = 64;

impl<T: Leaf> Tree<T> {
    pub(crate) fn new(seed: Seed, limits: TreeLimits) -> Self {
        let root =
            Node { level: Box::default(), leaf: T::default(), parent: None, first: None, next: None, previous: None };
        let nodes = Vec::from([Some(root)]);
        Self { nodes, free: Vec::new(), children: Index::new(), text: 0, seed, limits }
    }

    #[inline]
    pub(crate) fn get(&self, id: NodeId) -> Option<&Node<T>> {
        self.nodes.get(id.index())?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, id: NodeId) -> Option<&mut Node<T>> {
        self.nodes.get_mut(id.index())?.as_mut()
    }

    /// Every node with its number.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (NodeId, &Node<T>)> {
        self.nodes.iter().enumerate().filter_map(|(index, node)| Some((NodeId::new(index)?, node.as_ref()?)))
    }

    /// Nodes but the root.
    pub(crate) fn node_count(&self) -> usize {
        self.nodes.len().saturating_sub(self.free.len()).saturating_sub(1)
    }

    #[inline]
    pub(crate) fn child(&self, parent: NodeId, level: &str) -> Option<NodeId> {
        let hash = self.seed.hash_level(parent.number(), level);
        self.children
            .find(hash, |id| self.get(id).is_some_and(|node| node.parent == Some(parent) && *node.level == *level))
    }

    /// The node at the end of a path.
    pub(crate) fn find<'p>(&self, mut path: impl Iterator<Item = &'p str>) -> Option<NodeId> {
        path.try_fold(NodeId::ROOT, |node, level| self.child(node, level))
    }

    /// The last node on a path that there is, and what of the path is missing.
    pub(crate) fn walk<'p, I: Iterator<Item = &'p str> + Clone>(&self, mut path: I) -> (NodeId, I) {
        let mut node = NodeId::ROOT;
        loop {
            let missing = path.clone();
            match path.next().and_then(|level| self.child(node, level)) {
                Some(child) => node = child,
                None => return (node, missing),
            }
        }
    }

    pub(crate) const fn check_levels(&self, count: usize) -> Result<(), TreeFull> {
        let max = self.limits.max_levels;
        let max = if max < TreeLimits::MAX_LEVELS { max } else { TreeLimits::MAX_LEVELS };
        if count > max { Err(TreeFull::Levels(max)) } else { Ok(()) }
    }

    /// Makes the missing part of a path, all of it or nothing.
    pub(crate) fn extend<'p>(
        &mut self,
        mut node: NodeId,
        missing: impl Iterator<Item = &'p str> + Clone,
    ) -> Result<NodeId, TreeFull> {
        let TreeLimits { max_nodes, max_text, .. } = self.limits;
        let (count, text) = missing.clone().fold((self.node_count(), self.text), |(count, text), level| {
            (count.saturating_add(1), text.saturating_add(level.len()))
        });
        if count > max_nodes || NodeId::new(count).is_none() {
            return Err(TreeFull::Nodes(max_nodes));
        }
        if text > max_text {
            return Err(TreeFull::Text(max_text));
        }
        for level in missing {
            node = self.add(node, level).ok_or(TreeFull::Nodes(max_nodes))?;
        }
        Ok(node)
    }

    fn add(&mut self, parent: NodeId, level: &str) -> Option<NodeId> {
        let next = self.get(parent)?.first;
        let id = match self.free.pop() {
            Some(id) => id,
            None => {
                let id = NodeId::new(self.nodes.len())?;
                self.nodes.push(None);
                id
            }
        };
        let node =
            Node { level: level.into(), leaf: T::default(), parent: Some(parent), first: None, next, previous: None };
        *self.nodes.get_mut(id.index())? = Some(node);
        if let Some(next) = next {
            self.get_mut(next)?.previous = Some(id);
        }
        let above = self.get_mut(parent)?;
        above.first = Some(id);
        above.leaf.note_child(level, Some(id));
        self.children.insert(self.seed.hash_level(parent.number(), level), id);
        self.text = self.text.saturating_add(level.len());
        Some(id)
    }

    /// Removes a node that nothing needs, and those above it that nothing needs then. True when nodes have got other
    /// numbers.
    pub(crate) fn prune(&mut self, mut id: NodeId) -> bool {
        while let Some(parent) = self.remove_unneeded(id) {
            id = parent;
        }
        // Every compaction follows at least three times as many removals as it moves nodes.
        let compact =
            self.nodes.len() > SMALL && self.free.len().saturating_mul(4) > self.nodes.len().saturating_mul(3);
        if compact {
            self.compact();
        }
        compact
    }

    /// The parent, if the node could go.
    fn remove_unneeded(&mut self, id: NodeId) -> Option<NodeId> {
        let slot = self.nodes.get_mut(id.index())?;
        let node = slot.take_if(|node| node.first.is_none() && node.parent.is_some() && node.leaf.is_empty())?;
        let parent = node.parent?;
        self.free.push(id);
        self.text = self.text.saturating_sub(node.level.len());
        self.children.remove(self.seed.hash_level(parent.number(), &node.level), |other| other == id);
        if let Some(next) = node.next {
            self.get_mut(next)?.previous = node.previous;
        }
        let above = match node.previous {
            Some(previous) => {
                self.get_mut(previous)?.next = node.next;
                self.get_mut(parent)?
            }
            None => {
                let above = self.get_mut(parent)?;
                above.first = node.next;
                above
            }
        };
        above.leaf.note_child(&node.level, None);
        Some(parent)
    }

    /// Numbers the nodes anew, without gaps, and gives the memory of the gaps back.
    fn compact(&mut self) {
        let numbers = self.nodes.iter().scan(0usize, |count, node| {
            let id = node.as_ref().and_then(|_| NodeId::new(*count));
            *count = count.saturating_add(usize::from(node.is_some()));
            Some(id)
        });
        let numbers: Vec<_> = numbers.collect();
        self.nodes.retain(Option::is_some);
        self.nodes.shrink_to_fit();
        self.free = Vec::new();
        self.children = Index::new();
        for node in self.nodes.iter_mut().flatten() {
            for link in [&mut node.parent, &mut node.first, &mut node.next, &mut node.previous] {
                *link = link.and_then(|old| numbers.get(old.index()).copied().flatten());
            }
        }
        for id in (1..self.nodes.len()).filter_map(NodeId::new) {
            let Some(node) = self.get_mut(id) else { continue };
            let level = core::mem::take(&mut node.level);
            if let Some(parent) = node.parent {
                self.children.insert(self.seed.hash_level(parent.number(), &level), id);
                if let Some(above) = self.get_mut(parent) {
                    above.leaf.note_child(&level, Some(id));
                }
            }
            if let Some(node) = self.get_mut(id) {
                node.level = level;
            }
        }
    }
}
