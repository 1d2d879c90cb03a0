//! The two fields that a playlist is named by, when it is made and later.

use super::model::{SUMMARY_MAX, TITLE_MAX};
use crate::base::t;
use crate::ui::{TextArea, TextField};
use leptos::prelude::*;

/// Title and summary, each with its limit and what is wrong with it.
pub(super) fn naming(
    title: String,
    summary: String,
    error: impl Fn(&'static str) -> Signal<Option<String>>,
) -> AnyView {
    let texts = &t().playlists;
    let (wrong_title, wrong_summary) = (error("title"), error("summary"));
    view! {
        <Counted max=TITLE_MAX>
            <TextField
                name="title"
                label=texts.field_title
                hint=texts.limit(TITLE_MAX)
                value=title
                required=true
                maxlength=TITLE_MAX as i32
                error=wrong_title
            />
        </Counted>
        <Counted max=SUMMARY_MAX>
            <TextArea
                name="summary"
                label=texts.field_summary
                hint=format!("{} {}", texts.field_summary_help, texts.limit(SUMMARY_MAX))
                value=summary
                maxlength=SUMMARY_MAX as i32
                error=wrong_summary
            />
        </Counted>
    }
    .into_any()
}

/// A field, and below it how many characters are used, as soon as somebody types. Silent: a screen reader that read each
/// number out would read nothing else, and the field's hint has the limit.
#[component]
fn Counted(max: usize, children: Children) -> impl IntoView {
    let used = RwSignal::new(None::<i64>);
    // In the units in which the browser stops at the limit.
    let units = |text: String| text.encode_utf16().count() as i64;
    view! {
        <div class="counted" on:input=move |event| used.set(Some(units(event_target_value(&event))))>
            {children()}
            <p class="field-hint counted-used" aria-hidden="true">
                {move || used.get().map(|n| t().playlists.counted(n, max))}
            </p>
        </div>
    }
}
