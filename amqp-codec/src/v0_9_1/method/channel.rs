//! Class channel: opening, flow, closing. AMQP 0-9-1 §1.5.

use super::super::reply_code::ReplyCode;
use super::super::short_str::ShortStr;
use super::define::method;
use crate::Binary;

method! {
    /// Opens a channel.
    Open<'a> = 20, 10, "channel.open"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: ShortStr<'a>,
    }
}

method! {
    /// The channel is open.
    OpenOk<'a> = 20, 11, "channel.open-ok"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: Binary<'a>,
    }
}

method! {
    /// Asks the peer to pause or restart the flow of content.
    Flow = 20, 20, "channel.flow"
    {}
    bits {
        /// True to start, false to pause.
        active,
    }
    {}
}

method! {
    /// Confirms a flow request.
    FlowOk = 20, 21, "channel.flow-ok"
    {}
    bits {
        /// True to start, false to pause.
        active,
    }
    {}
}

method! {
    /// Ends the channel, and says why.
    Close<'a> = 20, 40, "channel.close"
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
    /// The channel has ended.
    CloseOk = 20, 41, "channel.close-ok"
    {}
}
