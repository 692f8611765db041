//! The method table is what the XML says: it is made again and compared.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::too_many_lines,
    reason = "a test says where it fails by panicking"
)]

use core::fmt::Write as _;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use amqp_codec::v0_9_1::method::{ArgumentType, METHODS};
use amqp_codec::v0_9_1::{Argument, Decoder, Dialect, Frame, Limits};

fn data() -> Option<PathBuf> {
    let shared = std::env::var_os("CODEC_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let folder = shared.join("data/amqp/spec-091");
    if folder.is_dir() {
        return Some(folder);
    }
    println!("skipped: no specification at {}", folder.display());
    None
}

/// The elements of the XML, flat: name and attributes. The stripped form has no text that matters.
fn elements(xml: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut rest = xml;
    let mut elements = Vec::new();
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = &comment[comment.find("-->").unwrap()..];
            continue;
        }
        let end = rest.find('>').unwrap();
        let tag = &rest[1..end];
        rest = &rest[end..];
        let mut parts = tag.trim_end_matches('/').splitn(2, char::is_whitespace);
        let name = parts.next().unwrap().to_owned();
        let mut attributes = BTreeMap::new();
        let mut text = parts.next().unwrap_or("");
        while let Some((key, tail)) = text.split_once("=\"") {
            let (value, behind) = tail.split_once('"').unwrap();
            attributes.insert(key.trim().to_owned(), value.to_owned());
            text = behind;
        }
        elements.push((name, attributes));
    }
    elements
}

struct Method {
    class: String,
    class_id: String,
    name: String,
    id: String,
    synchronous: bool,
    content: bool,
    to: Vec<String>,
    arguments: Vec<(String, String, bool)>,
}

fn of_xml(xml: &str) -> Vec<Method> {
    let elements = elements(xml);
    let domains: BTreeMap<_, _> = elements
        .iter()
        .filter(|(name, _)| name == "domain")
        .map(|(_, a)| (a["name"].clone(), a["type"].clone()))
        .collect();
    let mut methods: Vec<Method> = Vec::new();
    let mut class = (String::new(), String::new());
    let mut within = false;
    for (name, a) in &elements {
        let is_set = |key: &str| a.get(key).is_some_and(|value| value == "1");
        match name.as_str() {
            "class" => (class, within) = ((a["name"].clone(), a["index"].clone()), false),
            "method" => {
                within = true;
                methods.push(Method {
                    class: class.0.clone(),
                    class_id: class.1.clone(),
                    name: a["name"].clone(),
                    id: a["index"].clone(),
                    synchronous: is_set("synchronous"),
                    content: is_set("content"),
                    to: Vec::new(),
                    arguments: Vec::new(),
                });
            }
            "chassis" if within => methods.last_mut().unwrap().to.push(a["name"].clone()),
            "field" if within => {
                let kind = a.get("type").cloned().unwrap_or_else(|| domains[&a["domain"]].clone());
                methods.last_mut().unwrap().arguments.push((a["name"].clone(), kind, is_set("reserved")));
            }
            _ => {}
        }
    }
    methods
}

/// Class access, which only RabbitMQ's JSON still has.
fn access(json: &serde_json::Value) -> Vec<Method> {
    let class = json["classes"].as_array().unwrap().iter().find(|class| class["name"] == "access").unwrap();
    let domain = |name: &str| {
        let pair = json["domains"].as_array().unwrap().iter().find(|pair| pair[0] == name).unwrap();
        pair[1].as_str().unwrap().to_owned()
    };
    let methods = class["methods"].as_array().unwrap().iter().map(|method| Method {
        class: "access".to_owned(),
        class_id: class["id"].to_string(),
        name: method["name"].as_str().unwrap().to_owned(),
        id: method["id"].to_string(),
        synchronous: method["synchronous"].as_bool().unwrap_or(false),
        content: method["content"].as_bool().unwrap_or(false),
        to: Vec::new(),
        arguments: method["arguments"]
            .as_array()
            .unwrap()
            .iter()
            .map(|a| {
                let kind = a["type"].as_str().map_or_else(|| domain(a["domain"].as_str().unwrap()), str::to_owned);
                (a["name"].as_str().unwrap().to_owned(), kind, false)
            })
            .collect(),
    });
    methods.collect()
}

fn line(method: &Method) -> String {
    let arguments: Vec<_> = method
        .arguments
        .iter()
        .map(|(name, kind, reserved)| {
            let kind = match kind.as_str() {
                "bit" => "Bit",
                "octet" => "Octet",
                "short" => "Short",
                "long" => "Long",
                "longlong" => "LongLong",
                "shortstr" => "ShortStr",
                "longstr" => "LongStr",
                "table" => "Table",
                other => panic!("{other}"),
            };
            format!("{}(\"{name}\", {kind})", if *reserved { "reserved" } else { "argument" })
        })
        .collect();
    let mut line = String::new();
    write!(
        line,
        "    MethodSpec {{ class: {}, method: {}, name: \"{}.{}\", synchronous: {}, content: {}, to_server: {}, to_client: {}, arguments: &[{}] }},",
        method.class_id,
        method.id,
        method.class,
        method.name,
        method.synchronous,
        method.content,
        method.to.iter().any(|to| to == "server"),
        method.to.iter().any(|to| to == "client"),
        arguments.join(", "),
    )
    .unwrap();
    line
}

