//! Methods: all classes of 0-9-1, RabbitMQ's extensions and the legacy class access, in both directions. AMQP 0-9-1 §4.2.4.

pub mod access;
pub mod basic;
pub mod channel;
pub mod confirm;
pub mod connection;
mod define;
pub mod exchange;
pub mod queue;
mod table;
pub mod tx;

use alloc::vec::Vec;
use core::fmt;

pub use table::{ArgumentSpec, ArgumentType, METHODS, MethodSpec};

use super::dialect::UnusedBits;
use super::encoder::write_method;
use super::error::{DecodeErrorKind, EncodeError};
use super::field_table::FieldTable;
use super::frame::Frame;
use super::received::Received;
use super::reply_code::ReplyCode;
use super::short_str::{Sensitive, ShortStr};
use super::sink::Sink;
use super::wire::{Fault, Keep, Part, Reader, Rules, owned};
use crate::Binary;

/// Class and method, as they stand before the arguments. AMQP 0-9-1 §4.2.4.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MethodId {
    /// The class.
    pub class: u16,
    /// The method within the class.
    pub method: u16,
}

impl MethodId {
    /// Class and method.
    pub const fn new(class: u16, method: u16) -> Self {
        Self { class, method }
    }

    #[inline(always)]
    pub(crate) const fn from_octets([c1, c0, m1, m0]: [u8; 4]) -> Self {
        Self { class: u16::from_be_bytes([c1, c0]), method: u16::from_be_bytes([m1, m0]) }
    }

    /// What the specification says about it.
    pub fn spec(self) -> Option<&'static MethodSpec> {
        METHODS.iter().find(|spec| spec.class == self.class && spec.method == self.method)
    }

    /// `basic.publish`.
    pub fn name(self) -> Option<&'static str> {
        self.spec().map(|spec| spec.name)
    }

    /// True for the methods that content follows: publish, return, deliver and get-ok of class basic.
    #[inline]
    pub const fn has_content(self) -> bool {
        self.class == 60 && matches!(self.method, 40 | 50 | 60 | 71)
    }
}

impl fmt::Display for MethodId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "{}.{}", self.class, self.method),
        }
    }
}

/// An argument of a method, for those who treat all methods alike.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Argument<'m> {
    /// `bit`.
    Bit(bool),
    /// `octet`.
    Octet(u8),
    /// `short`.
    Short(u16),
    /// `long`.
    Long(u32),
    /// `longlong`.
    LongLong(u64),
    /// `short`, a reply code.
    ReplyCode(ReplyCode),
    /// `shortstr`.
    ShortStr(&'m ShortStr<'m>),
    /// `longstr`.
    LongStr(&'m [u8]),
    /// `longstr`, a credential.
    Sensitive(&'m Sensitive<'m>),
    /// `table`.
    Table(&'m FieldTable<'m>),
}

macro_rules! argument {
    ($($from:ty => |$value:ident| $into:expr;)*) => {$(
        impl<'m> From<$from> for Argument<'m> {
            fn from($value: $from) -> Self {
                $into
            }
        }
    )*};
}
argument! {
    bool => |bit| Self::Bit(bit);
    &u8 => |octet| Self::Octet(*octet);
    &u16 => |short| Self::Short(*short);
    &u32 => |long| Self::Long(*long);
    &u64 => |long_long| Self::LongLong(*long_long);
    &ReplyCode => |code| Self::ReplyCode(*code);
    &'m ShortStr<'m> => |text| Self::ShortStr(text);
    &'m Binary<'m> => |octets| Self::LongStr(octets.as_slice());
    &'m Sensitive<'m> => |octets| Self::Sensitive(octets);
    &'m FieldTable<'m> => |table| Self::Table(table);
}

impl fmt::Display for Argument<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bit(bit) => write!(f, "{}", u8::from(*bit)),
            Self::Octet(octet) => write!(f, "{octet}"),
            Self::Short(short) => write!(f, "{short}"),
            Self::Long(long) => write!(f, "{long}"),
            Self::LongLong(long_long) => write!(f, "{long_long}"),
            Self::ReplyCode(code) => write!(f, "{code}"),
            Self::ShortStr(text) => write!(f, "{:?}", text.as_str()),
            Self::LongStr(octets) => write!(f, "{:?}", Binary::Borrowed(octets)),
            Self::Sensitive(secret) => write!(f, "{secret}"),
            Self::Table(table) => write!(f, "{table}"),
        }
    }
}

