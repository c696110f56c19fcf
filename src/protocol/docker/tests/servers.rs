//! Which names get which credential.

use super::*;

#[test]
fn a_vast_account_answers_under_the_name_that_was_asked() {
    for name in [
        "console.vast.ai",
        "https://console.vast.ai",
        "https://console.vast.ai/",
        "https://console.vast.ai/v1/?x=1#y",
        "console.vast.ai/team/image",
        "HTTPS://Console.vast.ai:443",
    ] {
        let reply = format!(
            "{{\"ServerURL\":\"{name}\",\"Username\":\"default\",\"Secret\":\"canary-key\"}}\n"
        );
        for input in [name.to_owned(), format!(" {name}\r\n")] {
            assert_eq!(get(input.as_bytes(), &mut keeper()), text(&reply), "{name}");
        }
    }
}

#[test]
fn no_other_server_gets_the_key() {
    for name in [
        "console.vast.ai.evil.example",
        "evil.example/console.vast.ai",
        "https://evil.example/https://console.vast.ai",
        "evil-console.vast.ai",
        "vast.ai",
        "console.vast.ai:8443",
        "xn--console-vst-8dh.ai",
        "*",
        "{}",
    ] {
        let reply = get(name.as_bytes(), &mut keeper());
        let refused = matches!(
            reply,
            Ok(Reply::Nothing(Silence::NotOurs | Silence::BadServer(_)))
        );
        assert!(refused, "{name}");
    }
}

#[test]
fn what_is_no_server_is_not_even_asked_about() {
    for name in [
        "http://console.vast.ai",
        "ftp://console.vast.ai",
        "://console.vast.ai",
        "https://",
        "https:///console.vast.ai",
        "user:pw@console.vast.ai",
        "https://console.vast.ai@evil.example",
        "evil.example\\@console.vast.ai",
        "console.vast.ai%2eevil.example",
        "console.vast.ai.",
        "console.vast.ai evil.example",
        "console.v\u{430}st.ai",
        "/",
        "-",
    ] {
        let mut keeper = keeper();
        let reply = get(name.as_bytes(), &mut keeper);
        let silent = matches!(reply, Ok(Reply::Nothing(Silence::BadServer(_))));
        assert!(silent, "{name}");
        let request = format!("{name}\n");
        assert_eq!(erase(request.as_bytes(), &mut keeper), reply, "{name}");
        assert!(keeper.asked.is_empty());
    }
}

#[test]
fn a_name_is_kept_as_it_was_given() {
    let mut keeper = keeper();
    let names = [
        "kept.example",
        "https://kept.example",
        "https://kept.example/v1/",
        "kept.example/team",
        "kept.example/team/image",
        "KEPT.example",
        "kept.example:443/\u{fc}\"<&>",
    ];
    for name in names {
        stored(&mut keeper, name, "tom", &format!("canary of {name}"));
    }
    for name in names {
        let reply = get(name.as_bytes(), &mut keeper);
        let shown = name.replace('"', "\\\"");
        let expected = format!(
            "{{\"ServerURL\":\"{shown}\",\"Username\":\"tom\",\"Secret\":\"canary of {shown}\"}}\n"
        );
        assert_eq!(reply, text(&expected), "{name}");
    }
    for other in ["kept.example/", "http://kept.example", "kept.example/other"] {
        assert!(matches!(
            get(other.as_bytes(), &mut keeper),
            Ok(Reply::Nothing(_))
        ));
    }
    for name in names {
        assert_eq!(erase(name.as_bytes(), &mut keeper), Ok(Reply::Done));
        let again = erase(name.as_bytes(), &mut keeper);
        assert!(matches!(again, Ok(Reply::Nothing(_))), "{name}");
    }
    assert!(keeper.kept.is_empty());
}

#[test]
fn a_key_is_stored_under_its_account_and_never_erased() {
    let mut keeper = keeper();
    stored(&mut keeper, "https://console.vast.ai", "work", "canary-new");
    assert_eq!(keeper.accounts[1].0, "work");
    assert_eq!(keeper.accounts[1].1.expose(), "canary-new");
    assert!(keeper.kept.is_empty());
    let erased = erase(b"https://console.vast.ai", &mut keeper);
    assert_eq!(erased, nothing(Silence::Different));
    assert_eq!(keeper.accounts.len(), 2);
}

#[test]
fn the_list_has_names_and_users_and_no_account() {
    let mut keeper = keeper();
    assert_eq!(list(&mut keeper), text("{}\n"));
    stored(&mut keeper, "kept.example", "tom", "canary");
    stored(&mut keeper, "https://kept.example/a", "<token>", "canary");
    let reply = "{\"https://kept.example/a\":\"<token>\",\"kept.example\":\"tom\"}\n";
    assert_eq!(list(&mut keeper), text(reply));
    let asked = keeper.asked.len();
    assert_eq!(asked, 2, "listing asks about no server");
}
