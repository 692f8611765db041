//! Third-party vectors, which are not in the repository.

use alloc::string::String;
use alloc::vec::Vec;

/// A file of `data/smqtt` under `CODEC_DATA` or `../shared` beside the repository; says so when it is absent.
pub(crate) fn read(name: &str) -> Option<String> {
    let base = std::env::var("CODEC_DATA")
        .unwrap_or_else(|_| String::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared")));
    let path = std::format!("{base}/data/smqtt/{name}");
    let file = std::fs::read_to_string(&path).ok();
    if file.is_none() {
        std::println!("skipped: no {path}");
    }
    file
}

pub(crate) fn hex(text: &str) -> Vec<u8> {
    text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}
