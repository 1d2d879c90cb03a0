-- The flight recorder of a run: its latest requests and every one that failed, each try for itself, numbered from 1. From
-- here on `sync_run.requests` is written no more; it is read of runs that are older.
CREATE TABLE sync_request (
    run     TEXT NOT NULL REFERENCES sync_run (id),
    n       BIGINT NOT NULL,
    method  TEXT NOT NULL,
    url     TEXT NOT NULL,
    status  BIGINT,
    ms      BIGINT NOT NULL,
    bytes   BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    error   TEXT,
    PRIMARY KEY (run, n)
);

-- From when on the source's syncs have to be heard of: since it was connected, resumed, restored, or given another interval.
ALTER TABLE source ADD COLUMN watched_since BIGINT;
