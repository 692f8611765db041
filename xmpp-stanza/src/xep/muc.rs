//! Multi-user chat (XEP-0045), the basics: joining, occupants, invitations, administration.

use super::datetime::DateTime;
use crate::{ElementRef, Jid, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace of joining.
pub const NS: &str = "http://jabber.org/protocol/muc";
/// The namespace of what the room says.
pub const NS_USER: &str = "http://jabber.org/protocol/muc#user";
/// The namespace of administration.
pub const NS_ADMIN: &str = "http://jabber.org/protocol/muc#admin";
/// The namespace of ownership.
pub const NS_OWNER: &str = "http://jabber.org/protocol/muc#owner";

words! {
    /// A long-lived relation to a room (§5.2).
    Affiliation {
        /// Owns the room.
        Owner "owner",
        /// Administers it.
        Admin "admin",
        /// Belongs to it.
        Member "member",
        /// Kept out.
        Outcast "outcast",
        /// None of these.
        None "none",
    }
}

words! {
    /// What an occupant may do for now (§5.1).
    Role {
        /// Kicks and gives voice.
        Moderator "moderator",
        /// Speaks.
        Participant "participant",
        /// Listens.
        Visitor "visitor",
        /// Not in the room.
        None "none",
    }
}

/// `<x/>` in a presence: asks to enter (§7.2).
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Join<'a> {
    /// The password of the room.
    pub password: Option<Value<'a>>,
    /// How much history is wanted.
    pub history: Option<History>,
}

impl core::fmt::Debug for Join<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let password = self.password.map(|_| "<redacted>");
        f.debug_struct("Join").field("password", &password).field("history", &self.history).finish()
    }
}

/// Limits on the history (§7.2.15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct History {
    /// Characters of XML.
    pub max_chars: Option<u32>,
    /// Messages.
    pub max_stanzas: Option<u32>,
    /// Seconds back.
    pub seconds: Option<u32>,
    /// Since when.
    pub since: Option<DateTime>,
}

impl<'a> Payload<'a> for Join<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "x";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let history = match element.sibling("history") {
            Some(history) => Some(History {
                max_chars: history.parsed("maxchars")?,
                max_stanzas: history.parsed("maxstanzas")?,
                seconds: history.parsed("seconds")?,
                since: history.parsed("since")?,
            }),
            None => None,
        };
        Ok(Self { password: element.child_text("password"), history })
    }
}

impl ToXml for Join<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "x");
        if let Some(history) = &self.history {
            w.open(NS, "history");
            let numbers =
                [("maxchars", history.max_chars), ("maxstanzas", history.max_stanzas), ("seconds", history.seconds)];
            for (name, value) in numbers {
                if let Some(value) = value {
                    w.attr_display(name, &value);
                }
            }
            if let Some(since) = history.since {
                w.attr_display("since", &since);
            }
            w.close();
        }
        if let Some(password) = &self.password {
            w.leaf(NS, "password", &password.to_cow());
        }
        w.close();
    }
}

/// An occupant or a user, in presence and in administration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item<'a> {
    /// The affiliation.
    pub affiliation: Option<Affiliation>,
    /// The role.
    pub role: Option<Role>,
    /// The real address, where it is shown.
    pub jid: Option<Jid<'a>>,
    /// The nickname.
    pub nick: Option<Value<'a>>,
    /// Why.
    pub reason: Option<Value<'a>>,
}

fn item<'a>(element: &ElementRef<'a>) -> Result<Item<'a>, PayloadError> {
    let affiliation = match element.attribute("affiliation") {
        Some(value) => Some(Affiliation::of(&value.to_cow()).ok_or(PayloadError::invalid("affiliation"))?),
        None => None,
    };
    let role = match element.attribute("role") {
        Some(value) => Some(Role::of(&value.to_cow()).ok_or(PayloadError::invalid("role"))?),
        None => None,
    };
    let (jid, nick, reason) = (element.jid("jid")?, element.attribute("nick"), element.child_text("reason"));
    Ok(Item { affiliation, role, jid, nick, reason })
}

fn items<'a>(element: &ElementRef<'a>) -> impl Iterator<Item = ElementRef<'a>> + use<'a> {
    let namespace = element.namespace();
    element.children().filter(move |child| child.name() == "item" && child.namespace() == namespace)
}

view! {
    /// `<x/>` of the room: items, status codes, invitations, the password, destruction.
    User, NS_USER, "x"
}

impl<'a> User<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        items(&self.0).try_for_each(|child| item(&child).map(drop))?;
        self.0
            .children()
            .filter(|child| child.is(NS_USER, "status"))
            .try_for_each(|status| status.parsed::<u16>("code")?.map(drop).ok_or(PayloadError::missing("code")))
    }

    /// The occupant that the presence is about.
    pub fn items(&self) -> impl Iterator<Item = Item<'a>> {
        items(&self.0).filter_map(|child| item(&child).ok())
    }

    /// The status codes (§15.6.2).
    pub fn statuses(&self) -> impl Iterator<Item = u16> {
        let statuses = self.0.children().filter(|child| child.is(NS_USER, "status"));
        statuses.filter_map(|status| status.parsed("code").ok().flatten())
    }

    /// Invitations (§7.8.2), declined ones too: `invite` and `decline`.
    pub fn invitations(&self) -> impl Iterator<Item = ElementRef<'a>> {
        self.0.children().filter(|child| child.is(NS_USER, "invite") || child.is(NS_USER, "decline"))
    }

    /// The password that an invitation brings along.
    pub fn password(&self) -> Option<Value<'a>> {
        self.0.child_text("password")
    }
}

view! {
    /// `<query/>` of administration: items.
    Admin, NS_ADMIN, "query"
}

impl<'a> Admin<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        items(&self.0).try_for_each(|child| item(&child).map(drop))
    }

    /// The users or occupants.
    pub fn items(&self) -> impl Iterator<Item = Item<'a>> {
        items(&self.0).filter_map(|child| item(&child).ok())
    }
}

view! {
    /// `<query/>` of the owner: a form, or the destruction of the room.
    Owner, NS_OWNER, "query"
}

impl<'a> Owner<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        Ok(())
    }

    /// The configuration.
    pub fn form(&self) -> Option<super::forms::Form<'a>> {
        self.0.payload()?.ok()
    }

    /// The order to destroy the room.
    pub fn destroy(&self) -> Option<ElementRef<'a>> {
        self.0.sibling("destroy")
    }
}
