//! Class basic: publishing, consuming, acknowledging. AMQP 0-9-1 §1.8; nack is RabbitMQ's.

use super::super::field_table::FieldTable;
use super::super::reply_code::ReplyCode;
use super::super::short_str::ShortStr;
use super::define::method;

method! {
    /// Asks for a quality of service.
    Qos = 60, 10, "basic.qos"
    {
        /// The window in octets; 0 for none.
        prefetch_size: u32,
        /// The window in messages; 0 for none.
        prefetch_count: u16,
    }
    bits {
        /// For the whole connection (RabbitMQ: the whole channel).
        global,
    }
    {}
}

method! {
    /// The quality of service holds.
    QosOk = 60, 11, "basic.qos-ok"
    {}
}

method! {
    /// Starts a consumer.
    Consume<'a> = 60, 20, "basic.consume"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
        /// The consumer.
        consumer_tag: ShortStr<'a>,
    }
    bits {
        /// Not the messages of this connection.
        no_local,
        /// Messages need no acknowledgement.
        no_ack,
        /// For this connection or consumer alone.
        exclusive,
        /// No answer is wanted.
        no_wait,
    }
    {
        /// Further arguments.
        arguments: FieldTable<'a>,
    }
}

method! {
    /// The consumer has started.
    ConsumeOk<'a> = 60, 21, "basic.consume-ok"
    {
        /// The consumer.
        consumer_tag: ShortStr<'a>,
    }
}

method! {
    /// Ends a consumer; sent by the server when the queue is gone.
    Cancel<'a> = 60, 30, "basic.cancel"
    {
        /// The consumer.
        consumer_tag: ShortStr<'a>,
    }
    bits {
        /// No answer is wanted.
        no_wait,
    }
    {}
}

method! {
    /// The consumer has ended.
    CancelOk<'a> = 60, 31, "basic.cancel-ok"
    {
        /// The consumer.
        consumer_tag: ShortStr<'a>,
    }
}

method! {
    /// Publishes a message; content follows.
    Publish<'a> = 60, 40, "basic.publish"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The exchange.
        exchange: ShortStr<'a>,
        /// The routing key.
        routing_key: ShortStr<'a>,
    }
    bits {
        /// Give it back if no queue takes it.
        mandatory,
        /// Give it back if no consumer takes it at once.
        immediate,
    }
    {}
}

method! {
    /// Gives back a message that could not be delivered; content follows.
    Return<'a> = 60, 50, "basic.return"
    {
        /// Why.
        reply_code: ReplyCode,
        /// Why, in words.
        reply_text: ShortStr<'a>,
        /// The exchange.
        exchange: ShortStr<'a>,
        /// The routing key.
        routing_key: ShortStr<'a>,
    }
}

method! {
    /// Delivers a message to a consumer; content follows.
    Deliver<'a> = 60, 60, "basic.deliver"
    {
        /// The consumer.
        consumer_tag: ShortStr<'a>,
        /// The delivery, counted per channel from 1.
        delivery_tag: u64,
    }
    bits {
        /// It was delivered before.
        redelivered,
    }
    {
        /// The exchange.
        exchange: ShortStr<'a>,
        /// The routing key.
        routing_key: ShortStr<'a>,
    }
}

method! {
    /// Asks for one message.
    Get<'a> = 60, 70, "basic.get"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: u16,
        /// The queue; empty for the last one declared on the channel.
        queue: ShortStr<'a>,
    }
    bits {
        /// Messages need no acknowledgement.
        no_ack,
    }
    {}
}

method! {
    /// The message asked for; content follows.
    GetOk<'a> = 60, 71, "basic.get-ok"
    {
        /// The delivery, counted per channel from 1.
        delivery_tag: u64,
    }
    bits {
        /// It was delivered before.
        redelivered,
    }
    {
        /// The exchange.
        exchange: ShortStr<'a>,
        /// The routing key.
        routing_key: ShortStr<'a>,
        /// Messages in the queue.
        message_count: u32,
    }
}

method! {
    /// No message to get.
    GetEmpty<'a> = 60, 72, "basic.get-empty"
    {
        /// Reserved: zero or empty, kept as it came.
        reserved_1: ShortStr<'a>,
    }
}

method! {
    /// Acknowledges messages; sent by the server, confirms them.
    Ack = 60, 80, "basic.ack"
    {
        /// The delivery, counted per channel from 1.
        delivery_tag: u64,
    }
    bits {
        /// Also all earlier ones; with tag 0, all.
        multiple,
    }
    {}
}

method! {
    /// Rejects a message.
    Reject = 60, 90, "basic.reject"
    {
        /// The delivery, counted per channel from 1.
        delivery_tag: u64,
    }
    bits {
        /// Put it back into the queue.
        requeue,
    }
    {}
}

method! {
    /// Asks for redelivery without an answer. Deprecated.
    RecoverAsync = 60, 100, "basic.recover-async"
    {}
    bits {
        /// Put it back into the queue.
        requeue,
    }
    {}
}

method! {
    /// Asks for redelivery.
    Recover = 60, 110, "basic.recover"
    {}
    bits {
        /// Put it back into the queue.
        requeue,
    }
    {}
}

method! {
    /// Redelivery is under way.
    RecoverOk = 60, 111, "basic.recover-ok"
    {}
}

method! {
    /// Rejects messages; sent by the server, says that they are lost.
    Nack = 60, 120, "basic.nack"
    {
        /// The delivery, counted per channel from 1.
        delivery_tag: u64,
    }
    bits {
        /// Also all earlier ones; with tag 0, all.
        multiple,
        /// Put it back into the queue.
        requeue,
    }
    {}
}
