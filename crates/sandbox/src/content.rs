//! What the sandbox's systems hold when they start, read from `content/` or given by a test.

use serde::Deserialize;
use time::{Date, Month, OffsetDateTime, Time, format_description::well_known::Rfc3339};

use crate::systems::{
    canvas::CanvasContent, confluence::ConfluenceContent, linkedin::LinkedInContent, moodle::MoodleContent,
    openedx::OpenEdxContent,
};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/content.rs"));
}

/// Everything that the systems serve at their start.
#[derive(Clone, Debug, Default)]
pub struct Content {
    /// Books of the library, served at the feeds' `/books.json`.
    pub books: Vec<LibraryItem>,
    /// Courses, served at `/courses.json`.
    pub courses: Vec<LibraryItem>,
    /// Videos, served at `/videos.xml`.
    pub videos: Vec<LibraryItem>,
    /// Podcasts, served at `/podcast.xml`.
    pub podcasts: Vec<LibraryItem>,
    /// Interactive tutorials, served at `/tutorials.atom`.
    pub tutorials: Vec<LibraryItem>,
    /// The wiki's pages.
    pub wiki: Vec<WikiArticle>,
    /// The forum's categories and topics.
    pub forum: ForumContent,
    /// The video server's channels and recordings.
    pub peertube: crate::FilmContent,
    /// The public channel and its playlists.
    pub youtube: crate::FilmContent,
    /// The public repositories.
    pub github: Vec<crate::RepositoryContent>,
    /// The organisation's own repositories.
    pub gitlab: Vec<crate::RepositoryContent>,
    /// The Moodle site's categories and courses.
    pub moodle: MoodleContent,
    /// The Canvas's courses.
    pub canvas: CanvasContent,
    /// What the WordPress has published.
    pub blog: Vec<BlogPost>,
    /// What the training system's JSON API lists.
    pub trainings: Vec<LibraryItem>,
    /// Rows of the file server's `/job-aids.csv`.
    pub job_aids: Vec<LibraryItem>,
    /// Lines of the file server's `/recordings.jsonl`.
    pub recordings: Vec<LibraryItem>,
    /// The pages of the website, by the last part of their address.
    pub site: Vec<(String, WikiArticle)>,
    /// The Confluence's spaces and pages.
    pub confluence: ConfluenceContent,
    /// The videos at Vimeo.
    pub vimeo: crate::FilmContent,
    /// The categories and topics of the NodeBB; one whose slug is `a/b` is below the one called `a`.
    pub nodebb: ForumContent,
    /// The Open edX's courses.
    pub openedx: OpenEdxContent,
    /// What LinkedIn Learning has.
    pub linkedin: LinkedInContent,
}

/// One thing to learn from, as the library's files describe it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct LibraryItem {
    /// Stable within its feed.
    pub id: String,
    pub title: String,
    /// As printed; empty where nobody is named.
    #[serde(default)]
    pub author: String,
    /// Where the thing itself is.
    pub url: String,
    #[serde(default)]
    pub summary: String,
    /// book, course, video, podcast, tutorial.
    pub kind: String,
    #[serde(default)]
    pub topics: Vec<String>,
    /// A BCP 47 language tag, such as `en`.
    #[serde(default)]
    pub language: String,
    /// How long it takes, in minutes.
    #[serde(default)]
    pub minutes: Option<u32>,
    /// beginner, intermediate, advanced.
    #[serde(default)]
    pub level: Option<String>,
    /// `YYYY`, `YYYY-MM`, `YYYY-MM-DD` or RFC 3339.
    #[serde(default)]
    pub published: Option<String>,
}

impl LibraryItem {
    /// The day of publication at midnight UTC, or `None` where none is given.
    pub(crate) fn published_at(&self) -> Result<Option<OffsetDateTime>, ContentError> {
        match self.published.as_deref().map(str::trim) {
            None | Some("") => Ok(None),
            Some(text) => parse_day(text)
                .map(Some)
                .ok_or_else(|| ContentError::Date { item: self.id.clone(), text: text.to_owned() }),
        }
    }
}

