//! The service's side of an encrypted session, with the exponent 1: its public
//! key is then the group's generator, and the shared secret is the client's
//! public key.

use aes::Aes128;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use hkdf::Hkdf;
use sha2::Sha256;

pub(super) type Key = [u8; 16];

pub(super) const IV: [u8; 16] = [7; 16];

/// The generator, 2, in 128 bytes.
pub(super) fn public() -> Vec<u8> {
    let mut public = vec![0; 128];
    public[127] = 2;
    public
}

pub(super) fn agree(client_public: &[u8]) -> Key {
    let mut key = [0; 16];
    Hkdf::<Sha256>::new(None, client_public)
        .expand(&[], &mut key)
        .expect("a short key");
    key
}

pub(super) fn encrypt(key: &Key, plain: &[u8]) -> Vec<u8> {
    let mut buffer = plain.to_vec();
    buffer.resize((plain.len() / 16 + 1) * 16, 0);
    cbc::Encryptor::<Aes128>::new(key.into(), &IV.into())
        .encrypt_padded::<Pkcs7>(&mut buffer, plain.len())
        .expect("room for the padding");
    buffer
}

/// Encrypts with a key that the client does not have. With one such key in 256
/// the end would look like a padding all the same.
pub(super) fn encrypt_with_another(key: &Key, plain: &[u8]) -> Vec<u8> {
    let opens = |text: &[u8]| {
        cbc::Decryptor::<Aes128>::new(key.into(), &IV.into())
            .decrypt_padded::<Pkcs7>(&mut text.to_vec())
            .is_ok()
    };
    let others = (0..=u8::MAX).map(|byte| encrypt(&[byte; 16], plain));
    let mut closed = others.filter(|text| !opens(text));
    closed.next().expect("a key that does not fit")
}

pub(super) fn decrypt(key: &Key, iv: &[u8], text: &[u8]) -> Vec<u8> {
    let iv: [u8; 16] = iv.try_into().expect("an initialisation vector");
    let mut buffer = text.to_vec();
    cbc::Decryptor::<Aes128>::new(key.into(), &iv.into())
        .decrypt_padded::<Pkcs7>(&mut buffer)
        .expect("what the client encrypted with this key")
        .to_vec()
}
