//! Access by topic equals MQTT's own matching: against the matcher of the sister crate, on the policy and through the cryptography.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may fail loudly"
)]

#[path = "support/random.rs"]
mod random;

use mqtt_codec::TopicFilter;
use proptest::prelude::*;
use smqtt_crypto::abe::MasterKey;
use smqtt_crypto::curve::Pure;
use smqtt_crypto::{Decapsulate, Encapsulate, Epoch, Kem, Labels, Policy, Scope, TreeMaster, topic};

fn level() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), Just("a".into()), Just("b".into()), Just("$SYS".into()), Just("é".into())]
}

fn topic_name() -> impl Strategy<Value = String> {
    prop::collection::vec(level(), 1..6)
        .prop_map(|levels| levels.join("/"))
        .prop_filter("a name", |name| !name.is_empty())
}

fn filter() -> impl Strategy<Value = String> {
    let level = prop_oneof![3 => level(), 2 => Just("+".to_owned())];
    (prop::collection::vec(level, 0..6), any::<bool>(), prop::bool::weighted(0.2))
        .prop_map(|(mut levels, open, share)| {
            if open || levels.is_empty() {
                levels.push("#".into());
            }
            let filter = levels.join("/");
            if share { format!("$share/group/{filter}") } else { filter }
        })
        .prop_filter("a filter", |filter| TopicFilter::new(filter.as_str()).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4000))]

    #[test]
    fn a_policy_is_satisfied_exactly_when_the_filter_matches(filter in filter(), name in topic_name()) {
        let expected = TopicFilter::new(filter.as_str()).unwrap().matches(&name);
        prop_assert_eq!(topic::matches(&filter, &name), expected, "our own matcher: {} {}", filter, name);
        let policy = Policy::for_topic(&filter).unwrap();
        let attributes = Labels::default().attributes(&name, Epoch(7)).unwrap();
        prop_assert_eq!(policy.is_satisfied_by(&attributes), expected, "{} {}", filter, name);
        let again: Policy = policy.to_string().parse().unwrap();
        prop_assert_eq!(again, policy);
    }

    /// What is a filter here is one there, and the other way round (up to the bound on levels).
    #[test]
    fn filters_are_the_same_filters(text in "[a#+/$]{0,8}|\\$share/[a+]{0,2}/[a#+/]{0,4}") {
        prop_assert_eq!(topic::is_filter(&text), TopicFilter::new(text.as_str()).is_ok(), "{:?}", text);
    }

    #[test]
    fn the_symmetric_tree_grants_exactly_what_matches(filter in filter(), name in topic_name()) {
        let master = TreeMaster::decode(smqtt_crypto::Secret::new([1; 32]));
        if let Some(mut key) = master.grant(&filter, Epoch(1), Epoch(2)) {
            let scope = Scope { topic: &name, epoch: Epoch(2), access: &[] };
            let mut out = Vec::new();
            let sent = master.clone().encapsulate(&scope, &[0; 32], &mut random::seeded(1), &mut out).unwrap();
            let got = key.decapsulate(&scope, &[0; 32], &out);
            prop_assert_eq!(got.ok(), TopicFilter::new(filter.as_str()).unwrap().matches(&name).then_some(sent));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The soundness law through the cryptography: decryption succeeds if and only if the policy is satisfied.
    #[test]
    fn a_key_opens_exactly_what_its_filter_matches(filter in filter(), name in topic_name(), lo in 0u64..6, len in 0u64..6) {
        let mut random = random::seeded(3);
        let master = MasterKey::<Pure>::setup(Kem::FABEO_KP, &mut random).unwrap();
        let policy = Policy::for_topic(&filter).unwrap().during(Epoch(lo), Epoch(lo + len)).unwrap();
        let mut key = master.issue_policy_key(&policy, &mut random).unwrap();
        let mut access = Vec::new();
        Labels::default().encode(&mut access);
        let scope = Scope { topic: &name, epoch: Epoch(4), access: &access };
        let mut out = Vec::new();
        let sent = master.public().clone().encapsulate(&scope, &[0; 32], &mut random, &mut out).unwrap();
        let expected = TopicFilter::new(filter.as_str()).unwrap().matches(&name) && (lo..=lo + len).contains(&4);
        prop_assert_eq!(Decapsulate::decapsulate(&mut key, &scope, &[0; 32], &out).ok(), expected.then_some(sent));
    }

    /// Numeric comparisons, which users of other libraries report wrong: every operator against plain arithmetic.
    #[test]
    fn comparisons(value in 0u64..300, bound in 0u64..300, high in 0u64..300) {
        let labels = Labels::new(&[smqtt_crypto::Label::Number { name: "n".into(), bits: 12, value }]).unwrap();
        let attributes = labels.attributes("t", Epoch(0)).unwrap();
        let check = |text: String, expected: bool| {
            let policy: Policy = text.parse().unwrap();
            assert_eq!(policy.is_satisfied_by(&attributes), expected, "{text} with {value}");
            let again: Policy = policy.to_string().parse().unwrap();
            assert_eq!(again, policy);
        };
        check(format!("n = {bound}#12"), value == bound);
        check(format!("n != {bound}#12"), value != bound);
        check(format!("n <= {bound}#12"), value <= bound);
        check(format!("n >= {bound}#12"), value >= bound);
        check(format!("n > {bound}#12"), value > bound);
        check(format!("not n > {bound}#12"), value <= bound);
        check(format!("not (n = {bound}#12 or n = {high}#12)"), value != bound && value != high);
        check(format!("n in {{{bound}#12, {high}#12}}"), value == bound || value == high);
        check(format!("not n in {{{bound}#12, {high}#12}}"), value != bound && value != high);
        check(format!("not 2 of (n > {bound}#12, n < 4000#12, n = {high}#12)"),
            !(value > bound || value == high));
        if bound > 0 { check(format!("n < {bound}#12"), value < bound); }
        if bound <= high {
            check(format!("n in [{bound}..{high}]#12"), (bound..=high).contains(&value));
            check(format!("not n in [{bound}..{high}]#12"), !(bound..=high).contains(&value));
        }
    }
}
