//! The traits of the `coap-message` crate: handlers written against them read a [`Message`] and write a [`Writable`].

use alloc::vec;
use alloc::vec::Vec;

use coap_message::error::RenderableOnMinimal;
use coap_message::{
    MessageOption, MinimalWritableMessage, MutableWritableMessage, ReadableMessage, SeekWritableMessage,
    WithSortedOptions,
};

use crate::binary::Binary;
use crate::code::Code;
use crate::error::EncodeError;
use crate::message::{Header, Message};
use crate::options::{OptionIter, OptionNumber, OptionRef, Options};
use crate::token::Token;

impl coap_message::Code for Code {
    type Error = core::convert::Infallible;

    fn new(code: u8) -> Result<Self, core::convert::Infallible> {
        Ok(Self(code))
    }
}

impl coap_message::OptionNumber for OptionNumber {
    type Error = core::convert::Infallible;

    fn new(number: u16) -> Result<Self, core::convert::Infallible> {
        Ok(Self(number))
    }
}

impl MessageOption for OptionRef<'_> {
    fn number(&self) -> u16 {
        self.number.0
    }

    fn value(&self) -> &[u8] {
        self.value
    }
}

impl ReadableMessage for Message<'_> {
    type Code = Code;
    type MessageOption<'m>
        = OptionRef<'m>
    where
        Self: 'm;
    type OptionsIter<'m>
        = OptionIter<'m>
    where
        Self: 'm;

    fn code(&self) -> Code {
        self.code
    }

    fn options(&self) -> OptionIter<'_> {
        self.options.iter()
    }

    fn payload(&self) -> &[u8] {
        &self.payload
    }
}

impl WithSortedOptions for Message<'_> {}

/// What a handler could not write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteError(pub EncodeError);

impl From<core::convert::Infallible> for WriteError {
    fn from(never: core::convert::Infallible) -> Self {
        match never {}
    }
}

impl RenderableOnMinimal for WriteError {
    type Error<IE: RenderableOnMinimal + core::fmt::Debug> = IE;

    fn render<M: MinimalWritableMessage>(self, message: &mut M) -> Result<(), M::UnionError> {
        // RFC 7252 §5.9.3.1: what the server cannot write is its own failure.
        let code =
            <M::Code as coap_message::Code>::new(Code::INTERNAL_SERVER_ERROR.0).map_err(M::convert_code_error)?;
        message.set_code(code);
        Ok(())
    }
}

/// A message that a handler writes: code, options in any order, payload. [`into_message`](Self::into_message) makes a [`Message`] of it.
#[derive(Debug, Clone)]
pub struct Writable {
    code: Code,
    options: Options<'static>,
    payload: Vec<u8>,
    max_payload_len: usize,
}

impl Writable {
    /// A message without content whose payload may grow to that many bytes.
    #[must_use]
    pub const fn new(max_payload_len: usize) -> Self {
        Self { code: Code::CONTENT, options: Options::new(), payload: Vec::new(), max_payload_len }
    }

    /// The message, with a header and a token.
    #[must_use]
    pub fn into_message(self, header: Header, token: Token<'_>) -> Message<'_> {
        let payload = Binary::Shared(self.payload.into());
        Message { header, code: self.code, token, options: self.options, payload }
    }
}

impl MinimalWritableMessage for Writable {
    type Code = Code;
    type OptionNumber = OptionNumber;
    type AddOptionError = WriteError;
    type SetPayloadError = WriteError;
    type UnionError = WriteError;

    fn set_code(&mut self, code: Code) {
        self.code = code;
    }

    fn add_option(&mut self, number: OptionNumber, value: &[u8]) -> Result<(), WriteError> {
        self.options.push(number, value).map_err(WriteError)
    }

    fn set_payload(&mut self, data: &[u8]) -> Result<(), WriteError> {
        self.payload_mut_with_len(data.len())?.copy_from_slice(data);
        Ok(())
    }
}

impl MutableWritableMessage for Writable {
    fn available_space(&self) -> usize {
        self.max_payload_len
    }

    fn payload_mut_with_len(&mut self, len: usize) -> Result<&mut [u8], WriteError> {
        if len > self.max_payload_len {
            return Err(WriteError(EncodeError::NoRoom { needed: len }));
        }
        self.payload = vec![0; len];
        Ok(&mut self.payload)
    }

    fn truncate(&mut self, len: usize) -> Result<(), WriteError> {
        self.payload.truncate(len);
        Ok(())
    }

    fn mutate_options<F>(&mut self, mut callback: F)
    where
        F: FnMut(OptionNumber, &mut [u8]),
    {
        let mut changed = Options::new();
        for option in &self.options {
            let mut value = option.value.to_vec();
            callback(option.number, &mut value);
            // The value is as long as it was.
            let _ = changed.push(option.number, &value);
        }
        self.options = changed;
    }
}

impl SeekWritableMessage for Writable {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, MessageType};

    #[test]
    fn a_handler_reads_one_message_and_writes_another() {
        let request = Message::decode(b"\x41\x01\x12\x34\x71\xb1a", &Limits::DEFAULT).unwrap();
        let mut response = Writable::new(64);
        response.set_from_message(&request).unwrap();
        response.set_code(Code::CONTENT);
        response.add_option_uint(OptionNumber::CONTENT_FORMAT, 60_u16).unwrap();
        response.add_option(OptionNumber::ETAG, b"e").unwrap();
        response.set_payload(b"hello").unwrap();
        response.truncate(2).unwrap();
        response.mutate_options(|number, value| {
            if number == OptionNumber::ETAG {
                value.fill(b'f')
            }
        });
        assert!(response.set_payload(&[0; 65]).is_err());
        let header = Header::Datagram { message_type: MessageType::Acknowledgement, message_id: 0x1234 };
        let message = response.into_message(header, request.token.clone());
        let mut out = Vec::new();
        message.encode(&mut out).unwrap();
        assert_eq!(out, b"\x61\x45\x12\x34\x71\x41f\x71a\x11\x3c\xffhe");
    }
}
