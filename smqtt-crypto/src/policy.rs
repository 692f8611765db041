//! Who may read: a monotone formula over attributes, as text, as canonical bytes, and as the tree that secrets are shared over.

mod binary;
mod display;
mod text;
#[cfg(feature = "abe")]
mod tree;

pub use text::{PolicyError, PolicyErrorKind};
#[cfg(feature = "abe")]
pub(crate) use tree::Tree;

use crate::attribute::{Attribute, EPOCH_BITS, Epoch, cover};
use crate::error::DecodeError;
use crate::limits::Limits;
use crate::topic::{MAX_TOPIC_LEVELS, without_share};
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

/// A policy: `topic("house/+/temperature") and epoch in [480..503] and (team = "a" or 2 of (x = 1, y > 5, z = "c"))`.
///
/// Parse it from text, print it with `Display` (which parses back to an equal policy), carry it as canonical bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The tree in pre-order: a gate, then its children.
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// All of the next `n` subtrees.
    And(u16),
    /// Any of the next `n` subtrees.
    Or(u16),
    /// `k` of the next `n` subtrees, 1 < k < n.
    Of(u16, u16),
    Atom(Atom),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Atom {
    /// The topic matches this filter.
    Topic(Box<str>),
    /// `name = "value"`.
    Text { name: Box<str>, value: Box<str> },
    /// `name` is a `bits`-bit number in `lo..=hi`.
    Number { name: Box<str>, bits: u8, lo: u64, hi: u64 },
    /// The epoch is in `lo..=hi`.
    Epoch { lo: u64, hi: u64 },
}

/// A node of the tree after atoms became attributes, in pre-order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gate {
    /// `need` of the next `of` subtrees.
    Gate { need: u16, of: u16 },
    /// The next attribute.
    Leaf,
}

impl Policy {
    /// Parses the text form (SPEC §5.1) within `limits`.
    ///
    /// # Errors
    /// [`PolicyError`], which says where, what, and what to write instead.
    pub fn parse(text: &str, limits: &Limits) -> Result<Self, PolicyError> {
        text::parse(text, limits)
    }

    /// Reads the canonical binary form (SPEC §5.2), all of `input`.
    ///
    /// # Errors
    /// [`DecodeError`] for anything that [`encode`](Self::encode) would not write, and for trees beyond `limits`.
    pub fn decode(input: &[u8], limits: &Limits) -> Result<Self, DecodeError> {
        binary::decode(input, limits)
    }

    /// Appends the canonical binary form.
    pub fn encode(&self, out: &mut Vec<u8>) {
        binary::encode(&self.items, out);
    }

    /// How many attributes the tree has at its leaves, after ranges and filters are spread out.
    #[must_use]
    pub fn leaf_count(&self) -> usize {
        self.items.iter().fold(0, |sum, item| match item {
            Item::Atom(atom) => sum.saturating_add(atom.leaf_count()),
            _ => sum,
        })
    }

    /// Does a message with these attributes (sorted, from [`Labels::attributes`](crate::Labels::attributes)) satisfy it?
    #[must_use]
    pub fn is_satisfied_by(&self, attributes: &[Attribute]) -> bool {
        let (gates, leaves) = self.spread();
        let mut leaves = leaves.iter();
        let mut open: Vec<(u16, u16, u16)> = Vec::new();
        for gate in gates {
            let mut value = match gate {
                Gate::Gate { need, of } => {
                    open.push((need, of, 0));
                    continue;
                }
                Gate::Leaf => leaves.next().is_some_and(|leaf| attributes.binary_search(leaf).is_ok()),
            };
            // A finished subtree may finish its parents.
            while let Some((need, left, have)) = open.pop() {
                let left = left.saturating_sub(1);
                let have = have.saturating_add(u16::from(value));
                if left > 0 {
                    open.push((need, left, have));
                    break;
                }
                value = have >= need;
                if open.is_empty() {
                    return value;
                }
            }
            if open.is_empty() {
                return value;
            }
        }
        false
    }

    /// Spreads atoms into gates over single attributes. The size was bounded when the policy was made.
    pub(crate) fn spread(&self) -> (Vec<Gate>, Vec<Attribute>) {
        let mut gates = Vec::new();
        let mut leaves = Vec::new();
        for item in &self.items {
            match item {
                Item::And(n) => gates.push(Gate::Gate { need: *n, of: *n }),
                Item::Or(n) => gates.push(Gate::Gate { need: 1, of: *n }),
                Item::Of(k, n) => gates.push(Gate::Gate { need: *k, of: *n }),
                Item::Atom(atom) => atom.spread(&mut gates, &mut leaves),
            }
        }
        (gates, leaves)
    }
}

