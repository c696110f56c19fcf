//! What a server offers, in the `WWW-Authenticate` headers that git passes on
//! (RFC 9110, section 11.6.1).

/// Whether one of the headers has a challenge of the scheme `Bearer`. Several
/// challenges can share a header, and a quoted text can hold anything.
pub(super) fn offers_bearer(headers: &[String]) -> bool {
    headers.iter().any(|header| {
        parts(header).any(|part| {
            let scheme = part.split_ascii_whitespace().next().unwrap_or_default();
            scheme.eq_ignore_ascii_case(super::BEARER)
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
        ] {
            assert!(!offers_bearer(&[header.to_owned()]), "{header}");
        }
        let both = ["Basic".to_owned(), "Bearer".to_owned()];
        assert!(offers_bearer(&both));
    }
}
