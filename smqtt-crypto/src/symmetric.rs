//! Suites without public keys: the symmetric tree and the pre-shared key. Fast on the smallest devices and safe from quantum
//! computers; in exchange, whoever can read can also write.

use crate::attribute::Epoch;
use crate::error::{DecryptError, SealError};
use crate::hash::{Schedule, Transcript};
use crate::kem::{Decapsulate, Encapsulate, Kem, Scope};
use crate::random::{Random, RandomError, fresh};
use crate::secret::{Secret, SharedSecret};
use crate::topic::{is_filter, is_topic, matches, without_share};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Epochs that one grant may span: one node key each.
pub const MAX_TREE_EPOCHS: u64 = 1024;

fn group_id(master: &Secret<32>) -> [u8; 32] {
    let id: Secret<32> = Schedule::extract(b"SMQTT/1 tree", master.expose()).secret("id", &[]);
    *id.expose()
}

fn step(node: &Secret<32>, label: &str, context: &[u8]) -> Secret<32> {
    Schedule::extract(b"SMQTT/1 node", node.expose()).secret(label, context)
}

/// Down the levels of `topic`, and to the leaf: a subtree's key never equals a leaf's.
fn leaf(from: &Secret<32>, levels: &str) -> Secret<32> {
    let mut node = from.clone();
    if !levels.is_empty() {
        for level in levels.split('/') {
            node = step(&node, "level", level.as_bytes());
        }
    }
    step(&node, "leaf", &[])
}

/// The fresh secret of one message key: the nonce travels, the leaf key does not.
fn message_secret(leaf: &Secret<32>, nonce: &[u8; 32], scope: &Scope<'_>, context: &[u8; 32]) -> SharedSecret {
    let bound = Transcript::new("SMQTT/1 symmetric")
        .part(scope.topic.as_bytes())
        .part(&scope.epoch.0.to_be_bytes())
        .part(scope.access)
        .part(context)
        .finish();
    Schedule::extract(nonce, leaf.expose()).secret("secret", &bound)
}

fn encapsulate_with(
    leaf: &Secret<32>,
    scope: &Scope<'_>,
    context: &[u8; 32],
    random: &mut dyn Random,
    out: &mut Vec<u8>,
) -> Result<SharedSecret, SealError> {
    let nonce: Secret<32> = fresh(random)?;
    out.extend_from_slice(nonce.expose());
    Ok(message_secret(leaf, nonce.expose(), scope, context))
}

/// The master secret of a group: all keys of all topics and epochs derive from it (the literal reading of the SMQTT tutorial).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeMaster(Secret<32>);

impl TreeMaster {
    /// A new group.
    ///
    /// # Errors
    /// [`RandomError`] when the source fails.
    pub fn setup(random: &mut dyn Random) -> Result<Self, RandomError> {
        fresh(random).map(Self)
    }

    /// Takes a stored master secret.
    #[must_use]
    pub const fn decode(secret: Secret<32>) -> Self {
        Self(secret)
    }

    /// The secret, for a safe place.
    #[must_use]
    pub const fn encode(&self) -> &Secret<32> {
        &self.0
    }

    fn epoch_root(&self, epoch: Epoch) -> Secret<32> {
        step(&self.0, "epoch", &epoch.0.to_be_bytes())
    }

    /// The keys for a filter during `first..=last`: exact topics and filters whose only wildcard is a last `#`.
    ///
    /// `None` for other filters (a `+` has no single node above what it matches), for a lone `#` (that is every key of
    /// the epoch, `$` topics included: give out the master secret instead, knowingly) and for more than [`MAX_TREE_EPOCHS`].
    #[must_use]
    pub fn grant(&self, filter: &str, first: Epoch, last: Epoch) -> Option<TreeKey> {
        let filter = without_share(filter);
        if !is_filter(filter) || last < first || last.0.saturating_sub(first.0) >= MAX_TREE_EPOCHS {
            return None;
        }
        let (prefix, subtree) = match filter.strip_suffix("/#") {
            Some(prefix) => (prefix, true),
            None => (filter, false),
        };
        if !is_topic(prefix) {
            return None;
        }
        let node = |epoch| {
            let root = self.epoch_root(Epoch(epoch));
            if subtree {
                prefix.split('/').fold(root, |node, level| step(&node, "level", level.as_bytes()))
            } else {
                leaf(&root, prefix)
            }
        };
        let nodes = (first.0..=last.0).map(node).collect();
        Some(TreeKey { group: group_id(&self.0), filter: filter.into(), first, nodes })
    }
}

