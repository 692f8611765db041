//! A place between the levels of a topic or filter, that goes forward and back.

#[derive(Debug, Clone, Copy)]
pub(crate) struct Levels<'a> {
    text: &'a str,
    /// Where the next level begins; one byte behind the text when there is none.
    at: usize,
    taken: u32,
}

impl<'a> Levels<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, taken: 0 }
    }

    /// How many levels are taken.
    pub(crate) const fn taken(&self) -> u32 {
        self.taken
    }

    /// Takes the next level.
    #[inline]
    pub(crate) fn next(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..)?;
        let len = rest.bytes().position(|byte| byte == b'/').unwrap_or(rest.len());
        self.at = self.at.saturating_add(len).saturating_add(1);
        self.taken = self.taken.saturating_add(1);
        rest.get(..len)
    }

    /// Puts the level back that was taken last.
    #[inline]
    pub(crate) fn back(&mut self) {
        let taken = self.text.as_bytes().get(..self.at.saturating_sub(1)).unwrap_or_default();
        self.at = taken.iter().rposition(|byte| *byte == b'/').map_or(0, |slash| slash.saturating_add(1));
        self.taken = self.taken.saturating_sub(1);
    }

    /// Whether the level taken last is a `+`, in a filter.
    pub(crate) fn took_plus(&self) -> bool {
        self.at.checked_sub(2).and_then(|last| self.text.as_bytes().get(last)) == Some(&b'+')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    #[test]
    fn forward_and_back() {
        for text in ["a", "", "/", "a/bc//d", "//", "ä/€", "+/#", "a/+"] {
            let expected: Vec<&str> = text.split('/').collect();
            let mut levels = Levels::new(text);
            for (count, level) in expected.iter().enumerate() {
                assert_eq!(levels.next(), Some(*level));
                assert_eq!(levels.took_plus(), *level == "+");
                let ahead = levels;
                for _ in 0..=count {
                    levels.back();
                }
                assert_eq!((levels.at, levels.taken()), (0, 0));
                levels = ahead;
                levels.back();
                assert_eq!(levels.next(), Some(*level), "{text}");
            }
            assert_eq!((levels.next(), levels.next()), (None, None));
        }
    }
}
