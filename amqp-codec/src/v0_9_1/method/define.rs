//! The one description from which a method's type, reader and writer are made.

/// Defines a method: its ids, its arguments in wire order, and among them at most one run of bits, which share one octet.
macro_rules! method {
    ($(#[$doc:meta])* $name:ident<'a> = $($rest:tt)*) => {
        method! { @define [$(#[$doc])*] $name [<'a>] [<'static>] $($rest)* }
    };
    ($(#[$doc:meta])* $name:ident = $($rest:tt)*) => {
        method! { @define [$(#[$doc])*] $name [] [] $($rest)* }
    };
    (@define [$(#[$doc:meta])*] $name:ident [$($lt:tt)*] [$($owned:tt)*] $class:literal, $method:literal, $spec:literal
        { $($(#[$bdoc:meta])* $before:ident: $btype:ty,)* }
        $(bits { $($(#[$idoc:meta])* $bit:ident,)+ } { $($(#[$adoc:meta])* $after:ident: $atype:ty,)* })?
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(default, rename_all = "kebab-case"))]
        pub struct $name $($lt)* {
            $($(#[$bdoc])* pub $before: $btype,)*
            $($($(#[$idoc])* pub $bit: bool,)+
            $($(#[$adoc])* pub $after: $atype,)*)?
        }

        impl $($lt)* $name $($lt)* {
            /// Class and method.
            pub const ID: $crate::v0_9_1::MethodId = $crate::v0_9_1::MethodId::new($class, $method);

            /// The specification's name.
            pub const NAME: &'static str = $spec;

            /// Calls `visit` with each argument's name and value, in wire order.
            pub fn arguments(&self, visit: &mut dyn FnMut(&'static str, $crate::v0_9_1::Argument<'_>)) {
                let _ = &visit;
                $(visit(stringify!($before), (&self.$before).into());)*
                $($(visit(stringify!($bit), self.$bit.into());)+
                $(visit(stringify!($after), (&self.$after).into());)*)?
            }
        }

        impl<'a> $crate::v0_9_1::wire::Part<'a> for $name $($lt)* {
            type Owned = $name $($owned)*;

            #[inline(always)]
            fn take(
                reader: &mut $crate::v0_9_1::wire::Reader<'a>,
                rules: &$crate::v0_9_1::wire::Rules,
            ) -> Result<Self, $crate::v0_9_1::wire::Fault> {
                let _ = (&reader, rules);
                $(let $before = <$btype>::take(reader, rules)?;)*
                // AMQP 0-9-1 §4.2.5.2: contiguous bits share an octet, from the lowest bit upwards.
                $(let [bits] = reader.array()?;
                $(let $bit = bits & 1 != 0; let bits = bits >> 1;)+
                if bits != 0 {
                    $crate::v0_9_1::method::unused_bits(reader, rules)?;
                }
                $(let $after = <$atype>::take(reader, rules)?;)*)?
                // AMQP 0-9-1 §4.2.4: the arguments are the payload, no more and no less.
                if !reader.rest.is_empty() {
                    return Err($crate::v0_9_1::method::trailing(reader));
                }
                Ok(Self { $($before,)* $($($bit,)+ $($after,)*)? })
            }

            #[inline(always)]
            fn wire_len(&self) -> usize {
                0_usize
                    $(.wrapping_add(self.$before.wire_len()))*
                    $($(.wrapping_add({ let _ = self.$bit; 0 }))+ .wrapping_add(1)
                    $(.wrapping_add(self.$after.wire_len()))*)?
            }

            #[inline(always)]
            fn check(&self) -> Result<(), $crate::v0_9_1::EncodeError> {
                $(self.$before.check()?;)*
                $($(self.$after.check()?;)*)?
                Ok(())
            }

            #[inline(always)]
            fn put(&self, out: &mut impl $crate::v0_9_1::sink::Sink) {
                let _ = &out;
                $(self.$before.put(out);)*
                $(let (mut bits, mut place) = (0_u8, 1_u8);
                $(bits |= u8::from(self.$bit).wrapping_mul(place); place = place.wrapping_shl(1);)+
                let _ = place;
                out.u8(bits);
                $(self.$after.put(out);)*)?
            }

            #[cfg(feature = "arbitrary")]
            fn any(
                u: &mut arbitrary::Unstructured<'_>,
                tags: $crate::v0_9_1::Tags,
            ) -> arbitrary::Result<Self::Owned> {
                let _ = (&u, tags);
                Ok($name {
                    $($before: <$btype>::any(u, tags)?,)*
                    $($($bit: u.arbitrary()?,)+ $($after: <$atype>::any(u, tags)?,)*)?
                })
            }

            fn gather(&self, parts: &mut alloc::vec::Vec<u8>) {
                let _ = &parts;
                $(self.$before.gather(parts);)*
                $($(self.$after.gather(parts);)*)?
            }

            fn keep(self, keep: &mut $crate::v0_9_1::wire::Keep<'_>) -> Self::Owned {
                let _ = &keep;
                // Struct literals evaluate in the order written, which is the order of `gather`.
                $name {
                    $($before: self.$before.keep(keep),)*
                    $($($bit: self.$bit,)+ $($after: self.$after.keep(keep),)*)?
                }
            }
        }
    };
}
pub(crate) use method;
