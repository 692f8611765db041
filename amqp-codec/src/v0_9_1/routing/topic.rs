//! Topic exchange. AMQP 0-9-1 §3.1.3.3.

/// Topic exchange: words between dots; `*` is one word, `#` is none or more. An empty key has no words.
///
/// Only the last `#` is ever tried again, so the time is linear in the key for a given pattern, whatever the number of `#`.
pub fn topic(pattern: &[u8], key: &[u8]) -> bool {
    let (mut pattern, mut key) = (Words::new(pattern), Words::new(key));
    // Where to go on when a word does not match: behind the last `#`, one word later in the key.
    let mut retry: Option<(Words<'_>, Words<'_>)> = None;
    loop {
        let mut ahead = key;
        let word = ahead.next();
        let mut pattern_ahead = pattern;
        match (pattern_ahead.next(), word) {
            (Some(b"#"), _) => {
                pattern = pattern_ahead;
                retry = Some((pattern, key));
                continue;
            }
            (Some(expected), Some(word)) if expected == b"*" || expected == word => {
                (pattern, key) = (pattern_ahead, ahead);
                continue;
            }
            (None, None) => return true,
            _ => {}
        }
        match &mut retry {
            Some((behind, from)) => {
                if from.next().is_none() {
                    return false;
                }
                (pattern, key) = (*behind, *from);
            }
            None => return false,
        }
    }
}

/// The words of a key.
#[derive(Clone, Copy)]
pub(super) struct Words<'k> {
    rest: Option<&'k [u8]>,
}

impl<'k> Words<'k> {
    pub(super) const fn new(key: &'k [u8]) -> Self {
        Self { rest: if key.is_empty() { None } else { Some(key) } }
    }

    pub(super) fn next(&mut self) -> Option<&'k [u8]> {
        let rest = self.rest?;
        match memchr::memchr(b'.', rest).and_then(|dot| rest.split_at_checked(dot)) {
            Some((word, tail)) => {
                self.rest = tail.get(1..);
                Some(word)
            }
            None => {
                self.rest = None;
                Some(rest)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_specification_s_examples() {
        // AMQP 0-9-1 §3.1.3.3.
        assert!(topic(b"*.stock.#", b"usd.stock"));
        assert!(topic(b"*.stock.#", b"eur.stock.db"));
        assert!(!topic(b"*.stock.#", b"stock.nasdaq"));
        assert!(topic(b"#", b""));
        assert!(!topic(b"*", b""));
        assert!(topic(b"#.#", b"a"));
        assert!(topic(b"a.#.b", b"a.b"));
        assert!(!topic(b"a.#.b", b"a.b.c"));
        assert!(topic(b"a..b", b"a..b"));
        assert!(topic(b"a.*.b", b"a..b"));
    }
}
