//! A look at a frame without decoding it, for proxies.

use super::error::{DecodeError, DecodeErrorKind as Kind};
use super::frame::FrameType;
use super::method::MethodId;
use super::wire::{Reader, widen};

/// What a look at a frame shows. Nothing else of it was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peek<'a> {
    /// Method, header, body or heartbeat.
    pub kind: FrameType,
    /// The channel.
    pub channel: u16,
    /// Octets of the whole frame, end octet included.
    pub len: usize,
    /// Class and method of a method frame.
    pub method: Option<MethodId>,
    /// The exchange that publish, return, deliver and get-ok name. Octets, not checked to be text.
    pub exchange: Option<&'a [u8]>,
    /// The routing key that they name. Octets, not checked to be text.
    pub routing_key: Option<&'a [u8]>,
}

/// Looks at the frame at the front of `input`. `Ok(None)`: too few octets to say; the whole frame is not needed.
///
/// # Errors
/// A frame type that does not exist, or a method that ends before its routing key.
pub fn frame(input: &[u8]) -> Result<Option<Peek<'_>>, DecodeError> {
    let Some((&[kind, c1, c0, s3, s2, s1, s0], tail)) = input.split_first_chunk::<7>() else {
        return Ok(None);
    };
    if !matches!(kind, 1 | 2 | 3 | 8) {
        return Err(DecodeError::new(Kind::UnknownFrameType, 0));
    }
    let size = widen(u32::from_be_bytes([s3, s2, s1, s0]));
    let mut peek = Peek {
        kind: FrameType(kind),
        channel: u16::from_be_bytes([c1, c0]),
        len: size.saturating_add(8),
        method: None,
        exchange: None,
        routing_key: None,
    };
    if kind != 1 {
        return Ok(Some(peek));
    }
    let payload = tail.get(..size).unwrap_or(tail);
    let mut reader = Reader { rest: payload };
    if look(&mut reader, &mut peek).is_some() {
        return Ok(Some(peek));
    }
    if payload.len() == size {
        return Err(DecodeError::new(Kind::ArgumentsCutShort, input.len().min(size.saturating_add(7))));
    }
    Ok(None)
}

fn look<'a>(reader: &mut Reader<'a>, peek: &mut Peek<'a>) -> Option<()> {
    let [c1, c0, m1, m0] = reader.checked_array()?;
    let id = MethodId::new(u16::from_be_bytes([c1, c0]), u16::from_be_bytes([m1, m0]));
    peek.method = Some(id);
    if !id.has_content() {
        return Some(());
    }
    match id.method {
        // publish: reserved-1.
        40 => skip::<2>(reader)?,
        // return: reply-code, reply-text.
        50 => {
            skip::<2>(reader)?;
            reader.checked_short()?;
        }
        // deliver: consumer-tag, delivery-tag, redelivered.
        60 => {
            reader.checked_short()?;
            skip::<9>(reader)?;
        }
        // get-ok: delivery-tag, redelivered.
        _ => skip::<9>(reader)?,
    }
    peek.exchange = Some(reader.checked_short()?);
    peek.routing_key = Some(reader.checked_short()?);
    Some(())
}

fn skip<const N: usize>(reader: &mut Reader<'_>) -> Option<()> {
    reader.checked_array::<N>().map(|_| ())
}
