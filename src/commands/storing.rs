//! Shared by the commands that put a key into a store: which account and
//! store, whether it is ready, the write itself and the record of it.

use secrecy::ExposeSecret;

use super::session;
use crate::api::User;
use crate::cli::StoreKind;
use crate::config::Settings;
use crate::config::index::Record;
use crate::context::{Context, Paths};
use crate::error::{Error, Kind, Result};
use crate::fault;
use crate::key::{ApiKey, Fingerprint};
use crate::lifecycle;
use crate::store::{
    AccountName, Backend, Description, Interaction, ItemId, LockState, Store, StoreError,
};

mod words;

pub(super) use words::{not_kept, place};

/// The account that a command writes to, and the store that its key goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) account: AccountName,
    pub(super) backend: Backend,
}

impl Target {
    /// The account that was asked for, else the default one; in the store that
    /// was asked for, else the one that it is in, else the keychain.
    pub(super) fn chosen(ctx: &Context) -> Result<Self> {
        match &ctx.account {
            Some(name) => Self::of(ctx, name.clone()),
            None => Self::of(ctx, default_account(ctx)?),
        }
    }

    /// The named account, in the store as [`Target::chosen`] says.
    pub(super) fn of(ctx: &Context, account: AccountName) -> Result<Self> {
        let recorded = ctx
            .index()
            .get(&ctx.server, &account)
            .map(|record| record.store);
        let backend = match ctx.store {
            Some(StoreKind::Keychain) => Backend::Keychain,
            Some(StoreKind::Keyutils) => Backend::Keyutils,
            None => recorded.unwrap_or(Backend::Keychain),
            Some(StoreKind::File) => {
                return Err(Error::new(
                    Kind::Usage,
                    "this command keeps accounts, and the plaintext file holds a bare key",
                )
                .hint("leave out --store, or use --store keychain or --store keyutils"));
            }
        };
        match recorded {
            Some(other) if other != backend => Err(Error::new(
                Kind::Usage,
                format!("account '{account}' is in {other}, not in {backend}"),
            )
            .hint("leave out --store, or choose another account: --account NAME")),
            _ => Ok(Self { account, backend }),
        }
    }

    /// The item of the account on the server of this run.
    pub(super) fn item(&self, ctx: &Context) -> ItemId {
        ItemId::account(&ctx.server, &self.account)
    }

    /// The store, and everything that [`Target::record`] writes, found
    /// writable: a command that starts can be finished. The caller holds the
    /// lock.
    pub(super) fn prepare(&self, ctx: &Context) -> Result<Description> {
        ctx.check_writable()?;
        self.ready(ctx)
    }

    /// The store, if it can be written to now or after asking the user.
    pub(super) fn ready(&self, ctx: &Context) -> Result<Description> {
        let description = self.open(ctx)?.describe()?;
        if description.lock == LockState::Locked && ctx.interaction() == Interaction::Never {
            return Err(StoreError::Locked(description.name).into());
        }
        Ok(description)
    }

