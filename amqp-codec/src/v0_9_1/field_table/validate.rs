//! The one look that everything later relies on. No recursion: a counter and a fixed stack of ends.

use super::super::dialect::{Duplicates, FieldNames, Tags};
use super::super::error::DecodeErrorKind as Kind;
use super::super::short_str::{check_slow, is_plain_front};
use super::super::wire::{Fault, Rules};
use super::{MAX_DEPTH, split_long};

/// What stands at the front of the octets of a container.
enum Skip<'t> {
    /// A plain value; what is behind it.
    Past(&'t [u8]),
    /// A container; its content and what is behind it.
    Into { inner: &'t [u8], behind: &'t [u8], array: bool },
}

/// What was found, or what is wrong and how many octets were left there.
type Found<T> = Result<T, (Kind, usize)>;

/// Skips a name. AMQP 0-9-1 §4.2.5.5: field names are short strings.
#[inline(always)]
fn name(rest: &[u8]) -> Found<(&[u8], &[u8])> {
    let Some((len, tail)) = rest.split_first() else {
        return Err((Kind::FieldCutShort, 0));
    };
    let Some((name, behind)) = tail.split_at_checked(usize::from(*len)) else {
        return Err((Kind::FieldCutShort, rest.len()));
    };
    if !is_plain_front(tail, name.len()) {
        check_slow(name).map_err(|kind| (kind, tail.len()))?;
    }
    Ok((name, behind))
}

/// Skips a tag and its value. AMQP 0-9-1 §4.2.1 `field-value`, errata 3.
#[inline(always)]
fn value(rest: &[u8], tags: Tags) -> Found<Skip<'_>> {
    let Some((tag, tail)) = rest.split_first() else {
        return Err((Kind::FieldCutShort, 0));
    };
    let spec = matches!(tags, Tags::Spec);
    match tag {
        b'S' => long(tail),
        b'x' if !spec => long(tail),
        b'I' | b'i' | b'f' => fixed::<4>(tail),
        b't' | b'b' | b'B' => fixed::<1>(tail),
        b'l' | b'L' | b'd' | b'T' => fixed::<8>(tail),
        b's' if spec => name(tail).map(|(_, behind)| Skip::Past(behind)),
        b's' | b'u' => fixed::<2>(tail),
        b'U' if !matches!(tags, Tags::RabbitMq) => fixed::<2>(tail),
        b'D' => fixed::<5>(tail),
        b'V' => Ok(Skip::Past(tail)),
        b'A' | b'F' => {
            let (inner, behind) = split_long(tail).ok_or((Kind::FieldCutShort, tail.len()))?;
            Ok(Skip::Into { inner, behind, array: *tag == b'A' })
        }
        // AMQP 0-9-1 §4.2.5.5: a type outside the grammar cannot even be skipped.
        _ => Err((Kind::UnknownFieldType, rest.len())),
    }
}

#[inline(always)]
fn fixed<const WIDTH: usize>(tail: &[u8]) -> Found<Skip<'_>> {
    match tail.split_first_chunk::<WIDTH>() {
        Some((_, behind)) => Ok(Skip::Past(behind)),
        None => Err((Kind::FieldCutShort, tail.len())),
    }
}

#[inline(always)]
fn long(tail: &[u8]) -> Found<Skip<'_>> {
    match split_long(tail) {
        Some((_, behind)) => Ok(Skip::Past(behind)),
        None => Err((Kind::FieldCutShort, tail.len())),
    }
}

/// Checks the content of a table or an array. Faults count from its end.
#[inline]
pub(super) fn validate(whole: &[u8], array: bool, rules: &Rules) -> Result<(), Fault> {
    if array || rules.dialect.field_names != FieldNames::Any || rules.dialect.duplicates != Duplicates::Keep {
        return nested(whole, whole, array, rules);
    }
    let tags = rules.dialect.tags;
    let mut rest = whole;
    while !rest.is_empty() {
        let skip = name(rest).and_then(|(_, tail)| value(tail, tags));
        match skip {
            Ok(Skip::Past(behind)) => rest = behind,
            // From here on with a stack; the field that opens the first inner container is looked at again.
            Ok(Skip::Into { .. }) => return nested(whole, rest, false, rules),
            Err((kind, left)) => return Err(Fault::new(kind, left)),
        }
    }
    Ok(())
}

