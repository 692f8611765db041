//! mqtt-codec: what a broker asks beside the codec. `benches/instructions mqtt-broker` counts the instructions of the same rows.

#![allow(
    missing_docs,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    reason = "a bench fails by panicking"
)]

use core::hint::black_box;

use counted::{Row, Wanted};
use mqtt_codec::{FirstBytes, PacketIds, Retained, Seed, SubscriptionTree, Topic, TopicFilter, TreeLimits};

#[path = "../counted.rs"]
mod counted;

const SEED: Seed = Seed::new(0x8f1d_0c3a_5e77_4b29_91a2_d4e6_0b3c_7f58);
const SIZES: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Topics in one round.
const TOPICS: u32 = 64;

/// How the levels of a device's topic grow with the number of devices: all of them in one, or three of the same size.
#[derive(Clone, Copy)]
enum Shape {
    Wide,
    Even,
}

impl Shape {
    fn topic(self, device: u32, devices: u32) -> String {
        match self {
            Self::Wide => format!("site/{device}/sensor/temperature"),
            Self::Even => {
                let side = (1..).find(|side| side * side * side >= devices).unwrap();
                format!("site/{}/{}/{}/temperature", device / side / side, device / side % side, device % side)
            }
        }
    }
}

/// One subscription for each device, and five with wildcards for everything; each topic reaches four.
fn tree(shape: Shape, devices: u32) -> SubscriptionTree<u32, u8> {
    let limits = TreeLimits { max_entries: 2_000_000, ..TreeLimits::default() };
    let mut tree = SubscriptionTree::new(SEED, limits);
    for device in 0..devices {
        tree.insert(&TopicFilter::new(shape.topic(device, devices)).unwrap(), device, 1).unwrap();
    }
    for filter in ["site/#", "site/+/#", "$share/log/site/#", "+/7/alarm", "$SYS/#"] {
        tree.insert(&TopicFilter::new(filter).unwrap(), u32::MAX, 1).unwrap();
    }
    tree
}

fn topics(shape: Shape, devices: u32) -> Vec<Topic<'static>> {
    (0..TOPICS).map(|at| Topic::new(shape.topic(at * (devices / TOPICS), devices)).unwrap()).collect()
}

fn matching(rows: &mut Vec<Row>, wanted: Wanted<'_>) {
    for (shape, shape_name) in [(Shape::Wide, "one level"), (Shape::Even, "three levels")] {
        for devices in SIZES {
            let name = format!("match, {shape_name} among {devices}");
            if !wanted(&name) {
                continue;
            }
            let (tree, topics) = (tree(shape, devices), topics(shape, devices));
            rows.push(Row::new(name, u64::from(TOPICS), 4 * TOPICS as usize, move || {
                topics
                    .iter()
                    .map(|topic| tree.matches(topic).map(|matched| matched.subscribers.len()).sum::<usize>())
                    .sum()
            }));
        }
    }
    if wanted("match, 1000 subscribers of one filter") {
        let mut tree = SubscriptionTree::new(SEED, TreeLimits::default());
        for subscriber in 0..1_000u32 {
            tree.insert(&TopicFilter::new("news/#").unwrap(), subscriber, 1usize).unwrap();
        }
        let topic = Topic::new("news/today").unwrap();
        rows.push(Row::new("match, 1000 subscribers of one filter", 1_000, 1_000, move || {
            tree.matches(&topic).flat_map(|matched| matched.subscribers).map(|(_, value)| *value).sum()
        }));
    }
    for devices in [1_000, 1_000_000] {
        let name = format!("remove and insert among {devices}");
        if wanted(&name) {
            let (mut tree, topics) = (tree(Shape::Wide, devices), topics(Shape::Wide, devices));
            rows.push(Row::new(name, u64::from(TOPICS), TOPICS as usize, move || {
                let mut count = 0;
                for (at, topic) in (0..).zip(&topics) {
                    let filter = TopicFilter::new(topic.as_str()).unwrap();
                    let subscriber = at * (devices / TOPICS);
                    count += usize::from(tree.remove(&filter, &subscriber).is_some());
                    tree.insert(&filter, subscriber, 1).unwrap();
                }
                count
            }));
        }
    }
}

fn retained(rows: &mut Vec<Row>, wanted: Wanted<'_>) {
    for devices in SIZES {
        let names = [format!("retained, a topic among {devices}"), format!("retained, `+` among {devices}")];
        if !names.iter().any(|name| wanted(name)) {
            continue;
        }
        let build = || {
            let mut store = Retained::new(SEED, TreeLimits::default());
            for device in 0..devices / 3 {
                for kind in ["temperature", "humidity", "power"] {
                    store.insert(&Topic::new(format!("site/{device}/{kind}")).unwrap(), 1).unwrap();
                }
            }
            store
        };
        for ((name, last), found) in names.into_iter().zip(["power", "+"]).zip([1, 3]) {
            if wanted(&name) {
                let store = build();
                let filters = (0..TOPICS).map(|at| format!("site/{}/{last}", at * (devices / 3 / TOPICS)));
                let filters: Vec<_> = filters.map(|text| TopicFilter::new(text).unwrap()).collect();
                rows.push(Row::new(name, u64::from(TOPICS), found * TOPICS as usize, move || {
                    filters.iter().map(|filter| store.matches(filter).sum::<usize>()).sum()
                }));
            }
        }
    }
}

fn packet_ids(rows: &mut Vec<Row>) {
    for used in [0, 65_534] {
        let mut ids: PacketIds = PacketIds::new();
        for _ in 0..used {
            ids.allocate().unwrap();
        }
        rows.push(Row::new(format!("packet identifiers, {used} in use"), 64, 64, move || {
            (0..64).filter(|_| ids.allocate().is_some_and(|id| ids.release(id))).count()
        }));
    }
}

fn first_bytes(rows: &mut Vec<Row>) {
    let request = "GET /mqtt HTTP/1.1\r\nHost: broker.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n";
    for (name, bytes) in [
        ("first bytes, MQTT 5.0", &b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"[..]),
        ("first bytes, WebSocket", request.as_bytes()),
        ("first bytes, PROXY v1", b"PROXY TCP4 192.0.2.1 192.0.2.2 40000 1883\r\n"),
        ("first bytes, unknown", b"\x30\x05\x00\x01abc"),
    ] {
        rows.push(Row::new(name, 64, 64, move || {
            (0..64).filter(|_| FirstBytes::of(black_box(bytes)).is_some()).count()
        }));
    }
}

fn rows(wanted: Wanted<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    matching(&mut rows, wanted);
    retained(&mut rows, wanted);
    packet_ids(&mut rows);
    first_bytes(&mut rows);
    rows
}

fn main() {
    counted::main("mqtt-broker", rows, &[]);
}
