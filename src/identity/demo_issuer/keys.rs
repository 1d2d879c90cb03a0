//! The issuer's key: RSA with SHA-256, as every client has to support.

use crate::base::Res;
use crate::platform::crypto::token;
use crate::platform::fault;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rsa::rand_core::OsRng;
use rsa::traits::PublicKeyParts;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A signing key with its id.
pub struct Key {
    id: String,
    key: RsaPrivateKey,
}

impl Key {
    /// A new one of 2048 bits.
    pub fn new() -> Res<Key> {
        Ok(Key { id: token()[..12].to_owned(), key: RsaPrivateKey::new(&mut OsRng, 2048).map_err(fault)? })
    }

    /// The public half, as a key set shows it.
    pub fn published(&self) -> Value {
        let text = |number: &rsa::BigUint| URL_SAFE_NO_PAD.encode(number.to_bytes_be());
        let (n, e) = (text(self.key.n()), text(self.key.e()));
        json!({"kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id, "n": n, "e": e})
    }

    /// A signed token (JWS, compact form) with these claims.
    pub fn sign(&self, claims: &Value) -> Res<String> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&json!({"alg": "RS256", "typ": "JWT", "kid": self.id})), part(claims));
        let digest = Sha256::digest(signed.as_bytes());
        let signature = self.key.sign(Pkcs1v15Sign::new::<Sha256>(), &digest).map_err(fault)?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// Whether this key has signed `token`; an expired one still tells whose session is meant.
    pub fn has_signed(&self, token: &str) -> bool {
        let Some((signed, signature)) = token.rsplit_once('.') else { return false };
        let Ok(signature) = URL_SAFE_NO_PAD.decode(signature) else { return false };
        let digest = Sha256::digest(signed.as_bytes());
        self.key.to_public_key().verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &signature).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_its_own_keys() {
        let (one, other) = (Key::new().unwrap(), Key::new().unwrap());
        let token = one.sign(&json!({"sub": "1"})).unwrap();
        assert!(one.has_signed(&token) && !other.has_signed(&token));
        assert!(!one.has_signed(&token.replacen('.', "x.", 1)) && !one.has_signed("a.b.c"));
        assert_ne!(one.published()["kid"], other.published()["kid"]);
    }
}