/// One wiki page as written: Markdown, which the wiki turns into wikitext.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WikiArticle {
    pub title: String,
    /// Names without the `Category:` prefix.
    pub categories: Vec<String>,
    pub text: String,
}

/// Something that the WordPress publishes, as written; its times are relative, so that a demo is always recent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BlogPost {
    pub id: u64,
    /// The slug of its post type: `post`, `page` or `course`.
    pub kind: String,
    pub title: String,
    pub author: String,
    /// Names.
    pub categories: Vec<String>,
    /// Names.
    pub tags: Vec<String>,
    /// In Markdown; empty where WordPress is to take the start of the text.
    pub excerpt: String,
    /// In Markdown.
    pub text: String,
    /// Its age when the sandbox starts.
    pub published_days_ago: f64,
    /// The age of its last change when the sandbox starts.
    pub changed_days_ago: f64,
}

/// The forum's start.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct ForumContent {
    #[serde(default)]
    pub categories: Vec<ForumCategory>,
    #[serde(default)]
    pub topics: Vec<ForumTopic>,
}

/// A part of the forum.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct ForumCategory {
    pub id: u64,
    pub name: String,
    pub slug: String,
    #[serde(default)]
    pub description: String,
}

/// A thread as written; its times are relative, so that a demo is always recent.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct ForumTopic {
    pub id: u64,
    pub title: String,
    pub category_id: u64,
    #[serde(default)]
    pub tags: Vec<String>,
    pub author: String,
    /// Age of the first post when the sandbox starts.
    pub created_days_ago: f64,
    /// Age of the last post when the sandbox starts.
    pub last_activity_days_ago: f64,
    pub posts: Vec<ForumPost>,
}

/// One message of a thread, in Markdown.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub struct ForumPost {
    pub author: String,
    pub text: String,
}

/// A content file that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    #[error("content/{file}: {source}")]
    Json { file: String, source: serde_json::Error },
    #[error("content/{file}: the first line must be `# Title`")]
    NoTitle { file: String },
    #[error("library item {item:?}: `published` is {text:?}; write YYYY, YYYY-MM, YYYY-MM-DD or RFC 3339")]
    Date { item: String, text: String },
    #[error("{place}: two entries share the id {id:?}; give each its own")]
    Duplicate { place: &'static str, id: String },
    #[error("film {film:?}: {what}")]
    Film { film: String, what: String },
    #[error("content/{file}: {what}")]
    Header { file: String, what: String },
    #[error("forum topic {topic}: {what}")]
    Topic { topic: u64, what: String },
    #[error("moodle course {course}: {what}")]
    Course { course: u64, what: String },
}

impl Content {
    /// The content that is embedded in the crate. A file that does not exist yet leaves its part empty.
    ///
    /// # Errors
    /// Where a file is not of its form, naming the file.
    pub fn embedded() -> Result<Self, ContentError> {
        Ok(Self {
            books: json("library/books.json")?,
            courses: json("library/courses.json")?,
            videos: json("library/videos.json")?,
            podcasts: json("library/podcasts.json")?,
            tutorials: json("library/tutorials.json")?,
            wiki: wiki()?,
            forum: json("forum.json")?,
            peertube: json("peertube.json")?,
            youtube: json("youtube.json")?,
            github: repositories("github")?,
            gitlab: repositories("gitlab")?,
            moodle: json("moodle.json")?,
            canvas: json("canvas.json")?,
            blog: blog()?,
            trainings: json("academy/trainings.json")?,
            job_aids: json("files/job-aids.json")?,
            recordings: json("files/recordings.json")?,
            site: site()?,
            confluence: json("confluence.json")?,
            vimeo: json("vimeo.json")?,
            nodebb: json("nodebb.json")?,
            openedx: json("openedx.json")?,
            linkedin: json("linkedin.json")?,
        })
    }
}

