//! Part 2: performatives.
//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.

use super::*;
use crate::v1_0::{DeliveryState, Fields, ReceiverSettleMode, Role, SenderSettleMode, Source, Symbol, Symbols, TargetTerminus, Unsettled};
use crate::{Binary, Text};

composite! {
    /// open (AMQP 1.0 §2.7.1).
    Open<'a> = 0x10, MissingPerformativeField {
        /// `container-id`: string, mandatory.
        container_id: mandatory Text<'a>,
        /// `hostname`: string.
        hostname: optional Text<'a>,
        /// `max-frame-size`: uint, default 4294967295.
        max_frame_size: or u32 = 4294967295,
        /// `channel-max`: ushort, default 65535.
        channel_max: or u16 = 65535,
        /// `idle-time-out`: milliseconds.
        idle_time_out: optional u32,
        /// `outgoing-locales`: ietf-language-tag, multiple.
        outgoing_locales: multiple Symbols<'a>,
        /// `incoming-locales`: ietf-language-tag, multiple.
        incoming_locales: multiple Symbols<'a>,
        /// `offered-capabilities`: symbol, multiple.
        offered_capabilities: multiple Symbols<'a>,
        /// `desired-capabilities`: symbol, multiple.
        desired_capabilities: multiple Symbols<'a>,
        /// `properties`: fields.
        properties: optional Fields<'a>,
    }
}

composite! {
    /// begin (AMQP 1.0 §2.7.2).
    Begin<'a> = 0x11, MissingPerformativeField {
        /// `remote-channel`: ushort.
        remote_channel: optional u16,
        /// `next-outgoing-id`: transfer-number, mandatory.
        next_outgoing_id: mandatory u32,
        /// `incoming-window`: uint, mandatory.
        incoming_window: mandatory u32,
        /// `outgoing-window`: uint, mandatory.
        outgoing_window: mandatory u32,
        /// `handle-max`: handle, default 4294967295.
        handle_max: or u32 = 4294967295,
        /// `offered-capabilities`: symbol, multiple.
        offered_capabilities: multiple Symbols<'a>,
        /// `desired-capabilities`: symbol, multiple.
        desired_capabilities: multiple Symbols<'a>,
        /// `properties`: fields.
        properties: optional Fields<'a>,
    }
}

composite! {
    /// attach (AMQP 1.0 §2.7.3).
    Attach<'a> = 0x12, MissingPerformativeField {
        /// `name`: string, mandatory.
        name: mandatory Text<'a>,
        /// `handle`: handle, mandatory.
        handle: mandatory u32,
        /// `role`: role, mandatory.
        role: mandatory Role,
        /// `snd-settle-mode`: sender-settle-mode, default mixed.
        snd_settle_mode: or SenderSettleMode = SenderSettleMode::Mixed,
        /// `rcv-settle-mode`: receiver-settle-mode, default first.
        rcv_settle_mode: or ReceiverSettleMode = ReceiverSettleMode::First,
        /// `source`: any type that provides `source`.
        source: optional Source<'a>,
        /// `target`: any type that provides `target`.
        target: optional TargetTerminus<'a>,
        /// `unsettled`: map.
        unsettled: optional Unsettled<'a>,
        /// `incomplete-unsettled`: boolean, default false.
        incomplete_unsettled: or bool = false,
        /// `initial-delivery-count`: sequence-no.
        initial_delivery_count: optional u32,
        /// `max-message-size`: ulong.
        max_message_size: optional u64,
        /// `offered-capabilities`: symbol, multiple.
        offered_capabilities: multiple Symbols<'a>,
        /// `desired-capabilities`: symbol, multiple.
        desired_capabilities: multiple Symbols<'a>,
        /// `properties`: fields.
        properties: optional Fields<'a>,
    }
}

composite! {
    /// flow (AMQP 1.0 §2.7.4).
    Flow<'a> = 0x13, MissingPerformativeField {
        /// `next-incoming-id`: transfer-number.
        next_incoming_id: optional u32,
        /// `incoming-window`: uint, mandatory.
        incoming_window: mandatory u32,
        /// `next-outgoing-id`: transfer-number, mandatory.
        next_outgoing_id: mandatory u32,
        /// `outgoing-window`: uint, mandatory.
        outgoing_window: mandatory u32,
        /// `handle`: handle.
        handle: optional u32,
        /// `delivery-count`: sequence-no.
        delivery_count: optional u32,
        /// `link-credit`: uint.
        link_credit: optional u32,
        /// `available`: uint.
        available: optional u32,
        /// `drain`: boolean, default false.
        drain: or bool = false,
        /// `echo`: boolean, default false.
        echo: or bool = false,
        /// `properties`: fields.
        properties: optional Fields<'a>,
    }
}

composite! {
    /// transfer (AMQP 1.0 §2.7.5).
    Transfer<'a> = 0x14, MissingPerformativeField {
        /// `handle`: handle, mandatory.
        handle: mandatory u32,
        /// `delivery-id`: delivery-number.
        delivery_id: optional u32,
        /// `delivery-tag`: delivery-tag.
        delivery_tag: optional Binary<'a>,
        /// `message-format`: message-format.
        message_format: optional u32,
        /// `settled`: boolean.
        settled: optional bool,
        /// `more`: boolean, default false.
        more: or bool = false,
        /// `rcv-settle-mode`: receiver-settle-mode.
        rcv_settle_mode: optional ReceiverSettleMode,
        /// `state`: any type that provides `delivery-state`.
        state: optional DeliveryState<'a>,
        /// `resume`: boolean, default false.
        resume: or bool = false,
        /// `aborted`: boolean, default false.
        aborted: or bool = false,
        /// `batchable`: boolean, default false.
        batchable: or bool = false,
    }
}

composite! {
    /// disposition (AMQP 1.0 §2.7.6).
    Disposition<'a> = 0x15, MissingPerformativeField {
        /// `role`: role, mandatory.
        role: mandatory Role,
        /// `first`: delivery-number, mandatory.
        first: mandatory u32,
        /// `last`: delivery-number.
        last: optional u32,
        /// `settled`: boolean, default false.
        settled: or bool = false,
        /// `state`: any type that provides `delivery-state`.
        state: optional DeliveryState<'a>,
        /// `batchable`: boolean, default false.
        batchable: or bool = false,
    }
}

composite! {
    /// detach (AMQP 1.0 §2.7.7).
    Detach<'a> = 0x16, MissingPerformativeField {
        /// `handle`: handle, mandatory.
        handle: mandatory u32,
        /// `closed`: boolean, default false.
        closed: or bool = false,
        /// `error`: error.
        error: optional Error<'a>,
    }
}

composite! {
    /// end (AMQP 1.0 §2.7.8).
    End<'a> = 0x17, MissingPerformativeField {
        /// `error`: error.
        error: optional Error<'a>,
    }
}

composite! {
    /// close (AMQP 1.0 §2.7.9).
    Close<'a> = 0x18, MissingPerformativeField {
        /// `error`: error.
        error: optional Error<'a>,
    }
}

composite! {
    /// error (AMQP 1.0 §2.8.14).
    Error<'a> = 0x1d, MissingField {
        /// `condition`: symbol that provides `error-condition`, mandatory.
        condition: mandatory Symbol<'a>,
        /// `description`: string.
        description: optional Text<'a>,
        /// `info`: fields.
        info: optional Fields<'a>,
    }
}
