//! Descriptors of the specification's types.
//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.

/// `amqp:open:list`
pub const OPEN: u8 = 0x10;
/// `amqp:begin:list`
pub const BEGIN: u8 = 0x11;
/// `amqp:attach:list`
pub const ATTACH: u8 = 0x12;
/// `amqp:flow:list`
pub const FLOW: u8 = 0x13;
/// `amqp:transfer:list`
pub const TRANSFER: u8 = 0x14;
/// `amqp:disposition:list`
pub const DISPOSITION: u8 = 0x15;
/// `amqp:detach:list`
pub const DETACH: u8 = 0x16;
/// `amqp:end:list`
pub const END: u8 = 0x17;
/// `amqp:close:list`
pub const CLOSE: u8 = 0x18;
/// `amqp:error:list`
pub const ERROR: u8 = 0x1d;
/// `amqp:header:list`
pub const HEADER: u8 = 0x70;
/// `amqp:delivery-annotations:map`
pub const DELIVERY_ANNOTATIONS: u8 = 0x71;
/// `amqp:message-annotations:map`
pub const MESSAGE_ANNOTATIONS: u8 = 0x72;
/// `amqp:properties:list`
pub const PROPERTIES: u8 = 0x73;
/// `amqp:application-properties:map`
pub const APPLICATION_PROPERTIES: u8 = 0x74;
/// `amqp:data:binary`
pub const DATA: u8 = 0x75;
/// `amqp:amqp-sequence:list`
pub const AMQP_SEQUENCE: u8 = 0x76;
/// `amqp:amqp-value:*`
pub const AMQP_VALUE: u8 = 0x77;
/// `amqp:footer:map`
pub const FOOTER: u8 = 0x78;
/// `amqp:received:list`
pub const RECEIVED: u8 = 0x23;
/// `amqp:accepted:list`
pub const ACCEPTED: u8 = 0x24;
/// `amqp:rejected:list`
pub const REJECTED: u8 = 0x25;
/// `amqp:released:list`
pub const RELEASED: u8 = 0x26;
/// `amqp:modified:list`
pub const MODIFIED: u8 = 0x27;
/// `amqp:source:list`
pub const SOURCE: u8 = 0x28;
/// `amqp:target:list`
pub const TARGET: u8 = 0x29;
/// `amqp:delete-on-close:list`
pub const DELETE_ON_CLOSE: u8 = 0x2b;
/// `amqp:delete-on-no-links:list`
pub const DELETE_ON_NO_LINKS: u8 = 0x2c;
/// `amqp:delete-on-no-messages:list`
pub const DELETE_ON_NO_MESSAGES: u8 = 0x2d;
/// `amqp:delete-on-no-links-or-messages:list`
pub const DELETE_ON_NO_LINKS_OR_MESSAGES: u8 = 0x2e;
/// `amqp:coordinator:list`
pub const COORDINATOR: u8 = 0x30;
/// `amqp:declare:list`
pub const DECLARE: u8 = 0x31;
/// `amqp:discharge:list`
pub const DISCHARGE: u8 = 0x32;
/// `amqp:declared:list`
pub const DECLARED: u8 = 0x33;
/// `amqp:transactional-state:list`
pub const TRANSACTIONAL_STATE: u8 = 0x34;
/// `amqp:sasl-mechanisms:list`
pub const SASL_MECHANISMS: u8 = 0x40;
/// `amqp:sasl-init:list`
pub const SASL_INIT: u8 = 0x41;
/// `amqp:sasl-challenge:list`
pub const SASL_CHALLENGE: u8 = 0x42;
/// `amqp:sasl-response:list`
pub const SASL_RESPONSE: u8 = 0x43;
/// `amqp:sasl-outcome:list`
pub const SASL_OUTCOME: u8 = 0x44;

