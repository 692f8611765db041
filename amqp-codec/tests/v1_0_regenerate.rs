//! Generates the types of AMQP 1.0 from the specification's XML again and compares them with what is checked in.
//!
//! `REGENERATE=1 cargo test -p amqp-codec --test v1_0_regenerate` writes the files instead.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and some measure time"
)]

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// An element of the XML with its attributes and children; text is not kept.
#[derive(Debug, Default)]
struct Element {
    name: String,
    attributes: BTreeMap<String, String>,
    children: Vec<Self>,
}

impl Element {
    fn get(&self, name: &str) -> &str {
        self.attributes.get(name).map_or("", String::as_str)
    }

    fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Self> {
        self.children.iter().filter(move |child| child.name == name)
    }
}

/// Reads the elements of an XML text that has no CDATA and no nested markup in attributes.
fn parse(text: &str) -> Element {
    let mut stack = vec![Element::default()];
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if rest.starts_with("<!--") {
            rest = &rest[rest.find("-->").unwrap() + 3..];
            continue;
        }
        let end = rest.find('>').unwrap();
        let tag = &rest[1..end];
        rest = &rest[end + 1..];
        if tag.starts_with(['?', '!']) {
            continue;
        }
        if tag.starts_with('/') {
            let element = stack.pop().unwrap();
            stack.last_mut().unwrap().children.push(element);
            continue;
        }
        let element = element(tag.trim_end_matches('/'));
        if tag.ends_with('/') {
            stack.last_mut().unwrap().children.push(element);
        } else {
            stack.push(element);
        }
    }
    stack.pop().unwrap().children.pop().unwrap()
}

fn element(tag: &str) -> Element {
    let (name, mut rest) = tag.split_once(char::is_whitespace).unwrap_or((tag, ""));
    let mut element = Element { name: name.to_owned(), ..Element::default() };
    while let Some((key, value)) = rest.split_once("=\"") {
        let (value, tail) = value.split_once('"').unwrap();
        element.attributes.insert(key.trim().to_owned(), value.to_owned());
        rest = tail;
    }
    element
}

/// `sender-settle-mode` as a type's name.
fn camel(name: &str) -> String {
    name.split(['-', ':']).map(|word| word[..1].to_uppercase() + &word[1..]).collect()
}

/// `max-frame-size` as a field's name.
fn snake(name: &str) -> String {
    name.replace(['-', ':'], "_")
}

/// The section in which the specification defines a type.
fn section(name: &str) -> &'static str {
    match name {
        "open" => "2.7.1",
        "begin" => "2.7.2",
        "attach" => "2.7.3",
        "flow" => "2.7.4",
        "transfer" => "2.7.5",
        "disposition" => "2.7.6",
        "detach" => "2.7.7",
        "end" => "2.7.8",
        "close" => "2.7.9",
        "role" => "2.8.1",
        "sender-settle-mode" => "2.8.2",
        "receiver-settle-mode" => "2.8.3",
        "error" => "2.8.14",
        "amqp-error" => "2.8.15",
        "connection-error" => "2.8.16",
        "session-error" => "2.8.17",
        "link-error" => "2.8.18",
        "header" => "3.2.1",
        "properties" => "3.2.4",
        "received" => "3.4.1",
        "accepted" => "3.4.2",
        "rejected" => "3.4.3",
        "released" => "3.4.4",
        "modified" => "3.4.5",
        "source" => "3.5.3",
        "target" => "3.5.4",
        "terminus-durability" => "3.5.5",
        "terminus-expiry-policy" => "3.5.6",
        "std-dist-mode" => "3.5.7",
        "delete-on-close" => "3.5.10",
        "delete-on-no-links" => "3.5.11",
        "delete-on-no-messages" => "3.5.12",
        "delete-on-no-links-or-messages" => "3.5.13",
        "coordinator" => "4.5.1",
        "declare" => "4.5.2",
        "discharge" => "4.5.3",
        "declared" => "4.5.5",
        "transactional-state" => "4.5.6",
        "txn-capability" => "4.5.7",
        "transaction-error" => "4.5.8",
        "sasl-mechanisms" => "5.3.3.1",
        "sasl-init" => "5.3.3.2",
        "sasl-challenge" => "5.3.3.3",
        "sasl-response" => "5.3.3.4",
        "sasl-outcome" => "5.3.3.5",
        "sasl-code" => "5.3.3.6",
        other => panic!("no section for {other}"),
    }
}

