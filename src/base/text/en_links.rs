//! English: whether links work.

use super::count;

/// Texts about links.
pub struct LinksTexts {
    /// The page, and the way to it.
    pub title: &'static str,
    /// What it is for.
    pub lede: &'static str,
    /// Name of the row of filters by state.
    pub by_state: &'static str,
    /// Name of the row of filters by source.
    pub by_source: &'static str,
    /// Every source.
    pub all_sources: &'static str,
    /// Column.
    pub column_resource: &'static str,
    /// Column.
    pub column_state: &'static str,
    /// Column.
    pub column_checked: &'static str,
    /// Column.
    pub column_playlists: &'static str,
    /// Column.
    pub column_check: &'static str,
    /// How a link stands.
    pub broken: &'static str,
    /// How a link stands.
    pub suspect: &'static str,
    /// How a link stands.
    pub works: &'static str,
    /// How a link stands.
    pub unclear: &'static str,
    /// How a link stands.
    pub unchecked: &'static str,
    /// Button.
    pub check_now: &'static str,
    /// Button.
    pub check_again: &'static str,
    /// A look was asked for.
    pub asked: &'static str,
    /// Read out after asking for one.
    pub said_asked: &'static str,
    /// In no playlist.
    pub no_playlists: &'static str,
    /// Nothing is listed.
    pub nothing: &'static str,
    /// Why that is good.
    pub nothing_text: &'static str,
    /// With filters: what would change it.
    pub nothing_filtered: &'static str,
    /// Takes filters away.
    pub show_all: &'static str,
    /// They are not checked.
    pub off: &'static str,
    /// What would change it.
    pub off_text: &'static str,
    /// This one is not checked.
    pub not_this_host: &'static str,
    /// For curators, of a link that nobody has looked at.
    pub says_nothing: &'static str,
}

/// In English.
pub const LINKS: LinksTexts = LinksTexts {
    title: "Links",
    lede: "Addresses that do not answer any more, with the playlists that hold them. An address that fails on three days is \
           broken: it is not recommended until it answers again.",
    by_state: "State",
    by_source: "Source",
    all_sources: "All sources",
    column_resource: "Resource",
    column_state: "State",
    column_checked: "Last checked",
    column_playlists: "In playlists",
    column_check: "Check",
    broken: "Broken link",
    suspect: "Failing",
    works: "Works",
    unclear: "Could not be checked",
    unchecked: "Not checked yet",
    check_now: "Check now",
    check_again: "Check again",
    asked: "It will be checked in a moment.",
    said_asked: "The link will be checked in a moment.",
    no_playlists: "None",
    nothing: "No broken links",
    nothing_text: "Every address that was checked answers. One that stops answering is listed here after its first failure.",
    nothing_filtered: "Nothing is listed with these filters.",
    show_all: "Show all that fail",
    off: "Links are not checked here: links.check is off",
    off_text: "Whoever runs this portal can switch it on in its configuration, under [atrium.links].",
    not_this_host: "Links to this host are not checked here: links.hosts names others.",
    says_nothing: "The link has not been checked yet.",
};

impl LinksTexts {
    /// What is listed, by the choice's name.
    pub fn which(&self, which: &str) -> &'static str {
        match which {
            "broken" => "Broken",
            "suspect" => "Failing, not broken yet",
            "unclear" => "Could not be checked",
            "moved" => "Moved",
            _ => "All that fail",
        }
    }

    /// What was wrong, or why a look said nothing, by its name; `status` is the answer's, 0 where there was none.
    pub fn why(&self, why: &str, status: i64) -> String {
        let text = match why {
            "status" => return self.status(status),
            "lookup" => "no server of that name was found",
            "refused" => "the server could not be reached",
            "tls" => "no safe connection could be made",
            "timeout" => "no answer came in time",
            "cut" => "the connection broke off",
            "limited" => "the site asks to be asked less often",
            "forbidden" => return format!("the site does not let us look ({})", self.status(status)),
            "private" => "it leads into a private network",
            "redirect" => "it leads on to where we do not follow",
            "ours" => "our own network was at fault",
            "odd" if status > 0 => return format!("the site answered {}", self.status(status)),
            _ => "the site could not be asked",
        };
        text.to_owned()
    }

    /// "404 Not Found" (RFC 9110, section 15).
    fn status(&self, status: i64) -> String {
        let name = match status {
            400 => "Bad Request",
            401 => "Unauthorized",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            406 => "Not Acceptable",
            410 => "Gone",
            451 => "Unavailable For Legal Reasons",
            500 => "Internal Server Error",
            501 => "Not Implemented",
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            504 => "Gateway Timeout",
            _ => return status.to_string(),
        };
        format!("{status} {name}")
    }

    /// `when`: "3 days ago".
    pub fn says_works(&self, when: &str) -> String {
        format!("The link was checked {when} and works.")
    }

    /// `since`: "12 May 2026".
    pub fn says_fails(&self, since: &str, tries: i64, why: &str) -> String {
        format!("The address has not answered since {since} ({}): {why}.", count(tries, "try", "tries"))
    }

    /// `when`: "3 days ago".
    pub fn says_unclear(&self, when: &str, why: &str) -> String {
        format!("The link could not be checked {when}: {why}.")
    }

    /// Where it is now, by its own word.
    pub fn moved_to(&self, address: &str) -> String {
        format!("It says that it has moved to {address}")
    }

    /// "Check now: Pro Git".
    pub fn of(&self, what: &str, title: &str) -> String {
        format!("{what}: {title}")
    }

    /// When it is looked at next: "Next: 13 May 2026".
    pub fn next(&self, date: &str) -> String {
        format!("Next: {date}")
    }

    /// On a source's page: "3 broken links"; `number` is `n`, formatted.
    pub fn of_source(&self, n: i64, number: &str) -> String {
        format!("{number} broken {}", if n == 1 { "link" } else { "links" })
    }

    /// Where only some hosts are asked.
    pub fn only_hosts(&self, hosts: &str) -> String {
        format!("Only links to {hosts} are checked here (links.hosts).")
    }
}
