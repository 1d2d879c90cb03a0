//! The settings form, made from what the source's system says it needs. It is a plain form with and without JavaScript:
//! the answer leads to the source, or back here with what was found.

use super::bits::{Hint, StepBadge, Technical};
use super::desk::Desk;
use crate::base::t;
use crate::sources::api;
use crate::sources::model::{FieldView, FormView, Input, SectionView, StepState, TestStep, Twin, setting};
use crate::ui::{
    Button, Checkbox, Glyph, LinkButton, Notice, SelectField, TextField, Tone, Variant, focus, is_focus_lost,
};
use leptos::prelude::*;

/// Settings of a new or a known source. With `saved`, it says that they were.
#[component]
pub fn SettingsForm(
    form: FormView,
    desk: Desk,
    submit: ServerAction<api::Submit>,
    #[prop(optional)] saved: bool,
) -> impl IntoView {
    let texts = &t().sources;
    lead(&form, saved, desk, submit);
    let is_new = form.id.is_none();
    let current = form.id.clone().filter(|_| form.outdated).map(|id| {
        view! {
            <Notice tone=Tone::Warn title=texts.fault_changed live=true>
                <LinkButton href=format!("/sources/{id}#settings") external=true>
                    {texts.show_current}
                </LinkButton>
            </Notice>
        }
    });
    let parts: Vec<(Option<SectionView>, Vec<FieldView>)> = form
        .parts()
        .into_iter()
        .map(|(section, fields)| (section.cloned(), fields.into_iter().cloned().collect()))
        .collect();
    let (address, again, mut twin) = (form.address, form.again, form.twin);
    let parts = parts.into_iter().map(|(section, fields)| {
        let fields = fields.into_iter().map(|field| {
            let twin = twin.take_if(|_| field.name == address).map(|twin| view! { <Doubled twin again /> });
            view! {
                <Setting name=setting(&field.name) field />
                {twin}
            }
        });
        let fields = fields.collect_view().into_any();
        match section {
            Some(section) => view! { <Part section>{fields}</Part> }.into_any(),
            None => fields,
        }
    });
    let fields = parts.collect_view();
    view! {
        <div class="settings-desk" id="settings" tabindex="-1">
            {current}
            {form.error.map(|error| view! { <Notice tone=Tone::Bad title=error live=true /> })}
            <ActionForm action=submit attr:class="form settings-form">
                <input type="hidden" name="id" value=form.id.unwrap_or_default() />
                <input type="hidden" name="kind" value=form.kind />
                <input type="hidden" name="version" value=form.version.to_string() />
                <input type="hidden" name="draft" value=form.draft />
                <Setting name=form.name.name.clone() field=form.name />
                {fields}
                <Setting name=form.audience.name.clone() field=form.audience />
                <Setting name=form.interval.name.clone() field=form.interval />
                <p class="form-note">
                    <a href=form.docs target="_blank" rel="external noopener noreferrer">
                        {texts.docs}
                        <span class="sr-only">{t().ui.new_tab}</span>
                    </a>
                </p>
                <div class="form-actions">
                    <Button variant=Variant::Primary name="what" value="save">
                        {if is_new { texts.save_new } else { texts.save }}
                    </Button>
                    <Button icon=Glyph::Cable name="what" value="test">
                        {texts.test}
                    </Button>
                </div>
            </ActionForm>
            {(!form.steps.is_empty()).then(|| view! { <Steps steps=form.steps /> })}
            {saved.then(|| view! { <Found><Notice tone=Tone::Good title=texts.saved_title /></Found> })}
        </div>
    }
}

/// In the browser, once an answer to the form is drawn: says what came of it, and puts the focus on the first faulty
/// field; else it stays on the button that was pressed, with what was found in sight below. A document that arrives whole
/// has its address to do so.
fn lead(form: &FormView, saved: bool, desk: Desk, submit: ServerAction<api::Submit>) {
    let texts = &t().sources;
    let faults = form.faults();
    let said = match form.steps.last() {
        _ if saved => texts.saved_title.to_owned(),
        _ if faults > 0 => texts.faults(faults),
        Some(step) if step.state == StepState::Failed => format!("{} {}: {}", texts.test_bad, step.what, step.said),
        Some(_) => texts.test_good.to_owned(),
        None => String::new(),
    };
    let (target, pressed) = if saved { ("found".to_owned(), "save") } else { (form.target(), "test") };
    let (sent_at, version) = (form.sent_at, form.version);
    Effect::new(move |_| {
        let is_answer = desk.is_answer(sent_at, version) && submit.version().get_untracked() > 0;
        if !is_answer || said.is_empty() {
            return;
        }
        desk.said.set(said.clone());
        let target = target.clone();
        // The new form is drawn by now, but not in the document yet.
        request_animation_frame(move || arrive(&target, pressed, faults > 0));
    });
}

