//! The names and fields of XMPP events.

use serde_json::{Value, json};
use xmpp_stanza::{ElementRef, Event, Header, StanzaError, ns};

use crate::fields;
use crate::protocol::{Detail, Fields};

/// Nesting that is shown; of what is deeper only the length.
const DEPTH: usize = 16;

/// The type of an event: the specification's name.
pub(super) fn kind(event: &Event<'_>) -> String {
    match event {
        Event::Open(_) => "stream:stream".into(),
        Event::Close => "/stream:stream".into(),
        Event::Features(_) => "stream:features".into(),
        Event::Error(_) => "stream:error".into(),
        Event::Stanza(element) | Event::Nonza(element) => element.root().name().into(),
    }
}

/// One line for what is no typed stanza.
pub(super) fn line(event: &Event<'_>) -> String {
    match event {
        Event::Open(header) => header.to_string(),
        Event::Error(error) => error.to_string(),
        Event::Close => "/stream:stream".into(),
        Event::Features(element) | Event::Stanza(element) | Event::Nonza(element) => {
            let root = element.root();
            let mut line = kind(event);
            if root.is_secret() {
                if let Some(mechanism) = root.attribute("mechanism") {
                    line.push_str(&format!(" {mechanism}"));
                }
                line.push_str(&format!(" {}", secret(&root)));
                return line;
            }
            for attribute in root.attributes() {
                line.push_str(&format!(" {}={}", attribute.name, attribute.value));
            }
            for child in root.children() {
                line.push(' ');
                line.push_str(child.name());
            }
            line
        }
    }
}

/// The fields of an event.
pub(super) fn event(event: &Event<'_>, detail: Detail) -> Fields {
    match event {
        Event::Open(open) => header(open),
        Event::Close => Fields::new(),
        Event::Error(error) => {
            let mut fields = Fields::new();
            fields.insert("condition".into(), json!(error.condition.as_str()));
            if let Some(text) = &error.text {
                fields.insert("text".into(), json!(text.as_str()));
            }
            if let Some(host) = &error.host {
                fields.insert("host".into(), json!(host.as_str()));
            }
            fields
        }
        Event::Features(root) | Event::Nonza(root) => element(&root.root(), detail),
        Event::Stanza(root) => stanza(&root.root(), detail),
    }
}

/// The fields of a stream header.
pub(super) fn header(header: &Header<'_>) -> Fields {
    let mut fields = Fields::new();
    let mut put = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(name.into(), json!(value));
        }
    };
    put("to", header.to.as_ref().map(ToString::to_string));
    put("from", header.from.as_ref().map(ToString::to_string));
    put("id", header.id.as_ref().map(ToString::to_string));
    put("version", header.version.map(|version| version.to_string()));
    put("xml:lang", header.lang.as_ref().map(ToString::to_string));
    put("xmlns", header.content.map(|content| content.namespace().to_owned()));
    fields
}

/// The attributes of a stanza, its texts, its error, and its children as trees.
fn stanza(root: &ElementRef<'_>, detail: Detail) -> Fields {
    let mut fields = attributes(root);
    let texts = ["body", "subject", "thread", "show", "status", "priority"];
    for child in root.children().filter(|child| child.namespace() == root.namespace()) {
        if texts.contains(&child.name()) && !fields.contains_key(child.name()) {
            fields.insert(child.name().into(), json!(child.text().to_cow()));
        } else if child.name() == "error"
            && let Ok(error) = StanzaError::decode(&child)
        {
            let mut shown = Fields::new();
            shown.insert("type".into(), json!(error.error_type.as_str()));
            shown.insert("condition".into(), json!(error.condition.as_str()));
            if let Some(text) = error.text {
                shown.insert("text".into(), json!(text.to_cow()));
            }
            fields.insert("error".into(), Value::Object(shown));
        }
    }
    children(root, detail, &mut fields, 0);
    fields
}

/// An element as a tree: `name`, `xmlns`, its attributes, `text`, `children`.
pub(super) fn element(root: &ElementRef<'_>, detail: Detail) -> Fields {
    tree(root, detail, 0)
}

fn attributes(root: &ElementRef<'_>) -> Fields {
    let mut fields = Fields::new();
    if root.is_secret() && !root.namespace().to_cow().contains("sasl") {
        return fields;
    }
    for attribute in root.attributes() {
        let name = match attribute.namespace.to_cow() {
            namespace if namespace.is_empty() => attribute.name.to_owned(),
            namespace if namespace == ns::XML => format!("xml:{}", attribute.name),
            namespace => format!("{{{namespace}}}{}", attribute.name),
        };
        fields.insert(name, json!(attribute.value.to_cow()));
    }
    fields
}

fn secret(root: &ElementRef<'_>) -> String {
    fields::redacted(root.text().to_cow().len()).as_str().unwrap_or_default().to_owned()
}

fn tree(root: &ElementRef<'_>, detail: Detail, depth: usize) -> Fields {
    let mut fields = Fields::new();
    fields.insert("name".into(), json!(root.name()));
    fields.insert("xmlns".into(), json!(root.namespace().to_cow()));
    let own = attributes(root);
    if !own.is_empty() {
        fields.insert("attributes".into(), Value::Object(own));
    }
    let text = root.text().to_cow();
    if root.is_secret() {
        fields.insert("text".into(), json!(secret(root)));
    } else if !text.trim().is_empty() {
        let cut: String = text.chars().take(detail.preview()).collect();
        fields.insert("text".into(), json!(cut));
    }
    children(root, detail, &mut fields, depth);
    fields
}

fn children(root: &ElementRef<'_>, detail: Detail, fields: &mut Fields, depth: usize) {
    if depth >= DEPTH {
        if root.children().next().is_some() {
            fields.insert("deeper".into(), json!(root.inner_xml().len()));
        }
        return;
    }
    let shown = root.children().map(|child| Value::Object(tree(&child, detail, depth.saturating_add(1))));
    let shown: Vec<Value> = shown.collect();
    if !shown.is_empty() {
        fields.insert("children".into(), Value::Array(shown));
    }
}
