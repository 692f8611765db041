//! From frames to octets. AMQP 0-9-1 §4.2.

use bytes::BufMut;

use super::body_frames::BodyFrames;
use super::content_header::ContentHeader;
use super::error::EncodeError;
use super::frame::Frame;
use super::method::Method;
use super::properties::Properties;
use super::protocol_header::ProtocolHeader;
use super::wire::widen;
use super::{FRAME_END, FRAME_MIN_SIZE, FRAME_OVERHEAD};

/// Writes frames that the peer takes: checks first, then appends a whole frame or nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoder {
    frame_max: u32,
}

impl Encoder {
    /// An encoder for one direction of a connection. Until [`tuned`](Self::tuned), frames have at most 4,096 octets.
    pub const fn new() -> Self {
        Self { frame_max: FRAME_MIN_SIZE }
    }

    /// The peers have agreed: from the next frame on, this frame-max holds. 0 means no limit.
    pub const fn tuned(&mut self, frame_max: u32) {
        self.frame_max = frame_max;
    }

    /// The frame-max that holds.
    pub const fn frame_max(&self) -> u32 {
        self.frame_max
    }

    /// Octets that [`encode`](Self::encode) would append.
    #[inline]
    pub fn encoded_len(&self, frame: &Frame<'_>) -> usize {
        match frame {
            Frame::ProtocolHeader(_) => ProtocolHeader::LEN,
            Frame::Method { method, .. } => method_len(method),
            Frame::Header { header, .. } => header_len(header),
            Frame::Body { payload, .. } => payload.len().saturating_add(widen(FRAME_OVERHEAD)),
            Frame::Heartbeat => 8,
        }
    }

    /// Appends a frame.
    ///
    /// # Errors
    /// A frame larger than frame-max, a channel where it does not belong, a value too long, or a buffer too small. Nothing was written.
    #[inline]
    pub fn encode(&self, frame: &Frame<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        match frame {
            Frame::Method { channel, method } => self.method(*channel, method, out),
            Frame::Header { channel, header } => self.header(*channel, header, out),
            Frame::Body { channel, payload } => {
                let len = self.fits(payload.len().saturating_add(widen(FRAME_OVERHEAD)), out)?;
                content_channel(*channel)?;
                put_head(3, *channel, len, out);
                out.put_slice(payload);
                out.put_u8(FRAME_END);
                Ok(())
            }
            Frame::Heartbeat => {
                self.fits(8, out)?;
                // AMQP 0-9-1 §4.2.7, errata 12: eight octets in the shape of every frame.
                out.put_slice(&[8, 0, 0, 0, 0, 0, 0, FRAME_END]);
                Ok(())
            }
            Frame::ProtocolHeader(header) => {
                self.fits(ProtocolHeader::LEN, out)?;
                out.put_slice(&header.to_octets());
                Ok(())
            }
        }
    }

    /// Appends a whole message: method, header, and the body in as many frames as frame-max asks for. Nothing can come between them.
    ///
    /// # Errors
    /// A method without content, a method or header larger than frame-max, channel 0, or a buffer too small. Nothing was written.
    pub fn encode_content(
        &self,
        channel: u16,
        method: &Method<'_>,
        properties: &Properties<'_>,
        body: &[u8],
        out: &mut impl BufMut,
    ) -> Result<(), EncodeError> {
        let frames = self.body_frames(channel, body);
        let needed = self.content_head_len(method, properties).saturating_add(frames.encoded_len());
        if out.remaining_mut() < needed {
            return Err(EncodeError::BufferTooSmall { needed });
        }
        self.encode_content_head(channel, method, properties, body.len() as u64, out)?;
        frames.for_each(|frame| frame.put(out));
        Ok(())
    }

