-- Whether addresses still lead somewhere. `link_host` is the host of the address that the checker knows a resource by, NULL
-- as long as it knows none, or another address than this one; `broken_at` is since when the address is taken for broken.
ALTER TABLE resource ADD COLUMN link_host TEXT;
ALTER TABLE resource ADD COLUMN broken_at BIGINT;
CREATE INDEX resource_link_new ON resource (id) WHERE link_host IS NULL AND gone_at IS NULL;

-- The hosts that are asked, one question at a time: `holder` is the token of the turn that asks (the fence), `free_at` when
-- the next may ask, which is also when a holder that died is passed over. `reached` is whether the last question got there.
CREATE TABLE link_host (
    host    TEXT PRIMARY KEY,
    holder  TEXT,
    free_at BIGINT NOT NULL,
    reached BOOLEAN
);

-- What is known of an address. `outcome` and `why` are of the last look; `tries` counts the days on which it failed since
-- `first_failed_at`, the last of them counted at `struck_at`; `asked_at` is when a curator asked for a look.
CREATE TABLE link_check (
    resource        TEXT PRIMARY KEY REFERENCES resource (id) ON DELETE CASCADE,
    url             TEXT NOT NULL,
    host            TEXT NOT NULL REFERENCES link_host (host),
    due_at          BIGINT NOT NULL,
    asked_at        BIGINT,
    checked_at      BIGINT,
    outcome         TEXT,
    why             TEXT,
    status          BIGINT,
    answered_at     BIGINT,
    tries           BIGINT NOT NULL,
    first_failed_at BIGINT,
    struck_at       BIGINT,
    moved_to        TEXT
);
CREATE INDEX link_check_due ON link_check (host, due_at, resource);
CREATE INDEX link_check_failing ON link_check (first_failed_at, resource) WHERE first_failed_at IS NOT NULL;
