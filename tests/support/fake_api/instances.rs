//! Endpoints of other categories than the user's, for trying scoped keys on.
//! Every instance id exists; nothing is rented and nothing is remembered.
//!
//! Owns their answers.

use serde_json::json;

use super::http::Response;
use super::routes::Call;

/// `GET /instances/{id}/`.
pub(crate) fn show(call: &mut Call) -> Response {
    Response::json(200, &json!({"instances": {"id": call.id}}))
}

/// `PUT /instances/request_logs/{id}/`.
pub(crate) fn request_logs(_: &mut Call) -> Response {
    Response::json(200, &json!({"success": true, "result_url": ""}))
}

/// `PUT /instances/reboot/{id}/`.
pub(crate) fn reboot(_: &mut Call) -> Response {
    Response::json(200, &json!({"success": true}))
}

/// `DELETE /instances/{id}/`.
pub(crate) fn destroy(_: &mut Call) -> Response {
    Response::json(200, &json!({"success": true}))
}

/// `GET /machines/`.
pub(crate) fn machines(_: &mut Call) -> Response {
    Response::json(200, &json!({"machines": []}))
}

/// `GET /users/me/invoices/`.
pub(crate) fn invoices(_: &mut Call) -> Response {
    Response::json(200, &json!({"invoices": []}))
}

/// `POST /bundles/`, which searches offers.
pub(crate) fn offers(_: &mut Call) -> Response {
    Response::json(200, &json!({"offers": []}))
}
