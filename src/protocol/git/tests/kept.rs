//! Trusted servers: their own credentials are stored whole and come back whole.

use super::*;
use crate::protocol::testing::Kept;
use crate::server::Server;

fn store(keeper: &mut Memory, lines: &str) -> Answered {
    let request = format!("{KEPT}{lines}");
    answer("store", request.as_bytes(), keeper)
}

fn get(keeper: &mut Memory, lines: &str) -> Answered {
    let request = format!("{KEPT}{lines}");
    answer("get", request.as_bytes(), keeper)
}

#[test]
fn what_was_stored_is_answered_with() {
    for (stored, plain, with_authtype) in [
        (
            "username=tom\npassword=canary\n",
            text("username=tom\npassword=canary\n"),
            text("username=tom\npassword=canary\n"),
        ),
        (
            "username=\npassword=\n",
            text("username=\npassword=\n"),
            text("username=\npassword=\n"),
        ),
        (
            "oauth_refresh_token=r\npassword_expiry_utc=9999999999\nusername=tom\npassword= a=b \n",
            text(
                "username=tom\npassword= a=b \npassword_expiry_utc=9999999999\noauth_refresh_token=r\n",
            ),
            text(
                "username=tom\npassword= a=b \npassword_expiry_utc=9999999999\noauth_refresh_token=r\n",
            ),
        ),
        (
            "authtype=Digest\ncredential=c=\n",
            nothing(Silence::NotFound),
            text("capability[]=authtype\nauthtype=Digest\ncredential=c=\n"),
        ),
        (
            "authtype=Bearer\ncredential=c\nusername=tom\npassword=p\n",
            text("username=tom\npassword=p\n"),
            text(
                "capability[]=authtype\nauthtype=Bearer\ncredential=c\nusername=tom\npassword=p\n",
            ),
        ),
        (
            "credential=c\nusername=tom\npassword=p\n",
            text("username=tom\npassword=p\n"),
            text("username=tom\npassword=p\n"),
        ),
    ] {
        let mut keeper = keeper();
        assert_eq!(store(&mut keeper, stored), Ok(Reply::Done), "{stored}");
        assert_eq!(get(&mut keeper, ""), plain, "{stored}");
        let reply = get(&mut keeper, "capability[]=authtype\nwwwauth[]=Basic\n");
        assert_eq!(reply, with_authtype, "{stored}");
    }
}

#[test]
fn what_is_kept_is_lines_without_a_name() {
    let mut keeper = keeper();
    let request = "capability[]=authtype\npath=a/b.git\nusername=tom\npassword=canary\nstate[]=x\n";
    assert_eq!(store(&mut keeper, request), Ok(Reply::Done));
    assert_eq!(keeper.text_of(Some("tom")), Some("password=canary\n"));
    let subject = Subject {
        username: Some("tom".to_owned()),
        resource: Some("a/b.git".to_owned()),
    };
    assert_eq!(keeper.kept[0].subject, subject);
    assert_eq!(keeper.kept[0].tag, Tag::Git);
}

#[test]
fn what_is_ephemeral_or_incomplete_is_not_kept() {
    for (lines, why) in [
        ("username=tom\n", Silence::Incomplete),
        ("password=p\n", Silence::Incomplete),
        ("credential=c\n", Silence::Incomplete),
        ("authtype=Bearer\n", Silence::Incomplete),
        ("oauth_refresh_token=r\nusername=tom\n", Silence::Incomplete),
        (
            "username=tom\npassword=p\nephemeral=1\n",
            Silence::Ephemeral,
        ),
        (
            "username=tom\npassword=p\nephemeral=True\n",
            Silence::Ephemeral,
        ),
        (
            "username=tom\npassword=p\nephemeral=yes\n",
            Silence::Ephemeral,
        ),
        (
            "username=tom\npassword=p\nephemeral=2\n",
            Silence::Ephemeral,
        ),
        (
            "authtype=Bearer\ncredential=c\nephemeral=on\n",
            Silence::Ephemeral,
        ),
    ] {
        let mut keeper = keeper();
        assert_eq!(store(&mut keeper, lines), nothing(why), "{lines}");
        assert!(keeper.asked.is_empty());
    }
    for no in ["", "0", "false", "No", "off"] {
        let lines = format!("username=tom\npassword=p\nephemeral={no}\n");
        assert_eq!(store(&mut keeper(), &lines), Ok(Reply::Done), "{no}");
    }
}

