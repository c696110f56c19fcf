//! Where the sources about the API disagree, the fake takes every side: a
//! profile says which.
//!
//! Owns the variants and their names on the command line. What a variant means
//! in bytes is up to the part that sends it.

use super::auth::BadKey;

/// Which of the reported shapes the fake uses.
#[derive(Clone)]
pub(crate) struct Profile {
    /// How a wrong, deleted or expired key is answered.
    pub(crate) bad_key: BadKey,
    /// Status for a key that lacks a permission: 401 or 403.
    pub(crate) missing_scope: u16,
    /// Status for deleting somebody else's key: 401 or 403.
    pub(crate) foreign_key: u16,
    /// Whether users and lists of keys have the generated specification's
    /// fields, or the hand-written one's.
    pub(crate) shapes: Shapes,
    /// What creating a key answers.
    pub(crate) created: Shapes,
    /// Whether a refusal to create a key has an `error`, or just a `msg`.
    pub(crate) refusal_has_error: bool,
    /// What `GET /auth/apikeys/{id}/` answers.
    pub(crate) show_key: ShowKey,
    /// What deleting a key answers.
    pub(crate) deleted: Deleted,
    /// What `PUT /commands/reset_apikey/` answers.
    pub(crate) reset: Reset,
    /// What a login with a second factor answers.
    pub(crate) login: Login,
    /// Whether a path without its final slash is served rather than redirected.
    pub(crate) serves_slashless: bool,
    /// Whether calls of one endpoint must keep their distance.
    pub(crate) rate_limit: bool,
    /// The body of a 429.
    pub(crate) rate_body: RateBody,
    /// The `Retry-After` of a 429.
    pub(crate) retry_after: Option<&'static str>,
}

/// The two specifications that the vendor published.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shapes {
    /// The generated `OpenAPI` files.
    Generated,
    /// The hand-written specifications.
    HandWritten,
}

/// What `GET /auth/apikeys/{id}/` answers.
#[derive(Clone, Copy)]
pub(crate) enum ShowKey {
    /// A JSON string: the key itself.
    String,
    /// An object without the key.
    Object,
    /// The route is gone.
    NotFound,
    /// The path is there for DELETE only.
    MethodNotAllowed,
}

/// What deleting a key answers.
#[derive(Clone, Copy)]
pub(crate) enum Deleted {
    /// A JSON string.
    String,
    /// `{"success":true}`.
    Success,
}

/// What a login with a second factor answers.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Login {
    /// A session.
    Session,
    /// That the account has the second factor of old, and no session. (What else
    /// it says then is documented nowhere.)
    Legacy,
}

/// What resetting the primary key answers.
#[derive(Clone, Copy)]
pub(crate) enum Reset {
    /// `{"sent":true,"key":…}`.
    SentKey,
    /// `{"success":true,"new_api_key":…}`.
    NewApiKey,
}

/// The body of a 429.
#[derive(Clone, Copy)]
pub(crate) enum RateBody {
    /// Plain text.
    Text,
    /// Plain text that names the threshold.
    TextWithThreshold,
    /// `{"detail":…}`.
    Detail,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            bad_key: BadKey::InvalidUserKey,
            missing_scope: 401,
            foreign_key: 401,
            shapes: Shapes::Generated,
            created: Shapes::Generated,
            refusal_has_error: true,
            show_key: ShowKey::Object,
            deleted: Deleted::String,
            reset: Reset::SentKey,
            login: Login::Session,
            serves_slashless: false,
            rate_limit: false,
            rate_body: RateBody::TextWithThreshold,
            retry_after: None,
        }
    }
}

/// A name and what choosing it sets.
type Choice = (&'static str, fn(&mut Profile));

const CHOICES: &[Choice] = &[
    ("401-invalid-user-key", |p| {
        p.bad_key = BadKey::InvalidUserKey;
    }),
    ("401-text", |p| p.bad_key = BadKey::Text),
    ("401-no-msg", |p| p.bad_key = BadKey::NoMessage),
    ("400-not-found", |p| p.bad_key = BadKey::NotFound),
    ("404-auth_error", |p| p.bad_key = BadKey::AuthError(404)),
    ("403-auth_error", |p| p.bad_key = BadKey::AuthError(403)),
    ("404-session-expired", |p| {
        p.bad_key = BadKey::SessionExpired;
    }),
    ("401-2fa-required", |p| p.bad_key = BadKey::TfaRequired),
    ("401-scope", |p| p.missing_scope = 401),
    ("403-scope", |p| p.missing_scope = 403),
    ("401-foreign", |p| p.foreign_key = 401),
    ("403-foreign", |p| p.foreign_key = 403),
    ("shapes-generated", |p| p.shapes = Shapes::Generated),
    ("shapes-hand-written", |p| p.shapes = Shapes::HandWritten),
    ("create-generated", |p| p.created = Shapes::Generated),
    ("create-hand-written", |p| p.created = Shapes::HandWritten),
    ("refusal-error", |p| p.refusal_has_error = true),
    ("refusal-msg", |p| p.refusal_has_error = false),
    ("show-key-string", |p| p.show_key = ShowKey::String),
    ("show-key-object", |p| p.show_key = ShowKey::Object),
    ("show-key-404", |p| p.show_key = ShowKey::NotFound),
    ("show-key-405", |p| p.show_key = ShowKey::MethodNotAllowed),
    ("delete-string", |p| p.deleted = Deleted::String),
    ("delete-success", |p| p.deleted = Deleted::Success),
    ("reset-sent-key", |p| p.reset = Reset::SentKey),
    ("reset-new-api-key", |p| p.reset = Reset::NewApiKey),
    ("2fa-new", |p| p.login = Login::Session),
    ("2fa-legacy", |p| p.login = Login::Legacy),
    ("slashless-302", |p| p.serves_slashless = false),
    ("slashless-200", |p| p.serves_slashless = true),
    ("rate-off", |p| p.rate_limit = false),
    ("rate-text", |p| p.limit_rates(RateBody::Text)),
    ("rate-threshold", |p| {
        p.limit_rates(RateBody::TextWithThreshold);
    }),
    ("rate-detail", |p| p.limit_rates(RateBody::Detail)),
    ("retry-after-none", |p| p.retry_after = None),
    ("retry-after-1", |p| p.retry_after = Some("1")),
    ("retry-after-99", |p| p.retry_after = Some("99")),
    ("retry-after-junk", |p| p.retry_after = Some("soon")),
];

impl Profile {
    /// Takes the side called `name`; `false` if there is none such.
    pub(crate) fn choose(&mut self, name: &str) -> bool {
        let found = CHOICES.iter().find(|(given, _)| *given == name);
        if let Some((_, set)) = found {
            set(self);
        }
        found.is_some()
    }

    /// The names that [`Profile::choose`] knows.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        CHOICES.iter().map(|(name, _)| *name)
    }

    fn limit_rates(&mut self, body: RateBody) {
        self.rate_limit = true;
        self.rate_body = body;
    }
}
