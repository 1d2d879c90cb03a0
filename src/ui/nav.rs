//! Ways around: tabs, pages of a list, where one is.

use super::icon::{Glyph, Icon};
use crate::base::t;
use leptos::prelude::*;

/// One tab of [`Tabs`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// Its address.
    pub href: String,
    /// Its text.
    pub label: String,
    /// Whether it is the shown one.
    pub current: bool,
}

impl Tab {
    /// One tab.
    pub fn new(href: impl Into<String>, label: impl Into<String>, current: bool) -> Self {
        Tab { href: href.into(), label: label.into(), current }
    }
}

/// Views of the same thing, as links.
///
/// ```ignore
/// <Tabs label="Playlists" tabs=vec![Tab::new("/playlists", "Following", true), Tab::new("/playlists?all", "All", false)] />
/// ```
#[component]
pub fn Tabs(
    /// What they are views of; read out.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: Vec<Tab>,
) -> impl IntoView {
    let tabs = tabs
        .into_iter()
        .map(|tab| {
            view! {
                <li>
                    <a class="tab" href=tab.href aria-current=tab.current.then_some("page")>
                        {tab.label}
                    </a>
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{tabs}</ul>
        </nav>
    }
}

/// Older and newer pages of a list; nothing when there is only one page.
///
/// ```ignore
/// <Pager page=found.page.paging.number pages=found.page.pages() address=move |n| query.at_page(n).address() />
/// ```
#[component]
pub fn Pager(
    /// The shown page, from 1.
    page: i64,
    /// How many there are.
    pages: i64,
    /// The address of a page.
    address: impl Fn(i64) -> String + 'static,
) -> impl IntoView {
    let texts = &t().ui;
    let link = move |to: i64, rel: &'static str, text: &'static str, glyph: Glyph| {
        view! {
            <a class="btn" href=address(to) rel=rel>
                <Icon glyph />
                <span class="btn-text">{text}</span>
            </a>
        }
    };
    (pages > 1).then(move || {
        view! {
            <nav class="pager" aria-label=texts.pages>
                {(page > 1).then(|| link(page - 1, "prev", texts.previous, Glyph::ArrowLeft))}
                <p class="pager-where">{texts.page_of(page, pages)}</p>
                {(page < pages).then(|| link(page + 1, "next", texts.next, Glyph::ArrowRight))}
            </nav>
        }
    })
}

/// The way from the top to this page; the last one is the page itself and no link.
///
/// ```ignore
/// <Breadcrumbs trail=vec![("/sources".into(), "Sources".into())] here=source.name />
/// ```
#[component]
pub fn Breadcrumbs(
    /// Address and text of each page above.
    trail: Vec<(String, String)>,
    /// This page.
    #[prop(into)]
    here: String,
) -> impl IntoView {
    let trail = trail
        .into_iter()
        .map(|(href, text)| {
            view! {
                <li>
                    <a href=href>{text}</a>
                    <Icon glyph=Glyph::ChevronRight />
                </li>
            }
        })
        .collect_view();
    view! {
        <nav class="breadcrumbs" aria-label=t().ui.breadcrumbs>
            <ol>
                {trail}
                <li aria-current="page">{here}</li>
            </ol>
        </nav>
    }
}
