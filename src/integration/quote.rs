//! A path as one word in the syntax of each shell and of git's configuration.
//!
//! Every function takes a path without control characters, as
//! [`program`](super::program) gives it.

use std::fmt::Write as _;

/// For bash, zsh and other shells of that family.
pub fn posix(path: &str) -> String {
    format!("'{}'", path.replace('\'', r"'\''"))
}

/// For fish, where a backslash means something inside single quotes.
pub fn fish(path: &str) -> String {
    format!("'{}'", path.replace('\\', r"\\").replace('\'', r"\'"))
}

/// For PowerShell. What is not ASCII is written as numbers: Windows PowerShell
/// reads a file without a byte order mark in the system's old encoding, and
/// takes typographic quotation marks for ends of the string.
pub fn powershell(path: &str) -> String {
    if path.is_ascii() {
        return format!("'{}'", path.replace('\'', "''"));
    }
    let mut text = String::from("\"");
    for c in path.chars() {
        match c {
            '`' | '"' | '$' => text.extend(['`', c]),
            c if c.is_ascii() => text.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(text, "$([char]{unit})");
                }
            }
        }
    }
    text.push('"');
    text
}

/// A `helper` of git's: a command line that git runs through `sh`, and takes
/// for an absolute path only if it begins like one. So quotation marks are out
/// of the question, and each special character gets a backslash.
pub fn git_helper(path: &str, arguments: &str) -> String {
    let mut word = String::new();
    for c in path.chars() {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"/._-+@:,".contains(c) {
            word.push('\\');
        }
        word.push(c);
    }
    let line = format!("{word} {arguments}");
    if line.contains('\\') {
        format!("\"{}\"", line.replace('\\', r"\\").replace('"', r#"\""#))
    } else {
        line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word() {
        for (path, sh, fish_word, ps) in [
            ("/opt/a b", "'/opt/a b'", "'/opt/a b'", "'/opt/a b'"),
            ("/o'x", r"'/o'\''x'", r"'/o\'x'", "'/o''x'"),
            ("/$(id)`x`", "'/$(id)`x`'", "'/$(id)`x`'", "'/$(id)`x`'"),
            (r"C:\a\", r"'C:\a\'", r"'C:\\a\\'", r"'C:\a\'"),
            (r"/a\'b", r"'/a\'\''b'", r"'/a\\\'b'", r"'/a\''b'"),
            ("/é", "'/é'", "'/é'", r#""/$([char]233)""#),
            (
                "/’$x\"`'🔑",
                "'/’$x\"`'\\''🔑'",
                "'/’$x\"`\\'🔑'",
                r#""/$([char]8217)`$x`"``'$([char]55357)$([char]56593)""#,
            ),
        ] {
            assert_eq!(posix(path), sh);
            assert_eq!(fish(path), fish_word);
            assert_eq!(powershell(path), ps);
        }
    }

    #[test]
    fn a_helper_stays_an_absolute_path() {
        for (path, value) in [
            ("/usr/bin/vastkey", "/usr/bin/vastkey get"),
            ("C:/Tools/vastkey.exe", "C:/Tools/vastkey.exe get"),
            ("/a b/é", r#""/a\\ b/é get""#),
            ("/a'\"\\$x#;", r#""/a\\'\\\"\\\\\\$x\\#\\; get""#),
        ] {
            assert_eq!(git_helper(path, "get"), value);
        }
    }
}
