//! Tables over texts of every kind.

use super::{Block, Broken, Line, Removal, Syntax};

/// Texts as files hold them, with nothing of vastkey's.
const TEXTS: [&[u8]; 13] = [
    b"",
    b"\n",
    b"\r\n",
    b"a",
    b"a\r",
    b"a\nb",
    b"a\nb\n",
    b"a\nb\n\n\n",
    b"a\r\nb",
    b"a\r\nb\r\n",
    b"a\nb\r\n",
    b"\xff\xfe\0not text\n",
    b"# >>> vastkey\n# <<< vastkey\n# >>> conda >>>\n",
];

fn block(name: &str) -> Block {
    Block {
        name: name.to_owned(),
        removed_by: "vastkey unconfigure x".to_owned(),
        lines: vec!["one".to_owned(), "\ttwo".to_owned()],
        shape: vec![
            Line::Exactly("one".to_owned()),
            Line::Around("\t", &["wo", "wei"]),
        ],
        must_follow: |line| line.starts_with(b"[credential"),
        syntax: Syntax::Script(b'\\'),
    }
}

fn added(block: &Block, text: Option<&[u8]>) -> Vec<u8> {
    block.added_to(text).expect("whole").expect("a change")
}

fn removed(block: &Block, text: &[u8]) -> Option<Vec<u8>> {
    block.removed_from(text).expect("whole").expect("it").text
}

fn position(text: &[u8], part: &[u8]) -> usize {
    let mut windows = text.windows(part.len());
    windows.position(|window| window == part).expect("a part")
}

#[test]
fn what_is_added_and_removed_leaves_the_text_as_it_was() {
    let block = block("x");
    for text in TEXTS {
        let with = added(&block, Some(text));
        assert!(with.starts_with(text), "{text:?}");
        assert_eq!(block.added_to(Some(&with)), Ok(None), "{text:?}");
        assert_eq!(removed(&block, &with).as_deref(), Some(text), "{text:?}");
        assert_eq!(block.removed_from(text), Ok(None), "{text:?}");
    }
}

#[test]
fn a_file_that_was_made_for_the_block_goes_with_it() {
    let block = block("x");
    let with = added(&block, None);
    assert_eq!(removed(&block, &with), None);
    assert_eq!(block.added_to(Some(&with)), Ok(None));

    let mut more = with.clone();
    more.extend(b"more\n");
    assert_eq!(removed(&block, &more).as_deref(), Some(&b"more\n"[..]));
}

#[test]
fn what_was_written_around_the_block_stays() {
    let block = block("x");
    for text in TEXTS {
        let mut with = added(&block, Some(text));
        with.splice(..0, *b"before\n");
        with.extend(b"behind");
        let rest = removed(&block, &with).expect("a text");
        assert!(rest.starts_with(b"before\n"), "{text:?}");
        assert!(rest.ends_with(b"behind"), "{text:?}");
        // What was the last line is not joined to what is behind it.
        let inner = &rest[b"before\n".len()..rest.len() - b"behind".len()];
        assert!(inner.is_empty() || inner.ends_with(b"\n"), "{text:?}");
        assert!(inner.starts_with(text), "{text:?}");
    }
}

#[test]
fn line_ends_are_those_of_the_text_except_in_scripts() {
    let script = block("x");
    let sections = Block {
        syntax: Syntax::Sections,
        ..block("x")
    };
    let text = b"a\r\nb\r\n";
    let with = String::from_utf8(added(&sections, Some(text))).expect("text");
    assert_eq!(with.matches('\n').count(), with.matches("\r\n").count());
    let with = String::from_utf8(added(&script, Some(text))).expect("text");
    assert_eq!(with.matches("\r\n").count(), 2);
    for block in [script, sections] {
        let with = String::from_utf8(added(&block, Some(b"a\n"))).expect("text");
        assert!(!with.contains('\r'));
    }
}

#[test]
fn a_line_that_goes_on_in_the_next_is_not_built_upon() {
    for (syntax, text, refused) in [
        (Syntax::Script(b'\\'), &b"a\nb \\"[..], Some(2)),
        (Syntax::Script(b'\\'), b"a \\\n", Some(1)),
        (Syntax::Script(b'\\'), b"a \\\\\n", None),
        (Syntax::Script(b'\\'), b"a \\\nb\n", None),
        (Syntax::Script(b'`'), b"a `\n", Some(1)),
        (Syntax::Script(b'`'), b"cd C:\\\n", None),
        (Syntax::Sections, b"a = b\\\r\n", Some(1)),
    ] {
        let block = Block {
            syntax,
            ..block("x")
        };
        let done = block.added_to(Some(text));
        assert_eq!(done.err(), refused.map(Broken::Continued), "{text:?}");
        // Nor where it stands already.
        let whole = [
            text,
            &b"\n"[usize::from(text.ends_with(b"\n"))..],
            &block.text(),
        ]
        .concat();
        let done = block.added_to(Some(&whole));
        assert_eq!(done.err(), refused.map(Broken::Continued), "{text:?}");
    }
}

#[test]
fn what_is_in_the_blocks_section_is_not_vastkeys() {
    let sections = Block {
        syntax: Syntax::Sections,
        ..block("x")
    };
    for (behind, foreign) in [
        ("\thelper = store\n", Some(1)),
        ("\n# note\n ; note\n\thelper = store", Some(4)),
        ("\n[user]\n\tname = x\n", None),
        ("# note\n", None),
        ("", None),
    ] {
        let mut text = added(&sections, Some(b"a\n"));
        let lines = text.split(|byte| *byte == b'\n').count() - 1;
        text.extend(behind.as_bytes());
        let foreign = foreign.map(|line| Broken::Foreign(lines + line));
        assert_eq!(sections.added_to(Some(&text)).err(), foreign, "{behind}");
        assert_eq!(sections.removed_from(&text).err(), foreign, "{behind}");
        assert_eq!(block("x").added_to(Some(&text)), Ok(None), "{behind}");
    }
}

