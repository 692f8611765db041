//! Writing the link format.

use core::fmt::{self, Write};

/// Writes a document link by link into any text sink.
///
/// ```
/// use coap_codec::link::LinkWriter;
///
/// let mut document = String::new();
/// let mut links = LinkWriter::new(&mut document);
/// links.link("/temp")?.quoted("rt", "temperature-c")?.number("ct", 0)?.flag("obs")?;
/// links.link("/light")?.quoted("title", "the \"big\" one")?;
/// assert_eq!(document, r#"</temp>;rt="temperature-c";ct=0;obs,</light>;title="the \"big\" one""#);
/// # Ok::<(), std::fmt::Error>(())
/// ```
#[derive(Debug)]
pub struct LinkWriter<'w, W: Write> {
    out: &'w mut W,
    is_first: bool,
    /// Which attributes of [`ONCE`] the link has, a bit each.
    seen: u8,
}

/// What may stand once in a link: RFC 6690 §3.1, §3.2, §3.3; RFC 7252 §7.2.1 with erratum 5078; RFC 7641 §6.
const ONCE: [&str; 5] = ["rt", "if", "sz", "ct", "obs"];

impl<'w, W: Write> LinkWriter<'w, W> {
    /// A document without links.
    pub const fn new(out: &'w mut W) -> Self {
        Self { out, is_first: true, seen: 0 }
    }

    /// Begins a link.
    ///
    /// # Errors
    /// Returns the sink's error, or one if the target has a character that a URI reference may not have.
    pub fn link(&mut self, target: &str) -> Result<&mut Self, fmt::Error> {
        if !target.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '"')) {
            return Err(fmt::Error);
        }
        let separator = if self.is_first { "" } else { "," };
        (self.is_first, self.seen) = (false, 0);
        write!(self.out, "{separator}<{target}>")?;
        Ok(self)
    }

    /// Adds an attribute with a quoted value.
    ///
    /// # Errors
    /// Returns the sink's error, or one if the name is not one, is `href`, or may stand once and has stood already.
    pub fn quoted(&mut self, name: &str, value: &str) -> Result<&mut Self, fmt::Error> {
        self.name(name)?;
        self.out.write_str("=\"")?;
        for c in value.chars() {
            if matches!(c, '"' | '\\') {
                self.out.write_char('\\')?;
            }
            self.out.write_char(c)?;
        }
        self.out.write_char('"')?;
        Ok(self)
    }

    /// Adds an attribute with a number: `ct`, `sz`.
    ///
    /// # Errors
    /// As [`quoted`](Self::quoted).
    pub fn number(&mut self, name: &str, value: u64) -> Result<&mut Self, fmt::Error> {
        self.name(name)?;
        write!(self.out, "={value}")?;
        Ok(self)
    }

    /// Adds an attribute without a value: `obs`.
    ///
    /// # Errors
    /// As [`quoted`](Self::quoted).
    pub fn flag(&mut self, name: &str) -> Result<&mut Self, fmt::Error> {
        self.name(name)?;
        Ok(self)
    }

    fn name(&mut self, name: &str) -> fmt::Result {
        // RFC 6690 §2: href is the target in queries, and no parameter.
        if self.is_first || name.is_empty() || name == "href" || !name.chars().all(super::is_name) {
            return Err(fmt::Error);
        }
        if let Some(place) = ONCE.iter().position(|once| *once == name) {
            let before = self.seen;
            self.seen |= 1_u8.checked_shl(u32::try_from(place).unwrap_or(0)).unwrap_or(0);
            if self.seen == before {
                return Err(fmt::Error);
            }
        }
        write!(self.out, ";{name}")
    }
}