impl WikiArticle {
    /// Reads a page: `# Title`, then optionally `Categories: A, B`, then the text.
    ///
    /// # Errors
    /// Where the first line is no title; `file` is named.
    pub fn parse(file: &str, source: &str) -> Result<Self, ContentError> {
        let source = source.trim_start_matches('\u{feff}').trim_start();
        let (first, rest) = source.split_once('\n').unwrap_or((source, ""));
        let title = first.strip_prefix("# ").map(str::trim).unwrap_or_default();
        if title.is_empty() {
            return Err(ContentError::NoTitle { file: file.to_owned() });
        }
        let rest = rest.trim_start();
        let (second, text) = rest.split_once('\n').unwrap_or((rest, ""));
        let (categories, text) = match second.strip_prefix("Categories:") {
            Some(names) => {
                (names.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect(), text)
            }
            None => (Vec::new(), rest),
        };
        Ok(Self { title: title.to_owned(), categories, text: text.trim().to_owned() })
    }
}

impl BlogPost {
    /// Reads a post: `# Title`, then lines of `Name: value` (`Type`, `Author`, `Categories`, `Tags`, `Published` and `Changed`
    /// in days before the start, `Excerpt`), an empty line, and the text. The file's name starts with the id.
    ///
    /// # Errors
    /// Where the title, the id or a day is missing, or a line names nothing known; `file` is named.
    pub fn parse(file: &str, source: &str) -> Result<Self, ContentError> {
        let fault = |what: &str| ContentError::Header { file: file.to_owned(), what: what.to_owned() };
        let source = source.trim_start_matches('\u{feff}').trim_start();
        let (first, rest) = source.split_once('\n').unwrap_or((source, ""));
        let title = first.strip_prefix("# ").map(str::trim).unwrap_or_default();
        if title.is_empty() {
            return Err(ContentError::NoTitle { file: file.to_owned() });
        }
        let name = file.rsplit('/').next().unwrap_or(file);
        let id =
            name.split('-').next().and_then(|id| id.parse().ok()).ok_or_else(|| fault("its name starts with no id"))?;
        let (header, text) = rest.split_once("\n\n").unwrap_or((rest, ""));
        let names = |value: &str| value.split(',').map(|name| name.trim().to_owned()).collect();
        let days = |value: &str| value.parse().map_err(|_| fault("a day is no number"));
        let mut post = Self { id, title: title.to_owned(), text: text.trim().to_owned(), ..Self::default() };
        post.kind = "post".to_owned();
        (post.published_days_ago, post.changed_days_ago) = (f64::NAN, f64::NAN);
        for line in header.lines() {
            match line.split_once(": ") {
                Some(("Type", kind)) => kind.clone_into(&mut post.kind),
                Some(("Author", author)) => author.clone_into(&mut post.author),
                Some(("Categories", value)) => post.categories = names(value),
                Some(("Tags", value)) => post.tags = names(value),
                Some(("Published", value)) => post.published_days_ago = days(value)?,
                Some(("Changed", value)) => post.changed_days_ago = days(value)?,
                Some(("Excerpt", value)) => value.clone_into(&mut post.excerpt),
                _ => return Err(fault(&format!("the line {line:?} says nothing that is known"))),
            }
        }
        if post.published_days_ago.is_nan() || post.changed_days_ago.is_nan() {
            return Err(fault("it says not when it was published and changed"));
        }
        Ok(post)
    }
}

fn json<T: Default + for<'a> Deserialize<'a>>(file: &str) -> Result<T, ContentError> {
    match embedded::FILES.iter().find(|(name, _)| *name == file) {
        None => Ok(T::default()),
        Some((_, text)) => {
            serde_json::from_str(text).map_err(|source| ContentError::Json { file: file.to_owned(), source })
        }
    }
}

/// `NAME.json` describes the repositories, whose files stand below `NAME/OWNER/REPOSITORY/`.
fn repositories(name: &str) -> Result<Vec<crate::RepositoryContent>, ContentError> {
    let mut all: Vec<crate::RepositoryContent> = json(&format!("{name}.json"))?;
    for each in &mut all {
        let root = format!("{name}/{}/", each.name);
        let own = |(file, text): &(&str, &str)| Some((file.strip_prefix(&root)?.to_owned(), (*text).to_owned()));
        each.files.extend(embedded::FILES.iter().filter_map(own));
    }
    Ok(all)
}

