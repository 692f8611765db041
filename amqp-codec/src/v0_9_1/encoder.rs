//! From frames to octets. AMQP 0-9-1 §4.2.

mod transmit;

use bytes::BufMut;

pub use transmit::Transmit;

use super::body_frames::BodyFrames;
use super::content_header::ContentHeader;
use super::error::EncodeError;
use super::frame::Frame;
use super::method::{Method, MethodId, basic};
use super::properties::Properties;
use super::protocol_header::ProtocolHeader;
use super::sink::{Sink, Staged};
use super::wire::Part;
use super::{FRAME_END, FRAME_MIN_SIZE, FRAME_OVERHEAD};

/// Octets of a frame that are not payload.
const OVERHEAD: usize = FRAME_OVERHEAD as usize;

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
            Frame::Header { header, .. } => header.wire_len().saturating_add(OVERHEAD),
            Frame::Body { payload, .. } => payload.len().saturating_add(OVERHEAD),
            Frame::Heartbeat => OVERHEAD,
        }
    }

    /// Appends a frame.
    ///
    /// # Errors
    /// A frame larger than frame-max, a channel where it does not belong, a value too long, or a buffer too small. Nothing was written.
    #[inline]
    pub fn encode(&self, frame: &Frame<'_>, out: &mut impl BufMut) -> Result<(), EncodeError> {
        // The most frequent methods know their length and their checks in place.
        match frame {
            Frame::Method { channel, method: Method::BasicAck(method) } => {
                self.one(*channel, basic::Ack::ID, method, out)
            }
            Frame::Method { channel, method: Method::BasicDeliver(method) } => {
                self.one(*channel, basic::Deliver::ID, method, out)
            }
            Frame::Method { channel, method: Method::BasicPublish(method) } => {
                self.one(*channel, basic::Publish::ID, method, out)
            }
            frame => {
                let len = self.check(frame)?;
                room(len, out)?;
                write_frame(frame, len, out);
                Ok(())
            }
        }
    }

    /// Begins a frame that is to be written into buffers of any size: [`Transmit::poll`] fills one after the other.
    ///
    /// # Errors
    /// As [`encode`](Self::encode), but for the room.
    pub fn start<'m>(&self, frame: &'m Frame<'m>) -> Result<Transmit<'m>, EncodeError> {
        Ok(Transmit::frame(frame, self.check(frame)?))
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
        let head = self.content_head(channel, method, properties, body.len() as u64)?;
        let frames = self.body_frames(channel, body);
        room(head.len().saturating_add(frames.encoded_len()), out)?;
        head.write(method, properties, out);
        frames.for_each(|frame| frame.put(out));
        Ok(())
    }

    /// Begins a whole message that is to be written into buffers of any size.
    ///
    /// # Errors
    /// As [`encode_content`](Self::encode_content), but for the room.
    pub fn start_content<'m>(
        &self,
        channel: u16,
        method: &'m Method<'m>,
        properties: &'m Properties<'m>,
        body: &'m [u8],
    ) -> Result<Transmit<'m>, EncodeError> {
        let head = self.content_head(channel, method, properties, body.len() as u64)?;
        Ok(Transmit::content(head, method, properties, self.body_frames(channel, body)))
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
        let head = self.content_head(channel, method, properties, body_size)?;
        room(head.len(), out)?;
        head.write(method, properties, out);
        Ok(())
    }

    /// The body frames of a message, none for an empty body.
    pub fn body_frames<'a>(&self, channel: u16, body: &'a [u8]) -> BodyFrames<'a> {
        BodyFrames::new(channel, self.frame_max, body)
    }

    /// Octets that [`encode_content_head`](Self::encode_content_head) would append.
    pub fn content_head_len(&self, method: &Method<'_>, properties: &Properties<'_>) -> usize {
        method_len(method).saturating_add(properties.wire_len()).saturating_add(ContentHead::BEFORE_PROPERTIES)
    }

    /// All rules for method and header of a message. The header is refused before the method is written, or the message would stay half.
    fn content_head(
        &self,
        channel: u16,
        method: &Method<'_>,
        properties: &Properties<'_>,
        body_size: u64,
    ) -> Result<ContentHead, EncodeError> {
        if !method.id().has_content() {
            return Err(EncodeError::MethodWithoutContent);
        }
        let method_len = self.admit(method.measure(channel)?)?;
        let header_len = self.admit(properties.wire_len().saturating_add(ContentHead::BEFORE_PROPERTIES))?;
        Ok(ContentHead { channel, body_size, method_len, header_len })
    }

    /// All rules; octets of the frame if they hold.
    fn check(&self, frame: &Frame<'_>) -> Result<usize, EncodeError> {
        let channel = match frame {
            Frame::Method { channel, method } => return self.admit(method.measure(*channel)?),
            Frame::Header { channel, .. } | Frame::Body { channel, .. } => *channel,
            Frame::Heartbeat | Frame::ProtocolHeader(_) => return Ok(OVERHEAD),
        };
        // AMQP 0-9-1 §4.2.6: content does not travel on channel 0.
        if channel == 0 {
            return Err(EncodeError::ChannelZero);
        }
        self.admit(self.encoded_len(frame))
    }

    /// [`encode`](Self::encode) for a method of a known type that belongs on a channel.
    #[inline(always)]
    fn one<'m>(
        &self,
        channel: u16,
        id: MethodId,
        method: &impl Part<'m>,
        out: &mut impl BufMut,
    ) -> Result<(), EncodeError> {
        if channel == 0 {
            return Err(EncodeError::ChannelZero);
        }
        method.check()?;
        let len = self.admit(method.wire_len().wrapping_add(12))?;
        room(len, out)?;
        write_method(channel, id, method, len, out);
        Ok(())
    }

    /// Whether the peer takes a frame of this size.
    #[inline(always)]
    const fn admit(&self, len: usize) -> Result<usize, EncodeError> {
        // AMQP 0-9-1 §4.2.3, errata 11: methods and headers cannot be split. 0 means no limit but that of the size's 32 bits.
        if len.saturating_sub(1) > self.frame_max.wrapping_sub(1) as usize {
            return Err(EncodeError::FrameTooLarge { len, frame_max: self.frame_max });
        }
        Ok(len)
    }
}

