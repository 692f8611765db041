//! Messages of claims-based security (AMQP CBS 1.0): a client puts a token to the node `$cbs`, and learns what became of it.

use super::{ApplicationProperties, Body, EncodeError, Encoded, Message, MessageId, Properties, Utf8, Value};

/// The address of the node.
pub const NODE: &str = "$cbs";

/// A token to be put.
#[derive(Clone, Copy)]
pub struct PutToken<'a> {
    /// What kind of token it is, such as `jwt` or `servicebus.windows.net:sastoken`.
    pub token_type: &'a str,
    /// What the token is for, such as an audience or address.
    pub name: &'a str,
    /// The token.
    pub token: &'a str,
    /// When it expires, in milliseconds since the Unix epoch.
    pub expiration: Option<i64>,
}

impl core::fmt::Debug for PutToken<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("PutToken")
            .field("token_type", &self.token_type)
            .field("name", &self.name)
            .field("token", &format_args!("<redacted {} B>", self.token.len()))
            .field("expiration", &self.expiration)
            .finish()
    }
}

impl PutToken<'_> {
    /// The request, whose answer goes to `reply_to` with `message_id` as its correlation id.
    ///
    /// # Errors
    /// [`EncodeError::Invalid`] when a text begins with a byte order mark.
    pub fn request(&self, message_id: u64, reply_to: &str) -> Result<Message<'static>, EncodeError> {
        let mut pairs = alloc::vec![
            (Utf8::from("operation"), Value::from("put-token")),
            (Utf8::from("type"), Value::from(self.token_type)),
            (Utf8::from("name"), Value::from(self.name)),
        ];
        if let Some(expiration) = self.expiration {
            pairs.push((Utf8::from("expiration"), Value::Timestamp(expiration)));
        }
        Ok(Message {
            properties: Some(
                Properties {
                    message_id: Some(MessageId::Ulong(message_id)),
                    to: Some(NODE.into()),
                    reply_to: Some(reply_to.into()),
                    ..Properties::default()
                }
                .into_owned(),
            ),
            application_properties: Some(pairs.into_iter().collect::<ApplicationProperties<'static>>()),
            body: Body::Value(Encoded::from(self.token)),
            ..Message::default()
        })
    }
}

/// What became of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response<'m> {
    /// A status code of HTTP; 200 and 202 are success.
    pub status: i64,
    /// What the node says about it.
    pub description: Option<&'m str>,
}

impl<'m> Response<'m> {
    /// Reads the answer; nothing when the message is not one.
    pub fn read(message: &'m Message<'_>) -> Option<Self> {
        let properties = message.application_properties.as_ref()?;
        Some(Self {
            status: properties.get("status-code")?.as_i64()?,
            description: properties.get("status-description").and_then(|text| text.as_str()),
        })
    }

    /// True when the token was taken.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }
}
