//! MQTT 5.0 §3.1 CONNECT: a client asks for a connection.

mod login;

use alloc::vec::Vec;
use core::fmt;

use bytes::Bytes;

use crate::binary::Binary;
use crate::deviation::Deviations;
use crate::encoder::Sending;
use crate::error::{DecodeErrorKind, EncodeError};
use crate::packet::{Body, FixedHeader, PacketType};
use crate::properties::Properties;
use crate::property::Place;
use crate::qos::QoS;
use crate::text::Text;
use crate::version::Version;
use crate::wire::{Fault, Keep, Reader, Sink};

pub use login::{Login, Will};
use login::{PASSWORD, USERNAME, WILL, WILL_FLAGS};

/// CONNECT (MQTT 5.0 §3.1).
#[derive(Clone)]
pub struct Connect<'a> {
    /// The version that the connection will speak (§3.1.2.2).
    pub version: Version,
    /// A Mosquitto bridge, which sets bit 0x80 of the level in 3.x; see [`Deviations::BRIDGE_BIT`].
    pub bridge: bool,
    /// Start without the old session; Clean Session in 3.x (§3.1.2.4).
    pub clean_start: bool,
    /// The longest silence of the client, in seconds; 0 turns it off (§3.1.2.10).
    pub keep_alive: u16,
    /// Properties, 5.0 only (§3.1.2.11).
    pub properties: Properties<'a>,
    /// The client identifier; empty: the server assigns one (§3.1.3.1).
    pub client_id: Text<'a>,
    /// Which fields `tail` has, and the will's QoS and retain: the connect flags without Clean Start.
    flags: u8,
    /// Will, user name and password, which few look at twice: in wire form, or lent.
    tail: Tail<'a>,
}

/// A CONNECT is much the largest packet; what stands behind the client identifier is read on demand, so that handing a
/// packet over does not cost more than reading it.
#[derive(Clone)]
enum Tail<'a> {
    Borrowed(&'a [u8]),
    Shared(Bytes),
    Lent(&'a Login<'a>),
}

const CLEAN_START: u8 = 0x02;

impl<'a> Connect<'a> {
    /// A CONNECT with this client identifier and a clean start, for the version in hand.
    pub fn new(version: Version, client_id: impl Into<Text<'a>>) -> Self {
        Self {
            version,
            bridge: false,
            clean_start: true,
            keep_alive: 0,
            properties: Properties::EMPTY,
            client_id: client_id.into(),
            flags: 0,
            tail: Tail::Borrowed(&[]),
        }
    }

    /// The same CONNECT with this will and these credentials.
    ///
    /// ```
    /// use mqtt_codec::{Connect, Login, Version};
    ///
    /// let login = Login { username: Some("ada".into()), password: Some(b"secret".into()), ..Login::default() };
    /// let connect = Connect::new(Version::V3_1_1, "sensor-7").with_login(&login);
    /// assert_eq!(connect.username(), Some("ada"));
    /// ```
    #[must_use]
    pub fn with_login(mut self, login: &'a Login<'a>) -> Self {
        self.flags = login.flags();
        self.tail = Tail::Lent(login);
        self
    }

