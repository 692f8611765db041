//! Who allocates, and how often: counted by the allocator.

#![allow(
    unsafe_code,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a counting allocator is unsafe to implement; a test fails by panicking"
)]

use core::alloc::{GlobalAlloc, Layout};
use core::cell::Cell;
use std::alloc::System;

use bytes::BytesMut;
use mqtt_codec::{
    Ack, Connect, Decoder, Delivery, Encoder, FanOut, FirstBytes, InPlace, Limits, Login, Packet, PacketId, PacketIds,
    Piece, Properties, Property, PropertyId, Publish, QoS, ReasonCode, Recipient, Retained, Role, Seed, Streaming,
    SubAck, Subscribe, Subscription, SubscriptionTree, Topic, TopicFilter, TreeLimits, Unsubscribe, Version, Will,
};

struct Counting;

thread_local! {
    static COUNT: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

fn note(size: usize) {
    let _ = COUNT.try_with(|count| count.set(count.get() + 1));
    let _ = BYTES.try_with(|bytes| bytes.set(bytes.get() + size));
}

// SAFETY: everything is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        note(layout.size());
        // SAFETY: the caller's promises are ours.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(block, layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        note(size);
        // SAFETY: as above.
        unsafe { System.realloc(block, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Allocations on this thread, and their bytes, while `work` runs.
fn counted<R>(work: impl FnOnce() -> R) -> (usize, usize, R) {
    let before = (COUNT.get(), BYTES.get());
    let result = work();
    (COUNT.get() - before.0, BYTES.get() - before.1, result)
}

const ID: PacketId = match PacketId::new(7) {
    Some(id) => id,
    None => panic!("zero"),
};

/// Encodes one packet of every type, with properties where there are some, and hands each to `with`. The packets live on the stack.
fn each_packet(with: impl Fn(Role, &Packet<'_>)) {
    let property = |items: &'static [Property<'static>]| Properties::from(items);
    const USER: Property<'static> = Property::UserProperty("name", "value");
    let mut connect = Connect::new(Version::V5_0, "client");
    connect.properties = property(&[Property::SessionExpiryInterval(60), USER, USER]);
    let will = Some(Will {
        qos: QoS::AtLeastOnce,
        properties: property(&[Property::WillDelayInterval(5), USER]),
        topic: Topic::new("gone").unwrap(),
        payload: b"payload"[..].into(),
        ..Will::default()
    });
    let login = Login { will, username: Some("user".into()), password: Some(b"secret"[..].into()) };
    with(Role::Client, &Packet::Connect(connect.with_login(&login)));
    let mut publish = Publish::new(Topic::new("a/b/c").unwrap(), &b"payload"[..]);
    with(Role::Client, &Packet::Publish(publish.clone()));
    publish.properties =
        property(&[Property::ContentType("text/plain"), Property::CorrelationData(b"1234"), USER, USER]);
    with(Role::Server, &Packet::Publish(publish));
    let ack =
        Ack { properties: property(&[Property::ReasonString("because"), USER]), ..Ack::new(ID, ReasonCode::SUCCESS) };
    for packet in
        [Packet::PubAck(ack.clone()), Packet::PubRec(ack.clone()), Packet::PubRel(ack.clone()), Packet::PubComp(ack)]
    {
        with(Role::Client, &packet);
    }
    let filter = |text| TopicFilter::new(text).unwrap();
    let subscriptions = [("a/+", QoS::AtMostOnce), ("$share/g/#", QoS::ExactlyOnce)]
        .map(|(text, qos)| Subscription { filter: filter(text), options: qos.into() });
    let properties = property(&[USER]);
    with(
        Role::Client,
        &Packet::Subscribe(Subscribe {
            packet_id: ID,
            properties: properties.clone(),
            subscriptions: (&subscriptions).into(),
        }),
    );
    let codes = [ReasonCode::SUCCESS, ReasonCode::TOPIC_FILTER_INVALID];
    with(
        Role::Server,
        &Packet::SubAck(SubAck { packet_id: ID, properties: properties.clone(), codes: (&codes).into() }),
    );
    let filters = [filter("a/+"), filter("b")];
    with(Role::Client, &Packet::Unsubscribe(Unsubscribe { packet_id: ID, properties, filters: (&filters).into() }));
    with(Role::Client, &Packet::PingReq);
    with(Role::Server, &Packet::PingResp);
}

fn encoded(role: Role, packet: &Packet<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    Encoder::new(role, Version::V5_0).encode(packet, &mut out).unwrap();
    out
}

fn decoder(role: Role, packet: &Packet<'_>) -> Decoder {
    match packet {
        Packet::Connect(_) => Decoder::new(role.peer(), Limits::default()),
        _ => Decoder::established(role.peer(), Version::V5_0, Limits::default()),
    }
}

/// Reads every lazily iterated part.
fn visit(packet: &Packet<'_>) -> usize {
    let properties = packet.properties().iter().map(|property| usize::from(property.id().0)).sum::<usize>();
    properties
        + match packet {
            Packet::Subscribe(packet) => packet.subscriptions.iter().map(|one| one.unwrap().filter.len()).sum(),
            Packet::Unsubscribe(packet) => packet.filters.iter().map(|one| one.unwrap().len()).sum(),
            Packet::SubAck(packet) => packet.codes.iter().map(|code| usize::from(code.0)).sum(),
            Packet::Connect(packet) => packet.will().iter().map(|will| will.properties.iter().count()).sum(),
            _ => 0,
        }
}

#[test]
fn borrowed_decoding_allocates_nothing() {
    each_packet(|role, packet| {
        let bytes = encoded(role, packet);
        let mut decoder = decoder(role, packet);
        let (count, _, equal) = counted(|| {
            let decoded = decoder.decode(&mut &bytes[..]).unwrap().unwrap();
            visit(&decoded) == visit(packet) && decoded == *packet
        });
        assert!(equal, "{packet}");
        assert_eq!(count, 0, "{packet}");
    });
}

#[test]
fn encoding_from_borrowed_parts_allocates_nothing() {
    each_packet(|role, packet| {
        let mut encoder = Encoder::new(role, Version::V5_0);
        let mut room = [0; 512];
        let (count, _, len) = counted(|| {
            let mut out = &mut room[..];
            encoder.encode(packet, &mut out).unwrap();
            512 - out.len()
        });
        assert_eq!((count, len), (0, encoded(role, packet).len()), "{packet}");
        // Resumed into buffers of three bytes, and with the payload apart.
        let (count, _, pieces) = counted(|| {
            let mut transmit = encoder.start(packet).unwrap();
            let mut pieces = 0;
            while transmit.poll(&mut room[..3]) > 0 {
                pieces += 1;
            }
            pieces
        });
        assert_eq!((count, pieces), (0, len.div_ceil(3)), "{packet}");
    });
}

#[test]
fn an_owned_packet_is_one_allocation() {
    each_packet(|role, packet| {
        let bytes = encoded(role, packet);
        let decoded = decoder(role, packet).decode(&mut &bytes[..]).unwrap().unwrap();
        let (count, size, owned) = counted(|| decoded.into_owned());
        assert_eq!(owned, *packet);
        // One buffer, and one count of its owners when several fields share it.
        assert!(count <= 2, "{packet}: {count} allocations");
        assert!(size <= 2 * bytes.len() + 64, "{packet}: {size} bytes for {}", bytes.len());
    });
}

#[test]
fn shared_decoding_copies_nothing() {
    each_packet(|role, packet| {
        let bytes = encoded(role, packet);
        let mut input = BytesMut::with_capacity(4 * bytes.len());
        input.extend_from_slice(&bytes);
        input.extend_from_slice(&bytes);
        let range = input.as_ptr_range();
        // The first packet makes the buffer a shared one; from then on only counts go up and down.
        let first = decoder(role, packet).decode_shared(&mut input).unwrap().unwrap();
        let mut decoder = decoder(role, packet);
        let (count, _, second) = counted(|| decoder.decode_shared(&mut input).unwrap().unwrap());
        assert_eq!((&first, &second), (packet, packet));
        assert_eq!(count, 0, "{packet}");
        for decoded in [&first, &second] {
            if let Packet::Publish(publish) = decoded {
                assert!(range.contains(&publish.payload.as_ptr()), "the payload was copied");
                assert!(range.contains(&publish.topic.as_ptr()), "the topic was copied");
            }
        }
    });
}

/// Five bytes that announce 256 MiB get no memory; nor does a decoder that waits for them.
#[test]
fn an_announced_length_allocates_nothing() {
    for first in [0x30, 0x10, 0x82] {
        let bytes = [first, 0xff, 0xff, 0xff, 0x7f, 0x00];
        for limits in [Limits::default(), Limits::MAX] {
            let mut decoder = match first {
                0x10 => Decoder::new(Role::Server, limits),
                _ => Decoder::established(Role::Server, Version::V5_0, limits),
            };
            let mut shared = decoder.clone();
            let mut buffer = BytesMut::from(&bytes[..]);
            let (count, _, ()) = counted(|| {
                let borrowed = decoder.decode(&mut &bytes[..]);
                let kept = shared.decode_shared(&mut buffer);
                assert_eq!(borrowed.is_err(), limits != Limits::MAX);
                assert_eq!(borrowed.is_err(), kept.is_err());
            });
            assert_eq!(count, 0);
        }
    }
}

/// Single bytes of a long packet: no allocation in any of the calls.
#[test]
fn waiting_allocates_nothing() {
    let packet = Packet::Publish(Publish::new(Topic::new("a").unwrap(), vec![7; 20_000]));
    let bytes = encoded(Role::Client, &packet);
    let mut decoder = Decoder::established(Role::Server, Version::V5_0, Limits::default());
    let (count, _, ()) = counted(|| {
        for end in 0..bytes.len() {
            assert!(matches!(decoder.decode(&mut &bytes[..end]), Ok(None)));
        }
        assert!(matches!(decoder.decode(&mut &bytes[..]), Ok(Some(_))));
    });
    assert_eq!(count, 0);
}

/// What a broker asks for each message: whom it reaches, what is retained, the next identifier, who speaks.
#[test]
fn broker_questions_allocate_nothing() {
    let mut tree = SubscriptionTree::new(Seed::new(7), TreeLimits::default());
    let mut retained = Retained::new(Seed::new(7), TreeLimits::default());
    for text in ["a/+/c", "a/#", "#", "+/b/+", "a/b/c", "$share/g/a/#", "$share/h/a/#"] {
        tree.insert(&TopicFilter::new(text).unwrap(), 1, ()).unwrap();
    }
    for name in ["a/b/c", "a/x/c", "a", "$SYS/x"] {
        retained.insert(&Topic::new(name).unwrap(), ()).unwrap();
    }
    let (topic, filter) = (Topic::new("a/b/c").unwrap(), TopicFilter::new("a/#").unwrap());
    let (count, _, found) = counted(|| (tree.matches(&topic).count(), retained.matches(&filter).count()));
    assert_eq!((count, found), (0, (7, 3)));
    let mut ids: PacketIds = PacketIds::new();
    let (count, _, last) = counted(|| core::iter::from_fn(|| ids.allocate()).last());
    assert_eq!((count, last), (0, PacketId::new(65_535)));
    let (count, _, first) = counted(|| FirstBytes::of(b"\x10\x0c\0\x04MQTT\x04\x02\0\x3c\0\0"));
    assert_eq!((count, first), (0, Some(FirstBytes::Mqtt { version: Version::V3_1_1, bridge: false })));
}

/// What a broker or a proxy does to a PUBLISH, for each subscriber or in passing.
#[test]
fn passing_on_allocates_nothing() {
    let items = [Property::ContentType("text/plain"), Property::MessageExpiryInterval(60)];
    let publish = Publish {
        delivery: Delivery::AtLeastOnce(ID),
        properties: Properties::from(&items),
        ..Publish::new(Topic::new("a/b/c").unwrap(), vec![7; 1000])
    };
    let mut bytes = encoded(Role::Server, &publish.into());
    let mut decoder = Decoder::established(Role::Client, Version::V5_0, Limits::default());
    let received = decoder.decode(&mut &bytes[..]).unwrap().unwrap().into_packet();
    let Packet::Publish(publish) = &received else { panic!("PUBLISH") };
    let (count, _, len) = counted(|| {
        let fan_out = FanOut::new(publish.clone()).unwrap();
        let mut room = [0; FanOut::HEAD_LEN];
        let to = Recipient { delivery: Delivery::ExactlyOnce(ID), ..Recipient::new(Version::V5_0) };
        fan_out.slices(&to, &mut room).unwrap().iter().map(|slice| slice.len()).sum::<usize>()
    });
    assert_eq!((count, len), (0, bytes.len()));
    let (count, _, properties) = counted(|| {
        let mut room = [0; 100];
        let keep = |property: &Property<'_>| property.id() == PropertyId::CONTENT_TYPE;
        let edited = publish.properties.edited(keep, &[Property::MessageExpiryInterval(57)], &mut room).unwrap();
        edited.iter().count()
    });
    assert_eq!((count, properties), (0, 2));
    let (count, _, lost) = counted(|| received.clone().convert(Role::Server, Version::V3_1_1).unwrap().1);
    assert_eq!((count, lost.properties().count()), (0, 2));
    let (count, _, passed) = counted(|| {
        let mut decoder = decoder.clone().streaming(Streaming { above: 100, ..Streaming::default() });
        let mut passed = 0;
        let (head, payload) = bytes.split_at(bytes.len() - 1000);
        for mut segment in core::iter::once(head).chain(payload.chunks(60)) {
            while let Some(piece) = decoder.decode_piece(&mut segment).unwrap() {
                passed += if let Piece::Chunk(chunk) = piece { chunk.len() } else { 0 };
            }
        }
        passed
    });
    assert_eq!((count, passed), (0, 1000));
    let (count, _, result) = counted(|| InPlace::new(&mut bytes).unwrap().set_packet_id(ID));
    assert_eq!((count, result), (0, Ok(())));
}

/// A packet is handed over by value: its size is part of its speed.
#[cfg(target_pointer_width = "64")]
#[test]
fn a_packet_is_128_bytes() {
    assert_eq!(size_of::<Packet<'_>>(), 128);
}
