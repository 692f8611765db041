//! A message in one line, in the notation of the RFCs.

use core::fmt;

use crate::code::Code;
use crate::message::{Header, Message};
use crate::options::{OptionNumber, OptionRef};
use crate::registry::signaling_option;
use crate::uri::write_reference;
use crate::value::{OscoreOption, Value};

impl fmt::Display for Message<'_> {
    /// `CON GET 0x1234 token=71 /a/b?x Accept=60`, `ACK 2.05 Content 0x1234 token=71 Max-Age=30 64 B`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Header::Datagram { message_type, .. } = self.header {
            write!(f, "{} ", message_type.abbreviation())?;
        }
        write!(f, "{}", CodeName(self.code))?;
        if let Header::Datagram { message_id, .. } = self.header {
            write!(f, " 0x{message_id:04x}")?;
        }
        if !self.token.is_empty() {
            write!(f, " token={}", self.token)?;
        }
        if self.code.is_signaling() {
            self.options.iter().try_for_each(|option| write_signaling(f, self.code, &option))?;
        } else {
            write_target(f, self)?;
            self.options.iter().filter(|o| !in_target(o.number)).try_for_each(|option| write_option(f, &option))?;
        }
        match self.payload.len() {
            0 => Ok(()),
            len => write!(f, " {len} B"),
        }
    }
}

/// How a code is called: the method's name, a response code with its name, a signaling message's name.
pub(crate) struct CodeName(pub(crate) Code);

impl fmt::Display for CodeName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.name() {
            Some(name) if self.0.is_response() => write!(f, "{} {name}", self.0),
            Some(name) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

const fn in_target(number: OptionNumber) -> bool {
    matches!(number, OptionNumber::URI_PATH | OptionNumber::URI_QUERY)
}

/// Path and query, percent-encoded.
fn write_target(f: &mut fmt::Formatter<'_>, message: &Message<'_>) -> fmt::Result {
    if !message.options.iter().any(|option| in_target(option.number)) {
        return Ok(());
    }
    f.write_str(" ")?;
    write_reference(f, &message.options, OptionNumber::URI_PATH, OptionNumber::URI_QUERY)
}

fn write_option(f: &mut fmt::Formatter<'_>, option: &OptionRef<'_>) -> fmt::Result {
    write!(f, " {}", option.number)?;
    match option.typed() {
        Value::Empty => Ok(()),
        Value::Uint(value) => write!(f, "={value}"),
        Value::ContentFormat(format) => write!(f, "={}", format.0),
        Value::Block(block) => write!(f, "={block}"),
        Value::Oscore(oscore) => write_oscore(f, &oscore),
        Value::NoResponse(set) => write!(f, "={set}"),
        Value::Observe(observe) => write!(f, "={}", observe.value()),
        Value::MaxAge(age) => write!(f, "={}", age.as_secs()),
        Value::HopLimit(hops) => write!(f, "={hops}"),
        Value::Path(path) => write!(f, "={path}"),
        Value::Text(text) => write!(f, "={}", text.escape_debug()),
        Value::ETag(_) | Value::IfMatch(_) | Value::Echo(_) | Value::RequestTag(_) | Value::Opaque(_) => {
            write_hex(f, option.value)
        }
    }
}

fn write_oscore(f: &mut fmt::Formatter<'_>, oscore: &OscoreOption<'_>) -> fmt::Result {
    f.write_str("(piv")?;
    write_hex(f, oscore.partial_iv)?;
    if let Some(context) = oscore.kid_context {
        f.write_str(" context")?;
        write_hex(f, context)?;
    }
    if let Some(kid) = oscore.kid {
        f.write_str(" kid")?;
        write_hex(f, kid)?;
    }
    f.write_str(if oscore.group { " group)" } else { ")" })
}

fn write_hex(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    f.write_str("=")?;
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

fn write_signaling(f: &mut fmt::Formatter<'_>, code: Code, option: &OptionRef<'_>) -> fmt::Result {
    use crate::registry::Format;
    let Some(info) = signaling_option(code, option.number) else {
        write!(f, " #{}", option.number.0)?;
        return write_hex(f, option.value);
    };
    write!(f, " {}", info.name)?;
    match (info.format, option.uint(), option.text()) {
        (Format::Empty, ..) if option.value.is_empty() => Ok(()),
        (Format::Uint, Some(value), _) => write!(f, "={value}"),
        (Format::String, _, Ok(text)) => write!(f, "={}", text.escape_debug()),
        _ => write_hex(f, option.value),
    }
}
