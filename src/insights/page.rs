//! `/team`: how far the reporting line is with a playlist; `/team/:person`: how far one person is with hers.

use super::api::{LoadTeam, load_person, load_team};
use super::model::{Choice, Counts, Help, NextItem, PersonRow, PersonView, TeamQuery, TeamRow, TeamView, mailto};
use crate::base::{When, lazy_page, t};
use crate::directory::PersonRef;
use crate::playlists::Stage;
use crate::ui::{
    Avatar, Badge, Breadcrumbs, Button, Empty, Glyph, LinkButton, Page, PageHeader, Progress, Section, SelectField,
    Shape, Slice, StackedBar, Table, Time, Tone, load,
};
use leptos::ev::SubmitEvent;
use leptos::form::FromFormData;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use leptos_router::params::ParamsMap;

/// People who have not started that are named above everybody, at most.
const NOT_STARTED_SHOWN: usize = 12;

lazy_page! {
    /// `/team`
    TeamPage in team: team_page
}

fn team_page() -> AnyView {
    let params = use_query_map();
    let team = load(move || params.with(query_of), |TeamQuery { playlist, people }| load_team(playlist, people));
    view! {
        <Page title=t().insights.title>
            {team.show(Shape::Table, |team| view! { <TeamBody team /> })}
        </Page>
    }
    .into_any()
}

fn query_of(params: &ParamsMap) -> TeamQuery {
    TeamQuery { playlist: params.get("playlist").unwrap_or_default(), people: params.get("people").unwrap_or_default() }
}

#[component]
fn TeamBody(team: TeamView) -> impl IntoView {
    let texts = &t().insights;
    let nothing = team.playlist.is_none();
    let content = team.playlist.clone().map(|playlist| {
        let (rows, counts, outside) = (team.rows.clone(), team.counts, team.outside);
        let (charted, listed) = (playlist.title.clone(), playlist.title.clone());
        // A person's page leads back to what is chosen here.
        let chosen = TeamQuery { playlist: playlist.slug, people: team.query.people.clone() }.to_address();
        let published = team.published.clone().map(|when| when.text).unwrap_or_default();
        view! {
            <HelpNext rows=rows.clone() published chosen=chosen.clone() />
            <Section title=texts.where_they_are note=playlist.title>
                <Chart counts title=charted />
            </Section>
            <Section title=texts.everyone>
                <People rows title=listed chosen />
                {(outside > 0).then(|| view! { <p class="section-note">{texts.outside(outside)}</p> })}
            </Section>
        }
    });
    view! {
        <PageHeader title=texts.title lede=texts.lead />
        <p class="section-note">{texts.ledger_note}</p>
        <Filter team />
        {content}
        {nothing
            .then(|| {
                view! { <Empty glyph=Glyph::ListMusic title=texts.no_playlists text=texts.no_playlists_hint /> }
            })}
    }
}

/// Without JavaScript a form that asks for an address. With it, going there leaves nothing empty in the address.
#[component]
fn Filter(team: TeamView) -> impl IntoView {
    let TeamView { query, choices, playlist, teams, .. } = team;
    let (navigate, shown) = (use_navigate(), query.to_address());
    let submit = move |event: SubmitEvent| {
        // What cannot be read goes out as a plain form does.
        let Ok(LoadTeam { playlist, people }) = LoadTeam::from_event(&event) else { return };
        event.prevent_default();
        let next = TeamQuery { playlist, people }.to_address();
        // What is shown already is no step to go back from.
        let options = NavigateOptions { replace: next == shown, scroll: false, ..NavigateOptions::default() };
        navigate(&format!("/team{next}"), options);
    };
    let chosen = TeamQuery { playlist: playlist.map(|playlist| playlist.slug).unwrap_or_default(), ..query };
    view! {
        <form method="get" action="/team" on:submit=submit>
            <div class="team-filter">
                // New fields for each choice: one in which somebody chose follows no address any more.
                <For
                    each=move || [chosen.clone()]
                    key=TeamQuery::to_address
                    children=move |chosen| view! { <Fields chosen choices=choices.clone() teams=teams.clone() /> }
                />
                <Button>{t().insights.show}</Button>
            </div>
        </form>
    }
}

