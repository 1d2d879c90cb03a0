//! The curator's pages: a new playlist, and the editor. Everything posts plain forms; with JavaScript the search is
//! instant and items move by keyboard, with the focus kept on them.

use super::api::{CreatePlaylist, find_resources, load_audiences, load_editor};
use super::desk::{BESIDE, Desk, EditForm};
use super::model::{EditorView, Status};
use super::naming::naming;
use super::parts::{ActionProblem, failure, field_error};
use super::rows::EditRow;
use super::told::{Saying, Told, after_drawing};
use crate::base::{lazy_page, t};
use crate::catalog::model::Card;
use crate::ui::{
    Badge, Breadcrumbs, Button, Empty, Glyph, Icon, LinkButton, Loaded, Notice, Page, PageHeader, SearchBox, Section,
    SelectField, Shape, Size, Tone, Variant, Width, load, waiting,
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
                    <div class="edit-actions">
                        <Button variant=Variant::Primary pending=create.pending()>
                            {texts.create}
                        </Button>
                        <LinkButton href="/playlists">{texts.cancel}</LinkButton>
                    </div>
                </div>
            </ActionForm>
        }
    };
    view! {
        <Page title=texts.new_title width=Width::Text>
            <Breadcrumbs trail=vec![("/playlists".into(), texts.title.into())] here=texts.new_title />
            <PageHeader title=texts.new_title lede=texts.new_lead />
            <ActionProblem error=failure(move || create.value().get()) beside=BESIDE />
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
    let asked = use_query_map();
    if asked.with_untracked(|asked| asked.get("restored").is_some()) {
        desk.told.set(Some(Told { text: t().playlists.said_restored.to_owned(), ..Told::default() }));
    }
    let editor = load(move || (slug(), desk.changed.get()), |(slug, _)| load_editor(slug));
    let typed = RwSignal::new(asked.get_untracked().get("q").unwrap_or_default());
    let hits = load(move || typed.get(), find_resources);
    view! {
        <Page class="editor">
            <Saying desk />
            <div class="editor-problem">
                <ActionProblem error=failure(move || desk.answer.get()) beside=BESIDE />
            </div>
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
            let add = if inside {
                view! { <Badge>{texts.added}</Badge> }.into_any()
            } else {
                view! {
                    <EditForm desk then=id.clone()>
                        <Common slug version what="add" />
                        <input type="hidden" name="resource" value=resource />
                        <Button size=Size::Small icon=Glyph::Plus attr:aria-label=label>
                            {texts.add}
                        </Button>
                    </EditForm>
                }
                .into_any()
            };
            view! {
                <li class="edit-hit" id=id tabindex="-1">
                    <div>
                        <p>
                            // Beside the editor, not in its place: what is being typed there stays.
                            <a href=format!("/resources/{}", card.id) target="_blank" rel="noopener">
                                <span class="edit-title">{card.title.clone()}</span>
                                <Icon glyph=Glyph::ArrowUpRight class="icon-out" />
                                <span class="sr-only">{t().ui.new_tab}</span>
                            </a>
                        </p>
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
    #[prop(optional)] then: &'static str,
) -> impl IntoView {
    view! {
        <EditForm desk then>
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
    after_drawing(&editor, desk);
    let (slug, version) = (editor.slug.clone(), editor.version);
    let title = editor.title.clone();
    let here = format!("/playlists/{slug}/edit");
    let undo = editor.undo.clone().map(|what| {
        let label = texts.undo_what(&what);
        view! { <OneButton desk slug=slug.clone() version what="undo" label glyph=Glyph::Undo2 id="undo" then="undo" /> }
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
                // Where it was, restoring is.
                then="undo"
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

#[component]
fn Details(editor: EditorView, desk: Desk) -> impl IntoView {
    let texts = &t().playlists;
    let error = move |field: &'static str| field_error(move || desk.answer.get(), field);
    view! {
        <Section title=texts.details>
            <EditForm desk saves_itself=true>
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
                                // It has gone; undoing it is there.
                                then="undo"
                            />
                        }
                    })}
            </div>
        </Section>
    }
}
