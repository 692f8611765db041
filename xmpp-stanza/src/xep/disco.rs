//! Service discovery (XEP-0030).

use super::forms::Form;
use crate::{ElementRef, Jid, PayloadError, ToXml, Value, Writer};

/// The namespace of information.
pub const NS_INFO: &str = "http://jabber.org/protocol/disco#info";
/// The namespace of items.
pub const NS_ITEMS: &str = "http://jabber.org/protocol/disco#items";

view! {
    /// `<query/>` for information: identities, features, and forms (XEP-0128).
    Info, NS_INFO, "query"
}

/// What an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Identity<'a> {
    /// The category, of the registry.
    pub category: Option<Value<'a>>,
    /// The type, of the registry.
    pub kind: Option<Value<'a>>,
    /// The name, for people.
    pub name: Option<Value<'a>>,
    /// The language of the name.
    pub lang: Option<Value<'a>>,
}

impl<'a> Info<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        for child in self.0.children().filter(|child| child.namespace() == *NS_INFO) {
            match child.name() {
                "identity" => {
                    child.required("category")?;
                    child.required("type")?;
                }
                "feature" => {
                    child.required("var")?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// The node that is asked about.
    pub fn node(&self) -> Option<Value<'a>> {
        self.0.attribute("node")
    }

    /// What the entity is.
    pub fn identities(&self) -> impl Iterator<Item = Identity<'a>> {
        self.0.children().filter(|child| child.is(NS_INFO, "identity")).map(|identity| Identity {
            category: identity.attribute("category"),
            kind: identity.attribute("type"),
            name: identity.attribute("name"),
            lang: identity.attribute_in(crate::ns::XML, "lang"),
        })
    }

    /// What the entity can.
    pub fn features(&self) -> impl Iterator<Item = Value<'a>> {
        self.0.children().filter(|child| child.is(NS_INFO, "feature")).filter_map(|feature| feature.attribute("var"))
    }

    /// True if the entity has the feature.
    pub fn has(&self, feature: &str) -> bool {
        self.features().any(|var| var == *feature)
    }

    /// Extended information (XEP-0128).
    pub fn forms(&self) -> impl Iterator<Item = Form<'a>> {
        self.0.children().filter_map(|child| child.get().and_then(Result::ok))
    }
}

view! {
    /// `<query/>` for items.
    Items, NS_ITEMS, "query"
}

/// An item that belongs to an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its address.
    pub jid: Jid<'a>,
    /// Its name, for people.
    pub name: Option<Value<'a>>,
    /// Its node.
    pub node: Option<Value<'a>>,
}

fn item<'a>(element: &ElementRef<'a>) -> Result<Item<'a>, PayloadError> {
    let jid = element.jid("jid")?.ok_or(PayloadError::missing("jid"))?;
    Ok(Item { jid, name: element.attribute("name"), node: element.attribute("node") })
}

impl<'a> Items<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.0.children().filter(|child| child.is(NS_ITEMS, "item")).try_for_each(|child| item(&child).map(drop))
    }

    /// The node that is asked about.
    pub fn node(&self) -> Option<Value<'a>> {
        self.0.attribute("node")
    }

    /// The items.
    pub fn items(&self) -> impl Iterator<Item = Item<'a>> {
        self.0.children().filter(|child| child.is(NS_ITEMS, "item")).filter_map(|child| item(&child).ok())
    }
}

/// A `<query/>` for information, or its answer, to be sent.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewInfo<'a> {
    /// The node.
    pub node: Option<&'a str>,
    /// What the entity is: category, type, name.
    pub identities: &'a [(&'a str, &'a str, Option<&'a str>)],
    /// What it can.
    pub features: &'a [&'a str],
}

impl ToXml for NewInfo<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS_INFO, "query");
        w.attr_opt("node", self.node);
        for (category, kind, name) in self.identities {
            w.open(NS_INFO, "identity");
            w.attr("category", category);
            w.attr("type", kind);
            w.attr_opt("name", *name);
            w.close();
        }
        for feature in self.features {
            w.open(NS_INFO, "feature");
            w.attr("var", feature);
            w.close();
        }
        w.close();
    }
}
