//! English: signing in and out.

/// A short title and what to do about it.
pub struct Said {
    /// What happened.
    pub title: &'static str,
    /// Why, and the way on.
    pub text: &'static str,
}

/// Signing in and out.
pub struct IdentityTexts {
    /// Title of the sign-in page.
    pub title: &'static str,
    /// On the way to the provider, after signing out here.
    pub signed_out: &'static str,
    /// For a browser that does not go on by itself.
    pub sign_out_there: &'static str,
    /// The heading of that page.
    pub headline: &'static str,
    /// What Atrium is, to somebody who sees it for the first time.
    pub welcome: &'static str,
    /// Above the buttons.
    pub choose: &'static str,
    /// No provider is configured.
    pub no_issuer: &'static str,
    /// Below: what happens.
    pub note: &'static str,
    /// Title of the page that a sign-in link opens.
    pub link_title: &'static str,
    /// What the link does.
    pub link_text: &'static str,
    /// Its button.
    pub link_button: &'static str,
    /// A sign-in link for an address that nobody active has.
    pub nobody: &'static str,
    /// 403 of the same-origin check; the address follows.
    pub cross_site: &'static str,
    /// See `identity::Trouble` for these.
    pub state: Said,
    #[allow(missing_docs)]
    pub browser: Said,
    #[allow(missing_docs)]
    pub expired: Said,
    #[allow(missing_docs)]
    pub code: Said,
    #[allow(missing_docs)]
    pub key: Said,
    #[allow(missing_docs)]
    pub token: Said,
    #[allow(missing_docs)]
    pub nonce: Said,
    #[allow(missing_docs)]
    pub down: Said,
    #[allow(missing_docs)]
    pub refused: Said,
    #[allow(missing_docs)]
    pub provider: Said,
    #[allow(missing_docs)]
    pub no_mail: Said,
    #[allow(missing_docs)]
    pub unverified: Said,
    #[allow(missing_docs)]
    pub taken: Said,
    #[allow(missing_docs)]
    pub inactive: Said,
    #[allow(missing_docs)]
    pub issuer: Said,
    #[allow(missing_docs)]
    pub link: Said,
    #[allow(missing_docs)]
    pub fault: Said,
}

const fn said(title: &'static str, text: &'static str) -> Said {
    Said { title, text }
}

pub(super) const IDENTITY: IdentityTexts = IdentityTexts {
    title: "Sign in",
    signed_out: "You are signed out of Atrium.",
    sign_out_there: "Go on, to sign out of your identity provider too",
    headline: "Everything worth learning here, behind one door",
    welcome: "Atrium gathers the courses, videos, pages and conversations of your organisation in one place, so that you \
              find the next good thing to learn, and your place in it.",
    choose: "Sign in with the account that you already have.",
    no_issuer: "No way to sign in is set up yet. Whoever runs this portal adds one in its configuration, under \
                [atrium.issuers].",
    note: "Atrium never sees your password.",
    link_title: "Your sign-in link",
    link_text: "This link signs you in once, without your organisation's provider. Its use is written down.",
    link_button: "Sign in now",
    nobody: "nobody who may sign in has this address; import people first.",
    cross_site: "This request did not come from a page of this portal, so nothing was done. Open the portal at its own \
                 address and try again there:",
    state: said(
        "This sign-in is over",
        "Its address was used before, or it was not begun here. You were not signed in by it; begin again below.",
    ),
    browser: said(
        "This sign-in began in another browser",
        "For your safety it has to end in the browser in which it began. Begin again below.",
    ),
    expired: said("That took a little long", "A sign-in stays open for ten minutes. Begin again below."),
    code: said(
        "Your provider has closed this sign-in",
        "The code that it gave us has expired or was used before. Begin again below.",
    ),
    key: said(
        "We could not check your provider's signature",
        "It signed with a key that it does not publish. Try again in a minute; if it stays so, tell whoever runs your \
         portal.",
    ),
    token: said(
        "Your provider's answer was not sound",
        "It did not pass our checks, so nobody was signed in. Try again; if it stays so, tell whoever runs your portal.",
    ),
    nonce: said(
        "Your provider answered another sign-in",
        "The answer does not belong to the sign-in that you began here. Begin again below.",
    ),
    down: said(
        "Your provider does not answer",
        "We could not reach it just now. Try again in a minute; nothing of yours is lost.",
    ),
    refused: said(
        "You were not signed in",
        "The sign-in was cancelled, or your provider did not allow it. You can begin again below.",
    ),
    provider: said(
        "Your provider could not sign you in",
        "It reported an error of its own. Try again; if it stays so, tell whoever runs your portal.",
    ),
    no_mail: said(
        "Your provider told us no mail address",
        "Atrium knows people by their mail address. Ask whoever runs your portal to let the provider share it.",
    ),
    unverified: said(
        "Your mail address is not confirmed",
        "Confirm it with your provider, then sign in again. Until then we cannot tell that the address is yours.",
    ),
    taken: said(
        "This mail address belongs to another account",
        "Somebody has signed in with it before, from another account of the same provider. Ask whoever runs your portal.",
    ),
    inactive: said(
        "Your access has ended",
        "Your account here is switched off. If that is a mistake, ask whoever runs your portal.",
    ),
    issuer: said(
        "There is no such provider",
        "The address names a provider that is not set up here. Choose one below.",
    ),
    link: said(
        "This sign-in link does not work any more",
        "It was used before, or it has expired. Make a new one on the command line, or sign in below.",
    ),
    fault: said("Something went wrong on our side", "You were not signed in. Try again in a minute."),
};
