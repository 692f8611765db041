//! The namespace prefixes in scope.

use crate::limits::BINDINGS;

/// The prefixes in scope, as offsets of their declarations: (prefix, value).
#[derive(Debug, Clone, Copy)]
pub(super) struct Bindings {
    count: u8,
    slots: [(u32, u32); BINDINGS],
}

impl Bindings {
    pub(super) const EMPTY: Self = Self { count: 0, slots: [(0, 0); BINDINGS] };

    pub(super) fn push(&mut self, prefix: usize, value: usize) {
        let (Ok(prefix), Ok(value)) = (u32::try_from(prefix), u32::try_from(value)) else { return };
        if let Some(slot) = self.slots.get_mut(usize::from(self.count)) {
            *slot = (prefix, value);
            self.count = self.count.saturating_add(1);
        }
    }

    /// The declarations from the innermost outwards.
    pub(super) fn iter<'a>(&self, root: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let declared = self.slots.get(..usize::from(self.count)).unwrap_or_default();
        declared.iter().rev().filter_map(move |&(prefix, value)| {
            let prefix = root.get(usize::try_from(prefix).ok()?..)?;
            let end = prefix.bytes().position(|byte| byte == b'=' || crate::chars::is_space(byte))?;
            let at = usize::try_from(value).ok()?;
            let quote = *root.as_bytes().get(at.checked_sub(1)?)?;
            let value = root.get(at..)?;
            let close = memchr::memchr(quote, value.as_bytes())?;
            Some((prefix.get(..end)?, value.get(..close)?))
        })
    }
}
