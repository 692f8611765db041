//! JID escaping (XEP-0106): characters that local parts may not have, as `\20` and so on.

use alloc::borrow::Cow;
use alloc::string::String;

const ESCAPES: [(char, &str); 10] = [
    (' ', "20"),
    ('"', "22"),
    ('&', "26"),
    ('\'', "27"),
    ('/', "2f"),
    (':', "3a"),
    ('<', "3c"),
    ('>', "3e"),
    ('@', "40"),
    ('\\', "5c"),
];

/// Escapes a native identifier into a local part (XEP-0106 §4.2). A backslash is escaped only where it would read as an escape.
pub fn escape_local(native: &str) -> Cow<'_, str> {
    if !native.contains(|c| ESCAPES.iter().any(|(plain, _)| *plain == c)) {
        return Cow::Borrowed(native);
    }
    let mut out = String::with_capacity(native.len().saturating_mul(2));
    for (at, c) in native.char_indices() {
        let rest = native.get(at.saturating_add(c.len_utf8())..).unwrap_or_default();
        match ESCAPES.iter().find(|(plain, _)| *plain == c) {
            Some((_, code)) if c != '\\' || escape_at(rest).is_some() => {
                out.push('\\');
                out.push_str(code);
            }
            _ => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// Turns a local part back into the native identifier (XEP-0106 §4.3). `\20` at the beginning or the end stays as it is: such spaces may
/// not be escaped.
pub fn unescape_local(local: &str) -> Cow<'_, str> {
    if !local.contains('\\') {
        return Cow::Borrowed(local);
    }
    let mut out = String::with_capacity(local.len());
    let mut rest = local;
    while let Some((before, behind)) = rest.split_once('\\') {
        out.push_str(before);
        let outermost = (out.is_empty() && rest.len() == local.len()) || behind.len() == 2;
        match escape_at(behind) {
            Some(c) if c != ' ' || !outermost => {
                out.push(c);
                rest = behind.get(2..).unwrap_or_default();
            }
            _ => {
                out.push('\\');
                rest = behind;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that the two hexadecimal digits at the front stand for.
fn escape_at(rest: &str) -> Option<char> {
    let code = rest.get(..2)?;
    ESCAPES.iter().find(|(_, known)| *known == code).map(|(plain, _)| *plain)
}
