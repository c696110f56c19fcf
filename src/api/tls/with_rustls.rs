//! rustls with ring and the system's root certificates.

use std::error::Error;
use std::iter;
use std::path::PathBuf;
use std::sync::Arc;

use reqwest::blocking::ClientBuilder;
use rustls::crypto::ring;
use rustls::{CertificateError, ClientConfig, RootCertStore};
use rustls_native_certs::load_certs_from_paths;

use crate::api::error::{ApiError, TlsFault};
use crate::api::options::Trust;

/// How clients secure their connections.
#[derive(Clone)]
pub(in crate::api) struct Tls(ClientConfig);

impl Tls {
    /// The roots are read only when the server is `encrypted`: for plain http
    /// they would cost more than the request.
    pub(in crate::api) fn new(encrypted: bool, trust: &Trust) -> Result<Self, ApiError> {
        let roots = if encrypted {
            roots(trust)?
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
fn roots(trust: &Trust) -> Result<RootCertStore, ApiError> {
    let (file, dirs) = if trust.file.is_none() && trust.dirs.is_empty() {
        // Unlike `load_native_certs`, passes over variables that are empty.
        let system = openssl_probe::probe();
        (system.cert_file, system.cert_dir)
    } else {
        (trust.file.clone(), trust.dirs.clone())
    };
    let first = load_certs_from_paths(file.as_deref(), dirs.first().map(PathBuf::as_path));
    let others = dirs.iter().skip(1);
    let others = others.map(|dir| load_certs_from_paths(None, Some(dir)));
    let mut store = RootCertStore::empty();
    for loaded in iter::once(first).chain(others) {
        store.add_parsable_certificates(loaded.certs);
    }
    if store.is_empty() {
        return Err(ApiError::Tls(TlsFault::NoRoots));
    }
    Ok(store)
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
