//! Vast accounts: which requests get a key, and in which form.

use super::*;

#[test]
fn a_key_is_a_password_for_whoever_takes_no_authtype() {
    for request in [
        VAST.to_owned(),
        format!("{VAST}\n"),
        VAST.trim_end().to_owned(),
        format!("{VAST}\n").replace('\n', "\r\n"),
        format!("{VAST}path=team/project.git\n"),
        format!("{VAST}username=default\n"),
        format!("{VAST}host=console.vast.ai\n"),
        format!("{VAST}\nhost=evil.example\nnonsense \0"),
        format!("{VAST}wwwauth[]=Bearer\n"),
        format!("{VAST}capability[]=state\nstate[]=a:b\nfuture=x\n=x\nquit=1\n"),
        format!("capability[]=authtype\ncapability[]=\n{VAST}"),
        "protocol=https\nhost=Console.VAST.ai:443\n".to_owned(),
    ] {
        assert_eq!(ask("get", &request), password(), "{request:?}");
    }
}

#[test]
fn a_key_is_a_bearer_token_for_whoever_takes_one() {
    for request in [
        format!("capability[]=authtype\ncapability[]=state\n{VAST}"),
        format!("capability[]=authtype\r\n{VAST}\r\n"),
        format!("capability[]=\ncapability[]=authtype\n{VAST}"),
        format!("{VAST}capability[]=authtype"),
    ] {
        assert_eq!(ask("get", &request), bearer(), "{request:?}");
    }
}

#[test]
fn the_servers_challenges_choose_the_form() {
    for (challenges, expected) in [
        ("wwwauth[]=Bearer", bearer()),
        ("wwwauth[]=bEARER realm=\"x\"", bearer()),
        ("wwwauth[]=Basic realm=\"x\"\nwwwauth[]=Bearer", bearer()),
        (
            "wwwauth[]=Basic realm=\"a, b\", Bearer error=\"e\"",
            bearer(),
        ),
        ("wwwauth[]=Basic\nwwwauth[]=", bearer()),
        ("wwwauth[]=Basic", password()),
        ("wwwauth[]=Basic realm=\"Bearer, Bearer\"", password()),
        ("wwwauth[]=Bearer\nwwwauth[]=\nwwwauth[]=Basic", password()),
        ("wwwauth[]=Negotiate, NTLM", password()),
    ] {
        let request = format!("capability[]=authtype\n{VAST}{challenges}\n");
        assert_eq!(ask("get", &request), expected, "{challenges}");
    }
}

#[test]
fn the_username_is_the_accounts_name() {
    let mut keeper = keeper();
    let key = crate::key::ApiKey::parse("canary-other").expect("a key");
    keeper.accounts.push(("work".to_owned(), key));
    let request = format!("{VAST}username=work\n");
    assert_eq!(
        answer("get", request.as_bytes(), &mut keeper),
        text("username=work\npassword=canary-other\n")
    );
    for username in ["", "tom", "Default", "default ", "default\u{301}"] {
        let request = format!("{VAST}username={username}\n");
        assert_eq!(
            answer("get", request.as_bytes(), &mut keeper),
            nothing(Silence::NotFound),
            "{username:?}"
        );
    }
    let asked = |index: usize| keeper.asked[index].subject.username.as_deref();
    assert_eq!((asked(0), asked(1)), (Some("work"), Some("")));
}

#[test]
fn without_a_server_there_is_silence() {
    for request in [
        "",
        "\n",
        "protocol=https\n",
        "host=console.vast.ai\n",
        "protocol=\nhost=console.vast.ai\n",
        "protocol=https\nhost=\n",
        "protocol=https\n\nhost=console.vast.ai\n",
        "Protocol=https\nHost=console.vast.ai\n",
        " protocol=https\nhost=console.vast.ai\n",
    ] {
        for operation in ["get", "store", "erase"] {
            let mut keeper = keeper();
            assert_eq!(
                answer(operation, request.as_bytes(), &mut keeper),
                nothing(Silence::NoServer),
                "{request:?}"
            );
            assert!(keeper.asked.is_empty());
        }
    }
}

