//! Stanza errors (RFC 6120 §8.3).

use core::fmt;

use crate::element::ElementRef;
use crate::error::EncodeError;
use crate::jid::Jid;
use crate::ns;
use crate::payload::PayloadError;
use crate::value::Value;
use crate::writer::{ToXml, Writer};

/// What the sender of an erroneous stanza can do (RFC 6120 §8.3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorType {
    /// Retry after providing credentials.
    Auth,
    /// Do not retry.
    Cancel,
    /// Proceed: the condition was only a warning.
    Continue,
    /// Retry after changing the data.
    Modify,
    /// Retry after waiting.
    Wait,
}

impl ErrorType {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Auth, Self::Cancel, Self::Continue, Self::Modify, Self::Wait];

    /// The value of the attribute.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::Cancel => "cancel",
            Self::Continue => "continue",
            Self::Modify => "modify",
            Self::Wait => "wait",
        }
    }
}

macro_rules! conditions {
    ($($(#[$doc:meta])* $name:ident $text:literal $type:ident;)*) => {
        /// The defined conditions (RFC 6120 §8.3.3).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum StanzaCondition { $($(#[$doc])* $name,)* }

        impl StanzaCondition {
            /// All of them, in the order of the RFC.
            pub const ALL: [Self; 22] = [$(Self::$name),*];

            /// The name of the element.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// The error type that the RFC associates with the condition.
            pub const fn default_type(self) -> ErrorType {
                match self { $(Self::$name => ErrorType::$type),* }
            }
        }
    };
}

conditions! {
    /// §8.3.3.1: malformed, or missing something.
    BadRequest "bad-request" Modify;
    /// §8.3.3.2: something of that name exists.
    Conflict "conflict" Cancel;
    /// §8.3.3.3: the feature is not implemented.
    FeatureNotImplemented "feature-not-implemented" Cancel;
    /// §8.3.3.4: the entity lacks permissions.
    Forbidden "forbidden" Auth;
    /// §8.3.3.5: the address is gone; the content may be a new one.
    Gone "gone" Cancel;
    /// §8.3.3.6: a fault of the server.
    InternalServerError "internal-server-error" Cancel;
    /// §8.3.3.7: no such address or item.
    ItemNotFound "item-not-found" Cancel;
    /// §8.3.3.8: an address that breaks RFC 7622.
    JidMalformed "jid-malformed" Modify;
    /// §8.3.3.9: understood, but it does not meet criteria.
    NotAcceptable "not-acceptable" Modify;
    /// §8.3.3.10: nobody may do that.
    NotAllowed "not-allowed" Cancel;
    /// §8.3.3.11: credentials are needed.
    NotAuthorized "not-authorized" Auth;
    /// §8.3.3.12: a local policy.
    PolicyViolation "policy-violation" Modify;
    /// §8.3.3.13: the recipient is unavailable for now.
    RecipientUnavailable "recipient-unavailable" Wait;
    /// §8.3.3.14: requests go to another address, the content.
    Redirect "redirect" Modify;
    /// §8.3.3.15: register first.
    RegistrationRequired "registration-required" Auth;
    /// §8.3.3.16: the domain does not exist or does not answer.
    RemoteServerNotFound "remote-server-not-found" Cancel;
    /// §8.3.3.17: the domain did not answer in time.
    RemoteServerTimeout "remote-server-timeout" Wait;
    /// §8.3.3.18: busy.
    ResourceConstraint "resource-constraint" Wait;
    /// §8.3.3.19: the service is not provided.
    ServiceUnavailable "service-unavailable" Cancel;
    /// §8.3.3.20: subscribe first.
    SubscriptionRequired "subscription-required" Auth;
    /// §8.3.3.21: something else; an application condition says what.
    UndefinedCondition "undefined-condition" Cancel;
    /// §8.3.3.22: understood, but not expected now.
    UnexpectedRequest "unexpected-request" Wait;
}

impl StanzaCondition {
    /// The condition of that name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|condition| condition.as_str() == name)
    }
}

impl fmt::Display for StanzaCondition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The `<error/>` child of a stanza of type error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StanzaError<'a> {
    /// What the sender can do.
    pub error_type: ErrorType,
    /// The defined condition. An unknown one reads as `undefined-condition` (RFC 6120 §8.3.2).
    pub condition: StanzaCondition,
    /// Who found the error, if it is not the addressee.
    pub by: Option<Jid<'a>>,
    /// The new address in `gone` and `redirect`, a URI.
    pub uri: Option<Value<'a>>,
    /// The human-readable text; the first of several.
    pub text: Option<Value<'a>>,
    /// The language of the text.
    pub lang: Option<Value<'a>>,
    /// The application-specific condition (RFC 6120 §8.3.4).
    pub application: Option<ElementRef<'a>>,
}

