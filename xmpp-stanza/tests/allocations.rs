//! Borrowed decoding, typed views and encoding from borrowed parts do not allocate, once the buffers that decoder and encoder keep have grown.
#![allow(
    clippy::std_instead_of_core,
    clippy::alloc_instead_of_core,
    clippy::unwrap_used,
    clippy::panic,
    clippy::arithmetic_side_effects,
    reason = "a failing test shows where"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use xmpp_stanza::xep::{delay, disco, mam, receipts};
use xmpp_stanza::{
    Body, Content, Decoder, Encoder, Event, Jid, Limits, Message, MessageType, Payloads, Stanza, ToXml, xep,
};

thread_local! {
    /// Allocations, and bytes that are held.
    static COUNT: Cell<(usize, usize)> = const { Cell::new((0, 0)) };
}

struct Counting;

fn count(allocations: usize, grown: usize, shrunk: usize) {
    let _ = COUNT.try_with(|count| {
        let (all, held) = count.get();
        count.set((all + allocations, (held + grown).saturating_sub(shrunk)));
    });
}

// SAFETY: everything is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size(), 0);
        // SAFETY: the same layout.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, 0, layout.size());
        // SAFETY: the same block and layout.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The allocations of some work, and how many bytes more are held after it.
fn allocations<T>(work: impl FnOnce() -> T) -> (usize, usize, T) {
    let before = COUNT.with(Cell::get);
    let result = work();
    let after = COUNT.with(Cell::get);
    (after.0 - before.0, after.1.saturating_sub(before.1), result)
}

const STANZAS: &str = "<message from='juliet@capulet.lit/balcony' to='romeo@montague.lit' type='chat' id='m1' xml:lang='en'>\
    <body>Wherefore art thou, Romeo? Deny thy father &amp; refuse thy name.</body><request xmlns='urn:xmpp:receipts'/>\
    <delay xmlns='urn:xmpp:delay' from='capulet.lit' stamp='2002-09-10T23:08:25Z'/></message>\
    <message to='juliet@capulet.lit/chamber'><result xmlns='urn:xmpp:mam:2' queryid='f27' id='28482-98726-73623'>\
    <forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2010-07-10T23:08:25Z'/>\
    <message xmlns='jabber:client' from='romeo@montague.lit/orchard'><body>Call me but love</body></message></forwarded></result></message>\
    <presence from='a@b/c'><show>away</show><priority>5</priority></presence>\
    <iq type='result' id='1'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='client' type='pc'/>\
    <feature var='urn:xmpp:ping'/></query></iq>\
    <message><x xmlns='urn:x' xmlns:p='urn:p' xmlns:q='urn:q' p:a='1' q:a='2' xml:lang='en' to='' tx='' id='' ix=''/></message>";

fn read(decoder: &mut Decoder) -> usize {
    let (mut input, mut count) = (STANZAS.as_bytes(), 0);
    while let Some(Event::Stanza(element)) = decoder.decode(&mut input).unwrap() {
        let stanza = Stanza::decode(element).unwrap();
        let payloads = match &stanza {
            Stanza::Message(message) => {
                let _ = (message.body(), message.thread(), message.payloads.get::<receipts::Request>());
                assert!(message.payloads.get::<delay::Delay<'_>>().is_none_or(|delay| delay.is_ok()));
                let result = message.payloads.get::<mam::ArchiveResult<'_>>();
                assert!(result.is_none_or(|result| result.is_ok()));
                &message.payloads
            }
            Stanza::Presence(presence) => {
                assert!(presence.show().is_some());
                &presence.payloads
            }
            Stanza::Iq(iq) => {
                let info: disco::Info<'_> = iq.get().unwrap().unwrap();
                assert!(info.has("urn:xmpp:ping"));
                &iq.payloads
            }
        };
        for child in payloads.iter() {
            assert!(xep::check(&child).is_none_or(|result| result.is_ok()));
            let values =
                child.attributes().map(|attribute| attribute.value.as_str().map_or(0, str::len)).sum::<usize>();
            count += values + child.children().count();
        }
    }
    assert!(input.is_empty() && count > 0);
    count
}

#[test]
fn borrowed_decoding_and_typed_views_allocate_nothing() {
    let (made, held, mut decoder) = allocations(|| Decoder::established(Content::Client, Limits::default()));
    assert_eq!((made, held), (1, 13), "the name of the stream's end tag");
    let (_, held, first) = allocations(|| read(&mut decoder));
    assert!(held <= 2_048, "{held} bytes are kept for attributes, open elements and prefixes");
    let (made, held, second) = allocations(|| read(&mut decoder));
    assert_eq!((made, held), (0, 0));
    assert_eq!(first, second);
}

#[test]
fn what_a_decoder_keeps_is_bounded_by_the_limits() {
    let limits = Limits::default();
    let mut decoder = Decoder::established(Content::Client, limits);
    let attributes: String = (0..limits.max_attributes - 1).map(|at| format!(" a{at}='1'")).collect();
    let open = "<a>".repeat(limits.max_depth - 2);
    let text = format!("<message>{open}<b{attributes} a0x='1'/>");
    let (_, held, ()) = allocations(|| assert!(decoder.decode(&mut text.as_bytes()).unwrap().is_none()));
    assert!(held <= 8_192, "{held} bytes");
}

#[test]
fn encoding_from_borrowed_parts_allocates_nothing() {
    let body = Body("Wherefore art thou, Romeo? Deny thy father & refuse thy name.");
    let items: [&dyn ToXml; 2] = [&body, &receipts::Request];
    let message = Message {
        to: Some(Jid::new("romeo@montague.lit/orchard").unwrap()),
        from: Some(Jid::new("juliet@capulet.lit/balcony").unwrap()),
        id: Some("message-1".into()),
        payloads: Payloads::items(&items),
        ..Message::new(MessageType::Chat)
    };
    let mut encoder = Encoder::established(Content::Client);
    let mut out = Vec::with_capacity(512);
    encoder.encode(&message, &mut out).unwrap();
    let (made, _, ()) = allocations(|| {
        out.clear();
        encoder.encode(&message, &mut out).unwrap();
        assert_eq!(encoder.encoded_len(&message).unwrap(), out.len());
        assert_eq!(encoder.start(&message).unwrap(), out.len());
        let mut piece = [0_u8; 64];
        let mut sent = 0;
        loop {
            match encoder.poll(&mut piece) {
                0 => break,
                len => sent += len,
            }
        }
        assert_eq!(sent, out.len());
    });
    assert_eq!(made, 0);
}

#[test]
fn an_owned_event_costs_one_buffer() {
    let mut decoder = Decoder::established(Content::Client, Limits::default());
    read(&mut decoder);
    let mut input = STANZAS.as_bytes();
    let event = decoder.decode(&mut input).unwrap().unwrap();
    let (made, _, owned) = allocations(|| event.clone().into_owned());
    assert_eq!(owned, event);
    assert!(made <= 2, "a buffer and its reference count, not {made}");
}
