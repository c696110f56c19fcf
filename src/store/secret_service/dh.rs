//! The key agreement of an encrypted session: Diffie-Hellman in the second
//! Oakley group (RFC 2409, section 6.2), HKDF-SHA-256, a 128-bit key.
//!
//! Owns the numbers and wipes the secret ones. Must not know D-Bus.

use std::cell::OnceCell;

use crypto_bigint::modular::ConstMontyForm;
use crypto_bigint::{U256, U1024};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::{Zeroize, Zeroizing};

/// Bytes of the group's prime, and so of every number that is sent or hashed.
pub(super) const GROUP_LEN: usize = 128;

/// Bytes of an AES-128 key.
pub(super) const KEY_LEN: usize = 16;

/// Fewest bytes that a peer's public key may have. Services drop leading zero
/// bytes; that an honest key loses 16 of them has a chance of 2^-128.
const MIN_PUBLIC_LEN: usize = 112;

crypto_bigint::const_monty_params!(
    Oakley2,
    U1024,
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
     020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
     4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
     EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
);

type Residue = ConstMontyForm<Oakley2, { U1024::LIMBS }>;

/// A secret exponent and the public number that belongs to it.
pub(super) struct KeyPair {
    exponent: Zeroizing<U256>,
    public: [u8; GROUP_LEN],
}

/// The peer's public key is no number of the group, or one that would give the
/// shared secret away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BadPublicKey;

impl KeyPair {
    /// A new pair. `None` when the operating system has no random numbers.
    ///
    /// 256 bits of exponent are twice the 128 of the key that is agreed on,
    /// which is all that the best known attacks leave room for.
    pub(super) fn generate() -> Option<Self> {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(bytes.as_mut()).ok()?;
        Some(Self::from_exponent(U256::from_be_slice(bytes.as_ref())))
    }

    fn from_exponent(exponent: U256) -> Self {
        let public = Residue::new(&U1024::from_u8(2)).pow(&exponent).retrieve();
        Self {
            exponent: Zeroizing::new(exponent),
            public: to_bytes(&public),
        }
    }

    /// The number to send, big-endian, always padded to [`GROUP_LEN`] bytes:
    /// some services refuse a shorter one.
    pub(super) fn public(&self) -> &[u8; GROUP_LEN] {
        &self.public
    }

    /// Puts the peer's public number beside ours. Cheap: the key is derived when
    /// it is asked for.
    pub(super) fn agree(self, peer_public: &[u8]) -> Result<Agreement, BadPublicKey> {
        Ok(Agreement {
            exponent: self.exponent,
            peer: parse_public(peer_public)?,
            key: OnceCell::new(),
        })
    }
}

/// What both sides know, and the key that they derive from it.
pub(super) struct Agreement {
    exponent: Zeroizing<U256>,
    peer: U1024,
    key: OnceCell<Zeroizing<[u8; KEY_LEN]>>,
}

impl Agreement {
    /// The key. The first call takes a fifth of a millisecond or so: best made
    /// while the peer is at work too.
    pub(super) fn key(&self) -> &[u8; KEY_LEN] {
        self.key.get_or_init(|| {
            let mut power = Residue::new(&self.peer).pow(&self.exponent);
            let mut number = power.retrieve();
            let shared = Zeroizing::new(to_bytes(&number));
            power.zeroize();
            number.zeroize();
            derive(&shared)
        })
    }
}

fn derive(shared: &[u8; GROUP_LEN]) -> Zeroizing<[u8; KEY_LEN]> {
    let mut key = Zeroizing::new([0; KEY_LEN]);
    Hkdf::<Sha256>::new(None, shared)
        .expand(&[], key.as_mut())
        .expect("16 bytes are less than HKDF's limit");
    key
}

fn parse_public(bytes: &[u8]) -> Result<U1024, BadPublicKey> {
    let significant = match bytes.iter().position(|byte| *byte != 0) {
        Some(zeros) => &bytes[zeros..],
        None => return Err(BadPublicKey),
    };
    if bytes.len() < MIN_PUBLIC_LEN || significant.len() > GROUP_LEN {
        return Err(BadPublicKey);
    }
    let mut padded = [0; GROUP_LEN];
    padded[GROUP_LEN - significant.len()..].copy_from_slice(significant);
    let number = U1024::from_be_slice(&padded);
    let largest = Residue::MODULUS.get().wrapping_sub(&U1024::ONE);
    if number > U1024::ONE && number < largest {
        Ok(number)
    } else {
        Err(BadPublicKey)
    }
}