impl<'a> StanzaError<'a> {
    /// The error of that condition with the type that belongs to it.
    pub const fn new(condition: StanzaCondition) -> Self {
        let error_type = condition.default_type();
        Self { error_type, condition, by: None, uri: None, text: None, lang: None, application: None }
    }

    /// Reads an `<error/>`.
    ///
    /// # Errors
    /// The type or the condition is missing and no legacy code stands for it, the type is unknown, or `by` is no address.
    pub fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let mut error = Self::new(StanzaCondition::UndefinedCondition);
        let mut named = false;
        for child in element.children() {
            let defined = child.namespace() == *ns::STANZA_ERRORS;
            if child.is_application(ns::STANZA_ERRORS) {
                error.application.get_or_insert(child);
            } else if defined && child.name() == "text" {
                if error.text.is_none() {
                    error.text = Some(child.text());
                    error.lang = child.lang();
                }
            } else if defined && !named {
                named = true;
                error.condition = StanzaCondition::of(child.name()).unwrap_or(StanzaCondition::UndefinedCondition);
                // RFC 6120 §8.3.3.5, RFC 6120 §8.3.3.14: a URI or IRI; anything else is no address to go on with.
                if matches!(error.condition, StanzaCondition::Gone | StanzaCondition::Redirect) {
                    error.uri = Some(child.text()).filter(|uri| is_uri(&uri.to_cow()));
                }
            }
        }
        error.by = element.jid("by")?;
        // XEP-0086: before there were types and conditions there were codes.
        let legacy = element.attribute("code").is_some();
        error.error_type = match element.attribute("type") {
            Some(value) => {
                ErrorType::ALL.into_iter().find(|kind| value == *kind.as_str()).ok_or(PayloadError::invalid("type"))?
            }
            None if legacy => error.condition.default_type(),
            None => return Err(PayloadError::missing("type")),
        };
        // RFC 6120 §8.3.2: a defined condition, or one of which nothing is known.
        if !named && !legacy {
            return Err(PayloadError::missing("condition"));
        }
        Ok(error)
    }
}

/// A scheme, a colon and what no URI or IRI is without (RFC 3986 §3), perhaps in white space.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.trim().split_once(':') else { return false };
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !rest.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"{}|\\^`".contains(c))
}

impl ToXml for StanzaError<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open_content("error");
        if let Some(by) = &self.by {
            w.attr("by", by.as_str());
        }
        w.attr("type", self.error_type.as_str());
        w.open(ns::STANZA_ERRORS, self.condition.as_str());
        if let Some(uri) = &self.uri {
            let uri = uri.to_cow();
            if !is_uri(&uri) {
                w.fail(EncodeError::InvalidUri);
            }
            w.text(&uri);
        }
        w.close();
        if let Some(text) = &self.text {
            w.open(ns::STANZA_ERRORS, "text");
            if let Some(lang) = &self.lang {
                w.lang_if_other(&lang.to_cow());
            }
            w.text(&text.to_cow());
            w.close();
        }
        if let Some(application) = &self.application {
            w.element(application);
        }
        w.close();
    }
}

impl fmt::Display for StanzaError<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.condition, self.error_type.as_str())
    }
}
