use super::*;

fn warnings(text: &str) -> Vec<Warning> {
    Permissions::parse(text.as_bytes()).expect(text).1
}

fn fault(text: impl AsRef<[u8]>) -> PermissionsError {
    Permissions::parse(text.as_ref()).expect_err("should be refused")
}

fn at(path: &str) -> String {
    path.to_owned()
}

#[test]
fn documented_forms_pass() {
    for text in [
        r#"{"api": {"misc": {}}}"#,
        r#"{"api": {"user_read": {}, "instance_read": {}, "billing_read": {}}}"#,
        r#"{"api": {"team_read": {"api.team.members": {}}}}"#,
        r#"{"api": {"instance_read": {"api.instance.request_logs":
            {"constraints": {"id": {"gte": 100, "lte": 200}}}}}}"#,
        r#"{"api": {"instance_write": {"api.instance.destroy":
            {"constraints": {"id": {"eq": 1227}, "label": {"eq": "ci"}}}}}}"#,
    ] {
        let (permissions, warnings) = Permissions::parse(text.as_bytes()).expect(text);
        assert_eq!(warnings, [], "{text}");
        let same: Value = serde_json::from_str(text).expect("JSON");
        assert_eq!(permissions.as_json(), &same);
    }
}

#[test]
fn faults_of_the_text_have_a_place() {
    use PermissionsError::{BarePlaceholder, NotJson, NotText, TooDeep};
    #[rustfmt::skip]
    let rows = [
        ("{\"api\": {}", NotJson { line: 1, column: 10 }),
        ("{\"api\": {},}", NotJson { line: 1, column: 12 }),
        ("{\n \"api\": {'misc': {}}}", NotJson { line: 2, column: 10 }),
        ("{\"api\": {}} x", NotJson { line: 1, column: 13 }),
        ("{\"größe\": x}", NotJson { line: 1, column: 11 }),
        ("a3f9c0ffee", NotJson { line: 1, column: 1 }),
        ("// comment\n{}", NotJson { line: 1, column: 1 }),
        ("{\"api\": {\"instance_read\": {\"api.instance.show\":\n {\"constraints\": {\"id\": {\"eq\": $1}}}}}}",
         BarePlaceholder { line: 2, column: 32 }),
        ("{\"api\": $x}", NotJson { line: 1, column: 9 }),
        (&"[".repeat(200), TooDeep { line: 1, column: 128 }),
    ];
    for (text, expected) in rows {
        assert_eq!(fault(text), expected, "{text}");
    }
    assert_eq!(
        fault(b"{\n\"\xc3\xa9\xff\": 1}"),
        NotText { line: 2, column: 3 }
    );
}

#[test]
fn unusable_files_are_told_apart() {
    use PermissionsError::{ByteOrderMark, Empty, TooLong};
    assert_eq!(fault(""), Empty);
    assert_eq!(fault(" \n\t"), Empty);
    assert_eq!(fault(b"\xef\xbb\xbf{\"api\": {}}"), ByteOrderMark);
    assert_eq!(fault(b"\xff\xfe{\0"), ByteOrderMark);
    let padded = format!("{{\"api\": {{\"misc\": {{}}}}}}{}", " ".repeat(MAX_LEN));
    assert_eq!(fault(&padded), TooLong);
    assert!(Permissions::parse(&padded.as_bytes()[..MAX_LEN]).is_ok());
}

