//! The endpoints, and the checks that every call of one passes.
//!
//! Owns the table (path, permission, rate limit) and the order of the checks.
//! What an endpoint does is up to `keys`, `users`, `tfa` and `instances`.

use serde_json::{Value, json};

use super::auth;
use super::clock::Timestamp;
use super::http::{Request, Response};
use super::profile::Profile;
use super::rate;
use super::state::{Key, State};
use super::world::World;
use super::{instances, keys, tfa, users};

/// The API's paths start with this.
pub(crate) const PREFIX: &str = "/api/v0";

/// A call that has passed all checks.
pub(crate) struct Call<'a> {
    pub(crate) request: &'a Request,
    /// What `{id}` stands for in the path.
    pub(crate) id: &'a str,
    /// The JSON object that was sent; empty for GET.
    pub(crate) body: &'a Value,
    pub(crate) caller: &'a Key,
    pub(crate) state: &'a mut State,
    pub(crate) profile: &'a Profile,
    pub(crate) now: Timestamp,
}

type Handler = fn(&mut Call) -> Response;

struct Route {
    method: &'static str,
    path: &'static str,
    category: &'static str,
    /// The name that a permissions file uses. Only those of instances and teams
    /// are documented; the others follow their pattern.
    endpoint: &'static str,
    /// Least time between two calls, in seconds.
    interval: f64,
    handler: Handler,
}

const fn route(
    method: &'static str,
    path: &'static str,
    (category, endpoint): (&'static str, &'static str),
    interval: f64,
    handler: Handler,
) -> Route {
    Route {
        method,
        path,
        category,
        endpoint,
        interval,
        handler,
    }
}

#[rustfmt::skip]
const ROUTES: &[Route] = &[
    route("GET", "/users/current/", ("user_read", "api.user.show"), 2.0, users::show),
    route("GET", "/auth/apikeys/", ("user_read", "api.apikey.list"), 1.0, keys::list),
    route("POST", "/auth/apikeys/", ("user_write", "api.apikey.create"), 2.0, keys::create),
    route("GET", "/auth/apikeys/{id}/", ("user_read", "api.apikey.show"), 1.0, keys::show),
    route("DELETE", "/auth/apikeys/{id}/", ("user_write", "api.apikey.destroy"), 2.0, keys::delete),
    route("PUT", "/commands/reset_apikey/", ("user_write", "api.apikey.reset"), 3.0, keys::reset),
    route("GET", "/auth/sessions/", ("user_read", "api.session.list"), 1.0, users::sessions),
    route("DELETE", "/auth/sessions/", ("user_write", "api.session.destroy"), 1.0, users::end_sessions),
    route("GET", "/audit_logs/", ("misc", "api.audit_log.list"), 2.0, users::audit_logs),
    route("GET", "/subaccounts/", ("user_read", "api.subaccount.list"), 2.1, users::subaccounts),
    route("PUT", "/subaccounts/regenerate_keys/", ("user_write", "api.subaccount.regenerate"), 2.0, users::regenerate_keys),
    route("POST", "/tfa/", ("user_write", "api.tfa.login"), 1.1, tfa::login),
    route("GET", "/tfa/status/", ("user_read", "api.tfa.status"), 1.0, tfa::status),
    route("POST", "/tfa/sms/", ("user_write", "api.tfa.sms"), 1.0, tfa::send_sms),
    route("POST", "/tfa/email/", ("user_write", "api.tfa.email"), 1.0, tfa::send_email),
    route("GET", "/instances/{id}/", ("instance_read", "api.instance.show"), 1.0, instances::show),
    route("PUT", "/instances/request_logs/{id}/", ("instance_read", "api.instance.request_logs"), 1.0, instances::request_logs),
    route("PUT", "/instances/reboot/{id}/", ("instance_write", "api.instance.reboot"), 1.0, instances::reboot),
    route("DELETE", "/instances/{id}/", ("instance_write", "api.instance.destroy"), 1.0, instances::destroy),
    route("GET", "/team/members/", ("team_read", "api.team.members"), 1.0, users::team_members),
    route("GET", "/users/me/invoices/", ("billing_read", "api.invoice.list"), 1.0, instances::invoices),
    route("POST", "/bundles/", ("misc", "api.offer.search"), 1.0, instances::offers),
    route("GET", "/machines/", ("machine_read", "api.machine.list"), 1.0, instances::machines),
];

