//! How a person wants pages to look. Kept in cookies of the browser, so that the server draws the right page at once,
//! and each of a person's devices may differ.

use serde::{Deserialize, Serialize};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the device says.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

impl Theme {
    /// As in the cookie and in `data-theme`; what is not known is the device's choice.
    pub fn parse(name: &str) -> Theme {
        match name {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::System,
        }
    }

    /// As in the cookie and in `data-theme`.
    pub fn as_str(self) -> &'static str {
        match self {
            Theme::System => "system",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// How much fits on a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Density {
    /// Room to breathe.
    #[default]
    Roomy,
    /// More at once.
    Compact,
}

impl Density {
    /// As in the cookie and in `data-density`.
    pub fn parse(name: &str) -> Density {
        if name == "compact" { Density::Compact } else { Density::Roomy }
    }

    /// As in the cookie and in `data-density`.
    pub fn as_str(self) -> &'static str {
        match self {
            Density::Roomy => "roomy",
            Density::Compact => "compact",
        }
    }
}

/// A person's choices on this device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prefs {
    /// Light or dark.
    pub theme: Theme,
    /// How much fits on a screen.
    pub density: Density,
}

impl Prefs {
    /// These, changed by what a `Cookie` header says.
    pub fn with_cookies(mut self, header: &str) -> Prefs {
        for pair in header.split(';') {
            match pair.trim().split_once('=') {
                Some(("theme", value)) => self.theme = Theme::parse(value),
                Some(("density", value)) => self.density = Density::parse(value),
                _ => {}
            }
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_among_others_are_read_and_nonsense_is_the_default() {
        let read = |header| Prefs::default().with_cookies(header);
        let chosen = Prefs { theme: Theme::Dark, density: Density::Compact };
        assert_eq!(read("session=a=b; theme=dark;density=compact"), chosen);
        assert_eq!(read("theme=<script>; density=; nothing"), Prefs::default());
        assert_eq!(read("mytheme=dark"), Prefs::default());
    }
}
