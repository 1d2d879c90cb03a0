//! `/team`: how far the reporting line is with a playlist; `/team/:person`: how far one person is with hers.

use super::api::{load_person, load_team};
use super::model::{Counts, PersonView, TeamRow, TeamView};
use crate::base::{When, lazy_page, t};
use crate::playlists::Stage;
use crate::ui::{
    Avatar, Badge, Breadcrumbs, Button, Empty, Glyph, Page, PageHeader, Progress, Section, SelectField, Shape, Slice,
    StackedBar, Table, Time, Tone, load,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Form;
use leptos_router::hooks::{use_params_map, use_query_map};

lazy_page! {
    /// `/team`
    TeamPage in team: team_page
}

fn team_page() -> AnyView {
    let query = use_query_map();
    let asked = move || {
        let query = query.read();
        (query.get("playlist").unwrap_or_default(), query.get("people").unwrap_or_default())
    };
    let team = load(asked, |(playlist, people)| load_team(playlist, people));
    view! {
        <Page title=t().insights.title>
            {team.show(Shape::Table, |team| view! { <TeamBody team /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn TeamBody(team: TeamView) -> impl IntoView {
    let texts = &t().insights;
    let nothing = team.playlist.is_none();
    let content = team.playlist.clone().map(|playlist| {
        let (rows, counts, outside) = (team.rows.clone(), team.counts, team.outside);
        let (charted, listed) = (playlist.title.clone(), playlist.title.clone());
        view! {
            <HelpNext rows=rows.clone() />
            <Section title=texts.where_they_are note=playlist.title>
                <Chart counts title=charted />
            </Section>
            <Section title=texts.everyone>
                <People rows title=listed />
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

#[component]
fn Filter(team: TeamView) -> impl IntoView {
    let texts = &t().insights;
    let playlists: Vec<(String, String)> =
        team.choices.iter().map(|c| (c.slug.clone(), texts.option(&c.title, c.followers))).collect();
    let mut people = vec![(String::new(), texts.whole_line.to_owned()), ("direct".to_owned(), texts.direct.to_owned())];
    people.extend(team.teams.iter().map(|manager| (manager.id.clone(), texts.team_of(&manager.name))));
    let chosen = team.playlist.map(|playlist| playlist.slug).unwrap_or_default();
    view! {
        <Form method="GET" action="/team">
            <div class="team-filter">
                {(!playlists.is_empty())
                    .then(|| {
                        view! { <SelectField name="playlist" label=texts.playlist options=playlists value=chosen /> }
                    })}
                <SelectField name="people" label=texts.people options=people value=team.query.people />
                <Button>{texts.show}</Button>
            </div>
        </Form>
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
fn HelpNext(rows: Vec<TeamRow>) -> impl IntoView {
    let texts = &t().insights;
    let someone_started = rows.iter().any(|row| row.stage != Stage::NotStarted);
    let stuck = rows
        .into_iter()
        .filter(|row| row.stuck)
        .map(|row| {
            view! {
                <li class="person-line">
                    <Avatar name=row.person.name.clone() />
                    <div>
                        <p>
                            <a href=format!("/team/{}", row.person.id)>{row.person.name.clone()}</a>
                        </p>
                        <p class="meta">
                            <span>{t().playlists.progress(row.done, row.items)}</span>
                            {row.last.map(|when| view! { <span>{texts.since(&when.text)}</span> })}
                        </p>
                    </div>
                </li>
            }
        })
        .collect_view();
    let none = stuck.is_empty();
    someone_started.then(|| {
        view! {
            <Section title=texts.help_next note={if none { texts.help_none } else { texts.help_note }}>
                {(!none).then(|| view! { <ul class="person-lines">{stuck}</ul> })}
            </Section>
        }
    })
}

#[component]
fn People(rows: Vec<TeamRow>, title: String) -> impl IntoView {
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
                            <a href=format!("/team/{}", row.person.id)>{row.person.name}</a>
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
    let head = [texts.playlist_column, texts.state, texts.items, texts.last_activity].map(str::to_owned).to_vec();
    let none = person.rows.is_empty();
    let rows = person
        .rows
        .into_iter()
        .map(|row| {
            view! {
                <tr>
                    <th scope="row" data-label=texts.playlist_column>
                        {row.title}
                    </th>
                    {stand(row.stage, row.following, (row.done, row.items), row.last)}
                </tr>
            }
        })
        .collect_view();
    view! {
        <Title text=name.clone() />
        <Breadcrumbs trail=vec![("/team".into(), texts.title.into())] here=name.clone() />
        <PageHeader eyebrow=person.person.job_title title=name.clone() lede=texts.person_lead />
        <p class="section-note">{texts.ledger_note}</p>
        {if none {
            view! { <Empty glyph=Glyph::ListMusic title=texts.person_none /> }.into_any()
        } else {
            view! {
                <Table caption=name head stacked=true>
                    {rows}
                </Table>
            }
                .into_any()
        }}
    }
}
