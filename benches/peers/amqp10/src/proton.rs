//! qpid-proton, by the few lines of C beside this file.

use crate::{Round, Row};

unsafe extern "C" {
    fn peer_start();
    fn peer_performative(octets: *const u8, len: usize, sum: *mut u64) -> usize;
    fn peer_message(octets: *const u8, len: usize) -> u64;
    fn peer_encode(out: *mut u8, room: usize) -> usize;
    fn peer_encode_performative(out: *mut u8, room: usize) -> usize;
}

pub fn round(row: &'static Row, encode: bool) -> Round {
    // SAFETY: the C side keeps its own objects, and nothing of the octets beyond a call.
    unsafe { peer_start() };
    let mut out = vec![0_u8; 4096];
    Box::new(move || {
        let mut sum = 0;
        // SAFETY: pointers and lengths are those of live slices.
        unsafe {
            if encode {
                return if row.message.is_empty() {
                    if out[0] == 0 && out[1] == 0 {
                        peer_performative(row.body.as_ptr(), row.body.len(), &raw mut sum);
                    }
                    peer_encode_performative(out.as_mut_ptr(), out.len()) as u64
                } else {
                    if out[1] == 0 {
                        peer_message(row.message.as_ptr(), row.message.len());
                    }
                    peer_encode(out.as_mut_ptr(), out.len()) as u64
                };
            }
            peer_performative(row.body.as_ptr(), row.body.len(), &raw mut sum);
            if !row.message.is_empty() {
                sum += peer_message(row.message.as_ptr(), row.message.len());
            }
        }
        sum
    })
}