    /// The store.
    pub(super) fn open<'a>(&self, ctx: &'a Context) -> Result<&'a dyn Store> {
        Ok(ctx.stores().get(self.backend)?)
    }

    /// Shows that a key can be stored, before the server is asked for one that
    /// it will not show again.
    pub(super) fn prove(&self, ctx: &Context) -> Result<()> {
        let reopen = |patience| ctx.stores().reopen(self.backend, patience);
        lifecycle::prove(self.open(ctx)?, &reopen, &self.item(ctx)).map_err(not_kept)
    }

    /// The fingerprint of a different key that is in the account now, and will
    /// be replaced. What is no key, or one of several, is mended by that; a
    /// keychain that does not answer, or a person who says no, is not asked
    /// again.
    pub(super) fn replaced(&self, ctx: &Context, key: &ApiKey) -> Result<Option<Fingerprint>> {
        let secret = match self.open(ctx)?.get(&self.item(ctx)) {
            Ok(Some(secret)) => secret,
            Ok(None)
            | Err(StoreError::Ambiguous(_) | StoreError::Empty | StoreError::Corrupt(_)) => {
                return Ok(None);
            }
            Err(fault) => return Err(fault.into()),
        };
        let old = ApiKey::parse(secret.expose_secret()).ok();
        Ok(old
            .filter(|old| !old.same_as(key))
            .map(|old| old.fingerprint()))
    }

    /// Writes the key and reads it back. A 2FA session that came by another key
    /// goes first. The caller holds the lock.
    pub(super) fn keep(&self, ctx: &Context, key: &ApiKey) -> Result<()> {
        session::yield_to(ctx, self, key)
            .map_err(|fault| fault.while_doing("the key was not stored"))?;
        self.write(ctx, key)
    }

    /// The same without a thought for sessions.
    pub(super) fn write(&self, ctx: &Context, key: &ApiKey) -> Result<()> {
        let reopen = |patience| ctx.stores().reopen(self.backend, patience);
        lifecycle::keep(self.open(ctx)?, &reopen, &self.item(ctx), key).map_err(not_kept)
    }

    /// Records a key that was just stored; `verified` holds what the server
    /// said when it accepted the key. Makes the account the default when the
    /// server has none. The caller holds the lock.
    pub(super) fn record(
        &self,
        ctx: &Context,
        key: &ApiKey,
        key_id: Option<u64>,
        verified: Option<&User>,
    ) -> Result<()> {
        let mut record = self.new_record(ctx, key);
        record.key_id = key_id.or(verified.and_then(|user| user.key_id));
        record.email = verified.and_then(|user| user.email.clone());
        record.verified_at = verified.map(|_| record.stored_at);
        self.put(ctx, record, Some(&self.account))
    }

    /// Records a key that another program stored. An account that is the
    /// default without being recorded as such stays it: `in_use` is the one that
    /// a lookup ended with before. The caller holds the lock.
    pub(super) fn record_unasked(
        &self,
        ctx: &Context,
        key: &ApiKey,
        in_use: Option<&AccountName>,
    ) -> Result<()> {
        let in_use = in_use.filter(|name| **name != self.account);
        self.put(ctx, self.new_record(ctx, key), in_use)
    }

    fn new_record(&self, ctx: &Context, key: &ApiKey) -> Record {
        let fingerprint = key.fingerprint();
        Record::new(
            &ctx.server,
            &self.account,
            self.backend,
            &fingerprint,
            ctx.now(),
        )
    }

    fn put(&self, ctx: &Context, record: Record, first: Option<&AccountName>) -> Result<()> {
        self.try_put(ctx, record, first).map_err(|fault| {
            fault.while_doing(format!(
                "the key is stored as account '{}', but that was not recorded",
                self.account
            ))
            .hint(format!(
                "the key is in use all the same; to record it, run this again (vastkey token --account {} prints it)",
                self.account
            ))
        })
    }

    fn try_put(
        &self,
        ctx: &Context,
        mut record: Record,
        first: Option<&AccountName>,
    ) -> Result<()> {
        let mut index = ctx.index_for_change()?;
        let before = index.get(&ctx.server, &self.account);
        record.session_expires_at = before.and_then(|before| before.session_expires_at);
        // The pointer goes first: were the process to die between the two, a
        // second account without a pointer would leave the default undecided.
        self.settle_default(ctx, &index.of_server(&ctx.server), first)?;
        fault::point("default-settled");
        index.put(record);
        ctx.done(index.save())?;
        fault::point("account-recorded");
        Ok(())
    }

    /// Says how to use the account when it is not the default one.
    pub(super) fn point_out_default(&self, ctx: &Context) -> Result<()> {
        let path = Paths::required(ctx.paths.settings())?;
        let settings = Settings::load(&path)?;
        let name = &self.account;
        if let Some(default) = settings.default_account(&ctx.server)
            && default != name
        {
            ctx.output.hint(&format!(
                "the default account is '{default}'; to use this one: --account {name}, or: vastkey account use {name}"
            ));
        }
        Ok(())
    }

    /// `first` becomes the default if there is no other account.
    fn settle_default(
        &self,
        ctx: &Context,
        known: &[&Record],
        first: Option<&AccountName>,
    ) -> Result<()> {
        let path = Paths::required(ctx.paths.settings())?;
        if Settings::load(&path)?
            .default_account(&ctx.server)
            .is_some()
        {
            return Ok(());
        }
        let others: Vec<AccountName> = known
            .iter()
            .filter_map(|record| record.name())
            .filter(|name| *name != self.account)
            .collect();
        let default = match others.as_slice() {
            [] => first,
            [only] => Some(only),
            _ => None,
        };
        let Some(default) = default else {
            return Ok(());
        };
        let mut editor = Settings::edit(&path)?;
        editor.set_default_account(&ctx.server, Some(default));
        ctx.done(editor.save())?;
        Ok(())
    }
}

impl Target {
    /// Forgets an account whose key is gone from its store, and its session. The
    /// caller holds the lock.
    pub(super) fn forget(&self, ctx: &Context) -> Result<()> {
        if session::end(ctx, self)?.is_some() {
            session::delete(ctx, self)?;
        }
        let path = Paths::required(ctx.paths.settings())?;
        if Settings::load(&path)?.default_account(&ctx.server) == Some(&self.account) {
            let mut editor = Settings::edit(&path)?;
            editor.set_default_account(&ctx.server, None);
            ctx.done(editor.save())?;
        }
        let mut index = ctx.index_for_change()?;
        index.remove(&ctx.server, &self.account);
        ctx.done(index.save())?;
        Ok(())
    }
}

/// The account that is used when none is named.
pub(super) fn default_account(ctx: &Context) -> Result<AccountName> {
    if let Some(name) = ctx.settings()?.default_account(&ctx.server) {
        return Ok(name.clone());
    }
    let known = ctx.index().of_server(&ctx.server);
    match known.as_slice() {
        [] => Ok(AccountName::default()),
        [only] => Ok(only.name().unwrap_or_default()),
        several => {
            let names: Vec<String> = several
                .iter()
                .filter_map(|record| record.name())
                .map(|name| name.to_string())
                .collect();
            Err(Error::new(
                Kind::Ambiguous,
                "there are several accounts and none is the default",
            )
            .because(names.join(", "))
            .hint("name one: --account NAME")
            .hint("or choose the default: vastkey account use NAME"))
        }
    }
}