#[component]
fn Fields(chosen: TeamQuery, choices: Vec<Choice>, teams: Vec<PersonRef>) -> impl IntoView {
    let texts = &t().insights;
    let playlists: Vec<(String, String)> =
        choices.iter().map(|c| (c.slug.clone(), texts.option(&c.title, c.followers))).collect();
    let mut people = vec![(String::new(), texts.whole_line.to_owned()), ("direct".to_owned(), texts.direct.to_owned())];
    people.extend(teams.into_iter().map(|manager| (manager.id, texts.team_of(&manager.name))));
    view! {
        {(!playlists.is_empty())
            .then(|| {
                view! { <SelectField name="playlist" label=texts.playlist options=playlists value=chosen.playlist /> }
            })}
        <SelectField name="people" label=texts.people options=people value=chosen.people />
    }
}

/// Its words and its colour.
fn of_stage(stage: Stage) -> (&'static str, Tone) {
    let texts = &t().insights;
    match stage {
        Stage::NotStarted => (texts.not_started, Tone::Neutral),
        Stage::Started => (texts.started, Tone::Warn),
        Stage::UnderWay => (texts.under_way, Tone::Accent),
        Stage::Done => (texts.done, Tone::Good),
    }
}

#[component]
fn Chart(counts: Counts, title: String) -> impl IntoView {
    let slices = [
        (Stage::Done, counts.done),
        (Stage::UnderWay, counts.under_way),
        (Stage::Started, counts.started),
        (Stage::NotStarted, counts.not_started),
    ]
    .map(|(stage, n)| {
        let (label, tone) = of_stage(stage);
        Slice::new(label, n, n.to_string(), tone)
    });
    view! { <StackedBar label=title slices=slices.to_vec() /> }
}

#[component]
fn HelpNext(rows: Vec<TeamRow>, published: String, chosen: String) -> impl IntoView {
    let texts = &t().insights;
    if rows.is_empty() {
        return ().into_any();
    }
    let too_early = rows.iter().any(|row| row.stage == Stage::NotStarted && row.help.is_none());
    let (not_started, rest): (Vec<_>, Vec<_>) =
        rows.into_iter().filter(|row| row.help.is_some()).partition(|row| row.help == Some(Help::NotStarted));
    let more = not_started.len().saturating_sub(NOT_STARTED_SHOWN) as i64;
    let lines = rest
        .into_iter()
        .chain(not_started.into_iter().take(NOT_STARTED_SHOWN))
        .map(|row| view! { <HelpLine row published=published.clone() chosen=chosen.clone() /> })
        .collect_view();
    let none = lines.is_empty();
    view! {
        <Section title=texts.help_next note={if none { texts.help_none } else { texts.help_note }}>
            {(!none).then(|| view! { <ul class="person-lines">{lines}</ul> })}
            {(more > 0).then(|| view! { <p class="section-note">{texts.more_not_started(more)}</p> })}
            {too_early.then(|| view! { <p class="section-note">{texts.too_early(&published)}</p> })}
        </Section>
    }
    .into_any()
}

/// Somebody who may need help, and why.
#[component]
fn HelpLine(row: TeamRow, published: String, chosen: String) -> impl IntoView {
    let texts = &t().insights;
    let (badge, why) = if row.help == Some(Help::NotStarted) {
        let (label, tone) = of_stage(Stage::NotStarted);
        let why = view! { <span>{texts.not_started_since(&published)}</span> }.into_any();
        (view! { <Badge tone>{label}</Badge> }, why)
    } else {
        let why = view! {
            <span>{t().playlists.progress(row.done, row.items)}</span>
            {row.last.map(|when| view! { <span>{texts.since(&when.text)}</span> })}
        }
        .into_any();
        (view! { <Badge tone=Tone::Warn>{texts.stands_still}</Badge> }, why)
    };
    view! {
        <li class="person-line">
            <Avatar name=row.person.name.clone() />
            <div>
                <p class="person-line-name">
                    <a href=format!("/team/{}{chosen}", row.person.id)>{row.person.name}</a>
                    {badge}
                </p>
                <p class="meta">
                    {why}
                    {row.following.then(|| view! { <span>{texts.following}</span> })}
                </p>
            </div>
        </li>
    }
}

