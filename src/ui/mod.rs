//! The design parts: what pages are made of. Each has a usage example in its documentation; `/design` shows them all.
//! Their looks are in `style/parts.css`, their colours and measures in `style/tokens.css`.

mod button;
mod card;
mod chart;
mod chip;
mod cover;
mod focus;
mod form;
mod icon;
mod icon_paths;
mod load;
mod nav;
mod overlay;
mod page;
mod pattern;
mod small;
mod state;
mod table;

pub use button::{Button, IconButton, LinkButton, Size, Variant, button_class, pressed};
pub use card::{Card, Cards, heading};
pub use chart::{Figure, Progress, Slice, StackedBar};
pub use chip::{Badge, Chip, ChipLink, Chips, Tone};
pub use cover::Cover;
pub use focus::{focus, is_focus_lost};
pub use form::{Checkbox, Field, SearchBox, SelectField, TextArea, TextField, describedby};
pub use icon::{Glyph, Icon};
pub use load::{Loaded, Loading, load, waiting};
pub use nav::{Breadcrumbs, Pager, Tab, Tabs};
pub use overlay::{Dialog, Menu};
pub use page::{Page, PageHeader, Section, Width};
pub use small::{Avatar, Hidden, Time};
pub use state::{Empty, Notice, Shape, Skeleton, Toast};
pub use table::Table;
