//! On the parsers of policies.

use smqtt_crypto::*;

/// Policy bombs (circl fixes of June and July 2026): linear, bounded, answered.
#[test]
fn policy_bombs() {
    let parse = |text: &str| text.parse::<Policy>().map_err(|error| error.kind);
    let large = Limits { max_policy_text: usize::MAX, max_policy_depth: 1000, ..Limits::default() };
    assert_eq!(parse(&"(".repeat(4000)), Err(PolicyErrorKind::TooDeep));
    assert_eq!(parse(&"a=1 or ".repeat(10_000)), Err(PolicyErrorKind::TextTooLong));
    let ors = ["a=1"; 1025].join(" or ");
    assert_eq!(Policy::parse(&ors, &large).map_err(|e| e.kind), Err(PolicyErrorKind::TooManyLeaves));
    let nots = format!("{} a = 1", "not ".repeat(1000));
    assert!(parse(&nots).is_ok());
    for (text, kind) in [
        ("0 of (a=1, b=2)", PolicyErrorKind::BadThreshold),
        ("3 of (a=1, b=2)", PolicyErrorKind::BadThreshold),
        ("99999999999999999999 of (a=1)", PolicyErrorKind::NumberTooLarge),
        ("70000 of (a=1)", PolicyErrorKind::BadThreshold),
        ("a in [5..4]", PolicyErrorKind::EmptyRange),
        ("a < 0", PolicyErrorKind::EmptyRange),
        ("a > 4294967295", PolicyErrorKind::EmptyRange),
        ("a >= 4294967296", PolicyErrorKind::NumberTooLarge),
        ("a = 256#8", PolicyErrorKind::NumberTooLarge),
        ("a = 1#7", PolicyErrorKind::BadWidth),
        ("a = 1#68", PolicyErrorKind::BadWidth),
        ("a in {}", PolicyErrorKind::ExpectedValue),
        ("a in []", PolicyErrorKind::ExpectedValue),
        ("epoch in [0..16777216]", PolicyErrorKind::NumberTooLarge),
        ("not a = \"x\"", PolicyErrorKind::UnsoundNot),
        ("a != \"x\"", PolicyErrorKind::UnsoundNot),
        ("not topic(\"a\")", PolicyErrorKind::UnsoundNot),
        ("topic(\"a/#/b\")", PolicyErrorKind::BadFilter),
        ("a = \"x", PolicyErrorKind::UnclosedText),
        ("a = \"\\n\"", PolicyErrorKind::UnclosedText),
        ("a = b", PolicyErrorKind::ExpectedValue),
        ("a < \"b\"", PolicyErrorKind::TextComparison),
        ("a = 1 b = 2", PolicyErrorKind::ExpectedOperator),
        ("(a = 1", PolicyErrorKind::Unclosed),
        ("a = 1)", PolicyErrorKind::ExpectedOperator),
        ("", PolicyErrorKind::ExpectedCondition),
        ("and", PolicyErrorKind::ExpectedCondition),
        ("a = 1 and", PolicyErrorKind::ExpectedCondition),
        ("a ~ 1", PolicyErrorKind::UnexpectedCharacter),
        ("(a = 1, b = 2)", PolicyErrorKind::ExpectedOperator),
    ] {
        assert_eq!(parse(text), Err(kind), "{text}");
    }
    // A 64-bit range at its worst is 464 leaves: three of them are too many for a key.
    let worst = "n in [1..18446744073709551614]#64";
    assert_eq!(parse(worst).unwrap().leaf_count(), 464);
    assert_eq!(parse(&[worst; 3].join(" and ")), Err(PolicyErrorKind::TooManyLeaves));
}

/// The same bombs in binary: counts that the bytes do not bear out, gates that do not close.
#[test]
fn binary_policy_bombs() {
    let refused = |bytes: &[u8]| Policy::decode(bytes, &Limits::default()).unwrap_err().kind;
    assert_eq!(refused(&[0xFF, 0xFF, 1, 0, 2]), DecodeErrorKind::LimitExceeded);
    assert_eq!(refused(&[0, 0]), DecodeErrorKind::BadPolicy);
    let text = [0x11, 0, 1, b'a', 0, 1, b'x'];
    let tree =
        |items: &[&[u8]]| [&u16::try_from(items.len()).unwrap().to_be_bytes(), items.concat().as_slice()].concat();
    assert!(Policy::decode(&tree(&[&text]), &Limits::default()).is_ok());
    assert_eq!(refused(&tree(&[&text, &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[1, 0, 3], &text, &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[1, 0, 1], &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[3, 0, 2, 0, 2], &text, &text])), DecodeErrorKind::BadPolicy);
    assert_eq!(refused(&tree(&[&[3, 0, 1, 0, 2], &text, &text])), DecodeErrorKind::BadPolicy);
    let mut deep: Vec<&[u8]> = vec![&[1, 0, 2]; 33];
    deep.extend([&text[..]; 34]);
    assert_eq!(refused(&tree(&deep)), DecodeErrorKind::BadPolicy);
}
