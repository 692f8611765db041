//! Chat state notifications (XEP-0085).

use crate::{ElementRef, ToXml, Writer};

/// The namespace.
pub const NS: &str = "http://jabber.org/protocol/chatstates";

words! {
    /// A chat state (§2).
    ChatState {
        /// Attending to the chat.
        Active "active",
        /// Composing a message.
        Composing "composing",
        /// Paused composing.
        Paused "paused",
        /// Not attending for a while.
        Inactive "inactive",
        /// Left the chat.
        Gone "gone",
    }
}

impl ChatState {
    /// The chat state among the children of a message.
    pub fn find<'a>(mut children: impl Iterator<Item = ElementRef<'a>>) -> Option<Self> {
        children.find_map(|child| (child.namespace() == *NS).then(|| Self::of(child.name()))?)
    }
}

impl ToXml for ChatState {
    fn to_xml(&self, w: &mut Writer) {
        w.leaf(NS, self.as_str(), "");
    }
}
