//! Payloads piece by piece: for frames that are larger than what the caller wants to buffer (AMQP 1.0 §2.7.5).

use super::{Decoder, HEAD, head};
use crate::v1_0::composite::Named;
use crate::v1_0::constructor as code;
use crate::v1_0::spec::descriptor;
use crate::v1_0::wire::{Parsed, octet, slice8, slice32};
use crate::v1_0::{DecodeError, ReceivedFrame, Transfer};

/// A frame, or a part of a transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "nothing is boxed: decoding does not allocate")]
pub enum Piece<'a> {
    /// A frame other than transfer, or a protocol header.
    Frame(ReceivedFrame<'a>),
    /// A transfer whose payload follows in chunks.
    Head {
        /// The channel.
        channel: u16,
        /// What the frame does.
        transfer: Transfer<'a>,
        /// The octets of the payload, all chunks together.
        payload_len: usize,
    },
    /// The next octets of the payload, at least one.
    Chunk(&'a [u8]),
    /// The payload of the last [`Piece::Head`] is complete.
    End,
}

impl Decoder {
    /// The next piece at the head of `input`, which moves behind it: [`Decoder::decode`] that gives each transfer as its head, its payload as
    /// far as it is there, and its end. `None` when nothing can be handed out. When [`Decoder::decode`] is called in between, the rest of
    /// the payload is dropped.
    ///
    /// # Errors
    /// As [`Decoder::decode`].
    pub fn decode_piece<'a>(&mut self, input: &mut &'a [u8]) -> Result<Option<Piece<'a>>, DecodeError> {
        if let Some(error) = self.failed {
            return Err(error);
        }
        if let Some(left) = self.streaming {
            return Ok(self.chunk(left, input));
        }
        match self.look(input) {
            Ok(Look::Head { channel, transfer, len, payload_len }) => {
                *input = input.get(len..).unwrap_or_default();
                self.advance(len);
                self.streaming = Some(payload_len);
                Ok(Some(Piece::Head { channel, transfer, payload_len }))
            }
            Ok(Look::Wait) => {
                self.needed = 1;
                Ok(None)
            }
            Ok(Look::Other) => Ok(self.decode(input)?.map(Piece::Frame)),
            Err(fault) => Err(self.fail(fault, input)),
        }
    }

    /// What there is of the payload, of which `left` octets are to come.
    fn chunk<'a>(&mut self, left: usize, input: &mut &'a [u8]) -> Option<Piece<'a>> {
        if left == 0 {
            self.streaming = None;
            return Some(Piece::End);
        }
        let (chunk, rest) = input.split_at_checked(left).unwrap_or((input, &[]));
        self.streaming = Some(left.saturating_sub(chunk.len()));
        self.advance(chunk.len());
        if chunk.is_empty() {
            self.needed = 1;
            return None;
        }
        *input = rest;
        Some(Piece::Chunk(chunk))
    }

    /// Drops what there is of a payload under way; false when more of it is to come.
    pub(super) fn drop_payload(&mut self, input: &mut &[u8]) -> bool {
        let Some(left) = self.streaming else { return true };
        match self.chunk(left, input) {
            Some(Piece::Chunk(chunk)) if chunk.len() < left => {
                self.needed = left.saturating_sub(chunk.len());
                false
            }
            None => false,
            _ => {
                self.streaming = None;
                true
            }
        }
    }

    /// Looks for a transfer whose performative is all there. What is looked at again when more has come is of constant size.
    fn look<'a>(&self, input: &'a [u8]) -> Parsed<Look<'a>> {
        let Ok(len) = self.frame_len(input)? else { return Ok(Look::Other) };
        let Some((&[.., doff, 0, high, low], _)) = input.split_first_chunk::<HEAD>() else { return Ok(Look::Other) };
        let unit = input.get(..len).unwrap_or(input);
        let begin = usize::from(doff).saturating_mul(4);
        let body = unit.get(begin..).unwrap_or_default();
        let mut rest = body;
        match body.get(1) {
            _ if unit.len() == len => {}
            Some(&(code::SMALL_ULONG | code::ULONG | code::SYMBOL_8)) => {}
            None => return Ok(Look::Wait),
            // Somebody else's descriptor may be large.
            Some(_) => return Ok(Look::Other),
        }
        match head(&mut rest, &self.limits) {
            Ok(Named::Known(descriptor::TRANSFER)) => {}
            Err(_) if unit.len() < len => return Ok(Look::Wait),
            _ => return Ok(Look::Other),
        }
        if !is_list_there(rest) {
            return Ok(if unit.len() < len { Look::Wait } else { Look::Other });
        }
        let channel = u16::from_be_bytes([high, low]);
        let mut transfer = Transfer::default();
        self.typed(&mut transfer, channel, body, &mut rest)?;
        let used = begin.saturating_add(body.len().saturating_sub(rest.len()));
        Ok(Look::Head { channel, transfer, len: used, payload_len: len.saturating_sub(used) })
    }
}

/// What stands at the head of the input.
#[allow(clippy::large_enum_variant, reason = "taken apart at once")]
enum Look<'a> {
    /// A transfer whose performative ends behind `len` octets.
    Head { channel: u16, transfer: Transfer<'a>, len: usize, payload_len: usize },
    /// Perhaps one, of which more must be seen.
    Wait,
    /// A unit that comes whole, or not at all.
    Other,
}

/// Whether a list is there as a whole; what is no list is judged by whoever reads it.
fn is_list_there(mut rest: &[u8]) -> bool {
    match octet(&mut rest) {
        Ok(code::LIST_8) => slice8(&mut rest).is_ok(),
        Ok(code::LIST_32) => slice32(&mut rest).is_ok(),
        Ok(_) => true,
        Err(_) => false,
    }
}