fn wiki() -> Result<Vec<WikiArticle>, ContentError> {
    embedded::FILES
        .iter()
        .filter(|(name, _)| name.starts_with("wiki/") && name.ends_with(".md"))
        .map(|(name, text)| WikiArticle::parse(name, text))
        .collect()
}

fn blog() -> Result<Vec<BlogPost>, ContentError> {
    embedded::FILES
        .iter()
        .filter(|(name, _)| name.starts_with("blog/") && name.ends_with(".md"))
        .map(|(name, text)| BlogPost::parse(name, text))
        .collect()
}

fn site() -> Result<Vec<(String, WikiArticle)>, ContentError> {
    let files = embedded::FILES.iter().filter_map(|(name, text)| {
        let slug = name.strip_prefix("site/")?.strip_suffix(".md")?;
        Some(WikiArticle::parse(name, text).map(|article| (slug.to_owned(), article)))
    });
    files.collect()
}

fn parse_day(text: &str) -> Option<OffsetDateTime> {
    if let Ok(at) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(at);
    }
    let mut parts = text.split('-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month: u8 = parts.next().unwrap_or("1").parse().ok()?;
    let day: u8 = parts.next().unwrap_or("1").parse().ok()?;
    if parts.next().is_some() {
        return None;
    }
    let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
    Some(date.with_time(Time::MIDNIGHT).assume_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_content_reads() {
        let content = Content::embedded().unwrap();
        assert!(!content.books.is_empty());
        assert!(!content.trainings.is_empty() && !content.job_aids.is_empty() && !content.recordings.is_empty());
        assert!(!content.site.is_empty());
        for item in content.books.iter().chain(&content.courses).chain(&content.trainings).chain(&content.job_aids) {
            item.published_at().unwrap();
        }
        assert!(content.blog.iter().filter(|post| post.kind == "post").count() >= 12);
    }

    #[test]
    fn a_page_has_title_categories_and_text() {
        let page = WikiArticle::parse("x.md", "# A title\nCategories: One, Two\n\nText.\n").unwrap();
        assert_eq!(page.title, "A title");
        assert_eq!(page.categories, ["One", "Two"]);
        assert_eq!(page.text, "Text.");
        assert!(WikiArticle::parse("x.md", "No title").is_err());
        assert_eq!(WikiArticle::parse("x.md", "# T\nText").unwrap().text, "Text");
    }

    #[test]
    fn a_post_has_a_header_and_text() {
        let source =
            "# A title\nType: page\nAuthor: Mira\nTags: One, Two\nPublished: 9\nChanged: 2\n\nText.\n\nMore.\n";
        let post = BlogPost::parse("blog/12-a-title.md", source).unwrap();
        assert_eq!((post.id, post.kind.as_str(), post.title.as_str()), (12, "page", "A title"));
        assert_eq!((post.author.as_str(), post.text.as_str()), ("Mira", "Text.\n\nMore."));
        assert_eq!((post.tags.len(), post.published_days_ago, post.changed_days_ago), (2, 9.0, 2.0));
        for (file, text) in [
            ("blog/x.md", "# T\nPublished: 1\nChanged: 1\n\nText"),
            ("blog/1-x.md", "# T\nPublished: 1\n\nText"),
            ("blog/1-x.md", "# T\nPublished: soon\nChanged: 1\n\nText"),
            ("blog/1-x.md", "# T\nMood: good\nPublished: 1\nChanged: 1\n\nText"),
            ("blog/1-x.md", "No title"),
        ] {
            assert!(BlogPost::parse(file, text).is_err(), "{file}: {text}");
        }
    }

    #[test]
    fn days_are_read_in_four_forms() {
        for text in ["2018", "2018-06", "2018-06-22", "2018-06-22T10:00:00Z"] {
            assert_eq!(parse_day(text).unwrap().year(), 2018, "{text}");
        }
        for text in ["soon", "2018-13", "2018-06-31", "2018-06-22-1"] {
            assert!(parse_day(text).is_none(), "{text}");
        }
    }
}
