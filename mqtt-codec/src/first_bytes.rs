//! What speaks on this port: MQTT, or one of the protocols that knock by mistake or in front of it.

use core::fmt;

use crate::version::Version;

/// What the first bytes of a connection are, for a log line, for routing, or to tell a lost client what it found.
///
/// Nothing is validated beyond what tells the protocols apart: the [`Decoder`](crate::Decoder) judges MQTT.
///
/// ```
/// use mqtt_codec::{FirstBytes, Version};
///
/// let first = FirstBytes::of(b"\x10\x0d\x00\x04MQTT\x05").unwrap();
/// assert_eq!(first, FirstBytes::Mqtt { version: Version::V5_0, bridge: false });
/// assert_eq!(FirstBytes::of(b"\x16\x03\x01"), None); // more, please
/// assert_eq!(FirstBytes::at_end(b"GET / HTTP/1.1\r\n").to_string(), "HTTP GET");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FirstBytes<'a> {
    /// A CONNECT of a version that this crate speaks.
    Mqtt {
        /// By protocol name and level (MQTT 5.0 §3.1.2.1, §3.1.2.2).
        version: Version,
        /// A Mosquitto bridge, which sets bit 0x80 of the level in 3.x.
        bridge: bool,
    },
    /// A CONNECT of another version.
    OtherMqtt {
        /// The protocol level, which does not go with the protocol name.
        level: u8,
    },
    /// A request of HTTP/1 or the preface of HTTP/2.
    Http {
        /// `GET`, `PRI` and so on.
        method: &'static str,
    },
    /// A WebSocket handshake, of which a server makes MQTT over WebSocket (MQTT 5.0 §6).
    WebSocket {
        /// Whether the client offers the subprotocol `mqtt`, or `mqttv3.1`, its name before 3.1.1.
        mqtt: bool,
    },
    /// A TLS ClientHello, of SSL 3.0 to TLS 1.3.
    Tls {
        /// The name that the client looks for (RFC 6066 §3), if the first record has it, and it is made of what host names are
        /// made of.
        server_name: Option<&'a str>,
    },
    /// A header of the PROXY protocol, by which a load balancer says whom it speaks for. What it speaks for comes behind.
    Proxy {
        /// 1, a line of text, or 2, binary.
        version: u8,
        /// Bytes to skip. Those of version 2 may not be there yet.
        header_len: usize,
    },
    /// An SSH client.
    Ssh,
    /// None of these.
    Unknown,
}

/// What one protocol says to the bytes.
enum Look<'a> {
    No,
    More,
    Is(FirstBytes<'a>),
}

impl<'a> FirstBytes<'a> {
    /// No more bytes than this are looked at or waited for: 4 KiB, enough for a request with cookies, and for a ClientHello
    /// with post-quantum keys.
    pub const MAX_LEN: usize = 4096;

    /// What the bytes are; `None` while more of them could change the answer, which they cannot once there are
    /// [`MAX_LEN`](Self::MAX_LEN).
    pub fn of(input: &'a [u8]) -> Option<Self> {
        Self::look(input, input.len() >= Self::MAX_LEN)
    }

    /// What the bytes are, if no more come: for a connection that was closed or timed out.
    pub fn at_end(input: &'a [u8]) -> Self {
        Self::look(input, true).unwrap_or(Self::Unknown)
    }

    fn look(input: &'a [u8], end: bool) -> Option<Self> {
        let input = input.get(..Self::MAX_LEN).unwrap_or(input);
        let mut more = false;
        for look in [mqtt, tls, http, proxy_v1, proxy_v2, ssh] {
            match look(input, end) {
                Look::Is(found) => return Some(found),
                Look::More => more = true,
                Look::No => {}
            }
        }
        if more && !end { None } else { Some(Self::Unknown) }
    }
}

