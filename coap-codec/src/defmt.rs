//! Feature `defmt`: messages and errors in the logs of microcontrollers. Texts stay on the host; numbers and bytes go over the wire.

use defmt::{Format, Formatter, write};

use crate::value::{Block, Observe};
use crate::{
    Binary, Code, DecodeError, DecodeErrorKind, EncodeError, Header, Message, MessageType, OptionNumber, OptionRef,
    Options, Reject, Reply, Token,
};

impl Format for MessageType {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Confirmable => write!(f, "CON"),
            Self::NonConfirmable => write!(f, "NON"),
            Self::Acknowledgement => write!(f, "ACK"),
            Self::Reset => write!(f, "RST"),
        }
    }
}

impl Format for Header {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Datagram { message_type, message_id } => write!(f, "{} {=u16:#06x}", message_type, message_id),
            Self::Reliable => write!(f, "reliable"),
        }
    }
}

impl Format for Code {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u8}.{=u8:02}", self.class_number(), self.detail());
    }
}

impl Format for OptionNumber {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u16}", self.0);
    }
}

impl Format for OptionRef<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{}={=[u8]:02x}", self.number, self.value);
    }
}

impl Format for Options<'_> {
    fn format(&self, f: Formatter<'_>) {
        for option in self {
            write!(f, " {}", option);
        }
    }
}

impl Format for Binary<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=[u8]:02x}", self);
    }
}

impl Format for Token<'_> {
    fn format(&self, f: Formatter<'_>) {
        self.0.format(f);
    }
}

impl Format for Message<'_> {
    fn format(&self, f: Formatter<'_>) {
        let Self { header, code, token, options, payload } = self;
        write!(f, "{} {} token={}{} {=usize} B", header, code, token, options, payload.len());
    }
}

impl Format for Block {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u32}/{=bool}/{=u16}", self.num(), self.more, self.size());
    }
}

impl Format for Observe {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=u32}", self.value());
    }
}

impl Format for Reply {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::Ignore => write!(f, "ignore"),
            Self::Reset => write!(f, "RST"),
            Self::Respond(code) => write!(f, "{}", code),
            Self::Abort => write!(f, "Abort"),
        }
    }
}

impl Format for DecodeErrorKind {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{=str}", self.name());
    }
}

impl Format for DecodeError {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{} at {=usize}", self.kind, self.offset);
    }
}

impl Format for Reject<'_> {
    fn format(&self, f: Formatter<'_>) {
        write!(f, "{} -> {}", self.error(), self.reply());
    }
}

impl Format for EncodeError {
    fn format(&self, f: Formatter<'_>) {
        match self {
            Self::TokenTooLong => write!(f, "TokenTooLong"),
            Self::OptionTooLong => write!(f, "OptionTooLong"),
            Self::EmptyNotEmpty => write!(f, "EmptyNotEmpty"),
            Self::TypeAndCode => write!(f, "TypeAndCode"),
            Self::WrongTransport => write!(f, "WrongTransport"),
            Self::MessageTooLong => write!(f, "MessageTooLong"),
            Self::NoRoom { needed } => write!(f, "NoRoom: {=usize} B", needed),
            Self::ValueOutOfRange => write!(f, "ValueOutOfRange"),
        }
    }
}
