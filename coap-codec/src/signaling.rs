//! Signaling messages and their options (RFC 8323 §5, RFC 8974 §2.2.1).

use crate::code::Code;
use crate::encoder::BASE_MAX_MESSAGE_LEN;
use crate::message::Message;
use crate::options::{OptionNumber, OptionRef, Options};
use crate::registry::{Format, OptionInfo, signaling_option};
use crate::token::Token;
use crate::value::Uint;
use crate::{EncodeError, Header};

/// 7.01 option 2, in bytes (RFC 8323 §5.3.1).
pub const MAX_MESSAGE_SIZE: OptionNumber = OptionNumber(2);
/// 7.01 option 4 (RFC 8323 §5.3.2).
pub const BLOCK_WISE_TRANSFER: OptionNumber = OptionNumber(4);
/// 7.01 option 6, in bytes (RFC 8974 §2.2.1).
pub const EXTENDED_TOKEN_LENGTH: OptionNumber = OptionNumber(6);
/// 7.02 and 7.03 option 2 (RFC 8323 §5.4.1).
pub const CUSTODY: OptionNumber = OptionNumber(2);
/// 7.04 option 2 (RFC 8323 §5.5).
pub const ALTERNATIVE_ADDRESS: OptionNumber = OptionNumber(2);
/// 7.04 option 4, in seconds (RFC 8323 §5.5).
pub const HOLD_OFF: OptionNumber = OptionNumber(4);
/// 7.05 option 2 (RFC 8323 §5.6).
pub const BAD_CSM_OPTION: OptionNumber = OptionNumber(2);

/// What a Capabilities and Settings message says (RFC 8323 §5.3). `None` means not mentioned, so that an earlier value stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct Csm {
    /// The longest message that the sender can receive, in bytes.
    pub max_message_size: Option<u32>,
    /// The sender supports block-wise transfers; with a Max-Message-Size above 1152 also BERT (RFC 8323 §5.3.2).
    pub block_wise_transfer: bool,
    /// The longest token that the sender can receive: 8 to 65,804 (RFC 8974 §2.2.1).
    pub extended_token_length: Option<u32>,
}

impl Csm {
    /// The values that hold before any CSM (RFC 8323 §5.3, RFC 8974 §2.2.1).
    pub const BASE: Self = Self {
        max_message_size: Some(BASE_MAX_MESSAGE_LEN),
        block_wise_transfer: false,
        extended_token_length: Some(8),
    };

    /// Reads a CSM. Options that are not known or of the wrong length are passed over: whether that was right says
    /// [`Message::check`].
    #[must_use]
    pub fn from_message(message: &Message<'_>) -> Option<Self> {
        if message.code != Code::CSM {
            return None;
        }
        let mut csm = Self::default();
        for option in known(message) {
            match option.number {
                MAX_MESSAGE_SIZE => csm.max_message_size = option.uint(),
                BLOCK_WISE_TRANSFER => csm.block_wise_transfer = true,
                EXTENDED_TOKEN_LENGTH => csm.extended_token_length = option.uint().and_then(extended_token_length),
                _ => {}
            }
        }
        Some(csm)
    }

    /// The settings after a further CSM: they are cumulative (RFC 8323 §5.3).
    #[must_use]
    pub fn and(self, later: Self) -> Self {
        Self {
            max_message_size: later.max_message_size.or(self.max_message_size),
            block_wise_transfer: self.block_wise_transfer || later.block_wise_transfer,
            extended_token_length: later.extended_token_length.or(self.extended_token_length),
        }
    }

    /// True if the sender can process blocks of a multiple of 1024 bytes (RFC 8323 §5.3.2).
    #[must_use]
    pub fn supports_bert(self) -> bool {
        self.block_wise_transfer && self.max_message_size.is_some_and(|size| size > BASE_MAX_MESSAGE_LEN)
    }

    /// The message.
    ///
    /// # Errors
    /// Returns [`EncodeError::ValueOutOfRange`] for an Extended-Token-Length outside 8 to 65,804 (RFC 8974 §2.2.1).
    pub fn to_message(self) -> Result<Message<'static>, EncodeError> {
        let mut options = Options::new();
        if let Some(size) = self.max_message_size {
            options.push_uint(MAX_MESSAGE_SIZE, size)?;
        }
        if self.block_wise_transfer {
            options.push(BLOCK_WISE_TRANSFER, &[])?;
        }
        if let Some(len) = self.extended_token_length {
            // RFC 8974 §2.2.1: not less than 8, not more than 65804.
            if !(8..=65_804).contains(&len) {
                return Err(EncodeError::ValueOutOfRange);
            }
            options.push_uint(EXTENDED_TOKEN_LENGTH, len)?;
        }
        Ok(Message { options, ..Message::reliable(Code::CSM) })
    }
}

