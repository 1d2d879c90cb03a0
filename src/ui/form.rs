//! Form fields. Each has a label, perhaps a hint, and shows its error where the eye is, tied to the input for screen
//! readers. They post as plain forms.

use super::icon::{Glyph, Icon};
use crate::base::t;
use leptos::prelude::*;

/// Label, hint and error around any input. The input inside must have the id `name` and, so that the texts are read
/// out, `aria-describedby=describedby(name)`.
///
/// ```ignore
/// <Field name="when" label="When" hint="Your own time zone.">
///     <input id="when" name="when" type="date" class="input" aria-describedby=describedby("when") />
/// </Field>
/// ```
#[component]
pub fn Field(
    /// Id and name of the input.
    #[prop(into)]
    name: String,
    /// What to fill in.
    #[prop(into)]
    label: String,
    /// How.
    #[prop(into, optional)]
    hint: String,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: MaybeProp<String>,
    /// Whether the form takes it empty; then the label says so.
    #[prop(optional)]
    optional: bool,
    /// The input.
    children: Children,
) -> impl IntoView {
    let (hint_id, error_id) = (format!("{name}-hint"), format!("{name}-error"));
    view! {
        <div class="field" data-invalid=move || error.get().map(|_| "true")>
            <label class="field-label" for=name>
                {label}
                {optional.then(|| view! { <span class="field-optional">{t().ui.optional}</span> })}
            </label>
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
            {children()}
            <p class="field-error" id=error_id>
                {move || error.get().map(|text| view! { <Icon glyph=Glyph::CircleAlert /><span>{text}</span> })}
            </p>
        </div>
    }
}

/// What the input of a [`Field`] names in `aria-describedby`.
pub fn describedby(name: &str) -> String {
    format!("{name}-hint {name}-error")
}

/// A line of text.
///
/// ```ignore
/// <TextField name="title" label=t().playlists.title value=draft.title error=error_of("title") required=true maxlength=120 />
/// ```
#[component]
pub fn TextField(
    /// Id and name.
    #[prop(into)]
    name: String,
    /// What to fill in.
    #[prop(into)]
    label: String,
    /// What stands in it at first.
    #[prop(into, optional)]
    value: String,
    /// How to fill it in.
    #[prop(into, optional)]
    hint: String,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: MaybeProp<String>,
    /// `text`, `url`, `email`, `password`, `number`, `date`.
    #[prop(default = "text")]
    kind: &'static str,
    /// An example, in grey.
    #[prop(into, optional)]
    placeholder: String,
    /// For the browser's memory: `off`, `name`, `new-password`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Must be filled in; what is not required says "optional" unless `plain`.
    #[prop(optional)]
    required: bool,
    /// Longest text, in characters; 0 for no limit.
    #[prop(optional)]
    maxlength: i32,
) -> impl IntoView {
    view! {
        <Field name=name.clone() label hint error optional=!required>
            <input
                class="input"
                id=name.clone()
                type=kind
                value=value
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                autocomplete=autocomplete
                required=required
                maxlength=(maxlength > 0).then_some(maxlength)
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=describedby(&name)
                name=name
            />
        </Field>
    }
}

/// Several lines of text.
///
/// ```ignore
/// <TextArea name="note" label="Note" value=item.note rows=3 maxlength=500 />
/// ```
#[component]
pub fn TextArea(
    /// Id and name.
    #[prop(into)]
    name: String,
    /// What to fill in.
    #[prop(into)]
    label: String,
    /// What stands in it at first.
    #[prop(into, optional)]
    value: String,
    /// How to fill it in.
    #[prop(into, optional)]
    hint: String,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: MaybeProp<String>,
    /// Height in lines.
    #[prop(default = 4)]
    rows: i32,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
    /// Longest text, in characters; 0 for no limit.
    #[prop(optional)]
    maxlength: i32,
) -> impl IntoView {
    view! {
        <Field name=name.clone() label hint error optional=!required>
            <textarea
                class="input"
                id=name.clone()
                rows=rows
                required=required
                maxlength=(maxlength > 0).then_some(maxlength)
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=describedby(&name)
                name=name
                inner_html=escaped(&value)
            ></textarea>
        </Field>
    }
}

