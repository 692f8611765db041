//! The message path allocates nothing once its buffers have grown.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a test may fail loudly")]

#[path = "support/random.rs"]
#[allow(clippy::indexing_slicing, reason = "a test may fail loudly")]
mod random;

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use smqtt_crypto::*;
use std::alloc::System;

struct Counting;

thread_local! {
    /// Of this thread alone: the test harness has threads of its own.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn count() -> usize {
    COUNT.with(Cell::get)
}

// SAFETY: everything is handed to the system's allocator unchanged; counting does not allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        COUNT.with(|count| count.set(count.get() + 1));
        // SAFETY: as the caller promised.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: as the caller promised.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn seal_and_open_allocate_nothing() {
    let key = || Box::new(PresharedKey::new(Secret::new([7; 32])));
    for suite in (1..=4).map(Suite) {
        let config = PublisherConfig { suite, bind_properties: true, ..PublisherConfig::default() };
        let mut publisher = Publisher::unsigned(key(), config);
        let mut subscriber = Subscriber::new(Trust::Anyone, SubscriberConfig::default());
        subscriber.add_key(key());
        let mut random = random::seeded(1);
        let topic = "house/kitchen/temperature";
        let bound = Bound { topic, ..Bound::default() };
        let (mut wire, mut out) = (Vec::with_capacity(4096), Vec::with_capacity(4096));
        publisher.encrypt(topic, Epoch(1), Access::Open, &mut random, &mut wire).unwrap();
        subscriber.receive(Epoch(1), &bound, &wire, &mut out).unwrap();
        let mut before = 0;
        for round in 0..100 {
            if round == 1 {
                before = count();
            }
            wire.clear();
            out.clear();
            publisher.publish(topic, Epoch(1), &Properties::default(), &[b'x'; 64], &mut wire).unwrap();
            subscriber.receive(Epoch(1), &bound, &wire, &mut out).unwrap();
            assert_eq!(out, [b'x'; 64]);
        }
        assert_eq!(count() - before, 0, "{suite}");
    }
}
