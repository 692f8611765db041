//! What tables and arrays have in common: where their items are, and the macro that writes the rest once.

use alloc::vec::Vec;

use bytes::Bytes;

use super::super::wire::{Fault, Reader, Rules};
use super::iter::Source;
use super::validate;

/// Where the items are: as checked octets without their length, or as items of the caller.
#[derive(Clone)]
pub(super) enum Wire<'a, Item> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
    Items { items: &'a [Item], len: usize, depth: u8 },
    Grown(Vec<u8>),
}

impl<'a, Item> Wire<'a, Item> {
    /// The octets, unless there are only items.
    #[inline(always)]
    pub(super) fn octets(&self) -> Option<&[u8]> {
        match self {
            Self::Borrowed(octets) => Some(octets),
            Self::Shared(octets) => Some(octets),
            Self::Grown(octets) => Some(octets),
            Self::Items { .. } => None,
        }
    }

    #[inline(always)]
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Items { len, .. } => *len,
            _ => self.octets().map_or(0, <[u8]>::len),
        }
    }

    /// The same, borrowed from this one.
    #[inline(always)]
    pub(super) fn view(&self) -> Wire<'_, Item> {
        match self {
            Self::Items { items, len, depth } => Wire::Items { items, len: *len, depth: *depth },
            _ => Wire::Borrowed(self.octets().unwrap_or_default()),
        }
    }

    /// The items of a [`view`](Self::view).
    #[inline(always)]
    pub(super) fn into_source(self) -> Source<'a, Item> {
        match self {
            Self::Borrowed(rest) => Source::Wire(Reader { rest }),
            Self::Items { items, .. } => Source::Items(items.iter()),
            Self::Shared(_) | Self::Grown(_) => {
                debug_assert!(false, "iteration yields views");
                Source::Wire(Reader { rest: &[] })
            }
        }
    }

    pub(super) fn is_borrowed(&self) -> bool {
        matches!(self, Self::Borrowed(_) | Self::Items { .. })
    }
}

/// Reads length and content, and checks the content. The length is in octets, for arrays too (errata 4).
#[inline(always)]
pub(super) fn take_container<'a>(reader: &mut Reader<'a>, rules: &Rules, array: bool) -> Result<&'a [u8], Fault> {
    let octets = reader.long_str()?;
    validate::validate(octets, array, rules).map_err(|fault| beyond(fault, reader.rest.len()))?;
    Ok(octets)
}

/// A fault within a container, seen from the end of what surrounds it.
#[cold]
const fn beyond(fault: Fault, behind: usize) -> Fault {
    Fault::new(fault.kind, fault.left.wrapping_add(behind))
}

