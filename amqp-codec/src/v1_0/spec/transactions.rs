//! Part 4: transactions.
//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.

use super::*;
use crate::v1_0::{Encoded, Outcome, Symbols};
use crate::{Binary};

composite! {
    /// coordinator (AMQP 1.0 §4.5.1).
    Coordinator<'a> = 0x30, MissingField {
        /// `capabilities`: symbol that provides `txn-capability`, multiple.
        capabilities: multiple Symbols<'a>,
    }
}

composite! {
    /// declare (AMQP 1.0 §4.5.2).
    Declare<'a> = 0x31, MissingField {
        /// `global-id`: any type that provides `global-tx-id`.
        global_id: optional Encoded<'a>,
    }
}

composite! {
    /// discharge (AMQP 1.0 §4.5.3).
    Discharge<'a> = 0x32, MissingField {
        /// `txn-id`: any type that provides `txn-id`, mandatory.
        txn_id: mandatory Binary<'a>,
        /// `fail`: boolean.
        fail: optional bool,
    }
}

composite! {
    /// declared (AMQP 1.0 §4.5.5).
    Declared<'a> = 0x33, MissingField {
        /// `txn-id`: any type that provides `txn-id`, mandatory.
        txn_id: mandatory Binary<'a>,
    }
}

composite! {
    /// transactional-state (AMQP 1.0 §4.5.6).
    TransactionalState<'a> = 0x34, MissingField {
        /// `txn-id`: any type that provides `txn-id`, mandatory.
        txn_id: mandatory Binary<'a>,
        /// `outcome`: any type that provides `outcome`.
        outcome: optional Outcome<'a>,
    }
}
