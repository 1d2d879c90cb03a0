//! What the sandbox's systems hold for the matrix: few things, so that a cell is quick, on eight pages or so.

use sandbox::{
    BlogPost, CanvasCourse, Feed, Film, FilmChannel, FilmContent, Films, LibraryItem, MoodleCategory, MoodleContent,
    MoodleCourse, RepositoryContent, WikiArticle, World,
};

/// Films of one channel, the last one nine days old.
pub fn films(count: u32) -> FilmContent {
    let channel = FilmChannel {
        name: "halden".into(),
        title: "Halden".into(),
        owner: "Mira Stone".into(),
        ..FilmChannel::default()
    };
    let film = |n: u32| Film {
        id: format!("film-{n}"),
        title: format!("Film {n:02}"),
        text: "What **Ines** shows.".into(),
        channel: "halden".into(),
        days_ago: f64::from(count - n) * 7.0 + 2.0,
        ..Film::default()
    };
    FilmContent { channels: vec![channel], films: (0..count).map(film).collect(), ..FilmContent::default() }
}

/// Publishes a film, and answers its title.
pub fn add_film(films: &Films) -> String {
    let (id, title) = ("the-latest".to_owned(), "What was filmed last".to_owned());
    films.add(Film { id, title: title.clone(), channel: "halden".into(), ..Film::default() }).unwrap();
    title
}

/// Puts a book on top of the feed of books, and answers its title.
pub fn add_book(world: &World) -> String {
    let title = "What the library got in last".to_owned();
    let (id, url) = ("the-latest".to_owned(), "https://library.example/the-latest".to_owned());
    let item = LibraryItem { id, url, title: title.clone(), kind: "book".into(), ..LibraryItem::default() };
    world.feeds().add(Feed::Books, item).unwrap();
    title
}

/// Repositories of three documents each.
pub fn repositories(count: u32) -> Vec<RepositoryContent> {
    let file = |path: &str, title: String| (path.to_owned(), format!("# {title}\n\nWhat **it** is."));
    let repository = |n: u32| RepositoryContent {
        name: format!("halden/r{n}"),
        files: [
            file("README.md", format!("About {n}")),
            file("docs/a.md", format!("First of {n}")),
            file("docs/b.md", format!("Second of {n}")),
        ]
        .into(),
        ..RepositoryContent::default()
    };
    (0..count).map(repository).collect()
}

fn moodle_course(id: u64, category: u64) -> MoodleCourse {
    MoodleCourse {
        id,
        fullname: format!("Course {id}").as_str().into(),
        shortname: format!("C{id}"),
        category,
        summary: "<p>In short.</p>".into(),
        lang: String::new(),
        visible: true,
        teachers: vec!["Mira Adler".into()],
        created_days_ago: 100.0,
        modified_days_ago: 20.0,
        ended_days_ago: None,
        fields: Default::default(),
        sections: Vec::new(),
    }
}

pub fn canvas_course(id: u64) -> CanvasCourse {
    CanvasCourse {
        id,
        name: format!("Course {id:03}"),
        state: "available".into(),
        description: "In short.".into(),
        created_days_ago: 100.0,
        ..CanvasCourse::default()
    }
}

pub fn blog_post(n: u32) -> BlogPost {
    BlogPost {
        id: 10 + u64::from(n),
        kind: "post".into(),
        title: format!("Post {n:02}"),
        author: "Mira Sol".into(),
        text: format!("How to do thing number {n} with **care**."),
        published_days_ago: 300.0 - f64::from(n),
        changed_days_ago: 200.0 - f64::from(n),
        ..BlogPost::default()
    }
}

pub fn training(n: u32) -> LibraryItem {
    LibraryItem {
        id: format!("training-{n:02}"),
        title: format!("Training {n:02}"),
        summary: "In short.".into(),
        kind: "course".into(),
        published: Some(format!("2026-01-{n:02}")),
        ..LibraryItem::default()
    }
}

/// Eight categories of three courses each.
pub fn moodle() -> MoodleContent {
    let category =
        |id: u64| MoodleCategory { id, name: format!("Category {id}").as_str().into(), ..Default::default() };
    let courses = (0..24).map(|n| moodle_course(10 + n, n / 3 + 1)).collect();
    MoodleContent { categories: (1..=8).map(category).collect(), courses, ..MoodleContent::default() }
}

/// A page of a website, with the last part of its address.
pub fn guide(n: u32) -> (String, WikiArticle) {
    let (title, text) = (format!("Guide {n:02}"), format!("What to do in case {n}.\n\nAnd what not."));
    (format!("guide-{n:02}"), WikiArticle { title, text, ..WikiArticle::default() })
}
