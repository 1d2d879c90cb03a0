//! What people at work would have done in the last weeks: pure, from a seed. People learn on weekdays, in sessions of
//! their own working hours; they open what is about topics that they follow and what comes next in their playlists,
//! finish short things soon and long ones some sessions later, keep some for later, and wave a few away.

use super::calendar::{Calendar, EVENING, MORNING};
use super::dice::Dice;
use crate::base::MINUTE;
use crate::records::model::Verb;
use std::collections::{BTreeMap, HashSet};

const SEED: u64 = 0x4861_6c64_656e;
/// Days that the activity reaches back, without today.
const DAYS: i64 = 42;
/// Topics were followed in the fortnight before that.
const FOLLOWED: std::ops::RangeInclusive<i64> = DAYS + 2..=DAYS + 16;

/// Somebody who learns.
pub struct Member<'a> {
    pub email: &'a str,
    pub team: &'a str,
    pub time_zone: &'a str,
    pub follows: &'a [String],
}

/// Something to learn from.
pub struct Material {
    pub url: String,
    pub topics: Vec<String>,
    /// Zero where nobody says.
    pub minutes: i64,
    /// A BCP 47 tag.
    pub language: String,
}

/// A published playlist.
pub struct Course<'a> {
    pub slug: &'a str,
    /// A team; `None` is everyone.
    pub team: Option<&'a str>,
    /// In order.
    pub urls: Vec<String>,
}

/// What something was done to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Object {
    /// By address.
    Resource(String),
    /// By name.
    Topic(String),
    /// By slug.
    Playlist(String),
}

/// One thing that one person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    pub email: String,
    pub verb: Verb,
    pub object: Object,
    /// Epoch ms.
    pub at: i64,
}

/// Everything that `members` did, oldest first.
pub fn plan(members: &[Member<'_>], materials: &[Material], courses: &[Course<'_>], now: i64) -> Vec<Act> {
    let minutes: BTreeMap<&str, i64> = materials.iter().map(|each| (each.url.as_str(), each.minutes)).collect();
    let topics: BTreeMap<&str, &[String]> =
        materials.iter().map(|each| (each.url.as_str(), each.topics.as_slice())).collect();
    let mut acts = Vec::new();
    for member in members {
        let life = Life::new(member, materials, courses, &minutes, &topics, now);
        acts.extend(life.lived());
    }
    // Where a person's evening is still to come.
    acts.retain(|act| act.at < now);
    acts.sort_by(|one, other| (one.at, &one.email, &one.object).cmp(&(other.at, &other.email, &other.object)));
    acts
}

/// How far a team has come with a playlist: who follows it, and how much of it they have done.
fn stage(team: &str, course: &Course<'_>) -> (f64, f64) {
    let mut dice = Dice::of(SEED, &[team, course.slug]);
    let (shares, depths) = ([0.45, 0.65, 0.85], [0.3, 0.6, 0.85, 1.0]);
    let share = dice.pick(&shares).copied().unwrap_or_default();
    let depth = dice.pick(&depths).copied().unwrap_or_default();
    (if course.team.is_some() { 0.9 } else { share }, depth)
}

/// Whether the playlist is about what the person follows. One that is about nothing in particular is for everybody.
fn is_about(course: &Course<'_>, topics: &BTreeMap<&str, &[String]>, follows: &[String]) -> bool {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for topic in course.urls.iter().filter_map(|url| topics.get(url.as_str())).flat_map(|topics| topics.iter()) {
        *counts.entry(topic).or_default() += 1;
    }
    let mut main = counts.iter().filter(|(_, count)| **count * 5 >= course.urls.len() * 2).peekable();
    main.peek().is_none() || main.any(|(topic, _)| follows.iter().any(|follow| follow == topic))
}

/// A playlist that the person follows.
struct Path<'a> {
    course: &'a Course<'a>,
    /// The next item.
    next: usize,
    /// How many the person gets through.
    target: usize,
    followed: bool,
}

struct Life<'a> {
    member: &'a Member<'a>,
    calendar: Calendar,
    dice: Dice,
    minutes: &'a BTreeMap<&'a str, i64>,
    /// What is about the topics that the person follows, and some of the wiki.
    pool: Vec<&'a str>,
    paths: Vec<Path<'a>>,
    /// Opened, to be finished after so many sessions.
    unfinished: Vec<(String, i64)>,
    touched: HashSet<String>,
    acts: Vec<Act>,
}

