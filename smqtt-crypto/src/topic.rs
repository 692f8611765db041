//! MQTT topic names and filters (MQTT 5.0 §4.7), as far as access to a topic depends on them.

/// Levels that a topic may have here: every level costs a ciphertext 48 bytes.
pub const MAX_TOPIC_LEVELS: usize = 32;

/// Is `topic` a topic name that a message can be encrypted for? MQTT 5.0 §4.7.3: not empty, no NUL, no wildcard.
#[must_use]
pub fn is_topic(topic: &str) -> bool {
    !topic.is_empty()
        && topic.len() <= usize::from(u16::MAX)
        && !topic.contains(['\0', '+', '#'])
        && topic.split('/').count() <= MAX_TOPIC_LEVELS
}

/// Is `filter` a topic filter? MQTT 5.0 §4.7.1: `#` only as the last level, wildcards alone in their levels.
#[must_use]
pub fn is_filter(filter: &str) -> bool {
    let filter = without_share(filter);
    if filter.is_empty() || filter.len() > usize::from(u16::MAX) || filter.contains('\0') {
        return false;
    }
    let mut levels = filter.split('/').peekable();
    let mut count = 0usize;
    while let Some(level) = levels.next() {
        count = count.saturating_add(1);
        // [MQTT-4.7.1-1] `#` is the last character and stands alone in its level. [MQTT-4.7.1-2] So does `+`.
        let wild = level.contains(['+', '#']);
        if wild && (level.len() != 1 || (level == "#" && levels.peek().is_some())) {
            return false;
        }
    }
    count <= MAX_TOPIC_LEVELS
}

/// `$share/group/filter` without its first two levels (MQTT 5.0 §4.8.2); anything else unchanged.
#[must_use]
pub fn without_share(filter: &str) -> &str {
    let Some(shared) = filter.strip_prefix("$share/") else { return filter };
    match shared.split_once('/') {
        // [MQTT-4.8.2-1] The share name is not empty and has no wildcard.
        Some((group, filter)) if !group.is_empty() && !group.contains(['+', '#']) => filter,
        _ => "",
    }
}

/// Does `filter` match `topic`? MQTT 5.0 §4.7.
#[must_use]
pub fn matches(filter: &str, topic: &str) -> bool {
    let filter = without_share(filter);
    // [MQTT-4.7.2-1] A filter that begins with a wildcard matches no topic that begins with `$`.
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    let mut levels = topic.split('/');
    for wanted in filter.split('/') {
        if wanted == "#" {
            return true;
        }
        match levels.next() {
            Some(level) if wanted == "+" || wanted == level => {}
            _ => return false,
        }
    }
    levels.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics() {
        assert!(["a", "/", "a//b", "$SYS/x", " "].iter().all(|topic| is_topic(topic)));
        assert!(!["", "a/+", "#", "a\0"].iter().any(|topic| is_topic(topic)));
        assert!(is_topic(&"/".repeat(31)) && !is_topic(&"/".repeat(32)));
    }

    #[test]
    fn filters() {
        for good in ["a", "#", "+", "a/+/c/#", "/", "+/+", "$share/g/a/#", "a//#"] {
            assert!(is_filter(good), "{good}");
        }
        for bad in ["", "a#", "#/a", "a+/b", "a\0", "$share/g", "$share//a", "$share/+/a", "a/##"] {
            assert!(!is_filter(bad), "{bad}");
        }
    }

    #[test]
    fn matching() {
        for (filter, topic, expected) in [
            ("a/#", "a", true),
            ("a/#", "a/b/c", true),
            ("a/+", "a", false),
            ("a/+", "a/", true),
            ("+/#", "a", true),
            ("a/+/#", "a", false),
            ("a/+/#", "a/b", true),
            ("#", "$SYS/a", false),
            ("$SYS/#", "$SYS/a", true),
            ("$share/g/+/b", "a/b", true),
        ] {
            assert_eq!(matches(filter, topic), expected, "{filter} {topic}");
        }
    }
}
