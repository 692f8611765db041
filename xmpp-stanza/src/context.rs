//! What a stream header says about everything inside the stream: its namespaces and its language.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use crate::ns;

/// The namespace of the stanzas of a stream (RFC 6120 §4.8.2, §4.8.3; XEP-0114).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Content {
    /// `jabber:client`.
    Client,
    /// `jabber:server`.
    Server,
    /// `jabber:component:accept`.
    Component,
}

impl Content {
    /// The namespace name.
    pub const fn namespace(self) -> &'static str {
        match self {
            Self::Client => ns::CLIENT,
            Self::Server => ns::SERVER,
            Self::Component => ns::COMPONENT,
        }
    }

    /// The content namespace of that name.
    pub fn of(namespace: &str) -> Option<Self> {
        [Self::Client, Self::Server, Self::Component].into_iter().find(|content| content.namespace() == namespace)
    }
}

type Str = Cow<'static, str>;

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContextData {
    pub(crate) content: Option<Content>,
    pub(crate) default: Str,
    pub(crate) prefixes: Cow<'static, [(Str, Str)]>,
    pub(crate) lang: Option<Str>,
}

impl ContextData {
    pub(crate) fn resolve(&self, prefix: &[u8]) -> Option<&str> {
        self.prefixes.iter().find(|(name, _)| name.as_bytes() == prefix).map(|(_, namespace)| &**namespace)
    }
}

const fn common(content: Option<Content>, lang: bool) -> ContextData {
    ContextData {
        content,
        default: Cow::Borrowed(match content {
            Some(content) => content.namespace(),
            None => "",
        }),
        prefixes: match content {
            Some(_) => Cow::Borrowed(STREAM_PREFIX),
            None => Cow::Borrowed(&[]),
        },
        lang: if lang { Some(Cow::Borrowed("en")) } else { None },
    }
}

const STREAM_PREFIX: &[(Str, Str)] = &[(Cow::Borrowed("stream"), Cow::Borrowed(ns::STREAMS))];

static EMPTY: ContextData = common(None, false);
static COMMON: [ContextData; 6] = [
    common(Some(Content::Client), false),
    common(Some(Content::Client), true),
    common(Some(Content::Server), false),
    common(Some(Content::Server), true),
    common(Some(Content::Component), false),
    common(Some(Content::Component), true),
];

#[derive(Debug, Clone)]
enum Repr {
    Static(&'static ContextData),
    Shared(Arc<ContextData>),
}

/// The scope that a stream, and no other (RFC 6120 §4.8.5), gives to its elements: default namespace, prefixes, `xml:lang`. Cheap to clone;
/// the usual headers cost nothing.
#[derive(Debug, Clone)]
pub struct Context(Repr);

impl Context {
    /// Nothing is declared: a document of its own, a WebSocket frame.
    pub const EMPTY: Self = Self(Repr::Static(&EMPTY));

    /// The scope of the usual header: the content namespace by default, `stream:` bound, no language.
    pub fn new(content: Content) -> Self {
        Self::usual(content, None).unwrap_or(Self::EMPTY)
    }

    fn usual(content: Content, lang: Option<&str>) -> Option<Self> {
        let known = COMMON.iter().find(|data| data.content == Some(content) && data.lang.as_deref() == lang)?;
        Some(Self(Repr::Static(known)))
    }

    /// The same scope in another language (`None`: undeclared).
    pub fn with_lang(&self, lang: Option<&str>) -> Self {
        let data = self.data();
        Self::from_parts(&data.default, &data.prefixes, lang)
    }

    pub(crate) fn from_parts(default: &str, prefixes: &[(Str, Str)], lang: Option<&str>) -> Self {
        let content = Content::of(default);
        if let Some(content) = content
            && prefixes == STREAM_PREFIX
            && let Some(usual) = Self::usual(content, lang)
        {
            return usual;
        }
        if default.is_empty() && prefixes.is_empty() && lang.is_none() {
            return Self::EMPTY;
        }
        let own = |text: &str| Str::Owned(String::from(text));
        let prefixes: Vec<_> = prefixes.iter().map(|(a, b)| (own(a), own(b))).collect();
        Self(Repr::Shared(Arc::new(ContextData {
            content,
            default: own(default),
            prefixes: prefixes.into(),
            lang: lang.map(own),
        })))
    }

    pub(crate) fn data(&self) -> &ContextData {
        match &self.0 {
            Repr::Static(data) => data,
            Repr::Shared(data) => data,
        }
    }

    /// The content namespace, if it is the default namespace of the stream.
    pub fn content(&self) -> Option<Content> {
        self.data().content
    }

    /// The default namespace; empty if there is none.
    pub fn default_namespace(&self) -> &str {
        &self.data().default
    }

    /// The namespace of a prefix that the stream header declares.
    pub fn namespace(&self, prefix: &str) -> Option<&str> {
        self.data().resolve(prefix.as_bytes())
    }

    /// The language of the stream (RFC 6120 §4.7.4).
    pub fn lang(&self) -> Option<&str> {
        self.data().lang.as_deref()
    }
}

impl PartialEq for Context {
    fn eq(&self, other: &Self) -> bool {
        self.data() == other.data()
    }
}

impl Eq for Context {}
