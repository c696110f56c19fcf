//! Keys in one file, found through any way of reading it.

use std::io::Read;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::key::ApiKey;

const KEY: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";
/// So that there are many of them.
const SMALL_PIECE: usize = 1000;

const ODD: &str = "a+b/c=d~0123456789abcdef";

fn search(source: impl Read) -> Searched {
    let keys = [KEY, ODD].map(|key| ApiKey::parse(key).expect("a key"));
    let patterns = Patterns::of(&[&keys[0], &keys[1]]).expect("patterns");
    let mut source = source;
    let mut searcher = Searcher::new(&patterns);
    searcher
        .search(&mut source, u64::MAX, 20)
        .expect("searched")
}

/// The one hit of a text.
#[track_caller]
fn only(text: impl AsRef<[u8]>) -> Hit {
    let searched = search(text.as_ref());
    assert_eq!(searched.hits.len(), 1, "{:?}", searched.hits);
    *searched.hits.first().expect("a hit")
}

#[track_caller]
fn assert_hit(text: impl AsRef<[u8]>, place: Place, key: usize, form: Form) {
    assert_eq!(only(text), Hit { place, key, form });
}

#[test]
fn a_key_is_found_in_each_of_its_forms() {
    use Form::{Base64, Text, UrlEncoded, Utf16};
    let line = |text: &str| format!("one\ntwo\nx={text}\nfour\n");
    let at = Place::Line(3);
    assert_hit(line(KEY), at, 0, Text);
    assert_hit(line(ODD), at, 1, Text);
    for (before, key) in [("", 0), ("x", 0), ("xy", 0)] {
        assert_hit(
            line(&STANDARD.encode(format!("{before}{KEY}y"))),
            at,
            key,
            Base64,
        );
    }
    assert_hit(line("a%2Bb%2fc%3dd%7E0123456789abcdef"), at, 1, UrlEncoded);
    let all = KEY
        .bytes()
        .fold(String::new(), |all, byte| format!("{all}%{byte:02x}"));
    assert_hit(line(&all), at, 0, UrlEncoded);
    assert_hit(line(&format!("%3{KEY}")), at, 0, Text);
    assert_hit(line(&format!("%61{}", &ODD[1..])), at, 1, UrlEncoded);
    assert_hit(line(&format!("{}%30", &KEY[..63])), at, 0, UrlEncoded);
    // Behind a percent sign, the key's digits are no escape of another one.
    assert_hit(line(&format!("%{KEY}")), at, 0, Text);
    // In JSON, a slash may be protected.
    assert_hit(line(r"a+b\/c=d~0123456789abcdef"), at, 1, Text);
    let utf16: Vec<u8> = line(KEY)
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_hit([b"\xff\xfe", utf16.as_slice()].concat(), at, 0, Utf16);
}

#[test]
fn a_key_is_found_across_lines() {
    let encoded = STANDARD.encode(format!("token:{KEY}"));
    let (first, second) = encoded.split_at(76);
    assert_hit(
        format!("\n{first}\r\n{second}\n"),
        Place::Line(2),
        0,
        Form::Base64,
    );
    let (first, second) = KEY.split_at(40);
    assert_hit(
        format!("\n{first}\\\n{second}\n"),
        Place::Line(2),
        0,
        Form::Text,
    );
}

#[test]
fn a_binary_file_has_bytes_for_lines() {
    let text = [b"\0\n\n", KEY.as_bytes(), b"\0"].concat();
    assert_hit(text, Place::Byte(3), 0, Form::Text);
}

#[test]
fn nothing_is_lost_between_the_pieces_and_nothing_found_twice() {
    for shift in (0..KEY.len() + 2).step_by(3) {
        for (text, form) in [
            (KEY.to_owned(), Form::Text),
            (STANDARD.encode(KEY), Form::Base64),
            (
                format!("{}\n{}%30", &KEY[..30], &KEY[30..63]),
                Form::UrlEncoded,
            ),
        ] {
            let mut file = vec![b'.'; SMALL_PIECE - shift];
            file[100] = b'\n';
            file.extend_from_slice(text.as_bytes());
            file.resize(3 * SMALL_PIECE, b'.');
            assert_hit(&file, Place::Line(2), 0, form);
        }
    }
}

#[test]
fn what_comes_in_crumbs_is_searched_all_the_same() {
    struct Crumbs<'a>(&'a [u8]);
    impl Read for Crumbs<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(7).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    let text = format!("a\n{KEY}\n");
    assert_eq!(search(Crumbs(text.as_bytes())).hits.len(), 1);
}

#[test]
fn the_number_of_hits_and_of_bytes_is_bounded() {
    let text = format!("{KEY}\n").repeat(50);
    let searched = search(text.as_bytes());
    assert_eq!(searched.hits.len(), 20);
    assert!(searched.more);
    let key = ApiKey::parse(KEY).expect("a key");
    let patterns = Patterns::of(&[&key]).expect("patterns");
    let endless = &mut std::io::repeat(b'0');
    let searched = Searcher::new(&patterns).search(endless, 1 << 20, 20);
    assert_eq!(searched.expect("searched").read, 1 << 20);
}

#[test]
fn other_text_of_the_same_kind_is_no_key() {
    let mut other = KEY.to_owned();
    other.replace_range(40..41, "e");
    let text = format!("{other}\n{}\n{}\n", STANDARD.encode(&other), &KEY[1..]);
    assert_eq!(search(text.as_bytes()).hits.len(), 0);
}
