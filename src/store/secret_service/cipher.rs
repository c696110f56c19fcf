//! How a secret travels: AES-128 in CBC mode with PKCS #7 padding and a fresh
//! initialisation vector, under the key of a session.
//!
//! Owns the two directions. Must not know D-Bus, and keeps no plain text.

use aes::Aes128;
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit};
use zeroize::Zeroizing;

use super::dh::KEY_LEN;

/// Bytes of an AES block, and of the initialisation vector.
pub(super) const BLOCK_LEN: usize = 16;

/// An encrypted secret, as the parameters and value of a D-Bus secret.
pub(super) struct Sealed {
    /// The initialisation vector.
    pub(super) iv: [u8; BLOCK_LEN],
    /// The encrypted text.
    pub(super) text: Vec<u8>,
}

/// The bytes are not what this key encrypts: a wrong length or padding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Undecryptable;

/// Encrypts. `None` when the operating system has no random numbers.
pub(super) fn seal(key: &[u8; KEY_LEN], plain: &[u8]) -> Option<Sealed> {
    let mut iv = [0; BLOCK_LEN];
    getrandom::fill(&mut iv).ok()?;
    Some(seal_with(key, iv, plain))
}

fn seal_with(key: &[u8; KEY_LEN], iv: [u8; BLOCK_LEN], plain: &[u8]) -> Sealed {
    let padded_len = (plain.len() / BLOCK_LEN + 1) * BLOCK_LEN;
    let mut text = Vec::with_capacity(padded_len);
    text.extend_from_slice(plain);
    text.resize(padded_len, 0);
    cbc::Encryptor::<Aes128>::new(key.into(), &iv.into())
        .encrypt_padded::<Pkcs7>(&mut text, plain.len())
        .expect("the buffer has room for the padding");
    Sealed { iv, text }
}

/// Decrypts.
pub(super) fn open(
    key: &[u8; KEY_LEN],
    iv: &[u8],
    text: &[u8],
) -> Result<Zeroizing<Vec<u8>>, Undecryptable> {
    let iv: &[u8; BLOCK_LEN] = iv.try_into().map_err(|_| Undecryptable)?;
    let mut buffer = Zeroizing::new(text.to_vec());
    let plain_len = cbc::Decryptor::<Aes128>::new(key.into(), iv.into())
        .decrypt_padded::<Pkcs7>(&mut buffer)
        .map_err(|_| Undecryptable)?
        .len();
    buffer.truncate(plain_len);
    Ok(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: [u8; KEY_LEN] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];
    const IV: [u8; BLOCK_LEN] = [
        16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31,
    ];
    const PLAIN: &[u8] = b"a secret of 21 bytes!";
    /// What `openssl enc -aes-128-cbc` makes of it.
    const TEXT: [u8; 32] = [
        0xa7, 0x07, 0x09, 0xbe, 0x49, 0x1d, 0xf0, 0xfa, 0x64, 0xe7, 0xe2, 0x11, 0x7e, 0xbb, 0xca,
        0x49, 0x0a, 0x85, 0x2b, 0xb4, 0x45, 0xb3, 0x3a, 0x58, 0x26, 0x22, 0xdb, 0xc4, 0x4b, 0x45,
        0xdc, 0x99,
    ];

    #[test]
    fn the_known_text_comes_out_in_both_directions() {
        assert_eq!(seal_with(&KEY, IV, PLAIN).text, TEXT);
        assert_eq!(open(&KEY, &IV, &TEXT).unwrap().as_slice(), PLAIN);
    }

    #[test]
    fn every_length_survives() {
        for len in 0..=4 * BLOCK_LEN {
            let plain = vec![b'x'; len];
            let sealed = seal(&KEY, &plain).unwrap();
            assert_eq!(*open(&KEY, &sealed.iv, &sealed.text).unwrap(), plain);
        }
    }

    #[test]
    fn an_initialisation_vector_is_never_used_twice() {
        let first = seal(&KEY, PLAIN).unwrap();
        let second = seal(&KEY, PLAIN).unwrap();
        assert_ne!(first.iv, second.iv);
        assert_ne!(first.text, second.text);
    }

    #[test]
    fn what_this_key_did_not_encrypt_is_an_error() {
        let mut other_key = KEY;
        other_key[0] ^= 1;
        let (cut, odd) = (&TEXT[..BLOCK_LEN], &TEXT[..31]);
        for (key, iv, text) in [
            (&other_key, IV.as_slice(), TEXT.as_slice()),
            (&KEY, &IV, cut),
            (&KEY, &IV, odd),
            (&KEY, &IV, &[]),
            (&KEY, &IV[..15], &TEXT),
            (&KEY, &[], &TEXT),
        ] {
            assert!(open(key, iv, text).is_err(), "{text:?}");
        }
    }
}
