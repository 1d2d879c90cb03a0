//! The search box of the frame: a form that asks `/search`, and, with JavaScript, a combobox that offers pages of the
//! portal, topics, playlists, resources, conversations and, to a manager, people while one types. `/` and Ctrl-K lead to
//! it from everywhere. After the WAI-ARIA Authoring Practices, "Combobox": the focus stays in the box.

use super::api::suggest_anything;
use super::model::{Group, Offer, begins};
use crate::base::t;
use crate::catalog::model::Query;
use crate::ui::{Glyph, Icon, SearchBox};
use leptos::ev::{FocusEvent, KeyboardEvent, SubmitEvent};
use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, HtmlElement, HtmlInputElement};
use leptos_router::hooks::{use_location, use_navigate};
use std::time::Duration;

/// Id of the box.
pub const BOX: &str = "site-search";
/// Id of the list below it.
const LIST: &str = "site-search-list";
/// How long typing has to rest before the portal is asked.
const REST: Duration = Duration::from_millis(120);

/// What the box knows while somebody is at it.
#[derive(Clone, Copy)]
struct Finding {
    typed: RwSignal<String>,
    found: RwSignal<Vec<Offer>>,
    is_open: RwSignal<bool>,
    /// The offer that Enter takes.
    active: RwSignal<Option<usize>>,
}

impl Finding {
    fn new() -> Finding {
        let is_open = RwSignal::new(false);
        Finding {
            typed: RwSignal::new(String::new()),
            found: RwSignal::new(Vec::new()),
            is_open,
            active: RwSignal::new(None),
        }
    }

    /// Nothing is offered any more.
    fn close(self) {
        self.is_open.set(false);
        self.active.set(None);
    }

    /// As if nobody had been at it.
    fn clear(self) {
        self.close();
        self.typed.set(String::new());
        self.found.set(Vec::new());
    }

    /// Asks for what fits `text`, and shows it unless somebody has typed on meanwhile.
    fn ask(self, text: String) {
        spawn_local(async move {
            // Where the portal does not answer, the search page will say why.
            let found = suggest_anything(text.clone()).await.unwrap_or_default();
            if self.typed.try_get_untracked().is_some_and(|typed| typed == text) {
                self.active.set(None);
                self.found.set(found);
            }
        });
    }
}

/// The box and what it offers.
#[component]
pub fn Finder(
    /// Pages that the person can go to: address and name.
    places: Vec<(String, String)>,
) -> impl IntoView {
    let finding = Finding::new();
    let offers = Memo::new(move |_| offers(&places, &finding.typed.get(), finding.found.get()));
    let mut ask = debounce(REST, move |text: String| finding.ask(text));
    let input = move |event: leptos::ev::Event| {
        let text = event_target_value(&event).trim().to_owned();
        finding.typed.set(text.clone());
        finding.is_open.set(true);
        match text.is_empty() {
            true => finding.found.set(Vec::new()),
            false => ask(text),
        }
    };
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let text = finding.typed.get_untracked();
        finding.close();
        navigate(&search_for(&text), Default::default());
    };
    let left = move |event: FocusEvent| {
        let next = event.related_target().and_then(|it| it.dyn_into::<Element>().ok());
        let whole = event.current_target().and_then(|it| it.dyn_into::<Element>().ok());
        if !whole.is_some_and(|whole| whole.contains(next.as_deref())) {
            finding.close();
        }
    };
    // What was typed on one page is not meant for the next.
    let path = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = path.get();
        if before.is_some_and(|before| before != now) {
            finding.clear();
            if let Some(input) = the_box() {
                input.set_value("");
            }
        }
        now
    });
    Effect::new(move |_| tell(finding.is_open.get() && !offers.with(Vec::is_empty), finding.active.get()));
    view! {
        <div
            class="finder"
            on:input=input
            on:focusin=move |_| finding.is_open.set(true)
            on:focusout=left
            on:keydown=move |event| on_key(&event, finding, offers.with_untracked(Vec::len))
            on:submit=submit
        >
            <SearchBox action="/search" label=t().frame.search_hint id=BOX />
            {move || {
                let offers = offers.get();
                let shown = finding.is_open.get() && !offers.is_empty();
                shown.then(|| view! { <List offers finding /> })
            }}
        </div>
    }
}

fn the_box() -> Option<HtmlInputElement> {
    document().get_element_by_id(BOX).and_then(|it| it.dyn_into().ok())
}

fn search_for(text: &str) -> String {
    format!("/search{}", Query::from_pairs([("q", text)]).to_address())
}

/// Pages by name, then what was found, then the search itself.
fn offers(places: &[(String, String)], typed: &str, found: Vec<Offer>) -> Vec<Offer> {
    let wanted = typed.to_lowercase();
    let mut offers: Vec<Offer> = places
        .iter()
        .filter(|(_, name)| wanted.is_empty() || begins(&name.to_lowercase(), &wanted))
        .map(|(href, name)| Offer::new(Group::Place, name.clone(), href.clone()))
        .collect();
    offers.extend(found);
    if !typed.is_empty() {
        offers.push(Offer::new(Group::Search, t().frame.search_for(typed), search_for(typed)));
    }
    offers
}