impl Atom {
    fn leaf_count(&self) -> usize {
        match self {
            Self::Topic(filter) => {
                let shape = FilterShape::of(filter);
                let lens = match shape.len {
                    LenRule::Any => 0,
                    LenRule::Exactly(_) => 1,
                    LenRule::AtLeast(least) => MAX_TOPIC_LEVELS.saturating_sub(usize::from(least)).saturating_add(1),
                };
                shape.literals.saturating_add(lens).saturating_add(usize::from(shape.plain))
            }
            Self::Text { .. } => 1,
            Self::Number { bits, lo, hi, .. } => cover(*bits, *lo, *hi).count(),
            Self::Epoch { lo, hi } => cover(EPOCH_BITS, *lo, *hi).count(),
        }
    }

    fn spread(&self, gates: &mut Vec<Gate>, leaves: &mut Vec<Attribute>) {
        let before = leaves.len();
        match self {
            Self::Topic(filter) => return spread_filter(filter, gates, leaves),
            Self::Text { name, value } => leaves.push(Attribute::text(name, value)),
            Self::Number { name, bits, lo, hi } => leaves
                .extend(cover(*bits, *lo, *hi).map(|(depth, node)| Attribute::number_node(name, *bits, depth, node))),
            Self::Epoch { lo, hi } => {
                leaves.extend(cover(EPOCH_BITS, *lo, *hi).map(|(depth, node)| Attribute::epoch_node(depth, node)));
            }
        }
        push_any(gates, leaves.len().saturating_sub(before));
    }
}

/// One of `count` leaves that follow.
fn push_any(gates: &mut Vec<Gate>, count: usize) {
    if count != 1 {
        gates.push(Gate::Gate { need: 1, of: u16::try_from(count).unwrap_or(u16::MAX) });
    }
    gates.resize(gates.len().saturating_add(count), Gate::Leaf);
}

enum LenRule {
    Any,
    Exactly(u16),
    AtLeast(u16),
}

/// What a filter asks of a topic (SPEC §4.2).
struct FilterShape {
    literals: usize,
    len: LenRule,
    plain: bool,
}

impl FilterShape {
    fn of(filter: &str) -> Self {
        let filter = without_share(filter);
        let (mut literals, mut count, mut last_is_plus, mut open_ended) = (0usize, 0u16, false, false);
        for level in filter.split('/') {
            if level == "#" {
                open_ended = true;
                break;
            }
            count = count.saturating_add(1);
            last_is_plus = level == "+";
            literals = literals.saturating_add(usize::from(!last_is_plus));
        }
        let len = match (open_ended, last_is_plus, count) {
            (false, ..) => LenRule::Exactly(count),
            // A literal level proves that all before it exist, and every topic has one level; a `+` before `#` proves nothing.
            (true, true, 2..) => LenRule::AtLeast(count),
            _ => LenRule::Any,
        };
        Self { literals, len, plain: filter.starts_with(['+', '#']) }
    }
}

fn spread_filter(filter: &str, gates: &mut Vec<Gate>, leaves: &mut Vec<Attribute>) {
    let shape = FilterShape::of(filter);
    let parts = shape
        .literals
        .saturating_add(usize::from(!matches!(shape.len, LenRule::Any)))
        .saturating_add(usize::from(shape.plain));
    if parts != 1 {
        let parts = u16::try_from(parts).unwrap_or(u16::MAX);
        gates.push(Gate::Gate { need: parts, of: parts });
    }
    for (index, level) in (0u16..).zip(without_share(filter).split('/')) {
        if level != "+" && level != "#" {
            gates.push(Gate::Leaf);
            leaves.push(Attribute::topic_level(index, level));
        }
    }
    match shape.len {
        LenRule::Any => {}
        LenRule::Exactly(count) => {
            gates.push(Gate::Leaf);
            leaves.push(Attribute::topic_len(count));
        }
        LenRule::AtLeast(least) => {
            let before = leaves.len();
            leaves.extend(
                (usize::from(least)..=MAX_TOPIC_LEVELS).filter_map(|n| u16::try_from(n).ok()).map(Attribute::topic_len),
            );
            push_any(gates, leaves.len().saturating_sub(before));
        }
    }
    if shape.plain {
        gates.push(Gate::Leaf);
        leaves.push(Attribute::topic_plain());
    }
}

impl Policy {
    /// `topic(filter)` for this one filter, which must be valid.
    #[must_use]
    pub fn for_topic(filter: &str) -> Option<Self> {
        crate::topic::is_filter(filter).then(|| Self { items: alloc::vec![Item::Atom(Atom::Topic(filter.into()))] })
    }

    /// This policy and, besides, an epoch in `first..=last`: how keys expire.
    #[must_use]
    pub fn during(mut self, first: Epoch, last: Epoch) -> Option<Self> {
        if first > last || last > Epoch::MAX {
            return None;
        }
        self.items.insert(0, Item::And(2));
        self.items.push(Item::Atom(Atom::Epoch { lo: first.0, hi: last.0 }));
        binary::check_tree(&self.items, &Limits::default()).then_some(self)
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, &Limits::default())
    }
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        display::write(&self.items, f)
    }
}