/// What is behind a constant beginning; `Err` says whether it may still come to that.
fn behind<'a>(input: &'a [u8], beginning: &[u8]) -> Result<&'a [u8], Look<'a>> {
    input.strip_prefix(beginning).ok_or(if beginning.starts_with(input) { Look::More } else { Look::No })
}

fn mqtt(input: &[u8], _end: bool) -> Look<'_> {
    let Some((first, rest)) = input.split_first() else { return Look::More };
    // 3.1 leaves the lower bits of the first byte unused.
    if first >> 4 != 1 {
        return Look::No;
    }
    let Some(len) = rest.iter().take(4).position(|byte| byte & 0x80 == 0) else {
        return if rest.len() < 4 { Look::More } else { Look::No };
    };
    let (_, body) = rest.split_at(len.saturating_add(1).min(rest.len()));
    let (name, level) = match (behind(body, b"\0\x04MQTT"), behind(body, b"\0\x06MQIsdp")) {
        (Ok(level), _) => ("MQTT", level),
        (_, Ok(level)) => ("MQIsdp", level),
        (Err(Look::More), _) | (_, Err(Look::More)) => return Look::More,
        _ => return Look::No,
    };
    let Some(&level) = level.first() else { return Look::More };
    let bridge = level & 0x80 != 0;
    Look::Is(match (name, level & 0x7f) {
        ("MQIsdp", 3) => FirstBytes::Mqtt { version: Version::V3_1, bridge },
        ("MQTT", 4) => FirstBytes::Mqtt { version: Version::V3_1_1, bridge },
        ("MQTT", 5) if !bridge => FirstBytes::Mqtt { version: Version::V5_0, bridge },
        _ => FirstBytes::OtherMqtt { level },
    })
}

/// RFC 8446 §5.1, §4.1.2: a record of type 22 whose message is of type 1.
fn tls(input: &[u8], end: bool) -> Look<'_> {
    const LONGEST_RECORD: usize = (1 << 14) + 256;
    let shape: [fn(u8) -> bool; 6] =
        [|byte| byte == 22, |byte| byte == 3, |byte| byte <= 4, |_| true, |_| true, |byte| byte == 1];
    if !input.iter().zip(shape).all(|(byte, fits)| fits(*byte)) {
        return Look::No;
    }
    let Some((&[_, _, _, high, low], record)) = input.split_first_chunk() else { return Look::More };
    let len = usize::from(u16::from_be_bytes([high, low]));
    if !(4..=LONGEST_RECORD).contains(&len) {
        return Look::No;
    }
    if record.is_empty() || record.len() < len && !end {
        return Look::More;
    }
    Look::Is(FirstBytes::Tls { server_name: server_name(record.get(..len).unwrap_or(record)) })
}

/// RFC 8446 §4.1.2, RFC 6066 §3: the host name among the extensions of a ClientHello.
fn server_name(hello: &[u8]) -> Option<&str> {
    // Type, length, version, random; then session id, cipher suites, compression methods.
    let (_, rest) = vector::<1>(hello.get(1 + 3 + 2 + 32..)?)?;
    let (_, rest) = vector::<2>(rest)?;
    let (_, rest) = vector::<1>(rest)?;
    let mut extensions = rest.get(2..)?;
    loop {
        let (kind, rest) = extensions.split_first_chunk::<2>()?;
        let (extension, rest) = vector::<2>(rest)?;
        if *kind == [0, 0] {
            let (name, _) = vector::<2>(extension.get(2..)?.strip_prefix(&[0])?)?;
            let host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
            return core::str::from_utf8(name).ok().filter(|name| name.as_bytes().iter().all(host));
        }
        extensions = rest;
    }
}

/// Bytes with their length in N bytes before them, and what is behind.
fn vector<const N: usize>(input: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = input.split_first_chunk::<N>()?;
    rest.split_at_checked(len.iter().fold(0, |len, byte| len << 8 | usize::from(*byte)))
}

