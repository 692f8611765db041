//! Deliveries in several transfers: split at the peer's max-frame-size, and gathered again (AMQP 1.0 §2.6.14).

use alloc::vec::Vec;

use super::frame::HEAD;
use super::{DecodeErrorKind as Kind, EncodeError, Encoder, Performative, Transfer};
use crate::Binary;

/// Splits the octets of a message over as many transfers as the peer's max-frame-size asks for.
#[derive(Clone, Debug)]
pub struct Split<'a> {
    first: Option<Transfer<'a>>,
    handle: u32,
    settled: Option<bool>,
    rest: &'a [u8],
    room: usize,
    last_more: bool,
}

impl<'a> Split<'a> {
    /// Splits `payload`. `transfer` goes out first and names the delivery; its `more` is kept for the last transfer.
    ///
    /// # Errors
    /// [`EncodeError::FrameTooLarge`] when not even the performative fits.
    pub fn new(transfer: Transfer<'a>, payload: &'a [u8], encoder: &Encoder) -> Result<Self, EncodeError> {
        let room = usize::try_from(encoder.max_frame_size()).unwrap_or(usize::MAX).saturating_sub(HEAD);
        let (handle, settled, last_more) = (transfer.handle, transfer.settled, transfer.more);
        let needed = Performative::Transfer(Transfer { more: true, ..transfer.clone() }).encoded_len();
        if needed > room {
            return Err(EncodeError::FrameTooLarge { needed: needed.saturating_add(HEAD) });
        }
        Ok(Self { first: Some(transfer), handle, settled, rest: payload, room, last_more })
    }
}

impl<'a> Iterator for Split<'a> {
    type Item = (Transfer<'a>, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let mut transfer = match self.first.take() {
            Some(first) => first,
            None if self.rest.is_empty() => return None,
            // AMQP 1.0 §2.7.5: a continuation may leave off what the first transfer said.
            None => Transfer { handle: self.handle, settled: self.settled, ..Transfer::default() },
        };
        transfer.more = true;
        let room = self.room.saturating_sub(super::composite::composite_len(&transfer));
        let (payload, rest) = self.rest.split_at_checked(room.max(1)).unwrap_or((self.rest, &[]));
        self.rest = rest;
        transfer.more = !rest.is_empty() || self.last_more;
        Some((transfer, payload))
    }
}

/// Gathers the transfers of one delivery on one link.
#[derive(Clone, Debug, Default)]
pub struct Gather {
    first: Option<Transfer<'static>>,
    payload: Vec<u8>,
    max: u64,
}

/// What a transfer did to its delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "one at a time, and taken apart at once")]
pub enum Gathered {
    /// More transfers follow.
    More,
    /// The delivery was aborted: nothing came of it (AMQP 1.0 §2.7.5).
    Aborted,
    /// The delivery is whole: its first transfer, with what later ones settled, and the message's octets.
    Whole(Transfer<'static>, Vec<u8>),
}

impl Gather {
    /// For deliveries of at most `max_message_size` octets; 0 sets no limit (AMQP 1.0 §2.7.3).
    pub const fn new(max_message_size: u64) -> Self {
        Self { first: None, payload: Vec::new(), max: max_message_size }
    }

    /// Takes the next transfer of the link.
    ///
    /// # Errors
    /// The rules of AMQP 1.0 §2.7.5; what was gathered is dropped then.
    pub fn accept(&mut self, transfer: &Transfer<'_>, payload: &Binary<'_>) -> Result<Gathered, Kind> {
        let result = self.step(transfer, payload);
        if !matches!(result, Ok(Gathered::More)) {
            self.first = None;
            self.payload = Vec::new();
        }
        result
    }

    fn step(&mut self, transfer: &Transfer<'_>, payload: &Binary<'_>) -> Result<Gathered, Kind> {
        let mut first = match self.first.take() {
            Some(mut first) => {
                // [transport:performatives/transfer/delivery-id.u1] [transport:performatives/transfer/delivery-tag.u1]
                // [transport:performatives/transfer/message-format.u1]
                // AMQP 1.0 §2.7.5: on continuation transfers these may be left off, and must not differ.
                let differs = transfer.delivery_id.is_some_and(|id| Some(id) != first.delivery_id)
                    || transfer.message_format.is_some_and(|format| Some(format) != first.message_format)
                    || transfer
                        .delivery_tag
                        .as_ref()
                        .is_some_and(|tag| first.delivery_tag.as_ref().is_none_or(|first| **first != **tag));
                if differs || transfer.handle != first.handle {
                    return Err(Kind::InconsistentTransfer);
                }
                // [transport:performatives/transfer/settled.1] [transport:performatives/transfer/settled.2] [transport:performatives/transfer/settled.3] AMQP 1.0 §2.7.5: settled on any transfer settles the delivery.
                first.settled = if transfer.settled == Some(true) { Some(true) } else { first.settled };
                first
            }
            // [transport:performatives/transfer/delivery-id.1] [transport:performatives/transfer/delivery-tag.1]
            // [transport:performatives/transfer/message-format.1]
            // AMQP 1.0 §2.7.5: delivery-id, delivery-tag and message-format "MUST be supplied on the first transfer".
            None if transfer.delivery_id.is_none()
                || transfer.delivery_tag.is_none()
                || transfer.message_format.is_none() =>
            {
                return Err(Kind::IncompleteFirstTransfer);
            }
            None => transfer.clone().into_owned(),
        };
        // [transport:performatives/transfer/aborted.2] [transport:performatives/transfer/more.u1] [transport:links.33] AMQP 1.0 §2.7.5: aborted wins over more, and the payload is ignored.
        if transfer.aborted {
            return Ok(Gathered::Aborted);
        }
        let len = self.payload.len().saturating_add(payload.as_slice().len());
        if self.max != 0 && u64::try_from(len).unwrap_or(u64::MAX) > self.max {
            return Err(Kind::MessageTooLarge);
        }
        self.payload.extend_from_slice(payload);
        first.more = transfer.more;
        if transfer.more {
            self.first = Some(first);
            return Ok(Gathered::More);
        }
        Ok(Gathered::Whole(first, core::mem::take(&mut self.payload)))
    }
}
