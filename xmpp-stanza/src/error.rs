//! Errors: what the bytes did, where, which statement forbids it, and the stream error that answers it.

use core::fmt;

use crate::stream_error::StreamCondition;

/// How a fault is classed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// Not well-formed, not namespace-well-formed, or outside restricted XML (RFC 6120 §11).
    Xml,
    /// Well-formed, and against the rules of XMPP streams (RFC 6120 §4).
    Stream,
    /// Beyond one of our own [`Limits`](crate::Limits).
    Limit,
}

/// Why a stream was refused. Fatal: the decoder repeats it; send [`reply`](Self::reply), close the stream, then the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{kind} at byte {offset}")]
pub struct DecodeError {
    /// What the bytes did.
    pub kind: DecodeErrorKind,
    /// Where: bytes from the first byte of the failing first-level element, header or footer.
    pub offset: usize,
}

impl DecodeError {
    /// XML, stream rules, or a limit of ours.
    pub const fn class(&self) -> Class {
        self.kind.class()
    }

    /// The section that the bytes break.
    pub const fn statement(&self) -> &'static str {
        self.kind.statement()
    }

    /// The stream error to send (RFC 6120 §4.9.3).
    pub const fn reply(&self) -> StreamCondition {
        self.kind.reply()
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $class:ident, $reply:ident, $statement:literal, $text:literal;)*) => {
        /// What the bytes did.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum DecodeErrorKind { $($(#[$doc])* $kind,)* }

        impl DecodeErrorKind {
            /// All kinds, for tests and for tables.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The name of the kind, as `Debug` prints it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind)),* }
            }

            /// XML, stream rules, or a limit of ours.
            pub const fn class(self) -> Class {
                match self { $(Self::$kind => Class::$class),* }
            }

            /// The section that the bytes break.
            pub const fn statement(self) -> &'static str {
                match self { $(Self::$kind => $statement),* }
            }

            /// The stream error to send.
            pub const fn reply(self) -> StreamCondition {
                match self { $(Self::$kind => StreamCondition::$reply),* }
            }

            const fn text(self) -> &'static str {
                match self { $(Self::$kind => $text),* }
            }
        }
    };
}

