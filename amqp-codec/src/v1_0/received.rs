//! A frame or a message that lies in the input.

use core::fmt;
use core::mem::ManuallyDrop;
use core::ops::Deref;

use super::{Frame, Message};

macro_rules! received {
    ($($(#[$doc:meta])* $name:ident: $type:ident, $into:ident, $what:literal;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, PartialEq, Eq)]
            pub struct $name<'a>(pub(super) ManuallyDrop<$type<'a>>);

            impl<'a> $name<'a> {
                /// One of which nothing is shared.
                #[inline(always)]
                pub(super) const fn new(inner: $type<'a>) -> Self {
                    Self(ManuallyDrop::new(inner))
                }

                #[doc = concat!("The ", $what, ", still borrowed.")]
                #[inline]
                pub fn $into(self) -> $type<'a> {
                    ManuallyDrop::into_inner(self.0)
                }

                #[doc = concat!("The ", $what, ", independent of the input; at most one allocation.")]
                pub fn into_owned(self) -> $type<'static> {
                    self.$into().into_owned()
                }
            }

            impl<'a> Deref for $name<'a> {
                type Target = $type<'a>;

                #[inline(always)]
                fn deref(&self) -> &$type<'a> {
                    &self.0
                }
            }

            impl<'a> From<$name<'a>> for $type<'a> {
                fn from(received: $name<'a>) -> Self {
                    received.$into()
                }
            }

            impl PartialEq<$type<'_>> for $name<'_> {
                fn eq(&self, other: &$type<'_>) -> bool {
                    **self == *other
                }
            }

            impl fmt::Debug for $name<'_> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::Debug::fmt(&**self, f)
                }
            }
        )*
    };
}

received! {
    /// A frame whose fields all borrow from the input: what [`Decoder::decode`](super::Decoder::decode) returns.
    ///
    /// It is a [`Frame`] (by `Deref`: `match &*frame { … }`) that has nothing to drop, and the compiler knows it. What needs no drop need not be
    /// looked through for shared buffers.
    ReceivedFrame: Frame, into_frame, "frame";
    /// A message whose fields all borrow from the input: what [`Message::decode`] returns.
    ///
    /// It is a [`Message`] (by `Deref`: `message.properties`) that has nothing to drop, and the compiler knows it.
    ReceivedMessage: Message, into_message, "message";
}

impl fmt::Display for ReceivedFrame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&**self, f)
    }
}
