-- What a person is told: on her page, and by mail as she prefers. `title` and `body` are keys of the message table with
-- what they are about, so that they are read in the reader's language. `bulk_at` is when it was marked as read together
-- with others, which can be taken back.
CREATE TABLE notice (
    id      TEXT PRIMARY KEY,
    person  TEXT NOT NULL REFERENCES person (id),
    kind    TEXT NOT NULL,
    title   JSONTEXT NOT NULL,
    body    JSONTEXT NOT NULL,
    link    TEXT NOT NULL,
    dedupe  TEXT NOT NULL,
    shown   BOOLEAN NOT NULL,
    at      BIGINT NOT NULL,
    read_at BIGINT,
    bulk_at BIGINT,
    UNIQUE (person, dedupe)
);
CREATE INDEX notice_person ON notice (person, at, id);
CREATE INDEX notice_unread ON notice (person) WHERE read_at IS NULL AND shown;
CREATE INDEX notice_at ON notice (at);

-- Where a person wants a kind of notice; without a row it is as the kind has it.
CREATE TABLE notice_preference (
    person     TEXT NOT NULL REFERENCES person (id),
    kind       TEXT NOT NULL,
    page       BOOLEAN NOT NULL,
    mail       TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (person, kind)
);

-- When a person wants mail, in minutes of the day in her own time zone; the day of the weekly digest from 1 (Monday).
CREATE TABLE notice_timing (
    person      TEXT PRIMARY KEY REFERENCES person (id),
    quiet_from  BIGINT,
    quiet_until BIGINT,
    digest_at   BIGINT NOT NULL,
    digest_day  BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL
);

-- What became of a notice on a channel: it waits, was sent, failed, or was suppressed, and why. `due_at` is the time it
-- was planned for (one digest's deliveries share it), `next_at` that of the next try.
CREATE TABLE delivery (
    id         TEXT PRIMARY KEY,
    notice     TEXT NOT NULL REFERENCES notice (id),
    person     TEXT NOT NULL REFERENCES person (id),
    channel    TEXT NOT NULL,
    rhythm     TEXT NOT NULL,
    state      TEXT NOT NULL,
    why        TEXT,
    detail     TEXT,
    due_at     BIGINT NOT NULL,
    next_at    BIGINT NOT NULL,
    tries      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    settled_at BIGINT,
    UNIQUE (notice, channel)
);
CREATE INDEX delivery_person ON delivery (person, id);
CREATE INDEX delivery_state ON delivery (state, id);
CREATE INDEX delivery_waiting ON delivery (next_at) WHERE state = 'waiting';

-- How the mail server stands, for operators: one row.
CREATE TABLE mail_standing (
    id            TEXT PRIMARY KEY,
    ok_at         BIGINT,
    failing_since BIGINT,
    failures      BIGINT NOT NULL,
    error         TEXT
);
