//! JIDs: the public corpora, escaping, limits.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failing test shows where"
)]

use unicode_normalization::UnicodeNormalization;
use xmpp_stanza::{Jid, JidError, escape_local, unescape_local};

include!("data/read.rs");

/// The entries of a corpus file: what stands between `header` and the record separators.
fn entries<'t>(text: &'t str, header: &str, records: usize) -> Vec<Vec<&'t str>> {
    let header = format!("\n{header}\n");
    let entries = text.split(&header).skip(1);
    entries
        .map(|entry| entry.split('\u{1e}').take(records).map(|record| record.trim_start_matches('\n')).collect())
        .collect()
}

#[test]
fn valid_corpus() {
    let Some(bytes) = shared("data/xmpp/jxmpp-jids/valid_main") else { return };
    let text = String::from_utf8(bytes).unwrap();
    let entries = entries(&text, "jid:", 2);
    assert!(entries.len() > 10);
    for entry in entries {
        let (input, expected) = (entry[0], entry[1]);
        let parts: Vec<&str> = expected.split('\u{1f}').collect();
        let jid = Jid::new(input).unwrap_or_else(|error| panic!("{input:?}: {error}"));
        let found = [jid.local().unwrap_or(""), jid.domain(), jid.resource().unwrap_or("")];
        // The corpus marks this entry as open: RFC 8265 maps capital sigma to the small one, and leaves the final one alone.
        assert_eq!(found[..], parts[..], "{input:?}");
        assert_eq!(Jid::new(jid.as_str()).unwrap(), jid, "idempotent");
    }
}

#[test]
fn invalid_corpus() {
    let Some(bytes) = shared("data/xmpp/jxmpp-jids/invalid_main") else { return };
    let text = String::from_utf8(bytes).unwrap();
    let entries = entries(&text, "invalid jid:", 1);
    assert!(entries.len() > 10);
    for entry in entries {
        assert!(Jid::new(entry[0]).is_err(), "{:?}", entry[0]);
    }
}

#[test]
fn escaping() {
    let Some(bytes) = shared("data/xmpp/xep0106_vectors.tsv") else { return };
    let text = String::from_utf8(bytes).unwrap();
    for line in text.lines().skip(1) {
        let (plain, escaped) = line.split_once('\t').unwrap();
        assert_eq!(escape_local(plain), escaped);
        assert_eq!(unescape_local(escaped), plain);
    }
    assert_eq!(unescape_local("\\20a\\20"), "\\20a\\20");
    assert_eq!(unescape_local("a\\20b"), "a b");
}

#[test]
fn parts_and_limits() {
    let part = "a".repeat(1023);
    let longest = format!("{part}@{part}/{part}");
    let jid = Jid::new(&longest).unwrap();
    assert_eq!((jid.local(), jid.domain(), jid.resource()), (Some(&*part), &*part, Some(&*part)));
    assert_eq!(Jid::new(&format!("a{longest}")).unwrap_err(), JidError::LocalTooLong);
    assert_eq!(Jid::new(&format!("{longest}a")).unwrap_err(), JidError::ResourceTooLong);
    assert_eq!(Jid::new(&format!("a@a{part}")).unwrap_err(), JidError::DomainTooLong);
    // Lengths count after enforcement: fullwidth letters shrink from three octets to one.
    assert!(Jid::new(&format!("{}@b", "ａ".repeat(1023))).is_ok());
    assert_eq!(Jid::new(&format!("{}@b", "ａ".repeat(1024))).unwrap_err(), JidError::LocalTooLong);
    assert!(Jid::new(&"ａ".repeat(1023)).is_ok());
    assert_eq!(Jid::new(&"ａ".repeat(1024)).unwrap_err(), JidError::DomainTooLong);
    assert!(Jid::new(&format!("b/{}", "e\u{301}".repeat(511))).is_ok());
    assert_eq!(Jid::new(&format!("b/{}", "e\u{301}".repeat(512))).unwrap_err(), JidError::ResourceTooLong);
}

