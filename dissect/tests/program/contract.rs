//! The command line, the exit statuses, and what stands in the lines whatever the protocol is.

use crate::{captures, hex, json_of, run, unpacked};

fn bundled(name: &str) -> String {
    captures().join(name).to_str().unwrap().to_owned()
}

#[test]
fn without_arguments_the_bundled_captures_are_shown() {
    let output = run(&[], b"");
    assert_eq!(output.status, 0, "{}", output.err);
    for part in ["captures/mqtt-v5.pcap.gz", "CONNECT", "PUBLISH", "AUTH", "messages/s", "MB/s", "total"] {
        assert!(output.out.contains(part), "{part} is missing");
    }
    assert_eq!(output.err, "");
}

#[test]
fn without_a_terminal_there_are_no_colours_and_on_demand_there_are() {
    assert!(!run(&[], b"").out.contains('\u{1b}'));
    assert!(run(&["--color", "always"], b"").out.contains('\u{1b}'));
}

#[test]
fn stats_prints_the_table_alone() {
    let output = run(&["--stats", &bundled("mqtt-v5.pcap.gz")], b"");
    assert!(output.out.starts_with("protocol"), "{}", output.out);
    assert!(!output.out.contains('→'));
}

#[test]
fn filter_is_by_type_without_case_and_may_end_in_a_star() {
    let file = bundled("mqtt-v5.pcap.gz");
    let types = |filter: &str| {
        let output = run(&["--json", "--filter", filter, &file], b"");
        let mut types = output.types();
        types.dedup();
        types.sort();
        types.dedup();
        types
    };
    assert_eq!(types("connect"), ["CONNECT"]);
    assert_eq!(types("CONNECT,connack"), ["CONNACK", "CONNECT"]);
    assert_eq!(types("PUBREC,pubr*"), ["PUBREC", "PUBREL"]);
    assert!(types("ERROR").is_empty());
}

#[test]
fn follow_shows_the_conversation_of_one_end_alone() {
    let file = bundled("mqtt-v5.pcap.gz");
    let all = run(&["--json", &file], b"").json();
    let end = all[0]["src"].as_str().unwrap();
    let of_end = |line: &&serde_json::Value| line["src"] == end || line["dst"] == end;
    let expected: Vec<_> = all.iter().filter(of_end).cloned().collect();
    assert!(expected.len() < all.len(), "the capture has more than one conversation");
    assert_eq!(run(&["--json", "--follow", end, &file], b"").json(), expected);
    assert_eq!(run(&["--json", "--follow", "192.0.2.1:1", &file], b"").json().len(), 0);
}

#[test]
fn filter_does_not_change_the_exit_status() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/mqtt-badinput.pcap.gz");
    assert_eq!(run(&["--json", file], b"").status, 1);
    assert_eq!(run(&["--json", "--filter", "PINGREQ", file], b"").status, 1);
}

#[test]
fn usage_errors_end_with_status_2_and_say_what_is_possible() {
    let cases: &[(&[&str], &str)] = &[
        (&["--nonsense"], "no option --nonsense"),
        (&["-x"], "-x"),
        (&["--proto", "gopher"], "no protocol gopher (there are: "),
        (&["--proto"], "--proto"),
        (&["--from", "nobody"], "client or server"),
        (&["--hex"], "--hex needs --proto"),
        (&["--hex", "--proto", "mqtt", "file"], "standard input"),
        (&["--json", "--stats"], "exclude"),
        (&["--explain"], "--explain goes with --hex"),
        (&["--color", "red"], "auto, always or never"),
        (&["--mqtt-version", "6"], "3, 4, 5, auto"),
        (&["--json=yes"], ""),
        (&["/nonexistent/file"], "/nonexistent/file"),
    ];
    for (arguments, complaint) in cases {
        let output = run(arguments, b"");
        assert_eq!(output.status, 2, "{arguments:?}: {}", output.out);
        assert!(output.err.contains(complaint), "{arguments:?}: {}", output.err);
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let help = run(&["--help"], b"");
    assert_eq!(help.status, 0);
    for word in ["--json", "--hex", "--stats", "--filter", "--proto", "--from", "--mqtt-version", "Exit status"] {
        assert!(help.out.contains(word), "{word}");
    }
    assert_eq!(run(&["-V"], b"").out, format!("dissect {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn json_lines_have_the_keys_of_the_contract_in_order() {
    let output = run(&["--json", &bundled("mqtt-v5.pcap.gz")], b"");
    assert_eq!(output.status, 0);
    for line in output.json() {
        let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(keys, ["file", "frame", "time", "proto", "src", "dst", "type", "len", "fields"]);
    }
}

#[test]
fn the_lines_of_a_capture_are_what_they_were() {
    let output = json_of(&unpacked(&captures().join("mqtt-v5-auth.pcap.gz")));
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/mqtt-v5-auth.jsonl");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, &output.out).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    for (ours, golden) in output.out.lines().zip(golden.lines()) {
        assert_eq!(ours, golden, "BLESS=1 writes the new lines to tests/golden");
    }
    assert_eq!(output.out.lines().count(), golden.lines().count());
}

#[test]
fn frames_come_in_capture_order() {
    for entry in std::fs::read_dir(captures()).unwrap() {
        let path = entry.unwrap().path();
        if !path.to_str().unwrap().ends_with(".pcap.gz") {
            continue;
        }
        let output = run(&["--json", path.to_str().unwrap()], b"");
        let frames: Vec<u64> = output.json().iter().map(|line| line["frame"].as_u64().unwrap()).collect();
        assert!(frames.is_sorted(), "{path:?}");
        assert!(!frames.is_empty());
    }
}

#[test]
fn a_line_that_is_not_hex_is_answered_and_ends_with_status_2() {
    let output = hex(&["--proto", "mqtt"], "c0 00\nxyz\nc000\n");
    assert_eq!(output.status, 2);
    let lines = output.json();
    assert_eq!(lines[0]["status"], "ok");
    assert_eq!((&lines[1]["status"], &lines[1]["error"]["kind"]), (&"error".into(), &"NotHex".into()));
    assert_eq!((&lines[2]["line"], &lines[2]["status"]), (&3.into(), &"ok".into()));
}

#[test]
fn a_raw_file_of_nothing_known_needs_proto() {
    let output = run(&["-"], b"\x00\x01\x02\x03 nothing that anyone knows");
    assert_eq!(output.status, 2);
    assert!(output.err.contains("--proto"), "{}", output.err);
}

/// A reader that closes the pipe early.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_closed_pipe_ends_the_program_quietly() {
    let mut err = Vec::new();
    let streams =
        dissect::Streams { input: &mut &b""[..], out: &mut Closed, err: &mut err, colour: false, progress: false };
    assert_eq!(dissect::run([], streams), 0);
    assert!(err.is_empty());
}
