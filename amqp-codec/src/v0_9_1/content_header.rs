//! Content headers. AMQP 0-9-1 §4.2.6.1.

use core::fmt;

use super::dialect::Dialect;
use super::error::{DecodeError, DecodeErrorKind};
use super::limits::Limits;
use super::properties::Properties;
use super::wire::{Fault, Keep, Reader, Rules};

/// What precedes the body of a message: its size and its properties. Its class is basic, the only one that carries content, and its
/// weight is zero.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(default, rename_all = "kebab-case"))]
pub struct ContentHeader<'a> {
    /// Octets of all bodies together.
    pub body_size: u64,
    /// The message's properties.
    pub properties: Properties<'a>,
}

impl<'a> ContentHeader<'a> {
    /// The class, basic.
    pub const CLASS: u16 = 60;

    /// Octets of the smallest header: class, weight, body size, flags.
    const MIN_LEN: usize = 14;

    /// Reads the payload of a header frame.
    ///
    /// # Errors
    /// A payload of less than 14 octets, another class, a weight, a property that is cut short or unknown, octets behind the last one.
    pub fn decode(payload: &'a [u8], dialect: &Dialect, limits: &Limits) -> Result<Self, DecodeError> {
        let rules = Rules { dialect: *dialect, max_depth: limits.max_depth };
        let mut reader = Reader { rest: payload };
        Self::take(&mut reader, &rules)
            .map_err(|fault| DecodeError::new(fault.kind, payload.len().saturating_sub(fault.left)))
    }

    #[inline(always)]
    pub(crate) fn take(reader: &mut Reader<'a>, rules: &Rules) -> Result<Self, Fault> {
        let start = reader.rest.len();
        // AMQP 0-9-1 §4.2.6.1: class, weight, body size and flags are 14 octets at least.
        if start < Self::MIN_LEN {
            return Err(Fault::new(DecodeErrorKind::HeaderTooShort, 0));
        }
        let [c1, c0, w1, w0] = reader.array()?;
        let body_size = u64::from_be_bytes(reader.array()?);
        // AMQP 0-9-1 §4.2.6.1: the class must match the method's, and only basic has methods with content.
        if u16::from_be_bytes([c1, c0]) != Self::CLASS {
            return Err(Fault::new(DecodeErrorKind::HeaderClassMismatch, start));
        }
        // AMQP 0-9-1 §4.2.6.1: weight is unused and must be zero.
        if [w1, w0] != [0, 0] {
            return Err(Fault::new(DecodeErrorKind::WeightNotZero, start.saturating_sub(2)));
        }
        Ok(Self { body_size, properties: Properties::take(reader, rules)? })
    }

    /// Octets of the payload.
    #[inline]
    pub(crate) fn wire_len(&self) -> usize {
        self.properties.wire_len().saturating_add(12)
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> ContentHeader<'static> {
        ContentHeader { body_size: self.body_size, properties: self.properties.keep(keep) }
    }

    /// The same header, independent of the input; one allocation at most.
    pub fn into_owned(self) -> ContentHeader<'static> {
        ContentHeader { body_size: self.body_size, properties: self.properties.into_owned() }
    }
}

impl fmt::Display for ContentHeader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "header body_size={} {}", self.body_size, self.properties)
    }
}
