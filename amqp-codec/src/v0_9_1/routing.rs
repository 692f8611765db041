//! Which binding a message matches: the exchange types as pure functions. AMQP 0-9-1 §3.1.3.

mod headers;
mod topic;
mod topic_table;

pub use headers::{HeadersBinding, HeadersError, XMatch};
pub use topic::topic;
pub use topic_table::TopicTable;

// exchange.required-types, exchange.recommended-types: all four of the standard are here.

/// Direct exchange: the keys are equal (queue.bind.routing-key.direct-exchange-key-matching). AMQP 0-9-1 §3.1.3.1.
pub fn direct(binding_key: &[u8], routing_key: &[u8]) -> bool {
    binding_key == routing_key
}

/// Fanout exchange: every binding matches. AMQP 0-9-1 §3.1.3.2.
pub const fn fanout() -> bool {
    true
}
