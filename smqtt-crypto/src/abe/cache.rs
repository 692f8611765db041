//! Hashed attributes, kept: a publisher labels most of its messages alike.

use crate::attribute::Attribute;
use crate::curve::Curve;
use alloc::collections::BTreeMap;

/// Attributes that are kept; a flood of new ones empties the cache, it does not grow it.
const KEPT: usize = 256;

#[derive(Clone, Debug)]
pub(super) struct HashCache<C: Curve>(BTreeMap<Attribute, C::G1>);

impl<C: Curve> Default for HashCache<C> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<C: Curve> HashCache<C> {
    pub(super) fn hash(&mut self, attribute: &Attribute) -> C::G1 {
        if let Some(point) = self.0.get(attribute) {
            return *point;
        }
        let point = hash::<C>(attribute);
        if self.0.len() >= KEPT {
            self.0.clear();
        }
        self.0.insert(attribute.clone(), point);
        point
    }
}

pub(super) fn hash<C: Curve>(attribute: &Attribute) -> C::G1 {
    super::hash_attribute::<C>(attribute)
}