/// RFC 9110 §9, RFC 9113 §3.4, RFC 6455 §4.1.
fn http(input: &[u8], end: bool) -> Look<'_> {
    const METHODS: [&str; 10] = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI"];
    let mut more = false;
    for method in METHODS {
        match behind(input, method.as_bytes()) {
            Ok([]) | Err(Look::More) => more = true,
            // Only of GET it matters what the header fields are.
            Ok([b' ', header @ ..]) if method == "GET" => {
                let complete = header.windows(4).any(|bytes| bytes == b"\r\n\r\n");
                return if complete || end { Look::Is(request(header)) } else { Look::More };
            }
            Ok([b' ', ..]) => return Look::Is(FirstBytes::Http { method }),
            _ => {}
        }
    }
    if more { Look::More } else { Look::No }
}

fn request(header: &[u8]) -> FirstBytes<'static> {
    let lines = header.split(|byte| *byte == b'\n').skip(1).take_while(|line| !matches!(**line, [] | [b'\r']));
    let listed = |name: &str, wanted: &str| {
        lines.clone().any(|line| {
            let mut field = line.splitn(2, |byte| *byte == b':');
            field.next().is_some_and(|found| found.eq_ignore_ascii_case(name.as_bytes()))
                && field
                    .flat_map(|value| value.split(|byte| *byte == b','))
                    .any(|value| value.trim_ascii().eq_ignore_ascii_case(wanted.as_bytes()))
        })
    };
    if listed("Upgrade", "websocket") {
        let mqtt = ["mqtt", "mqttv3.1"].into_iter().any(|name| listed("Sec-WebSocket-Protocol", name));
        FirstBytes::WebSocket { mqtt }
    } else {
        FirstBytes::Http { method: "GET" }
    }
}

/// A line of at most 107 bytes.
fn proxy_v1(input: &[u8], _end: bool) -> Look<'_> {
    const LONGEST: usize = 107;
    if let Err(look) = behind(input, b"PROXY ") {
        return look;
    }
    match input.windows(2).take(LONGEST - 1).position(|bytes| bytes == b"\r\n") {
        Some(at) => Look::Is(FirstBytes::Proxy { version: 1, header_len: at.saturating_add(2) }),
        None if input.len() < LONGEST => Look::More,
        None => Look::No,
    }
}

/// A signature, version and command, family, and the length of the addresses.
fn proxy_v2(input: &[u8], _end: bool) -> Look<'_> {
    match behind(input, b"\r\n\r\n\0\r\nQUIT\n") {
        Err(look) => look,
        Ok([command, ..]) if command >> 4 != 2 => Look::No,
        Ok(&[_, _, high, low, ..]) => {
            let len = usize::from(u16::from_be_bytes([high, low]));
            Look::Is(FirstBytes::Proxy { version: 2, header_len: len.saturating_add(16) })
        }
        Ok(_) => Look::More,
    }
}

/// RFC 4253 §4.2.
fn ssh(input: &[u8], _end: bool) -> Look<'_> {
    behind(input, b"SSH-").map_or_else(|look| look, |_| Look::Is(FirstBytes::Ssh))
}

impl fmt::Display for FirstBytes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mqtt { version, bridge: false } => write!(f, "MQTT {version}"),
            Self::Mqtt { version, bridge: true } => write!(f, "MQTT {version} of a bridge"),
            Self::OtherMqtt { level } => write!(f, "MQTT of unknown level {level:#04x}"),
            Self::Http { method } => write!(f, "HTTP {method}"),
            Self::WebSocket { mqtt: true } => f.write_str("WebSocket for MQTT"),
            Self::WebSocket { mqtt: false } => f.write_str("WebSocket, not for MQTT"),
            Self::Tls { server_name: Some(name) } => write!(f, "TLS for {name}"),
            Self::Tls { server_name: None } => f.write_str("TLS"),
            Self::Proxy { version, header_len } => write!(f, "PROXY v{version}, {header_len} B"),
            Self::Ssh => f.write_str("SSH"),
            Self::Unknown => f.write_str("unknown"),
        }
    }
}
