//! The conditions of the policy language: topics, epochs, comparisons, ranges and sets, each negated where that is sound.

use super::token::{Token, Tokens};
use super::{PolicyError, PolicyErrorKind, insert_gate};
use crate::attribute::{EPOCH_BITS, is_name, is_width, max_number};
use crate::policy::{Atom, Item};
use crate::topic::is_filter;
use alloc::vec::Vec;

pub(super) fn atom(tokens: &mut Tokens<'_>, negate: bool, items: &mut Vec<Item>) -> Result<(), PolicyError> {
    let offset = tokens.offset();
    let error = |kind| PolicyError { kind, offset };
    let Token::Name(name) = tokens.next()? else {
        return Err(error(PolicyErrorKind::ExpectedCondition));
    };
    match name {
        "topic" => {
            tokens.expect(&Token::Open, PolicyErrorKind::ExpectedCondition)?;
            let at = tokens.offset();
            let filter = tokens.text()?;
            tokens.expect(&Token::Close, PolicyErrorKind::Unclosed)?;
            if negate {
                return Err(error(PolicyErrorKind::UnsoundNot));
            }
            if !is_filter(&filter) {
                return Err(PolicyError { kind: PolicyErrorKind::BadFilter, offset: at });
            }
            items.push(Item::Atom(Atom::Topic(filter)));
            Ok(())
        }
        "epoch" => {
            tokens.expect(&Token::Name("in"), PolicyErrorKind::ExpectedRange)?;
            tokens.expect(&Token::OpenRange, PolicyErrorKind::ExpectedRange)?;
            let (lo, hi) = range(tokens)?;
            between(lo, hi, EPOCH_BITS, negate, items, |lo, hi| Atom::Epoch { lo, hi }).map_err(error)
        }
        name if is_name(name) => comparison(tokens, name, negate, items).map_err(|fault| fault.at(offset)),
        name if name.len() > 64 => Err(error(PolicyErrorKind::TooLong)),
        _ => Err(error(PolicyErrorKind::ExpectedCondition)),
    }
}

/// An error of the tokens (with its place), or of what they say (placed at the atom).
enum Fault {
    Placed(PolicyError),
    Here(PolicyErrorKind),
}

impl Fault {
    const fn at(self, offset: usize) -> PolicyError {
        match self {
            Self::Placed(error) => error,
            Self::Here(kind) => PolicyError { kind, offset },
        }
    }
}

impl From<PolicyError> for Fault {
    fn from(error: PolicyError) -> Self {
        Self::Placed(error)
    }
}

impl From<PolicyErrorKind> for Fault {
    fn from(kind: PolicyErrorKind) -> Self {
        Self::Here(kind)
    }
}

fn comparison(tokens: &mut Tokens<'_>, name: &str, negate: bool, items: &mut Vec<Item>) -> Result<(), Fault> {
    let number = |bits| move |lo, hi| Atom::Number { name: name.into(), bits, lo, hi };
    let operator = tokens.next()?;
    match operator {
        Token::Name("in") => match tokens.next()? {
            Token::OpenRange => {
                let (lo, hi) = range(tokens)?;
                let bits = tokens.width()?;
                Ok(between(lo, hi, bits, negate, items, number(bits))?)
            }
            Token::OpenSet => set(tokens, name, negate, items),
            _ => Err(PolicyErrorKind::ExpectedRange.into()),
        },
        Token::Equal | Token::NotEqual if matches!(tokens.peek()?, Token::Text(_)) => {
            let value = tokens.text()?;
            // `!=` and `not =` over texts have no sound meaning: the attribute may be absent.
            if negate || operator == Token::NotEqual {
                return Err(PolicyErrorKind::UnsoundNot.into());
            }
            items.push(Item::Atom(Atom::Text { name: name.into(), value }));
            Ok(())
        }
        Token::Equal | Token::NotEqual | Token::Less | Token::AtMost | Token::Greater | Token::AtLeast => {
            let value = tokens.number()?;
            let bits = tokens.width()?;
            let max = max_number(bits);
            if value > max {
                return Err(PolicyErrorKind::NumberTooLarge.into());
            }
            let (lo, hi, negate) = match operator {
                Token::Equal => (value, value, negate),
                Token::NotEqual => (value, value, !negate),
                Token::Less => (0, value.checked_sub(1).ok_or(PolicyErrorKind::EmptyRange)?, negate),
                Token::AtMost => (0, value, negate),
                Token::Greater => {
                    (value.checked_add(1).filter(|lo| *lo <= max).ok_or(PolicyErrorKind::EmptyRange)?, max, negate)
                }
                _ => (value, max, negate),
            };
            Ok(between(lo, hi, bits, negate, items, number(bits))?)
        }
        _ => Err(PolicyErrorKind::ExpectedComparison.into()),
    }
}

/// `low .. high ]`.
fn range(tokens: &mut Tokens<'_>) -> Result<(u64, u64), PolicyError> {
    let lo = tokens.number()?;
    tokens.expect(&Token::To, PolicyErrorKind::ExpectedRange)?;
    let hi = tokens.number()?;
    tokens.expect(&Token::CloseRange, PolicyErrorKind::ExpectedRange)?;
    Ok((lo, hi))
}

/// Pushes `lo..=hi`, or, negated, what lies around it. A message without the attribute satisfies neither.
fn between(
    lo: u64,
    hi: u64,
    bits: u8,
    negate: bool,
    items: &mut Vec<Item>,
    atom: impl Fn(u64, u64) -> Atom,
) -> Result<(), PolicyErrorKind> {
    let max = max_number(bits);
    if hi > max {
        return Err(PolicyErrorKind::NumberTooLarge);
    }
    if lo > hi {
        return Err(PolicyErrorKind::EmptyRange);
    }
    if !negate {
        items.push(Item::Atom(atom(lo, hi)));
        return Ok(());
    }
    let below = lo.checked_sub(1).map(|end| atom(0, end));
    let above = hi.checked_add(1).filter(|start| *start <= max).map(|start| atom(start, max));
    match (below, above) {
        (None, None) => Err(PolicyErrorKind::EmptyRange),
        (Some(one), None) | (None, Some(one)) => {
            items.push(Item::Atom(one));
            Ok(())
        }
        (Some(below), Some(above)) => {
            items.extend([Item::Or(2), Item::Atom(below), Item::Atom(above)]);
            Ok(())
        }
    }
}

/// `a, b, c }`: any of them.
fn set(tokens: &mut Tokens<'_>, name: &str, negate: bool, items: &mut Vec<Item>) -> Result<(), Fault> {
    let start = items.len();
    let mut count = 0u16;
    loop {
        if matches!(tokens.peek()?, Token::Text(_)) {
            if negate {
                return Err(PolicyErrorKind::UnsoundNot.into());
            }
            let value = tokens.text()?;
            items.push(Item::Atom(Atom::Text { name: name.into(), value }));
        } else {
            let value = tokens.number()?;
            let bits = tokens.width()?;
            if !is_width(bits) {
                return Err(PolicyErrorKind::BadWidth.into());
            }
            let number = |lo, hi| Atom::Number { name: name.into(), bits, lo, hi };
            between(value, value, bits, negate, items, number)?;
        }
        count = count.saturating_add(1);
        match tokens.next()? {
            Token::Comma => {}
            Token::CloseSet => break,
            _ => return Err(PolicyErrorKind::ExpectedRange.into()),
        }
    }
    // Not in {a, b}: neither a nor b.
    insert_gate(items, start, count, if negate { Item::And } else { Item::Or });
    Ok(())
}
