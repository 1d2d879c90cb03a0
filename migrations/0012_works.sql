-- Editions of one work share this; who has none stands alone. What a person did stays with the edition that she used:
-- it counts for the work as long as the edition belongs to it.
ALTER TABLE resource ADD COLUMN work TEXT;
CREATE INDEX resource_work ON resource (work);
-- By which version of the rules its marks were made; a row of an older release has none and is read again.
ALTER TABLE resource ADD COLUMN matcher BIGINT;

-- What editions of one work may be recognised by: only resources that share a mark are compared.
CREATE TABLE resource_mark (
    resource TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    mark     TEXT NOT NULL,
    PRIMARY KEY (resource, mark)
);
CREATE INDEX resource_mark_mark ON resource_mark (mark, resource);

-- Two resources (the smaller id first) that are, or may be, editions of one work: `open` asks a curator, `merged` was
-- sure, `same` and `different` are a curator's word. No work holds two that are `different`.
CREATE TABLE edition_pair (
    one        TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    two        TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    verdict    TEXT NOT NULL,
    why        TEXT NOT NULL,
    -- how strong that reason is, the strongest is 0
    strength   BIGINT NOT NULL,
    found_at   BIGINT NOT NULL,
    decided_by TEXT,
    PRIMARY KEY (one, two)
);
CREATE INDEX edition_pair_two ON edition_pair (two);
CREATE INDEX edition_pair_open ON edition_pair (strength, found_at, one, two) WHERE verdict = 'open';

-- What curators decided, with the state before it, so that it can be undone.
CREATE TABLE work_edit (
    id        TEXT PRIMARY KEY,
    actor     TEXT NOT NULL,
    what      TEXT NOT NULL,
    one       TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    two       TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    before    JSONTEXT NOT NULL,
    after     JSONTEXT NOT NULL,
    at        BIGINT NOT NULL,
    undone_at BIGINT
);
CREATE INDEX work_edit_at ON work_edit (at, id) WHERE undone_at IS NULL;
