//! `get` of Vast accounts: who gets which key, and in which form.

use super::{
    BAZEL, CAPABLE, DOCKER, Desk, GIT, Names, VAST, as_bearer, as_header, as_password, credentials,
    login, request,
};

/// Accounts `default` and `work`; the second key is that of `work`.
fn two_accounts() -> (Desk, String) {
    let mut desk = Desk::with_key();
    let work = desk.add_key(|_| ()).key;
    desk.set(&work, &["--account", "work"]).ok();
    (desk, work)
}

#[test]
fn every_name_of_every_protocol_gives_the_key() {
    let desk = Desk::with_key();
    let names = Names::new();
    let (server, key) = (desk.api.url(), desk.primary.key.as_str());
    for way in GIT {
        let run = names.run(&desk, way, "get").input(request(server, ""));
        run.go().answers(&as_password("default", key), "git");
        let capable = request(server, CAPABLE);
        let run = names.run(&desk, way, "get").input(capable);
        run.go().answers(&as_bearer(key), "git, capable");
        let run = names.run(&desk, way, "capability");
        let expected = "version 0\ncapability authtype\n";
        run.go().answers(expected, "git, capability");
    }
    for way in DOCKER {
        for name in [
            server.to_owned(),
            format!("{server}/"),
            format!("{server}/v2/\n"),
        ] {
            let run = names.run(&desk, way, "get").input(&name);
            let expected = credentials(name.trim(), "default", key);
            run.go().answers(&expected, "docker");
        }
    }
    for way in BAZEL {
        for path in ["", "/", "/api/v0/x?y=z#f"] {
            let uri = format!("{{\"uri\":\"{server}{path}\",\"more\":[1]}}");
            let run = names.run(&desk, way, "get").input(uri);
            run.go().answers(&as_header(key), "bazel");
        }
    }
}

#[test]
fn the_username_is_the_name_of_the_account() {
    let (desk, work) = two_accounts();
    let server = desk.api.url();
    let ask = |more: &str| desk.git("get", &request(server, more));
    let of_default = as_password("default", &desk.primary.key);
    let of_work = as_password("work", &work);
    ask("").go().answers(&of_default, "no username");
    ask("username=default\n")
        .go()
        .answers(&of_default, "default");
    ask("username=work\n").go().answers(&of_work, "work");
    ask(&format!("{CAPABLE}username=work\npath=any/thing\n"))
        .go()
        .answers(&as_bearer(&work), "a token of work");
    for nobody in [
        "", "nobody", "Work", "work ", " work", "work#2fa", "no/name", "-v", "*",
    ] {
        ask(&format!("username={nobody}\n")).go().silent(nobody);
    }
    let other = desk.vastkey(["--account", "work", "get"]);
    other
        .input(request(server, ""))
        .go()
        .answers(&of_work, "--account");
}

#[test]
fn a_variable_names_the_account_where_the_request_does_not() {
    let (desk, work) = two_accounts();
    let server = desk.api.url();
    let chosen = |name: &str, more: &str| {
        let run = desk.git("get", &request(server, more));
        run.env("VASTKEY_ACCOUNT", name).go()
    };
    chosen("work", "").answers(&as_password("work", &work), "work");
    let of_default = as_password("default", &desk.primary.key);
    chosen("work", "username=default\n").answers(&of_default, "the request decides");
    chosen("", "").answers(&of_default, "an empty variable is none");
    chosen("nobody", "").silent("an account that is not there");
    chosen("no name", "").one_line(2, "no name of an account");

    let docker = desk.docker("get", server).env("VASTKEY_ACCOUNT", "work");
    let expected = credentials(server, "work", &work);
    docker.go().answers(&expected, "docker");
    let bazel = desk.bazel(server).env("VASTKEY_ACCOUNT", "work");
    bazel.go().answers(&as_header(&work), "bazel");
}

