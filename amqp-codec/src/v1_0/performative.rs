//! The performatives of both layers (AMQP 1.0 §2.7, §5.3.3).

use bytes::BufMut;

use super::composite::{Named, check_composite, composite_len, put_composite, read_descriptor, read_list};
use super::constructor as code;
use super::own::{Keep, Own};
use super::spec::descriptor;
use super::wire::{Fault, Parsed, octet};
use super::{
    Attach, Begin, Close, DecodeErrorKind as Kind, Detach, Disposition, EncodeError, End, Flow, Limits, Open, Role,
    SaslChallenge, SaslInit, SaslMechanisms, SaslOutcome, SaslResponse, Transfer,
};

macro_rules! performatives {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident($type:ty) = $code:ident, $text:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
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
                match self { $(Self::$variant(inner) => composite_len(inner),)* }
            }

            pub(crate) fn put<B: BufMut>(&self, out: &mut B) {
                match self { $(Self::$variant(inner) => put_composite(inner, out),)* }
            }

            pub(crate) fn check_fields(&self) -> Result<(), EncodeError> {
                match self { $(Self::$variant(inner) => check_composite(inner),)* }
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

        impl<'a> $name<'a> {
            #[inline]
            pub(crate) fn read(body: &mut &'a [u8], limits: &Limits) -> Parsed<Self> {
                let at = *body;
                match head(body, limits)? {
                    $(Named::Known(descriptor::$code) => read_list::<$type>(body, limits).map(Self::$variant),)*
                    // [transport:framing.2] A SASL body on the AMQP layer, or the reverse, is as unknown as any other.
                    _ => Err(Fault::new(Kind::UnknownPerformative, at)),
                }
            }
        }

        $(impl<'a> From<$type> for $name<'a> {
            fn from(inner: $type) -> Self {
                Self::$variant(inner)
            }
        })*
    };
}

/// Reads the descriptor of a frame body. AMQP 1.0 §2.3.2: the body begins with a performative, a described list.
#[inline]
fn head(body: &mut &[u8], limits: &Limits) -> Parsed<Named> {
    let at = *body;
    match octet(body)? {
        code::DESCRIBED => read_descriptor(body, limits),
        _ => Err(Fault::new(Kind::UnknownPerformative, at)),
    }
}

performatives! {
    /// What an AMQP frame does (AMQP 1.0 §2.7).
    Performative {
        /// Negotiates the connection (AMQP 1.0 §2.7.1).
        Open(Open<'a>) = OPEN, "open";
        /// Begins a session (AMQP 1.0 §2.7.2).
        Begin(Begin<'a>) = BEGIN, "begin";
        /// Attaches a link (AMQP 1.0 §2.7.3).
        Attach(Attach<'a>) = ATTACH, "attach";
        /// Tells session and link state (AMQP 1.0 §2.7.4).
        Flow(Flow<'a>) = FLOW, "flow";
        /// Carries a message or a part of one (AMQP 1.0 §2.7.5).
        Transfer(Transfer<'a>) = TRANSFER, "transfer";
        /// Tells the state of deliveries (AMQP 1.0 §2.7.6).
        Disposition(Disposition<'a>) = DISPOSITION, "disposition";
        /// Detaches a link (AMQP 1.0 §2.7.7).
        Detach(Detach<'a>) = DETACH, "detach";
        /// Ends a session (AMQP 1.0 §2.7.8).
        End(End<'a>) = END, "end";
        /// Closes the connection (AMQP 1.0 §2.7.9).
        Close(Close<'a>) = CLOSE, "close";
    }
}

performatives! {
    /// What a SASL frame does (AMQP 1.0 §5.3.3).
    SaslPerformative {
        /// The server's mechanisms (AMQP 1.0 §5.3.3.1).
        Mechanisms(SaslMechanisms<'a>) = SASL_MECHANISMS, "sasl-mechanisms";
        /// The client's choice (AMQP 1.0 §5.3.3.2).
        Init(SaslInit<'a>) = SASL_INIT, "sasl-init";
        /// The server asks (AMQP 1.0 §5.3.3.3).
        Challenge(SaslChallenge<'a>) = SASL_CHALLENGE, "sasl-challenge";
        /// The client answers (AMQP 1.0 §5.3.3.4).
        Response(SaslResponse<'a>) = SASL_RESPONSE, "sasl-response";
        /// The result (AMQP 1.0 §5.3.3.5).
        Outcome(SaslOutcome<'a>) = SASL_OUTCOME, "sasl-outcome";
    }
}

/// The octets of a delivery tag at most (AMQP 1.0 §2.8.7).
const MAX_TAG: usize = 32;

impl Performative<'_> {
    /// The rules that hold between fields, the same for what is received and what is sent.
    #[inline]
    pub(crate) fn check_rules(&self) -> Result<(), Kind> {
        match self {
            // AMQP 1.0 §2.8.7: "A delivery-tag can be up to 32 octets of binary data."
            Self::Transfer(transfer)
                if transfer.delivery_tag.as_ref().is_some_and(|tag| tag.as_slice().len() > MAX_TAG) =>
            {
                Err(Kind::DeliveryTagTooLong)
            }
            // [transport:performatives/flow/delivery-count.1] [transport:performatives/flow/link-credit.1]
            // [transport:performatives/flow/available.1] [transport:performatives/flow/drain.1]
            // AMQP 1.0 §2.7.4: "When the handle field is not set, this field MUST NOT be set."
            Self::Flow(flow) if flow.handle.is_none() && has_link_state(flow) => Err(Kind::FlowWithoutHandle),
            // [transport:performatives/attach/initial-delivery-count.1]
            // AMQP 1.0 §2.7.3: initial-delivery-count "MUST NOT be null if role is sender".
            Self::Attach(attach) if attach.role == Role::Sender && attach.initial_delivery_count.is_none() => {
                Err(Kind::NoInitialDeliveryCount)
            }
            _ => Ok(()),
        }
    }

    /// The link handle, where there is one.
    #[inline]
    pub(crate) fn handle(&self) -> Option<u32> {
        match self {
            Self::Attach(attach) => Some(attach.handle),
            Self::Flow(flow) => flow.handle,
            Self::Transfer(transfer) => Some(transfer.handle),
            Self::Detach(detach) => Some(detach.handle),
            Self::Open(_) | Self::Begin(_) | Self::Disposition(_) | Self::End(_) | Self::Close(_) => None,
        }
    }
}

fn has_link_state(flow: &Flow<'_>) -> bool {
    flow.delivery_count.is_some() || flow.link_credit.is_some() || flow.available.is_some() || flow.drain
}