impl Encapsulate for TreeMaster {
    fn kem(&self) -> Kem {
        Kem::TREE
    }

    fn public_id(&self) -> [u8; 32] {
        group_id(&self.0)
    }

    fn encapsulate(
        &mut self,
        scope: &Scope<'_>,
        context: &[u8; 32],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<SharedSecret, SealError> {
        if !is_topic(scope.topic) {
            return Err(SealError::BadTopic);
        }
        encapsulate_with(&leaf(&self.epoch_root(scope.epoch), scope.topic), scope, context, random, out)
    }
}

/// The keys of one filter for some epochs. Holders can read and write there, and derive everything below.
#[derive(Debug, Clone)]
pub struct TreeKey {
    group: [u8; 32],
    filter: Box<str>,
    first: Epoch,
    nodes: Vec<Secret<32>>,
}

impl TreeKey {
    fn leaf_for(&self, scope: &Scope<'_>) -> Option<Secret<32>> {
        if !is_topic(scope.topic) || !matches(&self.filter, scope.topic) {
            return None;
        }
        let index = usize::try_from(scope.epoch.0.checked_sub(self.first.0)?).ok()?;
        let node = self.nodes.get(index)?;
        let Some(prefix) = self.filter.strip_suffix("/#") else { return Some(node.clone()) };
        let below = scope.topic.strip_prefix(prefix)?;
        // `a/#` matches `a` itself: the leaf directly at the node. `a/` has one more level, which is empty.
        match below.strip_prefix('/') {
            None => Some(step(node, "leaf", &[])),
            Some("") => Some(step(&step(node, "level", &[]), "leaf", &[])),
            Some(levels) => Some(leaf(node, levels)),
        }
    }
}

impl Encapsulate for TreeKey {
    fn kem(&self) -> Kem {
        Kem::TREE
    }

    fn public_id(&self) -> [u8; 32] {
        self.group
    }

    fn encapsulate(
        &mut self,
        scope: &Scope<'_>,
        context: &[u8; 32],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<SharedSecret, SealError> {
        encapsulate_with(&self.leaf_for(scope).ok_or(SealError::BadAccess)?, scope, context, random, out)
    }
}

impl Decapsulate for TreeKey {
    fn kem(&self) -> Kem {
        Kem::TREE
    }

    fn public_id(&self) -> [u8; 32] {
        self.group
    }

    fn may_open(&self, scope: &Scope<'_>) -> bool {
        self.leaf_for(scope).is_some()
    }

    fn decapsulate(
        &mut self,
        scope: &Scope<'_>,
        context: &[u8; 32],
        encapsulation: &[u8],
    ) -> Result<SharedSecret, DecryptError> {
        let nonce = encapsulation.try_into().map_err(|_| DecryptError)?;
        let leaf = self.leaf_for(scope).ok_or(DecryptError)?;
        Ok(message_secret(&leaf, nonce, scope, context))
    }
}

/// A key that both sides already have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresharedKey(Secret<32>);

impl PresharedKey {
    /// 32 bytes of full entropy, not a password.
    #[must_use]
    pub const fn new(key: Secret<32>) -> Self {
        Self(key)
    }

    fn id(&self) -> [u8; 32] {
        let id: Secret<32> = Schedule::extract(b"SMQTT/1 psk", self.0.expose()).secret("id", &[]);
        *id.expose()
    }

    fn root(&self) -> Secret<32> {
        Schedule::extract(b"SMQTT/1 psk", self.0.expose()).secret("root", &[])
    }
}

impl Encapsulate for PresharedKey {
    fn kem(&self) -> Kem {
        Kem::PSK
    }

    fn public_id(&self) -> [u8; 32] {
        self.id()
    }

    fn encapsulate(
        &mut self,
        scope: &Scope<'_>,
        context: &[u8; 32],
        random: &mut dyn Random,
        out: &mut Vec<u8>,
    ) -> Result<SharedSecret, SealError> {
        encapsulate_with(&self.root(), scope, context, random, out)
    }
}

impl Decapsulate for PresharedKey {
    fn kem(&self) -> Kem {
        Kem::PSK
    }

    fn public_id(&self) -> [u8; 32] {
        self.id()
    }

    fn may_open(&self, _: &Scope<'_>) -> bool {
        true
    }

    fn decapsulate(
        &mut self,
        scope: &Scope<'_>,
        context: &[u8; 32],
        encapsulation: &[u8],
    ) -> Result<SharedSecret, DecryptError> {
        let nonce = encapsulation.try_into().map_err(|_| DecryptError)?;
        Ok(message_secret(&self.root(), nonce, scope, context))
    }
}