    /// What the server publishes when the connection is lost (§3.1.2.5).
    pub fn will(&self) -> Option<Will<'_>> {
        self.login().will
    }

    /// The user name (§3.1.3.5).
    pub fn username(&self) -> Option<&str> {
        match &self.tail {
            Tail::Lent(login) => login.username.as_deref(),
            Tail::Borrowed(wire) => self.read(wire).1,
            Tail::Shared(wire) => self.read(wire).1,
        }
    }

    /// The password, any bytes (§3.1.3.6).
    pub fn password(&self) -> Option<&[u8]> {
        match &self.tail {
            Tail::Lent(login) => login.password.as_deref(),
            Tail::Borrowed(wire) => self.read(wire).2,
            Tail::Shared(wire) => self.read(wire).2,
        }
    }

    /// Will and credentials, read at once.
    pub fn login(&self) -> Login<'_> {
        let (will, username, password) = match &self.tail {
            Tail::Lent(login) => return (*login).clone(),
            Tail::Borrowed(wire) => self.read(wire),
            Tail::Shared(wire) => self.read(wire),
        };
        Login { will, username: username.map(Text::Borrowed), password: password.map(Binary::Borrowed) }
    }

    /// The fields of the tail, which was checked when it was decoded.
    fn read<'p>(&self, mut wire: &'p [u8]) -> (Option<Will<'p>>, Option<&'p str>, Option<&'p [u8]>) {
        let rest = &mut wire;
        let will = if self.flags & WILL != 0 { Will::read(rest, self.flags, self.version) } else { None };
        let username = if self.flags & USERNAME != 0 { super::read_text(rest) } else { None };
        let password = if self.flags & PASSWORD != 0 { super::read_binary(rest) } else { None };
        (will, username, password)
    }

    /// Protocol name and level, and whether the bridge bit is set: what has to be known before anything else.
    pub(crate) fn decode_version(reader: &mut Reader<'a, '_>) -> Result<(Version, bool), Fault> {
        let name = reader.binary()?;
        let known = name == b"MQTT" || name == b"MQIsdp";
        if !known {
            // [MQTT-3.1.2-1]
            return Err(reader.fault_before(name.len(), DecodeErrorKind::UnsupportedVersion));
        }
        let at = reader.offset();
        let level = reader.u8()?;
        // [MQTT-3.1.2-2] The level, and its fit with the name.
        let version = match (name, level & 0x7f) {
            (b"MQIsdp", 3) => Version::V3_1,
            (b"MQTT", 4) => Version::V3_1_1,
            (b"MQTT", 5) if level == 5 => Version::V5_0,
            _ => return Err(Fault { kind: DecodeErrorKind::UnsupportedVersion, offset: at }),
        };
        let bridge = level & 0x80 != 0;
        if bridge {
            reader.deviate_at(at, Deviations::BRIDGE_BIT, DecodeErrorKind::UnsupportedVersion)?;
        }
        Ok((version, bridge))
    }

    /// Everything behind the protocol level.
    pub(crate) fn decode(reader: &mut Reader<'a, '_>, bridge: bool) -> Result<Self, Fault> {
        let version = reader.rules.version;
        let flags = decode_flags(reader)?;
        let keep_alive = reader.u16()?;
        let properties = Properties::decode(reader, Place::Connect)?;
        let client_id = decode_client_id(reader, flags)?;
        let tail = Tail::Borrowed(reader.rest);
        let mut present = 0;
        if flags & WILL != 0 {
            // [MQTT-3.1.2-9] With the will flag, the will's fields are there.
            Will::check(reader)?;
            present |= WILL | flags & WILL_FLAGS;
        }
        // [MQTT-3.1.2-16] [MQTT-3.1.2-17] [3.1.1: MQTT-3.1.2-18] [3.1.1: MQTT-3.1.2-19], text:
        // [MQTT-3.1.3-12] [3.1.1: MQTT-3.1.3-11]
        if has_field(reader, flags, USERNAME) {
            reader.check_text()?;
            present |= USERNAME;
        }
        // [MQTT-3.1.2-18] [MQTT-3.1.2-19] [3.1.1: MQTT-3.1.2-20] [3.1.1: MQTT-3.1.2-21]
        if has_field(reader, flags, PASSWORD) {
            reader.binary()?;
            present |= PASSWORD;
        }
        let clean_start = flags & CLEAN_START != 0;
        Ok(Self { version, bridge, clean_start, keep_alive, properties, client_id, flags: present, tail })
    }

    pub(crate) fn keep(self, keep: &mut Keep<'_>) -> Connect<'static> {
        let tail = match self.tail {
            Tail::Borrowed(wire) => keep.slice(wire),
            Tail::Shared(wire) => wire,
            Tail::Lent(login) => {
                let mut wire = Vec::with_capacity(login.wire_len(self.version));
                login.write(self.version, &mut wire);
                wire.into()
            }
        };
        Connect {
            version: self.version,
            bridge: self.bridge,
            clean_start: self.clean_start,
            keep_alive: self.keep_alive,
            properties: self.properties.keep(keep),
            client_id: keep.text(self.client_id),
            flags: self.flags,
            tail: Tail::Shared(tail),
        }
    }
}