/// The symbolic descriptor of a numeric one.
pub const fn name(code: u8) -> Option<&'static str> {
    Some(match code {
        OPEN => "amqp:open:list",
        BEGIN => "amqp:begin:list",
        ATTACH => "amqp:attach:list",
        FLOW => "amqp:flow:list",
        TRANSFER => "amqp:transfer:list",
        DISPOSITION => "amqp:disposition:list",
        DETACH => "amqp:detach:list",
        END => "amqp:end:list",
        CLOSE => "amqp:close:list",
        ERROR => "amqp:error:list",
        HEADER => "amqp:header:list",
        DELIVERY_ANNOTATIONS => "amqp:delivery-annotations:map",
        MESSAGE_ANNOTATIONS => "amqp:message-annotations:map",
        PROPERTIES => "amqp:properties:list",
        APPLICATION_PROPERTIES => "amqp:application-properties:map",
        DATA => "amqp:data:binary",
        AMQP_SEQUENCE => "amqp:amqp-sequence:list",
        AMQP_VALUE => "amqp:amqp-value:*",
        FOOTER => "amqp:footer:map",
        RECEIVED => "amqp:received:list",
        ACCEPTED => "amqp:accepted:list",
        REJECTED => "amqp:rejected:list",
        RELEASED => "amqp:released:list",
        MODIFIED => "amqp:modified:list",
        SOURCE => "amqp:source:list",
        TARGET => "amqp:target:list",
        DELETE_ON_CLOSE => "amqp:delete-on-close:list",
        DELETE_ON_NO_LINKS => "amqp:delete-on-no-links:list",
        DELETE_ON_NO_MESSAGES => "amqp:delete-on-no-messages:list",
        DELETE_ON_NO_LINKS_OR_MESSAGES => "amqp:delete-on-no-links-or-messages:list",
        COORDINATOR => "amqp:coordinator:list",
        DECLARE => "amqp:declare:list",
        DISCHARGE => "amqp:discharge:list",
        DECLARED => "amqp:declared:list",
        TRANSACTIONAL_STATE => "amqp:transactional-state:list",
        SASL_MECHANISMS => "amqp:sasl-mechanisms:list",
        SASL_INIT => "amqp:sasl-init:list",
        SASL_CHALLENGE => "amqp:sasl-challenge:list",
        SASL_RESPONSE => "amqp:sasl-response:list",
        SASL_OUTCOME => "amqp:sasl-outcome:list",
        _ => return None,
    })
}

/// The numeric descriptor of a symbolic one.
pub const fn code(name: &[u8]) -> Option<u8> {
    Some(match name {
        b"amqp:open:list" => OPEN,
        b"amqp:begin:list" => BEGIN,
        b"amqp:attach:list" => ATTACH,
        b"amqp:flow:list" => FLOW,
        b"amqp:transfer:list" => TRANSFER,
        b"amqp:disposition:list" => DISPOSITION,
        b"amqp:detach:list" => DETACH,
        b"amqp:end:list" => END,
        b"amqp:close:list" => CLOSE,
        b"amqp:error:list" => ERROR,
        b"amqp:header:list" => HEADER,
        b"amqp:delivery-annotations:map" => DELIVERY_ANNOTATIONS,
        b"amqp:message-annotations:map" => MESSAGE_ANNOTATIONS,
        b"amqp:properties:list" => PROPERTIES,
        b"amqp:application-properties:map" => APPLICATION_PROPERTIES,
        b"amqp:data:binary" => DATA,
        b"amqp:amqp-sequence:list" => AMQP_SEQUENCE,
        b"amqp:amqp-value:*" => AMQP_VALUE,
        b"amqp:footer:map" => FOOTER,
        b"amqp:received:list" => RECEIVED,
        b"amqp:accepted:list" => ACCEPTED,
        b"amqp:rejected:list" => REJECTED,
        b"amqp:released:list" => RELEASED,
        b"amqp:modified:list" => MODIFIED,
        b"amqp:source:list" => SOURCE,
        b"amqp:target:list" => TARGET,
        b"amqp:delete-on-close:list" => DELETE_ON_CLOSE,
        b"amqp:delete-on-no-links:list" => DELETE_ON_NO_LINKS,
        b"amqp:delete-on-no-messages:list" => DELETE_ON_NO_MESSAGES,
        b"amqp:delete-on-no-links-or-messages:list" => DELETE_ON_NO_LINKS_OR_MESSAGES,
        b"amqp:coordinator:list" => COORDINATOR,
        b"amqp:declare:list" => DECLARE,
        b"amqp:discharge:list" => DISCHARGE,
        b"amqp:declared:list" => DECLARED,
        b"amqp:transactional-state:list" => TRANSACTIONAL_STATE,
        b"amqp:sasl-mechanisms:list" => SASL_MECHANISMS,
        b"amqp:sasl-init:list" => SASL_INIT,
        b"amqp:sasl-challenge:list" => SASL_CHALLENGE,
        b"amqp:sasl-response:list" => SASL_RESPONSE,
        b"amqp:sasl-outcome:list" => SASL_OUTCOME,
        _ => return None,
    })
}