#[component]
fn People(rows: Vec<TeamRow>, title: String, chosen: String) -> impl IntoView {
    let texts = &t().insights;
    if rows.is_empty() {
        return view! { <Empty glyph=Glyph::Users title=texts.nobody /> }.into_any();
    }
    let head = [texts.person, texts.state, texts.items, texts.last_activity].map(str::to_owned).to_vec();
    let rows = rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" data-label=texts.person>
                        <div>
                            <a href=format!("/team/{}{chosen}", row.person.id)>{row.person.name}</a>
                            <span class="table-note">{row.person.job_title}</span>
                        </div>
                    </th>
                    {stand(row.stage, row.following, (row.done, row.items), row.last)}
                </tr>
            }
        })
        .collect_view();
    view! {
        <Table caption=title head stacked=true>
            {rows}
        </Table>
    }
    .into_any()
}

/// How somebody stands with a playlist: the three cells that both tables end with.
fn stand(stage: Stage, following: bool, (done, items): (i64, i64), last: Option<When>) -> impl IntoView {
    let texts = &t().insights;
    let (state, tone) = of_stage(stage);
    view! {
        <td data-label=texts.state>
            <div>
                <Badge tone>{state}</Badge>
                {following.then(|| view! { <span class="table-note">{texts.following}</span> })}
            </div>
        </td>
        <td data-label=texts.items>
            <Progress done total=items label=texts.done_of(&done.to_string(), &items.to_string()) />
        </td>
        <td data-label=texts.last_activity>
            {match last {
                Some(when) => view! { <Time when /> }.into_any(),
                None => texts.never.into_any(),
            }}
        </td>
    }
}

lazy_page! {
    /// `/team/:person`
    PersonPage in team: person_page
}

fn person_page() -> AnyView {
    let params = use_params_map();
    let person = load(move || params.read().get("person").unwrap_or_default(), load_person);
    view! {
        <Page>
            {person.show(Shape::Table, |person| view! { <PersonBody person /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn PersonBody(person: PersonView) -> impl IntoView {
    let texts = &t().insights;
    let name = person.person.name.clone();
    let write = texts.write_to(&name);
    let head = [texts.playlist_column, texts.state, texts.items, texts.last_activity, texts.next_item];
    let none = person.rows.is_empty();
    let rows = person.rows.into_iter().map(|row| view! { <PersonLine row /> }).collect_view();
    // What was chosen on the page that led here.
    let team = format!("/team{}", use_query_map().with_untracked(query_of).to_address());
    view! {
        <Title text=name.clone() />
        <Breadcrumbs trail=vec![(team, texts.title.into())] here=name.clone() />
        <PageHeader eyebrow=person.person.job_title title=name.clone() lede=texts.person_lead>
            <LinkButton href=mailto(&person.email) leaves=true>
                {write}
            </LinkButton>
        </PageHeader>
        <p class="section-note">{texts.ledger_note}</p>
        {if none {
            view! { <Empty glyph=Glyph::ListMusic title=texts.person_none /> }.into_any()
        } else {
            view! {
                <Table caption=name head=head.map(str::to_owned).to_vec() stacked=true>
                    {rows}
                </Table>
            }
                .into_any()
        }}
    }
}

/// One playlist of a person.
#[component]
fn PersonLine(row: PersonRow) -> impl IntoView {
    let texts = &t().insights;
    let title = match row.slug {
        Some(slug) => view! { <a href=format!("/playlists/{slug}")>{row.title}</a> }.into_any(),
        None => view! {
            {row.title}
            <span class="table-note">{texts.not_yours}</span>
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row" data-label=texts.playlist_column>
                <div>{title}</div>
            </th>
            {stand(row.stage, row.following, (row.done, row.items), row.last)}
            <td data-label=texts.next_item>
                <div>{next_item(row.next, row.stage)}</div>
            </td>
        </tr>
    }
}

/// What somebody would do next, since when, and whether she has opened it.
fn next_item(next: Option<NextItem>, stage: Stage) -> AnyView {
    let texts = &t().insights;
    let Some(NextItem { resource, opened, since }) = next else {
        // Nothing may be left of a playlist that nobody has finished.
        return (stage == Stage::Done).then_some(texts.next_none).into_any();
    };
    let title = match resource {
        Some((id, title)) => view! { <a href=format!("/resources/{id}")>{title}</a> }.into_any(),
        None => t().playlists.not_yours.into_any(),
    };
    view! {
        {title}
        <span class="table-note">{if opened { t().playlists.opened } else { texts.not_opened }}</span>
        {since.map(|when| view! { <span class="table-note">{texts.next_since(&when.text)}</span> })}
    }
    .into_any()
}
