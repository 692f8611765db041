//! `xmpp-stanza` against quick-xml.

use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event as E;
use quick_xml::name::ResolveResult;
use xmpp_stanza::{Content, Decoder, ElementRef, Limits};

/// What the tokenizer accepts, quick-xml accepts too, with the same names, attributes and texts.
pub fn xmpp_differential(data: &[u8]) {
    let mut decoder = Decoder::established(Content::Client, Limits::default()).accept_unknown(true);
    let mut input = data;
    while let Ok(Some(event)) = decoder.decode(&mut input) {
        let Some(element) = event.element() else { continue };
        let alone = element.root().to_element();
        let mut ours = Vec::new();
        flatten(&alone.root(), &mut ours);
        assert_eq!(ours, theirs(alone.as_str()), "{}", alone.as_str());
    }
}

/// Names, attributes and texts in the order of the document.
fn flatten(element: &ElementRef<'_>, out: &mut Vec<String>) {
    let mut attributes: Vec<_> =
        element.attributes().map(|a| format!("{{{}}}{}={}", a.namespace, a.name, a.value)).collect();
    attributes.sort_unstable();
    out.push(format!("<{{{}}}{} {attributes:?} {}", element.namespace(), element.name(), element.text()));
    element.children().for_each(|child| flatten(&child, out));
    out.push(">".into());
}

fn theirs(xml: &str) -> Vec<String> {
    let mut reader = quick_xml::NsReader::from_str(xml);
    let mut out: Vec<String> = Vec::new();
    let mut open: Vec<(usize, String)> = Vec::new();
    let name = |result: ResolveResult<'_>| match result {
        // quick-xml takes namespace names as they are spelled.
        ResolveResult::Bound(namespace) => attribute_value(namespace.as_ref()),
        ResolveResult::Unbound => String::new(),
        ResolveResult::Unknown(prefix) => panic!("unknown prefix {prefix:?}"),
    };
    loop {
        match reader.read_event().expect("quick-xml reads what we accept") {
            ref event @ (E::Start(ref tag) | E::Empty(ref tag)) => {
                let (namespace, local) = reader.resolver().resolve_element(tag.name());
                let mut attributes = Vec::new();
                for attribute in tag.attributes() {
                    let attribute = attribute.expect("an attribute");
                    if attribute.key.as_namespace_binding().is_some() {
                        continue;
                    }
                    let (namespace, local) = reader.resolver().resolve_attribute(attribute.key);
                    let value = attribute_value(&*attribute.value);
                    attributes.push(format!("{{{}}}{}={value}", name(namespace), show(local.as_ref())));
                }
                attributes.sort_unstable();
                let head = format!("<{{{}}}{} {attributes:?} ", name(namespace), show(local.as_ref()));
                open.push((out.len(), String::new()));
                out.push(head);
                if matches!(event, E::Empty(_)) {
                    close(&mut out, &mut open);
                }
            }
            E::End(_) => close(&mut out, &mut open),
            E::Text(text) => push(&mut open, &newlines(show(text.as_ref()))),
            E::CData(text) => push(&mut open, &newlines(show(text.as_ref()))),
            E::GeneralRef(reference) => {
                let resolved = match reference.resolve_char_ref().expect("a reference") {
                    Some(c) => c.to_string(),
                    None => resolve_xml_entity(show(reference.as_ref())).expect("an entity").to_owned(),
                };
                push(&mut open, &resolved);
            }
            E::Eof => return out,
            other => panic!("{other:?}"),
        }
    }
}

fn show<T: AsRef<[u8]> + ?Sized>(bytes: &T) -> &str {
    core::str::from_utf8(bytes.as_ref()).expect("text")
}

fn attribute_value<T: AsRef<[u8]> + ?Sized>(raw: &T) -> String {
    // XML 1.0 §3.3.3: white space is normalised before references are replaced.
    let normal = show(raw).replace("\r\n", " ").replace(['\r', '\n', '\t'], " ");
    quick_xml::escape::unescape(&normal).expect("references").into_owned()
}

fn newlines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

fn push(open: &mut [(usize, String)], text: &str) {
    open.last_mut().expect("an open element").1.push_str(text);
}

fn close(out: &mut Vec<String>, open: &mut Vec<(usize, String)>) {
    let (at, text) = open.pop().expect("an open element");
    out.get_mut(at).expect("its head").push_str(&text);
    out.push(">".into());
}
