//! Pieces against whole packets: whatever the chunking and the threshold, the pieces of a stream add up to what `decode` says of it.

use arbitrary::Unstructured;
use mqtt_codec::{Binary, DecodeError, Decoder, Limits, Packet, PacketType, Piece, Streaming};

use super::{Config, Mqtt};
use crate::Family;
use crate::pieces::{Part, Told, joined};

/// What was read of a stream, as owned packets; what was skipped has type and Remaining Length.
type Read = Result<Packet<'static>, (PacketType, usize)>;

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
    let (packets, error) = crate::borrowed::<Mqtt>(config, stream, core::iter::once(stream.len()));
    let packets: Vec<Read> = packets.into_iter().map(Ok).collect();
    let decoder = || Mqtt::decoder(config).streaming(streaming);
    let pieces = pieces(decoder(), stream, sizes);
    assert_eq!(pieces.messages, packets, "packets differ in pieces");
    if pieces.error != error {
        assert_eq!(error, None, "the errors differ");
        early(config, stream, pieces.error.expect("they differ"));
    }

    // A small limit turns packets into remarks, and changes nothing else.
    let small = usize::from(limit);
    if error.is_none() && !config.new {
        let limits = Limits { max_packet: small, ..Limits::default() };
        let streaming = Streaming { max_publish: small, skip_oversize: true, ..streaming };
        let decoder = Decoder::established(config.from.peer(), config.version, limits).streaming(streaming);
        let told = self::pieces(decoder, stream, sizes);
        let expected: Vec<_> = packets
            .iter()
            .zip(lengths(stream))
            .map(|(packet, (remaining, len))| match packet {
                Ok(packet) if len > small => Err((packet.packet_type(), remaining)),
                packet => packet.clone(),
            })
            .collect();
        assert_eq!(told.messages.get(..expected.len()), Some(&expected[..]), "packets differ when some are skipped");
    }
    Ok(())
}

/// A PUBLISH that is not complete may be known to be wrong: then the rest of it makes no difference.
fn early(config: Config, stream: &[u8], (error, position): (DecodeError, u64)) {
    let start = usize::try_from(position).expect("a position in the stream");
    let mut packet = stream.get(start..).expect("a position in the stream").to_vec();
    let Some((_, len)) = lengths(&packet).next() else { panic!("{error:?} without a fixed header") };
    packet.resize(len, 0);
    let mut decoder = Decoder::established(config.from.peer(), config.version, Limits::default());
    assert_eq!(decoder.decode(&mut &packet[..]), Err(error), "an early error is another one");
}

fn pieces(mut decoder: Decoder, stream: &[u8], sizes: [usize; 3]) -> Told<Read, DecodeError> {
    joined::<Mqtt, _>(&mut decoder, stream, sizes.into_iter().cycle(), |decoder, input| {
        Ok(decoder.decode_piece(input)?.map(|piece| match piece {
            Piece::Packet(packet) => Part::Whole(Ok(packet.into_owned())),
            Piece::Skipped(skipped) => Part::Whole(Err((skipped.packet_type, skipped.remaining_len))),
            Piece::Head { packet, payload_len } => {
                let head = packet.into_owned();
                Part::Head(payload_len, Box::new(|payload| Ok(join(head, payload))))
            }
            Piece::Chunk(chunk) => Part::Chunk(chunk),
            Piece::End => Part::End,
        }))
    })
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
