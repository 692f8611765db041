//! MQTT 5.0 §4.7, §4.8.2: who is subscribed to what, and whom a message reaches.

mod matches;

use alloc::vec::Vec;
use core::hash::Hash;
use core::iter::once;

use crate::filter::TopicFilter;
use crate::topic::Topic;
use crate::tree::{Index, Leaf, NodeId, Seed, Tree, TreeFull, TreeLimits};

pub use matches::{Matched, Matches};

/// The subscriptions of all clients: a tree of levels.
///
/// `S` says who subscribed, `V` is what the server keeps beside a subscription: QoS, options, subscription identifier.
/// A subscriber has one subscription for each filter \[MQTT-3.8.4-3\]; `$share/name/filter` is a filter of its own.
///
/// A step from level to level costs the same among ten levels and a million. The hash tables behind it are keyed with the
/// [`Seed`], so that clients cannot choose levels that collide. Matching allocates nothing and visits at most the nodes
/// whose levels fit the topic's: for a topic of n levels one path for each combination of `+` that somebody subscribed
/// to. Removal frees what nothing needs; memory follows the live subscriptions.
///
/// ```
/// use mqtt_codec::{QoS, Seed, SubscriptionTree, Topic, TopicFilter, TreeLimits};
///
/// # let random = 7;
/// let mut subscriptions = SubscriptionTree::new(Seed::new(random), TreeLimits::default());
/// subscriptions.insert(&TopicFilter::new("house/+/temperature")?, "display", QoS::AtMostOnce)?;
/// subscriptions.insert(&TopicFilter::new("$share/log/house/#")?, "log-1", QoS::AtLeastOnce)?;
/// subscriptions.insert(&TopicFilter::new("$share/log/house/#")?, "log-2", QoS::AtLeastOnce)?;
///
/// let topic = Topic::new("house/kitchen/temperature")?;
/// let mut reached: Vec<&(&str, QoS)> = Vec::new();
/// for matched in subscriptions.matches(&topic) {
///     match matched.share_name {
///         None => reached.extend(matched.subscribers), // each of them
///         Some(_) => reached.extend(matched.subscribers.first()), // one of them, of your choice
///     }
/// }
/// reached.sort();
/// assert_eq!(reached, [&("display", QoS::AtMostOnce), &("log-1", QoS::AtLeastOnce)]);
/// # Ok::<(), Box<dyn core::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct SubscriptionTree<S, V> {
    tree: Tree<Subscribers<S, V>>,
    /// From a node and a subscriber to the place in the node's list.
    places: Index<(NodeId, u32)>,
}

/// A node's subscribers, and the children that topics do not name.
#[derive(Debug)]
struct Subscribers<S, V> {
    list: Vec<(S, V)>,
    plus: Option<NodeId>,
    hash: Option<NodeId>,
    /// The node above the share names.
    shares: Option<NodeId>,
}

/// The level above the share names, which no topic has.
const SHARES: &str = "/";

impl<S, V> Default for Subscribers<S, V> {
    fn default() -> Self {
        Self { list: Vec::new(), plus: None, hash: None, shares: None }
    }
}

impl<S, V> Leaf for Subscribers<S, V> {
    fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn note_child(&mut self, level: &str, child: Option<NodeId>) {
        match level {
            "+" => self.plus = child,
            "#" => self.hash = child,
            SHARES => self.shares = child,
            _ => {}
        }
    }
}

/// The levels of a filter; behind them, for a shared subscription, the share name.
fn path<'f>(filter: &'f TopicFilter<'_>) -> impl Iterator<Item = &'f str> + Clone {
    let share = filter.share_name().into_iter().flat_map(|name| once(SHARES).chain(once(name)));
    filter.topic_filter().split('/').chain(share)
}

impl<S: Eq + Hash, V> SubscriptionTree<S, V> {
    /// No subscriptions yet. Take the seed from a random source: see [`Seed`].
    pub fn new(seed: Seed, limits: TreeLimits) -> Self {
        Self { tree: Tree::new(seed, limits), places: Index::new() }
    }

