//! The document shell, the route table (every page lazy), the frame around every page.

mod frame;
mod navigation;
mod preferences;
mod scroll;

use crate::admin::DesignPage;
use crate::base::{provide_person, response, t, viewer};
use crate::catalog::works::LookAlikesPage;
use crate::identity::{SignInLinkPage, SignInPage};
use crate::insights::{PersonPage, TeamPage};
use crate::notify::{MailPage, NoticeSettingsPage, NoticesPage, UnsubscribePage};
use crate::pages::{HistoryPage, HomePage, LinksPage, NotFoundPage, ResourcePage, SavedPage, SearchPage};
use crate::playlists::{EditorPage, NewPlaylistPage, PlaylistPage, PlaylistsPage};
use crate::privacy::MePage;
use crate::sources::pages::{NewSourcePage, RunPage, SourcePage, SourcePeoplePage, SourcesPage};
use crate::ui::Loading;
use frame::Frame;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{Lazy, SsrMode, path};

/// The two fonts that every page uses; the names are those of style/fonts.css.
const FONTS: [&str; 2] = ["/fonts/inter-5.3.0.woff2", "/fonts/newsreader-5.3.0.woff2"];

/// Makes the content security policy of a page from its nonce; the server provides it.
#[derive(Clone, Copy)]
pub struct Policy(pub fn(&str) -> String);

/// The whole document, drawn on the server.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    if let (Some(nonce), Some(Policy(policy))) = (use_nonce(), use_context::<Policy>()) {
        response::set_header("content-security-policy", &policy(&nonce));
    }
    let prefs = viewer::prefs();
    let fonts = FONTS
        .map(|href| view! { <link rel="preload" href=href r#as="font" r#type="font/woff2" crossorigin="anonymous" /> })
        .collect_view();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=prefs.theme.as_str() data-density=prefs.density.as_str()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content="light dark" />
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#fbf9f4" />
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#181613" />
                <link rel="icon" href="/icon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                {fonts}
                <HashedStylesheet options=options.clone() id="atrium" />
                <HydrationScripts options />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// The window's title of a page that is called `page`.
fn title(page: String) -> String {
    let brand = t().frame.brand;
    if page.is_empty() { brand.to_owned() } else { format!("{page} · {brand}") }
}

/// What the document is called until the lazy page brings its title: without it the window's title would go blank.
fn title_so_far() -> String {
    if is_server() {
        return String::new();
    }
    let title = document().title();
    title.strip_suffix(t().frame.brand).and_then(|rest| rest.strip_suffix(" · ")).unwrap_or_default().to_owned()
}

/// The application, the same on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_person();
    provide_meta_context();
    let routing = RwSignal::new(false);
    provide_context(Loading(RwSignal::new(false)));
    view! {
        <Title text=title_so_far() formatter=title />
        <Router set_is_routing=SignalSetter::map(move |now| routing.set(now))>
            <Frame routing>
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view={Lazy::<HomePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/playlists") view={Lazy::<PlaylistsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/playlists/new") view={Lazy::<NewPlaylistPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/playlists/:slug") view={Lazy::<PlaylistPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/playlists/:slug/edit") view={Lazy::<EditorPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/team") view={Lazy::<TeamPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/team/:person") view={Lazy::<PersonPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/me") view={Lazy::<MePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/notices") view={Lazy::<NoticesPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/notices/settings") view={Lazy::<NoticeSettingsPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/notices/mail") view={Lazy::<MailPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/notices/unsubscribe") view={Lazy::<UnsubscribePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sign-in") view={Lazy::<SignInPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sign-in/link/:token") view={Lazy::<SignInLinkPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/search") view={Lazy::<SearchPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/resources/:id") view={Lazy::<ResourcePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/saved") view={Lazy::<SavedPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/history") view={Lazy::<HistoryPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/look-alikes") view={Lazy::<LookAlikesPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/links") view={Lazy::<LinksPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/design") view={Lazy::<DesignPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sources") view={Lazy::<SourcesPage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sources/new") view={Lazy::<NewSourcePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sources/:id") view={Lazy::<SourcePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sources/:id/people") view={Lazy::<SourcePeoplePage>::new()} ssr=SsrMode::Async />
                    <Route path=path!("/sources/:id/runs/:run") view={Lazy::<RunPage>::new()} ssr=SsrMode::Async />
                </Routes>
            </Frame>
        </Router>
    }
}
