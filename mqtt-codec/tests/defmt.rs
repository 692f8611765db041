//! What feature `defmt` puts on the wire: numbers and what the packet says, no names, no credentials, no payload.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unsafe_code,
    reason = "a test fails by panicking; a logger is an unsafe trait"
)]

use core::cell::RefCell;

use mqtt_codec::{Connect, Decoder, Limits, Login, Packet, Property, Publish, Role, Topic, Version};

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
        WIRE.with_borrow_mut(|wire| wire.extend_from_slice(bytes));
    }
}

defmt::timestamp!("{=u8}", 0);

#[defmt::panic_handler]
fn panic() -> ! {
    panic!("defmt");
}

fn logged(log: impl FnOnce()) -> Vec<u8> {
    WIRE.with_borrow_mut(Vec::clear);
    log();
    WIRE.take()
}

fn contains(wire: &[u8], part: &[u8]) -> bool {
    wire.windows(part.len()).any(|window| window == part)
}

#[test]
fn a_publish_is_its_numbers_and_texts() {
    let items = [Property::ContentType("text/plain"), Property::MessageExpiryInterval(0x0102_0304)];
    let publish = Publish { properties: (&items).into(), ..Publish::new(Topic::new("a/b").unwrap(), b"payload") };
    let wire = logged(|| defmt::println!("{}", Packet::Publish(publish)));
    assert!(contains(&wire, b"\x03\0\0\0a/b") && contains(&wire, b"text/plain"), "{wire:02x?}");
    assert!(contains(&wire, b"\x02") && contains(&wire, b"\x04\x03\x02\x01"), "{wire:02x?}");
    assert!(!contains(&wire, b"payload") && !contains(&wire, b"PUBLISH"));
}

#[test]
fn credentials_stay_here() {
    let login = Login { username: Some("ada".into()), password: Some(b"secret".into()), ..Login::default() };
    let method = [Property::AuthenticationMethod("M"), Property::AuthenticationData(b"key")];
    let mut connect = Connect::new(Version::V5_0, "client").with_login(&login);
    connect.properties = (&method).into();
    let wire = logged(|| defmt::println!("{}", Packet::Connect(connect)));
    assert!(contains(&wire, b"client") && !contains(&wire, b"secret") && !contains(&wire, b"key"), "{wire:02x?}");
}

#[test]
fn an_error_is_a_number_and_an_offset() {
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, Limits::default());
    let error = decoder.decode(&mut &b"\x30\x05\0\x01\0\0\0"[..]).unwrap_err();
    let wire = logged(|| defmt::println!("{}", error));
    assert!(contains(&wire, &[4, 0, 0, 0]) && !contains(&wire, b"NulCharacter") && wire.len() < 24, "{wire:02x?}");
}