impl Part<'_> for ReplyCode {
    type Owned = Self;

    #[inline(always)]
    fn take(reader: &mut Reader<'_>, rules: &Rules) -> Result<Self, Fault> {
        u16::take(reader, rules).map(Self)
    }

    #[inline(always)]
    fn wire_len(&self) -> usize {
        2
    }

    #[inline(always)]
    fn put(&self, out: &mut impl Sink) {
        out.u16(self.0);
    }

    fn keep(self, _: &mut Keep<'_>) -> Self {
        self
    }

    #[cfg(feature = "arbitrary")]
    fn any(u: &mut arbitrary::Unstructured<'_>, _: super::Tags) -> arbitrary::Result<Self> {
        u.arbitrary().map(Self)
    }
}

/// What becomes of unused bits that are set. AMQP 0-9-1 §4.2.5.2 is silent about them.
#[cold]
fn unused_bits(reader: &Reader<'_>, rules: &Rules) -> Result<(), Fault> {
    match rules.dialect.unused_bits {
        UnusedBits::Ignore => Ok(()),
        UnusedBits::Refuse => Err(Fault::new(DecodeErrorKind::UnusedBitsSet, reader.rest.len().saturating_add(1))),
    }
}

/// Octets behind the last argument.
#[cold]
const fn trailing(reader: &Reader<'_>) -> Fault {
    Fault::new(DecodeErrorKind::TrailingOctets, reader.rest.len())
}