impl Body for Connect<'_> {
    #[inline(always)]
    fn check(&self, sending: &Sending, _: PacketType) -> Result<(), EncodeError> {
        if self.version != sending.version {
            return Err(EncodeError::WrongVersion);
        }
        sending.properties(&self.properties, Place::Connect)?;
        sending.text(&self.client_id)?;
        if let Tail::Lent(login) = &self.tail {
            login.check(sending)?;
        }
        if sending.version.is_v5() {
            return if self.bridge { Err(EncodeError::NotInVersion("the bridge bit", self.version)) } else { Ok(()) };
        }
        if self.flags & (USERNAME | PASSWORD) == PASSWORD {
            return Err(EncodeError::Rule(DecodeErrorKind::PasswordWithoutUserName)); // [3.1.1: MQTT-3.1.2-22]
        }
        if self.client_id.is_empty() && (self.version == Version::V3_1 || !self.clean_start) {
            return Err(EncodeError::Rule(DecodeErrorKind::ClientIdRejected)); // [3.1.1: MQTT-3.1.3-7]
        }
        Ok(())
    }

    #[inline]
    fn body_len(&self, version: Version) -> usize {
        let tail = match &self.tail {
            Tail::Borrowed(wire) => wire.len(),
            Tail::Shared(wire) => wire.len(),
            Tail::Lent(login) => login.wire_len(version),
        };
        let properties = if version.is_v5() { self.properties.framed_len() } else { 0 };
        // Name, level, flags, keep alive, and the client identifier's length.
        let front = if version == Version::V3_1 { 14 } else { 12_usize };
        // An identifier is shorter than any buffer that would make this wrap.
        front.wrapping_add(self.client_id.len()).saturating_add(properties).saturating_add(tail)
    }

    #[inline]
    fn write<S: Sink>(&self, header: FixedHeader, version: Version, out: S) -> S {
        let out = header.write(out);
        let level = version.level() | u8::from(self.bridge) << 7;
        let flags = self.flags | if self.clean_start { CLEAN_START } else { 0 };
        let [high, low] = self.keep_alive.to_be_bytes();
        let [.., hi, lo] = self.client_id.len().to_be_bytes();
        // [MQTT-3.1.3-1] [MQTT-3.1.3-2] [MQTT-3.1.3-3] The payload's fields in their order.
        let out = match version {
            Version::V3_1 => out.array([0, 6, b'M', b'Q', b'I', b's', b'd', b'p', level, flags, high, low, hi, lo]),
            Version::V3_1_1 => out.array([0, 4, b'M', b'Q', b'T', b'T', level, flags, high, low, hi, lo]),
            Version::V5_0 => {
                let out = out.array([0, 4, b'M', b'Q', b'T', b'T', level, flags, high, low]);
                self.properties.write(out).array([hi, lo])
            }
        };
        let out = out.slice(self.client_id.as_bytes());
        match &self.tail {
            Tail::Borrowed(wire) => out.slice(wire),
            Tail::Shared(wire) => out.slice(wire),
            Tail::Lent(login) => login.write(version, out),
        }
    }
}

