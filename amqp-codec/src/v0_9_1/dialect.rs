//! Which reading of the specification a peer follows.

use super::FRAME_MIN_SIZE;

/// Which reading of the specification a peer follows: each switch by itself, and three presets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// What the conflicting field type tags mean (errata 3).
    pub tags: Tags,
    /// Whether field names are checked. AMQP 0-9-1 §4.2.5.5.
    pub field_names: FieldNames,
    /// Whether a table may hold the same name twice. AMQP 0-9-1 §4.2.5.5.
    pub duplicates: Duplicates,
    /// What to do about unused bits. AMQP 0-9-1 §4.2.5.2.
    pub unused_bits: UnusedBits,
    /// Octets by which a frame may exceed frame-max. RabbitMQ tolerates 8.
    pub frame_slack: u32,
    /// The largest frame before the peers have tuned. 4,096 by the specification, 8,192 since RabbitMQ 4.1.
    pub frame_max_before_tuning: u32,
}

/// The meaning of the field type tags on which the printed specification and the world disagree (errata 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(rename_all = "kebab-case"))]
pub enum Tags {
    /// As printed: `s` short string, `U` i16, `l` u64, `L` i64; no `x`.
    Spec,
    /// As RabbitMQ reads them: `s` i16, `l` and `L` i64, `x` octets; no `U`.
    #[default]
    RabbitMq,
    /// As RabbitMQ, and `U` as i16, for the clients that send it.
    Lenient,
}

/// Whether field names are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum FieldNames {
    /// Any short string, as RabbitMQ does.
    #[default]
    Any,
    /// A letter, `$` or `#` first, and at most 128 octets. The specification's list of further characters is not enforced: it would
    /// exclude the specification's own `x-match`.
    Checked,
}

/// Whether a table may hold the same name twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Duplicates {
    /// All are kept, in order.
    #[default]
    Keep,
    /// Refused. Names are compared pairwise, so a table of more than 64 fields is refused too.
    Refuse,
}

/// What to do about unused bits of a bit field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum UnusedBits {
    /// They are not looked at.
    #[default]
    Ignore,
    /// They must be zero.
    Refuse,
}

impl Dialect {
    /// The specification as printed.
    pub const SPEC: Self = Self {
        tags: Tags::Spec,
        field_names: FieldNames::Checked,
        duplicates: Duplicates::Refuse,
        unused_bits: UnusedBits::Ignore,
        frame_slack: 0,
        frame_max_before_tuning: FRAME_MIN_SIZE,
    };

    /// What RabbitMQ, and so the world, speaks. The default.
    pub const RABBITMQ: Self = Self {
        tags: Tags::RabbitMq,
        field_names: FieldNames::Any,
        duplicates: Duplicates::Keep,
        unused_bits: UnusedBits::Ignore,
        frame_slack: 8,
        frame_max_before_tuning: 8_192,
    };

    /// [`RABBITMQ`](Self::RABBITMQ) with every tag that any client is known to send.
    pub const LENIENT: Self = Self { tags: Tags::Lenient, ..Self::RABBITMQ };
}

impl Default for Dialect {
    fn default() -> Self {
        Self::RABBITMQ
    }
}
