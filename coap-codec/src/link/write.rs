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
}

impl<'w, W: Write> LinkWriter<'w, W> {
    /// A document without links.
    pub const fn new(out: &'w mut W) -> Self {
        Self { out, is_first: true }
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
        self.is_first = false;
        write!(self.out, "{separator}<{target}>")?;
        Ok(self)
    }

    /// Adds an attribute with a quoted value.
    ///
    /// # Errors
    /// Returns the sink's error, or one if the name is not one.
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
        if self.is_first || name.is_empty() || !name.chars().all(super::is_name) {
            return Err(fmt::Error);
        }
        write!(self.out, ";{name}")
    }
}
