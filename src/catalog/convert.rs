//! Between the connectors' words and the catalogue's, which compile to wasm.

use super::model::{Kind, Level};

/// The catalogue's word for a connector's kind.
pub fn kind(kind: connect::Kind) -> Kind {
    match kind {
        connect::Kind::Course => Kind::Course,
        connect::Kind::Video => Kind::Video,
        connect::Kind::Article => Kind::Article,
        connect::Kind::Podcast => Kind::Podcast,
        connect::Kind::Book => Kind::Book,
        connect::Kind::Lab => Kind::Lab,
        connect::Kind::Assessment => Kind::Assessment,
        connect::Kind::Event => Kind::Event,
        connect::Kind::JobAid => Kind::JobAid,
        connect::Kind::WikiPage => Kind::WikiPage,
    }
}

/// The catalogue's word for a connector's level.
pub fn level(level: connect::Level) -> Level {
    match level {
        connect::Level::Beginner => Level::Beginner,
        connect::Level::Intermediate => Level::Intermediate,
        connect::Level::Advanced => Level::Advanced,
    }
}