#[test]
fn an_absent_name_fits_all_and_the_empty_one_only_itself() {
    let mut keeper = keeper();
    for username in ["tom", ""] {
        let lines = format!("username={username}\npassword=of-{username}\n");
        assert_eq!(store(&mut keeper, &lines), Ok(Reply::Done));
    }
    let tom = text("username=tom\npassword=of-tom\n");
    assert_eq!(get(&mut keeper, ""), tom);
    assert_eq!(get(&mut keeper, "username=tom\n"), tom);
    let unnamed = text("username=\npassword=of-\n");
    assert_eq!(get(&mut keeper, "username=\n"), unnamed);
    let missing = get(&mut keeper, "username=eve\n");
    assert_eq!(missing, nothing(Silence::NotFound));
}

#[test]
fn an_empty_path_is_none() {
    let mut keeper = keeper();
    let stored = store(&mut keeper, "path=\nusername=tom\npassword=p\n");
    assert_eq!(stored, Ok(Reply::Done));
    assert_eq!(keeper.kept[0].subject.resource, None);
    let elsewhere = get(&mut keeper, "path=a\n");
    assert_eq!(elsewhere, nothing(Silence::NotFound));
}

#[test]
fn erasing_spares_other_secrets() {
    let all = "username=tom\npassword=p\nauthtype=Bearer\ncredential=c\n";
    for (rejected, goes) in [
        ("", true),
        ("username=tom\n", true),
        ("password=p\n", true),
        ("username=tom\npassword=p\n", true),
        ("authtype=Bearer\ncredential=c\n", true),
        (all, true),
        ("username=eve\n", false),
        ("path=x\n", false),
        ("username=tom\npassword=other\n", false),
        ("username=tom\npassword=\n", false),
        ("authtype=Bearer\ncredential=other\n", false),
        ("password=p\nauthtype=Bearer\ncredential=other\n", false),
    ] {
        let mut keeper = keeper();
        assert_eq!(store(&mut keeper, all), Ok(Reply::Done));
        let request = format!("{KEPT}{rejected}");
        let reply = answer("erase", request.as_bytes(), &mut keeper);
        assert_eq!(reply == Ok(Reply::Done), goes, "{rejected}");
        assert_eq!(keeper.kept.is_empty(), goes, "{rejected}");
        assert_eq!(keeper.accounts.len(), 1);
    }
}

#[test]
fn a_secret_that_is_not_there_matches_nothing() {
    let mut keeper = keeper();
    let stored = store(&mut keeper, "authtype=Bearer\ncredential=c\n");
    assert_eq!(stored, Ok(Reply::Done));
    let request = format!("{KEPT}password=c\n");
    let erased = answer("erase", request.as_bytes(), &mut keeper);
    assert_eq!(erased, nothing(Silence::Different));
}

/// Someone else may have written into the item.
#[test]
fn a_kept_text_that_holds_no_credential_is_passed_over() {
    for text in [
        "",
        "\n",
        "canary",
        "username=x\n",
        "authtype=Bearer\n",
        "credential=c\n",
    ] {
        let mut keeper = keeper();
        keeper.kept.push(Kept {
            tag: Tag::Git,
            server: Server::parse("https://kept.example").expect("a server"),
            subject: Subject {
                username: Some("tom".to_owned()),
                resource: None,
            },
            text: SecretString::from(text),
        });
        for request in ["", "capability[]=authtype\n"] {
            let reply = get(&mut keeper, request);
            assert_eq!(reply, nothing(Silence::NotFound), "{text:?}");
        }
    }
}

#[test]
fn loopback_may_be_plain_http_and_is_another_server_with_another_port() {
    let mut keeper = keeper();
    let trusted = Server::parse("http://127.0.0.1:8080").expect("a server");
    keeper.trusted.push(trusted);
    let place = "protocol=http\nhost=127.0.0.1:8080\n";
    let request = format!("{place}username=tom\npassword=p\n");
    let stored = answer("store", request.as_bytes(), &mut keeper);
    assert_eq!(stored, Ok(Reply::Done));
    let answered = answer("get", place.as_bytes(), &mut keeper);
    assert_eq!(answered, text("username=tom\npassword=p\n"));
    for other in [
        "protocol=http\nhost=127.0.0.1\n",
        "protocol=http\nhost=127.0.0.1:8081\n",
        "protocol=https\nhost=127.0.0.1:8080\n",
        "protocol=http\nhost=localhost:8080\n",
    ] {
        let reply = answer("get", other.as_bytes(), &mut keeper);
        assert_eq!(reply, nothing(Silence::NotOurs), "{other}");
    }
}
