//! The smallest image that a registry takes, as a folder in the OCI's layout.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// The one tag of the image.
pub(super) const TAG: &str = "1";

/// Writes the image into a folder that is made. Returns its digest.
pub(super) fn write(folder: &Path) -> String {
    let blobs = folder.join("blobs/sha256");
    fs::create_dir_all(&blobs).expect("a directory");
    let blob = |media: &str, bytes: &[u8]| {
        let digest = hex(&Sha256::digest(bytes));
        fs::write(blobs.join(&digest), bytes).expect("a file");
        json!({ "mediaType": media, "digest": format!("sha256:{digest}"), "size": bytes.len() })
    };
    // Two blocks of nothing end a tape archive, and these are all of it.
    let layer_bytes = [0; 1024];
    let layer = blob("application/vnd.oci.image.layer.v1.tar", &layer_bytes);
    let settings = json!({
        "architecture": "amd64",
        "os": "linux",
        "rootfs": { "type": "layers", "diff_ids": [layer["digest"]] },
    });
    let config = blob(
        "application/vnd.oci.image.config.v1+json",
        settings.to_string().as_bytes(),
    );
    let contents = json!({ "schemaVersion": 2, "config": config, "layers": [layer] });
    let mut manifest = blob(
        "application/vnd.oci.image.manifest.v1+json",
        contents.to_string().as_bytes(),
    );
    let digest = text(&manifest["digest"]);
    manifest["annotations"] = json!({ "org.opencontainers.image.ref.name": TAG });
    let index = json!({ "schemaVersion": 2, "manifests": [manifest] });
    fs::write(folder.join("index.json"), index.to_string()).expect("a file");
    let layout = json!({ "imageLayoutVersion": "1.0.0" });
    fs::write(folder.join("oci-layout"), layout.to_string()).expect("a file");
    digest
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}
