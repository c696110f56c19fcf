use super::*;

/// Hands out its bytes a few at a time, as a pipe may.
struct Drip<'a>(&'a [u8], usize);

impl Read for Drip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.1.min(self.0.len()).min(buffer.len());
        let (now, later) = self.0.split_at(count);
        buffer[..count].copy_from_slice(now);
        self.0 = later;
        Ok(count)
    }
}

fn line(input: &[u8]) -> Result<Vec<u8>, InputError> {
    let whole = read_line(&mut Drip(input, usize::MAX), 8);
    let dripped = read_line(&mut Drip(input, 1), 8);
    assert_eq!(
        whole.as_ref().map_err(ToString::to_string),
        dripped.as_ref().map_err(ToString::to_string)
    );
    whole.map(|line| line.to_vec())
}

#[test]
fn the_first_line_counts_without_its_end() {
    for (input, expected) in [
        ("", ""),
        ("\n", ""),
        ("\r\n", ""),
        ("abc", "abc"),
        ("abc\n", "abc"),
        ("abc\r\n", "abc"),
        ("-abc\nxyz\n", "-abc"),
        ("a\rb\n", "a\rb"),
        ("12345678", "12345678"),
        ("12345678\r\n", "12345678"),
    ] {
        let found = line(input.as_bytes()).expect(input);
        assert_eq!(found, expected.as_bytes(), "{input:?}");
    }
}

#[test]
fn long_lines_and_binary_data_are_refused() {
    assert!(matches!(line(b"123456789\n"), Err(InputError::TooLong(8))));
    assert!(matches!(
        line(&vec![b'a'; 65_536]),
        Err(InputError::TooLong(8))
    ));
    assert!(matches!(line(b"ab\0\n"), Err(InputError::Nul)));
}

fn bounded(text: &[u8], expected: usize) -> Result<Vec<u8>, InputError> {
    const LIMIT: usize = 10;
    read_bounded(&mut &*text, expected, LIMIT).map(|read| read.to_vec())
}

#[test]
fn what_is_longer_than_expected_is_read_whole() {
    let text = b"0123456789";
    for length in 0..=text.len() {
        for expected in 0..=text.len() + 1 {
            let read = bounded(&text[..length], expected);
            assert_eq!(read.expect("read"), text[..length], "expected {expected}");
        }
    }
}

#[test]
fn an_empty_line_ends_a_text_however_it_arrives() {
    const STOPPED: &[u8] = b"more";
    for text in ["\n", "\r\n", "a\n\n", "a\r\n\r\n", "a\nb\n\r\n"] {
        for step in [1, 2, usize::MAX] {
            let mut source = Drip(text.as_bytes(), step).chain(STOPPED);
            let read = read_to(End::EmptyLine, &mut source, 4, 20).expect("read");
            assert_eq!(*read, text.as_bytes(), "{step} at a time");
        }
    }
    for text in ["", "a\n", "a\n\rb\n", "a\r\rb", "a\n \nb"] {
        let mut source = Drip(text.as_bytes(), 1);
        let read = read_to(End::EmptyLine, &mut source, 4, 20).expect("read");
        assert_eq!(*read, text.as_bytes());
    }
}

#[test]
fn what_is_longer_than_the_limit_is_refused() {
    for expected in 0..=11 {
        let error = bounded(b"0123456789a", expected).expect_err("too long");
        assert!(matches!(error, InputError::TooLong(10)));
    }
}

/// Gives its parts one by one, and then nothing, for ever.
struct Parts(Vec<&'static [u8]>);

impl Read for Parts {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0.is_empty() {
            loop {
                std::thread::park();
            }
        }
        let part = self.0.remove(0);
        buffer[..part.len()].copy_from_slice(part);
        Ok(part.len())
    }
}

#[test]
fn a_reader_with_a_deadline_gives_what_there_is_until_then() {
    let parts = || Ok(Parts(vec![b"one", b"two"]));
    let mut reader = WithDeadline::open("parts", Duration::from_millis(200), parts).expect("open");
    let mut buffer = [0; 8];
    for part in [b"one", b"two"] {
        let count = reader.read(&mut buffer).expect("a part");
        assert_eq!(&buffer[..count], part);
    }
    let fault = reader.read(&mut buffer).expect_err("too late");
    assert_eq!(fault.kind(), ErrorKind::TimedOut);
}

#[test]
fn opening_has_the_deadline_too_and_its_error_comes_through() {
    let never = || -> io::Result<Parts> {
        loop {
            std::thread::park();
        }
    };
    let fault = WithDeadline::open("never", Duration::from_millis(50), never).err();
    assert_eq!(fault.map(|fault| fault.kind()), Some(ErrorKind::TimedOut));
    let absent = || -> io::Result<Parts> { Err(ErrorKind::NotFound.into()) };
    let fault = WithDeadline::open("absent", Duration::from_secs(60), absent).err();
    assert_eq!(fault.map(|fault| fault.kind()), Some(ErrorKind::NotFound));
}

#[test]
fn a_source_that_panics_is_an_error_and_no_wait() {
    let panics = || -> io::Result<Parts> { panic!("a defect in the source") };
    let fault = WithDeadline::open("panics", Duration::from_secs(60), panics).err();
    assert_eq!(fault.map(|fault| fault.kind()), Some(ErrorKind::Other));
}
