//! The curator's pages: a new playlist, and the editor. Everything posts plain forms; with JavaScript the search is
//! instant and items move by keyboard, with the focus kept on them.

use super::api::{CreatePlaylist, find_resources, load_audiences, load_editor};
use super::desk::{Desk, EditForm};
use super::model::{EditorView, SUMMARY_MAX, Status, TITLE_MAX};
use super::parts::{ActionProblem, failure, field_error};
use super::rows::EditRow;
use crate::base::{lazy_page, t};
use crate::catalog::model::Card;
use crate::ui::{
    Badge, Breadcrumbs, Button, Empty, Glyph, LinkButton, Loaded, Notice, Page, PageHeader, SearchBox, Section,
    SelectField, Shape, Size, TextArea, TextField, Tone, Variant, Width, load, waiting,
};
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use std::time::Duration;

/// How long typing has to rest before the search asks.
const REST: Duration = Duration::from_millis(200);

lazy_page! {
    /// `/playlists/new`
    NewPlaylistPage in curate: new_playlist_page
}

fn new_playlist_page() -> AnyView {
    // Asked for so that who may not make a playlist is told at once.
    let may = load(|| (), |()| load_audiences());
    let create = ServerAction::<CreatePlaylist>::new();
    let texts = &t().playlists;
    let error = move |field: &'static str| field_error(move || create.value().get(), field);
    let form = move || {
        view! {
            <ActionForm action=create>
                <div class="stack">
                    {naming(String::new(), String::new(), error)}
                    <div>
                        <Button variant=Variant::Primary pending=create.pending()>
                            {texts.create}
                        </Button>
                    </div>
                </div>
            </ActionForm>
        }
    };
    view! {
        <Page title=texts.new_title width=Width::Text>
            <Breadcrumbs trail=vec![("/playlists".into(), texts.title.into())] here=texts.new_title />
            <PageHeader title=texts.new_title lede=texts.new_lead />
            <ActionProblem error=failure(move || create.value().get()) />
            {may.show(Shape::Text, move |_| form())}
        </Page>
    }
    .into_any()
}

lazy_page! {
    /// `/playlists/:slug/edit`
    EditorPage in curate: editor_page
}

fn editor_page() -> AnyView {
    let params = use_params_map();
    let slug = move || params.read().get("slug").unwrap_or_default();
    let desk = Desk::new();
    let editor = load(move || (slug(), desk.changed.get()), |(slug, _)| load_editor(slug));
    let typed = RwSignal::new(use_query_map().get_untracked().get("q").unwrap_or_default());
    let hits = load(move || typed.get(), find_resources);
    let said = desk.said;
    view! {
        <Page class="editor">
            <p class="sr-only" aria-live="polite">
                {move || said.get()}
            </p>
            <ActionProblem error=failure(move || desk.answer.get()) />
            {editor.show(Shape::Page, move |editor| view! { <EditorBody editor hits typed desk /> })}
            {waiting(
                Shape::Text,
                Box::new(move || Box::pin(async move {
                    let editor = editor.await.ok().filter(|editor| !editor.deleted);
                    editor.map(|editor| view! { <Settings editor desk /> }).into_any()
                })),
            )}
        </Page>
    }
    .into_any()
}

#[component]
fn SearchPanel(action: String, typed: RwSignal<String>) -> impl IntoView {
    let mut ask = debounce(REST, move |text: String| typed.set(text));
    view! {
        <SearchBox
            action
            id="add-search"
            label=t().playlists.add_search
            value=typed.get_untracked()
            on:input=move |ev| {
                if let Some(input) = ev.target().and_then(|it| it.dyn_into::<leptos::web_sys::HtmlInputElement>().ok()) {
                    ask(input.value());
                }
            }
            on:submit=move |ev| ev.prevent_default()
        />
    }
}

#[component]
fn Hits(hits: Vec<Card>, editor: EditorView, typed: RwSignal<String>, desk: Desk) -> impl IntoView {
    let texts = &t().playlists;
    if hits.is_empty() {
        let asked = !typed.get_untracked().trim().is_empty();
        return asked.then(|| view! { <Empty glyph=Glyph::Search title=texts.add_none /> }).into_any();
    }
    let version = editor.version;
    let rows = hits
        .into_iter()
        .map(|card| {
            let inside = editor.items.iter().any(|item| item.resource == card.id);
            let id = format!("hit-{}", card.id);
            let (slug, resource) = (editor.slug.clone(), card.id.clone());
            let label = texts.for_item(texts.add, &card.title);
            let remember = {
                let id = id.clone();
                move |_| desk.focus.set(Some(id.clone()))
            };
            let add = if inside {
                view! { <Badge>{texts.added}</Badge> }.into_any()
            } else {
                view! {
                    <EditForm desk>
                        <Common slug version what="add" />
                        <input type="hidden" name="resource" value=resource />
                        <Button
                            size=Size::Small
                            icon=Glyph::Plus
                            attr:aria-label=label
                            on:click=remember
                        >
                            {texts.add}
                        </Button>
                    </EditForm>
                }
                .into_any()
            };
            view! {
                <li class="edit-hit" id=id tabindex="-1">
                    <div>
                        <p class="edit-title">{card.title.clone()}</p>
                        <p class="meta">
                            <span>{card.kind.label()}</span>
                            <span>{card.source.clone()}</span>
                            {card.minutes.map(|minutes| view! { <span>{texts.time(minutes)}</span> })}
                        </p>
                    </div>
                    {add}
                </li>
            }
        })
        .collect_view();
    view! { <ul class="edit-hits">{rows}</ul> }.into_any()
}

