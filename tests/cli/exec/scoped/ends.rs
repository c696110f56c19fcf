//! However the command ends, its key is dead then.

use super::{assert_over, dead, desk, living, script};

#[test]
fn exit_codes_are_the_commands_own() {
    let desk = desk();
    for (nth, (line, code)) in [
        ("exit 0", 0),
        ("exit 1", 1),
        ("exit 42", 42),
        ("exit 255", 255),
        ("ulimit -c 0; kill -TERM $$", 143),
        ("kill -KILL $$", 137),
        ("ulimit -c 0; kill -SEGV $$", 139),
    ]
    .into_iter()
    .enumerate()
    {
        let outcome = script(&desk, line);
        assert_eq!(outcome.code(code).stderr, "", "{line}");
        assert_eq!((living(&desk).len(), dead(&desk).len()), (0, nth + 1));
    }
}

#[test]
fn a_program_that_cannot_be_run_leaves_no_key() {
    let desk = desk();
    desk.sandbox.write("script", "#!/nowhere\n");
    for program in ["/etc/passwd", "/"] {
        desk.vastkey(["exec", "--scoped", "search", program])
            .go()
            .code(126)
            .says(&["cannot be run"]);
    }
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 2));
}

/// What the command started and left behind does not hold up its end.
#[test]
fn the_key_goes_with_the_command_and_not_with_what_it_leaves() {
    let desk = desk();
    script(
        &desk,
        "sleep 60 >/dev/null 2>&1 </dev/null & echo $! > left",
    )
    .ok();
    assert_over(&desk);
    let left = std::fs::read_to_string(desk.sandbox.path("left")).expect("a number");
    let kill = desk.sandbox.program("kill", [left.trim()]).go();
    kill.ok();
}

#[test]
fn its_time_is_up() {
    let desk = desk();
    for line in ["exec sleep 60", "kill -STOP $$; exec sleep 60"] {
        let command = [
            "exec", "--scoped", "search", "--ttl", "1s", "sh", "-c", line,
        ];
        desk.vastkey(command)
            .go()
            .code(125)
            .says(&["was ended, because its time was up", "--ttl gave it 1 s"]);
    }
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 2));
    // One that goes in order is told from one that ended in time all the same.
    let line = "trap 'exit 0' TERM; while :; do sleep 0.1; done";
    let command = [
        "exec", "--scoped", "search", "--ttl", "1s", "sh", "-c", line,
    ];
    desk.vastkey(command).go().code(125);
    assert_eq!((living(&desk).len(), dead(&desk).len()), (0, 3));
}