#[test]
fn a_token_goes_to_who_takes_it_and_asks_for_nothing_else() {
    let desk = Desk::with_key();
    let long = format!("wwwauth[]=Basic realm=\"{}\"\n", "Bearer, ".repeat(8_000));
    let bearer = as_bearer(&desk.primary.key);
    let password = as_password("default", &desk.primary.key);
    for (more, expected) in [
        ("", &password),
        ("wwwauth[]=Bearer\n", &password),
        ("capability[]=state\n", &password),
        ("capability[]=authtype\ncapability[]=\n", &password),
        ("capability[]=authtype\n", &bearer),
        (
            "capability[]=authtype\nwwwauth[]=Bearer realm=\"x\"\n",
            &bearer,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic\nwwwauth[]=bearer\n",
            &bearer,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic realm=\"x\"\n",
            &password,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic realm=\"Bearer\"\n",
            &password,
        ),
        (
            "capability[]=authtype\nwwwauth[]=Basic\nwwwauth[]=\n",
            &bearer,
        ),
        (&format!("capability[]=authtype\n{long}"), &password),
        (
            &format!("capability[]=authtype\n{long}wwwauth[]=Bearer\n"),
            &bearer,
        ),
    ] {
        let run = desk.git("get", &request(desk.api.url(), more));
        run.go().answers(expected, &more[..more.len().min(80)]);
    }
}

#[test]
fn what_is_not_asked_for_is_not_explained_unless_somebody_wants_it() {
    let desk = Desk::with_key();
    let explained = |request: &str| desk.vastkey(["get", "-v"]).input(request).go().ok();
    for (request, why) in [
        (request("https://git.example.com", ""), "is not trusted"),
        (
            request(desk.api.url(), "username=nobody\n"),
            "no credential is stored",
        ),
        (request(VAST, ""), "no credential is stored"),
        (
            request("http://console.vast.ai", ""),
            "only https is allowed",
        ),
        ("host=console.vast.ai\n".to_owned(), "names no server"),
    ] {
        let outcome = explained(&request).says(&["vastkey: no answer: ", why]);
        assert_eq!(outcome.stdout(), "", "{why}");
    }
    // The run itself looks for the key on stderr.
    let found = explained(&request(desk.api.url(), ""));
    let expected = as_password("default", &desk.primary.key);
    assert!(found.stdout_with_key() == expected, "another answer");
    let stored = desk.vastkey(["store", "--verbose"]);
    let again = login(desk.api.url(), "default", &desk.primary.key);
    stored
        .input(again)
        .go()
        .ok()
        .says(&["the key is in use already"]);
}

#[test]
fn no_switch_makes_it_tell_a_key() {
    let mut desk = Desk::with_key();
    for variable in ["RUST_LOG", "ZBUS_LOG", "REQWEST_LOG"] {
        desk.sandbox.set(variable, "trace");
    }
    desk.sandbox.set("RUST_BACKTRACE", "full");
    let other = desk.unknown_key();
    let (server, key) = (desk.api.url().to_owned(), desk.primary.key.clone());
    let uri = format!("{{\"uri\":\"{server}\"}}");
    let erase = login(&server, "default", &key);
    let capable = request(&server, CAPABLE);
    for (arguments, input) in [
        (&["get"][..], &capable),
        (&["erase"], &erase),
        (&["store"], &login(&server, "work", &other)),
        (&["store"], &login(&server, "no name", &other)),
        (
            &["store"],
            &login(&server, "work", &format!("{other} {other}")),
        ),
        (&["get"], &format!("{erase}{other}\n")),
        (&["--protocol", "docker", "get"], &server),
        (&["--protocol", "docker", "get"], &other),
        (&["--protocol", "docker", &other], &other),
        (
            &["--protocol", "docker", "store"],
            &credentials(&server, &other, &other),
        ),
        (&["--protocol", "bazel", "get"], &uri),
        (&["--protocol", "bazel", "get"], &other),
    ] {
        // The run itself looks for keys on stderr.
        let run = desk.vastkey(arguments.iter().chain(&["-v"]));
        let outcome = run.input(input).go();
        if !outcome.stdout_with_key().contains(&key) {
            outcome.stdout();
        }
    }
}
