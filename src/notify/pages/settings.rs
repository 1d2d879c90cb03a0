//! `/notices/settings`: what one wants to be told, and how.
//!
//! The form is posted as any browser does it, with JavaScript too: it is saved once in a while, and its answer is a page.

use crate::base::{AppError, lazy_page, posted_error, t};
use crate::notify::api::{SaveNoticeSettings, notice_settings};
use crate::notify::model::{DeliveryRow, KindSetting, Quiet, Rhythm, SettingsView, State, Timing, clock_of};
use crate::ui::{
    Badge, Breadcrumbs, Button, Checkbox, Empty, Glyph, Notice, Page, PageHeader, Section, SelectField, Shape, Table,
    TextField, Time, Tone, Variant, Width, load,
};
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use leptos_router::hooks::use_query_map;

/// What the fields offer to who has no quiet hours yet.
const NIGHT: Quiet = Quiet { from: 20 * 60, until: 7 * 60 };

lazy_page! {
    /// `/notices/settings`
    NoticeSettingsPage in account: settings_page
}

fn settings_page() -> AnyView {
    let query = use_query_map();
    let saved = move || query.with(|query| query.get("saved").is_some());
    let error = posted_error(&[SaveNoticeSettings::url()]);
    let view = load(|| (), |()| notice_settings());
    let texts = &t().notify;
    let said = match error.clone() {
        Some(error) => view! { <Notice tone=Tone::Bad live=true title=error.to_string() /> }.into_any(),
        None => (move || saved().then(|| view! { <Notice tone=Tone::Good live=true title=texts.saved /> })).into_any(),
    };
    view! {
        <Page title=texts.settings_title width=Width::Text>
            <Breadcrumbs trail=vec![("/notices".into(), texts.title.into())] here=texts.settings_title />
            <PageHeader title=texts.settings_title lede=texts.settings_lead />
            {said}
            {view.show_below(Shape::Text, move |view| view! { <Content view error=error.clone() /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Content(view: SettingsView, error: Option<AppError>) -> impl IntoView {
    let texts = &t().notify;
    let SettingsView { mail_on, email, time_zone, kinds, timing, deliveries } = view;
    let mail = if mail_on {
        view! { <p class="section-note">{texts.mail_goes_to(&email)}</p> }.into_any()
    } else {
        view! {
            <Notice tone=Tone::Warn title=texts.mail_off>
                <p>{texts.mail_off_text}</p>
            </Notice>
        }
        .into_any()
    };
    let of_kinds = kinds.into_iter().map(|of_kind| view! { <KindFields of_kind error=error.clone() /> }).collect_view();
    view! {
        {mail}
        <form class="notice-settings" method="post" action=SaveNoticeSettings::url()>
            <Section title=texts.kinds_title>{of_kinds}</Section>
            <Section title=texts.timing_title note=texts.zone_note(&time_zone)>
                <TimingFields timing error />
            </Section>
            <p>
                <Button variant=Variant::Primary>{texts.save}</Button>
            </p>
        </form>
        <Deliveries rows=deliveries />
    }
}

#[component]
fn KindFields(of_kind: KindSetting, error: Option<AppError>) -> impl IntoView {
    let texts = &t().notify;
    let KindSetting { kind, preference } = of_kind;
    let name = kind.as_str();
    let mail_field = format!("mail[{name}]");
    let fault = error.and_then(|error| error.field(&mail_field).map(str::to_owned));
    let mail = if kind.mails() {
        let options = Rhythm::ALL.map(|r| (r.as_str().to_owned(), texts.rhythm(r.as_str()).to_owned())).to_vec();
        view! { <SelectField name=mail_field label=texts.by_mail options value=preference.mail.as_str() error=fault /> }
            .into_any()
    } else {
        view! { <p class="field-hint">{texts.never_mailed}</p> }.into_any()
    };
    view! {
        <fieldset class="kind-fields">
            <legend>{texts.kind(name)}</legend>
            <p class="field-hint">{texts.kind_hint(name)}</p>
            <Checkbox name=format!("page[{name}]") label=texts.on_page checked=preference.page />
            {mail}
        </fieldset>
    }
}

#[component]
fn TimingFields(timing: Timing, error: Option<AppError>) -> impl IntoView {
    let texts = &t().notify;
    let fault = move |field: &str| error.as_ref().and_then(|error| error.field(field).map(str::to_owned));
    let hours = timing.quiet.unwrap_or(NIGHT);
    let days = texts.days.iter().zip(1..).map(|(day, n)| (n.to_string(), (*day).to_owned())).collect::<Vec<_>>();
    view! {
        <fieldset class="kind-fields">
            <legend class="sr-only">{texts.quiet}</legend>
            <Checkbox name="quiet" label=texts.quiet hint=texts.quiet_hint checked=timing.quiet.is_some() />
            <div class="time-fields">
                <TextField
                    name="quiet_from"
                    kind="time"
                    label=texts.quiet_from
                    value=clock_of(hours.from)
                    error=fault("quiet_from")
                    required=true
                />
                <TextField
                    name="quiet_until"
                    kind="time"
                    label=texts.quiet_until
                    value=clock_of(hours.until)
                    error=fault("quiet_until")
                    required=true
                />
            </div>
        </fieldset>
        <div class="time-fields">
            <TextField
                name="digest_at"
                kind="time"
                label=texts.digest_at
                value=clock_of(timing.digest_at)
                error=fault("digest_at")
                required=true
            />
            <SelectField
                name="digest_day"
                label=texts.digest_day
                options=days
                value=timing.digest_day.to_string()
                error=fault("digest_day")
            />
        </div>
    }
}

#[component]
fn Deliveries(rows: Vec<DeliveryRow>) -> impl IntoView {
    let texts = &t().notify;
    let nothing = rows.is_empty();
    let rows = rows
        .into_iter()
        .map(|row| {
            let tone = match row.state.state {
                State::Failed => Tone::Bad,
                State::Sent => Tone::Good,
                State::Waiting | State::Suppressed => Tone::Neutral,
            };
            view! {
                <tr>
                    <th scope="row" data-label=texts.column_what>
                        {row.title}
                    </th>
                    <td data-label=texts.column_when>
                        <Time when=row.when />
                    </td>
                    <td data-label=texts.column_state>
                        <Badge tone>{row.state.text}</Badge>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <Section title=texts.deliveries_title note=texts.deliveries_note id="mailed".to_owned()>
            {if nothing {
                view! { <Empty glyph=Glyph::Inbox title=texts.deliveries_none /> }.into_any()
            } else {
                let head = vec![texts.column_what.into(), texts.column_when.into(), texts.column_state.into()];
                view! { <Table caption=texts.deliveries_title head stacked=true>{rows}</Table> }.into_any()
            }}
        </Section>
    }
}
