//! Decoding, iterating, checking and encoding allocate nothing; an owned message takes one allocation.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "tests may panic")]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use coap_codec::{
    Code, Decoder, Encoder, Limits, Message, MessageType, OptionNumber, OptionRef, Options, OptionsMut, Policy,
    Transport,
};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed on to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = COUNT.try_with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(work: impl FnOnce()) -> usize {
    let before = COUNT.with(Cell::get);
    work();
    COUNT.with(Cell::get) - before
}

const GET: &[u8] = b"\x44\x01\x12\x34\x01\x02\x03\x04\x3bexample.net\x87sensors\x04temp\x44rt=x\x21\x3c";

#[test]
fn borrowed_work_allocates_nothing() {
    let count = allocations(|| {
        let message = Message::decode(GET, &Limits::DEFAULT).unwrap();
        assert_eq!(message.options.iter().map(|option| option.value.len()).sum::<usize>(), 27);
        assert_eq!(message.refusal(&Policy::default()), None);
        assert!(Message::decode(b"\x40\x01\x00\x00\xff", &Limits::DEFAULT).unwrap_err().reset().is_some());
        let mut out = [0; 64];
        assert_eq!(message.encode_to_slice(&mut out), Ok(GET.len()));
        let mut stream: &[u8] = b"\x00\xe1\x51\x01\x71\xb4temp";
        let mut decoder = Decoder::new(Transport::Tcp, Limits::DEFAULT);
        while decoder.decode(&mut stream).unwrap().is_some() {}
    });
    assert_eq!(count, 0);
}

#[test]
fn encoding_from_parts_in_any_order_allocates_nothing() {
    let count = allocations(|| {
        let items = [
            OptionRef::new(OptionNumber::ACCEPT, &[60]),
            OptionRef::new(OptionNumber::URI_PATH, b"a"),
            OptionRef::new(OptionNumber::URI_PATH, b"b"),
            OptionRef::new(OptionNumber::URI_HOST, b"h"),
        ];
        let message =
            Message { options: Options::from_slice(&items), ..Message::new(MessageType::NonConfirmable, Code::GET, 1) };
        let mut out = [0; 64];
        let len = message.encode_to_slice(&mut out).unwrap();
        assert_eq!(out.get(..len), Some(&b"\x50\x01\x00\x01\x31h\x81a\x01b\x61\x3c"[..]));
        let mut buffer = [0; 32];
        let mut options = OptionsMut::new(&mut buffer);
        options.push(OptionNumber::ACCEPT, &[60]).unwrap();
        options.push(OptionNumber::URI_HOST, b"h").unwrap();
        let encoder = Encoder::new(Transport::Udp);
        let message = Message { options: options.options(), ..Message::new(MessageType::NonConfirmable, Code::GET, 1) };
        assert_eq!(encoder.encoded_len(&message), Ok(9));
    });
    assert_eq!(count, 0);
}

#[test]
fn an_owned_message_takes_one_buffer() {
    let message = Message::decode(GET, &Limits::DEFAULT).unwrap();
    // The buffer, and the count of its shares.
    assert!(allocations(|| drop(message.into_owned())) <= 2);
}
