//! The tree that secrets are shared over, and the cheapest way to put a secret together again.
//!
//! Sharing (SPEC §6.2): an AND gives its first n − 1 children random shares and the last the rest, so that decryption only
//! adds; an OR copies; k of n evaluates a random polynomial of degree k − 1 at 1..n (Shamir 1979).

use super::{Gate, Policy};
use crate::attribute::Attribute;
use crate::curve::Scalar;
use alloc::vec::Vec;

/// A policy spread out, with the occurrence number ρ of every leaf.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    gates: Vec<Gate>,
    leaves: Vec<Attribute>,
    /// How many earlier leaves have the same attribute. Equal attributes never share randomness.
    occurrence: Vec<usize>,
}

/// What it costs to use a subtree, the most expensive part first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Cost {
    classes: usize,
    multiplications: usize,
    leaves: usize,
}

impl Tree {
    pub(crate) fn new(policy: &Policy) -> Self {
        let (gates, leaves) = policy.spread();
        let mut order: Vec<usize> = (0..leaves.len()).collect();
        // Stable: equal attributes stay in leaf order.
        order.sort_by_key(|index| leaves.get(*index));
        let mut occurrence = alloc::vec![0usize; leaves.len()];
        let mut before: Option<usize> = None;
        let mut run = 0usize;
        for index in order {
            let same = before.is_some_and(|before| leaves.get(before) == leaves.get(index));
            run = if same { run.saturating_add(1) } else { 0 };
            if let Some(slot) = occurrence.get_mut(index) {
                *slot = run;
            }
            before = Some(index);
        }
        Self { gates, leaves, occurrence }
    }

    pub(crate) fn leaves(&self) -> &[Attribute] {
        &self.leaves
    }

    /// ρ of the leaf.
    pub(crate) fn occurrence(&self, leaf: usize) -> usize {
        self.occurrence.get(leaf).copied().unwrap_or(0)
    }

    /// τ: how many kinds of randomness the leaves need.
    pub(crate) fn classes(&self) -> usize {
        self.occurrence.iter().copied().max().map_or(0, |most| most.saturating_add(1))
    }

    /// A share of `secret` for every leaf; `draw` gives fresh random scalars, gate by gate in pre-order.
    pub(crate) fn share(&self, secret: Scalar, draw: &mut dyn FnMut() -> Scalar) -> Vec<Scalar> {
        let mut shares = Vec::with_capacity(self.leaves.len());
        let mut pending = alloc::vec![secret];
        for gate in &self.gates {
            let Some(value) = pending.pop() else { break };
            let Gate::Gate { need, of } = *gate else {
                shares.push(value);
                continue;
            };
            let start = pending.len();
            if need == of {
                let mut rest = value;
                for _ in 1..of {
                    let share = draw();
                    rest = rest.minus(&share);
                    pending.push(share);
                }
                pending.push(rest);
            } else {
                let coefficients: Vec<Scalar> = (1..need).map(|_| draw()).collect();
                for x in (1..=of).map(Scalar::from_small) {
                    let higher = coefficients.iter().rev().fold(Scalar::ZERO, |sum, c| sum.plus(c).times(&x));
                    pending.push(higher.plus(&value));
                }
            }
            // The first child comes off the stack first.
            if let Some(children) = pending.get_mut(start..) {
                children.reverse();
            }
        }
        shares
    }

    /// The leaves to use, with their coefficients: Σ coefficient · share = secret. `None` when `has` does not satisfy the tree.
    pub(crate) fn solve(&self, has: &dyn Fn(&Attribute) -> bool) -> Option<Vec<(usize, Scalar)>> {
        let chosen = self.choose(has)?;
        let mut used = Vec::new();
        let mut pending = alloc::vec![Some(Scalar::ONE)];
        let mut leaf = 0usize;
        for (gate, children) in self.gates.iter().zip(&chosen) {
            let coefficient = pending.pop()?;
            let Gate::Gate { need, of } = *gate else {
                if let Some(coefficient) = coefficient {
                    used.push((leaf, coefficient));
                }
                leaf = leaf.saturating_add(1);
                continue;
            };
            for number in (1..=of).rev() {
                pending.push(coefficient.filter(|_| children.contains(&number)).map(|coefficient| {
                    if need == 1 || need == of { coefficient } else { coefficient.times(&lagrange(number, children)) }
                }));
            }
        }
        Some(used)
    }

    /// For every gate the numbers (from 1) of the children to use, the cheapest first; bottom up.
    fn choose(&self, has: &dyn Fn(&Attribute) -> bool) -> Option<Vec<Vec<u16>>> {
        let mut chosen: Vec<Vec<u16>> = Vec::with_capacity(self.gates.len());
        let mut costs: Vec<Option<Cost>> = Vec::new();
        let mut leaves = self.leaves.iter().zip(&self.occurrence).rev();
        for gate in self.gates.iter().rev() {
            let Gate::Gate { need, of } = *gate else {
                let (attribute, occurrence) = leaves.next()?;
                let classes = occurrence.saturating_add(1);
                costs.push(has(attribute).then_some(Cost { classes, multiplications: 0, leaves: 1 }));
                chosen.push(Vec::new());
                continue;
            };
            let children = costs.split_off(costs.len().checked_sub(usize::from(of))?);
            let mut ranked: Vec<(Cost, u16)> =
                children.iter().rev().zip(1u16..).filter_map(|(cost, number)| Some(((*cost)?, number))).collect();
            ranked.sort_unstable();
            ranked.truncate(usize::from(need));
            let satisfied = ranked.len() == usize::from(need);
            let sum = ranked.iter().fold(Cost { classes: 0, multiplications: 0, leaves: 0 }, |sum, (cost, _)| Cost {
                classes: sum.classes.max(cost.classes),
                multiplications: sum.multiplications.saturating_add(cost.multiplications),
                leaves: sum.leaves.saturating_add(cost.leaves),
            });
            let shamir = need != 1 && need != of;
            let multiplications = if shamir { sum.leaves } else { sum.multiplications };
            costs.push(satisfied.then_some(Cost { multiplications, ..sum }));
            chosen.push(ranked.into_iter().map(|(_, number)| number).collect());
        }
        chosen.reverse();
        costs.pop().flatten().map(|_| chosen)
    }
}

/// The Lagrange coefficient at 0 of the point `number` among `all`.
fn lagrange(number: u16, all: &[u16]) -> Scalar {
    let x = Scalar::from_small(number);
    let (mut over, mut under) = (Scalar::ONE, Scalar::ONE);
    for other in all.iter().filter(|other| **other != number) {
        let other = Scalar::from_small(*other);
        over = over.times(&other);
        under = under.times(&other.minus(&x));
    }
    // The points are different, so that the inverse exists.
    over.times(&under.inverse().unwrap_or_default())
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects, reason = "small numbers in a test")]
mod tests;
