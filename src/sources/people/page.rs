//! `/sources/:id/people`: whose account is whose. Everything posts plain forms.

use super::api::{self, MatchAccount, ReadPeople, UndoMatch};
use super::model::{Account, PeopleView, Show};
use crate::base::{AppError, lazy_page, posted_error, t};
use crate::sources::model::RunCard;
use crate::sources::pages::bits::{Counted, RunLine, RunTrouble};
use crate::ui::{
    Badge, Breadcrumbs, Button, Empty, Figure, Glyph, LinkButton, Notice, Page, PageHeader, Pager, Section, Shape,
    Size, Tab, Table, Tabs, Time, Tone, Variant, load,
};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};

lazy_page! {
    /// `/sources/:id/people`
    SourcePeoplePage in operate: people_page
}

/// What can be done on the page.
#[derive(Clone, Copy)]
struct Acts {
    read: ServerAction<ReadPeople>,
    fit: ServerAction<MatchAccount>,
    undo: ServerAction<UndoMatch>,
}

impl Acts {
    /// What was wrong with the last of them, or what a screen reader says of it.
    fn outcome(self) -> Option<Result<&'static str, AppError>> {
        let texts = &t().people;
        let said = |answer: Option<Result<(), AppError>>, done| answer.map(|answer| answer.map(|()| done));
        said(self.read.value().get(), texts.done_read)
            .or_else(|| said(self.fit.value().get(), texts.done_matched))
            .or_else(|| said(self.undo.value().get(), texts.done_undone))
    }

    /// Only the last act has something to say.
    fn begins(self) {
        self.read.clear();
        self.fit.clear();
        self.undo.clear();
    }
}

