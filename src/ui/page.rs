//! The frame of a page's content: its width, heading, sections.

use super::icon::{Glyph, Icon};
use leptos::html;
use leptos::prelude::*;
use leptos_meta::Title;

/// How wide a page runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Width {
    /// Grids of cards, tables.
    #[default]
    Wide,
    /// One column to read or fill in.
    Text,
}

/// The `<main>` of a page, with its title for the window. Exactly one on each page.
///
/// ```ignore
/// <Page title=t().frame.saved>
///     <PageHeader title=t().frame.saved lede="What you want to come back to." />
///     <Suspense …>…</Suspense>
/// </Page>
/// ```
#[component]
pub fn Page(
    /// For the window's title; "· Atrium" is added. Leave out when the content sets `<Title>` itself.
    #[prop(into, optional)]
    title: String,
    /// How wide.
    #[prop(optional)]
    width: Width,
    /// A class of the page's own, for its layout.
    #[prop(into, optional)]
    class: String,
    /// The content.
    children: Children,
) -> impl IntoView {
    // Says that the page itself, which comes later than its frame, answers to more than links and forms.
    let main = NodeRef::<html::Main>::new();
    Effect::new(move |_| main.get().map(|main| main.set_attribute("data-hydrated", "true")));
    let mut classes = String::from(if width == Width::Text { "page page-text" } else { "page" });
    if !class.is_empty() {
        classes.push(' ');
        classes.push_str(&class);
    }
    view! {
        {(!title.is_empty()).then(|| view! { <Title text=title /> })}
        <main id="content" class=classes tabindex="-1" node_ref=main>
            {children()}
        </main>
    }
}

/// The heading of a page. Children are its actions.
///
/// ```ignore
/// <PageHeader eyebrow="Playlist" title=playlist.title lede=playlist.summary>
///     <FollowButton … />
/// </PageHeader>
/// ```
#[component]
pub fn PageHeader(
    /// The `<h1>`.
    #[prop(into)]
    title: String,
    /// A few words above: what kind of page this is.
    #[prop(into, optional)]
    eyebrow: String,
    /// One or two sentences below.
    #[prop(into, optional)]
    lede: String,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <header class="page-header">
            <div class="page-header-text">
                {(!eyebrow.is_empty()).then(|| view! { <p class="eyebrow">{eyebrow}</p> })}
                <h1 class="page-title">{title}</h1>
                {(!lede.is_empty()).then(|| view! { <p class="lede">{lede}</p> })}
            </div>
            {children.map(|children| view! { <div class="page-actions">{children()}</div> })}
        </header>
    }
}

/// A part of a page with its heading and, perhaps, a link to everything of it.
///
/// ```ignore
/// <Section title="New in topics you follow" href="/search?sort=new" all="See all">…</Section>
/// ```
#[component]
pub fn Section(
    /// The `<h2>`.
    #[prop(into)]
    title: String,
    /// A sentence below it.
    #[prop(into, optional)]
    note: String,
    /// Where everything is.
    #[prop(into, optional)]
    href: String,
    /// Text of that link.
    #[prop(into, optional)]
    all: String,
    /// Id, for links to this section.
    #[prop(into, optional)]
    id: Option<String>,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! {
        <section class="section" id=id>
            <div class="section-head">
                <h2 class="section-title">{title.clone()}</h2>
                {(!href.is_empty())
                    .then(|| {
                        view! {
                            <a class="section-all" href=href>
                                {all}
                                <span class="sr-only">{format!(": {title}")}</span>
                                <Icon glyph=Glyph::ArrowRight />
                            </a>
                        }
                    })}
            </div>
            {(!note.is_empty()).then(|| view! { <p class="section-note">{note}</p> })}
            {children()}
        </section>
    }
}
