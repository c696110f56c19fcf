//! A credential is for one protocol, host, user and path.

use super::User;

const LOGIN: [&str; 2] = ["username=user", "password=pass"];

/// A user who has a password for `https://example.com`.
fn user() -> User {
    let user = User::trusting();
    user.approve(&[&["protocol=https", "host=example.com"], &LOGIN[..]].concat());
    user
}

#[test]
fn another_protocol_host_port_or_user_does_not_get_it() {
    let user = user();
    for request in [
        &["protocol=http", "host=example.com"][..],
        &["protocol=https", "host=other.tld"],
        &["protocol=https", "host=www.example.com"],
        &["protocol=https", "host=example.com.other.tld"],
        &["protocol=https", "host=example.com:8443"],
        &["protocol=https", "host=example.com", "username=other"],
    ] {
        user.must_type(request);
    }
}

#[test]
fn paths_count_where_git_sends_them() {
    let user = User::trusting();
    user.configure("credential.useHttpPath", "true");
    let repository = |path| ["protocol=https", "host=path.tld", path];
    let known = repository("path=foo.git");
    user.approve(&[&known[..], &LOGIN].concat());
    user.gets(&known, &LOGIN);
    user.must_type(&repository("path=bar.git"));
    user.must_type(&repository("path=foo.git/bar"));
}

#[test]
fn a_long_header_is_not_taken_for_more_lines() {
    let user = user();
    let buffers = [1024, 4096, 65_535];
    for length in buffers {
        let filler = "a".repeat(length - "wwwauth[]=basic realm=".len() - 1);
        let header = format!("wwwauth[]=basic realm={filler}host=example.com");
        user.must_type(&["protocol=https", "host=badguy.example.com", &header]);
    }
}