/// The field's name in the specification, where Rust has another use for it.
fn spelled(name: &'static str) -> &'static str {
    match name {
        "exchange_type" => "type",
        name => name,
    }
}

/// Makes the sum of all methods, and what every one of them can do.
macro_rules! methods {
    ($($variant:ident = $class:ident $name:ident $(<$lt:lifetime>)?;)*) => {
        /// A method with its arguments.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
        #[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
        pub enum Method<'a> {
            $(#[doc = concat!("[`", stringify!($class), "::", stringify!($name), "`].")] $variant($class::$name $(<$lt>)?),)*
        }

        impl<'a> Method<'a> {
            /// Reads the arguments of a method and makes the decoder's answer in its place:
            /// a method is too large to be handed from function to function.
            #[inline(always)]
            pub(crate) fn take_frame<E>(
                id: MethodId,
                channel: u16,
                reader: &mut Reader<'a>,
                rules: &Rules,
                refuse: impl FnOnce(Fault) -> E,
            ) -> Result<Option<Received<'a>>, E> {
                let fault = match id {
                    $($class::$name::ID => match $class::$name::take(reader, rules) {
                        Ok(method) => return Ok(Some(Received::new(Frame::Method { channel, method: Self::$variant(method) }))),
                        Err(fault) => fault,
                    },)*
                    unknown => unknown_method(unknown, reader),
                };
                Err(refuse(fault))
            }

            /// Class and method.
            pub const fn id(&self) -> MethodId {
                match self {
                    $(Self::$variant(_) => $class::$name::ID,)*
                }
            }

            /// The specification's name, `basic.publish`.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => $class::$name::NAME,)*
                }
            }

            /// Calls `visit` with each argument's name (as in Rust, `routing_key`; but `type`) and value, in wire order.
            pub fn arguments(&self, visit: &mut dyn FnMut(&'static str, Argument<'_>)) {
                let mut visit = |name, argument: Argument<'_>| visit(spelled(name), argument);
                match self {
                    $(Self::$variant(method) => method.arguments(&mut visit),)*
                }
            }

            /// Octets of the arguments.
            #[inline]
            pub(crate) fn wire_len(&self) -> usize {
                match self {
                    $(Self::$variant(method) => method.wire_len(),)*
                }
            }

            /// All rules for sending it on this channel; octets of the frame if they hold.
            pub(crate) fn measure(&self, channel: u16) -> Result<usize, EncodeError> {
                match self {
                    $(Self::$variant(method) => {
                        // AMQP 0-9-1 §4.2.3: class connection on channel 0, everything else on another.
                        match ($class::$name::ID.class == 10, channel == 0) {
                            (true, false) => return Err(EncodeError::ChannelNotZero),
                            (false, true) => return Err(EncodeError::ChannelZero),
                            _ => {}
                        }
                        method.check()?;
                        Ok(method.wire_len().saturating_add(12))
                    })*
                }
            }

            /// Writes the frame, which was measured.
            #[inline]
            pub(crate) fn write(&self, channel: u16, len: usize, out: &mut impl Sink) {
                match self {
                    $(Self::$variant(method) => write_method(channel, $class::$name::ID, method, len, out),)*
                }
            }

            /// Some method.
            #[cfg(feature = "arbitrary")]
            pub(crate) fn any(
                u: &mut arbitrary::Unstructured<'_>,
                tags: super::Tags,
            ) -> arbitrary::Result<Method<'static>> {
                match u.choose(METHODS).map(|spec| MethodId::new(spec.class, spec.method))? {
                    $($class::$name::ID => $class::$name::any(u, tags).map(Method::$variant),)*
                    _ => Err(arbitrary::Error::IncorrectFormat),
                }
            }

            pub(crate) fn gather(&self, parts: &mut Vec<u8>) {
                match self {
                    $(Self::$variant(method) => method.gather(parts),)*
                }
            }

            pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Method<'static> {
                match self {
                    $(Self::$variant(method) => Method::$variant(method.keep(keep)),)*
                }
            }
        }

        $(impl<'a> From<$class::$name $(<$lt>)?> for Method<'a> {
            fn from(method: $class::$name $(<$lt>)?) -> Self {
                Self::$variant(method)
            }
        })*
    };
}
methods! {
    ConnectionStart = connection Start<'a>;
    ConnectionStartOk = connection StartOk<'a>;
    ConnectionSecure = connection Secure<'a>;
    ConnectionSecureOk = connection SecureOk<'a>;
    ConnectionTune = connection Tune;
    ConnectionTuneOk = connection TuneOk;
    ConnectionOpen = connection Open<'a>;
    ConnectionOpenOk = connection OpenOk<'a>;
    ConnectionClose = connection Close<'a>;
    ConnectionCloseOk = connection CloseOk;
    ConnectionBlocked = connection Blocked<'a>;
    ConnectionUnblocked = connection Unblocked;
    ConnectionUpdateSecret = connection UpdateSecret<'a>;
    ConnectionUpdateSecretOk = connection UpdateSecretOk;
    ChannelOpen = channel Open<'a>;
    ChannelOpenOk = channel OpenOk<'a>;
    ChannelFlow = channel Flow;
    ChannelFlowOk = channel FlowOk;
    ChannelClose = channel Close<'a>;
    ChannelCloseOk = channel CloseOk;
    AccessRequest = access Request<'a>;
    AccessRequestOk = access RequestOk;
    ExchangeDeclare = exchange Declare<'a>;
    ExchangeDeclareOk = exchange DeclareOk;
    ExchangeDelete = exchange Delete<'a>;
    ExchangeDeleteOk = exchange DeleteOk;
    ExchangeBind = exchange Bind<'a>;
    ExchangeBindOk = exchange BindOk;
    ExchangeUnbind = exchange Unbind<'a>;
    ExchangeUnbindOk = exchange UnbindOk;
    QueueDeclare = queue Declare<'a>;
    QueueDeclareOk = queue DeclareOk<'a>;
    QueueBind = queue Bind<'a>;
    QueueBindOk = queue BindOk;
    QueueUnbind = queue Unbind<'a>;
    QueueUnbindOk = queue UnbindOk;
    QueuePurge = queue Purge<'a>;
    QueuePurgeOk = queue PurgeOk;
    QueueDelete = queue Delete<'a>;
    QueueDeleteOk = queue DeleteOk;
    BasicQos = basic Qos;
    BasicQosOk = basic QosOk;
    BasicConsume = basic Consume<'a>;
    BasicConsumeOk = basic ConsumeOk<'a>;
    BasicCancel = basic Cancel<'a>;
    BasicCancelOk = basic CancelOk<'a>;
    BasicPublish = basic Publish<'a>;
    BasicReturn = basic Return<'a>;
    BasicDeliver = basic Deliver<'a>;
    BasicGet = basic Get<'a>;
    BasicGetOk = basic GetOk<'a>;
    BasicGetEmpty = basic GetEmpty<'a>;
    BasicAck = basic Ack;
    BasicReject = basic Reject;
    BasicRecoverAsync = basic RecoverAsync;
    BasicRecover = basic Recover;
    BasicRecoverOk = basic RecoverOk;
    BasicNack = basic Nack;
    TxSelect = tx Select;
    TxSelectOk = tx SelectOk;
    TxCommit = tx Commit;
    TxCommitOk = tx CommitOk;
    TxRollback = tx Rollback;
    TxRollbackOk = tx RollbackOk;
    ConfirmSelect = confirm Select;
    ConfirmSelectOk = confirm SelectOk;
}

/// Which of the two is unknown. Their code: AMQP 0-9-1 §1.2, command-invalid.
#[cold]
fn unknown_method(id: MethodId, reader: &Reader<'_>) -> Fault {
    let known = METHODS.iter().any(|spec| spec.class == id.class);
    let (kind, back) = if known { (DecodeErrorKind::UnknownMethod, 2) } else { (DecodeErrorKind::UnknownClass, 4) };
    Fault::new(kind, reader.rest.len().saturating_add(back))
}

impl Method<'_> {
    /// The same method, independent of the input; one allocation at most.
    pub fn into_owned(self) -> Method<'static> {
        owned!(self)
    }
}

/// `basic.ack delivery_tag=1 multiple=0`.
impl fmt::Display for Method<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        let mut result = Ok(());
        self.arguments(&mut |name, argument| {
            if result.is_ok() && !name.starts_with("reserved") {
                result = write!(f, " {name}={argument}");
            }
        });
        result
    }
}
