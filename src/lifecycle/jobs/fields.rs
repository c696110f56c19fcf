//! How what a job is about is written: as text that is parsed strictly again.

/// An account's name.
pub(super) mod account {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::store::AccountName;

    pub(in crate::lifecycle::jobs) fn serialize<S: Serializer>(
        name: &AccountName,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(name.as_str())
    }

    pub(in crate::lifecycle::jobs) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<AccountName, D::Error> {
        AccountName::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// A server's origin.
pub(super) mod server {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::server::Server;

    pub(in crate::lifecycle::jobs) fn serialize<S: Serializer>(
        server: &Server,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        to.serialize_str(server.origin())
    }

    pub(in crate::lifecycle::jobs) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Server, D::Error> {
        Server::parse(&String::deserialize(from)?).map_err(D::Error::custom)
    }
}
