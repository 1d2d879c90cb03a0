-- What a source is called and who may see what it holds (NULL: everybody), kept by the room of sources: cards name it,
-- and the catalogue stands on a lower floor.
CREATE TABLE origin (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL,
    audience TEXT REFERENCES people_group (id)
);

CREATE TABLE topic (
    id     TEXT PRIMARY KEY,
    name   TEXT NOT NULL,
    folded TEXT NOT NULL UNIQUE
);

CREATE TABLE resource (
    id           TEXT PRIMARY KEY,
    source       TEXT NOT NULL REFERENCES origin (id),
    external_id  TEXT NOT NULL,
    url          TEXT NOT NULL,
    url_key      TEXT NOT NULL,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL,
    kind         TEXT NOT NULL,
    authors      TEXT NOT NULL,
    language     TEXT NOT NULL,
    minutes      BIGINT,
    level        TEXT,
    audience     TEXT REFERENCES people_group (id),
    published_at BIGINT,
    changed_at   BIGINT NOT NULL,
    first_seen   BIGINT NOT NULL,
    -- when it was new: published, else first seen
    fresh_at     BIGINT NOT NULL,
    seen_run     TEXT NOT NULL,
    gone_at      BIGINT,
    digest       TEXT NOT NULL,
    UNIQUE (source, external_id)
);
CREATE INDEX resource_url ON resource (url_key);
CREATE INDEX resource_fresh ON resource (fresh_at, id) WHERE gone_at IS NULL;

CREATE TABLE resource_topic (
    resource TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    topic    TEXT NOT NULL REFERENCES topic (id),
    -- the resource's, so that a feed reads the newest of a topic off the index
    fresh_at BIGINT NOT NULL,
    PRIMARY KEY (resource, topic)
);
CREATE INDEX resource_topic_fresh ON resource_topic (topic, fresh_at, resource);

CREATE TABLE discussion (
    id             TEXT PRIMARY KEY,
    source         TEXT NOT NULL REFERENCES origin (id),
    external_id    TEXT NOT NULL,
    url            TEXT NOT NULL,
    title          TEXT NOT NULL,
    excerpt        TEXT NOT NULL,
    category       TEXT NOT NULL,
    replies        BIGINT NOT NULL,
    participants   BIGINT NOT NULL,
    audience       TEXT REFERENCES people_group (id),
    created_at     BIGINT NOT NULL,
    last_activity  BIGINT NOT NULL,
    first_seen     BIGINT NOT NULL,
    seen_run       TEXT NOT NULL,
    gone_at        BIGINT,
    digest         TEXT NOT NULL,
    UNIQUE (source, external_id)
);
CREATE INDEX discussion_active ON discussion (last_activity, id) WHERE gone_at IS NULL;

CREATE TABLE discussion_topic (
    discussion TEXT NOT NULL REFERENCES discussion (id) ON DELETE CASCADE,
    topic      TEXT NOT NULL REFERENCES topic (id),
    PRIMARY KEY (discussion, topic)
);
CREATE INDEX discussion_topic_topic ON discussion_topic (topic, discussion);

-- Addresses that a discussion's first post names; they link it to resources, also to those that arrive later.
CREATE TABLE discussion_link (
    discussion TEXT NOT NULL REFERENCES discussion (id) ON DELETE CASCADE,
    url_key    TEXT NOT NULL,
    PRIMARY KEY (discussion, url_key)
);
CREATE INDEX discussion_link_url ON discussion_link (url_key, discussion);

-- What changed, once a subject, for search indexes to follow. Sequences commit out of order on PostgreSQL: a follower
-- reads only rows whose transaction is older than every running one.
CREATE TABLE change (
    subject_kind TEXT NOT NULL,
    subject      TEXT NOT NULL,
    seq          BIGINT NOT NULL,
    xid          BIGINT NOT NULL,
    PRIMARY KEY (subject_kind, subject)
);
CREATE INDEX change_order ON change (xid, seq);

-- Tells an index folder whether it belongs to this database.
CREATE TABLE catalog_identity (
    id      TEXT PRIMARY KEY,
    made_at BIGINT NOT NULL
);
