//! WebSocket framing (RFC 6455 §5): masks off, fragments joined, control frames passed over, messages inflated.

mod deflate;

pub(crate) use deflate::Inflate;

/// What one message may measure.
const MAX_MESSAGE: u64 = 64 << 20;

/// What came out of the frames.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Unwrapped {
    /// A data message, or a piece of one if boundaries do not matter.
    Data(Vec<u8>),
    /// The side closed the WebSocket.
    Close,
    /// The frames make no sense, or use an extension: nothing more comes.
    Broken(&'static str),
}

#[derive(Debug, Clone, Copy)]
struct Header {
    fin: bool,
    opcode: u8,
    mask: Option<[u8; 4]>,
    left: u64,
    /// How many payload bytes were seen: the mask goes on where it stopped.
    seen: usize,
}

/// One direction of a WebSocket connection.
#[derive(Debug, Default)]
pub(crate) struct Frames {
    /// Bytes of a header that is not complete.
    head: Vec<u8>,
    frame: Option<Header>,
    message: Vec<u8>,
    /// The message is deflated: its first frame said so.
    deflated: bool,
    /// Present if permessage-deflate was agreed on.
    inflate: Option<Inflate>,
    broken: bool,
}

impl Frames {
    pub(crate) fn new(inflate: Option<Inflate>) -> Self {
        Self { inflate, ..Self::default() }
    }

    /// Consumes bytes up to the end of the next data message.
    pub(crate) fn push(&mut self, input: &mut &[u8]) -> Option<Unwrapped> {
        while !self.broken && (!input.is_empty() || self.frame.is_some_and(|frame| frame.left == 0)) {
            let Some(frame) = self.frame else {
                if let Some(broken) = self.header(input) {
                    self.broken = true;
                    return Some(Unwrapped::Broken(broken));
                }
                continue;
            };
            let frame = self.payload(frame, input);
            if frame.left > 0 {
                self.frame = Some(frame);
                return None;
            }
            self.frame = None;
            match frame.opcode {
                0..=2 if frame.fin => return Some(self.end_of_message()),
                8 => return Some(Unwrapped::Close),
                _ => {}
            }
        }
        *input = if self.broken { &[] } else { input };
        None
    }

    /// Reads a frame's header byte by byte; returns a complaint if it is impossible.
    fn header(&mut self, input: &mut &[u8]) -> Option<&'static str> {
        while let Some((byte, rest)) = input.split_first() {
            *input = rest;
            self.head.push(*byte);
            if let [first] = *self.head.as_slice() {
                if first & 0x30 != 0 || !matches!(first & 15, 0..=2 | 8..=10) {
                    return Some("not a WebSocket frame");
                }
                if first & 0x40 != 0 && self.inflate.is_none() {
                    return Some("a compressed WebSocket message that was not agreed on");
                }
                if matches!(first & 15, 1 | 2) {
                    self.deflated = first & 0x40 != 0;
                }
            }
            let Some(header) = parse_header(&self.head) else { continue };
            self.head.clear();
            if header.left.saturating_add(self.message.len() as u64) > MAX_MESSAGE {
                return Some("a WebSocket message of more than 64 MiB");
            }
            self.frame = Some(header);
            return None;
        }
        None
    }

    fn end_of_message(&mut self) -> Unwrapped {
        let message = core::mem::take(&mut self.message);
        let inflated = match &mut self.inflate {
            Some(inflate) if self.deflated => inflate.message(&message),
            _ => Some(message),
        };
        if inflated.is_none() {
            self.broken = true;
        }
        inflated.map_or(Unwrapped::Broken("a compressed WebSocket message that cannot be inflated"), Unwrapped::Data)
    }

    fn payload(&mut self, mut frame: Header, input: &mut &[u8]) -> Header {
        let now = usize::try_from(frame.left).unwrap_or(usize::MAX).min(input.len());
        let (bytes, rest) = input.split_at_checked(now).unwrap_or((input, &[]));
        *input = rest;
        if frame.opcode < 8 {
            match frame.mask {
                None => self.message.extend_from_slice(bytes),
                Some(mask) => {
                    let key = mask.iter().cycle().skip(frame.seen % 4);
                    self.message.extend(bytes.iter().zip(key).map(|(byte, key)| byte ^ key));
                }
            }
        }
        frame.left = frame.left.saturating_sub(now as u64);
        frame.seen = frame.seen.wrapping_add(now);
        frame
    }
}

/// A header, if these bytes are exactly one.
fn parse_header(head: &[u8]) -> Option<Header> {
    let (&[first, second], rest) = head.split_first_chunk::<2>()?;
    let (len, rest) = match second & 0x7f {
        126 => {
            let (len, rest) = rest.split_first_chunk::<2>()?;
            (u64::from(u16::from_be_bytes(*len)), rest)
        }
        127 => {
            let (len, rest) = rest.split_first_chunk::<8>()?;
            (u64::from_be_bytes(*len), rest)
        }
        len => (u64::from(len), rest),
    };
    let mask = if second & 0x80 == 0 { None } else { Some(*rest.first_chunk::<4>()?) };
    Some(Header { fin: first & 0x80 != 0, opcode: first & 15, mask, left: len, seen: 0 })
}
