//! The performatives of both layers (AMQP 1.0 §2.7, §5.3.3).

use bytes::BufMut;

use super::composite::{Measured, Named, plain_descriptor, read_descriptor, read_list};
use super::constructor as code;
use super::frame::HEAD;
use super::own::{Keep, Own};
use super::packed::Packed;
use super::spec::descriptor;
use super::wire::{Fault, Parsed, octet};
use super::{
    Attach, Begin, Close, DecodeErrorKind as Kind, Detach, Disposition, EncodeError, End, Flow, Limits, Open, Role,
    SaslChallenge, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse, Transfer,
};

macro_rules! performatives {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident($type:ty) = $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
        #[allow(clippy::large_enum_variant, reason = "nothing is boxed: decoding does not allocate")]
        pub enum $name<'a> {
            $($(#[$variant_doc])* $variant($type),)*
        }

        impl $name<'_> {
            /// The name as the specification spells it.
            pub const fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => $text,)* }
            }

            /// The octets that [`Encoder`](super::Encoder) writes for it, without the frame header.
            pub fn encoded_len(&self) -> usize {
                self.measure().encoded_len()
            }

            pub(crate) fn measure(&self) -> Measured {
                match self { $(Self::$variant(inner) => Measured::of(inner),)* }
            }

            /// Appends a frame header and the performative as it was measured.
            pub(crate) fn put_frame<B: BufMut>(&self, measured: Measured, header: [u8; HEAD], out: &mut B) {
                match self { $(Self::$variant(inner) => measured.put_frame(header, inner, out),)* }
            }

            /// Packs the performative behind a frame header.
            pub(crate) fn pack(&self, packed: &mut Packed, at: usize) -> usize {
                match self {
                    $(Self::$variant(inner) => {
                        packed.check(inner.rules().map_err(EncodeError::Invalid));
                        packed.composite(at, inner)
                    })*
                }
            }

            /// The same performative, independent of the input; at most one allocation.
            pub fn into_owned(self) -> $name<'static> {
                super::own::into_owned(self)
            }
        }

        impl Own for $name<'_> {
            type Owned = $name<'static>;

            fn borrowed_len(&self) -> usize {
                match self { $(Self::$variant(inner) => inner.borrowed_len(),)* }
            }

            fn own(self, keep: &mut Keep<'_>) -> $name<'static> {
                match self { $(Self::$variant(inner) => $name::$variant(inner.own(keep)),)* }
            }
        }

        $(impl<'a> From<$type> for $name<'a> {
            fn from(inner: $type) -> Self {
                Self::$variant(inner)
            }
        })*
    };
}

impl<'a> SaslPerformative<'a> {
    /// Reads the body of a SASL frame.
    pub(crate) fn read(body: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
        let at = *body;
        match head(body, limits)? {
            Named::Known(descriptor::SASL_MECHANISMS) => read_list(body, limits).map(Self::Mechanisms),
            Named::Known(descriptor::SASL_INIT) => read_list(body, limits).map(Self::Init),
            Named::Known(descriptor::SASL_CHALLENGE) => read_list(body, limits).map(Self::Challenge),
            Named::Known(descriptor::SASL_RESPONSE) => read_list(body, limits).map(Self::Response),
            Named::Known(descriptor::SASL_OUTCOME) => read_list(body, limits).map(Self::Outcome),
            _ => Err(Fault::new(Kind::UnknownPerformative, at)),
        }
    }
}

/// Reads the descriptor of a frame body. AMQP 1.0 §2.3.2: the body begins with a performative, a described list.
#[inline(always)]
pub(crate) fn head(body: &mut &[u8], limits: &Limits) -> Parsed<Named> {
    let at = *body;
    if let Some(code) = plain_descriptor(body) {
        return Ok(Named::Known(code));
    }
    match octet(body)? {
        code::DESCRIBED => read_descriptor(body, limits),
        _ => Err(Fault::new(Kind::UnknownPerformative, at)),
    }
}

