//! Reads one file from its first byte to its last: capture, raw stream or datagrams, plain or gzip.

use core::fmt;
use core::net::SocketAddr;
use std::io::{self, BufReader, Read};

use flate2::bufread::MultiGzDecoder;

use crate::capture::{Capture, CaptureError, Window};
use crate::clock::Stopwatch;
use crate::connection::{Connection, Settings};
use crate::event::{Event, Events, Stamp};
use crate::flows::{Counts, Flows};
use crate::packet::{self, Foreign};
use crate::protocol::{Carriage, Opening, Side};
use crate::registry;

/// How much of a raw stream is decoded at a time.
const CHUNK: usize = 64 << 10;

/// A file to read.
pub(crate) struct Source {
    /// Its name in every line of output.
    pub(crate) name: String,
    pub(crate) reader: Box<dyn Read>,
}

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    Capture {
        format: &'static str,
        link: String,
        frames: u64,
        counts: Counts,
        foreign: u64,
        fragments: u64,
        damaged: u64,
    },
    Stream {
        bytes: u64,
    },
    Datagrams {
        datagrams: u64,
    },
}

/// Why a file could not be read to its end.
#[derive(Debug)]
pub(crate) enum ReadError {
    Capture(CaptureError),
    /// Nothing tells what protocol a raw file holds.
    UnknownProtocol,
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Capture(error) => error.fmt(f),
            Self::UnknownProtocol => {
                f.write_str("neither a capture nor the beginning of a known protocol (--proto says which it is)")
            }
        }
    }
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Capture(CaptureError::Io(error))
    }
}

/// The two ends of a conversation, client first: addresses, or names where there are none.
pub(crate) type Ends = [String; 2];

/// Receives events with the ends of their flow. An error (a closed pipe) ends the reading.
pub(crate) type Sink<'a> = &'a mut dyn FnMut(&Ends, Event) -> io::Result<()>;

/// Why reading stopped early.
#[derive(Debug)]
pub(crate) enum Stop {
    Read(ReadError),
    /// The sink failed.
    Sink(io::Error),
}

impl<E: Into<ReadError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Read(error.into())
    }
}

impl From<CaptureError> for ReadError {
    fn from(error: CaptureError) -> Self {
        Self::Capture(error)
    }
}

/// Reads a source; the sink sees every event. The shape is complete even if an error cut the reading short.
pub(crate) fn read(
    source: Source,
    settings: Settings<'_>,
    watch: &mut Stopwatch,
    sink: Sink<'_>,
) -> (Option<Shape>, Result<(), Stop>) {
    let Source { name, reader } = source;
    let reader = match plain(reader) {
        Ok(reader) => reader,
        Err(error) => return (None, Err(error.into())),
    };
    let window = Window::new(reader);
    match Capture::open(window) {
        Ok(Ok(capture)) => Packets::new(capture).run(settings, watch, sink),
        Ok(Err(window)) => raw(&name, window, settings, watch, sink),
        Err(error) => (None, Err(error.into())),
    }
}

/// Unpacks gzip if it is gzip.
fn plain(mut reader: Box<dyn Read>) -> io::Result<Box<dyn Read>> {
    let mut magic = Vec::with_capacity(2);
    reader.by_ref().take(2).read_to_end(&mut magic)?;
    let gzip = magic == [0x1f, 0x8b];
    let whole = io::Cursor::new(magic).chain(reader);
    Ok(if gzip { Box::new(MultiGzDecoder::new(BufReader::new(whole))) } else { Box::new(whole) })
}

/// A capture on its way through the flows.
struct Packets {
    capture: Capture<Box<dyn Read>>,
    flows: Flows,
    link: String,
    frames: u64,
    foreign: u64,
    fragments: u64,
    damaged: u64,
}

/// Events with the addresses of their flow.
type Found = Vec<([SocketAddr; 2], Vec<Event>)>;

impl Packets {
    fn new(capture: Capture<Box<dyn Read>>) -> Self {
        Self { capture, flows: Flows::default(), link: String::new(), frames: 0, foreign: 0, fragments: 0, damaged: 0 }
    }

    fn run(
        mut self,
        settings: Settings<'_>,
        watch: &mut Stopwatch,
        sink: Sink<'_>,
    ) -> (Option<Shape>, Result<(), Stop>) {
        let result = self.frames(settings, watch, sink);
        let shape = Shape::Capture {
            format: self.capture.format(),
            link: self.link,
            frames: self.frames,
            counts: self.flows.counts,
            foreign: self.foreign,
            fragments: self.fragments,
            damaged: self.damaged,
        };
        (Some(shape), result)
    }

    fn frames(&mut self, settings: Settings<'_>, watch: &mut Stopwatch, sink: Sink<'_>) -> Result<(), Stop> {
        let mut found: Found = Vec::new();
        let mut names = Names::default();
        let mut stamp = Stamp::default();
        let result = loop {
            let frame = match self.capture.next() {
                Ok(Some(frame)) => frame,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            };
            self.frames = self.frames.saturating_add(1);
            if self.link.is_empty() {
                self.link = frame.link.to_string();
            }
            stamp = Stamp { frame: Some(self.frames), time: frame.time };
            let flows = &mut self.flows;
            match packet::parse(&frame) {
                Ok(packet) => {
                    watch.time(|| {
                        flows.packet(&packet, stamp, settings, &mut |ends, events| found.push((ends, events)))
                    });
                }
                Err(Foreign::Other) => self.foreign = self.foreign.saturating_add(1),
                Err(Foreign::Fragment) => self.fragments = self.fragments.saturating_add(1),
                Err(Foreign::Damaged) => self.damaged = self.damaged.saturating_add(1),
            }
            names.pass_on(&mut found, sink)?;
        };
        let flows = &mut self.flows;
        watch.time(|| flows.finish(stamp, settings, &mut |ends, events| found.push((ends, events))));
        names.pass_on(&mut found, sink)?;
        result
    }
}

