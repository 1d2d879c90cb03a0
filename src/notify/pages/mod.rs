//! Pages of notices.

mod desk;
mod list;
mod mail;
mod settings;
mod unsubscribe;

pub use list::NoticesPage;
pub use mail::MailPage;
pub use settings::NoticeSettingsPage;
pub use unsubscribe::UnsubscribePage;
