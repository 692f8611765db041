//! `Debug` and `Display` of properties.

use core::fmt;

use super::{Properties, Property};

impl fmt::Display for Properties<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (place, item) in self.iter().enumerate() {
            if place > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}=", item.name())?;
            match &item {
                Property::Headers(table) => write!(f, "{table}")?,
                Property::DeliveryMode(octet) | Property::Priority(octet) => write!(f, "{octet}")?,
                Property::Timestamp(seconds) => write!(f, "{seconds}")?,
                Property::ContentType(text)
                | Property::ContentEncoding(text)
                | Property::CorrelationId(text)
                | Property::ReplyTo(text)
                | Property::Expiration(text)
                | Property::MessageId(text)
                | Property::Type(text)
                | Property::UserId(text)
                | Property::AppId(text)
                | Property::ClusterId(text) => write!(f, "{:?}", text.as_str())?,
            }
        }
        f.write_str("}")
    }
}

impl fmt::Debug for Properties<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
