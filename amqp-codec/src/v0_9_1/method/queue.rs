//! Class queue. AMQP 0-9-1 §1.7.

use super::super::field_table::FieldTable;
use super::super::short_str::ShortStr;
use super::define::method;

method! {
    /// Makes a queue, or checks that it exists.
    Declare<'a> = 50, 10, "queue.declare"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
    }
    bits {
        /// Only check that it exists.
        passive,
        /// Survives a restart of the server.
        durable,
        /// For this connection or consumer alone.
        exclusive,
        /// Goes away when nobody uses it any more.
        auto_delete,
        /// No answer is wanted.
        no_wait,
    }
    {
        /// Further arguments.
        arguments: FieldTable<'a>,
    }
}

method! {
    /// The queue exists.
    DeclareOk<'a> = 50, 11, "queue.declare-ok"
    {
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
        /// Messages in the queue.
        message_count: u32,
        /// Consumers of the queue.
        consumer_count: u32,
    }
}

method! {
    /// Binds a queue to an exchange.
    Bind<'a> = 50, 20, "queue.bind"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
        /// The exchange.
        exchange: ShortStr<'a>,
        /// The routing key.
        routing_key: ShortStr<'a>,
    }
    bits {
        /// No answer is wanted.
        no_wait,
    }
    {
        /// Further arguments.
        arguments: FieldTable<'a>,
    }
}

method! {
    /// The binding exists.
    BindOk = 50, 21, "queue.bind-ok"
    {}
}

method! {
    /// Removes a binding.
    Unbind<'a> = 50, 50, "queue.unbind"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
        /// The exchange.
        exchange: ShortStr<'a>,
        /// The routing key.
        routing_key: ShortStr<'a>,
        /// Further arguments.
        arguments: FieldTable<'a>,
    }
}

method! {
    /// The binding is gone.
    UnbindOk = 50, 51, "queue.unbind-ok"
    {}
}

method! {
    /// Removes the messages of a queue.
    Purge<'a> = 50, 30, "queue.purge"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
    }
    bits {
        /// No answer is wanted.
        no_wait,
    }
    {}
}

method! {
    /// The messages are gone.
    PurgeOk = 50, 31, "queue.purge-ok"
    {
        /// Messages in the queue.
        message_count: u32,
    }
}

method! {
    /// Deletes a queue.
    Delete<'a> = 50, 40, "queue.delete"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
    }
    bits {
        /// Only if nobody uses it.
        if_unused,
        /// Only if it is empty.
        if_empty,
        /// No answer is wanted.
        no_wait,
    }
    {}
}

method! {
    /// The queue is gone.
    DeleteOk = 50, 41, "queue.delete-ok"
    {
        /// Messages in the queue.
        message_count: u32,
    }
}
