//! A property list with some left out and others added.

use alloc::vec::Vec;

use bytes::{BufMut, Bytes};

use super::{BAD_VALUE, DUPLICATE, IDS, Properties, note, note_id};
use crate::binary::Binary;
use crate::error::EncodeError;
use crate::list::{Entry, List, Put};
use crate::property::Property;

impl<'a> Properties<'a> {
    /// The properties for which `keep` says so, as they are on the wire, and behind them those of `add`; written into `room`, without allocating.
    /// To change a property is to leave it out and add it.
    ///
    /// ```
    /// use mqtt_codec::{Properties, Property, PropertyId};
    ///
    /// let items = [Property::MessageExpiryInterval(60), Property::UserProperty("hop", "1")];
    /// let properties = Properties::from(&items);
    /// let mut room = [0; 64];
    /// let keep = |property: &Property<'_>| property.id() != PropertyId::MESSAGE_EXPIRY_INTERVAL;
    /// let edited = properties.edited(keep, &[Property::MessageExpiryInterval(57)], &mut room)?;
    /// assert_eq!(edited.message_expiry_interval(), Some(57));
    /// assert_eq!(edited.user_properties().next(), Some(("hop", "1")));
    /// # Ok::<(), mqtt_codec::EncodeError>(())
    /// ```
    ///
    /// # Errors
    /// As [`push`](Self::push), and [`EncodeError::NoRoom`] unless `room` has the bytes of the whole list and of what is added.
    pub fn edited<'r>(
        &self,
        mut keep: impl FnMut(&Property<'_>) -> bool,
        add: &[Property<'_>],
        room: &'r mut [u8],
    ) -> Result<Properties<'r>, EncodeError> {
        let needed = add.iter().map(Put::wire_len).fold(self.wire_len(), usize::saturating_add);
        crate::encoder::room(needed, room.len())?;
        let (len, mut out, mut seen) = (room.len(), &mut *room, 0);
        self.each(|property, wire| {
            if !keep(&property) {
                return;
            }
            if let Some(wire) = wire {
                seen = note_id(seen, property.id());
                out.put_slice(wire);
            } else {
                seen = note(seen, &property);
                property.write(&mut out);
            }
        });
        for property in add {
            seen = note(seen, property);
            property.write(&mut out);
        }
        let len = len.saturating_sub(out.len());
        let edited = Properties { list: List::Borrowed(room.get(..len).unwrap_or_default()), seen };
        if seen & DUPLICATE != 0 {
            return Err(EncodeError::DuplicateProperty(edited.first_duplicate()));
        }
        if seen & BAD_VALUE != 0 { Err(EncodeError::PropertyValue) } else { Ok(edited) }
    }

    /// Visits each property, with its bytes where there are some.
    fn each(&self, mut visit: impl FnMut(Property<'_>, Option<&[u8]>)) {
        let Ok(mut rest) = self.list.wire() else {
            return self.iter().for_each(|property| visit(property, None));
        };
        while !rest.is_empty() {
            let wire = rest;
            let Some(property) = Property::read(&mut rest) else { return };
            visit(property, wire.get(..wire.len().saturating_sub(rest.len())));
        }
    }

    /// The wire form, without the length in front: as it came, or written into a buffer of its own.
    pub(crate) fn into_wire(self) -> Binary<'a> {
        match self.list {
            List::Borrowed(wire) => Binary::Borrowed(wire),
            List::Shared(wire) => Binary::Shared(wire),
            List::Grown(wire) => wire.into(),
            list @ List::Items(_) => list.to_wire(0).into(),
        }
    }

    /// The wire form of some properties.
    pub(crate) fn to_wire<'p>(properties: impl Iterator<Item = Property<'p>>) -> Binary<'a> {
        let mut wire = Vec::new();
        properties.fold(&mut wire, |wire, property| property.write(wire));
        wire.into()
    }

    /// A region that was checked, and the identifiers that it has.
    #[inline(always)]
    pub(crate) const fn checked(wire: &'a [u8], seen: u64) -> Self {
        Self { list: List::Borrowed(wire), seen }
    }

    /// The same in a shared buffer.
    #[inline(always)]
    pub(crate) const fn shared(wire: Bytes, seen: u64) -> Self {
        Self { list: List::Shared(wire), seen }
    }

    /// The identifiers that are present, as bits.
    pub(crate) const fn ids(&self) -> u64 {
        self.seen & IDS
    }
}
