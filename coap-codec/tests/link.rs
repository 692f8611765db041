//! The link format: RFC 6690, its examples and its corners.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

use coap_codec::link::{AttributeValue, Filter, LinkError, LinkWriter, filter, links};
use proptest::prelude::*;

/// RFC 6690 §5, the documents of the examples.
const SENSORS: &str = r#"</sensors/temp>;if="sensor",</sensors/light>;if="sensor""#;
const TYPED: &str = "</sensors>;ct=40;title=\"Sensor Index\",</sensors/temp>;rt=\"temperature-c\";if=\"sensor\",</sensors/light>;rt=\"light-lux\";\
if=\"sensor\",<http://www.example.com/sensors/t123>;anchor=\"/sensors/temp\";rel=\"describedby\",</t>;anchor=\"/sensors/temp\";rel=\"alternate\"";

fn targets(document: &'static str, query: &'static str) -> Vec<&'static str> {
    filter(document, Some(Filter::parse(query).unwrap())).map(|link| link.unwrap().target).collect()
}

#[test]
fn the_examples_of_the_rfc_are_read() {
    let all: Vec<_> = links(TYPED).map(Result::unwrap).collect();
    assert_eq!(all.len(), 5);
    assert_eq!(all[0].content_formats().collect::<Vec<_>>(), [40]);
    assert_eq!(all[0].attribute("title"), Some(AttributeValue::Quoted("Sensor Index")));
    assert_eq!(all[0].relations().collect::<Vec<_>>(), ["hosts"]);
    assert_eq!((all[3].anchor(), all[3].relations().next()), (Some("/sensors/temp"), Some("describedby")));
    assert_eq!(links(SENSORS).count(), 2);
    assert_eq!(links("").count(), 0);
}

#[test]
fn queries_select_links() {
    assert_eq!(targets(TYPED, "rt=light-lux"), ["/sensors/light"]);
    assert_eq!(targets(TYPED, "if=sensor"), ["/sensors/temp", "/sensors/light"]);
    assert_eq!(targets(TYPED, "href=/sensors*"), ["/sensors", "/sensors/temp", "/sensors/light"]);
    assert_eq!(targets(TYPED, "href=/sensors"), ["/sensors"]);
    assert_eq!(targets(TYPED, "rt=temp*"), ["/sensors/temp"]);
    assert_eq!(targets(TYPED, "rt=temperature"), Vec::<&str>::new());
    assert_eq!(targets(TYPED, "anchor=/sensors/temp"), ["http://www.example.com/sensors/t123", "/t"]);
    assert_eq!(targets(TYPED, "foo=*"), Vec::<&str>::new());
    assert_eq!(targets(r#"</a>;rt="x y z",</b>;rt=y"#, "rt=y"), ["/a", "/b"]);
    assert_eq!(targets(r#"</a>;title="say \"x\"""#, "title=say \"x\""), ["/a"]);
    assert_eq!((Filter::parse("rt"), Filter::parse("=x")), (None, None));
}

#[test]
fn separators_inside_quotes_and_targets_are_data() {
    let document = r#"</a;b,c>;title="x,y;z>\"<";obs;sz=12,</d>;title*=UTF-8'de'%c3%bc"#;
    let all: Vec<_> = links(document).map(Result::unwrap).collect();
    assert_eq!((all[0].target, all[1].target), ("/a;b,c", "/d"));
    assert_eq!((all[0].size(), all[0].is_observable(), all[1].is_observable()), (Some(12), true, false));
    assert_eq!(all[0].attribute("title").unwrap().chars().collect::<String>(), "x,y;z>\"<");
    assert_eq!(all[1].attribute("title*"), Some(AttributeValue::Token("UTF-8'de'%c3%bc")));
}

/// RFC 6690 §3, erratum 5078: of an attribute that may occur once the first one counts.
#[test]
fn the_first_of_several_counts() {
    let link = links(r#"</a>;ct=0;ct=40;rt="a";rt="b""#).next().unwrap().unwrap();
    assert_eq!(link.content_formats().collect::<Vec<_>>(), [0]);
    assert_eq!(link.resource_types().collect::<Vec<_>>(), ["a"]);
    let link = links(r#"</a>;ct="0 40 65536 x""#).next().unwrap().unwrap();
    assert_eq!(link.content_formats().collect::<Vec<_>>(), [0, 40]);
}

/// RFC 7641 §6: a value that obs has is ignored, and the first obs counts.
#[test]
fn an_obs_with_a_value_is_an_obs() {
    for document in ["</a>;obs", "</a>;obs=0", "</a>;obs=\"no\"", "</a>;obs;obs=1"] {
        assert!(links(document).next().unwrap().unwrap().is_observable(), "{document}");
    }
    assert!(!links("</a>;obsolete").next().unwrap().unwrap().is_observable());
}

/// RFC 6690 §2, §3.1 to §3.3, RFC 7641 §6.
#[test]
fn what_may_stand_once_is_written_once() {
    let mut document = String::new();
    let mut writer = LinkWriter::new(&mut document);
    for target in ["/a", "/b"] {
        let link = writer.link(target).unwrap().quoted("rt", "x").unwrap().quoted("if", "y").unwrap();
        link.number("sz", 1).unwrap().number("ct", 40).unwrap().flag("obs").unwrap().quoted("x", "1").unwrap();
        for name in ["rt", "if", "sz", "ct", "obs", "href"] {
            assert!(writer.flag(name).is_err(), "{name}");
        }
        writer.quoted("x", "2").unwrap();
    }
    let link = r#";rt="x";if="y";sz=1;ct=40;obs;x="1";x="2""#;
    assert_eq!(document, format!("</a>{link},</b>{link}"));
}

#[test]
fn what_is_no_link_is_refused_at_its_place() {
    for (document, good, offset) in [
        ("x", 0, 0),
        ("</a", 0, 0),
        ("</a>;", 0, 0),
        ("</a>;=x", 0, 0),
        ("</a>;x=", 0, 0),
        ("</a>;x=\"y", 0, 0),
        ("</a>;x=\"y\\\"", 0, 0),
        ("</a> ,</b>", 0, 0),
        ("</a>,</b", 1, 5),
        ("</a>,", 1, 5),
        ("</a>,,</b>", 1, 5),
        ("<a b>", 0, 0),
    ] {
        let all: Vec<_> = links(document).collect();
        let seen = (all.iter().filter(|link| link.is_ok()).count(), all.last().copied());
        assert_eq!(seen, (good, Some(Err(LinkError { offset }))), "{document}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(links_in in prop::collection::vec(("[!#-;=?-~]{0,12}", "[a-q]{1,5}", "\\PC{0,12}"), 0..6)) {
        let mut document = String::new();
        let mut writer = LinkWriter::new(&mut document);
        for (target, name, value) in &links_in {
            writer.link(target).unwrap().quoted(name, value).unwrap().flag("obs").unwrap();
        }
        let read: Vec<_> = links(&document).map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), links_in.len());
        for (link, (target, name, value)) in read.iter().zip(&links_in) {
            prop_assert_eq!(link.target, target.as_str());
            prop_assert_eq!(&link.attribute(name).unwrap().chars().collect::<String>(), value);
        }
    }

    #[test]
    fn any_text_ends(document in "[<>/;,=\"\\\\a-c* ]{0,40}") {
        prop_assert!(links(&document).count() <= document.len() + 1);
    }
}