/// Tells screen readers what the box is and which offer is chosen. Only here, in the browser: without JavaScript it is a
/// plain search box.
fn tell(is_open: bool, active: Option<usize>) {
    let Some(input) = the_box() else { return };
    // None of these fails: all are names of attributes.
    let set = |name: &str, value: &str| drop(input.set_attribute(name, value));
    set("role", "combobox");
    set("aria-autocomplete", "list");
    set("aria-expanded", if is_open { "true" } else { "false" });
    match is_open {
        true => set("aria-controls", LIST),
        false => drop(input.remove_attribute("aria-controls")),
    }
    match active.filter(|_| is_open) {
        Some(n) => {
            set("aria-activedescendant", &option_id(n));
            if let Some(option) = document().get_element_by_id(&option_id(n)) {
                option.scroll_into_view_with_bool(false);
            }
        }
        None => drop(input.remove_attribute("aria-activedescendant")),
    }
}

fn option_id(n: usize) -> String {
    format!("{LIST}-{n}")
}

fn on_key(event: &KeyboardEvent, finding: Finding, offers: usize) {
    // The keys belong to whoever puts a word together: Japanese, Chinese and Korean are typed so.
    if event.is_composing() {
        return;
    }
    let is_open = finding.is_open.get_untracked();
    match event.key().as_str() {
        "ArrowDown" | "ArrowUp" if offers > 0 => {
            event.prevent_default();
            finding.is_open.set(true);
            finding.active.update(|active| *active = step(*active, event.key() == "ArrowDown", offers));
        }
        "Enter" => {
            let chosen = finding.active.get_untracked().filter(|_| is_open).map(option_id);
            let chosen = chosen.and_then(|id| document().get_element_by_id(&id));
            if let Some(chosen) = chosen.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                event.prevent_default();
                chosen.click();
            }
        }
        // The first Escape closes the list, the second one empties the box, as it does everywhere.
        "Escape" if is_open && offers > 0 => {
            event.prevent_default();
            event.stop_propagation();
            finding.close();
        }
        _ => {}
    }
}

/// The next offer down or up; past either end one is in the box again, with none chosen.
fn step(active: Option<usize>, down: bool, offers: usize) -> Option<usize> {
    match (active, down) {
        (None, true) => Some(0),
        (None, false) => offers.checked_sub(1),
        (Some(n), true) => Some(n + 1).filter(|n| *n < offers),
        (Some(n), false) => n.checked_sub(1),
    }
}

#[component]
fn List(offers: Vec<Offer>, finding: Finding) -> impl IntoView {
    let mut groups: Vec<(Group, Vec<(usize, Offer)>)> = Vec::new();
    for (n, offer) in offers.into_iter().enumerate() {
        match groups.last_mut() {
            Some((group, inside)) if *group == offer.group => inside.push((n, offer)),
            _ => groups.push((offer.group, vec![(n, offer)])),
        }
    }
    let groups = groups.into_iter().map(|(group, offers)| {
        let options = offers.into_iter().map(|(n, offer)| view! { <Choice n offer finding /> }).collect_view();
        view! {
            <div
                role="group"
                class=if group == Group::Search { "finder-group finder-last" } else { "finder-group" }
                aria-label=group.label()
            >
                <p class="menu-label" aria-hidden="true">
                    {group.label()}
                </p>
                {options}
            </div>
        }
    });
    view! {
        <div
            class="finder-list"
            id=LIST
            role="listbox"
            aria-label=t().frame.suggestions
            on:click=move |_| finding.close()
        >
            {groups.collect_view()}
        </div>
    }
}

#[component]
fn Choice(n: usize, offer: Offer, finding: Finding) -> impl IntoView {
    let Offer { group, label, hint, href, leads_out } = offer;
    view! {
        <a
            class="menu-item finder-offer"
            id=option_id(n)
            role="option"
            tabindex="-1"
            href=href
            target=leads_out.then_some("_blank")
            rel=leads_out.then_some("noopener")
            aria-selected=move || (finding.active.get() == Some(n)).to_string()
        >
            <Icon glyph=group.glyph() />
            <span class="finder-label">{label}</span>
            {(!hint.is_empty()).then(|| view! { <span class="finder-hint">{hint}</span> })}
            {leads_out
                .then(|| {
                    view! {
                        <Icon glyph=Glyph::ArrowUpRight class="icon-out" />
                        <span class="sr-only">{t().ui.new_tab}</span>
                    }
                })}
        </a>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round_through_the_box() {
        let down: Vec<_> = [None, Some(0), Some(1)].map(|active| step(active, true, 2)).into();
        assert_eq!(down, [Some(0), Some(1), None]);
        let up: Vec<_> = [None, Some(1), Some(0)].map(|active| step(active, false, 2)).into();
        assert_eq!(up, [Some(1), Some(0), None]);
        assert_eq!(step(None, false, 0), None);
    }

    #[test]
    fn pages_are_offered_by_the_beginnings_of_their_words() {
        let places = [("/".into(), "Home".into()), ("/playlists/new".into(), "New playlist".into())];
        let hrefs = |typed: &str| offers(&places, typed, vec![]).into_iter().map(|it| it.href).collect::<Vec<_>>();
        assert_eq!(hrefs(""), ["/", "/playlists/new"], "nothing to search for");
        assert_eq!(hrefs("Pla"), ["/playlists/new", "/search?q=Pla"]);
        assert_eq!(hrefs("ome"), ["/search?q=ome"]);
    }
}
