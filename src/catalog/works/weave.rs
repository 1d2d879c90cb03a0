//! Finds out, as resources are taken in, which of them are editions of a work that is there already, or of each other.
//! Runs in the caller's transaction, so that nothing is ever seen twice.

use super::rules::{Facts, Verdict, Why, are_doubtful, is_title, judge};
use super::store::{self, NewPair, PairRow};
use crate::base::Res;
use crate::catalog::incoming::ResourceRow;
use crate::catalog::ingest::RESOURCE;
use crate::catalog::model::Kind;
use crate::catalog::store_in::note_changes;
use crate::platform::db::Conn;
use crate::platform::new_id;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// The most editions that a work gets by the rules alone: more are a mistake of somebody's.
const EDITIONS: usize = 40;
/// The most questions that one resource raises.
const QUESTIONS: usize = 3;

/// Two ids, the smaller first.
type Pair = (String, String);

/// A resource with what others may share with it.
pub struct Thread {
    /// Its id.
    pub id: String,
    /// What is compared.
    pub facts: Facts,
    marks: BTreeSet<String>,
}

impl Thread {
    /// Of a resource that is there.
    pub fn new(id: &str, facts: Facts) -> Thread {
        Thread { id: id.to_owned(), marks: facts.marks(), facts }
    }

    /// Of a resource that is being taken in.
    pub fn of(source: &str, row: &ResourceRow) -> Thread {
        let kind = Kind::parse(row.kind).unwrap_or(Kind::Article);
        let facts = Facts::new(source, &row.url, &row.title, &row.authors, &row.language, kind, row.minutes);
        Thread::new(&row.id, facts)
    }
}

/// To be called before the resources are written: nobody else compares what they may be the same as, until the
/// transaction ends.
pub async fn hold(tx: &mut Conn, threads: &[Thread]) -> Res<()> {
    let marks: BTreeSet<&String> = threads.iter().flat_map(|thread| &thread.marks).collect();
    Ok(store::hold(tx, &marks.into_iter().collect::<Vec<_>>()).await?)
}

/// [`hold`], of everything: for who compares again and again in one transaction.
pub async fn hold_all(tx: &mut Conn) -> Res<()> {
    Ok(store::hold_all(tx).await?)
}

/// Puts written resources where they belong: sure matches into one work, what comes close before a curator.
pub async fn weave(tx: &mut Conn, threads: &[Thread], now: i64) -> Res<()> {
    if threads.is_empty() {
        return Ok(());
    }
    let ids: Vec<&String> = threads.iter().map(|thread| &thread.id).collect();
    let marks = threads.iter().flat_map(|thread| thread.marks.iter().map(|mark| (&thread.id, mark)));
    store::put_marks(tx, &ids, &marks.collect::<Vec<_>>()).await?;
    let pairs = candidates(tx, threads).await?;
    if pairs.is_empty() {
        return Ok(());
    }
    let asked: BTreeSet<&String> = pairs.iter().flat_map(|(one, two)| [one, two]).collect();
    let rows = store::with_their_works(tx, &asked.into_iter().collect::<Vec<_>>()).await?;
    let facts: HashMap<String, Facts> = rows.iter().map(|row| (row.id.clone(), row.facts())).collect();
    let findings = Findings::of(&pairs, &facts);
    if findings.sure.is_empty() && findings.perhaps.is_empty() {
        return Ok(());
    }
    let known = store::pairs_among(tx, &facts.keys().collect::<Vec<_>>()).await?;
    let works = rows.into_iter().map(|row| (row.id, row.work)).collect();
    let mut loom = Loom::new(&facts, works, &known);
    let questions = loom.settle(findings);
    let moved = loom.moved();
    store::set_works(tx, &moved).await?;
    note_changes(tx, RESOURCE, &moved.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>()).await?;
    let merged = loom.joined.iter().map(|joined| ("merged", joined));
    let open = questions.iter().map(|question| ("open", question));
    let found = merged.chain(open).map(|(verdict, ((one, two), why))| NewPair {
        one,
        two,
        verdict,
        why: why.as_str(),
        strength: *why as i64,
        by: None,
    });
    Ok(store::found(tx, &found.collect::<Vec<_>>(), now).await?)
}

