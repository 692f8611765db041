//! Class access: dead since AMQP 0-9, but RabbitMQ still answers it, and old clients still ask. AMQP 0-8 §1.3.

use super::super::short_str::ShortStr;
use super::define::method;

method! {
    /// Asks for an access ticket.
    Request<'a> = 30, 10, "access.request"
    {
        /// The realm.
        realm: ShortStr<'a>,
    }
    bits {
        /// Exclusive access.
        exclusive,
        /// Passive access.
        passive,
        /// Active access.
        active,
        /// Write access.
        write,
        /// Read access.
        read,
    }
    {}
}

method! {
    /// Grants an access ticket.
    RequestOk = 30, 11, "access.request-ok"
    {
        /// The ticket.
        ticket: u16,
    }
}
