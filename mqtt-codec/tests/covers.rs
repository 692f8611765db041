//! `TopicFilter::covers` against all topics of a small alphabet.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use mqtt_codec::{Topic, TopicFilter};

/// Every sequence of one to `max` of the levels, joined by slashes.
fn sequences(levels: &[&str], max: usize) -> Vec<String> {
    let mut all: Vec<String> = levels.iter().map(|&level| level.to_owned()).collect();
    let mut longest = all.clone();
    for _ in 1..max {
        longest = longest.iter().flat_map(|text| levels.iter().map(move |level| format!("{text}/{level}"))).collect();
        all.extend(longest.iter().cloned());
    }
    all
}

/// Filters of up to three levels and topics of up to five: one topic longer than any filter tells what `#` adds, and a level
/// that no filter has tells what `+` adds.
#[test]
fn every_pair_of_short_filters() {
    let topics = sequences(&["", "a", "$a", "else"], 4);
    let topics: Vec<_> = topics.iter().filter_map(|text| Topic::new(text.as_str()).ok()).collect();
    let filters = sequences(&["", "a", "$a", "+", "#"], 3);
    let filters: Vec<_> = filters.iter().filter_map(|text| TopicFilter::new(text.as_str()).ok()).collect();
    let matched: Vec<Vec<bool>> =
        filters.iter().map(|filter| topics.iter().map(|topic| filter.matches(topic)).collect()).collect();
    let mut covered = 0;
    for (filter, wide) in filters.iter().zip(&matched) {
        for (other, narrow) in filters.iter().zip(&matched) {
            let expected = narrow.iter().zip(wide).all(|(narrow, wide)| *wide || !*narrow);
            assert_eq!(filter.covers(other), expected, "{filter} {other}");
            let shared = TopicFilter::new(format!("$share/g/{filter}")).unwrap();
            let elsewhere = TopicFilter::new(format!("$share/h/{other}")).unwrap();
            assert_eq!(
                (shared.covers(other), filter.covers(&elsewhere), shared.covers(&elsewhere)),
                (expected, expected, expected)
            );
            covered += usize::from(expected);
        }
    }
    assert!(covered > filters.len() && filters.len() > 80, "{covered} of {} squared", filters.len());
}
