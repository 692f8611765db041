//! Class connection: opening, tuning, closing. AMQP 0-9-1 §1.4; blocked, unblocked and update-secret are RabbitMQ's.

use super::super::field_table::FieldTable;
use super::super::reply_code::ReplyCode;
use super::super::short_str::{Sensitive, ShortStr};
use super::define::method;
use crate::Binary;

method! {
    /// The server's greeting.
    Start<'a> = 10, 10, "connection.start"
    {
        /// 0.
        version_major: u8,
        /// 9.
        version_minor: u8,
        /// Who the server is and what it can do.
        server_properties: FieldTable<'a>,
        /// Security mechanisms, separated by spaces.
        mechanisms: Binary<'a>,
        /// Message locales, separated by spaces.
        locales: Binary<'a>,
    }
}

method! {
    /// The client chooses a mechanism and a locale.
    StartOk<'a> = 10, 11, "connection.start-ok"
    {
        /// Who the client is and what it can do.
        client_properties: FieldTable<'a>,
        /// The security mechanism chosen.
        mechanism: ShortStr<'a>,
        /// The mechanism's response: a credential.
        response: Sensitive<'a>,
        /// The message locale chosen.
        locale: ShortStr<'a>,
    }
}

method! {
    /// A further challenge of the mechanism.
    Secure<'a> = 10, 20, "connection.secure"
    {
        /// The mechanism's challenge.
        challenge: Binary<'a>,
    }
}

method! {
    /// The answer to a challenge.
    SecureOk<'a> = 10, 21, "connection.secure-ok"
    {
        /// The mechanism's response: a credential.
        response: Sensitive<'a>,
    }
}

method! {
    /// The server's proposal; see [`Tuning`](crate::v0_9_1::Tuning).
    Tune = 10, 30, "connection.tune"
    {
        /// The highest channel number; 0 for no limit.
        channel_max: u16,
        /// The largest frame in octets; 0 for no limit.
        frame_max: u32,
        /// The heartbeat interval in seconds; 0 for none.
        heartbeat: u16,
    }
}

method! {
    /// The client's answer to the proposal.
    TuneOk = 10, 31, "connection.tune-ok"
    {
        /// The highest channel number; 0 for no limit.
        channel_max: u16,
        /// The largest frame in octets; 0 for no limit.
        frame_max: u32,
        /// The heartbeat interval in seconds; 0 for none.
        heartbeat: u16,
    }
}

method! {
    /// Chooses a virtual host.
    Open<'a> = 10, 40, "connection.open"
    {
        /// The virtual host.
        virtual_host: ShortStr<'a>,
        /// Reserved: zero or empty, kept as it came.
        reserved_1: ShortStr<'a>,
    }
    bits {
        /// Reserved: zero, kept as it came.
        reserved_2,
    }
    {}
}

method! {
    /// The virtual host is open.
    OpenOk<'a> = 10, 41, "connection.open-ok"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: ShortStr<'a>,
    }
}

method! {
    /// Ends the connection, and says why.
    Close<'a> = 10, 50, "connection.close"
    {
        /// Why.
        reply_code: ReplyCode,
        /// Why, in words.
        reply_text: ShortStr<'a>,
        /// The class of the method that caused it, or 0.
        class_id: u16,
        /// The method that caused it, or 0.
        method_id: u16,
    }
}

method! {
    /// The connection has ended.
    CloseOk = 10, 51, "connection.close-ok"
    {}
}

method! {
    /// The server takes no more messages for now.
    Blocked<'a> = 10, 60, "connection.blocked"
    {
        /// Why, in words.
        reason: ShortStr<'a>,
    }
}

method! {
    /// The server takes messages again.
    Unblocked = 10, 61, "connection.unblocked"
    {}
}

method! {
    /// Renews a credential that expires. Sent by the client.
    UpdateSecret<'a> = 10, 70, "connection.update-secret"
    {
        /// The new credential.
        new_secret: Sensitive<'a>,
        /// Why, in words.
        reason: ShortStr<'a>,
    }
}

method! {
    /// The credential was renewed.
    UpdateSecretOk = 10, 71, "connection.update-secret-ok"
    {}
}
