//! Tables.

use leptos::prelude::*;

/// A table with a caption and a head; the children are `<tr>` rows. It scrolls sideways where it is too wide, and can be
/// reached with the keyboard then. With `stacked`, each row becomes a block on a phone: give each `<td>` a
/// `data-label`. Figures take `class="num"`.
///
/// ```ignore
/// <Table caption="Runs" head=vec!["When".into(), "Added".into()]>
///     {runs.into_iter().map(|run| view! { <tr><td><Time when=run.at /></td><td class="num">{run.added}</td></tr> }).collect_view()}
/// </Table>
/// ```
#[component]
pub fn Table(
    /// What the table shows.
    #[prop(into)]
    caption: String,
    /// Whether the caption is shown; it is always read out.
    #[prop(optional)]
    captioned: bool,
    /// Column titles. One that starts with `#` is set right, over figures.
    head: Vec<String>,
    /// Rows become blocks on a phone.
    #[prop(optional)]
    stacked: bool,
    /// The rows.
    children: Children,
) -> impl IntoView {
    let head = head
        .into_iter()
        .map(|title| match title.strip_prefix('#') {
            Some(title) => view! { <th scope="col" class="num">{title.to_owned()}</th> }.into_any(),
            None => view! { <th scope="col">{title}</th> }.into_any(),
        })
        .collect_view();
    let name = caption.clone();
    view! {
        <div class="table-scroll" role="region" aria-label=name tabindex="0">
            <table class=if stacked { "table table-stacked" } else { "table" }>
                <caption class=if captioned { "table-caption" } else { "sr-only" }>{caption.clone()}</caption>
                <thead>
                    <tr>{head}</tr>
                </thead>
                <tbody>{children()}</tbody>
            </table>
        </div>
    }
}