#[test]
fn no_other_server_gets_the_key() {
    for (protocol, host) in [
        ("https", "console.vast.ai.evil.example"),
        ("https", "evil-console.vast.ai"),
        ("https", "evil.console.vast.ai"),
        ("https", "vast.ai"),
        ("https", "cloud.vast.ai"),
        ("https", "console.vast.a"),
        ("https", "console.vast.ai:8443"),
        ("https", "console.vast.ai:80"),
        ("https", "c0nsole.vast.ai"),
        ("https", "xn--console-vst-8dh.ai"),
    ] {
        let request = format!("capability[]=authtype\nprotocol={protocol}\nhost={host}\n");
        assert_eq!(ask("get", &request), nothing(Silence::NotOurs), "{host}");
    }
}

#[test]
fn what_is_no_server_is_not_even_asked_about() {
    for (protocol, host) in [
        ("http", "console.vast.ai"),
        ("http", "console.vast.ai:443"),
        ("ssh", "console.vast.ai"),
        ("https:", "console.vast.ai"),
        ("https://x", "console.vast.ai"),
        ("https", "console.vast.ai."),
        ("https", "console.vast.ai:"),
        ("https", "console.vast.ai:0443"),
        ("https", "console.vast.ai/"),
        ("https", "console.vast.ai/x"),
        ("https", "console.vast.ai?x"),
        ("https", "console.vast.ai#x"),
        ("https", " console.vast.ai"),
        ("https", "console.vast.ai\t"),
        ("https", "console.vast.ai@evil.example"),
        ("https", "user:pw@console.vast.ai"),
        ("https", "evil.example\\@console.vast.ai"),
        ("https", "console.vast.ai%2eevil.example"),
        ("https", "console%2evast.ai"),
        ("https", "evil.example%0ahost=console.vast.ai"),
        ("https", "console.v\u{430}st.ai"),
        ("https", "console\u{ff0e}vast.ai"),
    ] {
        let request = format!("capability[]=authtype\nprotocol={protocol}\nhost={host}\n");
        let mut keeper = keeper();
        let reply = answer("get", request.as_bytes(), &mut keeper);
        assert!(
            matches!(reply, Ok(Reply::Nothing(Silence::BadServer(_)))),
            "{protocol} {host}"
        );
        assert!(keeper.asked.is_empty());
    }
}

#[test]
fn a_password_or_a_bearer_token_is_offered_as_a_key() {
    for (credential, offered) in [
        ("username=work\npassword=canary-new", Some("canary-new")),
        (
            "username=work\nauthtype=bearer\ncredential=canary-new",
            Some("canary-new"),
        ),
        (
            "username=work\npassword=p\nauthtype=Bearer\ncredential=canary-new",
            Some("canary-new"),
        ),
        ("username=work\nauthtype=Basic\ncredential=d29yazpw", None),
        ("username=work\npassword=p\nephemeral=1", None),
        ("username=work", None),
        ("password=canary-new", None),
        ("authtype=Bearer\ncredential=canary-new", None),
    ] {
        let mut keeper = keeper();
        let request = format!("{VAST}{credential}\n");
        let reply = answer("store", request.as_bytes(), &mut keeper);
        assert_eq!(reply == Ok(Reply::Done), offered.is_some(), "{credential}");
        let stored = keeper.accounts.iter().find(|(name, _)| name == "work");
        assert_eq!(stored.map(|(_, key)| key.expose()), offered, "{credential}");
        assert!(keeper.kept.is_empty());
    }
}

#[test]
fn a_key_is_erased_only_when_it_is_named() {
    for (rejected, goes) in [
        ("", false),
        ("username=default\n", false),
        ("password=\n", false),
        ("password=canary-ke\n", false),
        ("username=tom\npassword=canary-key\n", false),
        ("authtype=Basic\ncredential=canary-key\n", false),
        ("password=canary-key\nauthtype=Basic\ncredential=x\n", false),
        ("password=canary-key\n", true),
        ("username=default\npassword=canary-key\n", true),
        ("authtype=Bearer\ncredential=canary-key\n", true),
    ] {
        let mut keeper = keeper();
        let request = format!("{VAST}{rejected}");
        let reply = answer("erase", request.as_bytes(), &mut keeper);
        assert_eq!(reply == Ok(Reply::Done), goes, "{rejected}");
        assert_eq!(keeper.accounts.is_empty(), goes, "{rejected}");
    }
}
