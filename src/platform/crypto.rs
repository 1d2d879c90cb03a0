//! Secrets at rest, random tokens and their hashes.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Encrypts what must not lie readable in the database. AES-256-GCM; what a secret belongs to is bound in as
/// associated data, so that a row copied elsewhere does not open.
#[derive(Clone)]
pub struct Keeper(Aes256Gcm);

/// The sealed text does not open: another key, another owner, or damage.
#[derive(Debug, thiserror::Error)]
#[error("the stored secret does not open with the configured key")]
pub struct Sealed;

impl Keeper {
    /// From 32 bytes in base64, as `openssl rand -base64 32` prints them.
    pub fn from_base64(key: &str) -> Result<Self, String> {
        let bytes = STANDARD.decode(key.trim()).map_err(|_| "the key is not base64".to_owned())?;
        let bytes: [u8; 32] = bytes.try_into().map_err(|_| "the key has to be 32 bytes long".to_owned())?;
        Ok(Keeper(Aes256Gcm::new(&bytes.into())))
    }

    /// Seals `plain` for `owner` (say, `source/ID`).
    pub fn seal(&self, owner: &str, plain: &str) -> Result<String, Sealed> {
        let nonce: [u8; 12] = rand::random();
        let payload = Payload { msg: plain.as_bytes(), aad: owner.as_bytes() };
        let sealed = self.0.encrypt(Nonce::from_slice(&nonce), payload).map_err(|_| Sealed)?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    /// Opens what was sealed for the same `owner`.
    pub fn open(&self, owner: &str, sealed: &str) -> Result<String, Sealed> {
        let bytes = STANDARD.decode(sealed).map_err(|_| Sealed)?;
        let (nonce, body) = bytes.split_at_checked(12).ok_or(Sealed)?;
        let payload = Payload { msg: body, aad: owner.as_bytes() };
        let plain = self.0.decrypt(Nonce::from_slice(nonce), payload).map_err(|_| Sealed)?;
        String::from_utf8(plain).map_err(|_| Sealed)
    }
}

/// The keeper with the configured key. A key file that does not exist yet is made, readable by its owner only.
///
/// # Errors
/// In words for the operator, naming the configuration key.
pub fn keeper(secrets: &super::config::Secrets) -> Result<Keeper, String> {
    if !secrets.key.is_empty() {
        return Keeper::from_base64(&secrets.key).map_err(|e| format!("secrets.key: {e}"));
    }
    if secrets.key_file.is_empty() {
        return Err("secrets.key-file: give a key or a file that holds one".into());
    }
    let path = std::path::Path::new(&secrets.key_file);
    let told = |error: std::io::Error| format!("secrets.key-file: {}: {error}", path.display());
    let key = match std::fs::read_to_string(path) {
        Ok(key) => key,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => new_key_file(path).map_err(told)?,
        Err(error) => return Err(told(error)),
    };
    Keeper::from_base64(&key).map_err(|e| format!("secrets.key-file: {}: {e}", path.display()))
}

fn new_key_file(path: &std::path::Path) -> std::io::Result<String> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let key = new_key();
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(key.as_bytes())?;
    file.sync_all()?;
    tracing::info!(file = %path.display(), "made a new key; keep a copy of it, sealed credentials do not open without it");
    Ok(key)
}

/// A random token of 256 bits, safe in addresses and cookies.
pub fn token() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}

/// A new key for [`Keeper`].
pub fn new_key() -> String {
    STANDARD.encode(rand::random::<[u8; 32]>())
}

/// SHA-256 in hexadecimal: what is stored of a token, and what tells whether content changed.
pub fn sha256(text: &str) -> String {
    use std::fmt::Write;
    Sha256::digest(text.as_bytes()).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}"); // writing to a String cannot fail
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_for_its_owner_and_key_only() {
        let keeper = Keeper::from_base64(&new_key()).unwrap();
        let sealed = keeper.seal("source/1", "s3cret").unwrap();
        assert!(!sealed.contains("s3cret"));
        assert_eq!(keeper.open("source/1", &sealed).unwrap(), "s3cret");
        assert!(keeper.open("source/2", &sealed).is_err());
        assert!(Keeper::from_base64(&new_key()).unwrap().open("source/1", &sealed).is_err());
        assert!(keeper.open("source/1", "AAAA").is_err());
        assert!(keeper.open("source/1", &sealed[..sealed.len() - 8]).is_err());
    }

    #[test]
    fn a_bad_key_says_why() {
        assert_eq!(Keeper::from_base64("???").err().unwrap(), "the key is not base64");
        assert_eq!(Keeper::from_base64("AAAA").err().unwrap(), "the key has to be 32 bytes long");
    }

    #[test]
    fn a_missing_key_file_is_made_for_its_owner_alone_and_read_again() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/secret.key");
        let secrets = crate::platform::config::Secrets { key_file: path.display().to_string(), ..Default::default() };
        let sealed = keeper(&secrets).unwrap().seal("o", "s3cret").unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(keeper(&secrets).unwrap().open("o", &sealed).unwrap(), "s3cret");
        std::fs::write(&path, "AAAA").unwrap();
        assert!(keeper(&secrets).err().unwrap().contains("secrets.key-file"));
    }

    #[test]
    fn hashes_are_those_of_the_standard() {
        // FIPS 180-4, example "abc"
        assert_eq!(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
