//! Message archive management (XEP-0313).

use super::forms::Form;
use super::forward::Forwarded;
use super::rsm::Set;
use crate::{PayloadError, Value};

/// The namespace.
pub const NS: &str = "urn:xmpp:mam:2";

view! {
    /// `<query/>`: asks for messages, by form and result set.
    Query, NS, "query"
}

impl<'a> Query<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        match (self.0.payload::<Form<'_>>(), self.0.payload::<Set<'_>>()) {
            (Some(Err(error)), _) | (_, Some(Err(error))) => Err(error),
            _ => Ok(()),
        }
    }

    /// The id that comes back with each result.
    pub fn query_id(&self) -> Option<Value<'a>> {
        self.0.attribute("queryid")
    }

    /// The node of an archive that is no user's.
    pub fn node(&self) -> Option<Value<'a>> {
        self.0.attribute("node")
    }

    /// The filter.
    pub fn form(&self) -> Option<Form<'a>> {
        self.0.payload()?.ok()
    }

    /// The page.
    pub fn set(&self) -> Option<Set<'a>> {
        self.0.payload()?.ok()
    }
}

view! {
    /// `<result/>` in a message: one message of the archive. Trust it only from the archive that was asked (§4.2).
    ArchiveResult, NS, "result"
}

impl<'a> ArchiveResult<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.required("id")?;
        self.0.payload::<Forwarded<'_>>().ok_or(PayloadError::missing("forwarded"))?.map(drop)
    }

    /// The id in the archive.
    pub fn id(&self) -> Value<'a> {
        self.0.attribute("id").unwrap_or(Value::cooked(""))
    }

    /// The id of the query.
    pub fn query_id(&self) -> Option<Value<'a>> {
        self.0.attribute("queryid")
    }

    /// The message.
    pub fn forwarded(&self) -> Option<Forwarded<'a>> {
        self.0.payload()?.ok()
    }
}

view! {
    /// `<fin/>`: the end of a page.
    Fin, NS, "fin"
}

impl<'a> Fin<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.flag("complete")?;
        self.0.flag("stable")?;
        match self.0.payload::<Set<'_>>() {
            Some(Err(error)) => Err(error),
            _ => Ok(()),
        }
    }

    /// True if there is nothing more.
    pub fn complete(&self) -> bool {
        self.0.flag("complete").ok().flatten().unwrap_or(false)
    }

    /// False if the page may change.
    pub fn stable(&self) -> bool {
        self.0.flag("stable").ok().flatten().unwrap_or(true)
    }

    /// Where the page begins and ends.
    pub fn set(&self) -> Option<Set<'a>> {
        self.0.payload()?.ok()
    }
}
