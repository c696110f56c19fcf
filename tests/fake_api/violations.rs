//! What the fake notes of clients that misbehave, and that it shows no key.

use serde_json::json;

use super::raw::{get, post, request, send};
use crate::support::fake_api::{FakeApi, Fault, FaultRule, Offence};

fn offences(api: &FakeApi) -> Vec<Offence> {
    api.violations().iter().map(|v| v.offence).collect()
}

#[test]
fn a_good_client_commits_none() {
    let (api, primary) = FakeApi::with_account();
    let body = json!({"name": "n", "permissions": {"api": {}}});
    assert_eq!(get(&api, &primary.key, "/users/current/").status, 200);
    assert_eq!(
        post(&api, &primary.key, "/auth/apikeys/", &body).status,
        200
    );
    assert_eq!(api.violations(), []);
    assert_eq!(api.count_requests("POST", "/auth/apikeys/"), 1);
    assert_eq!(api.requests()[1].request.json(), Some(body));
    assert_eq!(api.requests()[1].status, Some(200));
}

#[test]
fn keys_in_wrong_places_are_noted_and_not_repeated() {
    let (api, primary) = FakeApi::with_account();
    let in_path = format!("/auth/apikeys/{}/", primary.key);
    get(&api, &primary.key, &in_path);
    get(&api, &primary.key, "/auth/apikeys/?api_key=x");
    get(
        &api,
        &primary.key,
        &format!("/auth/apikeys/?k={}", primary.key),
    );
    let url = [Offence::KeyInUrl; 3];
    assert_eq!(offences(&api), url);

    api.forget_requests();
    let body = json!({"name": primary.key, "permissions": {"api": {}}});
    post(&api, &primary.key, "/auth/apikeys/", &body);
    let plain = request("GET", "/auth/apikeys/", &primary.key, None);
    let plain = String::from_utf8(plain).unwrap();
    let referer = format!("Referer: http://x/?{}\r\n", primary.key);
    let leaky = plain.replacen("Host:", &format!("{referer}Host:"), 1);
    send(&api, leaky.as_bytes());
    assert_eq!(offences(&api), [Offence::KeyOutsideAuthorization; 2]);

    get(&api, &primary.key, &in_path);
    let shown = format!("{:?} {:?} {primary:?}", api.requests(), api.violations());
    assert!(shown.contains(&primary.key[60..]) && !shown.contains(&primary.key[..60]));
}

#[test]
fn other_authorizations_and_bodies_on_get_are_noted() {
    let (api, primary) = FakeApi::with_account();
    let plain = request("GET", "/auth/apikeys/", &primary.key, None);
    let plain = String::from_utf8(plain).unwrap();
    send(&api, plain.replace("Bearer", "Basic").as_bytes());
    let twice = plain.replacen("Host:", "Authorization: Bearer x\r\nHost:", 1);
    send(&api, twice.as_bytes());
    assert_eq!(offences(&api), [Offence::NotBearer; 2]);
    api.forget_requests();
    let body = Some(json!({}));
    send(
        &api,
        &request("GET", "/auth/apikeys/", &primary.key, body.as_ref()),
    );
    assert_eq!(offences(&api), [Offence::BodyOnGet]);
}

#[test]
fn following_a_redirect_with_the_key_is_noted() {
    let (api, primary) = FakeApi::with_account();
    let unrelated = api.add_key(&crate::support::fake_api::KeySpec::new(primary.account));
    get(&api, &primary.key, "/users/current");
    assert_eq!(offences(&api), [Offence::NoFinalSlash]);
    get(&api, &primary.key, "/users/current/");
    get(&api, &unrelated.key, "/users/current/");
    let both = [Offence::NoFinalSlash, Offence::KeyAfterRedirect];
    assert_eq!(offences(&api), both);

    api.forget_requests();
    let place = format!("{}/elsewhere/?x=1", api.url());
    let redirect = Fault::Redirect(302, place);
    api.inject(FaultRule::new("GET", "/auth/apikeys/", redirect));
    assert_eq!(get(&api, &primary.key, "/auth/apikeys/").status, 302);
    let anonymous = "GET /elsewhere/?x=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    send(&api, anonymous.as_bytes());
    assert_eq!(api.violations(), []);
    get(&api, &primary.key, "/auth/apikeys/");
    let keyed = anonymous.replacen("Host:", "Authorization: Bearer x\r\nHost:", 1);
    send(&api, keyed.as_bytes());
    assert_eq!(offences(&api), [Offence::KeyAfterRedirect]);
}

#[test]
fn a_retry_before_its_time_is_noted() {
    let (api, primary) = FakeApi::with_account();
    let fault = Fault::named("429-retry-after-99").unwrap();
    api.inject(FaultRule::new("GET", "/auth/apikeys/", fault).on_calls(1..=1));
    assert_eq!(get(&api, &primary.key, "/auth/apikeys/").status, 429);
    assert_eq!(get(&api, &primary.key, "/users/current/").status, 200);
    assert_eq!(api.violations(), []);
    assert_eq!(get(&api, &primary.key, "/auth/apikeys/").status, 200);
    assert_eq!(offences(&api), [Offence::RetriedTooSoon]);
}