kinds! {
    /// A byte sequence that is no UTF-8 (RFC 6120 §11.6). Answered as ill-formed, as servers do: the entity is XML of no encoding.
    InvalidUtf8: Xml, NotWellFormed, "RFC 6120 §11.6", "bytes that are not UTF-8";
    /// A character outside XML's Char: a control, U+FFFE or U+FFFF.
    IllegalCharacter: Xml, NotWellFormed, "XML 1.0 §2.2", "a character that XML does not allow";
    /// A name begins or goes on with a character that names may not have.
    InvalidName: Xml, NotWellFormed, "XML 1.0 §2.3", "a malformed name";
    /// A name with an empty prefix, an empty local part or two colons.
    InvalidQualifiedName: Xml, NotWellFormed, "Namespaces in XML §4", "a malformed qualified name";
    /// A character that a tag may not have at this place.
    MalformedTag: Xml, NotWellFormed, "XML 1.0 §3.1", "a malformed tag";
    /// No white space between two attributes.
    MissingSpace: Xml, NotWellFormed, "XML 1.0 §3.1", "no white space between attributes";
    /// `<` inside an attribute value.
    LessThanInValue: Xml, NotWellFormed, "XML 1.0 §2.3", "a less-than sign in an attribute value";
    /// The same attribute twice, by name or by namespace and local name.
    DuplicateAttribute: Xml, NotWellFormed, "Namespaces in XML §6.3", "a duplicate attribute";
    /// An end tag whose name is not that of the open element.
    MismatchedEndTag: Xml, NotWellFormed, "XML 1.0 §3", "an end tag that matches no start tag";
    /// `]]>` in character data.
    CdataEndInText: Xml, NotWellFormed, "XML 1.0 §2.4", "the end of a CDATA section in text";
    /// `<![` without `CDATA[`.
    MalformedCdata: Xml, NotWellFormed, "XML 1.0 §2.7", "a malformed CDATA section";
    /// A reference without `;`, without digits, or without a name.
    MalformedReference: Xml, NotWellFormed, "XML 1.0 §4.1", "a malformed reference";
    /// A numeric reference to something that is no character.
    InvalidCharacterReference: Xml, NotWellFormed, "XML 1.0 §4.1", "a reference to a character that XML does not allow";
    /// An entity other than the five predefined ones.
    EntityReference: Xml, RestrictedXml, "RFC 6120 §11.1", "a reference to an entity that is not predefined";
    /// A comment, a document type declaration, or another `<!` construct.
    CommentOrDoctype: Xml, RestrictedXml, "RFC 6120 §11.1", "a comment or a document type declaration";
    /// A processing instruction, or an XML declaration that is not at the very beginning.
    ProcessingInstruction: Xml, RestrictedXml, "RFC 6120 §11.1", "a processing instruction";
    /// A prefix that no namespace is bound to.
    UnboundPrefix: Xml, NotWellFormed, "Namespaces in XML §5", "a prefix without a namespace";
    /// A binding of `xml` or `xmlns`, or to their namespaces, or of a prefix to nothing.
    ReservedNamespace: Xml, NotWellFormed, "Namespaces in XML §3", "a forbidden namespace declaration";
    /// The XML declaration cannot be parsed.
    MalformedDeclaration: Xml, NotWellFormed, "XML 1.0 §2.8", "a malformed XML declaration";
    /// The XML declaration names a version other than 1.0.
    UnsupportedXmlVersion: Xml, RestrictedXml, "RFC 6120 §11.5", "an XML version other than 1.0";
    /// The XML declaration, or a byte order mark, names an encoding other than UTF-8.
    UnsupportedEncoding: Xml, UnsupportedEncoding, "RFC 6120 §11.6", "an encoding other than UTF-8";
    /// Something before the stream header that is neither white space nor a tag.
    NotXml: Xml, NotWellFormed, "RFC 6120 §11.3", "no XML";
    /// A document that ends inside its element.
    CutOff: Xml, NotWellFormed, "XML 1.0 §2.1", "an element that is cut off";
    /// Something after the end of the stream.
    AfterClose: Xml, NotWellFormed, "RFC 6120 §4.4", "data after the end of the stream";
    /// Character data between first-level elements that is not white space.
    TextBetweenElements: Stream, BadFormat, "RFC 6120 §11.7", "text between first-level elements";
    /// The root element is no `stream`.
    NotAStream: Stream, BadFormat, "RFC 6120 §4.2", "a root element that is no stream";
    /// The root element is a `stream` of another namespace.
    WrongStreamNamespace: Stream, InvalidNamespace, "RFC 6120 §4.8.1", "a stream in a foreign namespace";
    /// The content namespace of the stream is not one of ours, or that of a first-level element belongs to another kind of stream.
    UnknownContentNamespace: Stream, InvalidNamespace, "RFC 6120 §4.8.3", "an unsupported content namespace";
    /// The version of the stream is no version number.
    UnsupportedVersion: Stream, UnsupportedVersion, "RFC 6120 §4.7.5", "a malformed stream version";
    /// The header's `to` is no address.
    ImproperAddressing: Stream, ImproperAddressing, "RFC 6120 §4.7.2", "a malformed address in the stream's to";
    /// The header's `from` is no address.
    InvalidFrom: Stream, InvalidFrom, "RFC 6120 §4.7.1", "a malformed address in the stream's from";
    /// A first-level element of a content namespace has a prefix.
    PrefixedContent: Stream, BadNamespacePrefix, "RFC 6120 §4.8.5", "a prefix for the content namespace";
    /// A first-level element that is neither a stanza nor anything that streams are negotiated with.
    UnknownFirstLevelElement: Stream, UnsupportedStanzaType, "RFC 6120 §4.9.3.24", "an unsupported first-level element";
    /// Bytes after `<proceed/>` that were not sent under TLS.
    PlaintextAfterProceed: Stream, PolicyViolation, "RFC 6120 §5.4.3.3", "plain text after proceed";
    /// A WebSocket message or BOSH body that holds no single element.
    MalformedFrame: Stream, BadFormat, "RFC 7395 §3.2", "a frame that is not one element";
    /// More bytes than [`max_stanza_bytes`](crate::Limits::max_stanza_bytes).
    StanzaTooLarge: Limit, PolicyViolation, "RFC 6120 §13.12", "an element beyond the size limit";
    /// More elements than [`max_elements`](crate::Limits::max_elements).
    TooManyElements: Limit, PolicyViolation, "RFC 6120 §13.12", "too many elements";
    /// Deeper than [`max_depth`](crate::Limits::max_depth).
    TooDeep: Limit, PolicyViolation, "RFC 6120 §13.12", "elements nested too deeply";
    /// More attributes than [`max_attributes`](crate::Limits::max_attributes).
    TooManyAttributes: Limit, PolicyViolation, "RFC 6120 §13.12", "too many attributes";
    /// A value longer than [`max_value_bytes`](crate::Limits::max_value_bytes).
    ValueTooLong: Limit, PolicyViolation, "RFC 6120 §13.12", "an attribute value beyond the limit";
    /// A name longer than [`max_name_bytes`](crate::Limits::max_name_bytes).
    NameTooLong: Limit, PolicyViolation, "RFC 6120 §13.12", "a name beyond the limit";
    /// A namespace name longer than [`max_namespace_bytes`](crate::Limits::max_namespace_bytes).
    NamespaceTooLong: Limit, PolicyViolation, "RFC 6120 §13.12", "a namespace name beyond the limit";
    /// More prefixes in scope than [`max_bindings`](crate::Limits::max_bindings).
    TooManyBindings: Limit, PolicyViolation, "RFC 6120 §13.12", "too many namespace prefixes";
    /// More text than [`max_text_bytes`](crate::Limits::max_text_bytes).
    TextTooLong: Limit, PolicyViolation, "RFC 6120 §13.12", "text beyond the limit";
}

