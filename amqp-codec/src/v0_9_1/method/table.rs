//! Generated from the specification's XML by `tests/v0_9_1_method_table.rs`; do not edit.

/// What the XML says about a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodSpec {
    /// The class.
    pub class: u16,
    /// The method within the class.
    pub method: u16,
    /// `basic.publish`.
    pub name: &'static str,
    /// True if the sender waits for an answer.
    pub synchronous: bool,
    /// True if content follows.
    pub content: bool,
    /// True if a server must be able to receive it. Class access is in no XML of 0-9-1: both are false.
    pub to_server: bool,
    /// True if a client must or may receive it.
    pub to_client: bool,
    /// Its arguments, in wire order.
    pub arguments: &'static [ArgumentSpec],
}

/// What the XML says about an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArgumentSpec {
    /// The XML's name, with dashes.
    pub name: &'static str,
    /// How it lies on the wire.
    pub kind: ArgumentType,
    /// True if it is reserved.
    pub reserved: bool,
}

/// The elementary domains of the XML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentType {
    /// `bit`.
    Bit,
    /// `octet`.
    Octet,
    /// `short`.
    Short,
    /// `long`.
    Long,
    /// `longlong`.
    LongLong,
    /// `shortstr`.
    ShortStr,
    /// `longstr`.
    LongStr,
    /// `table`.
    Table,
}

const fn argument(name: &'static str, kind: ArgumentType) -> ArgumentSpec {
    ArgumentSpec { name, kind, reserved: false }
}

const fn reserved(name: &'static str, kind: ArgumentType) -> ArgumentSpec {
    ArgumentSpec { name, kind, reserved: true }
}

use ArgumentType::{Bit, Long, LongLong, LongStr, Octet, Short, ShortStr, Table};

