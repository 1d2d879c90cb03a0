-- Background work, what was done by whom, and who looked at whom.

CREATE TABLE job (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    dedupe      TEXT,
    args        JSONTEXT NOT NULL,
    due_at      BIGINT NOT NULL,
    tries       BIGINT NOT NULL,
    max_tries   BIGINT NOT NULL,
    holder      TEXT,
    enqueued_at BIGINT NOT NULL,
    ended_at    BIGINT,
    error       TEXT
);
CREATE UNIQUE INDEX job_dedupe ON job (kind, dedupe) WHERE ended_at IS NULL;
CREATE INDEX job_due ON job (due_at) WHERE ended_at IS NULL;
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;

CREATE TABLE audit (
    id     TEXT PRIMARY KEY,
    at     BIGINT NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    object TEXT NOT NULL,
    detail JSONTEXT NOT NULL
);
CREATE INDEX audit_object ON audit (object, id);

-- Each look at a person's learning by somebody else, for that person to read.
CREATE TABLE ledger (
    id     TEXT PRIMARY KEY,
    at     BIGINT NOT NULL,
    person TEXT NOT NULL,
    actor  TEXT NOT NULL,
    action TEXT NOT NULL,
    detail TEXT NOT NULL
);
CREATE INDEX ledger_person ON ledger (person, id);