impl Default for Encoder {
    fn default() -> Self {
        Self::new()
    }
}

/// Method and header of a message that were checked.
#[derive(Clone, Copy, Debug)]
struct ContentHead {
    channel: u16,
    body_size: u64,
    method_len: usize,
    header_len: usize,
}

impl ContentHead {
    /// Octets of a header frame without its properties: the frame's own, class, weight and body size.
    const BEFORE_PROPERTIES: usize = 20;

    /// Octets of both frames.
    const fn len(&self) -> usize {
        self.method_len.saturating_add(self.header_len)
    }

    fn write(&self, method: &Method<'_>, properties: &Properties<'_>, out: &mut impl Sink) {
        method.write(self.channel, self.method_len, out);
        write_header(self.channel, self.body_size, properties, self.header_len, out);
    }
}

#[inline]
fn method_len(method: &Method<'_>) -> usize {
    method.wire_len().saturating_add(12)
}

#[inline(always)]
fn room(needed: usize, out: &impl BufMut) -> Result<(), EncodeError> {
    if out.remaining_mut() < needed { Err(EncodeError::BufferTooSmall { needed }) } else { Ok(()) }
}

/// Writes a frame that was checked and has this many octets.
#[inline]
fn write_frame(frame: &Frame<'_>, len: usize, out: &mut impl Sink) {
    match frame {
        Frame::Method { channel, method } => method.write(*channel, len, out),
        Frame::Header { channel, header } => write_header(*channel, header.body_size, &header.properties, len, out),
        Frame::Body { channel, payload } => {
            let mut staged = begin(3, *channel, len, out);
            staged.slice(payload);
            staged.u8(FRAME_END);
        }
        // AMQP 0-9-1 §4.2.7, errata 12: eight octets in the shape of every frame.
        Frame::Heartbeat => out.slice(&[8, 0, 0, 0, 0, 0, 0, FRAME_END]),
        Frame::ProtocolHeader(header) => out.slice(&header.to_octets()),
    }
}

/// Writes a method frame of this many octets.
#[inline(always)]
pub(super) fn write_method<'m>(channel: u16, id: MethodId, method: &impl Part<'m>, len: usize, out: &mut impl Sink) {
    let mut staged = begin(1, channel, len, out);
    staged.u16(id.class);
    staged.u16(id.method);
    method.put(&mut staged);
    staged.u8(FRAME_END);
}

#[inline(always)]
fn write_header(channel: u16, body_size: u64, properties: &Properties<'_>, len: usize, out: &mut impl Sink) {
    let mut staged = begin(2, channel, len, out);
    // The weight behind the class is zero.
    staged.u32(u32::from(ContentHeader::CLASS) << 16);
    staged.u64(body_size);
    properties.put(&mut staged);
    staged.u8(FRAME_END);
}

/// The head of a frame of this many octets.
#[inline(always)]
fn begin<S: Sink>(kind: u8, channel: u16, len: usize, out: &mut S) -> Staged<'_, S> {
    let mut staged = Staged::new(out);
    staged.u8(kind);
    staged.u16(channel);
    staged.u32(u32::try_from(len.wrapping_sub(OVERHEAD)).unwrap_or(0));
    staged
}
