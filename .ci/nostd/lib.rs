//! Links every published crate without `std`: a second panic handler would not compile, so the one below proves that none came along.
#![no_std]
#![no_main]

extern crate alloc;

use core::alloc::{GlobalAlloc, Layout};
use core::panic::PanicInfo;
use core::ptr;
use core::sync::atomic::{AtomicUsize, Ordering};

include!("crates.rs");

/// A bump allocator over a static arena that gives nothing back: enough for one short program.
struct Bump;

const ARENA: usize = 1 << 16;

#[repr(align(64))]
struct Arena(core::cell::UnsafeCell<[u8; ARENA]>);

// SAFETY: `NEXT` hands every byte out once.
unsafe impl Sync for Arena {}

static BYTES: Arena = Arena(core::cell::UnsafeCell::new([0; ARENA]));
static NEXT: AtomicUsize = AtomicUsize::new(0);

// SAFETY: every block lies inside the arena, is aligned, and overlaps no other.
unsafe impl GlobalAlloc for Bump {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let room = layout.size() + layout.align();
        let start = NEXT.fetch_add(room, Ordering::Relaxed);
        if layout.align() > 64 || start + room > ARENA {
            return ptr::null_mut();
        }
        let aligned = (start + layout.align() - 1) & !(layout.align() - 1);
        BYTES.0.get().cast::<u8>().wrapping_add(aligned)
    }

    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}
}

#[global_allocator]
static ALLOCATOR: Bump = Bump;

#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    loop {}
}

/// Called by the C program: allocates once, so that the allocator above is the one in use, and runs each crate's probe.
#[unsafe(no_mangle)]
pub extern "C" fn nostd_check(value: u8) -> u8 {
    let boxed = alloc::boxed::Box::new(value);
    if NEXT.load(Ordering::Relaxed) != 0 && probes() { *boxed } else { 0 }
}