impl fmt::Display for DecodeErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Why a message cannot be encoded. Nothing has been written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// A name of an element, an attribute or a prefix is no name (XML 1.0 §2.3).
    #[error("a name that is no XML name")]
    InvalidName,
    /// Text with a character that XML does not allow (XML 1.0 §2.2).
    #[error("a character that XML does not allow")]
    IllegalCharacter,
    /// An attribute was written where no start tag is open.
    #[error("an attribute outside a start tag")]
    AttributeOutsideTag,
    /// The same attribute twice.
    #[error("a duplicate attribute")]
    DuplicateAttribute,
    /// An element was closed that was never opened, or left open.
    #[error("elements that do not nest")]
    Unbalanced,
    /// A namespace name that may not be declared (Namespaces in XML §3).
    #[error("a reserved namespace")]
    ReservedNamespace,
    /// `see-other-host` without another host or with one that is no domain and port, or a host for another condition (RFC 6120 §4.9.3.19).
    #[error("a stream error with a malformed or misplaced host")]
    InvalidHost,
    /// An iq without an id, or with the wrong number of payloads for its type (RFC 6120 §8.2.3).
    #[error("an iq that breaks the rules of its type")]
    InvalidIq,
    /// A stanza of type error without an error, or an error in a stanza of another type (RFC 6120 §8.3.1).
    #[error("a stanza error in the wrong place")]
    MisplacedError,
    /// A thread that is its own parent (RFC 6121 §5.2.5).
    #[error("a thread that is its own parent")]
    OwnParent,
    /// A `gone` or `redirect` whose content is no URI (RFC 6120 §8.3.3.5, RFC 6120 §8.3.3.14).
    #[error("an address in an error that is no URI")]
    InvalidUri,
    /// The output has no room.
    #[error("the output has no room")]
    NoRoom,
    /// A message begun with `start` has not been drained by `poll`.
    #[error("the message before has not been drained")]
    Busy,
    /// The element has no place inside a stream of this kind.
    #[error("nothing that can stand in this stream")]
    Misplaced,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_text_and_a_section() {
        for kind in DecodeErrorKind::ALL {
            assert_eq!(kind.name(), alloc::format!("{kind:?}"));
            assert!(kind.statement().contains('§'), "{kind:?}");
            assert!(!kind.text().is_empty());
            assert_eq!(kind.class() == Class::Limit, kind.statement() == "RFC 6120 §13.12", "{kind:?}");
        }
    }
}
