//! Moments in time, as PostHog writes them: ISO 8601.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::calendar::{civil_date, days_from_civil};

const SECONDS_A_DAY: i64 = 86_400;

/// Seconds since 1970, in UTC. Before that it is negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(i64);

impl Moment {
    /// Reads this machine's clock, which may stand before 1970.
    #[must_use]
    pub fn now() -> Self {
        let seconds = match SystemTime::now().duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_secs()).map_or(i64::MIN, |s| -s),
        };
        Self(seconds)
    }

    /// Reads `2026-11-26`, `2026-11-26T03:04:05Z`, with a fraction of a second or another time zone.
    /// Without a time it is the start of the day, without a zone it is UTC.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (date, time) = match text.find(['T', 't', ' ']) {
            Some(at) => (text.get(..at)?, text.get(at + 1..)?),
            None => (text, "00:00"),
        };
        let days = days_of(date)?;
        let (clock, offset) = clock_and_offset(time)?;
        Some(Self(days * SECONDS_A_DAY + seconds_of(clock)? - offset))
    }

    /// Number of whole days in UTC since 1970.
    #[must_use]
    pub fn day_number(self) -> i64 {
        self.0.div_euclid(SECONDS_A_DAY)
    }

    /// Number of days from an earlier day to this one.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.day_number().saturating_sub(earlier.day_number())
    }

    /// The time of the day, as `03:04`.
    #[must_use]
    pub fn time_of_day(self) -> String {
        let minutes = self.0.rem_euclid(SECONDS_A_DAY) / 60;
        format!("{:02}:{:02}", minutes / 60, minutes % 60)
    }
}

impl fmt::Display for Moment {
    /// The day, as `2026-11-26`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_date(self.day_number());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

/// Days since 1970 of `2026-11-26`.
fn days_of(date: &str) -> Option<i64> {
    let mut parts = date.split('-');
    let (year, month, day) = (
        parse_digits(parts.next()?, 4)?,
        parse_digits(parts.next()?, 2)?,
        parse_digits(parts.next()?, 2)?,
    );
    if parts.next().is_some() || !(1..=12).contains(&month) || day < 1 {
        return None;
    }
    let days = days_from_civil(year, month, day);
    // A day that its month does not have would come back as another one.
    (civil_date(days) == (year, month, day)).then_some(days)
}

/// Splits a time into the clock and the seconds by which it is ahead of UTC.
fn clock_and_offset(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else {
        return Some((time, 0));
    };
    let sign = if time.get(at..=at)? == "-" { -1 } else { 1 };
    let zone = time.get(at + 1..)?.replace(':', "");
    let (hours, minutes) = match zone.len() {
        2 => (parse_digits(&zone, 2)?, 0),
        4 => (
            parse_digits(zone.get(..2)?, 2)?,
            parse_digits(zone.get(2..)?, 2)?,
        ),
        _ => return None,
    };
    if hours > 23 || minutes > 59 {
        return None;
    }
    Some((time.get(..at)?, sign * (hours * 3600 + minutes * 60)))
}

/// Seconds of `03:04`, `03:04:05` or `03:04:05.678`.
fn seconds_of(clock: &str) -> Option<i64> {
    let whole = match clock.split_once('.') {
        Some((whole, fraction)) if is_number(fraction) => whole,
        Some(_) => return None,
        None => clock,
    };
    let mut parts = whole.split(':');
    let hours = parse_digits(parts.next()?, 2)?;
    let minutes = parse_digits(parts.next()?, 2)?;
    let seconds = match parts.next() {
        Some(seconds) => parse_digits(seconds, 2)?,
        None => 0,
    };
    // A leap second is the sixtieth.
    if parts.next().is_some() || hours > 23 || minutes > 59 || seconds > 60 {
        return None;
    }
    Some(hours * 3600 + minutes * 60 + seconds)
}

fn parse_digits(digits: &str, length: usize) -> Option<i64> {
    if digits.len() != length || !is_number(digits) {
        return None;
    }
    digits.parse().ok()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(text: &str) -> Option<i64> {
        Moment::parse(text).map(|moment| moment.0)
    }

    #[test]
    fn moments_are_read_in_every_form_that_an_api_writes() {
        // date -u -d '2026-11-26T03:04:05Z' +%s
        let expected = Some(1_795_662_245);
        for text in [
            "2026-11-26T03:04:05Z",
            "2026-11-26T03:04:05.123456Z",
            "2026-11-26 03:04:05+00:00",
            "2026-11-26T05:04:05+02:00",
            "2026-11-25T22:34:05-0430",
            "2026-11-26T13:04:05+10",
            "2026-11-26T03:04:05",
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
        assert_eq!(seconds("1970-01-01"), Some(0));
        assert_eq!(seconds("1969-12-31T23:59:59Z"), Some(-1));
        assert_eq!(seconds("2024-02-29"), Some(1_709_164_800));
    }

    #[test]
    fn text_that_is_no_moment_is_none() {
        for text in [
            "",
            "2026",
            "2026-11",
            "2026-13-01",
            "2026-02-29",
            "2026-00-10",
            "26-11-2026",
            "2026-11-26T",
            "2026-11-26T25:00:00Z",
            "2026-11-26T03:04:05.Z",
            "2026-11-26T03:04:05+99",
            "2026-11-26T03:04:05Q",
            "+2026-11-26",
            "1795662245",
            "２０２６-11-26",
            "2026-11-26-01",
        ] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn the_ends_of_the_clock_can_be_shown() {
        assert_eq!(
            Moment(i64::MIN).day_number(),
            i64::MIN.div_euclid(SECONDS_A_DAY)
        );
        assert!(!Moment(i64::MIN).to_string().is_empty());
        assert!(!Moment(i64::MAX).to_string().is_empty());
        let moment = Moment::parse("2026-11-26T23:05:09-01:00").unwrap();
        assert_eq!(moment.to_string(), "2026-11-27");
        assert_eq!(moment.time_of_day(), "00:05");
    }
}
