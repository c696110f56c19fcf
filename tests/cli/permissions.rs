//! `create api-key` with permissions files that are broken or remarkable: the
//! place is named before anything is sent.

use super::Desk;

/// Files that are no permissions, and what is said of them.
const BROKEN: [(&[u8], &str); 17] = [
    (b"", "the file is empty"),
    (b" \n", "the file is empty"),
    (b"{\n  \"api\": {,}\n}", "line 2, column 11: not valid JSON"),
    (
        b"{\"api\": {\"misc\": {}}",
        "line 1, column 20: not valid JSON",
    ),
    (
        b"{\"api\":\n {\"misc\":\n  {\"api.x.y\": $1}}}",
        "line 3, column 15: a placeholder needs quotation marks",
    ),
    (b"\xef\xbb\xbf{}", "byte-order mark"),
    (
        b"{\"api\": {\"\xff\": {}}}",
        "line 1, column 11: not UTF-8 text",
    ),
    (b"[]", "$: must be an object"),
    (b"{}", "$: the member \"api\" is missing"),
    (b"{\"read\": true}", "$: the member \"api\" is missing"),
    (b"{\"api\": {}, \"write\": {}}", "$.write: unknown member"),
    (b"{\"api\": true}", "$.api: must be an object"),
    (
        b"{\"api\": {\"misc\": true}}",
        "$.api.misc: must be an object",
    ),
    (
        b"{\"api\": {\"misc\": {}, \"misc\": {}}}",
        "$.api.misc: given twice",
    ),
    (
        b"{\"api\": {\"misc\": {\"api.x.y\": {\"constraint\": {}}}}}",
        "$.api.misc.\"api.x.y\".constraint: unknown member",
    ),
    (
        b"{\"api\": {\"misc\": {\"api.x.y\": {\"constraints\": {\"id\": {\"lt\": 1}}}}}}",
        "$.api.misc.\"api.x.y\".constraints.id.lt: unknown operator",
    ),
    (
        b"{\"api\": {\"misc\": {\"api.x.y\": {\"constraints\": {\"id\": {\"eq\": null}}}}}}",
        "$.api.misc.\"api.x.y\".constraints.id.eq: must be text",
    ),
];

fn create(desk: &Desk, file: &str) -> crate::support::sandbox::Outcome {
    desk.vastkey([
        "create",
        "api-key",
        "--name",
        "ci",
        "--permission_file",
        file,
    ])
    .go()
}

#[test]
fn broken_files_are_refused_with_the_place_of_the_fault() {
    let desk = Desk::with_key();
    let before = desk.api.requests().len();
    for (contents, says) in BROKEN {
        let path = desk.sandbox.write("perms.json", contents);
        let shown = format!("the permissions file '{}'", path.display());
        create(&desk, path.to_str().expect("UTF-8")).code(2).says(&[
            "cannot use",
            &shown,
            says,
            "hint:",
        ]);
    }
    assert_eq!(desk.api.requests().len(), before);
}

#[test]
fn files_that_cannot_be_read_are_refused() {
    let desk = Desk::with_key();
    desk.sandbox.write("long.json", vec![b' '; 2 << 20]);
    std::fs::create_dir(desk.sandbox.path("directory.json")).expect("a directory");
    for (file, says) in [
        ("missing.json", "'missing.json': it does not exist"),
        ("long.json", "is longer than"),
        ("directory.json", "is a directory: give the path of a file"),
    ] {
        create(&desk, file)
            .code(2)
            .says(&["cannot use the permissions file", says])
            .keeps_quiet_about(&["os error"]);
    }
    assert_eq!(desk.api.count_requests("POST", "/auth/apikeys/"), 0);
}

#[test]
fn a_file_that_is_a_pipe_is_read() {
    let desk = Desk::with_key();
    let command = "exec \"$0\" create api-key --name ci --permission_file /dev/fd/3 --save ci 3<<'END'\n\
                   {\"api\": {\"user_read\": {}}}\nEND\n";
    desk.sandbox
        .program(
            "sh",
            [
                "-c".as_ref(),
                command.as_ref(),
                crate::support::sandbox::binary(),
            ],
        )
        .go()
        .ok();
    let created = desk
        .api
        .live_keys()
        .into_iter()
        .find(|key| key.name == "ci");
    let permissions = created.expect("a key").permissions;
    assert_eq!(permissions, serde_json::json!({"api": {"user_read": {}}}));
}

#[test]
fn remarkable_permissions_are_remarked_upon() {
    let desk = Desk::with_key();
    for (contents, says) in [
        (
            r#"{"api": {"user_write": {}}}"#,
            "$.api.user_write: a key with this permission can create",
        ),
        (r#"{"api": {}}"#, "these permissions allow nothing"),
    ] {
        desk.sandbox.write("perms.json", contents);
        create(&desk, "perms.json")
            .ok()
            .says(&["warning: 'perms.json'", says]);
    }
    desk.sandbox.write(
        "perms.json",
        r#"{"api": {"agents_read": {}, "admin_read_new": {}, "micsc": {}}}"#,
    );
    create(&desk, "perms.json").says(&[
        "$.api.agents_read: undocumented category",
        "$.api.admin_read_new: internal category",
        "$.api.micsc: unknown category",
        "hint: the known categories: instance_read, instance_write, user_read",
    ]);
}