/// Pairs, one of them fresh, that share a mark. A title that very many have says nothing, nor does one that a source uses
/// twice.
async fn candidates(tx: &mut Conn, threads: &[Thread]) -> Res<BTreeSet<Pair>> {
    let marks: BTreeSet<&String> = threads.iter().flat_map(|thread| &thread.marks).collect();
    let mut sharers: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (mark, resource, source) in store::sharers(tx, &marks.into_iter().collect::<Vec<_>>()).await? {
        sharers.entry(mark).or_default().push((resource, source));
    }
    let mut pairs = BTreeSet::new();
    for thread in threads {
        for mark in &thread.marks {
            let others = sharers.get(mark).map(Vec::as_slice).unwrap_or_default();
            if is_title(mark) && others.len() > store::SHARERS as usize {
                continue;
            }
            let others = others
                .iter()
                .filter(|(id, source)| *id != thread.id && !(is_title(mark) && *source == thread.facts.source));
            pairs.extend(others.map(|(id, _)| pair(&thread.id, id)));
        }
    }
    Ok(pairs)
}

fn pair(one: &str, two: &str) -> Pair {
    (one.min(two).to_owned(), one.max(two).to_owned())
}

/// What the rules say, the strongest reasons first.
#[derive(Default)]
struct Findings {
    sure: Vec<(Pair, Why)>,
    perhaps: Vec<(Pair, Why)>,
}

impl Findings {
    fn of(pairs: &BTreeSet<Pair>, facts: &HashMap<String, Facts>) -> Findings {
        let mut findings = Findings::default();
        for pair in pairs {
            let (Some(one), Some(two)) = (facts.get(&pair.0), facts.get(&pair.1)) else { continue };
            match judge(one, two) {
                Verdict::Same(why) => findings.sure.push((pair.clone(), why)),
                Verdict::Perhaps(why) => findings.perhaps.push((pair.clone(), why)),
                Verdict::No => {}
            }
        }
        findings.sure.sort_by_key(|(_, why)| *why);
        findings.perhaps.sort_by_key(|(_, why)| *why);
        findings
    }
}

/// Works in the making.
struct Loom<'a> {
    facts: &'a HashMap<String, Facts>,
    /// The work that each has in the database.
    works: HashMap<String, Option<String>>,
    /// Which of `groups` each belongs to.
    place: HashMap<String, usize>,
    groups: Vec<Vec<String>>,
    /// What a curator keeps apart.
    apart: HashSet<Pair>,
    /// What a curator is asked.
    asked: Vec<Pair>,
    /// What a curator was asked, or has answered.
    known: HashSet<Pair>,
    /// What the rules put together.
    joined: Vec<(Pair, Why)>,
}

