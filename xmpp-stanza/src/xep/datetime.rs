//! Date and time profiles (XEP-0082): `CCYY-MM-DDThh:mm:ss[.sss]TZD`.

use core::fmt;
use core::str::FromStr;

/// A point in time with the offset that was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateTime {
    /// 0 to 9999.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
    /// 0 to 60, for leap seconds.
    pub second: u8,
    /// Billionths of a second.
    pub nanosecond: u32,
    /// Minutes east of UTC.
    pub offset: i16,
}

/// The text is no date and time of XEP-0082.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no date and time of XEP-0082")]
pub struct DateTimeError;

/// Two or more digits at the front of `text`.
fn digits(text: &mut &str, count: usize) -> Option<u32> {
    let (front, rest) = text.split_at_checked(count)?;
    *text = rest;
    front.bytes().all(|byte| byte.is_ascii_digit()).then(|| front.parse().ok())?
}

fn expect(text: &mut &str, c: char) -> Option<()> {
    *text = text.strip_prefix(c)?;
    Some(())
}

const fn days(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// `Z`, or `+hh:mm`, `-hh:mm`.
pub(crate) fn offset(text: &mut &str) -> Option<i16> {
    if expect(text, 'Z').is_some() {
        return Some(0);
    }
    let negative = text.starts_with('-');
    *text = text.strip_prefix(['+', '-'])?;
    let hours = i16::try_from(digits(text, 2)?).ok()?;
    expect(text, ':')?;
    let minutes = i16::try_from(digits(text, 2)?).ok()?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    let total = hours.checked_mul(60)?.checked_add(minutes)?;
    if negative { total.checked_neg() } else { Some(total) }
}

fn parse(mut text: &str) -> Option<DateTime> {
    let rest = &mut text;
    let year = u16::try_from(digits(rest, 4)?).ok()?;
    expect(rest, '-')?;
    let month = u8::try_from(digits(rest, 2)?).ok()?;
    expect(rest, '-')?;
    let day = u8::try_from(digits(rest, 2)?).ok()?;
    expect(rest, 'T')?;
    let hour = u8::try_from(digits(rest, 2)?).ok()?;
    expect(rest, ':')?;
    let minute = u8::try_from(digits(rest, 2)?).ok()?;
    expect(rest, ':')?;
    let second = u8::try_from(digits(rest, 2)?).ok()?;
    let mut nanosecond = 0_u32;
    if expect(rest, '.').is_some() {
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (fraction, behind) = rest.split_at_checked(count)?;
        let kept = fraction.get(..9).unwrap_or(fraction);
        let scale = 10_u32.checked_pow(9_u32.checked_sub(u32::try_from(kept.len()).ok()?)?)?;
        nanosecond = kept.parse::<u32>().ok()?.checked_mul(scale)?;
        *rest = behind;
    }
    let offset = offset(rest)?;
    let valid =
        (1..=12).contains(&month) && (1..=days(year, month)).contains(&day) && hour < 24 && minute < 60 && second <= 60;
    (valid && rest.is_empty()).then_some(DateTime { year, month, day, hour, minute, second, nanosecond, offset })
}

impl FromStr for DateTime {
    type Err = DateTimeError;

    fn from_str(text: &str) -> Result<Self, DateTimeError> {
        parse(text).ok_or(DateTimeError)
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { year, month, day, hour, minute, second, nanosecond, offset } = *self;
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        if nanosecond > 0 && nanosecond.is_multiple_of(1_000_000) {
            write!(f, ".{:03}", nanosecond / 1_000_000)?;
        } else if nanosecond > 0 {
            write!(f, ".{nanosecond:09}")?;
        }
        write_offset(f, offset)
    }
}

/// `Z` for UTC.
pub(crate) fn write_offset(f: &mut fmt::Formatter<'_>, offset: i16) -> fmt::Result {
    if offset == 0 {
        return f.write_str("Z");
    }
    let minutes = offset.unsigned_abs();
    write!(f, "{}{:02}:{:02}", if offset < 0 { '-' } else { '+' }, minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    #[test]
    fn there_and_back() {
        for text in [
            "1969-07-21T02:56:15Z",
            "1969-07-20T21:56:15-05:00",
            "2002-09-10T23:08:25.123Z",
            "2024-02-29T00:00:60+05:30",
        ] {
            assert_eq!(text.parse::<DateTime>().unwrap().to_string(), text);
        }
        for bad in [
            "",
            "1969-07-21",
            "1969-07-21T02:56:15",
            "1969-13-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "19690721T02:56:15",
            "1969-07-21T24:00:00Z",
            "1969-07-21T02:56:15.Z",
            "1969-07-21T02:56:15Zx",
        ] {
            assert!(bad.parse::<DateTime>().is_err(), "{bad}");
        }
    }
}
