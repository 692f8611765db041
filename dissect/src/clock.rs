//! The only clock of the workspace's own code: how long decoding took, for the summary.

use core::time::Duration;
use std::time::Instant;

/// Adds up stretches of time.
#[derive(Debug, Default)]
pub(crate) struct Stopwatch {
    total: Duration,
}

impl Stopwatch {
    /// Runs and times.
    #[allow(clippy::disallowed_methods, reason = "the program reports its own throughput; no protocol sees this clock")]
    pub(crate) fn time<T>(&mut self, run: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let result = run();
        self.total = self.total.saturating_add(begin.elapsed());
        result
    }

    pub(crate) const fn total(&self) -> Duration {
        self.total
    }
}
