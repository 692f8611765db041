//! What the authority announced last: old notices, which a broker may repeat at will, move nothing back.

use crate::attribute::Epoch;
use crate::content::Freshness;
use crate::envelope::EpochNotice;
use crate::error::DecryptError;
use crate::sign::verify;
use core::cmp::Ordering;

#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Latest {
    generation: u64,
    epoch: Epoch,
}

impl Latest {
    pub(crate) const fn generation(self) -> u64 {
        self.generation
    }

    /// Believes `notice` if it is of this authority, and says whether it is news.
    pub(crate) fn see(&mut self, notice: &EpochNotice, authority: &[u8; 32]) -> Result<Freshness, DecryptError> {
        if !verify(authority, &notice.unsigned(), &notice.signature) {
            return Err(DecryptError);
        }
        Ok(match (notice.generation, notice.epoch).cmp(&(self.generation, self.epoch)) {
            Ordering::Less => Freshness::Stale,
            Ordering::Equal => Freshness::Duplicate,
            Ordering::Greater => {
                *self = Self { generation: notice.generation, epoch: notice.epoch };
                Freshness::New
            }
        })
    }
}
