//! The captures of the repository, built into the program, so that it has something to show wherever it is run.

/// Name and content.
pub(crate) type Bundled = (&'static str, &'static [u8]);

macro_rules! capture {
    ($name:literal) => {
        (concat!("captures/", $name), include_bytes!(concat!("../../captures/", $name)))
    };
}

/// All of them, in the order in which they are shown.
pub(crate) const CAPTURES: &[Bundled] = &[
    capture!("mqtt-v31.pcap.gz"),
    capture!("mqtt-v311.pcap.gz"),
    capture!("mqtt-v5.pcap.gz"),
    capture!("mqtt-v5-properties.pcap.gz"),
    capture!("mqtt-v5-auth.pcap.gz"),
    capture!("mqtt-websocket.pcap.gz"),
    capture!("coap-udp.pcap.gz"),
    capture!("coap-tcp.pcap.gz"),
    capture!("coap-websocket.pcap.gz"),
    capture!("coap-websocket-plain.pcap.gz"),
    capture!("amqp091.pcap.gz"),
    capture!("amqp10.pcap.gz"),
    capture!("xmpp-im.pcap.gz"),
    capture!("xmpp-websocket.pcap.gz"),
    capture!("xmpp-bosh.pcap.gz"),
    capture!("smqtt.pcap"),
];
