//! The tokens of the policy language, cut by nom.

use super::{PolicyError, PolicyErrorKind};
use crate::attribute::is_width;
use alloc::boxed::Box;
use alloc::string::String;
use nom::branch::alt;
use nom::bytes::complete::{tag, take_while1};
use nom::combinator::{map, value};
use nom::{IResult, Parser};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    Open,
    Close,
    OpenRange,
    CloseRange,
    OpenSet,
    CloseSet,
    Comma,
    To,
    Width,
    Equal,
    NotEqual,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Name(&'a str),
    Number(u64),
    TooLarge,
    /// What stands between the quotes, escapes not yet undone.
    Text(&'a str),
    End,
}

pub(super) struct Tokens<'a> {
    rest: &'a str,
    whole: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { rest: text, whole: text.len() }
    }

    /// Where the next token begins.
    pub(super) fn offset(&self) -> usize {
        self.whole.saturating_sub(self.rest.trim_ascii_start().len())
    }

    const fn error(offset: usize, kind: PolicyErrorKind) -> PolicyError {
        PolicyError { kind, offset }
    }

    fn cut(&self) -> Result<(&'a str, Token<'a>), PolicyError> {
        let start = self.rest.trim_ascii_start();
        if start.is_empty() {
            return Ok((start, Token::End));
        }
        if let Some(inside) = start.strip_prefix('"') {
            return text(inside).ok_or_else(|| Self::error(self.offset(), PolicyErrorKind::UnclosedText));
        }
        match token(start) {
            Ok((_, Token::TooLarge)) => Err(Self::error(self.offset(), PolicyErrorKind::NumberTooLarge)),
            Ok(cut) => Ok(cut),
            Err(_) => Err(Self::error(self.offset(), PolicyErrorKind::UnexpectedCharacter)),
        }
    }

    pub(super) fn peek(&self) -> Result<Token<'a>, PolicyError> {
        self.cut().map(|(_, token)| token)
    }

    pub(super) fn next(&mut self) -> Result<Token<'a>, PolicyError> {
        let (rest, token) = self.cut()?;
        self.rest = rest;
        Ok(token)
    }

    pub(super) fn accept(&mut self, wanted: &Token<'_>) -> Result<bool, PolicyError> {
        let (rest, token) = self.cut()?;
        let found = token == *wanted;
        if found {
            self.rest = rest;
        }
        Ok(found)
    }

    pub(super) fn expect(&mut self, wanted: &Token<'_>, kind: PolicyErrorKind) -> Result<(), PolicyError> {
        let offset = self.offset();
        if self.accept(wanted)? { Ok(()) } else { Err(Self::error(offset, kind)) }
    }

    pub(super) fn number(&mut self) -> Result<u64, PolicyError> {
        let offset = self.offset();
        match self.next()? {
            Token::Number(value) => Ok(value),
            Token::Text(_) => Err(Self::error(offset, PolicyErrorKind::TextComparison)),
            _ => Err(Self::error(offset, PolicyErrorKind::ExpectedValue)),
        }
    }

    pub(super) fn text(&mut self) -> Result<Box<str>, PolicyError> {
        let offset = self.offset();
        let Token::Text(raw) = self.next()? else {
            return Err(Self::error(offset, PolicyErrorKind::ExpectedValue));
        };
        let mut plain = String::with_capacity(raw.len());
        let mut characters = raw.chars();
        while let Some(character) = characters.next() {
            plain.extend(if character == '\\' { characters.next() } else { Some(character) });
        }
        if plain.len() > 1024 {
            return Err(Self::error(offset, PolicyErrorKind::TooLong));
        }
        Ok(plain.into())
    }

    /// An optional `#bits`; 32 without it.
    pub(super) fn width(&mut self) -> Result<u8, PolicyError> {
        if !self.accept(&Token::Width)? {
            return Ok(32);
        }
        let offset = self.offset();
        let bits = self.number()?;
        u8::try_from(bits)
            .ok()
            .filter(|bits| is_width(*bits))
            .ok_or_else(|| Self::error(offset, PolicyErrorKind::BadWidth))
    }
}

fn token(input: &str) -> IResult<&str, Token<'_>> {
    let name = take_while1(|c: char| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let digits = take_while1(|c: char| c.is_ascii_digit());
    alt((
        alt((
            value(Token::Open, tag("(")),
            value(Token::Close, tag(")")),
            value(Token::OpenRange, tag("[")),
            value(Token::CloseRange, tag("]")),
            value(Token::OpenSet, tag("{")),
            value(Token::CloseSet, tag("}")),
            value(Token::Comma, tag(",")),
            value(Token::To, tag("..")),
            value(Token::Width, tag("#")),
        )),
        alt((
            value(Token::NotEqual, tag("!=")),
            value(Token::AtMost, tag("<=")),
            value(Token::AtLeast, tag(">=")),
            value(Token::Less, tag("<")),
            value(Token::Greater, tag(">")),
            value(Token::Equal, tag("=")),
        )),
        map(digits, |digits: &str| digits.parse().map_or(Token::TooLarge, Token::Number)),
        map(name, Token::Name),
    ))
    .parse(input)
}

/// The inside of a text up to its closing quote, and what follows it.
fn text(input: &str) -> Option<(&str, Token<'_>)> {
    let mut characters = input.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => {
                let (inside, rest) = input.split_at_checked(at)?;
                return Some((rest.strip_prefix('"')?, Token::Text(inside)));
            }
            // There are no escapes but these two.
            '\\' if !matches!(characters.next(), Some((_, '"' | '\\'))) => return None,
            _ => {}
        }
    }
    None
}
