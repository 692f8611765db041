//! libcoap, over the few lines of C beside this file.

use crate::peers::Encode;
use crate::rows::Parts;

#[repr(C)]
struct Part {
    number: u16,
    len: usize,
    value: *const u8,
}

unsafe extern "C" {
    fn libcoap_visit(data: *const u8, len: usize) -> u64;
    #[allow(clippy::too_many_arguments, reason = "a C function")]
    fn libcoap_encode(
        message_type: u8,
        code: u8,
        id: u16,
        token: *const u8,
        token_len: usize,
        parts: *const Part,
        count: usize,
        payload: *const u8,
        payload_len: usize,
    ) -> usize;
}

pub fn visit(datagram: &[u8]) -> u64 {
    // SAFETY: pointer and length are those of a slice.
    unsafe { libcoap_visit(datagram.as_ptr(), datagram.len()) }
}

/// Counts options instead of bytes: what it wrote stays inside the library.
pub fn encode(parts: &[Parts]) -> Encode<'_> {
    let lists: Vec<Vec<Part>> = parts
        .iter()
        .map(|p| {
            p.options.iter().map(|(n, value)| Part { number: *n, len: value.len(), value: value.as_ptr() }).collect()
        })
        .collect();
    Box::new(move || {
        let write = |(p, list): (&Parts, &Vec<Part>)| {
            let (token, payload) = (&p.token, &p.payload);
            // SAFETY: all pointers and lengths are those of slices.
            unsafe {
                libcoap_encode(
                    p.message_type,
                    p.code,
                    p.id,
                    token.as_ptr(),
                    token.len(),
                    list.as_ptr(),
                    list.len(),
                    payload.as_ptr(),
                    payload.len(),
                ) as u64
            }
        };
        parts.iter().zip(&lists).map(write).sum()
    })
}
