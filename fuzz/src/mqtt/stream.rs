//! Pieces against whole packets: whatever the chunking and the threshold, the pieces of a stream add up to what `decode` says of it.

use arbitrary::Unstructured;
use mqtt_codec::{Binary, DecodeError, Decoder, Limits, Packet, PacketType, Piece, Streaming};

use super::{Config, Mqtt};
use crate::Family;

/// What was read of a stream, as owned packets; what was skipped has type and Remaining Length.
#[derive(Debug, Default)]
struct Told {
    packets: Vec<Result<Packet<'static>, (PacketType, usize)>>,
    error: Option<(DecodeError, u64)>,
}

/// `data` is configuration, threshold, limit, three chunk sizes, and a stream.
///
/// # Errors
/// The bytes ran out.
pub fn mqtt_stream(data: &[u8]) -> arbitrary::Result<()> {
    let mut u = Unstructured::new(data);
    let config = Mqtt::config(&mut u)?;
    let [above, limit, sizes @ ..]: [u8; 5] = u.arbitrary()?;
    let stream = u.take_rest();
    let sizes = sizes.map(|size| usize::from(size % 61).max(1));
    let max_publish = Limits::default().max_packet;
    let streaming = Streaming { above: usize::from(above), max_publish, skip_oversize: false };

    // Without limits, the pieces add up to the packets.
    let whole = whole(Mqtt::decoder(config), stream);
    let decoder = || Mqtt::decoder(config).streaming(streaming);
    let pieces = pieces(decoder(), stream, sizes);
    assert_eq!(pieces.packets, whole.packets, "packets differ in pieces");
    if pieces.error != whole.error {
        early(config, stream, &pieces, &whole);
    }

    // A small limit turns packets into remarks, and changes nothing else.
    let small = usize::from(limit);
    if whole.error.is_none() && !config.new {
        let limits = Limits { max_packet: small, ..Limits::default() };
        let streaming = Streaming { max_publish: small, skip_oversize: true, ..streaming };
        let decoder = Decoder::established(config.from.peer(), config.version, limits).streaming(streaming);
        let told = self::pieces(decoder, stream, sizes);
        let expected: Vec<_> = whole
            .packets
            .iter()
            .zip(lengths(stream))
            .map(|(packet, (remaining, len))| match packet {
                Ok(packet) if len > small => Err((packet.packet_type(), remaining)),
                packet => packet.clone(),
            })
            .collect();
        assert_eq!(told.packets.get(..expected.len()), Some(&expected[..]), "packets differ when some are skipped");
    }
    Ok(())
}

/// A PUBLISH that is not complete may be known to be wrong: then the rest of it makes no difference.
fn early(config: Config, stream: &[u8], pieces: &Told, whole: &Told) {
    assert_eq!(whole.error, None, "the errors differ");
    let (error, position) = pieces.error.expect("they differ");
    let start = usize::try_from(position).expect("a position in the stream");
    let mut packet = stream.get(start..).expect("a position in the stream").to_vec();
    let Some((_, len)) = lengths(&packet).next() else { panic!("{error:?} without a fixed header") };
    packet.resize(len, 0);
    let mut decoder = Decoder::established(config.from.peer(), config.version, Limits::default());
    assert_eq!(decoder.decode(&mut &packet[..]), Err(error), "an early error is another one");
}

fn whole(mut decoder: Decoder, stream: &[u8]) -> Told {
    let (mut input, mut told) = (stream, Told::default());
    loop {
        match decoder.decode(&mut input) {
            Ok(Some(packet)) => told.packets.push(Ok(packet.into_owned())),
            Ok(None) => return told,
            Err(error) => {
                told.error = Some((error, decoder.position()));
                return told;
            }
        }
    }
}

fn pieces(mut decoder: Decoder, stream: &[u8], sizes: [usize; 3]) -> Told {
    let (mut start, mut end, mut told) = (0, 0, Told::default());
    let mut body: Option<(Packet<'static>, usize, Vec<u8>)> = None;
    for size in core::iter::once(0).chain(sizes.into_iter().cycle()) {
        end = stream.len().min(end + size);
        let mut input = stream.get(start..end).unwrap_or_default();
        loop {
            match decoder.decode_piece(&mut input) {
                Ok(Some(Piece::Packet(packet))) => told.packets.push(Ok(packet.into_owned())),
                Ok(Some(Piece::Skipped(skipped))) => {
                    told.packets.push(Err((skipped.packet_type, skipped.remaining_len)));
                }
                Ok(Some(Piece::Head { packet, payload_len })) => {
                    assert!(body.is_none(), "a head inside a payload");
                    body = Some((packet.into_owned(), payload_len, Vec::new()));
                }
                Ok(Some(Piece::Chunk(chunk))) => {
                    assert!(!chunk.is_empty(), "an empty chunk");
                    body.as_mut().expect("a chunk behind a head").2.extend(chunk);
                }
                Ok(Some(Piece::End)) => {
                    let (head, len, payload) = body.take().expect("an end behind a head");
                    assert_eq!(payload.len(), len, "the end of another payload");
                    told.packets.push(Ok(join(head, payload)));
                }
                Ok(None) => break,
                Err(error) => {
                    assert_eq!(decoder.decode_piece(&mut input), Err(error), "a failed decoder stays failed");
                    told.error = Some((error, decoder.position()));
                    return told;
                }
            }
            assert_eq!(decoder.position(), (end - input.len()) as u64);
        }
        start = end - input.len();
        assert!(decoder.needed() > 0);
        if end == stream.len() {
            break;
        }
    }
    told
}

/// The packet that the pieces are of.
fn join(mut head: Packet<'static>, payload: Vec<u8>) -> Packet<'static> {
    let payload = Binary::from(payload);
    match head {
        Packet::Publish(ref mut head) => head.payload = payload,
        Packet::Refused(ref mut head) => head.payload = payload,
        ref other => panic!("the head of {other}"),
    }
    head
}

/// Remaining Length and length of each packet.
fn lengths(mut stream: &[u8]) -> impl Iterator<Item = (usize, usize)> {
    core::iter::from_fn(move || {
        let (mut remaining, mut len) = (0_usize, 1_usize);
        for (shift, byte) in [0, 7, 14, 21].into_iter().zip(stream.get(1..)?) {
            remaining |= usize::from(byte & 0x7f) << shift;
            len += 1;
            if byte & 0x80 == 0 {
                stream = stream.get(len + remaining..).unwrap_or_default();
                return Some((remaining, len + remaining));
            }
        }
        None
    })
}