fn people_page() -> AnyView {
    let (params, query) = (use_params_map(), use_query_map());
    let acts = Acts { read: ServerAction::new(), fit: ServerAction::new(), undo: ServerAction::new() };
    let asked = move || {
        let [show, page] = ["show", "page"].map(|name| query.with(|q| q.get(name).unwrap_or_default()));
        let done = (acts.read.version().get(), acts.fit.version().get(), acts.undo.version().get());
        (params.with(|p| p.get("id").unwrap_or_default()), show, page, done)
    };
    let view = load(asked, |(id, show, page, _)| api::people(id, show, page));
    view! {
        <Page>
            <p class="sr-only" role="status">
                {move || acts.outcome().and_then(Result::ok)}
            </p>
            <Fault acts />
            {view.show(Shape::Page, move |view| view! { <Shown view acts /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Fault(acts: Acts) -> impl IntoView {
    let posted = posted_error(&[ReadPeople::url(), MatchAccount::url(), UndoMatch::url()]);
    move || {
        let error = acts.outcome().map_or_else(|| posted.clone(), Result::err)?;
        let tone = if matches!(error, AppError::Conflict(_)) { Tone::Warn } else { Tone::Bad };
        Some(view! { <Notice tone live=true title=error.to_string() /> })
    }
}

#[component]
fn Shown(view: PeopleView, acts: Acts) -> impl IntoView {
    let texts = &t().people;
    let above = format!("/sources/{}", view.source);
    let here = format!("{above}/people");
    let title = texts.title(&view.source_name);
    let trail = vec![("/sources".to_owned(), t().sources.title.to_owned()), (above, view.source_name.clone())];
    let busy = view.run.as_ref().is_some_and(|run| !run.status.has_ended());
    let off = (!view.is_read).then(|| {
        view! {
            <Notice tone=Tone::Warn title=texts.off>
                <p>{texts.off_hint}</p>
            </Notice>
        }
    });
    let read = (view.is_read && !busy).then(|| {
        let source = view.source.clone();
        view! {
            <ActionForm action=acts.read on:submit=move |_| acts.begins()>
                <input type="hidden" name="source" value=source />
                <Button variant=Variant::Primary icon=Glyph::RefreshCw>
                    {texts.read_now}
                </Button>
            </ActionForm>
        }
    });
    let again =
        busy.then(|| view! { <LinkButton href=here.clone() icon=Glyph::RefreshCw>{texts.refresh}</LinkButton> });
    let run = view.run.clone().map(|run| view! { <Latest source=view.source.clone() run /> });
    view! {
        <Title text=title.clone() />
        <Breadcrumbs trail here=texts.link />
        <PageHeader title lede=texts.lead>
            {read}
            {again}
        </PageHeader>
        {off}
        <div class="figures figures-words">
            <Figure value=view.matched.text.clone() label=texts.matched />
            <Figure value=view.unmatched.text.clone() label=texts.unmatched />
            {view.next.clone().map(|when| view! { <Figure value=when.text label=texts.next /> })}
        </div>
        {run}
        <Accounts view acts />
    }
}

/// The latest reading.
#[component]
fn Latest(source: String, run: RunCard) -> impl IntoView {
    let address = format!("/sources/{source}/runs/{}", run.id);
    view! {
        <section class="latest-run" aria-label=t().people.latest>
            <RunLine run=run.clone() />
            <Counted run=run.clone() />
            <RunTrouble run />
            <p class="run-links">
                <LinkButton href=address>{t().sources.details}</LinkButton>
            </p>
        </section>
    }
}

#[component]
fn Accounts(view: PeopleView, acts: Acts) -> impl IntoView {
    let texts = &t().people;
    let PeopleView { source, show, accounts, .. } = view;
    let here = format!("/sources/{source}/people");
    let tab =
        |which: Show, label: &'static str| Tab::new(format!("{here}?show={}", which.as_str()), label, which == show);
    let tabs = vec![
        tab(Show::Unmatched, texts.show_unmatched),
        tab(Show::Matched, texts.show_matched),
        tab(Show::ByHand, texts.show_hand),
    ];
    let (number, pages) = (accounts.paging.number, accounts.pages());
    let list = if accounts.rows.is_empty() {
        let title = match show {
            Show::Unmatched => texts.empty_unmatched,
            Show::Matched => texts.empty_matched,
            Show::ByHand => texts.empty_hand,
        };
        view! { <Empty glyph=Glyph::CircleUserRound title text=texts.empty_hint /> }.into_any()
    } else {
        let head =
            [texts.column_account, texts.column_known_as, texts.column_person, texts.column_seen, texts.column_what];
        let rows = accounts
            .rows
            .into_iter()
            .enumerate()
            .map(|(at, account)| view! { <Row source=source.clone() account at acts /> })
            .collect_view();
        view! {
            <Table caption=texts.list head=head.map(str::to_owned).to_vec() stacked=true>
                {rows}
            </Table>
        }
        .into_any()
    };
    view! {
        <Section title=texts.list note=texts.ledger_note>
            <Tabs label=texts.list tabs />
            {list}
            <Pager page=number pages address=move |n| format!("{here}?show={}&page={n}", show.as_str()) />
        </Section>
    }
}

#[component]
fn Row(source: String, account: Account, at: usize, acts: Acts) -> impl IntoView {
    let texts = &t().people;
    let known = if account.known_as.is_empty() { texts.nothing_known.to_owned() } else { account.known_as.clone() };
    let person = match (&account.person, &account.how) {
        (Some(person), how) => {
            let how = how.as_deref().map(|how| texts.how(how)).unwrap_or_default();
            view! {
                {person.clone()}
                " "
                <Badge>{how}</Badge>
            }
            .into_any()
        }
        (None, _) => texts.reason(account.reason.map_or("", |reason| reason.as_str())).into_any(),
    };
    let by_hand = account.is_by_hand();
    let free = account.person.is_none();
    let (id, name) = (account.id.clone(), account.name.clone());
    let action = if free {
        view! { <Fit source account=id name at acts /> }.into_any()
    } else if by_hand {
        view! {
            <ActionForm action=acts.undo on:submit=move |_| acts.begins()>
                <input type="hidden" name="source" value=source />
                <input type="hidden" name="account" value=id />
                <Button size=Size::Small attr:aria-label=texts.undo_of(&name)>
                    {texts.undo}
                </Button>
            </ActionForm>
        }
        .into_any()
    } else {
        ().into_any()
    };
    view! {
        <tr>
            <th scope="row" data-label=texts.column_account>
                {account.name}
            </th>
            <td data-label=texts.column_known_as>{known}</td>
            <td data-label=texts.column_person>{person}</td>
            <td data-label=texts.column_seen>
                <Time when=account.seen />
            </td>
            <td data-label=texts.column_what>{action}</td>
        </tr>
    }
}

/// Says whose an account is.
#[component]
fn Fit(source: String, account: String, name: String, at: usize, acts: Acts) -> impl IntoView {
    let texts = &t().people;
    view! {
        <ActionForm action=acts.fit on:submit=move |_| acts.begins()>
            <input type="hidden" name="source" value=source />
            <input type="hidden" name="account" value=account />
            <div class="form-actions">
                <input
                    class="input"
                    id=format!("email-{at}")
                    type="email"
                    name="email"
                    required=true
                    autocomplete="off"
                    placeholder=texts.match_email
                    aria-label=texts.match_of(&name)
                />
                <Button size=Size::Small>{texts.match_button}</Button>
            </div>
        </ActionForm>
    }
}
