//! Class confirm: publisher confirms, RabbitMQ's extension.

use super::define::method;

method! {
    /// Makes the server confirm every message published on the channel.
    Select = 85, 10, "confirm.select"
    {}
    bits {
        /// No answer is wanted.
        no_wait,
    }
    {}
}

method! {
    /// The server confirms from here on.
    SelectOk = 85, 11, "confirm.select-ok"
    {}
}
