//! Frames and messages on their way into buffers of any size.

use super::super::body_frames::BodyFrames;
use super::super::frame::Frame;
use super::super::method::Method;
use super::super::properties::Properties;
use super::super::sink::Sink;
use super::{ContentHead, write_frame};

/// A frame or a message on its way into buffers of any size, for devices that own 64 octets. Nothing is buffered: each call walks the few
/// fields again, and copies what falls into the caller's buffer; a body is entered where the last call left it.
#[derive(Clone, Debug)]
pub struct Transmit<'m> {
    what: What<'m>,
    len: usize,
    written: usize,
}

#[derive(Clone, Debug)]
enum What<'m> {
    Frame(&'m Frame<'m>),
    Content { head: ContentHead, method: &'m Method<'m>, properties: &'m Properties<'m>, body: BodyFrames<'m> },
}

impl<'m> Transmit<'m> {
    pub(super) const fn frame(frame: &'m Frame<'m>, len: usize) -> Self {
        Self { what: What::Frame(frame), len, written: 0 }
    }

    pub(super) const fn content(
        head: ContentHead,
        method: &'m Method<'m>,
        properties: &'m Properties<'m>,
        body: BodyFrames<'m>,
    ) -> Self {
        let len = head.len().saturating_add(body.encoded_len());
        Self { what: What::Content { head, method, properties, body }, len, written: 0 }
    }

    /// Fills `out` with the next octets and says how many; 0 when everything is written (or `out` is empty).
    pub fn poll(&mut self, out: &mut [u8]) -> usize {
        let mut window = Window { skip: self.written, out, filled: 0 };
        match &self.what {
            What::Frame(frame) => write_frame(frame, self.len, &mut window),
            What::Content { head, method, properties, body } => {
                if self.written < head.len() {
                    head.write(method, properties, &mut window);
                } else {
                    window.skip = window.skip.saturating_sub(head.len());
                }
                let mut frames = body.clone();
                window.skip = frames.pass(window.skip);
                while !window.is_full()
                    && let Some(frame) = frames.next()
                {
                    frame.write(&mut window);
                }
            }
        }
        let filled = window.filled;
        self.written = self.written.saturating_add(filled);
        filled
    }

    /// Octets still to come.
    pub const fn remaining(&self) -> usize {
        self.len.saturating_sub(self.written)
    }
}

/// The part of a frame or message between `skip` and the end of `out`.
struct Window<'o> {
    skip: usize,
    out: &'o mut [u8],
    filled: usize,
}

impl Window<'_> {
    const fn is_full(&self) -> bool {
        self.filled == self.out.len()
    }
}

impl Sink for Window<'_> {
    fn slice(&mut self, octets: &[u8]) {
        let Some(fresh) = octets.get(self.skip..) else {
            self.skip = self.skip.saturating_sub(octets.len());
            return;
        };
        self.skip = 0;
        let room = self.out.get_mut(self.filled..).unwrap_or_default();
        let len = fresh.len().min(room.len());
        if let (Some(to), Some(from)) = (room.get_mut(..len), fresh.get(..len)) {
            to.copy_from_slice(from);
        }
        self.filled = self.filled.saturating_add(len);
    }
}
