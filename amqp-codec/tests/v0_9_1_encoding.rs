//! What is built is what is read: tables from slices and by pushing, properties set and removed, bodies split, frames looked at.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::too_many_lines,
    reason = "a test says where it fails by panicking"
)]

use core::slice::from_ref;

use amqp_codec::v0_9_1::method::{basic, connection, queue};
use amqp_codec::v0_9_1::routing::{self, HeadersBinding, HeadersError};
use amqp_codec::v0_9_1::{
    Array, ContentHeader, Decimal, Decoder, Dialect, EncodeError, Encoder, FieldTable, Frame, Limits, Method,
    Properties, Property, ReplyCode, ShortStr, Tags, Value, peek,
};

fn short(text: &str) -> ShortStr<'_> {
    ShortStr::new(text).unwrap()
}

fn tuned() -> Decoder {
    let mut decoder = Decoder::new(Dialect::RABBITMQ, Limits::default());
    decoder.tuned(0, 0);
    decoder
}

#[test]
fn a_table_from_a_slice_is_the_table_that_is_pushed() {
    let list = [Value::I8(-1), Value::Void, Value::text("x")];
    let inner = [(short("deep"), Value::Array(Array::from_items(Tags::RabbitMq, &list).unwrap()))];
    let fields = [
        (short("t"), Value::Boolean(true)),
        (short("s"), Value::I16(-2)),
        (short("l"), Value::I64(i64::MIN)),
        (short("D"), Value::Decimal(Decimal { scale: 2, bits: u32::MAX })),
        (short("T"), Value::Timestamp(u64::MAX)),
        (short("x"), Value::Octets((&[0, 255]).into())),
        (short("S"), Value::LongString((&[0xff, 0xfe]).into())),
        (short("F"), Value::Table(FieldTable::from_items(Tags::RabbitMq, &inner).unwrap())),
        (short("f"), Value::F32(f32::from_bits(0x7fc0_0001))),
        (short("t"), Value::Boolean(false)),
    ];
    let table = FieldTable::from_items(Tags::RabbitMq, &fields).unwrap();
    let mut pushed = FieldTable::new(Tags::RabbitMq);
    for (name, value) in &fields {
        pushed.push(name, value).unwrap();
    }
    assert_eq!(table, pushed);
    assert_eq!(table.content(), pushed.content());

    let mut out = Vec::new();
    let declare = queue::Declare { arguments: table.clone(), ..Default::default() };
    Encoder::new().encode(&Frame::method(1, declare), &mut out).unwrap();
    let mut input = out.as_slice();
    let Some(Frame::Method { method: Method::QueueDeclare(read), .. }) =
        tuned().decode(&mut input).unwrap().map(Frame::from)
    else {
        panic!()
    };
    assert_eq!(read.arguments, table);
    // Order, duplicates, tags and the bits of a NaN survive.
    let tags: String = read.arguments.iter().map(|field| char::from(field.tag.0)).collect();
    assert_eq!(tags, "tslDTxSFft");
    assert!(read.arguments.iter().map(|field| field.value).eq(fields.iter().map(|(_, value)| value.borrowed())));
    assert_eq!(read.arguments.get("t"), Some(Value::Boolean(true)));
    assert_eq!(
        table.to_string(),
        "{t=true, s=-2, l=-9223372036854775808, D=-1e-2, T=@18446744073709551615, x=b\"\\x00\\xff\", S=b\"\\xff\\xfe\", \
         F={deep=[-1, void, \"x\"]}, f=NaN, t=false}"
    );
}

#[test]
fn a_dialect_says_only_what_it_can() {
    let refused = |tags, value| FieldTable::from_items(tags, &[(short("a"), value)]).map(|table| table.content_len());
    assert_eq!(refused(Tags::RabbitMq, Value::U64(1)), Err(EncodeError::NotInDialect));
    assert_eq!(refused(Tags::RabbitMq, Value::ShortString(short("x"))), Err(EncodeError::NotInDialect));
    assert_eq!(refused(Tags::Spec, Value::Octets((&[1]).into())), Err(EncodeError::NotInDialect));
    assert_eq!(refused(Tags::Spec, Value::U64(1)), Ok(11));
    // A table read in one dialect does not travel in another: its tags would change their meaning.
    let octets = [0, 0, 0, 11, 1, b'a', b'l', 0xff, 0, 0, 0, 0, 0, 0, 0];
    let spec = FieldTable::decode(&octets, &Dialect::SPEC, &Limits::default()).unwrap();
    let rabbit = FieldTable::decode(&octets, &Dialect::RABBITMQ, &Limits::default()).unwrap();
    assert_eq!(spec.get("a"), Some(Value::U64(0xff00_0000_0000_0000)));
    assert_eq!(rabbit.get("a"), Some(Value::I64(-0x0100_0000_0000_0000)));
    assert_ne!(spec, rabbit);
    assert_eq!(refused(Tags::RabbitMq, Value::Table(spec)), Err(EncodeError::NotInDialect));
    assert_eq!(Decimal { scale: 0, bits: u32::MAX }.signed(), -1);
    assert_eq!(Decimal { scale: 0, bits: u32::MAX }.unsigned(), u32::MAX);
}