/// The same from `rest` on, for containers within containers.
fn nested<'t>(whole: &'t [u8], mut rest: &'t [u8], array: bool, rules: &Rules) -> Result<(), Fault> {
    let tags = rules.dialect.tags;
    // What follows each open container, counted from the end of the whole; bit 0 of `arrays` tells what the innermost one is.
    let mut behind_of = [0_usize; MAX_DEPTH as usize];
    let mut arrays = u64::from(array);
    let mut depth = 1_usize;
    let mut after = 0_usize;
    if !array {
        check_names(rest, rules).map_err(|(kind, left)| Fault::new(kind, left))?;
    }
    loop {
        if rest.is_empty() {
            depth = depth.saturating_sub(1);
            let Some(outer) = behind_of.get(depth).filter(|_| depth > 0) else {
                return Ok(());
            };
            // The content of the outer container goes on where this one ended.
            let (start, end) = (whole.len().saturating_sub(after), whole.len().saturating_sub(*outer));
            rest = whole.get(start..end).unwrap_or_default();
            after = *outer;
            arrays >>= 1;
            continue;
        }
        let tail = if arrays & 1 == 0 { name(rest).map(|(_, tail)| tail) } else { Ok(rest) };
        match tail.and_then(|tail| value(tail, tags)) {
            Ok(Skip::Past(behind)) => rest = behind,
            Ok(Skip::Into { inner, behind, array }) => {
                let fault =
                    |kind, left: usize| Fault::new(kind, left.saturating_add(behind.len()).saturating_add(after));
                if depth >= usize::from(rules.max_depth.min(MAX_DEPTH)) {
                    return Err(fault(Kind::NestedTooDeep, inner.len()));
                }
                if !array {
                    check_names(inner, rules).map_err(|(kind, left)| fault(kind, left))?;
                }
                if let Some(outer) = behind_of.get_mut(depth) {
                    *outer = after;
                }
                depth = depth.saturating_add(1);
                after = after.saturating_add(behind.len());
                arrays = (arrays << 1) | u64::from(array);
                rest = inner;
            }
            Err((kind, left)) => return Err(Fault::new(kind, left.saturating_add(after))),
        }
    }
}

/// The names of one table, when the dialect checks them or refuses duplicates. Stops at what is malformed: that is found right after.
fn check_names(table: &[u8], rules: &Rules) -> Found<()> {
    let (checked, refused) =
        (rules.dialect.field_names == FieldNames::Checked, rules.dialect.duplicates == Duplicates::Refuse);
    if !checked && !refused {
        return Ok(());
    }
    let mut seen: [&[u8]; 64] = [&[]; 64];
    let mut count = 0_usize;
    let mut rest = table;
    while !rest.is_empty() {
        let Ok((name, tail)) = name(rest) else { break };
        // AMQP 0-9-1 §4.2.5.5: names start with a letter, `$` or `#`, and have at most 128 characters.
        if checked && !(name.len() <= 128 && name.first().is_some_and(|c| c.is_ascii_alphabetic() || b"$#".contains(c)))
        {
            return Err((Kind::FieldNameInvalid, rest.len()));
        }
        if refused {
            let Some(slot) = seen.get_mut(count) else {
                return Err((Kind::TooManyFields, rest.len()));
            };
            *slot = name;
            // AMQP 0-9-1 §4.2.5.5: duplicate fields are illegal.
            if seen.iter().take(count).any(|other| *other == name) {
                return Err((Kind::DuplicateFieldName, rest.len()));
            }
            count = count.saturating_add(1);
        }
        match value(tail, rules.dialect.tags) {
            Ok(Skip::Past(behind) | Skip::Into { behind, .. }) => rest = behind,
            Err(_) => break,
        }
    }
    Ok(())
}