impl<'a> Loom<'a> {
    fn new(facts: &'a HashMap<String, Facts>, works: HashMap<String, Option<String>>, known: &[PairRow]) -> Loom<'a> {
        let mut by_work: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (id, work) in &works {
            by_work.entry(work.as_deref().unwrap_or(id)).or_default().push(id.clone());
        }
        let groups: Vec<Vec<String>> = by_work.into_values().collect();
        let place = groups.iter().enumerate().flat_map(|(at, group)| group.iter().map(move |id| (id.clone(), at)));
        let place = place.collect();
        let different = known.iter().filter(|row| row.verdict == "different");
        let apart = different.map(|row| pair(&row.one, &row.two)).collect();
        let open = known.iter().filter(|row| row.verdict == "open");
        let asked = open.map(|row| pair(&row.one, &row.two)).collect();
        let known = known.iter().map(|row| pair(&row.one, &row.two)).collect();
        Loom { facts, works, place, groups, apart, asked, known, joined: Vec::new() }
    }

    /// Joins what is sure and does not contradict what it would join; answers what to ask.
    fn settle(&mut self, findings: Findings) -> Vec<(Pair, Why)> {
        let mut doubts = Vec::new();
        for (pair, why) in findings.sure {
            if !self.join(&pair, why) {
                doubts.push((pair, why));
            }
        }
        let mut raised: HashMap<String, usize> = HashMap::new();
        // What is asked about two works already is not asked again about other editions of theirs.
        let mut between: HashSet<(usize, usize)> = self.asked.iter().filter_map(|pair| self.places(pair)).collect();
        let mut questions = Vec::new();
        for (pair, why) in doubts.into_iter().chain(findings.perhaps) {
            let Some(places) = self.places(&pair) else { continue };
            if self.are_apart(places) || self.known.contains(&pair) || !between.insert(places) {
                continue;
            }
            let most = [&pair.0, &pair.1].iter().map(|id| raised.get(*id).copied().unwrap_or(0)).max();
            if most.is_some_and(|raised| raised >= QUESTIONS) {
                continue;
            }
            for id in [&pair.0, &pair.1] {
                *raised.entry(id.clone()).or_default() += 1;
            }
            questions.push((pair, why));
        }
        questions
    }

    /// The two groups of a pair, unless they are one.
    fn places(&self, pair: &Pair) -> Option<(usize, usize)> {
        let (one, two) = (*self.place.get(&pair.0)?, *self.place.get(&pair.1)?);
        (one != two).then(|| (one.min(two), one.max(two)))
    }

    fn join(&mut self, pair: &Pair, why: Why) -> bool {
        let Some((into, from)) = self.places(pair) else { return true };
        let (ours, theirs) = (&self.groups[into], &self.groups[from]);
        let rival = |one: &String, two: &String| match (self.facts.get(one), self.facts.get(two)) {
            (Some(one), Some(two)) => one.title.rivals(&two.title),
            _ => true,
        };
        // By address or identifier two may be one whatever they are called; the others of their works are asked, too.
        let named = |one: &String, two: &String| why <= Why::Address && *pair == self::pair(one, two);
        let hindered = ours.iter().any(|one| theirs.iter().any(|two| !named(one, two) && rival(one, two)));
        // A third does not bring together by its title what by title alone is asked of a curator.
        let unsure = |one: &String, two: &String| match (self.facts.get(one), self.facts.get(two)) {
            (Some(one), Some(two)) => are_doubtful(one, two),
            _ => true,
        };
        let are_unsure = || ours.iter().any(|one| theirs.iter().any(|two| unsure(one, two)));
        let doubtful = why > Why::Address && (self.are_foreign(ours, theirs) || are_unsure());
        if hindered || doubtful || self.are_apart((into, from)) || ours.len() + theirs.len() > EDITIONS {
            return false;
        }
        let moving = std::mem::take(&mut self.groups[from]);
        for id in &moving {
            self.place.insert(id.clone(), into);
        }
        self.groups[into].extend(moving);
        self.joined.push((pair.clone(), why));
        true
    }

    /// Whether both have languages, and none in common. One whose language nobody knows would otherwise draw its
    /// translations together by their titles.
    fn are_foreign(&self, ours: &[String], theirs: &[String]) -> bool {
        let languages = |group: &[String]| -> BTreeSet<&str> {
            let known = group.iter().filter_map(|id| self.facts.get(id)).map(|facts| facts.language.as_str());
            known.filter(|language| !language.is_empty()).collect()
        };
        let (ours, theirs) = (languages(ours), languages(theirs));
        !ours.is_empty() && !theirs.is_empty() && ours.is_disjoint(&theirs)
    }

    fn are_apart(&self, (one, two): (usize, usize)) -> bool {
        let (one, two) = (&self.groups[one], &self.groups[two]);
        !self.apart.is_empty() && one.iter().any(|one| two.iter().any(|two| self.apart.contains(&pair(one, two))))
    }

    /// Who belongs to another work now than in the database.
    fn moved(&self) -> Vec<(String, Option<String>)> {
        let mut moved = Vec::new();
        let touched: BTreeSet<usize> =
            self.joined.iter().filter_map(|(pair, _)| self.place.get(&pair.0).copied()).collect();
        for at in touched {
            let group = &self.groups[at];
            // The oldest work stays.
            let work = group.iter().filter_map(|id| self.works.get(id)?.clone()).min().unwrap_or_else(new_id);
            let others = group.iter().filter(|id| self.works.get(*id).and_then(Option::as_ref) != Some(&work));
            moved.extend(others.map(|id| (id.clone(), Some(work.clone()))));
        }
        moved
    }
}
