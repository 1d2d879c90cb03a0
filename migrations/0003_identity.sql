CREATE TABLE session (
    token_hash  TEXT PRIMARY KEY,
    person      TEXT NOT NULL REFERENCES person (id),
    issuer      TEXT NOT NULL,
    id_token    TEXT NOT NULL,
    agent       TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    seen_at     BIGINT NOT NULL
);
CREATE INDEX session_person ON session (person);
CREATE INDEX session_seen ON session (seen_at);

-- A sign-in under way: state, nonce and PKCE verifier, used once, by the browser that began it.
CREATE TABLE sign_in (
    state_hash   TEXT PRIMARY KEY,
    browser_hash TEXT NOT NULL,
    issuer       TEXT NOT NULL,
    nonce        TEXT NOT NULL,
    verifier     TEXT NOT NULL,
    return_to    TEXT NOT NULL,
    created_at   BIGINT NOT NULL
);

-- A way in without a provider, made on the command line; used once.
CREATE TABLE sign_in_link (
    token_hash TEXT PRIMARY KEY,
    person     TEXT NOT NULL REFERENCES person (id),
    expires_at BIGINT NOT NULL
);

-- The provider's subject for a person; a mail address may change, this does not.
CREATE TABLE identity (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    person     TEXT NOT NULL REFERENCES person (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_person ON identity (person, issuer);

CREATE TABLE person_role (
    person TEXT NOT NULL REFERENCES person (id),
    role   TEXT NOT NULL,
    origin TEXT NOT NULL,
    PRIMARY KEY (person, role)
);
