//! The text form of a policy, such that it parses back to an equal policy.

use super::{Atom, Item};
use alloc::vec::Vec;
use core::fmt;

struct Open {
    left: u16,
    separator: &'static str,
    close: &'static str,
    first: bool,
    /// Must an `or` or `and` directly below be in parentheses? Not in a list, where commas separate.
    group: bool,
}

pub(super) fn write(items: &[Item], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut open: Vec<Open> = Vec::new();
    for item in items {
        let mut group = false;
        if let Some(parent) = open.last_mut() {
            if !parent.first {
                f.write_str(parent.separator)?;
            }
            parent.first = false;
            group = parent.group;
        }
        let close = if group { ")" } else { "" };
        match item {
            Item::And(n) | Item::Or(n) => {
                f.write_str(if group { "(" } else { "" })?;
                let separator = if matches!(item, Item::And(_)) { " and " } else { " or " };
                open.push(Open { left: *n, separator, close, first: true, group: true });
                continue;
            }
            Item::Of(k, n) => {
                write!(f, "{k} of (")?;
                open.push(Open { left: *n, separator: ", ", close: ")", first: true, group: false });
                continue;
            }
            Item::Atom(atom) => write!(f, "{atom}")?,
        }
        while let Some(mut top) = open.pop() {
            top.left = top.left.saturating_sub(1);
            if top.left > 0 {
                open.push(top);
                break;
            }
            f.write_str(top.close)?;
        }
    }
    Ok(())
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Topic(filter) => {
                f.write_str("topic(")?;
                quote(filter, f)?;
                f.write_str(")")
            }
            Self::Text { name, value } => {
                write!(f, "{name} = ")?;
                quote(value, f)
            }
            Self::Number { name, bits, lo, hi } => {
                if lo == hi {
                    write!(f, "{name} = {lo}")?;
                } else {
                    write!(f, "{name} in [{lo}..{hi}]")?;
                }
                if *bits == 32 { Ok(()) } else { write!(f, "#{bits}") }
            }
            Self::Epoch { lo, hi } => write!(f, "epoch in [{lo}..{hi}]"),
        }
    }
}

fn quote(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for piece in text.split_inclusive(['"', '\\']) {
        match piece.strip_suffix(['"', '\\']) {
            Some(plain) => {
                f.write_str(plain)?;
                f.write_str(if piece.ends_with('"') { "\\\"" } else { "\\\\" })?;
            }
            None => f.write_str(piece)?,
        }
    }
    f.write_str("\"")
}
