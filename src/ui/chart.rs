//! Charts, drawn with SVG attributes (a strict policy allows no inline styles), each with its figures in words beside it.

use super::chip::Tone;
use leptos::prelude::*;

/// How far something is: a bar and its text. `done` of `total`.
///
/// ```ignore
/// <Progress done=3 total=8 label="3 of 8 done" />
/// ```
#[component]
pub fn Progress(
    /// How many are done.
    done: i64,
    /// Of how many.
    total: i64,
    /// The same in words; shown beside the bar.
    #[prop(into)]
    label: String,
    /// Bar only; the words are read out, not shown.
    #[prop(optional)]
    quiet: bool,
) -> impl IntoView {
    let share = share(done, total);
    let state = if total > 0 && done >= total { "done" } else { "under-way" };
    view! {
        <div class="progress" data-state=state>
            <svg class="progress-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
                <rect class="progress-track" width="100" height="4" />
                <rect class="progress-fill" width=share height="4" />
            </svg>
            <span class=if quiet { "sr-only" } else { "progress-label" }>{label}</span>
        </div>
    }
}

/// `part` of `whole` in percent with one decimal, as an SVG length.
fn share(part: i64, whole: i64) -> String {
    if whole <= 0 {
        return "0".to_owned();
    }
    let tenths = part.clamp(0, whole) * 1000 / whole;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// One part of a [`StackedBar`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slice {
    /// What is counted: "Done".
    pub label: String,
    /// How many.
    pub value: i64,
    /// The same, formatted.
    pub shown: String,
    /// Its colour.
    pub tone: Tone,
}

impl Slice {
    /// One part.
    pub fn new(label: impl Into<String>, value: i64, shown: impl Into<String>, tone: Tone) -> Self {
        Slice { label: label.into(), value, shown: shown.into(), tone }
    }
}

/// A bar in parts with its legend, which holds the figures.
///
/// ```ignore
/// <StackedBar label="Progress of the team" slices=vec![
///     Slice::new("Done", 4, "4", Tone::Good), Slice::new("Under way", 2, "2", Tone::Accent), Slice::new("Not started", 6, "6", Tone::Neutral),
/// ] />
/// ```
#[component]
pub fn StackedBar(
    /// What the bar is about; read out.
    #[prop(into)]
    label: String,
    /// Its parts, from left to right.
    slices: Vec<Slice>,
    /// Bar only, for rows of a table which holds the figures itself.
    #[prop(optional)]
    bare: bool,
) -> impl IntoView {
    let total: i64 = slices.iter().map(|slice| slice.value.max(0)).sum();
    let mut before = 0;
    let bars = slices
        .iter()
        .filter(|slice| slice.value > 0)
        .map(|slice| {
            let (x, width) = (share(before, total), share(slice.value, total));
            before += slice.value;
            view! { <rect class="slice" data-tone=slice.tone.as_str() x=x width=width height="6" /> }
        })
        .collect_view();
    let words = slices.iter().map(|s| format!("{}: {}", s.label, s.shown)).collect::<Vec<_>>().join(", ");
    let legend = slices
        .into_iter()
        .map(|slice| {
            view! {
                <div class="legend-item" data-tone=slice.tone.as_str()>
                    <dt>{slice.label}</dt>
                    <dd>{slice.shown}</dd>
                </div>
            }
        })
        .collect_view();
    view! {
        <figure class="stacked">
            <svg
                class="stacked-bar"
                viewBox="0 0 100 6"
                preserveAspectRatio="none"
                role="img"
                aria-label=format!("{label}: {words}")
            >
                <rect class="stacked-track" width="100" height="6" />
                {bars}
            </svg>
            {(!bare).then(|| view! { <dl class="legend">{legend}</dl> })}
        </figure>
    }
}

/// One figure with its name, and perhaps a note: for the top of a page.
///
/// ```ignore
/// <Figure value="1,538" label="pages" note="12 added today" />
/// ```
#[component]
pub fn Figure(
    /// The figure, formatted.
    #[prop(into)]
    value: String,
    /// What it counts.
    #[prop(into)]
    label: String,
    /// One more fact.
    #[prop(into, optional)]
    note: String,
) -> impl IntoView {
    view! {
        <div class="figure">
            <p class="figure-value">{value}</p>
            <p class="figure-label">{label}</p>
            {(!note.is_empty()).then(|| view! { <p class="figure-note">{note}</p> })}
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn shares_stay_inside_the_bar() {
        assert_eq!(share(1, 3), "33.3");
        assert_eq!(share(9, 3), "100.0");
        assert_eq!(share(-1, 3), "0.0");
        assert_eq!(share(1, 0), "0");
    }
}