/// All methods, by class and in the XML's order.
#[rustfmt::skip]
pub const METHODS: &[MethodSpec] = &[
    MethodSpec { class: 10, method: 10, name: "connection.start", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("version-major", Octet), argument("version-minor", Octet), argument("server-properties", Table), argument("mechanisms", LongStr), argument("locales", LongStr)] },
    MethodSpec { class: 10, method: 11, name: "connection.start-ok", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[argument("client-properties", Table), argument("mechanism", ShortStr), argument("response", LongStr), argument("locale", ShortStr)] },
    MethodSpec { class: 10, method: 20, name: "connection.secure", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("challenge", LongStr)] },
    MethodSpec { class: 10, method: 21, name: "connection.secure-ok", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[argument("response", LongStr)] },
    MethodSpec { class: 10, method: 30, name: "connection.tune", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("channel-max", Short), argument("frame-max", Long), argument("heartbeat", Short)] },
    MethodSpec { class: 10, method: 31, name: "connection.tune-ok", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[argument("channel-max", Short), argument("frame-max", Long), argument("heartbeat", Short)] },
    MethodSpec { class: 10, method: 40, name: "connection.open", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[argument("virtual-host", ShortStr), reserved("reserved-1", ShortStr), reserved("reserved-2", Bit)] },
    MethodSpec { class: 10, method: 41, name: "connection.open-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[reserved("reserved-1", ShortStr)] },
    MethodSpec { class: 10, method: 50, name: "connection.close", synchronous: true, content: false, to_server: true, to_client: true, arguments: &[argument("reply-code", Short), argument("reply-text", ShortStr), argument("class-id", Short), argument("method-id", Short)] },
    MethodSpec { class: 10, method: 51, name: "connection.close-ok", synchronous: true, content: false, to_server: true, to_client: true, arguments: &[] },
    MethodSpec { class: 10, method: 60, name: "connection.blocked", synchronous: false, content: false, to_server: true, to_client: true, arguments: &[argument("reason", ShortStr)] },
    MethodSpec { class: 10, method: 61, name: "connection.unblocked", synchronous: false, content: false, to_server: true, to_client: true, arguments: &[] },
    MethodSpec { class: 10, method: 70, name: "connection.update-secret", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("new-secret", LongStr), argument("reason", ShortStr)] },
    MethodSpec { class: 10, method: 71, name: "connection.update-secret-ok", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[] },
    MethodSpec { class: 20, method: 10, name: "channel.open", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", ShortStr)] },
    MethodSpec { class: 20, method: 11, name: "channel.open-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[reserved("reserved-1", LongStr)] },
    MethodSpec { class: 20, method: 20, name: "channel.flow", synchronous: true, content: false, to_server: true, to_client: true, arguments: &[argument("active", Bit)] },
    MethodSpec { class: 20, method: 21, name: "channel.flow-ok", synchronous: false, content: false, to_server: true, to_client: true, arguments: &[argument("active", Bit)] },
    MethodSpec { class: 20, method: 40, name: "channel.close", synchronous: true, content: false, to_server: true, to_client: true, arguments: &[argument("reply-code", Short), argument("reply-text", ShortStr), argument("class-id", Short), argument("method-id", Short)] },
    MethodSpec { class: 20, method: 41, name: "channel.close-ok", synchronous: true, content: false, to_server: true, to_client: true, arguments: &[] },
    MethodSpec { class: 30, method: 10, name: "access.request", synchronous: true, content: false, to_server: false, to_client: false, arguments: &[argument("realm", ShortStr), argument("exclusive", Bit), argument("passive", Bit), argument("active", Bit), argument("write", Bit), argument("read", Bit)] },
    MethodSpec { class: 30, method: 11, name: "access.request-ok", synchronous: false, content: false, to_server: false, to_client: false, arguments: &[argument("ticket", Short)] },
    MethodSpec { class: 40, method: 10, name: "exchange.declare", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("exchange", ShortStr), argument("type", ShortStr), argument("passive", Bit), argument("durable", Bit), argument("auto-delete", Bit), argument("internal", Bit), argument("no-wait", Bit), argument("arguments", Table)] },
    MethodSpec { class: 40, method: 11, name: "exchange.declare-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 40, method: 20, name: "exchange.delete", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("exchange", ShortStr), argument("if-unused", Bit), argument("no-wait", Bit)] },
    MethodSpec { class: 40, method: 21, name: "exchange.delete-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 40, method: 30, name: "exchange.bind", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("destination", ShortStr), argument("source", ShortStr), argument("routing-key", ShortStr), argument("no-wait", Bit), argument("arguments", Table)] },
    MethodSpec { class: 40, method: 31, name: "exchange.bind-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 40, method: 40, name: "exchange.unbind", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("destination", ShortStr), argument("source", ShortStr), argument("routing-key", ShortStr), argument("no-wait", Bit), argument("arguments", Table)] },
    MethodSpec { class: 40, method: 51, name: "exchange.unbind-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 50, method: 10, name: "queue.declare", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("queue", ShortStr), argument("passive", Bit), argument("durable", Bit), argument("exclusive", Bit), argument("auto-delete", Bit), argument("no-wait", Bit), argument("arguments", Table)] },
    MethodSpec { class: 50, method: 11, name: "queue.declare-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("queue", ShortStr), argument("message-count", Long), argument("consumer-count", Long)] },
    MethodSpec { class: 50, method: 20, name: "queue.bind", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("queue", ShortStr), argument("exchange", ShortStr), argument("routing-key", ShortStr), argument("no-wait", Bit), argument("arguments", Table)] },
    MethodSpec { class: 50, method: 21, name: "queue.bind-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 50, method: 50, name: "queue.unbind", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("queue", ShortStr), argument("exchange", ShortStr), argument("routing-key", ShortStr), argument("arguments", Table)] },
    MethodSpec { class: 50, method: 51, name: "queue.unbind-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 50, method: 30, name: "queue.purge", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("queue", ShortStr), argument("no-wait", Bit)] },
    MethodSpec { class: 50, method: 31, name: "queue.purge-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("message-count", Long)] },
    MethodSpec { class: 50, method: 40, name: "queue.delete", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("queue", ShortStr), argument("if-unused", Bit), argument("if-empty", Bit), argument("no-wait", Bit)] },
    MethodSpec { class: 50, method: 41, name: "queue.delete-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("message-count", Long)] },
    MethodSpec { class: 60, method: 10, name: "basic.qos", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[argument("prefetch-size", Long), argument("prefetch-count", Short), argument("global", Bit)] },
    MethodSpec { class: 60, method: 11, name: "basic.qos-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 60, method: 20, name: "basic.consume", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("queue", ShortStr), argument("consumer-tag", ShortStr), argument("no-local", Bit), argument("no-ack", Bit), argument("exclusive", Bit), argument("no-wait", Bit), argument("arguments", Table)] },
    MethodSpec { class: 60, method: 21, name: "basic.consume-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[argument("consumer-tag", ShortStr)] },
    MethodSpec { class: 60, method: 30, name: "basic.cancel", synchronous: true, content: false, to_server: true, to_client: true, arguments: &[argument("consumer-tag", ShortStr), argument("no-wait", Bit)] },
    MethodSpec { class: 60, method: 31, name: "basic.cancel-ok", synchronous: true, content: false, to_server: true, to_client: true, arguments: &[argument("consumer-tag", ShortStr)] },
    MethodSpec { class: 60, method: 40, name: "basic.publish", synchronous: false, content: true, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("exchange", ShortStr), argument("routing-key", ShortStr), argument("mandatory", Bit), argument("immediate", Bit)] },
    MethodSpec { class: 60, method: 50, name: "basic.return", synchronous: false, content: true, to_server: false, to_client: true, arguments: &[argument("reply-code", Short), argument("reply-text", ShortStr), argument("exchange", ShortStr), argument("routing-key", ShortStr)] },
    MethodSpec { class: 60, method: 60, name: "basic.deliver", synchronous: false, content: true, to_server: false, to_client: true, arguments: &[argument("consumer-tag", ShortStr), argument("delivery-tag", LongLong), argument("redelivered", Bit), argument("exchange", ShortStr), argument("routing-key", ShortStr)] },
    MethodSpec { class: 60, method: 70, name: "basic.get", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[reserved("reserved-1", Short), argument("queue", ShortStr), argument("no-ack", Bit)] },
    MethodSpec { class: 60, method: 71, name: "basic.get-ok", synchronous: true, content: true, to_server: false, to_client: true, arguments: &[argument("delivery-tag", LongLong), argument("redelivered", Bit), argument("exchange", ShortStr), argument("routing-key", ShortStr), argument("message-count", Long)] },
    MethodSpec { class: 60, method: 72, name: "basic.get-empty", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[reserved("reserved-1", ShortStr)] },
    MethodSpec { class: 60, method: 80, name: "basic.ack", synchronous: false, content: false, to_server: true, to_client: true, arguments: &[argument("delivery-tag", LongLong), argument("multiple", Bit)] },
    MethodSpec { class: 60, method: 90, name: "basic.reject", synchronous: false, content: false, to_server: true, to_client: false, arguments: &[argument("delivery-tag", LongLong), argument("requeue", Bit)] },
    MethodSpec { class: 60, method: 100, name: "basic.recover-async", synchronous: false, content: false, to_server: true, to_client: false, arguments: &[argument("requeue", Bit)] },
    MethodSpec { class: 60, method: 110, name: "basic.recover", synchronous: false, content: false, to_server: true, to_client: false, arguments: &[argument("requeue", Bit)] },
    MethodSpec { class: 60, method: 111, name: "basic.recover-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 60, method: 120, name: "basic.nack", synchronous: false, content: false, to_server: true, to_client: true, arguments: &[argument("delivery-tag", LongLong), argument("multiple", Bit), argument("requeue", Bit)] },
    MethodSpec { class: 90, method: 10, name: "tx.select", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[] },
    MethodSpec { class: 90, method: 11, name: "tx.select-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 90, method: 20, name: "tx.commit", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[] },
    MethodSpec { class: 90, method: 21, name: "tx.commit-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 90, method: 30, name: "tx.rollback", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[] },
    MethodSpec { class: 90, method: 31, name: "tx.rollback-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
    MethodSpec { class: 85, method: 10, name: "confirm.select", synchronous: true, content: false, to_server: true, to_client: false, arguments: &[argument("nowait", Bit)] },
    MethodSpec { class: 85, method: 11, name: "confirm.select-ok", synchronous: true, content: false, to_server: false, to_client: true, arguments: &[] },
];
