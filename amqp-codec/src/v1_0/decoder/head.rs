//! What the first octets of a unit say: its length, and whether it may come now (AMQP 1.0 §2.2, §2.3.1, §2.7.1, §5.3.1).

use super::{Decoder, Expect};
use crate::v1_0::frame::HEAD;
use crate::v1_0::protocol_header::ProtocolHeader;
use crate::v1_0::wire::{Fault, Parsed, widen};
use crate::v1_0::{DecodeErrorKind as Kind, Limits};

impl Decoder {
    /// The size and channel of an AMQP frame that has a body and breaks no rule of the frame header.
    #[inline]
    pub(super) fn is_ordinary(&self, size: u32, channel: u16) -> bool {
        matches!(self.expect, Expect::Amqp | Expect::Any)
            && self.streaming.is_none()
            && size > 8
            && size <= self.max_frame_size()
            && channel <= self.limits.max_channel
    }

    /// The octets of the largest frame that may come now.
    #[inline]
    pub(super) fn max_frame_size(&self) -> u32 {
        let max = match self.expect {
            Expect::Sasl => self.limits.max_sasl_frame_size,
            _ if self.open => self.limits.max_frame_size,
            // AMQP 1.0 §2.7.1: prior to any explicit negotiation, the maximum frame size is MIN-MAX-FRAME-SIZE.
            _ => 0,
        };
        // [transport:performatives/open/max-frame-size.2] [transport:performatives/open/max-frame-size.3]
        max.max(Limits::MIN_MAX_FRAME_SIZE)
    }

    /// The length of the next unit, or how many octets are needed to know it. The head is judged as soon as it is there.
    #[inline]
    pub(super) fn frame_len(&self, input: &[u8]) -> Parsed<Result<usize, usize>> {
        let header = match self.expect {
            Expect::Header | Expect::Tls => true,
            // The outcome travels in the other direction: a client's header follows its last response. No frame begins with this octet,
            // as it would have more than 2³⁰ octets.
            Expect::Sasl | Expect::Any => input.first() == Some(&b'A'),
            Expect::Amqp => false,
        };
        if header {
            return header_len(input);
        }
        let Some((size, tail)) = input.split_first_chunk::<4>() else {
            return Ok(Err(HEAD.saturating_sub(input.len())));
        };
        let size = u32::from_be_bytes(*size);
        // AMQP 1.0 §2.3.1: "the frame is malformed if the size is less than the size of the frame header (8 bytes)".
        if size < 8 {
            return Err(Fault::new(Kind::FrameTooShort, input));
        }
        if size > self.max_frame_size() {
            return Err(Fault::new(Kind::FrameTooLarge, input));
        }
        let Some((&[doff, kind, channel_high, channel_low], _)) = tail.split_first_chunk::<4>() else {
            return Ok(Err(HEAD.saturating_sub(input.len())));
        };
        self.check_head(size, doff, kind, u16::from_be_bytes([channel_high, channel_low]), input)?;
        Ok(Ok(widen(size)))
    }

    /// Judges a frame header whose size was judged: offset, type, channel.
    #[inline]
    fn check_head(&self, size: u32, doff: u8, kind: u8, channel: u16, input: &[u8]) -> Parsed<()> {
        let at = |offset: usize| input.get(offset..).unwrap_or(input);
        // AMQP 1.0 §2.3.1: "the frame is malformed if the value is less than 2".
        if doff < 2 {
            return Err(Fault::new(Kind::DataOffsetTooSmall, at(4)));
        }
        if u32::from(doff).saturating_mul(4) > size {
            return Err(Fault::new(Kind::DataOffsetTooLarge, at(4)));
        }
        // AMQP 1.0 §5.3.1: the maximum size of a SASL frame is MIN-MAX-FRAME-SIZE, whatever the connection agreed on.
        if kind == 1 && size > self.limits.max_sasl_frame_size {
            return Err(Fault::new(Kind::FrameTooLarge, input));
        }
        // [transport:performatives/open/channel-max.2] Close the connection with framing-error.
        match (kind, self.expect) {
            (0, Expect::Amqp | Expect::Any) if channel > self.limits.max_channel => {
                Err(Fault::new(Kind::ChannelTooHigh, at(6)))
            }
            (0, Expect::Amqp | Expect::Any) | (1, Expect::Sasl | Expect::Any) => Ok(()),
            (0 | 1, _) => Err(Fault::new(Kind::WrongFrameType, at(5))),
            _ => Err(Fault::new(Kind::UnknownFrameType, at(5))),
        }
    }
}

fn header_len(input: &[u8]) -> Parsed<Result<usize, usize>> {
    Ok(match ProtocolHeader::read(input)? {
        Some(_) => Ok(ProtocolHeader::LEN),
        None => Err(ProtocolHeader::LEN.saturating_sub(input.len())),
    })
}
