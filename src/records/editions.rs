//! SQL about a person and the editions of one work, for the stores of this room and of those above it. What she did stays
//! with the edition that she used; whoever asks about the work asks all its editions. Most resources stand alone: `work`
//! is NULL, and nothing of this is run.

/// The edition that a person is shown in place of `$row` (a row of `resource`), as SQL for its id: of those that she may
/// see, one that is there, one whose link is not broken, the one that she worked with last, one in her language, the
/// oldest. NULL if she may see none.
///
/// What stands alone is itself, whether she may see it or not: the caller looks at the row that it gets. With `$also`, SQL
/// about `se`, an edition has to be so to be shown; the caller asks the same of what stands alone. That form wants no join
/// with the edition's own row, for which PostgreSQL would read the whole table.
macro_rules! shown {
    ($row:literal, $person:literal, $groups:literal, $language:literal) => {
        shown!($row, $person, $groups, $language, "")
    };
    ($row:literal, $person:literal, $groups:literal, $language:literal, $also:literal) => {
        concat!(
            "CASE WHEN ",
            $row,
            ".work IS NULL THEN ",
            $row,
            ".id ELSE (SELECT se.id FROM resource se
                LEFT JOIN resource_state ss ON ss.person = ",
            $person,
            " AND ss.resource = se.id AND ss.opened_at IS NOT NULL
                WHERE se.work = ",
            $row,
            ".work AND (se.audience IS NULL OR se.audience IN (SELECT atom FROM json_each(",
            $groups,
            ")))",
            $also,
            "
                ORDER BY (se.gone_at IS NOT NULL), (se.broken_at IS NOT NULL), COALESCE(ss.touched_at, 0) DESC,
                    CASE WHEN se.language = ",
            $language,
            " OR se.language LIKE ",
            $language,
            " || '-%' THEN 0 ELSE 1 END, se.id
                LIMIT 1) END"
        )
    };
}

/// When a person came to stand so with the work of `$row`: `$what` is a column of `resource_state`, `$fold` MIN or MAX,
/// `$state` her row for `$row` itself. NULL if she does not.
macro_rules! since {
    ($fold:literal, $what:literal, $row:literal, $state:literal, $person:literal) => {
        concat!(
            "CASE WHEN ",
            $row,
            ".work IS NULL THEN ",
            $state,
            ".",
            $what,
            " ELSE (SELECT ",
            $fold,
            "(ws.",
            $what,
            ") FROM resource we JOIN resource_state ws ON ws.person = ",
            $person,
            " AND ws.resource = we.id WHERE we.work = ",
            $row,
            ".work) END"
        )
    };
}

pub(crate) use {shown, since};
