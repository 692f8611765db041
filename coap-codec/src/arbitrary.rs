//! Arbitrary messages that can be sent, for fuzzers.

use alloc::vec::Vec;

use arbitrary::{Arbitrary, Result, Unstructured};

use crate::binary::Binary;
use crate::code::Code;
use crate::message::{Header, Message, MessageType, may_carry};
use crate::options::{OptionNumber, Options};
use crate::token::Token;

impl<'a> Arbitrary<'a> for Options<'a> {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let mut options = Self::new();
        for _ in 0..input.int_in_range(0..=12)? {
            let number = match input.int_in_range(0..=3)? {
                0 => OptionNumber(input.arbitrary()?),
                _ => OptionNumber(input.int_in_range(0..=300)?),
            };
            let value: &[u8] = input.arbitrary()?;
            // A value beyond the longest option is left out.
            let _ = options.push(number, value);
        }
        Ok(options)
    }
}

impl<'a> Arbitrary<'a> for Message<'a> {
    /// Any message that the encoder accepts, on datagrams or on a reliable transport.
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let code = Code(input.arbitrary()?);
        let header = if input.arbitrary()? {
            let message_type = MessageType::from_bits(input.arbitrary()?);
            if !may_carry(message_type, code) {
                return Ok(Self::acknowledgement(input.arbitrary()?));
            }
            Header::Datagram { message_type, message_id: input.arbitrary()? }
        } else if code.class() == crate::CodeClass::Reserved {
            return Ok(Self::reliable(Code::PING));
        } else {
            Header::Reliable
        };
        if code == Code::EMPTY {
            return Ok(Self { header, ..Self::reliable(code) });
        }
        let len = input.int_in_range(0..=8)?;
        let token = Token::from(input.bytes(len)?);
        let options: Options<'a> = input.arbitrary()?;
        let payload: Vec<u8> = input.arbitrary()?;
        Ok(Self { header, code, token, options, payload: Binary::Shared(payload.into()) })
    }
}