    /// Appends method and header of a message whose body the caller writes by [`body_frames`](Self::body_frames), without copying it.
    ///
    /// # Errors
    /// As [`encode_content`](Self::encode_content).
    pub fn encode_content_head(
        &self,
        channel: u16,
        method: &Method<'_>,
        properties: &Properties<'_>,
        body_size: u64,
        out: &mut impl BufMut,
    ) -> Result<(), EncodeError> {
        if !method.id().has_content() {
            return Err(EncodeError::MethodWithoutContent);
        }
        let header_len = properties.wire_len().saturating_add(20);
        // AMQP 0-9-1 §4.2.6: the header is refused before the method is written, or the message would stay half.
        self.fits(header_len, out)?;
        let needed = header_len.saturating_add(method_len(method));
        if out.remaining_mut() < needed {
            return Err(EncodeError::BufferTooSmall { needed });
        }
        self.method(channel, method, out)?;
        put_head(2, channel, header_len, out);
        out.put_u32(u32::from(ContentHeader::CLASS) << 16);
        out.put_u64(body_size);
        properties.put(out);
        out.put_u8(FRAME_END);
        Ok(())
    }

    /// The body frames of a message, none for an empty body.
    pub fn body_frames<'a>(&self, channel: u16, body: &'a [u8]) -> BodyFrames<'a> {
        BodyFrames::new(channel, self.frame_max, body)
    }

    /// Octets that [`encode_content_head`](Self::encode_content_head) would append.
    pub fn content_head_len(&self, method: &Method<'_>, properties: &Properties<'_>) -> usize {
        method_len(method).saturating_add(properties.wire_len()).saturating_add(20)
    }

    #[inline]
    fn method(&self, channel: u16, method: &Method<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let len = self.fits(method_len(method), out)?;
        let id = method.id();
        // AMQP 0-9-1 §4.2.3: class connection on channel 0, everything else on another.
        match (id.class == 10, channel == 0) {
            (true, false) => return Err(EncodeError::ChannelNotZero),
            (false, true) => return Err(EncodeError::ChannelZero),
            _ => {}
        }
        method.check()?;
        let ([a, b], [c, d]) = (id.class.to_be_bytes(), id.method.to_be_bytes());
        let ([c1, c0], [s3, s2, s1, s0]) = (channel.to_be_bytes(), payload_size(len).to_be_bytes());
        out.put_slice(&[1, c1, c0, s3, s2, s1, s0, a, b, c, d]);
        method.put(out);
        out.put_u8(FRAME_END);
        Ok(())
    }

    #[inline]
    fn header(&self, channel: u16, header: &ContentHeader<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        let len = self.fits(header_len(header), out)?;
        content_channel(channel)?;
        put_head(2, channel, len, out);
        header.put(out);
        out.put_u8(FRAME_END);
        Ok(())
    }

    /// Whether the peer takes a frame of this size, and whether there is room for it.
    #[inline(always)]
    fn fits(&self, len: usize, out: &impl BufMut) -> Result<usize, EncodeError> {
        let frame_max = if self.frame_max == 0 { u32::MAX } else { self.frame_max };
        // AMQP 0-9-1 §4.2.3, errata 11: methods and headers cannot be split.
        if len > widen(frame_max) {
            return Err(EncodeError::FrameTooLarge { len, frame_max: self.frame_max });
        }
        if out.remaining_mut() < len {
            return Err(EncodeError::BufferTooSmall { needed: len });
        }
        Ok(len)
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

#[inline]
fn method_len(method: &Method<'_>) -> usize {
    method.wire_len().saturating_add(12)
}

#[inline]
fn header_len(header: &ContentHeader<'_>) -> usize {
    header.wire_len().saturating_add(8)
}

/// The size field of a frame of this many octets.
#[inline(always)]
fn payload_size(len: usize) -> u32 {
    u32::try_from(len.saturating_sub(8)).unwrap_or(0)
}

#[inline(always)]
fn put_head(kind: u8, channel: u16, len: usize, out: &mut impl BufMut) {
    let ([c1, c0], [s3, s2, s1, s0]) = (channel.to_be_bytes(), payload_size(len).to_be_bytes());
    out.put_slice(&[kind, c1, c0, s3, s2, s1, s0]);
}

/// AMQP 0-9-1 §4.2.6: content does not travel on channel 0.
#[inline(always)]
const fn content_channel(channel: u16) -> Result<(), EncodeError> {
    if channel == 0 { Err(EncodeError::ChannelZero) } else { Ok(()) }
}
