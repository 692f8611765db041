//! The core of a broker over plain sockets: decoder, subscription tree, fan-out. Clean sessions only; no will, no keep-alive, no
//! authentication.
//!
//! ```text
//! cargo run -p mqtt-codec --example broker -- 127.0.0.1:1883
//! mosquitto_sub -p 1883 -V 5 -t 'house/#' -v
//! mosquitto_pub -p 1883 -V 311 -t house/kitchen -m 21.5 -q 2
//! ```
//!
//! One thread for each connection; all share the broker. A PUBLISH is prepared once; for each subscriber a few bytes of head are written
//! and the rest is lent to a vectored write.
#![allow(clippy::print_stdout, clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "an example")]

use core::error::Error;
use core::hash::{BuildHasher, Hasher};
use core::num::NonZeroU32;
use core::time::Duration;
use std::collections::BTreeMap;
use std::hash::RandomState;
use std::io::{IoSlice, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use mqtt_codec::{
    Ack, ConnAck, Connect, DecodeError, Decoder, Delivery, Disconnect, Encoder, FanOut, FirstBytes, Limits, Packet,
    PacketId, PacketIds, Properties, Publish, QoS, ReasonCode, ReasonCodes, Recipient, Reply, RetainHandling, Retained,
    Role, Seed, SubAck, Subscribe, SubscriptionOptions, SubscriptionTree, TopicFilter, TreeLimits, Unsubscribe,
    Version,
};

type Fallible<T = ()> = Result<T, Box<dyn Error>>;

/// What the tree keeps beside a subscription.
struct Granted {
    options: SubscriptionOptions,
    id: Option<NonZeroU32>,
}

/// What the broker knows of a client that is connected.
struct Client {
    socket: TcpStream,
    encoder: Encoder,
    max_packet: usize,
    /// Identifiers of what was sent and not acknowledged.
    sent: PacketIds<16>,
    /// Identifiers of the client's own messages of QoS 2, until PUBREL.
    received: PacketIds,
    filters: Vec<TopicFilter<'static>>,
}

struct Broker {
    tree: SubscriptionTree<u64, Granted>,
    retained: Retained<Publish<'static>>,
    clients: BTreeMap<u64, Client>,
    /// Whose turn it is in a share.
    turn: usize,
}

fn seed() -> Seed {
    let random = || u128::from(RandomState::new().build_hasher().finish());
    Seed::new(random() << 64 | random())
}

impl Client {
    fn send(&mut self, packet: &Packet<'_>) -> Fallible {
        println!("-> {packet}");
        let mut out = Vec::with_capacity(self.encoder.encoded_len(packet));
        self.encoder.encode(packet, &mut out)?;
        Ok(self.socket.write_all(&out)?)
    }

    /// Writes a message that was prepared for everybody. Without a free identifier the message is lost: there is no queue here.
    fn deliver(&mut self, message: &FanOut<'_>, qos: QoS, retain: bool, id: Option<NonZeroU32>) -> Fallible {
        println!("-> {qos} {}", message.topic());
        let delivery = match qos {
            QoS::AtMostOnce => Delivery::AtMostOnce,
            QoS::AtLeastOnce => Delivery::AtLeastOnce(self.sent.allocate().ok_or("no identifier is free")?),
            QoS::ExactlyOnce => Delivery::ExactlyOnce(self.sent.allocate().ok_or("no identifier is free")?),
        };
        let (version, max_packet) = (self.encoder.version(), self.max_packet);
        let subscription_ids = id.as_slice();
        let recipient = Recipient { delivery, retain, subscription_ids, max_packet, ..Recipient::new(version) };
        let mut room = [0; FanOut::HEAD_LEN + 5];
        let mut slices = message.slices(&recipient, &mut room)?.map(IoSlice::new);
        let mut rest = &mut slices[..];
        IoSlice::advance_slices(&mut rest, 0); // the empty ones in front
        while !rest.is_empty() {
            let written = self.socket.write_vectored(rest)?;
            IoSlice::advance_slices(&mut rest, written);
        }
        Ok(())
    }
}

impl Broker {
    fn client(&mut self, number: u64) -> Fallible<&mut Client> {
        self.clients.get_mut(&number).ok_or_else(|| "not connected".into())
    }

    /// Takes a client in, if CONNECT asks for nothing that this broker lacks.
    fn connect(&mut self, number: u64, connect: &Connect<'_>, socket: TcpStream) -> Fallible {
        socket.set_write_timeout(Some(Duration::from_secs(1)))?;
        let max_packet = connect.properties.maximum_packet_size().map_or(Limits::MAX_PACKET, |max| max.get() as usize);
        let mut sent = PacketIds::new();
        if let Some(max) = connect.properties.receive_maximum() {
            sent.set_max(max.get());
        }
        let encoder = Encoder::new(Role::Server, connect.version).max_packet(max_packet);
        let mut client = Client { socket, encoder, max_packet, sent, received: PacketIds::new(), filters: Vec::new() };
        let assigned = format!("client-{number}");
        let mut connack = ConnAck::new(ReasonCode::SUCCESS);
        if connect.version.is_v5() && connect.client_id.is_empty() {
            connack.properties.push(mqtt_codec::Property::AssignedClientIdentifier(&assigned))?;
        }
        client.send(&Packet::ConnAck(connack))?;
        self.clients.insert(number, client);
        Ok(())
    }

    fn disconnect(&mut self, number: u64) {
        let Some(client) = self.clients.remove(&number) else { return };
        for filter in client.filters {
            self.tree.remove(&filter, &number);
        }
        println!("{number} is gone; {} subscriptions, {} nodes", self.tree.len(), self.tree.node_count());
    }

    /// Sends a message to everybody whose filters match: a copy for each subscription, which is the choice of MQTT 5.0 §3.3.4 that all
    /// clients understand (libmosquitto 2.0.11 hangs up at a second Subscription Identifier).
    fn publish(&mut self, from: u64, publish: &Publish<'static>) -> Fallible {
        let message = FanOut::new(publish.clone())?;
        if publish.retain && publish.payload.is_empty() {
            self.retained.remove(&publish.topic);
        } else if publish.retain {
            self.retained.insert(&publish.topic, publish.clone())?;
        }
        for matched in self.tree.matches(&publish.topic) {
            let mut chosen = matched.subscribers;
            if matched.share_name.is_some() {
                self.turn = self.turn.wrapping_add(1);
                chosen = &chosen[self.turn % chosen.len()..][..1];
            }
            for (number, Granted { options, id }) in chosen {
                if options.no_local && *number == from {
                    continue;
                }
                let Some(client) = self.clients.get_mut(number) else { continue };
                let qos = options.maximum_qos.min(publish.delivery.qos());
                if let Err(error) = client.deliver(&message, qos, publish.retain && options.retain_as_published, *id) {
                    println!("{number}: {error}"); // its own thread finds the end of the connection
                }
            }
        }
        Ok(())
    }

    fn subscribe(&mut self, number: u64, subscribe: &Subscribe<'_>) -> Fallible {
        let id = subscribe.properties.subscription_identifier();
        let (mut codes, mut retained) = (ReasonCodes::default(), Vec::new());
        for subscription in &subscribe.subscriptions {
            let subscription = match subscription {
                Ok(subscription) => subscription,
                Err(bad) => {
                    codes.push(bad.reason_code());
                    continue;
                }
            };
            let (filter, options) = (subscription.filter.into_owned(), subscription.options);
            match self.tree.insert(&filter, number, Granted { options, id }) {
                Ok(old) => {
                    codes.push(ReasonCode(options.maximum_qos.bits()));
                    let wanted = match options.retain_handling {
                        RetainHandling::Send => true,
                        RetainHandling::SendIfNew => old.is_none(),
                        RetainHandling::DoNotSend => false,
                    };
                    if wanted && filter.share_name().is_none() {
                        retained.extend(
                            self.retained.matches(&filter).map(|message| (message.clone(), options.maximum_qos)),
                        );
                    }
                    if old.is_none() {
                        self.client(number)?.filters.push(filter);
                    }
                }
                Err(full) => codes.push(full.reason_code()),
            }
        }
        let client = self.client(number)?;
        client.send(&Packet::SubAck(SubAck {
            packet_id: subscribe.packet_id,
            properties: Properties::EMPTY,
            codes,
        }))?;
        for (message, qos) in retained {
            let qos = qos.min(message.delivery.qos());
            client.deliver(&FanOut::new(message)?, qos, true, id)?;
        }
        Ok(())
    }

    fn unsubscribe(&mut self, number: u64, unsubscribe: &Unsubscribe<'_>) -> Fallible {
        let mut codes = ReasonCodes::default();
        for filter in &unsubscribe.filters {
            let removed = filter.as_ref().is_ok_and(|filter| self.tree.remove(filter, &number).is_some());
            codes.push(if removed { ReasonCode::SUCCESS } else { ReasonCode::NO_SUBSCRIPTION_EXISTED });
            if let Ok(filter) = filter {
                self.client(number)?.filters.retain(|other| *other != filter);
            }
        }
        let client = self.client(number)?;
        if !client.encoder.version().is_v5() {
            codes = ReasonCodes::default();
        }
        client.send(&Packet::UnsubAck(SubAck {
            packet_id: unsubscribe.packet_id,
            properties: Properties::EMPTY,
            codes,
        }))
    }

    /// Acts on one packet; false ends the connection.
    fn handle(&mut self, number: u64, packet: Packet<'static>) -> Fallible<bool> {
        let ack = |id: PacketId| Ack::new(id, ReasonCode::SUCCESS);
        match packet {
            Packet::Publish(publish) => match publish.delivery {
                Delivery::AtMostOnce => self.publish(number, &publish)?,
                Delivery::AtLeastOnce(id) => {
                    self.publish(number, &publish)?;
                    self.client(number)?.send(&Packet::PubAck(ack(id)))?;
                }
                Delivery::ExactlyOnce(id) => {
                    if self.client(number)?.received.insert(id) {
                        self.publish(number, &publish)?;
                    }
                    self.client(number)?.send(&Packet::PubRec(ack(id)))?;
                }
            },
            Packet::Refused(refused) => match refused.answer() {
                Some(answer) => self.client(number)?.send(&answer)?,
                None => return Ok(false),
            },
            Packet::PubAck(ack) | Packet::PubComp(ack) => {
                self.client(number)?.sent.release(ack.packet_id);
            }
            Packet::PubRec(received) => self.client(number)?.send(&Packet::PubRel(ack(received.packet_id)))?,
            Packet::PubRel(release) => {
                let client = self.client(number)?;
                client.received.release(release.packet_id);
                client.send(&Packet::PubComp(ack(release.packet_id)))?;
            }
            Packet::Subscribe(subscribe) => self.subscribe(number, &subscribe)?,
            Packet::Unsubscribe(unsubscribe) => self.unsubscribe(number, &unsubscribe)?,
            Packet::PingReq => self.client(number)?.send(&Packet::PingResp)?,
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// Reads packets until the connection ends.
fn serve(number: u64, socket: TcpStream, broker: &Mutex<Broker>) -> Fallible {
    let lock = || -> MutexGuard<'_, Broker> { broker.lock().unwrap_or_else(PoisonError::into_inner) };
    let mut reader = socket.try_clone()?;
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let mut input = BytesMut::new();
    let mut opening = None;
    loop {
        let mut chunk = [0; 4096];
        let n = reader.read(&mut chunk)?;
        if n == 0 {
            return Ok(());
        }
        input.extend_from_slice(&chunk[..n]);
        if opening.is_none() {
            opening = FirstBytes::of(&input).map(|first| println!("{number} speaks {first}"));
        }
        loop {
            let packet = match decoder.decode_shared(&mut input) {
                Ok(Some(packet)) => packet,
                Ok(None) => break,
                Err(error) => return refuse(&socket, &error),
            };
            println!("<- {packet}");
            if let Packet::Connect(connect) = &packet {
                lock().connect(number, connect, socket.try_clone()?)?;
            } else if !lock().handle(number, packet)? {
                return Ok(());
            }
        }
    }
}

/// Says goodbye as the error knows how.
fn refuse(mut socket: &TcpStream, error: &DecodeError) -> Fallible {
    let version = error.version.unwrap_or(Version::V5_0);
    let packet = match error.reply() {
        Reply::ConnAck(code) => Packet::ConnAck(ConnAck::new(code)),
        Reply::Disconnect(reason) => Packet::Disconnect(Disconnect { reason, ..Disconnect::default() }),
        Reply::Close => return Err((*error).into()),
    };
    let mut out = Vec::new();
    Encoder::new(Role::Server, version).encode(&packet, &mut out)?;
    socket.write_all(&out)?;
    Err((*error).into())
}

fn main() -> Fallible {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:1883".into());
    let broker = Arc::new(Mutex::new(Broker {
        tree: SubscriptionTree::new(seed(), TreeLimits::default()),
        retained: Retained::new(seed(), TreeLimits::default()),
        clients: BTreeMap::new(),
        turn: 0,
    }));
    for (number, socket) in (1..).zip(TcpListener::bind(address)?.incoming()) {
        let (socket, broker) = (socket?, Arc::clone(&broker));
        std::thread::spawn(move || {
            if let Err(error) = serve(number, socket, &broker) {
                println!("{number}: {error}");
            }
            broker.lock().unwrap_or_else(PoisonError::into_inner).disconnect(number);
        });
    }
    Ok(())
}
