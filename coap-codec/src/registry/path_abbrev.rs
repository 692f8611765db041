//! Abbreviated paths: a number for the whole of a request's path (draft-ietf-core-uri-path-abbrev-02 §3, not yet registered).

use crate::error::EncodeError;
use crate::options::{OptionNumber, Options};

/// The paths with a number, in numeric order.
pub const PATHS: &[(u32, &str)] = &[
    (0, "/.well-known/core"),
    (1, "/.well-known/rd"),
    (2, "/.well-known/edhoc"),
    (301, "/.well-known/est/crts"),
    (302, "/.well-known/est/sen"),
    (303, "/.well-known/est/sren"),
    (304, "/.well-known/est/skg"),
    (305, "/.well-known/est/skc"),
    (306, "/.well-known/est/att"),
    (401, "/.well-known/brski/es"),
    (402, "/.well-known/brski/rv"),
    (403, "/.well-known/brski/vs"),
];

/// The path that a number stands for.
#[must_use]
pub fn path(number: u32) -> Option<&'static str> {
    let place = PATHS.binary_search_by_key(&number, |(known, _)| *known).ok()?;
    PATHS.get(place).map(|(_, path)| *path)
}

/// The segments of a path with a number.
fn segments(path: &'static str) -> impl Iterator<Item = &'static str> {
    path.split('/').skip(1)
}

impl Options<'_> {
    /// The path that Uri-Path-Abbrev stands for, if the option is there and its number known.
    #[must_use]
    pub fn abbreviated_path(&self) -> Option<&'static str> {
        self.first(OptionNumber::URI_PATH_ABBREV).and_then(|option| option.uint()).and_then(path)
    }

    /// The number that stands for all of the Uri-Path options.
    #[must_use]
    pub fn path_abbreviation(&self) -> Option<u32> {
        let is_path = |path| {
            let segments = segments(path).map(str::as_bytes);
            segments.eq(self.all(OptionNumber::URI_PATH).map(|option| option.value))
        };
        PATHS.iter().find(|(_, path)| is_path(path)).map(|(number, _)| *number)
    }

    /// Puts the Uri-Path options in the place of a Uri-Path-Abbrev; false if there is none or its number is not known. A server does that
    /// before it looks for the resource (§2.1), a proxy that cannot carry the option on must (§2.3).
    ///
    /// # Errors
    /// As [`push`](Self::push), if options from parts are put into wire form.
    pub fn expand_path(&mut self) -> Result<bool, EncodeError> {
        let Some(path) = self.abbreviated_path() else { return Ok(false) };
        self.remove(OptionNumber::URI_PATH_ABBREV)?;
        for segment in segments(path) {
            self.push(OptionNumber::URI_PATH, segment.as_bytes())?;
        }
        Ok(true)
    }

    /// Puts a Uri-Path-Abbrev in the place of the Uri-Path options; false if no number stands for them. For servers that are known to
    /// understand the number (§2.2).
    ///
    /// # Errors
    /// As [`push`](Self::push), if options from parts are put into wire form.
    pub fn abbreviate_path(&mut self) -> Result<bool, EncodeError> {
        let Some(number) = self.path_abbreviation() else { return Ok(false) };
        self.remove(OptionNumber::URI_PATH)?;
        self.push_uint(OptionNumber::URI_PATH_ABBREV, number)?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_expands_and_abbreviates_again() {
        for (number, path) in PATHS {
            let mut options = Options::new();
            options.push_uint(OptionNumber::URI_PATH_ABBREV, *number).unwrap();
            options.push(OptionNumber::URI_QUERY, b"q").unwrap();
            let abbreviated = options.clone();
            assert_eq!(options.abbreviated_path(), Some(*path));
            assert_eq!(options.expand_path(), Ok(true));
            assert!(!options.contains(OptionNumber::URI_PATH_ABBREV));
            assert_eq!(options.all(OptionNumber::URI_PATH).count(), path.matches('/').count());
            assert_eq!(options.path_abbreviation(), Some(*number));
            assert_eq!((options.abbreviate_path(), options), (Ok(true), abbreviated));
        }
        assert!(PATHS.is_sorted());
    }

    #[test]
    fn what_has_no_number_stays() {
        let mut options = Options::new();
        options.push_uint(OptionNumber::URI_PATH_ABBREV, 3).unwrap();
        let before = options.clone();
        assert_eq!((options.expand_path(), options), (Ok(false), before));
        let mut options = Options::new();
        options.push(OptionNumber::URI_PATH, b".well-known").unwrap();
        assert_eq!((options.path_abbreviation(), options.abbreviate_path()), (None, Ok(false)));
        options.push(OptionNumber::URI_PATH, b"core").unwrap();
        options.push(OptionNumber::URI_PATH, b"").unwrap();
        assert_eq!(options.path_abbreviation(), None);
    }
}