#[test]
fn properties_are_set_in_any_order_and_written_in_theirs() {
    let items = [
        Property::AppId(short("app")),
        Property::Priority(9),
        Property::ContentType(short("text/plain")),
        Property::Timestamp(u64::MAX),
    ];
    let given = Properties::from_items(&items).unwrap();
    let mut set = Properties::EMPTY;
    for item in &items {
        set.set(item).unwrap();
    }
    assert_eq!(given, set);
    assert_eq!(given.flags(), 0x8848);
    let order: Vec<_> = set.iter().map(|property| property.name()).collect();
    assert_eq!(order, ["content-type", "priority", "timestamp", "app-id"]);
    assert_eq!(set.priority(), Some(9));
    assert_eq!(set.timestamp(), Some(u64::MAX));
    assert_eq!(set.headers(), None);
    set.set(&Property::Priority(1)).unwrap();
    assert_eq!((set.priority(), set.iter().count()), (Some(1), 4));
    assert!(set.remove(0) && !set.remove(0));
    assert_eq!((set.content_type(), set.app_id().unwrap().as_str()), (None, "app"));
    assert_eq!(
        Properties::from_items(&[Property::Priority(1), Property::Priority(2)]),
        Err(EncodeError::DuplicateProperty)
    );
    let header = ContentHeader { body_size: 1, properties: given };
    assert_eq!(
        header.to_string(),
        "header body_size=1 {content-type=\"text/plain\", priority=9, timestamp=18446744073709551615, app-id=\"app\"}"
    );
    assert_eq!(header.clone().into_owned(), header);
}

#[test]
fn a_body_is_split_at_frame_max_and_not_copied() {
    let mut encoder = Encoder::new();
    encoder.tuned(4_096);
    let body = vec![b'x'; 10_000];
    let frames: Vec<_> = encoder.body_frames(3, &body).collect();
    assert_eq!(frames.iter().map(|frame| frame.payload.len()).collect::<Vec<_>>(), [4_088, 4_088, 1_824]);
    assert!(frames.iter().all(|frame| body.as_ptr_range().contains(&frame.payload.as_ptr())));
    assert_eq!(encoder.body_frames(3, &body).encoded_len(), 10_024);
    assert_eq!(encoder.body_frames(3, &[]).count(), 0);

    let publish = Method::from(basic::Publish::default());
    let mut whole = Vec::new();
    encoder.encode_content(3, &publish, &Properties::EMPTY, &body, &mut whole).unwrap();
    let mut parts = Vec::new();
    encoder.encode_content_head(3, &publish, &Properties::EMPTY, 10_000, &mut parts).unwrap();
    assert_eq!(parts.len(), encoder.content_head_len(&publish, &Properties::EMPTY));
    frames.iter().for_each(|frame| frame.put(&mut parts));
    assert_eq!(whole, parts);
    let ack = Method::from(basic::Ack::default());
    assert_eq!(
        encoder.encode_content(3, &ack, &Properties::EMPTY, &[], &mut parts),
        Err(EncodeError::MethodWithoutContent)
    );
    assert_eq!(encoder.encode_content(0, &publish, &Properties::EMPTY, &[], &mut parts), Err(EncodeError::ChannelZero));
    // A header that cannot fit is refused before its method is written.
    let text = "x".repeat(4_096);
    let fields = [(short("k"), Value::text(&text))];
    let items = [Property::Headers(FieldTable::from_items(Tags::RabbitMq, &fields).unwrap())];
    let mut out = Vec::new();
    let refused = encoder.encode_content(3, &publish, &Properties::from_items(&items).unwrap(), &[], &mut out);
    assert!(matches!(refused, Err(EncodeError::FrameTooLarge { frame_max: 4_096, .. })) && out.is_empty());
}

#[test]
fn channels_are_checked_on_the_way_out() {
    let mut out = Vec::new();
    let encoder = Encoder::new();
    let refused = [
        (Frame::method(0, basic::Ack::default()), EncodeError::ChannelZero),
        (Frame::method(1, connection::CloseOk {}), EncodeError::ChannelNotZero),
        (Frame::Body { channel: 0, payload: b"x".into() }, EncodeError::ChannelZero),
        (Frame::Header { channel: 0, header: ContentHeader::default() }, EncodeError::ChannelZero),
    ];
    for (frame, error) in refused {
        assert_eq!(encoder.encode(&frame, &mut out), Err(error), "{frame}");
    }
    assert!(out.is_empty());
}

