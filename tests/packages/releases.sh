# Releases of a commit, made twice. To be sourced by tests/packages/run.
# shellcheck shell=bash

# release CHECKOUT DIRECTORY
release() {
    "$1/packaging/release" --url https://vastkey.example.org \
        --downloads https://vastkey.example.org/releases --maintainer "$maintainer" "$2"
}

# commit CHECKOUT MESSAGE
commit() {
    git -C "$1" -c user.name=test -c user.email=test@example.org commit --allow-empty -qam "$2"
}

refused() {
    fails_saying "$1" release "$checkout" "$work/refused" && [ ! -e "$work/refused" ]
}

# A clone of this commit, as it would be released.
prepare_checkout() {
    version=$(sed -n 's/^version = "\(.*\)"$/\1/p' "$root/Cargo.toml" | head -n 1)
    checkout=$work/checkout
    git clone -q "$root" "$checkout"
    git -C "$checkout" tag -d "v$version" &>/dev/null || true
}

# Each refusal, before what it asks for is mended.
check_refusals() {
    if ! grep -q "^## \[$version\] - " "$checkout/CHANGELOG.md"; then
        check 'no release without the version in the changelog' refused "'## [$version] - DATE' does not follow"
        sed -i "s/^## \[Unreleased\]$/&\n\n## [$version] - 2026-01-01/" "$checkout/CHANGELOG.md"
    fi
    check 'the manual pages get the date of the release' "$checkout/packaging/make-man"
    touch "$checkout/stray"
    check 'none of a checkout with changes' refused 'changes that are not committed'
    rm "$checkout/stray"
    commit "$checkout" 'release'
    check 'none of a commit without its tag' refused "does not have the tag v$version"
    sed -i "s/^version = \"$version\"$/version = \"99.0.0\"/" "$checkout/Cargo.toml"
    commit "$checkout" 'version'
    check 'none where Cargo.lock has another version' refused 'Cargo.lock does not fit'
    git -C "$checkout" reset -q --hard HEAD~
    git -C "$checkout" tag "v$version"
}

# The second elsewhere, with another umask and another home of cargo's.
release_again() {
    git clone -q "$checkout" "$work/another folder"
    mkdir "$work/another-tmp"
    ln -s "${CARGO_HOME:-$HOME/.cargo}" "$work/another cargo"
    (
        umask 077
        export TMPDIR="$work/another-tmp" CARGO_HOME="$work/another cargo"
        release "$work/another folder" "$work/again"
    )
}

make_releases() {
    # The tools are built once, and not in a clone.
    CARGO_TARGET_DIR=$(dirname "$(dirname "$("$root/packaging/tools")")")
    export CARGO_TARGET_DIR
    prepare_checkout
    check_refusals
    check 'a release is made' release "$checkout" "$work/release"
    check 'a second one, made elsewhere' release_again
    check 'has the same bytes' diff -r "$work/release" "$work/again"
    check 'SHA256SUMS has the sums of all files' sums_are_complete "$work/release"
    check_generated
    check 'the SBOM names the crates' sbom_is_complete "$work/release/vastkey-$version.cdx.json"
}

sums_are_complete() {
    (cd "$1" && sha256sum --quiet -c SHA256SUMS &&
        diff <(cut -c 67- SHA256SUMS) <(find . -type f ! -name SHA256SUMS -printf '%P\n' | sort))
}

# As many components as Cargo links or runs macros of.
sbom_is_complete() {
    python3 - "$1" <<'PYTHON'
import json, sys

sbom = json.load(open(sys.argv[1]))
names = {component["name"] for component in sbom["components"]}
missing = {"clap", "reqwest", "rustls", "zbus", "zeroize"} - names
assert not missing, missing
assert all(c.get("licenses") and c.get("purl") for c in sbom["components"]), "licences or purl"
assert "serialNumber" not in sbom
PYTHON
}

check_generated() {
    local program=$work/program
    tar -xzOf "$work/release"/*-linux.tar.gz --wildcards '*/bin/vastkey' >"$program"
    chmod 755 "$program"
    check 'manual pages and completions are those of the program' "$checkout/packaging/check-generated" "$program"
    echo >>"$checkout/packaging/completions/_vastkey"
    check 'a stale completion is refused' \
        fails_saying 'completions/_vastkey is not' "$checkout/packaging/check-generated" "$program"
    git -C "$checkout" checkout -q .
    rm "$checkout/packaging/man/vastkey.5"
    check 'a missing manual page is refused' \
        fails_saying 'man is not' "$checkout/packaging/check-generated" "$program"
    git -C "$checkout" checkout -q .
}

check_manifests() {
    check 'the PKGBUILD says what .SRCINFO says, to makepkg' srcinfo_agrees "$1/aur"
    check 'the PKGBUILD has the sum of the source' grep -qF "$(sum "$1/vastkey-$version.tar.gz")" "$1/aur/PKGBUILD"
    check "Homebrew's formula is Ruby" ruby -c "$1/homebrew/vastkey.rb"
    check 'the Nix expression can be read' nix-instantiate --parse "$1/nix/default.nix"
    check 'the rules of winget and Scoop are kept' "$here/windows-manifests" "$1"
}

sum() {
    sha256sum "$1" | cut -d ' ' -f 1
}

# makepkg runs neither as root nor in a folder that it may not write to, and looks
# for pacman.
srcinfo_agrees() {
    cp -r "$1" "$work/aur"
    chown -R nobody "$work/aur"
    (cd "$work/aur" && diff .SRCINFO <(setpriv --reuid nobody --clear-groups \
        env PACMAN=true makepkg --printsrcinfo))
}
