//! What feature `defmt` puts on the wire: numbers and bytes, no text.
#![cfg(feature = "defmt")]
#![allow(clippy::unwrap_used, clippy::panic, unsafe_code, reason = "tests may panic; a logger is an unsafe trait")]

use core::cell::RefCell;

use coap_codec::{Limits, Message};

thread_local! {
    static WIRE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

#[defmt::global_logger]
struct Logger;

// SAFETY: the buffer belongs to the thread that logs.
unsafe impl defmt::Logger for Logger {
    fn acquire() {}

    unsafe fn flush() {}

    unsafe fn release() {}

    unsafe fn write(bytes: &[u8]) {
        WIRE.with(|wire| wire.borrow_mut().extend_from_slice(bytes));
    }
}

defmt::timestamp!("{=u8}", 0);

#[defmt::panic_handler]
fn panic() -> ! {
    panic!("defmt");
}

fn logged(log: impl FnOnce()) -> Vec<u8> {
    WIRE.with(|wire| wire.borrow_mut().clear());
    log();
    WIRE.with(|wire| wire.borrow().clone())
}

fn contains(wire: &[u8], part: &[u8]) -> bool {
    wire.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_message_is_its_numbers_and_bytes() {
    let message = Message::decode(b"\x42\x01\x12\x34tk\xb4temp\x61\x3c\xff22.5", &Limits::DEFAULT).unwrap();
    let wire = logged(|| defmt::println!("{}", message));
    // Message ID, little-endian; token, behind its length; Uri-Path and its value, behind its length.
    assert!(
        contains(&wire, b"\x34\x12") && contains(&wire, b"\x02\0\0\0tk") && contains(&wire, b"\x0b\0"),
        "{wire:02x?}"
    );
    assert!(contains(&wire, b"\x04\0\0\0temp") && contains(&wire, b"\x01\0\0\0\x3c"), "{wire:02x?}");
    assert!(!contains(&wire, b"22.5") && !contains(&wire, b"Uri-Path"));
}

#[test]
fn an_error_has_its_offset() {
    let reject = Message::decode(b"\x40\x01\x12\x34\xb1a\xff", &Limits::DEFAULT).unwrap_err();
    let wire = logged(|| defmt::println!("{}", reject));
    assert!(contains(&wire, b"EmptyPayload") && contains(&wire, &[6, 0, 0, 0]), "{wire:02x?}");
}