#[test]
fn a_peek_sees_the_route_without_decoding() {
    let methods: [Method<'_>; 4] = [
        basic::Publish { exchange: short("e"), routing_key: short("r.k"), ..Default::default() }.into(),
        basic::Return {
            reply_text: short("no"),
            exchange: short("e"),
            routing_key: short("r.k"),
            ..Default::default()
        }
        .into(),
        basic::Deliver {
            consumer_tag: short("ct"),
            exchange: short("e"),
            routing_key: short("r.k"),
            ..Default::default()
        }
        .into(),
        basic::GetOk { exchange: short("e"), routing_key: short("r.k"), ..Default::default() }.into(),
    ];
    for method in methods {
        let id = method.id();
        let mut out = Vec::new();
        Encoder::new().encode(&Frame::Method { channel: 9, method }, &mut out).unwrap();
        let seen = peek::frame(&out).unwrap().unwrap();
        assert_eq!((seen.channel, seen.len, seen.method), (9, out.len(), Some(id)));
        assert_eq!((seen.exchange, seen.routing_key), (Some(b"e".as_slice()), Some(b"r.k".as_slice())));
        for len in 0..out.len() {
            let part = peek::frame(&out[..len]).unwrap();
            assert!(part.is_none() || part == Some(seen), "{len}");
        }
    }
    assert!(peek::frame(&[9, 0, 0, 0, 0, 0, 0]).is_err());
    assert!(peek::frame(&[1, 0, 1, 0, 0, 0, 4, 0, 60, 0, 40, 0xCE]).is_err());
}

#[test]
fn headers_exchange() {
    let table = |fields: &[(&'static str, Value<'static>)]| {
        let mut table = FieldTable::new(Tags::RabbitMq);
        for (name, value) in fields {
            table.push(&short(name), value).unwrap();
        }
        table
    };
    let matches = |binding: &[(&'static str, Value<'static>)], headers: &[(&'static str, Value<'static>)]| {
        HeadersBinding::new(&table(binding)).map(|binding| binding.matches(&table(headers)))
    };
    let mode = |word| ("x-match", Value::text(word));
    let (a1, b2) = (("a", Value::I32(1)), ("b", Value::I32(2)));
    assert_eq!(matches(&[a1.clone(), b2.clone()], &[a1.clone(), b2.clone()]), Ok(true));
    assert_eq!(matches(&[a1.clone(), b2.clone()], from_ref(&a1)), Ok(false));
    assert_eq!(matches(&[mode("any"), a1.clone(), b2.clone()], from_ref(&a1)), Ok(true));
    assert_eq!(matches(&[mode("any"), a1.clone()], from_ref(&b2)), Ok(false));
    // Nothing asked: all matches, any does not.
    assert_eq!(matches(&[mode("all")], &[]), Ok(true));
    assert_eq!(matches(&[mode("any")], from_ref(&a1)), Ok(false));
    // Names that start with x- count only in the -with-x modes; x-match never does.
    let x = ("x-a", Value::I32(1));
    assert_eq!(matches(&[mode("all"), x.clone()], &[]), Ok(true));
    assert_eq!(matches(&[mode("any"), x.clone()], from_ref(&x)), Ok(false));
    assert_eq!(matches(&[mode("all-with-x"), x.clone()], &[]), Ok(false));
    assert_eq!(matches(&[mode("all-with-x"), x.clone()], from_ref(&x)), Ok(true));
    assert_eq!(matches(&[mode("any-with-x"), x.clone()], from_ref(&x)), Ok(true));
    // A void argument asks whether the header is there.
    assert_eq!(matches(&[("a", Value::Void)], from_ref(&a1)), Ok(true));
    assert_eq!(matches(&[("a", Value::Void)], &[b2]), Ok(false));
    // The type tag does not count, but 1 is not 1.0.
    assert_eq!(matches(from_ref(&a1), &[("a", Value::I64(1))]), Ok(true));
    assert_eq!(matches(from_ref(&a1), &[("a", Value::F64(1.0))]), Ok(false));
    assert_eq!(matches(from_ref(&a1), &[("a", Value::text("1"))]), Ok(false));
    assert_eq!(matches(&[mode("some"), a1.clone()], &[]), Err(HeadersError));
    assert_eq!(matches(&[("x-match", Value::I32(1)), a1], &[]), Err(HeadersError));
    assert_eq!(HeadersError.reply(), ReplyCode::PRECONDITION_FAILED);
}

#[test]
fn direct_and_fanout() {
    assert!(routing::direct(b"a", b"a") && !routing::direct(b"a", b"A"));
    assert!(routing::fanout());
}