impl<'a> Life<'a> {
    fn new(
        member: &'a Member<'a>,
        materials: &'a [Material],
        courses: &'a [Course<'a>],
        minutes: &'a BTreeMap<&'a str, i64>,
        topics: &BTreeMap<&str, &[String]>,
        now: i64,
    ) -> Self {
        let mut dice = Dice::of(SEED, &[member.email]);
        let mut pool = Vec::new();
        for each in materials {
            // Pages of the wiki have no topics; everybody meets some.
            let fits = each.topics.iter().any(|topic| member.follows.contains(topic));
            // The firm works in English; translations wait for whoever looks for them.
            if !each.language.starts_with("en") {
                continue;
            }
            if fits || (each.topics.is_empty() && dice.chance(0.4)) {
                pool.push(each.url.as_str());
            }
        }
        let mut paths = Vec::new();
        // One's own team's playlists come first.
        let own = courses.iter().filter(|course| course.team == Some(member.team));
        for course in own.chain(courses.iter().filter(|course| course.team.is_none())) {
            let (share, depth) = stage(member.team, course);
            let fits = course.team.is_some() || is_about(course, topics, member.follows);
            let share = if fits { share } else { 0.05 };
            if dice.chance(share) && paths.len() < 3 {
                let depth = (depth + (dice.share() - 0.5) * 0.5).clamp(0.0, 1.0);
                let target = (course.urls.len() as f64 * depth).round() as usize;
                paths.push(Path { course, next: 0, target, followed: false });
            }
        }
        pool.retain(|url| !paths.iter().any(|path: &Path<'_>| path.course.urls.iter().any(|each| each == url)));
        let calendar = Calendar::new(member.time_zone, now);
        let (unfinished, touched, acts) = (Vec::new(), HashSet::new(), Vec::new());
        Life { member, calendar, dice, minutes, pool, paths, unfinished, touched, acts }
    }

    fn lived(mut self) -> Vec<Act> {
        self.follow_topics();
        let eagerness = 0.25 + 0.45 * self.dice.share();
        for days in (1..=DAYS).rev() {
            if self.dice.chance(eagerness) {
                let start = self.dice.between(MORNING, EVENING - 60);
                self.session(days, start);
            }
        }
        self.acts
    }

    fn follow_topics(&mut self) {
        let first = self.dice.between(*FOLLOWED.start(), *FOLLOWED.end());
        for (number, topic) in self.member.follows.iter().enumerate() {
            let minute = MORNING + 25 + number as i64 * 2;
            // A weekend moves it to the Friday before.
            let moment = (first..first + 3).find_map(|days| self.calendar.moment(days, minute));
            if let Some(at) = moment {
                self.act(Verb::Followed, Object::Topic(topic.clone()), at);
            }
        }
    }

    /// Some twenty minutes to an hour and a half, `days` ago.
    fn session(&mut self, days: i64, start: i64) {
        let Some(start) = self.calendar.moment(days, start) else { return };
        let Some(end) = self.calendar.moment(days, EVENING) else { return };
        let mut at = start;
        if let Some(done) = self.due() {
            self.act(Verb::Completed, Object::Resource(done), at);
            at += self.dice.between(2, 9) * MINUTE;
        }
        for _ in 0..self.dice.between(1, 4) {
            at = self.step(at) + self.dice.between(2, 12) * MINUTE;
            if at > end {
                break;
            }
        }
    }

    /// What was opened some sessions ago and is finished now.
    fn due(&mut self) -> Option<String> {
        for (_, sessions) in &mut self.unfinished {
            *sessions -= 1;
        }
        let due = self.unfinished.iter().position(|(_, sessions)| *sessions <= 0)?;
        Some(self.unfinished.remove(due).0)
    }

    /// One thing after another; answers when it was over.
    fn step(&mut self, at: i64) -> i64 {
        if self.dice.chance(0.65)
            && let Some(path) = self.paths.iter().position(|path| !path.followed || path.next < path.target)
        {
            return self.go_on(path, at);
        }
        let Some(url) = self.dice.pick(&self.pool).map(|url| (*url).to_owned()) else { return at };
        if !self.touched.insert(url.clone()) {
            return at;
        }
        match self.dice.share() {
            chance if chance < 0.04 => self.act(Verb::Hidden, Object::Resource(url), at),
            chance if chance < 0.16 => self.act(Verb::Saved, Object::Resource(url), at),
            _ => return self.read(url, at, 0.6),
        }
        at
    }

    fn go_on(&mut self, number: usize, mut at: i64) -> i64 {
        let path = &mut self.paths[number];
        if !path.followed {
            path.followed = true;
            let slug = path.course.slug.to_owned();
            self.act(Verb::Followed, Object::Playlist(slug), at);
            at += MINUTE;
        }
        let path = &mut self.paths[number];
        while path.next < path.target {
            let url = path.course.urls[path.next].clone();
            path.next += 1;
            // Two playlists may share an item.
            if self.touched.insert(url.clone()) {
                return self.read(url, at, 1.0);
            }
        }
        at
    }

    /// Opens it, and finishes it at once where it is short; a long one is finished with this likelihood, later.
    fn read(&mut self, url: String, at: i64, finishes: f64) -> i64 {
        self.act(Verb::Opened, Object::Resource(url.clone()), at);
        if self.dice.chance(0.06) {
            self.act(Verb::Saved, Object::Resource(url.clone()), at + MINUTE);
        }
        let minutes = self.minutes.get(url.as_str()).copied().filter(|minutes| *minutes > 0).unwrap_or(12);
        let spent = minutes.clamp(4, 35) + self.dice.between(-2, 6);
        let end = at + spent * MINUTE;
        if minutes <= 45 && self.dice.chance(0.3 + finishes * 0.6) {
            self.act(Verb::Completed, Object::Resource(url), end);
        } else if self.dice.chance(finishes) {
            let sessions = 1 + (minutes / 180).min(4) + self.dice.between(0, 2);
            self.unfinished.push((url, sessions));
        }
        end
    }

    fn act(&mut self, verb: Verb, object: Object, at: i64) {
        self.acts.push(Act { email: self.member.email.to_owned(), verb, object, at });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::organisation::{EVERYONE, Organisation};
    use jiff::Timestamp;
    use jiff::civil::Weekday;

    /// 2026-11-24T12:00:00Z.
    const NOW: i64 = 1_795_521_600_000;

    fn planned(now: i64) -> (Organisation, Vec<Act>) {
        let organisation = Organisation::embedded().unwrap();
        let content = sandbox::Content::embedded().unwrap();
        let materials: Vec<Material> = [&content.books, &content.videos, &content.tutorials]
            .into_iter()
            .flatten()
            .map(|item| Material {
                url: item.url.clone(),
                topics: item.topics.clone(),
                minutes: item.minutes.map_or(0, i64::from),
                language: item.language.clone(),
            })
            .collect();
        let courses: Vec<Course<'_>> = organisation
            .playlists
            .iter()
            .map(|playlist| Course {
                slug: &playlist.slug,
                team: Some(playlist.audience.as_str()).filter(|audience| *audience != EVERYONE),
                urls: playlist.items.iter().map(|item| item.url.clone()).collect(),
            })
            .collect();
        let members: Vec<Member<'_>> = organisation
            .people
            .iter()
            .map(|person| Member {
                email: &person.email,
                team: &person.team,
                time_zone: &person.time_zone,
                follows: &organisation.follows[&person.email],
            })
            .collect();
        let acts = plan(&members, &materials, &courses, now);
        (organisation, acts)
    }

    #[test]
    fn the_same_day_gives_the_same_activity() {
        assert_eq!(planned(NOW).1, planned(NOW).1);
        let (morning, evening) = (NOW - 11 * 3_600_000, NOW + 11 * 3_600_000);
        let (early, late) = (planned(morning).1, planned(evening).1);
        // Somebody's evening of yesterday may still be to come at one in the morning, nothing else.
        assert_eq!(early, late.iter().filter(|act| act.at < morning).cloned().collect::<Vec<_>>());
    }

    #[test]
    fn people_learn_in_their_own_working_hours_and_never_tomorrow() {
        let (organisation, acts) = planned(NOW);
        assert!(acts.len() > 1500, "{}", acts.len());
        for act in &acts {
            assert!(act.at < NOW);
            let zone = &organisation.person(&act.email).unwrap().time_zone;
            let local = Timestamp::from_millisecond(act.at).unwrap().in_tz(zone).unwrap();
            assert!(!matches!(local.weekday(), Weekday::Saturday | Weekday::Sunday), "{act:?}");
            assert!((8..20).contains(&local.hour()), "{act:?} at {local}");
        }
    }

    #[test]
    fn nothing_is_finished_before_it_is_opened_or_twice() {
        let (_, acts) = planned(NOW);
        let mut opened = HashSet::new();
        let mut done = HashSet::new();
        for act in acts {
            let key = (act.email, act.object);
            match act.verb {
                Verb::Opened => drop(opened.insert(key)),
                Verb::Completed => {
                    assert!(opened.contains(&key), "{key:?}");
                    assert!(done.insert(key));
                }
                _ => {}
            }
        }
        assert!(done.len() > 300, "{}", done.len());
    }

    #[test]
    fn teams_are_at_different_stages_and_everybody_has_done_something() {
        let (organisation, acts) = planned(NOW);
        for person in &organisation.people {
            let own = acts.iter().filter(|act| act.email == person.email && act.verb == Verb::Opened);
            assert!(own.count() >= 2, "{} has opened nothing", person.email);
        }
        for playlist in organisation.playlists.iter().filter(|playlist| playlist.published) {
            let object = Object::Playlist(playlist.slug.clone());
            let followers: HashSet<&str> =
                acts.iter().filter(|act| act.object == object).map(|act| act.email.as_str()).collect();
            assert!(!followers.is_empty(), "nobody follows {}", playlist.slug);
            for email in followers {
                let team = &organisation.person(email).unwrap().team;
                assert!(
                    playlist.audience == EVERYONE || playlist.audience == *team,
                    "{email} follows {}",
                    playlist.slug
                );
            }
        }
    }
}
