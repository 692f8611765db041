//! What tune and tune-ok agree on. AMQP 0-9-1 §1.4.2.5, §1.4.2.6, §4.2.3; errata 10.

use core::fmt;

use super::FRAME_MIN_SIZE;
use super::method::connection::{Tune, TuneOk};

/// What the peers agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tuning {
    /// The highest channel number; 0 means no limit below 65,535.
    pub channel_max: u16,
    /// The largest frame, in octets; 0 means no limit.
    pub frame_max: u32,
    /// The heartbeat interval, in seconds; 0 means none.
    pub heartbeat: u16,
}

/// Why a tune-ok is no answer to that tune. The server closes the connection without a `connection.close` then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TuneError {
    /// A frame-max below 4,096.
    FrameMaxTooSmall,
    /// A frame-max above the proposal, or none where one was proposed.
    FrameMaxTooLarge,
    /// A channel-max above the proposal, or none where one was proposed.
    ChannelMaxTooLarge,
}

impl Tuning {
    /// What the client's answer makes of the server's proposal. 0 in the proposal means that any answer is fine (errata 10).
    ///
    /// # Errors
    /// The answer is above the proposal or, for frame-max, below [`FRAME_MIN_SIZE`].
    pub const fn agree(proposal: &Tune, answer: &TuneOk) -> Result<Self, TuneError> {
        // connection.tune-ok.frame-max.minimum: not below frame-min-size.
        if answer.frame_max != 0 && answer.frame_max < FRAME_MIN_SIZE {
            return Err(TuneError::FrameMaxTooSmall);
        }
        // connection.tune-ok.frame-max.upper-limit: not above the proposal; 0 stands for no limit, which is above any.
        if proposal.frame_max != 0 && (answer.frame_max == 0 || answer.frame_max > proposal.frame_max) {
            return Err(TuneError::FrameMaxTooLarge);
        }
        // connection.tune-ok.channel-max.upper-limit: not above the proposal.
        if proposal.channel_max != 0 && (answer.channel_max == 0 || answer.channel_max > proposal.channel_max) {
            return Err(TuneError::ChannelMaxTooLarge);
        }
        Ok(Self { channel_max: answer.channel_max, frame_max: answer.frame_max, heartbeat: answer.heartbeat })
    }
}

impl fmt::Display for TuneError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FrameMaxTooSmall => "frame-max below 4096",
            Self::FrameMaxTooLarge => "frame-max above the proposal",
            Self::ChannelMaxTooLarge => "channel-max above the proposal",
        })
    }
}

impl core::error::Error for TuneError {}

#[cfg(test)]
mod tests {
    use super::*;

    const fn agree(proposed: u32, answered: u32) -> Result<Tuning, TuneError> {
        Tuning::agree(
            &Tune { channel_max: 0, frame_max: proposed, heartbeat: 0 },
            &TuneOk { channel_max: 0, frame_max: answered, heartbeat: 0 },
        )
    }

    #[test]
    fn frame_max_stays_between_the_minimum_and_the_proposal() {
        assert_eq!(agree(131_072, 4_095), Err(TuneError::FrameMaxTooSmall));
        assert!(agree(131_072, 4_096).is_ok());
        assert!(agree(131_072, 131_072).is_ok());
        assert_eq!(agree(131_072, 131_073), Err(TuneError::FrameMaxTooLarge));
        assert_eq!(agree(131_072, 0), Err(TuneError::FrameMaxTooLarge));
        assert!(agree(0, 0).is_ok());
        assert!(agree(0, 4_096).is_ok());
    }

    #[test]
    fn channel_max_stays_below_the_proposal() {
        let tune = Tune { channel_max: 10, frame_max: 0, heartbeat: 60 };
        let answer = |channel_max| Tuning::agree(&tune, &TuneOk { channel_max, frame_max: 0, heartbeat: 0 });
        assert_eq!(answer(10), Ok(Tuning { channel_max: 10, frame_max: 0, heartbeat: 0 }));
        assert_eq!(answer(11), Err(TuneError::ChannelMaxTooLarge));
        assert_eq!(answer(0), Err(TuneError::ChannelMaxTooLarge));
    }
}