/// The Rust type of a field, without its presence.
fn rust_type(owner: &str, field: &Element) -> &'static str {
    match (field.get("type"), field.get("requires"), owner) {
        ("string", ..) | ("*", "address", _) => "Text<'a>",
        ("symbol" | "ietf-language-tag", ..) if field.get("multiple") == "true" => "Symbols<'a>",
        ("symbol", ..) => "Symbol<'a>",
        ("binary", _, owner) if owner.starts_with("sasl-") => "Secret<'a>",
        ("binary" | "delivery-tag", ..) | ("*", "txn-id", _) => "Binary<'a>",
        (
            "uint" | "handle" | "seconds" | "milliseconds" | "sequence-no" | "delivery-number" | "transfer-number"
            | "message-format",
            ..,
        ) => "u32",
        ("ulong", ..) => "u64",
        ("ushort", ..) => "u16",
        ("ubyte", ..) => "u8",
        ("boolean", ..) => "bool",
        ("timestamp", ..) => "Timestamp",
        ("fields" | "node-properties", ..) => "Fields<'a>",
        ("map", _, "attach") => "Unsettled<'a>",
        ("filter-set", ..) => "FilterSet<'a>",
        ("error", ..) => "Error<'a>",
        ("role", ..) => "Role",
        ("sender-settle-mode", ..) => "SenderSettleMode",
        ("receiver-settle-mode", ..) => "ReceiverSettleMode",
        ("terminus-durability", ..) => "TerminusDurability",
        ("terminus-expiry-policy", ..) => "TerminusExpiryPolicy",
        ("sasl-code", ..) => "SaslCode",
        ("*", "source", _) => "Source<'a>",
        ("*", "target", _) => "TargetTerminus<'a>",
        ("*", "delivery-state", _) => "DeliveryState<'a>",
        ("*", "outcome", _) => "Outcome<'a>",
        ("*", "message-id", _) => "MessageId<'a>",
        ("*", "global-tx-id", _) => "Encoded<'a>",
        (other, requires, owner) => panic!("no type for {owner}: {other} {requires}"),
    }
}

fn default_value(kind: &str, value: &str) -> String {
    match kind {
        "bool" | "u8" | "u16" | "u32" => value.to_owned(),
        choice => format!("{choice}::{}", camel(value)),
    }
}

/// `/// what the XML says of a field.`
fn field_doc(field: &Element) -> String {
    let kind = match (field.get("type"), field.get("requires")) {
        ("*", requires) => format!("any type that provides `{requires}`"),
        (kind, "") => kind.to_owned(),
        (kind, requires) => format!("{kind} that provides `{requires}`"),
    };
    let mut doc = format!("`{}`: {kind}", field.get("name"));
    for (attribute, text) in [("multiple", ", multiple"), ("mandatory", ", mandatory")] {
        if field.get(attribute) == "true" {
            doc += text;
        }
    }
    if !field.get("default").is_empty() {
        write!(doc, ", default {}", field.get("default")).unwrap();
    }
    doc + "."
}

fn composite(element: &Element) -> (String, Vec<&'static str>) {
    let name = element.get("name");
    let code = element.all("descriptor").next().unwrap().get("code");
    let code = u8::from_str_radix(code.rsplit("0x").next().unwrap(), 16).unwrap();
    let mut fields = String::new();
    let mut types = Vec::new();
    for field in element.all("field") {
        let kind = rust_type(name, field);
        types.push(kind);
        let default = field.get("default");
        let presence = match (field.get("multiple"), field.get("mandatory"), default) {
            ("true", "true", _) => "some",
            ("true", ..) => "multiple",
            (_, "true", _) => "mandatory",
            (.., "") => "optional",
            _ => "or",
        };
        write!(fields, "        /// {}\n        {}: {presence} {kind}", field_doc(field), snake(field.get("name")))
            .unwrap();
        if presence == "or" {
            write!(fields, " = {}", default_value(kind, default)).unwrap();
        }
        fields += ",\n";
    }
    let lifetime = if types.iter().any(|kind| kind.ends_with("<'a>")) { "<'a>" } else { "" };
    let performative = matches!(element.get("provides"), "frame" | "sasl-frame");
    let missing = if performative { "MissingPerformativeField" } else { "MissingField" };
    let mut out = String::from("composite! {\n");
    writeln!(out, "    /// {name} (AMQP 1.0 §{}).", section(name)).unwrap();
    writeln!(out, "    {}{lifetime} = {code:#04x}, {missing} {{\n{fields}    }}\n}}", camel(name)).unwrap();
    (out, types)
}

