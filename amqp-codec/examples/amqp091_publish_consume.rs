//! Publishes a message to a broker of AMQP 0-9-1, consumes it again and acknowledges it, over `std::net`.
//!
//! `cargo run -p amqp-codec --example amqp091_publish_consume [ADDRESS [USER PASSWORD]]`; without arguments 127.0.0.1:5672 as guest.

use core::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;

use amqp_codec::v0_9_1::method::{basic, channel, connection, queue};
use amqp_codec::v0_9_1::{
    Decoder, Dialect, Encoder, FieldTable, Frame, Gathered, Gatherer, Limits, Method, Properties, Property,
    ProtocolHeader, Sensitive, Tags, Tuning, Value,
};

type Result<T> = core::result::Result<T, Box<dyn Error>>;

/// A socket, and what turns its octets into frames.
struct Connection {
    socket: TcpStream,
    decoder: Decoder,
    encoder: Encoder,
    /// What was read and not yet decoded.
    buffer: Vec<u8>,
    gatherer: Gatherer,
}

impl Connection {
    fn open(address: &str) -> Result<Self> {
        let limits = Limits::default();
        let mut connection = Self {
            socket: TcpStream::connect(address)?,
            decoder: Decoder::new(Dialect::RABBITMQ, limits),
            encoder: Encoder::new(),
            buffer: Vec::new(),
            gatherer: Gatherer::new(limits.max_body_size),
        };
        connection.send(&Frame::ProtocolHeader(ProtocolHeader::V0_9_1))?;
        Ok(connection)
    }

    fn send(&mut self, frame: &Frame<'_>) -> Result<()> {
        println!("> {frame}");
        let mut out = Vec::with_capacity(self.encoder.encoded_len(frame));
        self.encoder.encode(frame, &mut out)?;
        Ok(self.socket.write_all(&out)?)
    }

    /// The next method, with its content if it has one. One channel is open, so one gatherer is enough.
    fn receive(&mut self) -> Result<Gathered> {
        loop {
            let mut input = self.buffer.as_slice();
            let before = input.len();
            if let Some(frame) = self.decoder.decode(&mut input)? {
                println!("< {frame}");
                let whole = self.gatherer.accept(frame.into_frame())?;
                let consumed = before.saturating_sub(input.len());
                self.buffer.drain(..consumed);
                if let Some(whole) = whole {
                    return Ok(whole);
                }
                continue;
            }
            let mut piece = [0; 4_096];
            let len = self.socket.read(&mut piece)?;
            if len == 0 {
                return Err("the broker closed the connection".into());
            }
            self.buffer.extend_from_slice(piece.get(..len).unwrap_or_default());
        }
    }

    fn call(&mut self, frame: &Frame<'_>) -> Result<Method<'static>> {
        self.send(frame)?;
        match self.receive()? {
            Gathered::Method(Method::ConnectionClose(close)) => Err(format!("refused: {close:?}").into()),
            Gathered::Method(Method::ChannelClose(close)) => Err(format!("refused: {close:?}").into()),
            Gathered::Method(method) => Ok(method),
            Gathered::Content { .. } => Err("content where an answer should come".into()),
        }
    }

    /// From connection.start to connection.open-ok.
    fn log_in(&mut self, user: &str, password: &str) -> Result<()> {
        let Gathered::Method(Method::ConnectionStart(start)) = self.receive()? else {
            return Err("no connection.start".into());
        };
        println!("the broker is {}", start.server_properties);
        let response = format!("\0{user}\0{password}");
        let product = [("product".try_into()?, Value::text("amqp-codec"))];
        let start_ok = connection::StartOk {
            client_properties: FieldTable::from_items(Tags::RabbitMq, &product)?,
            mechanism: "PLAIN".try_into()?,
            response: Sensitive::from(response.as_bytes()),
            locale: "en_US".try_into()?,
        };
        let Method::ConnectionTune(tune) = self.call(&Frame::method(0, start_ok))? else {
            return Err("no connection.tune".into());
        };
        let tune_ok = connection::TuneOk { channel_max: tune.channel_max, frame_max: tune.frame_max, heartbeat: 0 };
        let agreed = Tuning::agree(&tune, &tune_ok)?;
        self.send(&Frame::method(0, tune_ok))?;
        self.decoder.tuned(agreed.frame_max, agreed.channel_max);
        self.encoder.tuned(agreed.frame_max);
        let open = connection::Open { virtual_host: "/".try_into()?, ..Default::default() };
        self.call(&Frame::method(0, open)).map(drop)
    }
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |place: usize, default| arguments.get(place).map_or(default, String::as_str);
    let mut broker = Connection::open(argument(0, "127.0.0.1:5672"))?;
    broker.log_in(argument(1, "guest"), argument(2, "guest"))?;
    broker.call(&Frame::method(1, channel::Open::default()))?;
    let declare = queue::Declare { exclusive: true, auto_delete: true, ..Default::default() };
    let Method::QueueDeclareOk(declared) = broker.call(&Frame::method(1, declare))? else {
        return Err("no queue.declare-ok".into());
    };

    // The default exchange routes by the queue's name.
    let publish = basic::Publish { routing_key: declared.queue.clone(), ..Default::default() };
    let items = [Property::ContentType("text/plain".try_into()?), Property::DeliveryMode(1)];
    let properties = Properties::from_items(&items)?;
    let mut out = Vec::new();
    broker.encoder.encode_content(1, &publish.into(), &properties, b"hello from amqp-codec", &mut out)?;
    broker.socket.write_all(&out)?;

    let consume = basic::Consume { queue: declared.queue, ..Default::default() };
    broker.call(&Frame::method(1, consume))?;
    let Gathered::Content { method: Method::BasicDeliver(deliver), header, body } = broker.receive()? else {
        return Err("no basic.deliver".into());
    };
    println!("{header}: {}", String::from_utf8_lossy(&body));
    broker.send(&Frame::method(1, basic::Ack { delivery_tag: deliver.delivery_tag, multiple: false }))?;
    let close = connection::Close { reply_code: 200.into(), reply_text: "bye".try_into()?, ..Default::default() };
    broker.call(&Frame::method(0, close)).map(drop)
}
