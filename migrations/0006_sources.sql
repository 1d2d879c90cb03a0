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

CREATE TABLE sync_run (
    id          TEXT PRIMARY KEY,
    source      TEXT NOT NULL REFERENCES source (id),
    reason      TEXT NOT NULL,
    status      TEXT NOT NULL,
    started_at  BIGINT NOT NULL,
    ended_at    BIGINT,
    pages       BIGINT NOT NULL,
    added       BIGINT NOT NULL,
    changed     BIGINT NOT NULL,
    unchanged   BIGINT NOT NULL,
    gone        BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    error       TEXT,
    hint        TEXT,
    requests    JSONTEXT NOT NULL
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