/// For the inside of a `<textarea>`, where a text node of the framework would leave its markers.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}

/// One of several. Options are pairs of what is sent and what is read.
///
/// ```ignore
/// <SelectField name="audience" label="Who sees it" options=groups value=current />
/// ```
#[component]
pub fn SelectField(
    /// Id and name.
    #[prop(into)]
    name: String,
    /// What to choose.
    #[prop(into)]
    label: String,
    /// What is sent, what is read.
    options: Vec<(String, String)>,
    /// The chosen one at first.
    #[prop(into, optional)]
    value: String,
    /// How to choose.
    #[prop(into, optional)]
    hint: String,
    /// What is wrong with it.
    #[prop(into, optional)]
    error: MaybeProp<String>,
) -> impl IntoView {
    let options = options
        .into_iter()
        .map(|(sent, read)| view! { <option selected=sent == value value=sent>{read}</option> })
        .collect_view();
    view! {
        <Field name=name.clone() label hint error>
            <span class="select">
                <select class="input" id=name.clone() aria-describedby=describedby(&name) name=name>
                    {options}
                </select>
                <Icon glyph=Glyph::ChevronDown />
            </span>
        </Field>
    }
}

/// Yes or no. Sends `value` ("true") when ticked, nothing otherwise: declare the field of the server function as
/// `#[server(default)] flag: bool`.
///
/// ```ignore
/// <Checkbox name="published" label="Show it to everyone" checked=true />
/// ```
#[component]
pub fn Checkbox(
    /// Id and name.
    #[prop(into)]
    name: String,
    /// What it means when ticked.
    #[prop(into)]
    label: String,
    /// Ticked at first.
    #[prop(optional)]
    checked: bool,
    /// What is sent when ticked.
    #[prop(into, default = "true".to_owned())]
    value: String,
    /// More about it.
    #[prop(into, optional)]
    hint: String,
) -> impl IntoView {
    let id = if value == "true" { name.clone() } else { format!("{name}-{value}") };
    let hint_id = format!("{id}-hint");
    view! {
        <div class="check">
            <input
                class="check-box"
                type="checkbox"
                id=id.clone()
                name=name
                value=value
                checked=checked
                aria-describedby=(!hint.is_empty()).then(|| hint_id.clone())
            />
            <label class="check-label" for=id>
                {label}
            </label>
            {(!hint.is_empty()).then(|| view! { <p class="field-hint" id=hint_id>{hint}</p> })}
        </div>
    }
}

/// A search box that is a GET form of its own, with hidden fields for what should be kept in the address.
///
/// ```ignore
/// <SearchBox action="/search" name="q" label=t().frame.search_hint value=query.text keep=vec![("kind".into(), "video".into())] />
/// ```
#[component]
pub fn SearchBox(
    /// The page that answers.
    #[prop(into)]
    action: String,
    /// The field in the address.
    #[prop(into, default = "q".to_owned())]
    name: String,
    /// Name of the box, and what stands in it while empty.
    #[prop(into)]
    label: String,
    /// What was searched for.
    #[prop(into, optional)]
    value: String,
    /// Id of the input; pages with one box can leave it out.
    #[prop(into, default = "search-box".to_owned())]
    id: String,
    /// Kept in the address.
    #[prop(optional)]
    keep: Vec<(String, String)>,
) -> impl IntoView {
    let kept =
        keep.into_iter().map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    view! {
        <form class="search-box" role="search" action=action method="get">
            <label class="sr-only" for=id.clone()>
                {label.clone()}
            </label>
            <Icon glyph=Glyph::Search />
            <input
                class="search-input"
                type="search"
                id=id
                name=name
                value=value
                placeholder=label
                autocomplete="off"
                maxlength="200"
                enterkeyhint="search"
            />
            {kept}
            <button class="search-go" type="submit">
                {t().frame.search_button}
            </button>
        </form>
    }
}
