//! Part 5: SASL frames.
//! Generated from the specification's XML by `tests/v1_0_regenerate.rs`.

use super::*;
use crate::v1_0::{SaslCode, Secret, Symbol, Symbols};
use crate::{Text};

composite! {
    /// sasl-mechanisms (AMQP 1.0 §5.3.3.1).
    SaslMechanisms<'a> = 0x40, MissingPerformativeField {
        /// `sasl-server-mechanisms`: symbol, multiple, mandatory.
        sasl_server_mechanisms: some Symbols<'a>,
    }
}

composite! {
    /// sasl-init (AMQP 1.0 §5.3.3.2).
    SaslInit<'a> = 0x41, MissingPerformativeField {
        /// `mechanism`: symbol, mandatory.
        mechanism: mandatory Symbol<'a>,
        /// `initial-response`: binary.
        initial_response: optional Secret<'a>,
        /// `hostname`: string.
        hostname: optional Text<'a>,
    }
}

composite! {
    /// sasl-challenge (AMQP 1.0 §5.3.3.3).
    SaslChallenge<'a> = 0x42, MissingPerformativeField {
        /// `challenge`: binary, mandatory.
        challenge: mandatory Secret<'a>,
    }
}

composite! {
    /// sasl-response (AMQP 1.0 §5.3.3.4).
    SaslResponse<'a> = 0x43, MissingPerformativeField {
        /// `response`: binary, mandatory.
        response: mandatory Secret<'a>,
    }
}

composite! {
    /// sasl-outcome (AMQP 1.0 §5.3.3.5).
    SaslOutcome<'a> = 0x44, MissingPerformativeField {
        /// `code`: sasl-code, mandatory.
        code: mandatory SaslCode,
        /// `additional-data`: binary.
        additional_data: optional Secret<'a>,
    }
}
