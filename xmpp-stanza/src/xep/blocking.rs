//! Blocking command (XEP-0191).

use crate::{Jid, PayloadError, ToXml, Writer};

/// The namespace.
pub const NS: &str = "urn:xmpp:blocking";

view! {
    /// `<blocklist/>`: asked for empty, answered with items.
    BlockList, NS, "blocklist"
}

view! {
    /// `<block/>`: at least one item (§3.3).
    Block, NS, "block"
}

view! {
    /// `<unblock/>`: the items, or everybody if there are none (§3.4, §3.5).
    Unblock, NS, "unblock"
}

fn check_items(element: &crate::ElementRef<'_>) -> Result<usize, PayloadError> {
    let mut count = 0_usize;
    for item in element.children().filter(|child| child.name() == "item" && child.namespace() == *NS) {
        item.jid("jid")?.ok_or(PayloadError::missing("jid"))?;
        count = count.saturating_add(1);
    }
    Ok(count)
}

fn items<'a>(element: &crate::ElementRef<'a>) -> impl Iterator<Item = Jid<'a>> {
    let items = element.children().filter(|child| child.name() == "item" && child.namespace() == *NS);
    items.filter_map(|item| item.jid("jid").ok().flatten())
}

impl<'a> BlockList<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        check_items(&self.0).map(drop)
    }

    /// Who is blocked.
    pub fn items(&self) -> impl Iterator<Item = Jid<'a>> {
        items(&self.0)
    }
}

impl<'a> Block<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        // XEP-0191 §3.3: a block without an item is a bad request.
        if check_items(&self.0)? == 0 { Err(PayloadError::missing("item")) } else { Ok(()) }
    }

    /// Whom to block.
    pub fn items(&self) -> impl Iterator<Item = Jid<'a>> {
        items(&self.0)
    }
}

impl<'a> Unblock<'a> {
    fn check(&self) -> Result<(), PayloadError> {
        check_items(&self.0).map(drop)
    }

    /// Whom to unblock; everybody if there is nobody.
    pub fn items(&self) -> impl Iterator<Item = Jid<'a>> {
        items(&self.0)
    }
}

/// A `<block/>`, `<unblock/>` or `<blocklist/>` to be sent.
#[derive(Debug, Clone, Copy)]
pub struct NewBlocking<'a> {
    /// The name of the element.
    pub name: &'a str,
    /// The addresses.
    pub items: &'a [Jid<'a>],
}

impl ToXml for NewBlocking<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, self.name);
        for item in self.items {
            w.open(NS, "item");
            w.attr("jid", item.as_str());
            w.close();
        }
        w.close();
    }
}
