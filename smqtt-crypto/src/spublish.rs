//! The SMQTT paper's `Spublish`: a control packet of type 0. MQTT forbids that type, and a broker that follows MQTT drops the
//! connection: this is a transform for closed systems whose broker knows it, with its own decoder, never in the default path.
//!
//! An `Spublish` packet is a PUBLISH packet, MQTT 3.1.1 or 5.0, whose type nibble 3 became 0; flags, length, topic, packet
//! identifier, properties and payload are the same, and so are the acknowledgements.

use crate::error::{DecodeError, DecodeErrorKind};

/// Turns the first byte of a whole PUBLISH packet, in place, into that of `Spublish`.
///
/// # Errors
/// [`DecodeErrorKind::BadField`] when `packet` is not exactly one PUBLISH packet.
pub fn from_publish(packet: &mut [u8]) -> Result<(), DecodeError> {
    turn(packet, 3, 0)
}

/// Turns the first byte of a whole `Spublish` packet, in place, back into that of PUBLISH.
///
/// # Errors
/// [`DecodeErrorKind::BadField`] when `packet` is not exactly one `Spublish` packet, or its QoS is 3.
pub fn to_publish(packet: &mut [u8]) -> Result<(), DecodeError> {
    turn(packet, 0, 3)
}

fn turn(packet: &mut [u8], from: u8, to: u8) -> Result<(), DecodeError> {
    let whole = packet.len();
    let error = |kind, offset| Err(DecodeError { kind, offset });
    let Some((first, rest)) = packet.split_first_mut() else { return error(DecodeErrorKind::Truncated, 0) };
    // [MQTT-3.3.1-4] Both QoS bits set is malformed.
    if *first >> 4 != from || *first & 0x06 == 0x06 {
        return error(DecodeErrorKind::BadField, 0);
    }
    // MQTT 5.0 §1.5.5: at most four bytes, and minimal [MQTT-1.5.5-1].
    let mut remaining = 0usize;
    for (index, shift) in [0u32, 7, 14, 21].into_iter().enumerate() {
        let Some(byte) = rest.get(index) else { return error(DecodeErrorKind::Truncated, whole) };
        remaining |= usize::from(byte & 0x7F).wrapping_shl(shift);
        if byte & 0x80 == 0 {
            if *byte == 0 && index > 0 {
                return error(DecodeErrorKind::VarintNotMinimal, 1);
            }
            let body = rest.len().saturating_sub(index.saturating_add(1));
            if body != remaining {
                let kind = if body < remaining { DecodeErrorKind::Truncated } else { DecodeErrorKind::TrailingBytes };
                return error(kind, whole.min(remaining.saturating_add(index).saturating_add(2)));
            }
            *first = to << 4 | *first & 0x0F;
            return Ok(());
        }
    }
    error(DecodeErrorKind::VarintTooLong, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let publish = [0x3D, 7, 0, 1, b'a', 0, 9, 0xF5, 0x11];
        let mut packet = publish;
        from_publish(&mut packet).unwrap();
        assert_eq!(packet[0], 0x0D);
        assert_eq!(packet[1..], publish[1..]);
        to_publish(&mut packet).unwrap();
        assert_eq!(packet, publish);
    }

    #[test]
    fn anything_else_is_refused_and_untouched() {
        for bad in [
            &[][..],
            &[0x30],
            &[0x40, 0],
            &[0x36, 0],
            &[0x30, 1],
            &[0x30, 0, 0],
            &[0x30, 0x80, 0],
            &[0x30, 0x80, 0x80, 0x80, 0x80, 1],
        ] {
            let mut packet = bad.to_vec();
            assert!(from_publish(&mut packet).is_err(), "{bad:?}");
            assert_eq!(packet, bad);
        }
        assert!(to_publish(&mut [0x30, 0]).is_err());
    }
}
