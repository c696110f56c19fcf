//! `tfa …` as clap types.

use clap::{Args, Subcommand, ValueEnum};

/// `tfa …`
#[derive(Subcommand)]
pub enum Tfa {
    /// Log in: the session takes the place of the account's key for a day
    #[command(
        after_help = "Examples: vastkey tfa login                          (asks for the code of the first method)\n          \
                      vastkey tfa login --method-type totp -c 123456\n          \
                      vastkey tfa login --backup-code            (asks for it, hidden)"
    )]
    Login(TfaLogin),
    /// Show the account's second factors, and until when there is a session
    #[command(after_help = "Example: vastkey tfa status")]
    Status,
    /// Forget the session
    #[command(after_help = "Example: vastkey tfa logout")]
    Logout,
    /// Have a code sent by SMS, to log in with
    #[command(
        name = "send-sms",
        after_help = "Example: vastkey tfa send-sms && vastkey tfa login --method-type sms"
    )]
    SendSms,
    /// Have a code sent by e-mail, to log in with
    #[command(
        name = "send-email",
        after_help = "Example: vastkey tfa send-email && vastkey tfa login --method-type email"
    )]
    SendEmail,
}

/// `tfa login`
#[derive(Args)]
pub struct TfaLogin {
    /// Where the code comes from [default: what was sent last, else the account's first method]
    #[arg(
        long = "method-type",
        alias = "method_type",
        short = 't',
        value_enum,
        value_name = "TYPE"
    )]
    pub method_type: Option<MethodType>,
    /// The method by its number, as `tfa status` lists it, where there are several of a type
    #[arg(
        long = "method-id",
        alias = "method_id",
        value_name = "ID",
        conflicts_with = "method_type"
    )]
    pub method_id: Option<u64>,
    /// The code; `-` reads it from stdin. Without it, it is asked for
    #[arg(long, short, value_name = "CODE")]
    pub code: Option<String>,
    /// A backup code instead, asked for when none follows; `-` reads it from stdin. Better not given here: the shell's history and the process list see it
    #[arg(
        long = "backup-code",
        alias = "backup_code",
        value_name = "CODE",
        num_args = 0..=1,
        default_missing_value = "",
        conflicts_with_all = ["code", "method_type", "method_id"]
    )]
    pub backup_code: Option<String>,
}

/// Where a code comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MethodType {
    /// An authenticator app
    Totp,
    /// An SMS that tfa send-sms had sent
    Sms,
    /// An e-mail that tfa send-email had sent
    Email,
}