/// The generated file of one part: its composites.
fn part(title: &str, root: &Element) -> String {
    let mut body = String::new();
    let mut types: Vec<String> = Vec::new();
    let mut defined = Vec::new();
    for element in root
        .all("section")
        .flat_map(|section| section.all("type"))
        .filter(|element| element.get("class") == "composite")
    {
        let (text, used) = composite(element);
        body += "\n";
        body += &text;
        defined.push(camel(element.get("name")));
        types.extend(used.iter().map(|kind| kind.trim_end_matches("<'a>").to_owned()));
    }
    types.retain(|kind| !defined.contains(kind) && !kind.starts_with(|first: char| first.is_lowercase()));
    types.sort();
    types.dedup();
    let (ours, theirs): (Vec<_>, Vec<_>) = types.into_iter().partition(|kind| kind != "Text" && kind != "Binary");
    let mut out = format!("//! {title}\n//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.\n\n");
    out += "use super::*;\n";
    if !ours.is_empty() {
        writeln!(out, "use crate::v1_0::{{{}}};", ours.join(", ")).unwrap();
    }
    if !theirs.is_empty() {
        writeln!(out, "use crate::{{{}}};", theirs.join(", ")).unwrap();
    }
    out + &body
}

/// Restricted types with choices: closed sets as enums, open ones as constants.
fn definitions(roots: &[Element]) -> String {
    let mut out = String::from(
        "//! Restricted types with choices, and error conditions.\n//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.\n\n\
         use super::*;\nuse crate::v1_0::Symbol;\n",
    );
    let restricted =
        |element: &&Element| element.get("class") == "restricted" && element.all("choice").next().is_some();
    for element in
        roots.iter().flat_map(|root| root.all("section")).flat_map(|section| section.all("type")).filter(restricted)
    {
        let name = element.get("name");
        let open = !element.get("provides").is_empty();
        let doc = format!("/// {name} (AMQP 1.0 §{}).", section(name));
        if open {
            writeln!(out, "\n{doc}\npub mod {} {{", snake(name)).unwrap();
            for choice in element.all("choice") {
                let constant = snake(choice.get("name")).to_uppercase();
                writeln!(out, "    /// `{0}`\n    pub const {constant}: &str = \"{0}\";", choice.get("value")).unwrap();
            }
            out += "}\n";
            continue;
        }
        let source = match element.get("source") {
            "boolean" => "bool",
            "ubyte" => "u8",
            "uint" => "u32",
            "symbol" => "Symbol",
            other => panic!("{other}"),
        };
        write!(out, "\nchoices! {{\n    {doc}\n    {}: {source} {{\n", camel(name)).unwrap();
        // Where a field has a default, it is the enum's too; elsewhere the first choice.
        let default = roots
            .iter()
            .flat_map(|root| root.all("section"))
            .flat_map(|section| section.all("type"))
            .flat_map(|owner| owner.all("field"))
            .find(|field| field.get("type") == name && !field.get("default").is_empty())
            .map_or_else(|| element.all("choice").next().unwrap().get("name"), |field| field.get("default"));
        for choice in element.all("choice") {
            let value = if source == "Symbol" {
                format!("\"{}\"", choice.get("value"))
            } else {
                choice.get("value").to_owned()
            };
            let name = choice.get("name");
            let mark = if name == default { "        #[default]\n" } else { "" };
            writeln!(out, "        /// {name}\n{mark}        {} = {value},", camel(name)).unwrap();
        }
        out += "    }\n}\n";
    }
    out
}

