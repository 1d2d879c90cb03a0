//! What a document of the index holds.

use super::super::language::primary;
use super::super::model::Length;
use super::store::DocRow;
use super::words::{Stems, Words, stemmed_as, words};
use sha2::{Digest, Sha256};
use tantivy::TantivyDocument;
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::tokenizer::TextAnalyzer;

/// Goes up with every change of this file or of how words are made; an index of another version is built anew.
pub const VERSION: u32 = 3;
/// The audience of what everybody may see. No group has this id.
pub const EVERYBODY: &str = "*";

/// The fields of a document.
#[derive(Clone, Copy, Debug)]
pub struct Fields {
    /// Kind of subject and id, by which a document is replaced.
    pub key: Field,
    /// The id, given back.
    pub id: Field,
    /// `resource` or `discussion`.
    pub subject: Field,
    pub title: Field,
    pub title_stem: Field,
    /// All words of the title as one.
    pub title_whole: Field,
    pub topics: Field,
    pub topics_stem: Field,
    /// Authors, or a discussion's category.
    pub authors: Field,
    pub summary: Field,
    pub summary_stem: Field,
    pub kind: Field,
    /// The primary tag.
    pub language: Field,
    pub source: Field,
    pub audience: Field,
    /// Ids of topics.
    pub topic: Field,
    pub level: Field,
    /// A name of `Length`.
    pub length: Field,
    /// How long it takes; [`UNMEASURED`] where nobody knows.
    pub minutes: Field,
    /// When it was new (epoch ms).
    pub fresh: Field,
    /// A number for the work that it is an edition of; 0 stands alone.
    pub work: Field,
}

/// The minutes of what says nothing of them: longer than everything.
pub const UNMEASURED: i64 = i64::MAX;

/// The schema and its fields.
pub fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let text = |tokenizer: &str, option| {
        TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option))
    };
    // Stems come ready made: how they are made depends on the text's language.
    let (exact, stems) =
        (text("words", IndexRecordOption::WithFreqsAndPositions), text("words", IndexRecordOption::WithFreqs));
    let fields = Fields {
        key: schema.add_text_field("key", STRING),
        id: schema.add_text_field("id", STORED),
        subject: schema.add_text_field("subject", STRING),
        title: schema.add_text_field("title", exact.clone()),
        title_stem: schema.add_text_field("title_stem", stems.clone()),
        title_whole: schema.add_text_field("title_whole", STRING),
        topics: schema.add_text_field("topics", exact.clone()),
        topics_stem: schema.add_text_field("topics_stem", stems.clone()),
        authors: schema.add_text_field("authors", exact.clone()),
        summary: schema.add_text_field("summary", exact),
        summary_stem: schema.add_text_field("summary_stem", stems),
        kind: schema.add_text_field("kind", STRING | FAST),
        language: schema.add_text_field("language", STRING | FAST),
        source: schema.add_text_field("source", STRING | FAST),
        audience: schema.add_text_field("audience", STRING),
        topic: schema.add_text_field("topic", STRING | FAST),
        level: schema.add_text_field("level", STRING | FAST),
        length: schema.add_text_field("length", STRING | FAST),
        minutes: schema.add_i64_field("minutes", FAST),
        fresh: schema.add_i64_field("fresh", INDEXED | FAST),
        work: schema.add_u64_field("work", FAST),
    };
    (schema.build(), fields)
}

/// Makes the index know how words are made.
pub fn register(index: &tantivy::Index) {
    index.tokenizers().register("words", TextAnalyzer::from(Words::default()));
}

/// The key of a subject.
pub fn key(subject_kind: &str, subject: &str) -> String {
    format!("{subject_kind} {subject}")
}

/// The document of a row.
pub fn document(fields: &Fields, subject_kind: &str, row: &DocRow) -> TantivyDocument {
    let mut doc = TantivyDocument::default();
    let (mut stems, language) = (Stems::new(), stemmed_as(&row.language));
    doc.add_text(fields.key, key(subject_kind, &row.id));
    doc.add_text(fields.id, &row.id);
    doc.add_text(fields.subject, subject_kind);
    doc.add_text(fields.title, &row.title);
    doc.add_pre_tokenized_text(fields.title_stem, stems.of_text(language, &row.title));
    doc.add_text(fields.title_whole, whole(&row.title));
    for (id, name) in row.topics.as_deref().unwrap_or("").lines().filter_map(|line| line.split_once(' ')) {
        doc.add_text(fields.topic, id);
        doc.add_text(fields.topics, name);
        // Topics are the organisation's own words, whatever language a text about them is in.
        doc.add_pre_tokenized_text(fields.topics_stem, stems.of_text(0, name));
    }
    doc.add_text(fields.authors, &row.authors);
    doc.add_text(fields.summary, &row.summary);
    doc.add_pre_tokenized_text(fields.summary_stem, stems.of_text(language, &row.summary));
    doc.add_text(fields.source, &row.source);
    doc.add_text(fields.audience, row.audience.as_deref().unwrap_or(EVERYBODY));
    let length = row.minutes.map_or("", |minutes| Length::of(minutes).as_str());
    for (field, value) in [
        (fields.kind, row.kind.as_str()),
        (fields.language, primary(&row.language)),
        (fields.level, row.level.as_deref().unwrap_or("")),
        (fields.length, length),
    ] {
        if !value.is_empty() {
            doc.add_text(field, value);
        }
    }
    doc.add_i64(fields.minutes, row.minutes.unwrap_or(UNMEASURED));
    doc.add_i64(fields.fresh, row.fresh_at);
    doc.add_u64(fields.work, row.work.as_deref().map_or(0, number));
    doc
}

/// The number of a work. Of a million works, two have the same one with a likelihood of one to some ten million.
fn number(work: &str) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&Sha256::digest(work.as_bytes())[..8]);
    u64::from_le_bytes(bytes).max(1)
}

/// A title as one word: two titles that only differ in signs, case and accents are the same.
pub fn whole(title: &str) -> String {
    words(title).into_iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
}
