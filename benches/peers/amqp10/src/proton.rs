//! qpid-proton, by the few lines of C beside this file.

use std::ffi::c_void;

use crate::rows::Row;
use crate::{Round, Work, chunks, whole_frames};

unsafe extern "C" {
    fn peer_start();
    fn peer_performative(octets: *const u8, len: usize, sum: *mut u64) -> usize;
    fn peer_message(octets: *const u8, len: usize) -> u64;
    fn peer_visit() -> u64;
    fn peer_keep_tree(octets: *const u8, len: usize) -> *mut c_void;
    fn peer_keep_message(octets: *const u8, len: usize) -> *mut c_void;
    fn peer_put_tree(kept: *mut c_void, out: *mut u8, room: usize) -> usize;
    fn peer_put_message(kept: *mut c_void, out: *mut u8, room: usize) -> usize;
}

/// A frame, whose header is read on this side.
fn frame(octets: &[u8], visit: bool) -> u64 {
    let body = &octets[8..];
    let mut sum = 0;
    // SAFETY: pointers and lengths are those of live slices; the C side keeps its own objects, and nothing of the octets beyond a call.
    unsafe {
        let used = peer_performative(body.as_ptr(), body.len(), &raw mut sum);
        if used < body.len() {
            sum += peer_message(body[used..].as_ptr(), body.len() - used);
            sum += if visit { peer_visit() } else { 0 };
        }
    }
    sum
}

/// A frame to be written: the performative, and the message if there is one.
fn keep(octets: &[u8]) -> (*mut c_void, Option<*mut c_void>) {
    let body = &octets[8..];
    let mut sum = 0;
    // SAFETY: as above; what is kept lives as long as the program.
    unsafe {
        let used = peer_performative(body.as_ptr(), body.len(), &raw mut sum);
        let tree = peer_keep_tree(body.as_ptr(), used);
        (tree, (used < body.len()).then(|| peer_keep_message(body[used..].as_ptr(), body.len() - used)))
    }
}

pub fn round(row: &'static Row, work: Work) -> Round {
    // SAFETY: makes the objects of the C side once.
    unsafe { peer_start() };
    let octets = row.octets.as_slice();
    match work {
        Work::Decode | Work::Visit => Box::new(move || {
            let mut all = 0;
            whole_frames(&mut { octets }, |octets| all += frame(octets, work == Work::Visit));
            all
        }),
        Work::Chunks(size) => Box::new(move || {
            let mut all = 0;
            chunks(octets, size, |rest| whole_frames(rest, |octets| all += frame(octets, false)));
            all
        }),
        Work::Encode => {
            let kept: Vec<_> = row.each().map(keep).collect();
            let mut out = vec![0_u8; octets.len() + 4_096];
            Box::new(move || {
                let mut at = 0;
                for (tree, message) in &kept {
                    let start = at;
                    at += 8;
                    // SAFETY: as above.
                    unsafe {
                        let rest = &mut out[at..];
                        at += peer_put_tree(*tree, rest.as_mut_ptr(), rest.len());
                        if let Some(message) = message {
                            let rest = &mut out[at..];
                            at += peer_put_message(*message, rest.as_mut_ptr(), rest.len());
                        }
                    }
                    let size = u32::try_from(at - start).unwrap().to_be_bytes();
                    out[start..start + 4].copy_from_slice(&size);
                    out[start + 4..start + 8].copy_from_slice(&[2, 0, 0, 0]);
                }
                at as u64
            })
        }
    }
}
