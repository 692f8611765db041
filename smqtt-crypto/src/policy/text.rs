//! The policy language (SPEC §5.1): nom cuts the tokens, an explicit stack nests them; linear, without backtracking.

mod condition;
mod token;

use super::{Item, Policy, binary};
use crate::limits::Limits;
use alloc::vec::Vec;
use condition::atom;
use token::{Token, Tokens};

/// A policy text that was refused: where, why, and what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct PolicyError {
    /// What is wrong.
    pub kind: PolicyErrorKind,
    /// Byte offset in the text.
    pub offset: usize,
}

/// The ways in which a policy text is refused. `Display` tells what to write instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyErrorKind {
    /// The text is longer than the limit.
    #[error("the policy text is longer than the limit; split it into several keys")]
    TextTooLong,
    /// Deeper than the limit.
    #[error("parentheses nest too deep; write the policy flatter")]
    TooDeep,
    /// Too many leaves.
    #[error(
        "the policy spreads into too many attributes; use narrower or better aligned ranges, or fewer alternatives"
    )]
    TooManyLeaves,
    /// A character that begins no token.
    #[error("unexpected character; texts stand in double quotes, as in name = \"value\"")]
    UnexpectedCharacter,
    /// A text without its closing quote.
    #[error("text without a closing quote; inside a text only \\\" and \\\\ are escapes")]
    UnclosedText,
    /// A condition was expected.
    #[error(
        "expected a condition: topic(\"a/+/c\"), name = \"value\", name < 5, name in [1..9], epoch in [1..9], k of (…), or (…)"
    )]
    ExpectedCondition,
    /// After a condition something else than `and`, `or`, `,` or `)` stands.
    #[error("expected `and`, `or` or the end; a comma belongs only into `k of (a, b)`")]
    ExpectedOperator,
    /// A parenthesis does not close.
    #[error("a parenthesis is not closed")]
    Unclosed,
    /// After a name something else than a comparison stands.
    #[error("after a name expected =, !=, <, <=, >, >= or in")]
    ExpectedComparison,
    /// A value was expected.
    #[error("expected a value: a number or a text in double quotes")]
    ExpectedValue,
    /// A range or set is malformed.
    #[error("expected a range [low..high] or a set {{a, b}}")]
    ExpectedRange,
    /// A number beyond its width.
    #[error("the number does not fit its width; write the width behind it, as in 5000000000#64")]
    NumberTooLarge,
    /// A width that is not allowed.
    #[error("a width is a multiple of 4 from 4 to 64")]
    BadWidth,
    /// `k of` with k = 0 or more than there are alternatives.
    #[error("`k of` needs k between 1 and the number of alternatives")]
    BadThreshold,
    /// A range whose low end is above its high end, or a comparison that nothing satisfies.
    #[error("no value satisfies this comparison")]
    EmptyRange,
    /// Only numbers can be compared by size.
    #[error("only numbers can be compared; write name = \"value\" or name in {{\"a\", \"b\"}}")]
    TextComparison,
    /// `not` over something that cannot be negated soundly.
    #[error(
        "`not` works for numbers and epochs only: a message without the attribute would pass; name what is allowed instead"
    )]
    UnsoundNot,
    /// A filter that MQTT does not allow.
    #[error("not an MQTT topic filter; # stands last, + and # stand alone in their level")]
    BadFilter,
    /// A name that is too long.
    #[error("a name has at most 64 bytes, a value at most 1024")]
    TooLong,
}

/// An open parenthesis: where its items begin, where its current `and` chain begins.
struct Frame {
    offset: usize,
    /// `k` of a `k of (`.
    threshold: Option<u64>,
    negate: bool,
    start: usize,
    alternatives: u16,
    or_start: usize,
    or_terms: u16,
    and_start: usize,
    and_terms: u16,
}

impl Frame {
    const fn new(offset: usize, threshold: Option<u64>, negate: bool, start: usize) -> Self {
        Self {
            offset,
            threshold,
            negate,
            start,
            alternatives: 0,
            or_start: start,
            or_terms: 0,
            and_start: start,
            and_terms: 0,
        }
    }

    /// Ends the chain of `and`: its terms become one term of the chain of `or`.
    fn end_and(&mut self, items: &mut Vec<Item>) {
        insert_gate(items, self.and_start, self.and_terms, if self.negate { Item::Or } else { Item::And });
        self.or_terms = self.or_terms.saturating_add(1);
        self.and_start = items.len();
        self.and_terms = 0;
    }

