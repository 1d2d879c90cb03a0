-- What the organisation numbers its people by, where it tells: learning systems know them by it. Two may have the same.
ALTER TABLE person ADD COLUMN employee_number TEXT;
CREATE INDEX person_number ON person (employee_number) WHERE employee_number IS NOT NULL;

-- When the people of a source are read next; NULL where they are not read.
ALTER TABLE source ADD COLUMN people_next_at BIGINT;

-- A run that reads people says `people`; NULL reads the catalogue. A source has one open run at a time, of whichever kind.
ALTER TABLE sync_run ADD COLUMN kind TEXT;
-- Accounts that a run of people recognised, and those that it did not.
ALTER TABLE sync_run ADD COLUMN matched BIGINT;
ALTER TABLE sync_run ADD COLUMN unmatched BIGINT;

-- The accounts of a learning system, and whose they are. `known_as` is what they are recognised by (a mail address, a user
-- name or a number), `how` says `email`, `username`, `number` or `hand`, `reason` why nobody was recognised.
CREATE TABLE source_person (
    source      TEXT NOT NULL REFERENCES source (id),
    external_id TEXT NOT NULL,
    name        TEXT NOT NULL,
    known_as    TEXT NOT NULL,
    person      TEXT REFERENCES person (id),
    how         TEXT,
    reason      TEXT,
    seen_at     BIGINT NOT NULL,
    seen_run    TEXT NOT NULL,
    PRIMARY KEY (source, external_id)
);
CREATE INDEX source_person_list ON source_person (source, name, external_id);
CREATE INDEX source_person_person ON source_person (person);