fn arrive(target: &str, pressed: &str, is_fault: bool) {
    let Some(there) = document().get_element_by_id(target) else { return };
    if is_fault {
        return focus(there);
    }
    let button = document().query_selector(&format!("button[name='what'][value='{pressed}']")).ok().flatten();
    if let Some(button) = button.filter(|_| is_focus_lost()) {
        focus(button);
    }
    there.scroll_into_view();
}

/// A part of a long form, folded or not.
#[component]
fn Part(section: SectionView, children: Children) -> impl IntoView {
    let SectionView { title, help, folded, .. } = section;
    view! {
        <details class="form-part" open={!folded}>
            <summary>{title}</summary>
            <div class="form-part-fields">
                <p class="form-note">{help}</p>
                {children()}
            </div>
        </details>
    }
}

/// One field, sent as `name`.
#[component]
fn Setting(name: String, field: FieldView) -> impl IntoView {
    let texts = &t().sources;
    let value = if field.value.is_empty() { field.default.clone() } else { field.value.clone() };
    let options = match field.input {
        Input::Choice(options) => options,
        Input::Flag => vec![("true".to_owned(), texts.yes.to_owned()), ("false".to_owned(), texts.no.to_owned())],
        input => {
            let kind = match input {
                Input::Url => "url",
                Input::Secret => "password",
                Input::Number => "number",
                _ => "text",
            };
            let hint =
                if field.kept && field.error.is_none() { format!("{} {}", field.help, texts.kept) } else { field.help };
            let forget = field.kept.then(|| {
                view! { <Checkbox name=setting(&format!("{}-forget", field.name)) label=texts.forget_secret /> }
            });
            let autocomplete = if kind == "password" { "new-password" } else { "off" };
            return view! {
                <TextField
                    name
                    label=field.label
                    hint
                    value=field.value
                    placeholder=field.default
                    kind
                    autocomplete
                    required=field.required && !field.kept
                    error=field.error
                />
                {forget}
            }
            .into_any();
        }
    };
    view! { <SelectField name label=field.label hint=field.help options value error=field.error /> }.into_any()
}

/// Below the address: who reads it already, and whether that is meant.
#[component]
fn Doubled(twin: Twin, again: bool) -> impl IntoView {
    let texts = &t().sources;
    let link = view! { <a href=format!("/sources/{}", twin.id)>{twin.name}</a> };
    if twin.removed {
        return view! {
            <Notice title=texts.twin_removed_title>
                <p>{texts.twin_removed} " " {link}</p>
            </Notice>
        }
        .into_any();
    }
    view! {
        <Notice tone=Tone::Warn title=texts.twin_title>
            <p>{link}</p>
            <Checkbox name="again" label=texts.twin_again checked=again />
        </Notice>
    }
    .into_any()
}

/// Where the answer to the form leads to.
#[component]
fn Found(children: Children) -> impl IntoView {
    view! {
        <div class="settings-found" id="found" tabindex="-1">
            {children()}
        </div>
    }
}

/// What the connection test found, step by step.
#[component]
fn Steps(steps: Vec<TestStep>) -> impl IntoView {
    let texts = &t().sources;
    let good = steps.iter().all(|step| step.state != StepState::Failed);
    let (tone, title) = if good { (Tone::Good, texts.test_good) } else { (Tone::Bad, texts.test_bad) };
    let rows = steps
        .into_iter()
        .map(|step| {
            view! {
                <li>
                    <StepBadge state=step.state />
                    " "
                    <strong>{step.what}</strong>
                    <p>{step.said}</p>
                    <Hint hint=step.hint />
                    <Technical detail=step.detail />
                </li>
            }
        })
        .collect_view();
    view! {
        <Found>
            <Notice tone title>
                <ol class="test-steps">{rows}</ol>
            </Notice>
        </Found>
    }
}
