//! Part 3: sections, delivery states, termini.
//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.

use super::*;
use crate::v1_0::{Error, Fields, FilterSet, MessageId, Outcome, Symbol, Symbols, TerminusDurability, TerminusExpiryPolicy, Timestamp};
use crate::{Binary, Text};

composite! {
    /// header (AMQP 1.0 §3.2.1).
    Header = 0x70, MissingField {
        /// `durable`: boolean, default false.
        durable: or bool = false,
        /// `priority`: ubyte, default 4.
        priority: or u8 = 4,
        /// `ttl`: milliseconds.
        ttl: optional u32,
        /// `first-acquirer`: boolean, default false.
        first_acquirer: or bool = false,
        /// `delivery-count`: uint, default 0.
        delivery_count: or u32 = 0,
    }
}

composite! {
    /// properties (AMQP 1.0 §3.2.4).
    Properties<'a> = 0x73, MissingField {
        /// `message-id`: any type that provides `message-id`.
        message_id: optional MessageId<'a>,
        /// `user-id`: binary.
        user_id: optional Binary<'a>,
        /// `to`: any type that provides `address`.
        to: optional Text<'a>,
        /// `subject`: string.
        subject: optional Text<'a>,
        /// `reply-to`: any type that provides `address`.
        reply_to: optional Text<'a>,
        /// `correlation-id`: any type that provides `message-id`.
        correlation_id: optional MessageId<'a>,
        /// `content-type`: symbol.
        content_type: optional Symbol<'a>,
        /// `content-encoding`: symbol.
        content_encoding: optional Symbol<'a>,
        /// `absolute-expiry-time`: timestamp.
        absolute_expiry_time: optional Timestamp,
        /// `creation-time`: timestamp.
        creation_time: optional Timestamp,
        /// `group-id`: string.
        group_id: optional Text<'a>,
        /// `group-sequence`: sequence-no.
        group_sequence: optional u32,
        /// `reply-to-group-id`: string.
        reply_to_group_id: optional Text<'a>,
    }
}

composite! {
    /// received (AMQP 1.0 §3.4.1).
    Received = 0x23, MissingField {
        /// `section-number`: uint, mandatory.
        section_number: mandatory u32,
        /// `section-offset`: ulong, mandatory.
        section_offset: mandatory u64,
    }
}

composite! {
    /// accepted (AMQP 1.0 §3.4.2).
    Accepted = 0x24, MissingField {
    }
}

composite! {
    /// rejected (AMQP 1.0 §3.4.3).
    Rejected<'a> = 0x25, MissingField {
        /// `error`: error.
        error: optional Error<'a>,
    }
}

composite! {
    /// released (AMQP 1.0 §3.4.4).
    Released = 0x26, MissingField {
    }
}

composite! {
    /// modified (AMQP 1.0 §3.4.5).
    Modified<'a> = 0x27, MissingField {
        /// `delivery-failed`: boolean.
        delivery_failed: optional bool,
        /// `undeliverable-here`: boolean.
        undeliverable_here: optional bool,
        /// `message-annotations`: fields.
        message_annotations: optional Fields<'a>,
    }
}

composite! {
    /// source (AMQP 1.0 §3.5.3).
    Source<'a> = 0x28, MissingField {
        /// `address`: any type that provides `address`.
        address: optional Text<'a>,
        /// `durable`: terminus-durability, default none.
        durable: or TerminusDurability = TerminusDurability::None,
        /// `expiry-policy`: terminus-expiry-policy, default session-end.
        expiry_policy: or TerminusExpiryPolicy = TerminusExpiryPolicy::SessionEnd,
        /// `timeout`: seconds, default 0.
        timeout: or u32 = 0,
        /// `dynamic`: boolean, default false.
        dynamic: or bool = false,
        /// `dynamic-node-properties`: node-properties.
        dynamic_node_properties: optional Fields<'a>,
        /// `distribution-mode`: symbol that provides `distribution-mode`.
        distribution_mode: optional Symbol<'a>,
        /// `filter`: filter-set.
        filter: optional FilterSet<'a>,
        /// `default-outcome`: any type that provides `outcome`.
        default_outcome: optional Outcome<'a>,
        /// `outcomes`: symbol, multiple.
        outcomes: multiple Symbols<'a>,
        /// `capabilities`: symbol, multiple.
        capabilities: multiple Symbols<'a>,
    }
}

composite! {
    /// target (AMQP 1.0 §3.5.4).
    Target<'a> = 0x29, MissingField {
        /// `address`: any type that provides `address`.
        address: optional Text<'a>,
        /// `durable`: terminus-durability, default none.
        durable: or TerminusDurability = TerminusDurability::None,
        /// `expiry-policy`: terminus-expiry-policy, default session-end.
        expiry_policy: or TerminusExpiryPolicy = TerminusExpiryPolicy::SessionEnd,
        /// `timeout`: seconds, default 0.
        timeout: or u32 = 0,
        /// `dynamic`: boolean, default false.
        dynamic: or bool = false,
        /// `dynamic-node-properties`: node-properties.
        dynamic_node_properties: optional Fields<'a>,
        /// `capabilities`: symbol, multiple.
        capabilities: multiple Symbols<'a>,
    }
}

composite! {
    /// delete-on-close (AMQP 1.0 §3.5.10).
    DeleteOnClose = 0x2b, MissingField {
    }
}

composite! {
    /// delete-on-no-links (AMQP 1.0 §3.5.11).
    DeleteOnNoLinks = 0x2c, MissingField {
    }
}

composite! {
    /// delete-on-no-messages (AMQP 1.0 §3.5.12).
    DeleteOnNoMessages = 0x2d, MissingField {
    }
}

composite! {
    /// delete-on-no-links-or-messages (AMQP 1.0 §3.5.13).
    DeleteOnNoLinksOrMessages = 0x2e, MissingField {
    }
}
