//! What a reader does with a decoded packet. The timed runs and the check walk the same code, so nobody is timed without having looked at
//! every field, and nobody looks at a field that others may skip.

use std::hint::black_box;

/// Receives the fields of a packet in a fixed order: kind, numbers and strings as the packet has them, properties in any order.
pub trait Visit {
    fn kind(&mut self, kind: u8);
    fn number(&mut self, value: u32);
    fn bytes(&mut self, value: &[u8]);
    fn property(&mut self, id: u8, value: u32);
    fn property_bytes(&mut self, id: u8, value: &[u8]);
    fn user(&mut self, name: &[u8], value: &[u8]);
    fn end(&mut self);
}

/// A checksum: cheap, and it depends on every field.
#[derive(Default)]
pub struct Sum {
    value: u64,
    packets: u64,
}

impl Sum {
    /// How many packets were visited, once the rest is not for nothing.
    pub fn seen(&self) -> u64 {
        black_box(self.value);
        self.packets
    }

    #[inline]
    fn add(&mut self, value: u64) {
        self.value = self.value.wrapping_add(value);
    }

    #[inline]
    fn slice(&mut self, value: &[u8]) {
        self.add(value.len() as u64 + u64::from(value.first().copied().unwrap_or(0)));
    }
}

impl Visit for Sum {
    #[inline]
    fn kind(&mut self, kind: u8) {
        self.add(u64::from(kind));
    }
    #[inline]
    fn number(&mut self, value: u32) {
        self.add(u64::from(value));
    }
    #[inline]
    fn bytes(&mut self, value: &[u8]) {
        self.slice(value);
    }
    #[inline]
    fn property(&mut self, id: u8, value: u32) {
        self.add(u64::from(id) + u64::from(value));
    }
    #[inline]
    fn property_bytes(&mut self, id: u8, value: &[u8]) {
        self.add(u64::from(id));
        self.slice(value);
    }
    #[inline]
    fn user(&mut self, name: &[u8], value: &[u8]) {
        self.slice(name);
        self.slice(value);
    }
    #[inline]
    fn end(&mut self) {
        self.packets += 1;
    }
}

/// Everything, written down: one line per packet, properties sorted by id because some peers forget their order.
#[derive(Default)]
pub struct Record {
    pub lines: Vec<String>,
    line: String,
    properties: Vec<(u8, String)>,
}

impl Record {
    fn push(&mut self, text: &str) {
        self.line.push_str(text);
        self.line.push(' ');
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

impl Visit for Record {
    fn kind(&mut self, kind: u8) {
        self.push(&format!("type={kind}"));
    }
    fn number(&mut self, value: u32) {
        self.push(&value.to_string());
    }
    fn bytes(&mut self, value: &[u8]) {
        self.push(&format!("[{}]", hex(value)));
    }
    fn property(&mut self, id: u8, value: u32) {
        self.properties.push((id, value.to_string()));
    }
    fn property_bytes(&mut self, id: u8, value: &[u8]) {
        self.properties.push((id, hex(value)));
    }
    fn user(&mut self, name: &[u8], value: &[u8]) {
        self.properties.push((0x26, format!("{}:{}", hex(name), hex(value))));
    }
    fn end(&mut self) {
        self.properties.sort_by_key(|(id, _)| *id);
        for (id, value) in std::mem::take(&mut self.properties) {
            self.push(&format!("{id:#04x}={value}"));
        }
        self.lines.push(std::mem::take(&mut self.line));
    }
}

/// A PUBLISH as every peer tells it.
#[inline]
pub fn publish<V: Visit>(v: &mut V, dup: bool, qos: u8, retain: bool, topic: &[u8], id: u16, payload: &[u8]) {
    v.kind(3);
    v.number(u32::from(dup) << 3 | u32::from(qos) << 1 | u32::from(retain));
    v.bytes(topic);
    v.number(u32::from(id));
    v.bytes(payload);
}

/// An acknowledgement: PUBACK, PUBREC, PUBREL or PUBCOMP. In 3.1.1 the code is 0.
#[inline]
pub fn ack<V: Visit>(v: &mut V, kind: u8, id: u16, code: u8) {
    v.kind(kind);
    v.number(u32::from(id));
    v.number(u32::from(code));
    v.end();
}
