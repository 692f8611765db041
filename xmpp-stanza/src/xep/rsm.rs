//! Result set management (XEP-0059).

use crate::{ElementRef, Payload, PayloadError, ToXml, Value, Writer};

/// The namespace.
pub const NS: &str = "http://jabber.org/protocol/rsm";

/// `<set/>`: which page is wanted, or which page this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Set<'a> {
    /// At most so many.
    pub max: Option<u64>,
    /// The page behind this item.
    pub after: Option<Value<'a>>,
    /// The page before this item; empty: the last page.
    pub before: Option<Value<'a>>,
    /// The page that begins with this item.
    pub index: Option<u64>,
    /// The first item of the page.
    pub first: Option<Value<'a>>,
    /// Where the first item stands.
    pub first_index: Option<u64>,
    /// The last item of the page.
    pub last: Option<Value<'a>>,
    /// How many items there are.
    pub count: Option<u64>,
}

impl<'a> Payload<'a> for Set<'a> {
    const NAMESPACE: &'static str = NS;
    const NAME: &'static str = "set";

    fn decode(element: &ElementRef<'a>) -> Result<Self, PayloadError> {
        let mut set = Self::default();
        let number = |child: &ElementRef<'_>, name| {
            child.text().to_cow().trim().parse().map(Some).map_err(|_| PayloadError::invalid(name))
        };
        for child in element.children().filter(|child| child.namespace() == *NS) {
            match child.name() {
                "max" => set.max = number(&child, "max")?,
                "index" => set.index = number(&child, "index")?,
                "count" => set.count = number(&child, "count")?,
                "after" => set.after = Some(child.text()),
                "before" => set.before = Some(child.text()),
                "last" => set.last = Some(child.text()),
                "first" => {
                    set.first = Some(child.text());
                    set.first_index = child.parsed("index")?;
                }
                _ => {}
            }
        }
        Ok(set)
    }
}

impl ToXml for Set<'_> {
    fn to_xml(&self, w: &mut Writer) {
        w.open(NS, "set");
        let number = |w: &mut Writer, name, value: Option<u64>| {
            if let Some(value) = value {
                w.open(NS, name);
                w.text_display(&value);
                w.close();
            }
        };
        let text = |w: &mut Writer, name, value: Option<Value<'_>>| {
            if let Some(value) = value {
                w.leaf(NS, name, &value.to_cow());
            }
        };
        number(w, "max", self.max);
        text(w, "after", self.after);
        text(w, "before", self.before);
        number(w, "index", self.index);
        if let Some(first) = self.first {
            w.open(NS, "first");
            if let Some(index) = self.first_index {
                w.attr_display("index", &index);
            }
            w.text(&first.to_cow());
            w.close();
        }
        text(w, "last", self.last);
        number(w, "count", self.count);
        w.close();
    }
}
