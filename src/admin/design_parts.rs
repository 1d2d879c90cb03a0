//! The sections of the design page.

use crate::base::When;
use crate::ui::*;
use leptos::prelude::*;

const COLOURS: [&str; 18] = [
    "paper",
    "raised",
    "sunken",
    "pressed",
    "line",
    "line-strong",
    "ink-3",
    "ink-2",
    "ink",
    "accent-soft",
    "accent",
    "accent-strong",
    "good",
    "good-soft",
    "warn",
    "warn-soft",
    "bad",
    "bad-soft",
];

/// Colour, type, icons.
#[component]
pub fn Foundations() -> impl IntoView {
    let swatches = COLOURS.map(|name| view! { <div class="design-swatch" data-name=name>{name}</div> }).collect_view();
    let icons = Glyph::ALL
        .iter()
        .map(|(glyph, name)| view! { <div><Icon glyph=*glyph /><span>{*name}</span></div> })
        .collect_view();
    view! {
        <Section title="Colour" note="One warm scale, one accent, and meaning. Both themes meet WCAG AA.">
            <div class="design-swatches">{swatches}</div>
        </Section>
        <Section title="Type">
            <div class="design-type">
                <p class="page-title">"Learning is a conversation"</p>
                <p class="lede">
                    "A lede tells in two sentences what a page is for, in the voice of somebody who knows the place."
                </p>
                <h2>"How we measure drift in field sensors"</h2>
                <h3>"Calibration, from the bench to the field"</h3>
                <h4>"What a certificate says, and what it does not"</h4>
                <p>
                    "Interface text is Inter. " <a href="#icons">"Links are underlined"</a> ", "
                    <strong>"emphasis is rare"</strong> ", " <mark>"matches are marked"</mark> ", and "
                    <code>"code"</code> " keeps its own face."
                </p>
                <p class="muted small">"Small and muted: 1,538 pages, 41 discussions, 7 sources."</p>
            </div>
        </Section>
        <Section title="Icons" id="icons" note="Lucide, drawn inline.">
            <div class="design-icons">{icons}</div>
        </Section>
    }
}

/// Buttons, menus, dialogs.
#[component]
pub fn Controls() -> impl IntoView {
    let open = RwSignal::new(false);
    let saved = RwSignal::new(true);
    view! {
        <Section title="Buttons">
            <div class="row">
                <Button variant=Variant::Primary>"Publish"</Button>
                <Button>"Preview"</Button>
                <Button variant=Variant::Plain>"Cancel"</Button>
                <Button variant=Variant::Danger>"Remove"</Button>
                <Button variant=Variant::Primary pending=true>"Publishing"</Button>
                <Button disabled=true>"Not now"</Button>
            </div>
            <div class="row">
                <Button size=Size::Small icon=Glyph::CircleCheck>"Done"</Button>
                <Button
                    size=Size::Small
                    icon=Glyph::Bookmark
                    kind="button"
                    pressed=saved
                    on:click=move |_| saved.update(|saved| *saved = !*saved)
                >
                    "Save"
                </Button>
                <Button size=Size::Small variant=Variant::Primary>"Follow"</Button>
                <Button size=Size::Small variant=Variant::Plain icon=Glyph::EyeOff>"Not for me"</Button>
                <Button size=Size::Small variant=Variant::Danger>"Remove"</Button>
                <IconButton glyph=Glyph::ArrowUp label="Move up" />
                <IconButton glyph=Glyph::ArrowDown label="Move down" disabled=true />
                <IconButton glyph=Glyph::Ellipsis label="More" />
            </div>
            <div class="row">
                <LinkButton href="/design" variant=Variant::Primary icon=Glyph::Plus>"New playlist"</LinkButton>
                <LinkButton href="/design" external=true>"Open"</LinkButton>
                <LinkButton href="/design" size=Size::Small>"See all"</LinkButton>
            </div>
        </Section>
        <Section title="Menus and dialogs">
            <div class="row">
                <Menu label="More" summary=view! { <Icon glyph=Glyph::Ellipsis /> }.into_any()>
                    <p class="menu-label">"This playlist"</p>
                    <a class="menu-item" href="/design"><Icon glyph=Glyph::Pencil />"Edit"</a>
                    <a class="menu-item" href="/design" aria-current="true"><Icon glyph=Glyph::Eye />"Preview"</a>
                    <hr />
                    <button class="menu-item" type="button"><Icon glyph=Glyph::Trash2 />"Remove"</button>
                </Menu>
                <Button kind="button" on:click=move |_| open.set(true)>"Open a dialog"</Button>
            </div>
            <Dialog open title="Add to the playlist">
                <div class="stack">
                    <SearchBox action="/search" label="Search while assembling" id="design-dialog-search" />
                    <p class="muted small">"Dialogs close with Escape, with the cross, and give the focus back."</p>
                </div>
            </Dialog>
        </Section>
    }
}