/// RFC 8974 §2.2.1: a value below 8 is ignored, one above 65804 is taken for 65804.
const fn extended_token_length(value: u32) -> Option<u32> {
    match value {
        0..8 => None,
        8..=65_804 => Some(value),
        _ => Some(65_804),
    }
}

/// The options of a signaling message that are known and of a length in range.
fn known<'m>(message: &'m Message<'_>) -> impl Iterator<Item = OptionRef<'m>> {
    let code = message.code;
    let fits = move |option: &OptionRef<'_>| {
        signaling_option(code, option.number).is_some_and(|info: &OptionInfo| info.accepts_len(option.value.len()))
    };
    message.options.iter().filter(fits)
}

/// True if a Ping asks for custody, or a Pong confirms it (RFC 8323 §5.4.1).
#[must_use]
pub fn has_custody(message: &Message<'_>) -> bool {
    matches!(message.code, Code::PING | Code::PONG) && known(message).any(|option| option.number == CUSTODY)
}

/// The Pong to a Ping: the same token (RFC 8323 §5.4). With `custody` if everything received before has been processed.
#[must_use]
pub fn pong<'p>(ping: &'p Message<'_>, custody: bool) -> Message<'p> {
    const WITH_CUSTODY: &[OptionRef<'static>] = &[OptionRef::new(CUSTODY, &[])];
    let options = if custody { Options::from_slice(WITH_CUSTODY) } else { Options::EMPTY };
    // RFC 8323 §5.4: a Pong has the token of its Ping.
    Message { token: Token::from(ping.token.as_slice()), options, ..Message::reliable(Code::PONG) }
}

/// What a Release says besides its diagnostic payload (RFC 8323 §5.5).
#[must_use]
pub fn hold_off(message: &Message<'_>) -> Option<u32> {
    let option = known(message).find(|option| option.number == HOLD_OFF);
    option.filter(|_| message.code == Code::RELEASE)?.uint()
}

/// The addresses that a Release offers instead, as authorities (RFC 8323 §5.5).
pub fn alternative_addresses<'m>(message: &'m Message<'_>) -> impl Iterator<Item = &'m str> {
    let is_release = message.code == Code::RELEASE;
    known(message).filter(move |o| is_release && o.number == ALTERNATIVE_ADDRESS).filter_map(|o| o.text().ok())
}

/// The option of the CSM that an Abort blames (RFC 8323 §5.6).
#[must_use]
pub fn bad_csm_option(message: &Message<'_>) -> Option<OptionNumber> {
    let option =
        known(message).find(|option| option.number == BAD_CSM_OPTION).filter(|_| message.code == Code::ABORT)?;
    option.uint().and_then(|number| u16::try_from(number).ok()).map(OptionNumber)
}

/// An Abort with a diagnostic, and the option of a CSM that is to blame, if there is one (RFC 8323 §5.6).
#[must_use]
pub fn abort<'d>(diagnostic: &'d str, bad_csm_option: Option<OptionNumber>) -> Message<'d> {
    let mut options = Options::EMPTY;
    if let Some(number) = bad_csm_option {
        options = Options::new();
        // Two bytes fit every option.
        let _ = options.push(BAD_CSM_OPTION, &Uint::new(u32::from(number.0)));
    }
    let payload = crate::Binary::Borrowed(diagnostic.as_bytes());
    Message { header: Header::Reliable, code: Code::ABORT, token: Token::EMPTY, options, payload }
}

/// 7.xx option 9: any signaling message may carry OSCORE's option (RFC 8613 §4.3).
pub(crate) const OSCORE: OptionInfo =
    OptionInfo::signaling(OptionNumber::OSCORE, "OSCORE", Format::Opaque, 0, 255, false);

/// The options of signaling messages: code, and what the registry says.
pub(crate) const SIGNALING_OPTIONS: &[(Code, OptionInfo)] = &[
    (Code::CSM, OptionInfo::signaling(MAX_MESSAGE_SIZE, "Max-Message-Size", Format::Uint, 0, 4, false)),
    (Code::CSM, OptionInfo::signaling(BLOCK_WISE_TRANSFER, "Block-Wise-Transfer", Format::Empty, 0, 0, false)),
    (Code::CSM, OptionInfo::signaling(EXTENDED_TOKEN_LENGTH, "Extended-Token-Length", Format::Uint, 0, 3, false)),
    (Code::PING, OptionInfo::signaling(CUSTODY, "Custody", Format::Empty, 0, 0, false)),
    (Code::PONG, OptionInfo::signaling(CUSTODY, "Custody", Format::Empty, 0, 0, false)),
    (Code::RELEASE, OptionInfo::signaling(ALTERNATIVE_ADDRESS, "Alternative-Address", Format::String, 1, 255, true)),
    (Code::RELEASE, OptionInfo::signaling(HOLD_OFF, "Hold-Off", Format::Uint, 0, 3, false)),
    (Code::ABORT, OptionInfo::signaling(BAD_CSM_OPTION, "Bad-CSM-Option", Format::Uint, 0, 2, false)),
];
