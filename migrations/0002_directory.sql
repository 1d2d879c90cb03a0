CREATE TABLE person (
    id         TEXT PRIMARY KEY,
    email      TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    folded     TEXT NOT NULL,
    job_title  TEXT NOT NULL,
    manager    TEXT REFERENCES person (id),
    locale     TEXT NOT NULL,
    time_zone  TEXT NOT NULL,
    active     BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX person_folded ON person (folded, id);
CREATE INDEX person_manager ON person (manager);

-- A team, or any other set of people that an audience can name.
CREATE TABLE people_group (
    id     TEXT PRIMARY KEY,
    name   TEXT NOT NULL UNIQUE,
    origin TEXT NOT NULL
);

CREATE TABLE membership (
    people_group TEXT NOT NULL REFERENCES people_group (id),
    person       TEXT NOT NULL REFERENCES person (id),
    origin       TEXT NOT NULL,
    PRIMARY KEY (people_group, person)
);
CREATE INDEX membership_person ON membership (person);
