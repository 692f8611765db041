//! One unit of `--hex`: its messages, and how it ended.

use crate::protocol::{Failure, Message};

/// One message of a `--hex` unit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UnitMessage {
    /// The message, with all its fields ([`crate::protocol::Detail::Everything`]).
    pub message: Message,
    /// How many bytes of the unit it took.
    pub consumed: usize,
    /// What the encoder makes of the decoded message; `None` if the message cannot be encoded (a refused one).
    pub reencoded: Option<Vec<u8>>,
}

/// How a `--hex` unit ended.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum UnitEnd {
    /// All bytes were decoded.
    #[default]
    Complete,
    /// The unit stops inside a message.
    Incomplete {
        /// How many more bytes are needed at least.
        needed: usize,
    },
    /// The bytes behind the last message were refused for good.
    Refused(Failure),
}

impl From<Failure> for UnitEnd {
    fn from(failure: Failure) -> Self {
        Self::Refused(failure)
    }
}

/// What `--hex` says about one unit.
///
/// The program derives the status: `incomplete` and `error` from `end`; otherwise `error` if a message carries a recoverable
/// [`Message::failure`] and `ok` if none does. The top-level `consumed` is the sum over `messages`.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Unit {
    /// The messages, in order.
    pub messages: Vec<UnitMessage>,
    /// What came after them.
    pub end: UnitEnd,
}

/// A message of a unit with what the encoder makes of it, or how the unit ends.
pub type Next = Result<(Message, Option<Vec<u8>>), UnitEnd>;

/// What an encoder writes, unless it refuses.
pub fn written<E>(encode: impl FnOnce(&mut Vec<u8>) -> Result<(), E>) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    encode(&mut out).ok().map(|()| out)
}

impl Unit {
    /// Takes messages from the front of `bytes` until nothing is left or `next` says how it ends. `next` shrinks its input by the message that it
    /// returns; of a unit without bytes it is asked once, what is missing.
    pub fn read<'a>(bytes: &'a [u8], mut next: impl FnMut(&mut &'a [u8]) -> Next) -> Self {
        let mut unit = Self::default();
        let mut rest = bytes;
        loop {
            let before = rest.len();
            match next(&mut rest) {
                Ok((message, reencoded)) => {
                    let consumed = before.saturating_sub(rest.len());
                    unit.messages.push(UnitMessage { message, consumed, reencoded });
                }
                // Only what separates messages was left.
                Err(UnitEnd::Incomplete { .. }) if rest.is_empty() && !bytes.is_empty() => return unit,
                Err(end) => return Self { end, ..unit },
            }
            if rest.is_empty() {
                return unit;
            }
        }
    }
}