/// Forms.
#[component]
pub fn Fields() -> impl IntoView {
    let groups = vec![
        ("".to_owned(), "Everyone".to_owned()),
        ("firmware".to_owned(), "Firmware".to_owned()),
        ("field".to_owned(), "Field service".to_owned()),
    ];
    view! {
        <Section title="Fields">
            <form class="form" action="/design" method="get">
                <TextField name="d-title" label="Title" value="Your first week" required=true maxlength=120 />
                <TextField
                    name="d-url"
                    label="Address"
                    kind="url"
                    placeholder="https://wiki.example.com"
                    hint="Where the wiki answers, without a path."
                    required=true
                />
                <TextField
                    name="d-bad"
                    label="Slug"
                    value="first week!"
                    error="Use letters, digits and hyphens."
                    required=true
                />
                <TextArea name="d-note" label="Note" value="Read this before the bench tour & bring <questions>." />
                <SelectField name="d-audience" label="Who sees it" options=groups value="firmware" />
                <Checkbox name="d-show" label="Show it on the home page" checked=true />
                <Checkbox name="d-mail" label="Tell its followers" hint="One mail at most each day." />
                <div class="form-actions">
                    <Button variant=Variant::Primary>"Save"</Button>
                    <Button variant=Variant::Plain kind="reset">"Start again"</Button>
                </div>
            </form>
        </Section>
    }
}

/// Search, filters, ways around.
#[component]
pub fn Finding() -> impl IntoView {
    let tabs = vec![
        Tab::new("/design", "Following", true),
        Tab::new("/design", "All playlists", false),
        Tab::new("/design", "Drafts", false),
    ];
    view! {
        <Section title="Finding things">
            <Breadcrumbs trail=vec![("/design".into(), "Sources".into()), ("/design".into(), "Engineering wiki".into())] here="Run of 12 May" />
            <div class="search-page-box">
                <SearchBox action="/search" label="Search courses, videos, pages and discussions" value="sensor drift" id="design-search" />
            </div>
            <Chips label="Kind" shown=true>
                <ChipLink href="/design" pressed=true count="214">"Everything"</ChipLink>
                <ChipLink href="/design" count="48">"Courses"</ChipLink>
                <ChipLink href="/design" count="131">"Videos"</ChipLink>
                <ChipLink href="/design" count="35">"Wiki pages"</ChipLink>
                <Chip kind="button">"Calibration"</Chip>
                <Chip kind="button" pressed=true>"Firmware"</Chip>
            </Chips>
            <div class="row">
                <Badge>"Draft"</Badge>
                <Badge tone=Tone::Accent>"New"</Badge>
                <Badge tone=Tone::Good>"Done"</Badge>
                <Badge tone=Tone::Warn>"Waits for you"</Badge>
                <Badge tone=Tone::Bad>"Failed"</Badge>
            </div>
            <Tabs label="Playlists" tabs />
            <Pager page=3 pages=12 address=|n| format!("/design?page={n}") />
        </Section>
    }
}

const KINDS: [(&str, &str); 11] = [
    ("course", "Course"),
    ("video", "Video"),
    ("article", "Article"),
    ("podcast", "Podcast"),
    ("book", "Book"),
    ("lab", "Lab"),
    ("assessment", "Assessment"),
    ("event", "Event"),
    ("job_aid", "Job aid"),
    ("wiki_page", "Wiki page"),
    ("playlist", "Playlist"),
];

/// The drawn covers.
#[component]
pub fn Covers() -> impl IntoView {
    let topics = ["Safety", "Rust", "Statistics", "Writing", "Kubernetes", "Design", "Onboarding"];
    let covers = KINDS
        .iter()
        .flat_map(|(kind, name)| (0..3).map(move |n| (*kind, *name, n)))
        .enumerate()
        .map(|(at, (kind, name, n))| {
            let topic = topics[at % topics.len()];
            view! { <div><Cover seed=format!("{kind} {n}") kind topic /><p>{format!("{name}, {topic}")}</p></div> }
        })
        .collect_view();
    view! {
        <Section title="Covers" note="The kind chooses the pattern, the topic the tone, the id everything else.">
            <div class="design-covers">{covers}</div>
        </Section>
    }
}

fn sample(
    kind: &'static str,
    eyebrow: &'static str,
    title: &'static str,
    topic: &'static str,
    feature: bool,
) -> AnyView {
    view! {
        <Card
            href="/design"
            title
            eyebrow
            feature
            summary="How the sensors that leave the bench in spring still tell the truth in autumn: what drifts, how to notice it early, and what to write into the certificate."
            cover=view! { <Cover seed=title kind topic /> }.into_any()
            meta=view! { <span>"Halden library"</span><span>"24 min"</span><span>"English"</span><Time when=When { text: "3 days ago".into(), iso: "2026-05-09T09:00:00Z".into() } /> }.into_any()
            reason="Because you follow Calibration"
        >
            <Button size=Size::Small icon=Glyph::Bookmark kind="button">"Save"</Button>
            <Button size=Size::Small variant=Variant::Plain icon=Glyph::EyeOff kind="button">"Not for me"</Button>
        </Card>
    }
    .into_any()
}

