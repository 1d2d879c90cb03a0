//! The frame around every page: brand, navigation, search, account.

use super::navigation::{follow, skip};
use super::preferences::Looks;
use super::scroll;
use crate::base::{Role, Viewer, person, t};
use crate::notify::parts::Bell;
use crate::pages::Finder;
use crate::ui::{Avatar, Glyph, Icon, Loading, Menu};
use leptos::prelude::*;
use leptos_router::components::A;

/// Header, navigation and the page between them.
#[component]
pub(super) fn Frame(
    /// Whether the next page is on its way.
    routing: RwSignal<bool>,
    /// The page.
    children: Children,
) -> impl IntoView {
    let loading = use_context::<Loading>().map(|Loading(loading)| loading);
    let busy = move || routing.get() || loading.is_some_and(|loading| loading.get());
    scroll::keep(move || untrack(busy));
    let announced = RwSignal::new(String::new());
    follow(routing, announced);
    // Says that the page now answers to more than links and forms; effects run in the browser only.
    Effect::new(|_| document().document_element().map(|root| root.set_attribute("data-hydrated", "true")));
    let texts = &t().frame;
    let bar = match person() {
        Some(viewer) => view! { <SignedIn viewer /> }.into_any(),
        None => view! {
            <a class="nav-link" rel="external" href="/sign-in">
                {texts.sign_in}
            </a>
        }
        .into_any(),
    };
    view! {
        <a class="skip" href="#content" on:click=|_| skip()>
            {texts.skip}
        </a>
        <div class="route-bar" aria-hidden="true" data-active=move || busy().to_string()></div>
        <p class="sr-only" role="status" aria-live="polite">
            {move || announced.get()}
        </p>
        <header class="masthead" data-plain=person().is_none().to_string()>
            <div class="masthead-in">
                <a class="brand" href="/" aria-label=texts.brand>
                    <svg class="brand-mark" viewBox="0 0 24 24" aria-hidden="true">
                        <path
                            fill="currentColor"
                            d="M2 22V12a10 10 0 0 1 20 0v10h-4V12a6 6 0 0 0-12 0v10zM9 22v-9a3 3 0 0 1 6 0v9z"
                        />
                    </svg>
                    <span class="brand-word">{texts.brand}</span>
                </a>
                {bar}
            </div>
        </header>
        {children()}
    }
}

/// Where a person can go, by her roles: address, text, drawing, and whether a phone leaves it to the account menu.
fn places(viewer: &Viewer) -> Vec<(&'static str, &'static str, Glyph, bool)> {
    let texts = &t().frame;
    let mut places = vec![
        ("/", texts.home, Glyph::House, false),
        ("/search", texts.search, Glyph::Search, false),
        ("/playlists", texts.playlists, Glyph::ListMusic, false),
        ("/saved", texts.saved, Glyph::Bookmark, false),
        ("/history", texts.history, Glyph::History, true),
    ];
    if viewer.manages {
        places.push(("/team", texts.team, Glyph::Users, false));
    }
    if viewer.roles.contains(&Role::Operator) {
        places.push(("/sources", texts.sources, Glyph::Cable, viewer.manages));
    }
    places
}

/// What the search box offers to go to: the places, and what else one may want to get to in a hurry.
fn destinations(viewer: &Viewer) -> Vec<(String, String)> {
    let texts = &t().frame;
    let is_operator = viewer.roles.contains(&Role::Operator);
    let more = [
        (viewer.roles.contains(&Role::Curator), "/playlists/new", texts.new_playlist),
        (is_operator, "/sources/new", texts.new_source),
        (true, "/me", texts.privacy),
        (is_operator, "/design", texts.design),
    ];
    let more = more.into_iter().filter(|it| it.0).map(|(_, href, name)| (href, name));
    let places = places(viewer).into_iter().map(|(href, name, ..)| (href, name));
    places.chain(more).map(|(href, name)| (href.to_owned(), name.to_owned())).collect()
}

#[component]
fn SignedIn(viewer: Viewer) -> impl IntoView {
    let texts = &t().frame;
    let links = places(&viewer)
        .into_iter()
        .map(|(href, text, glyph, rare)| {
            view! {
                <A href=href exact=href == "/" attr:class=if rare { "nav-link nav-rare" } else { "nav-link" }>
                    <Icon glyph />
                    <span>{text}</span>
                </A>
            }
        })
        .collect_view();
    view! {
        <nav class="nav" aria-label=texts.navigation>
            {links}
        </nav>
        <div class="masthead-search">
            <Finder places=destinations(&viewer) />
        </div>
        <Bell />
        <Account viewer />
    }
}

#[component]
fn Account(viewer: Viewer) -> impl IntoView {
    let texts = &t().frame;
    let rare = places(&viewer)
        .into_iter()
        .filter(|place| place.3)
        .map(|(href, text, glyph, _)| {
            view! {
                <a class="menu-item menu-rare" href=href>
                    <Icon glyph />
                    {text}
                </a>
            }
        })
        .collect_view();
    let look_alikes = viewer.roles.contains(&Role::Curator).then(|| {
        view! {
            <a class="menu-item" href="/look-alikes">
                <Icon glyph=Glyph::Layers />
                {t().works.title}
            </a>
        }
    });
    let sees_links = [Role::Curator, Role::Operator].into_iter().any(|role| viewer.roles.contains(&role));
    let links = sees_links.then(|| {
        view! {
            <a class="menu-item" href="/links">
                <Icon glyph=Glyph::Link />
                {t().links.title}
            </a>
        }
    });
    let design = viewer.roles.contains(&Role::Operator).then(|| {
        view! {
            <a class="menu-item" href="/notices/mail">
                <Icon glyph=Glyph::Inbox />
                {t().notify.mail_title}
            </a>
            <a class="menu-item" href="/design">
                <Icon glyph=Glyph::Star />
                {texts.design}
            </a>
        }
    });
    view! {
        <Menu label=texts.account summary=view! { <Avatar name=viewer.name.clone() /> }.into_any()>
            <p class="account-name">{viewer.name} <small>{viewer.email}</small></p>
            <hr />
            {rare}
            <a class="menu-item" href="/notices/settings">
                <Icon glyph=Glyph::SlidersHorizontal />
                {t().notify.to_settings}
            </a>
            <a class="menu-item" href="/me">
                <Icon glyph=Glyph::ShieldCheck />
                {texts.privacy}
            </a>
            {look_alikes}
            {links}
            {design}
            <hr />
            <Looks />
            <hr />
            <form action="/sign-out" method="post">
                <button class="menu-item" type="submit">
                    <Icon glyph=Glyph::LogOut />
                    {texts.sign_out}
                </button>
            </form>
        </Menu>
    }
}
