//! Any file, in any mode of the program, ends with one of its three statuses.
#![no_main]

use std::ffi::OsString;

use dissect::registry::PROTOCOLS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    // The first byte chooses the mode, the rest is the file.
    let Some((&choice, mut file)) = data.split_first() else { return };
    let mode = match choice % 3 {
        0 => "--stats",
        1 => "--json",
        _ => "--color=always",
    };
    let mut arguments = vec![OsString::from(mode), OsString::from("-")];
    if let Some(protocol) = PROTOCOLS.get(usize::from(choice / 3)) {
        arguments.push(format!("--proto={}", protocol.name()).into());
    }
    if choice >= 128 {
        arguments.push("--from=server".into());
    }
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let streams = dissect::Streams { input: &mut file, out: &mut out, err: &mut err, colour: false, progress: false };
    assert!(dissect::run(arguments, streams) <= 2);
});
