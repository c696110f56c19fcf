//! rustls with ring and the system's root certificates.

use std::error::Error;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::blocking::ClientBuilder;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_native_certs::load_certs_from_paths;

use crate::api::error::{ApiError, TlsFault};
use crate::api::options::Trust;
use crate::files;

/// Largest file of certificates, in bytes; systems have some 250 KiB.
const MAX_FILE: usize = 4 * 1024 * 1024;

/// How clients secure their connections.
#[derive(Clone)]
pub(in crate::api) struct Tls(ClientConfig);

impl Tls {
    /// The roots are read only when the server is `encrypted`: for plain http
    /// they would cost more than the request. A file of them that is a pipe is
    /// given the time `within`.
    pub(in crate::api) fn new(
        encrypted: bool,
        trust: &Trust,
        within: Duration,
    ) -> Result<Self, ApiError> {
        let roots = if encrypted {
            roots(trust, within)?
        } else {
            RootCertStore::empty()
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| ApiError::NoClient)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self(config))
    }

    /// Gives a client this TLS.
    pub(in crate::api) fn configure(&self, builder: ClientBuilder) -> ClientBuilder {
        builder.tls_backend_preconfigured(self.0.clone())
    }
}

/// What is named replaces the system's; without a single root nothing could be
/// verified, which deserves its own message.
fn roots(trust: &Trust, within: Duration) -> Result<RootCertStore, ApiError> {
    let mut store = RootCertStore::empty();
    if trust.file.is_none() && trust.dirs.is_empty() {
        // Unlike `load_native_certs`, passes over variables that are empty.
        let system = openssl_probe::probe();
        let first = system.cert_dir.first().map(PathBuf::as_path);
        let loaded = load_certs_from_paths(system.cert_file.as_deref(), first);
        store.add_parsable_certificates(loaded.certs);
        add_directories(&mut store, system.cert_dir.get(1..).unwrap_or_default());
    }
    if let Some(file) = &trust.file
        // A pipe may have no end, and a device none either.
        && let Ok(pem) = files::read_named(file, MAX_FILE, within)
    {
        store.add_parsable_certificates(CertificateDer::pem_slice_iter(&pem).flatten());
    }
    add_directories(&mut store, &trust.dirs);
    if store.is_empty() {
        return Err(ApiError::Tls(TlsFault::NoRoots));
    }
    Ok(store)
}

/// Adds the certificates in regular files.
fn add_directories(store: &mut RootCertStore, directories: &[PathBuf]) {
    for directory in directories {
        let loaded = load_certs_from_paths(None, Some(directory));
        store.add_parsable_certificates(loaded.certs);
    }
}

/// What the error says about TLS; `None` if it is no error of TLS.
pub(in crate::api) fn fault(error: &(dyn Error + 'static)) -> Option<TlsFault> {
    use rustls::Error as Tls;
    Some(match error.downcast_ref::<Tls>()? {
        Tls::InvalidCertificate(reason) => certificate_fault(reason),
        Tls::NoCertificatesPresented => TlsFault::BadCertificate,
        Tls::InvalidMessage(_) => TlsFault::NotTls,
        _ => TlsFault::Handshake,
    })
}

fn certificate_fault(reason: &CertificateError) -> TlsFault {
    match reason {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsFault::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            TlsFault::NotYetValid
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            TlsFault::WrongHost
        }
        CertificateError::UnknownIssuer => TlsFault::UnknownIssuer,
        _ => TlsFault::BadCertificate,
    }
}
