CREATE TABLE playlist (
    id           TEXT PRIMARY KEY,
    slug         TEXT NOT NULL UNIQUE,
    title        TEXT NOT NULL,
    summary      TEXT NOT NULL,
    steward      TEXT NOT NULL REFERENCES person (id),
    status       TEXT NOT NULL,
    audience     TEXT REFERENCES people_group (id),
    version      BIGINT NOT NULL,
    edited_by    TEXT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    published_at BIGINT,
    removed_at   BIGINT
);

CREATE TABLE playlist_item (
    id       TEXT PRIMARY KEY,
    playlist TEXT NOT NULL REFERENCES playlist (id),
    resource TEXT NOT NULL REFERENCES resource (id),
    position BIGINT NOT NULL,
    note     TEXT NOT NULL,
    UNIQUE (playlist, resource)
);
CREATE INDEX playlist_item_order ON playlist_item (playlist, position);
CREATE INDEX playlist_item_resource ON playlist_item (resource);

-- The state before each edit, so that it can be undone: undoing takes the newest row off again.
CREATE TABLE playlist_edit (
    id       TEXT PRIMARY KEY,
    playlist TEXT NOT NULL REFERENCES playlist (id),
    version  BIGINT NOT NULL,
    actor    TEXT NOT NULL,
    what     TEXT NOT NULL,
    before   JSONTEXT NOT NULL,
    at       BIGINT NOT NULL
);
CREATE UNIQUE INDEX playlist_edit_playlist ON playlist_edit (playlist, version);
