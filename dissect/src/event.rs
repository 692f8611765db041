//! What the reading half tells the printing half.

use core::time::Duration;

use crate::protocol::{Failure, Message, Side};

/// When and where in the capture something was complete.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Stamp {
    /// Number of the frame, from 1.
    pub(crate) frame: Option<u64>,
    /// Since the epoch.
    pub(crate) time: Option<Duration>,
}

/// Something to show.
#[derive(Debug)]
pub(crate) enum Item {
    Message {
        protocol: &'static str,
        len: usize,
        message: Message,
    },
    /// A message that could not be decoded.
    Error {
        protocol: &'static str,
        len: usize,
        failure: Failure,
    },
    /// A remark about the capture: where it begins, what is missing, what was skipped.
    Notice(String),
}

/// An item of a flow.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) from: Side,
    pub(crate) stamp: Stamp,
    pub(crate) item: Item,
}

/// Collects events; knows the stamp of what is being read.
#[derive(Debug, Default)]
pub(crate) struct Events {
    pub(crate) stamp: Stamp,
    pub(crate) list: Vec<Event>,
}

impl Events {
    pub(crate) fn push(&mut self, from: Side, item: Item) {
        self.list.push(Event { from, stamp: self.stamp, item });
    }

    pub(crate) fn notice(&mut self, from: Side, text: impl Into<String>) {
        self.push(from, Item::Notice(text.into()));
    }
}