fn to_bytes(number: &U1024) -> [u8; GROUP_LEN] {
    let mut bytes = [0; GROUP_LEN];
    bytes.copy_from_slice(number.to_be_bytes().as_ref());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    // Computed with Python's integers and hmac module. The exponents are the
    // bytes 1 to 32 and 33 to 64.
    const PUBLIC_A: &str = "\
        457120764f3a1e6fd58103e41a4093a6c8bc1d97cb8759de41c21afdd2d3048a\
        5ef3d88ce24aa6ba4fe30bcfb0b0f75abf1a8aeaff3723f1bf53740c902005e1\
        199fabad7c538e94a7034fd585339a02f3634893f748929d2a7257643e398130\
        541ae64124c17d4507a97f1cbebeb7b933642b8df479eb59e36cfeffbf1671dd";
    const PUBLIC_B: &str = "\
        0cfaaafb160cda22c4b61bc983d934b3953eaf41645c7936908b573e512116d5\
        ad177dbb3e5bdd566fa953af8fecd9edca184a033f917e7517bff399a6a8aa01\
        240321ff82be7d764f9f7cbb4151aec400f2925aa1cbccc3e6108751f2a9e31a\
        5c1c0a7d6396cd79f178ae67608c5318b180106c6f7d4c5cf0c2ab54a3286d2b";
    const KEY_AB: &str = "5d8124262036ed218dc0ab3d8b3bf568";

    /// A peer whose shared number with exponent A starts with a zero byte.
    const PUBLIC_SHORT_SHARED: &str = "\
        d0739e2fbd5616966c208622e9380ac6345c5af564993516857f8b80b51d5d64\
        d7fed6fe189f55eeb0b04c61d1065d8ddf84e3ffbe4e8d58bdf21ac61814c2c0\
        016da5bcf88fec915c2fb9c192875529637161cf0eef52d2c70e0d489ea70db8\
        179e8344325da7148038416650f0e29da3043c66b7d8c42b3a18280f2c345163";
    const KEY_SHORT_SHARED: &str = "2444904459b54c9f31c8f49d02fde33c";

    /// An exponent whose public number starts with a zero byte.
    const EXPONENT_SHORT_PUBLIC: &str =
        "740e6eb0adcd78e6a86f4de405cda3f12822589876bdd7f5029bbd7561cd6209";

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len())
            .step_by(2)
            .map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap())
            .collect()
    }

    fn pair(first: u8) -> KeyPair {
        let exponent: Vec<u8> = (first..first + 32).collect();
        KeyPair::from_exponent(U256::from_be_slice(&exponent))
    }

    fn key(ours: KeyPair, theirs: &[u8]) -> [u8; KEY_LEN] {
        *ours.agree(theirs).expect("a public number").key()
    }

    #[test]
    fn both_sides_derive_the_known_key() {
        let (a, b) = (pair(1), pair(33));
        assert_eq!(a.public().as_slice(), bytes(PUBLIC_A));
        assert_eq!(b.public().as_slice(), bytes(PUBLIC_B));
        let (public_a, public_b) = (*a.public(), *b.public());
        assert_eq!(key(a, &public_b).as_slice(), bytes(KEY_AB));
        assert_eq!(key(b, &public_a).as_slice(), bytes(KEY_AB));
    }

    #[test]
    fn a_shared_number_with_a_leading_zero_is_hashed_padded() {
        let key = key(pair(1), &bytes(PUBLIC_SHORT_SHARED));
        assert_eq!(key.as_slice(), bytes(KEY_SHORT_SHARED));
    }

    #[test]
    fn a_public_number_with_a_leading_zero_is_sent_padded_and_taken_either_way() {
        let peer = KeyPair::from_exponent(U256::from_be_hex(EXPONENT_SHORT_PUBLIC));
        let public = *peer.public();
        assert_eq!(public[0], 0);
        let agreed = key(peer, pair(1).public());
        assert_eq!(key(pair(1), &public), agreed);
        assert_eq!(key(pair(1), &public[1..]), agreed);
        assert_eq!(key(pair(1), &[&[0], public.as_slice()].concat()), agreed);
    }

    #[test]
    fn public_numbers_of_every_size_are_padded_to_the_same_length() {
        // Below the prime the public number is 2^x itself.
        for x in 1..1023_u32 {
            let mut expected = [0; GROUP_LEN];
            let (from_the_end, bit) = (x as usize / 8, x % 8);
            expected[GROUP_LEN - 1 - from_the_end] = 1 << bit;
            let pair = KeyPair::from_exponent(U256::from_u32(x));
            assert_eq!(*pair.public(), expected, "2^{x}");
        }
    }

    #[test]
    fn pairs_are_random() {
        let public = || *KeyPair::generate().unwrap().public();
        assert_ne!(public(), public());
    }

    #[test]
    fn numbers_that_are_no_public_key_are_refused() {
        let prime = to_bytes(&Residue::MODULUS.get());
        let mut prime_less_one = prime;
        prime_less_one[GROUP_LEN - 1] -= 1;
        let mut prime_less_two = prime;
        prime_less_two[GROUP_LEN - 1] -= 2;
        let mut one = [0; GROUP_LEN];
        one[GROUP_LEN - 1] = 1;
        for bad in [
            &[] as &[u8],
            &[0; GROUP_LEN],
            &one,
            &prime_less_one,
            &prime,
            &[0xff; GROUP_LEN],
            &[1; GROUP_LEN + 1],
            &[1; MIN_PUBLIC_LEN - 1],
            &[1; 4096],
        ] {
            assert!(pair(1).agree(bad).is_err(), "{bad:?}");
        }
        assert!(pair(1).agree(&prime_less_two).is_ok());
        assert!(pair(1).agree(&[1; MIN_PUBLIC_LEN]).is_ok());
    }
}
