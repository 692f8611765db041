//! Rosters (RFC 6121 §2) and the subscriptions in them (§3).

use crate::{ElementRef, Jid, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "jabber:iq:roster";

words! {
    /// The state of a subscription (RFC 6121 §2.1.2.5).
    Subscription {
        /// Nobody is subscribed.
        None "none",
        /// The user is subscribed to the contact.
        To "to",
        /// The contact is subscribed to the user.
        From "from",
        /// Both are.
        Both "both",
        /// The item is to be removed.
        Remove "remove",
    }
}

view! {
    /// `<query/>`: the roster or a change of it.
    Roster, NS, "query"
}

/// A contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item<'a>(ElementRef<'a>);

impl<'a> Item<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        // RFC 6121 §2.1.2.3: every item has an address.
        self.0.jid("jid")?.ok_or(PayloadError::missing("jid"))?;
        if let Some(value) = self.0.attribute("subscription") {
            Subscription::of(&value.to_cow()).ok_or(PayloadError::invalid("subscription"))?;
        }
        // RFC 6121 §2.1.2.2: subscribe is the only value.
        if self.0.attribute("ask").is_some_and(|ask| ask != "subscribe") {
            return Err(PayloadError::invalid("ask"));
        }
        self.0.flag("approved").map(drop)
    }

    /// The address.
    pub fn jid(&self) -> Option<Jid<'a>> {
        self.0.jid("jid").ok().flatten()
    }

    /// The name that the user gave.
    pub fn name(&self) -> Option<Value<'a>> {
        self.0.attribute("name")
    }

    /// The state of the subscription; none where nothing is said. To be ignored: `Remove` in a result, all but `Remove` in a set.
    pub fn subscription(&self) -> Subscription {
        let given = self.0.attribute("subscription").and_then(|value| Subscription::of(&value.to_cow()));
        given.unwrap_or(Subscription::None)
    }

    /// True if the user asked the contact for a subscription.
    pub fn ask(&self) -> bool {
        self.0.attribute("ask").is_some()
    }

    /// True if the contact's subscription is approved in advance (§3.4).
    pub fn approved(&self) -> bool {
        self.0.flag("approved").ok().flatten().unwrap_or(false)
    }

    /// The groups.
    pub fn groups(&self) -> impl Iterator<Item = Value<'a>> {
        self.0.children().filter(|child| child.is(NS, "group")).map(|group| group.text())
    }
}

impl<'a> Roster<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        self.items().try_for_each(|item| item.check())
    }

    /// The version (§2.6).
    pub fn ver(&self) -> Option<Value<'a>> {
        self.0.attribute("ver")
    }

    /// The contacts.
    pub fn items(&self) -> impl Iterator<Item = Item<'a>> {
        self.0.children().filter(|child| child.is(NS, "item")).map(Item)
    }

    /// That a roster get has no items (RFC 6121 §2.1.3).
    ///
    /// # Errors
    /// There is one.
    pub fn no_item(&self) -> Result<(), PayloadError> {
        if self.items().next().is_some() { Err(PayloadError::invalid("item")) } else { Ok(()) }
    }

    /// The one item of a roster set or push (§2.1.5, §2.1.6, §2.3.3), whose groups must be distinct and not empty.
    ///
    /// # Errors
    /// There is not exactly one, or a group is repeated or empty.
    pub fn set_item(&self) -> Result<Item<'a>, PayloadError> {
        // RFC 6121 §2.1.5, RFC 6121 §2.1.6: exactly one item.
        let mut items = self.items();
        let item = items.next().ok_or(PayloadError::missing("item"))?;
        if items.next().is_some() {
            return Err(PayloadError::repeated("item"));
        }
        let mut groups: alloc::vec::Vec<_> = item.groups().map(|group| group.to_cow()).collect();
        groups.sort_unstable();
        // RFC 6121 §2.3.3: more than one group of the same name; an empty group.
        if groups.windows(2).any(|pair| matches!(pair, [a, b] if a == b)) {
            return Err(PayloadError::repeated("group"));
        }
        if groups.iter().any(|group| group.is_empty()) { Err(PayloadError::empty("group")) } else { Ok(item) }
    }
}

/// A contact to be sent. `ask` and `approved` are the server's to say: a client's set has neither (§2.1.2.1, §2.1.2.2).
#[derive(Debug, Clone, Copy)]
pub struct NewItem<'a> {
    /// The address.
    pub jid: &'a Jid<'a>,
    /// The name.
    pub name: Option<&'a str>,
    /// The state of the subscription; only `remove` means something to a server.
    pub subscription: Option<Subscription>,
    /// True if the user asked for a subscription (RFC 6121 §3.1.2).
    pub ask: bool,
    /// True if the contact's subscription is approved in advance (RFC 6121 §3.4.2).
    pub approved: bool,
    /// The groups.
    pub groups: &'a [&'a str],
}

/// A roster to be sent: asked for with no items, answered with all, changed and pushed with one.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewRoster<'a> {
    /// The version; in a get the one that is cached, empty if none is (RFC 6121 §2.6.2).
    pub ver: Option<&'a str>,
    /// The contacts.
    pub items: &'a [NewItem<'a>],
}

impl ToXml for NewRoster<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "query");
        w.attr_opt("ver", self.ver);
        for item in self.items {
            w.open(NS, "item");
            if item.approved {
                w.attr("approved", "true");
            }
            if item.ask {
                w.attr("ask", "subscribe");
            }
            w.attr("jid", item.jid.as_str());
            w.attr_opt("name", item.name);
            w.attr_opt("subscription", item.subscription.map(Subscription::as_str));
            for group in item.groups {
                w.leaf(NS, "group", group);
            }
            w.close();
        }
        w.close();
    }
}