#[test]
fn faults_of_the_form_have_a_path() {
    use PermissionsError::{
        Duplicate, NoApi, NotAValue, NotAnObject, UnknownMember, UnknownOperator,
    };
    let show =
        |rest: &str| format!(r#"{{"api": {{"instance_read": {{"api.instance.show": {rest}}}}}}}"#);
    let path = |rest: &str| format!(r#"$.api.instance_read."api.instance.show"{rest}"#);
    let only_api = "\"api\" alone";
    let only_constraints = "\"constraints\"";
    #[rustfmt::skip]
    let rows = [
        (at("{}"), NoApi),
        (at("[]"), NotAnObject { path: at("$") }),
        (at("\"api\""), NotAnObject { path: at("$") }),
        (at(r#"{"read": true, "write": false}"#), NoApi),
        (at(r#"{"apis": {}}"#), NoApi),
        (at(r#"{"api": {}, "x\u001b": {}}"#),
         UnknownMember { path: at(r#"$."x\u{1b}""#), expected: only_api }),
        (at(r#"{"api": []}"#), NotAnObject { path: at("$.api") }),
        (at(r#"{"api": null}"#), NotAnObject { path: at("$.api") }),
        (at(r#"{"api": {"misc": true}}"#), NotAnObject { path: at("$.api.misc") }),
        (at(r#"{"api": {"a b": 1}}"#), NotAnObject { path: at("$.api.\"a b\"") }),
        (show("1"), NotAnObject { path: path("") }),
        (show(r#"{"constraint": {}}"#),
         UnknownMember { path: path(".constraint"), expected: only_constraints }),
        (show(r#"{"constraints": {"id": 5}}"#), NotAnObject { path: path(".constraints.id") }),
        (show(r#"{"constraints": {"id": {"ne": 5}}}"#),
         UnknownOperator { path: path(".constraints.id.ne") }),
        (show(r#"{"constraints": {"id": {"eq": [5]}}}"#),
         NotAValue { path: path(".constraints.id.eq") }),
        (show(r#"{"constraints": {"id": {"eq": null}}}"#),
         NotAValue { path: path(".constraints.id.eq") }),
        (at(r#"{"api": {"misc": {}, "misc": {}}}"#), Duplicate { path: at("$.api.misc") }),
        (at(r#"{"api": {}, "\u0061pi": {}}"#), Duplicate { path: at("$.api") }),
        (show(r#"{"constraints": {"id": {"lte": 5, "lte": 9}}}"#),
         Duplicate { path: path(".constraints.id.lte") }),
        (at(r#"{"api": {"instance_read": {"constraints": {"id": {"eq": 5}}}}}"#),
         UnknownMember { path: at("$.api.instance_read.constraints.id"), expected: only_constraints }),
    ];
    for (text, expected) in rows {
        assert_eq!(fault(&text), expected, "{text}");
    }
}

#[test]
fn what_is_odd_is_a_warning() {
    use Warning::{
        EmptyConstraint, InternalCategory, KeyCreation, Nothing, OddEndpoint, Placeholder,
        UndocumentedCategory, UnknownCategory,
    };
    #[rustfmt::skip]
    let rows = [
        (r#"{"api": {}}"#, Nothing),
        (r#"{"api": {"user_write": {}}}"#, KeyCreation),
        (r#"{"api": {"instances": {}}}"#, UnknownCategory { path: at("$.api.instances") }),
        (r#"{"api": {"agents_read": {}}}"#, UndocumentedCategory { path: at("$.api.agents_read") }),
        (r#"{"api": {"lower_admin": {}}}"#, InternalCategory { path: at("$.api.lower_admin") }),
        (r#"{"api": {"misc": {"show": {}}}}"#, OddEndpoint { path: at("$.api.misc.show") }),
        (r#"{"api": {"misc": {"api.x": {}}}}"#, OddEndpoint { path: at("$.api.misc.\"api.x\"") }),
        (r#"{"api": {"misc": {"api.a.b": {"constraints": {}}}}}"#,
         EmptyConstraint { path: at("$.api.misc.\"api.a.b\".constraints") }),
        (r#"{"api": {"misc": {"api.a.b": {"constraints": {"id": {}}}}}}"#,
         EmptyConstraint { path: at("$.api.misc.\"api.a.b\".constraints.id") }),
        (r#"{"api": {"misc": {"api.a.b": {"constraints": {"id": {"eq": "$1"}}}}}}"#,
         Placeholder { path: at("$.api.misc.\"api.a.b\".constraints.id.eq") }),
    ];
    for (text, expected) in rows {
        assert_eq!(warnings(text), [expected], "{text}");
    }
}

#[test]
fn shown_names_are_short() {
    let text = format!(r#"{{"api": {{"{}": 1}}}}"#, "a".repeat(5000));
    let PermissionsError::NotAnObject { path } = fault(text) else {
        panic!("another error");
    };
    assert_eq!(path.chars().count(), "$.api.".len() + 64 + 1);
}

#[test]
fn all_public_is_explicit_and_can_create_keys() {
    let all = Permissions::all_public();
    let text = all.as_json().to_string();
    let (parsed, warnings) = Permissions::parse(text.as_bytes()).expect("its own form");
    assert_eq!(parsed, all);
    assert_eq!(warnings, [Warning::KeyCreation]);
    assert_eq!(all.as_json()["api"].as_object().map(Map::len), Some(11));
    assert!(all.grants_key_creation());

    let part = br#"{"api": {"user_write": {"api.user.show": {}}}}"#;
    assert!(
        Permissions::parse(part)
            .expect("fine")
            .0
            .grants_key_creation()
    );
    let none = br#"{"api": {"user_read": {}, "misc": {"user_write": {}}}}"#;
    assert!(
        !Permissions::parse(none)
            .expect("fine")
            .0
            .grants_key_creation()
    );
}

#[test]
fn a_key_in_the_place_of_a_name_is_not_shown() {
    let key = "0123456789abcdef0123456789abcdef";
    let text = format!("{{\"api\": {{\"{key}\": {{}}}}}}");
    let (_, warnings) = Permissions::parse(text.as_bytes()).expect("permissions");
    assert_eq!(warnings.len(), 1);
    assert!(!warnings[0].to_string().contains(key));
    let text = format!("{{\"api\": {{\"misc\": {{\"{key}\": 1}}}}}}");
    let error = Permissions::parse(text.as_bytes()).expect_err("a bad node");
    assert!(!error.to_string().contains(key));
}

#[test]
fn permissions_cover_what_is_in_them() {
    let parse = |text: &str| Permissions::parse(text.as_bytes()).expect("permissions").0;
    let some = parse(
        r#"{"api": {"user_read": {}, "misc": {"api.a": {}, "api.b": {"constraints": {"id": {"eq": 1}}}}}}"#,
    );
    for (told, expected) in [
        (json!({"api": {}}), true),
        (json!({"api": {"user_read": {}}}), true),
        (json!({"api": {"user_read": {"api.x": {}}}}), true),
        (
            json!({"api": {"misc": {"api.a": {"constraints": {"id": {"eq": 2}}}}}}),
            true,
        ),
        (
            json!({"api": {"misc": {"api.b": {"constraints": {"id": {"eq": 1}}}}}}),
            true,
        ),
        (
            json!({"api": {"misc": {"api.b": {"constraints": {"id": {"eq": 2}}}}}}),
            false,
        ),
        (json!({"api": {"misc": {"api.b": {}}}}), false),
        (json!({"api": {"misc": {"api.c": {}}}}), false),
        (json!({"api": {"misc": {}}}), false),
        (json!({"api": {"misc": true}}), false),
        (json!({"api": {"user_write": {}}}), false),
        (json!({"api": true}), false),
        (json!({"user_read": {}}), false),
        (json!(true), false),
    ] {
        assert_eq!(some.cover(&told), expected, "{told}");
    }
}
