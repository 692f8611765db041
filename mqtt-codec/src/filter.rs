//! MQTT 5.0 §4.7.1, §4.8.2: topic filters, shared subscriptions, and what a filter matches.

use core::fmt;
use core::ops::Deref;

use crate::check;
use crate::reason::ReasonCode;
use crate::text::Text;
use crate::topic::InvalidTopic;

/// A topic filter: what a subscription asks for (MQTT 5.0 §4.7.1).
///
/// `+` stands for one whole level, `#` for any number of levels at the end. `$share/name/filter` is a shared subscription.
///
/// ```
/// use mqtt_codec::TopicFilter;
///
/// let filter = TopicFilter::new("$share/pool/sensors/+/temperature")?;
/// assert_eq!(filter.share_name(), Some("pool"));
/// assert!(filter.matches("sensors/7/temperature"));
/// assert!(!TopicFilter::new("#")?.matches("$SYS/uptime"));
/// # Ok::<(), mqtt_codec::InvalidTopic>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TopicFilter<'a>(Text<'a>);

const SHARE: &str = "$share/";

impl<'a> TopicFilter<'a> {
    /// A topic filter, shared or not.
    ///
    /// # Errors
    /// Says which rule of MQTT 5.0 §4.7 or §4.8.2 the text breaks.
    pub fn new(filter: impl Into<Text<'a>>) -> Result<Self, InvalidTopic> {
        let filter = filter.into();
        if filter.len() > 65_535 {
            return Err(InvalidTopic::TooLong(filter.len())); // [MQTT-4.7.3-3]
        }
        if !check::is_sendable(&filter) {
            return Err(InvalidTopic::ForbiddenCharacter); // [MQTT-4.7.3-2]
        }
        check_syntax(&filter)?;
        Ok(Self(filter))
    }

    /// A filter whose syntax the decoder has checked.
    #[inline]
    pub(crate) const fn checked(filter: &'a str) -> Self {
        Self(Text::Borrowed(filter))
    }

    /// The whole text, `$share/` and all.
    #[inline]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// A view of the same filter that borrows from `self`.
    pub fn borrowed(&self) -> TopicFilter<'_> {
        TopicFilter(self.0.borrowed())
    }

    /// The same filter, independent of the input.
    pub fn into_owned(self) -> TopicFilter<'static> {
        TopicFilter(self.0.into_owned())
    }

    /// The share name of a shared subscription (MQTT 5.0 §4.8.2).
    pub fn share_name(&self) -> Option<&str> {
        split_share(self.as_str()).map(|(name, _)| name)
    }

    /// The filter that topics are matched against: the text without `$share/name/`.
    pub fn topic_filter(&self) -> &str {
        split_share(self.as_str()).map_or(self.as_str(), |(_, filter)| filter)
    }

    /// The levels of [`topic_filter`](Self::topic_filter).
    pub fn levels(&self) -> impl Iterator<Item = &str> {
        self.topic_filter().split('/')
    }

    /// Whether there is a wildcard.
    pub fn has_wildcard(&self) -> bool {
        check::has_wildcard(self.topic_filter().as_bytes())
    }

    /// Whether the filter matches a topic name. Linear in the shorter of the two; a leading wildcard does not match a
    /// name that begins with `$` \[MQTT-4.7.2-1\].
    pub fn matches(&self, topic: &str) -> bool {
        matches(self.topic_filter(), topic)
    }

    /// Whether the filter matches every topic that the other one matches. Linear in the shorter of the two.
    ///
    /// Share names have no say in it: they decide who gets a message, not which messages there are.
    ///
    /// ```
    /// use mqtt_codec::TopicFilter;
    ///
    /// let allowed = TopicFilter::new("house/#")?;
    /// assert!(allowed.covers(&TopicFilter::new("house/+/temperature")?));
    /// assert!(!allowed.covers(&TopicFilter::new("+/kitchen")?));
    /// assert!(!TopicFilter::new("#")?.covers(&TopicFilter::new("$SYS/#")?));
    /// # Ok::<(), mqtt_codec::InvalidTopic>(())
    /// ```
    pub fn covers(&self, other: &TopicFilter<'_>) -> bool {
        covers(self.topic_filter(), other.topic_filter())
    }
}

/// Share name and filter of a shared subscription.
fn split_share(filter: &str) -> Option<(&str, &str)> {
    filter.strip_prefix(SHARE)?.split_once('/')
}

/// The rules for filters.
pub(crate) fn check_syntax(filter: &str) -> Result<(), InvalidTopic> {
    let topic_filter = match filter.strip_prefix(SHARE) {
        None => filter,
        Some(shared) => {
            // [MQTT-4.8.2-2] A slash follows the name, and a filter follows the slash.
            let (name, topic_filter) = shared.split_once('/').ok_or(InvalidTopic::Share)?;
            // [MQTT-4.8.2-1] The name has a character, and no wildcard.
            if name.is_empty() || topic_filter.is_empty() || check::has_wildcard(name.as_bytes()) {
                return Err(InvalidTopic::Share);
            }
            topic_filter
        }
    };
    if topic_filter.is_empty() {
        return Err(InvalidTopic::Empty); // [MQTT-4.7.3-1]
    }
    let (mut before, mut rest) = (b'/', topic_filter.as_bytes());
    while let Some((&byte, after)) = rest.split_first() {
        let placed = match byte {
            // [MQTT-4.7.1-1] [3.1.1: MQTT-4.7.1-2] `#` is the whole last level.
            b'#' => before == b'/' && after.is_empty(),
            // [MQTT-4.7.1-2] [3.1.1: MQTT-4.7.1-3] `+` is a whole level.
            b'+' => before == b'/' && matches!(after, [] | [b'/', ..]),
            _ => true,
        };
        if !placed {
            return Err(InvalidTopic::MisplacedWildcard);
        }
        (before, rest) = (byte, after);
    }
    Ok(())
}

