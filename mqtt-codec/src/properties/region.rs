//! The property list of a received packet, checked from end to end.

use super::{MANY_SUBSCRIPTION_IDS, allowed};
use crate::error::DecodeErrorKind;
use crate::property::{Format, Place, PropertyId};
use crate::wire::{Fault, Reader};

/// The formats by identifier, for the one loop that all received properties pass.
const FORMATS: [Option<Format>; 43] = {
    let mut formats = [None; 43];
    let mut id = 0_u8;
    let mut rest: &mut [Option<Format>] = &mut formats;
    while let Some((format, after)) = rest.split_first_mut() {
        if let Some(row) = PropertyId(id).row() {
            *format = Some(row.format);
        }
        rest = after;
        id = id.wrapping_add(1);
    }
    formats
};

/// The region behind a property length, and what it has.
pub(super) fn check<'a>(reader: &mut Reader<'a, '_>, place: Place) -> Result<(&'a [u8], u64), Fault> {
    let len = reader.varint()? as usize;
    let mut region = reader.region(len)?;
    if len > region.rules.limits.max_properties {
        return Err(region.fault(DecodeErrorKind::PropertiesTooLong));
    }
    let wire = region.rest;
    let seen = check_each(&mut region, place)?;
    reader.seen |= region.seen;
    Ok((wire, seen))
}

/// Checks a property region from end to end and says what it has.
fn check_each(reader: &mut Reader<'_, '_>, place: Place) -> Result<u64, Fault> {
    let allowed = allowed(place);
    let mut seen = 0_u64;
    let mut user_properties = 0_usize;
    while let Some((&id, rest)) = reader.rest.split_first() {
        // The identifier is a variable byte integer; all that are assigned take one byte, and a longer one is either unknown
        // or not minimal: malformed both ways.
        let Some(Some(format)) = FORMATS.get(usize::from(id)) else {
            return Err(reader.fault(DecodeErrorKind::UnknownProperty));
        };
        let bit = PropertyId(id).bit();
        if allowed & bit == 0 {
            return Err(reader.fault(DecodeErrorKind::PropertyNotAllowed));
        }
        if *format == Format::Pair {
            user_properties = user_properties.wrapping_add(1);
            if user_properties > reader.rules.limits.max_user_properties {
                return Err(reader.fault(DecodeErrorKind::TooManyUserProperties));
            }
        }
        let start = core::mem::replace(&mut reader.rest, rest);
        check_value(reader, *format)?;
        // A value that is malformed weighs more than a property that is there twice.
        if seen & bit != 0 && id != PropertyId::USER_PROPERTY.0 {
            if id != PropertyId::SUBSCRIPTION_IDENTIFIER.0 || place != Place::Publish {
                reader.rest = start;
                return Err(reader.fault(DecodeErrorKind::DuplicateProperty));
            }
            seen |= MANY_SUBSCRIPTION_IDS;
        }
        seen |= bit;
    }
    // §3.1.2.11.10 (CONNECT, CONNACK, AUTH): data without a method is a Protocol Error.
    let data = PropertyId::AUTHENTICATION_DATA.bit();
    if seen & data != 0 && seen & PropertyId::AUTHENTICATION_METHOD.bit() == 0 {
        return Err(reader.fault(DecodeErrorKind::AuthDataWithoutMethod));
    }
    Ok(seen)
}

#[inline]
fn check_value(reader: &mut Reader<'_, '_>, format: Format) -> Result<(), Fault> {
    match format {
        // §3.3.2.3.2, §3.2.2.3.4 and others: a Protocol Error above 1.
        Format::Flag if reader.u8()? > 1 => Err(reader.fault_before(1, DecodeErrorKind::PropertyValue)),
        // §3.1.2.11.3: a Receive Maximum of 0 is a Protocol Error.
        Format::NonZeroTwo if reader.u16()? == 0 => Err(reader.fault_before(2, DecodeErrorKind::PropertyValue)),
        // [MQTT-3.3.2-8] A topic alias is not 0.
        Format::Alias if reader.u16()? == 0 => Err(reader.fault_before(2, DecodeErrorKind::ZeroTopicAlias)),
        // §3.1.2.11.4: a Maximum Packet Size of 0 is a Protocol Error.
        Format::NonZeroFour if reader.u32()? == 0 => Err(reader.fault_before(4, DecodeErrorKind::PropertyValue)),
        // §3.8.2.1.2, §3.3.2.3.8: a Subscription Identifier of 0 is a Protocol Error.
        Format::NonZeroInteger if reader.varint()? == 0 => Err(reader.fault_before(1, DecodeErrorKind::PropertyValue)),
        Format::Two => reader.u16().map(drop),
        Format::Four => reader.u32().map(drop),
        Format::Text => reader.check_text(), // [MQTT-3.3.2-19] and the like
        Format::Name => match reader.name()? {
            // [MQTT-3.3.2-13] [MQTT-3.3.2-14] [MQTT-4.7.3-1]
            ("", _) => Err(reader.fault_before(2, DecodeErrorKind::ResponseTopic)),
            (name, true) => Err(reader.fault_before(name.len(), DecodeErrorKind::ResponseTopic)),
            _ => Ok(()),
        },
        Format::Binary => reader.binary().map(drop),
        // [MQTT-1.5.7-1] Both halves are UTF-8 strings.
        Format::Pair => reader.check_text().and_then(|()| reader.check_text()),
        // The guards above have read the value, and found it in range.
        Format::Flag | Format::NonZeroTwo | Format::Alias | Format::NonZeroFour | Format::NonZeroInteger => Ok(()),
    }
}
