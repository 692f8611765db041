//! quick-xml where it shines: a validated element as its events, or straight into a struct of yours with serde, and its writer into a stanza.
//!
//! The only module with quick-xml's types in its signatures (feature `quick-xml`, on by default).

extern crate std;

use alloc::string::String;
use alloc::vec::Vec;

use quick_xml::de::DeError;
use quick_xml::{NsReader, Writer as QuickWriter};
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::element::{Element, ElementRef};
use crate::error::{DecodeError, DecodeErrorKind as Kind, EncodeError};
use crate::framing;
use crate::limits::Limits;
use crate::text::Text;
use crate::walk_events::{Event, Events};
use crate::writer::Writer;

/// The element as a document of its own, its names without prefixes: every namespace is declared as the default where it changes.
///
/// # Errors
/// Never for what the decoder accepted.
pub fn document(element: &ElementRef<'_>) -> Result<String, EncodeError> {
    let mut w = Writer::new(Context::EMPTY);
    for event in Events::of(element) {
        match event {
            Event::Start(tag) => start(&mut w, &tag),
            Event::Text(text) => w.text(&text.to_cow()),
            Event::End => w.close(),
        }
    }
    Ok(String::from(core::str::from_utf8(w.finish()?).unwrap_or_default()))
}

fn start(w: &mut Writer, tag: &ElementRef<'_>) {
    w.open(&tag.namespace().to_cow(), tag.name());
    for (at, attribute) in tag.attributes().enumerate() {
        let (namespace, value) = (attribute.namespace.to_cow(), attribute.value.to_cow());
        if namespace.is_empty() {
            w.attr(attribute.name, &value);
        } else if namespace == crate::ns::XML && attribute.name == "lang" {
            w.lang(&value);
        } else if namespace != crate::ns::XML {
            w.attr_in(&namespace, &alloc::format!("a{at}"), attribute.name, &value);
        }
    }
}

/// Reads the element into a struct: `#[derive(Deserialize)]`, attributes as `@name`, text as `$text`.
///
/// # Errors
/// Those of quick-xml's deserializer.
pub fn from_element<T: DeserializeOwned>(element: &ElementRef<'_>) -> Result<T, DeError> {
    let document = document(element).map_err(|error| DeError::Custom(alloc::format!("{error}")))?;
    quick_xml::de::from_str(&document)
}

/// A reader of quick-xml's events over a [`document`].
pub fn reader(document: &str) -> NsReader<&[u8]> {
    NsReader::from_str(document)
}

/// What was written with quick-xml, checked: an element that can be sent.
///
/// # Errors
/// The bytes are not exactly one well-formed element: quick-xml's writer checks neither names nor characters.
pub fn to_element(writer: QuickWriter<Vec<u8>>) -> Result<Element<'static>, DecodeError> {
    let bytes = writer.into_inner();
    framing::document(&bytes, &Limits::MAX, true)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Element::new(Text::from(text), Context::EMPTY)),
        Err(error) => Err(DecodeError { kind: Kind::InvalidUtf8, offset: error.utf8_error().valid_up_to() }),
    }
}
