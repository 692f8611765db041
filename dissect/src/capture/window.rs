//! A window that moves over a reader: as many bytes as asked for, and no more memory than the largest record.

use std::io::{self, ErrorKind, Read};

/// How much is read at a time.
const STEP: usize = 64 << 10;

/// The bytes between what was consumed and what was read.
#[derive(Debug)]
pub(crate) struct Window<R> {
    reader: R,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    offset: u64,
}

impl<R: Read> Window<R> {
    pub(crate) const fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), start: 0, ended: false, offset: 0 }
    }

    /// What was read and not yet consumed.
    pub(crate) fn filled(&self) -> &[u8] {
        self.buffer.get(self.start..).unwrap_or_default()
    }

    /// The offset in the file of the first byte of [`Self::filled`].
    pub(crate) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Reads until at least `len` bytes are there; false if the file ends before. Memory grows with what arrives.
    pub(crate) fn fill_to(&mut self, len: usize) -> io::Result<bool> {
        while self.filled().len() < len && !self.ended {
            self.read_step()?;
        }
        Ok(self.filled().len() >= len)
    }

    /// Drops `len` bytes from the front.
    pub(crate) fn consume(&mut self, len: usize) {
        let len = len.min(self.filled().len());
        self.start = self.start.saturating_add(len);
        self.offset = self.offset.saturating_add(len as u64);
    }

    fn read_step(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start.min(self.buffer.len()));
        self.start = 0;
        let end = self.buffer.len();
        self.buffer.resize(end.saturating_add(STEP), 0);
        let read = loop {
            match self.reader.read(self.buffer.get_mut(end..).unwrap_or_default()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(end.saturating_add(*read.as_ref().unwrap_or(&0)));
        self.ended = matches!(read, Ok(0) | Err(_));
        read.map(|_| ())
    }
}