performatives! {
    /// What an AMQP frame does (AMQP 1.0 §2.7).
    Performative {
        /// Negotiates the connection (AMQP 1.0 §2.7.1).
        Open(Open<'a>) = "open";
        /// Begins a session (AMQP 1.0 §2.7.2).
        Begin(Begin<'a>) = "begin";
        /// Attaches a link (AMQP 1.0 §2.7.3).
        Attach(Attach<'a>) = "attach";
        /// Tells session and link state (AMQP 1.0 §2.7.4).
        Flow(Flow<'a>) = "flow";
        /// Carries a message or a part of one (AMQP 1.0 §2.7.5).
        Transfer(Transfer<'a>) = "transfer";
        /// Tells the state of deliveries (AMQP 1.0 §2.7.6).
        Disposition(Disposition<'a>) = "disposition";
        /// Detaches a link (AMQP 1.0 §2.7.7).
        Detach(Detach<'a>) = "detach";
        /// Ends a session (AMQP 1.0 §2.7.8).
        End(End<'a>) = "end";
        /// Closes the connection (AMQP 1.0 §2.7.9).
        Close(Close<'a>) = "close";
    }
}

performatives! {
    /// What a SASL frame does (AMQP 1.0 §5.3.3).
    SaslPerformative {
        /// The server's mechanisms (AMQP 1.0 §5.3.3.1).
        Mechanisms(SaslMechanisms<'a>) = "sasl-mechanisms";
        /// The client's choice (AMQP 1.0 §5.3.3.2).
        Init(SaslInit<'a>) = "sasl-init";
        /// The server asks (AMQP 1.0 §5.3.3.3).
        Challenge(SaslChallenge<'a>) = "sasl-challenge";
        /// The client answers (AMQP 1.0 §5.3.3.4).
        Response(SaslResponse<'a>) = "sasl-response";
        /// The result (AMQP 1.0 §5.3.3.5).
        Outcome(SaslOutcome<'a>) = "sasl-outcome";
    }
}

/// What a performative must keep to beyond the types of its fields, whether it is received or sent.
pub(crate) trait Rules {
    /// AMQP 1.0 §2.3.2: presence and format of a payload are defined by the performative; transfer alone defines one.
    const PAYLOAD: bool = false;
    /// AMQP 1.0 §2.7.1: open travels on channel 0 alone.
    const CHANNEL_ZERO: bool = false;

    /// The rules that hold between fields.
    #[inline]
    fn rules(&self) -> Result<(), Kind> {
        Ok(())
    }

    /// The link handle, where there is one.
    #[inline]
    fn handle(&self) -> Option<u32> {
        None
    }
}

impl Rules for Open<'_> {
    const CHANNEL_ZERO: bool = true;
}

impl Rules for SaslMechanisms<'_> {}
impl Rules for SaslInit<'_> {}
impl Rules for SaslChallenge<'_> {}
impl Rules for SaslResponse<'_> {}
impl Rules for SaslOutcome<'_> {}
impl Rules for Begin<'_> {}
impl Rules for Disposition<'_> {}
impl Rules for End<'_> {}
impl Rules for Close<'_> {}

impl Rules for Attach<'_> {
    #[inline]
    fn rules(&self) -> Result<(), Kind> {
        // [transport:performatives/attach/initial-delivery-count.1]
        // AMQP 1.0 §2.7.3: initial-delivery-count "MUST NOT be null if role is sender".
        match self.role == Role::Sender && self.initial_delivery_count.is_none() {
            true => Err(Kind::NoInitialDeliveryCount),
            false => Ok(()),
        }
    }

    #[inline]
    fn handle(&self) -> Option<u32> {
        Some(self.handle)
    }
}

impl Rules for Flow<'_> {
    #[inline]
    fn rules(&self) -> Result<(), Kind> {
        // [transport:performatives/flow/delivery-count.1] [transport:performatives/flow/link-credit.1]
        // [transport:performatives/flow/available.1] [transport:performatives/flow/drain.1]
        // [transport:performatives/flow/properties.1]
        // AMQP 1.0 §2.7.4: "When the handle field is not set, this field MUST NOT be set."
        let has_link_state = self.delivery_count.is_some()
            || self.link_credit.is_some()
            || self.available.is_some()
            || self.drain
            || self.properties.is_some();
        if self.handle.is_none() && has_link_state { Err(Kind::FlowWithoutHandle) } else { Ok(()) }
    }

    #[inline]
    fn handle(&self) -> Option<u32> {
        self.handle
    }
}

/// The octets of a delivery tag at most (AMQP 1.0 §2.8.7).
const MAX_TAG: usize = 32;

impl Rules for Transfer<'_> {
    const PAYLOAD: bool = true;

    #[inline]
    fn rules(&self) -> Result<(), Kind> {
        // [transport:definitions/delivery-tag.u1] AMQP 1.0 §2.8.7: "A delivery-tag can be up to 32 octets of binary data."
        match self.delivery_tag.as_ref().is_some_and(|tag| tag.as_slice().len() > MAX_TAG) {
            true => Err(Kind::DeliveryTagTooLong),
            false => Ok(()),
        }
    }

    #[inline]
    fn handle(&self) -> Option<u32> {
        Some(self.handle)
    }
}

impl Rules for Detach<'_> {
    #[inline]
    fn handle(&self) -> Option<u32> {
        Some(self.handle)
    }
}