#[test]
fn enforcement() {
    for (input, enforced) in [
        ("Juliet@Example.COM/Balcony", "juliet@example.com/Balcony"),
        ("a@b./c", "a@b/c"),
        ("ﬁx@b", ""),
        ("ＡＢＣ@b", "abc@b"),
        ("a@b/x\u{A0}y", "a@b/x y"),
        ("e\u{301}@b", "é@b"),
        ("ς@b", "ς@b"),
        ("ẞ@b", "ß@b"),
        ("a@b/🍺", "a@b/🍺"),
        ("a@b//c@d/e", "a@b//c@d/e"),
        ("a@[::1]", "a@[::1]"),
        ("عمر@b", "عمر@b"),
        ("aعمر@b", ""),
        ("a\u{200D}@b", ""),
        ("क\u{94D}\u{200D}@b", "क\u{94D}\u{200D}@b"),
        ("l·l@b", "l·l@b"),
        ("a·l@b", ""),
        ("a@b/\u{7F}", ""),
        ("a b@c", ""),
        ("a@b c", ""),
        ("a@b/ ", "a@b/ "),
        ("a＠b@c", ""),
        ("a／b", ""),
        ("a@b..", ""),
        ("a@ab--c", ""),
        ("a@XN--FIQS8S.", "a@中国"),
        ("a@[FE80::1%25En0]", "a@[fe80::1%25En0]"),
        ("a.example.com/b@example.net", "a.example.com/b@example.net"),
        ("Σ@b", "σ@b"),
        ("♚@b", ""),
        ("henryⅣ@b", ""),
        ("a@", ""),
        ("@b", ""),
        ("a@b/", ""),
        ("", ""),
        (".", ""),
    ] {
        match Jid::new(input) {
            Ok(jid) => assert_eq!(jid.as_str(), enforced, "{input:?}"),
            Err(error) => assert_eq!(enforced, "", "{input:?}: {error}"),
        }
    }
}

/// RFC 7622 §3.2.3: all spellings of an address are one.
#[test]
fn spellings_compare_equal() {
    let jid = Jid::new("ü@münchen.example/Ü").unwrap();
    for spelling in [
        "Ü@MÜNCHEN.example/Ü",
        "ü@xn--mnchen-3ya.EXAMPLE./Ü",
        "u\u{308}@mu\u{308}nchen.ｅxample/U\u{308}",
        "ü@münchen。example/Ü",
    ] {
        assert_eq!(Jid::new(spelling).unwrap(), jid, "{spelling}");
    }
    assert_ne!(Jid::new("ü@münchen.example/ü").unwrap(), jid);
}

#[test]
fn local_parts_exclude_eight_characters_more() {
    for c in "\"&'/:<>@".chars() {
        for local in [format!("a{c}b"), format!("ü{c}")] {
            assert_eq!(Jid::from_parts(Some(&local), "c", None).unwrap_err(), JidError::InvalidLocal, "{local}");
        }
        assert!(Jid::from_parts(Some("a"), "c", Some(&format!("a{c}b"))).is_ok(), "{c}");
        assert!(Jid::from_parts(Some("a"), &format!("c{c}d"), None).is_err(), "{c}");
    }
}

/// RFC 8264 §7: enforcing once more changes nothing.
#[test]
fn enforcement_is_stable() {
    // The characters that lower case or a decomposition changes.
    for c in ('\0'..='\u{1FFFF}').filter(|c| c.to_lowercase().nfkd().ne([*c])) {
        for text in [format!("{c}@b"), format!("a{c}\u{301}@b"), format!("{c}.b"), format!("b/{c}\u{301}")] {
            if let Ok(jid) = Jid::new(&text) {
                assert_eq!(Jid::new(jid.as_str()).as_ref(), Ok(&jid), "{text:?}");
            }
        }
    }
}
