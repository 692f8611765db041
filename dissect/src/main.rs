//! The program `dissect`.
#![forbid(unsafe_code)]

fn main() {}