/// Spells addresses once per run of events, not once per event.
#[derive(Default)]
struct Names {
    last: Option<([SocketAddr; 2], Ends)>,
}

impl Names {
    fn pass_on(&mut self, found: &mut Found, sink: Sink<'_>) -> Result<(), Stop> {
        for (addresses, events) in found.drain(..) {
            if self.last.as_ref().is_none_or(|(last, _)| *last != addresses) {
                let [client, server] = addresses;
                self.last = Some((addresses, [client.to_string(), server.to_string()]));
            }
            let Some((_, ends)) = &self.last else { continue };
            for event in events {
                sink(ends, event).map_err(Stop::Sink)?;
            }
        }
        Ok(())
    }
}

/// A file that is no capture: one direction of a stream, or datagrams.
fn raw(
    name: &str,
    mut window: Window<Box<dyn Read>>,
    settings: Settings<'_>,
    watch: &mut Stopwatch,
    sink: Sink<'_>,
) -> (Option<Shape>, Result<(), Stop>) {
    if let Err(error) = window.fill_to(1) {
        return (None, Err(error.into()));
    }
    let base = name.strip_suffix(".gz").unwrap_or(name);
    if base.ends_with(".dgrams") {
        let mut datagrams = 0;
        let result = datagram_file(name, window, settings, watch, sink, &mut datagrams);
        return (Some(Shape::Datagrams { datagrams }), result);
    }
    let mut bytes = 0;
    let result = stream_file(name, window, settings, watch, sink, &mut bytes);
    (Some(Shape::Stream { bytes }), result)
}

fn stream_file(
    name: &str,
    mut window: Window<Box<dyn Read>>,
    settings: Settings<'_>,
    watch: &mut Stopwatch,
    sink: Sink<'_>,
    bytes: &mut u64,
) -> Result<(), Stop> {
    window.fill_to(64)?;
    let first = window.filled().get(..64).unwrap_or(window.filled());
    let from = settings.options.from.unwrap_or_else(|| side(name, Carriage::Tcp, first, settings));
    let mut connection = Connection::new(None, false);
    let mut out = Events::default();
    while window.fill_to(1)? {
        let chunk = window.filled().get(..CHUNK).unwrap_or(window.filled());
        let len = chunk.len();
        watch.time(|| connection.data(from, chunk, settings, &mut out));
        *bytes = bytes.saturating_add(len as u64);
        window.consume(len);
        pass_on(&mut out, sink)?;
    }
    watch.time(|| connection.finish(settings, &mut out));
    pass_on(&mut out, sink)?;
    if connection.is_unknown() || *bytes == 0 { Err(ReadError::UnknownProtocol.into()) } else { Ok(()) }
}

/// Datagrams, each behind its length in four bytes.
fn datagram_file(
    name: &str,
    mut window: Window<Box<dyn Read>>,
    settings: Settings<'_>,
    watch: &mut Stopwatch,
    sink: Sink<'_>,
    count: &mut u64,
) -> Result<(), Stop> {
    let mut out = Events::default();
    let mut pump = None;
    let mut from = Side::Client;
    while window.fill_to(1)? {
        let offset = window.offset();
        let truncated = || Stop::Read(CaptureError::Truncated { offset }.into());
        window.fill_to(4)?;
        let len = window.filled().first_chunk::<4>().map(|len| u32::from_be_bytes(*len)).ok_or_else(truncated)?;
        if len > 0xffff {
            return Err(CaptureError::Damaged { offset, what: "a datagram of more than 64 KiB" }.into());
        }
        let end = usize::try_from(len).unwrap_or(0).saturating_add(4);
        if !window.fill_to(end)? {
            return Err(truncated());
        }
        let datagram = window.filled().get(4..end).unwrap_or_default();
        *count = count.saturating_add(1);
        if pump.is_none() {
            from = settings.options.from.unwrap_or_else(|| side(name, Carriage::Udp, datagram, settings));
            pump = settings.pump_for(&Opening::of(from, datagram, Carriage::Udp), None);
        }
        let Some(pump) = &mut pump else { return Err(ReadError::UnknownProtocol.into()) };
        out.stamp = Stamp { frame: Some(*count), time: None };
        watch.time(|| pump.unit(from, datagram, &mut out));
        window.consume(end);
        pass_on(&mut out, sink)?;
    }
    Ok(())
}

/// Who sent the bytes of a raw file: its name says so (`….c2s.bin`), or its content fits one side better.
fn side(name: &str, carriage: Carriage, first: &[u8], settings: Settings<'_>) -> Side {
    if name.contains(".c2s.") {
        return Side::Client;
    }
    if name.contains(".s2c.") {
        return Side::Server;
    }
    let best = |from| {
        let opening = Opening::of(from, first, carriage);
        registry::chosen(settings.forced).map(|protocol| protocol.recognise(&opening)).max()
    };
    if best(Side::Server) > best(Side::Client) { Side::Server } else { Side::Client }
}

/// Hands over what was found. Raw files have no addresses.
fn pass_on(out: &mut Events, sink: Sink<'_>) -> Result<(), Stop> {
    let ends = ["client".to_owned(), "server".to_owned()];
    out.list.drain(..).try_for_each(|event| sink(&ends, event)).map_err(Stop::Sink)
}