    /// Adds a subscription. If the subscriber has it already, its value is replaced, and the old one returned
    /// \[MQTT-3.8.4-3\].
    ///
    /// # Errors
    /// Says which limit it would cross. Nothing has changed then.
    pub fn insert(&mut self, filter: &TopicFilter<'_>, subscriber: S, value: V) -> Result<Option<V>, TreeFull> {
        self.tree.check_levels(filter.topic_filter().split('/').count())?;
        let (node, missing) = self.tree.walk(path(filter));
        let complete = missing.clone().next().is_none();
        if complete && let Some(place) = self.place(node, &subscriber) {
            return Ok(self.entry_mut(node, place).map(|(_, old)| core::mem::replace(old, value)));
        }
        let max = self.tree.limits.max_entries;
        if self.len() >= max {
            return Err(TreeFull::Entries(max));
        }
        let node = self.tree.extend(node, missing)?;
        let hash = self.tree.seed.hash(node.number(), &subscriber);
        let Some(found) = self.tree.get_mut(node) else { return Err(TreeFull::Entries(max)) };
        let list = &mut found.leaf.list;
        let place = u32::try_from(list.len()).map_err(|_| TreeFull::Entries(max))?;
        if list.is_empty() {
            list.reserve_exact(1); // most filters have one subscriber
        }
        list.push((subscriber, value));
        self.places.insert(hash, (node, place));
        Ok(None)
    }

    /// Removes a subscription, and returns its value if there was one.
    pub fn remove(&mut self, filter: &TopicFilter<'_>, subscriber: &S) -> Option<V> {
        let node = self.tree.find(path(filter))?;
        let place = self.place(node, subscriber)?;
        let hash = self.tree.seed.hash(node.number(), subscriber);
        self.places.remove(hash, |found| found == (node, place));
        let seed = self.tree.seed;
        let list = &mut self.tree.get_mut(node)?.leaf.list;
        // The last one takes the place.
        let last = u32::try_from(list.len()).ok()?.checked_sub(1)?;
        let (_, value) = list.swap_remove(place as usize);
        if let Some((moved, _)) = list.get(place as usize) {
            self.places.replace(seed.hash(node.number(), moved), |found| found == (node, last), (node, place));
        }
        if list.capacity() > list.len().saturating_mul(4) {
            list.shrink_to(list.len().saturating_mul(2));
        }
        if self.tree.prune(node) {
            self.find_places();
        }
        Some(value)
    }

    /// What is kept beside a subscription.
    pub fn get(&self, filter: &TopicFilter<'_>, subscriber: &S) -> Option<&V> {
        let node = self.tree.find(path(filter))?;
        let place = self.place(node, subscriber)?;
        self.tree.get(node)?.leaf.list.get(place as usize).map(|(_, value)| value)
    }

    fn place(&self, node: NodeId, subscriber: &S) -> Option<u32> {
        let list = &self.tree.get(node)?.leaf.list;
        let hash = self.tree.seed.hash(node.number(), subscriber);
        let same = |(other, place): (NodeId, u32)| {
            other == node && list.get(place as usize).is_some_and(|(found, _)| found == subscriber)
        };
        self.places.find(hash, same).map(|(_, place)| place)
    }

    fn entry_mut(&mut self, node: NodeId, place: u32) -> Option<&mut (S, V)> {
        self.tree.get_mut(node)?.leaf.list.get_mut(place as usize)
    }

    /// Finds every place anew, after nodes have got other numbers.
    fn find_places(&mut self) {
        self.places = Index::new();
        for (id, node) in self.tree.iter() {
            for (place, (subscriber, _)) in (0..).zip(&node.leaf.list) {
                self.places.insert(self.tree.seed.hash(id.number(), subscriber), (id, place));
            }
        }
    }
}

impl<S, V> SubscriptionTree<S, V> {
    /// The subscriptions whose filters match a topic: one [`Matched`] for each filter and each share, every subscription
    /// once, in no particular order. Nothing is allocated.
    ///
    /// A subscriber with several filters that match is in several of them. Whether to send it one copy, with the highest
    /// QoS and all subscription identifiers, or one for each, is left to the server (MQTT 5.0 §3.3.4).
    ///
    /// An empty topic is one empty level, as for [`TopicFilter::matches`]: resolve a topic alias first.
    pub fn matches<'a>(&'a self, topic: &'a Topic<'_>) -> Matches<'a, S, V> {
        Matches::new(&self.tree, topic)
    }

    /// How many subscriptions there are.
    pub const fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.places.len() == 0
    }

    /// Nodes in use, of [`TreeLimits::max_nodes`].
    pub fn node_count(&self) -> usize {
        self.tree.node_count()
    }
}
