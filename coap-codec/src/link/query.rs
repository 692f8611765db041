//! Queries of `/.well-known/core` (RFC 6690 §4.1).

use super::{Link, Links, links};

/// A query `name=value`; a `*` at the end of the value stands for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter<'q> {
    name: &'q str,
    value: &'q str,
    is_prefix: bool,
}

impl<'q> Filter<'q> {
    /// Reads the value of a Uri-Query, which is percent-decoded already. `None` if it is not `name=value`.
    #[must_use]
    pub fn parse(query: &'q str) -> Option<Self> {
        let (name, value) = query.split_once('=')?;
        let (value, is_prefix) = match value.strip_suffix('*') {
            Some(prefix) => (prefix, true),
            None => (value, false),
        };
        Some(Self { name, value, is_prefix }).filter(|filter| !filter.name.is_empty())
    }

    /// True if the link has what the query asks for. `href` is the target; values that are lists match if one of their parts does.
    #[must_use]
    pub fn matches(&self, link: &Link<'_>) -> bool {
        match self.name {
            "href" => self.fits(link.target.chars()),
            // RFC 6690 §3, §4.1: values are compared as strings; relation types, rt and if are lists with blanks between; so is ct.
            "rt" | "if" | "rel" | "rev" | "ct" => link.values(self.name).any(|value| self.fits(value.chars())),
            name => link.attribute(name).is_some_and(|value| self.fits(value.chars())),
        }
    }

    fn fits(&self, mut value: impl Iterator<Item = char>) -> bool {
        let begins = self.value.chars().all(|wanted| value.next() == Some(wanted));
        begins && (self.is_prefix || value.next().is_none())
    }
}

/// The links of a document that a query selects; all of them without one (RFC 6690 §4.1).
pub fn filter<'a>(
    document: &'a str,
    query: Option<Filter<'a>>,
) -> impl Iterator<Item = <Links<'a> as Iterator>::Item> + 'a {
    links(document).filter(move |link| match (link, query) {
        (Ok(link), Some(query)) => query.matches(link),
        _ => true,
    })
}
