//! Which protocol a flow speaks: by its first bytes, and by its port.

use crate::protocol::{Carriage, Opening, Protocol, Recognition};
use crate::registry::PROTOCOLS;

/// What a look at a flow's beginning led to.
pub(crate) enum Choice {
    Protocol(&'static dyn Protocol),
    /// An HTTP exchange, which may become WebSocket or carry BOSH.
    Http,
    /// More bytes are needed.
    Wait,
    /// Nobody wants it.
    Nobody,
}

/// What is known besides the bytes.
#[derive(Clone, Copy)]
pub(crate) struct Hints {
    /// `--proto`.
    pub(crate) forced: Option<&'static dyn Protocol>,
    /// The ports of client and server, if there are any.
    pub(crate) ports: Option<[u16; 2]>,
    /// No more bytes will come before the choice.
    pub(crate) last: bool,
}

/// Chooses.
pub(crate) fn choose(opening: &Opening<'_>, hints: Hints) -> Choice {
    if opening.carriage == Carriage::Tcp && looks_like_http(opening) {
        return Choice::Http;
    }
    if let Some(forced) = hints.forced {
        return if opening.carriage == Carriage::Udp && hints.ports.is_some() {
            forced_datagrams(forced, opening, hints)
        } else {
            Choice::Protocol(forced)
        };
    }
    let mut best: Option<(Recognition, bool, &'static dyn Protocol)> = None;
    for protocol in PROTOCOLS.iter().copied() {
        let recognition = protocol.recognise(opening);
        let at_home = is_at_home(protocol, opening.carriage, hints.ports);
        // A signature beats a port, a port beats a mere resemblance, and equals are taken in the order of the registry.
        let rank = (recognition == Recognition::Certain, at_home, recognition);
        if best.is_none_or(|(r, home, _)| rank > (r == Recognition::Certain, home, r)) {
            best = Some((recognition, at_home, protocol));
        }
    }
    let foreign = looks_like_tls(opening.client) || looks_like_tls(opening.server);
    match best {
        Some((Recognition::Certain, _, protocol)) => Choice::Protocol(protocol),
        Some((Recognition::Undecided, _, _)) if !hints.last => Choice::Wait,
        Some((Recognition::Plausible, true, protocol)) => Choice::Protocol(protocol),
        Some((Recognition::No | Recognition::Undecided, true, protocol)) if !foreign => Choice::Protocol(protocol),
        // Without ports (raw files) a resemblance is all there is.
        Some((Recognition::Plausible, _, protocol)) if hints.ports.is_none() => Choice::Protocol(protocol),
        _ => Choice::Nobody,
    }
}

/// With `--proto`, datagrams of other protocols in the same capture are not to be misread.
fn forced_datagrams(forced: &'static dyn Protocol, opening: &Opening<'_>, hints: Hints) -> Choice {
    let fits = forced.recognise(opening) > Recognition::No || is_at_home(forced, opening.carriage, hints.ports);
    if fits { Choice::Protocol(forced) } else { Choice::Nobody }
}

fn is_at_home(protocol: &dyn Protocol, carriage: Carriage, ports: Option<[u16; 2]>) -> bool {
    let home = if carriage == Carriage::Udp { protocol.ports().udp } else { protocol.ports().tcp };
    ports.is_some_and(|ports| ports.iter().any(|port| home.contains(port)))
}

/// True if some protocol is at home at this TCP or UDP port.
pub(crate) fn is_known_port(port: u16, carriage: Carriage) -> bool {
    PROTOCOLS.iter().any(|protocol| is_at_home(*protocol, carriage, Some([port, port])))
}

fn looks_like_http(opening: &Opening<'_>) -> bool {
    const METHODS: [&[u8]; 7] = [b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ", b"PATCH "];
    METHODS.iter().any(|method| opening.client.starts_with(method))
        || (opening.client.is_empty() && opening.server.starts_with(b"HTTP/1."))
}

/// A TLS handshake record of any version.
fn looks_like_tls(bytes: &[u8]) -> bool {
    matches!(bytes, [0x16, 0x03, 0..=4, _, _, 1 | 2, ..])
}
