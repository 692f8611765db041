//! Typed payloads, one specification in one file.
//!
//! A received payload is a view over its element: checked when it is decoded, read when it is asked for. Simple payloads are plain structs that are
//! sent as well; the others are sent verbatim, or composed with a `New…` type.

/// A view over an element, with the rules of its specification checked by `check`.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident, $namespace:expr, $element:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub struct $name<'a>($crate::ElementRef<'a>);

        impl<'a> $crate::Payload<'a> for $name<'a> {
            const NAMESPACE: &'static str = $namespace;
            const NAME: &'static str = $element;

            fn decode(element: &$crate::ElementRef<'a>) -> Result<Self, $crate::PayloadError> {
                let view = Self(*element);
                view.check()?;
                Ok(view)
            }
        }

        impl<'a> $name<'a> {
            /// The element itself.
            pub const fn element(&self) -> $crate::ElementRef<'a> {
                self.0
            }
        }

        impl $crate::ToXml for $name<'_> {
            fn to_xml(&self, w: &mut $crate::Writer) {
                w.element(&self.0);
            }
        }
    };
}

/// An element that says everything by its name.
macro_rules! marker {
    ($(#[$doc:meta])* $name:ident, $namespace:expr, $element:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct $name;

        impl<'a> $crate::Payload<'a> for $name {
            const NAMESPACE: &'static str = $namespace;
            const NAME: &'static str = $element;

            fn decode(_: &$crate::ElementRef<'a>) -> Result<Self, $crate::PayloadError> {
                Ok(Self)
            }
        }

        impl $crate::ToXml for $name {
            fn to_xml(&self, w: &mut $crate::Writer) {
                w.leaf($namespace, $element, "");
            }
        }
    };
}

/// A closed set of words.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),* }
            }

            /// The value of that word.
            pub fn of(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.as_str() == text)
            }
        }
    };
}

pub mod bind;
pub mod bind2;
pub mod blocking;
pub mod bob;
pub mod caps;
pub mod carbons;
pub mod channel_binding;
pub mod chat_states;
pub mod csi;
pub mod datetime;
pub mod delay;
pub mod disco;
pub mod ecaps2;
pub mod fast;
pub mod features;
pub mod forms;
pub mod forward;
pub mod hints;
pub mod ibb;
pub mod mam;
pub mod markers;
pub mod muc;
pub mod oob;
pub mod ping;
pub mod pubsub;
pub mod receipts;
pub mod roster;
pub mod rsm;
pub mod sasl;
pub mod sasl2;
pub mod session;
pub mod sm;
pub mod stanza_id;
pub mod starttls;
pub mod stream_limits;
pub mod time;
pub mod upload;
pub mod version;

macro_rules! known {
    ($($payload:ty),* $(,)?) => {
        /// Checks an element by the rules of its specification, if that is one of those here; its children are not looked at unless the
        /// specification says so.
        pub fn check(element: &crate::ElementRef<'_>) -> Option<Result<(), crate::PayloadError>> {
            let name = element.name();
            $(if name == <$payload as crate::Payload<'_>>::NAME
                && let Some(result) = element.get::<$payload>()
            {
                return Some(result.map(drop));
            })*
            None
        }
    };
}

known! {
    bind::Bind<'_>, bind2::Bind2<'_>, bind2::Bound<'_>, blocking::Block<'_>, blocking::BlockList<'_>, blocking::Unblock<'_>,
    bob::Data<'_>, caps::Caps<'_>, carbons::Enable, carbons::Disable, carbons::Private, carbons::Received<'_>,
    carbons::Sent<'_>, channel_binding::ChannelBindings<'_>, csi::Active, csi::Inactive, delay::Delay<'_>, disco::Info<'_>,
    disco::Items<'_>, ecaps2::Caps2<'_>, fast::Fast<'_>, fast::RequestToken<'_>, fast::Token<'_>, features::Features<'_>,
    forms::Form<'_>, forward::Forwarded<'_>, hints::NoPermanentStore, hints::NoStore, hints::NoCopy, hints::Store,
    ibb::Open<'_>, ibb::Data<'_>, ibb::Close<'_>, mam::Query<'_>, mam::ArchiveResult<'_>, mam::Fin<'_>, markers::Markable,
    markers::Displayed<'_>, muc::Join<'_>, muc::User<'_>, muc::Admin<'_>, muc::Owner<'_>, oob::Oob<'_>, ping::Ping,
    pubsub::PubSub<'_>, pubsub::Event<'_>, receipts::Request, receipts::Received<'_>, roster::Roster<'_>, rsm::Set<'_>,
    sasl::Mechanisms<'_>, sasl::Auth<'_>, sasl::Challenge, sasl::Response, sasl::Success, sasl::Abort, sasl::Failure<'_>,
    sasl2::Authentication<'_>, sasl2::Authenticate<'_>, sasl2::Challenge<'_>, sasl2::Response<'_>, sasl2::Success<'_>,
    sasl2::Continue<'_>, sasl2::Failure<'_>, sasl2::Abort, session::Session, sm::Enable, sm::Enabled<'_>, sm::Request, sm::Ack,
    sm::Resume<'_>, sm::Resumed<'_>, sm::Failed, stanza_id::StanzaId<'_>, stanza_id::OriginId<'_>, starttls::StartTls,
    starttls::Proceed, starttls::Failure, stream_limits::StreamLimits, time::Time, upload::Request<'_>, upload::Slot<'_>,
    version::SoftwareVersion<'_>, crate::framing::component::Handshake<'_>,
}