#[test]
fn a_block_that_lacks_a_line_or_has_more_is_left_alone() {
    let block = block("x");
    let text = String::from_utf8(block.text()).expect("text");
    for (from, to, line) in [
        ("one\n", "", 2),
        ("\ttwo\n", "", 3),
        ("\ttwo\n", "\ttwo\n\ttwo\n", 4),
        ("one\n", "one more\n", 2),
    ] {
        let edited = text.replace(from, to);
        let foreign = Broken::Foreign(line);
        assert_eq!(block.added_to(Some(edited.as_bytes())), Err(foreign));
        assert_eq!(block.removed_from(edited.as_bytes()), Err(foreign));
    }
}

#[test]
fn a_changed_block_is_put_right_where_it_is() {
    let block = block("x");
    for text in TEXTS {
        let right = added(&block, Some(text));
        let mut right_between = right.clone();
        right_between.extend(b"behind\n");
        for right in [right, right_between] {
            let mut changed = right.clone();
            let at = position(&changed, b"\ttwo");
            changed.splice(at..at + 4, *b"\tzwei");
            assert_eq!(added(&block, Some(&changed)), right, "{text:?}");
        }
    }
}

#[test]
fn of_two_blocks_one_stays_or_none() {
    let block = block("x");
    for text in TEXTS {
        let once = added(&block, Some(text));
        let twice = [&once, &b"between\n"[..], &block.text()].concat();
        let expected = [&once, &b"between\n"[..]].concat();
        assert_eq!(added(&block, Some(&twice)), expected, "{text:?}");
        let rest = removed(&block, &twice).expect("a text");
        assert!(rest.starts_with(text) && rest.ends_with(b"between\n"));
        let Removal { removed, .. } = block.removed_from(&twice).expect("whole").expect("it");
        assert!(removed.ends_with(&block.text()));
    }
}

#[test]
fn blocks_of_other_names_are_not_touched() {
    let (one, other) = (block("x"), block("x y"));
    for text in TEXTS {
        let with_one = added(&one, Some(text));
        let with_both = added(&other, Some(&with_one));
        assert_eq!(one.added_to(Some(&with_both)), Ok(None), "{text:?}");
        assert_eq!(removed(&other, &with_both), Some(with_one), "{text:?}");
    }
}

#[test]
fn blocks_can_be_removed_in_any_order() {
    let blocks = [block("x"), block("x y"), block("z")];
    for text in TEXTS.map(Some).into_iter().chain([None]) {
        for order in [[0, 1, 2], [1, 0, 2], [2, 0, 1], [1, 2, 0]] {
            let with = blocks.iter().fold(text.map(<[u8]>::to_vec), |text, block| {
                Some(added(block, text.as_deref()))
            });
            let rest = order.into_iter().fold(with, |text, index| {
                removed(&blocks[index], &text.expect("a text"))
            });
            assert_eq!(rest.as_deref(), text, "{order:?}");
        }
    }
}

#[test]
fn a_block_moves_behind_what_would_overrule_it() {
    let block = block("x");
    for text in TEXTS {
        let mut overruled = added(&block, Some(text));
        overruled.extend(b"[credential]\n\thelper = store");
        let moved = added(&block, Some(&overruled));
        assert_eq!(block.added_to(Some(&moved)), Ok(None), "{text:?}");
        assert!(position(&moved, b"helper = store") < position(&moved, b"# >>> vastkey x >>>"));
        let rest = removed(&block, &moved).expect("a text");
        assert!(rest.ends_with(b"\thelper = store"), "{text:?}");
    }
}

#[test]
fn half_a_block_is_left_alone() {
    let block = block("x");
    for (text, line) in [
        ("a\n# >>> vastkey x >>>\none\n", 2),
        (
            "# >>> vastkey x >>>\n# >>> vastkey x >>>\n# <<< vastkey x <<<\n",
            1,
        ),
        (
            "# >>> vastkey y >>>\n# >>> vastkey x >>>\n# <<< vastkey x <<<\n",
            1,
        ),
        ("# >>> vastkey x >>>\n# <<< vastkey y <<<\n", 2),
        ("a\nb\n# <<< vastkey x <<<", 3),
    ] {
        let text = text.as_bytes();
        assert_eq!(block.added_to(Some(text)), Err(Broken::Half(line)));
        assert_eq!(block.removed_from(text), Err(Broken::Half(line)));
    }
}

#[test]
fn a_line_that_somebody_wrote_into_a_block_stays() {
    let block = block("x");
    for text in TEXTS {
        let whole = added(&block, Some(text));
        let at = position(&whole, b"\ttwo");
        let edited = [&whole[..at], b"\tmine\n", &whole[at..]].concat();
        let line = edited[..at].split(|byte| *byte == b'\n').count();
        assert_eq!(block.removed_from(&edited), Err(Broken::Foreign(line)));
        assert_eq!(block.added_to(Some(&edited)), Err(Broken::Foreign(line)));
        let older = [&whole[..at], b"\tzwei", &whole[at + 4..]].concat();
        assert_eq!(removed(&block, &older).as_deref(), Some(text), "{text:?}");
        assert_eq!(added(&block, Some(&older)), whole);
    }
}

#[test]
fn the_block_names_what_removes_it() {
    assert_eq!(
        String::from_utf8(block("x").text()).expect("text"),
        "# >>> vastkey x >>> removed by: vastkey unconfigure x\n\
         one\n\ttwo\n\
         # <<< vastkey x <<<\n"
    );
}
