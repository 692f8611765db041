//! permessage-deflate (RFC 7692): messages of one direction, inflated.

use flate2::{Decompress, FlushDecompress, Status};

use super::MAX_MESSAGE;

/// What the sender took off the end of each message (RFC 7692 §7.2.1).
const TAIL: [u8; 4] = [0, 0, 0xff, 0xff];
/// How much is inflated at a time.
const STEP: usize = 16 << 10;

/// The inflating end of one direction.
#[derive(Debug)]
pub(crate) struct Inflate {
    stream: Decompress,
    /// `…_no_context_takeover`: each message stands for itself.
    forgets: bool,
}

impl Inflate {
    pub(crate) fn new(forgets: bool) -> Self {
        Self { stream: Decompress::new(false), forgets }
    }

    /// The whole message; `None` if it is damaged, or longer than any message may be.
    pub(super) fn message(&mut self, deflated: &[u8]) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        self.inflate(deflated, &mut out)?;
        self.inflate(&TAIL, &mut out)?;
        if self.forgets {
            self.stream.reset(false);
        }
        Some(out)
    }

    fn inflate(&mut self, mut input: &[u8], out: &mut Vec<u8>) -> Option<()> {
        loop {
            out.reserve(STEP);
            let (before_in, before_out) = (self.stream.total_in(), self.stream.total_out());
            let status = self.stream.decompress_vec(input, out, FlushDecompress::Sync).ok()?;
            let taken = usize::try_from(self.stream.total_in().checked_sub(before_in)?).ok()?;
            input = input.get(taken..)?;
            if u64::try_from(out.len()).ok()? > MAX_MESSAGE {
                return None;
            }
            let is_full = out.len() == out.capacity();
            let stuck = taken == 0 && self.stream.total_out() == before_out;
            match status {
                // A final block ends the stream; the next message begins a new one.
                Status::StreamEnd => {
                    self.stream.reset(false);
                    return Some(());
                }
                _ if input.is_empty() && !is_full => return Some(()),
                _ if stuck && !is_full => return None,
                _ => {}
            }
        }
    }
}
