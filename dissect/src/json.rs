//! The machine-readable lines. Their keys are a contract: scripts rely on them.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::event::{Event, Item};
use crate::fields;
use crate::protocol::Failure;
use crate::reader::Ends;
use crate::unit::{Unit, UnitEnd, UnitMessage};

/// Writes one message of a capture. Notices are not messages: they go elsewhere.
pub(crate) fn line(out: &mut dyn Write, file: &str, ends: &Ends, event: Event) -> io::Result<()> {
    let (protocol, kind, len, body, failure) = match event.item {
        Item::Message { protocol, len, message } => {
            (protocol, message.kind, len, Some(message.fields), message.failure)
        }
        Item::Error { protocol, len, failure } => (protocol, "ERROR".into(), len, None, Some(failure)),
        Item::Notice(_) => return Ok(()),
    };
    let mut object = Map::new();
    object.insert("file".into(), json!(file));
    object.insert("frame".into(), json!(event.stamp.frame));
    object.insert("time".into(), json!(event.stamp.time.map(|time| time.as_secs_f64())));
    object.insert("proto".into(), json!(protocol));
    object.insert("src".into(), json!(event.from.of(ends)));
    object.insert("dst".into(), json!(event.from.other().of(ends)));
    object.insert("type".into(), json!(kind));
    object.insert("len".into(), json!(len));
    if let Some(body) = body {
        object.insert("fields".into(), Value::Object(body));
    }
    if let Some(failure) = failure {
        object.insert("error".into(), error(&failure));
    }
    write_line(out, &Value::Object(object))
}

/// `{"kind":…,"offset":…,"reply":…}`, and what else is known.
pub(crate) fn error(failure: &Failure) -> Value {
    let mut object = Map::new();
    object.insert("kind".into(), json!(failure.kind));
    object.insert("offset".into(), json!(failure.offset));
    object.insert("reply".into(), if failure.reply.is_empty() { Value::Null } else { json!(failure.reply) });
    if failure.recoverable {
        object.insert("recoverable".into(), json!(true));
    }
    if let Some(statement) = &failure.statement {
        object.insert("statement".into(), json!(statement));
    }
    if !failure.text.is_empty() {
        object.insert("text".into(), json!(failure.text));
    }
    Value::Object(object)
}

/// Writes what `--hex` says about a line; true if all of it was decoded.
pub(crate) fn unit(out: &mut dyn Write, number: u64, unit: Unit) -> io::Result<bool> {
    let consumed: usize = unit.messages.iter().map(|message| message.consumed).fold(0, usize::saturating_add);
    let recoverable = unit.messages.iter().find_map(|message| message.message.failure.clone());
    let (status, needed, failure) = match unit.end {
        UnitEnd::Incomplete { needed } => ("incomplete", Some(needed), recoverable),
        UnitEnd::Refused(failure) => ("error", None, Some(failure)),
        UnitEnd::Complete if recoverable.is_some() => ("error", None, recoverable),
        UnitEnd::Complete => ("ok", None, None),
    };
    let mut object = Map::new();
    object.insert("line".into(), json!(number));
    object.insert("status".into(), json!(status));
    object.insert("consumed".into(), json!(consumed));
    let is_whole = matches!(unit.messages.as_slice(), [one] if status == "ok" || one.message.failure.is_some());
    if is_whole {
        for message in unit.messages {
            describe(&mut object, message, false);
        }
    } else if !unit.messages.is_empty() {
        let messages = unit.messages.into_iter().map(|message| {
            let mut object = Map::new();
            describe(&mut object, message, true);
            Value::Object(object)
        });
        object.insert("messages".into(), messages.collect());
    }
    if let Some(needed) = needed {
        object.insert("needed".into(), json!(needed));
    }
    if let Some(failure) = &failure {
        object.insert("error".into(), error(failure));
    }
    write_line(out, &Value::Object(object))?;
    Ok(status == "ok")
}

fn describe(object: &mut Map<String, Value>, unit: UnitMessage, is_one_of_many: bool) {
    let UnitMessage { message, consumed, reencoded } = unit;
    object.insert("type".into(), json!(message.kind));
    if is_one_of_many {
        object.insert("consumed".into(), json!(consumed));
    }
    object.insert("fields".into(), Value::Object(message.fields));
    if let Some(bytes) = reencoded {
        object.insert("reencoded".into(), fields::binary(&bytes));
    }
    if let (Some(failure), true) = (&message.failure, is_one_of_many) {
        object.insert("error".into(), error(failure));
    }
    let inner: Vec<Value> = message
        .inner
        .into_iter()
        .map(|inner| {
            json!({"proto": inner.protocol, "type": inner.message.kind, "len": inner.len, "fields": inner.message.fields})
        })
        .collect();
    if !inner.is_empty() {
        object.insert("inner".into(), Value::Array(inner));
    }
}

/// One write per line: the output may be a pipe behind a trait object.
fn write_line(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    let mut line = serde_json::to_vec(value)?;
    line.push(b'\n');
    out.write_all(&line)
}
