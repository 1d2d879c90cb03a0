//! `/me`: what is recorded about me.

use super::api::load_me;
use super::model::{Kept, LookRow, Me, Profile, SignedIn};
use crate::base::{lazy_page, t};
use crate::ui::{
    Button, Empty, Figure, Glyph, Icon, Page, PageHeader, Pager, Section, Shape, Table, Time, button_class, load,
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/me`
    MePage in account: me_page
}

fn me_page() -> AnyView {
    let query = use_query_map();
    let me = load(move || query.read().get("page").unwrap_or_default(), load_me);
    view! {
        <Page title=t().privacy.title>
            {me.show(Shape::Page, |me| view! { <MeBody me /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn MeBody(me: Me) -> impl IntoView {
    let texts = &t().privacy;
    let (page, pages) = (me.activity.paging.number, me.activity.pages());
    let nothing = me.activity.rows.is_empty();
    let did = me
        .activity
        .rows
        .into_iter()
        .map(|did| {
            view! {
                <li class="trace">
                    <span>{did.text}</span>
                    <Time when=did.when />
                </li>
            }
        })
        .collect_view();
    view! {
        <PageHeader title=texts.title lede=texts.lead>
            <a
                class=button_class(Default::default(), Default::default())
                href="/me/export.json"
                rel="external"
                download="atrium-about-me.json"
                title=texts.download_hint
            >
                <Icon glyph=Glyph::Download />
                <span class="btn-text">{texts.download}</span>
            </a>
        </PageHeader>
        <ProfileFacts profile=me.profile />
        <KeptFigures kept=me.kept />
        <Looks looks=me.looks />
        <Sessions sessions=me.sessions />
        <Section title=texts.activity note=texts.activity_note id="activity".to_owned()>
            {if nothing {
                view! { <Empty glyph=Glyph::History title=texts.activity_none /> }.into_any()
            } else {
                view! { <ul class="traces">{did}</ul> }.into_any()
            }}
            <Pager page pages address=|n| format!("/me?page={n}#activity") />
        </Section>
    }
}

#[component]
fn ProfileFacts(profile: Profile) -> impl IntoView {
    let texts = &t().privacy;
    let with_origin = |rows: Vec<(String, String)>| {
        let words: Vec<String> = rows
            .into_iter()
            .map(|(name, origin)| format!("{name} ({} {origin})", texts.origin.to_lowercase()))
            .collect();
        if words.is_empty() { texts.none.to_owned() } else { words.join(", ") }
    };
    let accounts = if profile.accounts.is_empty() { texts.none.to_owned() } else { profile.accounts.join(", ") };
    let learning = profile.learning_accounts;
    let learning = if learning.is_empty() { texts.none.to_owned() } else { learning.join(", ") };
    let facts = [
        (texts.name, profile.name),
        (texts.email, profile.email),
        (texts.job_title, profile.job_title),
        (texts.manager, profile.manager.unwrap_or_else(|| texts.nobody.to_owned())),
        (texts.groups, with_origin(profile.groups)),
        (texts.roles, with_origin(profile.roles)),
        (texts.accounts, accounts),
        (texts.learning_accounts, learning),
        (texts.employee_number, profile.employee_number.unwrap_or_else(|| texts.none.to_owned())),
        (texts.language, profile.locale),
        (texts.time_zone, profile.time_zone),
        (texts.known_since, profile.since.text),
    ];
    let facts = facts
        .into_iter()
        .map(|(name, value)| {
            view! {
                <div class="about-fact">
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <Section title=texts.profile note=texts.profile_note>
            <dl class="about-facts">{facts}</dl>
        </Section>
    }
}

#[component]
fn KeptFigures(kept: Kept) -> impl IntoView {
    let texts = &t().privacy;
    view! {
        <Section title=texts.counts note=texts.counts_note>
            <div class="figures">
                <Figure value=kept.activity label=texts.count_activity />
                <Figure value=kept.done label=texts.count_done />
                <Figure value=kept.saved label=texts.count_saved />
                <Figure value=kept.hidden label=texts.count_hidden />
                <Figure value=kept.follows label=texts.count_follows />
                <Figure value=kept.notices label=texts.count_notices />
                <Figure value=kept.mails label=texts.count_mails />
                <Figure value=kept.choices label=texts.count_choices />
            </div>
            <p class="section-note">
                {texts.notices_note} " " <a href="/notices/settings">{t().notify.to_settings}</a>
            </p>
        </Section>
    }
}

#[component]
fn Looks(looks: Vec<LookRow>) -> impl IntoView {
    let texts = &t().privacy;
    let nobody = looks.is_empty();
    let rows = looks
        .into_iter()
        .map(|look| {
            view! {
                <tr>
                    <td data-label=texts.when>
                        <Time when=look.when />
                    </td>
                    <th scope="row" data-label=texts.who>
                        {look.who}
                    </th>
                    <td data-label=texts.shown>{look.shown}</td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Section title=texts.looks note=texts.looks_note id="looks".to_owned()>
            {if nobody {
                view! { <Empty glyph=Glyph::ShieldCheck title=texts.looks_none /> }.into_any()
            } else {
                view! {
                    <Table
                        caption=texts.looks
                        head=vec![texts.when.into(), texts.who.into(), texts.shown.into()]
                        stacked=true
                    >
                        {rows}
                    </Table>
                }
                    .into_any()
            }}
        </Section>
    }
}

#[component]
fn Sessions(sessions: Vec<SignedIn>) -> impl IntoView {
    let texts = &t().privacy;
    let rows = sessions
        .into_iter()
        .map(|session| {
            view! {
                <tr>
                    <th scope="row" data-label=texts.browser>
                        {session.browser}
                    </th>
                    <td data-label=texts.since>
                        <Time when=session.since />
                    </td>
                    <td data-label=texts.last_seen>
                        <Time when=session.seen />
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Section title=texts.sessions note=texts.sessions_note id="sessions".to_owned()>
            <Table
                caption=texts.sessions
                head=vec![texts.browser.into(), texts.since.into(), texts.last_seen.into()]
                stacked=true
            >
                {rows}
            </Table>
            <form action="/sign-out/everywhere" method="post">
                <Button icon=Glyph::LogOut>{texts.end_all}</Button>
            </form>
        </Section>
    }
}
