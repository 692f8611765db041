//! The subscription tree and the retained store against plain lists, and what they cost when they are large.

#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::collections::{BTreeMap, BTreeSet};

use mqtt_codec::{Retained, Seed, SubscriptionTree, Topic, TopicFilter, TreeFull, TreeLimits};
use proptest::prelude::*;

const SEED: Seed = Seed::new(0x0123_4567_89ab_cdef_0f1e_2d3c_4b5a_6978);

fn filter(text: &str) -> TopicFilter<'_> {
    TopicFilter::new(text).unwrap()
}

fn topic(text: &str) -> Topic<'_> {
    Topic::new(text).unwrap()
}

fn tree() -> SubscriptionTree<u32, u32> {
    SubscriptionTree::new(SEED, TreeLimits::default())
}

/// Share name, subscriber and value of everything that matches, and how many nodes were visited.
fn matches(tree: &SubscriptionTree<u32, u32>, name: &str) -> (Vec<(Option<String>, u32, u32)>, usize) {
    let name = topic(name);
    let mut walk = tree.matches(&name);
    let mut found = Vec::new();
    for matched in walk.by_ref() {
        assert!(!matched.subscribers.is_empty());
        let share = matched.share_name.map(str::to_owned);
        found.extend(matched.subscribers.iter().map(|&(who, value)| (share.clone(), who, value)));
    }
    assert!(walk.next().is_none());
    found.sort();
    (found, walk.visited())
}

