//! Bits of binary (XEP-0231).

use alloc::vec::Vec;

use crate::{PayloadError, Value};

/// The namespace.
pub const NS: &str = "urn:xmpp:bob";

view! {
    /// `<data/>`: asked for empty, answered with the bytes.
    Data, NS, "data"
}

impl<'a> Data<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.required("cid")?;
        self.0.parsed::<u32>("max-age")?;
        Ok(())
    }

    /// The content id: `algo+hash@bob.xmpp.org`.
    pub fn cid(&self) -> Value<'a> {
        self.0.attribute("cid").unwrap_or(Value::cooked(""))
    }

    /// How many seconds the data may be kept.
    pub fn max_age(&self) -> Option<u32> {
        self.0.parsed("max-age").ok().flatten()
    }

    /// The media type.
    pub fn media_type(&self) -> Option<Value<'a>> {
        self.0.attribute("type")
    }

    /// The bytes.
    ///
    /// # Errors
    /// The text is no base64.
    pub fn bytes(&self) -> Result<Vec<u8>, PayloadError> {
        self.0.base64("data")
    }
}
