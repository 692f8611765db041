//! Publish-subscribe (XEP-0060) and the personal eventing protocol (XEP-0163).

use crate::{ElementRef, Jid, PayloadError, ToXml, Value, Writer};

/// The namespace of requests.
pub const NS: &str = "http://jabber.org/protocol/pubsub";
/// The namespace of notifications.
pub const NS_EVENT: &str = "http://jabber.org/protocol/pubsub#event";
/// The namespace of the owner's requests.
pub const NS_OWNER: &str = "http://jabber.org/protocol/pubsub#owner";
/// The namespace of error conditions.
pub const NS_ERRORS: &str = "http://jabber.org/protocol/pubsub#errors";

view! {
    /// `<pubsub/>`: one action, and what belongs to it.
    PubSub, NS, "pubsub"
}

/// What a `<pubsub/>` asks for or answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action<'a> {
    /// Publishes items (§7.1).
    Publish {
        /// The node.
        node: Value<'a>,
        /// The items.
        items: Items<'a>,
    },
    /// Retracts items (§7.2).
    Retract {
        /// The node.
        node: Value<'a>,
        /// The items.
        items: Items<'a>,
    },
    /// Asks for items, or brings them (§6.5).
    Items {
        /// The node.
        node: Value<'a>,
        /// The items.
        items: Items<'a>,
        /// At most so many.
        max_items: Option<u64>,
    },
    /// Subscribes (§6.1).
    Subscribe {
        /// The node, or the root.
        node: Option<Value<'a>>,
        /// Who.
        jid: Jid<'a>,
    },
    /// Unsubscribes (§6.2).
    Unsubscribe {
        /// The node, or the root.
        node: Option<Value<'a>>,
        /// Who.
        jid: Jid<'a>,
        /// Which of several subscriptions.
        subid: Option<Value<'a>>,
    },
    /// Creates a node (§8.1).
    Create {
        /// The node, if the service shall not choose.
        node: Option<Value<'a>>,
    },
    /// Anything else: subscriptions, affiliations, options, default.
    Other(ElementRef<'a>),
}

fn action<'a>(element: &ElementRef<'a>) -> Result<Action<'a>, PayloadError> {
    let node = element.attribute("node");
    let needed = || node.ok_or(PayloadError::missing("node"));
    let jid = || element.jid("jid")?.ok_or(PayloadError::missing("jid"));
    let items = Items(*element);
    Ok(match element.name() {
        "publish" => Action::Publish { node: needed()?, items },
        "retract" => Action::Retract { node: needed()?, items },
        "items" => Action::Items { node: needed()?, items, max_items: element.parsed("max_items")? },
        "subscribe" => Action::Subscribe { node, jid: jid()? },
        "unsubscribe" => Action::Unsubscribe { node, jid: jid()?, subid: element.attribute("subid") },
        "create" => Action::Create { node },
        _ => Action::Other(*element),
    })
}

impl<'a> PubSub<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        match self.0.children().find(|child| child.namespace() == *NS) {
            Some(child) => action(&child).map(drop),
            None => Ok(()),
        }
    }

    /// The action.
    pub fn action(&self) -> Option<Action<'a>> {
        let child = self.0.children().find(|child| child.namespace() == *NS)?;
        action(&child).ok()
    }

    /// The options of a publication (§7.1.5), or the configuration of a new node: the form.
    pub fn form(&self, name: &str) -> Option<super::forms::Form<'a>> {
        self.0.sibling(name)?.payload()?.ok()
    }

    /// The page (XEP-0059).
    pub fn set(&self) -> Option<super::rsm::Set<'a>> {
        self.0.payload()?.ok()
    }
}

/// The items of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Items<'a>(ElementRef<'a>);

/// An item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a> {
    /// Its id.
    pub id: Option<Value<'a>>,
    /// Who published it.
    pub publisher: Option<Value<'a>>,
    /// What it carries; nothing in a retraction or a mere notification.
    pub payload: Option<ElementRef<'a>>,
    /// True if the item was retracted.
    pub retracted: bool,
}

impl<'a> Items<'a> {
    /// The items, retracted ones too.
    pub fn iter(&self) -> impl Iterator<Item = Item<'a>> {
        let namespace = self.0.namespace();
        let own = self.0.children().filter(move |child| child.namespace() == namespace);
        own.filter(|child| matches!(child.name(), "item" | "retract")).map(|child| Item {
            id: child.attribute("id"),
            publisher: child.attribute("publisher"),
            payload: child.children().next(),
            retracted: child.name() == "retract",
        })
    }
}

view! {
    /// `<event/>` in a message: what happened to a node.
    Event, NS_EVENT, "event"
}

impl<'a> Event<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        match self.0.sibling("items") {
            Some(items) => items.required("node").map(drop),
            None => Ok(()),
        }
    }

    /// Items that were published or retracted (§7.1.2.1): the node and the items.
    pub fn items(&self) -> Option<(Value<'a>, Items<'a>)> {
        let items = self.0.sibling("items")?;
        Some((items.attribute("node")?, Items(items)))
    }

    /// Anything else: configuration, delete, purge, subscription, collection.
    pub fn other(&self) -> Option<ElementRef<'a>> {
        self.0.children().find(|child| child.namespace() == *NS_EVENT && child.name() != "items")
    }
}

/// A publication to be sent.
#[derive(Clone, Copy)]
pub struct NewPublish<'a> {
    /// The node.
    pub node: &'a str,
    /// The id of the item, if the service shall not choose.
    pub id: Option<&'a str>,
    /// The payload.
    pub payload: &'a dyn ToXml,
}

impl core::fmt::Debug for NewPublish<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("NewPublish").field("node", &self.node).field("id", &self.id).finish_non_exhaustive()
    }
}

impl ToXml for NewPublish<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "pubsub");
        w.open(NS, "publish");
        w.attr("node", self.node);
        w.open(NS, "item");
        w.attr_opt("id", self.id);
        self.payload.to_xml(w);
        w.close();
        w.close();
        w.close();
    }
}
