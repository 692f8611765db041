//! A frame that lies in the input.

use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::Deref;

use super::frame::Frame;

/// A frame whose fields all borrow from the input: what [`Decoder::decode`](super::Decoder::decode) returns.
///
/// It is a [`Frame`] (by `Deref`: `match &*frame { … }`) that has nothing to drop, and the compiler knows it. What needs no drop need not be kept
/// in memory, which is worth as much as the reading of a small frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Received<'a>(ManuallyDrop<Frame<'a>>);

impl<'a> Received<'a> {
    /// A frame of which nothing is shared or grown.
    #[inline(always)]
    pub(crate) const fn new(frame: Frame<'a>) -> Self {
        Self(ManuallyDrop::new(frame))
    }

    /// The frame, still borrowed.
    #[inline]
    pub fn into_frame(self) -> Frame<'a> {
        ManuallyDrop::into_inner(self.0)
    }

    /// The frame, independent of the input; one allocation at most.
    pub fn into_owned(self) -> Frame<'static> {
        self.into_frame().into_owned()
    }
}

impl<'a> Deref for Received<'a> {
    type Target = Frame<'a>;

    #[inline(always)]
    fn deref(&self) -> &Frame<'a> {
        &self.0
    }
}

impl<'a> From<Received<'a>> for Frame<'a> {
    fn from(received: Received<'a>) -> Self {
        received.into_frame()
    }
}

impl PartialEq<Frame<'_>> for Received<'_> {
    fn eq(&self, other: &Frame<'_>) -> bool {
        **self == *other
    }
}

impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl fmt::Display for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