#[derive(Debug, Clone)]
enum Step {
    Insert(String, u32, u32),
    Remove(String, u32),
    Match(String),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let filter = "(\\$share/[gh]/)?(\\$?[ab]?|\\+)(/([ab]?|\\+)){0,3}(/#)?|#|\\$share/g/#";
    let filter = filter.prop_filter("a filter", |text| TopicFilter::new(text.as_str()).is_ok());
    let name = "\\$?[abc]?(/[abc]?){0,4}".prop_filter("a topic", |text| !text.is_empty());
    let step = prop_oneof![
        4 => (filter.clone(), 0..4u32, any::<u32>()).prop_map(|(filter, who, value)| Step::Insert(filter, who, value)),
        3 => (filter, 0..4u32).prop_map(|(filter, who)| Step::Remove(filter, who)),
        2 => name.prop_map(Step::Match),
    ];
    proptest::collection::vec(step, 1..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn agrees_with_a_list(steps in steps()) {
        let mut tree = tree();
        let mut oracle: BTreeMap<(String, u32), u32> = BTreeMap::new();
        for step in steps {
            match step {
                Step::Insert(text, who, value) => {
                    let old = tree.insert(&filter(&text), who, value).unwrap();
                    prop_assert_eq!(old, oracle.insert((text, who), value));
                }
                Step::Remove(text, who) => {
                    prop_assert_eq!(tree.remove(&filter(&text), &who), oracle.remove(&(text, who)));
                }
                Step::Match(name) => {
                    let hits = oracle.iter().filter(|((text, _), _)| filter(text).matches(&name));
                    let mut expected: Vec<_> = hits
                        .map(|((text, who), value)| (filter(text).share_name().map(str::to_owned), *who, *value))
                        .collect();
                    expected.sort();
                    prop_assert_eq!(matches(&tree, &name).0, expected);
                }
            }
            prop_assert_eq!(tree.len(), oracle.len());
        }
        for ((text, who), value) in &oracle {
            prop_assert_eq!(tree.get(&filter(text), who), Some(value));
        }
        for ((text, who), value) in oracle {
            prop_assert_eq!(tree.remove(&filter(&text), &who), Some(value));
        }
        prop_assert_eq!((tree.len(), tree.node_count()), (0, 0));
    }

    #[test]
    fn retained_agrees_with_a_map(
        names in proptest::collection::vec("\\$?[ab]?(/[ab]?){0,3}", 1..40),
        filters in proptest::collection::vec("(\\$?[ab]?|\\+)(/([ab]?|\\+)){0,3}(/#)?|#", 1..20),
    ) {
        let mut retained = Retained::new(SEED, TreeLimits::default());
        let mut oracle = BTreeSet::new();
        for name in names.iter().filter(|name| !name.is_empty()) {
            // Every second time the topic is there, it goes.
            if oracle.insert(name.clone()) {
                prop_assert_eq!(retained.insert(&topic(name), name.clone()).unwrap(), None);
                prop_assert_eq!(retained.insert(&topic(name), name.clone()).unwrap(), Some(name.clone()));
            } else {
                oracle.remove(name);
                prop_assert_eq!(retained.remove(&topic(name)), Some(name.clone()));
            }
            prop_assert_eq!(retained.get(&topic(name)).is_some(), oracle.contains(name));
        }
        prop_assert_eq!(retained.len(), oracle.len());
        for wanted in filters.iter().filter_map(|text| TopicFilter::new(text.as_str()).ok()) {
            let mut found: Vec<&String> = retained.matches(&wanted).collect();
            found.sort();
            let expected: Vec<_> = oracle.iter().filter(|name| wanted.matches(name)).collect();
            prop_assert_eq!(found, expected, "{}", wanted);
        }
        for name in oracle {
            prop_assert_eq!(retained.remove(&topic(&name)), Some(name));
        }
        prop_assert_eq!((retained.len(), retained.node_count()), (0, 0));
    }
}

/// Overlapping filters, shares and the `$` rule, one by one.
#[test]
fn each_subscription_once() {
    let mut tree = tree();
    for (value, text) in
        (0..).zip(["a/+", "a/#", "#", "+/b", "a/b", "$share/g/a/b", "$share/h/a/b", "$share/g/a/+", "$SYS/#"])
    {
        tree.insert(&filter(text), 1, value).unwrap();
        tree.insert(&filter(text), 2, value).unwrap();
    }
    let (found, _) = matches(&tree, "a/b");
    let shared = |name: &str, value| (Some(name.to_owned()), value);
    let expected =
        [(None, 0), (None, 1), (None, 2), (None, 3), (None, 4), shared("g", 5), shared("g", 7), shared("h", 6)];
    let expected: Vec<_> = expected.into_iter().collect();
    for who in [1, 2] {
        let mine: Vec<_> =
            found.iter().filter(|hit| hit.1 == who).map(|(share, _, value)| (share.clone(), *value)).collect();
        assert_eq!(mine, expected);
    }
    assert_eq!(matches(&tree, "$SYS/b").0, [(None, 1, 8), (None, 2, 8)]);
    // The shares of one filter are each handed out once, with all members.
    let name = topic("a/b");
    let shares: Vec<_> = tree.matches(&name).filter(|matched| matched.share_name.is_some()).collect();
    assert_eq!((shares.len(), shares.iter().map(|matched| matched.subscribers.len()).sum::<usize>()), (3, 6));
}

#[test]
fn limits_are_crossed_by_one() {
    let limits = TreeLimits { max_entries: 3, max_nodes: 6, max_levels: 4, max_text: 10 };
    let mut tree = SubscriptionTree::new(SEED, limits);
    assert_eq!(tree.insert(&filter("a/b/c/d/e"), 1, ()), Err(TreeFull::Levels(4)));
    assert_eq!(tree.insert(&filter("0123456/89ab"), 1, ()), Err(TreeFull::Text(10)));
    assert_eq!(
        (tree.insert(&filter("0123456/89a"), 1, ()), tree.remove(&filter("0123456/89a"), &1)),
        (Ok(None), Some(()))
    );
    assert_eq!(tree.node_count(), 0);
    assert_eq!(tree.insert(&filter("a/b/c/d"), 1, ()), Ok(None));
    assert_eq!(tree.insert(&filter("x/y/z"), 1, ()), Err(TreeFull::Nodes(6)));
    assert_eq!(tree.node_count(), 4);
    assert_eq!(tree.insert(&filter("x/y"), 1, ()), Ok(None));
    assert_eq!(tree.insert(&filter("x"), 1, ()), Ok(None));
    assert_eq!(tree.insert(&filter("x/y"), 2, ()), Err(TreeFull::Entries(3)));
    assert_eq!(tree.insert(&filter("x/y"), 1, ()), Ok(Some(())), "what is there may be replaced");
    assert_eq!(tree.remove(&filter("x"), &2), None);

    let mut retained = Retained::new(SEED, limits);
    assert_eq!(retained.insert(&topic("a/b/c/d/e"), ()), Err(TreeFull::Levels(4)));
    for name in ["a", "a/b", "a/b/c"] {
        assert_eq!(retained.insert(&topic(name), ()), Ok(None));
    }
    assert_eq!(retained.insert(&topic("d"), ()), Err(TreeFull::Entries(3)));
    assert_eq!(retained.insert(&topic("a"), ()), Ok(Some(())));
    assert_eq!((retained.len(), retained.node_count()), (3, 3));

    // No configuration goes deeper than one bit for each level can say.
    let mut deep = SubscriptionTree::new(SEED, TreeLimits { max_levels: usize::MAX, ..TreeLimits::default() });
    assert_eq!(deep.insert(&filter(&"/".repeat(128)), 1, ()), Err(TreeFull::Levels(128)));
    assert_eq!(deep.insert(&filter(&["+"; 128].join("/")), 1, ()), Ok(None));
    assert_eq!(deep.insert(&filter(&format!("{}#", "a/".repeat(127))), 1, ()), Ok(None));
    assert_eq!(deep.matches(&topic(&["a"; 128].join("/"))).count(), 2);
    assert_eq!(deep.matches(&topic(&["a"; 30_000].join("/"))).count(), 1);
}

/// One subscription for each of `count` devices, and a handful for everything: of `count` the fan-out of a level grows alone.
fn wide(count: u32) -> SubscriptionTree<u32, u32> {
    let mut tree = tree();
    for device in 0..count {
        tree.insert(&filter(&format!("site/{device}/sensor/temperature")), device, 0).unwrap();
    }
    for text in ["site/+/sensor/#", "+/7/+/temperature", "$share/log/site/#", "$SYS/#"] {
        tree.insert(&filter(text), u32::MAX, 0).unwrap();
    }
    tree
}

#[test]
fn a_million_subscriptions_are_walked_like_a_thousand() {
    let (small, large) = (wide(1_000), wide(1_000_000));
    for name in
        ["site/7/sensor/temperature", "site/999/sensor/humidity", "site/none/sensor/temperature", "$SYS/x", "else"]
    {
        let ((found, visited), expected) = (matches(&large, name), matches(&small, name));
        assert_eq!((found, visited), expected, "{name}");
        assert!(visited <= 14, "{name}: {visited}");
    }
}

/// Memory follows the live subscriptions: what a million left behind goes with them, and the rest is still found.
#[test]
fn nothing_is_left_of_what_is_removed() {
    let mut tree = wide(20_000);
    let many = tree.node_count();
    for device in 0..19_990 {
        assert_eq!(tree.remove(&filter(&format!("site/{device}/sensor/temperature")), &device), Some(0));
    }
    assert!(tree.node_count() < many / 500, "{}", tree.node_count());
    for device in 19_990..20_000 {
        let (found, _) = matches(&tree, &format!("site/{device}/sensor/temperature"));
        assert_eq!(found.iter().map(|hit| hit.1).collect::<Vec<_>>(), [device, u32::MAX, u32::MAX]);
        assert_eq!(tree.insert(&filter(&format!("site/{device}/sensor/temperature")), device, 1).unwrap(), Some(0));
    }
}

/// What a hostile client subscribes to costs what it stores, not more: the paths through `+` are those that exist.
#[test]
fn hostile_filters() {
    let mut tree = tree();
    // Every combination of `a` and `+` on ten levels, none of which matches to the end.
    for bits in 0..1_024u32 {
        let levels: Vec<_> = (0..10).map(|at| if bits >> at & 1 == 0 { "a" } else { "+" }).collect();
        tree.insert(&filter(&format!("{}/b", levels.join("/"))), 1, 0).unwrap();
    }
    let (found, visited) = matches(&tree, &["a"; 11].join("/"));
    assert_eq!((found.len(), visited), (0, 2_047));
    // Ten thousand siblings, a long level, one filter with ten thousand subscribers, one with as many shares.
    let long = "x".repeat(60_000);
    tree.insert(&filter(&long), 1, 0).unwrap();
    for n in 0..10_000 {
        tree.insert(&filter(&format!("s/{n}")), 1, 0).unwrap();
        tree.insert(&filter("all"), n, 0).unwrap();
        tree.insert(&filter(&format!("$share/{n}/shared")), 1, 0).unwrap();
    }
    assert_eq!(matches(&tree, &long), (vec![(None, 1, 0)], 3));
    assert_eq!(matches(&tree, "s/7777").1, 5);
    assert_eq!((matches(&tree, "all").0.len(), matches(&tree, "shared").0.len()), (10_000, 10_000));
    for n in 0..10_000 {
        assert_eq!(tree.remove(&filter("all"), &n), Some(0));
        assert_eq!(tree.remove(&filter(&format!("$share/{n}/shared")), &1), Some(0));
    }
    assert_eq!(matches(&tree, "all").0, []);
}

/// A filter's literal levels lead straight to what it matches.
#[test]
fn retained_visits_what_lies_below_the_wildcard() {
    let mut retained = Retained::new(SEED, TreeLimits::default());
    for device in 0..10_000 {
        for kind in ["temperature", "humidity", "power"] {
            retained.insert(&topic(&format!("site/{device}/{kind}")), device).unwrap();
        }
    }
    for (text, count, visited) in
        [("site/77/power", 1, 4), ("site/77/+", 3, 6), ("site/77/#", 3, 6), ("site/none/#", 0, 2)]
    {
        let wanted = filter(text);
        let mut walk = retained.matches(&wanted);
        assert_eq!((walk.by_ref().count(), walk.visited()), (count, visited), "{text}");
    }
    assert_eq!(retained.matches(&filter("+/+/power")).count(), 10_000);
}