/// The hidden fields that every edit sends.
#[component]
pub(super) fn Common(slug: String, version: i64, what: &'static str) -> impl IntoView {
    view! {
        <input type="hidden" name="slug" value=slug />
        <input type="hidden" name="version" value=version.to_string() />
        <input type="hidden" name="what" value=what />
    }
}

/// A form of one button.
#[component]
fn OneButton(
    desk: Desk,
    slug: String,
    version: i64,
    what: &'static str,
    #[prop(into)] label: String,
    glyph: Glyph,
    #[prop(optional)] variant: Variant,
    #[prop(optional)] id: &'static str,
) -> impl IntoView {
    view! {
        <EditForm desk>
            <Common slug version what />
            <Button variant icon=glyph attr:id=(!id.is_empty()).then_some(id)>
                {label}
            </Button>
        </EditForm>
    }
}

#[component]
fn EditorBody(editor: EditorView, hits: Loaded<Vec<Card>>, typed: RwSignal<String>, desk: Desk) -> impl IntoView {
    let texts = &t().playlists;
    keep_focus(&editor, desk);
    let (slug, version) = (editor.slug.clone(), editor.version);
    let title = editor.title.clone();
    let here = format!("/playlists/{slug}/edit");
    let undo = editor.undo.clone().map(|what| {
        let label = texts.undo_what(&what);
        view! { <OneButton desk slug=slug.clone() version what="undo" label glyph=Glyph::Undo2 id="undo" /> }
    });
    let edited = texts.edited(&editor.editor, &editor.edited.text);
    let header = view! {
        <Title text=format!("{}: {title}", texts.edit) />
        <Breadcrumbs
            trail=vec![
                ("/playlists".into(), texts.title.into()),
                (format!("/playlists/{slug}"), title.clone()),
            ]
            here=texts.edit
        />
    };
    if editor.deleted {
        return view! {
            {header}
            <PageHeader title=title.clone() />
            <Notice tone=Tone::Warn title=texts.deleted />
            <div class="edit-deleted">{undo} <LinkButton href="/playlists">{texts.back}</LinkButton></div>
        }
        .into_any();
    }
    view! {
        {header}
        <PageHeader title=title.clone()>
            {undo}
            <span class="editor-jump">
                <LinkButton href="#add" icon=Glyph::Plus>
                    {texts.add_jump}
                </LinkButton>
            </span>
            <LinkButton href=format!("/playlists/{slug}") icon=Glyph::Eye>
                {texts.preview}
            </LinkButton>
            <OneButton
                desk
                slug=slug.clone()
                version
                what="delete"
                label=texts.delete
                glyph=Glyph::Trash2
                variant=Variant::Danger
            />
        </PageHeader>
        <p class="meta">
            <span>
                {if editor.status == Status::Draft {
                    view! { <Badge tone=Tone::Warn>{texts.draft}</Badge> }
                } else {
                    view! { <Badge tone=Tone::Good>{texts.published}</Badge> }
                }}
            </span>
            <span>{texts.kept_by(&editor.steward)}</span>
            <span>{edited}</span>
        </p>
        <div class="editor-desk">
            <Items editor=editor.clone() desk />
            <div class="editor-finder">
                <Section title=texts.add_title id="add".to_owned()>
                    <SearchPanel action=here typed />
                    {waiting(
                        Shape::Rows,
                        Box::new(move || {
                            let editor = editor.clone();
                            Box::pin(async move {
                                match hits.await {
                                    Ok(hits) => view! { <Hits hits editor typed desk /> }.into_any(),
                                    Err(error) => view! { <Notice tone=Tone::Bad title=error.to_string() /> }.into_any(),
                                }
                            })
                        }),
                    )}
                </Section>
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Settings(editor: EditorView, desk: Desk) -> impl IntoView {
    view! {
        <Details editor=editor.clone() desk />
        <Publishing editor desk />
    }
}

#[component]
fn Items(editor: EditorView, desk: Desk) -> impl IntoView {
    let texts = &t().playlists;
    let total = editor.items.len();
    let (slug, version) = (editor.slug, editor.version);
    let items: Vec<_> = editor.items.into_iter().enumerate().collect();
    view! {
        <Section title=texts.items_title note={if total > 1 { texts.keys } else { "" }}>
            {if total == 0 {
                view! { <Empty glyph=Glyph::ListMusic title=texts.no_items /> }.into_any()
            } else {
                // Drawn anew after each edit: a note being typed never ends up beside another item.
                view! {
                    <ol class="edit-items">
                        <For
                            each=move || items.clone()
                            key=move |(at, item)| format!("{}/{version}/{at}", item.resource)
                            children={
                                let slug = slug.clone();
                                move |(at, item)| view! { <EditRow item at total slug=slug.clone() version desk /> }
                            }
                        />
                    </ol>
                }
                .into_any()
            }}
        </Section>
    }
}

/// The two fields that a playlist is named by, when it is made and later.
fn naming(title: String, summary: String, error: impl Fn(&'static str) -> Signal<Option<String>>) -> AnyView {
    let texts = &t().playlists;
    view! {
        <TextField
            name="title"
            label=texts.field_title
            value=title
            required=true
            maxlength=TITLE_MAX as i32
            error=error("title")
        />
        <TextArea
            name="summary"
            label=texts.field_summary
            hint=texts.field_summary_help
            value=summary
            maxlength=SUMMARY_MAX as i32
            error=error("summary")
        />
    }
    .into_any()
}

#[component]
fn Details(editor: EditorView, desk: Desk) -> impl IntoView {
    let texts = &t().playlists;
    let error = move |field: &'static str| field_error(move || desk.answer.get(), field);
    view! {
        <Section title=texts.details>
            <EditForm desk>
                <Common slug=editor.slug version=editor.version what="details" />
                <input type="hidden" name="audience" value=editor.audience />
                <div class="stack">
                    {naming(editor.title, editor.summary, error)}
                    <div>
                        <Button>{texts.save}</Button>
                    </div>
                </div>
            </EditForm>
        </Section>
    }
}

#[component]
fn Publishing(editor: EditorView, desk: Desk) -> impl IntoView {
    let texts = &t().playlists;
    let published = editor.status == Status::Published;
    let (slug, version) = (editor.slug.clone(), editor.version);
    let mut options = vec![(String::new(), texts.everyone.to_owned())];
    options.extend(editor.groups);
    let error = field_error(move || desk.answer.get(), "audience");
    view! {
        <Section title=texts.publishing>
            <div class="stack">
                <EditForm desk>
                    <Common slug=editor.slug version what="publish" />
                    <div class="stack">
                        <SelectField
                            name="audience"
                            label=texts.field_audience
                            hint=texts.field_audience_help
                            options
                            value=editor.audience
                            error
                        />
                        <div>
                            <Button variant={if published { Variant::Quiet } else { Variant::Primary }}>
                                {if published { texts.change_audience } else { texts.publish }}
                            </Button>
                        </div>
                    </div>
                </EditForm>
                {published
                    .then(|| {
                        view! {
                            <OneButton
                                desk
                                slug
                                version
                                what="unpublish"
                                label=texts.unpublish
                                glyph=Glyph::EyeOff
                            />
                        }
                    })}
            </div>
        </Section>
    }
}

/// After a redraw: says where a moved item stands now, and puts the focus back on the control that it was on.
fn keep_focus(editor: &EditorView, desk: Desk) {
    let texts = &t().playlists;
    let items: Vec<(String, String)> = editor
        .items
        .iter()
        .map(|item| {
            let title = item.card.as_ref().map_or(texts.not_yours.to_owned(), |card| card.title.clone());
            (item.resource.clone(), title)
        })
        .collect();
    Effect::new(move |_| {
        if let Some(moved) = desk.moved.try_update(Option::take).flatten()
            && let Some(at) = items.iter().position(|(resource, _)| *resource == moved)
        {
            desk.said.set(texts.moved(&items[at].1, at as i64 + 1, items.len() as i64));
        }
        if let Some(id) = desk.focus.try_update(Option::take).flatten() {
            // The new rows are drawn by now, but not in the document yet.
            request_animation_frame(move || focus(&id));
        }
    });
}

fn focus(id: &str) {
    // At an end of the list one of the two buttons is not there.
    let other = match id.split_once('-') {
        Some(("up", resource)) => format!("down-{resource}"),
        Some(("down", resource)) => format!("up-{resource}"),
        _ => id.to_owned(),
    };
    let element = document().get_element_by_id(id).or_else(|| document().get_element_by_id(&other));
    if let Some(element) = element.and_then(|it| it.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
        // It fails only for an element that cannot have the focus; then it stays where it is.
        let _ = element.focus();
    }
}
