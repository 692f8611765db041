//! The namespace prefixes in scope.

use crate::limits::BINDINGS;
use crate::value::Value;
use crate::walk::RawAttributes;

/// The prefixes in scope, as offsets of their declarations.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bindings {
    count: u8,
    slots: [u32; BINDINGS],
}

impl Bindings {
    pub(super) const EMPTY: Self = Self { count: 0, slots: [0; BINDINGS] };

    pub(super) fn push(&mut self, declaration: u32) {
        if let Some(slot) = self.slots.get_mut(usize::from(self.count)) {
            *slot = declaration;
            self.count = self.count.saturating_add(1);
        }
    }

    /// Those that stand before `end`: an inner declaration stands behind all outer ones.
    pub(super) fn before(mut self, end: u32) -> Self {
        let outer = self.declared().iter().take_while(|&&at| at < end).count();
        self.count = u8::try_from(outer).unwrap_or(self.count);
        self
    }

    fn declared(&self) -> &[u32] {
        self.slots.get(..usize::from(self.count)).unwrap_or_default()
    }

    /// The declarations from the innermost outwards: prefix and namespace.
    pub(super) fn iter<'a>(self, root: &'a str) -> impl Iterator<Item = (&'a str, Value<'a>)> {
        (0..usize::from(self.count)).rev().filter_map(move |index| {
            let at = usize::try_from(*self.slots.get(index)?).ok()?;
            let (name, value) = RawAttributes::from(root, at).next()?;
            Some((name.strip_prefix("xmlns:")?, Value::attribute(value)))
        })
    }
}