/// The connect flags (§3.1.2.3), checked against each other.
fn decode_flags(reader: &mut Reader<'_, '_>) -> Result<u8, Fault> {
    let v3_1 = reader.rules.version == Version::V3_1;
    let at = reader.offset();
    let flags = reader.u8()?;
    if flags & 0x01 != 0 {
        // [MQTT-3.1.2-3] Reserved; unused in 3.1.
        let deviation = if v3_1 { Deviations::UNUSED_BITS_V3_1 } else { Deviations::RESERVED_CONNECT_FLAG };
        reader.deviate_at(at, deviation, DecodeErrorKind::ReservedConnectFlag)?;
    }
    if flags & WILL == 0 {
        if flags & WILL_FLAGS != 0 {
            // [MQTT-3.1.2-11] [MQTT-3.1.2-13] [3.1.1: MQTT-3.1.2-11] [3.1.1: MQTT-3.1.2-13] [3.1.1: MQTT-3.1.2-15]
            // No will, no will flags; unused in 3.1.
            let deviation = if v3_1 { Deviations::UNUSED_BITS_V3_1 } else { Deviations::NONE };
            reader.deviate_at(at, deviation, DecodeErrorKind::WillFlagsWithoutWill)?;
        }
    } else if QoS::from_bits(flags >> 3 & 3).is_none() {
        return Err(Fault { kind: DecodeErrorKind::WillQoS, offset: at }); // [MQTT-3.1.2-12] [3.1.1: MQTT-3.1.2-14]
    }
    if !reader.is_v5() && flags & (USERNAME | PASSWORD) == PASSWORD {
        // [3.1.1: MQTT-3.1.2-22] 5.0 allows it.
        let deviation = Deviations::PASSWORD_WITHOUT_USER_NAME;
        reader.deviate_at(at, deviation, DecodeErrorKind::PasswordWithoutUserName)?;
    }
    Ok(flags)
}

/// The client identifier (§3.1.3.1), and what 3.x says of its length.
fn decode_client_id<'a>(reader: &mut Reader<'a, '_>, flags: u8) -> Result<Text<'a>, Fault> {
    let at = reader.offset();
    let rejected = Fault { kind: DecodeErrorKind::ClientIdRejected, offset: at };
    let id = reader.text()?; // [MQTT-3.1.3-3] [MQTT-3.1.3-4]
    match reader.rules.version {
        // [3.1.1: MQTT-3.1.3-7] [3.1.1: MQTT-3.1.3-8] [3.1.1: MQTT-3.1.3-9] Empty only with a clean session.
        Version::V3_1_1 if id.is_empty() && flags & CLEAN_START == 0 => {
            return Err(rejected);
        }
        // 3.1 §3.1: 1 to 23 characters.
        Version::V3_1 if id.is_empty() => return Err(rejected),
        Version::V3_1 if id.chars().count() > 23 => {
            reader.deviate_at(at, Deviations::LONG_CLIENT_ID_V3_1, DecodeErrorKind::ClientIdRejected)?;
        }
        _ => {}
    }
    Ok(id.into())
}

/// Whether a flagged field is there. In 3.1 the packet's length counts more than the flag (3.1 §3.1).
fn has_field(reader: &Reader<'_, '_>, flags: u8, flag: u8) -> bool {
    flags & flag != 0 && !(reader.rules.version == Version::V3_1 && reader.rest.is_empty())
}

impl PartialEq for Connect<'_> {
    fn eq(&self, other: &Self) -> bool {
        let plain = |connect: &Self| (connect.version, connect.bridge, connect.clean_start, connect.keep_alive);
        plain(self) == plain(other)
            && self.client_id == other.client_id
            && self.properties == other.properties
            && self.login() == other.login()
    }
}

impl Eq for Connect<'_> {}

impl fmt::Debug for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connect")
            .field("version", &self.version)
            .field("bridge", &self.bridge)
            .field("clean_start", &self.clean_start)
            .field("keep_alive", &self.keep_alive)
            .field("properties", &self.properties)
            .field("client_id", &self.client_id)
            .field("login", &self.login())
            .finish()
    }
}

impl fmt::Display for Connect<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CONNECT v{} id={:?} keep-alive={}", self.version, self.client_id, self.keep_alive)?;
        for (set, text) in
            [(self.clean_start, " clean"), (self.bridge, " bridge"), (self.flags & PASSWORD != 0, " password")]
        {
            f.write_str(if set { text } else { "" })?;
        }
        if let Some(username) = self.username() {
            write!(f, " user={username:?}")?;
        }
        if let Some(will) = self.will() {
            let retain = if will.retain { " retain" } else { "" };
            write!(f, " will=[{}{retain} topic={} {} B]", will.qos, will.topic, will.payload.len())?;
        }
        super::fmt_properties(&self.properties, f)
    }
}
