//! A client of Docker's protocol with vastkey as its credential helper: Skopeo,
//! against a registry on this machine that demands a password.
