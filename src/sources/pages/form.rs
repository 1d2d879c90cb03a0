//! The settings form, made from what the source's system says it needs. It is a plain form with and without JavaScript:
//! the answer leads to the source, or back here with what was found.

use crate::base::t;
use crate::sources::model::{FieldView, FormView, Input, TestStep};
use crate::ui::{Badge, Button, Checkbox, Glyph, LinkButton, Notice, SelectField, TextField, Tone, Variant};
use leptos::prelude::*;

/// Settings of a new or a known source.
#[component]
pub fn SettingsForm(form: FormView) -> impl IntoView {
    let texts = &t().sources;
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
    let fields = form.fields.into_iter().map(|field| view! { <Setting field /> }).collect_view();
    view! {
        <div class="settings-desk" id="settings" tabindex="-1">
            {current}
            {form.error.map(|error| view! { <Notice tone=Tone::Bad title=error live=true /> })}
            {(!form.steps.is_empty()).then(|| view! { <Steps steps=form.steps /> })}
            <form class="form settings-form" method="post" action="/api/sources/submit">
                <input type="hidden" name="id" value=form.id.unwrap_or_default() />
                <input type="hidden" name="kind" value=form.kind />
                <input type="hidden" name="version" value=form.version.to_string() />
                <input type="hidden" name="draft" value=form.draft />
                <Own field=form.name />
                {fields}
                <Own field=form.interval />
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
            </form>
        </div>
    }
}

/// A field that every source has.
#[component]
fn Own(field: FieldView) -> impl IntoView {
    let kind = if field.input == Input::Number { "number" } else { "text" };
    view! {
        <TextField
            name=field.name
            label=field.label
            hint=field.help
            value=field.value
            placeholder=field.default
            kind
            required=field.required
            error=field.error
        />
    }
}

/// A field of the source's system.
#[component]
fn Setting(field: FieldView) -> impl IntoView {
    let texts = &t().sources;
    let name = format!("settings[{}]", field.name);
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
                view! { <Checkbox name=format!("settings[{}-forget]", field.name) label=texts.forget_secret /> }
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

/// What the connection test found, step by step.
#[component]
fn Steps(steps: Vec<TestStep>) -> impl IntoView {
    let texts = &t().sources;
    let good = steps.iter().all(|step| step.ok);
    let (tone, title) = if good { (Tone::Good, texts.test_good) } else { (Tone::Bad, texts.test_bad) };
    let rows = steps
        .into_iter()
        .map(|step| {
            let (tone, word) = if step.ok { (Tone::Good, texts.step_ok) } else { (Tone::Bad, texts.step_failed) };
            view! {
                <li>
                    <Badge tone>{word}</Badge>
                    " "
                    <strong>{step.what}</strong>
                    <p>{step.said}</p>
                    {step
                        .hint
                        .map(|hint| view! { <p><strong>{texts.what_to_do}</strong>" "{hint}</p> })}
                </li>
            }
        })
        .collect_view();
    view! {
        <Notice tone title live=true>
            <ol class="test-steps">{rows}</ol>
        </Notice>
    }
}
