//! rabbitmq-c, by the few lines of C beside this file.

use std::ffi::c_void;

use crate::Work;
use crate::rows::Row;

unsafe extern "C" {
    fn peer_new() -> *mut c_void;
    fn peer_decode(state: *mut c_void, octets: *const u8, len: usize, frames: *mut u64) -> u64;
    fn peer_prepare(octets: *const u8, len: usize) -> *mut c_void;
    fn peer_encode(list: *const c_void, out: *mut u8, room: usize) -> usize;
}

pub fn round(row: &Row, work: Work) -> Box<dyn FnMut() -> u64 + '_> {
    let decode = |state, octets: &[u8], frames: &mut u64| {
        // SAFETY: the slice lives as long as the call, and nothing of it is kept.
        unsafe { peer_decode(state, octets.as_ptr(), octets.len(), frames) }
    };
    // SAFETY: a new connection object without a socket.
    let state = unsafe { peer_new() };
    match work {
        Work::Decode => Box::new(move || {
            let mut frames = 0;
            let sum = decode(state, &row.octets, &mut frames);
            assert_eq!(frames as usize, row.frames);
            sum
        }),
        Work::Chunks(size) => Box::new(move || {
            let mut frames = 0;
            let sum = row.octets.chunks(size).fold(0, |sum, piece| sum + decode(state, piece, &mut frames));
            assert_eq!(frames as usize, row.frames);
            sum
        }),
        Work::Encode => {
            // SAFETY: the row outlives the round, and the frames point into it.
            let list = unsafe { peer_prepare(row.octets.as_ptr(), row.octets.len()) };
            let mut out = vec![0_u8; row.octets.len() + 256];
            Box::new(move || {
                // SAFETY: the buffer has room for all frames.
                let len = unsafe { peer_encode(list, out.as_mut_ptr(), out.len()) };
                assert_eq!(len, row.octets.len());
                crate::peers::checksum(&out[..len])
            })
        }
    }
}