/// The descriptors, by number and by name.
fn descriptors(roots: &[Element]) -> String {
    let mut out = String::from(
        "//! Descriptors of the specification's types.\n//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.\n\n",
    );
    let (mut names, mut codes, mut fields) = (String::new(), String::new(), String::new());
    for element in roots.iter().flat_map(|root| root.all("section")).flat_map(|section| section.all("type")) {
        for descriptor in element.all("descriptor") {
            let code = u8::from_str_radix(descriptor.get("code").rsplit("0x").next().unwrap(), 16).unwrap();
            let constant = snake(element.get("name")).to_uppercase();
            writeln!(out, "/// `{}`\npub const {constant}: u8 = {code:#04x};", descriptor.get("name")).unwrap();
            writeln!(names, "        {constant} => \"{}\",", descriptor.get("name")).unwrap();
            let list: Vec<String> = element.all("field").map(|field| format!("\"{}\"", field.get("name"))).collect();
            if !list.is_empty() {
                writeln!(fields, "        {constant} => &[{}],", list.join(", ")).unwrap();
            }
            writeln!(codes, "        b\"{}\" => {constant},", descriptor.get("name")).unwrap();
        }
    }
    write!(out, "\n/// The symbolic descriptor of a numeric one.\npub const fn name(code: u8) -> Option<&'static str> {{\n    Some(match code {{\n{names}        _ => return None,\n    }})\n}}\n").unwrap();
    write!(out, "\n/// The numeric descriptor of a symbolic one.\npub const fn code(name: &[u8]) -> Option<u8> {{\n    Some(match name {{\n{codes}        _ => return None,\n    }})\n}}\n").unwrap();
    write!(out, "\n/// The fields of a composite type in order, as the specification spells them; none when the code is no composite with fields.\npub const fn fields(code: u8) -> &'static [&'static str] {{\n    match code {{\n{fields}        _ => &[],\n    }}\n}}\n").unwrap();
    out
}

#[test]
fn the_checked_in_types_are_what_the_xml_says() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("CODEC_DATA").map_or_else(|| manifest.join("../../shared"), PathBuf::from);
    let folder = shared.join("data/amqp/spec-10");
    if !folder.is_dir() {
        println!("skipped: no {}", folder.display());
        return;
    }
    let read = |name: &str| parse(&std::fs::read_to_string(folder.join(format!("proton-{name}.xml"))).unwrap());
    let roots = ["transport", "messaging", "transactions", "security"].map(read);
    let files = [
        ("transport", part("Part 2: performatives.", &roots[0])),
        ("messaging", part("Part 3: sections, delivery states, termini.", &roots[1])),
        ("transactions", part("Part 4: transactions.", &roots[2])),
        ("security", part("Part 5: SASL frames.", &roots[3])),
        ("definitions", definitions(&roots)),
        ("descriptor", descriptors(&roots)),
    ];
    for (name, text) in files {
        let path = manifest.join(format!("src/v1_0/spec/{name}.rs"));
        if std::env::var_os("REGENERATE").is_some() {
            std::fs::write(&path, text).unwrap();
        } else {
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text, "{}: run with REGENERATE=1", path.display());
        }
    }
}

#[test]
fn the_constructors_are_what_the_xml_says() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = std::env::var_os("CODEC_DATA").map_or_else(|| manifest.join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("data/amqp/spec-10/proton-types.xml")) else {
        println!("skipped: no specification");
        return;
    };
    let root = parse(&text);
    let mut assigned = [None; 256];
    for element in root.all("section").flat_map(|section| section.all("type")) {
        for encoding in element.all("encoding") {
            let code = usize::from_str_radix(encoding.get("code").trim_start_matches("0x"), 16).unwrap();
            let width = (encoding.get("category") == "fixed").then(|| encoding.get("width").parse::<usize>().unwrap());
            assigned[code] =
                Some((element.get("name").to_owned(), width)).map(|(name, width)| (name.leak() as &str, width));
        }
    }
    for code in 1..=u8::MAX {
        let ours = amqp_codec::v1_0::constructor::type_name(code);
        let theirs = assigned[usize::from(code)];
        assert_eq!(ours, theirs.map(|(name, _)| name), "{code:#04x}");
        assert_eq!(
            amqp_codec::v1_0::constructor::fixed_width(code),
            theirs.and_then(|(_, width)| width),
            "{code:#04x}"
        );
    }
}
