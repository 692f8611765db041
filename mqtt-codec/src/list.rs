//! Repeated structures in wire form: checked once, iterated lazily.

use alloc::vec::Vec;
use bytes::Bytes;

use crate::wire::{Keep, Sink};

/// How one entry is written.
pub(crate) trait Put {
    /// Bytes of the entry on the wire.
    fn wire_len(&self) -> usize;
    /// Writes the entry.
    fn write<S: Sink>(&self, out: S) -> S;

    /// What the encoder has to know of the entry, a bit each.
    fn marks(&self) -> u8 {
        0
    }

    /// Writes one entry after the other.
    #[inline]
    fn write_all<S: Sink>(entries: &[Self], out: S) -> S
    where
        Self: Sized,
    {
        entries.iter().fold(out, |out, entry| entry.write(out))
    }
}

/// How one entry is read back.
pub(crate) trait Entry<'a>: Put + Sized {
    /// What a reader gets.
    type Read;

    /// The next entry of a region that was checked.
    fn read(rest: &mut &'a [u8]) -> Option<Self::Read>;
    /// An entry that the caller supplied, as it would be read back.
    fn lend(&'a self) -> Self::Read;
}

/// A list of entries: as received, shared, supplied as a slice, or grown by appending.
#[derive(Clone)]
pub(crate) enum List<'a, T> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
    Items(Items<'a, T>),
    Grown(Vec<u8>),
}

/// Entries that the caller supplied, the bytes that they will take and their marks, looked at once.
pub(crate) struct Items<'a, T> {
    entries: &'a [T],
    pub(crate) wire_len: usize,
    pub(crate) marks: u8,
}

impl<T> Clone for Items<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Items<'_, T> {}

impl<T: Put> Items<'_, T> {
    #[inline]
    pub(crate) fn write<S: Sink>(&self, out: S) -> S {
        T::write_all(self.entries, out)
    }
}

impl<'a, T: Put> List<'a, T> {
    pub(crate) const EMPTY: Self = Self::Borrowed(&[]);

    /// A list that lends these entries.
    #[inline]
    pub(crate) fn lend(entries: &'a [T]) -> Self {
        let wire_len = entries.iter().map(T::wire_len).fold(0, usize::saturating_add);
        let marks = entries.iter().map(T::marks).fold(0, |all, marks| all | marks);
        Self::Items(Items { entries, wire_len, marks })
    }

    /// The wire form, unless the entries were supplied as a slice.
    #[inline(always)]
    pub(crate) fn wire(&self) -> Result<&[u8], Items<'a, T>> {
        match self {
            Self::Borrowed(wire) => Ok(wire),
            Self::Shared(wire) => Ok(wire),
            Self::Grown(wire) => Ok(wire),
            Self::Items(items) => Err(*items),
        }
    }

    #[inline(always)]
    pub(crate) fn iter<'p>(&'p self) -> Entries<'p, T>
    where
        T: Entry<'p>,
    {
        match self.wire() {
            Ok(wire) => Entries::Wire(wire),
            Err(items) => Entries::Items(items.entries),
        }
    }

    #[inline]
    pub(crate) fn wire_len(&self) -> usize {
        match self {
            Self::Borrowed(wire) => wire.len(),
            Self::Shared(wire) => wire.len(),
            Self::Grown(wire) => wire.len(),
            Self::Items(items) => items.wire_len,
        }
    }

    #[inline]
    pub(crate) fn write<S: Sink>(&self, out: S) -> S {
        match self.wire() {
            Ok(wire) => out.slice(wire),
            Err(items) => items.write(out),
        }
    }

    /// Appends an entry, copying what was borrowed first.
    pub(crate) fn push(&mut self, item: &impl Put) {
        if !matches!(self, Self::Grown(_)) {
            *self = Self::Grown(self.to_wire(item.wire_len()));
        }
        if let Self::Grown(wire) = self {
            item.write(wire);
        }
    }

    /// The wire form in a buffer of its own, with room for more.
    pub(crate) fn to_wire(&self, room: usize) -> Vec<u8> {
        let mut wire = Vec::with_capacity(self.wire_len().saturating_add(room));
        self.write(&mut wire);
        wire
    }

    pub(crate) fn keep<U>(self, keep: &mut Keep<'_>) -> List<'static, U> {
        List::Shared(match self {
            Self::Borrowed(wire) => keep.slice(wire),
            Self::Shared(wire) => wire,
            Self::Grown(wire) => wire.into(),
            Self::Items(_) => self.to_wire(0).into(),
        })
    }
}

/// Iterator over the entries of a list.
#[derive(Clone)]
pub(crate) enum Entries<'p, T> {
    Wire(&'p [u8]),
    Items(&'p [T]),
}

impl<'p, T: Entry<'p>> Iterator for Entries<'p, T> {
    type Item = T::Read;

    // An empty list costs nothing then, and who looks at an entry at once has it in registers.
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Wire(wire) => {
                if wire.is_empty() {
                    return None;
                }
                let entry = T::read(wire);
                debug_assert!(entry.is_some(), "the region was checked when it was decoded");
                entry
            }
            Self::Items(items) => {
                let (first, rest) = items.split_first()?;
                *items = rest;
                Some(first.lend())
            }
        }
    }
}

/// A public list type around `List`: the constructors and accessors that all of them share.
macro_rules! list_type {
    ($(#[$doc:meta])* $name:ident, $iter:ident, $entry:ident, $read:ty) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name<'a>(pub(crate) $crate::list::List<'a, $entry<'a>>);

        impl<'a> $name<'a> {
            /// The entries, in the order of the packet.
            #[inline(always)]
            pub fn iter(&self) -> $iter<'_> {
                $iter(self.0.iter())
            }

            /// The number of entries; walks the list.
            pub fn count(&self) -> usize {
                self.iter().count()
            }

            /// Whether there is no entry.
            pub fn is_empty(&self) -> bool {
                self.0.wire_len() == 0
            }
        }

        impl Default for $name<'_> {
            fn default() -> Self {
                Self($crate::list::List::EMPTY)
            }
        }

        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                self.iter().eq(other.iter())
            }
        }

        impl Eq for $name<'_> {}

        impl core::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_list().entries(self.iter()).finish()
            }
        }

        impl<'p> IntoIterator for &'p $name<'_> {
            type Item = $read;
            type IntoIter = $iter<'p>;

            #[inline(always)]
            fn into_iter(self) -> $iter<'p> {
                self.iter()
            }
        }

        #[doc = concat!("Iterator over [`", stringify!($name), "`].")]
        #[derive(Clone)]
        pub struct $iter<'p>($crate::list::Entries<'p, $entry<'p>>);

        impl<'p> Iterator for $iter<'p> {
            type Item = $read;

            #[inline]
            fn next(&mut self) -> Option<$read> {
                self.0.next()
            }
        }

        impl core::fmt::Debug for $iter<'_> {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.debug_list().entries(self.clone()).finish()
            }
        }
    };
}
pub(crate) use list_type;