/// What tables and arrays have in common, written once.
macro_rules! container {
    ($name:ident, $item:ty, $iter:ident, $any:ident) => {
        impl<'a> $name<'a> {
            /// Nothing in it, in RabbitMQ's dialect.
            pub const EMPTY: Self = Self { tags: Tags::RabbitMq, wire: Wire::Borrowed(&[]) };

            /// Nothing in it, in a dialect.
            pub const fn new(tags: Tags) -> Self {
                Self { tags, wire: Wire::Borrowed(&[]) }
            }

            /// The dialect that its tags are read in.
            pub const fn tags(&self) -> Tags {
                self.tags
            }

            #[inline]
            pub(crate) const fn checked(tags: Tags, octets: &'a [u8]) -> Self {
                Self { tags, wire: Wire::Borrowed(octets) }
            }

            /// Octets of the wire form without its length.
            #[inline(always)]
            pub fn content_len(&self) -> usize {
                self.wire.len()
            }

            /// True without items.
            pub fn is_empty(&self) -> bool {
                self.content_len() == 0
            }

            /// The wire form without its length; allocates only for items that were given as a slice.
            pub fn content(&self) -> Cow<'_, [u8]> {
                match self.wire.octets() {
                    Some(octets) => Cow::Borrowed(octets),
                    None => {
                        let mut octets = Vec::with_capacity(self.content_len());
                        self.put_content(&mut octets);
                        Cow::Owned(octets)
                    }
                }
            }

            /// The same, independent of the input; at most one allocation.
            pub fn into_owned(self) -> $name<'static> {
                owned!(self)
            }

            /// What is in it, in order, lazily.
            #[inline]
            pub fn iter(&self) -> $iter<'_> {
                self.borrowed().into_items()
            }

            /// [`iter`](Self::iter) for a view that borrows.
            #[inline(always)]
            pub(super) fn into_items(self) -> $iter<'a> {
                $iter { tags: self.tags, source: self.wire.into_source() }
            }

            /// The same, borrowed from this one.
            #[inline]
            pub fn borrowed(&self) -> $name<'_> {
                $name { tags: self.tags, wire: self.wire.view() }
            }

            /// How deep items given as slices nest.
            pub(super) fn item_depth(&self) -> u8 {
                if let Wire::Items { depth, .. } = &self.wire { *depth } else { 0 }
            }

            /// Takes the octets out, growable and owned; the caller puts them back.
            fn grow(&mut self) -> Vec<u8> {
                match core::mem::replace(&mut self.wire, Wire::Borrowed(&[])) {
                    Wire::Grown(octets) => octets,
                    wire => $name { tags: self.tags, wire }.content().into_owned(),
                }
            }
        }

        impl PartialEq for $name<'_> {
            fn eq(&self, other: &Self) -> bool {
                self.content_len() == other.content_len()
                    && (self.is_empty() || (self.tags == other.tags && self.content() == other.content()))
            }
        }

        impl Eq for $name<'_> {}

        impl Default for $name<'_> {
            fn default() -> Self {
                Self::EMPTY
            }
        }

        impl<'t> IntoIterator for &'t $name<'_> {
            type Item = $item;
            type IntoIter = $iter<'t>;

            fn into_iter(self) -> $iter<'t> {
                self.iter()
            }
        }

        impl<'a> Part<'a> for $name<'a> {
            type Owned = $name<'static>;

            #[inline(always)]
            fn take(reader: &mut Reader<'a>, rules: &Rules) -> Result<Self, Fault> {
                let octets = take_container(reader, rules, $name::IS_ARRAY)?;
                Ok(Self::checked(rules.dialect.tags, octets))
            }

            #[inline(always)]
            fn wire_len(&self) -> usize {
                self.content_len().wrapping_add(4)
            }

            #[inline(always)]
            fn check(&self) -> Result<(), EncodeError> {
                fits_long(self.content_len())
            }

            #[inline(always)]
            fn put(&self, out: &mut impl Sink) {
                out.u32(u32::try_from(self.content_len()).unwrap_or(0));
                match self.wire.octets() {
                    Some(octets) => out.slice(octets),
                    None => {
                        self.put_content(out);
                        out.flush();
                    }
                }
            }

            fn gather(&self, parts: &mut Vec<u8>) {
                if self.wire.is_borrowed() {
                    self.put_content(parts);
                }
            }

            fn keep(self, keep: &mut Keep<'_>) -> $name<'static> {
                let tags = self.tags;
                let wire = match self.wire {
                    Wire::Borrowed(octets) => Wire::Shared(keep.part(octets)),
                    Wire::Shared(octets) => Wire::Shared(octets),
                    Wire::Grown(octets) => Wire::Grown(octets),
                    Wire::Items { len, .. } => match keep {
                        Keep::Gathered(gathered) => Wire::Shared(gathered.split_to(len.min(gathered.len()))),
                        Keep::Share(_) => {
                            let mut octets = Vec::with_capacity(len);
                            self.put_content(&mut octets);
                            Wire::Shared(octets.into())
                        }
                    },
                };
                $name { tags, wire }
            }

            #[cfg(feature = "arbitrary")]
            fn any(u: &mut arbitrary::Unstructured<'_>, tags: Tags) -> arbitrary::Result<$name<'static>> {
                $crate::v0_9_1::arbitrary::$any(u, tags, 3)
            }
        }
    };
}
pub(super) use container;
