//! How far a large file has been read, on one line of the terminal that is written over and wiped at the end.

use core::cell::Cell;
use std::io::{self, Read, Write};
use std::rc::Rc;

/// Smaller files are read before a person has looked.
const LARGE: u64 = 16 << 20;
const WIDTH: usize = 40;

/// The bar of one file; silent if nobody watches or the file is small.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    total: u64,
    read: Rc<Cell<u64>>,
    shown: Option<usize>,
}

/// A reader whose bytes are counted.
struct Counted {
    reader: Box<dyn Read>,
    read: Rc<Cell<u64>>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        self.read.set(self.read.get().saturating_add(read as u64));
        Ok(read)
    }
}

impl Progress {
    /// Watches a file of `total` bytes being read.
    pub(crate) fn watch(total: u64, reader: Box<dyn Read>) -> (Self, Box<dyn Read>) {
        if total < LARGE {
            return (Self::default(), reader);
        }
        let read = Rc::new(Cell::new(0));
        (Self { total, read: Rc::clone(&read), shown: None }, Box::new(Counted { reader, read }))
    }

    /// Draws the bar again if it has grown.
    pub(crate) fn draw(&mut self, terminal: &mut dyn Write) -> io::Result<()> {
        let percent = self.read.get().saturating_mul(100).checked_div(self.total);
        let Some(percent) = percent.and_then(|percent| usize::try_from(percent.min(100)).ok()) else { return Ok(()) };
        if self.shown == Some(percent) {
            return Ok(());
        }
        self.shown = Some(percent);
        let filled = WIDTH.saturating_mul(percent) / 100;
        write!(terminal, "\r[{:<WIDTH$}] {percent:3} %", "#".repeat(filled))?;
        terminal.flush()
    }

    /// Wipes the bar.
    pub(crate) fn wipe(&mut self, terminal: &mut dyn Write) -> io::Result<()> {
        if self.shown.take().is_some() {
            write!(terminal, "\r{:1$}\r", "", WIDTH.saturating_add(8))?;
            terminal.flush()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_of_a_large_file_grows_and_goes() {
        let (mut progress, mut reader) = Progress::watch(LARGE, Box::new(io::repeat(0).take(LARGE)));
        let mut terminal = Vec::new();
        progress.draw(&mut terminal).unwrap();
        io::copy(&mut reader.by_ref().take(LARGE / 2), &mut io::sink()).unwrap();
        progress.draw(&mut terminal).unwrap();
        progress.draw(&mut terminal).unwrap();
        progress.wipe(&mut terminal).unwrap();
        let drawn = String::from_utf8(terminal).unwrap();
        let states: Vec<&str> = drawn.split('\r').collect();
        assert_eq!(states[1], format!("[{:40}]   0 %", ""));
        assert_eq!(states[2], format!("[{:40}]  50 %", "#".repeat(20)));
        assert_eq!(states[3].trim(), "", "drawn once a percent, then wiped");
        assert_eq!(states.len(), 5);
    }

    #[test]
    fn small_files_have_no_bar() {
        let (mut progress, _) = Progress::watch(LARGE - 1, Box::new(io::empty()));
        let mut terminal = Vec::new();
        progress.draw(&mut terminal).unwrap();
        progress.wipe(&mut terminal).unwrap();
        assert!(terminal.is_empty());
    }
}