/// Cards, rows, tables of facts.
#[component]
pub fn Reading() -> impl IntoView {
    view! {
        <Section title="Cards" href="/design" all="See all">
            <Cards>
                {sample("video", "Video", "Keeping field sensors honest", "Calibration", true)}
                {sample("course", "Course", "Statistics for people who measure things", "Statistics", false)}
                {sample("wiki_page", "Wiki page", "Calibration data format", "Firmware", false)}
                {sample("podcast", "Podcast", "Post-mortems without blame, with three teams that tried", "Incidents", false)}
            </Cards>
        </Section>
        <Section title="Rows">
            <Cards rows=true>
                {sample("book", "Book", "The Rust book", "Rust", false)}
                {sample("lab", "Lab", "Deploy a probe to the staging cluster", "Kubernetes", false)}
            </Cards>
        </Section>
        <Section title="People">
            <div class="row">
                <Avatar name="Ingrid Solberg" large=true />
                <Avatar name="Tomasz Wrona" />
                <span>"Tomasz Wrona, field service"</span>
            </div>
        </Section>
    }
}

/// Charts and tables.
#[component]
pub fn Charts() -> impl IntoView {
    let slices = |done: i64, under: i64, open: i64| {
        vec![
            Slice::new("Done", done, done.to_string(), Tone::Good),
            Slice::new("Under way", under, under.to_string(), Tone::Accent),
            Slice::new("Not started", open, open.to_string(), Tone::Neutral),
        ]
    };
    let rows =
        [("Your first week", 9, 2, 1), ("Rust on our microcontrollers", 3, 5, 4), ("Reading certificates", 0, 1, 11)]
            .map(|(title, done, under, open)| {
                view! {
                    <tr>
                        <th scope="row">{title}</th>
                        <td class="num" data-label="Done">{done}</td>
                        <td class="num" data-label="Under way">{under}</td>
                        <td class="num" data-label="Not started">{open}</td>
                        <td><StackedBar label=title slices=slices(done, under, open) bare=true /></td>
                    </tr>
                }
            })
            .collect_view();
    view! {
        <Section title="Figures and progress">
            <div class="figures">
                <Figure value="1,538" label="wiki pages" note="12 added today" />
                <Figure value="204" label="courses and videos" />
                <Figure value="41" label="discussions" note="3 with new answers" />
            </div>
            <StackedBar label="Progress of the team" slices=slices(12, 8, 16) />
            <Progress done=0 total=8 label="Not started" />
            <Progress done=3 total=8 label="3 of 8 done" />
            <Progress done=8 total=8 label="All 8 done" />
        </Section>
        <Section title="Table">
            <Table
                caption="Progress by playlist"
                captioned=true
                stacked=true
                head=vec!["Playlist".into(), "#Done".into(), "#Under way".into(), "#Not started".into(), "Share".into()]
            >
                {rows}
            </Table>
        </Section>
    }
}

/// Notices, toasts, nothing, waiting.
#[component]
pub fn Feedback() -> impl IntoView {
    view! {
        <Section title="Notices">
            <div class="stack">
                <Notice title="Syncing every hour"><p>"The next run starts at 14:00."</p></Notice>
                <Notice tone=Tone::Accent title="New: topics"><p>"Follow a topic from any card, and it comes to you."</p></Notice>
                <Notice tone=Tone::Good title="Published"><p>"Everyone in Firmware can see it."</p></Notice>
                <Notice tone=Tone::Warn title="This run waits for you">
                    <p>"It would remove 312 of 1,538 pages. That is more than a fifth."</p>
                </Notice>
                <Notice tone=Tone::Bad title="The wiki did not answer">
                    <p>"The address resolves, but nothing listens on port 8080. Ask whoever runs the wiki."</p>
                </Notice>
                <div class="design-toast-room">
                    <Toast text="It won’t be shown again.">
                        <Button size=Size::Small kind="button">"Undo"</Button>
                    </Toast>
                </div>
            </div>
        </Section>
        <Section title="Nothing here yet">
            <Empty
                glyph=Glyph::Bookmark
                title="Nothing saved yet"
                text="Save what you want to come back to. It waits here, on every device."
            >
                <LinkButton href="/search">"Find something"</LinkButton>
            </Empty>
        </Section>
        <Section title="On its way">
            <Skeleton shape=Shape::Cards count=3 />
            <Skeleton shape=Shape::Rows count=2 />
            <Skeleton shape=Shape::Text count=4 />
            <Skeleton shape=Shape::Table count=4 />
        </Section>
    }
}
