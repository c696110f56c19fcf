//! What a server offers, in the `WWW-Authenticate` headers that git passes on
//! (RFC 9110, section 11.6.1).

/// Whether one of the headers has a challenge of the scheme `Bearer`. Several
/// challenges can share a header, and a quoted text can hold anything.
pub(super) fn offers_bearer(headers: &[String]) -> bool {
    headers.iter().any(|header| {
        parts(header).any(|part| {
            let mut words = part.split_ascii_whitespace();
            let first = words.next().unwrap_or_default();
            // A parameter may have white space around its sign.
            let is_parameter = words.next().is_some_and(|word| word.starts_with('='));
            first.eq_ignore_ascii_case(super::BEARER) && !is_parameter
        })
    })
}

/// The header's parts between commas that are not in quotation marks.
fn parts(header: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    let mut escaped = false;
    header.split(move |c| {
        let literal = std::mem::take(&mut escaped);
        match c {
            _ if literal => false,
            '\\' => {
                escaped = quoted;
                false
            }
            '"' => {
                quoted = !quoted;
                false
            }
            c => c == ',' && !quoted,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_counts_and_a_quoted_text_does_not() {
        for header in [
            "Bearer",
            "bearer realm=\"x\"",
            "Basic realm=\"x\", Bearer",
            "Basic realm=\"a, \\\" b\",BEARER error=\"e\"",
        ] {
            assert!(offers_bearer(&[header.to_owned()]), "{header}");
        }
        for header in [
            "",
            "Basic",
            "Basic realm=\"x, Bearer y\"",
            "Basic realm=\"\\\", Bearer\"",
            "BearerX",
            "Basic Bearer=\"x\"",
            "Basic realm=\"x\", bearer=y",
            "Basic realm=\"x\", bearer = y",
        ] {
            assert!(!offers_bearer(&[header.to_owned()]), "{header}");
        }
        let both = ["Basic".to_owned(), "Bearer".to_owned()];
        assert!(offers_bearer(&both));
    }
}