fn matches(filter: &str, topic: &str) -> bool {
    // [MQTT-4.7.2-1] [3.1.1: MQTT-4.7.2-1] A leading wildcard does not reach topics of the server's own.
    if topic.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    // [MQTT-4.7.3-4] Levels are compared as they are, without normalization.
    let mut filter = filter.split('/');
    let mut topic = topic.split('/');
    loop {
        match (filter.next(), topic.next()) {
            (Some("#"), _) => return true, // also the parent level: `a/#` matches `a`
            (Some("+"), Some(_)) => {}
            (Some(wanted), Some(level)) if wanted == level => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

fn covers(filter: &str, other: &str) -> bool {
    // [MQTT-4.7.2-1] The other one reaches topics of the server's own if it names them.
    if other.starts_with('$') && filter.starts_with(['+', '#']) {
        return false;
    }
    // `#` is the level above it, too, but no topic is empty.
    let other = match other {
        "#" => "+/#",
        "/#" => "/+/#",
        other => other,
    };
    let mut filter = filter.split('/');
    let mut other = other.split('/');
    loop {
        match (filter.next(), other.next()) {
            (Some("#"), _) => return true,
            (_, Some("#")) => return false,
            (Some("+"), Some(_)) => {}
            (Some(wanted), Some(level)) if wanted == level => {}
            (None, None) => return true,
            _ => return false,
        }
    }
}

impl Deref for TopicFilter<'_> {
    type Target = str;

    #[inline]
    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl PartialEq<str> for TopicFilter<'_> {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for TopicFilter<'_> {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl<'a> TryFrom<&'a str> for TopicFilter<'a> {
    type Error = InvalidTopic;

    fn try_from(filter: &'a str) -> Result<Self, InvalidTopic> {
        Self::new(filter)
    }
}

impl fmt::Debug for TopicFilter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for TopicFilter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A filter in a received SUBSCRIBE or UNSUBSCRIBE that is no topic filter.
///
/// It spoils its own entry only: answer [`reason_code`](Self::reason_code) in its place in SUBACK or UNSUBACK.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct BadFilter<'a> {
    /// The text as received; may be empty.
    pub text: &'a str,
    /// Which rule it breaks.
    pub reason: InvalidTopic,
}

impl<'a> BadFilter<'a> {
    /// Checks the text of a filter.
    pub(crate) fn check(text: &'a str) -> Result<TopicFilter<'a>, Self> {
        match check_syntax(text) {
            Ok(()) => Ok(TopicFilter::checked(text)),
            Err(reason) => Err(Self { text, reason }),
        }
    }

    /// Topic Filter invalid (0x8F); in a SUBACK of 3.1.1 the code is Failure (0x80).
    pub const fn reason_code(&self) -> ReasonCode {
        ReasonCode::TOPIC_FILTER_INVALID
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax() {
        for good in [
            "a",
            "+",
            "#",
            "/",
            "a/+/b",
            "+/+",
            "a/#",
            "/#",
            "$SYS/#",
            "$share/g/a",
            "$share/g/#",
            "$share/g//",
            "$shared",
            "$share",
        ] {
            assert_eq!(check_syntax(good), Ok(()), "{good}");
        }
        for bad in ["a#", "#/a", "a/#/b", "a+", "+a/b", "a/b+/c", "##", "++"] {
            assert_eq!(check_syntax(bad), Err(InvalidTopic::MisplacedWildcard), "{bad}");
        }
        for bad in ["$share/", "$share/g", "$share/g/", "$share//a", "$share/+/a", "$share/g#/a"] {
            assert_eq!(check_syntax(bad), Err(InvalidTopic::Share), "{bad}");
        }
        assert_eq!(check_syntax(""), Err(InvalidTopic::Empty));
    }

    /// The examples of MQTT 5.0 §4.7.1 and §4.7.2.
    #[test]
    fn the_examples_of_the_standard() {
        for (filter, topic, expected) in [
            ("sport/tennis/player1/#", "sport/tennis/player1", true),
            ("sport/tennis/player1/#", "sport/tennis/player1/ranking", true),
            ("sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true),
            ("sport/#", "sport", true),
            ("sport/tennis/+", "sport/tennis/player1", true),
            ("sport/tennis/+", "sport/tennis/player1/ranking", false),
            ("sport/+", "sport", false),
            ("sport/+", "sport/", true),
            ("+/+", "/finance", true),
            ("/+", "/finance", true),
            ("+", "/finance", false),
            ("#", "$SYS/", false),
            ("+/monitor/Clients", "$SYS/monitor/Clients", false),
            ("$SYS/#", "$SYS/", true),
            ("$SYS/monitor/+", "$SYS/monitor/Clients", true),
            ("$share/g/#", "$SYS/x", false),
            ("accounts", "Accounts", false),
        ] {
            assert_eq!(TopicFilter::new(filter).unwrap().matches(topic), expected, "{filter} {topic}");
        }
    }
}
