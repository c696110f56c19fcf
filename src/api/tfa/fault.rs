//! What can be wrong with a second factor, and the codes by which the API says
//! so.

use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::moment;

/// What is wrong with a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TfaFault {
    /// The code is not the one (`2fa_verification_failed`).
    #[error("the code is wrong")]
    WrongCode,
    /// The code, or what it was sent with, belongs to no login
    /// (`2fa_login_failed`).
    #[error("the login failed")]
    LoginFailed,
    /// The code was sent too long ago.
    #[error("the code has expired")]
    Expired,
    /// There is no such backup code, or none any more.
    #[error("the backup code is wrong, or was used before")]
    WrongBackupCode,
    /// The request had no code.
    #[error("the server misses the code")]
    NoCode,
    /// Too many wrong codes.
    #[error("there were too many wrong codes{}", until_text(.until.as_ref()))]
    Locked {
        /// When codes are accepted again, if the server tells.
        until: Option<OffsetDateTime>,
    },
    /// The account has no such method.
    #[error("the account has no such 2FA method")]
    NoSuchMethod,
    /// A code that was sent can still be used.
    #[error("a code was sent already and can still be used")]
    AlreadySent,
    /// SMS come at their own pace.
    #[error("no SMS is sent so soon after another")]
    TooManySms,
    /// Nothing is sent to an address that nobody has verified.
    #[error("the account's e-mail address is not verified")]
    UnverifiedEmail,
    /// The key of a team has no second factor.
    #[error("a team's key cannot log in with a second factor")]
    TeamUser,
    /// The account has the second factor of old.
    #[error("the account still has the old kind of 2FA")]
    Legacy,
}

impl TfaFault {
    /// What the `error` member of a body says, if it is about a second factor.
    pub(in crate::api) fn of(code: &str, body: &Value) -> Option<Self> {
        Some(match code {
            "2fa_verification_failed" => Self::WrongCode,
            "2fa_login_failed" => Self::LoginFailed,
            "2fa_expired" => Self::Expired,
            "invalid_backup_code" => Self::WrongBackupCode,
            "missing_auth_value" => Self::NoCode,
            "tfa_locked" => Self::Locked {
                until: body.get("locked_until").and_then(moment),
            },
            "invalid_tfa_method" => Self::NoSuchMethod,
            "tfa_challenge_exists" => Self::AlreadySent,
            "sms_rate_limited" | "twilio_rate_limited" => Self::TooManySms,
            "email_not_verified" => Self::UnverifiedEmail,
            "team_user_forbidden" => Self::TeamUser,
            "legacy_tfa_user" => Self::Legacy,
            _ => return None,
        })
    }
}

fn until_text(moment: Option<&OffsetDateTime>) -> String {
    moment
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .map_or(String::new(), |moment| {
            format!(", and none is accepted until {moment}")
        })
}
