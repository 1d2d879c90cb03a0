//! `/notices/mail`: what became of every mail, for operators.

use super::desk::{Desk, Sayings};
use crate::base::{lazy_page, t};
use crate::notify::api::{self, RetryMail};
use crate::notify::model::{DeliveryRow, MailView, Standing, State};
use crate::ui::{
    Button, Empty, Glyph, Notice, Page, PageHeader, Pager, Shape, Size, Tab, Table, Tabs, Time, Tone, load, pressed,
};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/notices/mail`
    MailPage in operate: mail_page
}

fn mail_page() -> AnyView {
    let query = use_query_map();
    let part = move |name: &str| query.with(|query| query.get(name).unwrap_or_default());
    let desk = Desk::new(&[RetryMail::url()]);
    let asked = move || (part("state"), part("page"), desk.changed.get());
    let view = load(asked, |(state, page, _)| api::mail(state, page));
    view! {
        <Page title=t().notify.mail_title>
            <Sayings desk />
            {view.show(Shape::Page, move |view| view! { <Content view desk /> })}
        </Page>
    }
    .into_any()
}

fn address(state: State, page: i64) -> String {
    let page = if page > 1 { format!("&page={page}") } else { String::new() };
    format!("/notices/mail?state={}{page}", state.as_str())
}

#[component]
fn Content(view: MailView, desk: Desk) -> impl IntoView {
    desk.drawn();
    let texts = &t().notify;
    let MailView { standing, counts, state, page } = view;
    let tabs = counts
        .into_iter()
        .map(|(of, n)| Tab::new(address(of, 1), format!("{} ({n})", texts.state(of.as_str())), of == state));
    let (number, pages) = (page.paging.number, page.pages());
    let list = if page.rows.is_empty() {
        view! { <Empty glyph=Glyph::Inbox title=texts.mail_none /> }.into_any()
    } else {
        view! { <Mails rows=page.rows state desk /> }.into_any()
    };
    view! {
        <PageHeader title=texts.mail_title lede=texts.mail_lead />
        <StandingNotice standing />
        <Tabs label=texts.column_state tabs=tabs.collect() />
        {list}
        <Pager page=number pages address=move |page| address(state, page) />
    }
}

#[component]
fn StandingNotice(standing: Standing) -> impl IntoView {
    let texts = &t().notify;
    let (tone, title, text) = match standing {
        Standing::Off => (Tone::Warn, texts.mail_not_set.to_owned(), texts.mail_not_set_text.to_owned()),
        Standing::Untried => (Tone::Neutral, texts.mail_untried.to_owned(), String::new()),
        Standing::Good(when) => (Tone::Good, texts.mail_good(&when.text), String::new()),
        Standing::Failing(since, error) => {
            (Tone::Bad, texts.mail_failing(&since.text), format!("{error} {}", texts.mail_failing_hint))
        }
    };
    view! {
        <Notice tone title>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> })}
        </Notice>
    }
}

/// One form for all of them: the button says which is meant.
#[component]
fn Mails(rows: Vec<DeliveryRow>, state: State, desk: Desk) -> impl IntoView {
    let texts = &t().notify;
    let submit = move |event: SubmitEvent| {
        if let Some((_, id)) = pressed(&event) {
            event.prevent_default();
            desk.press(api::retry_mail(id), t().notify.state("waiting"), "content");
        }
    };
    let mut head = vec![
        texts.column_person.to_owned(),
        texts.column_what.to_owned(),
        texts.column_when.to_owned(),
        texts.column_state.to_owned(),
    ];
    let can_retry = state == State::Failed;
    if can_retry {
        head.push(texts.retry.to_owned());
    }
    let rows = rows.into_iter().map(|row| view! { <MailRow row can_retry /> }).collect_view();
    view! {
        <form method="post" action=RetryMail::url() on:submit=submit>
            <Table caption=texts.mail_title head stacked=true>
                {rows}
            </Table>
        </form>
    }
}

#[component]
fn MailRow(row: DeliveryRow, can_retry: bool) -> impl IntoView {
    let texts = &t().notify;
    let whom = format!(": {}", row.person);
    view! {
        <tr>
            <th scope="row" data-label=texts.column_person>
                {row.person}
            </th>
            <td data-label=texts.column_what>{row.title}</td>
            <td data-label=texts.column_when>
                <Time when=row.when />
            </td>
            <td data-label=texts.column_state>
                {row.state.text}
                {(!row.detail.is_empty()).then(|| view! { <p class="source-error">{row.detail}</p> })}
            </td>
            {can_retry
                .then(|| {
                    view! {
                        <td data-label=texts.retry>
                            <Button size=Size::Small icon=Glyph::RefreshCw name="id" value=row.id>
                                {texts.retry}
                                <span class="sr-only">{whom}</span>
                            </Button>
                        </td>
                    }
                })}
        </tr>
    }
}
