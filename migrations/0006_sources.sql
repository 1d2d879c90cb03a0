CREATE TABLE source (
    id            TEXT PRIMARY KEY,
    kind          TEXT NOT NULL,
    name          TEXT NOT NULL UNIQUE,
    settings      JSONTEXT NOT NULL,
    secrets       TEXT,
    interval_ms   BIGINT NOT NULL,
    audience      TEXT REFERENCES people_group (id),
    paused        BOOLEAN NOT NULL,
    cursor        JSONTEXT,
    next_run_at   BIGINT NOT NULL,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    removed_at    BIGINT
);

-- One pass over a source. `holder` is the token of the try that may write to it (the fence), `cursor` where the next page
-- is asked for after a kill, `finish` what is left to do once the last page is in: kept until removals are decided.
CREATE TABLE sync_run (
    id            TEXT PRIMARY KEY,
    source        TEXT NOT NULL REFERENCES source (id),
    reason        TEXT NOT NULL,
    requested_by  TEXT NOT NULL,
    status        TEXT NOT NULL,
    holder        TEXT,
    cursor        JSONTEXT,
    finish        JSONTEXT,
    started_at    BIGINT NOT NULL,
    touched_at    BIGINT NOT NULL,
    retry_at      BIGINT,
    ended_at      BIGINT,
    pages         BIGINT NOT NULL,
    added         BIGINT NOT NULL,
    changed       BIGINT NOT NULL,
    unchanged     BIGINT NOT NULL,
    gone          BIGINT NOT NULL,
    quarantined   BIGINT NOT NULL,
    failures      BIGINT NOT NULL,
    removals      BIGINT NOT NULL,
    present       BIGINT NOT NULL,
    decision      TEXT,
    decided_by    TEXT,
    error         TEXT,
    hint          TEXT,
    requests      JSONTEXT NOT NULL,
    request_count BIGINT NOT NULL
);
CREATE INDEX sync_run_source ON sync_run (source, id);
CREATE UNIQUE INDEX sync_run_open ON sync_run (source) WHERE status IN ('running', 'waiting');

CREATE TABLE quarantine (
    id          TEXT PRIMARY KEY,
    run         TEXT NOT NULL REFERENCES sync_run (id),
    source      TEXT NOT NULL REFERENCES source (id),
    external_id TEXT,
    reason      TEXT NOT NULL,
    excerpt     TEXT NOT NULL,
    at          BIGINT NOT NULL
);
CREATE INDEX quarantine_run ON quarantine (run, id);

-- What the source said is gone, until the run ends: only then is it known whether so much may go without being asked.
CREATE TABLE sync_removal (
    run         TEXT NOT NULL REFERENCES sync_run (id),
    external_id TEXT NOT NULL,
    PRIMARY KEY (run, external_id)
);
