//! `/notices/unsubscribe`: where a link in a mail leads, without signing in. Opening it changes nothing.

use crate::base::{lazy_page, t};
use crate::notify::api::load_unsubscribe;
use crate::notify::model::UnsubscribeView;
use crate::ui::{Button, Glyph, LinkButton, Notice, Page, PageHeader, Shape, Tone, Variant, Width, load};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

lazy_page! {
    /// `/notices/unsubscribe`
    UnsubscribePage in account: unsubscribe_page
}

fn unsubscribe_page() -> AnyView {
    let query = use_query_map();
    let token = move || query.with(|query| query.get("t").unwrap_or_default());
    let view = load(token, load_unsubscribe);
    view! {
        <Page title=t().notify.unsubscribe_title width=Width::Text>
            {view.show(Shape::Text, move |view| view! { <Content view token=token() /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn Content(view: UnsubscribeView, token: String) -> impl IntoView {
    let texts = &t().notify;
    let what = texts.unsubscribe_what(view.subject.as_str(), &view.email);
    // A token of ours has nothing that an address would have to escape.
    let action = format!("/notices/unsubscribe?t={token}");
    let (button, text, done) = if view.on {
        ("stop", texts.unsubscribe, None)
    } else {
        ("again", texts.resubscribe, Some(texts.unsubscribed))
    };
    view! {
        <PageHeader title=texts.unsubscribe_title lede=what />
        {done.map(|done| view! { <Notice tone=Tone::Good title=done /> })}
        <form class="unsubscribe" method="post" action=action>
            <input type="hidden" name="how" value="page" />
            <Button
                name="what"
                value=button
                variant=if view.on { Variant::Primary } else { Variant::Quiet }
                icon=if view.on { Glyph::X } else { Glyph::Undo2 }
            >
                {text}
            </Button>
            <LinkButton href="/notices/settings" variant=Variant::Plain leaves=true>
                {texts.to_settings}
            </LinkButton>
        </form>
    }
}