#[test]
fn the_table_is_what_the_xml_says() {
    let Some(data) = data() else { return };
    let xml = fs::read_to_string(data.join("rabbitmq-amqp-0.9.1-spec/amqp0-9-1.stripped.extended.xml")).unwrap();
    let json = fs::read_to_string(data.join("amqp-rabbitmq-0.9.1.json")).unwrap();
    let mut methods = of_xml(&xml);
    methods.extend(access(&serde_json::from_str(&json).unwrap()));
    let order = ["connection", "channel", "access", "exchange", "queue", "basic", "tx", "confirm"];
    methods.sort_by_key(|method| order.iter().position(|class| *class == method.class).unwrap());
    let made: Vec<_> = methods.iter().map(line).collect();

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/v0_9_1/method/table.rs");
    let table = fs::read_to_string(&path).unwrap();
    let (head, rest) = table.split_once("pub const METHODS: &[MethodSpec] = &[\n").unwrap();
    let there: Vec<_> = rest.lines().take_while(|line| *line != "];").collect();
    if std::env::var_os("REGENERATE").is_some() {
        let text = format!("{head}pub const METHODS: &[MethodSpec] = &[\n{}\n];\n", made.join("\n"));
        fs::write(&path, text).unwrap();
        return;
    }
    assert_eq!(there, made, "run this test with REGENERATE=1");
}

#[test]
fn the_original_xml_has_nothing_that_the_extended_one_lacks() {
    let Some(data) = data() else { return };
    let xml = fs::read_to_string(data.join("rabbitmq-amqp-0.9.1-spec/amqp0-9-1.stripped.xml")).unwrap();
    for method in of_xml(&xml) {
        let name = format!("{}.{}", method.class, method.name);
        let spec = METHODS.iter().find(|spec| spec.name == name).unwrap_or_else(|| panic!("{name}"));
        assert_eq!((spec.class.to_string(), spec.method.to_string()), (method.class_id, method.id), "{name}");
        assert_eq!(spec.content, method.content, "{name}");
        let kinds: Vec<_> = method.arguments.iter().map(|(_, kind, _)| kind.clone()).collect();
        let ours: Vec<_> =
            spec.arguments.iter().map(|argument| format!("{:?}", argument.kind).to_lowercase()).collect();
        assert_eq!(ours, kinds, "{name}");
    }
}

/// Every method of the table, made of zeros by its argument types, is read by the codec as that method with those arguments.
#[test]
fn every_method_reads_the_arguments_that_the_table_lists() {
    assert_eq!(METHODS.len(), 66);
    for spec in METHODS {
        let mut payload = [spec.class.to_be_bytes(), spec.method.to_be_bytes()].concat();
        let mut bits = false;
        for argument in spec.arguments {
            let len = match argument.kind {
                ArgumentType::Bit if bits => 0,
                ArgumentType::Bit | ArgumentType::Octet | ArgumentType::ShortStr => 1,
                ArgumentType::Short => 2,
                ArgumentType::Long | ArgumentType::LongStr | ArgumentType::Table => 4,
                ArgumentType::LongLong => 8,
            };
            bits = argument.kind == ArgumentType::Bit;
            payload.extend(std::iter::repeat_n(0, len));
        }
        let channel = u8::from(spec.class != 10);
        let mut octets = vec![1, 0, channel, 0, 0, 0, u8::try_from(payload.len()).unwrap()];
        octets.extend_from_slice(&payload);
        octets.push(0xCE);
        let mut input = octets.as_slice();
        let frame = Decoder::new(Dialect::SPEC, Limits::default()).decode(&mut input).unwrap().unwrap();
        let Frame::Method { method, .. } = &*frame else { panic!("{frame}") };
        assert_eq!(method.name(), spec.name);
        assert_eq!(method.id().name(), Some(spec.name));
        assert_eq!(method.id().has_content(), spec.content, "{}", spec.name);
        let mut place = 0;
        method.arguments(&mut |name, argument| {
            let wanted = spec.arguments[place];
            let spelled = if wanted.name == "nowait" { "no_wait".to_owned() } else { wanted.name.replace('-', "_") };
            assert_eq!(name, spelled, "{}", spec.name);
            let kind = match argument {
                Argument::Bit(_) => ArgumentType::Bit,
                Argument::Octet(_) => ArgumentType::Octet,
                Argument::Short(_) | Argument::ReplyCode(_) => ArgumentType::Short,
                Argument::Long(_) => ArgumentType::Long,
                Argument::LongLong(_) => ArgumentType::LongLong,
                Argument::ShortStr(_) => ArgumentType::ShortStr,
                Argument::LongStr(_) | Argument::Sensitive(_) => ArgumentType::LongStr,
                Argument::Table(_) => ArgumentType::Table,
                other => panic!("{other:?}"),
            };
            assert_eq!(kind, wanted.kind, "{} {name}", spec.name);
            place = place.wrapping_add(1);
        });
        assert_eq!(place, spec.arguments.len(), "{}", spec.name);
    }
}