/// Answers a request.
pub(crate) fn answer(world: &mut World, request: &Request, now: Timestamp) -> Response {
    carry_out(world, request, now).unwrap_or_else(|refusal| refusal)
}

fn carry_out(world: &mut World, request: &Request, now: Timestamp) -> Result<Response, Response> {
    let (route, id) = find(request, &world.profile)?;
    if request.query_param("api_key").is_some() {
        let message = "API Key not provided as bearer token.";
        return Err(auth::refusal(400, message));
    }
    let caller = auth::authenticate(request, &world.state, &world.profile, now)?;
    limit_rate(world, route, &caller, now)?;
    let body = read_body(request)?;
    auth::demand_session(&caller, &world.state, route.path)?;
    let parameter = |name: &str| parameter(request, id, &body, name);
    if !caller
        .permissions
        .allow(route.category, route.endpoint, parameter)
    {
        return Err(auth::missing_scope(route.category, &world.profile));
    }
    let response = (route.handler)(&mut Call {
        request,
        id,
        body: &body,
        caller: &caller,
        state: &mut world.state,
        profile: &world.profile,
        now,
    });
    if route.method != "GET" && response.status == 200 {
        let name = format!("{} {PREFIX}{}", route.method, route.path);
        world.state.record(&caller, &name, &body, now);
    }
    Ok(response)
}

fn find<'a>(
    request: &'a Request,
    profile: &Profile,
) -> Result<(&'static Route, &'a str), Response> {
    let path = request.path.strip_prefix(PREFIX).unwrap_or("");
    let slashless = !path.ends_with('/');
    let here: Vec<_> = ROUTES
        .iter()
        .filter_map(|route| Some((route, match_path(route.path, path)?)))
        .collect();
    if here.is_empty() {
        return Err(Response::text(404, "404 Not Found"));
    }
    if slashless && !profile.serves_slashless {
        let query = match request.query.as_str() {
            "" => String::new(),
            query => format!("?{query}"),
        };
        let place = format!("{}/{query}", request.path);
        return Err(Response::text(302, "").with_header("Location", place));
    }
    here.into_iter()
        .find(|(route, _)| route.method == request.method)
        .ok_or_else(|| Response::text(405, "405 Method Not Allowed"))
}

/// What `{id}` stands for (nothing, in a pattern without it), if the path
/// matches. A missing final slash does not matter here.
fn match_path<'a>(pattern: &str, path: &'a str) -> Option<&'a str> {
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    let path = path.strip_suffix('/').unwrap_or(path);
    match pattern.strip_suffix("{id}") {
        None => (path == pattern).then_some(""),
        Some(start) => path.strip_prefix(start).filter(|id| !id.contains('/')),
    }
}

fn limit_rate(
    world: &mut World,
    route: &'static Route,
    caller: &Key,
    now: Timestamp,
) -> Result<(), Response> {
    let profile = &world.profile;
    let admitted = !profile.rate_limit
        || world
            .rates
            .admit(&caller.value, route.endpoint, route.interval, now);
    if admitted {
        return Ok(());
    }
    Err(rate::too_frequent(
        profile.rate_body,
        route.interval,
        profile.retry_after,
    ))
}

fn read_body(request: &Request) -> Result<Value, Response> {
    let invalid = |message| Err(auth::failure(400, "invalid_args", message));
    if request.method == "GET" {
        return if request.body.is_empty() {
            Ok(json!({}))
        } else {
            invalid("A GET has no body.")
        };
    }
    let content_type = request.header("content-type").unwrap_or("");
    let media_type = content_type.split(';').next().unwrap_or("").trim();
    if media_type != "application/json" {
        return invalid("The Content-Type is not application/json.");
    }
    match request.json() {
        Some(body) if body.is_object() => Ok(body),
        _ => invalid("The body is not a JSON object."),
    }
}

/// A parameter that a constraint may speak of: in the path, query or body.
fn parameter(request: &Request, id: &str, body: &Value, name: &str) -> Option<Value> {
    if name == "id" && !id.is_empty() {
        return Some(json!(id));
    }
    let in_query = request.query_param(name).map(Value::String);
    in_query.or_else(|| body.get(name).cloned())
}