    /// Ends the chain of `or`: its terms become one alternative of the list.
    fn end_or(&mut self, items: &mut Vec<Item>) {
        self.end_and(items);
        insert_gate(items, self.or_start, self.or_terms, if self.negate { Item::And } else { Item::Or });
        self.alternatives = self.alternatives.saturating_add(1);
        self.or_start = items.len();
        self.and_start = items.len();
        self.or_terms = 0;
    }

    /// Ends the list.
    fn end(mut self, items: &mut Vec<Item>) -> Result<(), PolicyError> {
        self.end_or(items);
        let Some(k) = self.threshold else { return Ok(()) };
        let n = self.alternatives;
        let bad = PolicyError { kind: PolicyErrorKind::BadThreshold, offset: self.offset };
        let k = u16::try_from(k).ok().filter(|k| (1..=n).contains(k)).ok_or(bad)?;
        // De Morgan: not (k of n) is (n − k + 1) of the negations.
        let k = if self.negate { n.saturating_sub(k).saturating_add(1) } else { k };
        insert_gate(items, self.start, n, |n| match k {
            1 => Item::Or(n),
            k if k == n => Item::And(n),
            k => Item::Of(k, n),
        });
        Ok(())
    }
}

/// Text is at most 4 KiB by default, so that inserting in the middle stays cheap.
fn insert_gate(items: &mut Vec<Item>, at: usize, terms: u16, gate: impl Fn(u16) -> Item) {
    if terms > 1 && at <= items.len() {
        items.insert(at, gate(terms));
    }
}

pub(super) fn parse(text: &str, limits: &Limits) -> Result<Policy, PolicyError> {
    if text.len() > limits.max_policy_text {
        return Err(PolicyError { kind: PolicyErrorKind::TextTooLong, offset: limits.max_policy_text });
    }
    let mut tokens = Tokens::new(text);
    let mut items = Vec::new();
    let mut stack = Vec::new();
    let mut frame = Frame::new(0, None, false, 0);
    loop {
        // A term: opened groups first, then an atom.
        let mut negate = frame.negate;
        while tokens.accept(&Token::Name("not"))? {
            negate = !negate;
        }
        let offset = tokens.offset();
        let threshold = match tokens.peek()? {
            Token::Open => None,
            Token::Number(k) => Some(k),
            _ => {
                atom(&mut tokens, negate, &mut items)?;
                frame.and_terms = frame.and_terms.saturating_add(1);
                if after_term(&mut tokens, &mut frame, &mut stack, &mut items)? {
                    frame.end(&mut items)?;
                    return checked(items, limits);
                }
                continue;
            }
        };
        tokens.next()?;
        if threshold.is_some() {
            tokens.expect(&Token::Name("of"), PolicyErrorKind::ExpectedCondition)?;
            tokens.expect(&Token::Open, PolicyErrorKind::ExpectedCondition)?;
        }
        if stack.len() >= limits.max_policy_depth {
            return Err(PolicyError { kind: PolicyErrorKind::TooDeep, offset });
        }
        let inner = Frame::new(offset, threshold, negate, items.len());
        stack.push(core::mem::replace(&mut frame, inner));
    }
}

/// Closes what closes after a term and consumes the operator before the next one; true at the end.
fn after_term(
    tokens: &mut Tokens<'_>,
    frame: &mut Frame,
    stack: &mut Vec<Frame>,
    items: &mut Vec<Item>,
) -> Result<bool, PolicyError> {
    loop {
        let offset = tokens.offset();
        match tokens.peek()? {
            Token::Name("and") => {}
            Token::Name("or") => frame.end_and(items),
            Token::Comma if frame.threshold.is_some() => frame.end_or(items),
            Token::Close => {
                let Some(outer) = stack.pop() else {
                    return Err(PolicyError { kind: PolicyErrorKind::ExpectedOperator, offset });
                };
                tokens.next()?;
                core::mem::replace(frame, outer).end(items)?;
                frame.and_terms = frame.and_terms.saturating_add(1);
                continue;
            }
            Token::End if stack.is_empty() => return Ok(true),
            Token::End => return Err(PolicyError { kind: PolicyErrorKind::Unclosed, offset: frame.offset }),
            _ => return Err(PolicyError { kind: PolicyErrorKind::ExpectedOperator, offset }),
        }
        tokens.next()?;
        return Ok(false);
    }
}

fn checked(items: Vec<Item>, limits: &Limits) -> Result<Policy, PolicyError> {
    let policy = Policy { items };
    let refuse = |kind| Err(PolicyError { kind, offset: 0 });
    if policy.leaf_count() > limits.max_key_leaves {
        return refuse(PolicyErrorKind::TooManyLeaves);
    }
    if !binary::check_tree(&policy.items, limits) {
        return refuse(PolicyErrorKind::TooDeep);
    }
    Ok(policy)
}
