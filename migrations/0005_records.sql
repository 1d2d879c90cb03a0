-- Append-only, shaped as xAPI statements: actor, verb, object, result, context. Everything else about what a person
-- did derives from it.
CREATE TABLE activity (
    id          TEXT PRIMARY KEY,
    person      TEXT NOT NULL REFERENCES person (id),
    verb        TEXT NOT NULL,
    object_kind TEXT NOT NULL,
    object      TEXT NOT NULL,
    result      JSONTEXT,
    context     JSONTEXT,
    at          BIGINT NOT NULL,
    stored_at   BIGINT NOT NULL
);
CREATE INDEX activity_person ON activity (person, at, id);
CREATE INDEX activity_object ON activity (object, person);

-- Where a person stands with a resource: derived from activity, in the same transaction, and rebuilt from it.
CREATE TABLE resource_state (
    person    TEXT NOT NULL REFERENCES person (id),
    resource  TEXT NOT NULL REFERENCES resource (id) ON DELETE CASCADE,
    opened_at BIGINT,
    done_at   BIGINT,
    saved_at  BIGINT,
    hidden_at BIGINT,
    touched_at BIGINT NOT NULL,
    PRIMARY KEY (person, resource)
);
CREATE INDEX resource_state_touched ON resource_state (person, touched_at);
CREATE INDEX resource_state_resource ON resource_state (resource);

CREATE TABLE follow (
    person       TEXT NOT NULL REFERENCES person (id),
    subject_kind TEXT NOT NULL,
    subject      TEXT NOT NULL,
    at           BIGINT NOT NULL,
    PRIMARY KEY (person, subject_kind, subject)
);
CREATE INDEX follow_subject ON follow (subject_kind, subject);
