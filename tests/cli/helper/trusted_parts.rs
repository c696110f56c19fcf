//! What a kept credential consists of, and which of several is meant.

use crate::support::items;

use super::{CAPABLE, Desk, OTHER, as_password, login, request};

fn trusting() -> Desk {
    let mut desk = Desk::new();
    desk.sandbox.set("VASTKEY_TRUSTED_SERVERS", OTHER);
    desk
}

#[track_caller]
fn store(desk: &Desk, more: &str) {
    desk.git("store", &request(OTHER, more)).go().silent(more);
}

#[track_caller]
fn assert_answer(desk: &Desk, more: &str, expected: &str) {
    desk.git("get", &request(OTHER, more))
        .go()
        .answers(expected, more);
}

fn count(desk: &Desk) -> usize {
    items::of_service(&desk.keyring, "vastkey-git:https://git.example.com").len()
}

#[test]
fn path_and_username_match_where_they_are_asked_for() {
    let desk = trusting();
    store(&desk, "username=tom\npassword=of tom\n");
    store(&desk, "username=ann\npassword=of ann\n");
    store(&desk, "path=a/b.git\nusername=tom\npassword=of a path\n");
    let of_tom = as_password("tom", "of tom");
    assert_answer(
        &desk,
        "username=tom\npath=a/b.git\n",
        &as_password("tom", "of a path"),
    );
    assert_answer(&desk, "username=ann\n", &as_password("ann", "of ann"));
    assert_answer(&desk, "path=a/b.git\n", &as_password("tom", "of a path"));
    for more in [
        "path=a\n",
        "path=a/b.git/\n",
        "path=A/b.git\n",
        "username=to\n",
        "username=Tom\n",
        "username=tom@/\n",
        "username=*\n",
        "username=ann\npath=a/b.git\n",
    ] {
        desk.git("get", &request(OTHER, more)).go().silent(more);
    }
    // Nobody and nothing named fits everything, the same one each time.
    let any = desk.git("get", &request(OTHER, "")).go().ok();
    assert_answer(&desk, "", any.stdout_with_key());
    let erase = request(OTHER, "username=tom\npath=a/b.git\npassword=of a path\n");
    desk.git("erase", &erase).go().silent("erase");
    assert_answer(&desk, "username=tom\n", &of_tom);
    desk.git("erase", &login(OTHER, "tom", "another"))
        .go()
        .silent("another password");
    assert_answer(&desk, "username=tom\n", &of_tom);
    desk.git("erase", &request(OTHER, ""))
        .go()
        .silent("all of them");
    assert_eq!(count(&desk), 0);
}

#[test]
fn nobody_and_the_empty_name_are_two() {
    let desk = trusting();
    store(&desk, "username=\npassword=of the empty name\n");
    store(&desk, "authtype=Bearer\ncredential=of nobody\n");
    assert_eq!(count(&desk), 2);
    assert_answer(&desk, "username=\n", &as_password("", "of the empty name"));
    assert_answer(&desk, "", &as_password("", "of the empty name"));
    let erase = request(OTHER, "username=\npassword=of the empty name\n");
    desk.git("erase", &erase).go().silent("erase");
    desk.git("get", &request(OTHER, "username=\n"))
        .go()
        .silent("it is gone");
    desk.git("get", &request(OTHER, ""))
        .go()
        .silent("a token for the capable alone");
    let bearer = "capability[]=authtype\nauthtype=Bearer\ncredential=of nobody\n";
    assert_answer(&desk, CAPABLE, bearer);
}

#[test]
fn every_part_of_a_credential_comes_back() {
    let desk = trusting();
    let whole = "password_expiry_utc=4102444800\noauth_refresh_token=a=b =\n";
    store(
        &desk,
        &format!("username=tom\npassword= p=q; \u{fc}\n{whole}"),
    );
    let expected = format!("{}{whole}", as_password("tom", " p=q; \u{fc}"));
    assert_answer(&desk, "", &expected);
    // In the place of the old one, of which nothing is left.
    store(&desk, "username=tom\npassword=new\n");
    assert_answer(&desk, "", &as_password("tom", "new"));
    assert_eq!(count(&desk), 1);

    let token = "authtype=Digest\ncredential=a token\n";
    store(
        &desk,
        &format!("{CAPABLE}{token}username=ann\npassword=of ann\n"),
    );
    assert_answer(&desk, "username=ann\n", &as_password("ann", "of ann"));
    let expected = format!(
        "capability[]=authtype\n{token}{}",
        as_password("ann", "of ann")
    );
    assert_answer(&desk, &format!("{CAPABLE}username=ann\n"), &expected);
    let erase = format!(
        "username=ann\n{}",
        "authtype=Digest\ncredential=another token\n"
    );
    desk.git("erase", &request(OTHER, &erase))
        .go()
        .silent("another token");
    assert_eq!(count(&desk), 2);
}

#[test]
fn what_is_ephemeral_or_not_whole_is_not_kept() {
    let desk = trusting();
    for more in [
        "username=tom\npassword=x\nephemeral=1\n",
        "authtype=Bearer\ncredential=x\nephemeral=true\n",
        "username=tom\n",
        "password=x\n",
        "credential=x\n",
        "authtype=Bearer\n",
        "",
    ] {
        store(&desk, more);
    }
    assert_eq!(count(&desk), 0);
}

#[test]
fn an_item_carries_its_tag_and_no_secret_in_its_label() {
    let desk = trusting();
    store(
        &desk,
        "path=a b\nusername=tom@example.com\npassword=secret\n",
    );
    let items = items::of_service(&desk.keyring, "vastkey-git:https://git.example.com");
    let item = &items[0];
    let attribute = |name: &str| item.attributes.get(name).map(String::as_str);
    assert_eq!(item.user(), "tom%40example.com@/a%20b");
    assert_eq!(attribute("application"), Some("vastkey"));
    assert_eq!(attribute("protocol"), Some("git"));
    assert_eq!(item.secret, "password=secret\n");
    assert!(item.label.contains("git.example.com") && !item.label.contains("secret"));
    let manager = [("service", "https://git.example.com")];
    assert_eq!(desk.keyring.secret_tool_lookup(&manager), None);
}