/// The fields of a composite type in order, as the specification spells them; none when the code is no composite with fields.
pub const fn fields(code: u8) -> &'static [&'static str] {
    match code {
        OPEN => &["container-id", "hostname", "max-frame-size", "channel-max", "idle-time-out", "outgoing-locales", "incoming-locales", "offered-capabilities", "desired-capabilities", "properties"],
        BEGIN => &["remote-channel", "next-outgoing-id", "incoming-window", "outgoing-window", "handle-max", "offered-capabilities", "desired-capabilities", "properties"],
        ATTACH => &["name", "handle", "role", "snd-settle-mode", "rcv-settle-mode", "source", "target", "unsettled", "incomplete-unsettled", "initial-delivery-count", "max-message-size", "offered-capabilities", "desired-capabilities", "properties"],
        FLOW => &["next-incoming-id", "incoming-window", "next-outgoing-id", "outgoing-window", "handle", "delivery-count", "link-credit", "available", "drain", "echo", "properties"],
        TRANSFER => &["handle", "delivery-id", "delivery-tag", "message-format", "settled", "more", "rcv-settle-mode", "state", "resume", "aborted", "batchable"],
        DISPOSITION => &["role", "first", "last", "settled", "state", "batchable"],
        DETACH => &["handle", "closed", "error"],
        END => &["error"],
        CLOSE => &["error"],
        ERROR => &["condition", "description", "info"],
        HEADER => &["durable", "priority", "ttl", "first-acquirer", "delivery-count"],
        PROPERTIES => &["message-id", "user-id", "to", "subject", "reply-to", "correlation-id", "content-type", "content-encoding", "absolute-expiry-time", "creation-time", "group-id", "group-sequence", "reply-to-group-id"],
        RECEIVED => &["section-number", "section-offset"],
        REJECTED => &["error"],
        MODIFIED => &["delivery-failed", "undeliverable-here", "message-annotations"],
        SOURCE => &["address", "durable", "expiry-policy", "timeout", "dynamic", "dynamic-node-properties", "distribution-mode", "filter", "default-outcome", "outcomes", "capabilities"],
        TARGET => &["address", "durable", "expiry-policy", "timeout", "dynamic", "dynamic-node-properties", "capabilities"],
        COORDINATOR => &["capabilities"],
        DECLARE => &["global-id"],
        DISCHARGE => &["txn-id", "fail"],
        DECLARED => &["txn-id"],
        TRANSACTIONAL_STATE => &["txn-id", "outcome"],
        SASL_MECHANISMS => &["sasl-server-mechanisms"],
        SASL_INIT => &["mechanism", "initial-response", "hostname"],
        SASL_CHALLENGE => &["challenge"],
        SASL_RESPONSE => &["response"],
        SASL_OUTCOME => &["code", "additional-data"],
        _ => &[],
    }
}
