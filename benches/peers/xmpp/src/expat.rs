//! expat, by the few lines of C beside this file.

use crate::rows::HEADER;

unsafe extern "C" {
    fn peer_expat(header: *const u8, header_len: usize, octets: *const u8, len: usize, chunk: usize) -> usize;
}

/// The elements of a stream that arrives in chunks.
pub fn pushed(stream: &str, chunk: usize) -> usize {
    // SAFETY: pointers and lengths are those of live slices; nothing of them is kept.
    unsafe { peer_expat(HEADER.as_ptr(), HEADER.len(), stream.as_ptr(), stream.len(), chunk) }
}
