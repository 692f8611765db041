//! Restricted types with choices, and error conditions.
//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.

use super::*;
use crate::v1_0::Symbol;

choices! {
    /// role (AMQP 1.0 §2.8.1).
    Role: bool {
        /// sender
        #[default]
        Sender = false,
        /// receiver
        Receiver = true,
    }
}

choices! {
    /// sender-settle-mode (AMQP 1.0 §2.8.2).
    SenderSettleMode: u8 {
        /// unsettled
        Unsettled = 0,
        /// settled
        Settled = 1,
        /// mixed
        #[default]
        Mixed = 2,
    }
}

choices! {
    /// receiver-settle-mode (AMQP 1.0 §2.8.3).
    ReceiverSettleMode: u8 {
        /// first
        #[default]
        First = 0,
        /// second
        Second = 1,
    }
}

/// amqp-error (AMQP 1.0 §2.8.15).
pub mod amqp_error {
    /// `amqp:internal-error`
    pub const INTERNAL_ERROR: &str = "amqp:internal-error";
    /// `amqp:not-found`
    pub const NOT_FOUND: &str = "amqp:not-found";
    /// `amqp:unauthorized-access`
    pub const UNAUTHORIZED_ACCESS: &str = "amqp:unauthorized-access";
    /// `amqp:decode-error`
    pub const DECODE_ERROR: &str = "amqp:decode-error";
    /// `amqp:resource-limit-exceeded`
    pub const RESOURCE_LIMIT_EXCEEDED: &str = "amqp:resource-limit-exceeded";
    /// `amqp:not-allowed`
    pub const NOT_ALLOWED: &str = "amqp:not-allowed";
    /// `amqp:invalid-field`
    pub const INVALID_FIELD: &str = "amqp:invalid-field";
    /// `amqp:not-implemented`
    pub const NOT_IMPLEMENTED: &str = "amqp:not-implemented";
    /// `amqp:resource-locked`
    pub const RESOURCE_LOCKED: &str = "amqp:resource-locked";
    /// `amqp:precondition-failed`
    pub const PRECONDITION_FAILED: &str = "amqp:precondition-failed";
    /// `amqp:resource-deleted`
    pub const RESOURCE_DELETED: &str = "amqp:resource-deleted";
    /// `amqp:illegal-state`
    pub const ILLEGAL_STATE: &str = "amqp:illegal-state";
    /// `amqp:frame-size-too-small`
    pub const FRAME_SIZE_TOO_SMALL: &str = "amqp:frame-size-too-small";
}

/// connection-error (AMQP 1.0 §2.8.16).
pub mod connection_error {
    /// `amqp:connection:forced`
    pub const CONNECTION_FORCED: &str = "amqp:connection:forced";
    /// `amqp:connection:framing-error`
    pub const FRAMING_ERROR: &str = "amqp:connection:framing-error";
    /// `amqp:connection:redirect`
    pub const REDIRECT: &str = "amqp:connection:redirect";
}

/// session-error (AMQP 1.0 §2.8.17).
pub mod session_error {
    /// `amqp:session:window-violation`
    pub const WINDOW_VIOLATION: &str = "amqp:session:window-violation";
    /// `amqp:session:errant-link`
    pub const ERRANT_LINK: &str = "amqp:session:errant-link";
    /// `amqp:session:handle-in-use`
    pub const HANDLE_IN_USE: &str = "amqp:session:handle-in-use";
    /// `amqp:session:unattached-handle`
    pub const UNATTACHED_HANDLE: &str = "amqp:session:unattached-handle";
}

/// link-error (AMQP 1.0 §2.8.18).
pub mod link_error {
    /// `amqp:link:detach-forced`
    pub const DETACH_FORCED: &str = "amqp:link:detach-forced";
    /// `amqp:link:transfer-limit-exceeded`
    pub const TRANSFER_LIMIT_EXCEEDED: &str = "amqp:link:transfer-limit-exceeded";
    /// `amqp:link:message-size-exceeded`
    pub const MESSAGE_SIZE_EXCEEDED: &str = "amqp:link:message-size-exceeded";
    /// `amqp:link:redirect`
    pub const REDIRECT: &str = "amqp:link:redirect";
    /// `amqp:link:stolen`
    pub const STOLEN: &str = "amqp:link:stolen";
}

choices! {
    /// terminus-durability (AMQP 1.0 §3.5.5).
    TerminusDurability: u32 {
        /// none
        #[default]
        None = 0,
        /// configuration
        Configuration = 1,
        /// unsettled-state
        UnsettledState = 2,
    }
}

choices! {
    /// terminus-expiry-policy (AMQP 1.0 §3.5.6).
    TerminusExpiryPolicy: Symbol {
        /// link-detach
        LinkDetach = "link-detach",
        /// session-end
        #[default]
        SessionEnd = "session-end",
        /// connection-close
        ConnectionClose = "connection-close",
        /// never
        Never = "never",
    }
}

/// std-dist-mode (AMQP 1.0 §3.5.7).
pub mod std_dist_mode {
    /// `move`
    pub const MOVE: &str = "move";
    /// `copy`
    pub const COPY: &str = "copy";
}

/// txn-capability (AMQP 1.0 §4.5.7).
pub mod txn_capability {
    /// `amqp:local-transactions`
    pub const LOCAL_TRANSACTIONS: &str = "amqp:local-transactions";
    /// `amqp:distributed-transactions`
    pub const DISTRIBUTED_TRANSACTIONS: &str = "amqp:distributed-transactions";
    /// `amqp:promotable-transactions`
    pub const PROMOTABLE_TRANSACTIONS: &str = "amqp:promotable-transactions";
    /// `amqp:multi-txns-per-ssn`
    pub const MULTI_TXNS_PER_SSN: &str = "amqp:multi-txns-per-ssn";
    /// `amqp:multi-ssns-per-txn`
    pub const MULTI_SSNS_PER_TXN: &str = "amqp:multi-ssns-per-txn";
}

/// transaction-error (AMQP 1.0 §4.5.8).
pub mod transaction_error {
    /// `amqp:transaction:unknown-id`
    pub const UNKNOWN_ID: &str = "amqp:transaction:unknown-id";
    /// `amqp:transaction:rollback`
    pub const TRANSACTION_ROLLBACK: &str = "amqp:transaction:rollback";
    /// `amqp:transaction:timeout`
    pub const TRANSACTION_TIMEOUT: &str = "amqp:transaction:timeout";
}

choices! {
    /// sasl-code (AMQP 1.0 §5.3.3.6).
    SaslCode: u8 {
        /// ok
        #[default]
        Ok = 0,
        /// auth
        Auth = 1,
        /// sys
        Sys = 2,
        /// sys-perm
        SysPerm = 3,
        /// sys-temp
        SysTemp = 4,
    }
}
