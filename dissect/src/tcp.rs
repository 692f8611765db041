//! One direction of a TCP connection, put together from segments in any order.
//!
//! Where segments disagree, the bytes that came first win. Bytes that the capture lacks become a gap when it is certain that they will not come: the
//! receiver acknowledged them and traffic went on, too much waits behind them, or the flow ends.

use std::collections::BTreeMap;

/// What may wait behind a hole, in bytes and in segments.
const MAX_WAITING_BYTES: usize = 4 << 20;
const MAX_WAITING: usize = 4096;
/// How many segments may follow after the receiver acknowledged a hole. Captures swap neighbours; they do not delay for long.
const PATIENCE: u32 = 8;

/// A piece of the stream, in order.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece<'a> {
    Data(&'a [u8]),
    /// So many bytes are missing here.
    Gap(u64),
}

/// The reassembly window of one direction.
#[derive(Debug, Default)]
pub(crate) struct Reassembly {
    /// Sequence number of the next byte, once the beginning is known.
    next: Option<u32>,
    /// Offset of the next byte in the stream.
    position: u64,
    /// Segments behind a hole, by offset; they do not overlap.
    waiting: BTreeMap<u64, Vec<u8>>,
    waiting_bytes: usize,
    /// The highest offset that the receiver acknowledged.
    acknowledged: u64,
    impatience: u32,
    /// Sequence number of the FIN.
    fin: Option<u32>,
}

impl Reassembly {
    /// A SYN with this sequence number: the first byte has the next one.
    pub(crate) fn begin(&mut self, syn: u32) {
        if self.next.is_none() {
            self.next = Some(syn.wrapping_add(1));
        }
    }

    /// True once a SYN or a first segment has fixed the beginning.
    pub(crate) const fn has_begun(&self) -> bool {
        self.next.is_some()
    }

    /// Puts a segment in its place and hands out what is now in order. `cut` bytes behind the payload were sent but not captured.
    pub(crate) fn push(&mut self, seq: u32, payload: &[u8], cut: usize, out: &mut impl FnMut(Piece<'_>)) {
        if payload.is_empty() {
            return;
        }
        let next = *self.next.get_or_insert(seq);
        match distance(next, seq) {
            Ok(behind) => {
                if let Some(fresh) = payload.get(behind..).filter(|fresh| !fresh.is_empty()) {
                    self.deliver(fresh, out);
                    self.drain(out);
                    if cut > 0 && self.waiting.is_empty() {
                        self.skip(cut as u64, out);
                    }
                }
            }
            Err(ahead) => {
                self.store(self.position.saturating_add(ahead), payload);
                self.judge_hole(out);
            }
        }
    }

    /// The receiver has acknowledged everything before `ack`.
    pub(crate) fn acknowledge(&mut self, ack: u32) {
        if let Some(Err(ahead)) = self.next.map(|next| distance(next, ack)) {
            self.acknowledged = self.acknowledged.max(self.position.saturating_add(ahead));
        }
    }

    /// A FIN with this sequence number: no byte comes behind it.
    pub(crate) fn end(&mut self, fin: u32) {
        self.fin = Some(fin);
    }

    /// True if everything up to the FIN was handed out.
    pub(crate) fn is_complete(&self) -> bool {
        self.waiting.is_empty() && self.fin.is_some_and(|fin| self.next.is_none_or(|next| next == fin))
    }

    /// The flow is over: whatever waits is handed out with the gaps before it.
    pub(crate) fn finish(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        while !self.waiting.is_empty() {
            self.skip_hole(out);
        }
    }

    fn judge_hole(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        let certain = self.waiting.first_key_value().is_some_and(|(&first, _)| self.acknowledged >= first);
        self.impatience = if certain { self.impatience.saturating_add(1) } else { 0 };
        while self.waiting_bytes > MAX_WAITING_BYTES || self.waiting.len() > MAX_WAITING || self.impatience > PATIENCE {
            self.skip_hole(out);
        }
    }

    /// Gives up the bytes before the first waiting segment.
    fn skip_hole(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        self.impatience = 0;
        if let Some((&first, _)) = self.waiting.first_key_value() {
            self.skip(first.saturating_sub(self.position), out);
            self.drain(out);
        }
    }

    fn skip(&mut self, missing: u64, out: &mut impl FnMut(Piece<'_>)) {
        if missing > 0 {
            out(Piece::Gap(missing));
            self.advance(missing);
        }
    }

    fn deliver(&mut self, bytes: &[u8], out: &mut impl FnMut(Piece<'_>)) {
        out(Piece::Data(bytes));
        self.advance(bytes.len() as u64);
    }

    fn advance(&mut self, by: u64) {
        self.position = self.position.saturating_add(by);
        // Sequence numbers wrap at 2^32 by definition.
        let by = u32::try_from(by & 0xffff_ffff).unwrap_or(0);
        self.next = self.next.map(|next| next.wrapping_add(by));
    }

    /// Hands out waiting segments that are in order now.
    fn drain(&mut self, out: &mut impl FnMut(Piece<'_>)) {
        while let Some(entry) = self.waiting.first_entry() {
            let Some(known) = self.position.checked_sub(*entry.key()) else { return };
            let bytes = entry.remove();
            self.waiting_bytes = self.waiting_bytes.saturating_sub(bytes.len());
            let fresh = usize::try_from(known).ok().and_then(|known| bytes.get(known..)).unwrap_or_default();
            if !fresh.is_empty() {
                self.deliver(fresh, out);
            }
        }
        self.impatience = 0;
    }

    /// Keeps those bytes of a segment that are not there yet.
    fn store(&mut self, mut at: u64, mut bytes: &[u8]) {
        if let Some((&start, earlier)) = self.waiting.range(..=at).next_back() {
            let end = start.saturating_add(earlier.len() as u64);
            bytes = skip_front(bytes, end.saturating_sub(at));
            at = at.max(end);
        }
        while !bytes.is_empty() {
            let later = self.waiting.range(at..).next().map(|(&start, later)| (start, later.len() as u64));
            let room = later.map_or(u64::MAX, |(start, _)| start.saturating_sub(at));
            let taken = usize::try_from(room).map_or(bytes.len(), |room| room.min(bytes.len()));
            let (fresh, rest) = bytes.split_at_checked(taken).unwrap_or((bytes, &[]));
            if !fresh.is_empty() {
                self.waiting_bytes = self.waiting_bytes.saturating_add(fresh.len());
                self.waiting.insert(at, fresh.to_vec());
            }
            let Some((start, len)) = later else { return };
            bytes = skip_front(rest, len);
            at = start.saturating_add(len);
        }
    }
}

/// How far `seq` lies from `next`: `Ok` at or behind it, `Err` ahead of it.
fn distance(next: u32, seq: u32) -> Result<usize, u64> {
    let ahead = seq.wrapping_sub(next);
    if ahead == 0 || ahead > 1 << 31 {
        Ok(usize::try_from(next.wrapping_sub(seq)).unwrap_or(usize::MAX))
    } else {
        Err(u64::from(ahead))
    }
}

fn skip_front(bytes: &[u8], len: u64) -> &[u8] {
    usize::try_from(len).ok().and_then(|len| bytes.get(len..)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
