//! Extensible SASL profile (XEP-0388).

use alloc::vec::Vec;

use crate::{ElementRef, Jid, PayloadError, Value, base64, ns};

view! {
    /// `<authentication/>` in stream features: mechanisms, and what can be done inline.
    Authentication, ns::SASL2, "authentication"
}

fn own<'a>(element: &ElementRef<'a>, name: &'static str) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    element.children().filter(move |child| child.is(ns::SASL2, name))
}

/// Base64 in which `=` stands for nothing at all.
fn data(element: Option<ElementRef<'_>>, name: &'static str) -> Result<Option<Vec<u8>>, PayloadError> {
    let Some(element) = element else { return Ok(None) };
    // Unlike RFC 6120 §6, XEP-0388 says nothing against white space, and its examples have it.
    match element.text().to_cow().trim() {
        "" | "=" => Ok(Some(Vec::new())),
        text => base64::decode_lax(text).map(Some).ok_or(PayloadError::invalid(name)),
    }
}

impl<'a> Authentication<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        if own(&self.0, "mechanism").next().is_none() { Err(PayloadError::missing("mechanism")) } else { Ok(()) }
    }

    /// The names of the mechanisms.
    pub fn mechanisms(&self) -> impl Iterator<Item = Value<'a>> {
        own(&self.0, "mechanism").map(|mechanism| mechanism.text())
    }

    /// Features that can be negotiated inline: Bind 2, stream management, FAST.
    pub fn inline(&self) -> impl Iterator<Item = ElementRef<'a>> {
        own(&self.0, "inline").flat_map(|inline| inline.children())
    }
}

view! {
    /// `<authenticate/>`.
    Authenticate, ns::SASL2, "authenticate"
}

impl<'a> Authenticate<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.required("mechanism")?;
        self.initial_response().map(drop)?;
        match own(&self.0, "user-agent").next().and_then(|agent| agent.attribute("id")) {
            Some(id) if !is_uuid_v4(&id.to_cow()) => Err(PayloadError::invalid("id")),
            _ => Ok(()),
        }
    }

    /// The mechanism.
    pub fn mechanism(&self) -> Value<'a> {
        self.0.attribute("mechanism").unwrap_or(Value::cooked(""))
    }

    /// The initial response.
    ///
    /// # Errors
    /// It is no base64.
    pub fn initial_response(&self) -> Result<Option<Vec<u8>>, PayloadError> {
        data(own(&self.0, "initial-response").next(), "initial-response")
    }

    /// What client it is: id, software, device.
    pub fn user_agent(&self) -> Option<(Option<Value<'a>>, Option<Value<'a>>, Option<Value<'a>>)> {
        let agent = own(&self.0, "user-agent").next()?;
        Some((agent.attribute("id"), agent.child_text("software"), agent.child_text("device")))
    }

    /// Inline requests: Bind 2, resumption, FAST.
    pub fn requests(&self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.children().filter(|child| child.namespace() != *ns::SASL2)
    }
}

/// RFC 9562 §4 and §5.4.
fn is_uuid_v4(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            14 => byte == b'4',
            19 => matches!(byte.to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b'),
            _ => byte.is_ascii_hexdigit(),
        })
}

view! {
    /// `<challenge/>`.
    Challenge, ns::SASL2, "challenge"
}

view! {
    /// `<response/>`.
    Response, ns::SASL2, "response"
}

impl Challenge<'_> {
    fn check(&self) -> Result<(), PayloadError> {
        self.data().map(drop)
    }

    /// The data.
    ///
    /// # Errors
    /// It is no base64.
    pub fn data(&self) -> Result<Vec<u8>, PayloadError> {
        data(Some(self.0), "challenge").map(Option::unwrap_or_default)
    }
}

impl Response<'_> {
    fn check(&self) -> Result<(), PayloadError> {
        self.data().map(drop)
    }

    /// The data.
    ///
    /// # Errors
    /// It is no base64.
    pub fn data(&self) -> Result<Vec<u8>, PayloadError> {
        data(Some(self.0), "response").map(Option::unwrap_or_default)
    }
}

view! {
    /// `<success/>`.
    Success, ns::SASL2, "success"
}

impl<'a> Success<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        let identifier = own(&self.0, "authorization-identifier").next();
        identifier.ok_or(PayloadError::missing("authorization-identifier"))?.text_jid("authorization-identifier")?;
        self.additional_data().map(drop)
    }

    /// Who has been authenticated.
    pub fn authorization_identifier(&self) -> Option<Jid<'a>> {
        own(&self.0, "authorization-identifier").next()?.text_jid("authorization-identifier").ok()
    }

    /// The data of the mechanism's last message.
    ///
    /// # Errors
    /// It is no base64.
    pub fn additional_data(&self) -> Result<Option<Vec<u8>>, PayloadError> {
        data(own(&self.0, "additional-data").next(), "additional-data")
    }

    /// Answers to the inline requests.
    pub fn results(&self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.children().filter(|child| child.namespace() != *ns::SASL2)
    }
}

view! {
    /// `<continue/>`: a further task is needed.
    Continue, ns::SASL2, "continue"
}

impl<'a> Continue<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        if self.tasks().next().is_none() { Err(PayloadError::missing("tasks")) } else { Ok(()) }
    }

    /// The tasks to choose from.
    pub fn tasks(&self) -> impl Iterator<Item = Value<'a>> {
        own(&self.0, "tasks").flat_map(|tasks| tasks.children()).map(|task| task.text())
    }
}

view! {
    /// `<failure/>`, whose conditions are those of RFC 6120 §6.5.
    Failure, ns::SASL2, "failure"
}

impl<'a> Failure<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        Ok(())
    }

    /// Why; `None` for a condition that is not defined.
    pub fn condition(&self) -> Option<super::sasl::Condition> {
        let conditions = self.0.children().filter(|child| child.namespace() == *ns::SASL);
        conditions.into_iter().find_map(|child| super::sasl::Condition::of(child.name()))
    }

    /// The text, for people.
    pub fn text(&self) -> Option<Value<'a>> {
        own(&self.0, "text").next().map(|text| text.text())
    }
}

marker! {
    /// `<abort/>`.
    Abort, ns::SASL2, "abort"
}
