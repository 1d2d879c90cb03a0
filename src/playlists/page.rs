//! The learner's pages: all playlists, and one.

use super::api::{FollowPlaylist, MarkItem, RestorePlaylist, load_lists, load_playlist};
use super::model::{Deleted, Item, Lists, PlaylistCard, PlaylistView, Status};
use super::parts::{ActionProblem, PlaylistTile, failure};
use crate::base::{lazy_page, t};
use crate::catalog::links::parts::BrokenBadge;
use crate::ui::{
    Breadcrumbs, Button, Cards, Empty, Glyph, LinkButton, Notice, Page, PageHeader, Progress, Section, Shape, Size,
    Tone, Variant, load,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;

lazy_page! {
    /// `/playlists`
    PlaylistsPage in learn: playlists_page
}

fn playlists_page() -> AnyView {
    let lists = load(|| (), |()| load_lists());
    let restore = ServerAction::<RestorePlaylist>::new();
    view! {
        <Page title=t().playlists.title>
            {lists.show(Shape::Page, move |lists| view! { <ListsView lists restore /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn ListsView(lists: Lists, restore: ServerAction<RestorePlaylist>) -> impl IntoView {
    let texts = &t().playlists;
    let empty = lists.followed.is_empty() && lists.others.is_empty() && lists.drafts.is_empty();
    let curates = lists.curates;
    let new = move || {
        view! {
            <LinkButton href="/playlists/new" variant=Variant::Primary icon=Glyph::Plus>
                {texts.new}
            </LinkButton>
        }
    };
    let group = |title: &'static str, cards: Vec<PlaylistCard>| {
        (!cards.is_empty()).then(|| {
            let tiles = cards.into_iter().map(|card| view! { <PlaylistTile card /> }).collect_view();
            view! {
                <Section title=title>
                    <Cards>{tiles}</Cards>
                </Section>
            }
        })
    };
    view! {
        <PageHeader title=texts.title lede=texts.lead>
            {curates.then(new)}
        </PageHeader>
        {group(texts.followed, lists.followed)}
        {group(texts.drafts, lists.drafts)}
        {group(texts.others, lists.others)}
        {empty
            .then(|| {
                let hint = if curates { texts.none_hint_curator } else { texts.none_hint };
                view! { <Empty glyph=Glyph::ListMusic title=texts.none text=hint /> }
            })}
        {(!lists.deleted.is_empty()).then(|| view! { <DeletedOnes deleted=lists.deleted restore /> })}
    }
}

/// What was deleted, for curators. One form for all: each button names its playlist.
#[component]
fn DeletedOnes(deleted: Vec<Deleted>, restore: ServerAction<RestorePlaylist>) -> impl IntoView {
    let texts = &t().playlists;
    let rows = deleted
        .into_iter()
        .map(|Deleted { slug, title, by, at }| {
            view! {
                <li class="edit-hit">
                    <div>
                        <p class="edit-title">{title.clone()}</p>
                        <p class="meta">
                            <span>{texts.deleted_by(&by, &at.text)}</span>
                        </p>
                    </div>
                    <Button
                        size=Size::Small
                        icon=Glyph::Undo2
                        name="slug"
                        value=slug
                        attr:aria-label=texts.for_item(texts.restore, &title)
                    >
                        {texts.restore}
                    </Button>
                </li>
            }
        })
        .collect_view();
    view! {
        <Section title=texts.deleted_title note=texts.deleted_note id="deleted".to_owned()>
            <ActionProblem error=failure(move || restore.value().get()) />
            <ActionForm action=restore>
                <ul class="edit-hits">{rows}</ul>
            </ActionForm>
        </Section>
    }
}

/// What a learner can do on the page.
#[derive(Clone, Copy)]
struct Acts {
    follow: ServerAction<FollowPlaylist>,
    mark: ServerAction<MarkItem>,
}

lazy_page! {
    /// `/playlists/:slug`
    PlaylistPage in learn: playlist_page
}

fn playlist_page() -> AnyView {
    let params = use_params_map();
    let acts = Acts { follow: ServerAction::new(), mark: ServerAction::new() };
    let playlist = load(
        move || (params.read().get("slug").unwrap_or_default(), acts.follow.version().get(), acts.mark.version().get()),
        |(slug, ..)| load_playlist(slug),
    );
    view! {
        <Page>
            <ActionProblem error=failure(move || acts.follow.value().get()) />
            <ActionProblem error=failure(move || acts.mark.value().get()) />
            {playlist.show(Shape::Page, move |playlist| view! { <PlaylistBody playlist acts /> })}
        </Page>
    }
    .into_any()
}

#[component]
fn PlaylistBody(playlist: PlaylistView, acts: Acts) -> impl IntoView {
    let texts = &t().playlists;
    let card = playlist.card.clone();
    let next = playlist.next().map(|item| view! { <NextStep item=item.clone() /> });
    let all_done = card.is_done().then(|| view! { <Notice tone=Tone::Good title=texts.all_done /> });
    let rows = playlist.items.into_iter().map(|item| view! { <ItemRow item acts /> }).collect_view();
    let nothing = card.items == 0 && playlist.not_shared == 0;
    let (followed, editor) = (card.clone(), format!("/playlists/{}/edit", card.slug));
    view! {
        <Title text=card.title.clone() />
        <Breadcrumbs trail=vec![("/playlists".into(), texts.title.into())] here=card.title.clone() />
        {(card.status == Status::Draft).then(|| view! { <Notice tone=Tone::Warn title=texts.draft_notice /> })}
        <PageHeader title=card.title.clone() lede=card.summary.clone()>
            <FollowForm card=followed acts />
            {playlist
                .curates
                .then(|| {
                    view! {
                        <LinkButton href=editor icon=Glyph::Pencil>
                            {texts.edit}
                        </LinkButton>
                    }
                })}
        </PageHeader>
        <div class="playlist-facts">
            <p class="meta">
                <span>{texts.kept_by(&card.steward)}</span>
                <span>{texts.items(card.items)}</span>
                {texts.total_time(card.minutes, card.unmeasured).into_iter().map(|fact| view! { <span>{fact}</span> }).collect_view()}
                {card.audience.clone().map(|name| view! { <span>{texts.for_group(&name)}</span> })}
            </p>
            <Progress done=card.done total=card.items label=texts.progress(card.done, card.items) />
        </div>
        {next}
        {all_done}
        <Section title=texts.items_title>
            {if nothing {
                view! { <Empty glyph=Glyph::ListMusic title=texts.no_items /> }.into_any()
            } else {
                view! { <ol class="playlist-items">{rows}</ol> }.into_any()
            }}
            {(playlist.not_shared > 0)
                .then(|| view! { <p class="section-note">{texts.not_shared(playlist.not_shared)}</p> })}
        </Section>
    }
}

#[component]
fn FollowForm(card: PlaylistCard, acts: Acts) -> impl IntoView {
    let texts = &t().records;
    let following = card.following;
    let (label, glyph) = if following { (texts.following, Glyph::BellRing) } else { (texts.follow, Glyph::Bell) };
    let variant = if following { Variant::Quiet } else { Variant::Primary };
    view! {
        <ActionForm action=acts.follow>
            <input type="hidden" name="slug" value=card.slug />
            <input type="hidden" name="on" value={if following { "false" } else { "true" }} />
            <Button variant icon=glyph pressed=Signal::stored(following)>
                {label}
            </Button>
        </ActionForm>
    }
}

#[component]
fn NextStep(item: Item) -> impl IntoView {
    let texts = &t().playlists;
    view! {
        <section class="playlist-next" aria-label=texts.next>
            <p class="eyebrow">{texts.next}</p>
            <p class="playlist-next-title">
                <a href=format!("/resources/{}", item.card.id)>{item.card.title.clone()}</a>
            </p>
            <p class="meta">
                <span>{item.card.kind.label()}</span>
                <span>{item.card.source.clone()}</span>
                {item.card.minutes.map(|minutes| view! { <span>{texts.time(minutes)}</span> })}
            </p>
            {item.card.broken.then(|| view! { <BrokenBadge /> })}
            {(!item.note.is_empty()).then(|| view! { <p class="playlist-note">{item.note}</p> })}
        </section>
    }
}

#[component]
fn ItemRow(item: Item, acts: Acts) -> impl IntoView {
    let texts = &t().playlists;
    let (card, done) = (item.card, item.done);
    let state = if card.gone {
        "gone"
    } else if done {
        "done"
    } else {
        "open"
    };
    let title = if card.gone {
        view! { <span>{card.title.clone()}</span> }.into_any()
    } else {
        view! { <a href=format!("/resources/{}", card.id)>{card.title.clone()}</a> }.into_any()
    };
    // As on a card: the button says how it stands, and pressing it again takes that back.
    let label = if done { t().records.is_done } else { t().records.done };
    let (resource, name) = (card.id.clone(), texts.for_item(label, &card.title));
    let mark = (!card.gone || done).then(|| {
        view! {
            <ActionForm action=acts.mark>
                <input type="hidden" name="resource" value=resource />
                <input type="hidden" name="done" value={if done { "false" } else { "true" }} />
                <Button
                    size=Size::Small
                    icon={if done { Glyph::CircleCheck } else { Glyph::Circle }}
                    pressed=Signal::stored(done)
                    attr:aria-label=name
                >
                    {label}
                </Button>
            </ActionForm>
        }
    });
    view! {
        <li class="playlist-item" data-state=state>
            <div class="playlist-item-body">
                <h3 class="playlist-item-title">{title}</h3>
                <p class="meta">
                    <span>{card.kind.label()}</span>
                    <span>{card.source.clone()}</span>
                    {card.minutes.map(|minutes| view! { <span>{texts.time(minutes)}</span> })}
                    {(item.opened && !done).then(|| view! { <span>{texts.opened}</span> })}
                </p>
                {(!item.note.is_empty()).then(|| view! { <p class="playlist-note">{item.note}</p> })}
                {card.gone.then(|| view! { <p class="playlist-gone">{texts.gone}</p> })}
                {card.broken.then(|| view! { <BrokenBadge /> })}
            </div>
            <div class="playlist-item-actions">{mark}</div>
        </li>
    }
}
