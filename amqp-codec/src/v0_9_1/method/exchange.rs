//! Class exchange. AMQP 0-9-1 §1.6; bind and unbind are RabbitMQ's.

use super::super::field_table::FieldTable;
use super::super::short_str::ShortStr;
use super::define::method;

method! {
    /// Makes an exchange, or checks that it exists.
    Declare<'a> = 40, 10, "exchange.declare"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The exchange.
        exchange: ShortStr<'a>,
        /// The exchange's type: `direct`, `fanout`, `topic`, `headers` or another.
        exchange_type: ShortStr<'a>,
    }
    bits {
        /// Only check that it exists.
        passive,
        /// Survives a restart of the server.
        durable,
        /// Goes away when nobody uses it any more.
        auto_delete,
        /// Not to be published to by clients.
        internal,
        /// No answer is wanted.
        no_wait,
    }
    {
        /// Further arguments.
        arguments: FieldTable<'a>,
    }
}

method! {
    /// The exchange exists.
    DeclareOk = 40, 11, "exchange.declare-ok"
    {}
}

method! {
    /// Deletes an exchange.
    Delete<'a> = 40, 20, "exchange.delete"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The exchange.
        exchange: ShortStr<'a>,
    }
    bits {
        /// Only if nobody uses it.
        if_unused,
        /// No answer is wanted.
        no_wait,
    }
    {}
}

method! {
    /// The exchange is gone.
    DeleteOk = 40, 21, "exchange.delete-ok"
    {}
}

method! {
    /// Binds an exchange to an exchange.
    Bind<'a> = 40, 30, "exchange.bind"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The exchange that receives.
        destination: ShortStr<'a>,
        /// The exchange that gives.
        source: ShortStr<'a>,
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
    BindOk = 40, 31, "exchange.bind-ok"
    {}
}

method! {
    /// Removes a binding between exchanges.
    Unbind<'a> = 40, 40, "exchange.unbind"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The exchange that receives.
        destination: ShortStr<'a>,
        /// The exchange that gives.
        source: ShortStr<'a>,
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
    /// The binding is gone. Its number is 51, where the pattern of the others would make it 41.
    UnbindOk = 40, 51, "exchange.unbind-ok"
    {}
}
