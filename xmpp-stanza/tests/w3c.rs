//! The W3C documents: verdicts equal to expat's, but for restricted XML and fifth-edition names.
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

use xmpp_stanza::{Content, DecodeErrorKind as Kind, Decoder, Limits, base64};

include!("data/read.rs");

/// The verdict on a document: its element as the child of a stream, white space around it, an XML declaration in front allowed.
fn verdict(document: &[u8]) -> Result<(), Option<Kind>> {
    let mut decoder = Decoder::established(Content::Client, Limits::MAX).accept_unknown(true);
    let mut input = body(document).map_err(Some)?;
    let mut count = 0;
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(_)) => count += 1,
            Ok(None) if input.is_empty() && count == 1 => return Ok(()),
            Ok(None) => return Err(None),
            Err(error) => return Err(Some(error.kind)),
        }
    }
}

/// The document without its XML declaration, which the stream decoder judges where a header follows.
fn body(document: &[u8]) -> Result<&[u8], Kind> {
    if !document.starts_with(b"<?xml") {
        return Ok(document);
    }
    let end = document.windows(2).position(|pair| pair == b"?>").ok_or(Kind::MalformedDeclaration)? + 2;
    let mut stream = document[..end].to_vec();
    stream.extend_from_slice(
        b"<stream:stream xmlns:stream='http://etherx.jabber.org/streams' xmlns='jabber:client' version='1.0'>",
    );
    let mut decoder = Decoder::new(Limits::default());
    decoder.decode(&mut &stream[..]).map_err(|error| error.kind)?;
    Ok(&document[end..])
}

/// Where our verdict differs from that of expat 2.5 in namespace mode, and why.
const DIFFERENT: [(&str, &str); 3] = [
    ("rmt-ns10-006", "declares ISO-8859-1: RFC 6120 §11.6 allows UTF-8 only"),
    ("ibm-invalid-P89-ibm89n07.xml", "a name of the fifth edition; expat has the fourth"),
    ("ibm-invalid-P89-ibm89n08.xml", "a name of the fifth edition; expat has the fourth"),
];

#[test]
fn verdicts_equal_expats() {
    let Some(cases) = json_lines("data/xmpp/w3c-xmlconf-stripped.jsonl.gz") else { return };
    assert_eq!(cases.len(), 481);
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let document = base64::decode(case["b64"].as_str().unwrap()).unwrap();
        let ours = verdict(&document);
        let differs = ours.is_ok() != case["expat_ns_error"].is_null();
        assert_eq!(differs, DIFFERENT.iter().any(|(known, _)| *known == id), "{id}: {ours:?}");
    }
}

#[test]
fn documents_without_a_doctype_are_judged_as_the_suite_says() {
    let Some(cases) = json_lines("data/xmpp/w3c-xmlconf-nodoctype.jsonl.gz") else { return };
    let mut restricted = 0;
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let document = base64::decode(case["b64"].as_str().unwrap()).unwrap();
        let forbidden = case["comment"] == true || case["pi"] == true;
        let verdict = verdict(&document);
        match case["type"].as_str().unwrap() {
            "not-wf" => assert!(verdict.is_err(), "{id}"),
            // RFC 6120 §11.1: what the suite allows and XMPP does not.
            _ if forbidden => {
                restricted += 1;
                let kinds = [Kind::CommentOrDoctype, Kind::ProcessingInstruction, Kind::UnsupportedXmlVersion];
                assert!(matches!(verdict, Err(Some(kind)) if kinds.contains(&kind)), "{id}: {verdict:?}");
            }
            _ => {
                let other = matches!(verdict, Err(Some(Kind::UnsupportedEncoding | Kind::UnsupportedXmlVersion)));
                // RFC 6120 §11.6: UTF-8 only.
                let utf16 = document.starts_with(&[0xFF, 0xFE]) || document.starts_with(&[0xFE, 0xFF]);
                // Names of colons and digits: XML 1.0 allows them, Namespaces in XML §7 does not.
                let colons = id == "o-p05pass1";
                assert!(verdict.is_ok() != (other || utf16 || colons), "{id}: {verdict:?}");
            }
        }
    }
    println!("{} documents, {restricted} of them outside restricted XML", cases.len());
}
